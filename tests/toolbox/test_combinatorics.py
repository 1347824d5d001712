"""Counting against brute force, `math`, and Pascal's laws."""

import itertools
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.values import Combination, Factorial, Permutation
from fluxem_toolbox import ToolError, call
from fluxem_toolbox.bounds import MAX_BITS
from fluxem_toolbox.domains.combinatorics import (
    combinations,
    derangements,
    factorial,
    multichoose,
    multinomial,
    permutations,
)
from tests.checks import checks

sizes = st.integers(0, 300)


@given(sizes)
@checks(factorial, against="Python's math")
def test_factorial(n: int) -> None:
    assert factorial(n) == factorial(Factorial(n)) == math.factorial(n)


@given(sizes, sizes)
@checks(combinations, permutations, against="Python's math")
def test_choices_and_arrangements(n: int, k: int) -> None:
    assert combinations(n, k) == combinations(Combination(n, k)) == math.comb(n, k)
    assert permutations(n, k) == permutations(Permutation(n, k)) == math.perm(n, k)
    assert permutations(n) == math.factorial(n)


@given(st.integers(1, 400), st.integers(1, 400))
def test_pascal(n: int, k: int) -> None:
    assert combinations(n, k) == combinations(n - 1, k - 1) + combinations(n - 1, k)


@given(sizes, sizes)
def test_arrangements_are_ordered_choices(n: int, k: int) -> None:
    assert permutations(n, k) == combinations(n, k) * factorial(k)


@pytest.mark.parametrize("n", range(6))
@pytest.mark.parametrize("k", range(5))
@checks(multichoose, against="brute force")
def test_multichoose_counts_multisets(n: int, k: int) -> None:
    assert multichoose(n, k) == len(list(itertools.combinations_with_replacement(range(n), k)))


@pytest.mark.parametrize("n", range(8))
@checks(derangements, against="brute force")
def test_derangements_by_brute_force(n: int) -> None:
    orders = itertools.permutations(range(n))
    assert derangements(n) == sum(all(a != b for a, b in enumerate(order)) for order in orders)


@given(st.integers(2, 500))
def test_derangements_recur(n: int) -> None:
    assert derangements(n) == (n - 1) * (derangements(n - 1) + derangements(n - 2))


@pytest.mark.parametrize("word", ["", "a", "noon", "banana", "abcde", "aaabbc"])
@checks(multinomial, against="brute force")
def test_multinomial_counts_anagrams(word: str) -> None:
    counts = tuple(word.count(letter) for letter in set(word))
    assert multinomial(counts) == len(set(itertools.permutations(word)))


@given(st.lists(st.integers(0, 60), max_size=8))
def test_multinomial_formula(counts: list[int]) -> None:
    expected = math.factorial(sum(counts)) // math.prod(map(math.factorial, counts))
    assert multinomial(tuple(counts)) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("factorial", {"n": 10**9}),
        ("factorial", {"n": "999999999!"}),
        ("permutations", {"n": 10**6, "k": 10**5}),
        ("combinations", {"n": 10**6, "k": 5 * 10**5}),
        ("multichoose", {"n": 10**400, "k": 10**400}),
        ("multinomial", {"counts": [1] * 100_000}),
        ("multinomial", {"counts": [10**400] * 3}),
        ("derangements", {"n": 10**400}),
    ],
)
def test_large_counts_are_refused_before_they_are_computed(
    name: str, arguments: dict[str, object]
) -> None:
    started = time.process_time()
    with pytest.raises(ToolError, match=f"`{name}`.*{MAX_BITS} bits") as caught:
        call(name, arguments)
    assert caught.value.category == "limit"
    assert time.process_time() - started < 1


def test_large_counts_within_the_bound() -> None:
    assert factorial(25_000) == math.factorial(25_000)
    assert combinations(300_000, 150_000).bit_length() > 299_000
    assert combinations(10**400, 2) == 10**400 * (10**400 - 1) // 2
    assert combinations(10**9, 10**9 - 1) == 10**9
    assert permutations(10**400, 3) == math.perm(10**400, 3)
    assert multinomial((10**400, 1)) == 10**400 + 1


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("combinations", {"n": 5, "k": -1}, "needs k >= 0, got k=-1"),
        ("combinations", {"n": 5}, "needs k, the number of things chosen"),
        ("combinations", {"n": "C(5, 2)", "k": 2}, "takes no k beside a written choice, got k=2"),
        ("permutations", {"n": -5, "k": 2}, "needs n >= 0, got n=-5"),
        ("multinomial", {"counts": [1, -2]}, "needs whole counts >= 0, got -2"),
        ("multinomial", {"counts": [1, 2.5]}, "needs whole counts >= 0, got 2.5"),
        ("derangements", {"n": -1}, "needs n >= 0, got n=-1"),
    ],
)
def test_counts_of_nothing_countable(name: str, arguments: dict[str, object], text: str) -> None:
    with pytest.raises(ToolError, match=f"`{name}` {text}") as caught:
        call(name, arguments)
    assert caught.value.category == "invalid"
