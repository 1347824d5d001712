"""Decimals from fractions, exact roots, and what floats become."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.forms import clip, duration_from_iso, duration_to_iso, to_decimal, to_text
from fluxem_encoders.values import Duration
from fluxem_toolbox import ToolError
from fluxem_toolbox.rationals import (
    exact_root,
    nearest_float,
    over_common_denominator,
    power_of_two,
)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=20), st.integers(1, 40))
def test_every_short_decimal_comes_back(x: Decimal, context_digits: int) -> None:
    with localcontext() as context:
        context.prec = context_digits
        assert to_decimal(Fraction(x)) == x


@given(st.integers(-(10**9), 10**9), st.integers(0, 60), st.integers(0, 40))
def test_a_decimal_is_exact_and_has_no_place_to_spare(n: int, twos: int, fives: int) -> None:
    x = Fraction(n, 2**twos * 5**fives)
    decimal = to_decimal(x, 100)
    assert decimal is not None
    assert Fraction(decimal) == x
    places = -int(decimal.as_tuple().exponent)
    assert places == 0 or (x * 10 ** (places - 1)).denominator != 1
    assert (to_decimal(x) is None) == (places > 30)


@given(st.fractions())
def test_other_fractions_have_no_decimal(x: Fraction) -> None:
    rest = x.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    assert (to_decimal(x, 10**6) is None) == (rest != 1)


def test_a_long_decimal_keeps_every_digit() -> None:
    x = Fraction(10**5000 + 1, 2**10)
    assert Fraction(to_decimal(x) or 0) == x


@given(st.fractions(min_value=0), st.integers(1, 20))
def test_exact_root(x: Fraction, degree: int) -> None:
    assert exact_root(x**degree, degree) == x
    found = exact_root(x, degree)
    assert found is None or found**degree == x


@given(st.integers(-2000, 2000))
def test_power_of_two(k: int) -> None:
    assert power_of_two(Fraction(2) ** k) == k
    assert power_of_two(3 * Fraction(2) ** k) is None
    assert power_of_two(-(Fraction(2) ** k)) is None


def test_a_float_never_overflows_silently() -> None:
    assert nearest_float(Fraction(1, 10**400)) == 0.0
    assert nearest_float(Fraction(10**400, 3 * 10**400)) == 1 / 3
    with pytest.raises(ToolError, match="largest float"):
        nearest_float(10**400)


@given(st.lists(st.fractions(max_denominator=1000) | st.integers(), min_size=1))
def test_common_denominator(data: list[Fraction]) -> None:
    parts, scale = over_common_denominator("mean", data)
    assert [Fraction(part, scale) for part in parts] == data
    assert scale == math.lcm(*(Fraction(x).denominator for x in data))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (10**400, "an integer of about 400 digits"),
        (-(10**4000), "an integer of about 4000 digits"),
        (Fraction(10**400, 3), "an integer of about 400 digits/3"),
        ("x" * 10**6, "'" + "x" * 56 + "..."),
        ([1, 2], "a list of 2 items"),
        ({"a": 10**9999}, "an object of 1 items"),
        (Decimal("1e9999"), "1E+9999"),
        (True, "True"),
        (2.5, "2.5"),
    ],
)
def test_error_texts_clip_their_values(form: object, text: str) -> None:
    assert clip(form) == text


@given(
    st.integers(-(10**6), 10**6),
    st.integers(-(10**6), 10**6),
    st.fractions(-(10**6), 10**6, max_denominator=1000),
)
def test_a_duration_has_a_text(months: int, days: int, seconds: Fraction) -> None:
    assert to_text(Duration(months, days, seconds))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**9))
def test_a_duration_comes_back_from_iso(months: int, days: int, seconds: int) -> None:
    for sign in (1, -1):
        duration = Duration(sign * months, sign * days, sign * seconds)
        assert duration_from_iso(duration_to_iso(duration)) == duration
