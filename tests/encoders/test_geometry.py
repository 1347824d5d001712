"""Shapes and affine maps: every figure comes back, moves and maps are the mathematics."""

import hashlib
import math
import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fluxem_encoders.domains.geometry
import fluxem_encoders.structures.geometry
from fluxem_encoders.compose import LINEAR, LOG_HELD, SECOND, closed_form, read_linear, read_log
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import exact, from_json, to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.geometry import Circle, Point, Polygon, Segment, Transform
from tests.encoders.laws import check_forms, check_roundtrip

ROUNDING = Fraction(2, 10**12)  # of thirds in the linear lanes, from both sides
REALS = st.floats(allow_nan=False, allow_infinity=False)


def decimals(digits: int) -> st.SearchStrategy[Decimal]:
    """Decimals of up to so many digits; streams give a negative zero back as 0, which equals it."""
    n, e = st.integers(-(10**digits) + 1, 10**digits - 1), st.integers(-99, 99) | st.just(-2)
    return st.builds(lambda n, e: Decimal((n < 0, tuple(map(int, str(abs(n)))), e)), n, e)


def fractions(bits: int) -> st.SearchStrategy[Fraction]:
    most = 2**bits - 1
    return st.builds(Fraction, st.integers(-most, most), st.integers(1, most))


def exacts(bits: int) -> st.SearchStrategy[Any]:
    """What a share of lanes holds: ints below 2**bits, Decimals, Fractions of half the bits."""
    ints = st.integers(-(2**bits) + 1, 2**bits - 1) | st.integers(-20, 20)
    return ints | decimals(int(bits * 0.3)) | fractions(bits // 2 - 4)


def points(numbers: st.SearchStrategy[Any], dimension: int = 2) -> st.SearchStrategy[Point]:
    return st.tuples(*[numbers] * dimension).map(Point)


def segments(point: st.SearchStrategy[Point]) -> st.SearchStrategy[Segment]:
    return st.lists(point, min_size=2, max_size=2, unique=True).map(lambda ends: Segment(*ends))


def polygons(numbers: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Polygon]:
    vertices = st.lists(points(numbers), min_size=3, max_size=most, unique=True)
    return vertices.map(lambda ps: Polygon(tuple(ps)))


def transforms(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Transform]:
    return st.tuples(*[st.tuples(numbers, numbers, numbers)] * 2).map(Transform)


FIGURES = (
    points(exacts(344) | REALS)
    | points(exacts(200) | REALS, dimension=3)
    | st.builds(Circle, points(exacts(200)), exacts(200).filter(lambda r: r > 0))
    | st.builds(Circle, points(REALS), st.floats(5e-324, 1e308))
    | segments(points(exacts(136) | REALS))
    | segments(points(exacts(64) | REALS, dimension=3))
    | polygons(exacts(64) | REALS, 3)
    | polygons(decimals(6) | fractions(20), 5)
    | polygons(st.integers(-127, 127), 52)
    | polygons(st.integers(-32_639, 32_639), 26)
    | polygons(st.integers(-(10**31), 10**31), 4)
    | transforms(exacts(64))
)
CENTS = st.integers(-999, 999).map(lambda n: Decimal(n).scaleb(-2))
SMALL = st.integers(-99, 99) | CENTS | st.builds(Fraction, st.integers(-99, 99), st.integers(1, 9))
SHAPES = points(SMALL) | segments(points(SMALL)) | polygons(SMALL, 4)
apply = fluxem_encoders.domains.geometry.combine


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


def coordinates(shape: Point | Segment | Polygon) -> list[list[Any]]:
    ps = [shape] if isinstance(shape, Point) else shape.points
    return [[exact(x) for x in p.coordinates] for p in ps]


def triangle(*numbers: Any) -> Polygon:
    return Polygon(tuple(map(Point, zip(numbers[::2], numbers[1::2], strict=True))))


@given(FIGURES)
def test_every_figure_comes_back(figure: Any) -> None:
    check_roundtrip(figure)
    if figure.is_exact:  # JSON has no mark for a float
        check_forms(figure)


@given(SHAPES, st.tuples(SMALL, SMALL), SMALL.filter(bool))
def test_moving_and_scaling(shape: Any, by: tuple[Any, Any], factor: Any) -> None:
    (dx, dy), k = map(exact, by), exact(factor)
    moved: Any = apply("add", shape, Point(by))
    assert coordinates(moved) == [[x + dx, y + dy] for x, y in coordinates(shape)]
    assert apply("subtract", moved, Point(by)) == shape
    assert apply("add", Point(by), shape) == moved
    scaled: Any = apply("scale", shape, factor)
    assert coordinates(scaled) == [[k * x, k * y] for x, y in coordinates(shape)]
    lanes, expected = closed_form("add", encode(shape), encode(Point(by))), encode(moved)[COMPOSE]
    for place in (LINEAR, SECOND):
        assert abs(read_linear(lanes, place) - read_linear(expected, place)) <= ROUNDING


@given(points(SMALL), st.integers(1, 10**9), SMALL.filter(bool))
def test_points_and_circles_in_the_log_lanes(center: Point, radius: int, factor: Any) -> None:
    assert apply("negate", center) == apply("scale", center, -1)
    circle, size = Circle(center, radius), abs(exact(factor)) * radius
    assert apply("scale", circle, factor) == Circle(apply("scale", center, factor), size)
    lanes = closed_form("multiply", encode(circle), encode(factor))
    assert math.isclose(abs(read_log(lanes)), float(size), rel_tol=1e-9)
    distance = math.hypot(*map(float, center.coordinates))
    assert math.isclose(read_log(encode(center)[COMPOSE]), distance, rel_tol=1e-9)


def square(transform: Transform) -> np.ndarray:
    rows = [list(map(Fraction, row)) for row in transform.rows]
    return np.array([*rows, [0, 0, 1]], dtype=object)


@given(transforms(SMALL), transforms(SMALL))
def test_composing_is_the_matrix_product(a: Transform, b: Transform) -> None:
    composed: Any = apply("multiply", a, b)
    assert (square(composed) == square(a) @ square(b)).all()
    lanes = closed_form("multiply", encode(a), encode(b))
    (p, q, _), (r, s, _) = composed.rows
    product = exact(p) * exact(s) - exact(q) * exact(r)
    assert math.isclose(read_log(lanes) if product else 0, product, rel_tol=1e-8)


@given(transforms(st.integers(-9, 9)), SHAPES)
def test_applying_maps_every_point(transform: Transform, shape: Any) -> None:
    matrix = square(transform)
    (a, b, _), (c, d, _) = transform.rows
    assume(a * d != b * c or isinstance(shape, Point))  # else it may collapse the shape
    image = [list((matrix @ np.array([x, y, 1], dtype=object))[:2]) for x, y in coordinates(shape)]
    assert coordinates(apply("multiply", transform, shape)) == image
    lanes = closed_form("multiply", encode(transform), encode(shape))
    if isinstance(shape, Polygon) and lanes[LOG_HELD]:
        area = sum(x * v - y * u for (x, y), (u, v) in pairwise([*image, image[0]])) / 2
        assert math.isclose(read_log(lanes), float(area), rel_tol=1e-8)


def test_larger_circles_lie_farther() -> None:
    radii = [Decimal("1e-9"), Fraction(1, 3), 1, 1.5, 2, 10, 500, 10**6, 10**20, 10**50]
    lanes = [encode(Circle(Point((0, 0)), r))[FEATURES][MAGNITUDE] for r in radii]
    assert (np.diff(lanes, axis=0) >= 0).all()
    assert (np.diff([np.linalg.norm(e - lanes[0]) for e in lanes]) > 0).all()


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (Point((2**344, Decimal("1e500"))), "below 2**344"),
        (Point((2**600, 1)), "500 bits"),
        (triangle(*[Fraction(1, 2**54 - n) for n in range(12)]), "104 bytes"),
        (Polygon(tuple(Point((n, n * n)) for n in range(60))), "52 vertices"),
        (Polygon(tuple(Point((n, 10**5000)) for n in range(9))), "500 bits"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_limit(value: Any, limit: str) -> None:
    with pytest.raises(CapacityError, match=re.escape(limit)):
        encode(value)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"point": [1]}, "2 or 3 numbers"),
        ({"point": [1, Decimal("NaN")]}, "finite coordinates"),
        ({"point": [1, 2], "color": 1}, "no other key"),
        ({"circle": {"center": [0, 0], "radius": 0}}, "radius > 0"),
        ({"segment": [[0, 1], [0, 1]]}, "ends differ"),
        ({"polygon": [[0, 0]] * 10**6}, "a list of 1000000 items"),
        ({"polygon": [[0, 0, 0], [1, 1, 1], [2, 0, 1]]}, r"points \(x, y\)"),
        ({"polygon": [[0, 0], [1, 0], [0, 1], [0, 0]]}, "leave out the first vertex"),
        ({"transform": [[1, 0], [0, 1]]}, "2 lists of 3 numbers"),
        ({"plane": [1, 2]}, "expected a value of geometry"),
    ],
)
def test_bad_forms_are_refused(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "geometry")
    with pytest.raises(ValueFormError, match="a float as a Fraction"):
        Transform(((1, 0, 0.5), (0, 1, 0)))


SEGMENT = Segment(Point((0, 0)), Point((3, 4)))
FIXED = [
    *(Point((3, -4)), Point((Decimal("2.50"), Fraction(1, 3), 0.1)), Circle(Point((0, 0)), 5)),
    *(SEGMENT, triangle(0, 0, 4, 0, 0, 3)),
    *(triangle(0, 0, 4, 0, 4, 2, 0, 2), triangle(0, 0, Decimal("0.5"), 0, 1, 1, 0, Fraction(1, 7))),
    Transform(((0, -1, Fraction(1, 2)), (1, 0, Decimal("2.0")))),
]


@given(st.sampled_from(FIXED), st.integers(16, 127), st.sampled_from([-1, -0.25, 0.008, 0.5, 2]))
def test_a_changed_lane_is_refused_or_means_another(value: Any, lane: int, by: float) -> None:
    e = encode(value)
    e[lane] += by
    try:
        changed = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(changed)[VALUE] - e[VALUE]).max() < 1e-3


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("add", (Point((1, 2)), Point((1, 2, 3)))),
        ("add", (Circle(Point((0, 0)), 1), Circle(Point((0, 0)), 1))),
        ("scale", (SEGMENT, 0)),
        ("multiply", (FIXED[-1], Point((1, 2, 3)))),
        ("multiply", (FIXED[-1], Circle(Point((0, 0)), 1))),
        ("multiply", (Transform(((0, 0, 0), (0, 0, 0))), triangle(0, 0, 4, 0, 0, 3))),
    ],
)
def test_what_the_algebra_does_not_know(op: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(AlgebraError):
        result(op, *values)


def test_combine_and_texts() -> None:
    assert to_text(result("add", FIXED[2], FIXED[0])) == "circle of center (3, -4) and radius 5"
    assert to_text(result("multiply", FIXED[-1], Point((1, 2)))) == "(-1.5, 3)"
    assert to_text(SEGMENT) == "segment from (0, 0) to (3, 4)"
    assert to_text(FIXED[4]) == "polygon (0, 0), (4, 0), (0, 3)"
    assert to_text(FIXED[-1]) == "affine map [[0, -1, 0.5], [1, 0, 2.0]]"


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    lanes = [encode(figure) for figure in FIXED]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "e8947f7d0ec586ac"
