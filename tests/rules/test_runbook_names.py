"""The units, files, programs, metrics and numbers that the runbook names are those there are."""

import re
import subprocess

import pytest
from alert_numbers import limits_of, numbers_in
from alert_rules import ROOT, alerts, seconds
from runbook import RUNBOOK, SECTIONS, blocks, commands, prose, told_commands, words

EVERY = commands() + told_commands()

OUR_UNITS = {
    path.name.split(".")[0] for path in ROOT.rglob("seadragon-*.service*") if path.is_file()
}
# Of Debian; and what stands for a unit that has another name on each machine.
OTHER_UNITS = {"prometheus", "prometheus-alertmanager", "certbot", "UNIT"}

# Of every machine; of the packages prometheus and prometheus-alertmanager, and ours.
OF_DEBIAN = set(
    "apt-get awk cat curl df dmesg du free grep head journalctl openssl pgrep ping ps renice sort "
    "ss systemctl tail timedatectl truncate uniq vmstat".split()
)
# With a word about their package, or with the GPU, the spool or the debugger that they are of.
OF_PACKAGES = {"amtool", "gdb", "iostat", "jq", "lsof", "nvidia-smi", "pidstat"}
OF_PACKAGES |= {"postqueue", "postsuper", "promtool"}
OURS = {"seadragon-alerts", "seadragon-exporter"}

ASKS_NOTHING_OF_OTHERS = {"df", "du", "free", "head", "ps", "sort", "vmstat"}


def programs(command: str) -> list[str]:
    """The first words of a command's parts."""
    without_texts = re.sub(r"'[^']*'", "''", command)
    return [part.split()[0] for part in re.split(r"\|+|&&|\$\(", without_texts)]


def default_folder() -> str:
    text = (ROOT / "alertmanager/configure/configure.h").read_text()
    return re.findall(r'output_folder = "([^"]+)"', text)[0]


def test_a_command_is_of_a_program_that_is_known() -> None:
    for command in commands():
        assert set(programs(command)) <= OF_DEBIAN | OF_PACKAGES | OURS, command
        subprocess.run(["bash", "-n", "-c", command], check=True)


def test_what_asks_nothing_of_other_programs_works() -> None:
    plain = [each for each in commands() if set(programs(each)) <= ASKS_NOTHING_OF_OTHERS]
    assert plain
    for command in plain:
        here = subprocess.run(["bash", "-c", command], capture_output=True, timeout=30)
        assert here.stdout, command


def test_a_unit_is_one_of_ours_or_of_debian() -> None:
    named = set()
    for command in EVERY:
        for part in re.split(r"\||&&", command):
            if unit := re.search(r"\bjournalctl -u (\S+)", part):
                named.add(unit[1])
            elif units := re.search(r"\bsystemctl (?:start|stop|restart|reload) (.+)", part):
                named |= set(units[1].split())
    assert {"seadragon-exporter", "seadragon-spool"} == OUR_UNITS
    assert OUR_UNITS < named <= OUR_UNITS | OTHER_UNITS


def test_a_file_of_ours_is_where_our_programs_have_it() -> None:
    folder = default_folder()
    known = {f"{folder}/{name}" for name in ("alertmanager.yml", "postfix", "views/*.yml")}
    known |= {f"{folder}{ending}.yml" for ending in ("", "/rules/host")}
    known |= {f"/etc/seadragon/{name}" for name in ("exporter.yml", "web.yml")}
    known |= {f"/etc/seadragon/exporter.{ending}" for ending in ("pem", "key")}  # in a sample
    named = {path.rstrip(".") for path in re.findall(r"/etc/seadragon[\w./*-]*", RUNBOOK)}
    assert named == known
    unit = (ROOT / "alertmanager/configure/seadragon-spool.service").read_text()
    assert f"-c {folder}/postfix" in unit


def test_the_spool_is_asked_for_in_its_own_folder() -> None:
    found = [each for each in EVERY if re.match(r"post(queue|super)\b", each)]
    assert found
    for command in found:
        assert words(command)[1:3] == ["-c", f"{default_folder()}/postfix"]


def test_our_programs_are_told_what_they_understand() -> None:
    of_alerts = (ROOT / "alertmanager/configure/command_line.cpp").read_text()
    of_exporter = (ROOT / "docs/exporter.md").read_text()
    subcommands = set(re.findall(r'\b(?:add|add_no_mail)\(\*?(?:add\()?"([a-z-]+)"', of_alerts))
    for command in EVERY:
        program, *rest = command.split()
        flags = [word.split("=")[0] for word in rest if word.startswith("-")]
        if program == "seadragon-alerts":
            assert rest[0] in subcommands, command
            assert all(f'"{flag}"' in of_alerts for flag in flags), command
        elif program == "seadragon-exporter":
            assert all(re.search(rf"{flag}(?![\w-])", of_exporter) for flag in flags), command


def documented_metrics() -> set[str]:
    text = (ROOT / "docs/metrics.md").read_text()
    return set(re.findall(r"^\| `(seadragon_\w+)` \|", text, re.MULTILINE))


def alternatives(pattern: str) -> list[str]:
    """a(b|c)d is abd or acd; more than one group of them is left as it is."""
    if group := re.fullmatch(r"([^()]*)\(([^()]+)\)([^()]*)", pattern):
        return [group[1] + each + group[3] for each in group[2].split("|")]
    return [pattern]


@pytest.mark.parametrize("name", SECTIONS)
def test_what_a_command_looks_for_is_what_its_output_shows(name: str) -> None:
    parts = blocks(SECTIONS[name])
    for (_, command), (_, output) in zip(parts[::2], parts[1::2]):
        looked_for = re.search(r"\| grep (?!-c)(?:-\w+ )*('[^']+'|\S+)", command)
        looked_for = looked_for or re.match(r"grep (?:-\w+ (?:\d )?)*('[^']+'|\S+)", command)
        for pattern in alternatives(looked_for[1].strip("'")) if looked_for else []:
            grep = ["grep", "-iE" if " -i " in command else "-E", pattern]
            shown = subprocess.run(grep, input=output, capture_output=True, text=True)
            assert shown.stdout, f"{pattern} in {command}"


def test_a_metric_of_a_page_that_is_shown_is_documented() -> None:
    for section in SECTIONS.values():
        for metric in re.findall(r"^(seadragon_\w+)(?:\{.*\})? \S+$", section, re.MULTILINE):
            assert metric in documented_metrics(), metric


@pytest.mark.parametrize("name", SECTIONS)
def test_what_an_alert_means_is_told_in_the_numbers_of_its_rule(name: str) -> None:
    alert = alerts()[name]
    meaning = re.sub(r"status \d+", "", prose(SECTIONS[name].split("**Users feel:**")[0]))
    durations = {float(seconds(each)) for each in (alert.wait, alert.kept)}
    known = numbers_in(alert) | limits_of(alert) | durations
    units = {" seconds": 1, " minutes": 60, " hours": 3600}
    text = re.sub(r"\([^)]*\)", "", meaning)
    for number, unit in re.findall(rf"(?<![\w.])(\d+(?:\.\d+)?)({'|'.join(units)})?", text):
        share = {float(number) / 100} if not unit else set()
        assert known & ({float(number) * units.get(unit, 1)} | share), f"{number}{unit}"
