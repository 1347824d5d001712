"""Signals and filters: kind 2 lanes, a header, then the numbers in one of four ways.

Ints, or Decimals of one written exponent: each in units of 10**scale as k balanced base-256
limbs, k the least that serves for all. Mixed ints and Decimals: the same over the least
exponent, and one more lane per number for how it is written. Packed: any numbers, a byte
stream of (type and length, payload) per number. The first way that fits is taken. The lowest
limbs of all numbers come first, then the next ones: small numbers are read lane by lane.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import reduce

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
from fluxem_encoders.errors import AlgebraError, CapacityError, ValueFormError
from fluxem_encoders.features import Traits, list_traits
from fluxem_encoders.forms import exact
from fluxem_encoders.numbers import NumberCode, is_number
from fluxem_encoders.sizes import log2_of
from fluxem_encoders.streams import MAX_EXPONENT, pack_numbers, take_numbers
from fluxem_encoders.structures.signal_processing import DigitalFilter, Signal
from fluxem_encoders.values import Number, Numbers

F32 = NDArray[np.float32]

KIND = slice(0, 2)  # one-hot: signal, filter
WAY = slice(2, 6)  # one-hot: ints, Decimals, mixed, packed
COUNT, LIMBS, SCALE = 6, 7, 8  # /128; of a filter the count of both sides, numerator first
# Of a signal: its rate, all zero for None; of a filter: the numerator's count, /128.
RATE, NUMERATOR = slice(9, 29), 9
SAMPLES, COEFFICIENTS = slice(29, 112), slice(10, 112)

RATE_CODE = NumberCode(lanes=RATE.stop - RATE.start, exponent_digits=2)
LIMITS = (
    "signals of 83 ints or 83 Decimals of one exponent up to 127 units, 41 up to 32,639, 27 up "
    "to 8.3e6, or 41 mixed ones up to 127 units; or any samples whose packed sizes sum to 83 "
    "bytes: a float 9, a Fraction 2 + its bytes, with terms below 2**55; rates that are "
    f"{RATE_CODE.limits()}; filters with both sides together 102, 51, 34, 51 coefficients, or "
    f"102 packed bytes, e.g. 11 floats; powers of ten within 10**±{MAX_EXPONENT}"
)
MIXED, PACKED = 2, 3  # of WAY


def holds(value: object) -> bool:
    """True for a Signal and a DigitalFilter."""
    return isinstance(value, Signal | DigitalFilter)


def encode(value: Signal | DigitalFilter) -> F32:
    """Kind, header and numbers."""
    lanes = np.zeros(112, dtype=np.float32)
    if isinstance(value, DigitalFilter):
        lanes[KIND] = one_hot(1, 2)
        _write(value.b + value.a, lanes, COEFFICIENTS)
        lanes[NUMERATOR] = len(value.b) / 128
        return lanes
    lanes[KIND] = one_hot(0, 2)
    _write(value.samples, lanes, SAMPLES)
    if value.rate is not None:
        lanes[RATE] = RATE_CODE.encode(value.rate)
    return lanes


def decode(lanes: F32) -> Signal | DigitalFilter:
    """The signal or the filter."""
    if read_one_hot(lanes[KIND]):
        xs, split = _read(lanes, COEFFICIENTS), round(float(lanes[NUMERATOR]) * 128)
        return DigitalFilter(xs[:split], xs[split:])
    rate = RATE_CODE.decode(lanes[RATE]) if lanes[RATE].any() else None
    return Signal(_read(lanes, SAMPLES), rate)


def _write(xs: Numbers, lanes: F32, body: slice) -> None:
    room = body.stop - body.start
    if len(xs) > room:
        raise CapacityError(f"{len(xs)} numbers are too many; there is room for {LIMITS}")
    written = _scaled(xs, room)
    if written is None:
        way, content = PACKED, byte_lanes(pack_numbers(xs, room, f"there is room for {LIMITS}"))
    else:
        way, limbs, scale, content = written
        lanes[[LIMBS, SCALE]] = np.array([limbs, scale]) / 128
    lanes[WAY] = one_hot(way, 4)
    lanes[COUNT] = len(xs) / 128
    lanes[body.start : body.start + len(content)] = content


def _scaled(xs: Numbers, room: int) -> tuple[int, int, int, F32] | None:
    """Way, limbs, scale and body lanes; None unless all are ints and Decimals that fit."""
    pairs = [_coefficient(x) for x in xs if isinstance(x, int | Decimal)]
    exponents = [exponent for _, exponent in pairs]
    scale, top = min(exponents, default=0), max(exponents, default=0)
    if len(pairs) < len(xs) or max(-scale, top, top - scale) >= MAX_EXPONENT:
        return None
    units = [n * 10 ** (exponent - scale) for n, exponent in pairs]
    if any(n.bit_length() > 8 * room for n in units):
        return None
    # 0 for an int; alike ones are all 0 or all 1, which names their way.
    places = [
        1 + e - scale if isinstance(x, Decimal) else 0 for x, e in zip(xs, exponents, strict=True)
    ]
    way = places[0] if len(set(places)) == 1 else MIXED
    limbs = max(map(limbs_needed, units))
    if (limbs + (way == MIXED)) * len(xs) > room:
        return None
    content = np.array([limb_lanes(n, limbs) for n in units]).T.ravel()
    if way == MIXED:
        content = np.append(content, np.array(places, dtype=np.float32) / 128)
    return way, limbs, scale, content.astype(np.float32)


def _coefficient(x: int | Decimal) -> tuple[int, int]:
    if isinstance(x, int):
        return x, 0
    sign, digits, exponent = x.as_tuple()
    n = int("".join(map(str, digits)))
    return -n if sign else n, int(exponent)


def _read(lanes: F32, body: slice) -> Numbers:
    way = read_one_hot(lanes[WAY])
    if way == PACKED:
        return take_numbers(read_bytes(lanes[body]))
    count, limbs, scale = (int(n) for n in np.rint(lanes[[COUNT, LIMBS, SCALE]] * 128))
    room = body.stop - body.start
    if not (count >= 1 and limbs >= 1 and (limbs + (way == MIXED)) * count <= room):
        raise ValueError("no such list")
    rows = lanes[body][: limbs * count].reshape(limbs, count)
    units = [read_limbs(rows[:, i]) for i in range(count)]
    places = [way] * count  # 0 for ints, 1 for Decimals of the scale itself
    if way == MIXED:
        written = lanes[body][limbs * count : (limbs + 1) * count]
        places = [int(place) for place in np.rint(written * 128)]
    return tuple(_number(n, scale, place) for n, place in zip(units, places, strict=True))


def _number(n: int, scale: int, place: int) -> Number:
    """`n` units of 10**scale: an int for place 0, else a Decimal of exponent scale + place - 1."""
    if place == 0:
        unit: int = 10 ** max(-scale, 0)
        return n // unit
    n //= 10 ** (place - 1)
    return Decimal((int(n < 0), tuple(map(int, str(abs(n)))), scale + place - 1))


def traits(value: Signal | DigitalFilter) -> Traits:
    """Size: of a signal its root mean square, of a filter its order.

    List lanes: the samples, or the coefficients of both sides.
    """
    if isinstance(value, Signal):
        t = list_traits(value.samples)
        return t._replace(x=float(np.hypot(t.mean, t.spread)), exact=value.is_exact)
    order = max(len(value.b), len(value.a)) - 1
    return list_traits(value.b + value.a)._replace(x=float(order), last_digit=order % 10)


def parts(value: Signal | DigitalFilter) -> Parts:
    """Linear: the z-transform at z = 1, the sum of a signal, the gain at 0 Hz of a filter.

    Second: the same at z = -1, which is half the rate. Log: of the linear one. Sums of signals
    add the first two; convolution and cascades multiply the log. None where a filter has a pole.
    """
    if isinstance(value, Signal):
        at_one: Fraction | None = _at(value.samples, 1)
        at_minus_one: Fraction | None = _at(value.samples, -1)
    else:
        at_one, at_minus_one = _gain(value, 1), _gain(value, -1)
    if at_one is None:
        return Parts(second=at_minus_one)
    sign = (at_one > 0) - (at_one < 0)
    return Parts(linear=at_one, second=at_minus_one, log2=log2_of(at_one), sign=sign)


def _at(xs: Numbers, z: int) -> Fraction:
    return sum((exact(x) * z**n for n, x in enumerate(xs)), start=Fraction(0))


def _gain(value: DigitalFilter, z: int) -> Fraction | None:
    bottom = _at(value.a, z)
    return _at(value.b, z) / bottom if bottom else None


def combine(op: str, a: object, b: object) -> Signal | DigitalFilter:
    """Sums, multiples and convolution of signals; multiples and cascades of filters.

    Exact numbers stay exact; where a float meets another number the result is a float, as
    Python computes it, sums of products from the lowest index of `a` on.
    """
    match op, a, b:
        case "scale", Signal(), _ if is_number(b):
            return _signal((algebra.multiply(x, b) for x in a.samples), a)
        case "scale", DigitalFilter(), _ if is_number(b):
            return _filter((algebra.multiply(x, b) for x in a.b), a.a)
        case "multiply", DigitalFilter(), DigitalFilter():
            return _filter(_convolve(a.b, b.b), _convolve(a.a, b.a))
        case (("add" | "subtract" | "convolve"), Signal(), Signal()):
            return _signals(op, a, b)
    raise AlgebraError(
        "`add`, `subtract` and `convolve` take two signals, `multiply` two filters (a cascade), "
        "`scale` a signal or a filter and a number"
    )


def _signals(op: str, a: Signal, b: Signal) -> Signal:
    if a.rate != b.rate:
        raise AlgebraError(f"`{op}` needs signals of one rate, got {a.rate} and {b.rate}")
    if op == "convolve":
        return _signal(_convolve(a.samples, b.samples), a)
    if len(a.samples) != len(b.samples):
        raise AlgebraError(
            f"`{op}` needs signals of one length, got {len(a.samples)} and {len(b.samples)}"
        )
    by = algebra.add if op == "add" else algebra.subtract
    return _signal(map(by, a.samples, b.samples), a)


def _convolve(xs: Numbers, ys: Numbers) -> Numbers:
    products: list[list[Number]] = [[] for _ in range(len(xs) + len(ys) - 1)]
    for i, x in enumerate(xs):
        for j, y in enumerate(ys):
            products[i + j].append(algebra.multiply(x, y))
    return tuple(reduce(algebra.add, terms) for terms in products)


def _signal(samples: Iterable[Number], like: Signal) -> Signal:
    try:
        return Signal(tuple(samples), like.rate)
    except ValueFormError as error:
        raise CapacityError(f"nothing holds the result: {error}") from None


def _filter(b: Iterable[Number], a: Numbers) -> DigitalFilter:
    try:
        return DigitalFilter(tuple(b), a)
    except ValueFormError as error:
        raise CapacityError(f"nothing holds the result: {error}") from None


register(
    Domain(
        name="signal_processing",
        holds=holds,
        types="a Signal or a DigitalFilter",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(("add", "subtract", "scale", "convolve", "multiply"), "exact"),
        combine=combine,
    )
)
