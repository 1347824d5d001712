"""Linear programs."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.optimization import Constraint, LinearProgram


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["optimization"])]


def program(sense, objective, *rules, free=()):
    return LinearProgram(sense, objective, tuple(Constraint(*rule) for rule in rules), free)


TWO = ((1, 1), "<=", 4)

PROGRAMS = [
    (
        "maximize 3x + 5y subject to x + 2y <= 4, x - y >= 1",
        program("maximize", (3, 5), ((1, 2), "<=", 4), ((1, -1), ">=", 1), free=(True, True)),
    ),
    (
        "Maximise z = 3x + 5y s.t. x ≤ 4; 2y ≤ 12; x, y ≥ 0",
        program("maximize", (3, 5), ((1, 0), "<=", 4), ((0, 2), "<=", 12)),
    ),
    (
        "minimise 2 x1 + 0.5*x2 subject to x1 + x2 >= 10 and x1 >= 0 and x2 >= 0",
        program("minimize", (2, Decimal("0.5")), ((1, 1), ">=", 10)),
    ),
    ("max 3x₁ + 2x₂ subject to x₁ + x₂ ≤ 4, x₁, x₂ ≥ 0", program("maximize", (3, 2), TWO)),
    ("max x_1 + x_{2} such that x_1 + x_2 = 4", program(
        "maximize", (1, 1), ((1, 1), "=", 4), free=(True, True))),
    (
        "Minimize 1/2x - y subject to 0 <= x <= 5, y free",
        program("minimize", (Fraction(1, 2), -1), ((1, 0), "<=", 5), free=(False, True)),
    ),
    (
        "Maximize: x + y\nsubject to:\nx + y <= 4\nx >= 0\ny >= 0",
        program("maximize", (1, 1), TWO),
    ),
    (r"max x + y subject to x + y \leq 4, x \geq 0, y \ge 0", program("maximize", (1, 1), TWO)),
    ("maximize x + y subject to x + y <= 4 where x, y >= 0", program("maximize", (1, 1), TWO)),
    (
        "maximize 3x + 2y subject to x <= 2y + 3, x and y are nonnegative",
        program("maximize", (3, 2), ((1, -2), "<=", 3)),
    ),
    ("max. x + y s.t. x + y <= 4, x, y >= 0", program("maximize", (1, 1), TWO)),
    ("max x + y with x + y <= 4, x >= 0, y >= 0", program("maximize", (1, 1), TWO)),
    ("minimize cost = x + y subject to x + y <= 4, x, y >= 0", program("minimize", (1, 1), TWO)),
    (
        r"maximize $z = x_1 + x_2$ subject to $x_1 + x_2 \leq 4$, $x_1, x_2 \geq 0$",
        program("maximize", (1, 1), TWO),
    ),
    ("minimize x subject to 4 - x <= 2x + 1", program(
        "minimize", (1,), ((-3,), "<=", -3), free=(True,))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), PROGRAMS)
def test_programs(text, value):
    assert found(text) == [(text, value)]
    for end in (".", "?", ". What is it?", "\n", ", then find it"):
        assert found(f"Please {text}{end}") == [(text, value)]
    for end in (
        " with integers",
        ", whole numbers only",
        "; optimum?",
        " feasible?",
        " for a farm",
    ):
        assert found(f"Please {text}{end}") == [(text, value)]
    for end in (" at (2, 3)", ". is (2, 3) feasible?"):
        assert found(f"Please {text}{end}")[0] == (text, value)


NONE = [
    "maximize x*y subject to x + y <= 4", "maximize x^2 subject to x <= 4",
    "maximize x + y subject to x + y <= 4, x*y <= 3", "maximize x + y subject to x < 4",
    "maximize x + y subject to x <= 4\nx*y <= 3", "maximize x subject to x <= 4y^2",
    "maximize x + y + 3 subject to x <= 2", "minimize cost subject to 3 rules",
    "maximize x subject to x <= 4, x integer", "maximize x subject to x <= 4, x in {0, 1}",
    "maximize x subject to x, y <= 4", "maximize x subject to x ≠ 4",
    "maximize a+b+c+d+e+f+g subject to a <= 1", "max(3, 4)", "max 5 min 3",
    "maximize x subject to " + ", ".join(f"x <= {n}" for n in range(9)),
    "maximize x subject to x <= 1/0", "maximize x subject to x <= 4 at most twice",
    "maximize x subject to x <= 4 with x in {0, 1}", "maximize x subject to x <= 4 for x in {0, 1}",
    "maximize x subject to x <= 4 for all y", "max 5 with 3", "min. 2 with x",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_none(text):
    assert not any(isinstance(value, LinearProgram) for _, value in found(text))


def test_only_when_asked():
    assert "optimization" not in [span.domain for span in detect("max x subject to x <= 4")]
    assert "optimization" in [
        span.domain for span in detect("max x subject to x <= 4", domains=["optimization"])
    ]


HOSTILE = [
    ("", "maximize "),
    ("maximize ", "x + "),
    ("maximize x subject to ", "x, "),
    ("maximize x subject to ", "x <= 1, "),
    ("maximize x subject to ", "x\n"),
    ("", "max x s.t. "),
    ("", "maximize x subject to x <= 4, "),
    ("maximize x subject to x <= ", "1+"),
    ("", "maximize x subject to x <= 4 and max "),
    ("maximize x subject to x <= 4", " and"),
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
        (
            "max of 5x + 4y if 6x + 4y <= 24, x, y >= 0",
            ["max of 5x + 4y if 6x + 4y <= 24, x, y >= 0"],
        ),
        (
            "maximum value of P = 3x + 4y given x + y ≤ 10, x ≥ 0, y ≥ 0.",
            ["maximum value of P = 3x + 4y given x + y ≤ 10, x ≥ 0, y ≥ 0"],
        ),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["optimization"])
    assert [span.text for span in every if isinstance(span.value, LinearProgram)] == spans


@pytest.mark.parametrize("text", ["the maximum of x if it rains"])
def test_near_texts(text):
    every = detect(text, domains=["optimization"])
    assert not any(isinstance(span.value, LinearProgram) for span in every)


def programs(text):
    every = detect(text, domains=["optimization"])
    return [span.text for span in every if isinstance(span.value, LinearProgram)]


ONE, OTHER = "maximize 3x + 2y subject to x + y <= 4, x >= 0, y >= 2", "minimize x s.t. x >= 3"


@pytest.mark.parametrize(
    "around",
    [
        "{} reaches its optimum where?",
        "{} has any solution?",
        "does {} have any solution?",
        "I must {} tonight",
        "can you {}, and double the result?",
        "if you {} and then halve it, what comes out?",
        "{}: any luck?",
        "{} - is that bounded?",
        "{} as quickly as possible\n",
        "{}\nWhich corner is the best one?",
    ],
)
def test_words_behind_a_program(around):
    assert programs(around.format(ONE)) == [ONE]


@pytest.mark.parametrize(
    "around",
    [
        "{} and {}: which is larger?",
        "{} or {}?",
        "Is {} more than {}?",
        "first {}; then {}",
        "Program A: {}. program B: {}. Compare them.",
        "(a) {} (b) {}",
        "1) {} 2) {}",
        "{}\n{}\nWhich optimum is larger?",
    ],
)
def test_two_programs(around):
    assert programs(around.format(ONE, OTHER)) == [ONE, OTHER]


@pytest.mark.parametrize(
    "end",
    [
        *("and profit <= 3", "or more precisely 5", "percent of all", "where every y is odd"),
        *("at most twice a day", "times two", ", total <= 3", "if each x is whole", "plus y"),
        *("or y >= 3", "squared, please", "million in all"),
    ],
)
def test_what_goes_on_with_a_program(end):
    assert programs(f"maximize x + y subject to x + y <= 4 {end}") == []
