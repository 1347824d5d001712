"""Transfer functions and state spaces: every system comes back; connecting is exact algebra."""

import hashlib
import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fluxem_encoders.domains.control_systems
import fluxem_encoders.structures.control_systems
from fluxem_encoders import compose
from fluxem_encoders.compose import closed_form, read_count, read_linear, read_log
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import exact, from_json, to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.control_systems import StateSpace, TransferFunction
from tests.encoders.laws import check_forms, check_roundtrip

ROUNDING = Fraction(2, 10**12)  # of thirds in the linear lanes, from both sides

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
UNITS = st.integers(-(2**15) + 1, 2**15 - 1)
DECIMALS = st.builds(lambda n, e: Decimal(n).scaleb(e), UNITS, st.integers(-40, 40))
FRACTIONS = st.builds(Fraction, st.integers(-127, 127), st.integers(1, 127))
TENTHS = st.integers(1, 99).map(lambda n: Decimal(n).scaleb(-1))
GAINS = st.integers(-9, 9) | TENTHS | st.builds(Fraction, st.integers(-9, 9), st.integers(1, 9))


def functions(numbers: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    """Transfer functions of so many coefficients at most, for numerator and denominator each."""
    top = st.lists(numbers, min_size=1, max_size=most).map(tuple)
    return st.builds(TransferFunction, top, top.filter(any), st.sampled_from(["s", "z"]))


def matrices(numbers: st.SearchStrategy[Any], rows: int, columns: int) -> st.SearchStrategy[Any]:
    return st.tuples(*[st.tuples(*[numbers] * columns)] * rows)


def spaces(numbers: st.SearchStrategy[Any], n: int, m: int, p: int) -> st.SearchStrategy[Any]:
    """State spaces of n states, m inputs and p outputs."""
    shapes = ((n, n), (n, m), (p, n), (p, m))
    return st.builds(StateSpace, *(matrices(numbers, *shape) for shape in shapes))


SYSTEMS = (
    functions(st.integers(-127, 127), 50)
    | functions(st.integers(-32_639, 32_639), 25)
    | functions(st.integers(-(10**18), 10**18) | DECIMALS, 5)
    | functions(FRACTIONS, 16)
    | functions(FLOATS | DECIMALS | FRACTIONS | st.integers(-9, 9), 5)
    | spaces(st.integers(-127, 127), 9, 1, 1)
    | spaces(st.integers(-(10**9), 10**9), 4, 1, 1)
    | spaces(DECIMALS | st.integers(-127, 127) | FRACTIONS, 4, 1, 1)
    | spaces(FLOATS, 1, 2, 2)
    | spaces(st.integers(-99, 99), 2, 3, 4)
)
CONNECTED = functions(GAINS, 3)
PAIRS = st.tuples(CONNECTED, CONNECTED).filter(lambda pair: pair[0].variable == pair[1].variable)
connect = fluxem_encoders.domains.control_systems.combine


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


def at(system: Any, x: int) -> Fraction:
    """The system's value at x; a number is a constant."""
    if not isinstance(system, TransferFunction):
        return Fraction(exact(system))
    pair = system.numerator, system.denominator
    top, bottom = (sum(exact(c) * x**i for i, c in enumerate(reversed(p))) for p in pair)
    return Fraction(top) / bottom


def agree(system: Any, expected: Callable[[int], Fraction]) -> None:
    """Ratios of polynomials of degree 4 at most that agree at 9 points are the same."""
    compared = 0
    for x in range(10, 28):
        try:
            assert at(system, x) == expected(x)
            compared += 1
        except ZeroDivisionError:  # a pole, one of 8 at most
            continue
    assert compared >= 9


@given(SYSTEMS)
def test_every_system_comes_back(system: Any) -> None:
    check_roundtrip(system)
    if system.is_exact:  # JSON has no mark for a float
        check_forms(system)


@given(PAIRS | st.tuples(CONNECTED, GAINS))
def test_connecting_is_that_of_rational_functions(pair: tuple[Any, Any]) -> None:
    g, h = pair
    series, parallel = connect("multiply", g, h), connect("add", g, h)
    agree(series, lambda x: at(g, x) * at(h, x))
    agree(parallel, lambda x: at(g, x) + at(h, x))
    order = g.order + (h.order if isinstance(h, TransferFunction) else 0)
    assert series.order == parallel.order == order  # nothing cancels
    assert connect("add", h, g) == parallel
    if not isinstance(h, TransferFunction):
        assert connect("scale", g, h) == series
    try:
        loop = connect("feedback", g, h)
    except AlgebraError:
        assert at(g, 101) * at(h, 101) == at(g, 103) * at(h, 103) == -1
        return
    agree(loop, lambda x: at(g, x) / (1 + at(g, x) * at(h, x)))


@given(PAIRS)
def test_gains_and_orders_compose_in_the_lanes(pair: tuple[Any, Any]) -> None:
    g, h = pair
    rest = 0 if g.variable == "s" else 1
    parallel, series = (closed_form(op, encode(g), encode(h)) for op in ("add", "multiply"))
    assert read_count(parallel) == g.order + h.order
    if parallel[compose.LINEAR_HELD]:
        assert abs(read_linear(parallel) - at(g, rest) - at(h, rest)) <= ROUNDING
    if parallel[compose.SECOND_HELD]:
        total = encode(connect("add", g, h))[COMPOSE]
        a, b = (read_linear(lanes, compose.SECOND) for lanes in (parallel, total))
        assert abs(a - b) <= ROUNDING
    if series[compose.LOG_HELD]:
        assert math.isclose(read_log(series), at(g, rest) * at(h, rest), rel_tol=1e-9)


def test_lanes_of_poles_and_of_state_spaces() -> None:
    integrator = encode(TransferFunction((1,), (1, 0)))[COMPOSE]
    assert integrator[compose.LINEAR_HELD : compose.LOG_HELD + 1].tolist() == [0, 1, 0]
    assert encode(TransferFunction((1, 0), (1,)))[COMPOSE][compose.SECOND_HELD] == 0
    companion = encode(FIXED[-2])[COMPOSE]
    assert (read_linear(companion), read_count(companion)) == (-3, 2)


def test_larger_gains_lie_farther() -> None:
    gains = [Decimal("1e-9"), Fraction(1, 3), 1, 1.5, 2, 10, 500, 10**6, 10**20, 10**50]
    lanes = [encode(TransferFunction((g,), (1, 2)))[FEATURES][MAGNITUDE] for g in gains]
    assert (np.diff(lanes, axis=0) >= 0).all()
    assert (np.diff([np.linalg.norm(e - lanes[0]) for e in lanes]) > 0).all()


ONES = tuple((1,) * 10 for _ in range(10))


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (TransferFunction((1,) * 60, (1,) * 60), "100 coefficients"),
        (TransferFunction((128,) * 50, (1,) * 50), "within ±127"),
        (TransferFunction((0.5,) * 6, (0.5,) * 6), "11 floats"),
        (TransferFunction((2**800,), (Decimal(2),)), "500 bits"),
        (TransferFunction((10**5000,), (1,)), "500 bits"),
        (StateSpace(ONES, ONES, ONES, ONES), "order 4"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_limit(value: Any, limit: str) -> None:
    with pytest.raises(CapacityError, match=re.escape(limit)):
        encode(value)


def ratio(top: Any, bottom: Any, **more: Any) -> dict[str, Any]:
    return {"transfer_function": {"numerator": top, "denominator": bottom, **more}}


def space(*matrices: Any) -> dict[str, Any]:
    return {"state_space": dict(zip("ABCD", matrices, strict=False))}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (ratio([1], [0, 0]), "denominator is 0"),
        (ratio([1] * 10**6, [1]), "a list of 1000000 items"),
        (ratio([Decimal("Infinity")], [1]), "finite coefficients"),
        (ratio([1], [1], variable="x"), "`s` or `z`"),
        (ratio([1], [1], delay=1), "`numerator`, `denominator`"),
        (space([[1]], [[1]], [[1]], [[0, 0]]), "D is 1x2"),
        (space([[1, 2], [3]], [[1], [1]], [[1, 1]], [[0]]), "rows of equal length"),
        (space([], [[1]], [[1]], [[0]]), "1 to 32 rows"),
        (space([[1]]), "matrices A, B, C and D"),
        ({"plant": 1}, "expected a value of control_systems"),
    ],
)
def test_bad_forms_are_refused(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "control_systems")


FIXED = [
    TransferFunction((1, 2), (1, 3, 5)),
    TransferFunction((Fraction(-1, 3), 0), (Decimal("2.50"), 0, -1)),
    *(TransferFunction((5,), (1, 0)), TransferFunction((1, -1), (1,), "z")),
    *(TransferFunction((0,), (2, 0), "z"), TransferFunction((0.1,), (0.5, 2))),
    StateSpace(((0, 1), (-2, -3)), ((0,), (1,)), ((1, 0),), ((0,),)),
    StateSpace(((Decimal("-0.5"),),), ((1, 2),), ((1,), (Fraction(1, 3),)), ((0, 0), (0, 1))),
]


def test_combine_and_texts() -> None:
    assert result("feedback", FIXED[2], 1) == TransferFunction((5,), (1, 5))
    read = from_json(ratio([0, 0, 1], [0, 1, 2]), "control_systems")
    assert read == TransferFunction((1,), (1, 2), "s")
    assert [to_text(system) for system in FIXED] == [
        *("(s + 2)/(s^2 + 3s + 5)", "(-(1/3)s)/(2.50s^2 - 1)", "5/s", "z - 1", "0/(2z)"),
        *("0.1/(0.5s + 2)", "A = [[0, 1], [-2, -3]], B = [[0], [1]], C = [[1, 0]], D = [[0]]"),
        "A = [[-0.5]], B = [[1, 2]], C = [[1], [1/3]], D = [[0, 0], [0, 1]]",
    ]


@given(st.sampled_from(FIXED), st.integers(16, 127), st.sampled_from([-1, -0.25, 0.008, 0.5, 2]))
def test_a_changed_lane_is_refused_or_means_another(value: Any, lane: int, by: float) -> None:
    e = encode(value)
    e[lane] += by
    try:
        changed = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(changed)[VALUE] - e[VALUE]).max() < 1e-3


@pytest.mark.parametrize(
    ("op", "values", "sentence"),
    [
        ("add", (FIXED[0], FIXED[3]), "in s and the other in z"),
        ("multiply", (FIXED[0], FIXED[6]), "beside a transfer function"),
        ("add", (FIXED[6], FIXED[6]), "take transfer functions"),
        ("feedback", (TransferFunction((1,), (1,)), -1), r"1 \+ GH is 0"),
    ],
)
def test_what_the_algebra_does_not_know(op: str, values: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(AlgebraError, match=sentence):
        result(op, *values)


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    lanes = [encode(system) for system in FIXED]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "de05f9f4b57a6be2"
