"""Which plans may be run before it is decided that they are the answer."""

from dataclasses import replace

from fluxem_qwen3.calls import write_calls
from fluxem_toolbox import TOOLS
from fluxem_vllm.serving.driver import _may_be_tried

THEIRS = "tide_height"
PURE, CLIENTS = ("add", {"a": 1, "b": 2}), ("order_parts", {"count": 3})


def test_no_plan_that_may_do_something_is_run_on_trial(monkeypatch):
    monkeypatch.setitem(TOOLS, THEIRS, replace(TOOLS["add"], name=THEIRS, pure=False))
    impure = (THEIRS, {"a": 1, "b": 2})
    assert _may_be_tried(write_calls([PURE]))
    assert _may_be_tried(write_calls([PURE, CLIENTS]))
    assert _may_be_tried("The sum is 3.")
    assert not _may_be_tried(write_calls([impure]))
    assert not _may_be_tried(write_calls([PURE, impure]))
