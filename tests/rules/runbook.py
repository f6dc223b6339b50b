"""The runbook of the alerts, taken apart."""

import re
import shlex
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "alertmanager/runbook.md").read_text()
RULE_FILES = sorted((ROOT / "alertmanager/rules").glob("*.yml"))
VIEW_FILES = sorted((ROOT / "grafana/views").glob("*.yml"))


def rules(files: list[Path]) -> list[dict]:
    contents = [yaml.safe_load(file.read_text()) for file in files]
    return [rule for content in contents for group in content["groups"] for rule in group["rules"]]


ALERTS = {rule["alert"]: rule for rule in rules(RULE_FILES) if "alert" in rule}
RECORDS = {rule["record"] for rule in rules(RULE_FILES + VIEW_FILES) if "record" in rule}
SECTIONS = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))


def blocks(section: str) -> list[tuple[str, str]]:
    """Commands (`sh`) and outputs (`text`) in their order."""
    return re.findall(r"^```(\w+)\n(.*?)\n?^```$", section, re.MULTILINE | re.DOTALL)


def prose(section: str) -> str:
    """What it says without commands and their output, on one line."""
    return " ".join(re.sub(r"^```.*?^```$", "", section, flags=re.MULTILINE | re.DOTALL).split())


def told_commands() -> list[str]:
    """What stands as code in the text, commands among it."""
    return [
        code for section in SECTIONS.values() for code in re.findall("`([^`]+)`", prose(section))
    ]


def commands() -> list[str]:
    found = [block for section in SECTIONS.values() for block in blocks(section)]
    return [text for language, text in found if language == "sh"]


def words(command: str) -> list[str]:
    """A pipeline's words as the shell takes them apart; `|` is one."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|")
    lexer.whitespace_split = True
    return list(lexer)


def expressions() -> list[str]:
    """The PromQL of the commands."""
    split = [words(command) for command in commands() if command.startswith("promtool query")]
    return [command[4] for command in split]


def silences() -> dict[str, str]:
    """For each alert the command that silences it."""
    return {name: blocks(section)[-1][1] for name, section in SECTIONS.items()}
