"""The flags that docs/alerts.md names are the stack's, and those that faults are played with."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import parts
import prometheus
import pytest
import routing
from conftest import ROOT
from settings import Settings

SETTINGS = Settings(viewer=Path("build/viewer"))
COMMANDS = {
    part.command[0]: list(map(str, part.command[1:]))
    for part in (parts.prometheus(SETTINGS), parts.alertmanager(SETTINGS))
}
PLAYED = {
    "prometheus": prometheus.SHIPPED_FLAGS,
    "prometheus-alertmanager": [*routing.ALONE, *routing.SHIPPED_FLAGS],
}
# Those that decide what is mailed, when, and how often.
OF_MAILS = ("--rules.", "--data.", "--cluster.")


class Flag(NamedTuple):
    program: str
    word: str  # --name=value; where any value will do only --name
    default: str  # of the program, and good; otherwise empty


ROW = re.compile(r"^\| (prometheus\S*) \| `(--\S+)`(?: \((\w+)\))? \| ", re.M)
DOCUMENTED = [Flag(*row) for row in ROW.findall((ROOT / "docs/alerts.md").read_text())]
SET = [flag for flag in DOCUMENTED if not flag.default]
LEFT_ALONE = [flag for flag in DOCUMENTED if flag.default]


def test_the_page_names_flags_of_both_programs() -> None:
    assert {flag.program for flag in SET} == COMMANDS.keys()


@pytest.mark.parametrize("flag", SET, ids=lambda flag: flag.word)
def test_the_stack_starts_its_programs_with_the_flags_of_the_page(flag: Flag) -> None:
    command = COMMANDS[flag.program]
    assert flag.word in [each if "=" in flag.word else each.split("=")[0] for each in command]


@pytest.mark.parametrize("flag", LEFT_ALONE, ids=lambda flag: flag.word)
def test_a_default_that_the_page_names_is_the_programs_and_left_alone(flag: Flag) -> None:
    assert not [each for each in COMMANDS[flag.program] if each.startswith(flag.word)]
    done = subprocess.run([flag.program, "--help"], capture_output=True, text=True, timeout=60)
    assert f"{flag.word}={flag.default}" in done.stdout + done.stderr


def test_faults_are_played_with_the_flags_of_the_page() -> None:
    for program, played in PLAYED.items():
        its = [flag.word for flag in SET if flag.program == program]
        assert sorted(played) == sorted(word for word in its if word.startswith(OF_MAILS))
