r"""Finite sets in braces, and the empty set.

What makes a list in braces a set: a sign of set theory next to it (`∪`, `∈`, `\cap`, `\`), a
capital letter and `=` before it, bars around it, words such as `the set`, `sets`, `subset of`,
`union of`, or three names or more in it. Members are whole numbers or names, never both; `∅` is
always the empty set.

Without such evidence `{1, 2, 3}` stays a list; so do the numbers of a data set, a set whose mean
or the like is asked for, and braces in which a number stands twice. Placeholders such as `{name}`
are no sets.
"""

import re
from collections.abc import Iterator

from fluxem_encoders.patterns.rule import BLANKS, SPACE, Rule
from fluxem_encoders.patterns.statistics import bracketed
from fluxem_encoders.structures.sets import MAX_MEMBERS, FiniteSet
from fluxem_encoders.values import Numbers

_BLANKS = rf"{SPACE}{{0,2}}"
_COMMA = rf"{_BLANKS},{_BLANKS}"
_OPEN, _CLOSE = rf"\\?\{{{_BLANKS}", rf"{_BLANKS}\\?\}}"
_NAME = r"[a-z][a-z0-9]{0,15}"
_NUMBERS = rf"{_OPEN}-?\d+(?:{_COMMA}-?\d+)*{_CLOSE}"
_SET = (
    rf"(?:{_NUMBERS}|{_OPEN}{_NAME}(?:{_COMMA}{_NAME})+{_CLOSE}"
    rf"|{_OPEN}(?-i:[a-z]){_CLOSE}|\\?\{{{SPACE}?\\?\}})"
)
_CAPITAL = r"(?-i:[A-Z])"
_LATEX = r"\\(?:cup|cap|in|notin|subseteq|subset|supseteq|supset|setminus|triangle)\b"
_WORD = r"(?:union|intersection|intersect|is\sa(?:\sproper)?\ssubset\sof)"
# Signs such as `∪` have no name in plain text, as dashes, quotes and bullets have none: an operand
# on each side, and blanks on both sides or none, tell them apart.
_SIGN = rf"(?:{_BLANKS}{_LATEX}{_BLANKS}|{SPACE}?\\{SPACE}| \x01 |\x01)"
_BETWEEN = rf"(?:{_SIGN}|{SPACE}?[-\xd7]{SPACE}?|\s{_WORD}\s)"
_LEFT = (
    r"(?:\b(?-i:[b-hj-zA-HJ-Z])'?|\)"
    rf"|\b(?:is|if|whether|that|does|and|or|not){SPACE}-?\d{{1,9}})"
)
_RIGHT = r"(?:(?-i:[B-HJ-Z])\b|(?-i:[AI])(?:[^\w ]| [^\w ])|\\emptyset|\\varnothing|\x01|\()"
_CHAIN = rf"{_SET}(?:{_BETWEEN}{_SET})*"
_LIST = (
    rf"{_CHAIN}(?:{SPACE}?(?:,|,?{SPACE}(?:and|or|to)){SPACE}"
    rf"(?:{_CAPITAL}{SPACE}?={SPACE}?)?{_CHAIN})*"
)
_FREE = r"[\s(=,:|$]"  # neither an index nor an exponent nor the argument of a command
_SET_WORD = (
    rf"\b(?:sets|(?:sub|super)sets?{SPACE}of|(?:the|a|this|that|each|of|is|two|given|finite){SPACE}"
    r"(?:(?:finite|following|given|universal|index|solution|power|first|second|other)\s)?"
    rf"(?:sub|super)?set)"
    rf"(?:{SPACE}of{SPACE}(?:integers|numbers|elements|letters|vertices|outcomes))?"
    rf"(?:{SPACE}{_CAPITAL})?(?:{SPACE}?[=:])?{SPACE}?"
)
_OF_SETS = (
    r"\b(?:(?:union|intersection|symmetric\sdifference|set\sdifference|cartesian\sproduct|"
    r"complement|cardinality|power\s?set|elements?|members?|partitions)\s(?:of|between)|"
    r"belongs?\sto|(?:is|are|not)\sin)\s"
)
_DATA = (
    r"\b(?:mean|median|mode|average|variance|deviation|range|sum|quartiles?|percentile|data|"
    r"sample|values)(?:\s(?:of|for|in|the|this|following|given|data|number)){0,4}\ssets?"
    r"(?:\sof\s(?:numbers|values|data))?\s?:?\s?"
)
_NO_CODE = r"(?:[a-eg-z][a-z ]|f[a-qs-z])"
_BRACES = re.compile(r"\\?\{[^}]*\}")


def _list(text: str) -> Numbers:
    return bracketed(text.replace("\\", ""))


def _set(text: str) -> FiniteSet | Numbers:
    """The set, or the list where a number stands twice."""
    inside = text.strip("\\{}" + BLANKS)
    if not inside:
        return FiniteSet(frozenset())
    if inside[0].isalpha():
        return FiniteSet(frozenset(re.split(r"\s*,\s*", inside)))
    items = _list(text)
    if len(set(items)) < len(items) or len(items) > MAX_MEMBERS:
        return items
    return FiniteSet(frozenset(map(int, items)))


def _empty(text: str) -> FiniteSet | None:
    return FiniteSet(frozenset()) if text == "∅" else None


def _sets(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _BRACES.finditer(text))


def _rule(pattern: str, before: str, after: str = "") -> Rule:
    return Rule(pattern, _set, before, after, split=_sets, domain="sets")


RULES = (
    Rule(_NUMBERS, _list, before=_DATA, domain="sets"),
    _rule(_LIST, rf"(?:{_SET_WORD}|{_OF_SETS}|\b{_CAPITAL}\d?'?{SPACE}?={SPACE}?)"),
    _rule(_CHAIN, rf"{_LEFT}(?:{_SIGN}|{SPACE}?\xd7{SPACE}?)"),
    _rule(rf"{_SET}(?:{_BETWEEN}{_SET})+", _FREE),
    _rule(_CHAIN, _FREE, rf"(?:{_SIGN}{_RIGHT}|\s{_WORD}\s)"),
    _rule(_SET, rf"\|{SPACE}?", rf"{SPACE}?\|"),
    # In code there is something to assign, to import from or to call behind such braces.
    _rule(
        rf"{_OPEN}{_NAME}(?:{_COMMA}{_NAME}){{2,}}{_CLOSE}",
        r"[\s(:]",
        rf"{_BLANKS}(?:[.,;?!)\n]|{_NO_CODE})",
    ),
    Rule(r"\\(?:emptyset|varnothing)\b", lambda text: FiniteSet(frozenset()), domain="sets"),
    Rule(r"\x01", _empty, after=r"[\s),.;:|?=}\]]", domain="sets", original=True),
)
