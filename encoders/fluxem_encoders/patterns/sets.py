r"""Finite sets in braces, and the empty set.

What makes a list in braces a set: a sign of set theory next to it (`∪`, `∈`, `\cap`, `\`), a
capital letter and `=` before it, bars around it, words such as `the set`, `sets`, `subset of`,
`union of`, three names or more in it, two sets of names in a row, or dots, as in `{1, 2, ..., 10}`;
letters in braces are one where they are told to be true: `under {p, q}`; so is who is true in
`p is true, q is false`. Members are whole numbers
or names, also in quotes, never both; `∅` is always the empty set.

Without such evidence `{1, 2, 3}` stays a list; so do the numbers of a data set, a set whose mean
or the like is asked for, and braces in which a number stands twice. Placeholders such as `{name}`
are no sets.
"""

import re
from collections.abc import Iterator

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.rule import BLANKS, SPACE, Rule
from fluxem_encoders.patterns.statistics import bracketed
from fluxem_encoders.structures.sets import MAX_MEMBERS, FiniteSet
from fluxem_encoders.values import Numbers

_BLANKS = rf"{SPACE}{{0,2}}"
_COMMA = rf"{_BLANKS},{_BLANKS}"
_OPEN, _CLOSE = rf"\\?\{{{_BLANKS}", rf"{_BLANKS}\\?\}}"
_NAME = r"[a-z][a-z0-9]{0,15}"
_NUMBERS = rf"{_OPEN}-?\d+(?:{_COMMA}-?\d+)*{_CLOSE}"
_DOTS = r"(?:\.{2,3}|\x01|\\l?dots)"
_DOTTED = rf"{_OPEN}-?\d+{_COMMA}(?:-?\d+{_COMMA}){{0,5}}{_DOTS}{_COMMA}-?\d+{_CLOSE}"
_NAMES = rf"{_OPEN}{_NAME}(?:{_COMMA}{_NAME})+{_CLOSE}"
_QUOTED = rf"[\"']{_NAME}[\"']"
_SET = (
    rf"(?:{_NUMBERS}|{_DOTTED}|{_NAMES}|{_OPEN}{_QUOTED}(?:{_COMMA}{_QUOTED})*{_CLOSE}"
    rf"|{_OPEN}(?-i:[a-z]){_CLOSE}|\\?\{{{SPACE}?\\?\}})"
)
_CAPITAL = r"(?-i:[A-Z])"
_LATEX = r"\\(?:cup|cap|in|notin|subseteq|subset|supseteq|supset|setminus|triangle)\b"
_WORD = r"(?:union|intersection|intersect|is\sa(?:\sproper)?\ssubset\sof)"
# Signs such as `∪` have no name in plain text, as dashes, quotes and bullets have none: an operand
# on each side, and blanks on both sides or none, tell them apart.
_SIGN = rf"(?:{_BLANKS}{_LATEX}{_BLANKS}|{SPACE}?\\{SPACE}| \x01 |\x01)"
# `Δ` has no name either, but for a letter's.
_BETWEEN = rf"(?:{_SIGN}|{SPACE}?[-&\xd7_]{SPACE}?|\s(?-i:[UuxX])\s|\s{_WORD}\s)"
_LEFT = (
    r"(?:\b(?-i:[b-hj-zA-HJ-Z])'?|\)"
    rf"|\b(?:is|if|whether|that|does|and|or|not){SPACE}-?\d{{1,9}})"
)
_RIGHT = r"(?:(?-i:[B-HJ-Z])\b|(?-i:[AI])(?:[^\w ]| [^\w ])|\\emptyset|\\varnothing|\x01|\()"
_CHAIN = rf"{_SET}(?:{_BETWEEN}{_SET})*"
_LIST = (
    rf"{_CHAIN}(?:{SPACE}?(?:,|,?{SPACE}(?:and|or|to|in|with|but{SPACE}not{SPACE}in|not{SPACE}in))"
    rf"{SPACE}(?:{_CAPITAL}{SPACE}?={SPACE}?(?:{_CHAIN}|{_OPEN}{_NAME}{_CLOSE})|{_CHAIN}))*"
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
    r"belongs?\sto|(?:is|are|not)\sin|jaccard(?:\s(?:similarity|index|distance))?(?:\s(?:of|between))?:?"
    r"|(?:elements|members|subsets)\s(?:are\s(?:there\s)?in|in|has|have|does)|in\scommon:?)\s"
)
_DATA = (
    r"\b(?:mean|median|mode|average|variance|deviation|range|sum|quartiles?|percentile|data|"
    r"sample|values)(?:\s(?:of|for|in|the|this|following|given|data|number)){0,4}\ssets?"
    r"(?:\sof\s(?:numbers|values|data))?\s?:?\s?"
)
_NO_CODE = r"(?:[a-eg-z][a-z ]|f[a-qs-z])"
# One name in braces is a placeholder, unless a set of names is beside it.
_ANY = rf"(?:{_SET}|{_OPEN}{_NAME}{_CLOSE})"
_LETTERS = rf"{_OPEN}(?-i:[a-z])(?:{_COMMA}(?-i:[a-z]))*{_CLOSE}"
_TRUE = (
    r"\b(?:assignments?|valuations?|interpretations?|models?|worlds?|under"
    r"|true(?:\s(?:variables|atoms|letters|ones))?(?:\s(?:are|is))?:?)[ \xa0]"
)
_SETS_AND = rf"{_SET},?{SPACE}(?:and|with){SPACE}{_SET}"
_SHARED = (
    r"\s(?:are\s)?(?:disjoint|share|overlap|intersect|have\s(?:(?:in|a)\scommon|any|no|common))\b"
)
_MEMBER = rf"-?\d{{1,9}}(?:\sin\s|\s?\x01\s?){_SET}"
# `p is true, q is false`: the set of what is true.
_SAYS = r"(?:\s?=\s?(?:true|false|(?-i:[TF]))|\s(?:is|are)(?:\sboth)?\s(?:true|false))\b"
_SAID_LETTER = r"\b(?-i:[b-hj-zA-HJ-Z])"
_ASSIGNED = rf"{_SAID_LETTER}(?:(?:,\s|,?\sand\s){_SAID_LETTER}){{0,4}}{_SAYS}"
_ASSIGNMENT = re.compile(
    r"((?:\b[A-Za-z]\b[,\s]*(?:and\s+)?)+)(?:=|is|are)\s*(?:both\s)?(\w+)", re.IGNORECASE
)
_BRACES = re.compile(r"\\?\{[^}]*\}")


def _list(text: str) -> Numbers:
    return bracketed(text.replace("\\", ""))


def _set(text: str) -> FiniteSet | Numbers:
    """The set, or the list where a number stands twice."""
    inside = text.strip("\\{}" + BLANKS)
    if not inside:
        return FiniteSet(frozenset())
    if dots := re.search(_DOTS, inside):
        return _progression(inside[: dots.start()], inside[dots.end() :])
    inside = re.sub("[\"']", "", inside)
    if inside[0].isalpha():
        return FiniteSet(frozenset(re.split(r"\s*,\s*", inside)))
    items = _list(text)
    if len(set(items)) < len(items) or len(items) > MAX_MEMBERS:
        return items
    return FiniteSet(frozenset(map(int, items)))


def _progression(first: str, last: str) -> FiniteSet:
    """The numbers from the first ones to the last one, all at the distance that the first have.

    Raises:
        ValueFormError: when they are at several, do not reach the last one, or are too many.
    """
    numbers, end = [int(n) for n in re.findall(r"-?\d+", first)], int(last.strip("," + BLANKS))
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    members = range(numbers[0], end + 1, step) if step > 0 else range(0)
    if not members or members[-1] != end or len(members) > MAX_MEMBERS:
        raise ValueFormError("the dots stand for too many numbers, or for unclear ones")
    if list(members[: len(numbers)]) != numbers:
        raise ValueFormError("the dots stand for unclear numbers")
    return FiniteSet(frozenset(members))


def _empty(text: str) -> FiniteSet | None:
    return FiniteSet(frozenset()) if text == "∅" else None


def _sets(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _BRACES.finditer(text))


def _member_and_set(text: str) -> Iterator[tuple[int, int]]:
    yield 0, re.match(r"-?\d+", text).end()  # type: ignore[union-attr]
    yield from _sets(text)


def _number_or_set(text: str) -> FiniteSet | Numbers | int:
    return int(text) if text[-1].isdigit() else _set(text)


def _true_ones(text: str) -> FiniteSet:
    """The letters that are said to be true."""
    said = dict[str, bool]()
    for names, value in _ASSIGNMENT.findall(text):
        for name in re.findall(r"\b[A-Za-z]\b", names):
            said[name] = value.lower() in ("true", "t")
    return FiniteSet(frozenset(name for name, is_true in said.items() if is_true))


def _rule(pattern: str, before: str, after: str = "") -> Rule:
    return Rule(pattern, _set, before, after, split=_sets, domain="sets")


RULES = (
    Rule(_NUMBERS, _list, before=_DATA, domain="sets"),
    Rule(
        rf"{_ASSIGNED}(?:(?:,\s|;\s|,?\s(?:and|but)\s){_ASSIGNED}){{1,7}}",
        _true_ones,
        domain="sets",
    ),
    Rule(
        rf"{_ASSIGNED}(?:(?:,\s|;\s|,?\s(?:and|but)\s){_ASSIGNED}){{0,7}}",
        _true_ones,
        r"\b(?:when|if|where|with|given|for|under)\s",
        domain="sets",
    ),
    Rule(
        _MEMBER,
        _number_or_set,
        r"(?:\b(?:is|if|whether|does)|\n)\s?",
        rf"{_BLANKS}[?\n.,]",
        _member_and_set,
        "sets",
    ),
    _rule(_SETS_AND, r"[\s:]", _SHARED),
    _rule(
        _SET,
        r"\b(?:is|does|if|whether)\s",
        r"\s(?:a\s(?:proper\s)?(?:sub|super)set\sof|contains?)\s",
    ),
    _rule(_SET, r"(?-i:P)\("),
    _rule(_LIST, rf"(?:{_SET_WORD}|{_OF_SETS}|\b{_CAPITAL}\d?'?{SPACE}?={SPACE}?)"),
    _rule(_CHAIN, rf"{_LEFT}(?:{_SIGN}|{SPACE}?\xd7{SPACE}?)"),
    _rule(rf"{_SET}(?:{_BETWEEN}{_ANY})+", _FREE),
    _rule(_DOTTED, r"[\s(:$]"),
    _rule(_LETTERS, _TRUE),
    _rule(_LETTERS, r"\s", r"\s(?:is\s|are\s|set\sto\s)?true\b"),
    _rule(_LETTERS, r"\bwhen[ \xa0]", r" (?:is|are) (?:all |both )?true\b"),
    _rule(_CHAIN, _FREE, rf"(?:{_SIGN}{_RIGHT}|\s{_WORD}\s)"),
    _rule(_SET, rf"\|{SPACE}?", rf"{SPACE}?\|"),
    # In code there is something to assign, to import from or to call behind such braces.
    _rule(
        rf"{_NAMES}(?:(?:,{SPACE}?|{SPACE})(?:(?:and|or){SPACE})?(?:{_NAMES}|{_LETTERS}))+",
        r"[\s:]",
        rf"{_BLANKS}(?:[.,;?!\n]|{_NO_CODE})",
    ),
    _rule(
        rf"{_OPEN}{_NAME}(?:{_COMMA}{_NAME}){{2,}}{_CLOSE}",
        r"[\s(:]",
        rf"{_BLANKS}(?:[.,;?!)\n'&-]|:\s(?-i:[^A-Z{{])|{_NO_CODE})",
    ),
    Rule(r"\\(?:emptyset|varnothing)\b", lambda text: FiniteSet(frozenset()), domain="sets"),
    Rule(r"\x01", _empty, after=r"[\s),.;:|?=}\]]", domain="sets", original=True),
)
