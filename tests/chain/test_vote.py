"""Of several plans the one that is run."""

from fluxem_vllm.chain.vote import most_written
from tests.played import plan

ADD, ADD_SPACED = plan(("add", {"a": 1, "b": 2})), plan(("add", {"b": 2, "a": 1}))
MULTIPLY = plan(("multiply", {"a": 1, "b": 2}))
BROKEN = "<tool_call>\n{\n</tool_call>"


def test_the_plan_written_most_often_wins():
    assert most_written([MULTIPLY, ADD, ADD]) == 1
    assert most_written([MULTIPLY, ADD, ADD_SPACED]) == 1  # the order of arguments tells nothing
    assert most_written(["Hello.", ADD, "Good day."]) == 0  # whatever they say, no call


def test_of_equals_the_first_wins():
    assert most_written([ADD]) == 0
    assert most_written([MULTIPLY, ADD]) == 0
    assert most_written([ADD + MULTIPLY, MULTIPLY, ADD]) == 0


def test_malformed_plans_lose():
    assert most_written([BROKEN, BROKEN, ADD]) == 2
    assert most_written([BROKEN, BROKEN]) == 0
