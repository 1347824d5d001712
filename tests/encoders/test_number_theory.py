"""Residues and factored numbers: exact codes, modular arithmetic, exponents that add."""

import hashlib
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fluxem_encoders.compose import closed_form, read_count, read_linear, read_log
from fluxem_encoders.domains.number_theory import EXPONENTS, LARGE, PRIMES
from fluxem_encoders.domains.number_theory import combine as on_values
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json, to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.number_theory import Factored, Residue, is_prime
from tests.encoders.laws import check_forms, check_roundtrip

MODULI = st.integers(1, 40) | st.integers(1, 10**50 - 1) | st.just(10**50 - 1)
WHOLE = st.integers(-(10**50), 10**50) | st.integers(-40, 40)
LARGE_PRIMES = (179, 181, 65537, 999983, 2147483647, 999999999989, 9999999999999937)


def factored(most: int = 127) -> st.SearchStrategy[Factored]:
    exponents = st.integers(1, most) | st.integers(1, min(most, 4))
    return st.builds(
        lambda small, large: Factored(tuple((small | large).items())),
        st.dictionaries(st.sampled_from(PRIMES), exponents, max_size=9),
        st.dictionaries(st.sampled_from(LARGE_PRIMES), exponents, max_size=4),
    )


def of(n: int) -> Factored:
    return Factored(tuple((int(p), int(e)) for p, e in sympy.factorint(n).items()))


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


@given(st.builds(Residue, WHOLE, MODULI) | factored())
def test_laws(value: Residue | Factored) -> None:
    check_roundtrip(value)
    check_forms(value)
    assert pickle.loads(pickle.dumps(value)) == value


def test_edges_and_texts() -> None:
    for value, text in (
        (Residue(-7, 12), "5 (mod 12)"),
        (Residue(3, 1), "0 (mod 1)"),
        (Residue(10**50 - 2, 10**50 - 1), f"{10**50 - 2} (mod {10**50 - 1})"),
        (Factored(()), "1"),
        (Factored(((5, 1), (2, 3))), "2^3 × 5"),
        (Factored(((9999999999999937, 127),)), "9999999999999937^127"),
    ):
        check_roundtrip(value)
        check_forms(value)
        assert to_text(value) == text
    assert Residue(17, 12) == Residue(5, 12) != Residue(5, 13)
    check_roundtrip(Factored(tuple((p, 127) for p in (*PRIMES, *LARGE_PRIMES[-4:]))))


@given(st.integers(-5, 10**4) | st.integers(0, 10**16) | st.integers(10**20, 10**24))
@example(3215031751)  # strong pseudoprime to 2, 3, 5 and 7
@example(318665857834031151167461)  # ... to the first 12 primes
def test_primes_are_those_of_sympy(n: int) -> None:
    assert is_prime(n) == sympy.isprime(n)


RING: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
}


@given(WHOLE, WHOLE, MODULI, st.sampled_from(sorted(RING)))
def test_residues_are_a_ring(a: int, b: int, m: int, op: str) -> None:
    x, y = Residue(a, m), Residue(b, m)
    assert result(op, x, y) == Residue(RING[op](a, b), m)
    assert on_values(op, x, b) == on_values(op, a, y) == Residue(RING[op](a, b), m)
    assert on_values("negate", x) == Residue(-a, m)
    if math.gcd(b, m) == 1:
        assert on_values("multiply", on_values("divide", x, b), y) == x


@given(WHOLE, st.integers(0, 12), MODULI, st.integers(0, 10**40))
def test_powers_of_residues(a: int, n: int, m: int, large: int) -> None:
    assert result("power", Residue(a, m), n) == Residue(math.prod([a] * n), m)
    parts = [on_values("power", Residue(a, m), exponent) for exponent in (large, n)]
    assert on_values("power", Residue(a, m), large + n) == on_values("multiply", *parts)


@given(st.integers(0, 10**11), st.integers(0, 10**11), st.integers(1, 10**11))
def test_lanes_of_residues_add_and_multiply_up_to_the_modulus(a: int, b: int, m: int) -> None:
    x, y = Residue(a, m), Residue(b, m)
    for op in ("add", "subtract"):
        total = read_linear(closed_form(op, encode(x), encode(y)))
        assert Residue(int(total), m) == result(op, x, y)
    if x.value and y.value:
        product = read_log(closed_form("multiply", encode(x), encode(y)))
        assert math.isclose(product, x.value * y.value, rel_tol=1e-9)


OF_INTS: dict[str, Callable[[int, int], int]] = {
    "multiply": lambda a, b: a * b,
    "gcd": math.gcd,
    "lcm": math.lcm,
}


@given(factored(63), factored(63), st.sampled_from(sorted(OF_INTS)))
def test_factored_numbers_combine_as_ints(a: Factored, b: Factored, op: str) -> None:
    large = {p for p, _ in a.factors + b.factors if p > PRIMES[-1]}
    assume(len(large) <= len(LARGE))
    got = result(op, a, b)
    assert got.product() == OF_INTS[op](a.product(), b.product())
    if op == "multiply":
        assert result("divide", got, b) == a


@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(0, 6))
def test_small_factored_numbers(a: int, b: int, n: int) -> None:
    x, y = of(a), of(b)
    assert result("power", y, n) == of(b**n)
    assert result("multiply", x, y) == of(a * b)
    if a % b:
        with pytest.raises(AlgebraError, match="whole"):
            result("divide", x, y)
    else:
        assert result("divide", x, y) == of(a // b)


@given(factored(60), factored(60))
def test_lanes_of_factored_numbers_add_when_they_multiply(a: Factored, b: Factored) -> None:
    assume(len({p for p, _ in a.factors + b.factors if p > PRIMES[-1]}) <= len(LARGE))
    e, f, product = encode(a), encode(b), combine("multiply", encode(a), encode(b))
    assert np.array_equal((e + f)[VALUE][EXPONENTS], product[VALUE][EXPONENTS])
    lanes = closed_form("multiply", e, f)
    assert math.isclose(read_log(lanes), read_log(product[COMPOSE]), rel_tol=1e-6)
    count = read_count(closed_form("add", e, f))
    assert count == read_count(product[COMPOSE])
    assert count == sum(n for _, n in a.factors + b.factors)


@given(st.lists(st.integers(1, 10**9), min_size=3, max_size=3).map(sorted))
def test_graded(ordered: list[int]) -> None:
    for make in (of, lambda n: Residue(n, 10**10)):
        a, b, c = (encode(make(n))[FEATURES][MAGNITUDE] for n in ordered)
        assert (a <= b).all()
        assert (b <= c).all()


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (Residue(1, 10**50), r"10\*\*50"),
        (Factored(((2, 128),)), "up to 127"),
        (Factored(((10000000000000061, 1),)), r"10\*\*16"),
        (Factored(tuple((p, 1) for p in LARGE_PRIMES[:5])), "4 larger primes"),
    ],
)
def test_what_does_not_fit(value: Any, limit: str) -> None:
    with pytest.raises(CapacityError, match=limit):
        encode(value)
    for exponent in (200, 10**40):  # beyond the lanes, and beyond what a Factored holds
        with pytest.raises(CapacityError, match="up to 127"):
            result("power", of(6), exponent)


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("add", (Residue(1, 5), Residue(1, 7))),
        ("add", (Residue(1, 5), True)),
        ("divide", (Residue(1, 6), 2)),
        ("power", (Residue(1, 5), -1)),
        ("power", (2, Residue(1, 5))),
        ("gcd", (Residue(1, 5), Residue(1, 5))),
        ("add", (of(6), of(6))),
        ("negate", (of(6),)),
        ("multiply", (of(6), 2)),
    ],
)
def test_what_the_algebra_does_not_know(op: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(AlgebraError):
        combine(op, *map(encode, values))


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"residue": 5}, '"modulus": MODULUS'),
        ({"residue": 5, "modulus": 0}, "at least 1, got 0"),
        ({"residue": True, "modulus": 12}, "expected a number"),
        ({"residue": 0.5, "modulus": 12}, "expected a whole number, got 0.5"),
        ({"residue": "1" * 2000, "modulus": 12}, "at most 1000 digits"),
        ({"residue": 10**1001, "modulus": 12}, r"within 10\*\*1000"),
        ({"factored": 60}, "PRIME, EXPONENT"),
        ({"factored": [2]}, "pair .PRIME, EXPONENT., got 2"),
        ({"factored": [[4, 1]]}, "4 is no prime"),
        ({"factored": [[2, 0]]}, "exponent is 1 to 1000, got 0"),
        ({"factored": [[2, 10**9]]}, "exponent is 1 to 1000"),
        ({"factored": [[10**30, 1]]}, "primes lie below"),
        ({"factored": [[2, 1], [2, 1]]}, "each prime once"),
        ({"factored": [[2, 1]] * 10**5}, "at most 64 primes"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_what_is_no_form(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "number_theory")


def test_what_is_no_factorisation() -> None:
    for bad in (((2.0, 1),), [(2, 1)], ([2, 1],), ((2, True),)):
        with pytest.raises(ValueFormError):
            Factored(bad)  # type: ignore[arg-type]


@given(
    st.builds(Residue, WHOLE, MODULI) | factored(),
    st.integers(VALUE.start, VALUE.stop - 1),
    st.sampled_from([-1, -0.25, -1 / 128, 0.004, 1 / 128, 0.25, 1, 1e30]),
)
def test_a_changed_lane_is_refused_or_means_another_value(
    value: Any, lane: int, change: float
) -> None:
    e = encode(value)
    e[lane] += np.float32(change)
    try:
        back = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(back)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    residues = [Residue(5, 12), Residue(0, 1), Residue(6, 9), Residue(10**40, 10**50 - 1)]
    lanes = [*map(encode, residues), *(encode(of(n)) for n in (1, 360, 2**127, 179**2 * 65537))]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "754f0a4f45f46e49"
