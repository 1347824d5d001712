"""Shapes and affine maps: 8 lanes of kind, way and count, then their numbers in 104 lanes.

The numbers are a point's coordinates, a circle's center and radius, the coordinates of a
segment's ends or a polygon's vertices, or a transform's rows. Each has an even share of the lanes:
up to 6 as `NumberCode`s (decimal digits where these fit), more as ints in balanced base-256 limbs
(n/128 in one lane while |n| <= 127). What does not fit so is packed as a byte stream.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import (
    byte_lanes,
    limb_lanes,
    limbs_needed,
    one_hot,
    read_bytes,
    read_limbs,
    read_one_hot,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError, ValueFormError
from fluxem_encoders.features import Traits, list_traits
from fluxem_encoders.forms import exact
from fluxem_encoders.numbers import NumberCode, is_number
from fluxem_encoders.sizes import log2_of, log10_beyond, near
from fluxem_encoders.streams import pack_numbers, take_numbers
from fluxem_encoders.structures.geometry import Circle, Point, Polygon, Segment, Transform
from fluxem_encoders.values import Number, Numbers

F32 = NDArray[np.float32]
Shape = Point | Circle | Segment | Polygon
Figure = Shape | Transform

KINDS = (Point, Circle, Segment, Polygon, Transform)
"""The lane of each kind; new ones go to the end."""

KIND = slice(0, 6)  # one-hot over KINDS
PACKED = 6  # 1 for the byte stream, 0 for even shares
COUNT = 7  # of the numbers, /128
BODY = slice(8, 112)
ROOM = BODY.stop - BODY.start

CODES = {count: NumberCode(ROOM // count, exponent_digits=2) for count in (2, 3, 4, 6)}
LIMITS = (
    "values of 2, 3, 4 or 6 numbers (points, circles, segments, triangles, transforms), each an "
    f"int or Decimal coefficient below 2**{8 * CODES[2].body}, 2**{8 * CODES[3].body}, "
    f"2**{8 * CODES[4].body} or 2**{8 * CODES[6].body}, a Decimal exponent within ±99, a Fraction "
    "of terms below 2**168, 2**96, 2**64 or 2**32, a float; polygons of ints: 52 vertices within "
    "±127, 26 within ±32,639, 17 within ±8.3e6, 13 within ±2.1e9, 4 within ±1e31; or any numbers "
    f"whose packed sizes sum to {ROOM} bytes: a float 9, an int 1 + its bytes, a Decimal 2 + its "
    "bytes, a Fraction 1 + its bytes"
)


def holds(value: object) -> bool:
    """True for a Point, Circle, Segment, Polygon or Transform."""
    return isinstance(value, KINDS)


def numbers_of(figure: Figure) -> Numbers:
    """All numbers of a figure, in the order of the lanes."""
    match figure:
        case Point():
            return figure.coordinates
        case Circle():
            return (*figure.center.coordinates, figure.radius)
        case Transform():
            return figure.rows[0] + figure.rows[1]
    return tuple(x for p in figure.points for x in p.coordinates)


def encode(figure: Figure) -> F32:
    """Kind, way and count, and the numbers."""
    xs = numbers_of(figure)
    lanes = np.zeros(112, dtype=np.float32)
    if len(xs) > ROOM:
        raise CapacityError(f"{len(xs) // 2} vertices are too many; `geometry` holds {LIMITS}")
    body = _shares(xs)
    if body is None:
        body = byte_lanes(pack_numbers(xs, ROOM, f"`geometry` holds {LIMITS}"))
        lanes[PACKED] = 1
    kind = next(i for i, kind in enumerate(KINDS) if isinstance(figure, kind))
    lanes[KIND] = one_hot(kind, KIND.stop)
    lanes[COUNT] = len(xs) / 128
    lanes[BODY.start : BODY.start + len(body)] = body
    return lanes


def _shares(xs: Numbers) -> F32 | None:
    """Each number in its own lanes; None when one does not fit."""
    if (code := CODES.get(len(xs))) is not None:
        try:
            return np.concatenate([code.encode(x) for x in xs])
        except CapacityError:
            return None
    limbs = ROOM // len(xs)
    ints = [x for x in xs if isinstance(x, int) and x.bit_length() <= 8 * limbs]
    if len(ints) < len(xs) or max(map(limbs_needed, ints)) > limbs:
        return None
    return np.concatenate([limb_lanes(n, limbs) for n in ints])


def decode(lanes: F32) -> Figure:
    """The figure of the kind with the largest lane."""
    kind, count = KINDS[read_one_hot(lanes[KIND])], int(np.rint(lanes[COUNT] * 128))
    if not 2 <= count <= ROOM:
        raise ValueError("no such count")
    xs = (
        take_numbers(read_bytes(lanes[BODY]))
        if lanes[PACKED] > 0.5
        else _read_shares(lanes[BODY], count)
    )
    if kind is Point:
        return Point(xs)
    if kind is Circle:
        return Circle(Point(xs[:2]), xs[2])
    if kind is Segment:
        return Segment(Point(xs[: count // 2]), Point(xs[count // 2 :]))
    if kind is Polygon:
        return Polygon(tuple(map(Point, zip(xs[::2], xs[1::2], strict=True))))
    return Transform((xs[:3], xs[3:]))


def _read_shares(body: F32, count: int) -> Numbers:
    share = ROOM // count
    read = CODES[count].decode if count in CODES else read_limbs
    return tuple(read(body[i * share : (i + 1) * share]) for i in range(count))


def signed_area(polygon: Polygon) -> Fraction:
    """The area, positive for vertices in counterclockwise order; floats count as they are."""
    ps = [tuple(Fraction(exact(x)) for x in p.coordinates) for p in polygon.points]
    pairs = zip(ps, [*ps[1:], ps[0]], strict=True)
    return sum((x * v - y * u for (x, y), (u, v) in pairs), Fraction(0)) / 2


def determinant(transform: Transform) -> Fraction:
    """The factor by which a transform multiplies signed areas."""
    (a, b, _), (c, d, _) = (tuple(map(exact, row)) for row in transform.rows)
    return Fraction(a * d - b * c)


def _square(xs: Numbers, ys: Numbers) -> Fraction:
    """The squared distance of two points."""
    differences = [Fraction(exact(x)) - exact(y) for x, y in zip(xs, ys, strict=True)]
    return sum((d * d for d in differences), Fraction(0))


def _size(figure: Figure) -> tuple[Fraction, int]:
    """A size and its power: (s, p) stands for s**(1/p). Signed for polygons and transforms."""
    match figure:
        case Point():
            return _square(figure.coordinates, (0,) * len(figure.coordinates)), 2
        case Segment():
            return _square(figure.start.coordinates, figure.end.coordinates), 2
        case Circle():
            return Fraction(exact(figure.radius)), 1
        case Polygon():
            return signed_area(figure), 1
    return determinant(figure), 1


def traits(figure: Figure) -> Traits:
    """Size: distance from the origin, radius, length, area or determinant; the list: numbers."""
    size, power = _size(figure)
    size = abs(size) if isinstance(figure, Polygon) else size
    x = near(size)
    return list_traits(numbers_of(figure))._replace(
        x=math.sqrt(x) if power == 2 else x,
        log10=log10_beyond(size) / power,
        zero=size == 0,
        one=size == 1,
    )


def parts(figure: Figure) -> Parts:
    """Linear and second: x and y, which add when shapes move; log: a size, which maps multiply.

    x and y are those of the point, the center, the mean of the ends or vertices, or a transform's
    shift; the z of space has no lanes. The log is that of a point's distance from the origin, a
    radius or length (so that `scale` adds logs), a polygon's signed area or a transform's
    determinant (so that composing and applying transforms add logs and multiply signs).
    """
    match figure:
        case Point():
            anchors: tuple[Numbers, ...] = (figure.coordinates,)
        case Circle():
            anchors = (figure.center.coordinates,)
        case Transform():
            anchors = (tuple(row[2] for row in figure.rows),)
        case _:
            anchors = tuple(p.coordinates for p in figure.points)
    x, y = (Fraction(sum(exact(p[i]) for p in anchors), len(anchors)) for i in (0, 1))
    size, power = _size(figure)
    log2 = log2_of(size)
    return Parts(
        linear=x,
        second=y,
        log2=None if log2 is None else log2 / power,
        sign=(size > 0) - (size < 0),
    )


def combine(op: str, a: object, b: object = None) -> Figure:
    """Move by a point, scale about the origin, negate a point, compose and apply transforms.

    `multiply` of transforms a and b is the map that does b first; a transform also takes points,
    segments and polygons of the plane.
    """
    try:
        match op, a, b:
            case "negate", Point(), None:
                return Point(tuple(map(algebra.negate, a.coordinates)))
            case "add", Point() | Circle() | Segment() | Polygon(), Point():
                return _moved(a, lambda p: _pointwise(algebra.add, p, b))
            case "add", Point(), Circle() | Segment() | Polygon():
                return combine("add", b, a)
            case "subtract", Point() | Circle() | Segment() | Polygon(), Point():
                return _moved(a, lambda p: _pointwise(algebra.subtract, p, b))
            case "scale", Point() | Circle() | Segment() | Polygon(), _ if is_number(b):
                return _scaled(a, b)
            case "multiply", Transform(), Transform():
                return _composed(a, b)
            case "multiply", Transform(), Point() | Segment() | Polygon():
                return _moved(b, lambda p: _applied(a, p))
    except ValueFormError:
        raise AlgebraError(f"`{op}` makes parts of the figure fall together here") from None
    raise AlgebraError(
        "`add` and `subtract` take a shape and a point, `scale` a shape and a number, `negate` a "
        "point, `multiply` a transform and a transform, point, segment or polygon"
    )


def _moved(shape: Shape, move: Callable[[Point], Point]) -> Shape:
    match shape:
        case Point():
            return move(shape)
        case Circle():
            return Circle(move(shape.center), shape.radius)
        case Segment():
            return Segment(move(shape.start), move(shape.end))
    return Polygon(tuple(map(move, shape.points)))


def _pointwise(op: Callable[[Number, Number], Number], p: Point, q: Point) -> Point:
    if len(p.coordinates) != len(q.coordinates):
        raise AlgebraError("points of the plane and of space have no sum or difference")
    return Point(tuple(map(op, p.coordinates, q.coordinates)))


def _scaled(shape: Shape, by: Number) -> Shape:
    def stretch(p: Point) -> Point:
        return Point(tuple(algebra.multiply(x, by) for x in p.coordinates))

    if isinstance(shape, Circle):
        size = by if by >= 0 else algebra.negate(by)  # `abs` would round a Decimal
        return Circle(stretch(shape.center), algebra.multiply(shape.radius, size))
    return _moved(shape, stretch)


def _composed(a: Transform, b: Transform) -> Transform:
    columns = tuple(zip(*b.rows, strict=True))
    first, second = (
        (
            *(_dot(row[:2], column) for column in columns[:2]),
            algebra.add(_dot(row[:2], columns[2]), row[2]),
        )
        for row in a.rows
    )
    return Transform((first, second))


def _applied(transform: Transform, p: Point) -> Point:
    if len(p.coordinates) != 2:
        raise AlgebraError("a transform takes points of the plane, (x, y)")
    return Point(tuple(algebra.add(_dot(row[:2], p.coordinates), row[2]) for row in transform.rows))


def _dot(xs: Numbers, ys: Numbers) -> Number:
    (a, b), (c, d) = xs, ys
    return algebra.add(algebra.multiply(a, c), algebra.multiply(b, d))


register(
    Domain(
        name="geometry",
        holds=holds,
        types="a Point, Circle, Segment, Polygon or Transform",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(("add", "subtract", "scale", "negate", "multiply"), "exact"),
        combine=combine,
    )
)
