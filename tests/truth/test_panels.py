"""The queries of all dashboards on both servers."""

from conftest import Minute
from document import dashboard_table
from panels import Compared
from table import MOST_APART


def named(compared: list[Compared]) -> str:
    return "\n".join(f"{each.asked.name}: {each.asked.target.expression}" for each in compared)


def test_every_query_has_an_answer_where_there_is_every_metric(panels: list[Compared]) -> None:
    assert len(panels) > 150
    empty = [each for each in panels if not all(each.answers)]
    assert not empty, named(empty)


def test_both_servers_draw_the_same_where_everything_grows_steadily(panels: list[Compared]) -> None:
    print(dashboard_table(panels))
    apart = [each for each in panels if each.apart > MOST_APART]
    assert not apart, named(apart)


def test_both_servers_show_the_same_of_a_minute_in_real_time(minute: Minute) -> None:
    print(dashboard_table(minute.panels))
    assert len([each for each in minute.panels if all(each.answers)]) > 30
    apart = [each for each in minute.panels if each.apart > MOST_APART]
    assert not apart, named(apart)
