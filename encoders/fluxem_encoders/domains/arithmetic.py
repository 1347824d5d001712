"""Plain numbers: ints, Decimals as written, Fractions and IEEE doubles.

The vectorised paths lay out int64 and float64 arrays (N numbers, 256 lanes) just as the code of
single numbers does.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra, compose
from fluxem_encoders.compose import number_parts
from fluxem_encoders.digits import BYTE, DIGIT
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import CapacityError
from fluxem_encoders.features import Traits, features, number_traits
from fluxem_encoders.layout import COMPOSE, FEATURES, VALUE
from fluxem_encoders.numbers import KIND, KINDS, SIGN, NumberCode, is_number
from fluxem_encoders.sizes import HUGE
from fluxem_encoders.values import Number

F32 = NDArray[np.float32]
U64 = NDArray[np.uint64]

CODE = NumberCode(lanes=112, exponent_digits=5)
BODY = VALUE.start + CODE.lanes - CODE.body
INT, FLOAT = KINDS.index(int), KINDS.index(float)

USED = BODY + 20  # the lanes up to here suffice for an int64 and for a float64
TOLERANCE = 1e-3

PAIRS: F32 = np.stack([DIGIT[np.arange(100) % 10], DIGIT[np.arange(100) // 10]], axis=1)
TENS: U64 = np.array([10**i for i in range(1, 20)], dtype=np.uint64)
SHOWN: F32 = np.tri(21, 20, -1, dtype=np.float32)  # row n: 1.0 in the lanes of n digits
PLACES = np.zeros((19, 3))  # a row's digits @ PLACES: its lowest 9, next 9 and last digit
PLACES[np.arange(19), np.arange(19) // 9] = 10.0 ** (np.arange(19) % 9)

OPERATIONS: dict[str, Callable[..., Number]] = {
    "add": algebra.add,
    "subtract": algebra.subtract,
    "multiply": algebra.multiply,
    "divide": algebra.divide,
    "negate": algebra.negate,
    "power": algebra.power,
}


def combine(op: str, *numbers: Number) -> Number:
    """The operation on the numbers, exact for exact numbers but for broken powers."""
    return OPERATIONS[op](*numbers)


class NumberVectors:
    """int64 and float64 arrays."""

    def encode(self, x_N: NDArray[Any], e_ND: F32) -> None:
        """Fill lanes 16-255 of zeros `e_ND` for an int64 or float64 array."""
        if x_N.dtype == np.int64:
            _encode_ints(x_N, e_ND)
        else:
            _encode_floats(x_N, e_ND)

    def decode(
        self, e_ND: F32, dtype: type[np.int64] | type[np.float64]
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """The numbers, and which rows hold one of that dtype as `encode` wrote it."""
        again = np.zeros((len(e_ND), USED), dtype=np.float32)
        x_N: NDArray[Any]
        if dtype is np.int64:
            x_N = _read_ints(e_ND)
            _write_ints(x_N, again)
        else:
            x_N = _read_floats(e_ND)
            _write_floats(x_N, again)
        again -= e_ND[:, :USED]
        return x_N, _near_zero(again[:, VALUE.start :]) & _near_zero(e_ND[:, USED : VALUE.stop])


def _near_zero(slip_NL: F32) -> NDArray[np.bool_]:
    return np.asarray((np.abs(slip_NL) < TOLERANCE).all(axis=1))


def _encode_ints(x_N: NDArray[np.int64], e_ND: F32) -> None:
    pairs_NL = _write_ints(x_N, e_ND)
    e_ND[:, FEATURES] = features(
        Traits(
            x=x_N.astype(np.float64),
            zero=x_N == 0,
            one=x_N == 1,
            integer=1,
            unit=(x_N == 0) | (x_N == 1),
            last_digit=pairs_NL[:, 0] % 10,
            digits=_digit_counts(_sizes(x_N)),
        )
    )
    c_NC = e_ND[:, COMPOSE]
    sign = np.sign(x_N).astype(np.float32)
    c_NC[:, 6:16] = pairs_NL * (sign / compose.SCALE)[:, None]  # limbs 0-5 are decimals
    c_NC[:, compose.LINEAR_HELD] = 1
    _write_sizes(c_NC, x_N.astype(np.float64))


def _write_ints(x_N: NDArray[np.int64], e_ND: F32) -> F32:
    """Fill the value lanes; returns the base-100 limbs of |x|, shape (N, 10)."""
    size = _sizes(x_N)
    e_ND[:, VALUE.start + KIND.start + INT] = 1
    e_ND[:, VALUE.start + SIGN] = np.where(x_N < 0, -1, 1)
    pairs_NL = np.empty((len(x_N), 10), dtype=np.float32)
    rest = size
    for i in range(10):
        higher = rest // np.uint64(100)
        pair = (rest - higher * np.uint64(100)).astype(np.intp)
        e_ND[:, BODY + 2 * i : BODY + 2 * i + 2] = PAIRS[pair]
        pairs_NL[:, i] = pair
        rest = higher
    e_ND[:, BODY : BODY + 20] *= SHOWN[_digit_counts(size)]
    return pairs_NL


def _sizes(x_N: NDArray[np.int64]) -> U64:
    return np.where(x_N < 0, -x_N, x_N).view(np.uint64)  # -2**63 wraps to itself: 2**63


def _digit_counts(size_N: U64) -> NDArray[np.intp]:
    return np.searchsorted(TENS, size_N, side="right") + 1


def _read_ints(e_ND: F32) -> NDArray[np.int64]:
    lanes = e_ND[:, BODY : BODY + 19]
    digits = np.clip(np.rint(4 * lanes + 4.5), 0, 9) * (np.abs(lanes) > 1 / 16)
    parts = (digits.astype(np.float64) @ PLACES).astype(np.uint64)
    size = parts @ np.array([1, 10**9, 10**18], dtype=np.uint64)
    return np.where(e_ND[:, VALUE.start + SIGN] < 0, -size.view(np.int64), size.view(np.int64))


def _encode_floats(x_N: NDArray[np.float64], e_ND: F32) -> None:
    if not np.isfinite(x_N).all():
        raise CapacityError("`arithmetic` holds finite floats only")
    _write_floats(x_N, e_ND)
    whole = x_N == np.trunc(x_N)
    last = np.where(whole, np.abs(np.fmod(x_N, 10)), -1)
    e_ND[:, FEATURES] = features(
        Traits(
            x=np.clip(x_N, -HUGE, HUGE),
            zero=x_N == 0,
            one=x_N == 1,
            integer=whole,
            exact=0,
            unit=(x_N >= 0) & (x_N <= 1),
            last_digit=last,
        )
    )
    c_NC = e_ND[:, COMPOSE]
    _write_linear(c_NC, x_N)
    _write_sizes(c_NC, x_N)


def _write_floats(x_N: NDArray[np.float64], e_ND: F32) -> None:
    e_ND[:, VALUE.start + KIND.start + FLOAT] = 1
    e_ND[:, VALUE.start + SIGN] = np.where(np.signbit(x_N), -1, 1)
    octets = x_N.astype(">f8").view(np.uint8).reshape(len(x_N), 8)
    e_ND[:, BODY : BODY + 8] = BYTE[octets]


def _read_floats(e_ND: F32) -> NDArray[np.float64]:
    octets = np.clip(np.rint(e_ND[:, BODY : BODY + 8] * 128 + 127.5), 0, 255).astype(np.uint8)
    return np.asarray(octets.view(">f8").reshape(len(e_ND)), dtype=np.float64)


def _write_linear(c_NC: F32, x_N: NDArray[np.float64]) -> None:
    held = np.abs(x_N) < compose.LINEAR_LIMIT
    size = np.where(held, np.abs(x_N), 0)
    whole = np.floor(size)
    decimals = (size - whole) * compose.UNIT
    low = np.fmod(whole, 1e12)
    high = np.rint((whole - low) / 1e12)
    sign = (np.sign(x_N) / compose.SCALE).astype(np.float32)
    decimals_rounded = np.minimum(np.rint(decimals), compose.UNIT - 1)
    for start, part in ((0, decimals_rounded), (6, low), (12, high)):
        rest = part.astype(np.int64)
        for i in range(start, start + 6):
            higher = rest // 100
            c_NC[:, i] = (rest - higher * 100) * sign
            rest = higher
    short = np.ldexp(size, 12)  # 1e-12 holds twelve binary places and no more
    c_NC[:, compose.LINEAR_HELD] = np.where(short == np.floor(short), 1, -1) * held


def _write_sizes(c_NC: F32, x_N: NDArray[np.float64]) -> None:
    """The log lanes, and the count of one."""
    some = x_N != 0
    log2 = np.log2(np.abs(x_N), where=some, out=np.zeros(len(x_N)))
    c_NC[:, compose.LOG] = compose.log_limbs(log2)
    c_NC[:, compose.LOG_HELD] = some
    c_NC[:, compose.SIGN] = np.sign(x_N)
    c_NC[:, compose.COUNT.start] = 1 / compose.SCALE


register(
    Domain(
        name="arithmetic",
        holds=is_number,
        types="an int, Decimal, Fraction or float",
        limits=CODE.limits(),
        encode=CODE.encode,
        decode=CODE.decode,
        traits=number_traits,
        parts=number_parts,
        algebra=dict.fromkeys(OPERATIONS, "exact") | {"power": "1e-6"},
        combine=combine,
        vectors=NumberVectors(),
    )
)
