"""Samples with their rate, and digital filters.

A signal is a list in brackets with a rate behind it: `[1, 2, 3] at 8000 Hz`, `[1, 2, 3] sampled at
8 kHz`. Filters are `b = [1, 2], a = [1, -0.5]` (b first, and a begins with 1), the first arguments
of `lfilter`, `filter` and `freqz`, the taps of an FIR filter, difference equations such as
`y[n] = 0.9y[n-1] + x[n]` and `H(z) = (1 + z^-1) / (1 - 0.5z^-1)`.

Lists without a rate stay lists, as do those after `amplitudes` or the like, whose frequency is not
that of the samples. Not found: equations with other signals, with constants or with samples still
to come (`x[n+1]`).
"""

import re
from collections.abc import Iterable, Iterator

from fluxem_encoders.algebra import add, divide, multiply, negate
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.numerals import DIGITS, PLAIN, number, times
from fluxem_encoders.patterns.plain import superscript
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.patterns.statistics import bracketed
from fluxem_encoders.structures.signal_processing import MAX_ITEMS, DigitalFilter, Signal
from fluxem_encoders.values import Number, Numbers

_B = rf"{SPACE}{{0,2}}"
_ITEM = rf"-?{PLAIN}(?:/\d+|e[-+]?\d+)?"
_COMMAS = rf"{_ITEM}(?:{_B},{_B}{_ITEM})*"
_SPACES = rf"{_ITEM}(?:{SPACE}{{1,2}}{_ITEM})+"
_SQUARE = rf"\[{_B}(?:{_COMMAS}|{_SPACES}){_B}\]"
_LIST = rf"(?:{_SQUARE}|\({_B}{_COMMAS}{_B}\)|\{{{_B}{_COMMAS}{_B}\}})"

_HERTZ = (
    rf"{DIGITS}{SPACE}?(?:(?-i:[kM]?Hz)|hertz|kilohertz"
    rf"|samples?{SPACE}?(?:per{SPACE}|/)s(?:ec(?:ond)?)?)\b"
)
_AT = (
    r"(?:,?\s(?:which\s(?:is|was)\s)?(?:sampled\s|taken\s|recorded\s)?at\s(?:a\s)?"
    r"(?:(?:sampling|sample)\s(?:rate|frequency)\s)?(?:of\s)?"
    r"|,?\swith\s(?:a\s)?(?:sampling|sample)\s(?:rate|frequency)\s(?:of\s|=\s?)?"
    r"|,?\s(?:(?:sampling|sample)\srate|fs)\s?(?:=\s?|of\s)?)"
)
_OTHER = (
    r"\b(?:gains?|amplitudes?|magnitudes?|levels?|impedances?|phases?)(?:\s(?:are|is|of|the)){0,2}"
    r"[\s:=]{1,2}"
)
_RATE = re.compile(rf"({DIGITS}){SPACE}?(k|m)?[a-z/ ]+$", re.IGNORECASE)
_FACTORS = {"": 1, "k": 1000, "m": 1_000_000}

_NO_FILTER = r"\b(?:vectors?|lists?|arrays?|points?|sets?|sequences?|signals?)\s(?-i:b)\s?=\s?"
_FROM_ONE = rf"\[{_B}1(?:\.0*)?(?:{_B},{_B}{_COMMAS}|{SPACE}{{1,2}}(?:{_ITEM}|{_SPACES}))?{_B}\]"
_ASSIGNED = rf"\b(?-i:b)\s?=\s?{_SQUARE}(?:\s?[,;]\s?(?:and\s)?|\sand\s)(?-i:a)\s?=\s?{_FROM_ONE}"
_CALL = r"\b(?:lfilter|filtfilt|filter|freqz|impz)\(\s?"
_TAPS = (
    r"\b(?:filter(?:\s(?:with|has|having|of|whose|the)){0,3}\staps"
    r"|FIR\sfilter(?:\s(?:with|has|having|of|whose|the)){0,3}(?:\s(?:coefficients|weights|taps))?"
    r"|FIR\s(?:coefficients|weights)|filter\s(?:coefficients|weights)|\btaps)(?:\sare|\s(?-i:[bh]))?(?:\s?[:=])?\s"
)
_INSIDE = re.compile(r"\[([^\[\]]*)\]|\b1\b")

_INDEX = r"(?-i:[nk])"
_SAMPLE = rf"(?:\[(?-i:[nkt])(?:\s?-\s?\d{{1,2}})?\]|\({_INDEX}(?:\s?-\s?\d{{1,2}})?\))"
_SIZE = rf"(?:{PLAIN}(?:/\d+)?|\({PLAIN}/\d+\))"
_TERM = rf"(?:{_SIZE}\s?[*\xb7]?\s?)?(?-i:[xy]){_SAMPLE}"
_SIGN = r"\s?[-+]\s?"
_SUM = rf"-?{_TERM}(?:{_SIGN}{_TERM})*"
_BRACKET = rf"(?:{_SIZE}\s?[*\xb7]?\s?)?\({_SUM}\)(?:\s?/\s?\d+)?"
_EQUATION = (
    rf"(?-i:y)(?:\[(?-i:[nkt])\]|\({_INDEX}\))(?:{_SIGN}(?:{_SIZE}\s?[*\xb7]?\s?)?(?-i:y){_SAMPLE})*\s?=\s?"
    rf"(?:{_BRACKET}|{_SUM})(?:{_SIGN}(?:{_BRACKET}|{_TERM}))*"
)
_GOES_ON = r"(?:[ \t]{0,2}[\n,;:)\]\"'$`?!]|\.\D|\s(?-i:[a-z]{2}|[A-Z][a-z]|I\s|a\s))"
_SAMPLE_TEXT = re.compile(r"([xy])[\[(]([nkt])(?:-(\d+))?[\])]")
_SIZE_TEXT = r"\(?(\d*\.?\d*(?:/\d+)?)\)?\*?"
_TERM_TEXT = re.compile(rf"([-+]?){_SIZE_TEXT}([xy])(\d+)")
_PART_TEXT = re.compile(
    rf"([-+]?)(?:{_SIZE_TEXT}\(([-+]?[\d.]*[(*xy][^()]*(?:\([^()]*\)[^()]*)*)\)(?:/(\d+))?"
    rf"|({_SIZE_TEXT}[xy]\d+))"
)

_DELAY = r"z\s?(?:\^-\d{1,2}|\^\{-\d{1,2}\}|\^\(-\d{1,2}\)|\*\*-\d{1,2}|\x9c[\x92-\x9b]{1,2})"
_Z_TERM = rf"(?:{_SIZE}(?:\s?[*\xb7]?\s?{_DELAY})?|{_DELAY})"
_Z_SUM = rf"-?{_Z_TERM}(?:{_SIGN}{_Z_TERM})*"
_Z_GROUP = rf"(?:\({_Z_SUM}\)|{_SIZE})"
_Z_RATIO = (
    rf"(?:{_Z_GROUP}\s?/\s?\({_Z_SUM}\)"
    rf"|-?(?:{_Z_TERM}{_SIGN})*(?:{_SIZE}\s?[*\xb7]?\s?)?{_DELAY}(?:{_SIGN}{_Z_TERM})*)"
)
_Z_BEFORE = r"(?:\W(?-i:[HG])\(z\)\s?=\s?|\bfilter\s)"
_Z_TEXT = re.compile(rf"([-+]?){_SIZE_TEXT}(z\^-(\d+))?")
_SUPERSCRIPT = re.compile(r"\x9c[\x92-\x9b]+")

Sizes = dict[int, Number]
"""Coefficients by how many samples they reach back."""


def _signal(text: str) -> Signal | Numbers:
    """`[1, 2] at 8 kHz`; without the rate the list."""
    end = max(text.rfind(mark) for mark in ")]}") + 1
    samples = bracketed(text[:end])
    if end == len(text):
        return samples
    rate = _RATE.search(text)
    if rate is None:
        raise ValueFormError("a rate is a number and its unit")
    factor = _FACTORS[(rate[2] or "").lower()]
    return Signal(samples, times(number(rate[1]), factor))


def _short_enough(text: str) -> Iterable[tuple[int, int]]:
    """The list alone, where it is longer than signals are."""
    end = max(text.rfind(mark) for mark in ")]}") + 1
    return [(0, len(text) if len(bracketed(text[:end])) <= MAX_ITEMS else end)]


def _coefficients(text: str) -> DigitalFilter:
    """`b = [1, 2], a = [1, -0.5]`, `[1], [1, -0.5]`, `[0.5, 0.5], 1`."""
    return DigitalFilter(*(bracketed(part[0]) if "[" in part[0] else (1,)
                           for part in _INSIDE.finditer(text)))  # fmt: skip


def _equation(text: str) -> DigitalFilter:
    """The filter of a difference equation.

    Raises:
        ValueFormError: where the newest output is on both sides, or no input is anywhere.
    """
    text = re.sub(r"\s", "", text).replace("\xb7", "*")
    if len({index for _, index, _ in _SAMPLE_TEXT.findall(text)}) > 1:
        raise ValueFormError("samples are counted by one letter")
    left, right = _SAMPLE_TEXT.sub(lambda match: match[1] + (match[3] or "0"), text).split("=")
    outputs = _sizes(left)["y"]
    inputs = Sizes()
    for sign, size, inside, divisor, alone, _ in _scanned(_PART_TEXT, right):
        by = divide(number(size or "1"), int(divisor or 1))
        for name, sizes in _sizes(inside or alone).items():
            for delay, x in sizes.items():
                signed = multiply(negate(by) if sign == "-" else by, x)
                if name == "x":
                    inputs[delay] = add(inputs.get(delay, 0), signed)
                elif not delay:
                    raise ValueFormError("the newest output stands on one side")
                else:
                    outputs[delay] = add(outputs.get(delay, 0), negate(signed))
    if not inputs:
        raise ValueFormError("a filter has an input")
    return DigitalFilter(_listed(inputs), _listed(outputs))


def _sizes(text: str) -> dict[str, Sizes]:
    """The coefficients of x and of y in `0.5x0-y1`."""
    found: dict[str, Sizes] = {"x": {}, "y": {}}
    for sign, size, name, delay in _scanned(_TERM_TEXT, text):
        x, at = number(size or "1"), int(delay)
        found[name][at] = add(found[name].get(at, 0), negate(x) if sign == "-" else x)
    return found


def _scanned(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, ...]]:
    """The groups of matches that make up all of a text.

    Raises:
        ValueFormError: when they leave something out.
    """
    end = 0
    for match in pattern.finditer(text):
        if match.start() != end:
            break
        end = match.end()
        yield match.groups("")
    if end != len(text):
        raise ValueFormError(f"{text[end:]} is out of place")


def _listed(sizes: Sizes) -> Numbers:
    return tuple(sizes.get(i, 0) for i in range(max(sizes) + 1))


def _of_delays(text: str) -> DigitalFilter:
    """`(0.5 + 0.5 z^-1) / (1 - 0.9 z^-1)`."""
    text = _SUPERSCRIPT.sub(lambda match: f"^{superscript(match[0])}", text)
    text = re.sub(r"[\s{}]", "", text.lower()).replace("**", "^").replace("\xb7", "*")
    text = re.sub(r"\^\((-\d+)\)", r"^\1", text)
    if "z" not in text:
        raise ValueFormError("a number is no filter")
    top, _, bottom = text.partition("/(")
    return DigitalFilter(_delayed(top), _delayed(bottom.removesuffix(")") or "1"))


def _delayed(text: str) -> Numbers:
    sizes = Sizes()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    for sign, size, delayed, delay in _scanned(_Z_TEXT, text):
        if size or delayed:
            x, at = number(size or "1"), int(delay or 0)
            sizes[at] = add(sizes.get(at, 0), negate(x) if sign == "-" else x)
    return _listed(sizes)


def _taps(text: str) -> DigitalFilter:
    return DigitalFilter(bracketed(text))


RULES = (
    Rule(_LIST, bracketed, _OTHER, rf"{_AT}{_HERTZ}", domain="signal_processing"),
    Rule(rf"{_LIST}{_AT}{_HERTZ}", _signal, split=_short_enough, domain="signal_processing"),
    Rule(_SQUARE, bracketed, _NO_FILTER, domain="signal_processing"),
    Rule(_ASSIGNED, _coefficients, domain="signal_processing"),
    Rule(
        rf"{_SQUARE}\s?,\s?(?:{_SQUARE}|1\b)",
        _coefficients,
        _CALL,
        r"\s?[,)]",
        domain="signal_processing",
    ),
    Rule(_LIST, _taps, _TAPS, domain="signal_processing"),
    # From before what polynomials follow too.
    Rule(_EQUATION, _equation, r"\W", _GOES_ON, domain="signal_processing"),
    Rule(_Z_RATIO, _of_delays, _Z_BEFORE, _GOES_ON, domain="signal_processing"),
)
