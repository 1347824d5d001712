"""Information against scipy, brute force, and the inequalities."""

import math
import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import gmpy2
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.values import Distribution, Numbers
from fluxem_toolbox import Approximate, ToolError, call
from fluxem_toolbox.bounds import MAX_PROBABILITIES
from fluxem_toolbox.domains.information_theory import (
    channel_capacity,
    cross_entropy,
    entropy,
    kl_divergence,
    surprisal,
)
from tests.checks import checks

half, quarter = Fraction(1, 2), Fraction(1, 4)


def normalised(weights: list[int]) -> Numbers:
    return tuple(Fraction(w, sum(weights)) for w in weights)


vectors = st.lists(st.integers(1, 1000), min_size=1, max_size=20).map(normalised)
pairs = st.integers(1, 15).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(1, 1000), min_size=n, max_size=n)] * 2)
)


@given(vectors)
@checks(entropy, against="scipy")
def test_entropy_of_a_list(p: Numbers) -> None:
    expected = scipy.stats.entropy([float(x) for x in p], base=2)
    assert float(entropy(p)) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert 0 <= entropy(p) <= math.log2(len(p)) + 1e-12


@given(pairs)
@checks(kl_divergence, against="scipy")
@checks(cross_entropy, against="law: entropy plus divergence")
def test_divergence(lists: tuple[list[int], list[int]]) -> None:
    p, q = map(normalised, lists)
    expected = scipy.stats.entropy([float(x) for x in p], [float(x) for x in q], base=2)
    assert float(kl_divergence(p, q)) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, p) == 0
    total = float(entropy(p)) + float(kl_divergence(p, q))
    assert float(cross_entropy(p, q)) == pytest.approx(total, rel=1e-12, abs=1e-12)


@given(st.fractions(0, 1, max_denominator=1000))
@checks(channel_capacity, against="law: 1 less the entropy of the errors")
def test_capacity_is_what_the_noise_leaves(e: Fraction) -> None:
    left = 1 - float(entropy((e, 1 - e)))
    assert float(channel_capacity(e)) == pytest.approx(left, abs=1e-15)
    assert channel_capacity(e) == channel_capacity(1 - e)


@given(st.integers(0, 1000))
def test_powers_of_two_are_exact(k: int) -> None:
    assert surprisal(Fraction(1, 2**k)) == k
    assert type(surprisal(Fraction(1, 2**k))) is int


@given(st.fractions(Fraction(1, 10**9), 1))
@checks(surprisal, against="Python's math")
def test_surprisal_is_a_logarithm(p: Fraction) -> None:
    assert float(surprisal(p)) == pytest.approx(-math.log2(p), rel=1e-12, abs=1e-15)


def test_exact_values() -> None:
    cases = [
        (entropy((half, quarter, quarter)), Fraction(3, 2)),
        (entropy((Decimal("0.5"), Decimal("0.25"), Decimal("0.25"))), Decimal("1.5")),
        (entropy((1, 0)), 0),
        (entropy((Fraction(1, 1024),) * 1024), 10),
        (entropy(Distribution("geometric", (half,))), 2),
        (entropy(Distribution("geometric", (1,))), 0),
        (entropy(Distribution("binomial", (2, half))), Fraction(3, 2)),
        (entropy(Distribution("binomial", (10**9, 0))), 0),
        (entropy(Distribution("uniform", (0, 8))), 3),
        (entropy(Distribution("uniform", (0, Fraction(1, 4)))), -2),
        (kl_divergence((half, half), (quarter, Fraction(3, 4))), 0.2075187496394219),
        (kl_divergence((half, half, 0), (quarter, quarter, half)), 1),
        (cross_entropy((Fraction(1, 3), Fraction(2, 3)), (half, half)), 1),
        (channel_capacity(half), 0),
        (channel_capacity(Decimal("1")), 1),
    ]
    for value, expected in cases:
        assert value == expected
        assert isinstance(value, float) == isinstance(expected, float)


@pytest.mark.parametrize(
    ("d", "twin"),
    [
        (Distribution("binomial", (1, Fraction(1, 10))), scipy.stats.binom(1, 0.1)),
        (Distribution("binomial", (10, Fraction(3, 10))), scipy.stats.binom(10, 0.3)),
        (Distribution("binomial", (120, Fraction(1, 2))), scipy.stats.binom(120, 0.5)),
        (Distribution("poisson", (Fraction(1, 10),)), scipy.stats.poisson(0.1)),
        (Distribution("poisson", (50,)), scipy.stats.poisson(50)),
        (Distribution("geometric", (Fraction(1, 6),)), scipy.stats.geom(1 / 6)),
        (Distribution("normal", (5, 3)), scipy.stats.norm(5, 3)),
        (Distribution("uniform", (2, 5)), scipy.stats.uniform(2, 3)),
        (Distribution("exponential", (Fraction(1, 3),)), scipy.stats.expon(scale=3)),
    ],
    ids=lambda x: str(x) if isinstance(x, Distribution) else "scipy",
)
@checks(entropy, against="scipy")
def test_distributions_against_scipy(d: Distribution, twin: Any) -> None:
    assert float(entropy(d)) == pytest.approx(float(twin.entropy()) / math.log(2), rel=1e-9)


def binomial_entropy_by_brute_force(n: int, p: Fraction) -> float:
    """The sum over all n + 1 exact masses in 400 bits."""
    with gmpy2.context(precision=400):
        bits = gmpy2.mpfr(0)
        for k in range(n + 1):
            mass = gmpy2.mpq(math.comb(n, k) * p**k * (1 - p) ** (n - k))
            bits -= mass * gmpy2.log2(gmpy2.mpfr(mass)) if mass else 0
        return float(bits)


@pytest.mark.parametrize("n", [3, 10, 120, 700])
@pytest.mark.parametrize(
    "p", [Fraction(1, 2), Fraction(3, 10), Fraction(1, 1000), Fraction(99, 100)]
)
@checks(entropy, against="brute force in 400 bits")
def test_binomial_entropy_to_the_last_digit(n: int, p: Fraction) -> None:
    found = entropy(Distribution("binomial", (n, p)))
    assert math.isclose(found, binomial_entropy_by_brute_force(n, p), rel_tol=3e-16)


@pytest.mark.parametrize(
    ("n", "p"), [(10**5, half), (10**5, Fraction(3, 10)), (4 * 10**7, half), (10**6, quarter)]
)
def test_binomial_entropy_of_many_trials(n: int, p: Fraction) -> None:
    """Knessl's series, to terms of the order 1 / n^2."""
    spread = p * (1 - p)
    nats = math.log(2 * math.pi * math.e * n * spread) / 2 + (4 * spread - 1) / (12 * n * spread)
    found = entropy(Distribution("binomial", (n, p)))
    assert found == pytest.approx(nats / math.log(2), rel=2 / n**2 + 1e-15)


def test_no_precision_is_lost_near_certainty() -> None:
    tiny = Fraction(1, 10**40)
    per_chance = 1 / math.log(2)
    one = float(tiny) * (math.log2(10**40) + per_chance)
    assert entropy((tiny, 1 - tiny)) == pytest.approx(one, rel=1e-15)
    ten = float(10 * tiny) * (math.log2(10**39) + per_chance)
    assert entropy(Distribution("binomial", (10, tiny))) == pytest.approx(ten, rel=1e-15)
    shifted = (half + tiny, half - tiny)
    assert channel_capacity(half + tiny) == pytest.approx(2e-80 / math.log(2), rel=1e-15)
    assert kl_divergence(shifted, (half, half)) == channel_capacity(half + tiny)


def test_inexact_probabilities_may_miss_one_by_a_little() -> None:
    thirds = [Approximate(1 / 3)] * 3
    assert call("entropy", {"distribution": thirds})[0] == pytest.approx(math.log2(3))
    with pytest.raises(ToolError, match=r"sum to 1 in distribution, got the sum 0.99; divide"):
        call("entropy", {"distribution": [0.33, 0.33, 0.33]})


@pytest.mark.parametrize(
    ("name", "arguments", "category", "text"),
    [
        ("surprisal", {"p": 0}, "undefined", "chance 0 is infinite"),
        ("surprisal", {"p": 1.5}, "invalid", "needs 0 < p <= 1, got p=1.5"),
        ("entropy", {"distribution": []}, "invalid", "at least one probability"),
        ("entropy", {"distribution": [1.5, -0.5]}, "invalid", "probabilities >= 0"),
        ("kl_divergence", {"p": [1], "q": [0.5, 0.5]}, "invalid", "equal length, got 1 and 2"),
        ("kl_divergence", {"p": [0.5, 0.5], "q": [1, 0]}, "undefined", "infinite where q has a 0"),
        ("cross_entropy", {"p": [0.5, 0.5], "q": [1, 0]}, "undefined", "infinite"),
        ("channel_capacity", {"error_rate": 2}, "invalid", "needs 0 <= error_rate <= 1"),
        (
            "entropy",
            {"distribution": {"distribution": "poisson", "rate": "1e8"}},
            "limit",
            "takes variances up to 10000000",
        ),
    ],
)
def test_what_has_no_answer(
    name: str, arguments: dict[str, object], category: str, text: str
) -> None:
    with pytest.raises(ToolError, match=text) as caught:
        call(name, arguments)
    assert caught.value.category == category


def test_long_lists_in_time() -> None:
    """As many different probabilities as the bounds let through, and one more."""
    n = MAX_PROBABILITIES
    p = [Fraction(2 * k, n * (n + 1)) for k in range(1, n + 1)]
    started = time.process_time()
    call("kl_divergence", {"p": p, "q": p[::-1]})
    assert time.process_time() - started < 4  # twice what a tool may take, for slow machines
    with pytest.raises(ToolError, match=f"`entropy` takes .* up to {n}, got {n + 1}") as caught:
        call("entropy", {"distribution": [*p, 0]})
    assert caught.value.category == "limit"
