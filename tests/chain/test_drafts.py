"""The choice among drafts: probability, precedents, and what came of the trial."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_vllm.chain.drafts import Draft, _strange, best
from fluxem_vllm.chain.steps import Limits
from fluxem_vllm.router import default_router
from fluxem_vllm.shapes import Precedents
from tests.played import plan, play, ref

UNKNOWN = Precedents([], ())


def draft(question, probability, *calls):
    """A draft of these calls, tried with the real tools."""
    text = plan(*calls)
    trial = play(question, text, limits=Limits(passes=1)).answer.trace
    return Draft(text, math.log(probability), trial)


def chosen(question, *drafts, precedents=UNKNOWN):
    return drafts.index(best(question, drafts, precedents))


def test_without_precedents_the_likeliest_wins():
    q = "Take 8 and 2"
    divide = ("divide", {"a": ref(0), "b": ref(1)})
    power = ("power", {"base": ref(0), "exponent": ref(1)})
    assert chosen(q, draft(q, 0.3, divide), draft(q, 0.5, power)) == 1
    assert chosen(q, draft(q, 0.5, divide), draft(q, 0.4, power)) == 0


def test_precedents_outweigh_a_somewhat_likelier_plan():
    q = "Please share 22.5 kilos of flour among my 7 bakers, how much does each get?"
    other = draft(q, 0.44, ("divide", {"a": ref(1), "b": ref(0)}))
    right = draft(q, 0.28, ("divide", {"a": ref(0), "b": ref(1)}))
    precedents = default_router().precedents(q, ["divide", "multiply"])
    assert chosen(q, other, right) == 0
    assert chosen(q, other, right, precedents=precedents) == 1


def test_a_plan_whose_call_fails_loses_to_one_that_works():
    q = "Divide 8 by 0 or 2"
    zero = draft(q, 0.7, ("divide", {"a": ref(0), "b": ref(1)}))
    two = draft(q, 0.2, ("divide", {"a": ref(0), "b": ref(2)}))
    assert chosen(q, zero, two) == 1
    refused = draft(q, 0.7, *[("add", {"a": k, "b": 1}) for k in range(40)])  # too many to be run
    assert chosen(q, refused, two) == 1


def test_no_call_at_all_may_be_best():
    q = "Please draft a note to the families: no more than 2 visitors for each of the 9 beds."
    multiply = draft(q, 0.3, ("multiply", {"a": ref(0), "b": ref(1)}))
    answer = Draft("I only calculate.", math.log(0.2), play(q, "I only calculate.").answer.trace)
    precedents = default_router().precedents(q, ["multiply"])
    assert chosen(q, multiply, answer) == 0
    assert chosen(q, multiply, answer, precedents=precedents) == 1


def test_a_strange_result_costs():
    q = "I had 12 sweets and ate 5, how many are left?"
    less = draft(q, 0.45, ("subtract", {"a": ref(1), "b": ref(0)}))
    right = draft(q, 0.25, ("subtract", {"a": ref(0), "b": ref(1)}))
    assert chosen(q, less, right) == 1
    unlikely = draft(q, 0.01, ("subtract", {"a": ref(0), "b": ref(1)}))
    assert chosen(q, draft(q, 0.9, ("subtract", {"a": ref(1), "b": ref(0)})), unlikely) == 0


def test_a_value_that_no_call_takes_costs():
    q = "3 bags of 12 rolls and 5 loose ones"
    rolls = ("multiply", {"a": ref(0), "b": ref(1)})
    some = draft(q, 0.4, rolls)
    every = draft(q, 0.3, rolls, ("add", {"a": ref(3), "b": ref(2)}))
    assert chosen(q, some, every) == 1
    in_list = draft(q, 0.3, ("total", {"data": [ref(0), ref(1), ref(2)]}))
    assert chosen(q, some, in_list) == 1
    assert chosen(q, some, draft(q, 0.01, rolls, ("add", {"a": ref(3), "b": ref(2)}))) == 0


@pytest.mark.parametrize(
    ("question", "value", "strange"),
    [
        ("What is the chance?", Fraction(7, 6), True),
        ("What is the probability?", 0.5, False),
        ("How likely is that?", Decimal("1.5"), True),
        ("How many?", 10**400, False),
        ("How many?", Decimal("2.0"), False),
        ("How many?", Decimal("6.02214076E+23"), False),
        ("How many?", Decimal("1" * 60 + ".5"), True),
        ("How many?", Decimal("1E+999999"), False),
        ("How many?", Decimal("1E-999999"), True),
        ("How many?", 2.0, False),
        ("What is left?", -1, True),
        ("How much?", math.inf, False),
        ("How many?", math.nan, True),
        ("How many?", (1, Fraction(1, 2)), False),
        ("How many?", None, False),
    ],
)
def test_strange_values(question, value, strange):
    assert _strange(question, value) is strange
