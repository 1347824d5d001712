"""Lists of numbers, in brackets or in a sentence."""

import re

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.arithmetic import percentage, signed
from fluxem_encoders.patterns.numerals import GROUPED, PLAIN, TooLong, number
from fluxem_encoders.patterns.plain import plain_text
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.values import Number, Numbers

MAX_ITEMS = 10_000

_TAIL = rf"(?:/\d+|e[-+]?\d+|{SPACE}?%)?"
_ITEM = rf"-?{PLAIN}{_TAIL}"  # where a comma always separates
_WIDE_ITEM = rf"-?(?:{GROUPED}|{PLAIN}){_TAIL}"
_BLANKS = rf"{SPACE}{{0,2}}"
_BLANK = rf"{SPACE}{{1,2}}"
_INSIDE = "|".join(
    (
        rf"{_ITEM}(?:{_BLANKS},{_BLANKS}{_ITEM})+",
        rf"{_WIDE_ITEM}(?:{_BLANKS};{_BLANKS}{_WIDE_ITEM})+",
    )
)
_SPACED = rf"{_ITEM}(?:{_BLANK}{_ITEM})+"
_BRACKETED = "|".join(
    rf"\{left}{_BLANKS}(?:{inside}){_BLANKS}\{right}"
    for left, right, inside in (
        ("[", "]", f"{_INSIDE}|{_SPACED}"),
        ("(", ")", _INSIDE),
        ("{", "}", _INSIDE),
    )
)
_SENTENCE = (
    rf"{_WIDE_ITEM}(?:,{_BLANK}{_WIDE_ITEM})+,?{SPACE}and{SPACE}{_WIDE_ITEM}"
    rf"|{_WIDE_ITEM}(?:,{_BLANK}{_WIDE_ITEM}){{2,}}|{_WIDE_ITEM}(?:;{_BLANK}{_WIDE_ITEM}){{2,}}"
)
# Amounts of one currency or unit; where their domains are read, each of them is a value instead.
_PRICE = rf"-?\$(?:{GROUPED}|{PLAIN})"
_MEASURE = (
    rf"{_WIDE_ITEM}{SPACE}?(?:[a-z]{{2,13}}s|people|children|[kcm]?m|[km]?g|[cm]?l|k?wh?|lb|oz|ft|mi|mph"
    r"|pt|euro|dollar|pound|eur|usd|gbp)"
)
_AMOUNTS = "|".join(
    rf"(?:{one}(?:,{_BLANK}{one})+,?{SPACE}and{SPACE}{one}|{one}(?:,{_BLANK}{one}){{2,}})"
    for one in (_PRICE, _MEASURE)
)
_END = (  # not `$7.5k`, `7 km/h`, `$7 million`
    rf"(?:\n|[;:!?)\]\"']|[.,][^\d]"
    rf"|{SPACE}(?:[^kmbht]|k\w|h[^u]|t(?:[^hr]|h[^o]|r[^i])|m[^i]|b[^in]))"
)
_TWO_ARGUMENTS = (
    r"(?:add|sum|plus|subtract|minus|multiply|times|product|divide|pow|power|mod|gcd|gcf|hcf|lcm|"
    r"root|log|round)"
)
_AND = re.compile(r",?\sand\s", re.IGNORECASE)
_NO_UNITS = re.compile(
    r"plus|minus|times|percents|(?:dozen|hundred|thousand|million|billion|trillion|score|pair)s"
    r"|halves|thirds|quarters|[a-z]+ths"
)
_AMOUNT = re.compile(rf"(-?)\$?((?:{GROUPED}|{PLAIN}){_TAIL})\s?([a-z]*)", re.IGNORECASE)


@signed
def _item(text: str) -> Number:
    return percentage(text) if text.endswith("%") else number(text)


def bracketed(text: str) -> Numbers:
    """The items of a list in brackets; a comma always separates, unless semicolons do."""
    separator = next((mark for mark in ";," if mark in text), r"\s+(?!%)")
    return _items(re.split(separator, text[1:-1].strip()))


def in_sentence(text: str) -> Numbers:
    """The items of `1, 2 and 3`, where a comma without a blank groups digits."""
    return _items(re.split(r"[,;]\s+", _AND.sub(", ", text)))


def amounts(text: str) -> Numbers:
    """The numbers of `$4.50, $3 and $12` or `5 km, 8 km and 12 km`.

    Raises:
        ValueError: for amounts in several currencies or units, or of words that are none.
    """
    plain = plain_text(text)
    currencies = {sign for sign, read in zip(text, plain, strict=True) if read == "$"}
    parts = [_AMOUNT.fullmatch(part) for part in re.split(r",\s+", _AND.sub(", ", plain))]
    units = {part[3].lower() for part in parts if part}
    one = len({unit.removesuffix("s") for unit in units}) == 1
    if None in parts or len(currencies) > 1 or not one or any(map(_NO_UNITS.fullmatch, units)):
        raise ValueFormError("amounts of several kinds")
    return _items([part[1] + part[2] for part in parts if part])


def _items(texts: list[str]) -> Numbers:
    if len(texts) > MAX_ITEMS:
        raise TooLong
    return tuple(_item(text.strip()) for text in texts)


RULES = (
    # The arguments of a function of two are no list.
    Rule(
        _ITEM,
        _item,
        before=rf"\b{_TWO_ARGUMENTS}\({SPACE}?",
        after=rf"{SPACE}?[,;]{SPACE}?{_ITEM}{SPACE}?\)",
    ),
    Rule(_BRACKETED, bracketed),
    Rule(_SENTENCE, in_sentence),
    Rule(_AMOUNTS, amounts, after=_END, original=True),
)
