"""How people write the values of signal processing: samples, filters, lags, rates and levels.

Filters are drawn as equations, as `b = [..], a = [..]` and as `1/(1 - 0.5z^-1)`, which is read
right behind the word filter only.
"""

import random
from collections.abc import Sequence

from fluxem_encoders.structures.signal_processing import DigitalFilter, Signal
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
_TIMES = (
    *("8000 Hz", "8 kHz", "16 kHz", "22.05 kHz", "44.1 kHz", "44,100 Hz", "48 kHz", "48,000 Hz"),
    *("10 Hz", "50 Hz", "100 Hz", "250 Hz", "1000 Hz", "1 kHz", "2 MHz", "100 samples per second"),
)
_TAPS = (
    *(("1", "1"), ("1", "-1"), ("0.5", "0.5"), ("0.25", "0.5", "0.25"), ("1", "2", "1")),
    *(("1", "1", "1"), ("1", "-2", "1"), ("1", "0", "-1"), ("1", "0", "1"), ("1", "0.5")),
    *(("0.2", "0.3", "0.5"), ("1", "0", "0.5"), ("2", "-1"), ("0.5", "0", "-0.5"), ("3", "1", "2")),
)
"""Averages, differences, echoes and combs."""
_MEMORIES = (
    *(("1", "-0.5"), ("1", "-0.9"), ("1", "-0.8"), ("1", "0.5"), ("1", "-0.25"), ("1", "-0.2")),
    *(("1", "-0.7"), ("1", "-0.6", "0.08"), ("1", "0", "-0.25"), ("1", "-0.5", "0.25")),
)
"""Denominators of filters that forget."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
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
    """A short signal, mostly without its rate."""
    return with_rate(rng) if rng.random() < 0.06 else _written(rng, _any_samples(rng))


def with_rate(rng: random.Random) -> str:
    """A signal and its rate: `[1, 2, 3] at 8000 Hz`, `[1 2 3] sampled at 44.1 kHz`."""
    samples, rate = _bracketed(rng, _any_samples(rng)), rng.choice(_TIMES)
    between = rng.choice((
        *(" at ", " at ", " at ", " sampled at ", " sampled at ", " recorded at ", ", fs = "),
        *(", sampled at ", " with a sampling rate of ", " with sampling rate ", " taken at "),
    ))  # fmt: skip
    return samples + between + rate


def _filtered(rng: random.Random) -> str:
    """What goes through a filter: a signal in brackets, with its rate now and then."""
    return with_rate(rng) if rng.random() < 0.12 else _one_of_two(rng)


def _coefficients(rng: random.Random, sums: bool) -> tuple[Sequence[str], Sequence[str]]:
    """b and a of a filter, that of a running sum at times where `sums` are wanted."""
    kind = rng.random()
    if kind < 0.5:
        if rng.random() < 0.25:
            return [
                rng.choice(("1", "2", "-1", "3", "0.5")) for _ in range(rng.choice((2, 3)))
            ], "1"
        return rng.choice(_TAPS), "1"
    if sums and kind < 0.58:
        return ("1",), ("1", "-1")
    a = rng.choice(_MEMORIES)
    if kind < 0.65 and len(a) == 2 and a[1].startswith("-"):
        return (f"{1 - float(a[1][1:]):.2g}",), a  # an exponential smoother
    return rng.choice((("1",), ("1",), ("1", "1"), ("0.5",), ("1", "-1"), ("1", "0.5"))), a


def _summed(sizes: Sequence[str], names: Sequence[str], space: str, star: str) -> str:
    """`0.5 x[n] - x[n-1]`; no name is a plain number."""
    text = ""
    for size, name in zip(sizes, names, strict=True):
        if float(size):
            sign = "-" if size.startswith("-") else "+"
            text += f"{space}{sign}{space}" if text else sign.strip("+")
            amount = size.removeprefix("-")
            text += amount if not name else name if amount == "1" else amount + star + name
    return text


def equation(rng: random.Random, sums: bool = True) -> str:
    """`y[n] = 0.5 x[n] + 0.5 x[n-1]`, `y(n) - 0.9*y(n-1) = x(n)`, `y[n] = (x[n] + x[n-1])/2`."""
    b, a = _coefficients(rng, sums)
    index, (left, right) = rng.choice("nnnk"), rng.choice(("[]", "[]", "[]", "()"))
    space, star = rng.choice((" ", " ", "")), rng.choice(("", "", " ", "*"))

    def late(name: str, n: int) -> str:
        return f"{name}{left}{index}{f'-{n}' * (n > 0)}{right}"

    inputs, outputs = ([late(name, n) for n in range(32)] for name in "xy")
    if len(set(b)) == 1 < len(b) and len(a) == 1 and rng.random() < 0.4:
        plain = _summed("1" * len(b), inputs[: len(b)], space, star)
        return f"{outputs[0]}{space}={space}({plain})/{len(b)}"
    if rng.random() < 0.25:
        return (
            _summed(a, outputs[: len(a)], space, star)
            + f"{space}={space}"
            + _summed(b, inputs[: len(b)], space, star)
        )
    fed_back = [x[1:] if x.startswith("-") else f"-{x}" for x in a[1:]]
    sides = [(fed_back, outputs[1 : len(a)]), (b, inputs[: len(b)])]
    if rng.random() < 0.5 or not any(x != "0" for x in a[1:]):
        sides.reverse()
    sizes, names = ([*one, *other] for one, other in zip(*sides, strict=True))
    return f"{outputs[0]}{space}={space}{_summed(sizes, names, space, star)}"


def filter_text(rng: random.Random, sums: bool = True) -> str:
    """An equation, `b = [1, 2], a = [1, -0.5]` or `(1 + z^-1)/(1 - 0.5z^-1)`."""
    kind = rng.random()
    if kind < 0.5:
        return equation(rng, sums)
    b, a = _coefficients(rng, sums)
    space = rng.choice((" ", " ", ""))
    if kind < 0.78:
        comma = rng.choice((", ", ", ", ",", " "))
        between = rng.choice((", ", ", ", " and ", "; "))
        return between.join(
            f"{name}{space}={space}[{comma.join(sizes)}]" for name, sizes in (("b", b), ("a", a))
        )
    power, star = rng.choice(("z^{}", "z^{}", "z^{{{}}}", "z")), rng.choice(("", "", " "))
    delays = [power.format(-n) if power != "z" else f"z{-n}".translate(_SUPERSCRIPTS)
              for n in range(1, 32)]  # fmt: skip
    top, bottom = (_summed(x, ["", *delays][: len(x)], space, star) for x in (b, a))
    if len(a) == 1:
        return top
    slash = rng.choice(("/", "/", " / "))
    return f"{top if len(b) == 1 else f'({top})'}{slash}({bottom})"


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
    Signal: with_rate,
    DigitalFilter: filter_text,
    ("filter_dc_gain", "filter"): lambda rng: filter_text(rng, sums=False),
    ("apply_filter", "signal"): _filtered,
    ("signal_energy", "signal"): signal,
    ("signal_power", "signal"): signal,
    ("root_mean_square", "signal"): signal,
    ("peak_to_peak", "signal"): signal,
    ("upsample", "signal"): signal,
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
