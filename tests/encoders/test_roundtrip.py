"""decode(encode(x)) is x, in value and type, also after bfloat16; all else is refused."""

import math
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fluxem_encoders.errors import CapacityError, DecodeError, FluxEMError, UnknownDomainError
from fluxem_encoders.layout import TAG, VALUE
from fluxem_encoders.registry import (
    DOMAINS,
    decode,
    decode_batch,
    decode_domain,
    domain_of,
    encode,
    encode_batch,
    register,
)
from fluxem_encoders.tags import TAGGED
from fluxem_encoders.values import Combination, Distribution, Duration, Factorial, Permutation
from tests.encoders.laws import A_VALUE, through_bfloat16


def decimals(digits: int, exponent: int) -> st.SearchStrategy[Decimal]:
    """Decimals of up to so many digits as written, trailing zeros and signed zeros included."""
    return st.builds(
        lambda negative, n, e: Decimal((negative, tuple(map(int, str(n))), e)),
        st.integers(0, 1),
        st.integers(0, 10**digits - 1) | st.integers(0, 999),
        st.integers(-exponent, exponent) | st.integers(-4, 2),
    )


def fractions(bits: int) -> st.SearchStrategy[Fraction]:
    terms = st.integers(-(2**bits) + 1, 2**bits - 1) | st.integers(-99, 99)
    return st.builds(Fraction, terms, terms.map(abs).filter(bool))


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = (
    st.integers(-(2**800) + 1, 2**800 - 1)
    | st.integers(-(2**64), 2**64)
    | st.integers(-200, 200)
    | decimals(240, 99_999)
    | decimals(30, 30)
    | fractions(400)
    | fractions(50)
    | FLOATS
)
PARAMETERS = st.integers(-(10**38) + 1, 10**38 - 1) | decimals(38, 999) | fractions(63) | FLOATS
COUNTS = st.integers(0, 10**16 - 1) | st.integers(0, 40)
ITEMS = (
    st.lists(st.integers(-127, 127), max_size=100)
    | st.lists(st.integers(-32_639, 32_639), max_size=50)
    | st.lists(st.integers(-(10**18), 10**18), max_size=12)
    | st.lists(st.integers(-99, 99).map(lambda n: n * 1000), max_size=100)
    | st.lists(st.integers(-9999, 9999).map(lambda n: Decimal(n).scaleb(-2)), max_size=50)
    | st.lists(st.integers(-99, 99) | decimals(3, 2), max_size=25)
    | st.lists(FLOATS, max_size=11)
    | st.lists(st.builds(Fraction, st.integers(-127, 127), st.integers(1, 127)), max_size=33)
    | st.lists(FLOATS | fractions(50) | decimals(12, 100) | st.integers(), max_size=6)
).map(tuple)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "arithmetic": NUMBERS,
    "logic": st.booleans(),
    "combinatorics": st.builds(Factorial, COUNTS)
    | st.builds(Combination, COUNTS, COUNTS)
    | st.builds(Permutation, COUNTS, COUNTS),
    "probability": st.builds(
        lambda family, p, q: Distribution(
            family, (p,) if family in ("poisson", "geometric", "exponential") else (p, q)
        ),
        st.sampled_from(["binomial", "poisson", "geometric", "normal", "uniform", "exponential"]),
        PARAMETERS,
        PARAMETERS,
    ),
    "statistics": ITEMS,
    "information_theory": ITEMS,
    "temporal": st.dates()
    | st.builds(
        Duration,
        st.integers(-(10**12) + 1, 10**12 - 1),
        st.integers(-(10**12) + 1, 10**12 - 1),
        st.integers(-(10**30) + 1, 10**30 - 1) | fractions(66),
    ),
}


def typed(value: Any) -> Any:
    """A form that is equal only for the same types all the way down, and Decimals as written."""
    match value:
        case tuple():
            return tuple(map(typed, value))
        case Distribution(family, parameters):
            return family, typed(parameters)
        case Duration():
            return typed((value.months, value.days, value.seconds))
        case Decimal():
            return Decimal, value.as_tuple()
        case float():
            return float, value.hex()
    return type(value), value


def equal(value: Any, back: Any) -> bool:
    """Equality with types; a Decimal in a list may gain trailing zeros."""
    if isinstance(value, tuple):
        return len(value) == len(back) and all(
            type(a) is type(b) and a == b for a, b in zip(value, back, strict=True)
        )
    return bool(typed(value) == typed(back))


@pytest.mark.parametrize("domain", sorted(VALUES))
@given(data=st.data())
def test_every_value_comes_back(domain: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[domain])
    e = encode(value, domain)
    assert e.shape == (256,)
    assert e.dtype == np.float32
    assert np.abs(e).max() <= 1.125
    assert np.array_equal(e, through_bfloat16(e))
    assert decode_domain(e) == domain
    assert equal(value, decode(through_bfloat16(e)))
    assert type(decode(e)) is type(value)


@pytest.mark.parametrize("domain", sorted(VALUES))
@given(data=st.data())
def test_a_batch_is_its_rows(domain: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(VALUES[domain], max_size=5))
    e_ND = encode_batch(values, domain)
    assert e_ND.shape == (len(values), 256)
    for value, e in zip(values, e_ND, strict=True):
        assert np.array_equal(e, encode(value, domain))
    back = decode_batch(e_ND)
    assert isinstance(back, list)
    assert all(map(equal, values, back))


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-200, 200)))
@example([-(2**63), 2**63 - 1, 0, -1])
def test_int_arrays(values: list[int]) -> None:
    e_ND = encode_batch(np.array(values, dtype=np.int64), "arithmetic")
    assert np.array_equal(e_ND, encode_batch(values, "arithmetic"))
    back = decode_batch(e_ND, np.int64)
    assert isinstance(back, np.ndarray)
    assert back.dtype == np.int64
    assert back.tolist() == values


@given(st.lists(FLOATS))
def test_float_arrays(values: list[float]) -> None:
    e_ND = encode_batch(np.array(values, dtype=np.float64), "arithmetic")
    assert np.array_equal(e_ND, encode_batch(values, "arithmetic"))
    back = decode_batch(e_ND, np.float64)
    assert isinstance(back, np.ndarray)
    assert typed(tuple(back.tolist())) == typed(tuple(values))


@pytest.mark.parametrize("n", [1, 7, 2048, 5001])
def test_a_number_looks_the_same_anywhere_in_an_array(n: int) -> None:
    e_ND = encode_batch(np.full(n, 123456.789), "arithmetic")
    assert (e_ND == encode(123456.789)).all()


def test_other_arrays() -> None:
    small = np.array([1, 2], dtype=np.int8)
    assert decode_batch(encode_batch(small, "arithmetic")) == [1, 2]
    assert decode_batch(encode_batch(np.array([2**64 - 1], dtype=np.uint64), "arithmetic")) == [
        2**64 - 1
    ]
    assert decode_batch(encode_batch(np.array([0.5], dtype=np.float32), "arithmetic")) == [0.5]
    for bad in (np.zeros((2, 2)), np.array(["a"]), np.array([True])):
        with pytest.raises(UnknownDomainError):
            encode_batch(bad, "arithmetic")
    with pytest.raises(UnknownDomainError):
        encode_batch(small, "statistics")
    with pytest.raises(DecodeError):
        decode_batch(encode_batch([1, 2.5], "arithmetic"), np.int64)
    with pytest.raises(DecodeError):
        decode_batch(encode_batch([True], "logic"), np.int64)


TOO_LARGE: list[tuple[Any, str, str]] = [
    (2**800, "arithmetic", "2**800"),
    (Decimal("1e100000"), "arithmetic", "10**5"),
    (Decimal(2**800), "arithmetic", "2**800"),
    (Decimal("NaN"), "arithmetic", "finite"),
    (Decimal("-Infinity"), "arithmetic", "2**800"),
    (Decimal("sNaN"), "arithmetic", "2**800"),
    ((Decimal("sNaN"), 1), "statistics", "finite"),
    (Distribution("normal", (0, Decimal("sNaN"))), "probability", "finite"),
    (Fraction(1, 2**400), "arithmetic", "2**400"),
    (math.inf, "arithmetic", "finite"),
    (math.nan, "arithmetic", "finite"),
    (Factorial(10**16), "combinatorics", "10**16"),
    (Combination(5, -1), "combinatorics", "from 0"),
    (Distribution("poisson", (2**304,)), "probability", "2**304"),
    (Distribution("poisson", (math.inf,)), "probability", "finite"),
    (tuple(range(1, 200)), "statistics", "100 items"),
    (tuple(range(100, 150)) + (128,) * 60, "statistics", "100 items"),
    ((0.5,) * 12, "statistics", "11 floats"),
    ((Fraction(1, 2**55),), "statistics", "2**55"),
    ((Decimal("1e128"), 1), "statistics", "10**±127"),
    ((2**504,) * 2, "statistics", "500 bits"),
    ((1,) * 10**6, "statistics", "100 items"),
    ((10**5000,), "statistics", "500 bits"),
    ((Decimal("1" * 5000),), "statistics", "100 items"),
    (10**5000, "arithmetic", "2**800"),
    (Decimal("1" * 5000), "arithmetic", "2**800"),
    (Fraction(1, 10**5000), "arithmetic", "2**400"),
    (Combination(10**5000, 2), "combinatorics", "10**16"),
    (Duration(days=10**5000), "temporal", "10**12"),
    ((math.nan,), "statistics", "finite"),
    ((Decimal("NaN"),), "statistics", "finite"),
    ((Fraction(1, 2), Decimal("Infinity")), "statistics", "finite"),
    ((0.5,) * 12, "information_theory", "11 floats"),
    (Duration(months=10**12), "temporal", "10**12"),
    (Duration(seconds=Fraction(1, 10**20)), "temporal", "10**20"),
]


@pytest.mark.parametrize(
    ("value", "domain", "limit"), TOO_LARGE, ids=[f"{d}: {limit}" for _, d, limit in TOO_LARGE]
)
def test_what_does_not_fit_is_refused_with_the_limit(value: Any, domain: str, limit: str) -> None:
    with pytest.raises(CapacityError) as refusal:
        encode(value, domain)
    assert limit in str(refusal.value)


@pytest.mark.parametrize(
    ("value", "domain"),
    [
        ("12", None),
        (None, None),
        (datetime(2024, 1, 1, 12), None),
        ((1, "a"), None),
        ((True, 1), None),
        (Distribution("poisson", (1, 2)), None),
        (Distribution("cauchy", (1, 2)), None),
        (True, "arithmetic"),
        ("12", "arithmetic"),
        (1, "logic"),
        (1, "statistics"),
        (Duration(seconds=0.5), "temporal"),  # type: ignore[arg-type]  # what a caller may slip in
        (1, "astrology"),
        (1, "chemistry"),
    ],
)
def test_what_no_domain_holds(value: Any, domain: str | None) -> None:
    with pytest.raises(UnknownDomainError) as refusal:
        encode(value, domain)
    assert isinstance(refusal.value, TypeError)
    assert isinstance(refusal.value, FluxEMError)


def test_domain_of() -> None:
    values = (1, Decimal(1), Fraction(1), 1.0, True, Factorial(3), (1,), date(1, 1, 1), Duration())
    assert [domain_of(v) for v in values] == [
        *["arithmetic"] * 4,
        "logic",
        "combinatorics",
        "statistics",
        *["temporal"] * 2,
    ]


def test_a_domain_registers_once_and_needs_a_tag() -> None:
    known = DOMAINS["logic"]
    with pytest.raises(ValueError, match="two domains"):
        register(known)
    with pytest.raises(ValueError, match="no tag"):
        register(replace(known, name="astrology"))


@given(
    st.lists(st.floats(width=32), min_size=256, max_size=256)
    | st.lists(st.sampled_from([-1.0, 0.0, 1.0, 0.125, 1.125]), min_size=256, max_size=256),
    st.sampled_from(sorted(DOMAINS)),
    st.booleans(),
)
def test_garbage_is_refused(lanes: list[float], domain: str, with_tag: bool) -> None:
    e = np.array(lanes, dtype=np.float32)
    if with_tag:
        e[TAG] = _a_value(domain)[TAG]
    try:
        value = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(value, decode_domain(e))[VALUE] - e[VALUE]).max() < 1e-3


def _a_value(domain: str) -> np.ndarray:
    return encode(A_VALUE[domain], domain)


@pytest.mark.parametrize("domain", sorted(DOMAINS))
@given(data=st.data())
def test_a_changed_value_lane_is_refused_or_means_another_value(
    domain: str, data: st.DataObject
) -> None:
    e = _a_value(domain)
    lane = data.draw(st.integers(VALUE.start, VALUE.stop - 1))
    e[lane] += data.draw(st.sampled_from([-1, -0.25, 0.004, 0.25, 1, 1e30]))
    try:
        value = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(value, domain)[VALUE] - e[VALUE]).max() < 1e-3


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros(256, dtype=np.float32),
        np.ones(255, dtype=np.float32),
        np.ones((1, 256), dtype=np.float32),
        np.ones(256, dtype=np.int64),
        np.full(256, np.nan, dtype=np.float32),
        np.array(["a"] * 256),
        [[1.0], [1.0, 2.0]],
        None,
        "embedding",
        b"\0" * 1024,
    ],
    ids=str,
)
def test_what_is_no_embedding(bad: Any) -> None:
    for read in (decode, decode_domain, decode_batch):
        with pytest.raises(DecodeError):
            read([bad] if read is decode_batch and not isinstance(bad, np.ndarray) else bad)


def test_one_bad_lane_spoils_an_embedding_and_its_batch() -> None:
    good = encode(42)
    for bad_value in (np.nan, np.inf):
        bad = good.copy()
        bad[200] = bad_value
        with pytest.raises(DecodeError):
            decode(bad)
        with pytest.raises(DecodeError):
            decode_batch(np.stack([good, bad]))


def test_every_tag_has_a_domain_and_the_laws_a_value_of_it() -> None:
    assert set(DOMAINS) == set(TAGGED) == set(A_VALUE)
    for domain in DOMAINS:
        assert decode(_a_value(domain)) == A_VALUE[domain]
        assert decode_domain(_a_value(domain)) == domain
