"""Words that name a part of a value in the same text, and units that its quantities are wanted in.

`column_total of the prices` needs the column `price` of the table that stands beside it, a path
`from A to D` two nodes of a graph, `how much oxygen is in CO2` an element, `in miles` a unit. Such
words are only looked for beside the values that they belong to.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.physics import UNIT, UNIT_END, unit_text
from fluxem_encoders.span import Span
from fluxem_encoders.structures.biology import Sequence as Letters
from fluxem_encoders.structures.chemistry import ELEMENTS, ChemicalFormula, Reaction
from fluxem_encoders.structures.data import Table, Word
from fluxem_encoders.structures.graphs import Graph
from fluxem_encoders.structures.physics import BareUnit, Quantity
from fluxem_encoders.structures.units import Unit, parse_unit

Found = tuple[int, int, Word | BareUnit]
Key = tuple[str, ...]
"""The tokens of a name."""

_TOKEN = re.compile(r"\w+")
_MOST_TOKENS = 4  # of a name
_FAR = 2  # characters between a name and the word before it
# Before a name of one letter, or a symbol that is a word too, or `to` behind it: else it is none.
_LEADS = {
    *("from", "to", "between", "and", "at", "of", "many", "much", "with", "for", "via", "through"),
    *("is", "by", "in", "into", "reach", "start", "end", "source", "sink", "city", "town"),
    *("node", "nodes", "vertex", "vertices", "station", "column", "element", "symbol"),
    *("letter", "letters", "base", "bases", "nucleotide", "deg", "degree"),
}
_WORDS = {"In", "As", "At", "He", "No", "Be", "Am", "Os", "Pa", "La", "Ho", "Er", "Es"}
_OF_ELEMENTS = re.compile(
    r"\b(?:chemical elements?|periodic table|atomic (?:number|mass|weight)s?|protons?|atoms?)\b",
    re.IGNORECASE,
)
_ELEMENT_NAMES = (
    "hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium "
    "aluminium silicon phosphorus sulfur chlorine argon potassium calcium scandium titanium "
    "vanadium chromium manganese iron cobalt nickel copper zinc gallium germanium arsenic selenium "
    "bromine krypton rubidium strontium yttrium zirconium niobium molybdenum technetium ruthenium "
    "rhodium palladium silver cadmium indium tin antimony tellurium iodine xenon caesium barium "
    "lanthanum cerium praseodymium neodymium promethium samarium europium gadolinium terbium "
    "dysprosium holmium erbium thulium ytterbium lutetium hafnium tantalum tungsten rhenium osmium "
    "iridium platinum gold mercury thallium lead bismuth polonium astatine radon francium radium "
    "actinium thorium protactinium uranium neptunium plutonium americium curium berkelium "
    "californium einsteinium fermium mendelevium nobelium lawrencium rutherfordium dubnium "
    "seaborgium bohrium hassium meitnerium darmstadtium roentgenium copernicium nihonium flerovium "
    "moscovium livermorium tennessine oganesson"
)
_SPELT = {"aluminum": "Al", "sulphur": "S", "cesium": "Cs"}
_ELEMENTS = dict(zip(_ELEMENT_NAMES.split(), ELEMENTS, strict=False)) | _SPELT
_SYMBOLS = frozenset(ELEMENTS[:118])
_LETTERS = re.compile(r"[ACGTUN]{3,12}|[ACGTU]s?")
_BASES = {"adenine": "A", "cytosine": "C", "guanine": "G", "thymine": "T", "uracil": "U"}
_WANTED = re.compile(r"(?:\b(?:in|to|into|as|many)|->|→)\s?$", re.IGNORECASE)
_LED = re.compile(r"(?:\b(?:in|to|into|as|many|much|is|the)|->|[=→:/?])\s?$", re.IGNORECASE)
_LONG_UNIT = 3  # characters; shorter ones need a lead

_NAMED_PARTS = {Table, Graph, Letters, ChemicalFormula, Reaction}
_NAMING = _NAMED_PARTS | {Quantity}

ASKED_UNIT = rf"\b({UNIT}){UNIT_END}"
"""A unit; alone it may be any word."""


def may_name(spans: Sequence[Span], text: str) -> bool:
    """Whether any word of a text might belong to its values: whether `named` is worth the time."""
    return any(type(span.value) in _NAMING for span in spans) or _about_elements(text)


def _about_elements(text: str) -> bool:
    text = text.lower()
    return any(word in text for word in ("element", "periodic", "atom", "proton"))


def named(text: str, spans: Sequence[Span], units: Iterable[tuple[int, int]]) -> Iterator[Found]:
    """The words and units that belong to values of a text.

    Args:
        text: where the values' own texts stand hidden.
        units: the extents of what `ASKED_UNIT` finds there.
    """
    values = [span.value for span in spans]
    quantities = [v for v in values if type(v) is Quantity]
    taken = set[int]()
    for start, end, unit in _units(text, quantities, units) if quantities else ():
        taken.update(range(start, end))
        yield start, end, unit
    parts = [v for v in values if type(v) in _NAMED_PARTS]
    if not parts and not _about_elements(text):
        return
    names = _Names(parts, text)
    for start, end, word in names.find(text):
        if start not in taken:
            yield start, end, word


def _units(
    text: str, quantities: Sequence[Quantity], units: Iterable[tuple[int, int]]
) -> Iterator[Found]:
    """Units of a quantity's dimension in which not all stand already; and of another dimension,
    which a calculation leads to, behind `in` and `how many`."""
    given: list[Unit] = []
    for start, end in units:
        before = text[max(0, start - 8) : start]
        led = _LED.search(before) or text[end : end + 4] == " is "
        if end - start < _LONG_UNIT and not led:
            continue
        try:
            unit = BareUnit(unit_text(text[start:end]))
        except ValueFormError:
            continue
        given = given or [parse_unit(name) for name in {q.unit for q in quantities}]
        known = any(unit.parsed.exponents == one.exponents for one in given)
        same = all(_are_same(unit.parsed, one) for one in given)
        if not same and (known or _WANTED.search(before)):
            yield start, end, unit


def _are_same(a: Unit, b: Unit) -> bool:
    return a is b or (a.exponents, a.factor, a.offset) == (b.exponents, b.factor, b.offset)


class _Names:
    """What parts of some values are called, and where a text says so."""

    def __init__(self, values: Sequence[object], text: str) -> None:
        self.exact: dict[Key, str] = {}
        self.loose: dict[Key, str] = {}
        self.letters = any(isinstance(v, Letters) for v in values)
        if self.letters:
            self.loose |= {(base + s,): b for base, b in _BASES.items() for s in ("", "s")}
        for value in values:
            if isinstance(value, Table):
                self._add_table(value)
            elif isinstance(value, Graph):
                nodes = [node for node in value.nodes if isinstance(node, str)]
                self.exact |= {_key(node): node for node in nodes}
        formulas = any(isinstance(v, ChemicalFormula | Reaction) for v in values)
        if formulas or _OF_ELEMENTS.search(text):
            self.exact |= {(symbol,): symbol for symbol in _SYMBOLS}
            self.loose |= {(name + s,): e for name, e in _ELEMENTS.items() for s in ("", "s")}

    def _add_table(self, table: Table) -> None:
        """Texts of its cells and, before these, its columns, of one or many."""
        cells = {cell for cell in chain.from_iterable(table.rows) if isinstance(cell, str)}
        self.loose |= {_key(cell.lower()): cell for cell in cells if cell}
        for column in table.columns:
            *first, last = _key(column.lower()) or ("",)  # which no text has
            stem = last.removesuffix("s")
            many = stem.removesuffix("y") + "ies" if stem.endswith("y") else f"{stem}s"
            self.loose |= {(*first, form): column for form in (stem, many, last)}

    def find(self, text: str) -> Iterator[Found]:
        """The longest names, from left to right."""
        tokens = list(_TOKEN.finditer(text))
        i = 0
        while i < len(tokens):
            found = self._at(tokens, i, text)
            if found is None:
                i += 1
                continue
            count, name = found
            i += count
            try:
                yield tokens[i - count].start(), tokens[i - 1].end(), Word(name)
            except ValueFormError:
                continue

    def _at(self, tokens: Sequence[re.Match[str]], i: int, text: str) -> tuple[int, str] | None:
        """How many tokens from the `i`th on are a name, and which."""
        key: Key = ()
        best = None
        for n, token in enumerate(tokens[i : i + _MOST_TOKENS], 1):
            if n > 1 and token.start() - tokens[i + n - 2].end() != 1:
                break
            key = (*key, token[0])
            name = self.exact.get(key) or self.loose.get(tuple(map(str.lower, key)))
            if name is None and n == 1 and self.letters and _LETTERS.fullmatch(token[0]):
                name = token[0].rstrip("s")
            if name is not None:
                best = n, name
        if best is None:
            return None
        first = tokens[i][0]
        unsure = best[0] == 1 and (len(first.rstrip("s")) < 2 or first in _WORDS)
        return best if not unsure or self._is_led(tokens, i) else None

    @staticmethod
    def _is_led(tokens: Sequence[re.Match[str]], i: int) -> bool:
        before, after = tokens[max(0, i - 1) : i], tokens[i + 1 : i + 2]
        near = before and tokens[i].start() - before[0].end() <= _FAR
        return bool(near and before[0][0].lower() in _LEADS) or (
            bool(after) and after[0][0].lower() == "to"
        )


def _key(name: str) -> Key:
    return tuple(_TOKEN.findall(name))
