"""Places in an order: which words tell them, and which are other words."""

import time

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.data import Position, Table


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


def tables(text):
    spans = detect(text, domains=["data", "arithmetic", "temporal"])
    return [(s.text, s.value.to_text()) for s in spans if isinstance(s.value, Table)]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (
            "name,score\nAnn,3\nBo,5.5\n\nWho wins?",
            ("name,score\nAnn,3\nBo,5.5", "name, score: (Ann, 3), (Bo, 5.5)"),
        ),
        ("a;b\n1;2\n3;", ("a;b\n1;2\n3;", "a, b: (1, 2), (3, null)")),
        (
            "city\tkm\nUlm\t12\nKiel\t7",
            ("city\tkm\nUlm\t12\nKiel\t7", "city, km: (Ulm, 12), (Kiel, 7)"),
        ),
        (
            "See:\n| name | n |\n|---|--:|\n| A, B | 1 |\n| C | 2 |",
            ("| name | n |\n|---|--:|\n| A, B | 1 |\n| C | 2 |", 'name, n: ("A, B", 1), (C, 2)'),
        ),
        # Prose with commas above the names.
        (
            "Given the table below, find the average height.\nname,height\nAnn,160\nBob,170",
            ("name,height\nAnn,160\nBob,170", "name, height: (Ann, 160), (Bob, 170)"),
        ),
        (
            "Hi there, friend.\nHere it is, add up the w.\nid,h,w\na,160,5\nb,170,6",
            ("id,h,w\na,160,5\nb,170,6", "id, h, w: (a, 160, 5), (b, 170, 6)"),
        ),
        (
            "Find it; then stop.\nn;m\n1;2\n3;4",
            ("n;m\n1;2\n3;4", "n, m: (1, 2), (3, 4)"),
        ),
        # What follows without a blank line has other cells.
        ("x,y\n1,2\n3,4\nAdd them, then round, please.", ("x,y\n1,2\n3,4", "x, y: (1, 2), (3, 4)")),
    ],
)
def test_tables(text, table):
    assert tables(text) == [table]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ann,\nI bought 3 apples, 4 pears and\n5 plums, on May 5, 2024\nBye, Bo",
        "name,score\nAnn,3",
        "Look at this, please.\nname,score\nAnn,3",
        "Dear all,\nfirst, some news,\nthen, some more,\nand, of course,\n5, 6 or 7\n8, 9",
        "name,mail\nAnn,a@x.org\nBo,b@x.org",
        "a,a\n1,2\n3,4",
    ],
)
def test_no_tables(text):
    assert not tables(text)


def test_what_is_no_table_is_read_for_its_numbers():
    assert [s.text for s in detect("a,a\n1,2\n3,4", domains=["data"])] == ["1", "2", "3", "4"]


def test_many_lines_that_are_no_table_take_linear_time():
    start = time.process_time()
    assert not tables("name,mail\n" * 10_000)
    assert time.process_time() - start < 6
