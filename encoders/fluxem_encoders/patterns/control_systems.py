"""Transfer functions: ratios of polynomials in s, multiplied out exactly.

Found are `1/(s^2 + 2s + 1)` and other quotients with a sum in s in brackets; after `G(s) =` or
`transfer function` also `1/s` and the like, and ratios in z. Numerators are numbers, powers and
products of brackets; a denominator is one bracket or power. LaTeX's `\\frac` is read too.

Not found: other letters (`K/(s + 1)`, `e^{-s}`), parts of longer terms (`1/(s + 1) + 2`), what has
no clear end of the denominator (`1/(s + 1)(s + 2)`), negative powers, `5/s` in prose, and ratios
in z without such words.
"""

import re
from itertools import zip_longest

from fluxem_encoders.algebra import add, multiply
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.numerals import PLAIN, number
from fluxem_encoders.patterns.plain import SUPER_INTEGER, superscript
from fluxem_encoders.patterns.rule import Rule
from fluxem_encoders.structures.control_systems import TransferFunction
from fluxem_encoders.values import Number, Numbers

MAX_CHARS, MAX_BRACKETS, MAX_DEGREE = 400, 40, 32

_POWER = r"(?:\^\d{1,2}|\^\{\d{1,2}\}|\*\*\d{1,2}|[\x92-\x9b]{1,2})"
_NUMERIC = r"-+*.^{}0-9 \xb7\x92-\x9b"
_NAMED = r"(?:\b(?-i:[A-Z])[a-z0-9]{0,3}\((?-i:VAR)\)\s?=\s?"
_CALLED = (
    r"|\btransfer\sfunction(?:\s(?:is|of|the|a|system|given|by|with|plant|(?-i:[A-Z])\(VAR\))){0,4}"
    r"\s?[:=]?\s?)"
)
# No part of a longer term: a word or a mark stands before it, and after it.
_START = r"""(?:[a-z]{2}\s|\ba\s|[\n=:,;(\["'$`]\s?)"""
_END = r"""(?:[ \t]{0,2}[\n=,;:)\]"'$`?!]|\.\D|\s(?-i:[a-z]{2}|[A-Z][a-z])|\sa\s)"""

_SUPERSCRIPT, _BRACED = re.compile(SUPER_INTEGER), re.compile(r"\^\{(\d+)\}")
_FRAC = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_RATIO = re.compile(r"([^/]*)/([^/]*)")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|\.\d+|\S")


def _patterns(variable: str) -> tuple[str, str]:
    """What is a ratio beyond doubt, but for its sum; what is one after suitable words."""
    inside = rf"[{_NUMERIC}{variable}]"
    first = rf"\({inside}*\)"
    second = rf"\((?:{inside}|{first})*\)"
    group = rf"\((?:{inside}|{second})*\)"
    inner = rf"(?:{variable}|\([{_NUMERIC}]*{variable}{inside}*\))"
    bottom = rf"\([{_NUMERIC}]*{inner}(?:{inside}|{second})*\){_POWER}?"
    factor = rf"(?:{PLAIN}|{variable}{_POWER}?|{group}{_POWER}?)"
    top = rf"-?{factor}(?: ?[*\xb7]? ?{factor})*"
    any_of = rf"[-+*.^{{}}()0-9 {variable}]"
    frac = (
        rf"\\[dt]?frac\{{{any_of}+\}}"
        rf"\{{[-+*.^{{}}()0-9 ]*{variable}{any_of}*\}}"
    )
    return (
        rf"(?:{top} ?/ ?{bottom}|{frac})",
        rf"(?:{top} ?/ ?(?:{bottom}|{variable}{_POWER}?)|{frac})",
    )


def _ratio(text: str) -> TransferFunction:
    """The ratio, multiplied out.

    Raises:
        ValueFormError: when it is none in s or z, or too long.
    """
    if len(text) > MAX_CHARS or text.count("(") > MAX_BRACKETS:
        raise ValueFormError("no ratio that is read is as long")
    text = _SUPERSCRIPT.sub(lambda match: f"^{superscript(match[0])}", text)
    text = _BRACED.sub(r"^\1", text.replace("**", "^").replace("\xb7", "*").replace(" ", ""))
    parts = _FRAC.fullmatch(text) or _RATIO.fullmatch(text)
    variables = {c for c in text if c in "sz"}
    if parts is None or len(variables) != 1:
        raise ValueFormError("no ratio of polynomials")
    top, bottom = (tuple(reversed(_Reader(part).polynomial())) for part in parts.groups())
    return TransferFunction(top, bottom, "z" if "z" in variables else "s")


def _ratio_with_sum(text: str) -> TransferFunction:
    """The ratio, where a sum shows that it is no `5/(s)` of prose."""
    ratio = _ratio(text)
    if not any(
        sum(x != 0 for x in polynomial) > 1 for polynomial in (ratio.numerator, ratio.denominator)
    ):
        raise ValueFormError("a ratio of powers needs words beside it")
    return ratio


class _Reader:
    """Reads a polynomial; its coefficients go from the lowest power to the highest."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(text)[::-1]

    def polynomial(self) -> Numbers:
        found = self._sum()
        if self._tokens:
            raise ValueFormError(f"{self._tokens[-1]} is out of place")
        return found

    def _next(self, wanted: str) -> str:
        """The next token, used up, when it is one of `wanted`; else nothing."""
        return self._tokens.pop() if self._tokens and self._tokens[-1] in wanted else ""

    def _sum(self) -> Numbers:
        total: Numbers = ()
        sign = self._next("+-") or "+"
        while sign:
            total = _plus(total, _times(self._product(), (-1,) if sign == "-" else (1,)))
            sign = self._next("+-")
        return total

    def _product(self) -> Numbers:
        total = self._power()
        while self._next("*") or (self._tokens and self._tokens[-1] not in "+-)"):
            total = _times(total, self._power())
        return total

    def _power(self) -> Numbers:
        base = self._base()
        if not self._next("^"):
            return base
        exponent = int(self._tokens.pop()) if self._tokens else 0
        if len(base) == 1 or exponent * (len(base) - 1) > MAX_DEGREE:
            raise ValueFormError("powers are of s, of z and of sums, up to the 32nd")
        total: Numbers = (1,)
        for _ in range(exponent):
            total = _times(total, base)
        return total

    def _base(self) -> Numbers:
        if self._next("sz"):
            return (0, 1)
        if self._next("("):
            inside = self._sum()
            if not self._next(")"):
                raise ValueFormError("a bracket is not closed")
            return inside
        if not self._tokens:
            raise ValueFormError("something is missing")
        return (number(self._tokens.pop()),)


def _plus(a: Numbers, b: Numbers) -> Numbers:
    return tuple(add(x, y) for x, y in zip_longest(a, b, fillvalue=0))


def _times(a: Numbers, b: Numbers) -> Numbers:
    total: list[Number] = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if x and y:
                total[i + j] = add(total[i + j], multiply(x, y))
    if len(total) > MAX_DEGREE + 1:
        raise ValueFormError("polynomials are read up to degree 32")
    return tuple(total)


def _named(variable: str) -> Rule:
    before = (_NAMED + _CALLED).replace("VAR", variable)
    return Rule(_patterns(variable)[1], _ratio, before, _END, domain="control_systems")


RULES = (
    _named("s"),
    _named("z"),
    Rule(_patterns("s")[0], _ratio_with_sum, _START, _END, domain="control_systems"),
)
