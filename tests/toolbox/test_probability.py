"""Probabilities against brute force, exact sums and scipy."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.values import Distribution
from fluxem_toolbox import Approximate, ToolError, call
from fluxem_toolbox.domains.probability import (
    bayes,
    binomial_distribution,
    exponential_distribution,
    geometric_distribution,
    normal_distribution,
    poisson_distribution,
    probability_at_least,
    probability_at_most,
    probability_between,
    probability_exactly,
    probability_less_than,
    probability_more_than,
    uniform_distribution,
)
from fluxem_toolbox.domains.statistics import mean, standard_deviation
from tests.checks import checks

probabilities = st.fractions(0, 1, max_denominator=100)
open_probabilities = st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100)
positive = st.fractions(Fraction(1, 100), 50, max_denominator=100)
xs = st.fractions(-5, 60, max_denominator=4)

distributions = st.one_of(
    st.builds(binomial_distribution, st.integers(0, 40), probabilities),
    st.builds(poisson_distribution, positive),
    st.builds(geometric_distribution, open_probabilities),
    st.builds(normal_distribution, xs, positive),
    st.builds(exponential_distribution, positive),
    st.builds(lambda low, width: uniform_distribution(low, low + width), xs, positive),
)


def scipy_twin(d: Distribution) -> Any:
    p = [float(x) for x in d.parameters]
    match d.family:
        case "binomial":
            return scipy.stats.binom(int(p[0]), p[1])
        case "poisson":
            return scipy.stats.poisson(p[0])
        case "geometric":
            return scipy.stats.geom(p[0])
        case "normal":
            return scipy.stats.norm(p[0], p[1])
        case "exponential":
            return scipy.stats.expon(scale=1 / p[0])
        case _:
            return scipy.stats.uniform(p[0], p[1] - p[0])


def is_discrete(d: Distribution) -> bool:
    return d.family in ("binomial", "poisson", "geometric")


@given(distributions, xs)
@checks(probability_at_most, probability_more_than, probability_exactly, against="scipy")
def test_against_scipy(d: Distribution, x: Fraction) -> None:
    twin = scipy_twin(d)
    assert float(probability_at_most(d, x)) == pytest.approx(
        twin.cdf(float(x)), rel=1e-9, abs=1e-14
    )
    assert float(probability_more_than(d, x)) == pytest.approx(
        twin.sf(float(x)), rel=1e-9, abs=1e-14
    )
    if is_discrete(d):
        whole = math.floor(x)
        assert float(probability_exactly(d, whole)) == pytest.approx(
            twin.pmf(whole), rel=1e-9, abs=1e-14
        )
    else:
        assert probability_exactly(d, x) == 0


@pytest.mark.parametrize(
    ("make", "parameters"),
    [
        (binomial_distribution, (10, Fraction(3, 10))),
        (poisson_distribution, (Fraction(7, 2),)),
        (geometric_distribution, (Fraction(1, 6),)),
        (normal_distribution, (100, 15)),
        (exponential_distribution, (Fraction(1, 4),)),
        (uniform_distribution, (2, 8)),
    ],
)
@checks(
    binomial_distribution,
    poisson_distribution,
    geometric_distribution,
    normal_distribution,
    exponential_distribution,
    uniform_distribution,
    against="scipy",
)
def test_mean_and_spread_are_scipys(make: Any, parameters: tuple[Any, ...]) -> None:
    d = make(*parameters)
    assert float(mean(d)) == pytest.approx(scipy_twin(d).mean())
    assert float(standard_deviation(d)) == pytest.approx(scipy_twin(d).std())


@given(distributions, xs)
@checks(
    probability_at_least,
    probability_less_than,
    against="law: the chances of both sides add up to 1",
)
def test_the_events_fit_together(d: Distribution, x: Fraction) -> None:
    at_most, more = probability_at_most(d, x), probability_more_than(d, x)
    at_least, less = probability_at_least(d, x), probability_less_than(d, x)
    exactly = probability_exactly(d, x)
    assert float(at_most) + float(more) == pytest.approx(1, abs=1e-15)
    assert float(at_least) + float(less) == pytest.approx(1, abs=1e-15)
    assert float(less) + float(exactly) == pytest.approx(float(at_most), abs=1e-15)
    assert 0 <= exactly <= at_most <= 1


@given(distributions, xs, xs)
@checks(probability_between, against="law: a difference of two chances")
def test_between_is_a_difference(d: Distribution, a: Fraction, b: Fraction) -> None:
    low, high = min(a, b), max(a, b)
    expected = float(probability_at_most(d, high)) - float(probability_less_than(d, low))
    assert float(probability_between(d, low, high)) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("n", range(6))
@pytest.mark.parametrize("p", [Fraction(1, 2), Fraction(1, 3), Fraction(0), Fraction(1)])
@checks(
    binomial_distribution,
    probability_exactly,
    probability_at_most,
    probability_at_least,
    probability_between,
    against="brute force",
)
def test_binomial_by_brute_force(n: int, p: Fraction) -> None:
    """Every sequence of n outcomes, with its exact chance."""
    chances = [Fraction(0)] * (n + 1)
    for outcome in itertools.product((0, 1), repeat=n):
        chances[sum(outcome)] += math.prod(p if hit else 1 - p for hit in outcome)
    d = binomial_distribution(n, p)
    for k in range(n + 1):
        assert probability_exactly(d, k) == chances[k]
        assert probability_at_most(d, k) == sum(chances[: k + 1])
        assert probability_at_least(d, k) == sum(chances[k:])
        assert probability_between(d, 1, k) == sum(chances[1 : k + 1]) if k else True
    assert probability_exactly(d, -1) == probability_exactly(d, n + 1) == 0
    assert probability_exactly(d, Fraction(1, 2)) == 0


@given(open_probabilities, st.integers(1, 30))
@checks(geometric_distribution, against="adding up the exact chances")
def test_geometric_is_exact(p: Fraction, k: int) -> None:
    d = geometric_distribution(p)
    masses = [(1 - p) ** (i - 1) * p for i in range(1, k + 1)]
    assert probability_exactly(d, k) == masses[-1]
    assert probability_at_most(d, k) == sum(masses)
    assert probability_at_least(d, k) == 1 - sum(masses[:-1])


@given(st.integers(1, 200), probabilities, st.integers(-2, 202))
def test_exact_events_sum_to_exactly_one(n: int, p: Fraction, x: int) -> None:
    d = binomial_distribution(n, p)
    assert Fraction(probability_at_most(d, x)) + Fraction(probability_more_than(d, x)) == 1


@pytest.mark.parametrize(
    ("d", "x"),
    [
        (binomial_distribution(10**5, Decimal("0.3")), 30_100),
        (binomial_distribution(10**5, Decimal("0.3")), 31_000),
        (binomial_distribution(10**9, Decimal("0.5")), 500_020_000),
        (binomial_distribution(10**9, Decimal("0.5")), 499_900_000),
        (binomial_distribution(10**12, Decimal("1e-9")), 1100),
        (poisson_distribution(10**6), 1_002_000),
        (poisson_distribution(10**6), 997_000),
        (poisson_distribution(Decimal("0.001")), 3),
        (poisson_distribution(10**9), 10**9),
    ],
)
def test_large_distributions_against_scipy(d: Distribution, x: int) -> None:
    twin = scipy_twin(d)
    at_most, exactly = probability_at_most(d, x), probability_exactly(d, x)
    assert isinstance(at_most, float)
    assert at_most == pytest.approx(twin.cdf(x), rel=1e-7)
    assert probability_more_than(d, x) == pytest.approx(twin.sf(x), rel=1e-7)
    assert exactly == pytest.approx(twin.pmf(x), rel=1e-5)


@pytest.mark.parametrize("p", [Fraction(1, 2), Fraction(1, 10), Fraction(1, 10**6)])
@pytest.mark.parametrize("n", [3, 4000])
def test_summing_in_floats_agrees_with_the_exact_sum(
    n: int, p: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle = int(n * p)
    intervals = [
        (low, high)
        for low in (1, 2, middle - 300, middle, middle + 200)
        for high in (low, low + 1, middle + 250, n - 1)
        if low <= high
    ]
    d = binomial_distribution(n, p)
    exact = [probability_between(d, *ends) for ends in intervals]
    monkeypatch.setattr("fluxem_toolbox.masses.MAX_EXACT_BITS", 0)
    for ends, expected in zip(intervals, exact, strict=True):
        assert math.isclose(probability_between(d, *ends), expected, rel_tol=4e-16), ends


@pytest.mark.parametrize("z", [0.5, 3, 8, 20, 37])
def test_normal_tails_have_full_precision(z: float) -> None:
    d = normal_distribution(0, 1)
    tail = scipy.stats.norm.sf(z)
    x = Fraction(z)
    assert probability_more_than(d, x) == pytest.approx(tail, rel=1e-12)
    assert probability_less_than(d, -x) == probability_more_than(d, x)
    sliver = probability_between(d, x, x + Fraction(1, 10**12))
    assert sliver == pytest.approx(scipy.stats.norm.pdf(z) * 1e-12, rel=1e-9)


def test_what_is_rational_is_exact() -> None:
    assert probability_at_most(normal_distribution(100, 15), 100) == Decimal("0.5")
    assert probability_at_least(normal_distribution(Fraction(1), 15), 1) == Fraction(1, 2)
    assert probability_at_least(exponential_distribution(2), 0) == 1
    assert probability_less_than(exponential_distribution(2), -1) == 0
    assert probability_at_least(poisson_distribution(3), 0) == 1
    assert probability_between(uniform_distribution(0, 60), 10, 20) == Fraction(1, 6)
    assert probability_between(uniform_distribution(0, 60), 50, 70) == Fraction(1, 6)
    assert probability_exactly(binomial_distribution(10**9, 1), 10**9) == 1


def test_the_form_follows_the_parameters() -> None:
    decimal = probability_exactly(binomial_distribution(10, Decimal("0.3")), 3)
    assert repr(decimal) == "Decimal('0.266827932')"
    fraction = probability_exactly(binomial_distribution(10, Fraction(3, 10)), 3)
    assert isinstance(fraction, Fraction)
    assert fraction == decimal
    inexact = probability_exactly(binomial_distribution(10, Approximate(0.3)), 3)
    assert isinstance(inexact, float)
    assert inexact == pytest.approx(float(fraction), rel=1e-15)


@given(probabilities, probabilities, probabilities)
@checks(bayes, against="counting a population")
def test_bayes_by_counting_a_population(prior: Fraction, hit: Fraction, false: Fraction) -> None:
    population = 10**12
    sick = prior * population
    found, alarmed = sick * hit, (population - sick) * false
    if found + alarmed:
        assert bayes(prior, hit, false) == found / (found + alarmed)
    else:
        with pytest.raises(ToolError, match="evidence that can occur"):
            bayes(prior, hit, false)


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("binomial_distribution", {"n": -1, "p": 0.5}, "needs n a whole number >= 0, got n=-1"),
        ("binomial_distribution", {"n": 1, "p": -0.5}, "needs 0 <= p <= 1, got p=-0.5"),
        ("geometric_distribution", {"p": 0}, "needs 0 < p <= 1, got p=0"),
        ("poisson_distribution", {"rate": 0}, "needs rate > 0, got rate=0"),
        ("exponential_distribution", {"rate": -1}, "needs rate > 0, got rate=-1"),
        ("normal_distribution", {"mean": 0, "sd": 0}, "needs sd > 0, got sd=0"),
        ("uniform_distribution", {"low": 3, "high": 3}, "needs low < high, got low=3, high=3"),
        ("bayes", {"prior": 2, "likelihood": 1, "false_positive_rate": 0}, "0 <= prior <= 1"),
    ],
)
def test_the_rules_of_parameters(name: str, arguments: dict[str, object], text: str) -> None:
    with pytest.raises(ToolError, match=text) as caught:
        call(name, arguments)
    assert caught.value.category == "invalid"


def test_a_distribution_from_a_client_keeps_the_same_rules() -> None:
    for form in (
        {"distribution": "binomial", "n": 10, "p": 1.5},
        {"distribution": "binomial", "n": 2.5, "p": 0.5},
        Distribution("binomial", (10, Decimal("1.5"))),
    ):
        with pytest.raises(ToolError, match="a binomial distribution needs"):
            call("probability_exactly", {"distribution": form, "x": 1})
    with pytest.raises(ToolError, match="needs low <= high, got low=2, high=1"):
        probability_between(binomial_distribution(3, Fraction(1, 2)), 2, 1)


def test_sums_out_of_reach_name_the_limit() -> None:
    with pytest.raises(ToolError, match="takes variances up to 1000000000") as caught:
        probability_at_most(poisson_distribution(10**10), 10**10)
    assert caught.value.category == "limit"
    with pytest.raises(ToolError, match="takes n up to"):
        probability_at_most(binomial_distribution(10**13, Decimal("1e-9")), 9)


def test_numpy_floats_are_read_as_floats() -> None:
    assert call("add", {"a": np.float64(0.5), "b": 1}) == (Decimal("1.5"), True)
