"""Exact products and elimination of matrices of whole numbers over one denominator."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import gmpy2

from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.bounds import MAX_BITS, check_list, check_number
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import in_form_of, over_common_denominator

Rows = list[list[Any]]  # of mpz

MAX_WORK = 10**9  # bits that one call multiplies and adds: about half a second
GCD_SPEED = 250  # times as many bits pass through a product as through a gcd, per bit of the number


def check_work(tool: str, steps: int, results: int, bits: int) -> None:
    """Refuse what would take `steps` products and `results` fractions of so many bits too long."""
    work = steps * bits + results * bits**2 // GCD_SPEED
    if bits > MAX_BITS or work > MAX_WORK:
        raise ToolError(
            f"`{tool}` would need {steps} steps with numbers of up to {bits} bits here; the limit "
            f"is {MAX_WORK} bits in all, and {MAX_BITS} a number: take fewer or shorter numbers",
            "limit",
        )


def one_of_each(numbers: Iterable[Number]) -> Numbers:
    """One number of each type there is: all that `in_form_of` looks at."""
    return tuple({type(x): x for x in numbers}.values())


def over_one_denominator(tool: str, numbers: Numbers) -> tuple[list[Any], int]:
    """The numbers as mpz, and the denominator that all have, after a check of their sizes.

    Raises:
        ToolError: for a number that is no finite one of at most `MAX_BITS` bits, and for lists
            that take more than `MAX_LIST_BITS` bits.
    """
    for x in numbers:
        check_number(tool, x)
    check_list(tool, numbers)
    parts, scale = over_common_denominator(tool, numbers)
    return list(map(gmpy2.mpz, parts)), scale


def scaled(tool: str, matrix: Matrix) -> tuple[Rows, int]:
    """The matrix as rows of mpz, and their denominator; raises as `over_one_denominator`."""
    parts, scale = over_one_denominator(tool, matrix.entries)
    return in_rows(parts, matrix.shape[1]), scale


def in_rows(parts: list[Any], width: int) -> Rows:
    """The entries in rows of that length."""
    return [parts[i : i + width] for i in range(0, len(parts), width)]


def unscaled(rows: Sequence[Sequence[Any]], scale: Any, like: Numbers) -> Matrix:
    """The matrix of `rows / scale`, its entries in the form of the numbers `like`."""
    kinds = one_of_each(like)
    return Matrix(
        tuple(tuple(in_form_of(Fraction(int(x), int(scale)), kinds) for x in row) for row in rows)
    )


def bits_of(rows: Sequence[Sequence[Any]]) -> int:
    """Bits of the longest number."""
    return int(max(x.bit_length() for row in rows for x in row))


def minor_bits(rows: Rows, scale: int) -> int:
    """A bound on the bits of every minor, by Hadamard, and on those of `scale**size`."""
    size = min(len(rows), len(rows[0]))
    return size * (max(bits_of(rows), scale.bit_length()) + size.bit_length() // 2 + 1)


def identity(size: int) -> Rows:
    """Ones on the diagonal, else zeros."""
    return [[gmpy2.mpz(i == j) for j in range(size)] for i in range(size)]


def product(tool: str, a: Rows, b: Rows, *, times: int = 1) -> Rows:
    """a times b, refused when `times` such products would take too long."""
    bits = bits_of(a) + bits_of(b) + len(b).bit_length()
    check_work(tool, times * len(a) * len(b) * len(b[0]), 0, bits)
    columns = list(zip(*b, strict=True))
    return [[sum(map(gmpy2.mul, row, column)) for column in columns] for row in a]


class Echelon(NamedTuple):
    """A matrix after elimination: `rows / pivot` is its reduced row echelon form.

    Attributes:
        rows: the first have a pivot each, the others are zero.
        columns: of the pivots, ascending.
        pivot: the entry at each of them; 1 for the zero matrix.
        sign: -1 after an odd number of exchanges of rows, else 1.
    """

    rows: Rows
    columns: list[int]
    pivot: Any
    sign: int


def eliminate(tool: str, rows: Rows, scale: int = 1) -> Echelon:
    """Gauss-Jordan elimination without fractions.

    E. H. Bareiss, Mathematics of Computation 22 (1968): every entry on the way is a minor of
    the matrix, so that the divisions leave no remainder and numbers stay short.

    Raises:
        ToolError: when it would take too long (category `limit`).
    """
    height, width = len(rows), len(rows[0])
    check_work(tool, height * width * min(height, width), height * width, minor_bits(rows, scale))
    rows, pivot, sign = list(rows), gmpy2.mpz(1), 1
    columns: list[int] = []
    for column in range(width):
        rank = len(columns)
        found = next((i for i in range(rank, height) if rows[i][column]), None)
        if found is None:
            continue
        if found != rank:
            rows[rank], rows[found], sign = rows[found], rows[rank], -sign
        top, before, pivot = rows[rank], pivot, rows[rank][column]
        for i, row in enumerate(rows):
            if i != rank:
                factor = row[column]
                rows[i] = [
                    gmpy2.divexact(pivot * x - factor * y, before)
                    for x, y in zip(row, top, strict=True)
                ]
        columns.append(column)
    return Echelon(rows, columns, pivot, sign)


def characteristic_coefficients(tool: str, rows: Rows) -> list[Any]:
    """The coefficients of det(xI - A), the highest power first.

    Faddeev and LeVerrier's method, whose divisions leave no remainder: see F. R. Gantmacher,
    The Theory of Matrices, chapter IV.5.
    """
    size = len(rows)
    check_work(tool, size**4, size, minor_bits(rows, 1))
    coefficients, step = [gmpy2.mpz(1)], identity(size)
    for k in range(1, size + 1):
        step = product(tool, rows, step)
        coefficients.append(-sum(step[i][i] for i in range(size)) // k)
        for i in range(size):
            step[i][i] += coefficients[-1]
    return coefficients
