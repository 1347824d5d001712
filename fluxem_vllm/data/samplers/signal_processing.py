"""How people write the values of signal processing: samples, lags, rates and levels.

Nobody's words are read as a filter or a rate with its signal, so neither is drawn.
"""

import random

from fluxem_encoders.structures.signal_processing import Signal
from fluxem_vllm.data.samplers.sampler import Samplers, integer, one_of

_WAVES = (
    ("0", "1", "0", "-1"),
    ("0", "1", "0", "-1", "0", "1", "0", "-1"),
    ("1", "-1", "1", "-1"),
    ("1", "1", "-1", "-1"),
    ("1", "0", "0", "0"),
    ("0", "0.7", "1", "0.7", "0", "-0.7", "-1", "-0.7"),
    ("1", "1", "1", "-1", "1"),
    ("0", "1", "2", "3", "2", "1", "0"),
    ("4", "3", "2", "1"),
    ("1", "2", "3", "4", "5", "6", "7", "8"),
)
"""Sines, pulses, ramps and codes of the textbooks."""
_KERNELS = (
    ("1", "1"),
    ("1", "-1"),
    ("1", "2", "1"),
    ("1", "1", "1"),
    ("0.5", "0.5"),
    ("1", "0.5", "0.25"),
    ("0.25", "0.5", "0.25"),
    ("1", "0", "-1"),
    ("-1", "2", "-1"),
    ("1", "0.5"),
    ("2", "1"),
)
_RATES = ("8000", "8,000", "16000", "22050", "44100", "44,100", "48000", "48,000", "96000", "100")
_LEVELS = ("3", "6", "10", "20", "30", "40", "60", "1", "2", "12", "15", "0.5", "2.5", "26")


def _samples(rng: random.Random, size: int) -> list[str]:
    """Random samples: small whole numbers of either sign, or readings with decimals."""
    kind = rng.random()
    if kind < 0.5:
        return [str(rng.randint(-5, 9)) for _ in range(size)]
    if kind < 0.75:
        return [f"{rng.randint(-30, 50) / 10:.1f}" for _ in range(size)]
    low = rng.choice((0, 10, 20, 50, 100))
    return [str(low + rng.randint(0, 30)) for _ in range(size)]


def _bracketed(rng: random.Random, samples: list[str]) -> str:
    """`[1, 2, 3]`, `{1,2,3}`, `(1, 2, 3)`, MATLAB's `[1 2 3]`."""
    kind = rng.random()
    if kind < 0.15 and len(samples) > 1:
        return f"[{' '.join(samples)}]"
    left, right = rng.choice(("[]", "[]", "[]", "{}", "()"))
    return left + rng.choice((", ", ", ", ",")).join(samples) + right


def _written(rng: random.Random, samples: list[str]) -> str:
    """In brackets mostly, or as a sentence lists them: `3, 5, 4 and 6`."""
    if rng.random() < 0.65 or len(samples) < 3:
        return _bracketed(rng, samples)
    if rng.random() < 0.5:
        return ", ".join(samples)
    return f"{', '.join(samples[:-1])} and {samples[-1]}"


def _any_samples(rng: random.Random) -> list[str]:
    if rng.random() < 0.25:
        return list(rng.choice(_WAVES))
    return _samples(rng, rng.choice((3, 4, 4, 5, 5, 6, 8)))


def signal(rng: random.Random) -> str:
    """A short signal without a rate."""
    return _written(rng, _any_samples(rng))


def _one_of_two(rng: random.Random) -> str:
    """A signal in brackets, which keep it apart from another one."""
    return _bracketed(rng, _any_samples(rng))


def _kernel(rng: random.Random) -> str:
    """A short pulse or the taps of a filter: `[1, 2, 1]`."""
    if rng.random() < 0.6:
        return _bracketed(rng, list(rng.choice(_KERNELS)))
    return _bracketed(rng, [str(rng.randint(-2, 4)) for _ in range(rng.choice((2, 3)))])


def _spectral(rng: random.Random) -> str:
    """A signal of 2, 4 or 8 samples mostly."""
    if rng.random() < 0.4:
        return _written(rng, list(rng.choice(_WAVES)))
    return _written(rng, _samples(rng, rng.choice((2, 4, 4, 4, 4, 3, 6, 8))))


def _averaged(rng: random.Random) -> dict[str, str]:
    """A signal that is longer than the window."""
    samples = _samples(rng, rng.choice((4, 5, 6, 6, 7, 8, 10)))
    window = rng.choice((2, 2, 3, 3, 3, 4))
    return {"signal": _written(rng, samples), "window": str(min(window, len(samples) - 1))}


def _thinned(rng: random.Random) -> dict[str, str]:
    """A signal of many samples and how many of them count as one."""
    samples = [str(n + rng.randint(0, 9)) for n in range(rng.choice((6, 8, 9, 10, 12)))]
    return {"signal": _written(rng, samples), "factor": rng.choice("2233345")}


def _lagged(rng: random.Random) -> dict[str, str]:
    """A signal and a lag within it."""
    samples = _any_samples(rng)
    return {"signal": _written(rng, samples), "lag": str(rng.randint(1, len(samples) - 1))}


def _tone(rng: random.Random) -> dict[str, str]:
    """A frequency and a rate that is too low for it, mostly."""
    rate = rng.choice((100, 1000, 8000, 10000, 44100, 48000, 24, 25, 30, 50, 500, 2000))
    frequency = round(rate * rng.choice((0.55, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.25, 1.5, 2.1, 3.3)))
    grouped = rng.random() < 0.3
    return {name: f"{x:,}" if grouped and x >= 1000 else str(x)
            for name, x in (("frequency", frequency), ("rate", rate))}  # fmt: skip


def _level(rng: random.Random) -> str:
    """Decibels: `20`, `-3`, `0.5`."""
    return rng.choice(("", "", "", "-")) + rng.choice(_LEVELS)


SAMPLERS: Samplers = {
    Signal: signal,
    ("convolve", "a"): _one_of_two,
    ("convolve", "b"): _kernel,
    ("cross_correlation", "a"): _one_of_two,
    ("cross_correlation", "b"): _one_of_two,
    ("cross_correlation", "lag"): one_of("0", "1", "1", "2", "2", "3", "-1", "-2"),
    "autocorrelation": _lagged,
    ("dft_magnitudes", "signal"): _spectral,
    ("impulse_response", "count"): integer(4, 12),
    "moving_average": _averaged,
    "downsample": _thinned,
    ("upsample", "factor"): one_of("2", "2", "3", "3", "4", "5"),
    ("nyquist_frequency", "rate"): one_of(*_RATES, "10000", "1000", "500", "250", "2000", "30"),
    "aliased_frequency": _tone,
    ("decibels", "ratio"): one_of(
        *("2", "4", "5", "10", "20", "50", "100", "200", "1000", "1,000", "10000", "1,000,000"),
        *("0.5", "0.1", "0.25", "0.01", "0.001", "0.8", "1.5", "3", "1/2", "1/10", "1/100"),
    ),
    ("ratio_from_decibels", "level"): _level,
}
