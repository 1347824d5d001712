"""Places in an order: which words tell them, and which are other words."""

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.data import Position


def found(text):
    spans = detect(text, domains=["data", "arithmetic", "temporal"])
    return [(s.text, s.value.to_text()) for s in spans if isinstance(s.value, Position)]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("Delete the last row.", ("last", "end")),
        ("give me the next 3 entries", ("next", "current+1")),
        ("Which was the previous one?", ("previous one", "current-1")),
        ("Show the current item.", ("current", "current")),
        ("The last one standing", ("last", "end")),
        ("the penultimate chapter", ("penultimate", "end-1")),
        ("an antepenultimate syllable", ("antepenultimate", "end-2")),
        ("Take the one before the last one.", ("the one before the last one", "end-1")),
        ("the last but one", ("the last but one", "end-1")),
        ("she came second to last", ("second to last", "end-1")),
        ("the third to last", ("the third to last", "end-2")),
        ("next to last", ("next to last", "end-1")),
    ],
)
def test_positions(text, position):
    assert found(text) == [position]


@pytest.mark.parametrize(
    "text",
    [
        "How long will it last when it burns?",
        "The battery doesn't last long enough.",
        "at last someone came",
        "the house next to the church",
        "a current of 5 A",
        "The electric current is 3 A, what current flows?",
        "It happened last week, and will again next month on Friday.",
        "in the last 3 weeks, and the next few years",
        "the lasting effect of everlasting nextdoor neighbours",
        "We come last.",
    ],
)
def test_no_positions(text):
    assert not found(text)


def test_positions_are_only_looked_for_when_asked():
    assert not detect("Delete the last row.")
