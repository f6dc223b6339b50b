from pathlib import Path

import pytest
from configurations import make_all
from readiness import expected_views, has_value, targets_that_are_not_up
from settings import Ports, Settings


@pytest.fixture
def state(tmp_path: Path) -> Path:
    make_all(Settings(state=tmp_path))
    return tmp_path


def test_with_traffic_each_view_of_each_period_is_awaited(state: Path) -> None:
    views = expected_views(Settings(state=state))
    assert 'seadragon:http_requests:count{period="month"}' in views
    assert "seadragon:cpu_usage:percent" in views
    assert "seadragon:threshold:queue_length" in views
    assert not any(view.startswith("ALERTS") for view in views)


def test_without_traffic_only_what_needs_none_is_awaited(state: Path) -> None:
    views = expected_views(Settings(state=state, traffic=False))
    assert "seadragon:queue_length:current" in views and "seadragon:memory_usage:percent" in views
    assert not any("http" in view or "generation" in view for view in views)
    assert not any(view.startswith("seadragon:queue_wait_seconds:p") for view in views)


def test_a_prometheus_that_does_not_answer_is_not_ready(free_port: int) -> None:
    settings = Settings(ports=Ports(prometheus=free_port))
    assert targets_that_are_not_up(settings) == ["Prometheus does not answer"]
    assert not has_value(settings, "up")
