"""Chemical formulas, ions and reactions.

Found are formulas of two elements or more that cannot be anything else: with brackets (`Ca(OH)2`,
`[Fe(CN)6]4-`), with water (`CuSO4·5H2O`), with a symbol of two letters and a count (`FeCl3`), with
two counts (`C6H12O6`), or of the lists below (`NaCl`, `CO2`, `O2`); ions with `^` or high signs,
and without them those of a list or before the word ion; reactions with the sides' elements in
common; with `=` one side has a plus. Digits may be low (`H₂O`) or as in LaTeX (`H_2O`). Quantities
are found with what they are of: `0.02M HCl`, `a 0.5 M solution` in mol/L, `5.0 g H2`.

Deliberately not found: lone elements (`He`, `In`); words, names and codes that are made of symbols
(`CO`, `NO`, `US`, `NaN`, `H1N1`, `H3N2`, `B2B`, `U2`, `PS5`, `ISO27001`), but a few of them right
behind words such as `moles of`; reactions with fractions, unknowns or several arrows.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from fluxem_encoders.patterns.arithmetic import AMOUNT
from fluxem_encoders.patterns.numerals import DIGITS, EXPONENT
from fluxem_encoders.patterns.physics import SCIENTIFIC, quantity, quantity_parts
from fluxem_encoders.patterns.rule import SPACE, Reading, Rule
from fluxem_encoders.structures.chemistry import ELEMENTS, ChemicalFormula, Reaction
from fluxem_encoders.structures.physics import Quantity


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
        rf"|{bracket}{_SYMBOL}{count}?|D{count}O)"
    )
    begin = start if counted else f"(?:{start}|{_SYMBOL}+)"
    return rf"{begin}(?:{atoms}|{bracket}{count}?){{0,5}}"


_BODY = f"(?:{_body(_LOW, counted=False)}|{_body(_DIGITS, counted=False)})"
_COMPLEX = rf"\[(?:[A-Z][a-z]?(?:{_DIGITS}|{_LOW})?|[()](?:{_DIGITS}|{_LOW})?){{2,30}}\]"
_HIGH = r"(?:\^\{\d{0,2}[+-]\}|\^\d{0,2}[+-]|[\x93-\x9b]?\x9c|[\x93-\x9b]\+)"
_BEFORE = r"[^\w@#&\\/.^-]"
# Low digits are signs of logic as well, whose formulas ask for a context as wide as this.
_WIDE = r"(?:[a-z]{2}[ \xa0]|[(\[{,;:\"'`$][ \t\xa0]{1,2}|[.?!\x01=][ \xa0]|\n[ \t\xa0]{1,8})"
_STATE = r"\((?:s|l|g|aq)\)"
_AFTER = rf"(?:{_STATE}|[^\w(\[^.]|\.\D)"
_AFTER_TOLD = rf"(?:{_STATE}|[^\w(\[^.\x01]|\.\D)"  # `CO₂` is not CO
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
    rf"\b(?:moles?|mol|grams?|g|molecules?|(?-i:MM|MW)|molar{SPACE}mass|molecular{SPACE}(?:weight|mass|formula)"
    rf"|chemical{SPACE}formula|formula{SPACE}(?:mass|weight|unit))(?:{SPACE}(?:of|for|is))?{SPACE}"
)
_PORTION = (
    rf"(?:{AMOUNT}){SPACE}?(?:(?:(?-i:[km]?g|m?mol)|grams?|kilograms?|moles?)(?:{SPACE}of)?"
    rf"|(?:(?-i:m?[Ll])|lit(?:er|re)s?){SPACE}of){SPACE}(?-i:{_TOLD})"
)

# `M` behind a number is more often a million.
_MOLAR = rf"\b(?:{SCIENTIFIC}|{DIGITS}{EXPONENT}?){SPACE}?(?-i:[mnu]?M)"
_MOLAR_APART = rf"\b(?:(?:{SCIENTIFIC}|{DIGITS}{EXPONENT}?){SPACE}|\d+\.\d+)(?-i:[mnu]?M)"
_SUBSCRIPT = r"(?:_?\d{1,2}|\x01{1,2})"
_METAL = "(?:Li|Na|Rb|Cs|Mg|Ca|Sr|Ba|Al|Fe|Cu|Zn|Ag|Pb|Ni|Co|Mn|Cr|Sn|Cd)"
_SOLUTE = (
    rf"(?-i:{_PLAIN_BARE}|(?:HF|K[FI])\b|{_METAL}{_SUBSCRIPT}?[A-Z(]|\(?NH(?:[34]|\x01)"
    rf"|K{_SUBSCRIPT}?[A-Z][A-Za-z]{{0,3}}{_SUBSCRIPT}|H{_SUBSCRIPT}?(?:[NSPCI]|Cl|Br)?O?{_SUBSCRIPT}"
    rf"|CH(?:3|\x01)COO|HCOO|C{_SUBSCRIPT}H|CO\(NH)"
)
_DISSOLVED = (
    rf"{SPACE}(?:[a-z]{{2,9}}ic{SPACE}acid|(?:[a-z]{{1,12}}{SPACE})?(?:solutions?|hydroxide|(?:hypo)?chlor(?:ide|ate|ite)"
    r"|nitrate|sul(?:f|ph)ate|acetate|carbonate|glucose|sucrose|ammonia|concentration))\b"
)
_CONCENTRATION = (
    rf"(?:(?:\b(?:molarity|concentrations?)|[^\w](?-i:[MC][12\x01]))"
    rf"(?:{SPACE}(?:of|is|was|at|to|from)){{0,2}}(?:{SPACE}?[=:])?{SPACE}?)"
)

_SMALL_MOLAR = rf"\b(?:{SCIENTIFIC}|{DIGITS}{EXPONENT}?){SPACE}?(?-i:[mnu]M)"
_VOLUME = rf"{DIGITS}{SPACE}?(?:(?-i:[mu]?[Ll])|(?:milli|micro)?lit(?:er|re)s?)"
_DILUTED = (
    rf"\bdilut(?:e|ed|es|ing|ion)(?:{SPACE}(?:an?|the|my|this|of|from|to|down)){{0,3}}{SPACE}"
)
_STOCK = rf"\bstock(?:{SPACE}solution)?(?:{SPACE}(?:to|of|at|is|down)){{1,2}}{SPACE}"
_AFTER_MOLAR = (
    rf"(?:[^\w\s-]|{SPACE}{{0,2}}\n|{SPACE}(?:to|for|in|into|with|and|stock|solution|final)\b)"
)
_AFTER_STOCK = (
    rf"{SPACE}stock(?:{SPACE}solution)?"
    rf"(?:[^\w\s-]|{SPACE}{{0,2}}\n|{SPACE}(?:to|for|into|do|is|and)\b)"
)

_NO_FORMULA = re.compile(
    r"(?:NaN|PoC|CoC|CoV|PoS|HoF|BeOS|LiPo)\d+|H\d{1,2}N\d{1,2}|[CMNPV]2[MNPV]2|.*\([A-Z][a-z]?\)(?!\d).*"
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


def _molar(text: str) -> Quantity:
    """`0.02M`, `5 mM`."""
    size, unit = quantity_parts(text)
    return Quantity(size, unit.replace("u", "μ").replace("M", "mol/L"))


def _portion(text: str) -> Reading:
    """The `5.0 g` and the `H2` of `5.0 g H2`."""
    return _parsed(text) if text[0].isupper() else quantity(text)


def _portion_and_formula(text: str) -> Iterator[tuple[int, int]]:
    size, formula = re.split(r"\s(?:of\s)?(?=\S+$)", text, flags=re.IGNORECASE)
    yield 0, len(size)
    yield len(text) - len(formula), len(text)


def _measured(text: str) -> Reading:
    """The `100 mL` and the `3 M` of `100 mL of 3 M`."""
    return _molar(text) if text.endswith("M") else quantity(text)


def _volume_and_molar(text: str) -> Iterator[tuple[int, int]]:
    volume, molar = re.split(r"(?<=[A-Za-z])\s(?:of\s)?(?:an?\s)?(?=[\d.])", text, maxsplit=1)
    yield 0, len(volume)
    yield len(text) - len(molar), len(text)


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
    rf"|{_SPACES}(?:-{{1,3}}>|<?=>|<-{{1,2}}>|\\(?:long)?rightarrow|\\to\b"
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
    rf"(?:{_ATOMS}|{_BRACKET}{_ATOMS}?)(?:{_BRACKET}{_ATOMS}?|\](?:\d|\x01)?){{0,2}}(?:{_WATER})?"
    rf"(?:{_HIGH}|\d?[+-])?|e(?:\^\{{-\}}|\^?[-\x9c]))(?:{SPACE}?{_STATE})?"
)
_MORE = rf"(?:{SPACE}?\+{SPACE}?{_TERM})"
_SIDE = rf"{_TERM}{_MORE}{{0,4}}"
_EQUALS = rf"{_SPACES}={_SPACES}"
# `V = 38 L` and `C1V1 = C2V2` are none: with `=` one side has a plus.
_REACTION = (
    rf"{_TERM}(?:{_MORE}{{1,4}}(?:{_ARROW}|{_EQUALS}){_SIDE}|{_ARROW}{_SIDE}"
    rf"|{_EQUALS}{_TERM}{_MORE}{{1,4}})"
)
_BEFORE_REACTION = (
    rf"(?:{_WIDE}|[^\w\s+*/=<>.^(\[-]|[^\s+*/=<>-]{SPACE}{{1,3}}|[^\w\s]\(|{SPACE}\("
    rf"|\n{SPACE}{{0,3}})"
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


_BEFORE_LOW = f"(?:{_WIDE}|{_BEFORE})"

RULES = (
    _rule(_REACTION, _reaction, _BEFORE_REACTION, _AFTER_REACTION),
    Rule(
        _PORTION,
        _portion,
        _BEFORE,
        _AFTER_TOLD,
        _portion_and_formula,
        domain="chemistry",
        original=True,
    ),
    Rule(
        rf"{_VOLUME}{SPACE}(?:of{SPACE})?(?:an?{SPACE})?{_MOLAR}",
        _measured,
        _BEFORE,
        r"[^\w-]",
        _volume_and_molar,
        domain="chemistry",
        original=True,
    ),
    _rule(_MOLAR, _molar, "", rf"(?:{SPACE}|-){_SOLUTE}"),
    _rule(_SMALL_MOLAR, _molar, "", r"[^\w-]"),
    _rule(_MOLAR, _molar, _DILUTED, _AFTER_MOLAR),
    _rule(_MOLAR_APART, _molar, _STOCK, _AFTER_MOLAR),
    _rule(_MOLAR_APART, _molar, "", _AFTER_STOCK),
    _rule(_MOLAR_APART, _molar, "", _DISSOLVED),
    _rule(_MOLAR, _molar, _CONCENTRATION, r"[^\w-]"),
    _rule(
        rf"(?-i:(?:{_BODY}|{_COMPLEX}){_HIGH}|{_COMPLEX}\d?[+-])", _ion, _BEFORE_LOW, r"[^\w(\[^]"
    ),
    _rule(f"(?-i:{_ELEMENT_IONS}|{_MOLECULE_IONS})", _parsed, _BEFORE_LOW, _AFTER_SIGN),
    _rule(rf"(?-i:{_ATOMS}[+-])", _parsed, _BEFORE, _ION),
    _rule(r"(?-i:H\+|OH-)", _parsed, r"\[", r"\]"),
    _rule(f"(?-i:{_TOLD})", _parsed, _TELLING, _AFTER_TOLD),
    _rule(f"(?-i:{_body(_LOW, counted=True)}(?:{_WATER})?)", _formula, _BEFORE_LOW, _AFTER),
    _rule(f"(?-i:{_body(_DIGITS, counted=True)}(?:{_WATER})?)", _formula, _BEFORE, _AFTER),
    _rule(f"(?-i:{_PLAIN_BARE})", _parsed, _BEFORE, _AFTER),
)
