"""What an alert says when it fires: its labels and texts, as promtool expands them."""

from alert_rules import Rule
from alert_timeline import Case, fires_and_ends, first_firing
from promtool import EVALUATION, complaints, found_alerts


def texts(case: Case, recorded: dict[str, Rule]) -> tuple[dict[str, str], dict[str, str]]:
    """Labels and annotations of the case's alert at the second evaluation at which it fires."""
    # promtool tells the texts of an alert that a test does not expect.
    step = {
        "alertname": case.alert.name,
        "eval_time": f"{first_firing(case) + EVALUATION}s",
        "exp_alerts": [],
    }
    group = fires_and_ends(case) | {"promql_expr_test": [], "alert_rule_test": [step]}
    complaint = complaints([case.alert], recorded, [group])
    found = found_alerts(complaint)
    if len(found) != 1:
        raise ValueError(f"{case.name}: {len(found)} alerts where one should fire\n{complaint}")
    return found[0]


def page(case: Case, recorded: dict[str, Rule]) -> str:
    """The same as lines, in the order of the rule."""
    labels, annotations = texts(case, recorded)
    order = list(case.alert.annotations)
    lines = [f"{key}: {labels[key]}" for key in sorted(labels)]
    lines += ["", *(f"{key}: {annotations[key]}" for key in sorted(annotations, key=order.index))]
    return "\n".join(lines) + "\n"
