"""combine() on whole embeddings, closed_form() on their composition lanes alone."""

import math
import operator
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fluxem_encoders.compose import (
    COUNT,
    LINEAR_HELD,
    LOG,
    LOG_HELD,
    SECOND,
    SECOND_HELD,
    closed_form,
    mark_source,
    read_count,
    read_linear,
    read_log,
)
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError
from fluxem_encoders.layout import COMPOSE
from fluxem_encoders.registry import DOMAINS, combine, decode, decode_domain, encode
from fluxem_encoders.values import (
    Combination,
    Distribution,
    Duration,
    Factorial,
    Number,
    Permutation,
)

EXACT = (
    st.integers(-(10**40), 10**40)
    | st.integers(-50, 50)
    | st.builds(
        lambda n, e: Decimal(n).scaleb(e), st.integers(-(10**12), 10**12), st.integers(-9, 9)
    )
    | st.fractions(-1000, 1000, max_denominator=10**6)
)
FLOATS = st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100)
HELD = st.integers(-(10**23), 10**23) | st.decimals(
    -(10**6), 10**6, allow_nan=False, places=12
)  # what the linear lanes hold exactly
PYTHON: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
}


def result(op: str, *values: Any, domain: str | None = None) -> Any:
    return decode(combine(op, *(encode(value, domain) for value in values)))


@given(EXACT, EXACT, st.sampled_from(sorted(PYTHON)))
def test_exact_numbers_combine_exactly(a: Number, b: Number, op: str) -> None:
    assume(op != "divide" or b != 0)
    got = result(op, a, b)
    assert not isinstance(got, float)
    assert Fraction(got) == PYTHON[op](Fraction(a), Fraction(b))


@given(FLOATS, FLOATS, st.sampled_from(sorted(PYTHON)))
def test_floats_combine_as_floats(a: float, b: float, op: str) -> None:
    assume(op != "divide" or b != 0)
    assert result(op, a, b) == PYTHON[op](a, b)


def test_types_of_results() -> None:
    assert repr(result("add", Decimal("0.1"), Decimal("0.2"))) == "Decimal('0.3')"
    assert repr(result("add", 1, 2)) == "3"
    assert repr(result("divide", 6, 3)) == "2"
    assert repr(result("divide", 1, 3)) == "Fraction(1, 3)"
    assert repr(result("multiply", 2, 0.5)) == "1.0"
    assert repr(result("negate", Decimal("2.50"))) == "Decimal('-2.50')"
    with localcontext(prec=2):
        assert repr(result("add", Decimal("1234.5"), 1)) == "Decimal('1235.5')"
        assert repr(result("negate", Decimal("1234.5"))) == "Decimal('-1234.5')"


@given(st.integers(-99, 99) | st.fractions(-9, 9, max_denominator=9), st.integers(-20, 20))
def test_whole_powers_are_exact(base: Number, exponent: int) -> None:
    assume(base != 0 or exponent >= 0)
    assert result("power", base, exponent) == Fraction(base) ** exponent


@given(st.floats(1e-9, 1e9), st.floats(-9, 9))
def test_other_powers_hold_the_stated_bound(base: float, exponent: float) -> None:
    assert DOMAINS["arithmetic"].algebra["power"] == "1e-6"
    assert math.isclose(result("power", base, exponent), base**exponent, rel_tol=1e-6)
    square_root = result("power", 2, Decimal("0.5"))
    assert math.isclose(square_root, math.sqrt(2), rel_tol=1e-6)


@given(HELD, HELD)
def test_linear_lanes_add_and_subtract_exactly(a: Number, b: Number) -> None:
    for op in ("add", "subtract"):
        lanes = closed_form(op, encode(a), encode(b))
        assert lanes[LINEAR_HELD] == 1
        assert read_linear(lanes) == PYTHON[op](Fraction(a), Fraction(b))


@given(FLOATS | EXACT, FLOATS | EXACT)
def test_log_lanes_multiply_and_divide_to_1e_9(a: Number, b: Number) -> None:
    assume(a != 0 and b != 0)
    for op in ("multiply", "divide"):
        lanes = closed_form(op, encode(a), encode(b))
        expected = float(PYTHON[op](Fraction(a), Fraction(b)))
        assert lanes[LOG_HELD] == 1
        assert math.isclose(read_log(lanes), expected, rel_tol=1e-9)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=9))
def test_linear_lanes_of_many_embeddings_add_up(numbers: list[int]) -> None:
    lanes = np.sum([encode(n)[COMPOSE] for n in numbers], axis=0)
    assert read_linear(lanes) == sum(numbers)
    assert read_count(lanes) == len(numbers)


@given(EXACT | FLOATS)
def test_lanes_of_one_number(x: Number) -> None:
    lanes = encode(x)[COMPOSE]
    if lanes[LINEAR_HELD] == 1:
        assert read_linear(lanes) == Fraction(x)
    elif lanes[LINEAR_HELD] == -1:
        assert abs(read_linear(lanes) - Fraction(x)) <= Fraction(1, 10**12)
    else:
        assert not -(10**24) < x < 10**24
    if x == 0:
        assert not lanes[LOG].any()
        assert lanes[LOG_HELD] == 0
    else:
        assert math.isclose(read_log(lanes), float(x), rel_tol=1e-9)


def test_logs_beyond_doubles() -> None:
    assert read_log(encode(Decimal("-1e9999"))[COMPOSE]) == -math.inf
    assert read_log(encode(Decimal("1e-9999"))[COMPOSE]) == 0
    huge = closed_form("divide", encode(Decimal("3e9999")), encode(Decimal("2e9999")))
    assert math.isclose(read_log(huge), 1.5, rel_tol=1e-6)


def test_closed_form_of_batches_and_of_unknown_operations() -> None:
    e_ND = np.stack([encode(n) for n in (1, 2, 3)])
    lanes = closed_form("add", e_ND, encode(10))
    assert [read_linear(row) for row in lanes] == [11, 12, 13]
    assert closed_form("add", encode(10**30), encode(1))[LINEAR_HELD] == 0
    with pytest.raises(ValueError, match="no closed form"):
        closed_form("factorial", e_ND, e_ND)


COUNTS = st.builds(Factorial, st.integers(0, 40)) | st.builds(
    Combination, st.integers(0, 60), st.integers(0, 60)
)


def evaluated(value: Any) -> Any:
    match value:
        case Factorial(n):
            return math.factorial(n)
        case Combination(n, k):
            return math.comb(n, k)
        case Permutation(n, k):
            return math.perm(n, k)
    return value


@given(COUNTS, COUNTS | st.integers(-9, 9))
def test_counts_multiply_and_divide_to_numbers(a: Any, b: Any) -> None:
    x, y = evaluated(a), evaluated(b)
    assert result("multiply", a, b) == x * y == result("multiply", b, a)
    if y:
        assert result("divide", a, b) == Fraction(x, y)
    if x and y:
        lanes = closed_form("multiply", encode(a), encode(b))
        assert math.isclose(read_log(lanes), x * y, rel_tol=1e-6)


def test_large_counts() -> None:
    quotient = closed_form("divide", encode(Factorial(5000)), encode(Factorial(4999)))
    assert math.isclose(read_log(quotient), 5000, rel_tol=1e-6)
    assert encode(Factorial(10**9))[COMPOSE][LOG_HELD] == 0
    with pytest.raises(CapacityError):
        result("multiply", Factorial(10**9), 2)
    with pytest.raises(CapacityError):
        result("multiply", Factorial(500), 1)


def test_sums_of_independent_variables() -> None:
    assert result(
        "add", Distribution("poisson", (Decimal("1.5"),)), Distribution("poisson", (2,))
    ) == Distribution("poisson", (Decimal("3.5"),))
    assert result(
        "add",
        Distribution("binomial", (10, Decimal("0.3"))),
        Distribution("binomial", (5, Decimal("0.3"))),
    ) == Distribution("binomial", (15, Decimal("0.3")))
    assert result(
        "add", Distribution("normal", (1, 3)), Distribution("normal", (2, 4))
    ) == Distribution("normal", (3, 5))
    tenths = [Distribution("normal", (0, Decimal(sd))) for sd in ("0.3", "0.4")]
    total = result("add", *tenths)
    assert total == Distribution("normal", (0, Decimal("0.5")))
    assert isinstance(total["sd"], Decimal)
    broken = result("add", Distribution("normal", (0, 1)), Distribution("normal", (0, 1)))
    assert math.isclose(broken["sd"], math.sqrt(2), rel_tol=1e-6)


@given(st.integers(1, 99), st.integers(1, 99), st.fractions(0, 1, max_denominator=99))
def test_means_and_variances_add_in_the_lanes(n: int, m: int, p: Fraction) -> None:
    lanes = closed_form(
        "add", encode(Distribution("binomial", (n, p))), encode(Distribution("poisson", (m,)))
    )
    assert abs(read_linear(lanes) - (n * p + m)) < Fraction(1, 10**11)
    assert abs(read_linear(lanes, SECOND) - (n * p * (1 - p) + m)) < Fraction(1, 10**11)


LISTS = st.lists(st.integers(-99, 99) | st.decimals(-9, 9, places=2), max_size=12).map(tuple)


@given(LISTS, LISTS, st.integers(-9, 9) | st.just(Decimal("0.5")))
def test_lists_join_and_scale(xs: tuple[Number, ...], ys: tuple[Number, ...], by: Number) -> None:
    assert result("concat", xs, ys) == xs + ys
    assert [Fraction(x) for x in result("scale", xs, by)] == [
        Fraction(x) * Fraction(by) for x in xs
    ]
    lanes = closed_form("add", encode(xs), encode(ys))
    joined = [Fraction(x) for x in xs + ys]
    assert read_linear(lanes) == sum(joined)
    assert read_linear(lanes, SECOND) == sum(x * x for x in joined)
    assert read_count(lanes) == len(joined)
    assert lanes[SECOND_HELD] == 1
    assert np.abs(lanes[COUNT]).max() <= 2


SHARES = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(
    lambda weights: tuple(Fraction(w, sum(weights)) for w in weights)
)


@given(SHARES, SHARES)
def test_entropy_adds_for_independent_sources(
    ps: tuple[Fraction, ...], qs: tuple[Fraction, ...]
) -> None:
    joint = combine("joint", *(encode(v, "information_theory") for v in (ps, qs)))
    assert decode_domain(joint) == "information_theory"
    assert decode(joint) == tuple(p * q for p in ps for q in qs)
    lanes = closed_form("add", *(encode(v, "information_theory") for v in (ps, qs)))
    assert abs(read_linear(lanes) - read_linear(joint[COMPOSE])) < Fraction(1, 10**11)
    bits = -sum(float(p) * math.log2(p) for p in ps)
    assert math.isclose(read_linear(encode(ps, "information_theory")[COMPOSE]), bits, abs_tol=1e-11)


DURATIONS = st.builds(
    Duration,
    st.integers(-999, 999),
    st.integers(-9999, 9999),
    st.integers(-(10**6), 10**6) | st.fractions(-99, 99, max_denominator=8),
)


@given(DURATIONS, DURATIONS, st.integers(-9, 9))
def test_durations(a: Duration, b: Duration, n: int) -> None:
    total = Duration(a.months + b.months, a.days + b.days, a.seconds + b.seconds)
    assert result("add", a, b) == total
    assert result("subtract", total, b) == a
    assert result("scale", a, n) == Duration(a.months * n, a.days * n, a.seconds * n)
    lanes = closed_form("add", encode(a), encode(b))
    fixed = total.days * 86_400 + total.seconds
    assert abs(read_linear(lanes) - fixed) <= Fraction(1, 10**12)  # exactly for decimal seconds
    assert read_linear(lanes, SECOND) == total.months


@given(st.dates(date(1500, 1, 1), date(3000, 1, 1)), st.integers(-9999, 9999))
def test_dates_move_by_days(day: date, by: int) -> None:
    moved = day + timedelta(days=by)
    assert result("add", day, Duration(days=by)) == moved
    assert result("add", Duration(seconds=86_400 * by), day) == moved
    assert result("subtract", moved, Duration(days=by)) == day
    assert result("subtract", moved, day) == Duration(days=by)
    lanes = closed_form("add", encode(day), encode(Duration(days=by)))
    assert read_linear(lanes) == read_linear(encode(moved)[COMPOSE])


def test_truth_tables() -> None:
    for a in (True, False):
        assert result("not", a) is (not a)
        for b in (True, False):
            assert result("and", a, b) is (a and b)
            assert result("or", a, b) is (a or b)
            assert result("xor", a, b) is (a != b)


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("add", ()),
        ("add", (1,)),
        ("add", (1, 2, 3)),
        ("factorial", (1,)),
        ("negate", (1, 2)),
        ("divide", (1, 0)),
        ("divide", (Factorial(3), Combination(2, 5))),
        ("power", (0, -1)),
        ("power", (-8, Fraction(1, 3))),
        ("add", (Factorial(3), 1)),
        ("multiply", (Factorial(3), True)),
        ("multiply", (Factorial(3),)),
        ("add", (Distribution("uniform", (0, 1)), Distribution("uniform", (0, 1)))),
        ("add", (Distribution("poisson", (1,)), Distribution("geometric", (1,)))),
        ("add", (Distribution("binomial", (1, 0.5)), Distribution("binomial", (1, 0.25)))),
        ("concat", ((1,), 1)),
        ("scale", ((1,), (1,))),
        ("add", (date(2024, 1, 1), Duration(months=1))),
        ("add", (date(2024, 1, 1), Duration(seconds=1))),
        ("add", (date(2024, 1, 1), date(2024, 1, 1))),
        ("scale", (Duration(days=1), Fraction(1, 2))),
        ("scale", (Duration(days=1),)),
        ("and", (True, 1)),
        ("not", (True, True)),
    ],
    ids=str,
)
def test_what_the_algebra_does_not_know(op: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(AlgebraError):
        combine(op, *map(encode, values))


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("multiply", (10**200, 10**200)),
        ("power", (10, 10**9)),
        ("power", (Decimal("1e9999"), 2)),
        ("add", (Decimal("1e9999"), 1)),
        ("multiply", (1e300, 1e300)),
        ("add", (1e300, 10**9 + Decimal("1e-999"))),
        ("add", (date(9999, 12, 31), Duration(days=1))),
        ("add", (date(1, 1, 1), Duration(days=-(10**11)))),
        ("concat", (tuple(range(60)), tuple(range(60)))),
    ],
    ids=lambda x: str(x)[:40],
)
def test_results_that_no_lanes_hold(op: str, values: tuple[Any, ...]) -> None:
    try:
        combine(op, *map(encode, values))
    except CapacityError:
        return
    assert values[0] == 1e300


def test_combine_refuses_garbage_and_marks_its_source() -> None:
    with pytest.raises(DecodeError):
        combine("add", encode(1), np.zeros(256, dtype=np.float32))
    total = combine("add", encode(1), encode(2))
    assert np.array_equal(total, mark_source(encode(3), "composed"))
    marked = mark_source(mark_source(encode(3), "text"), "result")
    assert decode(marked) == 3
    assert np.count_nonzero(marked != encode(3)) == 1


def test_every_domain_states_its_algebra() -> None:
    for domain in DOMAINS.values():
        assert domain.algebra
        assert set(domain.algebra.values()) <= {"exact", "1e-6"}
