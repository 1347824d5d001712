"""Transfer functions."""

import time
from decimal import Decimal

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.control_systems import TransferFunction


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


NONE = [
    "5/s", "10 /s requests", "5/(s)", "item(s)/(s+1)", "(z+1)/(z-1)", "K/(s+1)", "2K(s+1)/(s+2)",
    "1/(s+K)", "1/(s+1)(s+2)", "1/(s+1) + 2/(s+3)", "2s+1/(s+2)", "e^{-2s}/(s+1)",
    "exp(-2s)/(s+1)", "H(z) = 1/(1 - 0.5z^-1)", "G(s) = 1/(s^2", "1/(s+1)^x",
    "1 - 2/(s+1)", "(s)/(s)", "km/(s+1)", "G(s) = 1/(s+1)^33", "1/(2+3)", "m/s", "G(s) = 5/(s+z)",
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
]


@pytest.mark.parametrize(("start", "unit"), HOSTILE)
def test_linear_time(start, unit):
    text = start + unit * (100_000 // len(unit))
    begin = time.process_time()
    found(text)
    assert time.process_time() - begin < 3
