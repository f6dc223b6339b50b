"""What tests/mutate changes: each kind of change once, and nothing that stands in a text."""

import sys

import yaml
from alert_rules import ROOT, alerts, records

sys.path.insert(0, str(ROOT / "tests/mutate_rules"))

from expression import changes  # noqa: E402
from mutants import mutants  # noqa: E402

MATCHER = 'kind="9 > sum * 8"'
EXPRESSION = f"60 * sum by (job) (rate(a_total{{{MATCHER}}}[5m])) > 4 unless on() b == 0"


def changed(what: str) -> str:
    return next(change.expression for change in changes(EXPRESSION) if change.what == what)


def test_each_kind_of_change_changes_one_place() -> None:
    assert changed("> (1) becomes >=") == EXPRESSION.replace("> 4", ">= 4")
    assert changed("sum (1) becomes max") == EXPRESSION.replace("sum by", "max by")
    assert changed("rate (1) becomes delta") == EXPRESSION.replace("rate", "delta")
    assert changed("* (1) becomes /") == EXPRESSION.replace("60 *", "60 /")
    assert changed("4 (1) becomes 3.6") == EXPRESSION.replace("> 4", "> 3.6")
    assert changed("0 (1) becomes 1") == EXPRESSION.replace("== 0", "== 1")
    assert changed("[5m] (1) becomes [600s]") == EXPRESSION.replace("5m", "600s")
    assert changed("unless (1) becomes and") == EXPRESSION.replace("unless", "and")
    assert changed(f"{MATCHER} (1) is negated") == EXPRESSION.replace('="9', '!="9')
    assert changed(f"{MATCHER} (1) is removed") == EXPRESSION.replace(MATCHER, "")
    assert changed("job of grouping 1 is removed") == EXPRESSION.replace("(job)", "()")
    assert changed("on() (1) is removed") == EXPRESSION.replace("on()", "")


def test_what_stands_in_a_text_is_left_alone() -> None:
    within = ("> (2)", "* (2)", "sum (2)", "9 ", "8 ")
    assert not [change for change in changes(EXPRESSION) if change.what.startswith(within)]


def test_no_two_mutants_have_the_same_name_and_none_is_the_rule_itself() -> None:
    found = [mutant for rule in alerts().values() for mutant in mutants(rule)]
    assert len({mutant.name for mutant in found}) == len(found)
    assert all(mutant.content != mutant.rule.content for mutant in found)


def test_every_mutant_that_none_can_notice_has_its_reason() -> None:
    named = yaml.safe_load((ROOT / "tests/mutate_rules/equivalent.yml").read_text())
    every = [*records().values(), *alerts().values()]
    existing = {mutant.name for rule in every for mutant in mutants(rule)}
    assert named.keys() <= existing
    assert all(reason.strip() for reason in named.values())
