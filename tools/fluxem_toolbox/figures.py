"""Coordinates and lengths as whole numbers over one denominator, and what figures need of them."""

from fractions import Fraction
from typing import Any

from fluxem_encoders.forms import clip
from fluxem_encoders.structures.geometry import Point
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.distributions import square_root
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.matrices import bits_of, one_of_each, over_one_denominator
from fluxem_toolbox.rationals import in_form_of

MAX_BITS = 20_000  # of a coordinate or length, over the common denominator of a figure's numbers

Flat = list[tuple[Any, Any]]  # plane points as pairs of whole numbers over one denominator


def wholes(name: str, numbers: Numbers) -> tuple[list[Any], int]:
    """Whole numbers and the denominator that they are over.

    Raises:
        ToolError: when one of them has more than `MAX_BITS` bits (category `limit`).
    """
    parts, scale = over_one_denominator(name, numbers)
    bits = max(bits_of([parts]), scale.bit_length())
    if bits > MAX_BITS:
        raise ToolError(
            f"`{name}` takes numbers of up to {MAX_BITS} bits over their common denominator, "
            f"got {bits}",
            "limit",
        )
    return parts, scale


def coordinates_of(name: str, points: tuple[Point, ...]) -> Numbers:
    """All coordinates of points of the plane or of points of space."""
    if len({len(p.coordinates) for p in points}) > 1:
        raise ToolError(f"`{name}` needs points of the plane alone, or of space alone")
    return tuple(x for p in points for x in p.coordinates)


def plane_points(name: str, *points: Point) -> tuple[Flat, int]:
    """Points of the plane over one denominator."""
    numbers = coordinates_of(name, points)
    if len(points[0].coordinates) != 2:
        raise ToolError(
            f"`{name}` needs points of the plane, (x, y), got {clip(points[0].to_text())}"
        )
    parts, scale = wholes(name, numbers)
    return list(zip(parts[::2], parts[1::2], strict=True)), scale


def positive(name: str, **lengths: Number) -> Numbers:
    """The lengths, each refused unless it is above 0."""
    for argument, length in lengths.items():
        if length <= 0:
            raise ToolError(f"`{name}` needs {argument} > 0, got {argument}={clip(length)}")
    return tuple(lengths.values())


def point_of(numbers: tuple[Fraction, ...], like: Numbers) -> Point:
    """The point with these coordinates, in the form of the numbers that they came from."""
    kinds = one_of_each(like)
    return Point(tuple(in_form_of(x, kinds) for x in numbers))


def root_of(square: Fraction, like: Numbers) -> Number:
    """The square root in the form of the numbers that it came from; a float when irrational."""
    root = square_root(square)
    return root if isinstance(root, float) else in_form_of(root, one_of_each(like))


def cross(p: tuple[Any, Any], q: tuple[Any, Any]) -> Any:
    """Twice the area of the triangle from the origin to p and q; positive when q is to the left."""
    return p[0] * q[1] - p[1] * q[0]


def minus(p: tuple[Any, Any], q: tuple[Any, Any]) -> tuple[Any, Any]:
    """The way from q to p."""
    return p[0] - q[0], p[1] - q[1]


def edges_of(points: Flat) -> list[tuple[tuple[Any, Any], tuple[Any, Any]]]:
    """Each vertex with the next one, the last with the first."""
    return list(zip(points, [*points[1:], points[0]], strict=True))
