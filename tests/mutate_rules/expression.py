"""Changes PromQL: the expressions that differ from one in one place, and how they do."""

import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"'  # a text
    r"|\[\w+\]|[A-Za-z_:][\w:]*|\d+(?:\.\d+)?"  # a range, a name, a number
    r"|=~|!~|!=|==|>=|<=|\s+|."
)

COMPARISONS = {
    ">": [">=", "<", "=="],
    "<": ["<=", ">", "=="],
    "==": ["!=", ">="],
    "!=": ["==", ">"],
}
SET_OPERATORS = {
    "and": ["or", "unless"],
    "or": ["and", "unless"],
    "unless": ["and", "or"],
}
AGGREGATIONS = {
    "sum": ["max", "avg"],
    "max": ["min", "sum"],
    "min": ["max", "sum"],
    "avg": ["max"],
    "count": ["sum"],
    "min_over_time": ["max_over_time", "avg_over_time"],
    "avg_over_time": ["max_over_time", "min_over_time"],
}
# A counter is taken for a gauge, or a gauge for a counter; the last samples are taken for all.
CHANGES_OVER_TIME = {
    "increase": ["delta"],
    "rate": ["delta", "irate"],
    "deriv": ["rate", "delta"],
    "changes": ["resets"],
}
ARITHMETIC = {"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"]}
EXCHANGED = [COMPARISONS, SET_OPERATORS, AGGREGATIONS, CHANGES_OVER_TIME, ARITHMETIC]
OPPOSITE = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


class Change(NamedTuple):
    what: str
    expression: str


class Expression:
    """Its tokens, and which of them stand within braces."""

    def __init__(self, text: str) -> None:
        self.tokens = TOKEN.findall(text)
        depth = 0
        self.braced = []
        for token in self.tokens:
            depth += (token == "{") - (token == "}")
            self.braced.append(depth > 0)

    def places(self, wanted: re.Pattern[str], *, braced: bool) -> Iterator[tuple[int, str, str]]:
        """Where such tokens stand, the token, and words that tell this place from others."""
        count: dict[str, int] = {}
        for index, token in enumerate(self.tokens):
            if self.braced[index] == braced and wanted.fullmatch(token):
                count[token] = count.get(token, 0) + 1
                yield index, token, f"{token} ({count[token]})"

    def with_token(self, index: int, token: str) -> str:
        return "".join([*self.tokens[:index], token, *self.tokens[index + 1 :]])


def number(value: float) -> str:
    return f"{value:.12g}"


def exchanged(found: Expression, others: dict[str, list[str]]) -> Iterator[Change]:
    wanted = re.compile("|".join(map(re.escape, others)))
    for index, token, place in found.places(wanted, braced=False):
        for other in others[token]:
            yield Change(f"{place} becomes {other}", found.with_token(index, other))


def numbers(found: Expression) -> Iterator[Change]:
    for index, token, place in found.places(re.compile(r"\d+(\.\d+)?"), braced=False):
        value = float(token)
        for other in [1.0] if value == 0 else [1.5 * value, 0.9 * value, 0.0]:
            yield Change(f"{place} becomes {number(other)}", found.with_token(index, number(other)))


def ranges(found: Expression) -> Iterator[Change]:
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    for index, token, place in found.places(re.compile(r"\[\d+[smhd]\]"), braced=False):
        length = int(token[1:-2]) * units[token[-2]]
        for other in (length * 2, length // 2):
            yield Change(f"{place} becomes [{other}s]", found.with_token(index, f"[{other}s]"))


def matchers(text: str) -> Iterator[Change]:
    for braces in re.finditer(r"\{([^{}]*)\}", text):
        parts = re.findall(r'\w+(?:=~|!~|!=|=)"(?:[^"\\]|\\.)*"', braces[1])
        for index, part in enumerate(parts):
            label, operator, value = re.fullmatch(r'(\w+)(=~|!~|!=|=)(".*")', part).groups()
            before = text[: braces.start()].count(part) + 1
            for what, new in (
                ("is removed", []),
                ("is negated", [label + OPPOSITE[operator] + value]),
            ):
                inner = ", ".join([*parts[:index], *new, *parts[index + 1 :]])
                changed = text[: braces.start()] + "{" + inner + "}" + text[braces.end() :]
                yield Change(f"{part} ({before}) {what}", changed)


def groupings(text: str) -> Iterator[Change]:
    for count, found in enumerate(re.finditer(r"\b(by|on) ?\(([^)]*)\)", text), start=1):
        labels = [label.strip() for label in found[2].split(",") if label.strip()]
        for index, label in enumerate(labels):
            inner = ", ".join([*labels[:index], *labels[index + 1 :]])
            changed = text[: found.start(2)] + inner + text[found.end(2) :]
            yield Change(f"{label} of grouping {count} is removed", changed)


def matching(text: str) -> Iterator[Change]:
    for count, found in enumerate(
        re.finditer(r"\bon ?\([^)]*\)( group_left ?\(\))?", text), start=1
    ):
        yield Change(
            f"{found[0]} ({count}) is removed", text[: found.start()] + text[found.end() :]
        )
        if found[1]:
            yield Change(
                f"group_left() ({count}) is removed", text[: found.start(1)] + text[found.end(1) :]
            )


def changes(text: str) -> Iterator[Change]:
    found = Expression(text)
    for others in EXCHANGED:
        yield from exchanged(found, others)
    for make in (numbers, ranges):
        yield from make(found)
    for make in (matchers, groupings, matching):
        yield from make(text)
