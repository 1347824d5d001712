"""How people write points, vectors, figures, maps of the plane and lengths."""

import math
import random
from collections.abc import Callable

from fluxem_encoders.structures.geometry import Circle, Point, Polygon, Segment, Transform
from fluxem_vllm.data.samplers.sampler import Samplers, integer, one_of

_STEPS = ((1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, 2), (2, -1), (1, -2), (3, 1), (1, 3))
_TRIPLES = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29))
_WORDS = one_of("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve")


def length(rng: random.Random) -> str:
    """A length above 0: mostly small and whole, `2.5`, `3/4`, `seven` or `1200`."""
    kind = rng.random()
    if kind < 0.55:
        return integer(2, 30)(rng)
    if kind < 0.8:
        return str(round(rng.uniform(0.2, 20), rng.choice((1, 1, 2))) or 1)
    if kind < 0.88:
        return integer(40, 2500)(rng)
    return _WORDS(rng) if kind < 0.95 else one_of("1/2", "3/4", "2/3", "5/2", "1/4")(rng)


def _coordinate(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.8:
        return str(rng.randint(-9, 12))
    if kind < 0.86:
        return str(rng.randint(-200, 300))
    return (
        f"{rng.randint(-99, 99) / 10:g}"
        if kind < 0.96
        else one_of("1/2", "-1/2", "3/2", "2/3")(rng)
    )


def _tuple(rng: random.Random, coordinates: list[str]) -> str:
    """`(1, 2)` or `(1,2)`, now and then with a long minus."""
    left, comma, right = rng.choice((("(", ", ", ")"), ("(", ", ", ")"), ("(", ",", ")")))
    minus = "−" if rng.random() < 0.1 else "-"
    return left + comma.join(coordinates).replace("-", minus) + right


def point(rng: random.Random) -> str:
    """A point of the plane."""
    return _tuple(rng, [_coordinate(rng), _coordinate(rng)])


def _pair(dimensions: tuple[int, ...]) -> Callable[[random.Random], dict[str, str]]:
    """Two points that differ in x, or two vectors, both of the plane or both of space."""

    def draw(rng: random.Random) -> dict[str, str]:
        size = rng.choice(dimensions)
        first, second = rng.sample(range(-9, 13), 2)
        heads = {"a": str(first or 10), "b": str(second or -10)}
        return {
            name: _tuple(rng, [head, *(_coordinate(rng) for _ in range(size - 1))])
            for name, head in heads.items()
        }

    return draw


def _vectors(rng: random.Random) -> dict[str, str]:
    """Two vectors, written as points or as lists: `[1, 2]`."""
    texts = _pair((2, 2, 3))(rng)
    if rng.random() < 0.8:
        return texts
    return {name: f"[{text[1:-1]}]" for name, text in texts.items()}


def _ends(rng: random.Random) -> dict[str, str]:
    """Two points that a line goes through, near each other or on either side of the origin."""
    if rng.random() < 0.4:
        return _pair((2,))(rng)
    far = [(rng.randint(-9, -4), rng.randint(-4, 4)), (rng.randint(5, 12), rng.randint(-4, 5))]
    upright = rng.random() < 0.5 and far[0][1] != far[1][1]
    a, b = (_tuple(rng, [str(x) for x in (p[::-1] if upright else p)]) for p in far)
    return {"a": a, "b": b}


def circle(rng: random.Random) -> str:
    """A circle as words say it, without its article."""
    center, radius = point(rng), one_of("2", "3", "4", "5", "7", "10", "2.5", "0.5", "1/2")(rng)
    forms = (
        f"circle with center {center} and radius {radius}",
        f"circle with centre {center} and radius {radius}",
        f"circle of radius {radius} centered at {center}",
        f"circle of center {center} and radius {radius}",
        f"circle centred at {center} with radius {radius}",
    )
    return rng.choice(forms)


def _segment_text(rng: random.Random, a: str, b: str, line: bool = False) -> str:
    """A segment between two points, or the line through them, without its article."""
    forms = (
        f"segment from {a} to {b}",
        f"line segment from {a} to {b}",
        f"segment between {a} and {b}",
        f"segment joining {a} and {b}",
        f"segment AB from A{a} to B{b}",
        f"line segment with endpoints {a} and {b}",
    )
    lines = (
        f"line through {a} and {b}",
        f"line through the points {a} and {b}",
        f"line passing through {a} and {b}",
        f"line that passes through A{a} and B{b}",
        f"line joining {a} to {b}",
        f"line AB through A{a} and B{b}",
    )
    return rng.choice(lines if line else forms)


def segment(rng: random.Random) -> str:
    """A segment, named as one."""
    ends = _ends(rng)
    return _segment_text(rng, ends["a"], ends["b"])


def _line(rng: random.Random) -> str:
    """A line, mostly named as one."""
    ends = _ends(rng)
    return _segment_text(rng, ends["a"], ends["b"], line=rng.random() < 0.85)


def _crossing(line: bool) -> Callable[[random.Random], dict[str, str]]:
    """Two segments that cross, or two lines that do so somewhere."""

    def draw(rng: random.Random) -> dict[str, str]:
        x, y = rng.randint(-4, 6), rng.randint(-4, 6)
        texts = {}
        for name, (u, v) in zip("ab", rng.sample(_STEPS, 2), strict=True):
            first, last = rng.choice((-1, 1, 2)) if line else -rng.randint(1, 3), rng.randint(3, 4)
            ends = [(x + k * u, y + k * v) for k in (first, last)]
            a, b = (_tuple(rng, [str(c) for c in end]) for end in ends)
            texts[name] = _segment_text(rng, a, b, line=line)
        return texts

    return draw


def _corners(rng: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """A simple polygon: its name and its corners in order."""
    x, y, w, h = (rng.randint(*ends) for ends in ((-6, 5), (-6, 5), (2, 12), (2, 9)))
    if rng.random() < 0.3:
        lean = rng.choice((0, 0, 1, 2, 3))
        name = "parallelogram" if lean else "square" if w == h else "rectangle"
        return name, [(x, y), (x + w, y), (x + w + lean, y + h), (x + lean, y + h)]
    count = rng.choice((3, 3, 3, 4, 4, 5, 6))
    around = sorted(rng.sample(range(12), count))
    if max(j - i for i, j in zip(around, [*around[1:], around[0] + 12], strict=True)) > 5:
        return _corners(rng)
    angles = [(i * math.pi / 6, rng.randint(4, 9)) for i in around]
    corners = [(x + round(r * math.cos(t)), y + round(r * math.sin(t))) for t, r in angles]
    return ("triangle", "quadrilateral", "pentagon", "hexagon")[count - 3], corners


def _polygon_text(rng: random.Random, name: str, points: list[str], lettered: bool) -> str:
    """A polygon without its article: `triangle ABC with vertices A(0,0), B(4,0) and C(4,3)`."""
    letters = "ABCD"[: len(points)] if len(points) < 5 else ""
    if lettered and letters:
        points = [a + p for a, p in zip(letters, points, strict=True)]
        return f"{name} {letters} with {rng.choice(('vertices', 'corners'))} {_listed(rng, points)}"
    name = "polygon" if rng.random() < 0.3 else name
    word = rng.choice(("", "with vertices ", "with corners ", "with vertices at "))
    return f"{name} {word}{_listed(rng, points)}"


def _listed(rng: random.Random, points: list[str]) -> str:
    """Points with commas between them, half the time with `and` before the last."""
    if rng.random() < 0.5:
        return ", ".join(points)
    return f"{', '.join(points[:-1])} and {points[-1]}"


def polygon(rng: random.Random) -> str:
    """A polygon, named by the number of its corners, without its article."""
    name, corners = _corners(rng)
    points = [_tuple(rng, [str(c) for c in corner]) for corner in corners]
    return _polygon_text(rng, name, points, rng.random() < 0.3)


def _outline(rng: random.Random) -> str:
    """A polygon, now and then as a list of pairs."""
    if rng.random() < 0.9:
        return polygon(rng)
    return str(_corners(rng)[1])


def _point_and_polygon(rng: random.Random) -> dict[str, str]:
    """A point in a polygon or near it."""
    name, corners = _corners(rng)
    points = [_tuple(rng, [str(c) for c in corner]) for corner in corners]
    by = rng.choice((1, 1, 1, 0.5, 0.1))
    ends = [(min(cs) - 1, max(cs) + 1) for cs in zip(*corners, strict=True)]
    at = [f"{rng.randint(round(low / by), round(high / by)) * by:g}" for low, high in ends]
    return {"point": _tuple(rng, at), "polygon": _polygon_text(rng, name, points, False)}


def _named_figure(rng: random.Random) -> str:
    """A point, or a triangle, quadrilateral or segment with letters: all without an article."""
    kind = rng.random()
    if kind < 0.45:
        return point(rng)
    if kind < 0.6:
        ends = _ends(rng)
        return f"segment AB from A{ends['a']} to B{ends['b']}"
    name, corners = _corners(rng)
    while len(corners) > 4:
        name, corners = _corners(rng)
    points = [_tuple(rng, [str(c) for c in corner]) for corner in corners]
    return _polygon_text(rng, name, points, True)


def _any_figure(rng: random.Random) -> str:
    """A point, a figure with letters or a circle."""
    return circle(rng) if rng.random() < 0.2 else _named_figure(rng)


def transform(rng: random.Random) -> str:
    """A rotation or a reflection."""
    if rng.random() < 0.45:
        word = rng.choice(("in", "across", "over"))
        return (
            f"reflection {word} the {rng.choice(('x-axis', 'y-axis', 'line y = x', 'line y = -x'))}"
        )
    angle = rng.choice((90, 90, 180, 270))
    way = rng.choice(("", " clockwise", " counterclockwise", " anticlockwise"))
    center = "the origin" if rng.random() < 0.7 else point(rng)
    return (
        f"rotation {rng.choice(('by', 'of', 'through'))} {angle}{rng.choice(('°', ' degrees'))}"
        f"{way if angle != 180 else ''} {rng.choice(('about', 'around'))} {center}"
    )


def _map(rng: random.Random) -> str:
    """A map of the plane, now and then by its numbers."""
    if rng.random() < 0.92:
        return transform(rng)
    rows = [[rng.randint(-3, 3) for _ in range(2)] + [rng.randint(-6, 8)] for _ in range(2)]
    if rows[0][0] * rows[1][1] == rows[0][1] * rows[1][0]:
        return _map(rng)
    return str(rows)


def _sides(rng: random.Random) -> dict[str, str]:
    """The sides of a triangle, now and then of a right-angled one."""
    if rng.random() < 0.3:
        sides = rng.sample(rng.choice(_TRIPLES), 3)
    else:
        a, b = rng.randint(3, 25), rng.randint(3, 25)
        sides = [a, b, rng.randint(abs(a - b) + 1, a + b - 1)]
    by = rng.choice((1, 1, 1, 1, 2, 10, 0.5, 0.1))
    return {name: f"{side * by:g}" for name, side in zip("abc", sides, strict=True)}


def _legs(rng: random.Random) -> dict[str, str]:
    """The legs of a right triangle; the hypotenuse is often a whole number."""
    if rng.random() < 0.4:
        a, b, _ = rng.choice(_TRIPLES)
        by = rng.choice((1, 1, 2, 3, 10, 0.5))
        return {"a": f"{a * by:g}", "b": f"{b * by:g}"}
    return {"a": length(rng), "b": length(rng)}


_factor = one_of("2", "3", "4", "5", "10", "1/2", "0.5", "1.5", "2.5", "1/3", "3/4", "-1", "-2")

SAMPLERS: Samplers = {
    Point: point,
    Circle: circle,
    Segment: segment,
    Polygon: polygon,
    Transform: transform,
    "distance": _pair((*(2,) * 9, 3)),
    "midpoint": _pair((*(2,) * 9, 3)),
    "angle_between": _vectors,
    "line_through": _ends,
    "triangle_area": _sides,
    "hypotenuse": _legs,
    ("slope", "line"): _line,
    ("line_equation", "line"): _line,
    ("distance_to_line", "line"): _line,
    "segments_intersection": _crossing(line=False),
    "lines_intersection": _crossing(line=True),
    ("polygon_area", "polygon"): _outline,
    ("polygon_perimeter", "polygon"): _outline,
    "point_in_polygon": _point_and_polygon,
    ("apply_transform", "figure"): _named_figure,
    ("apply_transform", "transform"): _map,
    ("inverse_transform", "transform"): _map,
    ("move_figure", "figure"): _any_figure,
    ("scale_figure", "figure"): _any_figure,
    ("scale_figure", "factor"): _factor,
    **{
        (tool, name): length
        for tool, names in (
            ("circle_area", ("radius",)),
            ("circle_circumference", ("radius",)),
            ("sphere_volume", ("radius",)),
            ("cylinder_volume", ("radius", "height")),
            ("cone_volume", ("radius", "height")),
            ("box_volume", ("length", "width", "height")),
        )
        for name in names
    },
}
