"""Points, vectors, figures and maps."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structured import Structured
from fluxem_encoders.structures.geometry import Circle, Point, Polygon, Segment, Transform


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["geometry"])]


POINTS = [
    ("points (3, 4) and (1, 2, 3)", ["(3, 4)", "(1, 2, 3)"], [(3, 4), (1, 2, 3)]),
    ("the point P(1, 2)", ["(1, 2)"], [(1, 2)]),
    ("from (0,0) to (3, 4)", ["(0,0)", "(3, 4)"], [(0, 0), (3, 4)]),
    ("between (1/2, -1) and (3, 0)", ["(1/2, -1)", "(3, 0)"], [(Fraction(1, 2), -1), (3, 0)]),
    ("passes through (1, −2)", ["(1, −2)"], [(1, -2)]),
    ("vertices A(0,0), B(4,0), C(0,3)", ["(0,0)", "(4,0)", "(0,3)"], [(0, 0), (4, 0), (0, 3)]),
    ("triangle with (0,0), (4,0), (4,3), (1,1)", None, [(0, 0), (4, 0), (4, 3), (1, 1)]),
    ("rectangle with corners (0,0) and (4,3)", None, [(0, 0), (4, 3)]),
    ("its corners are (0,0), (4,0), (4,3)", None, [(0, 0), (4, 0), (4, 3)]),
    ("a rectangle with three corners at (0,0), (4,0), (4,3)", None, [(0, 0), (4, 0), (4, 3)]),
    ("graph with vertices (0,0), (1,1), (2,4)", None, [(0, 0), (1, 1), (2, 4)]),
    ("line from (0,0) to (3,4) to (5,6)", None, [(0, 0), (3, 4), (5, 6)]),
    ("midpoint of the segment from (0,0) to (3,4)", None, [(0, 0), (3, 4)]),
    ("the coordinates of A are (1, 2)", ["(1, 2)"], [(1, 2)]),
    ("the midpoint of (1,2) and (3,4)", ["(1,2)", "(3,4)"], [(1, 2), (3, 4)]),
    ("the vertex is at (2, 3)", ["(2, 3)"], [(2, 3)]),
    ("centered at (40.7, -74)", ["(40.7, -74)"], [(Decimal("40.7"), -74)]),
    ("A(1, 2)", ["(1, 2)"], [(1, 2)]),
    ("A(1, 2), B(3, 4) and C(5, 2)", None, [(1, 2), (3, 4), (5, 2)]),
    ("P(1,2) and Q(3,4)", ["(1,2)", "(3,4)"], [(1, 2), (3, 4)]),
    ("P(4, 286) is reflected in the x-axis", ["(4, 286)"], [(4, 286)]),
    ("the reflection of (4, 2) in the line", ["(4, 2)"], [(4, 2)]),
    ("the point x=1, y=-2.", ["x=1, y=-2"], [(1, -2)]),
    ("(x, y) = (1, 2)", ["(1, 2)"], [(1, 2)]),
    ("dot product of <1, 2> and <3, 4>", ["<1, 2>", "<3, 4>"], [(1, 2), (3, 4)]),
    ("⟨1, −2⟩", ["⟨1, −2⟩"], [(1, -2)]),
    ("the vector 3i + 4j", ["3i + 4j"], [(3, 4)]),
    ("angle between u = 3i - j + 2k and v = i + j + k", None, [(3, -1, 2), (1, 1, 1)]),
]


@pytest.mark.parametrize(("text", "spans", "points"), POINTS)
def test_points(text, spans, points):
    pairs = found(text)
    assert [value for _, value in pairs] == [Point(xs) for xs in points]
    assert spans is None or [span for span, _ in pairs] == spans


CIRCLES = [
    ("a circle with centre (1, 2) and radius 5.", Circle(Point((1, 2)), 5)),
    ("circle of center (0, 0) and radius 5", Circle(Point((0, 0)), 5)),
    ("circle of radius 2.5 centered at (0, -1)", Circle(Point((0, -1)), Decimal("2.5"))),
    ("circle centred at (1, 2) with a radius of 1/3,", Circle(Point((1, 2)), Fraction(1, 3))),
    ("A circle has center C(2, 3) and radius r = 4", Circle(Point((2, 3)), 4)),
]


@pytest.mark.parametrize(("text", "circle"), CIRCLES)
def test_circles(text, circle):
    ((span, value),) = found(text)
    assert value == circle
    assert span in text
    assert span.startswith("circle")


FIGURES = [
    ("the polygon (0,0), (4,0), (4,3)", "polygon (0,0), (4,0), (4,3)", "polygon"),
    ("triangle with vertices A(0,0), B(4,0), C(4,3)", None, "polygon"),
    ("triangle ABC with (0,0), (4,0) and (4,3).", "triangle ABC with (0,0), (4,0) and (4,3)",
     "polygon"),
    ("polygon with vertices (0,0), (4,0), (4,3) and (0,0)", None, "polygon"),
    ("the polygon [(0,0),(4,0),(4,3)]", "[(0,0),(4,0),(4,3)]", "polygon"),
    ("a parcel with corners (0,0), (4,0), (4,3)", "corners (0,0), (4,0), (4,3)", "polygon"),
    ("garden whose corners are at (0,0), (4,0) and (4,3)",
     "corners are at (0,0), (4,0) and (4,3)", "polygon"),
    ("The lot has four corners A(0,0), B(4,0), C(4,3), D(0,3).",
     "corners A(0,0), B(4,0), C(4,3), D(0,3)", "quadrilateral"),
    ("the region with vertices (0,0), (4,0), (4,3)", "vertices (0,0), (4,0), (4,3)", "polygon"),
    ("area of the field [[0,0], [4,0], [4,3]]", "[[0,0], [4,0], [4,3]]", "polygon"),
    ("quadrilateral with corners (0,0), (4,0), (4,3), (0,3)", None, "quadrilateral"),
    ("square (0,0), (4,0), (4,3), (0,3)", None, "quadrilateral"),
    ("the segment from (0,0) to (3,4)", "segment from (0,0) to (3,4)", "segment"),
    ("line through (0,0) and (3,4), please", "line through (0,0) and (3,4)", "segment"),
    ("line segment AB joining A(0,0) and B(3,4)", None, "segment"),
    ("slope of the segment [(0,0), (3,4)]", "[(0,0), (3,4)]", "segment"),
]  # fmt: skip
CORNERS = tuple(map(Point, ((0, 0), (4, 0), (4, 3), (0, 3))))
KINDS = {
    "polygon": Polygon(CORNERS[:3]),
    "quadrilateral": Polygon(CORNERS),
    "segment": Segment(Point((0, 0)), Point((3, 4))),
}


@pytest.mark.parametrize(("text", "span", "kind"), FIGURES)
def test_figures(text, span, kind):
    assert found(text) == [(span or text, KINDS[kind])]


TRANSFORMS = [
    ("rotation by 90° about the origin", "rotation by 90° about the origin", "0 -1 0 1 0 0"),
    ("apply the rotation by 90 degrees clockwise", "rotation by 90 degrees clockwise",
     "0 1 0 -1 0 0"),
    ("a rotation of 90° counterclockwise around (1, 2)", None, "0 -1 3 1 0 1"),
    ("rotation through 180° about (1, 2)", None, "-1 0 2 0 -1 4"),
    ("apply the rotation by 90° about (1, 2) to it", "rotation by 90° about (1, 2)",
     "0 -1 3 1 0 1"),
    ("the rotation by 90 degrees about (1, 2) clockwise",
     "rotation by 90 degrees about (1, 2) clockwise", "0 1 -1 -1 0 3"),
    ("the reflection across the x axis", "reflection across the x axis", "1 0 0 0 -1 0"),
    ("reflection in the x-axis and", "reflection in the x-axis", "1 0 0 0 -1 0"),
    ("reflection over the line y = -x", None, "0 -1 0 -1 0 0"),
    ("affine map [[1, 0, 5], [0, 1, -2]]", "[[1, 0, 5], [0, 1, -2]]", "1 0 5 0 1 -2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "entries"), TRANSFORMS)
def test_transforms(text, span, entries):
    numbers = tuple(map(int, entries.split()))
    ((found_text, value),) = found(text)
    assert value == Transform((numbers[:3], numbers[3:]))
    assert span in (found_text, None)


NUMBERS = [
    ("a room 3 by 4 m", ["3", "4"]),
    ("we meet in room 3 by 5.", ["5"]),
    ("radius 2, height 1.1 V=?", ["2", "1.1"]),
    ("SSS: 3/4/5", ["3", "4", "5"]),
    ("a 3/4/5 triangle", ["3", "4", "5"]),
]


@pytest.mark.parametrize(("text", "spans"), NUMBERS)
def test_numbers_of_figures(text, spans):
    assert [span for span, _ in found(text)] == spans


NONE = [
    "f(3, 4)", "at the point f(3, 4)", "C(5, 2)", "P(3, 4)", "P(5, 2) and C(5, 2)", "N(0, 1)",
    "U(0, 1)", "N(0, 1) and N(1, 2)", "(3, 4)", "the interval (3, 4)", "as in Smith (3, 4)",
    "data (1, 2), (3, 4)", "gcd(3, 4)", "from 3 to (4)", "x in (0, 1)", "max(3, 4) to min(1, 2)",
    "the square of (3, 4)", "DATA(1, 2)", "line 3 (4, 5)", "three points (a, b)",
    "rotate it by 90°", "a rotation by 90°", "rotation by 45° about the origin", "x=1, y=2",
    "reflection over y = x + 1", "the point x = 1, y = 2x", "3i + 4j", "map<1, 2>", "“1, 2”",
    "the pair <1, 2>", "transform [[1, 2, 3], [4, 5, 6]] into", "[(0,0),(4,0),(4,3)]",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_none(text):
    assert not any(isinstance(value, Structured) for _, value in found(text))


def test_circles_that_are_none():
    assert found("circle with center (1,2) and radius 0") == [("1", 1), ("2", 2), ("0", 0)]
    assert found("circle centered at (1,2) with radius √5") == [("(1,2)", Point((1, 2))), ("5", 5)]


def test_only_when_asked():
    assert "geometry" not in [span.domain for span in detect("the point (1, 2)")]
    assert "geometry" in [span.domain for span in detect("the point (1, 2)", domains=["geometry"])]


HOSTILE = [
    ("", "(1,"),
    ("points ", "(1,2), "),
    ("", "point A "),
    ("", "A(1,2), "),
    ("", "from (1,2) to "),
    ("", "circle with center (1,2) and "),
    ("triangle (", "1,"),
    ("", "P(1,2) and "),
    ("polygon ", "(1,2), "),
    ("", "polygon (1,2), (3,4), "),
    ("", "segment from (1,2) to "),
    ("line from ", "(1,2) to "),
    ("polygon [", "(1,2),"),
    ("vector ", "<1,2>, "),
    ("", "dot product 3i + "),
    ("", "rotation by 90° "),
    ("field with corners ", "(1,2), "),
    ("", "field with corners (1,2), (3,4), "),
]


@pytest.mark.parametrize(("start", "unit"), HOSTILE)
def test_linear_time(start, unit):
    text = start + unit * (100_000 // len(unit))
    begin = time.process_time()
    found(text)
    assert time.process_time() - begin < 6


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("<1,2,3> x <4,5,6>", ["<1,2,3>", "<4,5,6>"]),
        ("(2i + 3j) · (i - j)", ["2i + 3j", "i - j"]),
        ("cross product of i + 2j + 3k and 2i - k", ["i + 2j + 3k", "2i - k"]),
        ("how far is (0,0) from (3,4)", ["(0,0)", "(3,4)"]),
        ("dist (1,2,3) (4,5,6)", ["(1,2,3)", "(4,5,6)"]),
        ("is (1,1) inside it", ["(1,1)"]),
        ("translate (5, -2) by <1, 1>", ["(5, -2)", "<1, 1>"]),
        ("move the point (1,2) by (3,4)", ["(1,2)", "(3,4)"]),
        ("u = (2,1) and v = (1,3)", ["(2,1)", "(1,3)"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["geometry"])
    assert [span.text for span in every if isinstance(span.value, Point)] == spans


@pytest.mark.parametrize(
    "text",
    ["List<1, 2> x", "2 < 3 x 4 > 1", "the loop over i - j and k", "a map of (1,2) or (3,4)"],
)
def test_near_texts(text):
    every = detect(text, domains=["geometry"])
    assert not any(isinstance(span.value, Point) for span in every)


@pytest.mark.parametrize(
    "text",
    [
        "90 degrees counterclockwise about the origin",
        "reflected over the line y = x",
        "across the y-axis",
    ],
)
def test_maps_as_people_write_them(text):
    assert [type(value) for span, value in found(f"Take it {text}.") if span == text] == [Transform]


def test_slopes_of_two_points():
    value = Segment(Point((0, 0)), Point((5, 10)))
    assert found("slope between (0,0) and (5,10)") == [("(0,0) and (5,10)", value)]
