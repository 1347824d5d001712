"""Lists of numbers: 12 lanes of header, then 100 lanes of body, in one of two ways.

Scaled: ints and Decimals over one power of ten, each as k balanced base-256 limbs, k the least
that serves for all, so up to 100 // k items. Packed: any numbers, a byte stream of (type and
length, payload) per item. The way that fits is taken, scaled first.
"""

import math
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import (
    byte_lanes,
    limb_lanes,
    limbs_needed,
    one_hot,
    read_bytes,
    read_limbs,
    read_one_hot,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import list_traits
from fluxem_encoders.forms import exact
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.sizes import log2_of
from fluxem_encoders.streams import MAX_DIGITS, MAX_EXPONENT, pack_numbers, take_numbers
from fluxem_encoders.values import Number, Numbers

F32 = NDArray[np.float32]

WAY = slice(0, 2)  # one-hot: scaled, packed
TYPES = slice(2, 5)  # one-hot, scaled only: all ints, all Decimals, mixed
COUNT, LIMBS, SCALE = 5, 6, 7  # /128, /128, and the power of ten /128
BODY = slice(12, 112)
ROOM = BODY.stop - BODY.start

LIMITS = (
    f"lists of ints and Decimals over one power of ten within 10**±{MAX_EXPONENT}: 100 items of "
    "up to 127 units, 50 up to 32,639, 33 up to 8.3e6, 25 up to 2.1e9, 12 up to 9.1e18; mixed "
    "ints and Decimals half as large; or any numbers whose packed sizes sum to 100 bytes: a float "
    "9, a Fraction 2 + its bytes, e.g. 33 Fractions below 128 or 11 floats"
)
"""Also of `information_theory`."""


def holds(value: object) -> bool:
    """True for a tuple of numbers."""
    return isinstance(value, tuple) and all(map(is_number, value))


def encode(xs: Numbers) -> F32:
    """Header and body; the empty list has an empty body."""
    if not all(map(is_finite, xs)):
        raise CapacityError(f"there is room for {LIMITS}; none that is not finite")
    if len(xs) > ROOM:
        raise CapacityError(f"a list of {len(xs)} numbers is too long; there is room for {LIMITS}")
    lanes = _scaled(xs)
    return _packed(xs) if lanes is None else lanes


def decode(lanes: F32) -> Numbers:
    """The list that the header's way reads."""
    return take_numbers(read_bytes(lanes[BODY])) if read_one_hot(lanes[WAY]) else _unscale(lanes)


def _scaled(xs: Numbers) -> F32 | None:
    decimals = [isinstance(x, Decimal) for x in xs]
    mixed = len(set(decimals)) > 1
    if (shared := _over_one_scale(xs)) is None:
        return None
    units, scale = shared
    if mixed:
        units = [2 * n + decimal for n, decimal in zip(units, decimals, strict=True)]
    limbs = max(map(limbs_needed, units), default=1)
    if limbs * len(xs) > ROOM:
        return None
    lanes = np.zeros(112, dtype=np.float32)
    lanes[WAY] = one_hot(0, 2)
    lanes[TYPES] = one_hot(2 if mixed else int(any(decimals)), 3)
    lanes[[COUNT, LIMBS, SCALE]] = np.array([len(xs), limbs, scale]) / 128
    for i, n in enumerate(units):
        start = BODY.start + i * limbs
        lanes[start : start + limbs] = limb_lanes(n, limbs)
    return lanes


def _over_one_scale(xs: Numbers) -> tuple[list[int], int] | None:
    """All numbers as n * 10**scale with one scale; None unless ints and Decimals of fit size."""
    pairs = []
    for x in xs:
        pair = _coefficient(x) if isinstance(x, int | Decimal) else None
        if pair is None:
            return None
        pairs.append(pair)
    scale = min((exponent for _, exponent in pairs), default=0)
    units = [n * 10 ** (exponent - scale) for n, exponent in pairs]
    return None if any(n.bit_length() > 8 * ROOM for n in units) else (units, scale)


def _coefficient(x: int | Decimal) -> tuple[int, int] | None:
    """`x` as n * 10**exponent; ints over the largest power of ten that divides them."""
    if isinstance(x, Decimal):
        sign, digits, exponent = x.as_tuple()
        if abs(int(exponent)) > MAX_EXPONENT or len(digits) > MAX_DIGITS:
            return None
        n = int("".join(map(str, digits)))
        return -n if sign else n, int(exponent)
    if x.bit_length() > 8 * ROOM:
        return None
    if x == 0:
        return 0, MAX_EXPONENT  # a zero int leaves the scale to the others
    shift = min(len(str(x)) - len(str(x).rstrip("0")), MAX_EXPONENT)
    return x // 10**shift, shift


def _unscale(lanes: F32) -> Numbers:
    count, limbs, scale = (int(n) for n in np.rint(lanes[[COUNT, LIMBS, SCALE]] * 128))
    types = read_one_hot(lanes[TYPES])
    if not (0 <= count <= ROOM and limbs >= 1 and count * limbs <= ROOM):
        raise ValueError("no such list")
    body = lanes[BODY]
    xs: list[Number] = []
    for i in range(count):
        n = read_limbs(body[i * limbs : (i + 1) * limbs])
        decimal = types == 1 or (types == 2 and n % 2 == 1)
        n = n >> 1 if types == 2 else n
        if decimal:
            xs.append(Decimal((int(n < 0), tuple(map(int, str(abs(n)))), scale)))
        else:
            xs.append(n * 10**scale if scale >= 0 else n // 10**-scale)
    return tuple(xs)


def _packed(xs: Numbers) -> F32:
    stream = pack_numbers(xs, ROOM, f"there is room for {LIMITS}")
    lanes = np.zeros(112, dtype=np.float32)
    lanes[WAY] = one_hot(1, 2)
    lanes[COUNT] = len(xs) / 128
    lanes[BODY.start : BODY.start + len(stream)] = byte_lanes(stream)
    return lanes


def parts(xs: Numbers) -> Parts:
    """Linear: the sum; second: the sum of squares; count; log: the product of all.

    All of these add when lists are joined.
    """
    log2s = [log2_of(x) for x in xs]
    if any(abs(size or 0.0) > 1000 for size in log2s):
        return Parts(items=len(xs))
    exacts = [exact(x) for x in xs]
    zero = any(size is None for size in log2s)
    negatives = sum(x < 0 for x in xs)
    return Parts(
        linear=sum(exacts),
        second=sum(x * x for x in exacts),
        items=len(xs),
        log2=None if zero else math.fsum(size for size in log2s if size is not None),
        sign=0 if zero else (-1) ** negatives,
    )


def combine(op: str, xs: object, y: object) -> Numbers:
    """`concat` of two lists, or `scale` of a list by a number."""
    if op == "concat" and isinstance(xs, tuple) and isinstance(y, tuple):
        return xs + y
    if op == "scale" and isinstance(xs, tuple) and is_number(y):
        return tuple(algebra.multiply(x, y) for x in xs)
    raise AlgebraError("`concat` takes two lists, `scale` a list and a number")


register(
    Domain(
        name="statistics",
        holds=holds,
        types="a tuple of numbers",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=list_traits,
        parts=parts,
        algebra={"concat": "exact", "scale": "exact"},
        combine=combine,
    )
)
