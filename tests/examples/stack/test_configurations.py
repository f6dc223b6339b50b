import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from configurations import SHIPPED_PROMETHEUS, make_all, moved, read
from failure import Failure
from settings import Ports, Settings

PORTS = Ports.from_base(21000)


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    settings = Settings(state=tmp_path, ports=PORTS, scrape_interval="2s", resolve_after="10s")
    make_all(settings)
    return settings


def rule_groups(folder: Path) -> list[dict]:
    return [group for file in sorted(folder.glob("*.yml")) for group in read(file)["groups"]]


def test_the_shipped_configuration_is_valid_where_it_lies() -> None:
    subprocess.run(["promtool", "check", "config", SHIPPED_PROMETHEUS], check=True, capture_output=True)


def test_all_targets_of_the_machine_carry_the_same_instance() -> None:
    jobs = {job["job_name"]: job["static_configs"][0] for job in read(SHIPPED_PROMETHEUS)["scrape_configs"]}
    assert jobs.keys() == {"seadragon", "seadragon-exporter", "prometheus", "alertmanager"}
    assert {group["labels"]["instance"] for group in jobs.values()} == {"example"}


def test_what_is_made_is_valid(made: Settings) -> None:
    subprocess.run(["promtool", "check", "config", made.state / "prometheus.yml"], check=True, capture_output=True)
    subprocess.run(["amtool", "check-config", made.alerting / "alertmanager.yml"], check=True, capture_output=True)


def test_each_address_moves_to_this_stacks_port(made: Settings) -> None:
    config = read(made.state / "prometheus.yml")
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in config["scrape_configs"]}
    assert targets == {
        "seadragon": ["127.0.0.1:21001"],
        "seadragon-exporter": ["127.0.0.1:21002"],
        "prometheus": ["127.0.0.1:21003"],
        "alertmanager": ["127.0.0.1:21004"],
    }
    assert config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] == ["127.0.0.1:21004"]
    assert read(made.alerting / "alertmanager.yml")["global"]["smtp_smarthost"] == "localhost:21005"
    assert read(made.state / "exporter.yml")["web"]["listen_address"] == "127.0.0.1:21002"
    assert read(made.state / "exporter.yml")["server"]["url"] == "http://127.0.0.1:21001/metrics"


def test_an_address_that_is_not_of_the_stack_is_a_mistake_in_the_shipped_file() -> None:
    with pytest.raises(KeyError):
        moved("127.0.0.1:1", PORTS)


def test_everything_is_evaluated_at_the_scrape_interval(made: Settings) -> None:
    config = read(made.state / "prometheus.yml")
    assert config["global"] == {"scrape_interval": "2s", "evaluation_interval": "2s"}
    assert not any("interval" in group for group in rule_groups(made.state / "rules"))


def test_no_rule_is_lost(made: Settings) -> None:
    copies = [Path(file) for file in read(made.state / "prometheus.yml")["rule_files"]]
    assert copies == sorted((made.state / "rules").glob("*.yml"), key=copies.index) and copies
    patterns = read(SHIPPED_PROMETHEUS)["rule_files"]
    shipped = [file for pattern in patterns for file in SHIPPED_PROMETHEUS.parent.glob(pattern)]
    count = sum(len(group["rules"]) for file in shipped for group in read(file)["groups"])
    assert len(copies) == len(shipped)
    assert sum(len(group["rules"]) for group in rule_groups(made.state / "rules")) == count


def kept(folder: Path) -> set[str]:
    rules = [rule for group in rule_groups(folder) for rule in group["rules"]]
    return {rule["keep_firing_for"] for rule in rules if "keep_firing_for" in rule}


def test_resolving_is_as_shipped_unless_asked_otherwise(made: Settings, tmp_path: Path) -> None:
    assert kept(made.state / "rules") == {"10s"}
    as_shipped = Settings(state=tmp_path / "as_shipped")
    as_shipped.state.mkdir()
    make_all(as_shipped)
    assert kept(as_shipped.state / "rules") == kept(SHIPPED_PROMETHEUS.parents[2] / "alertmanager/rules")


def test_the_password_is_for_the_owner_alone_and_has_no_newline(made: Settings) -> None:
    file = made.state / "smtp_password"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert file.read_text().strip() == file.read_text() != ""


def test_each_recipient_trusts_only_the_mailbox(made: Settings) -> None:
    config = read(made.alerting / "alertmanager.yml")
    mails = next(receiver for receiver in config["receivers"] if receiver["name"] == "mail")["email_configs"]
    assert [mail["to"] for mail in mails] == ["ops@example.org", "second@example.org"]
    assert {mail["tls_config"]["ca_file"] for mail in mails} == {str(made.state / "certificate.pem")}


def test_with_a_spool_mails_go_to_it_and_it_alone_knows_the_mailbox(tmp_path: Path) -> None:
    spool = Path("/var/spool/seadragon-example/tested")
    settings = Settings(state=tmp_path, ports=PORTS, spool=spool)
    try:
        make_all(settings)
    finally:
        shutil.rmtree(spool, ignore_errors=True)
    assert read(settings.alerting / "alertmanager.yml")["global"]["smtp_smarthost"] == "127.0.0.1:21007"
    assert "[localhost]:21005" in (settings.alerting / "postfix/main.cf").read_text()
    assert read(tmp_path / "exporter.yml")["mail"]["spool"] == str(spool / "queue")


def test_what_cannot_be_configured_is_told_in_the_programs_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("configurations.RECIPIENTS", ["nobody"])
    settings = Settings(state=tmp_path, ports=PORTS)
    with pytest.raises(Failure, match="nobody"):
        make_all(settings)
