import sys

import pytest

from fluxem_toolbox import TOOLS

SLOW_TOOLS = "tests.pool.slow_tools"
collect_ignore = ["slow_tools.py"]  # importing it registers its tools for every other test


@pytest.fixture
def slow_tools(monkeypatch):
    """The module of misbehaving tools, whose registration in this process ends with the test."""
    monkeypatch.delitem(sys.modules, SLOW_TOOLS, raising=False)
    before = dict(TOOLS)
    yield SLOW_TOOLS
    TOOLS.clear()
    TOOLS.update(before)
