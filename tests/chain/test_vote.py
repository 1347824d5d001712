"""The plan that most of several agree on."""

import pytest

from fluxem_vllm.chain.vote import elect
from tests.played import plan, ref

ADD = plan(("add", {"a": ref(0), "b": ref(1)}))
TURNED = (
    '<tool_call>{"arguments": {"b": "<|flux_1|>", "a": "<|flux_0|>"}, "name": "add"}</tool_call>'
)
MULTIPLY = plan(("multiply", {"a": ref(0), "b": ref(1)}))
BROKEN = "<tool_call>{add</tool_call>"


@pytest.mark.parametrize(
    ("texts", "elected"),
    [
        ([ADD], 0),
        ([MULTIPLY, ADD, ADD], 1),
        ([MULTIPLY, TURNED, "Sure. " + ADD], 1),  # order and words beside the calls don't matter
        ([ADD, MULTIPLY], 0),  # a tie goes to the earliest
        ([ADD, "Hello!", "Hi there!"], 1),
        ([BROKEN, BROKEN, ADD], 2),
        ([BROKEN, BROKEN], 0),
    ],
)
def test_elect(texts, elected):
    assert elect(texts) == elected
