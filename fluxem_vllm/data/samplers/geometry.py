"""How people write points, vectors, circles and lengths."""

import random
from collections.abc import Callable

from fluxem_encoders.structures.geometry import Circle, Point
from fluxem_vllm.data.samplers.sampler import Samplers, decimal, integer, one_of

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


def _small_point(rng: random.Random) -> str:
    """A point in the unit square or near it, also on its edge."""
    coordinates = (decimal(-0.3, 1.3, 2), one_of("0", "1", "0.5", "1/2", "1/4", "-0.2", "3/4"))
    return _tuple(rng, [rng.choice(coordinates)(rng) for _ in range(2)])


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
    "distance": _pair((*(2,) * 9, 3)),
    "midpoint": _pair((*(2,) * 9, 3)),
    "angle_between": _vectors,
    "line_through": _ends,
    "triangle_area": _sides,
    "hypotenuse": _legs,
    ("move_figure", "figure"): circle,
    ("scale_figure", "factor"): _factor,
    ("point_in_polygon", "point"): _small_point,
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
