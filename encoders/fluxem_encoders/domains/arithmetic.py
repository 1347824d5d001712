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
Rows = NDArray[np.intp]

CODE = NumberCode(lanes=112, exponent_digits=5)
BODY = CODE.lanes - CODE.body  # of the value lanes
INT, FLOAT = KINDS.index(int), KINDS.index(float)

USED = BODY + 20  # the lanes up to here suffice for an int64 and for a float64
TOLERANCE = 1e-3

# Numbers are laid out by groups of four digits. A group is a row of these tables: 0-9999 with all
# four digits, 10000-19999 without leading zeros (so 10000 without any digit), 20000 the number 0.
GROUP = 10_000
POWERS: U64 = np.array([GROUP**i for i in range(5)], dtype=np.uint64)
_GROUPS = np.append(np.arange(2 * GROUP) % GROUP, 0)
_TENS = 10 ** np.arange(4)
GROUP_DIGITS: NDArray[np.uint8] = np.full(2 * GROUP + 1, 4, dtype=np.uint8)
GROUP_DIGITS[GROUP:-1] = (_GROUPS[GROUP:-1, None] >= _TENS).sum(axis=1)
GROUP_DIGITS[-1] = 1
GROUP_LANES: F32 = DIGIT[_GROUPS[:, None] // _TENS % 10]  # shape (20001, 4), units first
GROUP_LANES *= np.arange(4) < GROUP_DIGITS[:, None]
GROUP_LIMBS: F32 = np.stack([_GROUPS % 100, _GROUPS // 100], axis=1).astype(np.float32)

PLACES: F32 = np.zeros((19, 3), dtype=np.float32)  # digits @ PLACES: the lowest 7, next 7, rest
PLACES[np.arange(19), np.arange(19) // 7] = 10 ** (np.arange(19) % 7)

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
        v_NL = e_ND[:, VALUE]
        kind = INT if dtype is np.int64 else FLOAT
        if not (v_NL[:, KIND.start + kind] > 0.5).any():  # so none can be near
            return np.zeros(len(e_ND), dtype=dtype), np.zeros(len(e_ND), dtype=np.bool_)
        again_NL = np.zeros((len(e_ND), USED), dtype=np.float32)
        x_N: NDArray[Any]
        if dtype is np.int64:
            x_N = _read_ints(v_NL)
            _write_ints(x_N, _groups(x_N), again_NL)
        else:
            x_N = _read_floats(v_NL)
            _write_floats(x_N, again_NL)
        again_NL -= v_NL[:, :USED]
        return x_N, _near_zero(again_NL) & _near_zero(v_NL[:, USED:])


def _near_zero(slip_NL: F32) -> NDArray[np.bool_]:
    """Which rows are zero but for the tolerance, shape (N,)."""
    size_NL = np.abs(slip_NL)
    if size_NL.max(initial=0) < TOLERANCE:  # sooner known than row by row
        return np.ones(len(size_NL), dtype=np.bool_)
    return np.asarray((size_NL < TOLERANCE).all(axis=1))


def _encode_ints(x_N: NDArray[np.int64], e_ND: F32) -> None:
    groups_GN = _groups(x_N)
    near = x_N.astype(np.float64)
    sign = np.sign(near)
    zero, one = x_N == 0, x_N == 1
    _write_ints(x_N, groups_GN, e_ND[:, VALUE])
    e_ND[:, FEATURES] = features(
        Traits(
            x=near,
            zero=zero,
            one=one,
            integer=1,
            unit=zero | one,
            last_digit=groups_GN[0] % 10,
            digits=GROUP_DIGITS[groups_GN].sum(axis=0),
        )
    )
    c_NC = e_ND[:, COMPOSE]
    _write_limbs(groups_GN, sign, c_NC[:, 6:16])  # limbs 0-5 are decimals
    _write_sizes(near, sign, 1, c_NC)


def _groups(x_N: NDArray[np.int64]) -> Rows:
    """The groups of four digits of |x|, lowest first, as rows of the tables, shape (5, N)."""
    size_N = np.abs(x_N).view(np.uint64)  # -2**63 stays itself, which is 2**63 here
    groups_GN = _split(size_N, 5)
    groups_GN[:4] += (size_N < POWERS[1:, None]) * GROUP
    groups_GN[4] += GROUP
    groups_GN[0] += (x_N == 0) * GROUP
    return groups_GN


def _write_ints(x_N: NDArray[np.int64], groups_GN: Rows, v_NL: F32) -> None:
    v_NL[:, KIND.start + INT] = 1
    v_NL[:, SIGN] = np.where(x_N < 0, np.float32(-1), np.float32(1))
    v_NL[:, BODY:USED] = GROUP_LANES.take(groups_GN.T, axis=0).reshape(len(x_N), 20)


def _read_ints(v_NL: F32) -> NDArray[np.int64]:
    digits = np.clip(v_NL[:, BODY : BODY + 19], DIGIT[0], DIGIT[9])
    present = np.abs(digits) > 1 / 16
    digits *= 4
    digits += 4.5
    np.rint(digits, out=digits)
    digits *= present
    low, middle, high = (digits @ PLACES).T.astype(np.uint64)
    size = (low + middle * 10**7 + high * 10**14).view(np.int64)
    return np.where(v_NL[:, SIGN] < 0, -size, size)


def _encode_floats(x_N: NDArray[np.float64], e_ND: F32) -> None:
    if not np.isfinite(x_N).all():
        raise CapacityError("`arithmetic` holds finite floats only")
    _write_floats(x_N, e_ND[:, VALUE])
    sign = np.sign(x_N)
    whole = x_N == np.trunc(x_N)
    e_ND[:, FEATURES] = features(
        Traits(
            x=np.clip(x_N, -HUGE, HUGE),
            zero=x_N == 0,
            one=x_N == 1,
            integer=whole,
            exact=0,
            unit=(x_N >= 0) & (x_N <= 1),
            last_digit=np.where(whole, _last_digits(x_N), -1),
        )
    )
    c_NC = e_ND[:, COMPOSE]
    _write_sizes(x_N, sign, _write_linear(x_N, sign, c_NC), c_NC)


def _write_floats(x_N: NDArray[np.float64], v_NL: F32) -> None:
    v_NL[:, KIND.start + FLOAT] = 1
    v_NL[:, SIGN] = np.where(np.signbit(x_N), np.float32(-1), np.float32(1))
    octets = x_N.astype(">f8").view(np.uint8).reshape(len(x_N), 8)
    v_NL[:, BODY : BODY + 8] = BYTE.take(octets)


def _read_floats(v_NL: F32) -> NDArray[np.float64]:
    octets = np.clip(v_NL[:, BODY : BODY + 8], BYTE[0], BYTE[255])
    octets *= 128
    octets += 127.5
    np.rint(octets, out=octets)
    return octets.astype(np.uint8).view(">f8").reshape(len(v_NL)).astype(np.float64)


def _last_digits(x_N: NDArray[np.float64]) -> Rows:
    """The units digit of the whole part of |x|, shape (N,)."""
    size = np.abs(x_N)
    large = np.flatnonzero(size >= 2.0**63)
    fraction, exponent = np.frexp(size[large])
    size[large] = np.ldexp(fraction, 53)  # below, by the last digits of powers of two: 2, 4, 8, 6
    last = size.astype(np.int64) % 10
    last[large] = last[large] * np.array([6, 2, 4, 8])[(exponent - 53) % 4] % 10
    return last


def _write_linear(x_N: NDArray[np.float64], sign: NDArray[np.float64], c_NC: F32) -> F32:
    """Fill the linear lanes; returns whether these hold the numbers, shape (N,)."""
    size = np.abs(x_N)
    held = size < compose.LINEAR_LIMIT
    size *= held
    whole = np.floor(size)
    decimals = np.minimum(np.rint((size - whole) * compose.UNIT), compose.UNIT - 1)
    low = np.fmod(whole, 1e12)
    high = np.rint((whole - low) / 1e12)
    parts = np.stack([decimals, low, high]).astype(np.uint64)
    groups_GN = _split(parts, 3).reshape(9, len(x_N))
    _write_limbs(groups_GN, sign, c_NC[:, compose.LINEAR])
    short = size * 2.0**12  # 1e-12 holds twelve binary places and no more
    return np.where(short == np.floor(short), np.float32(1), np.float32(-1)) * held


def _split(size: U64, count: int) -> Rows:
    """The lowest groups of four digits, lowest first, shape (..., N) -> (..., G, N)."""
    groups = size[..., None, :] // POWERS[:count, None]
    groups[..., :-1, :] -= groups[..., 1:, :] * GROUP
    return groups.view(np.intp)


def _write_limbs(groups_GN: Rows, sign: NDArray[np.float64], c_NL: F32) -> None:
    """Fill the base-100 limbs, two of each group of a number, shape (N, 2G)."""
    limbs_NL = GROUP_LIMBS.take(groups_GN.T, axis=0).reshape(c_NL.shape)
    np.multiply(limbs_NL, (sign / compose.SCALE).astype(np.float32)[:, None], out=c_NL)


def _write_sizes(x_N: NDArray[np.float64], sign: NDArray[np.float64], held: Any, c_NC: F32) -> None:
    """The lanes from the log lanes on: those, the count of one, the sign and what is held."""
    first = compose.LOG.start
    c_CN = np.zeros((compose.LOG_HELD + 1 - first, len(x_N)), dtype=np.float32)
    some = x_N != 0
    log2 = np.log2(np.abs(x_N), where=some, out=np.zeros(len(x_N)))
    compose.log_limbs(log2, c_CN[: compose.LOG.stop - first])
    c_CN[compose.COUNT.start - first] = 1 / compose.SCALE
    c_CN[compose.SIGN - first] = sign
    c_CN[compose.LINEAR_HELD - first] = held
    c_CN[compose.LOG_HELD - first] = some
    c_NC[:, first : compose.LOG_HELD + 1] = c_CN.T


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
