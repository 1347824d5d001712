"""Signals against numpy and scipy, and exactly where those round."""

import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.signal_processing import DigitalFilter, Signal
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox import ToolError
from fluxem_toolbox.domains.signal_processing import (
    aliased_frequency,
    apply_filter,
    autocorrelation,
    convolve,
    cross_correlation,
    decibels,
    dft_magnitudes,
    downsample,
    filter_dc_gain,
    impulse_response,
    moving_average,
    nyquist_frequency,
    peak_to_peak,
    ratio_from_decibels,
    root_mean_square,
    signal_duration,
    signal_energy,
    signal_power,
    signal_samples,
    upsample,
)
from tests.checks import checks

numbers = st.one_of(st.integers(-100, 100), st.fractions(-9, 9, max_denominator=12))
lists = st.lists(numbers, min_size=1, max_size=6).map(tuple)
whole_lists = st.lists(st.integers(-50, 50), min_size=1, max_size=12).map(tuple)
few = settings(max_examples=25)  # fractions are slow to draw
taps = st.lists(st.integers(-5, 5), min_size=1, max_size=4).map(tuple)


def exactly(xs: Numbers) -> list[Fraction]:
    return [Fraction(x) for x in xs]


@given(whole_lists, whole_lists)
@checks(convolve, cross_correlation, against="numpy")
@checks(autocorrelation, against="law: a correlation with itself")
def test_convolution_and_correlation_against_numpy(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    assert list(convolve(a, b).samples) == np.convolve(a, b).tolist()
    lags = range(1 - len(a), len(b))
    found = [cross_correlation(a, b, lag) for lag in lags]
    assert found == np.correlate(b, a, "full").tolist()
    assert cross_correlation(a, b, 99) == cross_correlation(a, b, -99) == 0
    assert autocorrelation(a, 2) == cross_correlation(a, a, 2) == autocorrelation(a, -2)


@few
@given(lists, lists, lists)
def test_convolution_is_a_product(a: Numbers, b: Numbers, c: Numbers) -> None:
    assert exactly(convolve(a, b).samples) == exactly(convolve(b, a).samples)
    left, right = convolve(convolve(a, b), c), convolve(a, convolve(b, c))
    assert exactly(left.samples) == exactly(right.samples)


@few
@given(lists)
@checks(signal_energy, signal_power, peak_to_peak, against="Python's fractions")
@checks(root_mean_square, against="numpy")
def test_levels(xs: Numbers) -> None:
    energy = sum(x * x for x in exactly(xs))
    assert signal_energy(xs) == energy == autocorrelation(xs)
    assert Fraction(signal_power(xs)) == energy / len(xs)
    rms = root_mean_square(xs)
    assert float(rms) == pytest.approx(np.sqrt(np.mean(np.square(list(map(float, xs))))), rel=1e-12)
    assert isinstance(rms, float) or Fraction(rms) ** 2 == energy / len(xs)
    assert Fraction(peak_to_peak(xs)) == max(exactly(xs)) - min(exactly(xs))


@few
@given(lists)
@checks(dft_magnitudes, against="numpy and Parseval's law")
def test_spectrum_against_numpy_and_parseval(xs: Numbers) -> None:
    magnitudes = dft_magnitudes(xs)
    expected = np.abs(np.fft.fft(np.array(xs, dtype=float)))
    assert magnitudes == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert sum(float(m) ** 2 for m in magnitudes) == pytest.approx(
        len(xs) * float(signal_energy(xs)), rel=1e-12
    )


def test_a_spectrum_has_true_zeros() -> None:
    tone = tuple((-1) ** (n // 2) for n in range(64))
    assert [k for k, m in enumerate(dft_magnitudes(tone)) if m] == [16, 48]
    assert dft_magnitudes((Decimal("0.1"),) * 3) == (0.3, 0.0, 0.0)


@few
@given(taps, taps, whole_lists)
@checks(apply_filter, against="scipy")
@checks(impulse_response, against="law: convolving with it filters")
def test_filters_against_scipy(b: tuple[int, ...], a: tuple[int, ...], xs: Numbers) -> None:
    a = (a[0] or 1, *a[1:])
    output = apply_filter(DigitalFilter(b, a), Signal(xs, 8))
    expected = scipy.signal.lfilter(b, a, np.array(xs, dtype=float))
    assert list(map(float, output.samples)) == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert output.rate == 8
    response = impulse_response(DigitalFilter(b, a), len(xs)).samples
    assert exactly(convolve(response, xs).samples)[: len(xs)] == exactly(output.samples)


@given(taps, taps)
@checks(filter_dc_gain, against="law: the response to a constant")
def test_the_gain_at_rest_is_the_response_to_a_constant(
    b: tuple[int, ...], a: tuple[int, ...]
) -> None:
    fir = DigitalFilter(b)
    assert apply_filter(fir, (1,) * 9).samples[-1] == filter_dc_gain(fir) == sum(b)
    if a[0] and sum(a):
        assert Fraction(filter_dc_gain(DigitalFilter(b, a))) == Fraction(sum(b), sum(a))


def test_a_float_makes_floats() -> None:
    decaying = impulse_response(DigitalFilter((1,), (1, -0.9)), 256).samples
    assert decaying[200] == pytest.approx(0.9**200, rel=1e-12)
    assert convolve((0.5,), (1, 2)).samples == (0.5, 1.0)


@few
@given(lists, st.integers(1, 12))
@checks(downsample, moving_average, against="plain Python")
@checks(upsample, against="law: downsampling undoes it")
def test_averages_and_resampling(xs: Numbers, n: int) -> None:
    assert downsample(upsample(xs, n), n).samples == xs
    assert downsample(xs, n).samples == xs[::n]
    if n <= len(xs):
        expected = [sum(exactly(xs[i : i + n])) / n for i in range(len(xs) - n + 1)]
        assert exactly(moving_average(xs, n).samples) == expected


@checks(nyquist_frequency, signal_duration, signal_samples, against="worked cases")
def test_rates() -> None:
    signal = Signal((1, 2, 3, 4), 8000)
    assert downsample(signal, 3) == Signal((1, 4), Fraction(8000, 3))
    assert upsample(signal, 2).rate == 16_000
    assert convolve(signal, (1, 1)).rate == moving_average(signal, 2).rate == 8000
    assert nyquist_frequency(signal) == nyquist_frequency(8000) == 4000
    assert nyquist_frequency(Decimal("22.05")) == Decimal("11.025")
    assert signal_duration(signal) == Decimal("0.0005")
    assert signal_samples(signal) == (1, 2, 3, 4)


@given(st.integers(0, 5000), st.integers(1, 500), st.integers(0, 20))
@checks(aliased_frequency, against="law: the same samples, below half the rate")
def test_an_alias_has_the_same_samples(frequency: int, rate: int, n: int) -> None:
    alias = aliased_frequency(frequency, rate)
    assert 0 <= alias <= Fraction(rate, 2)
    turns = [Fraction(f) * n / rate for f in (frequency, alias)]
    assert (turns[0] - turns[1]).denominator == 1 or (turns[0] + turns[1]).denominator == 1


@given(st.integers(-30, 30), st.sampled_from(["power", "amplitude"]))
@checks(ratio_from_decibels, against="powers of ten")
def test_decibels_of_powers_of_ten(k: int, of: Any) -> None:
    per_decade = 10 if of == "power" else 20
    assert decibels(Fraction(10) ** k, of) == per_decade * k
    assert Fraction(ratio_from_decibels(per_decade * k, of)) == Fraction(10) ** k


@given(st.fractions(Fraction(1, 1000), 1000))
@checks(decibels, against="numpy")
@checks(ratio_from_decibels, against="law: undoes the decibels")
def test_decibels_against_numpy(ratio: Fraction) -> None:
    level = decibels(ratio)
    assert level == pytest.approx(10 * np.log10(float(ratio)), rel=1e-12, abs=1e-12)
    assert float(ratio_from_decibels(level)) == pytest.approx(float(ratio), rel=1e-12)
    assert decibels(ratio, "amplitude") == pytest.approx(2 * level, rel=1e-14, abs=1e-300)


def test_well_known_levels() -> None:
    assert decibels(2) == pytest.approx(3.010299956639812, rel=1e-15)
    assert decibels(Fraction(1, 2), "amplitude") == pytest.approx(-6.020599913279624, rel=1e-15)


LONG = tuple(Fraction(2**14 + 3 * i, 2**14 + 2 * i + 1) for i in range(256))


@pytest.mark.parametrize(
    ("refused", "category", "text"),
    [
        (lambda: signal_energy(()), "invalid", "needs 1 or more samples"),
        (lambda: signal_energy((1,) * 257), "limit", "1 to 256"),
        (lambda: autocorrelation((10**4000,)), "limit", "`autocorrelation`.*8192 bits"),
        (lambda: convolve((1,) * 129, (1,) * 129), "limit", "up to 256, got 257"),
        (lambda: convolve(Signal((1,), 1), Signal((1,), 2)), "invalid", "of one rate, got 1 and 2"),
        (lambda: upsample((1, 2), 129), "limit", "up to 256, got 258"),
        (lambda: upsample((1, 2), 0), "invalid", "needs factor > 0"),
        (lambda: downsample((1, 2), -1), "invalid", "needs factor > 0"),
        (lambda: moving_average((1, 2), 3), "invalid", "1 to 2 samples, got 3"),
        (lambda: moving_average((1, 2), 0), "invalid", "1 to 2 samples, got 0"),
        (lambda: filter_dc_gain(DigitalFilter((1,), (1, -1))), "undefined", "pole at 0 Hz"),
        (lambda: impulse_response(DigitalFilter((1,)), 0), "invalid", "needs count > 0"),
        (lambda: impulse_response(DigitalFilter((1,)), 257), "limit", "up to 256"),
        (lambda: nyquist_frequency(0), "invalid", "needs rate > 0"),
        (lambda: nyquist_frequency(Signal((1,))), "invalid", "a signal with a rate"),
        (lambda: signal_duration(Signal((1,))), "invalid", "a signal with a rate"),
        (lambda: aliased_frequency(5, -1), "invalid", "needs rate > 0"),
        (lambda: decibels(0), "invalid", "needs ratio > 0"),
        (lambda: ratio_from_decibels(-3001), "limit", "up to 3000"),
        (lambda: dft_magnitudes((1e308,) * 4), "limit", "beyond the largest float"),
        (lambda: apply_filter(DigitalFilter(LONG, LONG), LONG), "limit", "32768 bits"),
    ],
)
def test_refusals(refused: Callable[[], Any], category: str, text: str) -> None:
    started = time.process_time()
    with pytest.raises(ToolError, match=text) as caught:
        refused()
    assert caught.value.category == category
    assert time.process_time() - started < 4  # twice the bound, for slow machines


@pytest.mark.parametrize(
    "largest",
    [
        lambda: dft_magnitudes(LONG),
        lambda: autocorrelation(LONG, 1),
        lambda: convolve(tuple(range(128)), tuple(range(128))),
        lambda: apply_filter(DigitalFilter((0.1,) * 256, (0.3,) * 256), (0.7,) * 256),
    ],
)
def test_the_largest_take_less_than_two_seconds(largest: Callable[[], Number | Any]) -> None:
    started = time.process_time()
    largest()
    assert time.process_time() - started < 4  # twice the bound, for slow machines
