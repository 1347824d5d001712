r"""Polynomials in one variable with exact coefficients.

Found: sums with a power of at least 2, such as `x^2 - 5x + 6`, `2*x**2 + 1`, `3x³ + 2x - 1/2`,
`x^{2} + \frac{1}{2}x` and `x^3/3 - x`, up to an `=`; `x^2` alone for the variables x, y, z and t;
after words and signs such as `f(x) =`, `d/dx`, `derivative of`, `polynomial`, `roots of` or
`solve`, also `n^2` and what is linear, such as `2x + 3`.

Not found: `5x` without such words; several variables; what is part of something longer, as in
`x^2 + sin x`, `x^2 y`, `sin x^2`, `x^2 + 1/x` or `O(n^2)`; what a line of code returns; e and i
as variables. Texts of more than 2,000 characters stay text.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import exact
from fluxem_encoders.patterns.numerals import TooLong, number, vulgar
from fluxem_encoders.patterns.plain import SUPER_INTEGER, VULGAR, superscript
from fluxem_encoders.patterns.rule import Rule
from fluxem_encoders.structures.calculus import MAX_COEFFICIENTS, Polynomial

MAX_CHARS = 2000
USUAL = "xyzt"
"""Variables whose powers are hardly ever units, Landau's symbols or statistics."""

_B = r"[ \t\xa0]{0,2}"
_VARIABLE = r"[a-df-hj-z]\b"
_SIZE = (
    rf"(?:\d+(?:\.\d+|/\d+)?|\.\d+|\(\d+/\d+\)|\\[dt]?frac\{{\d{{1,9}}\}}\{{\d{{1,9}}\}}|{VULGAR})"
)
# Letters that stand apart are units or words rather than variables, but for these.
_FACTOR = rf"(?:{_SIZE}{_B}[*·×]{_B}{_VARIABLE}|{_SIZE}(?-i: [kn-rt-z]\b)|{_SIZE}?{_VARIABLE})"
_POWER = rf"(?:(?:\^|\*\*)(?:\d+|\{{\d+\}}|\(\d+\))|{SUPER_INTEGER})"
_OVER = r"(?:/\d+)?"
_TERM = rf"(?:{_FACTOR}{_POWER}?{_OVER}|{_SIZE})"
_HIGH = rf"{_FACTOR}{_POWER}{_OVER}"
_SIGN = rf"{_B}[-+]{_B}"
_TAIL = rf"(?:{_SIGN}{_TERM})*"
_FUNCTION = r"(?:(?:arc|a)?(?:sin|cos|tan|sec|csc|cot)h?|ln|log|exp|sqrt|pi|cdot|times|frac|left)"
# What goes on after a polynomial and so makes it part of something else: it is taken along, in
# place of a negative lookahead, and refused by the reader.
_MORE = (
    rf"(?:{_B}[-+*/^\[]|{_B}\\?{_FUNCTION}\b|[a-ce-z_]\w*|d(?:[^xyt]|[xyt]\w)|[%!'°\x80-\x9c]|"
    rf"\.\d+|,\d[\d,]*|\(|{_B}\((?:[^a-z]|[a-z][^a-z]|{_FUNCTION})|[ \xa0][b-z_]\b|"
    rf"[ \xa0]a{_B}[-+*/^=])?"
)
_SEVERAL = rf"(?:{_TERM}{_SIGN}){{1,3}}{_HIGH}|{_HIGH}{_SIGN}{_TERM}"
_ONE = rf"(?:{_SIZE}(?:{_B}[*·×]{_B}| )?)?(?-i:[{USUAL}]){_POWER}{_OVER}"
_POLYNOMIAL = rf"-?(?:{_SEVERAL}|{_ONE}){_TAIL}{_MORE}"
_LINEAR = rf"{_SIZE}\*?(?-i:[{USUAL}])\b"
_ANY = (
    rf"-?(?:(?:{_TERM}{_SIGN}){{1,3}}{_FACTOR}{_POWER}?{_OVER}|{_HIGH}|"
    rf"{_FACTOR}{_SIGN}{_TERM}|{_LINEAR}){_TAIL}{_MORE}"
)

_BEFORE = (
    rf"(?:[(\[{{,;:=<>\"'`$|]{_B}|[a-z]{{2}}[ \xa0]|[.?!\x01][ \xa0]|"
    rf"\n[ \t\xa0]{{0,8}}(?:(?:[-*+]|(?:\d{{1,2}}|[a-z])[.)])[ \xa0]{{1,2}})?)"
)
_OPENS = r"[ \xa0]?[(\[{`$\"']{0,2}"
_NAMED = r"[a-z]'{0,3}\([a-z]\)"
_EVIDENCE = (
    rf"(?:\b{_NAMED}{_B}={_B}|(?:\bd/d[a-z]|\\frac\{{d\}}\{{d[a-z]\}})(?:\\left)?{_OPENS}|"
    r"\b(?:polynomial|differentiate|integrate|solve(?: for [a-z])?|"
    r"(?:derivative|antiderivative|integral|roots?|zeros|zeroes|degree) of)"
    rf"(?: the (?:polynomial|function|equation))?:?(?: (?:{_NAMED}|[a-z]){_B}={_B})?{_OPENS})"
)
_NO_BEFORE = rf"(?:\b(?:{_FUNCTION}|return|lambda(?: [a-z]:)?)[ \xa0]?|\b[o_]\([ \xa0]?)"

_BLANK = re.compile(r"\s+")
_TERMS = re.compile(
    rf"([-+]?)(?:({_SIZE})?[*·×]?([a-z])({_POWER})?(?:/(\d+))?|({_SIZE}))", re.IGNORECASE
)


def polynomial(text: str) -> Polynomial:
    """The polynomial that a text is, as `plain_text` leaves it; like terms are added.

    Raises:
        TooLong: above 2,000 characters.
        ValueFormError: when it is none, or a sum of one power of a variable such as m, for metres.
    """
    if len(text) > MAX_CHARS:
        raise TooLong
    terms = list(_terms(_BLANK.sub("", text)))
    variables = {variable for _, _, variable in terms if variable}
    powers = {power for power, _, _ in terms}
    if len(variables) != 1:
        raise ValueFormError("a polynomial has one variable")
    variable = variables.pop()
    if len(powers) == 1 < len(terms) and variable not in USUAL:
        raise ValueFormError("this may be a sum of quantities")
    coefficients: list[int | Fraction] = [0] * (max(powers) + 1)
    for power, coefficient, _ in terms:
        coefficients[power] += coefficient
    return Polynomial(tuple(coefficients), variable)


def _terms(text: str) -> Iterator[tuple[int, int | Fraction, str]]:
    """Power, coefficient and variable (none for a constant) of each term of a text sans blanks."""
    end = 0
    for match in _TERMS.finditer(text):
        sign, size, variable, power, divisor, constant = match.groups()
        if match.start() != end or (end and not sign):
            break
        coefficient = _size(size or constant or "1")
        if divisor:
            coefficient /= Fraction(divisor)
        exponent = _exponent(power) if variable else 0
        yield exponent, -coefficient if sign == "-" else coefficient, variable or ""
        end = match.end()
    if end != len(text):
        raise ValueFormError("there is more than terms")


def _size(text: str) -> int | Fraction:
    if text.startswith("\\"):
        numerator, denominator = re.findall(r"\d+", text)
        return Fraction(int(numerator), int(denominator))
    if re.fullmatch(VULGAR, text):
        return vulgar(text)
    return exact(number(text.strip("()")))


def _exponent(text: str | None) -> int:
    digits = text.strip("^*{()}") if text else "1"
    power = int(digits if digits.isdecimal() else superscript(digits))
    if not 0 <= power < MAX_COEFFICIENTS:
        raise ValueFormError(f"a polynomial has powers below {MAX_COEFFICIENTS}")
    return power


def _no_polynomial(text: str) -> None:
    raise ValueFormError("this is part of something else")


RULES = (
    Rule(
        rf"-?{_FACTOR}",
        _no_polynomial,
        before=_NO_BEFORE,
        after=_POWER,
        domain="calculus",
    ),
    Rule(_ANY, polynomial, before=_EVIDENCE, domain="calculus"),
    Rule(_POLYNOMIAL, polynomial, before=_BEFORE, domain="calculus"),
)
