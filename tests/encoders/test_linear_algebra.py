"""Matrices: come back exactly, have forms, and add and multiply as the mathematics says."""

import hashlib
import json
import math
import operator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, cycle, pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fluxem_encoders.domains.linear_algebra
import fluxem_encoders.structures.linear_algebra  # noqa: F401
from fluxem_encoders.compose import LINEAR_HELD, SECOND, closed_form, read_linear, read_log
from fluxem_encoders.domains.linear_algebra import FLAGS
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json, to_json, to_text
from fluxem_encoders.layout import FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.values import Number
from tests.encoders.laws import check_forms, check_roundtrip


@st.composite
def matrices(draw: st.DrawFn, entries: st.SearchStrategy[Any], most: int) -> Matrix:
    """Matrices of up to `most` entries, of any shape, that repeat a few drawn numbers."""
    columns = draw(st.integers(1, most) | st.integers(1, math.isqrt(most)))
    rows = draw(st.integers(1, most // columns))
    xs = cycle(draw(st.lists(entries, min_size=1, max_size=7)))
    return Matrix(tuple(tuple(next(xs) for _ in range(columns)) for _ in range(rows)))


def squares(entries: st.SearchStrategy[Any], n: int) -> st.SearchStrategy[Matrix]:
    row = st.lists(entries, min_size=n, max_size=n).map(tuple)
    return st.lists(row, min_size=n, max_size=n).map(lambda rows: Matrix(tuple(rows)))


def written(most: int, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals of that many places as written, trailing zeros and all."""
    return st.integers(-most, most).map(lambda n: Decimal(f"{n}E-{places}"))


SMALL = st.builds(Fraction, st.integers(-127, 127), st.integers(1, 127))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.one_of(
    st.integers(-(2**95), 2**95),
    st.builds(Fraction, st.integers(-(2**47), 2**47), st.integers(1, 2**47)),
    st.builds(
        lambda n, e: Decimal(n).scaleb(e), st.integers(-(10**15), 10**15), st.integers(-99, 99)
    ),
    FLOATS,
    st.sampled_from([0, 1, -0.0, 0.1, Decimal("-0.00"), Decimal("2.50"), Fraction(2, 1)]),
)
MATRICES = st.one_of(
    matrices(st.integers(-127, 127), 100),
    matrices(st.integers(-32_639, 32_639), 50),
    matrices(st.integers(-(9 * 10**18), 9 * 10**18), 12),
    matrices(st.integers(-127, 127).map(lambda n: Fraction(n, 8_355_711)), 100),
    matrices(written(32_639, 2), 50),
    matrices(st.integers(-9, 9) | written(99, 1).filter(lambda x: x != int(x)), 50),
    matrices(SMALL, 33),
    matrices(FLOATS, 11),
    matrices(st.integers(-(2**495), 2**495), 1),
    matrices(ANY, 7),
)


@given(MATRICES)
def test_laws(value: Matrix) -> None:
    check_roundtrip(value)
    if value.is_exact:
        check_forms(value)
    else:  # a JSON decimal is taken as written
        back: Any = from_json(json.loads(json.dumps(to_json(value))), "linear_algebra")
        assert list(map(float, back.entries)) == list(map(float, value.entries))


def test_canonical_entries_and_text() -> None:
    value = Matrix(((Fraction(4, 2), Decimal("-0.0")), (Decimal("2.50"), Fraction(1, 3))))
    assert repr(value.entries) == repr((2, Decimal("0.0"), Decimal("2.50"), Fraction(1, 3)))
    assert to_text(value) == "[[2, 0.0], [2.50, 1/3]]"
    assert value == Matrix(((2, 0), (Decimal("2.5"), Fraction(1, 3))))


def test_small_ints_and_flags_are_read_off_the_lanes() -> None:
    lanes = encode(Matrix(((1, 2, 3), (0, -4, 5), (0, 0, 127))))[VALUE]
    assert (lanes[[0, 1]] * 128).tolist() == [3, 3]
    assert lanes[FLAGS].tolist() == [1, -1, 1, -1]  # square, and upper triangular
    assert (lanes[12:21] * 128).tolist() == [1, 2, 3, 0, -4, 5, 0, 0, 127]


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


def exacts(m: Matrix) -> np.ndarray:
    return np.array([[Fraction(x) for x in row] for row in m.rows], dtype=object)


ENTRY = st.integers(-20, 20) | SMALL.map(lambda x: Fraction(x.numerator, 4)) | written(99, 1)
PAIRS = st.integers(1, 3).flatmap(lambda n: st.tuples(squares(ENTRY, n), squares(ENTRY, n)))


PYTHON = {"add": operator.add, "subtract": operator.sub, "multiply": operator.matmul}


@given(PAIRS, st.sampled_from(sorted(PYTHON)))
def test_pairs_combine_as_matrices(pair: tuple[Matrix, Matrix], op: str) -> None:
    assert (exacts(result(op, *pair)) == PYTHON[op](*map(exacts, pair))).all()


@given(squares(ENTRY, 2), st.integers(-9, 9) | st.just(Fraction(1, 3)), st.booleans())
def test_a_matrix_and_a_number(a: Matrix, k: Number, left: bool) -> None:
    op, values = ("scale", (k, a)) if left else ("multiply", (a, k))
    assert (exacts(result(op, *values)) == exacts(a) * Fraction(k)).all()
    assert (exacts(result("negate", a)) == -exacts(a)).all()


def leibniz(x: np.ndarray) -> Fraction:
    """The determinant as the sum over all permutations."""
    total, n = Fraction(0), len(x)
    for p in permutations(range(n)):
        sign = (-1) ** sum(a > b for a, b in combinations(p, 2))
        total += sign * math.prod(x[range(n), p])
    return total


@given(PAIRS)
def test_traces_add_and_determinants_multiply_in_the_lanes(pair: tuple[Matrix, Matrix]) -> None:
    x, y = map(exacts, pair)
    added = closed_form("add", *map(encode, pair))
    assert added[LINEAR_HELD] == 1
    assert read_linear(added) == np.trace(x + y)
    assert read_linear(added, SECOND) == (x + y).sum()
    product = read_log(closed_form("multiply", *map(encode, pair)))
    assert math.isclose(product, leibniz(x @ y), rel_tol=1e-9)


@given(matrices(st.integers(-9, 9), 6))
def test_other_shapes(a: Matrix) -> None:
    turned = Matrix(tuple(zip(*a.rows, strict=True)))
    assert (exacts(result("multiply", a, turned)) == exacts(a) @ exacts(a).T).all()
    lanes = closed_form("add", encode(a), encode(a))
    assert a.shape[0] == a.shape[1] or read_linear(lanes) == 2 * exacts(a).sum()


@given(st.lists(st.integers(-20, 20), min_size=4, max_size=4), st.sets(st.integers(0, 500)))
def test_graded_by_the_norm(xs: list[int], factors: set[int]) -> None:
    scaled = [Matrix((tuple(k * x for x in xs),)) for k in sorted(factors)]
    lanes = [encode(m)[FEATURES][MAGNITUDE] for m in scaled]
    assert all((a <= b).all() for a, b in pairwise(lanes))


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (Matrix(((1,) * 11,) * 10), "100 entries"),
        (Matrix(((128,) * 10,) * 10), "32,639"),
        (Matrix(((0.5,) * 4,) * 3), "a float 9"),
        (Matrix(((Fraction(1, 2**55),),)), "2**55"),
        (Matrix(((10**5000, 1),)), "500 bits"),
        (Matrix(((Decimal("1e128"),),)), "150 digits"),
        (Matrix(((Decimal("1" * 5000),),)), "100 bytes"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_does_not_fit_is_refused_with_the_limit(value: Matrix, limit: str) -> None:
    with pytest.raises(CapacityError) as refusal:
        encode(value)
    assert limit in str(refusal.value)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"matrix": [1, 2]}, r"a vector is \[\[1\], \[2\]\]"),
        ({"matrix": [[1]], "name": "A"}, "no other key"),
        ({"matrix": []}, "at least one row"),
        ({"matrix": [[], []]}, "at least one row"),
        ({"matrix": [[1, 2], [3]]}, "of one length"),
        ({"matrix": [[True]]}, "expected a number"),
        ({"matrix": [["x"]]}, "no number"),
        ({"matrix": [["1/0"]]}, "denominator"),
        ({"matrix": [[1]] * 10**6}, "at most 10000"),
    ],
    ids=range(9),
)
def test_bad_forms_are_refused(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "linear_algebra")


@pytest.mark.parametrize("rows", [[[1]], ((math.nan,),), ((True,),), ((Decimal("sNaN"),),), ()])
def test_no_matrix(rows: Any) -> None:
    with pytest.raises(ValueFormError):
        Matrix(rows)


@pytest.mark.parametrize(
    ("op", "a", "b"),
    [
        ("add", Matrix(((1, 2),)), Matrix(((1,), (2,)))),
        ("multiply", Matrix(((1, 2),)), Matrix(((1, 2),))),
        ("add", Matrix(((1,),)), 1),
        ("scale", Matrix(((1,),)), Matrix(((1,),))),
    ],
    ids=str,
)
def test_what_the_algebra_does_not_know(op: str, a: Any, b: Any) -> None:
    with pytest.raises(AlgebraError):
        combine(op, encode(a), encode(b))


FIXED = [
    Matrix(((1, 2), (3, 4))),
    Matrix(((1, 0), (0, 1))),
    Matrix(((-1000,), (0,), (70_000,))),
    Matrix(((Fraction(1, 3), 2, Fraction(-7, 4)),)),
    Matrix(((Decimal("2.50"), Decimal("1.00")), (Decimal("-0.25"), Decimal("10.00")))),
    Matrix(((Decimal("0.5"), 1), (Decimal("0.25"), -3))),
    Matrix(((0.1, -0.0), (1e300, 2))),
    Matrix(((Fraction(1, 2**40), 2**100, Decimal("1e-30")),)),
]


@given(st.sampled_from(FIXED), st.integers(VALUE.start, VALUE.stop - 1), st.data())
def test_a_changed_lane_is_refused_or_means_another_value(
    value: Matrix, lane: int, data: st.DataObject
) -> None:
    e = encode(value)
    e[lane] += data.draw(st.sampled_from([-2, -1, -0.25, -1 / 128, 0.004, 1 / 128, 0.25, 1, 1e30]))
    try:
        other = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(other)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    lanes = map(encode, FIXED)
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "e9fe894ebec19e11"
