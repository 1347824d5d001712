"""Any text at all: no exception, spans that hold, bounds, time that grows linearly."""

import string
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.patterns.plain import plain_text
from tests.detection.spans import REFERENCE

MB = 1_000_000
PIECES = st.sampled_from(
    [
        *("1", "12", "1,200", "-", "−", ".5", "3.5", "%", " percent", "/", "½", "^", "10^", "e9"),
        *("!", " ", ",", ", ", ";", "[", "]", "(", ")", "{", "}", " and ", "and a half", "two"),
        *(" hundred", "thousand", " million", "a ", "dozen", "C(", "P(", "N(0,", "Bin(10,", "σ²="),
        *("~", "$", "€", " days", "h", " m", "hours ", "a week ago", "2024-", "29", "02", "March "),
        *("2024", "today", "10:30", "ratio ", ":", "x", "v1.", "@", "http://", "page ", "²", "é"),
        *(" kg", "m/s", " ft", "'", '"', " °C", " miles", " per hour", "USD", " cents", "US$"),
        *(" now", "from ", " between ", " to ", " until ", "5pm ", "next ", " last ", "Friday "),
        *("May ", "early ", " week", " of ", " noon", " ago", "this ", "every ", "the 3rd "),
        *("<|flux_0|>", "\ud800", "\x00", "\n", "\x85", "😀", "٣"),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.text(st.characters(), max_size=60),  # with lone surrogates
    st.text(string.digits + "-,.[]()%/!: aeho", max_size=120),
    st.lists(PIECES, max_size=30).map("".join),
)


def holds(text, spans):
    """Whether the spans lie one after another and are what they say."""
    ends = [0, *(span.end for span in spans)]
    return all(
        end <= span.start < span.end
        and span.text == text[span.start : span.end]
        and 0 < span.confidence <= 1
        for end, span in zip(ends, spans, strict=False)
    )


@pytest.mark.parametrize("domains", [(), FURTHER])
@given(text=TEXTS, reference=st.sampled_from([REFERENCE, None]))
@example(text="between now and 5pm", reference=None)
@example(text="6\nm€", reference=None)
@settings(max_examples=1500, deadline=None)
def test_spans_hold_for_any_text(text, domains, reference):
    spans = detect(text, reference=reference, domains=domains)
    assert holds(text, spans)
    assert detect(text, reference=reference, limit=2, domains=domains) == spans[:2]


@given(st.text(st.characters(), max_size=50))
def test_plain_text_keeps_offsets(text):
    plain = plain_text(text)
    assert len(plain) == len(text)
    assert len(plain.encode("latin-1")) == len(text)


@given(st.integers(), st.integers(1, 10**30))
def test_integers_and_fractions_are_exact(numerator, denominator):
    (span,) = detect(f"take {numerator} please")
    assert span.value == numerator
    (span,) = detect(f"take {numerator}/{denominator} please")
    assert span.value == Fraction(numerator, denominator)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=0))
def test_decimals_and_percentages_are_exact(x):
    assert [s.value for s in detect(f"take {x:f} please")] == [x]
    (span,) = detect(f"take {x:f}% please")
    assert isinstance(span.value, int | Decimal)
    assert Fraction(span.value) == Fraction(x) / 100


UNITS = [
    *("1", "[", "]", "(", ",", "-", "a", ".", " ", "!", "%", "@", ":", "é", "😀", "\x00"),
    *(
        "[1,",
        "1,",
        "1, ",
        "-1",
        "[1]",
        "1 ",
        "1.",
        "a@",
        "a1 ",
        "(1",
        "1-",
        "1/",
        "1e",
        "a.",
        "a-1",
    ),
    *("two ", "two hundred ", "two and ", "a ", "one million ", "3 weeks and ", "1 day, "),
    *("P(", "N(0,", "C(1,", "10^", "1×", "$1", "1:", "1:1 ", "5!", "1 and a ", "1½", "x~", "1a1b"),
    *("2024-", "page 1 ", "1 2", "half a ", "[1;", "+1 ", "wow a ", "gcd(1,", "twenty-", "<|"),
    *("a.1.a@", "1.a@", "a-1", "two thousand and "),
]


def _seconds(text: str) -> float:
    start = time.process_time()
    detect(text)
    return time.process_time() - start


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_time_grows_linearly(unit):
    n = 20_000
    once, twice = (unit * n)[:n], (unit * 2 * n)[: 2 * n]
    detect(once)
    # Quadratic growth would be four times at every try; other work on the machine is not.
    assert any(_seconds(twice) < 3 * _seconds(once) + 0.02 for _ in range(6))


@pytest.mark.parametrize("character", "1[],-a(.")
def test_a_megabyte_of_one_character(character):
    assert _seconds(character * MB) < 2


def test_a_list_that_never_closes():
    assert _seconds("[" + "1, " * (MB // 3)) < 2


BOUNDS = [
    ("7" * 1000, 1),
    ("7" * 1001, 0),
    ("7" * 1001 + " days", 0),
    ("0." + "7" * 999, 1),
    ("1e9999", 1),
    ("1e10000", 0),
    ("10^9999", 1),
    ("10^10000", 0),
    ("[" + "1," * 9_999 + "1]", 1),
    ("[" + "1," * 10_000 + "1]", 0),
    ("7" * 1001 + " and 8", 1),
]


@pytest.mark.parametrize(("text", "count"), BOUNDS, ids=range(len(BOUNDS)))
def test_bounds(text, count):
    assert len(detect(text)) == count


def test_hostile_sums_stay_quick():
    many = ", ".join(f"1/{10**200 + n}" for n in range(5000))
    assert _seconds(f"[{many}]") < 2
    assert _seconds("[" + ", ".join(["1e-9999"] * 9000) + "]") < 2


def test_limit():
    assert [s.value for s in detect("1 2 3", limit=2)] == [1, 2]
    assert detect("1", limit=0) == []
    assert detect("1.50", limit=1)[0].value == Decimal("1.50")
