"""Statistics against the standard library's `statistics`, numpy and scipy."""

import math
import statistics as oracle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.values import Distribution, Number, Numbers
from fluxem_toolbox import Approximate, ToolError, call, get_tool
from fluxem_toolbox.domains.statistics import (
    data_range,
    maximum,
    mean,
    median,
    minimum,
    mode,
    percentile,
    sample_standard_deviation,
    standard_deviation,
    total,
    variance,
)
from tests.checks import checks

fractions = st.fractions(-1000, 1000, max_denominator=60)
numbers = st.one_of(
    st.integers(-(10**12), 10**12),
    fractions,
    st.decimals(-1000, 1000, places=4),
)
data_sets = st.lists(numbers, min_size=1, max_size=30).map(tuple)

half = Fraction(1, 2)
DISTRIBUTIONS = {
    Distribution("binomial", (10, half)): scipy.stats.binom(10, 0.5),
    Distribution("binomial", (7, Fraction(1, 3))): scipy.stats.binom(7, 1 / 3),
    Distribution("binomial", (1000, Fraction(1, 7))): scipy.stats.binom(1000, 1 / 7),
    Distribution("binomial", (3, Fraction(9, 10))): scipy.stats.binom(3, 0.9),
    Distribution("poisson", (Fraction(1, 2),)): scipy.stats.poisson(0.5),
    Distribution("poisson", (Fraction(7, 2),)): scipy.stats.poisson(3.5),
    Distribution("poisson", (1000,)): scipy.stats.poisson(1000),
    Distribution("geometric", (Fraction(1, 6),)): scipy.stats.geom(1 / 6),
    Distribution("geometric", (half,)): scipy.stats.geom(0.5),
    Distribution("geometric", (Fraction(1, 10**6),)): scipy.stats.geom(1e-6),
    Distribution("normal", (100, 15)): scipy.stats.norm(100, 15),
    Distribution("uniform", (2, 8)): scipy.stats.uniform(2, 6),
    Distribution("exponential", (Fraction(1, 4),)): scipy.stats.expon(scale=4),
}


def as_fractions(data: Numbers) -> list[Fraction]:
    return [Fraction(x) for x in data]


@given(data_sets)
@checks(
    mean,
    median,
    variance,
    mode,
    standard_deviation,
    sample_standard_deviation,
    against="Python's statistics",
)
@checks(total, maximum, minimum, data_range, against="Python's sum, max and min")
def test_against_the_standard_library(data: Numbers) -> None:
    exact = as_fractions(data)
    assert mean(data) == oracle.mean(exact)
    assert median(data) == oracle.median(exact)
    assert variance(data) == oracle.pvariance(exact)
    assert mode(data) == min(oracle.multimode(exact))
    assert total(data) == sum(exact)
    assert maximum(data) == max(exact)
    assert minimum(data) == min(exact)
    assert data_range(data) == max(exact) - min(exact)
    assert math.isclose(standard_deviation(data), oracle.pstdev(exact), rel_tol=1e-15)
    if len(data) > 1:
        assert math.isclose(sample_standard_deviation(data), oracle.stdev(exact), rel_tol=1e-15)


@given(data_sets, st.fractions(0, 100, max_denominator=40))
@checks(percentile, against="numpy")
def test_percentile_is_numpys(data: Numbers, percent: Fraction) -> None:
    floats = [float(x) for x in data]
    spread = max(floats) - min(floats) + max(map(abs, floats))
    expected = np.percentile(floats, float(percent))
    assert float(percentile(data, percent)) == pytest.approx(expected, abs=1e-12 * (1 + spread))


@given(data_sets)
def test_percentiles_meet_the_other_statistics(data: Numbers) -> None:
    assert percentile(data, 0) == minimum(data)
    assert percentile(data, 50) == median(data)
    assert percentile(data, 100) == maximum(data)


@given(data_sets, numbers)
def test_shifting_the_data(data: Numbers, shift: Number) -> None:
    shifted = tuple(Fraction(x) + Fraction(shift) for x in data)
    assert mean(shifted) == Fraction(mean(data)) + Fraction(shift)
    assert variance(shifted) == variance(data)


@pytest.mark.parametrize("d", DISTRIBUTIONS, ids=str)
@checks(mean, median, variance, standard_deviation, against="scipy")
def test_distributions_against_scipy(d: Distribution) -> None:
    twin = DISTRIBUTIONS[d]
    assert float(mean(d)) == pytest.approx(twin.mean())
    assert float(median(d)) == pytest.approx(twin.median())
    assert float(variance(d)) == pytest.approx(twin.var())
    assert float(standard_deviation(d)) == pytest.approx(twin.std())


def test_the_form_follows_the_data() -> None:
    cases: list[tuple[Number, Number]] = [
        (mean((1, 2)), Decimal("1.5")),
        (mean((1, 1, 2)), Fraction(4, 3)),
        (mean((1, 3)), 2),
        (mean((Decimal("0.1"), Decimal("0.2"))), Decimal("0.15")),
        (mean((Fraction(1, 2), Fraction(1, 4))), Fraction(3, 8)),
        (mean((0.5, 1)), 0.75),
        (maximum((Decimal("2.50"), 2)), Decimal("2.50")),
        (mode((Fraction(1, 2), Fraction(2, 4), 3)), half),
        (standard_deviation((1, 2)), Decimal("0.5")),
        (standard_deviation((Fraction(1), 2)), half),
        (standard_deviation(Distribution("normal", (0, Fraction(1, 3)))), Fraction(1, 3)),
        (median(Distribution("geometric", (Decimal("0.1"),))), Decimal(7)),
    ]
    for value, expected in cases:
        assert value == expected
        assert type(value) is type(expected)


def test_an_inexact_number_makes_the_result_inexact() -> None:
    assert call("mean", {"data": [Approximate(0.5), 1]}) == (0.75, False)
    assert call("mean", {"data": [0.1, 0.2]}) == (Decimal("0.15"), True)
    assert call("maximum", {"data": [Approximate(0.5), 1]}) == (1, True)


def test_sums_do_not_drift() -> None:
    assert total((Decimal("1e16"), 1, Decimal("-1e16"))) == 1
    assert total((Decimal("0.1"),) * 10) == 1
    assert variance((10**9 + 4, 10**9 + 7, 10**9 + 13, 10**9 + 16)) == Decimal("22.5")
    assert total(()) == 0


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("mean", [], "`mean` needs 1 or more numbers, got 0"),
        ("maximum", [], "`maximum` needs 1 or more numbers, got 0"),
        ("sample_standard_deviation", [5], "needs 2 or more numbers, got 1"),
    ],
)
def test_too_little_data(name: str, data: list[int], text: str) -> None:
    with pytest.raises(ToolError, match=text) as caught:
        call(name, {"data": data})
    assert caught.value.category == "invalid"


def test_percent_of_a_percentile() -> None:
    for percent in (-1, Fraction(1001, 10)):
        with pytest.raises(ToolError, match="needs 0 <= percent <= 100"):
            percentile((1, 2), percent)


def test_wild_denominators_name_the_limit() -> None:
    data = [Fraction(1, k) for k in range(1, 50_000)]
    with pytest.raises(ToolError, match="common denominator, which may have at most") as caught:
        get_tool("mean").call({"data": data})
    assert caught.value.category == "limit"
