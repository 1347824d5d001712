"""Arithmetic against `fractions`, and its laws."""

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fluxem_toolbox import ToolError
from fluxem_toolbox.domains.arithmetic import (
    add,
    divide,
    gcd,
    lcm,
    multiply,
    percent_change,
    power,
    remainder,
    root,
    round_to,
    subtract,
)
from tests.checks import checks

integers = st.integers(-(10**30), 10**30)
fractions = st.fractions(max_denominator=10**9)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=12)
numbers = st.one_of(integers, fractions, decimals)


@given(numbers, numbers)
@checks(add, subtract, multiply, divide, remainder, against="Python's fractions")
def test_the_four_operations_are_exact(a: Fraction, b: Fraction) -> None:
    x, y = Fraction(a), Fraction(b)
    assert add(a, b) == x + y
    assert subtract(a, b) == x - y
    assert multiply(a, b) == x * y
    if b:
        assert divide(a, b) == x / y
        assert remainder(a, b) == x % y


@given(decimals, decimals, st.integers(1, 5))
def test_no_decimal_context_rounds(a: Decimal, b: Decimal, digits: int) -> None:
    with localcontext() as context:
        context.prec = digits
        result = multiply(a, b)
    assert isinstance(result, Decimal)
    assert result == Fraction(a) * Fraction(b)


@pytest.mark.parametrize(
    ("a", "b", "quotient"),
    [
        (10, 5, 2),
        (1, 8, Decimal("0.125")),
        (1, 3, Fraction(1, 3)),
        (1, 2**31, Fraction(1, 2**31)),  # longer than 30 places: the fraction is the shorter form
        (Decimal("1.0"), Decimal("0.5"), Decimal(2)),
        (Decimal("0.1"), 3, Fraction(1, 30)),
        (Decimal("6.626e-34"), 2, Decimal("3.313e-34")),
        (Fraction(1, 2), 2, Fraction(1, 4)),
        (Fraction(1, 2), Fraction(1, 4), 2),
        (Decimal("0.5"), Fraction(1, 4), Decimal(2)),
        (1.5, 3, 0.5),
        (1e-300, Decimal("1e300"), 0.0),
    ],
)
def test_a_result_keeps_the_form_of_its_arguments(a: int, b: int, quotient: int) -> None:
    result = divide(a, b)
    assert result == quotient
    assert type(result) is type(quotient)


@given(st.integers(-(10**6), 10**6), st.integers(0, 40))
@checks(power, against="repeated multiplication")
def test_a_whole_power_is_repeated_multiplication(base: int, exponent: int) -> None:
    assert power(base, exponent) == math.prod([base] * exponent)


@given(fractions, st.integers(-9, 9), st.integers(-9, 9))
def test_powers_of_one_base_add(base: Fraction, m: int, n: int) -> None:
    assume(base)
    assert Fraction(power(base, m)) * Fraction(power(base, n)) == power(base, m + n)


@given(st.fractions(0, 10**12, max_denominator=10**6), st.integers(1, 9))
@checks(root, against="law: the nth root of x^n is x")
def test_root_turns_power_around(x: Fraction, degree: int) -> None:
    assert root(power(x, degree), degree) == x
    assert power(power(x, degree), Fraction(1, degree)) == x
    if degree % 2:
        assert root(power(-x, degree), degree) == -x


@given(st.fractions(Fraction(1, 10**9), 10**9), st.integers(1, 12))
@checks(root, against="exact powers of the neighbouring floats")
def test_an_irrational_root_is_the_nearest_float(x: Fraction, degree: int) -> None:
    r = root(x, degree)
    if isinstance(r, float):
        below, above = (Fraction(math.nextafter(r, end)) for end in (0, math.inf))
        middles = (Fraction(r) + below) / 2, (Fraction(r) + above) / 2
        assert middles[0] ** degree <= x <= middles[1] ** degree


@given(st.floats(0.01, 100), st.floats(-20, 20))
@checks(power, against="Python's math")
def test_an_irrational_power_agrees_with_math(base: float, exponent: float) -> None:
    expected = math.pow(base, exponent)
    assert float(power(Fraction(base), Fraction(exponent))) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("base", "exponent", "value"),
    [
        (0, 0, 1),
        (0, 10**400, 0),
        (1, -(10**400), 1),
        (-1, 10**400 + 1, -1),
        (-1, 10**400, 1),
        (4, Decimal("0.5"), 2),
        (Fraction(8, 27), Fraction(-2, 3), Fraction(9, 4)),
        (Decimal("1.5"), 3, Decimal("3.375")),
    ],
)
def test_powers_worth_a_case(base: int, exponent: int, value: int) -> None:
    assert power(base, exponent) == value


@given(integers, integers)
@checks(gcd, lcm, against="Python's math")
def test_gcd_and_lcm(a: int, b: int) -> None:
    assert gcd(a, b) == math.gcd(a, b)
    assert lcm(a, b) == math.lcm(a, b)
    assert gcd(a, b) * lcm(a, b) == abs(a * b)


@given(numbers, st.integers(-20, 20))
@checks(round_to, against="law: no multiple of 10^-digits is nearer")
def test_rounding_takes_the_nearest_multiple(x: Fraction, digits: int) -> None:
    unit = Fraction(10) ** -digits
    rounded = Fraction(round_to(x, digits))
    assert (rounded / unit).denominator == 1
    assert abs(rounded - Fraction(x)) <= unit / 2
    assert round_to(rounded, digits) == rounded


@pytest.mark.parametrize(
    ("x", "digits", "rounded"),
    [
        (Decimal("2.5"), 0, 3),
        (Decimal("-2.5"), 0, -3),
        (Decimal("2.675"), 2, Decimal("2.68")),
        (Decimal("1.005"), 2, Decimal("1.01")),
        (Fraction(1, 3), 30, Decimal("0." + "3" * 30)),
        (Fraction(1, 3), 40, Decimal("0." + "3" * 40)),
        (3.14159, 2, 3.14),
        (149, -2, 100),
        (5, 2, 5),
        (Decimal("4.999"), 2, 5),
    ],
)
def test_halves_round_away_from_zero(x: Decimal, digits: int, rounded: Decimal) -> None:
    assert round_to(x, digits) == rounded
    assert type(round_to(x, digits)) is type(rounded)


@given(st.fractions(min_value=Fraction(1, 100), max_denominator=1000), fractions)
@checks(percent_change, against="law: old plus its change is new")
def test_percent_change_gives_the_new_value_back(old: Fraction, new: Fraction) -> None:
    assert old + old * Fraction(percent_change(old, new)) / 100 == new
    assert percent_change(-old, -new) == -Fraction(percent_change(old, new))


@pytest.mark.parametrize(
    ("call", "category", "text"),
    [
        (lambda: divide(1, 0), "undefined", "`divide` needs a divisor other than 0, got 1 / 0"),
        (lambda: remainder(1, Decimal("0.0")), "undefined", "divisor other than 0"),
        (lambda: percent_change(0, 5), "undefined", "old value other than 0"),
        (lambda: power(0, -1), "undefined", "0 to a negative power"),
        (lambda: power(-8, Fraction(1, 3)), "undefined", "needs a whole exponent"),
        (lambda: power(9, power(9, 9)), "limit", "the limit"),
        (lambda: power(2, -(10**400)), "limit", "the limit"),
        (lambda: power(2, Decimal("1e300") + Decimal("0.5")), "limit", "limit"),
        (lambda: root(-4), "undefined", "needs x >= 0"),
        (lambda: root(4, 0), "invalid", "needs degree >= 1"),
        (lambda: root(2, 10**400), "limit", "degrees up to"),
        (lambda: root(10**700 + 1), "limit", "largest float"),
        (lambda: round_to(1, 10**9), "limit", "digits up to"),
        (lambda: lcm(2**200_000, 3**130_000), "limit", "bits"),
    ],
)
def test_what_has_no_answer(call: Callable[[], object], category: str, text: str) -> None:
    with pytest.raises(ToolError, match=text) as caught:
        call()
    assert caught.value.category == category
