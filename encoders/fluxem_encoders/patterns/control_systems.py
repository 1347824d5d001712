"""Transfer functions: ratios of polynomials in s, multiplied out exactly; state-space models.

Found are `1/(s^2 + 2s + 1)` and other quotients with a sum in s in brackets; beside `G(s) =` or
words such as `transfer function`, `plant`, `zeros of`, `in series` and `stable` also `1/s` and the
like, and ratios in z. Numerators are numbers, powers and products of brackets; a denominator is
one bracket or power. LaTeX's `\\frac` is read too, and MATLAB's `tf([1], [1 2 1])`.

A state-space model is `A = [[0,1],[-2,-3]], B = [[0],[1]], C = [[1,0]], D = [[0]]`, also as MATLAB
writes matrices; of several inputs or outputs only after words such as `state space`, as four
matrices may be anything, and as the arguments of `ss(..)`.

Not found: other letters (`K/(s + 1)`, `e^{-s}`), parts of longer terms (`1/(s + 1) + 2`), what has
no clear end of the denominator (`1/(s + 1)(s + 2)`), negative powers, `5/s` in prose, and ratios
in z without such words.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest

from fluxem_encoders.algebra import add, multiply
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns import words
from fluxem_encoders.patterns.numerals import PLAIN, number
from fluxem_encoders.patterns.plain import SUPER_INTEGER, superscript
from fluxem_encoders.patterns.rule import Rule
from fluxem_encoders.structures.control_systems import Matrix, StateSpace, TransferFunction
from fluxem_encoders.values import Number, Numbers

MAX_CHARS, MAX_BRACKETS, MAX_DEGREE = 400, 40, 32

_POWER = r"(?:\^\d{1,2}|\^\{\d{1,2}\}|\*\*\d{1,2}|[\x92-\x9b]{1,2})"
_NUMERIC = r"-+*.^{}0-9 \xb7\x92-\x9b"
# From before the name, which may look like a code: `G1(s) = 1/s`.
_NAMED = (
    r"(?:(?:\b(?-i:[A-Z])[a-z0-9]{0,3}\((?-i:VAR)\)"
    r"|\W(?-i:[A-Z])\d\((?-i:VAR)\)|\W(?-i:[GHCT])\d)\s?=\s?"
)
_CALLED = (
    r"|\btransfer\sfunctions?(?:\s(?:is|of|the|a|system|given|by|with|plant|(?-i:[A-Z])\(VAR\))){0,4}"
    r"\b\s?[:=]?\s?"
    # From before what polynomials follow too.
    r"|\W(?:zeros|zeroes|roots|poles)\sof\s(?:the\s)?(?:(?:function|system|plant)\s)?"
    r"(?:(?-i:[A-Z])\(VAR\)\s?=\s?)?)"
)
# Beside these `5/s` may be a rate.
_BLOCK = (
    r"\b(?:integrator|plant|controller|compensator|system|cascade|series|parallel|connection)s?"
    r"(?:\s(?:of|the|a|an|integrators?|systems?|blocks?)){0,3}\b\s?[:=]?\s?"
)
_INTEGRATOR = rf"1 ?/ ?s{_POWER}?"
_AND = r",?\s(?:and|with|then|by|to)\s"
_JUDGED = r"\s(?:(?:is\s)?(?:un)?stable|in\s(?:series|parallel|cascade)|cascaded)\b"
# No part of a longer term: a word or a mark stands before it, and after it.
_START = (
    r"""(?:[a-z]{2}\s|\ba\s|[\n=:,;(\["'$`?]\s?|[.!]\s"""
    rf"""|\b(?:{words.ORDINAL}|next\sto)\s)"""  # no numbers here
)
_END = r"""(?:[ \t]{0,2}[\n=,;:)\]"'$`?!]|\.\D|\s(?-i:[a-z]{2}|[A-Z][a-z]|I[\s'])|\sa\s)"""

_SUPERSCRIPT, _BRACED = re.compile(SUPER_INTEGER), re.compile(r"\^\{(\d+)\}")
_FRAC = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_INTEGRATOR_TEXT = re.compile(_INTEGRATOR, re.IGNORECASE)
_AND_TEXT = re.compile(_AND, re.IGNORECASE)
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
    any_of = rf"[-+*.^{{}}()0-9 {variable}\x92-\x9b]"
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


def _one_of_two(text: str) -> TransferFunction:
    """A ratio with a sum, or the integrator beside it."""
    return _ratio(text) if _INTEGRATOR_TEXT.fullmatch(text) else _ratio_with_sum(text)


def _both(text: str) -> Iterator[tuple[int, int]]:
    """A ratio, and the integrator beside it."""
    start = 0
    for match in _AND_TEXT.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _both_with_sum(text: str) -> Iterator[tuple[int, int]]:
    """Where the first has no sum, neither is read."""
    first = _AND_TEXT.split(text)[0]
    return _both(text) if "+" in first or "-" in first else iter([(0, len(text))])


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


_ENTRY = rf"-?{PLAIN}(?:/\d+)?"
_EITHER = r"(?:\s?,\s?|\s{1,2})"
_ROW = rf"\[\s?{_ENTRY}(?:{_EITHER}{_ENTRY})*\s?\]"
_ONE_ROW = rf"(?:{_ROW}|\[\s?{_ROW}\s?\])"
_COLUMN = (
    rf"(?:\[\s?\[\s?{_ENTRY}\s?\](?:\s?,?\s?\[\s?{_ENTRY}\s?\])*\s?\]"
    rf"|\[\s?{_ENTRY}(?:\s?;\s?{_ENTRY})*\s?\])"
)
_SCALAR = rf"(?:\[\s?\[\s?{_ENTRY}\s?\]\s?\]|\[\s?{_ENTRY}\s?\]|{_ENTRY})"
_MATRIX = (
    rf"(?:\[\s?{_ROW}(?:\s?,?\s?{_ROW})*\s?\]"
    rf"|\[\s?{_ENTRY}(?:(?:{_EITHER}|\s?;\s?){_ENTRY})*\s?\])"
)
_SQUARE = (
    rf"(?:\[\s?{_ROW}(?:\s?,?\s?{_ROW})*\s?\]"
    rf"|\[\s?{_ENTRY}(?:{_EITHER}{_ENTRY})*\s?;[-\d./,;\s]{{1,400}}\])"
)
_IS = r"(?-i:NAME)\s?=\s?"
_NEXT = r"(?:\s?[,;]\s?(?:and\s)?|\sand\s|\s{1,2})"
_WORDED = (
    r"\b(?:state[-\s]space|(?:un)?controllab(?:le|ility)|(?:un)?observab(?:le|ility)|plant|system)"
    r"(?:\s(?:model|system|representation|realization|form|matrices|is|of|for|the|with|given|by|"
    r"pair)){0,5}(?:\s?:)?\s"
)
_NESTED_ROW = re.compile(r"\[([^\[\]]*)\]")
_MATRIX_TEXT = re.compile(rf"\[\s?\[[^\[\]]*\](?:\s?,?\s?\[[^\[\]]*\])*\s?\]|\[[^\[\]]*\]|{_ENTRY}")


def _list(text: str) -> Numbers:
    return tuple(map(number, text.replace(",", " ").split()))


def _called(text: str) -> TransferFunction:
    """`tf([1], [1 2 1])`; with a time between samples it is one in z."""
    top, bottom = map(_list, _NESTED_ROW.findall(text))
    time = text[text.rindex("]") + 1 :].strip("), Tsdt=")
    return TransferFunction(top, bottom, "z" if time and number(time) else "s")


def _matrix(text: str) -> Matrix:
    if "[" in text[1:]:
        return tuple(map(_list, _NESTED_ROW.findall(text)))
    return tuple(map(_list, text.strip("[]").split(";")))


def _state_space(text: str) -> StateSpace:
    return StateSpace(*map(_matrix, _MATRIX_TEXT.findall(text)))


def _assigned(*matrices: str) -> str:
    return _NEXT.join(
        _IS.replace("NAME", name) + matrix for name, matrix in zip("ABCD", matrices, strict=True)
    )


def _named(variable: str) -> tuple[Rule, ...]:
    before, (certain, any_ratio) = (_NAMED + _CALLED).replace("VAR", variable), _patterns(variable)
    usual = rf"(?:{certain}|{_INTEGRATOR})" if variable == "s" else any_ratio
    also = rf"(?:{_AND}{_INTEGRATOR})?"
    return (
        Rule(any_ratio + also, _ratio, before, _END, split=_both, domain="control_systems"),
        Rule(usual + also, _ratio, _BLOCK, _END, split=_both, domain="control_systems"),
        Rule(usual, _ratio, _START, _JUDGED, domain="control_systems"),
    )


def _model(pattern: str, before: str = "") -> Rule:
    after = r"(?:[^\w./^*]|\.\D)"
    return Rule(pattern, _state_space, before, after, domain="control_systems")


RULES = (
    *_named("s"),
    *_named("z"),
    Rule(
        rf"\b(?:tf|TransferFunction)\(\s?{_ROW}\s?,\s?{_ROW}"
        rf"(?:\s?,\s?(?:(?:Ts|dt)\s?=\s?)?-?{PLAIN})?\s?\)",
        _called,
        domain="control_systems",
    ),
    _model(rf"\b{_assigned(_SQUARE, _COLUMN, _ONE_ROW, _SCALAR)}"),
    _model(_assigned(*[_MATRIX] * 3, rf"(?:{_MATRIX}|{_ENTRY})"), _WORDED),
    _model(rf"\bss\(\s?{_MATRIX}(?:\s?,\s?{_MATRIX}){{2}}\s?,\s?(?:{_MATRIX}|{_ENTRY})\s?\)"),
    Rule(
        rf"{_patterns('s')[0]}(?:{_AND}{_INTEGRATOR})?",
        _one_of_two,
        _START,
        _END,
        split=_both_with_sum,
        domain="control_systems",
    ),
)
