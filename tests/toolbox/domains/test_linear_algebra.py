"""Linear algebra against sympy, numpy and its own laws."""

import math
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fluxem_encoders.forms import exact
from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.structures.geometry import Point
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_toolbox import ToolError, call
from fluxem_toolbox.domains.linear_algebra import (
    characteristic_polynomial,
    cross_product,
    determinant,
    dot_product,
    identity_matrix,
    matrix_add,
    matrix_inverse,
    matrix_multiply,
    matrix_power,
    matrix_rank,
    matrix_subtract,
    null_space,
    row_echelon,
    scale_matrix,
    solve_linear_system,
    symmetric_eigenvalues,
    trace,
    transpose,
    vector_norm,
)
from tests.checks import checks

MOST_SECONDS = 2

few = settings(max_examples=25)

small = st.integers(-3, 3)  # so that singular matrices come up
rationals = st.one_of(small, st.fractions(-5, 5, max_denominator=6), st.integers(-(10**9), 10**9))


def matrices(rows: int | None = None, columns: int | None = None) -> st.SearchStrategy[Matrix]:
    sizes = st.integers(1, 4)

    def of_shape(shape: tuple[int, int]) -> st.SearchStrategy[Matrix]:
        entries = st.one_of(st.just(small), st.just(rationals))
        return entries.flatmap(
            lambda x: st.tuples(*[st.tuples(*[x] * shape[1])] * shape[0]).map(Matrix)
        )

    return st.tuples(
        sizes if rows is None else st.just(rows), sizes if columns is None else st.just(columns)
    ).flatmap(of_shape)


squares = st.integers(1, 4).flatmap(lambda n: matrices(n, n))
pairs = st.integers(1, 4).flatmap(lambda n: st.tuples(matrices(n, n), matrices(n, n)))
vectors = st.tuples(rationals, rationals, rationals)


def oracle(a: Matrix) -> Any:
    return sympy.Matrix(a.shape[0], a.shape[1], [sympy.Rational(Fraction(x)) for x in a.entries])


def plain(a: Matrix) -> list[list[Fraction]]:
    return [[Fraction(x) for x in row] for row in a.rows]


def fractions(a: Any) -> list[list[Fraction]]:
    """A matrix of sympy's as Fractions."""
    return [[Fraction(int(x.p), int(x.q)) for x in a.row(i)] for i in range(a.rows)]


def matrix(*rows: tuple[Any, ...]) -> Matrix:
    return Matrix(rows)


@few
@given(pairs)
@checks(matrix_add, matrix_subtract, matrix_multiply, scale_matrix, against="sympy")
def test_sums_products_and_multiples(pair: tuple[Matrix, Matrix]) -> None:
    a, b = pair
    assert plain(matrix_add(a, b)) == fractions(oracle(a) + oracle(b))
    assert plain(matrix_subtract(a, b)) == fractions(oracle(a) - oracle(b))
    assert plain(matrix_multiply(a, b)) == fractions(oracle(a) * oracle(b))
    assert plain(scale_matrix(a, Fraction(-3, 7))) == fractions(oracle(a) * sympy.Rational(-3, 7))


@few
@given(st.integers(1, 4).flatmap(lambda n: st.tuples(matrices(None, n), matrices(n, None))))
@checks(transpose, against="sympy")
def test_the_transpose_turns_products_around(pair: tuple[Matrix, Matrix]) -> None:
    a, b = pair
    turned = matrix_multiply(transpose(b), transpose(a))
    assert plain(transpose(matrix_multiply(a, b))) == plain(turned)
    assert plain(transpose(a)) == fractions(oracle(a).T)


@few
@given(squares)
@checks(determinant, against="sympy")
@checks(trace, against="Python's fractions")
@checks(matrix_inverse, identity_matrix, against="law: a matrix times its inverse")
def test_what_elimination_of_a_square_matrix_gives(a: Matrix) -> None:
    theirs = oracle(a)
    assert Fraction(determinant(a)) == fractions(sympy.Matrix([[theirs.det()]]))[0][0]
    assert Fraction(trace(a)) == sum(Fraction(a.rows[i][i]) for i in range(a.shape[0]))
    if determinant(a) == 0:
        with pytest.raises(ToolError, match="determinant of this one is 0") as caught:
            matrix_inverse(a)
        assert caught.value.category == "undefined"
    else:
        unit = plain(identity_matrix(a.shape[0]))
        assert plain(matrix_multiply(a, matrix_inverse(a))) == unit
        assert plain(matrix_multiply(matrix_inverse(a), a)) == unit


@few
@given(matrices())
@checks(row_echelon, matrix_rank, null_space, against="sympy")
def test_rank_echelon_form_and_null_space(a: Matrix) -> None:
    form, pivots = oracle(a).rref()
    assert plain(row_echelon(a)) == fractions(form)
    assert matrix_rank(a) == len(pivots)
    basis = oracle(a).nullspace()
    if basis:
        assert plain(null_space(a)) == fractions(sympy.Matrix.hstack(*basis))
        assert not any(matrix_multiply(a, null_space(a)).entries)
    else:
        with pytest.raises(ToolError, match=f"the rank is {a.shape[1]}") as caught:
            null_space(a)
        assert caught.value.category == "undefined"


@few
@given(st.integers(1, 4).flatmap(lambda n: st.tuples(matrices(None, n), matrices(n, 1))))
@checks(solve_linear_system, against="systems made from their solutions")
def test_a_system_gives_back_the_solution_it_was_made_from(pair: tuple[Matrix, Matrix]) -> None:
    a, x = pair
    assume(matrix_rank(a) == a.shape[1])
    b = matrix_multiply(a, x)
    assert solve_linear_system(a, b) == solve_linear_system(a, b.entries)
    assert tuple(map(exact, solve_linear_system(a, b))) == tuple(map(exact, x.entries))


@pytest.mark.parametrize(
    ("b", "text"), [((1, 3), "no solution: the equations contradict"), ((1, 2), "many solutions")]
)
def test_a_system_without_one_solution(b: tuple[int, ...], text: str) -> None:
    with pytest.raises(ToolError, match=text) as caught:
        solve_linear_system(matrix((1, 1), (2, 2)), b)
    assert caught.value.category == "undefined"


@few
@given(squares, st.integers(0, 6), st.integers(0, 6))
@checks(matrix_power, against="law: exponents add")
def test_exponents_add(a: Matrix, m: int, n: int) -> None:
    both = matrix_multiply(matrix_power(a, m), matrix_power(a, n))
    assert plain(matrix_power(a, m + n)) == plain(both)
    if determinant(a):
        assert plain(matrix_power(a, -m)) == plain(matrix_inverse(matrix_power(a, m)))


@checks(matrix_power, against="Fibonacci's numbers")
def test_large_powers() -> None:
    swap = matrix((0, 1), (1, 0))
    assert matrix_power(swap, 10**18) == identity_matrix(2)
    fibonacci = matrix_power(matrix((1, 1), (1, 0)), 1000).rows[0][1]
    before, number = 0, 1
    for _ in range(999):
        before, number = number, before + number
    assert fibonacci == number


@few
@given(squares)
@checks(characteristic_polynomial, against="sympy")
def test_the_characteristic_polynomial(a: Matrix) -> None:
    theirs = oracle(a).charpoly().all_coeffs()
    assert characteristic_polynomial(a) == Polynomial(
        tuple(Fraction(int(c.p), int(c.q)) for c in reversed(theirs))
    )


@few
@given(st.integers(1, 4).flatmap(lambda n: matrices(n, n)))
@checks(symmetric_eigenvalues, against="numpy")
def test_eigenvalues_against_numpy(a: Matrix) -> None:
    a = matrix_add(a, transpose(a))
    values = symmetric_eigenvalues(a)
    theirs = np.linalg.eigvalsh(np.array([[float(x) for x in row] for row in a.rows]))
    largest = max(1, *(abs(x) for x in theirs))
    assert [float(x) for x in values] == pytest.approx(list(theirs), abs=1e-12 * largest)
    for x in values:
        if not isinstance(x, float):
            shifted = matrix_subtract(a, scale_matrix(identity_matrix(a.shape[0]), x))
            assert determinant(shifted) == 0


@pytest.mark.parametrize(
    ("rows", "eigenvalues"),
    [
        (((2, 1), (1, 2)), (1, 3)),
        (((2, 0, 0), (0, 2, 0), (0, 0, 2)), (2, 2, 2)),
        (((0, 0), (0, 0)), (0, 0)),
        (((1, 1, 1), (1, 1, 1), (1, 1, 1)), (0, 0, 3)),
        (((Fraction(1, 2), 0), (0, Fraction(1, 3))), (Fraction(1, 3), Fraction(1, 2))),
        (((10**400, 0), (0, 0)), (0, 10**400)),
        # The roots 2.91.. and 3: the first rounds to 3 too.
        (((3, 0, 0), (0, 2, 1), (0, 1, Decimal("1.82"))), None),
    ],
)
def test_rational_eigenvalues_are_exact(rows: Any, eigenvalues: tuple[Any, ...] | None) -> None:
    values = symmetric_eigenvalues(Matrix(rows))
    if eigenvalues is None:
        high = 1.91 + math.sqrt(0.0081 + 1)
        assert values[:2] == pytest.approx((3.82 - high, high), rel=1e-14)
        assert (values[2], type(values[2])) == (3, Decimal)
    else:
        assert values == eigenvalues
        assert not any(isinstance(x, float) for x in values)


@few
@given(vectors, vectors)
@checks(dot_product, against="Python's fractions")
@checks(cross_product, against="Lagrange's identity and a determinant")
def test_dot_and_cross_products(a: tuple[Any, ...], b: tuple[Any, ...]) -> None:
    cross, dot = cross_product(a, b), Fraction(dot_product(a, b))
    assert dot == sum(Fraction(x) * Fraction(y) for x, y in zip(a, b, strict=True))
    assert dot_product(cross, a) == dot_product(cross, b) == 0
    # Lagrange's identity fixes the length, this determinant the direction.
    sizes = Fraction(dot_product(a, a)) * Fraction(dot_product(b, b))
    assert (
        Fraction(dot_product(cross, cross)) == sizes - dot**2 == determinant(Matrix((a, b, cross)))
    )


@few
@given(vectors, st.integers(-50, 50))
@checks(vector_norm, against="Python's math")
def test_the_norm_scales(a: tuple[Any, ...], factor: int) -> None:
    assert float(vector_norm(a)) == pytest.approx(math.hypot(*map(float, a)), rel=1e-14)
    norm = vector_norm(tuple(exact(x) * factor for x in a))
    assert float(norm) == pytest.approx(abs(factor) * float(vector_norm(a)), rel=1e-14)
    assert isinstance(norm, float) or Fraction(norm) ** 2 == factor**2 * Fraction(dot_product(a, a))


def test_vectors_come_in_every_form() -> None:
    forms: list[Any] = [(3, 4), Point((3, 4)), matrix((3, 4)), matrix((3,), (4,))]
    assert [vector_norm(form) for form in forms] == [5] * 4
    assert [dot_product(form, (1, 2)) for form in forms] == [11] * 4
    assert call("dot_product", {"a": [1, 2], "b": "(3, 4)"}) == (11, True)
    assert call("vector_norm", {"vector": "[[3], [4]]"}) == (5, True)
    assert matrix_multiply(identity_matrix(2), Point((1, 2))) == matrix((1,), (2,))


def test_results_keep_the_form_of_the_entries() -> None:
    assert matrix_inverse(matrix((2, 0), (0, 3))).rows == ((Decimal("0.5"), 0), (0, Fraction(1, 3)))
    assert repr(determinant(matrix((Decimal("0.1"), 0), (0, 3)))) == "Decimal('0.3')"
    assert repr(trace(matrix((Fraction(1, 2), 0), (0, Fraction(1, 2))))) == "1"
    assert repr(determinant(matrix((0.5, 0), (0, 3)))) == "1.5"
    assert call("vector_norm", {"vector": "[[0.3], [0.4]]"}) == (Decimal("0.5"), True)


def test_floats_count_as_their_binary_values() -> None:
    assert matrix_rank(matrix((0.1, 0.2), (0.2, 0.4))) == 1
    assert solve_linear_system(matrix((0.5, 0), (0, 4)), (1, 1)) == (2.0, 0.25)


wide = matrix((1, 2, 3))
REFUSED: list[tuple[Callable[..., object], tuple[Any, ...], str, str]] = [
    (matrix_add, (wide, transpose(wide)), "one shape, got 1 rows of 3 and 3 of 1", "invalid"),
    (matrix_subtract, (wide, matrix((1,))), "one shape", "invalid"),
    (matrix_multiply, (wide, wide), "got 3 columns and 1 rows", "invalid"),
    (determinant, (wide,), "a square matrix, got 1 rows of 3", "undefined"),
    (matrix_inverse, (wide,), "a square matrix", "undefined"),
    (trace, (wide,), "a square matrix", "undefined"),
    (matrix_power, (wide, 2), "a square matrix", "undefined"),
    (
        matrix_power,
        (matrix((0,)), -1),
        "`matrix_power` needs a matrix with an inverse",
        "undefined",
    ),
    (matrix_power, (matrix((1,)), 10**19), "up to 1000000000000000000, got", "limit"),
    (matrix_power, (matrix((2,)), 10**9), "bits", "limit"),
    (matrix_power, (matrix((Fraction(1, 2),)), 10**9), "bits", "limit"),
    (solve_linear_system, (wide, (1, 2)), "as many numbers in b as rows in a", "invalid"),
    (dot_product, ((1, 2), (1, 2, 3)), "one length, got 2 and 3", "invalid"),
    (dot_product, ((), ()), "1 or more numbers", "invalid"),
    (dot_product, (matrix((1, 2), (3, 4)), (1,)), "one row or one column", "invalid"),
    (vector_norm, ((1,) * 10_001,), "lengths of a vector up to 10000, got 10001", "limit"),
    (matrix_multiply, (Matrix(((1,),) * 101), Matrix(((1,) * 100,))), "up to 10000", "limit"),
    (cross_product, ((1, 2), (3, 4)), "vectors of 3 numbers, got 2 and 2", "invalid"),
    (identity_matrix, (0,), "size >= 1, got size=0", "invalid"),
    (identity_matrix, (101,), "sizes up to 100, got 101", "limit"),
    (characteristic_polynomial, (matrix((0.5,)),), "needs exact entries", "invalid"),
    (characteristic_polynomial, (matrix((10**4000,)),), "at most 8192 bits", "limit"),
    (symmetric_eigenvalues, (matrix((1, 2), (3, 4)),), "symmetric", "invalid"),
    (symmetric_eigenvalues, (identity_matrix(21),), "rows up to 20, got 21", "limit"),
    (scale_matrix, (wide, 10**200_000), "bits", "limit"),
    (vector_norm, ((Decimal("1e999999999"),),), "decimal places; the limit", "limit"),
]


@pytest.mark.parametrize(
    ("function", "arguments", "text", "category"),
    REFUSED,
    ids=[f"{f.__name__}-{i}" for i, (f, *_) in enumerate(REFUSED)],
)
def test_refusals(
    function: Callable[..., object], arguments: tuple[Any, ...], text: str, category: str
) -> None:
    with pytest.raises(ToolError, match=text) as caught:
        function(*arguments)
    assert caught.value.category == category


def dense(size: int, bits: int) -> Matrix:
    """Entries of that many bits without any pattern."""
    chance = np.random.default_rng(size)
    numbers = [int.from_bytes(chance.bytes(bits // 8), "big") for _ in range(size * size)]
    return Matrix(tuple(tuple(numbers[i : i + size]) for i in range(0, size * size, size)))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (matrix_multiply, (dense(100, 160), dense(100, 160))),
        (determinant, (dense(56, 48),)),
        (matrix_inverse, (dense(48, 64),)),
        (matrix_inverse, (dense(12, 1600),)),
        (solve_linear_system, (dense(56, 48), (1,) * 56)),
        (row_echelon, (dense(56, 48),)),
        (matrix_power, (dense(10, 64), 500)),
        (characteristic_polynomial, (dense(16, 56),)),
        (symmetric_eigenvalues, (matrix_add(dense(20, 64), transpose(dense(20, 64))),)),
    ],
)
def test_large_matrices_are_quick(function: Callable[..., object], arguments: Any) -> None:
    started = time.process_time()
    function(*arguments)
    assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (matrix_multiply, (dense(100, 800), dense(100, 800))),
        (determinant, (dense(100, 64),)),
        (matrix_inverse, (dense(20, 8000),)),
        (solve_linear_system, (dense(100, 64), (1,) * 100)),
        (null_space, (dense(100, 64),)),
        (matrix_rank, (dense(100, 64),)),
        (row_echelon, (dense(100, 64),)),
        (matrix_power, (dense(10, 64), 100_000)),
        (characteristic_polynomial, (dense(64, 64),)),
        (symmetric_eigenvalues, (matrix_add(dense(20, 800), transpose(dense(20, 800))),)),
        (dot_product, ((10**60_000,) * 50, (10**60_000,) * 50)),
        (vector_norm, ((10**60_000,),)),
        (cross_product, ((10**60_000,) * 3, (10**60_000,) * 3)),
        (matrix_add, (Matrix(((10**100_000,) * 100,)), Matrix(((10**100_000,) * 100,)))),
        (trace, (Matrix(((Decimal("1e99999"),),)),)),
    ],
)
def test_what_is_too_large_is_refused_soon(function: Callable[..., object], arguments: Any) -> None:
    started = time.process_time()
    with pytest.raises(ToolError, match="limit") as caught:
        function(*arguments)
    assert caught.value.category == "limit"
    assert time.process_time() - started < MOST_SECONDS
