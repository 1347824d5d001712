import time
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.values import Value

QUADRATIC = Polynomial((6, -5, 1))
SQUARE = Polynomial((1, 0, 1))
LINEAR = Polynomial((3, 2))
LESS = Polynomial((-2, 1))
HALF = Fraction(1, 2)


def found(text: str) -> list[tuple[str, Value]]:
    return [(span.text, span.value) for span in detect(text, domains=["calculus"])]


def polynomials(text: str) -> list[tuple[str, Value]]:
    return [(text, value) for text, value in found(text) if isinstance(value, Polynomial)]


ONE = [
    ("x^2 - 5x + 6", QUADRATIC),
    ("x²−5x+6", QUADRATIC),
    ("6 - 5x + x^2", QUADRATIC),
    ("x**2 - 5*x + 6", QUADRATIC),
    ("x^{2} - 5x + 6", QUADRATIC),
    ("x^2 - 5 x + 6", QUADRATIC),
    ("x^2 - 2x - 3x + 6", QUADRATIC),
    ("x²+1", Polynomial((1, 0, 1))),
    ("2*x**2 + 1", Polynomial((1, 0, 2))),
    ("2·x² + 1", Polynomial((1, 0, 2))),
    ("3x³ + 2x - 1/2", Polynomial((-HALF, 2, 0, 3))),
    ("-x^2 + 1", Polynomial((1, 0, -1))),
    ("1/2 x^2 + 1", Polynomial((1, 0, HALF))),
    ("(1/2)x^2 + 1", Polynomial((1, 0, HALF))),
    (r"\frac{1}{2}x^2 + 1", Polynomial((1, 0, HALF))),
    ("½x² + 1", Polynomial((1, 0, HALF))),
    ("x^2/2 + 1", Polynomial((1, 0, HALF))),
    ("0.5t^2 + 1", Polynomial((1, 0, HALF), "t")),
    ("A^2 - A + 1", Polynomial((1, -1, 1), "A")),
    ("2m^2 + 3m - 5", Polynomial((-5, 3, 2), "m")),
    ("n^12 + n", Polynomial((0, 1, *[0] * 10, 1), "n")),
    ("x^2", Polynomial((0, 0, 1))),
    ("3x²", Polynomial((0, 0, 3))),
    ("x^2 + x^2", Polynomial((0, 0, 2))),
]


@pytest.mark.parametrize(("text", "value"), ONE)
@pytest.mark.parametrize("around", ["{}", "Solve {} = 0", "p(x) = {}.", "${}$", "- {}\n", "is {},"])
def test_polynomials(around, text, value):
    assert polynomials(around.format(text)) == [(text, value)]


PARTS = [
    ("f(x) = 2x + 3", [("2x + 3", LINEAR)]),
    ("f'(x)=3 + 2x", [("3 + 2x", LINEAR)]),
    ("f(n) = n^2", [("n^2", Polynomial((0, 0, 1), "n"))]),
    ("solve 2x + 3 = 7", [("2x + 3", LINEAR), ("7", 7)]),
    ("Solve for x: 2x + 3 = 7", [("2x + 3", LINEAR), ("7", 7)]),
    ("the derivative of 2x", [("2x", Polynomial((0, 2)))]),
    ("roots of the polynomial p(x) = x - 1?", [("x - 1", Polynomial((-1, 1)))]),
    ("d/dx (2x + 3)", [("2x + 3", LINEAR)]),
    (r"\frac{d}{dt} t^3", [("t^3", Polynomial((0, 0, 0, 1), "t"))]),
    (r"\int x^2 + x \, dx", [("x^2 + x", Polynomial((0, 1, 1)))]),
    ("∫ x²dx", [("x²", Polynomial((0, 0, 1)))]),
    ("1. x^2 - 5x + 6\n2) x^2", [("x^2 - 5x + 6", QUADRATIC), ("x^2", Polynomial((0, 0, 1)))]),
    ("(x^2 - 5x + 6)(x - 2)", [("x^2 - 5x + 6", QUADRATIC), ("x - 2", LESS)]),
    ("(x - 2) * (2x + 3)", [("x - 2", LESS), ("2x + 3", LINEAR)]),
    ("(x^2 - 5x + 6)/(x - 2)", [("x^2 - 5x + 6", QUADRATIC), ("x - 2", LESS)]),
    ("divide x^2 - 5x + 6 by x - 2", [("x^2 - 5x + 6", QUADRATIC), ("x - 2", LESS)]),
    ("when x^2 + 1 is divided by x - 2", [("x^2 + 1", SQUARE), ("x - 2", LESS)]),
    ("multiply x - 2 by x^2 + 1", [("x - 2", LESS), ("x^2 + 1", SQUARE)]),
    ("x^2 + 1 and y - 2", [("x^2 + 1", SQUARE), ("2", 2)]),
    ("y - 2 and x^2 + 1", [("2", 2), ("x^2 + 1", SQUARE)]),
    ("x^2 + 1 times x^2 - 5x + 6", [("x^2 + 1", SQUARE), ("x^2 - 5x + 6", QUADRATIC)]),
    (
        "polynomials n^2 + 1 and n - 2",
        [("n^2 + 1", Polynomial((1, 0, 1), "n")), ("n - 2", Polynomial((-2, 1), "n"))],
    ),
    ("polynomials -2x^2 - 4", [("-2x^2 - 4", Polynomial((-4, 0, -2)))]),
    ("solved -x^3 = 1", [("-x^3", Polynomial((0, 0, 0, -1))), ("1", 1)]),
    ("what's x^2 + 1 - remainder?", [("x^2 + 1", SQUARE)]),
    ("the second x^2 + 1", [("x^2 + 1", SQUARE)]),
    ("[x^2] -2x^2", [("x^2", Polynomial((0, 0, 1))), ("-2x^2", Polynomial((0, 0, -2)))]),
    ("& x² + 1", [("x² + 1", SQUARE)]),
    ("y = 2x + 3", [("2x + 3", LINEAR)]),
    ("the line y = x - 2", [("x - 2", LESS)]),
    ("$x - 2$", [("x - 2", LESS)]),
    ("x squared plus 1", [("x squared plus 1", SQUARE)]),
    ("6 minus 5x plus x squared", [("6 minus 5x plus x squared", QUADRATIC)]),
    (r"\int_{0}^{2} 2x + 3 \, dx", [("0", 0), ("2", 2), ("2x + 3", LINEAR)]),
    ("∫_0^3 x^2 + 1 dx", [("0", 0), ("3", 3), ("x^2 + 1", SQUARE)]),
    ("∫₋₁¹² (x² + 1) dx", [("₋₁", -1), ("¹²", 12), ("x² + 1", SQUARE)]),
    ("∫₀² x dx", [("₀", 0), ("²", 2), ("x", Polynomial((0, 1)))]),
    (r"∫_a^\pi x^2 + 1 dx", [("x^2 + 1", SQUARE)]),
    ("Is x^2 - 5x + 6 a polynomial (show why)?", [("x^2 - 5x + 6", QUADRATIC)]),
    ("x^2 - 5x + 6 and x^2 - 5x + 6", [("x^2 - 5x + 6", QUADRATIC)] * 2),
    ("diff(x**2 - 5*x + 6, x)", [("x**2 - 5*x + 6", QUADRATIC)]),
    ("10 km and x^2 - 5x + 6 at x = 3", [("10", 10), ("x^2 - 5x + 6", QUADRATIC), ("3", 3)]),
]


@pytest.mark.parametrize(("text", "spans"), PARTS)
def test_places(text, spans):
    assert found(text) == spans


NONE = [
    "5x", "x", "x - 2", "5x + 3", "the derivative of a product", "roots of a tree", "f(x) = 5",
    "solve x", "x^2 + y^2", "x^2 + 2xy + y^2", "a^2 + b^2 = c^2", "x^2 y + 1", "2x^2y + x",
    "x^2 + sin x", "x^2 + 2 sin(x)", "x^2 + 2\\sin x", "sin x^2 + 1", "sin(x) + x^2", "x^2 + 1/x",
    "x^2 + e^x", "x^2 + x^n", "x^2 + x^{-1}", "x^2 + x⁻¹", "x^2.5 + 1", "x^2 + 2π", "x^2 + 3 b c",
    "x^2/a^2 - 1", "x_1^2 + 3", "x2 + 3", "xy^2 + 1", "y - x^2 + 3", "2^x + 1", "e^2 + 1",
    "i^2 = -1", "O(n^2)", "O(n^2 + n)", "Θ(n^2 + n)", "R^2 = 0.9", "E = mc^2", "5 m^2", "5m^2",
    "a = 9.8 m/s^2", "5 m^2 + 3 m^2", "5m^2 + 3m^2", "10 cm^2 + 1", "X^2(3) = 4", "pi r^2 + 1",
    "x^200 + 1", "x^2/0 + 1", "return x**2 + 1", "lambda x: x**2 + 1", "a[1]^2 + 3", "obj.x**2 + 1",
    "https://a.b/x^2+1", "3D", "4x faster, 2x cheaper", "chi² + 1", "x^2 + 5,000", "x^2 + 3!",
    "f(x)^2 + 1", "x^2*(x + 1)", "the polynomial p has roots", "2 x 4 x 8", "v2 - 5x",
    "y = 2*x + 1", "y = x + 1", "x squared", "x squared plus y squared", "x squared plus 3 times y",
    "(x + 1)(y - 2)", "f(x - 1)(x + 2)", "(a - b)(a + b)", "$x$", "5 times x^2 + 1",
    r"2 \times x^2", "x^2 + 1 - sqrt(x)", "x^2 + 1 - floor(x)", "x^2 + 1 - xy",
    "n - 1 and n - 2", "∫ x + y dx", "divided by n - 1",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_no_polynomial(text):
    assert polynomials(text) == []
    assert polynomials(f"we have {text}, and") == []


def test_only_when_asked():
    assert [span.text for span in detect("x^2 - 5x + 6")] == ["2", "5", "6"]
    assert [span.domain for span in detect("x^2 - 5x + 6", domains=["calculus"])] == ["calculus"]


def test_a_long_sum_stays_text():
    assert polynomials("is x^2" + " + x" * 1000) == []


UNITS = [
    *("x + ", "1 + ", "x^2 + ", "(x^2 + 1", "x^2 - 1, ", "2x^", "f(x) = ", "d/dx ", "1/2 x ", "x "),
    *("solve 2", "-x", "\n- x^2", "sin x^2 + ", "x^{2}", "(1/2)x", "x²", "9", "1*", " x^2 ("),
    *(
        "x + 1, ",
        "(x + 1)",
        "x^2 + 1 and ",
        "x squared plus ",
        "∫_0^1 ",
        "(x + ",
        "\\int ",
        "y = 2x",
    ),
]


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_linear_time(unit):
    text = unit * (100_000 // len(unit))
    begin = time.process_time()
    found("is x^2 + " + text)
    assert time.process_time() - begin < 6


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("(x^3-8)÷(x-2)", ["x^3-8", "x-2"]),
        ("\\frac{x^2 - 9}{x - 3}", ["x^2 - 9", "x - 3"]),
        ("\\frac{5x+2}{3x-1}", ["5x+2", "3x-1"]),
        ("Divide 6x^3 + 3x^2 by 3x", ["6x^3 + 3x^2", "3x"]),
        ("(x^2+1) mod (x+1)", ["x^2+1", "x+1"]),
        ("evaluate 2x+3 for x=7", ["2x+3"]),
        ("the product of 2x - 1 and x + 6.", ["2x - 1", "x + 6"]),
        ("y = 3x^2 - 4x + 1, dy/dx", ["3x^2 - 4x + 1"]),
        ("the derivative of x squared", ["x squared"]),
        ("the minimum of x^2 - 4x on [0, 5]", ["x^2 - 4x"]),
        ("f = x^2 and g = x + 5", ["x^2", "x + 5"]),
        (
            "multiply out (well, expand) x^2 + 3x - 1 times x - 4 for me?",
            ["x^2 + 3x - 1", "x - 4"],
        ),
        ("take x^2 + 1, plug 2x - 3 into it, then differentiate", ["x^2 + 1", "2x - 3"]),
        ("substitute x + 1 into x^2 - 3x", ["x + 1", "x^2 - 3x"]),
        ("compose that with x - 3", ["x - 3"]),
        ("replace x by 5 - x in x^2", ["5 - x", "x^2"]),
        ("then multiply it by x - 4", ["x - 4"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["calculus"])
    assert [span.text for span in every if isinstance(span.value, Polynomial)] == spans


@pytest.mark.parametrize(
    "text",
    [
        "add 2 cups - 3 at most",
        "\\frac{1}{2} and \\frac{x}{2}",
        "the value of n - 1",
        "multiply 2 by x",
        "put 2 cups - 3 spoons in",
        "plug x into it",
        "divide it by n - 1",
        "f(x) x^2 + 1",
    ],
)
def test_near_texts(text):
    every = detect(text, domains=["calculus"])
    assert not any(isinstance(span.value, Polynomial) for span in every)
