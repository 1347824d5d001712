r"""Finite sets in braces, and the empty set.

What makes a list in braces a set: a sign of set theory next to it (`∪`, `∈`, `\cap`, `\`), a
capital letter and `=` before it, bars around it, or words such as `the set`, `sets`, `subset of`,
`union of`. Members are whole numbers or names, never both; `∅` is always the empty set.

Without such evidence `{1, 2, 3}` stays a list; so do the numbers of a data set, a set whose mean
or the like is asked for, and braces in which a number stands twice. Placeholders such as `{name}`
are no sets.
"""

import re

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
_LETTER = r"\b(?-i:[A-Z])\d?'?"
_SETS = rf"{_SET}(?:{SPACE}?(?:,|,?{SPACE}and|or|to){SPACE}(?:{_LETTER}{SPACE}?={SPACE}?)?{_SET})*"
_LATEX = r"\\(?:cup|cap|in|notin|subseteq|subset|supseteq|supset|setminus|triangle)\b"
_RELATION = (
    rf"(?:is|are|not|{SPACE}){{1,3}}(?:a{SPACE}(?:proper{SPACE})?)?"
)
# Signs such as `∪` have no name in plain text, as dashes, quotes and bullets have none: blanks on
# both sides or none, and an operand on the other side, tell them apart.
_CAPITAL = r"(?:(?-i:[B-HJ-Z])\b|(?-i:[AI])(?:[^\w ]| [^\w ]))"
_LEFT = rf"(?:\b(?-i:[b-hj-zA-HJ-Z])'?|\}}|\b(?:is|if|whether|that|does|and|or|not){SPACE}-?\d{{1,9}})"
_RIGHT = rf"(?:\\?\{{|{_CAPITAL}|\\emptyset|\\varnothing|\x01)"
_AFTER = "|".join(
    (
        rf"{_BLANKS}(?:{_LATEX}|\\){_BLANKS}{_RIGHT}",
        rf"(?: \x01 |\x01){_RIGHT}",
        rf"{SPACE}?[-\xd7]{SPACE}?\\?\{{",
        rf"{SPACE}(?:union|intersection|intersect|is{SPACE}an?{SPACE}(?:proper{SPACE})?subset{SPACE}of)\b",
    )
)
_ADJECTIVE = r"(?:finite|following|given|universal|index|solution|power|fuzzy|first|second|other)"
_SET_WORD = (
    rf"\b(?:sets|(?:sub|super)sets?{SPACE}of|(?:the|a|this|that|each|of|is|two|given|finite){SPACE}"
    rf"(?:{_ADJECTIVE}{SPACE})?(?:sub|super)?set)"
    rf"(?:{SPACE}of{SPACE}(?:integers|numbers|elements|letters|vertices|outcomes))?"
    rf"(?:{SPACE}{_LETTER})?(?:{SPACE}?[=:])?{SPACE}?"
)
_OF_SETS = (
    r"\b(?:(?:union|intersection|symmetric\sdifference|set\sdifference|cartesian\sproduct|"
    r"complement|cardinality|power\s?set|elements?|members?|partitions)\s(?:of|between)|"
    r"belongs?\sto|(?:is|are|not)\sin)\s"
)
_BEFORE = "|".join(
    (
        rf"{_BLANKS}(?:{_LATEX}|\\|\xd7){_BLANKS}",
        rf"{_LEFT}?(?: \x01 |\x01)",
        rf"\}}{SPACE}?-{SPACE}?",
    )
)
_DATA = (
    r"\b(?:mean|median|mode|average|variance|deviation|range|sum|quartiles?|percentile|data|"
    r"sample|values)(?:\s(?:of|for|in|the|this|following|given|data|number)){0,4}\ssets?"
    r"(?:\sof\s(?:numbers|values|data))?\s?:?\s?"
)
