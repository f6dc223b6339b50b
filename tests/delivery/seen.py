"""Which fault a test is about."""

import pytest
from course import Fault, Run, Way


def seen(fault: Fault, *ways: Way) -> pytest.MarkDecorator:
    """The argument `outcome` of a test is that of the fault; one test for each way."""
    runs = [Run(fault, way) for way in ways]
    names = [way.value for way in ways]
    return pytest.mark.parametrize("outcome", runs, indirect=True, ids=names)
