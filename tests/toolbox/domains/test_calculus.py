"""Polynomials against sympy, their laws, and tables of series."""

import math
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.calculus import Polynomial
from fluxem_toolbox import ToolError
from fluxem_toolbox.domains.calculus import (
    antiderivative,
    arithmetic_series,
    compose_polynomials,
    critical_points,
    definite_integral,
    differentiate,
    discriminant,
    evaluate_polynomial,
    geometric_series,
    infinite_geometric_series,
    limit_at_infinity,
    limit_of_quotient,
    polynomial_add,
    polynomial_coefficient,
    polynomial_degree,
    polynomial_divide,
    polynomial_gcd,
    polynomial_multiply,
    polynomial_remainder,
    polynomial_subtract,
    real_roots,
    tangent_line,
    tangent_slope,
    taylor_polynomial,
)
from tests.checks import checks

MOST_SECONDS = 2  # of CPU time
few = settings(max_examples=15, deadline=None)  # the first call also loads sympy

rationals = st.one_of(st.integers(-20, 20), st.fractions(-9, 9, max_denominator=9))
polynomials = st.lists(rationals, max_size=6).map(lambda cs: Polynomial(tuple(cs)))
nonzero = polynomials.filter(lambda p: p.degree >= 0)
X = sympy.Symbol("x")


def expression(p: Polynomial) -> Any:
    return sum((sympy.Rational(c) * X**i for i, c in enumerate(p.coefficients)), sympy.Integer(0))


def back(e: Any) -> Polynomial:
    coefficients = sympy.Poly(e, X).all_coeffs()
    return Polynomial(tuple(Fraction(int(c.p), int(c.q)) for c in reversed(coefficients)))


@given(polynomials, polynomials)
@few
@checks(
    polynomial_add, polynomial_subtract, polynomial_multiply, compose_polynomials, against="sympy"
)
def test_the_ring_against_sympy(p: Polynomial, q: Polynomial) -> None:
    a, b = expression(p), expression(q)
    assert polynomial_add(p, q) == back(a + b)
    assert polynomial_subtract(p, q) == back(a - b)
    assert polynomial_multiply(p, q) == back(a * b)
    assert compose_polynomials(p, q) == back(sympy.expand(sympy.sympify(a).subs(X, b)))


@given(polynomials, nonzero)
@few
@checks(
    polynomial_divide,
    polynomial_remainder,
    against="law: quotient times divisor plus a smaller remainder",
)
def test_division_with_remainder(p: Polynomial, q: Polynomial) -> None:
    quotient, rest = polynomial_divide(p, q), polynomial_remainder(p, q)
    assert polynomial_add(polynomial_multiply(quotient, q), rest) == p
    assert rest.degree < q.degree or rest.degree == -1


@given(nonzero, nonzero, nonzero)
@few
@checks(polynomial_gcd, against="law: divides both, and each common divisor divides it")
def test_gcd(p: Polynomial, q: Polynomial, r: Polynomial) -> None:
    divisor = polynomial_gcd(polynomial_multiply(p, r), polynomial_multiply(q, r))
    assert divisor.coefficients[-1] == 1
    for multiple in (polynomial_multiply(p, r), polynomial_multiply(q, r)):
        assert polynomial_remainder(multiple, divisor).degree == -1
    assert polynomial_remainder(divisor, r).degree == -1
    zero = Polynomial(())
    assert polynomial_gcd(zero, zero) == zero


@given(polynomials, rationals)
@few
@checks(evaluate_polynomial, against="the sum of its terms")
@checks(tangent_slope, against="law: the derivative's value")
@checks(tangent_line, against="law: the curve's value and slope")
def test_values_and_tangents(p: Polynomial, x: int | Fraction) -> None:
    value = sum(c * x**i for i, c in enumerate(p.coefficients))
    assert evaluate_polynomial(p, x) == value
    assert polynomial_remainder(p, Polynomial((-x, 1))) == Polynomial((value,))  # Ruffini
    slope: Any = tangent_slope(p, x)
    assert slope == evaluate_polynomial(differentiate(p), x)
    assert tangent_line(p, x) == Polynomial((value - slope * x, slope))


@given(polynomials, polynomials, rationals, rationals)
@few
@checks(differentiate, antiderivative, against="sympy")
@checks(definite_integral, against="law: a difference of the antiderivative's values")
def test_derivatives_and_integrals(
    p: Polynomial, q: Polynomial, a: int | Fraction, b: int | Fraction
) -> None:
    assert differentiate(p) == back(sympy.diff(expression(p), X))
    assert antiderivative(p) == back(sympy.integrate(expression(p), X))
    assert differentiate(antiderivative(p)) == p
    assert differentiate(p, 2) == differentiate(differentiate(p))
    assert differentiate(p, 0) == p
    assert differentiate(p, 10**30) == Polynomial(())
    leibniz = polynomial_add(
        polynomial_multiply(differentiate(p), q), polynomial_multiply(p, differentiate(q))
    )
    assert differentiate(polynomial_multiply(p, q)) == leibniz
    whole = antiderivative(p)
    area = definite_integral(p, a, b)
    assert area == Fraction(evaluate_polynomial(whole, b)) - Fraction(evaluate_polynomial(whole, a))
    assert area == -Fraction(definite_integral(p, b, a))


@given(st.lists(rationals, min_size=1, max_size=5), st.sampled_from([1, -3, Fraction(2, 7)]))
@few
@checks(real_roots, against="polynomials made from their roots")
@checks(discriminant, against="the roots' differences")
def test_rational_roots_are_found_exactly(roots: list[Any], leading: Any) -> None:
    p = Polynomial((leading,))
    for root in roots:
        p = polynomial_multiply(p, Polynomial((-root, 1)))
    assert real_roots(p) == tuple(sorted(set(roots)))
    assert (discriminant(p) == 0) == (len(set(roots)) < len(roots))
    expected = leading ** (2 * len(roots) - 2) * math.prod(
        (a - b) ** 2 for i, a in enumerate(roots) for b in roots[:i]
    )
    assert discriminant(p) == expected


@given(nonzero)
@few
@checks(real_roots, critical_points, against="sympy")
def test_all_real_roots_against_sympy(p: Polynomial) -> None:
    expected = sorted(set(sympy.Poly(expression(p), X).real_roots(radicals=False)))
    found = real_roots(p)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        if isinstance(ours, float):
            assert not theirs.is_rational
            assert ours == pytest.approx(float(theirs.evalf(30)), rel=1e-15)
        else:
            assert sympy.Rational(Fraction(ours)) == theirs
    assert critical_points(antiderivative(p)) == found


def test_irrational_roots_are_the_nearest_floats() -> None:
    # sqrt(2) and 2^(1/127), each rounded as `math` does; cos of odd multiples of pi/36
    assert real_roots(Polynomial((-2, 0, 1))) == (-math.sqrt(2), math.sqrt(2))
    assert real_roots(Polynomial((-2, *[0] * 126, 1)))[0] == pytest.approx(
        2 ** (1 / 127), rel=1e-15
    )
    chebyshev = back(sympy.chebyshevt_poly(18, X))
    expected = sorted(math.cos((2 * k + 1) * math.pi / 36) for k in range(18))
    assert real_roots(chebyshev) == pytest.approx(expected, rel=1e-14)


def test_roots_far_apart_and_close_together() -> None:
    tiny, huge = Fraction(1, 10**300), 10**300
    spread = polynomial_multiply(Polynomial((-tiny, 1)), Polynomial((-huge, 1)))
    assert real_roots(spread) == (tiny, huge)
    assert real_roots(Polynomial((-1, 0, 2**1001))) == pytest.approx((-(2**-500.5), 2**-500.5))
    assert len(real_roots(back(X**20 - 2 * (2**30 * X - 1) ** 2))) == 4  # Mignotte: 1e-97 apart


@given(nonzero, nonzero, rationals, st.integers(0, 3))
@few
@checks(limit_of_quotient, against="law: common factors cancel")
def test_limits(p: Polynomial, q: Polynomial, at: int | Fraction, times: int) -> None:
    assume(evaluate_polynomial(q, at) != 0)
    above, below = p, q
    for _ in range(times):
        above, below = (polynomial_multiply(r, Polynomial((-at, 1))) for r in (above, below))
    expected = Fraction(evaluate_polynomial(p, at)) / Fraction(evaluate_polynomial(q, at))
    assert limit_of_quotient(above, below, at) == expected
    assert limit_of_quotient(0, q, at) == 0


@given(nonzero, nonzero)
@few
@checks(limit_at_infinity, against="law: the leading coefficients decide")
def test_limits_at_infinity(p: Polynomial, q: Polynomial) -> None:
    if p.degree > q.degree:
        with pytest.raises(ToolError, match="outgrows"):
            limit_at_infinity(p, q)
        return
    leading = Fraction(p.coefficients[-1]) / q.coefficients[-1]
    assert limit_at_infinity(p, q) == (leading if p.degree == q.degree else 0)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("exp(x)", sympy.exp(X)),
        ("sin(x)", sympy.sin(X)),
        ("cos(x)", sympy.cos(X)),
        ("ln(1+x)", sympy.log(1 + X)),
        ("1/(1-x)", 1 / (1 - X)),
        ("arctan(x)", sympy.atan(X)),
    ],
)
@checks(taylor_polynomial, against="sympy")
def test_taylor_polynomials(name: Any, function: Any) -> None:
    for degree in (0, 1, 2, 7):
        expected = back(sympy.series(function, X, 0, degree + 1).removeO())
        assert taylor_polynomial(name, degree) == expected


numbers = st.one_of(rationals, st.decimals(-9, 9, places=2))


@given(numbers, numbers, st.integers(0, 30))
@few
@checks(arithmetic_series, geometric_series, against="adding up the terms")
@checks(infinite_geometric_series, against="law: the first terms plus the rest")
def test_series_against_adding_up(first: Any, step: Any, terms: int) -> None:
    a, s = Fraction(first), Fraction(step)
    assert arithmetic_series(first, step, terms) == sum(a + s * k for k in range(terms))
    assert geometric_series(first, step, terms) == sum(a * s**k for k in range(terms))
    if abs(s) < 1:
        whole = infinite_geometric_series(first, step)
        assert whole == Fraction(geometric_series(first, step, terms)) + a * s**terms / (1 - s)


@given(nonzero, st.integers(0, 7))
@few
@checks(polynomial_degree, polynomial_coefficient, against="sympy")
def test_degrees_and_coefficients(p: Polynomial, power: int) -> None:
    theirs = sympy.Poly(expression(p), X)
    assert polynomial_degree(p) == theirs.degree()
    assert sympy.Rational(polynomial_coefficient(p, power)) == theirs.coeff_monomial(X**power)


def test_coefficients_and_degrees() -> None:
    p = Polynomial((4, Fraction(-1, 2), 3))
    assert [polynomial_coefficient(p, power) for power in range(5)] == [4, Fraction(-1, 2), 3, 0, 0]
    assert polynomial_degree(p) == 2
    assert polynomial_degree(Polynomial((7,))) == 0


def test_variables_and_constants() -> None:
    in_t = Polynomial((0, 1), "t")
    assert polynomial_add(in_t, Polynomial((5,), "x")) == Polynomial((5, 1), "t")
    assert polynomial_multiply(Decimal("0.5"), in_t) == Polynomial((0, Fraction(1, 2)), "t")
    assert polynomial_add(1, 2) == Polynomial((3,))
    assert compose_polynomials(Polynomial((0, 2)), in_t) == Polynomial((0, 2), "t")
    assert compose_polynomials(Polynomial((0, 2), "t"), 3) == Polynomial((6,), "t")


def test_results_keep_the_form_of_the_numbers() -> None:
    square = Polynomial((0, 0, 1))
    assert str(evaluate_polynomial(square, Decimal("0.5"))) == "0.25"
    assert evaluate_polynomial(square, Fraction(1, 2)) == Fraction(1, 4)
    assert isinstance(evaluate_polynomial(square, 0.5), float)
    assert str(definite_integral(square, 0, Decimal("1.5"))) == "1.125"


@pytest.mark.parametrize(
    ("call", "category", "text"),
    [
        (lambda x, t: polynomial_add(x, t), "invalid", "one in x and one in t"),
        (lambda x, t: polynomial_divide(x, 0), "undefined", "other than the polynomial 0"),
        (lambda x, t: polynomial_remainder(x, Polynomial(())), "undefined", "other than the"),
        (lambda x, t: polynomial_degree(Polynomial(())), "undefined", "has no degree"),
        (lambda x, t: polynomial_coefficient(x, -1), "invalid", "got power=-1"),
        (lambda x, t: discriminant(Polynomial((4,))), "undefined", "degree 1 or more, got '4'"),
        (lambda x, t: real_roots(Polynomial(())), "undefined", "every number"),
        (lambda x, t: critical_points(Polynomial((4,))), "undefined", "every point"),
        (lambda x, t: differentiate(x, -1), "invalid", "got order=-1"),
        (lambda x, t: limit_of_quotient(1, x, 0), "undefined", "without bound at 0"),
        (lambda x, t: limit_of_quotient(x, 0, 1), "undefined", "other than 0"),
        (lambda x, t: limit_at_infinity(x, 0), "undefined", "other than 0"),
        (lambda x, t: taylor_polynomial("exp(x)", -1), "invalid", "got degree=-1"),
        (lambda x, t: arithmetic_series(1, 1, -1), "invalid", "got terms=-1"),
        (lambda x, t: geometric_series(1, 1, -1), "invalid", "got terms=-1"),
        (lambda x, t: infinite_geometric_series(1, -1), "undefined", "got -1; `geometric_series`"),
    ],
)
def test_refusals(call: Callable[[Polynomial, Polynomial], Any], category: str, text: str) -> None:
    with pytest.raises(ToolError) as caught:
        call(Polynomial((0, 1)), Polynomial((0, 1), "t"))
    assert caught.value.category == category
    assert text in str(caught.value)


LONGEST = Polynomial(tuple((-1) ** k * (2**59 + k**7) for k in range(128)))
STEEP = Polynomial((3, 2**2500, -(2**2400), 2**2300))


@pytest.mark.parametrize("p", [LONGEST, STEEP], ids=["longest", "steep"])
@pytest.mark.parametrize(
    "call",
    [
        lambda p: polynomial_add(p, p),
        lambda p: polynomial_multiply(p, p),
        lambda p: polynomial_divide(p, Polynomial(p.coefficients[: p.degree // 2 + 1])),
        lambda p: polynomial_remainder(p, Polynomial((3, 2**1000))),
        lambda p: polynomial_gcd(p, differentiate(p)),
        lambda p: compose_polynomials(p, Polynomial((3, 7))),
        lambda p: compose_polynomials(p, p),
        lambda p: evaluate_polynomial(p, Fraction(10**800, 3**1000)),
        lambda p: definite_integral(p, 10**800, 10**100_000),
        lambda p: discriminant(p),
        lambda p: real_roots(p),
        lambda p: differentiate(p, 64),
        lambda p: antiderivative(p),
        lambda p: limit_of_quotient(p, p, 3**1000),
    ],
)
def test_the_largest_are_done_or_refused_soon(
    call: Callable[[Polynomial], Any], p: Polynomial
) -> None:
    started = time.process_time()
    refused: ToolError | None = None
    try:
        call(p)
    except ToolError as error:
        refused = error
    assert time.process_time() - started < MOST_SECONDS
    assert refused is None or refused.category == "limit"


@pytest.mark.parametrize(
    "p",
    [
        back(sympy.chebyshevt_poly(80, X)),
        Polynomial((1, -(2**7700), *[1] * 98, 2, 1)),
    ],
    ids=["many", "far"],
)
def test_roots_too_hard_to_part_are_refused_soon(p: Polynomial) -> None:
    started = time.process_time()
    with pytest.raises(ToolError, match="at most 600000000 units of work") as caught:
        real_roots(p)
    assert caught.value.category == "limit"
    assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize(
    "call",
    [
        lambda: evaluate_polynomial(Polynomial((0, 0, 1)), 10**100_000),
        lambda: geometric_series(1, 2, 10**6),
        lambda: geometric_series(1, Fraction(1, 2), 10**400),
        lambda: taylor_polynomial("1/(1-x)", 128),
        lambda: taylor_polynomial("exp(x)", 10**9),
        lambda: polynomial_add(Polynomial((1, 1)), 10**5000),
        lambda: real_roots(Polynomial((-(10**2000), 0, 3))),
    ],
)
def test_too_large(call: Callable[[], Any]) -> None:
    started = time.process_time()
    with pytest.raises(ToolError) as caught:
        call()
    assert caught.value.category == "limit"
    assert time.process_time() - started < MOST_SECONDS


def test_the_largest_allowed() -> None:
    assert geometric_series(1, 2, 300_000) == 2**300_000 - 1
    assert taylor_polynomial("1/(1-x)", 127).coefficients == (1,) * 128
    assert evaluate_polynomial(Polynomial((0, 0, 1)), 10**50_000) == 10**100_000
    assert len(real_roots(back(sympy.chebyshevt_poly(40, X)))) == 40
