"""Finite sets of whole numbers or of names."""

from fractions import Fraction

from fluxem_encoders.forms import clip
from fluxem_encoders.structures.sets import MAX_MEMBERS, FiniteSet
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.bounds import refuse_over
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import in_form_of
from fluxem_toolbox.registry import tool

Members = frozenset[int | str]


def _members(a: FiniteSet) -> Members:
    return frozenset(a.members)


def _made(name: str, members: Members) -> FiniteSet:
    ints = frozenset(m for m in members if isinstance(m, int))
    names = frozenset(m for m in members if isinstance(m, str))
    if ints and names:
        raise ToolError(
            f"`{name}` would mix whole numbers and names, such as {clip(min(ints))} and "
            f"{min(names)}; a set holds one or the other"
        )
    refuse_over(f"`{name}`", "members", len(members), MAX_MEMBERS)
    return FiniteSet(ints or names)


@tool("sets", keywords=("union", "or", "either", "together", "combine", "∪", "at least one"))
def union(a: FiniteSet, b: FiniteSet) -> FiniteSet:
    """Union of two sets, the members of either.

    >>> union(FiniteSet(frozenset({1, 2})), FiniteSet(frozenset({2, 3})))
    FiniteSet({1, 2, 3})
    """
    return _made("union", _members(a) | _members(b))


@tool("sets", keywords=("common", "both", "shared", "overlap", "and", "∩", "intersect"))
def intersection(a: FiniteSet, b: FiniteSet) -> FiniteSet:
    """Intersection of two sets, the members of both.

    >>> intersection(FiniteSet(frozenset({1, 2})), FiniteSet(frozenset({2, 3})))
    FiniteSet({2})
    """
    return _made("intersection", _members(a) & _members(b))


@tool("sets", keywords=("difference", "minus", "without", "except", "only in", "but not", "∖"))
def set_difference(a: FiniteSet, b: FiniteSet) -> FiniteSet:
    """Difference of two sets, the members of a outside b.

    >>> set_difference(FiniteSet(frozenset({1, 2})), FiniteSet(frozenset({2, 3})))
    FiniteSet({1})
    """
    return _made("set_difference", _members(a) - _members(b))


@tool("sets", keywords=("exactly one", "exclusive", "either but not both", "△", "xor"))
def symmetric_difference(a: FiniteSet, b: FiniteSet) -> FiniteSet:
    """Symmetric difference of two sets, the members of exactly one.

    >>> symmetric_difference(FiniteSet(frozenset({1, 2})), FiniteSet(frozenset({2, 3})))
    FiniteSet({1, 3})
    """
    return _made("symmetric_difference", _members(a) ^ _members(b))


@tool("sets", keywords=("complement", "universe", "universal set", "not in", "missing", "rest"))
def complement_in(universe: FiniteSet, a: FiniteSet) -> FiniteSet:
    """Complement of a set within a universe that contains it.

    >>> complement_in(FiniteSet(frozenset({1, 2, 3})), FiniteSet(frozenset({2})))
    FiniteSet({1, 3})
    """
    if outside := set_difference(a, universe).ordered():
        raise ToolError(
            "`complement_in` needs a set within the universe, which lacks "
            f"{clip(outside[0])}; `set_difference` takes any"
        )
    return set_difference(universe, a)


@tool("sets", keywords=("subset", "contained", "included", "part of", "within", "⊆", "superset"))
def is_subset(a: FiniteSet, b: FiniteSet) -> bool:
    """Whether every member of a is in b.

    >>> is_subset(FiniteSet(frozenset({1})), FiniteSet(frozenset({1, 2})))
    True
    """
    return _members(a) <= _members(b)


@tool("sets", keywords=("disjoint", "nothing in common", "no common", "overlap", "exclusive"))
def are_disjoint(a: FiniteSet, b: FiniteSet) -> bool:
    """Whether two sets have no common member.

    >>> are_disjoint(FiniteSet(frozenset({1, 2})), FiniteSet(frozenset({2, 3})))
    False
    """
    return _members(a).isdisjoint(_members(b))


@tool("sets", keywords=("element", "member", "belongs", "contains", "in the set", "∈"))
def is_element(n: int, a: FiniteSet) -> bool:
    """Whether a whole number is a member of a set.

    `is_subset` says it of a name, as the set of that name.

    >>> is_element(2, FiniteSet(frozenset({1, 2})))
    True
    """
    return n in a.members


@tool("sets", keywords=("cardinality", "how many", "distinct", "different", "unique", "size"))
def set_size(a: FiniteSet) -> int:
    """Number of different members of a set.

    >>> set_size(FiniteSet(frozenset({1, 2, 3})))
    3
    """
    return len(a.members)


@tool("sets", keywords=("subsets", "power set", "how many subsets", "2^n", "selections"))
def power_set_size(a: FiniteSet) -> int:
    """Number of subsets of a set, the empty one included.

    >>> power_set_size(FiniteSet(frozenset({1, 2, 3})))
    8
    """
    return 1 << len(a.members)


@tool("sets", keywords=("Cartesian product", "ordered pairs", "pairs", "A × B", "cross"))
def cartesian_product_size(a: FiniteSet, b: FiniteSet) -> int:
    """Number of ordered pairs from two sets.

    >>> cartesian_product_size(FiniteSet(frozenset({1, 2, 3})), FiniteSet(frozenset({"x", "y"})))
    6
    """
    return len(a.members) * len(b.members)


@tool("sets", keywords=("Jaccard", "similarity", "overlap", "index", "alike", "ratio"))
def jaccard_similarity(a: FiniteSet, b: FiniteSet) -> Number:
    """Jaccard similarity, common members over all members.

    >>> jaccard_similarity(FiniteSet(frozenset({1, 2})), FiniteSet(frozenset({2, 3})))
    Fraction(1, 3)
    """
    everything = len(_members(a) | _members(b))
    if not everything:
        raise ToolError(
            "`jaccard_similarity` needs a set with a member, got two empty ones", "undefined"
        )
    return in_form_of(Fraction(len(_members(a) & _members(b)), everything), ())


@tool("sets", keywords=("list", "sorted", "elements", "values", "members", "ascending"))
def members_of(a: FiniteSet) -> Numbers:
    """Members of a set of numbers as a sorted list.

    >>> members_of(FiniteSet(frozenset({3, 1, 2})))
    (1, 2, 3)
    """
    if names := a.names():
        raise ToolError(f"`members_of` lists whole numbers, got the name {names[0]}")
    return a.ints()
