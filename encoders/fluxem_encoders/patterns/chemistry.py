"""Chemical formulas, ions and reactions.

Found are formulas of two elements or more that cannot be anything else: with brackets (`Ca(OH)2`,
`[Fe(CN)6]4-`), with water (`CuSO4·5H2O`), with a symbol of two letters and a count (`FeCl3`), with
two counts (`C6H12O6`), or of the lists below (`NaCl`, `CO2`, `O2`); ions with `^` or high signs,
and without them those of a list or before the word ion; reactions with the sides' elements in
common, `=` included. Digits may be low (`H₂O`) or as in LaTeX (`H_2O`).

Deliberately not found: lone elements (`He`, `In`); words, names and codes that are made of symbols
(`CO`, `NO`, `US`, `NaN`, `H1N1`, `H3N2`, `B2B`, `U2`, `PS5`, `ISO27001`), but a few of them right
behind words such as `moles of`; reactions with fractions, unknowns or several arrows.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from fluxem_encoders.patterns.rule import SPACE, Reading, Rule
from fluxem_encoders.structures.chemistry import ELEMENTS, ChemicalFormula, Reaction


def _symbols() -> str:
    """Any element but the isotopes D and T, by first letters."""
    elements = ELEMENTS[:118]
    seconds: dict[str, str] = {}
    for symbol in elements:
        seconds[symbol[0]] = seconds.get(symbol[0], "") + symbol[1:]
    longer = (f"{a}[{b}]{'?' * (a in elements)}" for a, b in seconds.items() if b)
    return f"(?:{'|'.join(longer)}|[{''.join(a for a, b in seconds.items() if not b)}])"


_SYMBOL = _symbols()
# `plain_text` leaves low digits, arrows and bullets, but also quotes and dashes, as 0x01.
_DIGITS = r"(?:_?(?:[2-9]|[1-9]\d{1,2})|_\{\d{1,3}\})"
_LOW = r"(?:\x01{1,3})"
_WATER = rf"(?:(?:{SPACE}?\xb7{SPACE}?|\x01)(?:[1-9]\d?)?|[.*][1-9]\d?)H(?:_?2|_\{{2\}}|\x01)O"


def _body(count: str, counted: bool) -> str:
    """A formula; a counted one has at least one count or bracket.

    Only what its first word is made of are real symbols: more would make the automata too large.
    """
    atoms = rf"(?:[A-Z][a-z]?{count}?)+"
    bracket = rf"(?:\({atoms}\)|\[(?:[A-Z][a-z]?{count}?|[()]{count}?)+\])"
    start = (
        rf"(?:{_SYMBOL}*{_SYMBOL}{count}|{_SYMBOL}+{bracket}{count}?|{bracket}{count}"
        rf"|{bracket}{_SYMBOL}|D{count}O)"
    )
    begin = start if counted else f"(?:{start}|{_SYMBOL}+)"
    return rf"{begin}(?:{atoms}|{bracket}{count}?){{0,5}}"


_BODY = f"(?:{_body(_LOW, counted=False)}|{_body(_DIGITS, counted=False)})"
_COMPLEX = rf"\[(?:[A-Z][a-z]?(?:{_DIGITS}|{_LOW})?|[()](?:{_DIGITS}|{_LOW})?){{2,30}}\]"
_HIGH = r"(?:\^\{\d{0,2}[+-]\}|\^\d{0,2}[+-]|[\x93-\x9b]?\x9c|[\x93-\x9b]\+)"
_BEFORE = r"[^\w@#&\\/.^-]"
_STATE = r"\((?:s|l|g|aq)\)"
_AFTER = rf"(?:{_STATE}|[^\w(\[^.]|\.\D)"
_AFTER_SIGN = rf"(?:\n|[^\w\s(\[+-]|{SPACE}\D)"
_ION = rf"{SPACE}(?:ions?|anions?|cations?)\b"

# What needs no more evidence, though it is short.
_PLAIN_BARE = (
    r"(?:(?:Li|Na|Rb|Cs|Ag|Cu|Tl)(?:F|Cl|Br|I|CN)|(?:K|H)(?:Cl|Br|CN)|(?:Li|Na|K|Rb|Cs)OH|(?:Li|Na)H"
    r"|NaHS|(?:Na|H)ClO|NaOCl|HCOOH"
    r"|(?:Be|Mg|Ca|Sr|Ba|Zn|Fe|Cu|Ni|Pb|Sn|Cd|Hg|Mn|Co)O|(?:Mg|Ca|Ba|Zn|Fe|Cu|Ni|Pb|Cd|Hg|Mn)S"
    r"|(?:Zn|Cd|Pb)(?:Se|Te)|(?:Al|Ga|In|Ti)N|(?:Al|Ga|In)(?:P|As|Sb)|(?:Ti|Si)C)"
)
_BARE = re.compile(
    r"[OHNKD]2[OS]|N2|O[23]|Cl2|Br2|C60"
    r"|[CNS]O2|[CNSBW]O3|[SP]O4|UO2|CH4|[NPB]H3|NH4|[BNP]F3|[CS]F4|PF5|[SUW]F6|OF2"
    r"|[HK]NO[23]|[HK]IO[34]|[HK]CO3|[HK]SO4|KHCO3|KHSO4|HPO4|KO2|KBH4"
    r"|CH2O|CH3(?:OH|COOH|COONa|COOK|CHO|CN|NO2|F|I|SH)|CH[FI]3"
)
# What only words make a formula.
_TOLD = r"(?:(?:CO|NO|HF|HI|KI|KF|CS(?:2|\x01))|(?:H|F|I)(?:2|\x01)|P(?:4|\x01)|S(?:8|\x01))"
_TELLING = (
    rf"\b(?:moles?|mol|grams?|g|molecules?|molar{SPACE}mass|molecular{SPACE}(?:weight|mass|formula)"
    rf"|chemical{SPACE}formula|formula{SPACE}(?:mass|weight|unit))(?:{SPACE}(?:of|for|is))?{SPACE}"
)
_NO_FORMULA = re.compile(
    r"(?:NaN|PoC|CoC|CoV|PoS|HoF|BeOS|LiPo)\d+|H\d{1,2}N\d{1,2}|.*\([A-Z][a-z]?\)(?!\d).*"
)
_WIDE_SUBSCRIPT = re.compile(r"_\{(\d+)\}")
_AS_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789", "_")


@lru_cache(maxsize=256)
def _parsed(text: str) -> ChemicalFormula | None:
    try:
        return ChemicalFormula.parse(_WIDE_SUBSCRIPT.sub(r"\1", text))
    except ValueError:
        return None


def _formula(text: str) -> Reading:
    """A neutral formula, when it is no word and no code.

    Raises:
        ValueError: for an amount in Swiss francs.
    """
    if text.startswith("CHF"):
        raise ValueError(f"{text} may be an amount")
    plain = _WIDE_SUBSCRIPT.sub(r"\1", text).translate(_AS_DIGITS)
    value = _parsed(text)
    if value is None or _NO_FORMULA.fullmatch(plain):
        return None
    return value if _BARE.fullmatch(plain) or _is_certain(plain, value) else None


def _is_certain(plain: str, value: ChemicalFormula) -> bool:
    if len(value.atoms) < 2:
        return False
    if any(mark in plain for mark in "·•⋅.*") or re.search(r"[)\]]\d|\[", plain):
        return True
    counts = re.findall(r"\d+", plain)
    return len(counts) > 1 or bool(counts and re.search("[a-z]", plain))


def _ion(text: str) -> Reading:
    """A formula with a high charge, unless it may be a power of variables and a sign."""
    value = _parsed(text)
    body = re.split(r"[\^⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]", text)[0]
    return value if re.search(r"[a-z\d₀-₉\]]|^(?:OH|CN|SCN|NO)$", body) else None


_ELEMENT_IONS = (
    r"(?:(?:Fe|Cu|Ca|Mg|Zn|Al|Cr|Mn|Co|Ni|Pb|Sn|Hg|Ba|Sr|Ti|Cd|Au)[2-4]\+"
    r"|(?:Na|Li|Rb|Cs|Ag|Cu)\+|(?:Cl|Br)-)"
)
_MOLECULE_IONS = (
    r"(?:(?:NH(?:4|\x01)|H(?:3|\x01)O)\+"
    r"|(?:NO[23\x01]|HCO[3\x01]|HSO[34\x01]|H[2\x01]PO[4\x01]|MnO[4\x01]|ClO[2-4\x01]?"
    r"|CH[3\x01]COO)-)"
)

_SPACES = rf"{SPACE}{{0,2}}"
_ARROW = (
    rf"(?:{SPACE}{{1,2}}\x01{SPACE}{{1,2}}|\x01[1-9]"  # `H2+Cl2→2HCl`, but not `H₂O`
    rf"|{_SPACES}(?:-{{1,3}}>|<?=>|<-{{1,2}}>|=|\\(?:long)?rightarrow|\\to\b"
    rf"|\\rightleftharpoons){_SPACES})"
)
_ARROWS = re.compile(
    r"[⇄↔⇌⟷⇒⟹]|\\(?:long)?rightarrow|\\to\b|\\rightleftharpoons|<?-{1,3}>|<?=>", re.IGNORECASE
)
# Digits of one kind in one word; else `H2O→H2O→...` would be a word without end.
_ATOMS = r"(?:(?:[A-Z][a-z]?\x01{0,3})+|(?:[A-Z][a-z]?(?:_?\d{1,3}|_\{\d{1,3}\})?)+)"
_BRACKET = rf"[(\[]{{1,2}}{_ATOMS}[)\]](?:_?\d{{1,2}}|\x01{{1,2}})?"
_TERM = (
    rf"(?:(?:\d{{1,4}}(?:[/.]\d{{1,4}})?|[\x80-\x91]){SPACE}?)?(?-i:"
    rf"(?:{_ATOMS}|{_BRACKET})(?:{_BRACKET}{_ATOMS}?|\](?:\d|\x01)?){{0,2}}(?:{_WATER})?"
    rf"(?:{_HIGH}|\d?[+-])?|e(?:\^\{{-\}}|\^?[-\x9c]))(?:{SPACE}?{_STATE})?"
)
_SIDE = rf"{_TERM}(?:{SPACE}?\+{SPACE}?{_TERM}){{0,4}}"
_BEFORE_REACTION = (
    rf"(?:[^\w\s+*/=<>.^(\[-]|[^\s+*/=<>-]{SPACE}{{1,3}}|[^\w\s]\(|{SPACE}\(|\n{SPACE}{{0,3}})"
)
_AFTER_REACTION = (
    rf"(?:{SPACE}?\+{SPACE}?(?:heat|energy|light)\b|{SPACE}{{1,3}}[^\s+=<>\x01*/-]"
    rf"|[^\s\w+=<>^(\[{{*/-]|{SPACE}{{0,3}}\n)"
)


def _reaction(text: str) -> Reading:
    """A reaction; text that is none stays text when a formula's count could be taken for a number.

    Raises:
        ValueError: when it may be an equation in variables, `2B = 3C`.
    """
    plain = _ARROWS.sub("→", _WIDE_SUBSCRIPT.sub(r"\1", text))
    try:
        value = Reaction.parse(plain)
    except ValueError:
        value = None
    if value is not None and _holds(value, plain):
        return value
    if re.search(r"[A-Za-z)\]]_?\{?\d", text):
        return None
    raise ValueError(f"{text} is no reaction")


def _holds(value: Reaction, text: str) -> bool:
    """Whether the sides have so much in common that this is no graph, ratio or equation."""
    sides = (value.reactants, value.products)
    left, right = ({atom for _, formula in side for atom, _ in formula.atoms} for side in sides)
    if value.reactants == value.products:
        return False
    if len(left) == 1 and left == right:
        return value.is_balanced
    if not re.search(r"[A-Z][a-z]|[A-Z)\]]_?[\d₂-₉]", text):  # `PV = VP`
        return False
    molecules = all(any(len(formula.atoms) > 1 for _, formula in side) for side in sides)
    return left == right or ("→" in text and molecules and not left.isdisjoint(right))


def _rule(pattern: str, read: Callable[[str], Reading], before: str, after: str) -> Rule:
    return Rule(pattern, read, before, after, domain="chemistry", original=True)


RULES = (
    _rule(f"{_SIDE}{_ARROW}{_SIDE}", _reaction, _BEFORE_REACTION, _AFTER_REACTION),
    _rule(rf"(?-i:(?:{_BODY}|{_COMPLEX}){_HIGH}|{_COMPLEX}\d?[+-])", _ion, _BEFORE, r"[^\w(\[^]"),
    _rule(f"(?-i:{_ELEMENT_IONS}|{_MOLECULE_IONS})", _parsed, _BEFORE, _AFTER_SIGN),
    _rule(rf"(?-i:{_ATOMS}[+-])", _parsed, _BEFORE, _ION),
    _rule(r"(?-i:H\+|OH-)", _parsed, r"\[", r"\]"),
    _rule(f"(?-i:{_TOLD})", _parsed, _TELLING, _AFTER),
    _rule(f"(?-i:{_body(_LOW, counted=True)}(?:{_WATER})?)", _formula, _BEFORE, _AFTER),
    _rule(f"(?-i:{_body(_DIGITS, counted=True)}(?:{_WATER})?)", _formula, _BEFORE, _AFTER),
    _rule(f"(?-i:{_PLAIN_BARE})", _parsed, _BEFORE, _AFTER),
)
