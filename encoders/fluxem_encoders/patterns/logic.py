"""Propositional formulas over single letters, as `Formula.parse` reads them.

Found without more ado: formulas with one of the signs ∧ ∨ ¬ ⊻, such as `p ∧ q` and `¬p`; with two
kinds of connectives that are no grammar's (`S -> A | B`) and no bit mask's (`x & y | z`), such as
`a & b -> c`, `~a | b`; over p, q, r and s, p or q among them, also with two kinds of any, and with
a single `&` or an arrow, such as `p -> q`. Next to words such as `the formula`, `negation of`,
`is satisfiable` or `a tautology`: any formula, also with `and`, `or`, `not`, `implies`, `iff`.

Not found: `A & B`, `S&P`, `R&B`, `A -> B`, `p | q`, `D(p || q)`, `a ^ b`, `V ⊕ W`, `~a`, `a ≡ b`
without such words; `p | q | p ∧ q`, which heads a table; formulas of predicates; names of more than
one letter; `p v q`; signs of LaTeX.
"""

import re
from collections.abc import Callable, Iterator

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.rule import BLANKS, Rule
from fluxem_encoders.structures.logic import Formula

USUAL = frozenset("pqrs")
"""Variables that need the least evidence."""

_B = r"[ \t\xa0]{0,2}"
_GAP = r"[ \t\xa0]{1,2}"
_ARROW = "<->|<=>|->|=>"  # other arrows and signs are \x01
_SIGN = rf"{_B}(?:{_ARROW}|&&?|\|\|?|/\\|\\/|\^|\x01){_B}"
_WORD = rf"{_GAP}(?:and|or|xor|implies|iff){_GAP}"
_NOT = rf"(?:[~!\xac]{_B}|\({_B}|not{_GAP}){{0,6}}"
_OPERAND = rf"{_NOT}[a-z]\b(?:{_B}\))*"
# What goes on after a formula and so makes it part of something else: it is taken along, in place
# of a negative lookahead, and refused by `Formula.parse`.
_MORE = rf"(?:{_B}(?:{_ARROW}|[&|\x01^+*/=<>\\~\xac\[_-]|\()|'|[ \t\xa0][b-z]\b)?"
# This and `_WORDED` end in a group: a quantifier behind them says how many connectives follow.
_CHAIN = rf"{_OPERAND}(?:{_SIGN}{_OPERAND})"
_FORMULA = rf"(?:{_CHAIN}+|\xac{_B}[a-z]\b){_MORE}"
# In words neither `a` nor `I`.
_IN_WORDS = rf"{_NOT}(?-i:[b-hj-zA-HJ-Z])\b(?:{_B}\))*"
_WORDED = rf"{_IN_WORDS}(?:{_WORD}{_IN_WORDS})"
_TOLD = rf"(?:{_WORDED}+|{_CHAIN}+|(?:[~!\xac]{_B}|not{_GAP}){_IN_WORDS}){_MORE}"
# A chain of signs may fail far from its start: `_FORMULA` has the same, so none begins inside.
_CLAIMED = rf"(?:{_WORDED}{{1,5}}|{_CHAIN}+)"

_BEFORE = (
    rf"(?:[(\[{{,;:\"'`$]{_B}|[a-z]{{2}}[ \xa0]|[.?!\x01=][ \xa0]|"
    r"\n[ \t\xa0]{0,8}(?:(?:[-*+]|(?:\d{1,2}|[a-z])[.)])[ \xa0]{1,2})?)"
)
_EVIDENCE = (
    r"\b(?:(?:the|logical|propositional|boolean|following)\s(?:formula|proposition|expression)|"
    r"tautology|negation\sof|negate|satisfiability\sof|truth\stable\s(?:of|for))"
    r":?[ \n]?[`\"'$]?"
)
_CLAIM = (
    r"[`\"'$]?\s(?:(?:is|are)\s(?:not\s|always\s)?)?"
    r"(?:an?\s(?:tautology|contradiction|contingency)|(?:un)?satisfiable|logically\sequivalent)\b"
)
_CERTAIN = re.compile("[∧∨¬⊻]")
_KINDS = {
    "and": re.compile(r"[&∧]|/\\"),
    "or": re.compile(r"\||∨|\\/"),
    "not": re.compile("[~!¬]"),
    "xor": re.compile(r"\^|⊕|⊻"),
    "implies": re.compile(r"(?<!<)[-=]>|→|⇒"),
    "iff": re.compile("<[-=]>|↔|⇔"),
}
_UNCLEAR = ({"implies", "or"}, {"and", "or"}, {"and", "xor"}, {"or", "xor"})
"""Kinds that grammars, types and masks of bits combine as well."""


def _told(text: str) -> Formula:
    """A formula that the words around it show to be one, unless it may be a power."""
    if _kinds(text) == {"xor"} and "^" in text:
        raise ValueFormError("this may be a power")
    return Formula.parse(text)


def _evident(text: str) -> Formula:
    """A formula that its signs or variables show to be one.

    Raises:
        ValueFormError: when it is none, or may be something else.
    """
    formula = Formula.parse(text)
    names = set(formula.variables)
    usual = len(names) > 1 and names <= USUAL and bool(names & {"p", "q"})
    certain = bool(_CERTAIN.search(text))
    if not (certain or _is_clear(_kinds(text), usual)) or (certain and "|" in text):
        raise ValueFormError("this may be something else")
    return formula


def _kinds(text: str) -> set[str]:
    return {kind for kind, signs in _KINDS.items() if signs.search(text)}


def _is_clear(kinds: set[str], usual: bool) -> bool:
    if len(kinds) == 1:
        return usual and kinds <= {"and", "implies", "iff"}
    return len(kinds) > 1 and (usual or kinds not in _UNCLEAR)


def _balanced(text: str) -> Iterator[tuple[int, int]]:
    """The extent without parentheses that open before a formula or close after it."""
    surplus = text.count("(") - text.count(")")
    kept = text
    while surplus > 0 and kept.startswith("("):
        kept, surplus = kept[1:].lstrip(BLANKS), surplus - 1
    start = len(text) - len(kept)
    while surplus < 0 and kept.endswith(")"):
        kept, surplus = kept[:-1].rstrip(BLANKS), surplus + 1
    yield start, start + len(kept)


def _rule(pattern: str, read: Callable[[str], Formula], before: str, after: str = "") -> Rule:
    return Rule(pattern, read, before, after, _balanced, domain="logic", original=True)


RULES = (
    _rule(_TOLD, _told, before=_EVIDENCE),
    _rule(_CLAIMED, _told, before=_BEFORE, after=_CLAIM),
    _rule(_FORMULA, _evident, before=_BEFORE),
)
