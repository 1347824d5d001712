"""Points and circles."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.geometry import Circle, Point


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["geometry"])]


POINTS = [
    ("points (3, 4) and (1, 2, 3)", ["(3, 4)", "(1, 2, 3)"], [(3, 4), (1, 2, 3)]),
    ("the point P(1, 2)", ["(1, 2)"], [(1, 2)]),
    ("from (0,0) to (3, 4)", ["(0,0)", "(3, 4)"], [(0, 0), (3, 4)]),
    ("between (1/2, -1) and (3, 0)", ["(1/2, -1)", "(3, 0)"], [(Fraction(1, 2), -1), (3, 0)]),
    ("passes through (1, −2)", ["(1, −2)"], [(1, -2)]),
    ("vertices A(0,0), B(4,0), C(0,3)", ["(0,0)", "(4,0)", "(0,3)"], [(0, 0), (4, 0), (0, 3)]),
    ("triangle ABC with (0,0), (4,0) and (0,3)", None, [(0, 0), (4, 0), (0, 3)]),
    ("square (0,0), (1,0), (1,1), (0,1)", None, [(0, 0), (1, 0), (1, 1), (0, 1)]),
    ("the coordinates of A are (1, 2)", ["(1, 2)"], [(1, 2)]),
    ("the midpoint of (1,2) and (3,4)", ["(1,2)", "(3,4)"], [(1, 2), (3, 4)]),
    ("the vertex is at (2, 3)", ["(2, 3)"], [(2, 3)]),
    ("centered at (40.7, -74)", ["(40.7, -74)"], [(Decimal("40.7"), -74)]),
    ("A(1, 2)", ["(1, 2)"], [(1, 2)]),
    ("A(1, 2), B(3, 4) and C(5, 2)", None, [(1, 2), (3, 4), (5, 2)]),
    ("P(1,2) and Q(3,4)", ["(1,2)", "(3,4)"], [(1, 2), (3, 4)]),
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


NONE = [
    "f(3, 4)", "at the point f(3, 4)", "C(5, 2)", "P(3, 4)", "P(5, 2) and C(5, 2)", "N(0, 1)",
    "U(0, 1)", "N(0, 1) and N(1, 2)", "(3, 4)", "the interval (3, 4)", "as in Smith (3, 4)",
    "data (1, 2), (3, 4)", "gcd(3, 4)", "from 3 to (4)", "x in (0, 1)", "max(3, 4) to min(1, 2)",
    "the square of (3, 4)", "DATA(1, 2)", "line 3 (4, 5)", "three points (a, b)",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_none(text):
    assert not any(isinstance(value, Point | Circle) for _, value in found(text))


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
]


@pytest.mark.parametrize(("start", "unit"), HOSTILE)
def test_linear_time(start, unit):
    text = start + unit * (100_000 // len(unit))
    begin = time.process_time()
    found(text)
    assert time.process_time() - begin < 3
