"""Lengths, areas, volumes and positions of figures, and affine maps of the plane.

Exact wherever the result is rational: whole numbers, fractions and decimals stay so, and roots of
perfect squares too. Irrational roots and multiples of pi are floats, correctly rounded. A float
among the arguments stands for its binary value while computing and makes the result a float.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

import gmpy2

from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.forms import clip
from fluxem_encoders.structures.calculus import MAX_BITS as POLYNOMIAL_BITS
from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.structures.geometry import Circle, Point, Polygon, Segment, Transform
from fluxem_encoders.values import Number
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.figures import (
    coordinates_of,
    cross,
    edges_of,
    minus,
    plane_points,
    point_of,
    positive,
    root_of,
    wholes,
)
from fluxem_toolbox.matrices import bits_of, check_work, one_of_each
from fluxem_toolbox.rationals import high_precision, in_form_of, nearest_float, real
from fluxem_toolbox.registry import tool

DEGREES = {Fraction(n, 4): degrees for n, degrees in enumerate((90, 60, 45, 30, 0))}
"""Angles by the squares of their cosines. By Niven's theorem (I. Niven, Irrational Numbers,
corollary 3.12, for twice the angle) no other rational square belongs to a rational number of
degrees."""


@tool("geometry", keywords=("how far", "apart", "between points", "length", "Euclidean"))
def distance(a: Point, b: Point) -> Number:
    """Distance between two points.

    Exact when its square is a perfect square, else a float.

    >>> distance(Point((0, 0)), Point((3, 4))), distance(Point((0, 0, 0)), Point((1, 1, 1)))
    (5, 1.7320508075688772)
    """
    return _distance("distance", a, b)


@tool(
    "geometry", keywords=("how long", "length of the segment", "length of the line", "end to end")
)
def segment_length(segment: Segment) -> Number:
    """Length of a segment.

    Exact when its square is a perfect square, else a float.

    >>> segment_length(Segment(Point((1, 1)), Point((4, 5))))
    5
    >>> segment_length(Segment(Point((0, 0)), Point((1, 1))))
    1.4142135623730951
    """
    return _distance("segment_length", *segment.points)


def _distance(name: str, a: Point, b: Point) -> Number:
    numbers = coordinates_of(name, (a, b))
    parts, scale = wholes(name, numbers)
    half = len(parts) // 2
    square = sum((x - y) ** 2 for x, y in zip(parts[:half], parts[half:], strict=True))
    return root_of(Fraction(int(square), scale**2), numbers)


@tool("geometry", keywords=("middle", "halfway", "center", "centre", "between"))
def midpoint(a: Point, b: Point) -> Point:
    """Point halfway between two points.

    >>> midpoint(Point((0, 0)), Point((3, 4))).to_text()
    '(1.5, 2)'
    """
    numbers = coordinates_of("midpoint", (a, b))
    parts, scale = wholes("midpoint", numbers)
    half = len(parts) // 2
    middle = (Fraction(int(parts[i] + parts[half + i]), 2 * scale) for i in range(half))
    return point_of(tuple(middle), numbers)


@tool("geometry", keywords=("join", "connect", "from one to the other", "through"))
def line_through(a: Point, b: Point) -> Segment:
    """Line or segment through two different points.

    >>> line_through(Point((0, 0)), Point((3, 4))).to_text()
    'segment from (0, 0) to (3, 4)'
    """
    coordinates_of("line_through", (a, b))
    if a == b:
        raise ToolError(
            f"`line_through` needs two different points, got {clip(a.to_text())} twice", "undefined"
        )
    return Segment(a, b)


@tool("geometry", keywords=("gradient", "steepness", "rise over run", "incline", "grade"))
def slope(line: Segment) -> Number:
    """Slope of a line: rise over run.

    >>> slope(Segment(Point((0, 1)), Point((2, 7))))
    3
    """
    return in_form_of(_slope("slope", line)[0], coordinates_of("slope", line.points))


def _slope(name: str, line: Segment) -> tuple[Fraction, Fraction]:
    """Slope and height at x = 0."""
    (start, end), scale = plane_points(name, *line.points)
    run, rise = minus(end, start)
    if run == 0:
        raise ToolError(f"`{name}` is undefined: the line is vertical", "undefined")
    return Fraction(int(rise), int(run)), Fraction(int(cross(start, end)), int(-run * scale))


@tool("geometry", keywords=("y = mx + b", "intercept", "equation of the line", "linear function"))
def line_equation(line: Segment) -> Polynomial:
    """Equation y = mx + b of a line.

    Coordinates are exact, no floats.

    >>> line_equation(Segment(Point((1, 5)), Point((2, 8)))).to_text()
    '3x + 2'
    """
    if not line.is_exact:
        raise ToolError('`line_equation` needs exact points: write a float as a decimal or "1/3"')
    gradient, height = _slope("line_equation", line)
    return _polynomial("line_equation", (height, gradient))


def _polynomial(name: str, coefficients: tuple[Fraction, ...]) -> Polynomial:
    bits = sum(c.numerator.bit_length() + c.denominator.bit_length() for c in coefficients)
    if bits > POLYNOMIAL_BITS:
        raise ToolError(
            f"`{name}` gives coefficients of up to {POLYNOMIAL_BITS} bits together, got {bits}",
            "limit",
        )
    return Polynomial(coefficients)


@tool("geometry", keywords=("perpendicular distance", "point to line", "how far from the line"))
def distance_to_line(point: Point, line: Segment) -> Number:
    """Shortest distance from a point to a line.

    The line goes on beyond the segment's ends. Exact when the square is a perfect square, else a
    float.

    >>> distance_to_line(Point((0, 5)), Segment(Point((0, 0)), Point((4, 3))))
    4
    >>> distance_to_line(Point((0, 1)), Segment(Point((0, 0)), Point((1, 1))))
    0.7071067811865476
    """
    name, points = "distance_to_line", (point, *line.points)
    (p, start, end), scale = plane_points(name, *points)
    along = minus(end, start)
    square = along[0] ** 2 + along[1] ** 2
    area = cross(along, minus(p, start))
    return root_of(Fraction(int(area**2), int(square * scale**2)), coordinates_of(name, points))


@tool("geometry", keywords=("cross", "meet", "crossing point", "intersect", "common point"))
def segments_intersection(a: Segment, b: Segment) -> Point:
    """Point where two segments meet.

    Refused where they meet nowhere or in many points (category `undefined`).

    >>> down = Segment(Point((0, 2)), Point((2, 0)))
    >>> segments_intersection(Segment(Point((0, 0)), Point((2, 2))), down).to_text()
    '(1, 1)'
    """
    name = "segments_intersection"
    found = _crossing(name, a, b)
    if found is None:
        return _touching(name, a, b)
    at_a, at_b, meeting = found
    if not (0 <= at_a <= 1 and 0 <= at_b <= 1):
        raise ToolError(
            f"`{name}` finds no common point; `lines_intersection` goes beyond the ends",
            "undefined",
        )
    return meeting


@tool("geometry", keywords=("cross", "meet", "crossing point", "intersect", "lines"))
def lines_intersection(a: Segment, b: Segment) -> Point:
    """Point where two lines cross, also beyond the segments' ends.

    Refused where they are parallel (category `undefined`).

    >>> down = Segment(Point((0, 6)), Point((1, 5)))
    >>> lines_intersection(Segment(Point((0, 0)), Point((1, 1))), down).to_text()
    '(3, 3)'
    """
    found = _crossing("lines_intersection", a, b)
    if found is None:
        raise ToolError("`lines_intersection` needs lines that are not parallel", "undefined")
    return found[2]


def _crossing(name: str, a: Segment, b: Segment) -> tuple[Fraction, Fraction, Point] | None:
    """Where on the way along a and along b, from 0 to 1, the lines cross; None for parallels."""
    points = (*a.points, *b.points)
    (a0, a1, b0, b1), scale = plane_points(name, *points)
    u, v, w = minus(a1, a0), minus(b1, b0), minus(b0, a0)
    turn = cross(u, v)
    if turn == 0:
        return None
    over = cross(w, v)
    meeting = tuple(
        Fraction(int(start * turn + over * step), int(turn * scale))
        for start, step in zip(a0, u, strict=True)
    )
    return (
        Fraction(int(over), int(turn)),
        Fraction(int(cross(w, u)), int(turn)),
        point_of(meeting, coordinates_of(name, points)),
    )


def _touching(name: str, a: Segment, b: Segment) -> Point:
    """The one point that parallel segments have in common, an end of both."""
    points = (*a.points, *b.points)
    (a0, a1, b0, b1), scale = plane_points(name, *points)
    first, last = max(min(a0, a1), min(b0, b1)), min(max(a0, a1), max(b0, b1))
    if cross(minus(a1, a0), minus(b0, a0)) != 0 or first > last:
        raise ToolError(f"`{name}` finds no common point: the segments are parallel", "undefined")
    if first < last:
        raise ToolError(f"`{name}` finds many common points: the segments overlap", "undefined")
    meeting = tuple(Fraction(int(x), scale) for x in first)
    return point_of(meeting, coordinates_of(name, points))


@tool("geometry", keywords=("surface", "shoelace", "region", "square units", "enclosed"))
def polygon_area(polygon: Polygon) -> Number:
    """Area of a polygon.

    By the shoelace formula; where edges cross, what is enclosed in opposite turns cancels.

    >>> polygon_area(Polygon((Point((0, 0)), Point((4, 0)), Point((0, 3)))))
    6
    """
    points, scale = plane_points("polygon_area", *polygon.points)
    doubled = abs(sum(cross(p, q) for p, q in edges_of(points)))
    area = Fraction(int(doubled), 2 * scale**2)
    return in_form_of(area, one_of_each(coordinates_of("polygon_area", polygon.points)))


@tool("geometry", keywords=("around", "fence", "boundary", "sum of sides", "border"))
def polygon_perimeter(polygon: Polygon) -> Number:
    """Perimeter of a polygon, the sum of its sides.

    Exact when the squares of all sides are perfect squares, else a float.

    >>> polygon_perimeter(Polygon((Point((0, 0)), Point((4, 0)), Point((0, 3)))))
    12
    >>> polygon_perimeter(Polygon((Point((0, 0)), Point((1, 0)), Point((0, 1)))))
    3.414213562373095
    """
    points, scale = plane_points("polygon_perimeter", *polygon.points)
    whole, irrational = gmpy2.mpz(0), []
    for p, q in edges_of(points):
        side = minus(q, p)
        square = side[0] ** 2 + side[1] ** 2
        root, rest = gmpy2.isqrt_rem(square)
        if rest:
            irrational.append(square)
        else:
            whole += root
    if irrational:
        with high_precision():
            return nearest_float((whole + sum(map(gmpy2.sqrt, irrational))) / scale)
    kinds = one_of_each(coordinates_of("polygon_perimeter", polygon.points))
    return in_form_of(Fraction(int(whole), scale), kinds)


@tool("geometry", keywords=("center of mass", "center of gravity", "barycenter", "centre"))
def centroid(polygon: Polygon) -> Point:
    """Centroid of a polygon, the center of its area.

    >>> centroid(Polygon((Point((0, 0)), Point((3, 0)), Point((0, 6))))).to_text()
    '(1, 2)'
    """
    points, scale = plane_points("centroid", *polygon.points)
    turns = [(cross(p, q), p, q) for p, q in edges_of(points)]
    total = sum(turn for turn, _, _ in turns)
    if total == 0:
        raise ToolError("`centroid` needs a polygon whose area is not 0", "undefined")
    center = tuple(
        Fraction(int(sum(turn * (p[i] + q[i]) for turn, p, q in turns)), int(3 * total * scale))
        for i in (0, 1)
    )
    return point_of(center, coordinates_of("centroid", polygon.points))


@tool("geometry", keywords=("inside", "contains", "within", "lies in", "outside"))
def point_in_polygon(point: Point, polygon: Polygon) -> bool:
    """Whether a point lies inside a polygon or on its edge.

    Where edges cross, inside is what a way out crosses an odd number of edges from.

    >>> square = Polygon((Point((0, 0)), Point((4, 0)), Point((4, 4)), Point((0, 4))))
    >>> point_in_polygon(Point((1, 2)), square), point_in_polygon(Point((5, 2)), square)
    (True, False)
    """
    (p, *points), _ = plane_points("point_in_polygon", point, *polygon.points)
    inside = False
    for a, b in edges_of(points):
        to_a, to_b = minus(a, p), minus(b, p)
        turn = cross(to_a, to_b)
        if turn == 0 and to_a[0] * to_b[0] + to_a[1] * to_b[1] <= 0:
            return True  # on the edge
        if (to_a[1] > 0) != (to_b[1] > 0) and (turn > 0) == (to_b[1] > to_a[1]):
            inside = not inside
    return inside


@tool("geometry", keywords=("disk", "disc", "pi r^2", "round", "pizza"))
def circle_area(radius: Number | Circle) -> Number:
    """Area of a circle from its radius.

    A float.

    >>> circle_area(1), circle_area(Circle(Point((0, 0)), 2))
    (3.141592653589793, 12.566370614359172)
    """
    return _times_pi("circle_area", Fraction(1), lambda r: r**2, radius=_radius(radius))


@tool("geometry", keywords=("around a circle", "perimeter", "2 pi r", "wheel", "round"))
def circle_circumference(radius: Number | Circle) -> Number:
    """Circumference of a circle from its radius.

    A float.

    >>> circle_circumference(1)
    6.283185307179586
    """
    return _times_pi("circle_circumference", Fraction(2), lambda r: r, radius=_radius(radius))


def _radius(radius: Number | Circle) -> Number:
    return radius.radius if isinstance(radius, Circle) else radius


def _times_pi(name: str, factor: Fraction, formula: Callable[..., Any], **lengths: Number) -> float:
    """pi * factor * formula(*lengths), to the nearest float."""
    parts, scale = wholes(name, positive(name, **lengths))
    with high_precision():
        reals = [gmpy2.mpfr(x) / scale for x in parts]
        return nearest_float(gmpy2.const_pi() * real(factor) * formula(*reals))


@tool("geometry", keywords=("three sides", "Heron", "sides a b c", "SSS"))
def triangle_area(a: Number, b: Number, c: Number) -> Number:
    """Area of a triangle from its three sides.

    By Heron's formula. Exact when the square is a perfect square, else a float.

    >>> triangle_area(3, 4, 5)
    6
    >>> triangle_area(1, 1, 1)
    0.4330127018922193
    """
    sides = positive("triangle_area", a=a, b=b, c=c)
    (x, y, z), scale = wholes("triangle_area", sides)
    if 2 * max(x, y, z) >= x + y + z:
        raise ToolError(
            "`triangle_area` needs each side shorter than the other two together, got "
            f"{', '.join(map(clip, sides))}",
            "undefined",
        )
    square = (x + y + z) * (y + z - x) * (x + z - y) * (x + y - z)
    return root_of(Fraction(int(square), 16 * scale**4), sides)


@tool("geometry", keywords=("Pythagoras", "right triangle", "diagonal", "legs", "ladder"))
def hypotenuse(a: Number, b: Number) -> Number:
    """Hypotenuse of a right triangle with legs a and b.

    Exact when its square is a perfect square, else a float.

    >>> hypotenuse(3, 4), hypotenuse(1, 1)
    (5, 1.4142135623730951)
    """
    legs = positive("hypotenuse", a=a, b=b)
    (x, y), scale = wholes("hypotenuse", legs)
    return root_of(Fraction(int(x * x + y * y), scale**2), legs)


@tool("geometry", keywords=("degrees", "directions", "vectors", "corner", "turn"))
def angle_between(a: Point, b: Point) -> Number:
    """Angle between two vectors, in degrees from 0 to 180.

    Exact where it is rational: 0, 30, 45, 60, 90, 120, 135, 150 and 180 degrees; else a float.

    >>> angle_between(Point((1, 0)), Point((1, 1))), angle_between(Point((2, 1)), Point((1, 2)))
    (45, 36.86989764584402)
    """
    name = "angle_between"
    numbers = coordinates_of(name, (a, b))
    parts, _ = wholes(name, numbers)
    half = len(parts) // 2
    u, v = parts[:half], parts[half:]
    sizes = _dot(u, u) * _dot(v, v)
    if sizes == 0:
        raise ToolError(f"`{name}` needs vectors other than zero", "undefined")
    cosine = _dot(u, v)
    degrees = DEGREES.get(Fraction(int(cosine**2), int(sizes)))
    if degrees is not None:
        return in_form_of(degrees if cosine >= 0 else 180 - degrees, one_of_each(numbers))
    with high_precision():  # not the arc cosine, which small angles cancel in
        sine = gmpy2.sqrt(sizes - cosine**2)
        return nearest_float(gmpy2.atan2(sine, cosine) * 180 / gmpy2.const_pi())


def _dot(u: list[Any], v: list[Any]) -> Any:
    return sum(x * y for x, y in zip(u, v, strict=True))


@tool("geometry", keywords=("cuboid", "rectangular prism", "length width height", "room", "tank"))
def box_volume(length: Number, width: Number, height: Number) -> Number:
    """Volume of a box: length times width times height.

    >>> box_volume(2, 3, Fraction(1, 2))
    3
    """
    sides = positive("box_volume", length=length, width=width, height=height)
    (x, y, z), scale = wholes("box_volume", sides)
    return in_form_of(Fraction(int(x * y * z), scale**3), sides)


@tool("geometry", keywords=("ball", "globe", "4/3 pi r^3", "round"))
def sphere_volume(radius: Number) -> Number:
    """Volume of a sphere from its radius.

    A float.

    >>> sphere_volume(3)
    113.09733552923255
    """
    return _times_pi("sphere_volume", Fraction(4, 3), lambda r: r**3, radius=radius)


@tool("geometry", keywords=("can", "pipe", "drum", "pi r^2 h", "tank"))
def cylinder_volume(radius: Number, height: Number) -> Number:
    """Volume of a cylinder from radius and height.

    A float.

    >>> cylinder_volume(1, 2)
    6.283185307179586
    """
    return _round_volume("cylinder_volume", Fraction(1), radius, height)


@tool("geometry", keywords=("ice cream", "funnel", "pyramid", "1/3 pi r^2 h"))
def cone_volume(radius: Number, height: Number) -> Number:
    """Volume of a cone from radius and height.

    A float.

    >>> cone_volume(1, 3)
    3.141592653589793
    """
    return _round_volume("cone_volume", Fraction(1, 3), radius, height)


def _round_volume(name: str, factor: Fraction, radius: Number, height: Number) -> float:
    return _times_pi(name, factor, lambda r, h: r**2 * h, radius=radius, height=height)


Mapped = Point | Segment | Polygon
Moved = Point | Circle | Segment | Polygon


@tool("geometry", keywords=("map", "image", "affine", "rotate", "reflect", "shear"))
def apply_transform(transform: Transform, figure: Mapped) -> Mapped:
    """Image of a point, segment or polygon under a transform.

    >>> shift = Transform(((1, 0, 5), (0, 1, -2)))
    >>> apply_transform(shift, Point((1, 1))).to_text()
    '(6, -1)'
    """
    return cast(Mapped, _combined("apply_transform", "multiply", transform, figure))


@tool("geometry", keywords=("one after the other", "combine maps", "composition", "then"))
def compose_transforms(first: Transform, second: Transform) -> Transform:
    """Transform that applies the first, then the second.

    >>> double, shift = Transform(((2, 0, 0), (0, 2, 0))), Transform(((1, 0, 5), (0, 1, -2)))
    >>> compose_transforms(double, shift).to_text()
    'affine map [[2, 0, 5], [0, 2, -2]]'
    """
    return cast(Transform, _combined("compose_transforms", "multiply", second, first))


@tool("geometry", keywords=("undo", "reverse", "back", "invert"))
def inverse_transform(transform: Transform) -> Transform:
    """Transform that undoes a given one.

    >>> inverse_transform(Transform(((2, 0, 6), (0, 1, -3)))).to_text()
    'affine map [[0.5, 0, -3], [0, 1, 3]]'
    """
    numbers = transform.rows[0] + transform.rows[1]
    (a, b, c, d, e, f), scale = wholes("inverse_transform", numbers)
    area = a * e - b * d
    if area == 0:
        raise ToolError(
            "`inverse_transform` needs a transform that does not flatten the plane; this one's "
            "determinant is 0",
            "undefined",
        )
    # The shifts c and f count in the plane's units, the other entries have none.
    rows = ((e * scale, -b * scale, b * f - c * e), (-d * scale, a * scale, c * d - a * f))
    kinds = one_of_each(numbers)
    first, second = (
        tuple(in_form_of(Fraction(int(x), int(area)), kinds) for x in row) for row in rows
    )
    return Transform((first, second))


@tool("geometry", keywords=("shift", "slide", "translation", "displace", "translate"))
def move_figure(figure: Moved, by: Point) -> Moved:
    """Figure moved by a vector.

    >>> move_figure(Segment(Point((0, 0)), Point((1, 1))), Point((2, 3))).to_text()
    'segment from (2, 3) to (3, 4)'
    """
    return cast(Moved, _combined("move_figure", "add", figure, by))


@tool("geometry", keywords=("enlarge", "shrink", "dilate", "dilation", "times as large"))
def scale_figure(figure: Moved, factor: Number) -> Moved:
    """Figure scaled by a factor about the origin.

    >>> scale_figure(Circle(Point((1, 2)), 3), 2).to_text()
    'circle of center (2, 4) and radius 6'
    """
    return cast(Moved, _combined("scale_figure", "scale", figure, factor))


def _combined(name: str, op: str, a: Moved | Transform, b: Moved | Transform | Number) -> Any:
    """What the encoders' algebra of figures gives, after a check of the sizes."""
    from fluxem_encoders.domains.geometry import combine, numbers_of

    numbers = sum((numbers_of(x) if isinstance(x, Moved | Transform) else (x,) for x in (a, b)), ())
    parts, scale = wholes(name, numbers)
    check_work(name, len(parts), len(parts), 2 * (bits_of([parts]) + scale.bit_length()))
    try:
        return combine(op, a, b)
    except CapacityError as error:
        raise ToolError(f"`{name}`: {error}", "limit") from None
    except AlgebraError as error:
        raise ToolError(f"`{name}`: {error}") from None
