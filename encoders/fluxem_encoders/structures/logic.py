"""Propositional formulas over named variables, as their truth tables."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NoReturn

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip
from fluxem_encoders.structured import Structured

MAX_VARIABLES = 6
MAX_NAME_CHARS = 20
MAX_DEPTH = 30  # of parentheses, of `not` and of `->` in one another
# Of a text: written formulas are far shorter, but `to_json` of six long names may take this much.
MAX_CHARS = 8_000

CONNECTIVES: Mapping[str, Callable[[int, int], int]] = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "implies": lambda a, b: ~a | b,
    "iff": lambda a, b: ~(a ^ b),
}
"""On tables as ints; the result may have bits beyond the table's rows."""

LEVELS = {"iff": 0, "implies": 1, "or": 2, "xor": 3, "and": 4}
"""How tightly each connective binds."""

_SIGNS = {
    "not": ("~", "!", "¬", r"\neg", r"\lnot"),
    "and": ("&&", "&", "∧", "/\\", r"\land", r"\wedge"),
    "or": ("||", "|", "∨", "\\/", r"\lor", r"\vee"),
    "xor": ("^", "⊕", "⊻", r"\oplus", r"\veebar"),
    "implies": ("->", "=>", "→", "⇒", r"\to", r"\rightarrow", r"\Rightarrow", r"\implies"),
    "iff": ("<->", "<=>", "↔", "⇔", "≡", r"\leftrightarrow", r"\Leftrightarrow", r"\iff"),
    "true": ("⊤",),
    "false": ("⊥",),
    "(": ("(",),
    ")": (")",),
}
_TOKENS = {sign: token for token, signs in _SIGNS.items() for sign in signs}
_WORDS = frozenset(_SIGNS)
_SIGN = "|".join(
    re.escape(sign) + r"\b" * sign[-1].isalpha()  # `\to`, but not in `\top`
    for sign in sorted(_TOKENS, key=len, reverse=True)
)
_LEXEME = re.compile(rf"\s+|({_SIGN})|([^\W\d]\w*)|(.)")
_VARIABLE = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Formula(Structured, key="formula", domain="logic"):
    """A propositional formula over up to 6 variables, up to logical equivalence.

    Two formulas are equal when they have the same variables and the same truth table; a variable
    that makes no difference still counts.

    Attributes:
        variables: distinct names in ascending order: a letter or `_`, then letters, digits and
            `_`, 20 characters at most, none of the words of the syntax such as `and`.
        table: bit r is the value in row r, from 0 to 2**n - 1; the first of n variables is true
            where the highest bit of r is set, so that row 0 has all false.
    """

    variables: tuple[str, ...]
    table: int

    def __post_init__(self) -> None:
        if len(self.variables) > MAX_VARIABLES:
            raise ValueFormError(
                f"a formula has {MAX_VARIABLES} variables at most, got {len(self.variables)}"
            )
        for name in self.variables:
            _check_name(name)
        if list(self.variables) != sorted(set(self.variables)):
            raise ValueFormError("the variables of a formula are distinct and in ascending order")
        if (
            not isinstance(self.table, int)
            or isinstance(self.table, bool)
            or not 0 <= self.table <= _full(len(self.variables))
        ):
            raise ValueFormError(
                f"the table of {len(self.variables)} variables is an int of "
                f"{2 ** len(self.variables)} bits, got {clip(self.table)}"
            )

    @classmethod
    def parse(cls, text: str, variables: Sequence[str] = ()) -> "Formula":
        r"""Read a formula such as `p & (q | ~r)`, `not p -> q`, `p ∧ ¬q ↔ r xor true`, `p \land q`.

        From tight to loose: not, and, xor, or, implies, iff; implies groups to the right.
        `variables` adds names that the text may leave out.

        Raises:
            ValueFormError: for a text that is none, has 8,000 characters or more, nests deeper
                than 30, or has more than 6 variables.
        """
        tokens = _tokens(text)
        names = tuple(sorted({*variables, *(t for t in tokens if t not in _WORDS)}))
        blank = Formula(names, 0)  # checks the names before any work on tables
        return Formula(names, _Parser(tokens, blank.columns(), _full(len(names))).read())

    def columns(self) -> dict[str, int]:
        """The table of each variable by its name."""
        n = len(self.variables)
        return {
            name: sum(1 << row for row in range(2**n) if row >> (n - 1 - i) & 1)
            for i, name in enumerate(self.variables)
        }

    @property
    def rows(self) -> tuple[bool, ...]:
        """The truth table's last column, row 0 (all variables false) first."""
        return tuple(bool(self.table >> row & 1) for row in range(2 ** len(self.variables)))

    def over(self, variables: Sequence[str]) -> "Formula":
        """The same formula with more variables, which must include its own."""
        wider = Formula(tuple(sorted(variables)), 0)
        places = [wider.variables.index(name) for name in self.variables]
        last, table = len(wider.variables) - 1, 0
        for row in range(2 ** len(wider.variables)):
            own = 0
            for place in places:
                own = own << 1 | (row >> (last - place) & 1)
            table |= (self.table >> own & 1) << row
        return Formula(wider.variables, table)

    def to_json(self) -> dict[str, Any]:
        """{"formula": "p & ~q"}, with "variables" where the text leaves some out."""
        text = self.to_text()
        used = {token for token in _tokens(text) if token not in _WORDS}
        if used == set(self.variables):
            return {"formula": text}
        return {"formula": text, "variables": list(self.variables)}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Formula":
        """Read {"formula": TEXT} as `parse` does; "variables" may add names.

        Raises:
            ValueFormError: for anything else.
        """
        if "formula" not in form or not set(form) <= {"formula", "variables"}:
            raise ValueFormError('a formula is written {"formula": "p & (q | ~r)"}')
        text, variables = form["formula"], form.get("variables", [])
        if not isinstance(text, str):
            raise ValueFormError(f"a formula is a string such as p & (q | ~r), got {clip(text)}")
        if not isinstance(variables, list) or len(variables) > MAX_VARIABLES:
            raise ValueFormError(
                f'"variables" is a list of {MAX_VARIABLES} names at most, got {clip(variables)}'
            )
        for name in variables:
            _check_name(name)
        return Formula.parse(text, variables)

    def to_text(self) -> str:
        """A short equivalent: a sum of products, or a sum modulo 2 where that is shorter."""
        if self.table in (0, _full(len(self.variables))):
            return "true" if self.table else "false"
        return min(_sum_of_products(self), _sum_modulo_2(self), key=len)


def _full(variables: int) -> int:
    """The table that is true in every row."""
    return (1 << (1 << variables)) - 1


def _check_name(name: object) -> None:
    if (
        not isinstance(name, str)
        or len(name) > MAX_NAME_CHARS
        or not _VARIABLE.fullmatch(name)
        or name.lower() in _WORDS
    ):
        raise ValueFormError(
            "a variable is a letter or `_`, then letters, digits and `_`, "
            f"{MAX_NAME_CHARS} characters at most and no word of the syntax, got {clip(name)}"
        )


def _tokens(text: str) -> list[str]:
    """Connectives, constants and parentheses by their words in `_SIGNS`; names as written."""
    if len(text) > MAX_CHARS:
        raise ValueFormError(f"a formula has {MAX_CHARS:,} characters at most, got {len(text):,}")
    tokens = []
    for match in _LEXEME.finditer(text):
        sign, word, other = match.groups()
        if other:
            raise ValueFormError(f"a formula has no sign {clip(other)}; it has & | ^ ~ -> <-> ( )")
        if sign:
            tokens.append(_TOKENS[sign])
        elif word:
            tokens.append(word.lower() if word.lower() in _WORDS else word)
    return tokens


class _Parser:
    """Recursive descent, straight to tables."""

    def __init__(self, tokens: list[str], columns: Mapping[str, int], full: int) -> None:
        self.rest = tokens[::-1]
        self.tables = {**columns, "true": full, "false": 0}
        self.full = full

    def read(self) -> int:
        table = self.formula(0, 0)
        if self.rest:
            self.refuse("a connective")
        return table

    def formula(self, level: int, depth: int) -> int:
        """A formula whose connectives, outside parentheses, bind at `level` or more tightly."""
        left = self.operand(depth)
        while self.rest and LEVELS.get(self.rest[-1], -1) >= level:
            op = self.rest.pop()
            if op == "implies":
                right = self.formula(LEVELS[op], depth + 1)
            else:
                right = self.formula(LEVELS[op] + 1, depth)
            left = CONNECTIVES[op](left, right) & self.full
        return left

    def operand(self, depth: int) -> int:
        if depth > MAX_DEPTH:
            raise ValueFormError(f"a formula nests {MAX_DEPTH} deep at most")
        if not self.rest or self.rest[-1] not in (*self.tables, "not", "("):
            self.refuse("a variable, `not` or `(`")
        token = self.rest.pop()
        if token == "not":
            return self.full & ~self.operand(depth + 1)
        if token != "(":
            return self.tables[token]
        table = self.formula(0, depth + 1)
        if not self.rest or self.rest.pop() != ")":
            raise ValueFormError("a formula closes each `(` with a `)`")
        return table

    def refuse(self, expected: str) -> NoReturn:
        found = clip(self.rest[-1]) if self.rest else "the end of the formula"
        raise ValueFormError(f"expected {expected}, got {found}")


def _sum_of_products(formula: Formula) -> str:
    """A disjunctive normal form: each time the product that covers most, the shorter one first."""
    columns = formula.columns()
    full, left = _full(len(columns)), formula.table
    products = []
    for signs in product((None, True, False), repeat=len(columns)):
        table = full
        for column, sign in zip(columns.values(), signs, strict=True):
            if sign is not None:
                table &= column if sign else full & ~column
        if not table & ~formula.table:
            products.append((table, signs))
    products.sort(key=lambda item: -item[0].bit_count())  # few literals cover many rows
    chosen = []
    while left:
        table, signs = max(products, key=lambda item: (item[0] & left).bit_count())
        left &= ~table
        literals = zip(columns, signs, strict=True)
        chosen.append([(name, not sign) for name, sign in literals if sign is not None])
    terms = [[f"{'~' * negated}{name}" for name, negated in term] for term in sorted(chosen)]
    return _joined(terms, " | ")


def _sum_modulo_2(formula: Formula) -> str:
    """The algebraic normal form (Zhegalkin's), a constant 1 as a negation of all."""
    n = len(formula.variables)
    ones = [int(bit) for bit in formula.rows]
    for place in range(n):  # the Möbius transform: row r becomes the sum over the subsets of r
        for row in range(2**n):
            if row >> place & 1:
                ones[row] ^= ones[row ^ 1 << place]
    terms = [
        [name for i, name in enumerate(formula.variables) if row >> (n - 1 - i) & 1]
        for row in range(1, 2**n)
        if ones[row]
    ]
    text = _joined(sorted(terms, key=lambda term: (len(term), term)), " ^ ")
    return f"~({text})" if ones[0] else text


def _joined(terms: list[list[str]], by: str) -> str:
    texts = [" & ".join(term) for term in terms]
    if len(terms) > 1:
        texts = [
            f"({text})" if len(term) > 1 else text for text, term in zip(texts, terms, strict=True)
        ]
    return by.join(texts)
