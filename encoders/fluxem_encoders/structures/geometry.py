"""Points, circles, segments and polygons, and affine maps of the plane."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, is_exact, number_from_json, to_json, to_text
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Number, Numbers

MAX_VERTICES = 1000  # of any polygon; an embedding holds fewer


@dataclass(frozen=True, slots=True)
class Point(Structured, key="point", domain="geometry"):
    """A point or vector of the plane or of space: 2 or 3 finite coordinates of any type.

    JSON: `{"point": [1, "1/3"]}`.
    """

    coordinates: Numbers

    def __post_init__(self) -> None:
        xs = self.coordinates
        if not isinstance(xs, tuple) or len(xs) not in (2, 3) or not all(map(_is_plain, xs)):
            raise ValueFormError(
                f"a point has 2 or 3 finite coordinates, got {clip(xs)}; write (1, 2) or (1, 2, 3)"
            )

    def to_json(self) -> dict[str, Any]:
        """`{"point": [x, y]}`, or with z."""
        return {self.key: to_json(self.coordinates)}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        return cls(_coordinates(_inner(form, cls.key)))

    def to_text(self) -> str:
        """Such as `(1, 0.5)`."""
        return "(" + ", ".join(map(to_text, self.coordinates)) + ")"

    @property
    def is_exact(self) -> bool:
        """Whether no coordinate is a float."""
        return is_exact(self.coordinates)


@dataclass(frozen=True, slots=True)
class Circle(Structured, key="circle", domain="geometry"):
    """A circle of the plane: a center and a finite radius above 0.

    JSON: `{"circle": {"center": [0, 0], "radius": 5}}`.
    """

    center: Point
    radius: Number

    def __post_init__(self) -> None:
        if not _is_plane_point(self.center):
            raise ValueFormError(f"a circle's center is a point (x, y), got {clip(self.center)}")
        if not _is_plain(self.radius) or self.radius <= 0:
            raise ValueFormError(f"a circle needs a finite radius > 0, got {clip(self.radius)}")

    def to_json(self) -> dict[str, Any]:
        """`{"circle": {"center": [x, y], "radius": r}}`."""
        center = to_json(self.center.coordinates)
        return {self.key: {"center": center, "radius": to_json(self.radius)}}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        inner = _inner(form, cls.key)
        if not isinstance(inner, Mapping) or set(inner) != {"center", "radius"}:
            raise ValueFormError(f"a circle has `center` and `radius` alone, got {clip(inner)}")
        return cls(Point(_coordinates(inner["center"])), number_from_json(inner["radius"]))

    def to_text(self) -> str:
        """Such as `circle of center (0, 0) and radius 5`."""
        return f"circle of center {self.center.to_text()} and radius {to_text(self.radius)}"

    @property
    def is_exact(self) -> bool:
        """Whether neither center nor radius holds a float."""
        return self.center.is_exact and is_exact(self.radius)


@dataclass(frozen=True, slots=True)
class Segment(Structured, key="segment", domain="geometry"):
    """A straight segment between two different points, both of the plane or both of space.

    It also stands for the line through them. JSON: `{"segment": [[0, 0], [3, 4]]}`.
    """

    start: Point
    end: Point

    def __post_init__(self) -> None:
        ends = (self.start, self.end)
        if not all(isinstance(p, Point) for p in ends):
            raise ValueFormError(f"a segment has two points, got {', '.join(map(clip, ends))}")
        if len(self.start.coordinates) != len(self.end.coordinates):
            raise ValueFormError("a segment's ends both have 2 or both have 3 coordinates")
        if self.start == self.end:
            raise ValueFormError(f"a segment's ends differ, got {clip(self.start.to_text())} twice")

    @property
    def points(self) -> tuple[Point, ...]:
        """Start and end."""
        return self.start, self.end

    def to_json(self) -> dict[str, Any]:
        """`{"segment": [start, end]}`."""
        return {self.key: [to_json(p.coordinates) for p in self.points]}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        inner = _inner(form, cls.key)
        if not isinstance(inner, list | tuple) or len(inner) != 2:
            raise ValueFormError(f"a segment is a list of two points, got {clip(inner)}")
        start, end = (Point(_coordinates(p)) for p in inner)
        return cls(start, end)

    def to_text(self) -> str:
        """Such as `segment from (0, 0) to (3, 4)`."""
        return f"segment from {self.start.to_text()} to {self.end.to_text()}"

    @property
    def is_exact(self) -> bool:
        """Whether neither end holds a float."""
        return self.start.is_exact and self.end.is_exact


@dataclass(frozen=True, slots=True)
class Polygon(Structured, key="polygon", domain="geometry"):
    """A closed polygon of the plane: 3 to 1000 vertices in order, neighbours different.

    Edges may cross. Two polygons are equal when they list the same vertices in the same order.
    JSON: `{"polygon": [[0, 0], [4, 0], [0, 3]]}`.
    """

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        ps = self.points
        if not isinstance(ps, tuple) or not 3 <= len(ps) <= MAX_VERTICES:
            raise ValueFormError(f"a polygon has 3 to {MAX_VERTICES} vertices, got {clip(ps)}")
        if not all(map(_is_plane_point, ps)):
            raise ValueFormError("a polygon's vertices are points (x, y)")
        for before, p in zip((ps[-1], *ps), ps, strict=False):
            if before == p:
                raise ValueFormError(
                    f"neighbouring vertices differ, got {clip(p.to_text())} twice in a row; "
                    "leave out the first vertex at the end"
                )

    def to_json(self) -> dict[str, Any]:
        """`{"polygon": [[x, y], ...]}`."""
        return {self.key: [to_json(p.coordinates) for p in self.points]}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        inner = _inner(form, cls.key)
        if not isinstance(inner, list | tuple) or not 3 <= len(inner) <= MAX_VERTICES:
            raise ValueFormError(
                f"a polygon is a list of 3 to {MAX_VERTICES} points, got {clip(inner)}"
            )
        return cls(tuple(Point(_coordinates(p)) for p in inner))

    def to_text(self) -> str:
        """Such as `polygon (0, 0), (4, 0), (0, 3)`."""
        return "polygon " + ", ".join(p.to_text() for p in self.points)

    @property
    def is_exact(self) -> bool:
        """Whether no vertex holds a float."""
        return all(p.is_exact for p in self.points)


@dataclass(frozen=True, slots=True)
class Transform(Structured, key="transform", domain="geometry"):
    """An affine map of the plane, exact: rows (a, b, c) and (d, e, f) of a 2x3 matrix.

    It takes (x, y) to (ax + by + c, dx + ey + f). Entries are finite ints, Fractions or
    Decimals. JSON: `{"transform": [[1, 0, 5], [0, 1, -2]]}`.
    """

    rows: tuple[Numbers, Numbers]

    def __post_init__(self) -> None:
        rows = self.rows
        if not isinstance(rows, tuple) or len(rows) != 2 or not all(map(_is_row, rows)):
            raise ValueFormError(
                f"a transform has 2 rows of 3 exact finite numbers each, got {clip(rows)}; "
                "write a float as a Fraction or a Decimal"
            )

    def to_json(self) -> dict[str, Any]:
        """`{"transform": [[a, b, c], [d, e, f]]}`."""
        return {self.key: [to_json(row) for row in self.rows]}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        inner = _inner(form, cls.key)
        if (
            not isinstance(inner, list | tuple)
            or len(inner) != 2
            or not all(isinstance(row, list | tuple) and len(row) == 3 for row in inner)
        ):
            raise ValueFormError(f"a transform is 2 lists of 3 numbers each, got {clip(inner)}")
        first, second = (tuple(map(number_from_json, row)) for row in inner)
        return cls((first, second))

    def to_text(self) -> str:
        """Such as `affine map [[1, 0, 5], [0, 1, -2]]`."""
        return f"affine map [{to_text(self.rows[0])}, {to_text(self.rows[1])}]"


def _is_plain(x: object) -> bool:
    return is_number(x) and is_finite(x)


def _is_plane_point(p: object) -> bool:
    return isinstance(p, Point) and len(p.coordinates) == 2


def _is_row(row: object) -> bool:
    return (
        isinstance(row, tuple)
        and len(row) == 3
        and all(_is_plain(x) and not isinstance(x, float) for x in row)
    )


def _inner(form: Mapping[str, Any], key: str) -> Any:
    if set(form) != {key}:
        raise ValueFormError(f'expected {{"{key}": ...}} with no other key, got {clip(dict(form))}')
    return form[key]


def _coordinates(form: Any) -> Numbers:
    if not isinstance(form, list | tuple) or len(form) not in (2, 3):
        raise ValueFormError(f"a point is a list of 2 or 3 numbers, got {clip(form)}")
    return tuple(map(number_from_json, form))
