"""Linear programs in a sentence: `maximize 3x + 5y subject to x + 2y <= 4, x >= 0`.

Variables are single letters, with a number or not (`x`, `x1`, `x_2`), in the order in which they
first appear; those said to be `>= 0` or nonnegative are so, all others are free. Up to 6 variables
and 8 other constraints, parted by commas, semicolons, line breaks or `and`.

Not found: products, powers and functions of variables, strict inequalities, single variables said
to be whole or binary, constants in the objective, and programs of which only a part can be read.
That all variables are whole may be said behind the program, of which it is no part.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from fluxem_encoders.algebra import add, negate
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.numerals import PLAIN, number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.optimization import Constraint, LinearProgram, Relation
from fluxem_encoders.values import Number, Numbers

MAX_VARIABLES, MAX_CONSTRAINTS, MAX_CHARS = 6, 8, 2000

Linear = dict[str, Number]
"""The coefficients of variables; that of no name is the constant."""

_BLANKS = rf"{SPACE}{{0,2}}"
_VARIABLE = r"(?:[a-z](?:_?\d{1,2})?\b|[a-z]_\{\d{1,2}\}|[a-z]\x01{1,2})"  # \x01: x₁
_COUNT = rf"{PLAIN}(?:/\d+)?"
_TERM = (
    rf"(?:{_COUNT}(?:{SPACE}?\*?{SPACE}?{_VARIABLE})?"
    rf"|\({_COUNT}\){SPACE}?{_VARIABLE}|{_VARIABLE})"
)
_TIGHT = rf"(?:{_COUNT}(?:\*?{_VARIABLE})?|{_VARIABLE})"  # `x <= 4 a day` has no `4a`
_SUM = rf"\$?-?{SPACE}?{_TERM}(?:{_BLANKS}[-+]{_BLANKS}{_TERM})*\$?"  # $ of LaTeX
_BOUND = rf"-?{_TIGHT}(?:{_BLANKS}[-+]{_BLANKS}{_TIGHT})*\$?"
_RELATION = rf"{_BLANKS}(?:[<>]=|=[<>]|==?|\\[lg]eq?(?:slant)?\b|\x01){_BLANKS}"
_SAID = r"\s(?:(?:is|are)\s)?(?:free|unrestricted|non-?negative)\b"
_NEXT = r"(?:,?\s(?:and|where|with)\s|\s?[,;]\s{0,3}(?:and\s)?|\s?\n\s{0,8})"
_PIECE = rf"(?:{_SUM}{_RELATION}{_BOUND}(?:{_RELATION}{_BOUND})?|{_VARIABLE}{_SAID})"
_PIECES = rf"(?:(?:{_PIECE}|\$?{_VARIABLE}){_NEXT})*{_PIECE}"
_HEAD = (
    r"\b(?:maximi[sz]e|minimi[sz]e|max(?:imum)?\.?|min(?:imum)?\.?)(?:\s(?:the|objective|function|profit|cost|value|"
    r"total|of|linear)){0,5}\s?[:=]?\s{0,3}(?:\$?[a-z](?:\([a-z0-9_, \x01]{1,30}\))?\s?=\s?)?"
)
_SUBJECT = (
    r",?\s{1,3}(?:subject\sto|s\.?t\.?|such\sthat|under|with|if|given(?:\sthat)?)(?:\s(?:the\s)?(?:following\s)?"
    r"constraints?(?:\sthat)?)?\s?:?\s{0,8}"
)
# After the last constraint: the end of the text, of a sentence or paragraph, or a new clause, but
# no further constraint that cannot be read. Of the text's end it leaves a line break. Words that
# are not known are two: a variable or a relation among them would go on with the program.
_WORD = r"[a-z]{2,}(?:'[a-z]{1,2})?"
_END = (
    r"(?:[.;,]?[ \t]{0,3}\n\B|[.?!]\s{1,2}(?-i:[A-Z])|[?!)\]\"]|[,.;]?\s{1,2}(?:what|find|then|"
    r"using|solve|please|by|is|how|which|return|compute|determine|calculate|show|give|optim(?:um|al)"
    r"|for\s(?:an?|the|my|our|us|me|this|which|maximum|whole|integers?)|feasible"
    r"|(?:with|in|over|only|all)\s(?:all\s|the\s)?(?:integers?|whole)|whole|integers?|[a-z](?:,\s?[a-z])*\sand\s[a-z]\s(?:are\s)?integers?)\b"
    r"|[,.;]?\sat\s{1,2}(?:the\s|\(|[a-z]\s?=)"
    r"|[.;,]?\s{1,3}(?:(?:and|or|vs\.?|versus|than|then)\s)?(?:max|min)(?:imi[sz]e:?|imum|\.)?\s"
    rf"|(?:[.;,:]?\s{{1,3}}|\s(?:-{{1,2}}|\x01)\s){_WORD}(?:[?.!,;:)\n]|\s[a-h]:\s"
    rf"|\s(?:an?\s)?{_WORD}(?:[?.!,;:)\n]|\s[a-z0-9(\n]))"
    r"|[,.;]?\s{1,3}\(?(?:\d|[b-h])\)\s)"  # of a list of programs
)
# What makes something else of the last bound, or says more of a variable.
_NO_END = (
    r",?\s(?:at\s(?:most|least)|or\s(?:more|less|fewer|greater|at|else)|plus|minus|times|over|per"
    r"|percent|squared|cubed|mod|modulo|divided|multiplied|hundred|thousand|[mb]illion|dozen|binary"
    r"|(?:for|if|when|unless|in|with|where|and)\s(?:all|any|each|every|some|both|either)\s[b-hj-z]"
    r"|(?:but|for|if|when|unless|in)\s[b-hj-z])\b"
)
_HEAD_TEXT, _SUBJECT_TEXT = re.compile(_HEAD), re.compile(_SUBJECT)
_NEXT_TEXT = re.compile(r"(?:\s*[,;\n]\s*|\s+(?=and|where|with))(?:(?:and|where|with)\s+)?")
_RELATION_TEXT = re.compile(r"<=|>=|=")
_TERM_TEXT = re.compile(r"([+-]?)(\d+(?:\.\d+)?(?:/\d+)?|\.\d+(?:/\d+)?)?([a-z]\d*)?")
_NOT_NEEDED = re.compile(r"[\s*(){}_$]")
_SPELLINGS = (
    (r"\\leq?(slant)?|≤|⩽|=<", "<="),
    (r"\\geq?(slant)?|≥|⩾|=>", ">="),
    (r"==", "="),
)
_FREE = ("free", "unrestricted")
_FLIPPED: dict[Relation, Relation] = {"<=": ">=", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True)
class _Statement:
    """A constraint with all variables on the left."""

    row: Linear
    relation: Relation
    bound: Number

    @property
    def says_sign(self) -> bool:
        """Whether it is `x >= 0`."""
        return self.relation == ">=" and self.bound == 0 and list(self.row.values()) == [1]


def _program(text: str) -> LinearProgram:
    """The program, its variables in the order in which they appear.

    Raises:
        ValueFormError: when it is no linear program of the size that is read.
    """
    if len(text) > MAX_CHARS:
        raise ValueFormError("no program that is read is as long")
    head, tail = _SUBJECT_TEXT.split(_respelled(text), maxsplit=1)
    objective = _linear(_HEAD_TEXT.sub("", head))
    if objective.pop("", 0):
        raise ValueFormError("an objective has no constant")
    statements = list(_statements(tail))
    names = tuple(dict.fromkeys([*objective, *(x for said in statements for x in said.row)]))
    signed = {x for said in statements if said.says_sign for x in said.row}
    rules = [said for said in statements if not said.says_sign]
    if not objective or len(names) > MAX_VARIABLES or len(rules) > MAX_CONSTRAINTS:
        raise ValueFormError("a program has 1 to 6 variables and up to 8 constraints")
    return LinearProgram(
        "maximize" if head.startswith("max") else "minimize",
        _coefficients(objective, names),
        tuple(Constraint(_coefficients(r.row, names), r.relation, r.bound) for r in rules),
        tuple(x not in signed for x in names),
    )


def _respelled(text: str) -> str:
    for spelling, plain in _SPELLINGS:
        text = re.sub(spelling, plain, text)
    text = unicodedata.normalize("NFKC", text).replace("−", "-").lower()
    if not text.isascii():
        raise ValueFormError("no linear program")
    return text


def _coefficients(row: Linear, names: tuple[str, ...]) -> Numbers:
    return tuple(row.get(name, 0) for name in names)


def _statements(text: str) -> Iterator[_Statement]:
    waiting: list[str] = []  # the `x` and `y` of `x, y, z >= 0`
    for piece in _NEXT_TEXT.split(text.strip()):
        if not _RELATION_TEXT.search(piece):
            name, _, said = piece.partition(" ")
            waiting += _linear(name)
            if not said:
                continue
            found = [] if said.endswith(_FREE) else [_Statement({waiting[-1]: 1}, ">=", 0)]
        else:
            found = list(_compared(piece))
        if waiting and any(not said.says_sign for said in found):
            raise ValueFormError("several variables share nothing but a sign")
        yield from found
        if found:
            yield from (_Statement({name: 1}, ">=", 0) for name in waiting)
        waiting = []


def _compared(text: str) -> Iterator[_Statement]:
    """The one or two statements of `a <= b` or `a <= b <= c`."""
    sides = [_linear(side) for side in _RELATION_TEXT.split(text)]
    relations: list[Relation] = _RELATION_TEXT.findall(text)
    for (left, right), relation in zip(pairwise(sides), relations, strict=True):
        if not left.keys() - {""}:
            left, right, relation = right, left, _FLIPPED[relation]
        row = dict(left)
        for name, x in right.items():
            row[name] = add(row.get(name, 0), negate(x))
        yield _Statement(row, relation, negate(row.pop("", 0)))


def _linear(text: str) -> Linear:
    """The terms of `3x + 1/2 y - 4`, added up."""
    row: Linear = {}
    for sign, count, name in _TERM_TEXT.findall(_NOT_NEEDED.sub("", text)):
        if count or name:
            x = number(count or "1")
            row[name] = add(row.get(name, 0), negate(x) if sign == "-" else x)
    return row


def _no_program(text: str) -> None:
    raise ValueFormError("what follows goes on with the program")


_TEXT = rf"{_HEAD}{_SUM}{_SUBJECT}{_PIECES}"

RULES = (
    Rule(_TEXT, _no_program, after=_NO_END, domain="optimization"),
    Rule(_TEXT, _program, after=_END, domain="optimization", original=True),
)
