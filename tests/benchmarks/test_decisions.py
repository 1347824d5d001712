"""Decisions: the plan follows from the values, and what is tested on is kept from training."""

from collections import Counter
from fractions import Fraction
from itertools import islice

import pytest

from benchmarks.decisions import DRAW, UNITS, Decisions, load_decisions

KINDS = load_decisions()


def drawn(kind, count=150, **options):
    """Samples of the kind with the values of their questions by reference, less what is no part of
    the decision, such as `zero` in `above zero`."""
    for sample in islice(Decisions(3, [kind], **options), count):
        values = {f"<|flux_{i}|>": span.value for i, span in enumerate(sample.turn.spans)
                  if span.text[-1].isdigit() or hasattr(span.value, "unit")}  # fmt: skip
        (call,) = sample.turn.calls
        assert call.error is None
        yield call, values


def extremes(call, values):
    assert values[call.arguments["a"]] == max(values.values())
    assert values[call.arguments["b"]] == min(values.values())


def dimension(value):
    return next(units for units in UNITS if value.unit in units)


def check_larger(call, values):
    assert call.tool == "subtract"
    extremes(call, values)


def check_order(call, values):
    assert call.tool == "divide"
    assert len(values) == 3
    extremes(call, values)


def check_whole(call, values):
    (x,) = values.values()
    assert call.tool == ("factorial" if Fraction(x).denominator == 1 else "round_to")


def check_sign(call, values):
    (x,) = values.values()
    assert call.tool == ("power" if x < 0 else "root")


def check_even(call, values):
    (x,) = values.values()
    assert (call.tool, call.arguments["b"]) == (("multiply", 3) if x % 2 else ("divide", 2))


def check_likely(call, values):
    (x,) = values.values()
    assert 0 < x < 1
    assert call.tool == ("subtract" if 2 * x > 1 else "surprisal")


def check_units(call, values):
    first, second = (dimension(values[call.arguments[name]]) for name in "ab")
    assert call.tool == ("add_quantities" if first == second else "multiply_quantities")


CHECKS = {
    "larger": check_larger, "order": check_order, "whole": check_whole, "sign": check_sign,
    "even": check_even, "likely": check_likely, "units": check_units,
}  # fmt: skip


def test_every_kind_is_written_down_drawn_and_checked():
    assert KINDS.keys() == DRAW.keys() == CHECKS.keys()
    assert len(KINDS) >= 5


@pytest.mark.parametrize("heldout", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_plan_follows_from_the_values(kind, heldout):
    for call, values in drawn(kind, heldout=heldout, far=heldout):
        CHECKS[kind](call, values)


@pytest.mark.parametrize("kind", KINDS)
def test_no_plan_is_likelier_than_luck(kind):
    plans = Counter(
        (call.tool, *(str(list(values).index(v)) if v in values else str(v)
                      for v in call.arguments.values()))
        for call, values in drawn(kind, 600)
    )  # fmt: skip
    assert len(plans) == round(1 / KINDS[kind].luck)
    assert max(plans.values()) / 600 < KINDS[kind].luck + 0.08


@pytest.mark.parametrize("kind", KINDS)
def test_far_values_are_none_of_the_near_ones(kind):
    near, far = (
        {getattr(x, "magnitude", x) for _, values in drawn(kind, 300, far=far)
         for x in values.values()}
        for far in (False, True)
    )  # fmt: skip
    assert len(near) > 20
    assert len(far) > 20
    assert not near & far


def test_wordings_are_many_and_apart():
    texts = [words.pieces for kind in KINDS.values() for words in (*kind.train, *kind.heldout)]
    assert len({*texts}) == len(texts)
    for kind in KINDS.values():
        assert len(kind.train) >= 8
        assert len(kind.heldout) >= 3
        names = {name for plan in kind.plans.values() for name in plan.arguments.values()
                 if isinstance(name, str)}  # fmt: skip
        assert all({*words.names} == names for words in (*kind.train, *kind.heldout))


def test_training_draws_none_of_the_held_out_wordings():
    """Held-out texts are compared in the words that stay when capitals and stops vary."""
    kind = KINDS["larger"]
    heldout = {"".join(words.pieces[::2]).lower().rstrip(".?") for words in kind.heldout}
    for sample in islice(Decisions(3, ["larger"]), 300):
        text = sample.turn.text
        for span in reversed(sample.turn.spans):
            text = text[: span.start] + text[span.end :]
        assert text.lower().rstrip(".?") not in heldout
