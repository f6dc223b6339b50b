"""The real Prometheus, with the configuration, rules and flags that are shipped."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from configurations import SHIPPED_PROMETHEUS, read, write
from free_ports import free_port
from machines import Machines
from parts import prometheus as part_of_stack
from program import Program
from prometheus_api import answers, get, query
from routing import Alertmanager
from settings import Settings

# Those that decide when an alert is sent.
SHIPPED_FLAGS = [
    str(flag) for flag in part_of_stack(Settings()).command if str(flag).startswith("--rules.alert")
]

ChangeRule = Callable[[dict[str, Any]], None]


def as_shipped(rule: dict[str, Any]) -> None:
    """Every duration as in the rule files."""


def kept(duration: str) -> ChangeRule:
    """Alerts that are kept after their condition ended are kept for this long, to save time."""

    def change(rule: dict[str, Any]) -> None:
        if "keep_firing_for" in rule:
            rule["keep_firing_for"] = duration

    return change


class Prometheus(Program):
    """Reads the machines and tells the Alertmanagers.

    When it evaluates a group of rules is decided by a hash of the group's name and file, so that
    it is the same in each run for the same `rules`, a folder beside the configuration.
    """

    def __init__(
        self,
        folder: Path,
        machines: Machines,
        alertmanagers: Sequence[Alertmanager],
        interval: str = "5s",
        change: ChangeRule = as_shipped,
        flags: Sequence[str] = tuple(SHIPPED_FLAGS),
        rules: str = "rules",
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.machines = machines
        self.interval_seconds = float(interval.removesuffix("s"))
        self.alertmanagers = [each.url.removeprefix("http://") for each in alertmanagers]
        configuration = read(SHIPPED_PROMETHEUS)
        configuration["global"] |= {"scrape_interval": interval, "evaluation_interval": interval}
        files = self._copy_rules(configuration["rule_files"], folder / rules, change)
        configuration["rule_files"] = [f"{rules}/{file}" for file in files]
        configuration["alerting"] = {
            "alertmanagers": [{"static_configs": [{"targets": self.alertmanagers}]}]
        }
        for job in configuration["scrape_configs"]:
            job["static_configs"] = self._targets(job["job_name"])
        write(folder / "prometheus.yml", configuration)
        # Its files are named from its own folder, which is another one in each run.
        command: list[str | Path] = ["env", "-C", folder, "prometheus"]
        command += ["--config.file=prometheus.yml", "--storage.tsdb.path=data"]
        command += [f"--web.listen-address={self.url.removeprefix('http://')}", *flags]
        super().__init__("prometheus", folder, command, lambda: answers(f"{self.url}/-/ready"))

    def alerts(self, alert: str, instance: str, state: str = "firing") -> bool:
        """Whether the alert is in this state now."""
        labels = f'alertname="{alert}",instance="{instance}",alertstate="{state}"'
        return bool(query(self.url, f"ALERTS{{{labels}}}"))

    def ever_fired(self) -> set[tuple[str, str]]:
        """The names and instances of all alerts that fired in the last quarter of an hour."""
        samples = query(self.url, 'present_over_time(ALERTS{alertstate="firing"}[15m])')
        labels = [sample["metric"] for sample in samples]
        return {(each["alertname"], each.get("instance", "")) for each in labels}

    def pending_seconds(self) -> dict[str, float]:
        """For how long alerts were pending in the last quarter of an hour, by their names."""
        samples = query(self.url, 'count_over_time(ALERTS{alertstate="pending"}[15m])')
        each = [(sample["metric"]["alertname"], float(sample["value"][1])) for sample in samples]
        return {name: number * self.interval_seconds for name, number in each}

    def seconds_between(self, first: str, second: str) -> float:
        """From each evaluation of a group of rules to the next one of the other."""
        groups = get(f"{self.url}/api/v1/rules")["data"]["groups"]
        last = {group["name"]: group["lastEvaluation"] for group in groups}
        # RFC 3339 with up to nanoseconds; whole minutes are whole intervals.
        begin, end = (float(last[each].removesuffix("Z")[17:]) for each in (first, second))
        return (end - begin) % self.interval_seconds

    def _targets(self, job: str) -> list[dict[str, object]]:
        addresses = {
            "prometheus": [self.url.removeprefix("http://")],
            "alertmanager": self.alertmanagers,
        }
        if job in addresses:
            return [{"targets": addresses[job]}]
        return self.machines.targets(job)

    def _copy_rules(self, patterns: list[str], folder: Path, change: ChangeRule) -> list[str]:
        """The names of the copies: views-host.yml, rules-host.yml."""
        folder.mkdir(parents=True)
        found = [file for each in patterns for file in sorted(SHIPPED_PROMETHEUS.parent.glob(each))]
        for file in found:
            content = read(file)
            for group in content["groups"]:
                for rule in group["rules"]:
                    change(rule)
            write(folder / f"{file.parent.name}-{file.name}", content)
        return [f"{file.parent.name}-{file.name}" for file in found]
