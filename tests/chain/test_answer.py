"""Filling references, whole and in a stream."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_vllm.chain.answer import (
    UNKNOWN,
    AnswerStream,
    fill,
    last_value,
    unknown_reference,
)
from fluxem_vllm.chain.slot import Slot
from tests.played import ref

SLOTS = {
    0: Slot(0, "span", 5),
    1: Slot(1, "call", Fraction(1, 3)),
    12: Slot(12, "call", error="no such day"),
}
BITS = ["<", "<|", "<|flux", "<|flux_1", "|>", "<tool", " ", "\n", "5", "end.", "é"]
PIECES = st.sampled_from([*map(ref, (0, 1, 12, 99)), *BITS])
CUTS = st.lists(st.integers(0, 10**6), max_size=20)
STOPS = st.lists(
    st.sampled_from(["5", "1/3", "end", "\n", "é", "<|", "(≈"]), min_size=1, max_size=3
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join)


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    at = sorted({0, len(text), *(c % (len(text) + 1) for c in cuts)})
    return [text[a:b] for a, b in pairwise(at)]


def streamed(stream: AnswerStream, pieces: list[str]) -> list[str]:
    return [*(stream.feed(piece) for piece in pieces), stream.close()]


def test_references_are_filled():
    text = f"{ref(1)} of {ref(0)}: {ref(12)}, {ref(99)}"
    assert fill(text, SLOTS) == f"1/3 (≈ 0.3333333333333333) of 5: no such day, {UNKNOWN}"


def test_the_value_of_an_answer_is_that_of_its_last_reference():
    assert last_value(f"{ref(0)} and {ref(1)}.", SLOTS) == Fraction(1, 3)
    assert last_value(f"{ref(0)} and {ref(12)}.", SLOTS) is None
    assert last_value(f"{ref(0)} and {ref(99)}.", SLOTS) is None
    assert last_value("nothing", SLOTS) is None


def test_the_first_unknown_reference_is_found():
    assert unknown_reference(f"{ref(0)} {ref(99)} {ref(98)}", SLOTS) == 99
    assert unknown_reference(f"{ref(0)}", SLOTS) is None


@given(TEXTS, CUTS)
def test_the_pieces_are_the_filled_text_however_it_arrives(text, cuts):
    # So no piece ends within a reference: its rest would be missing, or stand there unfilled.
    shown = streamed(AnswerStream(SLOTS), pieces_of(text, cuts))
    assert "".join(shown) == fill(text.strip(), SLOTS)


@given(TEXTS, CUTS)
def test_a_stream_ends_at_the_first_call(text, cuts):
    stream = AnswerStream(SLOTS)
    shown = streamed(stream, pieces_of(text + '<tool_call>\n{"name": "add"}', cuts))
    assert "".join(shown) == fill(text.strip(), SLOTS)
    assert stream.calling


@given(TEXTS, CUTS, STOPS)
def test_stop_texts_end_the_filled_text(text, cuts, stops):
    whole = fill(text.strip(), SLOTS)
    found = [at for stop in stops if (at := whole.find(stop)) >= 0]
    cut, kept = AnswerStream(SLOTS, stops), AnswerStream(SLOTS, stops, keep_stop=True)
    shown = "".join(streamed(cut, pieces_of(text, cuts)))
    with_stop = "".join(streamed(kept, pieces_of(text, cuts)))
    assert shown == (whole[: min(found)] if found else whole)
    assert (cut.stopped is not None) == bool(found)
    assert with_stop == shown + (kept.stopped or "")


@pytest.mark.parametrize("stop", ["1/3", "/", "3 (≈"])
def test_a_stop_text_within_a_value_counts(stop):
    stream = AnswerStream(SLOTS, [stop])
    shown = "".join(streamed(stream, ["It is ", ref(1), "."]))
    assert shown == f"It is {fill(ref(1), SLOTS).partition(stop)[0]}"


def test_text_flows_as_soon_as_it_is_decided():
    stream = AnswerStream(SLOTS)
    arriving = ["It ", "is ", "<|fl", "ux_0|", ">", " <", "3 <tool_", "x"]
    shown = ["It", " is", "", "", " 5", "", " <3", " <tool_x"]
    assert [stream.feed(piece) for piece in arriving] == shown


def test_nothing_follows_a_stop_or_a_call():
    stopped, calling = AnswerStream(SLOTS, ["5"]), AnswerStream(SLOTS)
    assert streamed(stopped, ["a 5", " more"]) == ["a ", "", ""]
    assert streamed(calling, ["a <tool_call>", " more"]) == ["a", "", ""]
