"""Chemical formulas by their atoms and charge, and reactions between them."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip
from fluxem_encoders.structured import Structured

_SYMBOLS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As "
    "Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu "
    "Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np "
    "Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og D T"
)
ELEMENTS = tuple(_SYMBOLS.split())
"""The symbols in the order of atomic numbers, then the hydrogen isotopes D and T."""

ATOMIC_NUMBERS = {symbol: number for number, symbol in enumerate(ELEMENTS, 1)} | {"D": 1, "T": 1}

MAX_COUNT = 10**9 - 1  # of one element, of charges, of coefficients
MAX_CHARS = 2000
MAX_DEPTH = 5

_TOKEN = re.compile(r"([A-Z][a-z]?)([1-9]\d{0,8})?|([(\[{])|([)\]}])([1-9]\d{0,8})?")
_HYDRATE = re.compile(r"([1-9]\d{0,8})?(.+)")
_MARKED_CHARGE = re.compile(r"([1-9]\d{0,8})?([+-])|([+-])([1-9]\d{0,8})")
_ROMAN = re.compile(r"\((?:II|III|IV|VI|VII|VIII)\)")
_LONE = re.compile(r"[A-Z][a-z]?|\[.*\]")
# Two dashes right behind a formula might be its charge and an arrow, so they are none.
_ARROW = re.compile(r"<=>|=>|(?<!-)->|(?<=\s)-{2,}>|→|⟶|⇌|=")
_STATE = r"\((?:s|l|g|aq)\)"
# A plus between terms is followed by the next term, the plus of a charge is not.
_PLUS = re.compile(rf"(?<!\^)\+(?=\s*(?!{_STATE})[\dA-Z(\[{{e])")
_TERM = re.compile(rf"(?:([1-9]\d{{0,8}})\s*)?(.+?)\s*(?:{_STATE})?")

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉−–", "0123456789--", "_")


@dataclass(frozen=True, slots=True)
class ChemicalFormula(Structured, key="chemical_formula", domain="chemistry"):
    """What a formula is made of: how many atoms of each element, and the charge.

    Structure is not kept: Ca(OH)2 is CaH2O2 and CuSO4·5H2O is CuH10O9S, and formulas are equal
    when their atoms and charges are. The 118 elements and the isotopes D and T, each 1 to
    10**9 - 1 times; the charge at least minus that, and at most the number of protons. The free
    electron, without atoms, has the charge -1.

    Attributes:
        atoms: pairs of symbol and count; in Hill order (C, H, then by letters; all by letters
            where there is no C), whatever the order they are given in.
        charge: in elementary charges.
    """

    atoms: tuple[tuple[str, int], ...]
    charge: int = 0

    def __post_init__(self) -> None:
        counts: Counter[str] = Counter()
        for symbol, count in self.atoms:
            if not isinstance(symbol, str) or symbol not in ATOMIC_NUMBERS:
                raise ValueFormError(f"{clip(symbol)} is no symbol of an element such as Na")
            counts[symbol] = _check_count(counts[symbol] + _check_count(count))
        object.__setattr__(self, "atoms", tuple((s, counts[s]) for s in _hill_order(counts)))
        if type(self.charge) is not int or abs(self.charge) > MAX_COUNT:
            raise ValueFormError(f"a charge is an int within ±(10**9 - 1), got {clip(self.charge)}")
        if not counts and self.charge != -1:
            raise ValueFormError("a formula has at least one atom, or is the electron e^-")
        if self.electrons < 0:
            raise ValueFormError(
                f"a charge of {self.charge} takes away more electrons than {clip(self.to_text())} "
                "has"
            )

    @property
    def count(self) -> int:
        """The number of all atoms."""
        return sum(count for _, count in self.atoms)

    @property
    def electrons(self) -> int:
        """The number of electrons: all protons less the charge."""
        return sum(ATOMIC_NUMBERS[symbol] * count for symbol, count in self.atoms) - self.charge

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `C6H12O6`, `Ca(OH)2`, `CuSO4·5H2O`, `SO4^2-`, `Fe3+`, `H₂O`, `[Fe(CN)6]4-`, `e-`.

        Without `^`, one digit before the sign is the charge after a lone element or square
        brackets (`Fe3+`, `O2-`), and else a count (`NH4+`); several digits are refused.

        Raises:
            ValueFormError: for any other text, more than 2,000 characters, and brackets in
                brackets more than 5 deep.
        """
        if len(text) > MAX_CHARS:
            raise ValueFormError(f"a formula has at most {MAX_CHARS} characters")
        body, charge = _split_charge(_plain(text))
        counts: Counter[str] = Counter()
        for i, part in enumerate([] if body == "e" else body.split("·")):
            match = _HYDRATE.fullmatch(part)
            if match is None or (match[1] and i == 0):
                raise ValueFormError(
                    f"{clip(text)} is no formula such as CuSO4·5H2O; only what follows a dot, or "
                    "a term of a reaction, may begin with a number"
                )
            for symbol, count in _count_atoms(match[2]).items():
                counts[symbol] += count * int(match[1] or 1)
        return cls(tuple(counts.items()), charge)

    def to_json(self) -> dict[str, Any]:
        """{"chemical_formula": "O4S^2-"}."""
        return {self.key: self.to_text()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read {"chemical_formula": TEXT} with any text that `parse` reads."""
        return cls.parse(_only_text(form, cls.key, "H2SO4"))

    def to_text(self) -> str:
        """Hill order and the charge behind `^`: `C6H12O6`, `O4S^2-`, `H4N^+`, `e^-`."""
        text = "".join(symbol + (str(n) if n > 1 else "") for symbol, n in self.atoms) or "e"
        if self.charge == 0:
            return text
        size = "" if abs(self.charge) == 1 else str(abs(self.charge))
        return f"{text}^{size}{'+' if self.charge > 0 else '-'}"


Term = tuple[int, ChemicalFormula]
"""A coefficient, 1 to 10**9 - 1, and a formula."""


@dataclass(frozen=True, slots=True)
class Reaction(Structured, key="reaction", domain="chemistry"):
    """Reactants and products with whole coefficients, in the order written; at least one each.

    It need not be balanced. States of matter such as (aq), and the kind of arrow, are read and
    not kept.
    """

    reactants: tuple[Term, ...]
    products: tuple[Term, ...]

    def __post_init__(self) -> None:
        for side in (self.reactants, self.products):
            if not side:
                raise ValueFormError("a reaction has at least one reactant and one product")
            for coefficient, formula in side:
                _check_count(coefficient)
                if not isinstance(formula, ChemicalFormula):
                    raise ValueFormError(f"a reaction is of formulas, got {clip(formula)}")

    @property
    def net_atoms(self) -> dict[str, int]:
        """By element, atoms of the products less those of the reactants; without zeros."""
        net: Counter[str] = Counter()
        for sign, side in ((-1, self.reactants), (1, self.products)):
            for coefficient, formula in side:
                for symbol, count in formula.atoms:
                    net[symbol] += sign * coefficient * count
        return {symbol: count for symbol, count in net.items() if count}

    @property
    def net_charge(self) -> int:
        """The charge of the products less that of the reactants."""
        left, right = (sum(n * f.charge for n, f in s) for s in (self.reactants, self.products))
        return right - left

    @property
    def is_balanced(self) -> bool:
        """Whether atoms and charge are kept."""
        return not self.net_atoms and not self.net_charge

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2H2 + O2 -> 2H2O`; the arrow may also be `-->`, `→`, `=>`, `=`, `⇌`, `<=>`.

        Raises:
            ValueFormError: for any other text, and for more than 2,000 characters.
        """
        if len(text) > MAX_CHARS:
            raise ValueFormError(f"a reaction has at most {MAX_CHARS} characters")
        sides = _ARROW.split(_plain(text))
        if len(sides) != 2:
            raise ValueFormError(
                f"a reaction has one arrow, as in 2H2 + O2 -> 2H2O; {clip(text)} has "
                f"{len(sides) - 1}"
            )
        reactants, products = (tuple(map(_parse_term, _PLUS.split(side))) for side in sides)
        return cls(reactants, products)

    def to_json(self) -> dict[str, Any]:
        """{"reaction": "2H2 + O2 -> 2H2O"}."""
        return {self.key: self.to_text()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read {"reaction": TEXT} with any text that `parse` reads."""
        return cls.parse(_only_text(form, cls.key, "2H2 + O2 -> 2H2O"))

    def to_text(self) -> str:
        """`2H2 + O2 -> 2H2O`, each formula in its own text form."""
        return " -> ".join(
            " + ".join(("" if n == 1 else str(n)) + formula.to_text() for n, formula in side)
            for side in (self.reactants, self.products)
        )


def _check_count(n: Any) -> int:
    if type(n) is not int or not 1 <= n <= MAX_COUNT:
        raise ValueFormError(f"a count or coefficient is an int from 1 to 10**9 - 1, got {clip(n)}")
    return n


def _hill_order(symbols: Mapping[str, int]) -> list[str]:
    first = [s for s in ("C", "H") if s in symbols] if "C" in symbols else []
    return first + sorted(set(symbols) - set(first))


def _only_text(form: Mapping[str, Any], key: str, example: str) -> str:
    if set(form) != {key} or not isinstance(form[key], str):
        raise ValueFormError(f'expected {{"{key}": "{example}"}}, got {clip(form)}')
    return str(form[key])


def _plain(text: str) -> str:
    """Digits, signs and dots of all writings as those of the parser."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda run: "^" + run[0].translate(_SUPERSCRIPTS), text)
    text = re.sub(r"\^\{([\d+-]{1,10})\}", r"^\1", text.translate(_PLAIN))
    return re.sub(r" ?[·•⋅∙*.] ?", "·", text).strip()


def _split_charge(text: str) -> tuple[str, int]:
    body, caret, mark = text.partition("^")
    if caret:
        if (match := _MARKED_CHARGE.fullmatch(mark)) is None:
            raise ValueFormError(f"after ^ comes a charge such as 2- or +, not {clip(mark)}")
        size = int(match[1] or match[4] or 1)
        return body, -size if "-" in mark else size
    bare = text.rstrip("+-")
    signs = text[len(bare) :]
    body = bare.rstrip("0123456789")
    digits = bare[len(body) :]
    if not signs or len(set(signs)) > 1:
        return text, 0
    if len(digits) > 1:
        raise ValueFormError(
            f"the charge of {clip(text)} can be read in two ways; write it as in SO4^2- or C60^-"
        )
    if digits not in ("", "0") and len(signs) == 1 and _LONE.fullmatch(body):
        size = int(digits)
    else:
        body, size = bare, len(signs)
    return body, -size if "-" in signs else size


def _count_atoms(text: str) -> Counter[str]:
    """The atoms of a formula without dots and charge."""
    if roman := _ROMAN.search(text):
        raise ValueFormError(f"a formula of atoms has no oxidation number such as {roman[0]}")
    place, stack, closing = 0, [Counter[str]()], list[str]()
    while place < len(text):
        if (match := _TOKEN.match(text, place)) is None:
            raise ValueFormError(
                f"a formula such as Ca(OH)2 cannot go on with {clip(text[place:])}"
            )
        symbol, count, opened, closed, times = match.groups()
        if symbol:
            if symbol not in ATOMIC_NUMBERS:
                raise ValueFormError(f"{clip(symbol)} is no symbol of an element such as Na")
            stack[-1][symbol] += int(count or 1)
        elif opened:
            if len(closing) == MAX_DEPTH:
                raise ValueFormError(f"brackets go at most {MAX_DEPTH} deep")
            closing.append(_CLOSING[opened])
            stack.append(Counter())
        else:
            if not closing or closing.pop() != closed or not stack[-1]:
                raise ValueFormError(f"{clip(text)} closes a bracket that it did not open or fill")
            for inner, n in stack.pop().items():
                stack[-1][inner] += n * int(times or 1)
        place = match.end()
    if closing:
        raise ValueFormError(f"{clip(text)} leaves a bracket open")
    return stack[0]


def _parse_term(text: str) -> Term:
    if (match := _TERM.fullmatch(text.strip())) is None:
        raise ValueFormError("a term of a reaction, such as 2H2O, is missing")
    return int(match[1] or 1), ChemicalFormula.parse(match[2])
