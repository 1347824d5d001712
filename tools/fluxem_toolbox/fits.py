"""Exact least squares."""

from fractions import Fraction

import gmpy2

from fluxem_encoders.forms import clip
from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.values import Numbers
from fluxem_toolbox.bounds import MAX_LIST_BITS
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.polynomials import polynomial
from fluxem_toolbox.rationals import over_common_denominator, to_fraction

MAX_FIT_DEGREE = 20
MAX_FIT_BITS = 20_000  # of a number of the data, times the squared degree


def fit(name: str, xs: Numbers, ys: Numbers, degree: int) -> Polynomial:
    """The polynomial of that degree with the least sum of squared differences from the points.

    Raises:
        ToolError: for a degree or numbers over the limits, and for too few different x.
    """
    if degree > MAX_FIT_DEGREE:
        raise ToolError(
            f"`{name}` takes degrees up to {MAX_FIT_DEGREE}, got {clip(degree)}", "limit"
        )
    if len(xs) != len(ys):
        raise ToolError(f"`{name}` needs as many x as y, got {len(xs)} and {len(ys)}")
    if (different := len(set(xs))) <= degree:
        raise ToolError(
            f"`{name}` needs {degree + 1} different x for degree {degree}, got {different}",
            "undefined",
        )
    (across, width), (up, height) = (over_common_denominator(name, data) for data in (xs, ys))
    _check_fit(name, across, up, degree)
    solution = _solved(*_normal_equations(across, up, degree))
    return polynomial(name, (c * width**k / height for k, c in enumerate(solution)), "x")


def _check_fit(name: str, xs: list[int], ys: list[int], degree: int) -> None:
    longest = max(x.bit_length() for x in (*xs, *ys))
    if longest * max(degree, 1) ** 2 > MAX_FIT_BITS or longest * len(xs) * degree > MAX_LIST_BITS:
        raise ToolError(
            f"`{name}` works over the numbers' common denominator, where they may have at most "
            f"{MAX_FIT_BITS // max(degree, 1) ** 2} bits for degree {degree} and "
            f"{MAX_LIST_BITS} together, got {longest}",
            "limit",
        )


def _normal_equations(
    xs: list[int], ys: list[int], degree: int
) -> tuple[list[list[int]], list[int]]:
    """The matrix of sums of powers of x, and the sums of their products with y."""
    powers, sums, products = [1] * len(xs), [], []
    for k in range(2 * degree + 1):
        sums.append(sum(powers))
        if k <= degree:
            products.append(sum(p * y for p, y in zip(powers, ys, strict=True)))
        powers = [p * x for p, x in zip(powers, xs, strict=True)]
    return [sums[i : i + degree + 1] for i in range(degree + 1)], products


def _solved(matrix: list[list[int]], right: list[int]) -> list[Fraction]:
    """The solution of a positive definite system, by elimination."""
    rows = [[gmpy2.mpq(x) for x in (*row, y)] for row, y in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        pivot_row = rows[i]
        for j, row in enumerate(rows):
            if j != i:
                factor = row[i] / pivot_row[i]
                rows[j] = [x - factor * y for x, y in zip(row, pivot_row, strict=True)]
    return [to_fraction(row[-1] / row[i]) for i, row in enumerate(rows)]
