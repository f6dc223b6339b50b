"""seadragon-alerts configure and check, with the programs that read what is written."""

import pwd
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from programs import LOGIN, ROOT, Alerting, answer, environment, wait_for

HOSTILE_PASSWORDS = [
    "simple",
    "it's",
    'say "please"',
    "user:pass:word",
    "# no comment",
    "$HOME ${SMTP_USERNAME} $(id) `id`",
    "back\\slash\\n",
    "{{ .Status }}",
    "- list: [x]",
    "pässwörd ключ 密码",
    " blanks at both ends ",
    "null",
    "%s%n",
]


def of_alerting(files: dict[str, tuple[bytes, int, int]]) -> dict[str, tuple[bytes, int, int]]:
    return {name: file for name, file in files.items() if name.startswith("alerting")}


def rule_files(alerting: Alerting) -> list[str]:
    return [f"{alerting.folder}/views/*.yml", f"{alerting.folder}/rules/*.yml"]


def test_a_new_user_gets_all_files_from_four_variables(configured: Alerting) -> None:
    written = {path.name for path in configured.folder.iterdir()}
    assert written == {"alertmanager.yml", "alerting.yml", "rules", "views", "templates", "smtp_password", ".written"}
    routes = yaml.safe_load((configured.folder / "alertmanager.yml").read_text())
    mails = next(receiver for receiver in routes["receivers"] if "email_configs" in receiver)
    assert [config["to"] for config in mails["email_configs"]] == ["ops@example.org", "second@example.org"]
    assert all(config["send_resolved"] for config in mails["email_configs"])


def test_the_man_page_names_all_that_is_written(configured: Alerting) -> None:
    files = (ROOT / "alertmanager/seadragon-alerts.8").read_text().partition(".SH FILES")[2]
    named = re.findall(r"^\.I /etc/seadragon/alerting/(.+)", files, re.MULTILINE)
    written = [path for path in configured.folder.rglob("[!.]*") if path.is_file()]
    places = [path.relative_to(configured.folder) for path in written]
    assert [place for place in places if not any(map(place.match, named))] == []


@pytest.mark.parametrize("password", HOSTILE_PASSWORDS)
def test_a_password_arrives_byte_for_byte_and_nowhere_else(alerting: Alerting, password: str) -> None:
    done = alerting.configure("--no-reload", SMTP_PASSWORD=password)
    assert done.returncode == 0, done.stderr
    secret = alerting.folder / "smtp_password"
    assert secret.read_bytes() == password.encode()
    assert secret.stat().st_mode & 0o7777 == 0o600
    assert secret.stat().st_uid == pwd.getpwnam("prometheus").pw_uid
    if len(password) > 6:  # shorter ones stand in other words
        others = [path for path in alerting.place.rglob("*") if path.is_file() and path != secret]
        assert not [path for path in others if password.encode() in path.read_bytes()]
        assert password not in done.stdout + done.stderr


def test_without_mail_alerts_show_on_pages_only(alerting: Alerting) -> None:
    done = alerting.configure("--no-reload", "--allow-no-mail", SMTP_PASSWORD="")
    assert done.returncode == 0
    assert "Alert email configuration not complete. Alert not sent." in done.stderr
    assert "email_configs" not in (alerting.folder / "alertmanager.yml").read_text()
    assert not (alerting.folder / "smtp_password").exists()


def test_what_is_lost_without_a_spool_is_told_where_there_are_mails(alerting: Alerting) -> None:
    lines = alerting.configure("--no-reload").stdout.splitlines()
    [told] = [line for line in lines if "without a spool" in line]
    assert "is lost" in told and "set `spool: postfix`" in told
    without_mails = alerting.configure("--no-reload", "--allow-no-mail", SMTP_PASSWORD="")
    assert without_mails.returncode == 0 and "without a spool" not in without_mails.stdout


def test_later_runs_find_the_settings_without_the_environment(configured: Alerting) -> None:
    nothing = dict.fromkeys(LOGIN, "")
    configured.settings = configured.folder / "alerting.yml"
    before = configured.files()
    done = configured.configure("--no-reload", **nothing)
    assert done.returncode == 0, done.stderr
    assert configured.files() == before


def test_check_writes_nothing(alerting: Alerting) -> None:
    done = alerting.run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(alerting.place.iterdir()) == []
    assert alerting.run("check", SMTP_PORT="x").returncode == 2


def test_the_address_of_the_switch_is_readable_for_alertmanager_alone(
    alerting: Alerting, alertmanager: Callable[[Path], str]
) -> None:
    address = "https://switch.example.org/ping/3f1c"
    settings = {"watchdog": {"url": address}, "prometheus": {"url": "http://127.0.0.1:1"}}
    alerting.write_settings(settings)
    assert alerting.run("check").returncode == 0
    assert alerting.configure("--no-reload").returncode == 0
    settings["alertmanager"] = {"url": alertmanager(alerting.folder / "alertmanager.yml")}
    alerting.write_settings(settings)
    done = alerting.configure()
    assert done.returncode == 0 and "Alertmanager has taken" in done.stdout, done.stderr
    written = [path for path in alerting.folder.rglob("*") if path.is_file() and address in path.read_text()]
    assert {path.name: (path.stat().st_mode & 0o7777, path.owner()) for path in written} == {
        "alertmanager.yml": (0o600, "prometheus"),
        "alerting.yml": (0o600, "root"),
    }
    subprocess.run(["cat", str(alerting.folder / "alertmanager.yml")], user="prometheus", check=True)


def test_a_missing_program_is_named_with_its_package(alerting: Alerting) -> None:
    empty = alerting.place / "empty"
    empty.mkdir()
    done = alerting.run("check", PATH=str(empty))
    assert done.returncode == 1
    assert "apt install prometheus-alertmanager" in done.stderr


def test_files_of_others_are_not_lost(configured: Alerting) -> None:
    (configured.folder / "rules/mine.yml").write_text("groups: []\n")
    before = configured.files()
    done = configured.configure("--no-reload")
    assert done.returncode == 1 and "rules/mine.yml" in done.stderr
    assert configured.files() == before


def test_files_of_an_older_version_are_not_those_of_others(configured: Alerting) -> None:
    old = configured.folder / "rules/dropped.yml"
    old.write_text("groups: []\n")
    with (configured.folder / ".written").open("a") as written:
        written.write("rules/dropped.yml\n")
    done = configured.configure("--no-reload")
    assert done.returncode == 0, done.stderr
    assert not old.exists()


@pytest.mark.parametrize("ending", ["", "/", "/."])
def test_a_spool_in_the_folder_is_refused_however_that_is_written(alerting: Alerting, ending: str) -> None:
    alerting.write_settings({"spool": {"program": "postfix", "directory": f"{alerting.folder}/spool"}})
    alerting.folder = f"{alerting.folder}{ending}"
    done = alerting.run("check")
    assert done.returncode == 2 and "exchanged as a whole" in done.stderr


def test_a_run_that_is_killed_leaves_the_old_files_or_the_new_ones(configured: Alerting) -> None:
    old = configured.files()
    new = None
    outcomes = set()
    for delay in range(24):
        changed = environment(ALERT_RECIPIENTS="third@example.org")
        run = subprocess.Popen(
            configured.command("configure", "--no-reload"),
            env=changed,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            run.wait(0.03 * delay)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
        left = of_alerting(configured.files())
        if left == of_alerting(old):
            outcomes.add("old")
        else:
            new = new or left
            assert left == new
            outcomes.add("new")
            assert yaml.safe_load(left["alerting/alerting.yml"][0])["recipients"] == ["third@example.org"]
        assert configured.configure("--no-reload").returncode == 0
        assert configured.files() == old
    assert "old" in outcomes


def test_concurrent_runs_follow_each_other(alerting: Alerting) -> None:
    runs = []
    for number in range(4):
        env = environment(ALERT_RECIPIENTS=f"user{number}@example.org", SMTP_PASSWORD=f"password{number}")
        command = alerting.command("configure", "--no-reload")
        runs.append(subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL))
    assert [run.wait(120) for run in runs] == [0] * 4
    recipient = yaml.safe_load((alerting.folder / "alerting.yml").read_text())["recipients"][0]
    password = (alerting.folder / "smtp_password").read_text()
    assert recipient == f"user{password.removeprefix('password')}@example.org"
    assert {path.name for path in alerting.place.iterdir()} == {"alerting", ".alerting.lock"}


def test_running_programs_take_the_new_files(
    configured: Alerting, alertmanager: Callable[[Path], str], prometheus: Callable[..., str]
) -> None:
    routes = alertmanager(configured.folder / "alertmanager.yml")
    rules = prometheus(*rule_files(configured), alertmanager=routes)
    configured.write_settings(
        {
            "alertmanager": {"url": routes},
            "prometheus": {"url": rules},
            "thresholds": {"cpu_percent": 77},
            "recipients": ["third@example.org"],
        }
    )
    done = configured.configure(ALERT_RECIPIENTS="")
    assert (done.returncode, done.stderr) == (0, "")
    assert "prometheus.yml needs" not in done.stdout
    assert "third@example.org" in answer(f"{routes}/api/v2/status")
    assert "vector(77)" in answer(f"{rules}/api/v1/rules")


def test_files_are_taken_back_from_all_when_one_program_refuses(
    configured: Alerting, alertmanager: Callable[[Path], str], prometheus: Callable[..., str]
) -> None:
    """Alertmanager has taken them when Prometheus refuses, so it has to be told too."""
    routes = alertmanager(configured.folder / "alertmanager.yml")
    rules = prometheus(f"{configured.folder}/rules/*.yml", f"{configured.place}/broken/*.yml")
    broken = configured.place / "broken/other.yml"
    broken.parent.mkdir()
    broken.write_text("groups: [{name: x, rules: [{record: a b, expr: 1}]}]")
    configured.write_settings({"alertmanager": {"url": routes}, "prometheus": {"url": rules}})
    before = configured.files()
    done = configured.configure(ALERT_RECIPIENTS="third@example.org")
    assert done.returncode == 1 and "Prometheus does not take the files" in done.stderr
    assert of_alerting(configured.files()) == of_alerting(before)
    assert "third@example.org" not in answer(f"{routes}/api/v2/status")


def test_programs_that_run_with_other_files_are_told_apart(
    configured: Alerting, alertmanager: Callable[[Path], str], prometheus: Callable[..., str]
) -> None:
    other = configured.place / "other.yml"
    other.write_text("route: {receiver: x}\nreceivers: [{name: x}]\n")
    rules = prometheus(f"{configured.folder}/rules/*.yml")
    routes = alertmanager(other)
    configured.write_settings({"alertmanager": {"url": routes}, "prometheus": {"url": rules}})
    done = configured.configure()
    assert done.returncode == 0
    assert "runs with another file" in done.stderr
    views = f"{configured.folder}/views/*.yml"
    assert f"does not read {views}: its prometheus.yml needs\n" in done.stderr
    assert "Prometheus has taken" not in done.stdout and "prometheus.yml needs" not in done.stdout


def test_a_prometheus_that_forbids_reloads_is_told_how(configured: Alerting, prometheus: Callable[..., str]) -> None:
    url = prometheus(f"{configured.folder}/rules/*.yml", lifecycle=False)
    configured.write_settings({"prometheus": {"url": url}, "alertmanager": {"url": "http://127.0.0.1:1"}})
    done = configured.configure()
    assert done.returncode == 0
    assert "--web.enable-lifecycle" in done.stderr and "Alertmanager is not running" in done.stderr
    wait_for(lambda: answer(f"{url}/-/ready"))
