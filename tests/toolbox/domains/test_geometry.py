"""Geometry against sympy, its own laws and known figures."""

import cmath
import math
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.structures.geometry import Circle, Point, Polygon, Segment, Transform
from fluxem_toolbox import ToolError, call
from fluxem_toolbox.domains.geometry import (
    angle_between,
    apply_transform,
    box_volume,
    centroid,
    circle_area,
    circle_circumference,
    compose_transforms,
    cone_volume,
    cylinder_volume,
    distance,
    distance_to_line,
    hypotenuse,
    inverse_transform,
    line_equation,
    line_through,
    lines_intersection,
    midpoint,
    move_figure,
    point_in_polygon,
    polygon_area,
    polygon_perimeter,
    scale_figure,
    segment_length,
    segments_intersection,
    slope,
    sphere_volume,
    triangle_area,
)
from tests.checks import checks

MOST_SECONDS = 2

few = settings(max_examples=20)
rationals = st.one_of(st.integers(-6, 6), st.fractions(-9, 9, max_denominator=8))
positives = st.one_of(st.integers(1, 50), st.fractions(Fraction(1, 8), 9, max_denominator=8))
points = st.tuples(rationals, rationals).map(Point)
space = st.tuples(rationals, rationals, rationals).map(Point)
segments = st.lists(points, min_size=2, max_size=2, unique=True).map(lambda ps: Segment(*ps))
polygons = st.lists(points, min_size=3, max_size=7, unique=True).map(lambda ps: Polygon(tuple(ps)))
transforms = st.tuples(*[st.tuples(*[rationals] * 3)] * 2).map(Transform)


def at(*coordinates: Any) -> Point:
    return Point(coordinates)


def segment(*xs: Any) -> Segment:
    return Segment(at(*xs[: len(xs) // 2]), at(*xs[len(xs) // 2 :]))


def polygon(*xs: Any) -> Polygon:
    return Polygon(tuple(map(at, xs[::2], xs[1::2])))


def plain(p: Point) -> tuple[Fraction, ...]:
    return tuple(Fraction(x) for x in p.coordinates)


def square(x: Any) -> Any:
    """The square of a length: exact when that is."""
    return x * x if isinstance(x, float) else Fraction(x) ** 2


ORIGIN, UNIT = at(0, 0), polygon(0, 0, 1, 0, 1, 1, 0, 1)


@few
@given(st.one_of(st.tuples(points, points), st.tuples(space, space)))
@checks(distance, against="Pythagoras, in fractions")
@checks(midpoint, against="law: half as far from both ends")
@checks(line_through, segment_length, against="law: the distance of the ends")
def test_distances_and_midpoints(pair: tuple[Point, Point]) -> None:
    a, b = pair
    expected = sum((x - y) ** 2 for x, y in zip(plain(a), plain(b), strict=True))
    assert square(distance(a, b)) == pytest.approx(expected, rel=1e-14)
    middle = midpoint(a, b)
    assert distance(a, middle) == distance(middle, b)
    assert float(distance(a, middle)) == pytest.approx(float(distance(a, b)) / 2, rel=1e-14)
    if a != b:
        assert segment_length(line_through(a, b)) == distance(a, b)


@few
@given(segments, rationals)
@checks(slope, against="Python's fractions")
@checks(line_equation, against="law: both points fulfil it")
def test_slope_and_equation_of_a_line(line: Segment, t: Fraction) -> None:
    (x, y), (u, v) = plain(line.start), plain(line.end)
    if x == u:
        for tool in (slope, line_equation):
            with pytest.raises(ToolError, match="the line is vertical") as caught:
                tool(line)
            assert caught.value.category == "undefined"
    else:
        height, *steep = (*line_equation(line).coefficients, 0, 0)[:2]
        assert Fraction(slope(line)) == steep[0] == (v - y) / (u - x)
        assert (height + steep[0] * x, height + steep[0] * u) == (y, v)


@few
@given(points, segments, rationals)
@checks(distance_to_line, against="the foot of the perpendicular, in fractions")
def test_no_point_of_a_line_is_nearer(p: Point, line: Segment, t: Fraction) -> None:
    (x, y), (u, v) = plain(line.start), plain(line.end)
    along, to = (u - x, v - y), (plain(p)[0] - x, plain(p)[1] - y)
    foot = (along[0] * to[0] + along[1] * to[1]) / (along[0] ** 2 + along[1] ** 2)
    shortest = distance_to_line(p, line)
    assert float(shortest) == pytest.approx(
        float(distance(p, at(x + foot * along[0], y + foot * along[1]))), rel=1e-12
    )
    some = at(x + t * along[0], y + t * along[1])
    assert float(shortest) <= float(distance(p, some)) * (1 + 1e-12)


@few
@given(segments, segments)
@checks(segments_intersection, lines_intersection, against="sympy")
def test_intersections_against_sympy(a: Segment, b: Segment) -> None:
    def theirs(kind: Any, s: Segment) -> Any:
        return kind(*[sympy.Point(*map(sympy.Rational, plain(p))) for p in s.points])

    for tool, kind in ((segments_intersection, sympy.Segment), (lines_intersection, sympy.Line)):
        common = theirs(kind, a).intersection(theirs(kind, b))
        if len(common) == 1 and isinstance(common[0], sympy.Point):
            assert plain(tool(a, b)) == tuple(Fraction(str(x)) for x in common[0])
        else:
            with pytest.raises(ToolError) as caught:
                tool(a, b)
            assert caught.value.category == "undefined"


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (segment(2, 2, 3, 3), at(2, 2)),
        (segment(3, 3, 2, 2), at(2, 2)),
        (segment(-1, -1, 0, 0), at(0, 0)),
        (segment(1, 1, 3, 3), "many common points: the segments overlap"),
        (segment(0, 0, 2, 2), "many common points"),
        (segment(3, 3, 4, 4), "no common point: the segments are parallel"),
        (segment(0, 1, 2, 3), "no common point: the segments are parallel"),
        (segment(3, 0, 3, 9), "no common point; `lines_intersection` goes beyond"),
        (segment(2, 0, 2, 9), at(2, 2)),
    ],
)
def test_where_segments_meet(other: Segment, outcome: Point | str) -> None:
    diagonal = segment(0, 0, 2, 2)
    for pair in ((diagonal, other), (other, diagonal)):
        if isinstance(outcome, Point):
            assert segments_intersection(*pair) == outcome
        else:
            with pytest.raises(ToolError, match=outcome):
                segments_intersection(*pair)


@few
@given(polygons, transforms)
@checks(apply_transform, against="law: areas times the determinant")
@checks(inverse_transform, against="law: undoes the map")
@checks(centroid, against="law: maps move it along")
def test_maps_multiply_areas_by_their_determinant(shape: Polygon, transform: Transform) -> None:
    a, b, _, c, d, _ = (Fraction(x) for row in transform.rows for x in row)
    factor = abs(a * d - b * c)
    assume(factor)
    image = apply_transform(transform, shape)
    assert isinstance(image, Polygon)
    assert Fraction(polygon_area(image)) == factor * Fraction(polygon_area(shape))
    back = apply_transform(inverse_transform(transform), image)
    assert isinstance(back, Polygon)
    assert list(map(plain, back.points)) == list(map(plain, shape.points))
    if polygon_area(shape):
        moved = apply_transform(transform, centroid(shape))
        assert isinstance(moved, Point)
        assert plain(centroid(image)) == plain(moved)


@few
@given(transforms, transforms, points)
@checks(compose_transforms, against="law: one map after the other")
def test_a_composition_applies_both_in_order(f: Transform, g: Transform, p: Point) -> None:
    one_by_one = apply_transform(g, apply_transform(f, p))
    at_once = apply_transform(compose_transforms(f, g), p)
    assert isinstance(one_by_one, Point)
    assert isinstance(at_once, Point)
    assert plain(one_by_one) == plain(at_once)


@few
@given(polygons, points, st.integers(1, 9))
@checks(move_figure, scale_figure, against="laws of areas and perimeters")
def test_moving_keeps_sizes_and_scaling_multiplies_them(s: Polygon, by: Point, k: int) -> None:
    moved, scaled = move_figure(s, by), scale_figure(s, -k)
    assert isinstance(moved, Polygon)
    assert isinstance(scaled, Polygon)
    assert polygon_area(moved) == polygon_area(s)
    assert polygon_perimeter(moved) == pytest.approx(polygon_perimeter(s), rel=1e-15)
    assert Fraction(polygon_area(scaled)) == k * k * Fraction(polygon_area(s))
    perimeter = k * float(polygon_perimeter(s))
    assert float(polygon_perimeter(scaled)) == pytest.approx(perimeter, rel=1e-14)


@few
@given(st.lists(positives, min_size=3, max_size=8), st.integers(0, 7))
@checks(polygon_area, against="the sum of its triangles")
def test_a_convex_polygon_from_its_triangles(steps: list[Fraction], turn: int) -> None:
    """Points of a parabola: every triangle from one vertex counts, the centroid is inside."""
    xs = [sum(steps[:i], Fraction(0)) for i in range(len(steps))]
    corners = [at(x, x * x) for x in xs]
    shape = Polygon(tuple(corners[turn % len(xs) :] + corners[: turn % len(xs)]))
    triangles = [
        (x - xs[0]) * (y * y - xs[0] ** 2) - (y - xs[0]) * (x * x - xs[0] ** 2)
        for x, y in pairwise(xs[1:])
    ]
    assert Fraction(polygon_area(shape)) == sum(triangles) / 2
    assert point_in_polygon(centroid(shape), shape)
    assert all(point_in_polygon(p, shape) for p in shape.points)
    assert point_in_polygon(midpoint(corners[0], corners[1]), shape)
    assert not point_in_polygon(at((xs[0] + xs[1]) / 2, ((xs[0] + xs[1]) / 2) ** 2), shape)


@few
@given(polygons, points)
@checks(point_in_polygon, against="the winding angle")
def test_inside_is_where_edges_turn_around(shape: Polygon, p: Point) -> None:
    """The winding angle, summed in floats, is an odd or even multiple of a full turn."""
    away = [complex(*(float(x - y) for x, y in zip(plain(q), plain(p), strict=True)))
            for q in shape.points]  # fmt: skip
    near = [
        distance_to_line(p, Segment(a, b)) for a, b in pairwise((*shape.points, shape.points[0]))
    ]
    assume(min(map(float, near)) > 1e-6)
    turns = sum(cmath.phase(b / a) for a, b in pairwise([*away, away[0]])) / math.tau
    assert point_in_polygon(p, shape) == (round(turns) % 2 == 1)


@pytest.mark.parametrize(
    ("p", "inside"),
    [((1, 1), True), ((3, 1), True), ((2, 2), True), ((2, 3), False), ((0, 2), True),
     ((4, 0), True), ((2, 0), True), ((5, 0), False), ((-1, 2), False), ((4, 5), False)],
)  # fmt: skip
def test_inside_of_a_notched_square(p: tuple[int, int], inside: bool) -> None:
    """A ray through a vertex, or along an edge, misleads no one."""
    assert point_in_polygon(Point(p), polygon(0, 0, 4, 0, 4, 4, 2, 2, 0, 4)) == inside


@few
@given(positives, positives, positives)
@checks(box_volume, against="Python's fractions")
@checks(hypotenuse, circle_area, circle_circumference, against="Python's math")
@checks(cylinder_volume, cone_volume, against="law: base times height, and a third of it")
@checks(sphere_volume, against="law of Archimedes: two thirds of the cylinder")
def test_solids_and_triangles(a: Fraction, b: Fraction, c: Fraction) -> None:
    assert Fraction(box_volume(a, b, c)) == Fraction(a) * b * c
    assert float(hypotenuse(a, b)) == pytest.approx(math.hypot(a, b), rel=1e-15)
    assert circle_area(a) == pytest.approx(math.pi * a * a, rel=1e-15)
    assert circle_circumference(a) == pytest.approx(math.tau * a, rel=1e-15)
    assert cylinder_volume(a, b) == pytest.approx(float(circle_area(a)) * float(b), rel=1e-14)
    assert cone_volume(a, b) == pytest.approx(float(cylinder_volume(a, b)) / 3, rel=1e-14)
    # Archimedes: a sphere takes two thirds of the cylinder around it.
    assert sphere_volume(a) == pytest.approx(float(cylinder_volume(a, 2 * a)) * 2 / 3, rel=1e-14)


@few
@given(points, points, points)
@checks(triangle_area, against="law: the area from the corners")
def test_both_formulas_for_a_triangles_area(p: Point, q: Point, r: Point) -> None:
    assume(distance_of(p, q, r) > 0.1)
    sides = distance(p, q), distance(q, r), distance(r, p)
    area = polygon_area(Polygon((p, q, r)))
    assert float(triangle_area(*sides)) == pytest.approx(float(area), rel=1e-9)


def distance_of(p: Point, q: Point, r: Point) -> float:
    """How far p is from the line through q and r; 0 when there is none."""
    return float(distance_to_line(p, Segment(q, r))) if q != r else 0.0


@pytest.mark.parametrize(
    ("a", "b", "degrees"),
    [
        (at(1, 0), at(5, 0), 0),
        (at(1, 1, 0), at(1, 0, 1), 60),
        (at(1, 0), at(1, 1), 45),
        (at(1, 1, 0), at(0, 1, -1), 60),
        (at(1, 0, 0), at(0, 3, 4), 90),
        (at(1, 1, 0), at(-1, 0, 1), 120),
        (at(2, 1, 1), at(1, 1, 0), 30),
        (at(1, 0), at(-2, 2), 135),
        (at(2, 1, 1), at(-1, -1, 0), 150),
        (at(1, 2), at(-2, -4), 180),
    ],
)
def test_angles_of_whole_degrees_are_exact(a: Point, b: Point, degrees: int) -> None:
    assert (angle_between(a, b), type(angle_between(a, b))) == (degrees, int)
    assert angle_between(scale_figure(a, Fraction(1, 3)), b) == degrees  # type: ignore[arg-type]


@few
@given(st.floats(-170, 170), st.floats(0.001, 179.999))
@checks(angle_between, against="Python's math")
def test_angles_of_directions(start: float, angle: float) -> None:
    first, second = (math.radians(x) for x in (start, start + angle))
    u, v = (at(math.cos(x), math.sin(x)) for x in (first, second))
    assert angle_between(u, v) == pytest.approx(angle, rel=1e-9)


@checks(polygon_perimeter, apply_transform, triangle_area, against="known figures")
def test_published_values() -> None:
    assert circle_area(Circle(ORIGIN, 1)) == math.pi
    assert call("circle_area", {"radius": '{"circle": {"center": [0, 0], "radius": 2}}'}) == (
        4 * math.pi,
        False,
    )
    assert triangle_area(13, 14, 15) == 84
    assert triangle_area(1, 1, 1) == pytest.approx(math.sqrt(3) / 4, rel=1e-15)
    assert (hypotenuse(5, 12), hypotenuse(Fraction(3, 4), 1)) == (13, Fraction(5, 4))
    assert repr(hypotenuse(Decimal("0.3"), Decimal("0.4"))) == "Decimal('0.5')"
    assert distance(at(1, 2, 3), at(3, 5, 9)) == 7
    assert polygon_perimeter(UNIT) == 4
    assert polygon_perimeter(polygon(0, 0, 1, 0, 0, 1)) == 2 + math.sqrt(2)
    assert centroid(UNIT).coordinates == (Decimal("0.5"), Decimal("0.5"))
    assert line_equation(segment(0, 1, 3, 1)) == Polynomial((1,))
    quarter = Transform(((0, -1, 0), (1, 0, 0)))
    assert apply_transform(quarter, at(2, 1)) == at(-1, 2)
    assert compose_transforms(quarter, quarter) == Transform(((-1, 0, 0), (0, -1, 0)))


def test_a_float_makes_the_result_a_float() -> None:
    assert repr(distance(at(0.0, 0), at(3, 4))) == "5.0"
    assert repr(box_volume(0.5, 2, 3)) == "3.0"
    assert midpoint(at(0.5, 1), at(1, 2)).coordinates == (0.75, 1.5)


LONG = 10**7000
REFUSED: list[tuple[Callable[..., object], tuple[Any, ...], str, str]] = [
    (distance, (at(0, 0), at(1, 2, 3)), "the plane alone, or of space alone", "invalid"),
    (slope, (segment(0, 0, 0, 1, 1, 1),), "needs points of the plane", "invalid"),
    (line_through, (ORIGIN, at(0, 0)), "two different points, got '\\(0, 0\\)' twice", "undefined"),
    (line_equation, (segment(0.5, 0, 1, 1),), "needs exact points", "invalid"),
    (line_equation, (segment(0, 0, 10**3000, 1),), "up to 8192 bits together", "limit"),
    (lines_intersection, (segment(0, 0, 1, 1), segment(1, 0, 2, 1)), "parallel", "undefined"),
    (centroid, (polygon(0, 0, 1, 1, 2, 2),), "area is not 0", "undefined"),
    (circle_area, (0,), "`circle_area` needs radius > 0, got radius=0", "invalid"),
    (cone_volume, (1, -2), "needs height > 0, got height=-2", "invalid"),
    (circle_area, (10**200,), "beyond the largest float", "limit"),
    (triangle_area, (1, 2, 3), "shorter than the other two together, got 1, 2, 3", "undefined"),
    (triangle_area, (1, 0, 1), "needs b > 0", "invalid"),
    (hypotenuse, (-3, 4), "needs a > 0, got a=-3", "invalid"),
    (box_volume, (1, 2, 0), "needs height > 0", "invalid"),
    (angle_between, (ORIGIN, at(1, 1)), "vectors other than zero", "undefined"),
    (inverse_transform, (Transform(((1, 2, 0), (2, 4, 0))),), "determinant is 0", "undefined"),
    (apply_transform, (Transform(((1, 0, 0), (0, 1, 0))), at(1, 2, 3)), "of the plane", "invalid"),
    (apply_transform, (Transform(((0, 0, 0), (0, 0, 0))), UNIT), "fall together", "invalid"),
    (scale_figure, (Circle(ORIGIN, 1), 0), "`scale` makes parts", "invalid"),
    (move_figure, (UNIT, at(1, 2, 3)), "no sum or difference", "invalid"),
    (move_figure, (at(Decimal("1e500"), 0), at(Decimal("0.1"), 2)), "exponents within", "limit"),
    (distance, (at(LONG, 0), at(0, 1)), "up to 20000 bits over", "limit"),
    (hypotenuse, (Decimal("1e-9999"), 1), "up to 20000 bits over", "limit"),
    (distance, (at(Decimal("1e999999999"), 0), at(0, 1)), "decimal places", "limit"),
]


@pytest.mark.parametrize(
    ("function", "arguments", "text", "category"),
    REFUSED,
    ids=[f"{f.__name__}-{i}" for i, (f, *_) in enumerate(REFUSED)],
)
def test_refusals(
    function: Callable[..., object], arguments: tuple[Any, ...], text: str, category: str
) -> None:
    started = time.process_time()
    with pytest.raises(ToolError, match=text) as caught:
        function(*arguments)
    assert caught.value.category == category
    assert time.process_time() - started < MOST_SECONDS


def coil(vertices: int, size: int) -> Polygon:
    """Vertices at distances of about `size`, without a common denominator's help."""
    return Polygon(tuple(at(size + i * i, size - 3 * i) for i in range(vertices)))


LARGE = coil(1000, 10**2900)
TURN = Transform(((1, 2, Fraction(1, 3)), (3, 4, Decimal("0.7"))))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (polygon_area, (LARGE,)),
        (polygon_perimeter, (LARGE,)),
        (centroid, (LARGE,)),
        (point_in_polygon, (at(10**2900, 10**2900), LARGE)),
        (apply_transform, (TURN, coil(1000, 10**1000))),
        (move_figure, (coil(1000, 10**1000), at(Fraction(1, 7), 1))),
        (scale_figure, (coil(1000, 10**1000), Fraction(1, 7))),
        (lines_intersection, (segment(10**6000, 1, 7, 3), segment(1, 10**6000, 3, 5))),
        (angle_between, (at(10**6000, 1), at(1, 10**6000))),
        (triangle_area, (3 * 10**5999, 4 * 10**5999, 5 * 10**5999)),
    ],
)
def test_large_figures_are_quick(function: Callable[..., object], arguments: Any) -> None:
    started = time.process_time()
    function(*arguments)
    assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (polygon_area, (coil(1000, LONG),)),
        (apply_transform, (TURN, coil(1000, 10**6000))),
        (move_figure, (coil(1000, 10**6000), at(Fraction(1, 7), 1))),
    ],
)
def test_larger_ones_are_refused_soon(function: Callable[..., object], arguments: Any) -> None:
    started = time.process_time()
    with pytest.raises(ToolError) as caught:
        function(*arguments)
    assert caught.value.category == "limit"
    assert time.process_time() - started < MOST_SECONDS
