"""Finite sets: membership lanes, exact set algebra, counts and sums that add."""

import hashlib
import pickle
import string
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.compose import LINEAR_HELD, SECOND, closed_form, read_count, read_linear
from fluxem_encoders.domains.sets import BODY, COUNT
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import LIST, MAGNITUDE
from fluxem_encoders.forms import from_json, to_json, to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.sets import FiniteSet
from tests.encoders.laws import check_forms, check_roundtrip

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,15}", fullmatch=True)
SMALL = st.frozensets(st.integers(0, 99))
INTS = (
    SMALL
    | st.frozensets(st.integers(-128, 127), max_size=100)
    | st.frozensets(st.integers(-32_000, 32_000), max_size=50)
    | st.frozensets(st.integers(-(10**18), 10**18), max_size=12)
    | st.frozensets(st.integers(-(10**240), 10**240), max_size=1)
)
WORDS = st.frozensets(st.sampled_from(string.ascii_letters)) | st.frozensets(NAMES, max_size=5)


def of(*members: Any) -> FiniteSet:
    return FiniteSet(frozenset(members))


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


@given((INTS | WORDS).map(FiniteSet))
def test_laws(value: FiniteSet) -> None:
    check_roundtrip(value)
    check_forms(value)
    assert pickle.loads(pickle.dumps(value)) == value
    assert [str(m) for m in to_json(value)["set"]] == [str(m) for m in sorted(value.members)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (of(), "{}"),
        (of(3, 1, 2), "{1, 2, 3}"),
        (of(-5, 100), "{-5, 100}"),
        (of("b", "a", "C"), "{C, a, b}"),
        (of("red", "x_1", "green"), "{green, red, x_1}"),
        (of(2**53 + 1), "{9007199254740993}"),
    ],
)
def test_texts(value: FiniteSet, text: str) -> None:
    check_roundtrip(value)
    check_forms(value)
    assert to_text(value) == text


def test_edges() -> None:
    full = [
        *(of(*range(100)), of(*range(-128, -28)), of(*range(-32_000, -31_950))),
        *(of(*range(8_000_000, 8_000_033)), of(*range(10**9, 10**9 + 25))),
        *(of(*range(10**18, 10**18 + 12)), of(10**240), of(-(10**240))),
        *(of(*string.ascii_letters), of("x" * 16, "x" * 15, "H", "TH"), of("a", "bc")),
        of(*(f"n{i:02}" for i in range(25))),
    ]
    for value in full:
        check_roundtrip(value)
        check_forms(value)


def test_order_and_repetition_do_not_matter() -> None:
    assert from_json({"set": [3, 1, 3.0, "1"]}, "sets") == of(1, 3)
    assert repr(of(8, 0, 16)) == repr(of(16, 8, 0)) == "FiniteSet({0, 8, 16})"
    assert np.array_equal(encode(of("b", "a")), encode(of("a", "b")))


PYTHON: dict[str, Callable[[Any, Any], Any]] = {
    "union": lambda a, b: a | b,
    "intersection": lambda a, b: a & b,
    "difference": lambda a, b: a - b,
    "symmetric_difference": lambda a, b: a ^ b,
}
PAIRS = (
    st.tuples(SMALL, SMALL)
    | st.tuples(*[st.frozensets(st.integers(-300, 300), max_size=25)] * 2)
    | st.tuples(*[st.frozensets(st.sampled_from(string.ascii_letters))] * 2)
    | st.tuples(*[st.frozensets(st.sampled_from(["a", "b", "red", "blue", "x1"]))] * 2)
)


@given(PAIRS, st.sampled_from(sorted(PYTHON)))
def test_set_algebra(pair: tuple[Any, Any], op: str) -> None:
    a, b = pair
    got = result(op, FiniteSet(a), FiniteSet(b))
    members: set[Any] = {m for m in a | b if PYTHON[op]({m} & a, {m} & b)}  # one by one
    assert got == FiniteSet(frozenset(members))


@given(SMALL, SMALL)
def test_membership_lanes(a: frozenset[int], b: frozenset[int]) -> None:
    x, y = (encode(FiniteSet(s))[VALUE][BODY] for s in (a, b))
    assert [int(n) for n in np.flatnonzero(x)] == sorted(a)
    union, common = (encode(FiniteSet(s))[VALUE] for s in (a | b, a & b))
    assert np.array_equal(np.maximum(x, y), union[BODY])
    assert np.array_equal(np.minimum(x, y), common[BODY])
    assert union[COUNT] * 128 == len(a | b)


@given(PAIRS)
def test_counts_and_sums_add_as_union_and_intersection(pair: tuple[Any, Any]) -> None:
    a, b = map(FiniteSet, pair)
    lanes = closed_form("add", encode(a), encode(b))
    both = [combine(op, encode(a), encode(b)) for op in ("union", "intersection")]
    other = closed_form("add", *both)
    assert read_count(lanes) == read_count(other) == len(a.members) + len(b.members)
    if not (a.names() or b.names()):
        assert lanes[LINEAR_HELD] == 1
        assert read_linear(lanes) == read_linear(other) == sum(a.ints()) + sum(b.ints())
        assert read_linear(lanes, SECOND) == sum(n * n for n in a.ints() + b.ints())
    else:
        assert lanes[LINEAR_HELD] == 0


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3).map(sorted), st.booleans())
def test_graded_by_the_number_of_members(sizes: list[int], shifted: bool) -> None:
    start = -50 if shifted else 0
    rows = [encode(of(*range(start, start + size)))[FEATURES][MAGNITUDE] for size in sizes]
    assert (rows[0] <= rows[1]).all()
    assert (rows[1] <= rows[2]).all()


def test_list_features_are_of_the_members() -> None:
    lanes = encode(of(0, 1))[FEATURES][LIST]
    assert lanes[0] == 0 < lanes[2] < lanes[1]
    assert lanes[5] == lanes[6] == 1
    assert not encode(of("a", "b"))[FEATURES][LIST].any()
    assert not encode(of())[COMPOSE][:44].any()


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (of(*range(101)), "from 0 to 99"),
        (of(*range(128, 179)), "50 up to 32,639"),
        (of(*range(-64, 64)), "100 from -128 to 127"),
        (of(10**250), "1e240"),
        (of(*range(10**18, 10**18 + 13)), "12 up to 9.1e18"),
        (of(*(f"n{i:02}" for i in range(26))), "103 characters"),
    ],
    ids=str,
)
def test_what_does_not_fit(value: FiniteSet, limit: str) -> None:
    with pytest.raises(CapacityError, match=limit):
        encode(value)
    with pytest.raises(CapacityError, match="101 members"):
        result("union", of(*range(100)), of(100))


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("union", (of(1), of("a"))),
        ("symmetric_difference", (of(1), of("a"))),
        ("union", (of(1), 1)),
        ("union", (1, of(1))),
        ("add", (of(1), of(1))),
        ("union", (of(1),)),
    ],
)
def test_what_the_algebra_does_not_know(op: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(AlgebraError):
        combine(op, *map(encode, values))


def test_sets_of_unlike_members_share_none() -> None:
    assert result("intersection", of(1), of("a")) == of()
    assert result("difference", of(1), of("a")) == of(1)
    assert result("union", of(), of("a")) == of("a")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"set": 3}, '"set": .MEMBER'),
        ({"set": "abc"}, '"set": .MEMBER'),
        ({"set": [], "of": "ints"}, '"set": .MEMBER'),
        ({"set": [1, "a"]}, "whole numbers or names, not both"),
        ({"set": [1.5]}, "whole numbers or names, got 1.5"),
        ({"set": ["1/2"]}, "whole numbers or names, got '1/2'"),
        ({"set": [True]}, "expected a number"),
        ({"set": [None]}, "expected a number, got None"),
        ({"set": [[1]]}, "expected a number, got a list"),
        ({"set": ["a b"]}, "a letter and up to 15"),
        ({"set": ["é"]}, "a letter and up to 15"),
        ({"set": [""]}, "no number"),
        ({"set": ["a" * 10**6]}, "a letter and up to 15"),
        ({"set": ["1" * 10**6]}, "at most 300 digits"),
        ({"set": [10**301]}, r"within ±10\*\*300"),
        ({"set": [1] * 10**6}, "at most 1000 members"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_what_is_no_form(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "sets")


@pytest.mark.parametrize(
    "members", [(1, 2), {1}, frozenset([1.0]), frozenset([True]), frozenset(range(1001))], ids=type
)
def test_what_is_no_set(members: Any) -> None:
    with pytest.raises(ValueFormError):
        FiniteSet(members)


@given(
    (INTS | WORDS).map(FiniteSet),
    st.integers(VALUE.start, VALUE.stop - 1),
    st.sampled_from([-1, -0.25, -1 / 128, 0.004, 1 / 128, 0.25, 1, 1e30]),
)
def test_a_changed_lane_is_refused_or_means_another_value(
    value: FiniteSet, lane: int, change: float
) -> None:
    e = encode(value)
    e[lane] += np.float32(change)
    try:
        back = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(back)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    values = [of(), of(1, 2, 3), of(*range(100)), of(-1, 5), of(10**18, 0), of(10**240)]
    lanes = [*map(encode, values), encode(of("a", "Z")), encode(of("red", "x_1"))]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "659022a4d3b0eb51"
