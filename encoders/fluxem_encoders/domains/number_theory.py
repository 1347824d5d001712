"""Residues and factored numbers: kind 4 lanes, then the parts of one or the other.

A residue: whether it has an inverse, then the digits of value and modulus. A factored number:
the exponents of the first 40 primes at n/128, so that multiplying adds these lanes, then four
slots of (exponent, digits) for larger primes, ascending.
"""

import math
import operator
from collections.abc import Callable
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts, number_parts
from fluxem_encoders.digits import digit_lanes, one_hot, read_digits, read_one_hot, sign_lane
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, number_traits
from fluxem_encoders.forms import clip
from fluxem_encoders.sizes import log10_beyond, near
from fluxem_encoders.structures.number_theory import Factored, Residue, is_prime

F32 = NDArray[np.float32]

KIND = slice(0, 4)  # one-hot: residue, factored
INVERTIBLE = 4  # ±1: whether value and modulus have no common factor
VALUE, MODULUS = slice(12, 62), slice(62, 112)
DIGITS = 50  # of either

PRIMES = tuple(n for n in range(174) if is_prime(n))
EXPONENTS = slice(4, 44)  # of PRIMES, at n / SCALE
LARGE = tuple(slice(start, start + 17) for start in range(44, 112, 17))
LARGE_DIGITS = 16
SCALE = 128
MAX_EXPONENT = SCALE - 1

LIMITS = (
    f"residues with a modulus below 10**{DIGITS}; factored numbers with exponents up to "
    f"{MAX_EXPONENT} of the {len(PRIMES)} primes up to {PRIMES[-1]} and of up to {len(LARGE)} "
    f"larger primes below 10**{LARGE_DIGITS}"
)


def holds(value: object) -> bool:
    """True for a Residue and a Factored."""
    return isinstance(value, Residue | Factored)


def encode(value: Residue | Factored) -> F32:
    """Kind and parts."""
    lanes = np.zeros(112, dtype=np.float32)
    lanes[KIND] = one_hot(int(isinstance(value, Factored)), 4)
    if isinstance(value, Factored):
        _write_factors(value, lanes)
        return lanes
    if value.modulus >= 10**DIGITS:
        raise CapacityError(f"`number_theory` holds {LIMITS}")
    lanes[INVERTIBLE] = sign_lane(math.gcd(value.value, value.modulus) > 1)
    lanes[VALUE] = digit_lanes(value.value, DIGITS)
    lanes[MODULUS] = digit_lanes(value.modulus, DIGITS)
    return lanes


def _write_factors(value: Factored, lanes: F32) -> None:
    _check_room(value.factors)
    exponents = dict(value.factors)
    lanes[EXPONENTS] = [exponents.pop(prime, 0) / SCALE for prime in PRIMES]
    for place, (prime, exponent) in zip(LARGE, exponents.items(), strict=False):
        lanes[place.start] = exponent / SCALE
        lanes[place.start + 1 : place.stop] = digit_lanes(prime, LARGE_DIGITS)


def _check_room(factors: tuple[tuple[int, int], ...]) -> None:
    large = [prime for prime, _ in factors if prime > PRIMES[-1]]
    if (
        len(large) > len(LARGE)
        or max(large, default=0) >= 10**LARGE_DIGITS
        or max((exponent for _, exponent in factors), default=0) > MAX_EXPONENT
    ):
        raise CapacityError(f"`number_theory` holds {LIMITS}")


def decode(lanes: F32) -> Residue | Factored:
    """The residue or factored number."""
    if read_one_hot(lanes[KIND]) == 0:
        return Residue(read_digits(lanes[VALUE]), read_digits(lanes[MODULUS]))
    exponents = map(int, np.rint(lanes[EXPONENTS] * SCALE))
    factors = [(prime, n) for prime, n in zip(PRIMES, exponents, strict=True) if n]
    for place in LARGE:
        if exponent := int(np.rint(lanes[place.start] * SCALE)):
            factors.append((read_digits(lanes[place.start + 1 : place.stop]), exponent))
    return Factored(tuple(factors))


def traits(value: Residue | Factored) -> Traits:
    """Size: the reduced value, or the number that is factored.

    Highest of the list lanes: the modulus. Of a factored number lowest and highest are its least
    and greatest prime, and the length is how many different ones it has.
    """
    if isinstance(value, Residue):
        return number_traits(value.value)._replace(highest=near(value.modulus))
    n = value.product()
    primes = [prime for prime, _ in value.factors]
    return Traits(
        x=near(n),
        log10=log10_beyond(n),
        one=n == 1,
        integer=1,
        unit=n == 1,
        last_digit=n % 10,
        digits=len(str(min(n, 10**64))),  # the feature lane ends at 64
        length=len(primes),
        lowest=min(primes, default=0),
        highest=max(primes, default=0),
    )


def parts(value: Residue | Factored) -> Parts:
    """Linear: the reduced value, or the number that is factored; log: its size.

    Second: the modulus. Sums, differences and products of residues are those of the lanes, up to
    multiples of the modulus. Of a factored number the count is that of its prime factors, each as
    often as it divides; count and log add when such numbers multiply.
    """
    if isinstance(value, Residue):
        return number_parts(value.value)._replace(second=value.modulus)
    return number_parts(value.product())._replace(items=sum(n for _, n in value.factors))


def combine(op: str, a: object, b: object = None) -> Residue | Factored:
    """Arithmetic of residues of one modulus, where an int stands for its class; of factors."""
    if isinstance(a, Residue) and op == "negate" and b is None:
        return Residue(-a.value, a.modulus)
    if op == "power" and isinstance(a, Residue | Factored) and _is_exponent(b):
        return _power(a, b)
    if isinstance(a, Factored) and isinstance(b, Factored) and op in _OF_EXPONENTS:
        return _factored(op, a, b)
    if isinstance(a, Residue | int) and isinstance(b, Residue | int) and op in _OF_RESIDUES:
        return _residue(op, a, b)
    raise AlgebraError(
        f"`{op}` knows two residues of one modulus or a residue and an int; or two factored "
        "numbers; `power` a whole exponent from 0"
    )


def _is_exponent(b: object) -> TypeGuard[int]:
    return isinstance(b, int) and not isinstance(b, bool) and b >= 0


def _power(a: Residue | Factored, exponent: int) -> Residue | Factored:
    if isinstance(a, Residue):
        return Residue(pow(a.value, exponent, a.modulus), a.modulus)
    return _from_exponents({prime: n * exponent for prime, n in a.factors})


_OF_RESIDUES: dict[str, Callable[[int, int], int]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.mul,  # by the inverse
}


def _residue(op: str, a: Residue | int, b: Residue | int) -> Residue:
    moduli = {x.modulus for x in (a, b) if isinstance(x, Residue)}
    if len(moduli) != 1 or isinstance(a, bool) or isinstance(b, bool):
        shown = " and ".join(map(clip, sorted(moduli)))
        raise AlgebraError(f"`{op}` takes residues of one modulus, or one and an int; got {shown}")
    modulus = moduli.pop()
    x, y = (n.value if isinstance(n, Residue) else n for n in (a, b))
    if op == "divide":
        if math.gcd(y, modulus) > 1:
            raise AlgebraError(f"{clip(y)} has no inverse modulo {clip(modulus)}")
        y = pow(y, -1, modulus)
    return Residue(_OF_RESIDUES[op](x, y) % modulus, modulus)


_OF_EXPONENTS: dict[str, Callable[[int, int], int]] = {
    "multiply": operator.add,
    "divide": operator.sub,
    "gcd": min,
    "lcm": max,
}


def _factored(op: str, a: Factored, b: Factored) -> Factored:
    n, m = dict(a.factors), dict(b.factors)
    exponents = {p: _OF_EXPONENTS[op](n.get(p, 0), m.get(p, 0)) for p in n | m}
    if min(exponents.values(), default=0) < 0:
        raise AlgebraError(f"`divide` of factored numbers is whole; no {b.to_text()} in this one")
    return _from_exponents(exponents)


def _from_exponents(exponents: dict[int, int]) -> Factored:
    factors = tuple((prime, n) for prime, n in exponents.items() if n)
    _check_room(factors)  # before Factored's own, wider limits
    return Factored(factors)


register(
    Domain(
        name="number_theory",
        holds=holds,
        types="a Residue or a Factored",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra={
            "add": "exact",
            "subtract": "exact",
            "multiply": "exact",
            "divide": "exact",
            "negate": "exact",
            "power": "exact",
            "gcd": "exact",
            "lcm": "exact",
        },
        combine=combine,
    )
)
