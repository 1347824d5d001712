"""Single numbers: digits, fractions, percentages, powers, words, ordinals.

What a question may be about rather than say is only found where `arithmetic` is asked for: powers
(`2^10`), quotients (`2000 over 3`, `1 out of 4`), letters for large factors (`10G`) and ordinals.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders import algebra
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
from fluxem_encoders.patterns.rule import BLANKS, GAP, SPACE, Rule, skip
from fluxem_encoders.values import Number

PERCENT = rf"(?:{SPACE}?%|{GAP}?(?:percents?|per{SPACE}cent|percentage|pct)\b)"
_EXPONENT = rf"(?:(?:\^|\*\*)(?:[-+]?\d+|\{{[-+]?\d+\}}|\([-+]?\d+\))|{SUPER_INTEGER})"
_POWER = rf"10(?:\^(?:[-+]?\d+|\{{[-+]?\d+\}}|\([-+]?\d+\))|{SUPER_INTEGER})"
_MIXED_WORDS = rf"(?:{words.COUNT}|one|\d+){words.AND_PART}(?:{GAP}{words.LARGE})?"
SCALED = rf"{DIGITS}{GAP}?(?:{words.LARGE}s?|mln|bln|tln|bn|mio)\b|{PLAIN}(?:k|mil)\b"
AMOUNT = (
    rf"(?:{_MIXED_WORDS}|{words.PART_OF_LARGE}|{MIXED}|{FRACTION}|{words.DIGIT_GROUPS}|{SCALED}|{DIGITS}{EXPONENT}?"
    rf"|{words.POINT}|{words.PARTS}|{words.COUNT}|one\b|{VULGAR})"
)
"""A number without a sign, in digits or words."""

_TIMES = rf"{SPACE}?(?:[×x·]|\\times|\\cdot){SPACE}?"
_MANTISSA = re.compile(r"[\d.,\xa0 ]*")
_WORD = re.compile("[a-z]+", re.IGNORECASE)
_AND_PART = re.compile(words.AND_PART)
_DIGIT_GROUPS = re.compile(words.DIGIT_GROUPS)
_ENDS_LARGE = re.compile(rf"{words.LARGE}s?$")
_PART_OF_LARGE = re.compile(words.PART_OF_LARGE)
_PERCENT = re.compile(rf"{PERCENT}$", re.IGNORECASE)


def signed(read: Callable[[str], Number]) -> Callable[[str], Number]:
    """`read`, for texts that may begin with a minus sign."""

    def with_sign(text: str) -> Number:
        if not text.startswith("-"):
            return read(text)
        value = read(text[1:])
        return value.copy_negate() if isinstance(value, Decimal) else -value

    return with_sign


def amount(text: str) -> Number:
    """The number that a text of `AMOUNT` says, with a minus sign or without."""
    if text.startswith("-"):
        return -amount(text[1:])
    text = text.strip(BLANKS + "-").lower()
    if text[0].isdigit() or text[0] == ".":
        return _in_digits(text)
    if not text[-1].isalpha():
        return mixed(text)
    if _AND_PART.search(text):
        return _with_part(text)
    if _PART_OF_LARGE.fullmatch(text):
        return _part_of_large(text)
    if words.has_part(text):
        return words.parts(text)
    return number(words.decimal_point(text)) if "point" in text else words.count(text)


def _in_digits(text: str) -> Number:
    if _DIGIT_GROUPS.fullmatch(text):
        return words.count(text)
    if text[-1].isalpha():
        return _with_part(text) if _AND_PART.search(text) else scaled(text)
    apart = "/" in text and (" " in text or "\xa0" in text)
    return mixed(text) if apart or not text[-1].isdigit() else number(text)


def _with_part(text: str) -> Number:
    return scaled_mixed(text) if _ENDS_LARGE.search(text) else count_and_part(text)


def percentage(text: str) -> Number:
    """The value of `30%`, `30 percent` or `thirty percent`: 0.3."""
    return hundredth(amount(_PERCENT.sub("", text)))


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
    """The value of `two and a half`, `3 and a quarter` or `3 million and a half`.

    In `one hundred and six fifths` all are fifths.
    """
    whole, _, rest = text.lower().rpartition("and")
    part = words.parts(rest)
    if part >= 1:
        return simplest(words.parts(text))
    return simplest(Fraction(amount(whole)) + words.last_scale(whole) * part)


def scaled_mixed(text: str) -> Number:
    """The value of `three and a half million` or `one billion and a half million`."""
    scale = _WORD.findall(text)[-1]
    mixed_text = text.removesuffix(scale).rstrip(BLANKS + "-")
    whole, _, part = mixed_text.lower().rpartition("and")
    if words.last_scale(whole) > 1:
        return simplest(Fraction(amount(whole)) + words.scale(scale) * words.parts(part))
    return simplest(Fraction(count_and_part(mixed_text)) * words.scale(scale))


def _part_of_large(text: str) -> Number:
    """`half a million`, `quarter million`, `three quarters of a million`."""
    said = _WORD.findall(text.lower())
    quarters = 3 if "three" in said else 2 if "half" in said else 1
    return simplest(Fraction(quarters * words.scale(said[-1]), 4))


def _dozens(text: str) -> int:
    """`two dozen`, `a dozen`."""
    first, *_, last = _WORD.findall(text)
    return words.count(first) * words.scale(last)


def _negative(text: str) -> Number:
    """`minus five`, `negative 2.5`, `minus 3 percent`, `- 1 4/5`."""
    said = text.lower().removeprefix("minus").removeprefix("negative").strip(BLANKS + "-")
    return signed(percentage if _PERCENT.search(said) else amount)(f"-{said}")


def _point(text: str) -> Number:
    """`five point two`."""
    return number(words.decimal_point(text))


def _latex_fraction(text: str) -> Fraction:
    numerator, denominator = re.findall(r"\d+", text)
    return Fraction(int(numerator), int(denominator))


def power(text: str) -> Number:
    """The exact value of `2^10`, `1.1**3`, `2^{-1}` or `5²`; a minus sign is not raised.

    Raises:
        ValueError: for 0 to a negative power, or a result of more than 4,096 bits.
    """
    if match := re.search(r"\^|\*\*", text):
        base, exponent = text[: match.start()], text[match.end() :].strip("{}()")
    else:
        base = text.rstrip("".join(map(chr, range(0x92, 0x9D))))
        exponent = superscript(text[len(base) :])
    return algebra.power(number(base), int(exponent))


def _over(text: str) -> Number:
    """`one over twenty`, `2000 over 3`."""
    above, below = map(amount, re.split(r"\sover\s", text.lower()))
    return simplest(Fraction(above) / Fraction(below))


def out_of(text: str) -> Number:
    """The share `3 out of 10`.

    Raises:
        ValueError: for more than all.
    """
    some, all_ = (Fraction(amount(part)) for part in re.split(r"\sout\sof\s", text.lower()))
    if some > all_:
        raise ValueError(f"{text} is no share")
    return simplest(some / all_)


def _percent_of(text: str) -> Number:
    return hundredth(amount(text.lower().rpartition("of")[2]))


def _ordinal(text: str) -> Number:
    return number(text[:-2]) if text[0].isdigit() else words.ordinal(text)


_OPERAND = rf"(?:{DIGITS}|{words.COUNT}|one)"
_STOP = rf"{SPACE}{{0,2}}[.,;:!?)\n]"
_CLAUSE_ENDS = rf"(?:{_STOP}|{SPACE}(?:=|(?:is|are|equals?|of|as|and|or|to|plus|minus|times)\b))"
_LINE_BEGINS, _LINE_ENDS = rf"\n{SPACE}{{0,3}}", rf"{SPACE}{{0,3}}\n"
_MINUS = rf"(?:minus|negative){SPACE}(?:{AMOUNT})(?:{PERCENT}|\b)"
_BEFORE_MINUS = (
    "(?:a|about|and|are|around|at|be|by|equals|from|gets?|gives?|got|is|needs?|of|or|reads|returns?"
    "|shows?|than|the|to|was|were)"
)

ASKED_RULES = tuple(
    Rule(pattern, read, before=before, after=after, domain="arithmetic")
    for pattern, read, before, after in (
        (rf"-{SPACE}(?:{MIXED}|{FRACTION})", _negative, _LINE_BEGINS, _LINE_ENDS),
        (rf"-?\b{PLAIN}{_EXPONENT}", signed(power), "", r"(?:[^\w^.*!\x92-\x9c]|\.\D)"),
        (rf"\b{_OPERAND}{SPACE}over{SPACE}{_OPERAND}", _over, "", _CLAUSE_ENDS),
        (rf"\b{_OPERAND}{SPACE}out{SPACE}of{SPACE}{_OPERAND}\b", out_of, "", ""),
        # Where it is all of the text; `what percent of 80` asks.
        (rf"per{SPACE}?cents?{SPACE}of{SPACE}{DIGITS}", _percent_of, _LINE_BEGINS, _LINE_ENDS),
        # One digit is more often a class or a generation: `3B`, `5G`.
        (
            rf"-?(?:(?:{GROUPED}|\d{{2,}}|\d*\.\d+)(?-i:[BGT])|{PLAIN}(?-i:M)|\d*\.\d+(?-i:b)"
            rf"|{DIGITS}{SPACE}(?-i:k|M))\b",
            signed(scaled),
            "",
            "",
        ),
        (rf"\b{words.PART}", words.parts, "", rf"(?:{_STOP}|{SPACE}of\b)"),
        (rf"\ban?{GAP}quarter", words.parts, "", rf"{SPACE}of\b"),
        (rf"\bat{SPACE}first\b|\bfirst{SPACE}of{SPACE}all\b", lambda text: None, "", ""),
        (r"\b(?:\d+|\d{1,3}(?:,\d{3})+)(?:st|nd|rd|th)\b", _ordinal, "", ""),
        (rf"\b{words.ORDINAL}\b", words.ordinal, "", ""),
        (r"second\b", words.ordinal, rf"\b(?:the|my|your|his|her|its|our|their){SPACE}", ""),
    )
)
"""Numbers that are only looked for where `arithmetic` is asked for."""

RULES = (
    Rule(rf"\b{words.PART_OF_LARGE}\b", _part_of_large),
    *ASKED_RULES,
    skip(rf"\b{words.HYPHENATED_ORDINAL}\b"),
    Rule(rf"-?\b(?:{DIGITS}{_TIMES})?{_POWER}", signed(power_of_ten)),
    Rule(rf"-?{DIGITS}|\b{words.COUNT}", amount, after=rf"{GAP}percentage{GAP}points?\b"),
    Rule(rf"-?{DIGITS}{EXPONENT}?{PERCENT}|\b{AMOUNT}{PERCENT}", signed(percentage)),
    # In `37 and a third of 9` the third is not of one.
    Rule(rf"\b(?:{SCALED}|\d+|{words.COUNT})", amount, after=rf"{words.AND_PART}{SPACE}of\b"),
    Rule(rf"\b(?:\d+|{words.COUNT}|one){words.AND_PART}{GAP}{words.LARGE}\b", scaled_mixed),
    Rule(rf"\b(?:{SCALED}|\d+|{words.COUNT}|one){words.AND_PART}\b", count_and_part),
    Rule(rf"\b\d{{1,3}}{GAP}hundred", words.count, after=words.HUNDREDS[1]),
    Rule(
        rf"\b{words.DIGIT_GROUPS}", words.count, after=r"(?:[^\w.,%/-]|[.,]\D)", split=words.counts
    ),
    Rule(rf"-?(?:{SCALED})", signed(scaled)),
    Rule(rf"{DIGITS}(?:[kmb]|{SPACE}?(?:mn|tn))\b", scaled, before=rf"\${SPACE}?"),
    Rule(rf"-?\b{MIXED}", signed(mixed)),
    # Elsewhere `minus` subtracts: `seven minus two`.
    Rule(_MINUS, _negative, before=rf"(?:\b{_BEFORE_MINUS}{SPACE}|[=(]{SPACE}?)"),
    Rule(_MINUS, _negative, before=_LINE_BEGINS, after=_STOP),
    Rule(r"\\[dt]?frac\{\d{1,9}\}\{[1-9]\d{0,8}\}", _latex_fraction),
)
"""Numbers of several parts."""

PLAIN_RULES = (
    Rule(rf"-?\b{FRACTION}\b", number),
    Rule(rf"-?{VULGAR}", signed(mixed)),
    Rule(rf"-?{GROUPED}{EXPONENT}?", number, after=r"\D"),
    Rule(rf"-?{PLAIN}{EXPONENT}?", number),
    Rule(words.HUNDREDS[0], words.count, after=words.HUNDREDS[1]),
    Rule(rf"\b(?:an?|{words.SMALL}){GAP}do(?:zens?|zs?)\b", _dozens),
    Rule(rf"\b{words.POINT}\b", _point),
    Rule(rf"\b{words.PARTS}\b", words.parts),
    Rule(rf"\b(?:two|three){SPACE}quarters", words.parts, after=rf"{SPACE}of\b"),
    Rule(rf"\b(?:{words.COUNT}|zero|nought)\b", words.count, split=words.counts),
)
"""Numbers of one part."""
