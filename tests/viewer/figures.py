"""Figures as a reader sees them, "1.21 s" or "225,357", as the numbers they stand for."""

import re
from dataclasses import dataclass

SCALES = {
    "": 1.0,
    "%": 1.0,
    "ns": 1e-9,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "min": 60.0,
    "mins": 60.0,
    "hour": 3600.0,
    "hours": 3600.0,
    "day": 86400.0,
    "days": 86400.0,
    "week": 604800.0,
    "weeks": 604800.0,
    "B": 1.0,
    "KiB": 2.0**10,
    "MiB": 2.0**20,
    "GiB": 2.0**30,
    "TiB": 2.0**40,
    "mW": 1e-3,
    "W": 1.0,
    "kW": 1e3,
    "°C": 1.0,
    "K": 1e3,
    "Mil": 1e6,
    "req": 1.0,
    "p": 1.0,
    "tokens": 1.0,
    "lines": 1.0,
    "requests": 1.0,
}
NUMBER = re.compile(r"(-?[\d,]*\.?\d+)\s*([^\d\s][^\s]*)?")
WORDS = {"Yes": 1.0, "No": 0.0}


@dataclass(frozen=True)
class Figure:
    value: float
    rounding: float  # half of what its last digit stands for

    def shows(self, number: float) -> bool:
        """Whether the number, rounded as the figure is, is the figure."""
        return abs(self.value - number) <= self.rounding * 1.001 + 1e-12


def read_figure(text: str, unit: str) -> Figure:
    """The figure in a text; `unit` is the panel's, as in Grafana. Fails on an unknown unit."""
    if text.strip() in WORDS:
        return Figure(WORDS[text.strip()], 0)
    found = NUMBER.fullmatch(text.strip())
    assert found, f"no figure: {text!r}"
    digits, suffix = found[1].replace(",", ""), (found[2] or "").removesuffix("/s")
    assert suffix in SCALES, f"unknown unit {suffix!r} in {text!r}"
    scale = SCALES[suffix] * (0.01 if unit == "percentunit" else 1)
    decimals = len(digits.partition(".")[2])
    return Figure(float(digits) * scale, 0.5 * 10**-decimals * scale)
