"""Sets against Python's own, and by their laws."""

from fractions import Fraction
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.structures.sets import MAX_MEMBERS, FiniteSet
from fluxem_toolbox import ToolError, call
from fluxem_toolbox.domains.sets import (
    are_disjoint,
    cartesian_product_size,
    complement_in,
    intersection,
    is_element,
    is_subset,
    jaccard_similarity,
    members_of,
    power_set_size,
    set_difference,
    set_size,
    symmetric_difference,
    union,
)
from tests.checks import checks

of_ints = st.frozensets(st.integers(-5, 9), max_size=8)
of_names = st.frozensets(st.sampled_from("abcdefg"), max_size=8)
pairs = st.one_of(st.tuples(of_ints, of_ints), st.tuples(of_names, of_names))
sets = st.one_of(of_ints, of_names).map(FiniteSet)

EMPTY = FiniteSet(frozenset())
LARGE = FiniteSet(frozenset(range(MAX_MEMBERS)))
NAMES = FiniteSet(frozenset({"x", "y"}))


@given(pairs)
@checks(
    union,
    intersection,
    set_difference,
    symmetric_difference,
    is_subset,
    are_disjoint,
    cartesian_product_size,
    set_size,
    against="Python's sets",
)
def test_as_python_has_them(members: tuple[frozenset[int], frozenset[int]]) -> None:
    a, b = map(FiniteSet, members)
    x, y = members
    assert set_size(a) == len(x)
    assert union(a, b).members == x | y
    assert intersection(a, b).members == x & y
    assert set_difference(a, b).members == x - y
    assert symmetric_difference(a, b).members == x ^ y
    assert is_subset(a, b) == (x <= y)
    assert are_disjoint(a, b) == x.isdisjoint(y)
    assert cartesian_product_size(a, b) == len(list(product(x, y)))


@given(sets)
@checks(power_set_size, against="brute force")
def test_subsets_by_listing_them(a: FiniteSet) -> None:
    sizes = range(set_size(a) + 1)
    subsets = chain.from_iterable(combinations(a.members, size) for size in sizes)
    assert power_set_size(a) == len(list(subsets))


@given(pairs)
@checks(complement_in, against="laws of De Morgan")
def test_complements_by_de_morgan(members: tuple[frozenset[int], frozenset[int]]) -> None:
    a, b = map(FiniteSet, members)
    everything = union(a, b)
    outside_both = intersection(complement_in(everything, a), complement_in(everything, b))
    assert outside_both == complement_in(everything, union(a, b)) == EMPTY
    assert complement_in(everything, complement_in(everything, a)) == a


@given(pairs)
@checks(jaccard_similarity, against="law: the size of both over that of either")
def test_jaccard_counts_both_over_either(members: tuple[frozenset[int], frozenset[int]]) -> None:
    a, b = map(FiniteSet, members)
    if everything := set_size(a) + set_size(b) - set_size(intersection(a, b)):
        similarity = Fraction(jaccard_similarity(a, b))
        assert similarity == Fraction(set_size(intersection(a, b)), everything)
        assert (similarity == 1) == (a == b)
        assert (similarity == 0) == are_disjoint(a, b)


@given(of_ints, st.integers(-5, 9))
@checks(is_element, members_of, against="Python's sets")
def test_members(x: frozenset[int], n: int) -> None:
    assert is_element(n, FiniteSet(x)) == (n in x)
    assert members_of(FiniteSet(x)) == tuple(sorted(x))


def test_a_list_counts_as_a_set_and_a_set_as_a_list() -> None:
    a, _ = call("union", {"a": [3, 1, 3], "b": "{1, 2}"})
    assert call("total", {"data": call("members_of", {"a": a})[0]}) == (6, True)
    assert call("set_size", {"a": (7, 7, 8)}) == (2, True)


def test_numbers_and_names_do_not_mix_but_compare() -> None:
    numbers = FiniteSet(frozenset({1, 2}))
    assert intersection(numbers, NAMES) == EMPTY
    assert set_difference(numbers, NAMES) == numbers
    assert union(EMPTY, NAMES) == NAMES
    assert not is_element(1, NAMES)
    for mixing in (union, symmetric_difference):
        with pytest.raises(ToolError, match="would mix whole numbers and names, such as 1 and x"):
            mixing(numbers, NAMES)


def test_refusals_name_the_rule_and_their_category() -> None:
    with pytest.raises(ToolError, match="universe, which lacks 'x'; `set_difference`") as outside:
        complement_in(EMPTY, NAMES)
    with pytest.raises(ToolError, match="got the name x") as names:
        members_of(NAMES)
    with pytest.raises(ToolError, match="got two empty") as empty:
        jaccard_similarity(EMPTY, EMPTY)
    categories = [caught.value.category for caught in (outside, names, empty)]
    assert categories == ["invalid", "invalid", "undefined"]


def test_the_largest_sets() -> None:
    assert union(LARGE, LARGE) == LARGE
    assert power_set_size(LARGE) == 2**MAX_MEMBERS
    assert cartesian_product_size(LARGE, LARGE) == MAX_MEMBERS**2
    one_more = FiniteSet(frozenset({-1}))
    for growing in (union, symmetric_difference):
        with pytest.raises(ToolError, match="members up to 1000, got 1001") as caught:
            growing(LARGE, one_more)
        assert caught.value.category == "limit"
