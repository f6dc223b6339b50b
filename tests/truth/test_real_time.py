"""Views of a minute in real time, as Prometheus' own rule engine stores them and passes them on."""

import os

from conftest import Minute
from document import scenario_tables
from table import MOST_APART


def test_every_figure_is_within_its_bound(minute: Minute) -> None:
    print(scenario_tables(minute.rows))
    missed = [row for row in minute.rows if not row.is_met]
    assert not missed, scenario_tables(missed)


def test_both_servers_show_the_same(minute: Minute) -> None:
    apart = [row for row in minute.rows if row.apart > MOST_APART]
    assert not apart, scenario_tables(apart)


def test_the_load_was_there(minute: Minute) -> None:
    """It kept one CPU busy, so that the machine was no less busy than that."""
    (cpu,) = (row for row in minute.rows if row.figure == "`seadragon:cpu_usage:mean`")
    assert cpu.worst.truth and cpu.worst.truth > 90 / (os.cpu_count() or 1)
