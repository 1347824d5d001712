"""The semantic lanes 128-191 that all domains share: what a model reads without decoding.

Every lane lies in [-1, 1]. Each lane of MAGNITUDE never falls when the value rises, so for
a <= b <= c the embedding of a lies at least as far from c's as from b's there.
Axes: N values, F the 64 feature lanes, M magnitude lanes. Slices count from lane 128.
"""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.digits import bfloat16
from fluxem_encoders.sizes import log10_beyond, near
from fluxem_encoders.values import Number, Numbers

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

FLAGS = slice(0, 8)
FLAG_NAMES = ("sign", "zero", "one", "integer", "exact", "in [0, 1]", "even or odd", "list")
COUNTS = slice(8, 12)
COUNT_NAMES = ("digits / 64", "decimal places / 32", "log2(1 + length) / 8", "length / 32")
MAGNITUDE = slice(12, 35)
PHASE = slice(35, 39)
PHASE_NAMES = ("sin of mantissa", "cos of mantissa", "sin of last digit", "cos of last digit")
SMALL = slice(39, 49)  # tents at 0..9: 1 at the integer, 0 one away
LIST = slice(49, 57)
LIST_NAMES = (
    "lowest",
    "highest",
    "mean",
    "standard deviation",
    "sums to 1",
    "all in [0, 1]",
    "all integers",
    "ascending",
)
UNITS = slice(57, 64)  # exponents of the seven SI base units; 0 outside physics

LINEAR_SCALES: F32 = np.array([1, 10, 100, 1000], dtype=np.float32)
DECADES: F32 = np.array(
    [-9, -6, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 130], dtype=np.float32
)
"""Magnitude lanes rise from 0 to ±1 between two neighbouring powers of ten of these."""

_STEPS: F32 = np.diff(DECADES)
_SQUASH = 8.0


class Traits(NamedTuple):
    """What the features are made of; each field a number, or an array of shape (N,).

    `x` is the value, or what stands for it (a mean, years since 2000); where `sizes.near` stops,
    `log10` gives its size, which is NaN elsewhere. `last_digit` is -1 for what is no integer.
    """

    x: Any
    log10: Any = math.nan
    zero: Any = 0
    one: Any = 0
    integer: Any = 0
    exact: Any = 1
    unit: Any = 0
    last_digit: Any = -1
    digits: Any = 0
    places: Any = 0
    is_list: Any = 0
    length: Any = 0
    lowest: Any = 0
    highest: Any = 0
    mean: Any = 0
    spread: Any = 0
    sums_to_one: Any = 0
    bounded: Any = 0
    whole: Any = 0
    ascending: Any = 0


def columns(rows: list[Traits]) -> Traits:
    """Traits of many values as one, whose fields are arrays of shape (N,)."""
    return Traits(*np.array(rows, dtype=np.float64).T)


def features(t: Traits) -> F32:
    """The feature lanes, shape (N, 64), of traits whose fields are arrays or plain numbers.

    They are worked out with the lanes first, so that every step runs along the N values.
    """
    x = np.asarray(t.x, dtype=np.float64)
    out_FN = np.zeros((64, len(x)), dtype=np.float32)
    sign, size = np.sign(x), np.abs(x)
    log10 = np.log10(size, where=size > 0, out=np.full(len(x), -400.0))
    log10 = np.where(np.isnan(t.log10), log10, t.log10)
    for lane, flag in enumerate((sign, t.zero, t.one, t.integer, t.exact, t.unit)):
        out_FN[lane] = flag
    last = np.asarray(t.last_digit).astype(np.intp)
    out_FN[6] = _LAST_DIGIT[0, last]
    out_FN[7] = t.is_list
    out_FN[8] = np.minimum(np.asarray(t.digits) / 64, 1)
    out_FN[9] = np.minimum(np.asarray(t.places) / 32, 1)
    if _given(t.length):
        out_FN[10] = np.log2(1 + np.asarray(t.length)) / 8
        out_FN[11] = np.minimum(np.asarray(t.length) / 32, 1)
    _magnitude(x, sign, log10, out_FN[MAGNITUDE])
    _phase(x, log10, last, out_FN[PHASE])
    _small(x, out_FN[SMALL])
    for lane, part in enumerate((t.lowest, t.highest, t.mean, t.spread), start=LIST.start):
        if _given(part):
            out_FN[lane] = _squash(np.asarray(part, dtype=np.float64))
    for lane, flag in enumerate((t.sums_to_one, t.bounded, t.whole, t.ascending), LIST.start + 4):
        out_FN[lane] = flag
    bfloat16(out_FN)
    return out_FN.T


def _given(trait: Any) -> bool:
    """False for a plain 0, which lanes of zeros hold already."""
    return isinstance(trait, np.ndarray) or bool(trait)


def _magnitude(x: F64, sign: F64, log10: F64, out_MN: F32) -> None:
    out_MN[0] = _squash(x)
    clipped = np.clip(x, -1000, 1000).astype(np.float32)
    linear, steps = out_MN[1:5], out_MN[5:]
    np.divide(clipped, LINEAR_SCALES[:, None], out=linear)
    np.clip(linear, -1, 1, out=linear)
    np.subtract(log10.astype(np.float32), DECADES[:-1, None], out=steps)
    steps /= _STEPS[:, None]
    np.clip(steps, 0, 1, out=steps)
    steps *= sign.astype(np.float32)


def _phase(x: F64, log10: F64, last_digit: NDArray[np.intp], out_FN: F32) -> None:
    turn = (2 * np.pi * (log10 - np.floor(log10))).astype(np.float32)
    shown = (x != 0).astype(np.float32)
    np.multiply(np.sin(turn), shown, out=out_FN[0])
    np.multiply(np.cos(turn), shown, out=out_FN[1])
    out_FN[2] = _LAST_DIGIT[1, last_digit]
    out_FN[3] = _LAST_DIGIT[2, last_digit]


_ANGLES = np.append(2 * np.pi * np.arange(10) / 10, 0)
_PARITY = np.append(1 - 2 * (np.arange(10) % 2), 0)
_LAST_DIGIT: F32 = np.stack([_PARITY, np.sin(_ANGLES), np.cos(_ANGLES)]).astype(np.float32)
_LAST_DIGIT[:, -1] = 0  # the column that index -1, "no integer", takes


def _small(x: F64, out_FN: F32) -> None:
    small = np.clip(x, -2, 12).astype(np.float32)
    np.subtract(small, np.arange(10, dtype=np.float32)[:, None], out=out_FN)
    np.abs(out_FN, out=out_FN)
    np.subtract(1, out_FN, out=out_FN)
    np.maximum(out_FN, 0, out=out_FN)


def _squash(x: F64) -> F64:
    """log1p(|x|) bent into (-1, 1): 1 -> 0.08, 1000 -> 0.46, 1e30 -> 0.9."""
    log = np.log1p(np.abs(x))
    return np.asarray(np.sign(x) * (log / (log + _SQUASH)))


def number_traits(x: Number) -> Traits:
    """Traits of one number of any type and size."""
    if isinstance(x, float):
        whole = x.is_integer()
        return Traits(
            x=near(x),
            zero=x == 0,
            one=x == 1,
            integer=whole,
            exact=0,
            unit=0 <= x <= 1,
            last_digit=abs(math.fmod(x, 10)) if whole else -1,
        )
    last = _last_digit(x)
    return Traits(
        x=near(x),
        log10=log10_beyond(x),
        zero=x == 0,
        one=x == 1,
        integer=last >= 0,
        unit=0 <= x <= 1,
        last_digit=last,
        digits=_digits(x),
        places=_places(x),
    )


def list_traits(xs: Numbers) -> Traits:
    """Traits of a list; its mean stands for its size."""
    if not xs:
        return Traits(x=0.0, is_list=1)
    points = [max(-1e100, min(1e100, near(x))) for x in xs]
    mean = math.fsum(points) / len(points)
    singles = [number_traits(x) for x in xs]
    return Traits(
        x=mean,
        zero=all(t.zero for t in singles),
        integer=all(t.integer for t in singles),
        exact=all(t.exact for t in singles),
        unit=all(t.unit for t in singles),
        digits=max(t.digits for t in singles),
        places=max(t.places for t in singles),
        is_list=1,
        length=len(xs),
        lowest=min(points),
        highest=max(points),
        mean=mean,
        spread=math.sqrt(math.fsum((x - mean) ** 2 for x in points) / len(points)),
        sums_to_one=abs(math.fsum(points) - 1) < 1e-9,
        bounded=all(t.unit for t in singles),
        whole=all(t.integer for t in singles),
        ascending=all(a <= b for a, b in pairwise(points)),
    )


def _digits(x: int | Decimal | Fraction) -> int:
    if isinstance(x, Decimal):
        return len(x.as_tuple().digits)
    return len(str(abs(x.numerator)))


def _places(x: int | Decimal | Fraction) -> int:
    """Digits after the point as written; for a Fraction the digits of the denominator."""
    if isinstance(x, Decimal):
        return max(0, -int(x.as_tuple().exponent))
    return 0 if x.denominator == 1 else len(str(x.denominator))


def _last_digit(x: int | Decimal | Fraction) -> int:
    """The units digit of |x| when `x` is a whole number, else -1."""
    if isinstance(x, Decimal):
        _, digits, exponent = x.as_tuple()
        shift = int(exponent)
        if shift >= 0:
            return digits[-1] if shift == 0 else 0
        if any(digits[shift:]):
            return -1
        return digits[shift - 1] if len(digits) > -shift else 0
    return abs(x.numerator) % 10 if x.denominator == 1 else -1
