"""What is in force already, and what a run says to who is not where he thinks."""

import re
import shutil
import subprocess

import pytest
from programs import ROOT, Alerting, environment

# Where the dashboards are built.
FLAGS_OF_THE_READER = [("prometheus", "--web.user-assets=build/viewer")]


def test_settings_of_a_file_are_not_lost_by_a_run_without_it(alerting: Alerting) -> None:
    alerting.write_settings({"thresholds": {"cpu_percent": 97}})
    assert alerting.configure("--no-reload").returncode == 0
    alerting.settings.unlink()
    before = alerting.files()
    done = alerting.configure("--no-reload")
    assert done.returncode == 2
    in_force = f"--config.file={alerting.folder / 'alerting.yml'}"
    assert 'thresholds.cpu_percent is "97" and would be "90" again' in done.stderr and in_force in done.stderr
    assert alerting.files() == before
    assert alerting.configure("--no-reload", in_force, ALERT_RECIPIENTS="third@example.org").returncode == 0
    assert "vector(97)" in (alerting.folder / "rules/thresholds.yml").read_text()
    assert "third@example.org" in (alerting.folder / "alertmanager.yml").read_text()
    assert alerting.configure("--no-reload", "--config.file=/dev/null").returncode == 0
    assert "vector(90)" in (alerting.folder / "rules/thresholds.yml").read_text()


def test_what_is_printed_next_can_be_typed_as_it_stands(configured: Alerting) -> None:
    done = configured.configure("--no-reload")
    assert f"next: seadragon-alerts test-mail --output.dir {configured.folder}\n" in done.stdout
    assert f"rule_files: [{configured.folder}/views/*.yml, {configured.folder}/rules/*.yml]" in done.stdout


def test_start_commands_have_the_flags_that_the_docs_call_necessary(alerting: Alerting) -> None:
    nowhere = {"url": "http://127.0.0.1:1"}
    alerting.write_settings({"prometheus": nowhere, "alertmanager": nowhere})
    done = alerting.configure()
    assert done.returncode == 0, done.stderr
    docs = (ROOT / "docs/alerts.md").read_text()
    section = docs.partition("\n## By hand\n")[2].partition("\n## ")[0]
    # One without a value is a default, or is for the reader to choose.
    rows = re.findall(r"^\| (prometheus\S*) \| `(--\S+=\S*)` \|", section, re.MULTILINE)
    necessary = [row for row in rows if row not in FLAGS_OF_THE_READER]
    assert {program for program, _ in necessary} == {"prometheus", "prometheus-alertmanager"}
    printed = [line.split() for line in done.stderr.splitlines() if line.startswith("  prom")]
    commands = {words[0]: words for words in printed}
    assert [flag for program, flag in necessary if flag not in commands[program]] == []
    assert done.stderr.count("docs/alerts.md#by-hand") == 2


@pytest.mark.parametrize("command", ["test-mail", "status"])
def test_what_needs_a_configuration_says_how_to_make_one(alerting: Alerting, command: str) -> None:
    done = alerting.run(command)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "run `seadragon-alerts configure` first" in done.stderr and "--output.dir" in done.stderr


def as_nobody(command: list[str]) -> subprocess.CompletedProcess[str]:
    env = environment(SMTP_PASSWORD="", SMTP_USERNAME="")
    return subprocess.run(
        command, env=env, user="nobody", group="nogroup", capture_output=True, text=True, timeout=120
    )


def test_who_may_not_write_is_told_so_before_anything_is_tried(alerting: Alerting) -> None:
    done = as_nobody(alerting.command("configure", "--allow-no-mail", "--no-reload"))
    assert done.returncode == 2
    assert "run as root, or choose another folder by --output.dir" in done.stderr
    assert list(alerting.place.iterdir()) == []


def test_the_place_that_a_user_has_no_rights_in_is_named(alerting: Alerting) -> None:
    shutil.chown(alerting.place, "nobody", "nogroup")
    command = alerting.command("configure", "--allow-no-mail", "--no-reload")
    assert as_nobody(command).returncode == 0
    left = alerting.place / ".alerting.new"
    (left / "rules").mkdir(parents=True)
    assert as_nobody(command).stderr.endswith(f"\nseadragon-alerts: {left}: Permission denied\n")
    shutil.rmtree(left)
    (alerting.folder / "rules").chmod(0)
    assert as_nobody(command).stderr.endswith(f"\nseadragon-alerts: {alerting.folder}: Permission denied\n")


def test_the_state_is_told_to_who_may_not_read_the_password(configured: Alerting) -> None:
    done = as_nobody(configured.command("status"))
    assert "password" not in done.stderr and done.stdout.startswith("Alerting at")


def test_who_may_not_read_the_settings_in_force_is_told_to_be_root(alerting: Alerting) -> None:
    alerting.write_settings({"watchdog": {"url": "https://switch.example.org/ping/3f1c"}})
    assert alerting.configure("--no-reload").returncode == 0
    alerting.settings.unlink()
    done = as_nobody(alerting.command("status"))
    assert done.returncode == 2 and done.stderr.endswith("may not be read by the user of this run: run as root\n")
