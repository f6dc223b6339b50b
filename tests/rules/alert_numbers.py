"""The numbers of an alert, for what is written about it."""

import re

from alert_rules import Rule, read_by, records, seconds

THRESHOLDS = {
    name.rpartition(":")[2]: float(re.sub(r"vector\((.+)\)", r"\1", record.expression))
    for name, record in records().items()
    if name.startswith("seadragon:threshold:")
}


def with_its_records(alert: Rule) -> list[str]:
    """The expressions of the alert and of the records that it reads."""
    return [rule.expression for rule in [alert, *read_by(alert, records())]]


def compared_by(alert: Rule) -> set[str]:
    """To ask whether a threshold is there is not to compare with it."""
    expressions = " ".join(with_its_records(alert))
    return set(re.findall(r"(?<!absent)\(seadragon:threshold:(\w+)\)", expressions))


def multiples_in(alert: Rule) -> set[tuple[str, str]]:
    """How many times a threshold is compared, and which."""
    return set(re.findall(r"([\d.]+) \* \w+\(seadragon:threshold:(\w+)\)", alert.expression))


def numbers_in(alert: Rule) -> set[float]:
    """Limits and periods, in seconds, of the alert and the records that it reads."""
    found = set()
    for expression in with_its_records(alert):
        found |= {float(each) for each in re.findall(r"(?<![\w.:])\d+(?:\.\d+)?\b", expression)}
        found |= {float(seconds(each)) for each in re.findall(r"\[(\w+)\]", expression)}
    return found


def limits_of(alert: Rule) -> set[float]:
    """What is compared of thresholds, and what is left of a percentage then."""
    found = {THRESHOLDS[threshold] for threshold in compared_by(alert)}
    found |= {float(times) * THRESHOLDS[name] for times, name in multiples_in(alert)}
    return found | {100 - limit for limit in found}
