"""Which fault a test is about."""

from collections.abc import Sequence

import pytest
from course import Fault, Run, Way


def seen(fault: Fault, *ways: Way) -> pytest.MarkDecorator:
    """The argument `outcome` of a test is that of the fault; one test for each way."""
    return outcomes([Run(fault, way) for way in ways], [way.value for way in ways])


def each_seen(way: Way, *faults: Fault) -> pytest.MarkDecorator:
    """The same; one test for each fault."""
    return outcomes([Run(fault, way) for fault in faults], [fault.__name__ for fault in faults])


def outcomes(runs: Sequence[Run], names: Sequence[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("outcome", runs, indirect=True, ids=names)
