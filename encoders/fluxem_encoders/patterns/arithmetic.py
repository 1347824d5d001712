"""Single numbers: digits, fractions, percentages, powers of ten, words."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.forms import simplest
from fluxem_encoders.patterns import words
from fluxem_encoders.patterns.numerals import (
    DIGITS,
    EXPONENT,
    FRACTION,
    GROUPED,
    MAX_DIGITS,
    MAX_EXPONENT_DIGITS,
    MIXED,
    PLAIN,
    TooLong,
    hundredth,
    mixed,
    number,
    times,
)
from fluxem_encoders.patterns.plain import SUPER_INTEGER, VULGAR, superscript
from fluxem_encoders.patterns.rule import BLANKS, GAP, SPACE, Rule
from fluxem_encoders.values import Number

PERCENT = rf"(?:{SPACE}?%|{GAP}?(?:percents?|per{SPACE}cent|pct)\b)"
_POWER = rf"10(?:\^(?:[-+]?\d+|\{{[-+]?\d+\}}|\([-+]?\d+\))|{SUPER_INTEGER})"
SCALED = rf"{DIGITS}{GAP}?(?:{words.LARGE}s?|mln|bln|tln|bn|mio)\b|{PLAIN}(?:k|mil)\b"

_TIMES = rf"{SPACE}?(?:[×x·]|\\times|\\cdot){SPACE}?"
_MANTISSA = re.compile(r"[\d.,\xa0 ]*")
_WORD = re.compile("[a-z]+", re.IGNORECASE)


def signed(read: Callable[[str], Number]) -> Callable[[str], Number]:
    """`read`, for texts that may begin with a minus sign."""

    def with_sign(text: str) -> Number:
        if not text.startswith("-"):
            return read(text)
        value = read(text[1:])
        return value.copy_negate() if isinstance(value, Decimal) else -value

    return with_sign


def _amount(text: str) -> Number:
    text = text.strip(BLANKS + "-")
    if not text[-1].isalpha():
        return number(text)
    return scaled(text) if text[0].isdigit() else words.count(text)


def percentage(text: str) -> Number:
    """The value of `30%`, `30 percent` or `thirty percent`: 0.3."""
    return hundredth(_amount(text.lower().rstrip("%").partition("p")[0]))


def power_of_ten(text: str) -> Number:
    """The exact value of `1.5×10^8`, `3 x 10^-4`, `10^{9}` or `10⁹`; an int where it is whole.

    Raises:
        TooLong: above 1,000 digits or an exponent of more than 4.
    """
    mantissa, _, power = text.rpartition("10^") if "^" in text else text.rpartition("10")
    exponent = power.strip("{}()") if "^" in text else superscript(power)
    mantissa = re.sub(r"[,\s]", "", _MANTISSA.findall(mantissa)[0])
    if len(mantissa) > MAX_DIGITS or len(exponent.lstrip("+-")) > MAX_EXPONENT_DIGITS:
        raise TooLong
    value = Decimal(f"{mantissa or 1}E{exponent}")
    whole = value.adjusted() < MAX_DIGITS and value == value.to_integral_value()
    return int(value) if whole else value


def scaled(text: str) -> Number:
    """The value of `3.5 million`, `20k` or `2 dozen`; an int where it is whole."""
    word = _WORD.findall(text)[0]
    return times(number(text.removesuffix(word).rstrip(BLANKS + "-")), words.scale(word))


def count_and_part(text: str) -> Number:
    """The value of `two and a half`, `3 and a quarter` or `3 million and a half`."""
    whole, _, part = text.lower().rpartition("and")
    return simplest(Fraction(_amount(whole)) + words.last_scale(whole) * words.parts(part))


def scaled_mixed(text: str) -> Number:
    """The value of `three and a half million` or `one billion and a half million`."""
    scale = _WORD.findall(text)[-1]
    mixed_text = text.removesuffix(scale).rstrip(BLANKS + "-")
    whole, _, part = mixed_text.lower().rpartition("and")
    if words.last_scale(whole) > 1:
        return simplest(Fraction(_amount(whole)) + words.scale(scale) * words.parts(part))
    return simplest(Fraction(count_and_part(mixed_text)) * words.scale(scale))


def _scaled_word(text: str) -> Number:
    """`half a million`, `two dozen`, `a dozen`."""
    first, *_, last = _WORD.findall(text)
    factor = words.scale(last)
    return factor // 2 if first.lower() == "half" else factor * words.count(first)


def _negative(text: str) -> Number:
    """`minus five`, `negative 2.5`, `minus 3 percent`."""
    amount = text.lower().removeprefix("minus").removeprefix("negative").lstrip(BLANKS)
    read = percentage if re.search(PERCENT, amount) else _point if "point" in amount else _amount
    return signed(read)(f"-{amount}")


def _point(text: str) -> Number:
    """`five point two`."""
    return number(words.decimal_point(text))


def _latex_fraction(text: str) -> Fraction:
    numerator, denominator = re.findall(r"\d+", text)
    return Fraction(int(numerator), int(denominator))


RULES = (
    Rule(rf"-?\b(?:{DIGITS}{_TIMES})?{_POWER}", signed(power_of_ten)),
    # In `37 and a third of 9` the third is not of one.
    Rule(rf"\b(?:{SCALED}|\d+|{words.COUNT})", _amount, after=rf"{words.AND_PART}{SPACE}of\b"),
    Rule(rf"\b(?:\d+|{words.COUNT}|one){words.AND_PART}{GAP}{words.LARGE}\b", scaled_mixed),
    Rule(rf"\b(?:{SCALED}|\d+|{words.COUNT}|one){words.AND_PART}\b", count_and_part),
    Rule(rf"-?(?:{SCALED})", signed(scaled)),
    Rule(rf"{DIGITS}(?:[kmb]|{SPACE}?(?:mn|tn))\b", scaled, before=rf"\${SPACE}?"),
    Rule(rf"-?{DIGITS}{EXPONENT}?{PERCENT}|\b{words.COUNT}{PERCENT}", signed(percentage)),
    Rule(rf"-?\b{MIXED}", signed(mixed)),
    # Elsewhere `minus` subtracts: `seven minus two`.
    Rule(
        rf"(?:minus|negative){SPACE}(?:{DIGITS}|{words.POINT}|{words.COUNT}\b|one\b){PERCENT}?",
        _negative,
        before=rf"(?:\b(?:is|was|equals|to|than){SPACE}|[=(]{SPACE}?)",
    ),
    Rule(r"\\[dt]?frac\{\d{1,9}\}\{[1-9]\d{0,8}\}", _latex_fraction),
)
"""Numbers of several parts."""

PLAIN_RULES = (
    Rule(rf"-?\b{FRACTION}\b", number),
    Rule(rf"-?{VULGAR}", signed(mixed)),
    Rule(rf"-?{GROUPED}{EXPONENT}?", number, after=r"\D"),
    Rule(rf"-?{PLAIN}{EXPONENT}?", number),
    Rule(words.HUNDREDS[0], words.count, after=words.HUNDREDS[1]),
    Rule(rf"\bhalf{SPACE}(?:an?{GAP})?{words.LARGE}\b", _scaled_word),
    Rule(rf"\b(?:an?|{words.SMALL}){GAP}dozens?\b", _scaled_word),
    Rule(rf"\b{words.POINT}\b", _point),
    Rule(rf"\b{words.PARTS}\b", words.parts),
    Rule(rf"\b(?:two|three){SPACE}quarters", words.parts, after=rf"{SPACE}of\b"),
    Rule(rf"\b(?:{words.COUNT}|zero)\b", words.count, split=words.counts),
)
"""Numbers of one part."""
