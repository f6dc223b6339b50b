"""What seadragon-alerts refuses: a line for each mistake, and nothing is changed."""

import pytest
from programs import LOGIN, Alerting


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SMTP_USERNAME": ""}, "SMTP_USERNAME"),
        ({"SMTP_PASSWORD": ""}, "SMTP_PASSWORD"),
        ({"ALERT_RECIPIENTS": " , "}, "ALERT_RECIPIENTS"),
        ({"SMTP_PORT": "0"}, "SMTP_PORT"),
        ({"SMTP_PORT": "99999"}, "SMTP_PORT"),
        ({"SMTP_SERVER": "mail.example.org:587"}, "SMTP_SERVER"),
        ({"SMTP_SERVER": "{{ .Status }}"}, "{{"),
        ({"SMTP_USERNAME": "{{ .Status }}@example.org"}, "{{"),
        ({"SMTP_USERNAME": "monitoring"}, "smtp.from"),
        ({"SMTP_PASSWORD": "one\ntwo"}, "SMTP_PASSWORD"),
        ({"ALERT_RECIPIENTS": "ops@example.org, Öps <x@example.org>"}, "ALERT_RECIPIENTS"),
        ({"ALERT_RECIPIENTS": "ops@example.org\nBcc: thief@example.org"}, "ALERT_RECIPIENTS"),
    ],
)
def test_wrong_settings_are_named_and_change_nothing(configured: Alerting, changes: dict[str, str], told: str) -> None:
    before = configured.files()
    done = configured.configure("--no-reload", **changes)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1 and told in done.stderr
    assert done.stdout == ""
    assert configured.files() == before


def test_everything_that_is_missing_is_named_at_once(alerting: Alerting) -> None:
    done = alerting.configure(**dict.fromkeys(LOGIN, ""))
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert [name for name in LOGIN if any(name in line for line in lines)] == [
        "SMTP_USERNAME",
        "SMTP_PASSWORD",
        "ALERT_RECIPIENTS",
    ]
    assert len(lines) == 3
    assert list(alerting.place.iterdir()) == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("smpt: {username: a@example.org, password: x}", ':1: unknown key "smpt", did you mean "smtp"?'),
        ("mail: {server: localhost}", ':1: unknown key "mail"; known are'),
        ("smtp: {server: localhost", ":1: "),
        ("\ufeffsmtp:\r\n\tserver: localhost\r\n", ":2: "),
        ("smtp: {port: 25}\nsmtp: {username: a@example.org}", ':2: key "smtp" is there twice'),
        ("smtp: localhost", ":1: keys expected"),
    ],
)
def test_a_section_that_is_refused_is_told_without_what_follows_from_it(
    alerting: Alerting, written: str, told: str
) -> None:
    alerting.settings.write_text(written)
    done = alerting.configure(**dict.fromkeys(LOGIN, "") | {"ALERT_RECIPIENTS": "ops@example.org"})
    assert done.returncode == 2
    assert done.stderr.startswith(f"seadragon-alerts: {alerting.settings}{told}"), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_a_user_that_is_not_here_is_a_warning_to_check_and_refused_by_configure(alerting: Alerting) -> None:
    alerting.write_settings({"alertmanager": {"user": "nobody-of-here"}})
    checked = alerting.run("check")
    assert checked.returncode == 0
    assert "no user nobody-of-here" in checked.stderr and checked.stderr.count("\n") == 1
    done = alerting.configure("--no-reload")
    assert done.returncode == 1 and "no user nobody-of-here" in done.stderr
    assert not alerting.folder.exists()


def test_check_asks_for_no_user_that_gets_no_file(alerting: Alerting) -> None:
    alerting.write_settings({"alertmanager": {"user": "nobody-of-here"}})
    done = alerting.run("check", "--allow-no-mail", SMTP_PASSWORD="")
    assert done.returncode == 0 and "nobody-of-here" not in done.stderr
