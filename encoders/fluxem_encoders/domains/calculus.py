"""Polynomials: 16 lanes of header, then 96 lanes of coefficients, in one of two ways.

Over one denominator: each numerator as k balanced base-256 limbs, k the least that serves for
all, so up to 96 // k coefficients. Lane 16 + i holds the lowest limb of the coefficient of
x^i, so that small whole coefficients are read at their powers and add lane by lane; the next
limbs of all follow. Packed: a byte stream of (type and length, payload) per coefficient. The
way that fits is taken, one denominator first.
"""

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.algebra import MAX_SCALE
from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import (
    byte_lanes,
    digit_lanes,
    limb_lanes,
    limbs_needed,
    one_hot,
    read_bytes,
    read_digits,
    read_limbs,
    read_one_hot,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError, ValueFormError
from fluxem_encoders.features import Traits, list_traits
from fluxem_encoders.forms import exact
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.sizes import log2_of
from fluxem_encoders.streams import pack_number, take_number
from fluxem_encoders.structures.calculus import Polynomial

F32 = NDArray[np.float32]

WAY = slice(0, 2)  # one-hot: over one denominator, packed
VARIABLE, COUNT, LIMBS = 2, 3, 4  # a byte, /128, /128
DENOMINATOR = slice(6, 16)  # digits
BODY = slice(16, 112)
ROOM = BODY.stop - BODY.start
DIGITS = DENOMINATOR.stop - DENOMINATOR.start

LIMITS = (
    f"polynomials over one denominator below 10**{DIGITS} with numerators in 96 lanes: 96 "
    "coefficients up to 127, 48 up to 32,639, 32 up to 8.3e6, 16 (degree 15) up to 1.4e14, 12 up "
    "to 9.1e18, one up to 2**766; or coefficients whose packed sizes sum to 96 bytes: an int "
    "1 + its bytes, a Fraction 2 + its bytes, with terms below 2**55, e.g. 16 (degree 15) with "
    "terms below 2**15"
)


def holds(value: object) -> bool:
    """True for a Polynomial."""
    return isinstance(value, Polynomial)


def encode(value: Polynomial) -> F32:
    """Header and body; of zero the body is empty."""
    if len(value.coefficients) > ROOM:
        raise CapacityError(
            f"a polynomial of degree {value.degree} is too long; there is room for {LIMITS}"
        )
    lanes = np.zeros(112, dtype=np.float32)
    if not _write_shared(value, lanes):
        _write_packed(value, lanes)
    lanes[VARIABLE] = byte_lanes(value.variable.encode())[0]
    lanes[COUNT] = len(value.coefficients) / 128
    return lanes


def _write_shared(value: Polynomial, lanes: F32) -> bool:
    numerators, denominator = _over_one_denominator(value)
    if denominator >= 10**DIGITS or any(n.bit_length() > 8 * ROOM for n in numerators):
        return False
    limbs = max(map(limbs_needed, numerators), default=1)
    if limbs * len(numerators) > ROOM:
        return False
    lanes[WAY] = one_hot(0, 2)
    lanes[LIMBS] = limbs / 128
    lanes[DENOMINATOR] = digit_lanes(denominator, DIGITS)
    rows = [limb_lanes(n, limbs) for n in numerators]
    body = np.array(rows, dtype=np.float32).reshape(len(rows), limbs).T.ravel()
    lanes[BODY.start : BODY.start + len(body)] = body
    return True


def _write_packed(value: Polynomial, lanes: F32) -> None:
    try:
        stream = b"".join(map(pack_number, value.coefficients))
    except CapacityError as error:
        raise CapacityError(f"{error}; there is room for {LIMITS}") from None
    if len(stream) > ROOM:
        raise CapacityError(
            f"the coefficients take {len(stream)} of {ROOM} lanes; there is room for {LIMITS}"
        )
    lanes[WAY] = one_hot(1, 2)
    lanes[BODY.start : BODY.start + len(stream)] = byte_lanes(stream)


def _over_one_denominator(value: Polynomial) -> tuple[list[int], int]:
    denominator = math.lcm(*(c.denominator for c in value.coefficients))
    return [int(c * denominator) for c in value.coefficients], denominator


def decode(lanes: F32) -> Polynomial:
    """The polynomial that the header's way reads."""
    variable = read_bytes(lanes[VARIABLE : VARIABLE + 1]).decode()
    if read_one_hot(lanes[WAY]) == 0:
        return Polynomial(_read_shared(lanes), variable)
    stream = read_bytes(lanes[BODY])
    coefficients = []
    while stream:
        c, stream = take_number(stream)
        coefficients.append(exact(c))
    return Polynomial(tuple(coefficients), variable)


def _read_shared(lanes: F32) -> tuple[Fraction, ...]:
    count, limbs = (int(n) for n in np.rint(lanes[[COUNT, LIMBS]] * 128))
    if not (0 <= count <= ROOM and limbs >= 1 and count * limbs <= ROOM):
        raise ValueError("no such polynomial")
    denominator = read_digits(lanes[DENOMINATOR])
    body = lanes[BODY][: count * limbs].reshape(limbs, count)
    return tuple(Fraction(read_limbs(body[:, i]), denominator) for i in range(count))


def traits(value: Polynomial) -> Traits:
    """Size: the degree, -1 of zero. List lanes: the coefficients."""
    return list_traits(value.coefficients)._replace(
        x=float(value.degree),
        zero=not value.coefficients,
        one=value.coefficients == (1,),
        last_digit=value.degree % 10 if value.degree >= 0 else -1,
    )


def parts(value: Polynomial) -> Parts:
    """Linear: the value at 1, the sum of coefficients; second: the slope there; log: the value.

    Sums add the first two; products multiply the value.
    """
    at_one = sum(value.coefficients)
    return Parts(
        linear=at_one,
        second=sum(power * c for power, c in enumerate(value.coefficients)),
        log2=log2_of(at_one),
        sign=(at_one > 0) - (at_one < 0),
    )


def combine(op: str, a: object, b: object = None) -> Polynomial:
    """Ring operations of polynomials in one variable, multiples, and the derivative.

    A number may stand for a constant polynomial; a float counts as its exact binary value.
    """
    match op, a:
        case "negate", Polynomial() if b is None:
            return _polynomial((-c for c in a.coefficients), a)
        case "differentiate", Polynomial() if b is None:
            powers = enumerate(a.coefficients[1:], start=1)
            return _polynomial((power * c for power, c in powers), a)
        case "scale", Polynomial():
            by = _rational(b)
            return _polynomial((c * by for c in a.coefficients), a)
        case (("add" | "subtract" | "multiply"), _):
            return _ring(op, *_pair(a, b))
    raise AlgebraError(
        f"`{op}` knows two polynomials in one variable, or a polynomial and a number"
    )


def _pair(a: object, b: object) -> tuple[Polynomial, Polynomial]:
    if isinstance(a, Polynomial) and isinstance(b, Polynomial):
        if a.variable != b.variable:
            raise AlgebraError(f"the polynomials are in {a.variable} and in {b.variable}")
        return a, b
    if isinstance(a, Polynomial):
        return a, _polynomial((_rational(b),), a)
    if isinstance(b, Polynomial):
        return _polynomial((_rational(a),), b), b
    raise AlgebraError("one of the operands is a polynomial")


def _ring(op: str, a: Polynomial, b: Polynomial) -> Polynomial:
    (xs, bottom), (ys, below) = _over_one_denominator(a), _over_one_denominator(b)
    if op == "multiply":
        sums = [0] * max(len(xs) + len(ys) - 1, 0)
        for i, x in enumerate(xs):
            for j, y in enumerate(ys):
                sums[i + j] += x * y
    else:
        sign = 1 if op == "add" else -1
        sums = [0] * max(len(xs), len(ys))
        for i, x in enumerate(xs):
            sums[i] += x * below
        for i, y in enumerate(ys):
            sums[i] += sign * y * bottom
    return _polynomial((Fraction(n, bottom * below) for n in sums), a)


def _rational(x: object) -> int | Fraction:
    if not is_number(x) or not is_finite(x):
        raise AlgebraError("the other operand is a polynomial or a finite number")
    if isinstance(x, Decimal) and abs(int(x.as_tuple().exponent)) > MAX_SCALE:
        raise CapacityError(f"exact arithmetic takes Decimal exponents within ±{MAX_SCALE}")
    return exact(x)


def _polynomial(coefficients: Iterable[int | Fraction], like: Polynomial) -> Polynomial:
    try:
        return Polynomial(tuple(coefficients), like.variable)
    except ValueFormError as error:
        raise CapacityError(f"the result is too large: {error}") from None


register(
    Domain(
        name="calculus",
        holds=holds,
        types="a Polynomial",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(
            ("add", "subtract", "negate", "multiply", "scale", "differentiate"), "exact"
        ),
        combine=combine,
    )
)
