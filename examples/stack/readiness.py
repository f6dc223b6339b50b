"""When the stack as a whole is ready: both targets scraped, each view with a value."""

import math
import re
import time
from collections.abc import Callable
from typing import Any

from configurations import read
from failure import Failure
from processes import Processes
from prometheus_api import get, query
from settings import Settings

TARGET_SECONDS = 60
VIEW_SECONDS = 90

# What has values without a single request; all other views need traffic.
QUIET_FILES = {"views-host.yml", "views-queue.yml"}


def targets_that_are_not_up(settings: Settings) -> list[str]:
    """The targets with the reason; one that waits for its first scrape counts."""
    answer = get(f"{settings.prometheus_url}/api/v1/targets?state=active")
    if not answer:
        return ["Prometheus does not answer"]
    targets = answer["data"]["activeTargets"]
    return [f"{t['scrapeUrl']} {t['lastError']}".strip() for t in targets if t["health"] != "up"]


def expected_views(settings: Settings) -> list[str]:
    """A selector for each view that will have a value, with and without traffic."""
    files = sorted((settings.state / "rules").glob("*.yml"))
    chosen = [file for file in files if settings.traffic or file.name in QUIET_FILES]
    rules = [rule for file in chosen for group in read(file)["groups"] for rule in group["rules"]]
    views = [rule for rule in rules if "record" in rule]
    return [selector(view) for view in views if settings.traffic or not is_quantile(view["record"])]


def is_quantile(view: str) -> bool:
    """Of nothing there is none."""
    return re.search(r":p\d+$", view) is not None


def selector(rule: dict[str, Any]) -> str:
    labels = ", ".join(f'{name}="{value}"' for name, value in rule.get("labels", {}).items())
    return rule["record"] + (f"{{{labels}}}" if labels else "")


def has_value(settings: Settings, view: str) -> bool:
    return any(not math.isnan(float(sample["value"][1])) for sample in query(settings.prometheus_url, view))


def wait_until_none(find: Callable[[], list[str]], processes: Processes, seconds: float) -> list[str]:
    """Waits until `find` finds nothing; what it still finds when the time is over."""
    deadline = time.monotonic() + seconds
    while found := find():
        processes.check()
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    return found


def wait_for_targets(settings: Settings, processes: Processes) -> None:
    down = wait_until_none(lambda: targets_that_are_not_up(settings), processes, TARGET_SECONDS)
    if down:
        raise Failure(f"Prometheus cannot read after {TARGET_SECONDS} s:\n  " + "\n  ".join(down))


def wait_for_views(settings: Settings, processes: Processes) -> None:
    missing = expected_views(settings)

    def still_missing() -> list[str]:
        missing[:] = [view for view in missing if not has_value(settings, view)]
        return missing

    if wait_until_none(still_missing, processes, VIEW_SECONDS):
        raise Failure(f"these views have no value after {VIEW_SECONDS} s:\n  " + "\n  ".join(missing))
