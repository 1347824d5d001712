"""Numbers in every usual spelling: those always found, and those found where they are asked for."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import words
from fluxem_encoders.values import Value
from tests.detection.spans import found

HALF = Fraction(1, 2)


def asked(text: str) -> list[tuple[str, Value]]:
    return [(span.text, span.value) for span in detect(text, domains=["arithmetic"])]


ALWAYS = [
    # counts of several parts
    ("5 thousand 2 hundred and 13", 5213),
    ("2 million 300 thousand", 2_300_000),
    ("3 hundred and one", 301),
    ("six dozs", 72),
    ("nought", 0),
    # parts of large words
    ("quarter million", 250_000),
    ("a quarter of a million", 250_000),
    ("three quarters of a billion", 750_000_000),
    ("half of a million", 500_000),
    # fractions
    ("two thirteenths", Fraction(2, 13)),
    ("five forty-firsts", Fraction(5, 41)),
    ("thirty thirty sixths", Fraction(30, 36)),
    ("two hundred twelve sevenths", Fraction(212, 7)),
    ("two hundred and nineteen sevenths", Fraction(219, 7)),
    ("four hundred sixty ninths", Fraction(400, 69)),
    ("one three hundred ninth", Fraction(1, 309)),
    ("four hundred two thousandths", Fraction(402, 1000)),
    ("one two-thousandth", Fraction(1, 2000)),
    ("seven millionths", Fraction(7, 10**6)),
    ("three - sevenths", Fraction(3, 7)),
    ("seven halves", Fraction(7, 2)),
    ("four and two elevenths", Fraction(46, 11)),
    ("two hundred and fifty-four hundredths", Fraction(20054, 100)),
    # percentages
    ("forty percentage", Decimal("0.4")),
    ("one percent", Decimal("0.01")),
    ("two and a half percent", Fraction(1, 40)),
    ("2 1/2 per cent", Fraction(1, 40)),
    ("three point five percent", Decimal("0.035")),
]


@pytest.mark.parametrize(("text", "value"), ALWAYS)
def test_one_number(text: str, value: Value) -> None:
    for around in ("{}", "It is {}.", "we had {} here"):
        assert found(around.format(text)) == [(text, value)]
        assert asked(around.format(text)) == [(text, value)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("we need minus five percent", [("minus five percent", Decimal("-0.05"))]),
        ("Minus three eighths.", [("Minus three eighths", Fraction(-3, 8))]),
        ("gives minus 1 1/2", [("minus 1 1/2", Fraction(-3, 2))]),
        ("Minus 3 from 10", [("3", 3), ("10", 10)]),
        ("6 minus five percent", [("6", 6), ("five percent", Decimal("0.05"))]),
        ("the price minus 5%", [("5%", Decimal("0.05"))]),
        ("a five percentage point rise", [("five", 5)]),
        ("3 hundred and 2 hundred", [("3 hundred", 300), ("2 hundred", 200)]),
        ("3 hundred and 2.5 hundred", [("3 hundred", 300), ("2.5 hundred", 250)]),
        ("2 thousand and 3 thousand", [("2 thousand", 2000), ("3 thousand", 3000)]),
        ("4 thousand and 7.5", [("4 thousand", 4000), ("7.5", Decimal("7.5"))]),
        ("2 million, 5 of them", [("2 million", 2_000_000), ("5", 5)]),
        ("in two halves, thirty seconds", [("two", 2), ("thirty seconds", None)]),
        ("one twenty first century idea", [("twenty", 20)]),
    ],
)
def test_several_numbers(text: str, numbers: list[tuple[str, Value | None]]) -> None:
    spans = found(text)
    assert [span[0] for span in spans] == [number[0] for number in numbers]
    for (_, value), (_, expected) in zip(spans, numbers, strict=True):
        assert expected is None or value == expected


ASKED = [
    ("2^10", 1024),
    ("1.5^2", Decimal("2.25")),
    ("2**-2", Fraction(1, 4)),
    ("2^{3}", 8),
    ("5²", 25),
    ("-3^2", -9),
    ("3000 over 7", Fraction(3000, 7)),
    ("two over fifteen", Fraction(2, 15)),
    ("12G", 12 * 10**9),
    ("4.56 k", 4560),
    ("2.5b", 2_500_000_000),
    ("1,200.5 M", 1_200_500_000),
    ("7M", 7_000_000),
    ("a half", HALF),
    ("a thousandth", Fraction(1, 1000)),
    ("a thirty-first", Fraction(1, 31)),
]


@pytest.mark.parametrize(("text", "value"), ASKED)
def test_one_number_where_it_is_asked_for(text: str, value: Value) -> None:
    for around in ("{}", "It is {}.", "Is it {}?"):
        assert asked(around.format(text)) == [(text, value)]
        assert found(around.format(text)) != [(text, value)]


SHARES = [
    ("three out of eight people", [("three out of eight", Fraction(3, 8))]),
    ("9 out of 8", [("9", 9), ("8", 8)]),
    ("won 3 over 5 years", [("3", 3), ("5 years", None)]),
    ("- 2 1/3", [("- 2 1/3", Fraction(-7, 3))]),
    ("- 2 1/3 cups", [("2 1/3", Fraction(7, 3))]),
    ("percent of 30", [("percent of 30", Decimal("0.3"))]),
    ("what percent of 30 is 6", [("30", 30), ("6", 6)]),
    ("2^3^2", [("2", 2), ("3^2", 9)]),
    ("0^-1", [("0", 0), ("-1", -1)]),
    ("2^99999", [("2", 2), ("99999", 99999)]),
    ("2^0.5", [("2", 2), ("0.5", HALF)]),
    ("a 5G phone in room 3B", [("5", 5), ("3", 3)]),
    ("a half mile", []),
    ("a third of 9", [("a third", Fraction(1, 3)), ("9", 9)]),
]


@pytest.mark.parametrize(("text", "numbers"), SHARES)
def test_shares_and_powers(text: str, numbers: list[tuple[str, Value | None]]) -> None:
    spans = asked(text)
    assert [span[0] for span in spans] == [number[0] for number in numbers]
    for (_, value), (_, expected) in zip(spans, numbers, strict=True):
        assert expected is None or value == expected


ORDINALS = [
    ("first", 1),
    ("Third", 3),
    ("42nd", 42),
    ("1,001st", 1001),
    ("thirtieth", 30),
    ("fifty-third", 53),
    ("fifty third", 53),
    ("two hundred forty-sixth", 246),
    ("three thousand and first", 3001),
    ("two millionth", 2_000_000),
    ("hundredth", 100),
]


@pytest.mark.parametrize(("text", "value"), ORDINALS)
def test_ordinals(text: str, value: int) -> None:
    assert asked(text) == asked(f"the {text} of them")[:1] == [(text, value)]
    assert found(text) != [(text, value)]


def test_a_second_is_an_ordinal_or_a_time() -> None:
    assert asked("the second one, my second try") == [("second", 2)] * 2
    for text in ("wait a second", "metres per second", "every second counts", "a split second"):
        assert asked(text) == []


PROSE = [
    "Nothing came to naught at first, and first of all it hurt.",
    "To the nearest hundred; a good half; over and out of it.",
    "Quarterly halves, a dozy thirdhand firsthand fifths.",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_holds_no_number(text: str) -> None:
    assert found(text) == []
    assert asked(text) == []


@given(
    st.sampled_from(["", "one hundred and ", "two thousand ", "a million and "]),
    st.sampled_from(["twenty-", "thirty ", "ninety-", ""]),
    st.sampled_from([("one", "first"), ("three", "third"), ("five", "fifth"), ("nine", "ninth")]),
)
def test_ordinals_are_their_cardinals(large: str, tens: str, unit: tuple[str, str]) -> None:
    assert words.ordinal(large + tens + unit[1]) == words.count(large + tens + unit[0])


PIECES = [
    *("one hundred ", "fifths ", "twenty-", "two thousand and ", "a third ", "first ", "half "),
    *("2 thousand and ", "1 over ", "2^", "2**2", "3 out of ", "- 1 ", "minus ", "the second "),
    *("one hundred twenty fifths ", "- ", "4 hundred and 1 ", "a quarter of a ", "3 hundred "),
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_time_is_linear(piece: str) -> None:
    detect("1", domains=["arithmetic"])
    start = time.process_time()
    detect(piece * (100_000 // len(piece)), domains=["arithmetic"])
    assert time.process_time() - start < 3
