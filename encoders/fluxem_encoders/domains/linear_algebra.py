"""Matrices: 12 lanes of shape, flags and the block's head, then the entries row by row, 100 lanes.

A block is a run of numbers in one of two ways, the shorter one. Scaled: all over one divisor (the
least common denominator, or a power of ten), each as k balanced base-256 limbs, k the least that
serves for all, so that a small int lies in one lane at n/128. Packed: a byte stream of any numbers.
Its head says the style (how numbers are typed again), k and the divisor.
"""

import math
from collections.abc import Callable
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
    read_bytes,
    read_limbs,
    sign_lane,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, list_traits
from fluxem_encoders.forms import TEXT_DIGITS, exact, simplest, to_decimal
from fluxem_encoders.numbers import is_number
from fluxem_encoders.sizes import log2_of, near
from fluxem_encoders.streams import pack_number, take_number
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.values import Number, Numbers

F32 = NDArray[np.float32]

# Of a block's head: style/8, limbs/128, limbs of the divisor.
HEAD = 5
DIVISOR_LIMBS = HEAD - 2
# Styles: how the numbers of a block are typed; the last two hold Decimals alone.
PACKED, RATIONAL, MIXED, SHORTEST, FIXED = range(5)

ROWS, COLUMNS = 0, 1  # /128
FLAGS = slice(2, 6)  # ±1: square, symmetric, nothing below the diagonal, nothing above it
BLOCK = slice(6, 6 + HEAD)
BODY = slice(12, 112)
ROOM = BODY.stop - BODY.start

LIMITS = (
    "matrices of ints and Fractions over one denominator below 8.3e6, or of Decimals (with or "
    "without ints) over such a power of ten, of up to 100 entries of 127 units of it (10x10), 50 "
    "of 32,639 (7x7), 33 of 8.3e6, 25 of 2.1e9 (5x5), 12 of 9.1e18; or of any numbers whose "
    "packed sizes sum to 100 bytes: a float 9 (3x3), an int 1 + its bytes up to 500 bits, a "
    "Fraction 1 + those of terms below 2**55 (4x8 of terms below 128)"
)


def write_block(xs: Numbers) -> tuple[F32, F32]:
    """Head, shape (HEAD,), and body of the numbers, as long as it comes.

    Raises:
        CapacityError: when one of them is too long for any body.
    """
    scaled = _scaled(xs)
    try:
        packed = byte_lanes(b"".join(map(pack_number, xs)))
    except CapacityError:
        if scaled is None:
            raise
        return scaled
    if scaled is not None and len(scaled[1]) <= len(packed):
        return scaled
    return np.zeros(HEAD, dtype=np.float32), packed


def read_block(head: F32, lanes: F32, count: int) -> tuple[Numbers, int]:
    """The `count` numbers whose body begins `lanes`, and the number of lanes that it takes.

    Raises:
        ArithmeticError, LookupError, ValueError, struct.error: for some lanes of no block.
    """
    style, limbs = round(float(head[0]) * 8), round(float(head[1]) * 128)
    if style == PACKED:
        stream = rest = read_bytes(lanes)
        xs: list[Number] = []
        for _ in range(count):
            x, rest = take_number(rest)
            xs.append(x)
        return tuple(xs), len(stream) - len(rest)
    divisor = read_limbs(head[2:])
    if not (style in (RATIONAL, MIXED, SHORTEST, FIXED) and limbs >= 1 and divisor >= 1):
        raise ValueError("no head of a block")
    if count * limbs > len(lanes):
        raise ValueError("the block is longer than its lanes")
    units = [read_limbs(lanes[i * limbs : (i + 1) * limbs]) for i in range(count)]
    return tuple(_typed(n, divisor, style) for n in units), count * limbs


def _scaled(xs: Numbers) -> tuple[F32, F32] | None:
    style = _style(xs)
    divisor = None if style is None else _divisor(xs, style)
    if style is None or divisor is None:
        return None
    units = [int(exact(x) * divisor) for x in xs]
    if any(n.bit_length() > 8 * ROOM for n in units):
        return None
    limbs = max(map(limbs_needed, units), default=1)
    head = np.append(
        np.array([style / 8, limbs / 128], dtype=np.float32), limb_lanes(divisor, DIVISOR_LIMBS)
    )
    return head, np.concatenate([limb_lanes(n, limbs) for n in units] or [head[:0]])


def _style(xs: Numbers) -> int | None:
    """The style that gives all types back, Decimals as written; None where none does."""
    if any(isinstance(x, float) for x in xs):
        return None
    decimals = [x for x in xs if isinstance(x, Decimal)]
    if not decimals:
        return RATIONAL
    if any(isinstance(x, Fraction) for x in xs):
        return None
    places = [-int(x.as_tuple().exponent) for x in decimals]
    if not 0 <= min(places) <= max(places) <= TEXT_DIGITS:
        return None
    pure = len(decimals) == len(xs)
    shortest = all(p == 0 or x.as_tuple().digits[-1] for p, x in zip(places, decimals, strict=True))
    if shortest and (pure or min(places) > 0):
        return SHORTEST if pure else MIXED
    return FIXED if pure and len(set(places)) == 1 else None


def _divisor(xs: Numbers, style: int) -> int | None:
    """What all numbers are whole multiples of one over; None when it is too large."""
    if style == FIXED:
        assert isinstance(xs[0], Decimal)
        divisor = 10 ** -int(xs[0].as_tuple().exponent)
        return divisor if limbs_needed(divisor) <= DIVISOR_LIMBS else None
    divisor = 1
    for x in xs:
        divisor = math.lcm(divisor, exact(x).denominator)
        if divisor.bit_length() > 8 * DIVISOR_LIMBS or limbs_needed(divisor) > DIVISOR_LIMBS:
            return None
    return divisor


def _typed(n: int, divisor: int, style: int) -> Number:
    if style == FIXED:
        digits = tuple(map(int, str(abs(n))))
        return Decimal((int(n < 0), digits, 1 - len(str(divisor))))
    x = Fraction(n, divisor)
    if style == RATIONAL or (style == MIXED and x.denominator == 1):
        return simplest(x)
    if (decimal := to_decimal(x)) is None:
        raise ValueError("no decimal of few places")
    return decimal


def encode(value: Matrix) -> F32:
    """Shape, flags and the block of the entries."""
    rows, columns = value.shape
    if rows * columns > ROOM:
        raise CapacityError(f"a {rows}x{columns} matrix is too large; there is room for {LIMITS}")
    try:
        head, body = write_block(value.entries)
    except CapacityError as error:
        raise CapacityError(f"{error}; there is room for {LIMITS}") from None
    if len(body) > ROOM:
        raise CapacityError(
            f"this {rows}x{columns} matrix takes {len(body)} of {ROOM} lanes; there is room for "
            f"{LIMITS}"
        )
    lanes = np.zeros(112, dtype=np.float32)
    lanes[[ROWS, COLUMNS]] = np.array([rows, columns]) / 128
    lanes[FLAGS] = [sign_lane(not flag) for flag in _flags(value)]
    lanes[BLOCK] = head
    lanes[BODY.start : BODY.start + len(body)] = body
    return lanes


def _flags(value: Matrix) -> tuple[bool, bool, bool, bool]:
    rows, columns = value.shape
    places = [(i, j, x) for i, row in enumerate(value.rows) for j, x in enumerate(row)]
    return (
        rows == columns,
        rows == columns and all(x == value.rows[j][i] for i, j, x in places if i < j),
        all(x == 0 for i, j, x in places if i > j),
        all(x == 0 for i, j, x in places if i < j),
    )


def decode(lanes: F32) -> Matrix:
    """The matrix of that shape."""
    rows, columns = (int(n) for n in np.rint(lanes[[ROWS, COLUMNS]] * 128))
    if not (rows >= 1 and columns >= 1 and rows * columns <= ROOM):
        raise ValueError("no shape of a matrix")
    xs, _ = read_block(lanes[BLOCK], lanes[BODY], rows * columns)
    return Matrix(tuple(xs[i : i + columns] for i in range(0, len(xs), columns)))


def traits(value: Matrix) -> Traits:
    """Size: the Frobenius norm; `one` for an identity. Length and list lanes: the entries."""
    points = [max(-1e100, min(1e100, near(x))) for x in value.entries]
    square, _, upper, lower = _flags(value)
    diagonal = square and upper and lower
    return list_traits(value.entries)._replace(
        x=math.hypot(*points),
        one=diagonal and all(value.rows[i][i] == 1 for i in range(len(value.rows))),
    )


def parts(value: Matrix) -> Parts:
    """Linear: the trace, or of no square matrix the sum of all entries; second: that sum.

    Both add when matrices of one shape do. Log: the determinant of a square matrix, which
    multiplies when matrices do.
    """
    total = sum(map(exact, value.entries))
    rows, columns = value.shape
    if rows != columns:
        return Parts(linear=total, second=total)
    trace = sum(exact(value.rows[i][i]) for i in range(rows))
    det = determinant(value)
    return Parts(linear=trace, second=total, log2=log2_of(det), sign=(det > 0) - (det < 0))


def determinant(value: Matrix) -> Fraction:
    """The exact determinant of a square matrix (a float stands for its binary value)."""
    exacts = [[exact(x) for x in row] for row in value.rows]
    divisor = math.lcm(*(x.denominator for row in exacts for x in row))
    a = [[int(x * divisor) for x in row] for row in exacts]
    sign, before, n = 1, 1, len(a)
    for k in range(n - 1):
        pivot = next((i for i in range(k, n) if a[i][k]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            a[k], a[pivot], sign = a[pivot], a[k], -sign
        for i in range(k + 1, n):
            for j in range(k + 1, n):
                # Bareiss: this division leaves no remainder, so that numbers stay short.
                a[i][j] = (a[i][j] * a[k][k] - a[i][k] * a[k][j]) // before
        before = a[k][k]
    return Fraction(sign * a[-1][-1], divisor**n)


def combine(op: str, a: object, b: object = None) -> Matrix:
    """Sum, difference, negation, product, and product with a number on either side."""
    match op, a, b:
        case "negate", Matrix(), None:
            return _each(algebra.negate, a)
        case "add" | "subtract", Matrix(), Matrix():
            return _entrywise(algebra.add if op == "add" else algebra.subtract, a, b)
        case "scale" | "multiply", Matrix(), _ if is_number(b):
            return _each(lambda x: algebra.multiply(x, b), a)
        case "scale" | "multiply", _, Matrix() if is_number(a):
            return _each(lambda x: algebra.multiply(a, x), b)
        case "multiply", Matrix(), Matrix():
            return _product(a, b)
    raise AlgebraError(f"`{op}` takes two matrices; `scale` and `multiply` a matrix and a number")


def _each(f: Callable[[Number], Number], a: Matrix) -> Matrix:
    return Matrix(tuple(tuple(map(f, row)) for row in a.rows))


def _entrywise(f: Callable[[Number, Number], Number], a: Matrix, b: Matrix) -> Matrix:
    if a.shape != b.shape:
        raise AlgebraError(f"`add` and `subtract` need one shape, got {a.shape} and {b.shape}")
    return Matrix(tuple(tuple(map(f, *pair)) for pair in zip(a.rows, b.rows, strict=True)))


def _product(a: Matrix, b: Matrix) -> Matrix:
    if a.shape[1] != b.shape[0]:
        raise AlgebraError(
            "`multiply` needs as many columns on the left as rows on the right, got shapes "
            f"{a.shape} and {b.shape}"
        )
    columns = tuple(zip(*b.rows, strict=True))
    return Matrix(tuple(tuple(_dot(row, column) for column in columns) for row in a.rows))


def _dot(xs: Numbers, ys: Numbers) -> Number:
    return reduce(algebra.add, map(algebra.multiply, xs, ys))


register(
    Domain(
        name="linear_algebra",
        holds=lambda value: isinstance(value, Matrix),
        types="a Matrix",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(("add", "subtract", "negate", "scale", "multiply"), "exact"),
        combine=combine,
    )
)
