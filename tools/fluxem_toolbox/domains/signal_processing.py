"""Sampled signals and digital filters; a plain list of numbers is a signal without a rate."""

from fractions import Fraction
from typing import Literal

import gmpy2

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, exact
from fluxem_encoders.structures.signal_processing import MAX_ITEMS, DigitalFilter, Signal
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.bounds import refuse_over
from fluxem_toolbox.distributions import square_root
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import (
    high_precision,
    in_form_of,
    nearest_float,
    over_common_denominator,
    real,
)
from fluxem_toolbox.registry import tool

MAX_RECURSION_BITS = 32_768  # of a recursive filter's output before it is reduced
MAX_DECIBELS = 3000  # beyond it no float holds the ratio
NOISE = 2.0**-150  # of the sum of all magnitudes: less than this is a zero with rounding errors

Samples = Signal | Numbers
Ratio = Literal["power", "amplitude"]
PER_DECADE = {"power": 10, "amplitude": 20}  # decibels


def _made(name: str, samples: Numbers, rate: Number | None = None) -> Signal:
    if not samples:
        raise ToolError(f"`{name}` needs 1 or more samples, got none")
    try:
        return Signal(samples, rate)
    except ValueFormError as error:
        raise ToolError(f"`{name}`: {error}", "limit") from None


def _signal(name: str, given: Samples) -> Signal:
    return given if isinstance(given, Signal) else _made(name, given)


def _scaled(name: str, given: Samples) -> tuple[list[int], int, Numbers]:
    """The samples over their common denominator, and as they were given."""
    samples = _signal(name, given).samples
    return *over_common_denominator(name, samples), samples


def _positive(name: str, argument: str, value: Number) -> None:
    if value <= 0:
        raise ToolError(f"`{name}` needs {argument} > 0, got {argument}={clip(value)}")


def _common_rate(name: str, a: Signal, b: Signal) -> Number | None:
    if a.rate is not None and b.rate is not None and a.rate != b.rate:
        raise ToolError(
            f"`{name}` needs signals of one rate, got {clip(a.rate)} and {clip(b.rate)} Hz; "
            "resample one of them first"
        )
    return b.rate if a.rate is None else a.rate


def _products(xs: list[int], ys: list[int]) -> list[int]:
    """The coefficients of the product of two polynomials."""
    sums = [0] * (len(xs) + len(ys) - 1)
    for i, x in enumerate(xs):
        for j, y in enumerate(ys):
            sums[i + j] += x * y
    return sums


@tool("signal_processing", keywords=("convolution", "filter", "combine", "kernel"))
def convolve(a: Samples, b: Samples) -> Signal:
    """Convolution of two signals, of full length.

    A signal of n and one of m samples give n + m - 1, at most 256.

    >>> convolve((1, 2, 3), (1, 1)).samples
    (1, 3, 5, 3)
    """
    first, second = _signal("convolve", a), _signal("convolve", b)
    rate = _common_rate("convolve", first, second)
    refuse_over(
        "`convolve`", "a result's length", len(first.samples) + len(second.samples) - 1, MAX_ITEMS
    )
    xs, x_scale = over_common_denominator("convolve", first.samples)
    ys, y_scale = over_common_denominator("convolve", second.samples)
    inputs = first.samples + second.samples
    sums = (Fraction(s, x_scale * y_scale) for s in _products(xs, ys))
    return _made("convolve", tuple(in_form_of(s, inputs) for s in sums), rate)


@tool("signal_processing", keywords=("correlate", "correlation", "similarity", "delay", "match"))
def cross_correlation(a: Samples, b: Samples, lag: int = 0) -> Number:
    """Sum of products of two signals, one shifted by a lag.

    The sum over n of a[n] b[n + lag], with zeros outside of the signals.

    >>> cross_correlation((1, 2, 3), (0, 1, 2, 3), 1)
    14
    """
    return _correlation("cross_correlation", a, b, lag)


def _correlation(name: str, a: Samples, b: Samples, lag: int) -> Number:
    first, second = _signal(name, a), _signal(name, b)
    _common_rate(name, first, second)
    xs, x_scale = over_common_denominator(name, first.samples)
    ys, y_scale = over_common_denominator(name, second.samples)
    pairs = ((x, n + lag) for n, x in enumerate(xs))
    total = sum(x * ys[m] for x, m in pairs if 0 <= m < len(ys))
    return in_form_of(Fraction(total, x_scale * y_scale), first.samples + second.samples)


@tool("signal_processing", keywords=("self similarity", "correlate", "correlation", "delay"))
def autocorrelation(signal: Samples, lag: int = 0) -> Number:
    """Autocorrelation: products of a signal with itself, shifted and summed.

    The sum over n of x[n] x[n + lag], with zeros outside of the signal; not divided by anything.

    >>> autocorrelation((1, 2, 3), 1)
    8
    """
    return _correlation("autocorrelation", signal, signal, lag)


@tool("signal_processing", keywords=("energy", "sum of squares", "joules", "strength"))
def signal_energy(signal: Samples) -> Number:
    """Energy of a signal: sum of its squared samples.

    >>> signal_energy((3, 4))
    25
    """
    parts, scale, samples = _scaled("signal_energy", signal)
    return in_form_of(Fraction(sum(x * x for x in parts), scale * scale), samples)


@tool("signal_processing", keywords=("mean square", "average power", "watts", "strength"))
def signal_power(signal: Samples) -> Number:
    """Power of a signal: mean of its squared samples.

    >>> signal_power((3, 4))
    Decimal('12.5')
    """
    return in_form_of(_mean_square("signal_power", signal), _signal("signal_power", signal).samples)


def _mean_square(name: str, signal: Samples) -> Fraction:
    parts, scale, _ = _scaled(name, signal)
    return Fraction(sum(x * x for x in parts), scale * scale * len(parts))


@tool("signal_processing", keywords=("RMS", "rms", "quadratic mean", "effective value", "level"))
def root_mean_square(signal: Samples) -> Number:
    """Root mean square of a signal's samples.

    Exact when the mean square is a perfect square, else a float.

    >>> root_mean_square((1, 7))
    5
    >>> root_mean_square((1, 2))
    1.5811388300841898
    """
    root = square_root(_mean_square("root_mean_square", signal))
    if isinstance(root, float):
        return root
    return in_form_of(root, _signal("root_mean_square", signal).samples)


@tool("signal_processing", keywords=("swing", "amplitude", "range", "Vpp", "highest", "lowest"))
def peak_to_peak(signal: Samples) -> Number:
    """Peak-to-peak value: largest minus smallest sample.

    >>> peak_to_peak((1, -2, 5))
    7
    """
    parts, scale, samples = _scaled("peak_to_peak", signal)
    return in_form_of(Fraction(max(parts) - min(parts), scale), samples)


@tool(
    "signal_processing", keywords=("FFT", "fourier", "spectrum", "transform", "frequency", "bins")
)
def dft_magnitudes(signal: Samples) -> Numbers:
    """Magnitudes of a signal's discrete Fourier transform.

    |X[k]| for k = 0 to N - 1, without a factor before the sum. Floats, to 15 digits or so.

    >>> dft_magnitudes((1, 0, 0, 0)), dft_magnitudes((1, 1, 1, 1))
    ((1.0, 1.0, 1.0, 1.0), (4.0, 0.0, 0.0, 0.0))
    """
    samples = _signal("dft_magnitudes", signal).samples
    n = len(samples)
    with high_precision():
        xs = [real(exact(x)) for x in samples]
        turns = [gmpy2.root_of_unity(n, k) for k in range(n)]
        noise = NOISE * sum(map(abs, xs))
        sizes = (abs(sum(x * turns[-i * k % n] for i, x in enumerate(xs))) for k in range(n))
        return tuple(nearest_float(size) if size > noise else 0.0 for size in sizes)


@tool("signal_processing", keywords=("filtering", "output", "response", "FIR", "IIR", "smooth"))
def apply_filter(filter: DigitalFilter, signal: Samples) -> Signal:
    """Output of a digital filter for a signal, starting at rest.

    As many samples as the signal has. Exact, so that a recursive filter's long output may be
    refused for its digits.

    >>> apply_filter(DigitalFilter((1,), (1, Fraction(-1, 2))), (1, 0, 0)).samples
    (1, Fraction(1, 2), Fraction(1, 4))
    """
    given = _signal("apply_filter", signal)
    return _made("apply_filter", _output("apply_filter", filter, given.samples), given.rate)


@tool("signal_processing", keywords=("impulse", "unit pulse", "delta", "response", "taps"))
def impulse_response(filter: DigitalFilter, count: int) -> Signal:
    """First samples of a digital filter's impulse response.

    >>> impulse_response(DigitalFilter((3, 2)), 4).samples
    (3, 2, 0, 0)
    """
    _positive("impulse_response", "count", count)
    refuse_over("`impulse_response`", "a count", count, MAX_ITEMS)
    impulse = (1, *[0] * (count - 1))
    return _made("impulse_response", _output("impulse_response", filter, impulse))


def _output(name: str, filter: DigitalFilter, samples: Numbers) -> Numbers:
    """What the filter makes of the samples, in integers.

    With all sides over common denominators, sum of A[k] y[n-k] = w[n] / D; then the integers
    Y[n] = y[n] D A[0]**(n+1) obey Y[n] = A[0]**n w[n] - sum of A[k] A[0]**(k-1) Y[n-k], k >= 1.
    """
    b, b_scale = over_common_denominator(name, filter.b)
    a, a_scale = over_common_denominator(name, filter.a)
    x, x_scale = over_common_denominator(name, samples)
    through = _products(b, x)
    first, steps, outputs = a[0], [], list[int]()
    power = 1
    for weight in a[1 : len(x)]:
        steps.append(weight * power)
        power *= first
        _check_recursion(name, power)
    power, found = 1, list[Number]()
    inputs = filter.b + filter.a + samples
    for n in range(len(x)):
        past = sum(s * outputs[n - k] for k, s in enumerate(steps[:n], start=1))
        outputs.append(power * a_scale * through[n] - past)
        power *= first
        _check_recursion(name, power, outputs[-1])
        found.append(in_form_of(Fraction(outputs[-1], b_scale * x_scale * power), inputs))
    return tuple(found)


def _check_recursion(name: str, *sizes: int) -> None:
    if max(size.bit_length() for size in sizes) > MAX_RECURSION_BITS:
        raise ToolError(
            f"`{name}` would give samples of more than {MAX_RECURSION_BITS} bits, the limit; "
            "take fewer samples or shorter coefficients",
            "limit",
        )


@tool("signal_processing", keywords=("gain", "DC", "zero frequency", "0 Hz", "constant", "steady"))
def filter_dc_gain(filter: DigitalFilter) -> Number:
    """Gain of a digital filter for a constant signal.

    >>> filter_dc_gain(DigitalFilter((1, 1), (1, Fraction(-1, 2))))
    4
    """
    a, a_scale = over_common_denominator("filter_dc_gain", filter.a)
    b, b_scale = over_common_denominator("filter_dc_gain", filter.b)
    if sum(a) == 0:
        raise ToolError(
            "`filter_dc_gain` is undefined: the denominator's coefficients sum to 0, a pole at "
            "0 Hz",
            "undefined",
        )
    return in_form_of(Fraction(sum(b) * a_scale, b_scale * sum(a)), filter.b + filter.a)


@tool("signal_processing", keywords=("smooth", "rolling mean", "running mean", "window", "sliding"))
def moving_average(signal: Samples, window: int) -> Signal:
    """Moving average of a signal over a window of samples.

    Only of whole windows: n samples give n - window + 1.

    >>> moving_average((1, 3, 5, 9), 2).samples
    (2, 4, 7)
    """
    given = _signal("moving_average", signal)
    parts, scale, samples = _scaled("moving_average", given)
    if not 1 <= window <= len(parts):
        raise ToolError(
            f"`moving_average` needs a window of 1 to {len(parts)} samples, got {clip(window)}"
        )
    sums = (sum(parts[i : i + window]) for i in range(len(parts) - window + 1))
    means = tuple(in_form_of(Fraction(s, scale * window), samples) for s in sums)
    return _made("moving_average", means, given.rate)


@tool(
    "signal_processing", keywords=("decimate", "every", "reduce", "keep", "sampling rate", "skip")
)
def downsample(signal: Samples, factor: int) -> Signal:
    """Every so many-th sample of a signal, from the first.

    The rate is divided by the factor. Nothing is filtered.

    >>> downsample((1, 2, 3, 4, 5), 2).samples
    (1, 3, 5)
    """
    _positive("downsample", "factor", factor)
    given = _signal("downsample", signal)
    return _resampled("downsample", given, given.samples[::factor], Fraction(1, factor))


@tool("signal_processing", keywords=("insert zeros", "zero stuffing", "expand", "sampling rate"))
def upsample(signal: Samples, factor: int) -> Signal:
    """Signal with factor - 1 zeros after each sample.

    The rate is multiplied by the factor, and there may be at most 256 samples. Nothing is
    filtered.

    >>> upsample((1, 2), 3).samples
    (1, 0, 0, 2, 0, 0)
    """
    _positive("upsample", "factor", factor)
    given = _signal("upsample", signal)
    refuse_over("`upsample`", "a result's length", len(given.samples) * factor, MAX_ITEMS)
    spread = tuple(y for x in given.samples for y in (x, *[0] * (factor - 1)))
    return _resampled("upsample", given, spread, Fraction(factor))


def _resampled(name: str, signal: Signal, samples: Numbers, by: Fraction) -> Signal:
    if signal.rate is None:
        return _made(name, samples)
    return _made(name, samples, in_form_of(Fraction(signal.rate) * by, (signal.rate,)))


def _rate(name: str, given: Signal | Number) -> Number:
    rate = given.rate if isinstance(given, Signal) else given
    if rate is None:
        raise ToolError(f"`{name}` needs a signal with a rate, got one without")
    _positive(name, "rate", rate)
    return rate


@tool("signal_processing", keywords=("nyquist", "highest frequency", "folding", "bandwidth"))
def nyquist_frequency(rate: Signal | Number) -> Number:
    """Nyquist frequency: half of the sampling rate.

    Of a rate, or of a signal that has one; in the rate's unit.

    >>> nyquist_frequency(44100)
    22050
    """
    sampled = _rate("nyquist_frequency", rate)
    return in_form_of(Fraction(sampled) / 2, (sampled,))


@tool("signal_processing", keywords=("alias", "aliasing", "folded", "appears", "undersampled"))
def aliased_frequency(frequency: Number, rate: Signal | Number) -> Number:
    """Frequency at which a sampled tone appears.

    Its distance from the nearest multiple of the sampling rate.

    >>> aliased_frequency(7000, 8000)
    1000
    """
    sampled = _rate("aliased_frequency", rate)
    turns = Fraction(frequency) / Fraction(sampled)
    return in_form_of(abs(turns - round(turns)) * Fraction(sampled), (frequency, sampled))


@tool("signal_processing", keywords=("dB", "level", "gain", "loudness", "logarithmic", "log"))
def decibels(ratio: Number, of: Ratio = "power") -> Number:
    """Decibels of a ratio of powers or amplitudes.

    10 log10 of a power ratio, 20 log10 of an amplitude ratio. Exact for powers of ten, else a
    float.

    >>> decibels(1000), decibels(Fraction(1, 10), "amplitude")
    (30, -20)
    >>> decibels(2)
    3.010299956639812
    """
    _positive("decibels", "ratio", ratio)
    x = Fraction(ratio)
    with high_precision():
        bels = gmpy2.log10(real(x))
        whole = int(gmpy2.rint(bels))
        if Fraction(10) ** whole == x:
            return in_form_of(PER_DECADE[of] * whole, (ratio,))
        return nearest_float(PER_DECADE[of] * bels)


@tool("signal_processing", keywords=("dB", "factor", "times", "gain", "inverse", "level"))
def ratio_from_decibels(level: Number, of: Ratio = "power") -> Number:
    """Power or amplitude ratio that so many decibels stand for.

    Levels lie within ±3000 dB. Exact where a power of ten results, else a float.

    >>> ratio_from_decibels(20), ratio_from_decibels(-40, "amplitude")
    (100, Decimal('0.01'))
    >>> ratio_from_decibels(3)
    1.9952623149688795
    """
    refuse_over("`ratio_from_decibels`", "levels", abs(Fraction(level)), MAX_DECIBELS)
    bels = Fraction(level) / PER_DECADE[of]
    if bels.denominator == 1:
        return in_form_of(Fraction(10) ** int(bels), (level,))
    with high_precision():
        return nearest_float(gmpy2.exp10(real(bels)))


@tool("signal_processing", keywords=("how long", "seconds", "length", "time", "lasts"))
def signal_duration(signal: Signal) -> Number:
    """Duration of a signal in seconds.

    Its number of samples over its rate.

    >>> signal_duration(Signal((0,) * 100, 8000))
    Decimal('0.0125')
    """
    rate = _rate("signal_duration", signal)
    return in_form_of(len(signal.samples) / Fraction(rate), (rate,))


@tool("signal_processing", keywords=("samples", "list", "values", "data", "numbers"))
def signal_samples(signal: Signal) -> Numbers:
    """Samples of a signal as a list of numbers.

    >>> signal_samples(Signal((1, 2, 3), 8000))
    (1, 2, 3)
    """
    return signal.samples
