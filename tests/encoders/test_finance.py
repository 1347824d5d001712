"""Money, cash flows and rates: exact in their lanes, in their forms and in their sums."""

import hashlib
import json
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import fluxem_encoders.domains.finance  # noqa: F401  # registers it
from fluxem_encoders import compose
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json, to_json
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import DOMAINS, combine, decode, encode
from fluxem_encoders.structures.finance import CashFlows, Currency, Money, Rate
from tests.encoders.laws import check_forms, check_roundtrip


def decimals(digits: int, exponent: int) -> st.SearchStrategy[Decimal]:
    return st.builds(
        lambda sign, n, e: Decimal((sign, tuple(map(int, str(n))), e)),
        st.integers(0, 1),
        st.integers(0, 10**digits - 1),
        st.integers(-exponent, exponent) | st.just(-2),
    )


def fractions(bits: int) -> st.SearchStrategy[Fraction]:
    return st.builds(
        lambda sign, p, q: Fraction(sign * p, q),
        st.sampled_from([-1, 1]),
        st.integers(0, 2**bits - 1),
        st.integers(1, 2**bits - 1),
    )


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "AAA", "ZZZ"])
AMOUNTS = st.integers(-(2**168) + 1, 2**168 - 1) | decimals(50, 99) | fractions(80)
PERCENTS = decimals(90, 999) | fractions(152) | st.integers(-(2**304) + 1, 2**304 - 1)
PERIODS = st.sampled_from(["year", "month", "day"])
COMPOUNDING = st.just("simple") | st.integers(1, 9999)
SHORT_RATES = st.none() | decimals(4, 4)
FLOWS = (
    st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1, max_size=26)
    | st.lists(decimals(6, 2), min_size=1, max_size=16)
    | st.lists(fractions(54), min_size=1, max_size=5)
    | st.lists(decimals(20, 127) | st.integers(-(2**80), 2**80), min_size=1, max_size=6)
).map(tuple)
EXACT = (
    st.builds(Money, AMOUNTS, CURRENCIES)
    | st.builds(CashFlows, FLOWS, SHORT_RATES)
    | st.builds(Rate, PERCENTS, PERIODS, COMPOUNDING)
    | st.builds(Currency, CURRENCIES)
)
INEXACT = (
    st.builds(Money, FLOATS, CURRENCIES)
    | st.builds(CashFlows, st.lists(FLOATS, min_size=1, max_size=8).map(tuple), st.none() | FLOATS)
    | st.builds(Rate, FLOATS, PERIODS, COMPOUNDING)
)
CENTS = st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=2)
FACTORS = (
    st.integers(-99, 99) | st.decimals(-9, 9, places=2) | st.fractions(-9, 9, max_denominator=9)
)
STREAMS = st.lists(st.integers(-999, 999) | st.decimals(-99, 99, places=2), min_size=1, max_size=8)


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


@given(EXACT | INEXACT)
@example(CashFlows((32_767,) * 29))
@example(CashFlows((Decimal("83886.07"),) * 17))
def test_every_value_comes_back(value: Any) -> None:
    check_roundtrip(value)


@given(EXACT)
def test_forms(value: Any) -> None:
    check_forms(value)


@given(INEXACT)
def test_floats_are_not_exact(value: Any) -> None:
    assert not value.is_exact
    form = json.loads(json.dumps(to_json(value)))
    assert from_json(form, "finance").is_exact  # a JSON decimal is taken as written


def test_text() -> None:
    assert Money(Decimal("19.90"), "USD").to_text() == "19.90 USD"
    assert CashFlows((-100, 60, 60), Decimal("0.1")).to_text() == "[-100, 60, 60] at 0.1"
    assert CashFlows((1,)).to_text() == "[1]"
    assert Rate(Decimal("0.05")).to_text() == "0.05 per year, compounded once a year"
    assert (
        Rate(Decimal("0.01"), "month", 12).to_text() == "0.01 per month, compounded 12 times a year"
    )
    assert Rate(Fraction(1, 3), "day", "simple").to_text() == "1/3 per day, simple"


SIGNS = {"add": 1, "subtract": -1}
SUMS = st.sampled_from(sorted(SIGNS))


@given(CENTS, CENTS, FACTORS, SUMS)
def test_money(x: Any, y: Any, n: Any, op: str) -> None:
    a, b = Money(x, "EUR"), Money(y, "EUR")
    total = Fraction(x) + SIGNS[op] * Fraction(y)
    assert result(op, a, b) == Money(total, "EUR")
    lanes = compose.closed_form(op, encode(a), encode(b))
    assert lanes[compose.LINEAR_HELD] == 1
    assert compose.read_linear(lanes) == total
    assert result("scale", a, n) == Money(Fraction(x) * Fraction(n), "EUR")
    of_values = DOMAINS["finance"].combine
    assert of_values("negate", a) == Money(-x, "EUR")
    if y:
        assert of_values("divide", a, b) == Fraction(x) / Fraction(y)
    if n:
        assert of_values("divide", a, n) == Money(Fraction(x) / Fraction(n), "EUR")


@given(STREAMS, STREAMS, st.integers(-99, 99), SUMS)
def test_cash_flows(xs: list[Any], ys: list[Any], n: int, op: str) -> None:
    a, b = CashFlows(tuple(xs)), CashFlows(tuple(ys), Decimal("0.08"))
    pairs = [(Fraction(x), Fraction(y)) for x, y in zip_longest(xs, ys, fillvalue=0)]
    expected = [x + SIGNS[op] * y for x, y in pairs]
    moment = sum(t * amount for t, amount in enumerate(expected))
    got = result(op, a, b)
    assert got == CashFlows(tuple(expected), b.rate)
    assert compose.read_linear(encode(got)[COMPOSE], compose.SECOND) == moment
    lanes = compose.closed_form(op, encode(a), encode(b))
    assert compose.read_linear(lanes) == sum(expected)
    assert compose.read_linear(lanes, compose.SECOND) == moment
    of_values = DOMAINS["finance"].combine
    assert of_values("scale", b, n) == CashFlows(tuple(y * n for y in ys), b.rate)
    assert of_values("negate", a) == CashFlows(tuple(-x for x in xs))


@pytest.mark.parametrize(
    ("op", "values", "sentence"),
    [
        ("add", (Money(1, "USD"), Money(1, "EUR")), "one currency, got USD and EUR"),
        ("divide", (Money(1, "USD"), Money(1, "EUR")), "one currency, got USD and EUR"),
        ("divide", (Money(1, "USD"), Money(0, "USD")), "other than 0"),
        ("add", (Money(1, "USD"), 1), "amounts of money"),
        ("add", (CashFlows((1,), 1), CashFlows((1,), 2)), "at one rate"),
        ("add", (CashFlows((1,)), Money(1, "USD")), "amounts of money"),
        ("add", (Rate(1), Rate(1)), "amounts of money"),
        ("multiply", (Money(1, "USD"), 2), "no `multiply`"),
    ],
)
def test_what_the_algebra_does_not_know(op: str, values: Any, sentence: str) -> None:
    with pytest.raises(AlgebraError, match=sentence):
        result(op, *values)


@given(st.lists(CENTS, min_size=3, max_size=3), st.booleans())
def test_nearer_amounts_have_nearer_lanes(xs: list[Any], flows: bool) -> None:
    a, b, c = (
        encode(CashFlows((x,)) if flows else Money(x, "USD"))[FEATURES][MAGNITUDE].astype(float)
        for x in sorted(xs)
    )
    assert np.abs(a - b).sum() <= np.abs(a - c).sum()


def test_rates_compare_by_the_year() -> None:
    lanes = [
        encode(Rate(Decimal(rate), per))[FEATURES][MAGNITUDE][0]
        for rate, per in (("0.1", "year"), ("0.01", "month"), ("0.001", "day"))
    ]
    assert lanes == sorted(set(lanes))


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (Money(2**168, "USD"), "2**168"),
        (Money(Fraction(1, 2**80), "USD"), "2**80"),
        (Rate(2**304), "2**304"),
        (CashFlows((1000,) * 30), "29 ints below 32,768"),
        (CashFlows((1,) * 1000), "87 bytes"),
        (CashFlows((2**600,)), "500 bits"),
        (CashFlows((0.5,) * 9, 0.5), "a float 9"),
    ],
    ids=lambda x: str(x)[:30],
)
def test_what_does_not_fit_is_refused(value: Any, limit: str) -> None:
    with pytest.raises(CapacityError) as refusal:
        encode(value)
    assert limit in str(refusal.value)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"money": 1}, "expected"),
        ({"money": True, "currency": "USD"}, "expected a number"),
        ({"money": 1, "currency": "usd"}, "three capitals such as USD"),
        ({"money": 1, "currency": "USD\n"}, "three capitals such as USD"),
        ({"money": 1, "currency": ["USD"]}, "three capitals such as USD"),
        ({"cash_flows": []}, "1 to 1000 amounts"),
        ({"cash_flows": [1] * 1001}, "1 to 1000 amounts"),
        ({"cash_flows": [1, None]}, "expected a number"),
        ({"cash_flows": [Decimal("Infinity")]}, "a cash flow is a finite number"),
        ({"cash_flows": [1], "times": [0]}, "expected"),
        ({"rate": 1, "cash_flows": [1], "per": "year"}, "expected"),
        ({"rate": 1, "per": "year"}, "expected"),
        ({"rate": 1, "per": "week", "compounding": 1}, "per year, month, day, not per 'week'"),
        ({"rate": 1, "per": "year", "compounding": 0}, "1 to 9999 times a year, not 0"),
        ({"rate": 1, "per": "year", "compounding": "daily"}, "1 to 9999 times a year"),
        ({"rate": Decimal("NaN"), "per": "year", "compounding": 1}, "a rate is a finite number"),
    ],
)
def test_bad_forms(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "finance")


FROZEN = [
    *(Money(0, "USD"), Money(Decimal("19.90"), "EUR"), Money(Fraction(-1, 3), "JPY")),
    *(CashFlows((-100, 60, Decimal("60.50")), Decimal("0.1")), CashFlows((0.5, 0, 2**70))),
    *(Rate(Decimal("0.05"), "year", 12), Rate(0.01, "month", "simple"), Rate(1, "day", 365)),
]


@given(st.sampled_from(FROZEN), st.integers(0, 111), st.sampled_from([-1, -0.25, 1 / 128, 0.5, 0]))
def test_garbage_is_refused_or_means_what_it_says(value: Any, lane: int, by: float) -> None:
    e = encode(value)
    at = VALUE.start + lane
    e[at] = e[at] + by if by else -e[at]
    try:
        changed = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(changed)[VALUE] - e[VALUE]).max() < 1e-3


def test_value_lanes_are_those_of_version_1() -> None:
    parts = [encode(value)[part] for value in FROZEN for part in (TAG, VALUE)]
    data = b"".join((lanes + 0.0).astype("<f4").tobytes() for lanes in parts)
    assert hashlib.sha256(data).hexdigest()[:16] == "b137586552f128d9"
    assert set(DOMAINS["finance"].algebra.values()) == {"exact"}


def test_the_order_of_keys_does_not_matter() -> None:
    assert from_json({"rate": "1/20", "cash_flows": [-100, 105]}, "finance") == CashFlows(
        (-100, 105), Fraction(1, 20)
    )
