r"""Polynomials in one variable with exact coefficients.

Found: sums with a power of at least 2, such as `x^2 - 5x + 6`, `2*x**2 + 1`, `3x³ + 2x - 1/2`,
`x^{2} + \frac{1}{2}x` and `x^3/3 - x`, up to an `=`; `x^2` alone for the variables x, y, z and t;
after words and signs such as `f(x) =`, `d/dx`, `derivative of`, `polynomial`, `roots of` or
`solve`, also `n^2` and what is linear, such as `2x + 3`; so are sums behind a polynomial in the
same variable (`divide x^3 - 1 by x - 1`) or words such as `plug`, products and quotients of sums
(`(x + 1)(x - 2)`), `y = 2x + 1`, `$x - 1$`, and integrands with their bounds
(`\int_{0}^{2} x^2 + x \, dx`). In words: `x squared plus 3x minus 2`.

Not found: `5x` without such words; several variables; what is part of something longer, as in
`x^2 + sin x`, `x^2 y`, `sin x^2`, `x^2 + 1/x` or `O(n^2)`; what a line of code returns; e and i
as variables. Texts of more than 2,000 characters stay text.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import exact
from fluxem_encoders.patterns.numerals import PLAIN, TooLong, number, vulgar
from fluxem_encoders.patterns.plain import (
    SUPER_INTEGER,
    SUPERSCRIPTS,
    VULGAR,
    plain_text,
    superscript,
)
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
_FUNCTION = r"(?:(?:arc|a)?(?:sin|cos|tan|sec|csc|cot)h?|ln|log|exp|sqrt|pi)"
_LATEX = r"\\(?:cdot|times|frac|left)"
# What goes on after a polynomial and so makes it part of something else: it is taken along, in
# place of a negative lookahead, and refused by the reader.
# A `-` between blanks before a longer word is a dash.
_MORE = (
    rf"(?:{_B}[+*/^\[]|-|{_B}-(?:[^ \t\xa0]|{_B}(?:[^a-z \t\xa0]|[a-z]{{1,3}}[^a-z]|{_FUNCTION}\b|"
    rf"[a-z]{{4,20}}[(_\d^]))|{_B}(?:\\?{_FUNCTION}|{_LATEX})\b|"
    r"[a-ce-z_]\w*|d(?:[^xyt]|[xyt]\w)|[%!'°\x80-\x9c]|"
    rf"\.\d+|,\d[\d,]*|\(|{_B}\((?:[^a-z]|[a-z][^a-z]|{_FUNCTION})|[ \xa0][b-z_]\b|"
    rf"[ \xa0]a{_B}[-+*/^=])?"
)
_SUM = (
    rf"-?(?:(?:{_TERM}{_SIGN}){{1,3}}{_FACTOR}{_POWER}?{_OVER}|"
    rf"{_FACTOR}{_POWER}?{_OVER}{_SIGN}{_TERM}){_TAIL}"
)
_BY = r"(?:(?:is |are )?(?:divided|multiplied|dividing) )?by"
_JOIN = (
    r"(?:\)?(?:,?[ \xa0](?:and|or|from|(?:goes? )?into|with|to|times|plus|minus|over|mod|"
    rf"{_BY})[ \xa0]|,[ \xa0])\(?"
    rf"|\){_B}(?:[*/\xb7\xd7\xf7]|mod)?{_B}\(|\}}\{{)"
)
_BY_TERM = rf"[ \xa0]{_BY}[ \xa0]\(?{_SIZE}?(?-i:[{USUAL}])\b{_POWER}?"
_PARTNERS = rf"(?:{_JOIN}{_SUM})*(?:{_BY_TERM})?{_MORE}"
_GROUPS = rf"\({_SUM}\)(?:{_B}[*/\xb7\xd7]?{_B}\({_SUM}\))+"
_SEVERAL = rf"(?:{_TERM}{_SIGN}){{1,3}}{_HIGH}|{_HIGH}{_SIGN}{_TERM}"
_ONE = rf"(?:{_SIZE}(?:{_B}[*·×]{_B}| )?)?(?-i:[{USUAL}]){_POWER}{_OVER}"
_POLYNOMIAL = rf"-?(?:{_SEVERAL}|{_ONE}){_TAIL}"
_LINEAR = rf"{_SIZE}\*?(?-i:[{USUAL}])\b"
_ANY = rf"(?:{_SUM}|-?(?:{_HIGH}|{_LINEAR}){_TAIL})"
_SLOPE = (
    rf"-?(?:{_SIZE}{_SIGN})?{_SIZE}(?-i:[xt])\b{_POWER}?{_TAIL}{_MORE}"  # no code: `2x`, not `2*x`
)
# Sums in x and the like, behind words after which others may be anything.
_X = rf"{_SIZE}?(?-i:[{USUAL}])\b{_POWER}?"
_OF_X = rf"-?(?:{_SIZE}{_SIGN})?{_X}{_TAIL}"
_X_SUM = rf"-?(?:{_X}{_SIGN}{_TERM}|{_SIZE}{_SIGN}{_X}){_TAIL}"
_X_WORD = (
    r"\b(?:(?:product|sum|difference|value|quotient) of|primitive of|multipl(?:y|ying)|expand|"
    r"evaluate|simplify|add|subtract|divide|has derivative|factor(?:i[sz]e)?|(?-i:[fghpq]) ?=|"
    r"(?:plug(?:ging|s)?|put(?:ting)?|sub(?:bing)?|feed(?:ing)?|insert(?:ing)?|substitut(?:e|ing))"
    r"(?: in)?|compos(?:e|ing|ed)(?: (?:it|that|this))?(?: with)?|"
    r"replac(?:e|ing) (?-i:[a-z]) (?:by|with)|"
    r"(?:multipl(?:y|ying|ied)|divid(?:e|ing|ed))(?: (?:it|that|this|the result))? by)"
    r"(?: the (?:polynomials?|expressions?|functions?))?:?[ \xa0](?:(?-i:[a-z]) ?= ?)?[(`$]{0,2}"
)

_SAID_POWER = r"[ -](?:squared|cubed)\b"
_SAID_SIGN = rf"(?:[ \xa0](?:plus|minus)[ \xa0]|{_SIGN})"
_SAID_FACTOR = rf"(?:{_SIZE}[ \xa0]?)?(?-i:[{USUAL}])\b"
_SAID_TERM = rf"(?:{_SAID_FACTOR}(?:{_SAID_POWER}|{_POWER})?|{_SIZE})"
_SAID_HIGH = rf"{_SAID_FACTOR}{_SAID_POWER}"
_SAID = (
    rf"-?(?:(?:{_SAID_TERM}{_SAID_SIGN}){{1,3}}{_SAID_HIGH}|{_SAID_HIGH}{_SAID_SIGN}{_SAID_TERM})"
    rf"(?:{_SAID_SIGN}{_SAID_TERM})*"
    rf"(?:[ \xa0-](?:plus|minus|times|over|squared|cubed|divided|multiplied|to the)\b|{_MORE})"
)

# Bounds, and then what is integrated.
_BOUNDS = (
    r"(?:(?:_\{[^{}\n]{1,20}\}|_\\?-?\w{1,9}|\x01{1,4})"
    r"(?:\^\{[^{}\n]{1,20}\}|\^\\?-?\w{1,9}|\x9c?[\x92-\x9b]{1,9}))?"
)
_INTEGRAL = rf"{_BOUNDS}(?:\\,)?{_B}\(?(?:{_ANY}|(?-i:[{USUAL}]))"
_DX = rf"\)?(?:\\[,;! ]|{_B}){{0,4}}d[a-z]\b"

_INTERVAL = (
    r"[ \xa0](?:on|over|in|for [a-z] in)[ \xa0](?:the )?(?:closed )?(?:interval )?"
    rf"\[-?{PLAIN}(?:/\d+)?,{_B}-?{PLAIN}(?:/\d+)?\]"
)

_BEFORE = (
    rf"(?:[(\[{{,;:=<>\"'`$|&]{_B}|[a-z]'?[a-z][ \xa0]|[a-z]{{3}}\)[ \xa0]|[.?!\x01\]][ \xa0]|"
    r"\b(?:the )?(?:first|second|third|fourth|fifth)[ \xa0]|"
    rf"\n[ \t\xa0]{{0,8}}(?:(?:[-*+]|(?:\d{{1,2}}|[a-z])[.)])[ \xa0]{{1,2}})?)"
)
_OPENS = r"[ \xa0]?[(\[{`$\"']{0,2}"
_NAMED = r"[a-z]'{0,3}\([a-z]\)"
_EVIDENCE = (
    rf"(?:\b{_NAMED}{_B}={_B}|(?:\bd/d[a-z]|\\frac\{{d\}}\{{d[a-z]\}})(?:\\left)?{_OPENS}|"
    r"\b(?:polynomials?|(?:differentiat|integrat)(?:e|ed|ing)|solv(?:e|ed|ing)(?: for [a-z])?|"
    r"(?:derivative|antiderivative|integral|roots?|zeros|zeroes|degree) of)\b"
    rf"(?: the (?:polynomial|function|equation))?:?(?: (?:{_NAMED}|[a-z]){_B}={_B})?{_OPENS}|"
    rf"\b(?:line|curve|parabola|function|equation|graph of) y{_B}={_B})"
)
_NO_BEFORE = (
    rf"(?:(?:\b(?:{_FUNCTION}|return|lambda(?: [a-z]:)?)|{_LATEX}|\d times)[ \xa0]?|"
    r"\b[o_]\([ \xa0]?)"
)

_BLANK = re.compile(r"\s+")
_TERMS = re.compile(
    rf"([-+]?)(?:({_SIZE})?[*·×]?([a-z])({_POWER})?(?:/(\d+))?|({_SIZE}))", re.IGNORECASE
)
_IN_FRACTION = re.compile(r"frac\{\d+$")
_JOINS = re.compile(_JOIN, re.IGNORECASE)
_VARIABLES = re.compile(r"(?<![a-z\\])[a-z](?![a-z{])", re.IGNORECASE)
_RAISED = re.compile(_POWER)
_LIMITS = re.compile(
    rf"(?:(_\{{[^{{}}]*\}}|_\\?-?\w+?(?=\^)|\x01+)"
    rf"(\^\{{[^{{}}]*\}}|\^\\?-?\w+|{SUPER_INTEGER}))?(?:\\,)?{_B}\(?",
    re.ASCII,
)
_LOW_DIGITS = "₋₀₁₂₃₄₅₆₇₈₉"
_TO_DIGITS = str.maketrans(_LOW_DIGITS + SUPERSCRIPTS, "-0123456789" + "0123456789-")
_SAID_SIGNS = {"[ -]squared": "^2", "[ -]cubed": "^3", "plus": "+", "minus": "-"}


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


def _said(text: str) -> Polynomial:
    """`x squared plus 3x minus 2`."""
    for said, sign in _SAID_SIGNS.items():
        text = re.sub(said, sign, text, flags=re.IGNORECASE)
    return polynomial(text)


def _part_of_integral(text: str) -> Polynomial | int:
    """A low or high bound, or what is integrated; its text as it was.

    Raises:
        ValueFormError: for bounds such as `3`, which are plain numbers.
    """
    if text[0] in _LOW_DIGITS or text[0] in SUPERSCRIPTS:
        return int(text.translate(_TO_DIGITS))
    return polynomial(plain_text(text))


def _each(text: str) -> Iterator[tuple[int, int]]:
    """The extents of polynomials, and of sums behind them in the same variable.

    A sum in another one is given with what joins it to the next, to be read as plain numbers.
    """
    pieces, end = list(_pieces(text)), 0
    first = next((piece for piece, _, _ in pieces if _RAISED.search(piece)), pieces[0][0])
    variables = set(_VARIABLES.findall(first))
    for piece, start, stop in pieces:
        other = set(_VARIABLES.findall(piece)) != variables and not _RAISED.search(piece)
        if other and not end:
            yield 0, pieces[1][1]
        else:
            yield end if other else start, stop
        end = stop


def _over_interval(text: str) -> Iterator[tuple[int, int]]:
    """The extents of a polynomial and of an interval's ends."""
    yield (
        0,
        min(text.index(f" {word} ") for word in ("on", "over", "in", "for") if f" {word} " in text),
    )
    comma, start = text.rindex(","), text.rindex("[") + 1
    yield start, comma
    yield len(text) - len(text[comma + 1 :].lstrip()), len(text) - 1


def _groups(text: str) -> Iterator[tuple[int, int]]:
    """The extents of sums in parentheses, where all have one variable."""
    if len(set(_VARIABLES.findall(text))) > 1:
        yield 0, len(text)
        return
    for _, start, stop in _pieces(text[1:-1]):
        yield start + 1, stop + 1


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    start = 0
    for match in _JOINS.finditer(text):
        if match[0] == "}{" and _IN_FRACTION.search(
            text[max(match.start() - 20, 0) : match.start()]
        ):
            continue
        yield text[start : match.start()], start, match.start()
        start = match.end()
    yield text[start:], start, len(text)


def _integral(text: str) -> Iterator[tuple[int, int]]:
    """The extents of the bounds that are numbers, and of what is integrated."""
    match = _LIMITS.match(text)
    assert match is not None
    for place in (1, 2):
        bound = (match[place] or "").lstrip("_^{").rstrip("}")
        if re.fullmatch(rf"-?[\d./]+|\x01+|{SUPER_INTEGER}", bound):
            start = text.index(bound, match.start(place))
            yield start, start + len(bound)
    yield match.end(), len(text)


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
    Rule(
        _INTEGRAL,
        _part_of_integral,
        r"(?:\x01|\\int(?:\\limits)?)",
        _DX,
        _integral,
        "calculus",
        True,
    ),
    Rule(_ANY + _PARTNERS, polynomial, before=_EVIDENCE, split=_each, domain="calculus"),
    Rule(_X_SUM + _PARTNERS, polynomial, before=_X_WORD, split=_each, domain="calculus"),
    Rule(rf"{_OF_X}\}}\{{{_OF_X}", polynomial, r"\\[dt]?frac\{", r"\}", _each, "calculus"),
    Rule(
        rf"{_SIZE}?(?-i:[{USUAL}]){_SAID_POWER}",
        _said,
        _EVIDENCE,
        r"[^\w\s]|\s{1,2}\B",
        domain="calculus",
    ),
    Rule(
        rf"{_POLYNOMIAL}{_INTERVAL}",
        polynomial,
        before=_BEFORE,
        split=_over_interval,
        domain="calculus",
    ),
    Rule(_ANY, polynomial, before=rf"\${_B}", after=rf"{_B}\$", domain="calculus"),
    Rule(_SLOPE, polynomial, before=rf"\by{_B}={_B}", domain="calculus"),
    Rule(_GROUPS, polynomial, before="[^a-z_]", split=_groups, domain="calculus"),
    Rule(_SAID, _said, before=_BEFORE, domain="calculus"),
    Rule(
        rf"(?:{_SUM}{_JOIN})?{_POLYNOMIAL}{_PARTNERS}",
        polynomial,
        before=_BEFORE,
        split=_each,
        domain="calculus",
    ),
)
