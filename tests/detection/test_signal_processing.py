"""Signals with their rate, and digital filters."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import FURTHER, detect
from fluxem_encoders.structures.signal_processing import DigitalFilter, Signal


def found(text, domains=("signal_processing",)):
    return [(span.text, span.value) for span in detect(text, domains=domains)]


HALF, QUARTER, THIRD = Decimal("0.5"), Decimal("0.25"), Fraction(1, 3)

SIGNALS = [
    ("[1, 2, 3] at 8000 Hz", 8000),
    ("[1, 2, 3] sampled at 8 kHz", 8000),
    ("[1 2 3] at 44.1 kHz", 44100),
    ("{1, 2, 3} with a sampling rate of 8,000 Hz", 8000),
    ("(1, 2, 3), fs = 8000 Hz", 8000),
    ("[1, 2, 3] at 100 samples per second", 100),
]


@pytest.mark.parametrize(("text", "rate"), SIGNALS)
def test_signals(text, rate):
    assert found(f"how long is {text}?", FURTHER) == [(text, Signal((1, 2, 3), rate))]


FILTERS = [
    ("b = [1, 2], a = [1, -0.5]", None, (1, 2), (1, -HALF)),
    ("lfilter([1], [1, -1], x)", "[1], [1, -1]", (1,), (1, -1)),
    ("freqz([0.5, 0.5], 1)", "[0.5, 0.5], 1", (HALF, HALF), (1,)),
    ("FIR filter with taps [0.25, 0.5, 0.25]", "[0.25, 0.5, 0.25]", (QUARTER, HALF, QUARTER), (1,)),
    ("the FIR filter [1, 2, 1]", "[1, 2, 1]", (1, 2, 1), (1,)),
    ("y[n] = 0.5 x[n] + 0.5 x[n-1]", None, (HALF, HALF), (1,)),
    ("y[n] = 0.9y[n-1] + x[n]", None, (1,), (1, Decimal("-0.9"))),
    ("y[n] - 0.5y[n-1] = x[n] - x[n - 2]", None, (1, 0, -1), (1, -HALF)),
    ("y(n) = 0.5x(n) + 0.5*x(n-1)", None, (HALF, HALF), (1,)),
    ("y[n] = (x[n] + x[n-1])/2", None, (Fraction(1, 2),) * 2, (1,)),
    ("y[n] = 1/3 (x[n] - x[n-1]) - y[n-2]", None, (THIRD, -THIRD), (1, 0, 1)),
    ("y[k] = (1/3)x[k] + 0.5x[k−1]", None, (THIRD, HALF), (1,)),
    ("y[n] = x[n-1]", None, (0, 1), (1,)),
    ("H(z) = (0.5 + 0.5 z^-1) / (1 - 0.5 z^-1)", "(0.5 + 0.5 z^-1) / (1 - 0.5 z^-1)",
     (HALF, HALF), (1, -HALF)),
    ("H(z) = 1 - z⁻¹", "1 - z⁻¹", (1, -1), (1,)),
    ("the filter 1/(1 - 0.5z^{-1})", "1/(1 - 0.5z^{-1})", (1,), (1, -HALF)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "b", "a"), FILTERS)
def test_filters(text, span, b, a):
    assert found(f"Apply {text}.", FURTHER) == [(span or text, DigitalFilter(b, a))]


NONE = [
    "[1, 2, 3]", "[1, 2, 3] at 8 pm", "the amplitudes [1, 2, 3] at 50 Hz", "a = [1, 2], b = [1, 3]",
    "b = [1, 2], a = [3, 4]", "vectors b = [1, 2], a = [1, 3]",
    "IIR filter with coefficients [1, 2]",
    "y[n] = x[n] * h[n]", "y[n] = x[n] + h[n]", "y[n] = x[n] + x[n+1]", "y[n] = 0.9y[n-1] + 5",
    "y[n] = 0.9y[n-1]", "y[n] = y[n] + x[n]", "y[n] = x[k] + x[n-1]", "H(z) = 2",
    "H(z) = z/(z - 0.5)",
    "H(z) = 1 + z^-1 / (1 - z^-1)", "filter 1 of 3", "x[n] = [1, 2, 3]", "y(t) = x(t)",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_none(text):
    assert not any(isinstance(value, Signal | DigitalFilter) for _, value in found(text))


def test_lists_remain():
    assert found("[1, 2, 3] at noon") == [("[1, 2, 3]", (1, 2, 3))]
    assert found("vectors b = [1, 2], a = [1, 3]") == [("[1, 2]", (1, 2)), ("[1, 3]", (1, 3))]
    long = ", ".join("1" * 300)
    assert found(f"[{long}] at 8000 Hz")[0] == (f"[{long}]", (1,) * 300)


def test_only_when_asked():
    assert [span.text for span in detect("[1, 2] at 8000 Hz")] == ["[1, 2]", "8000"]


HOSTILE = [
    ("[", "1, "),
    ("", "[1, 2] at "),
    ("", "b = [1, 2], "),
    ("", "lfilter([1], "),
    ("", "y[n] = x[n] + "),
    ("y[n] = ", "x[n] + "),
    ("H(z) = 1", " + z^-1"),
    ("", "filter 1 + "),
    ("filter ", "1 + "),
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
        ("filter coefficients b = [1, -1] here", ["[1, -1]"]),
        ("taps [0.25, 0.5, 0.25]", ["[0.25, 0.5, 0.25]"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["signal_processing"])
    assert [span.text for span in every if isinstance(span.value, DigitalFilter)] == spans


@pytest.mark.parametrize("text", ["the signal [1, -1]"])
def test_near_texts(text):
    every = detect(text, domains=["signal_processing"])
    assert not any(isinstance(span.value, DigitalFilter) for span in every)
