"""Polynomials: forms, lanes that bring them back, and their exact ring."""

import hashlib
import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from fluxem_encoders.compose import SECOND, closed_form, read_linear, read_log
from fluxem_encoders.domains.calculus import combine as apply
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json, to_json, to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.calculus import Polynomial
from tests.encoders.laws import check_forms, check_roundtrip


def lists(bound: int, length: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.integers(-bound, bound), max_size=length)


def over(bound: int, denominator: int, length: int) -> st.SearchStrategy[list[Any]]:
    return st.builds(
        lambda ns, d: [Fraction(n, d) for n in ns],
        lists(bound, length),
        st.integers(1, denominator),
    )


def unlike(terms: int, length: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(
        st.builds(Fraction, st.integers(-terms, terms), st.integers(1, terms)), max_size=length
    )


STEPS = st.sampled_from([-1, -0.25, 1 / 128, 0.004, 0.25, 1, 1e30])
LETTERS = st.sampled_from("xtnsABZaz")
POLYNOMIALS = st.builds(
    Polynomial,
    (
        lists(127, 96)
        | lists(32_639, 48)
        | lists(14 * 10**13, 16)
        | lists(2**766, 1)
        | over(127, 10**10 - 1, 96)
        | over(9999, 999, 48)
        | unlike(2**15 - 1, 16)
        | unlike(9, 16)
        | lists(9, 4)
    ).map(tuple),
    LETTERS,
)
SMALL = st.builds(Polynomial, (lists(50, 6) | unlike(6, 5)).map(tuple), st.just("t"))
NUMBERS = (
    st.integers(-99, 99)
    | st.fractions(-9, 9, max_denominator=9)
    | st.decimals(-9, 9, places=2)
    | st.sampled_from([0.5, -0.25, 3.0])
)


@given(POLYNOMIALS)
def test_every_polynomial_comes_back(value: Polynomial) -> None:
    check_roundtrip(value)
    check_forms(value)


@given(st.integers(0, 95), st.integers(-127, 127))
def test_small_coefficients_lie_at_their_powers(power: int, c: int) -> None:
    e = encode(Polynomial((0,) * power + (c,)))
    body = e[VALUE][16:]
    assert body[power] == c / 128
    assert np.count_nonzero(body) == (c != 0)


def symbolic(value: Polynomial) -> sympy.Poly:
    t = sympy.Symbol("t")
    cs = [sympy.Rational(c.numerator, c.denominator) for c in value.coefficients]
    return sympy.Poly(cs[::-1] or [0], t, domain="QQ")


def test_texts() -> None:
    half = Fraction(1, 2)
    assert to_text(Polynomial((4, -half, 3))) == "3x^2 - 1/2 x + 4"
    assert to_text(Polynomial((-half, 1, 0, -1), "t")) == "-t^3 + t - 1/2"
    assert to_text(Polynomial((0, Decimal("0.50")))) == "1/2 x"
    assert to_text(Polynomial((0, 0))) == "0"


def test_equal_polynomials_are_equal_values() -> None:
    a = Polynomial((Decimal("1.50"), Fraction(4, 2), Decimal("0.0"), 0))
    assert a == Polynomial((Fraction(3, 2), 2))
    assert list(map(type, a.coefficients)) == [Fraction, int]
    assert hash(a) == hash(Polynomial((Fraction(3, 2), 2)))
    assert Polynomial((1,)) != Polynomial((1,), "t")
    assert Polynomial(()).degree == -1


@given(SMALL, SMALL)
def test_the_ring_is_that_of_sympy(a: Polynomial, b: Polynomial) -> None:
    p, q = symbolic(a), symbolic(b)
    for op, expected in (("add", p + q), ("subtract", p - q), ("multiply", p * q)):
        assert symbolic(apply(op, a, b)) == expected
    assert decode(combine("multiply", encode(a), encode(b))) == apply("multiply", a, b)
    assert symbolic(apply("negate", a)) == -p
    assert symbolic(apply("differentiate", a)) == p.diff()


@given(SMALL, NUMBERS)
def test_numbers_scale_and_stand_for_constants(a: Polynomial, n: Any) -> None:
    exact = Fraction(n)
    constant = Polynomial((exact,), "t")
    scaled = decode(combine("scale", encode(a), encode(n)))
    assert scaled == Polynomial(tuple(c * exact for c in a.coefficients), "t")
    for op in ("add", "subtract", "multiply"):
        assert apply(op, a, n) == apply(op, a, constant)
        assert apply(op, n, a) == apply(op, constant, a)
    assert decode(combine("subtract", encode(n), encode(a))) == apply("subtract", constant, a)
    assert decode(combine("negate", encode(a))) == apply("negate", a)


WHOLE = st.builds(Polynomial, lists(99, 8).map(tuple))


@given(WHOLE, WHOLE)
def test_composition_lanes_know_value_and_slope_at_1(a: Polynomial, b: Polynomial) -> None:
    at_one = [sum(p.coefficients) for p in (a, b)]
    lanes = closed_form("add", encode(a), encode(b))
    assert read_linear(lanes) == sum(at_one)
    slope = read_linear(encode(apply("differentiate", a))[COMPOSE])
    assert read_linear(encode(a)[COMPOSE], SECOND) == slope
    total = apply("add", a, b)
    assert read_linear(lanes, SECOND) == sum(apply("differentiate", total).coefficients)
    assume(all(at_one))
    product = read_log(closed_form("multiply", encode(a), encode(b)))
    assert math.isclose(product, at_one[0] * at_one[1], rel_tol=1e-9)


def test_nearer_degrees_lie_nearer() -> None:
    rows = [encode(Polynomial((0,) * n + (1,)))[FEATURES][MAGNITUDE] for n in (0, 1, 2, 5, 20, 95)]
    for i, row in enumerate(rows):
        distances = [float(np.abs(row - other).sum()) for other in rows[i:]]
        assert distances == sorted(set(distances))


@pytest.mark.parametrize(
    ("coefficients", "limit"),
    [
        ((0,) * 96 + (1,), "96 coefficients"),
        ((1000,) * 49, "96 lanes"),
        ((1, 2**768), "500 bits"),
        ((Fraction(1, 2**55), Fraction(1, 3)), "2**55"),
        (tuple(Fraction(1, n) for n in range(200, 230)), "96 bytes"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_limit(coefficients: Any, limit: str) -> None:
    with pytest.raises(CapacityError, match=re.escape(limit)):
        encode(Polynomial(coefficients))


NO_FORMS: dict[str, list[Any]] = {
    "constant first": [{"polynomial": [1]}, {"polynomial": [1], "variable": "x", "degree": 0}],
    "list of at most 128": [{"polynomial": x, "variable": "x"} for x in ("3x", [1] * 129, None)],
    "expected a number": [{"polynomial": [1, x], "variable": "x"} for x in (None, True, [1])],
    "no number such as": [{"polynomial": ["x"], "variable": "x"}],
    "denominator": [{"polynomial": ["1/0"], "variable": "x"}],
    "within ±400": [{"polynomial": ["1e9999"], "variable": "x"}],
    "is exact": [{"polynomial": [Decimal("NaN")], "variable": "x"}],
    "8192 bits": [{"polynomial": ["9" * 9999], "variable": "x"}],
    "one letter": [{"polynomial": [1], "variable": x} for x in ("xy", "", "θ", "1", 1, None)],
}


@pytest.mark.parametrize("sentence", NO_FORMS)
def test_forms_of_no_polynomial(sentence: str) -> None:
    for form in NO_FORMS[sentence]:
        with pytest.raises(ValueFormError, match=sentence):
            from_json(form, "calculus")


def test_constructor_and_json() -> None:
    with pytest.raises(ValueFormError, match="exact"):
        Polynomial((0.5,))  # type: ignore[arg-type]  # what a caller may slip in
    with pytest.raises(ValueFormError, match="at most 128"):
        Polynomial((1,) * 129)
    form = {"polynomial": [0, "1/3"], "variable": "s"}
    assert to_json(from_json({"polynomial": [0.0, "1/3", 0], "variable": "s"}, "calculus")) == form


@pytest.mark.parametrize(
    ("op", "operands"),
    [
        ("add", (Polynomial((1,)), Polynomial((1,), "t"))),
        ("add", (1, 2)),
        ("add", (Polynomial((1,)), (1, 2))),
        ("scale", (Polynomial((1,)), Polynomial((2,)))),
        ("scale", (2, Polynomial((1,)))),
        ("scale", (Polynomial((1,)), math.inf)),
        ("negate", (Polynomial((1,)), 1)),
        ("differentiate", (Polynomial((1,)), 1)),
        ("divide", (Polynomial((1,)), Polynomial((1,)))),
    ],
    ids=str,
)
def test_what_the_algebra_does_not_know(op: str, operands: tuple[Any, ...]) -> None:
    with pytest.raises(AlgebraError):
        apply(op, *operands)


def test_results_that_nothing_holds() -> None:
    long = Polynomial((1,) * 90)
    with pytest.raises(CapacityError, match="at most 128"):
        apply("multiply", long, long)
    with pytest.raises(CapacityError, match="±400"):
        apply("scale", long, Decimal("1e99999"))


SHOWN = [
    *(Polynomial(()), Polynomial((1,)), Polynomial((4, Fraction(-1, 2), 3))),
    *(Polynomial((0,) * 15 + (-127,), "t"), Polynomial((1, 2**60), "Z")),
    Polynomial((Fraction(1, 9999991), Fraction(1, 9999973)), "s"),
    *(Polynomial((300, -200, 100)), Polynomial((Fraction(1, 3), Fraction(1, 10**9 + 7)))),
]


@given(st.sampled_from(SHOWN), st.integers(VALUE.start, VALUE.stop - 1), STEPS)
def test_a_changed_lane_is_refused_or_means_another_value(value: Any, lane: int, by: float) -> None:
    e = encode(value)
    e[lane] += by
    try:
        back = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(back)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    lanes = [encode(value) for value in SHOWN]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "5f2082394efcfbaa"
