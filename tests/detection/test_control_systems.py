"""Transfer functions and state-space models."""

import time
from decimal import Decimal

import pytest

from fluxem_encoders.detect import FURTHER, detect
from fluxem_encoders.structures.control_systems import StateSpace, TransferFunction


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["control_systems"])]


HALF = Decimal("0.5")

FUNCTIONS = [
    ("1/(s^2 + 2s + 1)", "1/(s^2 + 2s + 1)", (1,), (1, 2, 1)),
    ("(s+1)/(s^2+3s+2)", "(s+1)/(s^2+3s+2)", (1, 1), (1, 3, 2)),
    ("G(s) = 10/(s(s+1))", "10/(s(s+1))", (10,), (1, 1, 0)),
    ("G(s)=1/s", "1/s", (1,), (1, 0)),
    ("G(s) = -3/(s-1)", "-3/(s-1)", (-3,), (1, -1)),
    ("H(s) = (s+1)(s+2)/(s+3)^2", "(s+1)(s+2)/(s+3)^2", (1, 3, 2), (1, 6, 9)),
    ("step response of 4/(s² + 0.5s + 4).", "4/(s² + 0.5s + 4)", (4,), (1, HALF, 4)),
    ("is 10(s + 1)/((s+2)(s+3)) stable?", "10(s + 1)/((s+2)(s+3))", (10, 10), (1, 5, 6)),
    ("G(s) = 5 / (s * (s + 2))", "5 / (s * (s + 2))", (5,), (1, 2, 0)),
    ("the transfer function 1/(s(s+1)(0.5s+1))", None, (1,), (HALF, Decimal("1.5"), 1, 0)),
    (r"G(s) = \frac{10}{s(s+1)}", r"\frac{10}{s(s+1)}", (10,), (1, 1, 0)),
    ("add the transfer functions 20/(s+3)", "20/(s+3)", (20,), (1, 3)),
    ("cascade of the blocks (3s + 8)/(s + 1)", "(3s + 8)/(s + 1)", (3, 8), (1, 1)),
    ("compare the plants 5/(s+2)", "5/(s+2)", (5,), (1, 2)),
    ("stable? 3/(2s^2 + 4s + 8)", "3/(2s^2 + 4s + 8)", (3,), (2, 4, 8)),
    ("12/(s^2 + 8s + 48) I need its poles", "12/(s^2 + 8s + 48)", (12,), (1, 8, 48)),
    (r"\frac{4}{2s² + s + 128}", r"\frac{4}{2s² + s + 128}", (4,), (2, 1, 128)),
    ("the integrator 1/s", "1/s", (1,), (1, 0)),
    ("Plant: 1/s^2", "1/s^2", (1,), (1, 0, 0)),
    ("is 1/s stable?", "1/s", (1,), (1, 0)),
    ("tf([1],[1 2 1])", "tf([1],[1 2 1])", (1,), (1, 2, 1)),
    ("ctrl.tf([1, 2], [1, 2, 1])", "tf([1, 2], [1, 2, 1])", (1, 2), (1, 2, 1)),
    (r"$\frac{1}{s^{2}+2s+1}$", r"\frac{1}{s^{2}+2s+1}", (1,), (1, 2, 1)),
]


@pytest.mark.parametrize(("text", "span", "top", "bottom"), FUNCTIONS)
def test_functions(text, span, top, bottom):
    ((found_text, value),) = found(text)
    assert value == TransferFunction(top, bottom)
    assert span in (None, found_text)


def test_in_z():
    value = TransferFunction((1, 0), (1, -HALF), "z")
    assert found("H(z) = z/(z - 0.5)") == [("z/(z - 0.5)", value)]
    assert found("transfer function z/(z - 0.5)") == [("z/(z - 0.5)", value)]
    assert found("is z/(z - 0.5) stable?") == [("z/(z - 0.5)", value)]
    assert found("tf([1 0], [1 -0.5], 0.1)") == [("tf([1 0], [1 -0.5], 0.1)", value)]


FIRST, SECOND = TransferFunction((1,), (1, 1)), TransferFunction((1,), (1, 0))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("cascade of 1/(s+1) and 1/s", [FIRST, SECOND]),
        ("1/(s+1) and 1/s", [FIRST, SECOND]),
        ("put 1/s in series with 1/(s+1)", [SECOND, FIRST]),
        ("the first 1/(s+1)", [FIRST]),
        ("next to 1/(s+1)", [FIRST]),
        ("zeros of 1/(s+1)", [FIRST]),
        ("zeros of G(s) = 1/(s+1)", [FIRST]),
    ],
)
def test_beside_other_domains(text, values):
    assert [span.value for span in detect(text, domains=FURTHER)] == values


MODEL = StateSpace(((0, 1), (-2, -3)), ((0,), (1,)), ((1, 0),), ((0,),))
SQUARE = StateSpace(*[((1, 2), (3, 4))] * 4)

MODELS = [
    ("A = [[0,1],[-2,-3]], B = [[0],[1]], C = [[1,0]], D = [[0]]", MODEL),
    ("A=[[0,1],[-2,-3]]; B=[[0],[1]]; C=[[1,0]]; D=0", MODEL),
    ("A = [0 1; -2 -3], B = [0; 1], C = [1 0] and D = [0]", MODEL),
    ("ss([0 1; -2 -3], [0; 1], [1 0], 0)", MODEL),
    (
        "A = [[-1]], B = [[1]], C = [[1]], D = [[0]]",
        StateSpace(((-1,),), ((1,),), ((1,),), ((0,),)),
    ),
]


@pytest.mark.parametrize(("text", "model"), MODELS)
def test_models(text, model):
    assert found(f"Is {text} controllable?") == [(text, model)]


def test_models_of_several_inputs():
    matrices = ", ".join(f"{name} = [[1,2],[3,4]]" for name in "ABCD")
    assert found(f"the state space model {matrices}") == [(matrices, SQUARE)]
    assert StateSpace not in map(type, [value for _, value in found(matrices)])


NONE = [
    "5/s", "10 /s requests", "5/(s)", "item(s)/(s+1)", "(z+1)/(z-1)", "K/(s+1)", "2K(s+1)/(s+2)",
    "1/(s+K)", "1/(s+1)(s+2)", "1/(s+1) + 2/(s+3)", "2s+1/(s+2)", "e^{-2s}/(s+1)",
    "exp(-2s)/(s+1)", "H(z) = 1/(1 - 0.5z^-1)", "G(s) = 1/(s^2", "1/(s+1)^x",
    "1 - 2/(s+1)", "(s)/(s)", "km/(s+1)", "G(s) = 1/(s+1)^33", "1/(2+3)", "m/s", "G(s) = 5/(s+z)",
    "the speed of the system is 5/s", "jobs run at 5/s in parallel", "5/(s) and 1/s",
    "zeros of s^2 + 8s + 5", "tf(1, 2)", "the plant 5/s",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_none(text):
    assert not any(isinstance(value, TransferFunction) for _, value in found(text))


def test_numbers_remain():
    assert found("= 1/(10^2)") == [("1", 1), ("10^2", 100)]
    assert found("= 5/(2s)") == [("5", 5), ("2", 2)]


def test_only_when_asked():
    assert "control_systems" not in [span.domain for span in detect("1/(s + 1)")]
    assert "control_systems" in [
        span.domain for span in detect("1/(s + 1)", domains=["control_systems"])
    ]


HOSTILE = [
    ("", "(s+1"),
    ("= (1", "(s)"),
    ("", "G(s) = "),
    ("= ", "(1)"),
    ("G(s) = 1/(", "s+"),
    ("", "\\frac{s}{"),
    ("", "is (s+1)/(s+"),
    ("", "((("),
    ("transfer function ", "s"),
    ("", "tf([1],"),
    ("tf([", "1 "),
    ("", "A = [[1]], B = [[1]], "),
    ("A = [", "[1],"),
    ("", "1/(s+1) and "),
    ("", "zeros of G(s) = "),
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
        ("G1 = 1/(s+2), G2 = 5/s,", ["1/(s+2)", "5/s"]),
        ("and G2(s) = 1/s", ["1/s"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["control_systems"])
    assert [span.text for span in every if isinstance(span.value, TransferFunction)] == spans


@pytest.mark.parametrize("text", ["a rate of x = 5/s"])
def test_near_texts(text):
    every = detect(text, domains=["control_systems"])
    assert not any(isinstance(span.value, TransferFunction) for span in every)
