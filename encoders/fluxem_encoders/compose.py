"""The composition lanes 192-255: what the algebra adds and multiplies in closed form.

LINEAR and SECOND hold a number in units of 1e-12 as signed base-100 limbs, lowest first, each at
limb/128: adding the lanes of two embeddings adds the numbers, exactly, also in bfloat16. LOG
holds log2(|x|) in units of 2**-36 as signed base-128 limbs at limb/128: adding the lanes
multiplies the numbers, to a relative error of 1e-9 while |log2| < 1000. What the numbers are
(a value, a mean and a variance, a sum and a sum of squares) each domain says.
Axes: N values, L limbs. Slices count from lane 192.
"""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.layout import COMPOSE
from fluxem_encoders.sizes import log2_of
from fluxem_encoders.values import Number

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

LINEAR = slice(0, 18)
SECOND = slice(18, 36)
LOG = slice(36, 44)
COUNT = slice(44, 48)
SIGN = 48  # -1, 0, 1: of the number whose log2 LOG holds
LINEAR_HELD = 49  # 1: exactly, -1: rounded to 1e-12, 0: not (too large, or there is none)
SECOND_HELD = 50
LOG_HELD = 51  # 1 or 0 (zero has no logarithm)
SOURCE = slice(52, 55)  # one-hot over SOURCES once `mark_source` has been called
SOURCES = ("text", "result", "composed")

UNIT = 10**12  # LINEAR counts in 1/UNIT
LINEAR_LIMIT = 10**24
LOG_UNIT = 2.0**36
LOG_LIMIT = 2.0**20

BASE, LOG_BASE, SCALE = 100, 128, 128
_SHIFTS = 7 * np.arange(4, dtype=np.int32)

Source = Literal["text", "result", "composed"]


class Parts(NamedTuple):
    """What a value puts into the composition lanes; None where it has no such number."""

    linear: Number | None = None
    second: Number | None = None
    items: int = 1
    log2: float | None = None
    sign: int = 0


def number_parts(x: Number) -> Parts:
    """A number's own lanes: linear the number, log its size."""
    return Parts(linear=x, log2=log2_of(x), sign=(x > 0) - (x < 0))


def compose_lanes(parts: Parts) -> F32:
    """The composition lanes, shape (64,)."""
    out = np.zeros(64, dtype=np.float32)
    for number, lanes, held in (
        (parts.linear, LINEAR, LINEAR_HELD),
        (parts.second, SECOND, SECOND_HELD),
    ):
        units, out[held] = _units(number)
        out[lanes] = _limbs(units, BASE, lanes.stop - lanes.start)
    out[COUNT] = _limbs(parts.items, BASE, COUNT.stop - COUNT.start)
    out[SIGN] = parts.sign
    if parts.log2 is not None and abs(parts.log2) < LOG_LIMIT:
        out[LOG_HELD] = 1
        out[LOG] = _limbs(round(parts.log2 * LOG_UNIT), LOG_BASE, LOG.stop - LOG.start)
    return out


def _units(x: Number | None) -> tuple[int, int]:
    if x is None or (isinstance(x, Decimal) and x and x.adjusted() >= 24):
        return 0, 0
    if isinstance(x, Decimal) and x and x.adjusted() < -14:
        return 0, -1
    if not -LINEAR_LIMIT < x < LINEAR_LIMIT:
        return 0, 0
    scaled = Fraction(x) * UNIT
    return round(scaled), 1 if scaled.denominator == 1 else -1


def _limbs(n: int, base: int, limbs: int) -> list[float]:
    sign, n = (-1, -n) if n < 0 else (1, n)
    out = []
    for _ in range(limbs):
        n, limb = divmod(n, base)
        out.append(sign * limb / SCALE)
    return out


def log_limbs(log2_N: F64, out_LN: F32) -> None:
    """Fill the LOG lanes, lanes first, of logarithms within ±2**20; shapes (N,) and (8, N)."""
    units = np.rint(log2_N * LOG_UNIT).astype(np.int64)
    sign = np.where(units < 0, np.float32(-1 / SCALE), np.float32(1 / SCALE))
    units = np.abs(units)
    for lanes, part in ((out_LN[:4], units & (2**28 - 1)), (out_LN[4:], units >> 28)):
        lanes[:] = part.astype(np.int32) >> _SHIFTS[:, None] & (LOG_BASE - 1)
    out_LN *= sign


def read_linear(c: F32, lanes: slice = LINEAR) -> Fraction:
    """The number in the linear lanes of `c`, the 64 composition lanes of one embedding or a sum."""
    limbs = np.rint(c[lanes].astype(np.float64) * SCALE).astype(np.int64)
    return Fraction(sum(int(limb) * BASE**i for i, limb in enumerate(limbs)), UNIT)


def read_count(c: F32) -> int:
    """The number in the count lanes."""
    limbs = np.rint(c[COUNT].astype(np.float64) * SCALE).astype(np.int64)
    return sum(int(limb) * BASE**i for i, limb in enumerate(limbs))


def read_log(c: F32) -> float:
    """sign * 2**log of the 64 composition lanes; infinite or 0.0 outside the range of doubles."""
    limbs = c[LOG].astype(np.float64) * SCALE
    log2 = math.fsum(float(limb) * LOG_BASE**i for i, limb in enumerate(limbs)) / LOG_UNIT
    if log2 >= 1024:
        return math.copysign(math.inf, float(c[SIGN]))
    return float(c[SIGN]) * 2.0**log2 if log2 > -1100 else 0.0


def closed_form(op: str, a: F32, b: F32) -> F32:
    """Compose lanes alone: what a network can start from, without reading any digit.

    Args:
        op: "add", "subtract" (LINEAR, SECOND, COUNT), "multiply", "divide" (LOG, SIGN).
        a, b: embeddings, shape (..., 256).

    Returns:
        Composition lanes, shape (..., 64); those that `op` does not determine are zero.
        `read_linear` or `read_log` reads the result.
    """
    a, b = a[..., COMPOSE], b[..., COMPOSE]
    out = np.zeros(np.broadcast_shapes(a.shape, b.shape), dtype=np.float32)
    if op in ("add", "subtract"):
        sign = 1 if op == "add" else -1
        for lanes in (LINEAR, SECOND, COUNT):
            out[..., lanes] = a[..., lanes] + sign * b[..., lanes]
        for held in (LINEAR_HELD, SECOND_HELD):
            both = (a[..., held] != 0) & (b[..., held] != 0)
            out[..., held] = np.where(both, np.minimum(a[..., held], b[..., held]), 0)
        return out
    if op in ("multiply", "divide"):
        sign = 1 if op == "multiply" else -1
        out[..., LOG] = a[..., LOG] + sign * b[..., LOG]
        out[..., SIGN] = a[..., SIGN] * b[..., SIGN]
        out[..., LOG_HELD] = a[..., LOG_HELD] * b[..., LOG_HELD]
        return out
    raise ValueError(f"no closed form for `{op}`; there is one for add, subtract, multiply, divide")


def mark_source(e: F32, source: Source) -> F32:
    """A copy of embeddings, shape (..., 256), that say where their values came from."""
    out = e.copy()
    lanes = slice(COMPOSE.start + SOURCE.start, COMPOSE.start + SOURCE.stop)
    out[..., lanes] = 0
    out[..., lanes.start + SOURCES.index(source)] = 1
    return out
