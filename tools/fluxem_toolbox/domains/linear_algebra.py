"""Exact linear algebra: matrices, vectors and systems of equations.

Whole numbers, fractions and decimals stay exact; a float among the entries stands for its binary
value while computing and makes the results floats.
"""

from fractions import Fraction
from typing import Any

import gmpy2

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, exact
from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.structures.geometry import Point
from fluxem_encoders.structures.linear_algebra import MAX_ENTRIES, Matrix
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.bounds import check_bits, check_number, refuse_over
from fluxem_toolbox.distributions import square_root
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.matrices import (
    Echelon,
    Rows,
    bits_of,
    characteristic_coefficients,
    check_work,
    eliminate,
    identity,
    in_rows,
    one_of_each,
    over_one_denominator,
    product,
    scaled,
    unscaled,
)
from fluxem_toolbox.rationals import in_form_of, nearest_float
from fluxem_toolbox.registry import tool

MAX_POWER = 10**18  # the exponent of a matrix
MAX_EIGEN_SIZE = 20  # rows of a matrix whose eigenvalues are computed


def _square(name: str, a: Matrix) -> int:
    """The number of rows, refused when there are not as many columns."""
    rows, columns = a.shape
    if rows != columns:
        raise ToolError(
            f"`{name}` needs a square matrix, got {rows} rows of {columns}", "undefined"
        )
    return rows


def _components(name: str, vector: Numbers | Matrix | Point) -> Numbers:
    """The numbers of a list, of a point, or of a matrix with one row or one column."""
    if isinstance(vector, Matrix):
        if 1 not in vector.shape:
            raise ToolError(
                f"`{name}` needs a vector, a matrix of one row or one column, got {vector.shape[0]}"
                f" rows of {vector.shape[1]}"
            )
        return vector.entries
    numbers = vector.coordinates if isinstance(vector, Point) else vector
    if not numbers:
        raise ToolError(f"`{name}` needs a vector of 1 or more numbers, got none")
    refuse_over(f"`{name}`", "lengths of a vector", len(numbers), MAX_ENTRIES)
    return numbers


def _dot(name: str, a: Numbers, b: Numbers) -> Fraction:
    if len(a) != len(b):
        raise ToolError(f"`{name}` needs vectors of one length, got {len(a)} and {len(b)} numbers")
    (xs, x_scale), (ys, y_scale) = over_one_denominator(name, a), over_one_denominator(name, b)
    check_work(name, len(xs), 1, bits_of([xs]) + bits_of([ys]) + len(xs).bit_length())
    return Fraction(int(sum(map(gmpy2.mul, xs, ys))), x_scale * y_scale)


@tool("linear_algebra", keywords=("sum of matrices", "plus", "matrices", "entrywise", "+"))
def matrix_add(a: Matrix, b: Matrix) -> Matrix:
    """Sum of two matrices of one shape.

    >>> matrix_add(Matrix(((1, 2), (3, 4))), Matrix(((10, 20), (30, 40)))).to_text()
    '[[11, 22], [33, 44]]'
    """
    return _combined("matrix_add", a, b, 1)


@tool("linear_algebra", keywords=("difference of matrices", "minus", "matrices", "entrywise", "-"))
def matrix_subtract(a: Matrix, b: Matrix) -> Matrix:
    """Difference of two matrices of one shape, A - B.

    >>> matrix_subtract(Matrix(((5, 5),)), Matrix(((2, 7),))).to_text()
    '[[3, -2]]'
    """
    return _combined("matrix_subtract", a, b, -1)


def _combined(name: str, a: Matrix, b: Matrix, sign: int) -> Matrix:
    """a + sign * b."""
    if a.shape != b.shape:
        raise ToolError(
            f"`{name}` needs matrices of one shape, got {a.shape[0]} rows of {a.shape[1]} and "
            f"{b.shape[0]} of {b.shape[1]}"
        )
    both, count = a.entries + b.entries, len(a.entries)
    parts, scale = over_one_denominator(name, both)
    check_work(name, count, count, bits_of([parts]) + scale.bit_length())
    sums = [x + sign * y for x, y in zip(parts[:count], parts[count:], strict=True)]
    return unscaled(in_rows(sums, a.shape[1]), scale, both)


@tool("linear_algebra", keywords=("product", "times", "matmul", "matrices", "apply to a vector"))
def matrix_multiply(a: Matrix, b: Numbers | Matrix | Point) -> Matrix:
    """Product of two matrices, or of a matrix and vector.

    A list or a point as `b` is a column.

    >>> matrix_multiply(Matrix(((1, 2), (3, 4))), Matrix(((0, 1), (1, 0)))).to_text()
    '[[2, 1], [4, 3]]'
    >>> matrix_multiply(Matrix(((1, 2), (3, 4))), (1, 1)).to_text()
    '[[3], [7]]'
    """
    name = "matrix_multiply"
    right = b if isinstance(b, Matrix) else Matrix(tuple((x,) for x in _components(name, b)))
    if a.shape[1] != right.shape[0]:
        raise ToolError(
            f"`{name}` needs as many columns on the left as rows on the right, got {a.shape[1]} "
            f"columns and {right.shape[0]} rows"
        )
    size = a.shape[0] * right.shape[1]
    refuse_over(f"`{name}`", "numbers of entries of a product", size, MAX_ENTRIES)
    (rows, scale), (others, other) = scaled(name, a), scaled(name, right)
    results = product(name, rows, others)
    check_work(name, size, size, max(bits_of(results), (scale * other).bit_length()))
    return unscaled(results, scale * other, a.entries + right.entries)


@tool("linear_algebra", keywords=("scalar multiple", "times a number", "multiply by", "stretch"))
def scale_matrix(a: Matrix, factor: Number) -> Matrix:
    """Matrix times a number, every entry multiplied.

    >>> scale_matrix(Matrix(((1, 2), (3, 4))), Fraction(1, 2)).to_text()
    '[[0.5, 1], [1.5, 2]]'
    """
    check_number("scale_matrix", factor)
    rows, scale = scaled("scale_matrix", a)
    over, under = exact(factor).numerator, scale * exact(factor).denominator
    bits = bits_of(rows) + over.bit_length() + under.bit_length()
    check_work("scale_matrix", len(a.entries), len(a.entries), bits)
    return unscaled([[x * over for x in row] for row in rows], under, (*a.entries, factor))


@tool("linear_algebra", keywords=("rows and columns", "swap", "flip", "A^T", "exchange"))
def transpose(a: Matrix) -> Matrix:
    """Transpose: rows of a matrix become columns.

    >>> transpose(Matrix(((1, 2, 3), (4, 5, 6)))).to_text()
    '[[1, 4], [2, 5], [3, 6]]'
    """
    return Matrix(tuple(zip(*a.rows, strict=True)))


@tool("linear_algebra", keywords=("det", "singular", "volume factor", "|A|", "nonsingular"))
def determinant(a: Matrix) -> Number:
    """Determinant of a square matrix.

    >>> determinant(Matrix(((1, 2), (3, 4))))
    -2
    """
    size = _square("determinant", a)
    rows, scale = scaled("determinant", a)
    found = eliminate("determinant", rows, scale)
    value = found.sign * found.pivot if len(found.columns) == size else 0
    return in_form_of(Fraction(int(value), scale**size), a.entries)


@tool("linear_algebra", keywords=("invert", "inverse matrix", "A^-1", "reciprocal", "nonsingular"))
def matrix_inverse(a: Matrix) -> Matrix:
    """Inverse of a square matrix.

    >>> matrix_inverse(Matrix(((2, 1), (5, 3)))).to_text()
    '[[3, -1], [-5, 2]]'
    """
    return _inverse("matrix_inverse", a)


def _inverse(name: str, a: Matrix) -> Matrix:
    size = _square(name, a)
    rows, scale = scaled(name, a)
    beside = [[x * scale for x in row] for row in identity(size)]
    found = eliminate(name, [row + more for row, more in zip(rows, beside, strict=True)])
    if found.columns != list(range(size)):
        raise ToolError(
            f"`{name}` needs a matrix with an inverse; the determinant of this one is 0",
            "undefined",
        )
    return unscaled([row[size:] for row in found.rows], found.pivot, a.entries)


@tool("linear_algebra", keywords=("independent rows", "dimension", "full rank", "column space"))
def matrix_rank(a: Matrix) -> int:
    """Rank of a matrix: its number of independent rows.

    >>> matrix_rank(Matrix(((1, 2), (2, 4))))
    1
    """
    return len(_echelon("matrix_rank", a).columns)


def _echelon(name: str, a: Matrix) -> Echelon:
    return eliminate(name, *scaled(name, a))


@tool("linear_algebra", keywords=("diagonal", "sum of the diagonal", "tr", "main diagonal"))
def trace(a: Matrix) -> Number:
    """Trace of a square matrix: the sum of its diagonal.

    >>> trace(Matrix(((1, 2), (3, Fraction(1, 2)))))
    Fraction(3, 2)
    """
    diagonal = tuple(a.rows[i][i] for i in range(_square("trace", a)))
    parts, scale = over_one_denominator("trace", diagonal)
    check_work("trace", len(parts), 1, bits_of([parts]) + scale.bit_length())
    return in_form_of(Fraction(int(sum(parts)), scale), diagonal)


@tool("linear_algebra", keywords=("A x = b", "equations", "unknowns", "simultaneous", "solution"))
def solve_linear_system(a: Matrix, b: Numbers | Matrix | Point) -> Numbers:
    """Solution x of the equations A x = b.

    The rows of `a` are the coefficients of one equation each. There may be more equations than
    unknowns. Refused where no or many x solve them (category `undefined`).

    >>> solve_linear_system(Matrix(((2, 1), (1, -1))), (5, 1))
    (2, 1)
    """
    name = "solve_linear_system"
    right, unknowns = _components(name, b), a.shape[1]
    if len(right) != a.shape[0]:
        raise ToolError(
            f"`{name}` needs as many numbers in b as rows in a, got {len(right)} and {a.shape[0]}"
        )
    both = tuple(x for row, last in zip(a.rows, right, strict=True) for x in (*row, last))
    parts, scale = over_one_denominator(name, both)
    found = eliminate(name, in_rows(parts, unknowns + 1), scale)
    if unknowns in found.columns:
        raise ToolError(f"`{name}` finds no solution: the equations contradict", "undefined")
    if len(found.columns) < unknowns:
        raise ToolError(
            f"`{name}` finds many solutions: {len(found.columns)} independent equations do not "
            f"fix {unknowns} unknowns; `row_echelon` shows them all",
            "undefined",
        )
    solution = unscaled([[row[-1] for row in found.rows[:unknowns]]], found.pivot, both)
    return solution.entries


@tool("linear_algebra", keywords=("repeated product", "raised", "A^n", "steps", "squared"))
def matrix_power(a: Matrix, exponent: int) -> Matrix:
    """Square matrix raised to a whole power.

    Negative powers are those of the inverse; the power 0 is the identity matrix.

    >>> matrix_power(Matrix(((1, 1), (1, 0))), 10).to_text()
    '[[89, 55], [55, 34]]'
    """
    name = "matrix_power"
    size = _square(name, a)
    refuse_over(f"`{name}`", "sizes of the exponent", abs(exponent), MAX_POWER)
    if exponent < 0:
        a, exponent = _inverse(name, a), -exponent
    rows, scale = scaled(name, a)
    check_bits(name, exponent * (scale.bit_length() if scale > 1 else 0))
    results, under = _power(name, rows, exponent), scale**exponent
    check_work(name, size**2, size**2, max(bits_of(results), under.bit_length()))
    return unscaled(results, under, a.entries)


def _power(name: str, rows: Rows, exponent: int) -> Rows:
    """By squaring, each product checked before it is computed."""
    result, times = identity(len(rows)), 2 * exponent.bit_length()
    while exponent:
        if exponent & 1:
            result = product(name, result, rows, times=times)
        if exponent := exponent >> 1:
            rows = product(name, rows, rows, times=times)
    return result


@tool("linear_algebra", keywords=("inner product", "scalar product", "vectors", "orthogonal"))
def dot_product(a: Numbers | Matrix | Point, b: Numbers | Matrix | Point) -> Number:
    """Dot product of two vectors.

    >>> dot_product((1, 2, 3), (4, 5, 6)), dot_product(Point((1, 2)), Point((2, -1)))
    (32, 0)
    """
    xs, ys = _components("dot_product", a), _components("dot_product", b)
    return in_form_of(_dot("dot_product", xs, ys), one_of_each(xs + ys))


@tool("linear_algebra", keywords=("vector product", "perpendicular", "normal vector", "torque"))
def cross_product(a: Numbers | Matrix | Point, b: Numbers | Matrix | Point) -> Numbers:
    """Cross product of two vectors in space.

    >>> cross_product((1, 0, 0), (0, 1, 0))
    (0, 0, 1)
    """
    name = "cross_product"
    xs, ys = _components(name, a), _components(name, b)
    if not len(xs) == len(ys) == 3:
        raise ToolError(f"`{name}` needs vectors of 3 numbers, got {len(xs)} and {len(ys)}")
    (p, p_scale), (q, q_scale) = over_one_denominator(name, xs), over_one_denominator(name, ys)
    check_work(name, 6, 3, bits_of([p, q]) * 2 + (p_scale * q_scale).bit_length())
    turned = [p[i - 2] * q[i - 1] - p[i - 1] * q[i - 2] for i in range(3)]
    return unscaled([turned], p_scale * q_scale, xs + ys).entries


@tool("linear_algebra", keywords=("magnitude", "length of a vector", "euclidean norm", "|v|"))
def vector_norm(vector: Numbers | Matrix | Point) -> Number:
    """Length of a vector, its Euclidean norm.

    Exact when the sum of squares is a perfect square, else a float.

    >>> vector_norm((3, 4)), vector_norm((1, 1))
    (5, 1.4142135623730951)
    """
    numbers = _components("vector_norm", vector)
    norm = square_root(_dot("vector_norm", numbers, numbers))
    return norm if isinstance(norm, float) else in_form_of(norm, one_of_each(numbers))


@tool("linear_algebra", keywords=("kernel", "homogeneous", "A x = 0", "nullspace", "basis"))
def null_space(a: Matrix) -> Matrix:
    """Basis of the null space: solutions of A x = 0.

    One column per basis vector, each with a 1 at its free unknown and 0 at the others. Refused
    where only the zero vector solves the equations (category `undefined`).

    >>> null_space(Matrix(((1, 2, 3),))).to_text()
    '[[-2, -3], [1, 0], [0, 1]]'
    """
    found, unknowns = _echelon("null_space", a), a.shape[1]
    free = [j for j in range(unknowns) if j not in found.columns]
    if not free:
        raise ToolError(
            "`null_space` has no basis: only the zero vector solves A x = 0, since the rank is "
            f"{unknowns}",
            "undefined",
        )
    row_of = dict(zip(found.columns, found.rows, strict=False))
    basis = [
        [-row_of[i][j] if i in row_of else found.pivot * (i == j) for j in free]
        for i in range(unknowns)
    ]
    return unscaled(basis, found.pivot, a.entries)


@tool("linear_algebra", keywords=("rref", "row reduce", "Gauss-Jordan", "elimination", "pivots"))
def row_echelon(a: Matrix) -> Matrix:
    """Reduced row echelon form of a matrix.

    >>> row_echelon(Matrix(((1, 2, 3), (2, 4, 8)))).to_text()
    '[[1, 2, 0], [0, 0, 1]]'
    """
    found = _echelon("row_echelon", a)
    return unscaled(found.rows, found.pivot, a.entries)


@tool("linear_algebra", keywords=("unit matrix", "ones on the diagonal", "I_n", "eye"))
def identity_matrix(size: int) -> Matrix:
    """Identity matrix with a number of rows.

    >>> identity_matrix(2).to_text()
    '[[1, 0], [0, 1]]'
    """
    if size < 1:
        raise ToolError(f"`identity_matrix` needs size >= 1, got size={clip(size)}")
    refuse_over("`identity_matrix`", "sizes", size, int(MAX_ENTRIES**0.5))
    return Matrix(tuple(tuple(int(i == j) for j in range(size)) for i in range(size)))


@tool("linear_algebra", keywords=("eigenvalue polynomial", "det(xI - A)", "secular equation"))
def characteristic_polynomial(a: Matrix) -> Polynomial:
    """Characteristic polynomial det(xI - A) of a square matrix.

    The roots are the eigenvalues. Entries are exact, no floats.

    >>> characteristic_polynomial(Matrix(((2, 1), (1, 2)))).to_text()
    'x^2 - 4x + 3'
    """
    name = "characteristic_polynomial"
    _square(name, a)
    if not a.is_exact:
        raise ToolError(f'`{name}` needs exact entries: write a float as a decimal or "1/3"')
    rows, scale = scaled(name, a)
    highest_first = characteristic_coefficients(name, rows)
    check_bits(name, len(rows) * scale.bit_length())
    coefficients = (Fraction(int(c), scale**k) for k, c in enumerate(highest_first))
    try:
        return Polynomial(tuple(coefficients)[::-1])
    except ValueFormError as error:  # too many or too long coefficients
        raise ToolError(f"`{name}`: {error}", "limit") from None


@tool("linear_algebra", keywords=("eigenvalue", "spectrum", "principal", "characteristic values"))
def symmetric_eigenvalues(a: Matrix) -> Numbers:
    """Eigenvalues of a symmetric matrix, the smallest first.

    Each as often as its multiplicity. Whole ones, and fractions over the entries' common
    denominator, are exact; the others are floats whose error is about 1e-15 of the largest.

    >>> symmetric_eigenvalues(Matrix(((2, 1), (1, 2))))
    (1, 3)
    >>> [round(x, 9) for x in symmetric_eigenvalues(Matrix(((1, 1), (1, 0))))]
    [-0.618033989, 1.618033989]
    """
    import numpy as np

    name = "symmetric_eigenvalues"
    size = _square(name, a)
    refuse_over(f"`{name}`", "numbers of rows", size, MAX_EIGEN_SIZE)
    rows, scale = scaled(name, a)
    if rows != [list(column) for column in zip(*rows, strict=True)]:
        raise ToolError(
            f"`{name}` needs a symmetric matrix; the roots of `characteristic_polynomial` are the "
            "eigenvalues of others"
        )
    coefficients = characteristic_coefficients(name, rows)
    largest = max(abs(int(x)) for row in rows for x in row) or 1
    floats = [[float(Fraction(int(x), largest)) for x in row] for row in rows]
    found = [Fraction(float(x)) * largest for x in np.linalg.eigvalsh(np.array(floats))]
    wholes = _whole_roots(coefficients, set(map(round, found)))
    for root in wholes:  # takes the place of the nearest float
        found.remove(min(found, key=lambda x: abs(x - root)))
    kinds = one_of_each(a.entries)
    exacts = [in_form_of(Fraction(root, scale), kinds) for root in wholes]
    return tuple(sorted([*exacts, *(nearest_float(x / scale) for x in found)], key=exact))


def _whole_roots(coefficients: list[Any], guesses: set[int]) -> list[int]:
    """Those of the guesses that are roots of a monic polynomial, by their multiplicity."""
    roots = []
    for guess in guesses:
        while True:
            quotient = [coefficients[0]]
            for coefficient in coefficients[1:]:  # Horner's rule, the remainder comes last
                quotient.append(quotient[-1] * guess + coefficient)
            if quotient.pop() != 0:
                break
            roots.append(guess)
            coefficients = quotient
    return roots
