r"""Propositional formulas over single letters, as `Formula.parse` reads them.

Found without more ado: formulas with one of the signs ∧ ∨ ¬ ⊻, such as `p ∧ q` and `¬p`; with two
kinds of connectives that are no grammar's (`S -> A | B`) and no bit mask's (`x & y | z`), such as
`a & b -> c`, `~a | b`; over p, q, r and s, p or q among them, also with two kinds of any, and with
a single `&`, `⊕` or an arrow, such as `p -> q`, and over P, Q, R and S with an arrow; on both sides
of a turnstile, such as `p -> q, p ⊢ q`, premises and conclusion, each by itself. Next to words such
as `the formula`, `negation of`, `is satisfiable` or `a tautology`: any formula, also with `and`,
`or`, `not`, `implies`, `iff`, `v`, and a single p, q, r or s. Signs may be LaTeX's: `p \land q`.

Over p, q, r and s also in words of two kinds, or with `implies`, `iff` or `xor`: `(p and q) -> p`,
`not p or not q`, `p iff q`. There `and`, `with`, `to`, `entails` and the like beside signs part two
formulas, the second of which may be a single letter: `p ∧ q and r`; so they do after words such
as `conjunction of`, in words alone as well: `conjunction of p and q`.

After words such as `the formulas`, `rules` or `premises` a list of formulas, in which there is a
sign or which is about p and q; before `holds`, `is satisfied` and the like what has two kinds of
signs or is about p and q. Beside formulas others over the same variables, also in words (`p or r`),
and after words such as `entails` single ones of these.

Not found: `A & B`, `S&P`, `R&B`, `A -> B`, `p | q`, `p || q`, `p v q`, `a ^ b`, `V ⊕ W`, `~a`,
`a ≡ b` without such words; `p | q | p ∧ q`, which heads a table; formulas of predicates; names of
more than one letter.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.plain import CONNECTIVE, OTHER
from fluxem_encoders.patterns.rule import BLANKS, Rule
from fluxem_encoders.structures.logic import Formula

USUAL = frozenset("pqrs")
"""Variables that need the least evidence."""

_B = r"[ \t\xa0]{0,2}"
_GAP = r"[ \t\xa0]{1,2}"
_ARROW = "<->|<=>|->|=>"  # other arrows and signs are \x01
_LATEX = r"\\(?:land|lor|wedge|vee|veebar|oplus|to|implies|iff|(?:left)?rightarrow)\b"
_V = rf"{_GAP}(?-i:v){_GAP}"
_SIGN = rf"(?:{_B}(?:{_ARROW}|&&?|\|\|?|/\\|\\/|\^|[\x01\x02]|{_LATEX}){_B}|{_V})"
_WORD = rf"(?:{_GAP}(?:and|or|xor|implies|iff){_GAP}|{_V})"
_NEGATED = rf"(?:\xac|\\l?n(?:eg|ot)\b){_B}"
_NOT = rf"(?:[~!]{_B}|{_NEGATED}|\({_B}|not{_GAP}){{0,6}}"
_OPERAND = rf"{_NOT}[a-z]\b(?:{_B}\))*"
# What goes on after a formula and so makes it part of something else: it is taken along, in place
# of a negative lookahead, and refused by `Formula.parse`.
_MORE = rf"(?:{_B}(?:{_ARROW}|[&|\x01\x02^+*/=<>\\~\xac\[_-]|\()|'|[ \t\xa0][b-z]\b)?"
# This and `_WORDED` end in a group: a quantifier behind them says how many connectives follow.
_CHAIN = rf"{_OPERAND}(?:{_SIGN}{_OPERAND})"
_SIGNED = rf"(?:{_CHAIN}+|{_NEGATED}[a-z]\b)"
_FORMULA = rf"{_SIGNED}{_MORE}"
_USUAL = rf"{_NOT}[p-s]\b(?:{_B}\))*"
_PART = rf"{_OPERAND}(?:{_SIGN}{_OPERAND})*"
_TURNSTILE = rf"(?:{_B}(?:\x03|\\(?:vdash|models|therefore)\b){_B}| \|- )"
_SEQUENT = rf"{_PART}(?:{_B}[,;]{_B}{_PART}){{0,5}}{_TURNSTILE}{_PART}{_MORE}"
# In words neither `a` nor `I`.
_IN_WORDS = rf"{_NOT}(?-i:[b-hj-zA-HJ-Z])\b(?:{_B}\))*"
_WORDED = rf"{_IN_WORDS}(?:{_WORD}{_IN_WORDS})"
_TOLD = (
    rf"(?:{_WORDED}+|{_CHAIN}+|(?:[~!]{_B}|{_NEGATED}|not{_GAP}){_IN_WORDS}"
    r"|(?-i:[p-s])\b)"
    f"{_MORE}"
)
# A chain of signs may fail far from its start: `_FORMULA` has the same, so none begins inside.
_CLAIMED = rf"(?:{_WORDED}{{1,5}}|{_CHAIN}+)"

_BEFORE = (
    rf"(?:[(\[{{,;:\"'`$]{_B}|[a-z]'?[a-z][ \xa0]|[.?!\x01=][ \xa0]|"
    r"\n[ \t\xa0]{0,8}(?:(?:[-*+]|(?:\d{1,2}|[a-z])[.)])[ \xa0]{1,2})?)"
)
_EVIDENCE = (
    r"\b(?:(?:the|logical|propositional|boolean|following)\s(?:formula|proposition|expression)|"
    r"tautology|contradiction\scheck|negation\sof|negate|satisfiability\sof|"
    r"truth\stable\s(?:of|for)|truth\svalue\sof|assignments?\s(?:that\s)?satisfy|"
    r"(?:[cd]nf|(?:con|dis)junctive\snormal\sform)(?:\s(?:of|for))?)"
    r"(?::[ \n]?|[ \n])[`\"'$]?"
)
_PREMISES = (
    r"\b(?:formula[se]|propositions|expressions|rules?|premises?|clauses?|axioms|hypotheses"
    r"|assumptions|implications?)"
    r"(?:\s(?:are|is|that|the|following|say|both|two)){0,2}:?[ \n\xa0][`\"'$]?"
)
_CLAIM = (
    r"[`\"'$]?\s(?:(?:is|are)\s(?:not\s|always\s)?)?"
    r"(?:(?:an?\s(?:tautology|contradiction|contingency)|(?:un)?satisfiable|logically\sequivalent"
    r"|(?:be\s)?(?:always\s|ever\s)?(?:true|false))\b|under\s\{)"
)
# Of a formula that is clear by itself: single kinds of signs before these may be anything.
_HOLDS = (
    r"[`\"'$]?\s(?:(?:is|are|be|gets?)\s)?(?:(?:not|still|always|also|never|ever|necessarily)\s)?"
    r"(?:satisfied|fulfilled|violated|valid|implied|entailed|equivalent|holds?|follows?"
    r"|(?:a\s)?(?:logical\s)?consequence)\b"
)
# What parts two formulas, in place of a sign.
_JOIN = (
    rf"(?:,?{_GAP}(?:and|with|to|from|entails?|imply|(?:is|are)\s(?:logically\s)?equivalent\sto|"
    r"(?:logically\s)?equivalent\sto|mean(?:s|ing)?\sthe\ssame\sas|"
    rf"(?:is\s)?a\s(?:logical\s)?consequence\sof){_GAP})"
)
_LINK = rf"(?:{_SIGN}|{_WORD}|{_JOIN})"
_COMMA = rf"{_B}[,;]{_GAP}(?:and{_GAP})?"
_LISTED = rf"{_OPERAND}(?:(?:{_LINK}|{_COMMA}){_OPERAND}){{1,24}}"
_OF_TWO = (
    r"\b(?:(?:(?:con|dis)junction|xor|exclusive\s(?:or|disjunction)|biconditional|implication"
    r"|logical\s(?:and|or)|(?-i:AND|OR))\s(?:of|between|from|for)|conjoin|xor)"
    r"(?:\s(?:the\s)?(?:formulas|propositions|statements))?[ \xa0][`\"'$]?"
)
_CERTAIN = re.compile(r"[∧∨¬⊻]|\\l(?:and|or|not)\b|\\neg\b")
_LIKELY = re.compile(r"⊕|\\(?:wedge|vee|oplus)\b|\bxor\b")
_KINDS = {
    "and": re.compile(r"[&∧]|/\\|\\(?:land|wedge)\b|\band\b"),
    "or": re.compile(r"\||∨|\\/|\\(?:lor|vee)\b|\bor\b"),
    "not": re.compile(r"[~!¬]|\\l?n(?:eg|ot)\b|\bnot\b"),
    "xor": re.compile(r"\^|⊕|⊻|\\(?:oplus|veebar)\b|\bxor\b"),
    "implies": re.compile(r"(?<!<)[-=]>|→|⇒|\\(?:to|implies|[rR]ightarrow)\b|\bimplies\b"),
    "iff": re.compile(r"<[-=]>|↔|⇔|\\(?:iff|[lL]eftrightarrow)\b|\biff\b"),
}
_JOIN_TEXT = re.compile(rf"[()]|{_JOIN}")
_LIST_TEXT = re.compile(rf"[()]|{_JOIN}|{_COMMA}")
_SIGN_TEXT = re.compile(r"[^\w\s(),~!¬]|\\l(?:and|or)")
_OR = re.compile(r"(?<![A-Za-z][A-Za-z])(?<=[A-Za-z)])(\s+)v(?=\s+(?:[~!¬(\\]|not\b|[A-Za-z]\b))")
_TURN = re.compile(r"[\x03,;]|\|-|\\(?:vdash|models|therefore)\b")
_UNCLEAR = ({"implies", "or"}, {"and", "or"}, {"and", "xor"}, {"or", "xor"})
"""Kinds that grammars, types and masks of bits combine as well."""


def _told(text: str) -> Formula:
    """A formula that the words around it show to be one, unless it may be a power."""
    formula = Formula.parse(_OR.sub(r"\1or", text))
    if _kinds(text) == {"xor"} and "^" in text and not _is_usual(formula.variables):
        raise ValueFormError("this may be a power")
    return formula


def _held(text: str) -> Formula:
    """A formula that is said to hold, and is no `a | b` of numbers nor the name of a company."""
    formula = _told(text)
    if len(_kinds(text)) < 2 and not _is_usual(formula.variables):
        raise ValueFormError("this may be something else")
    return formula


def _again(text: str) -> Formula:
    """A formula beside others; no `p and q` in words, which may be two variables."""
    if not _SIGN_TEXT.search(text) and _kinds(text) == {"and"}:
        raise ValueFormError("these may be two")
    return _told(text)


def _is_usual(names: Iterable[str]) -> bool:
    return USUAL.issuperset(names) and not {"p", "q"}.isdisjoint(names)


def _evident(text: str) -> Formula:
    """A formula that its signs or variables show to be one.

    Raises:
        ValueFormError: when it is none, or may be something else.
    """
    text = _OR.sub(r"\1or", text)
    formula = Formula.parse(text)
    certain = bool(_CERTAIN.search(text))
    if not (certain or _is_clear(text, set(formula.variables))) or (certain and "|" in text):
        raise ValueFormError("this may be something else")
    return formula


def _certain(text: str) -> Formula:
    """A formula before `=`: other values stand there as well, with other signs."""
    if not _CERTAIN.search(text):
        raise ValueFormError("this may be something else")
    return _evident(text)


def _kinds(text: str) -> set[str]:
    return {kind for kind, signs in _KINDS.items() if signs.search(text)}


def _is_clear(text: str, names: set[str]) -> bool:
    kinds = _kinds(text)
    small, large = (
        len(names) > 1 and names <= letters and bool(names & first)
        for letters, first in ((USUAL, {"p", "q"}), (set("PQRS"), {"P", "Q"}))
    )
    if len(kinds) == 1:
        arrows = (small or large) and kinds <= {"implies", "iff"}
        said = "and" in text.lower().split()
        return arrows or (small and ((kinds == {"and"} and not said) or bool(_LIKELY.search(text))))
    return len(kinds) > 1 and (small or large or kinds not in _UNCLEAR)


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


def _listed(text: str) -> Iterator[tuple[int, int]]:
    """The extents of formulas in a list, where there is a sign or it is about p and q."""
    extents = list(_parted(text, _LIST_TEXT))
    parts = [text[slice(*extent)] for extent in extents]
    usual = _is_usual(re.findall(r"\b[A-Za-z]\b", text)) and any(map(_kinds, parts))
    if usual or any(_SIGN_TEXT.search(part) for part in parts):
        yield from extents


def _parted(text: str, between: re.Pattern[str] = _JOIN_TEXT) -> Iterator[tuple[int, int]]:
    """The extents of formulas that words such as `and` join, outside of parentheses."""
    depth, start, opened = 0, 0, text.count("(") - text.count(")")
    for match in between.finditer(text):
        if match[0] in "()":
            depth += 1 if match[0] == "(" else -1
        elif depth <= max(opened, 0):
            yield from _within(text, start, match.start())
            start = match.end()
    yield from _within(text, start, len(text))


def _within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for opens, closes in _balanced(text[start:end]):
        yield start + opens, start + closes


def _evident_parts(text: str) -> Iterator[tuple[int, int]]:
    """The extents of one formula or several, where their signs and variables show them to be some.

    In words alone `and` joins no two formulas, but two parts of one. Other signs than arrows, of
    which `plain_text` knows no more, are told apart when they are read.
    """
    text = text.replace(chr(CONNECTIVE), "∧").replace(chr(OTHER), "→")
    extents = list(_parted(text)) if _SIGN_TEXT.search(text) else list(_balanced(text))
    parts = [_OR.sub(r"\1or", text[slice(*extent)]) for extent in extents]
    names = {name for part in parts for name in re.findall(r"\b[p-sP-S]\b", part)}
    whole = ", ".join(parts)
    if _CERTAIN.search(whole):
        is_clear = "|" not in whole
    else:
        is_clear = _is_clear(whole, names) or any(
            _is_clear(part, names & set(re.findall(r"\w+", part))) for part in parts
        )
    if is_clear:
        yield from extents


def _sequent(text: str) -> Iterator[tuple[int, int]]:
    """The extents of premises and conclusion; no model's name, as in `M ⊨ p`."""
    pieces, start = list[tuple[int, int]](), 0
    for match in _TURN.finditer(text):
        pieces.append((start, match.start()))
        start = match.end()
    first = text[slice(*pieces[0])].strip(BLANKS)
    if len(pieces) == 1 and len(first) == 1 and first not in text[start:]:
        pieces.clear()
    for left, right in (*pieces, (start, len(text))):
        piece = text[left:right].lstrip(BLANKS)
        for opens, closes in _balanced(piece.rstrip(BLANKS)):
            yield right - len(piece) + opens, right - len(piece) + closes


def _rule(
    pattern: str,
    read: Callable[[str], Formula],
    before: str,
    after: str = "",
    split: Callable[[str], Iterator[tuple[int, int]]] = _balanced,
) -> Rule:
    return Rule(pattern, read, before, after, split, domain="logic", original=True)


FIRST = (
    _rule(_SEQUENT, _told, before=_BEFORE, split=_sequent),
    _rule(_CLAIMED, _told, before=_BEFORE, after=_CLAIM),
    _rule(rf"{_CHAIN}+", _held, before=_BEFORE, after=_HOLDS),
    _rule(
        _LISTED,
        _told,
        before=_PREMISES,
        after=rf"(?:{_B}[.,;:?!\n`$\"']|[ \xa0][a-z]{{2}}|[ \xa0]a[ \xa0])",
        split=_listed,
    ),
    _rule(rf"{_OPERAND}(?:{_LINK}{_OPERAND}){{1,12}}", _told, before=_OF_TWO, split=_parted),
    _rule(
        rf"{_USUAL}(?:{_LINK}{_USUAL}){{1,12}}",
        _told,
        before=_BEFORE,
        after=rf"(?:{_B}[.,;:?!\n`$\"']|[ \xa0][a-z]{{2}}|[ \xa0]a[ \xa0])",
        split=_evident_parts,
    ),
    _rule(
        rf"{_USUAL}(?:{_SIGN}{_USUAL})+",
        _evident,
        before=_BEFORE,
        after=rf"(?:{_B}[.,;:?!\n`$]|[ \xa0][a-z]{{2}})",
    ),
)
"""What may begin where a reaction would: `P → Q`."""

RULES = (
    _rule(_TOLD, _told, before=_EVIDENCE),
    _rule(_SIGNED, _certain, before=_BEFORE, after=rf"{_B}=[^=>]"),
    _rule(_SIGNED, _evident, before=_BEFORE, after=rf"{_GAP}\x01{_GAP}[a-z]{{2}}"),  # a dash
    _rule(_FORMULA, _evident, before=_BEFORE),
)


_KNOWN = r"(?-i:[b-hj-zA-HJ-Z])"
_LINKED = rf"{_OPERAND}(?:(?:{_SIGN}|{_WORD}){_OPERAND})+{_MORE}"
_ENTAILS = (
    r"\b(?:entails?|impl(?:y|ies)|proves?|conclude|deduce|infer|derive|guarantees?|forces?|follows?"
    r"\sthat|(?:gives?|gets?|yields?)(?:\s(?:you|us|me))?)(?:\sthat)?\s"
)
_FOLLOWS = (
    r"\s(?:(?:necessarily|always|also|then|logically|still)\s)?"
    r"(?:follows?|holds?|true|implied|entailed)\b"
)
AGAIN = (
    _rule(_LINKED, _again, before=rf"(?:{_BEFORE}|\)\s)"),
    _rule(rf"(?:[~!]{_B}|{_NEGATED}|not{_GAP}){_KNOWN}\b{_MORE}", _told, before=_BEFORE),
    _rule(
        rf"(?:{_LINKED}|{_KNOWN}\b)",
        _again,
        before=_ENTAILS,
        after=rf"(?:{_B}[.,;:?!)\n`$\"']|[ \xa0][a-z]{{2}})",
    ),
    _rule(
        rf"{_KNOWN}\b",
        _told,
        before=r"\b(?:does|is|must|that|so|then|whether|if)\s",
        after=_FOLLOWS,
    ),
)
"""Formulas beside others, over the variables of these: `do they entail p | r`, `then q follows`."""
