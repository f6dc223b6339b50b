"""What promtool leaves to chance in a hand-written test has to be said there."""

from pathlib import Path

import pytest
import yaml

STORIES = sorted(Path(__file__).parent.glob("*_test.yml"))


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name)
def test_a_story_names_the_order_of_all_groups_that_it_loads(story: Path) -> None:
    """promtool evaluates those that are not named in any order, also before the named ones."""
    content = yaml.safe_load(story.read_text())
    loaded = [
        group["name"]
        for path in content["rule_files"]
        for group in yaml.safe_load((story.parent / path).read_text())["groups"]
    ]
    assert sorted(content["group_eval_order"]) == sorted(loaded)
