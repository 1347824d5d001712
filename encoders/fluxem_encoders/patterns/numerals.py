"""Numbers in digits: the pieces that patterns share, and their exact values."""

from decimal import Context, Decimal
from fractions import Fraction

from fluxem_encoders.forms import parse_number, simplest
from fluxem_encoders.patterns.plain import FRACTIONS, VULGAR, fraction_of
from fluxem_encoders.patterns.rule import SPACE
from fluxem_encoders.values import Number

MAX_DIGITS = 1000
MAX_EXPONENT_DIGITS = 4

GROUPED = (
    r"(?:(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:\xa0\d{3})+)(?:\.\d+)?"
    r"|[1-9]\d{0,2}(?: \d{3}){0,3} 000)"
)
"""Groups of three digits; plain blanks part them only where the last group is 000."""

PLAIN = r"(?:\d+(?:\.\d+)?|\.\d+)"
DIGITS = rf"(?:{GROUPED}|{PLAIN})"
EXPONENT = r"(?:e[-+]?\d+)"
NUMBER = rf"-?{DIGITS}{EXPONENT}?"
FRACTION = r"\d+/0{0,3}[1-9]\d*"
MIXED = rf"[1-9]\d{{0,2}}(?:[ \xa0]{{1,2}}[1-9]\d{{0,2}}/[1-9]\d{{0,2}}\b|{SPACE}?{VULGAR})"

_WIDE = Context(prec=2 * MAX_DIGITS)


class TooLong(Exception):
    """More digits than a value may have: the text stays text."""


def number(text: str) -> Number:
    """The exact value of `-1,200.50`, `.5`, `6.02e23` or `3/4`.

    Raises:
        TooLong: above 1,000 digits or an exponent of more than 4.
        ValueError: when it is none of these.
    """
    if len(text) > MAX_EXPONENT_DIGITS:
        _check(text)
    if text.isdigit():
        return int(text)
    return parse_number(text.replace(",", "").replace("\xa0", "").replace(" ", ""))


def _check(text: str) -> None:
    mantissa, _, exponent = text.lower().partition("e")
    if len(text) > MAX_DIGITS and max(map(_digits, mantissa.split("/"))) > MAX_DIGITS:
        raise TooLong
    if _digits(exponent) > MAX_EXPONENT_DIGITS:
        raise TooLong


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def mixed(text: str) -> Fraction:
    """The value of `2 1/4`, `2½` or `½`.

    Raises:
        ValueError: when the fraction is not below 1.
    """
    if "/" in text:
        whole, part = text.replace("\xa0", " ").split()
        rest = Fraction(part)
    else:
        whole = text[:-1].strip() or "0"
        rest = vulgar(text[-1])
    if rest >= 1:
        raise ValueError(f"{text} is no mixed number")
    return int(whole) + rest


def vulgar(character: str) -> Fraction:
    """The value of one character such as `½`, as `plain_text` leaves it."""
    return _VULGAR[fraction_of(character)]


_PARTS = "1/4 1/2 3/4 1/3 2/3 1/5 2/5 3/5 4/5 1/6 5/6 1/8 3/8 5/8 7/8 1/7 1/9 1/10"
_VULGAR = dict(zip(FRACTIONS, map(Fraction, _PARTS.split()), strict=True))


def times(x: Number, factor: int) -> Number:
    """`x * factor`, exactly; an int where it is whole."""
    if isinstance(x, Decimal):
        product = _WIDE.multiply(x, Decimal(factor))
        return int(product) if product == product.to_integral_value() else product
    return simplest(x * factor)


def hundredth(x: Number) -> Decimal | Fraction:
    """`x / 100`, exactly."""
    if isinstance(x, Fraction):
        return x / 100
    return _WIDE.divide(Decimal(x), Decimal(100))
