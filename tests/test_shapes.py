"""Shapes: plans of the bank and plans that a model wrote meet where they are alike."""

import math

import pytest

from fluxem_qwen3.calls import parse_calls
from fluxem_vllm.data.bank import Fixed, Plan, parse_plans, template
from fluxem_vllm.shapes import NONE, Precedents, Shape, shape, shape_of_calls
from tests.played import plan, ref


def written(spans, *calls):
    return shape_of_calls(parse_calls(plan(*calls))[1], spans)


def told(plans, text):
    return shape(parse_plans(plans), template(text).names)


def test_a_written_plan_has_the_shape_of_the_same_plan_in_the_bank():
    ours = told("subtract(paid, multiply(n, price))", "{n} tickets at {price}, paid with {paid}")
    theirs = written(
        4,  # the second value is beside the point
        ("multiply", {"a": ref(0), "b": ref(2)}),
        ("subtract", {"a": ref(3), "b": ref(4)}),
    )
    assert ours == theirs
    assert ours.placed == ("subtract(2,multiply(0,1))",)


def test_the_order_of_symmetric_arguments_is_no_part_of_the_shape():
    assert written(2, ("lcm", {"a": ref(1), "b": ref(0)})) == told("lcm(a, b)", "{a} and {b}")


def test_each_level_tells_more():
    one = written(2, ("divide", {"a": ref(0), "b": ref(1)}))
    other = written(2, ("divide", {"a": ref(1), "b": ref(0)}))
    assert one[:2] == other[:2]
    assert one.placed != other.placed
    inner = written(3, ("add", {"a": ref(0), "b": ref(1)}), ("divide", {"a": ref(3), "b": ref(2)}))
    beside = written(3, ("add", {"a": ref(0), "b": ref(1)}), ("divide", {"a": ref(0), "b": ref(2)}))
    assert inner.tools == beside.tools
    assert inner.nested != beside.nested


def test_literals_are_places_of_their_own():
    assert written(1, ("root", {"x": ref(0), "degree": 3})).placed == ("root(0,=3)",)
    fixed = [Plan("root", {"degree": Fixed(3), "x": "x"})]
    assert shape(fixed, ["x"]).placed == ("root(0,=3)",)


@pytest.mark.parametrize(
    "text",
    [
        "I cannot say.",
        "<tool_call>\nnonsense\n</tool_call>",
        plan(("no_such_tool", {"b": ref(0), "a": [ref(1), 2]})),
        plan(("add", {"a": ref(2), "b": ref(99)})),  # of itself, and of nothing
    ],
)
def test_any_written_text_has_a_shape(text):
    own = shape_of_calls(parse_calls(text)[1], 2)
    assert len(own.tools) == 1
    assert (own.tools == (NONE,)) == ("tool_call" not in text)


def test_a_plan_that_doubles_itself_again_and_again_has_a_small_shape():
    calls = [("add", {"a": ref(k), "b": ref(k)}) for k in range(100)]
    own = written(1, *calls)
    assert set(own.tools) == {"add"}
    assert sum(map(len, own.placed)) < 50_000


def test_support_is_the_logarithm_of_shares_level_by_level():
    one = Shape(("divide",), ("divide(#,#)",), ("divide(0,1)",))
    other = one._replace(placed=("divide(1,0)",))
    beyond = Shape(("gcd",), ("gcd(#,#)",), ("gcd(0,1)",))
    precedents = Precedents([(one, 3.0), (other, 1.0), (beyond, 5.0)], {"divide"})
    tools, nested, placed = precedents.support(one)
    assert (tools, nested) == (pytest.approx(math.log(1.02)), 0)
    assert placed == pytest.approx(math.log(0.77 / 1.02))
    assert sum(precedents.support(beyond)) == pytest.approx(math.log(0.02))


def test_without_precedents_all_plans_are_alike():
    assert Precedents([], {"add"}).support(shape([], [])) == (0, 0, 0)
