"""What a model can read from the shared lanes, and that near values lie near."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.features import COUNTS, FLAGS, LIST, MAGNITUDE, PHASE, SMALL
from fluxem_encoders.layout import FEATURES
from fluxem_encoders.registry import encode
from fluxem_encoders.values import Combination, Distribution, Duration, Factorial, Number

NUMBERS = (
    st.integers(-(10**60), 10**60)
    | st.integers(-1000, 1000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(-1000, 1000, allow_nan=False, places=4)
    | st.fractions(-1000, 1000, max_denominator=1000)
    | st.builds(lambda n, e: Decimal(n).scaleb(e), st.integers(-99, 99), st.integers(-5000, 5000))
)


def lanes(value: Any, place: slice, domain: str | None = None) -> np.ndarray:
    return encode(value, domain)[FEATURES][place]


def distance(a: Any, b: Any) -> float:
    return float(np.linalg.norm(lanes(a, MAGNITUDE) - lanes(b, MAGNITUDE)))


@given(st.lists(NUMBERS, min_size=3, max_size=3).map(sorted))
def test_magnitude_lanes_never_fall_when_the_number_rises(ordered: list[Number]) -> None:
    a, b, c = (lanes(x, MAGNITUDE) for x in ordered)
    assert (a <= b).all()
    assert (b <= c).all()


@given(st.lists(NUMBERS, min_size=3, max_size=3).map(sorted))
def test_farther_numbers_lie_farther(ordered: list[Number]) -> None:
    a, b, c = ordered
    assert max(distance(a, b), distance(b, c)) <= distance(a, c) + 1e-6


@given(st.floats(1e-9, 1e12), st.floats(1.05, 1e3), st.floats(1.5, 1e6))
def test_distance_grows_strictly_with_the_log_ratio(x: float, near: float, more: float) -> None:
    assert 0 < distance(x, x * near) < distance(x, x * near * more)
    assert 0 < distance(-x, -x * near) < distance(-x, -x * near * more)


def test_distance_grows_by_decades() -> None:
    assert np.all(np.diff([distance(1, 10**k) for k in range(30)]) > 0)
    assert np.all(np.diff([distance(1.0, 10.0**-k) for k in range(9)]) > 0)


@given(st.lists(st.dates(), min_size=3, max_size=3).map(sorted))
def test_dates_are_graded(ordered: list[date]) -> None:
    a, b, c = ordered
    assert max(distance(a, b), distance(b, c)) <= distance(a, c) + 1e-6


@given(st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=3).map(sorted))
def test_durations_are_graded(ordered: list[int]) -> None:
    a, b, c = (Duration(seconds=n) for n in ordered)
    assert max(distance(a, b), distance(b, c)) <= distance(a, c) + 1e-6


def test_mixed_durations_are_graded_by_mean_months() -> None:
    assert distance(Duration(months=1), Duration(days=30)) < distance(
        Duration(months=1), Duration(days=40)
    )


def test_counts_are_graded_by_what_they_stand_for() -> None:
    assert np.array_equal(lanes(Factorial(5), MAGNITUDE), lanes(120, MAGNITUDE))
    assert np.array_equal(lanes(Combination(2, 5), MAGNITUDE), lanes(0, MAGNITUDE))
    sizes = [lanes(Factorial(n), MAGNITUDE) for n in (1, 3, 8, 20, 60, 100)]
    assert all((a <= b).all() and (a < b).any() for a, b in pairwise(sizes))
    huge = lanes(Combination(10**12, 10**11), MAGNITUDE)
    assert np.all(huge[5:] == 1)


def test_estimated_counts_go_on_where_evaluated_ones_stop() -> None:
    evaluated, estimated = Combination(402, 200), Combination(402, 201)
    assert np.abs(lanes(evaluated, MAGNITUDE) - lanes(estimated, MAGNITUDE)).max() < 0.01
    assert lanes(estimated, FLAGS)[3] == 1


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30).map(tuple), st.integers(1, 99))
def test_lists_are_graded_by_their_mean(xs: tuple[int, ...], step: int) -> None:
    higher = tuple(x + step for x in xs)
    assert (lanes(xs, MAGNITUDE) <= lanes(higher, MAGNITUDE)).all()
    assert lanes(xs, LIST)[0] <= lanes(higher, LIST)[0]


ONE_OF_EACH: list[tuple[Any, str]] = [
    (7, "arithmetic"),
    (True, "logic"),
    (Factorial(5), "combinatorics"),
    (Distribution("poisson", (7,)), "probability"),
    ((7,), "statistics"),
    ((7,), "information_theory"),
    (date(2007, 1, 1), "temporal"),
]


def test_other_domains_are_far() -> None:
    embeddings = [encode(value, domain) for value, domain in ONE_OF_EACH]
    for i, a in enumerate(embeddings):
        for b in embeddings[:i]:
            assert np.linalg.norm(a - b) >= 2 * np.sqrt(6)


@pytest.mark.parametrize(
    ("value", "flags"),
    [
        # sign, zero, one, integer, exact, in [0, 1], parity, list
        (0, (0, 1, 0, 1, 1, 1, 1, 0)),
        (1, (1, 0, 1, 1, 1, 1, -1, 0)),
        (-6, (-1, 0, 0, 1, 1, 0, 1, 0)),
        (10**40 + 1, (1, 0, 0, 1, 1, 0, -1, 0)),
        (0.5, (1, 0, 0, 0, 0, 1, 0, 0)),
        (-3.0, (-1, 0, 0, 1, 0, 0, -1, 0)),
        (Decimal("0.30"), (1, 0, 0, 0, 1, 1, 0, 0)),
        (Decimal("12.00"), (1, 0, 0, 1, 1, 0, 1, 0)),
        (Decimal("3E+2"), (1, 0, 0, 1, 1, 0, 1, 0)),
        (Decimal("0.00"), (0, 1, 0, 1, 1, 1, 1, 0)),
        (Decimal("1e-5000"), (1, 0, 0, 0, 1, 1, 0, 0)),
        (Fraction(4, 2), (1, 0, 0, 1, 1, 0, 1, 0)),
        (Fraction(2**60 + 1, 2**60), (1, 0, 0, 0, 1, 0, 0, 0)),
        (True, (1, 0, 1, 0, 1, 1, 0, 0)),
        (Factorial(4), (1, 0, 0, 1, 1, 0, 1, 0)),
        (Factorial(10**9), (1, 0, 0, 1, 1, 0, 0, 0)),
        ((0, 0), (0, 1, 0, 1, 1, 1, 0, 1)),
        ((1, 2.5), (1, 0, 0, 0, 0, 0, 0, 1)),
        (Distribution("binomial", (10, Decimal("0.3"))), (1, 0, 0, 1, 1, 0, -1, 0)),
        (Distribution("geometric", (0,)), (0, 1, 0, 1, 1, 1, 1, 0)),
        (Duration(seconds=Fraction(1, 2)), (1, 0, 0, 0, 1, 0, 0, 0)),
        (date(2000, 1, 1), (0, 1, 0, 1, 1, 0, 0, 0)),
    ],
    ids=str,
)
def test_flags(value: Any, flags: tuple[int, ...]) -> None:
    assert tuple(lanes(value, FLAGS)) == flags


def test_counts_and_list_lanes() -> None:
    assert lanes(Decimal("12.50"), COUNTS)[:2].tolist() == [4 / 64, 2 / 32]
    assert lanes((1, 2, 3), COUNTS)[2:].tolist() == [2 / 8, np.float32(3 / 32)]
    shares = lanes((Decimal("0.25"), Decimal("0.75")), LIST)
    assert shares[4:].tolist() == [1, 1, 0, 1]
    assert lanes((3, 1), LIST)[4:].tolist() == [0, 0, 1, 0]
    assert lanes((), LIST).tolist() == [0] * 8


def test_small_numbers_and_last_digits() -> None:
    for n in range(10):
        assert lanes(n, SMALL).tolist() == np.eye(10)[n].tolist()
    assert lanes(Decimal("2.5"), SMALL)[2:4].tolist() == [0.5, 0.5]
    assert lanes(10**30 + 7, PHASE)[2:].tolist() == lanes(-17, PHASE)[2:].tolist()
    assert lanes(1.5, PHASE)[2:].tolist() == [0, 0]
    assert lanes(20, PHASE)[:2].tolist() == lanes(2000, PHASE)[:2].tolist()


def test_neighbouring_days_are_nearer_than_neighbouring_years() -> None:
    day = date(2024, 5, 17)
    week, year = day + timedelta(days=7), day + timedelta(days=365)
    assert distance(day, week) < distance(day, year)
