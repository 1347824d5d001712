"""Small tables of named columns, places in an order, and names of parts of other values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, number_from_json, parse_number, to_json, to_text
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Number

Cell = Number | str | None
"""A finite number, a text, or nothing."""
Row = tuple[Cell, ...]

MAX_COLUMNS = 64
MAX_CELLS = 10_000
MAX_TEXT = 200  # characters of a name or of a text
MAX_DIGITS = 300  # of a Decimal, an int, or a Fraction's numerator or denominator
MAX_POWER = 1000  # of ten, in a Decimal
MAX_CHARS = 700  # of a number in JSON
MAX_WORD_BYTES = 90


ANCHORS = ("start", "current", "end")
MAX_OFFSET = 100


@dataclass(frozen=True, slots=True)
class Position(Structured, key="position", domain="data"):
    """A place in an order that is told from its end, or from where one is: `last`, `next to last`.

    `offset` places, -100 to 100, behind `anchor`, one of "start", "current" and "end", each of
    which is the place 0: the last is (0, "end"), the one before it (-1, "end"), the next (1,
    "current").

    Raises:
        ValueFormError: for another anchor or offset.
    """

    offset: int
    anchor: str

    def __post_init__(self) -> None:
        n = self.offset
        if not isinstance(n, int) or isinstance(n, bool) or abs(n) > MAX_OFFSET:
            raise ValueFormError(
                f"a position lies within {MAX_OFFSET} places of its anchor, got {clip(n)}"
            )
        if self.anchor not in ANCHORS:
            raise ValueFormError(
                f"a position is told from one of {', '.join(ANCHORS)}, got {clip(self.anchor)}"
            )

    def to_json(self) -> dict[str, Any]:
        """{"position": -1, "of": "end"}."""
        return {self.key: self.offset, "of": self.anchor}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Position":
        """Read what `to_json` wrote."""
        if set(form) != {cls.key, "of"}:
            raise ValueFormError(f'expected {{"position": -1, "of": "end"}}, got {clip(form)}')
        return cls(form[cls.key], form["of"])

    def to_text(self) -> str:
        """end, end-1, current+1."""
        return f"{self.anchor}{self.offset:+}" if self.offset else self.anchor


@dataclass(frozen=True, slots=True)
class Word(Structured, key="word", domain="data"):
    """What a part of another value is called: a column or a text of a table, a node of a graph, an
    element of a formula, letters of a sequence. Tools that take a text take it.

    `text` is one printable line of 1 to 90 bytes of UTF-8, without space around it.

    Raises:
        ValueFormError: for any other text.
    """

    text: str

    def __post_init__(self) -> None:
        text = self.text
        if not _is_text(text) or not text or text != text.strip():
            raise ValueFormError(
                f"a word is one printable line without space around, got {clip(text)}"
            )
        if len(text.encode()) > MAX_WORD_BYTES:
            raise ValueFormError(f"a word has at most {MAX_WORD_BYTES} bytes, got {clip(text)}")

    def to_json(self) -> dict[str, Any]:
        """{"word": "price"}."""
        return {self.key: self.text}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Word":
        """Read what `to_json` wrote."""
        if set(form) != {cls.key}:
            raise ValueFormError(f'expected {{"word": "price"}}, got {clip(form)}')
        return cls(form[cls.key])

    def to_text(self) -> str:
        """The text."""
        return self.text


@dataclass(frozen=True, slots=True)
class Table(Structured, key="table", domain="data"):
    """A table: 1 to 64 distinct column names and rows of as many cells, 10,000 cells at most.

    Names and texts are one printable line of at most 200 characters, names not empty. A text that
    reads as a number, such as "12" or "1/3", is refused: the cell is the number. Numbers have at
    most 300 digits, and Decimals lie within 10**±1000. Rows keep their order and may repeat.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()

    def __post_init__(self) -> None:
        names = self.columns
        if not isinstance(names, tuple) or not 1 <= len(names) <= MAX_COLUMNS:
            raise ValueFormError(f"a table has 1 to {MAX_COLUMNS} columns, got {clip(names)}")
        for name in names:
            if not _is_text(name) or not name:
                raise ValueFormError(
                    f"a column's name is one printable line of 1 to {MAX_TEXT} characters, got "
                    f"{clip(name)}"
                )
        if len(set(names)) != len(names):
            raise ValueFormError("the columns of a table have different names")
        if not isinstance(self.rows, tuple) or len(self.rows) * len(names) > MAX_CELLS:
            raise ValueFormError(f"a table has a tuple of rows, at most {MAX_CELLS} cells in all")
        for row in self.rows:
            if not isinstance(row, tuple) or len(row) != len(names):
                raise ValueFormError(
                    f"each row of this table has {len(names)} cells, one per column, got "
                    f"{clip(row)}"
                )
            for cell in row:
                _check(cell)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """All cells that are numbers, row by row."""
        return tuple(cell for cell in chain.from_iterable(self.rows) if is_number(cell))

    @property
    def is_exact(self) -> bool:
        """Whether no cell is a float."""
        return not any(isinstance(x, float) for x in self.numbers)

    def to_json(self) -> dict[str, Any]:
        """{"table": {"columns": ["name", "score"], "rows": [["Ann", 3], ["Bo", null]]}}."""
        rows = [[None if cell is None else to_json(cell) for cell in row] for row in self.rows]
        return {self.key: {"columns": list(self.columns), "rows": rows}}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Table":
        """Read what `to_json` wrote; a text cell that reads as a number is that number."""
        table = form.get(cls.key)
        if len(form) != 1 or not isinstance(table, Mapping) or set(table) != {"columns", "rows"}:
            raise ValueFormError(
                'a table is written {"table": {"columns": ["name", "score"], '
                '"rows": [["Ann", 3], ["Bo", null]]}}'
            )
        names, rows = table["columns"], table["rows"]
        if not isinstance(names, list | tuple) or not isinstance(rows, list | tuple):
            raise ValueFormError("a table's columns and rows are lists")
        if len(rows) > MAX_CELLS or any(not isinstance(row, list | tuple) for row in rows):
            raise ValueFormError(f"a table's rows are lists, and at most {MAX_CELLS} cells in all")
        if any(len(row) != len(names) for row in rows) or len(rows) * len(names) > MAX_CELLS:
            raise ValueFormError(
                f"each row of this table has {len(names)} cells, one per column, and all rows at "
                f"most {MAX_CELLS}"
            )
        return Table(tuple(names), tuple(tuple(map(_cell_from_json, row)) for row in rows))

    def to_text(self) -> str:
        """Names, then rows; a text that could be misread stands in quotes.

        >>> Table(("name", "score"), (("Ann", 3), ("Bo", None))).to_text()
        'name, score: (Ann, 3), (Bo, null)'
        """
        rows = ", ".join(f"({', '.join(map(_shown, row))})" for row in self.rows)
        return f"{', '.join(map(_shown, self.columns))}: {rows or 'no rows'}"


def _is_text(text: object) -> bool:
    return isinstance(text, str) and len(text) <= MAX_TEXT and text.isprintable()


def _number_in(text: str) -> Number | None:
    try:
        return parse_number(text)
    except ValueFormError:
        return None


def _check(cell: object) -> None:
    if isinstance(cell, str):
        if not _is_text(cell):
            raise ValueFormError(
                f"a text in a table is one printable line of at most {MAX_TEXT} characters, got "
                f"{clip(cell)}"
            )
        if _number_in(cell) is not None:
            raise ValueFormError(f"{clip(cell)} reads as a number: give the number in its place")
    elif cell is not None and not (is_number(cell) and is_finite(cell)):
        raise ValueFormError(f"a cell is a finite number, a text or null, got {clip(cell)}")
    elif cell is not None and not _is_short(cell):
        raise ValueFormError(
            f"a number in a table has at most {MAX_DIGITS} digits, and a Decimal lies within "
            f"10**±{MAX_POWER}, got {clip(cell)}"
        )


def _is_short(x: Number) -> bool:
    if isinstance(x, float):
        return True
    if isinstance(x, Decimal):
        return len(x.as_tuple().digits) <= MAX_DIGITS and abs(x.adjusted()) <= MAX_POWER
    limit: int = 10**MAX_DIGITS
    return abs(x.numerator) < limit and x.denominator < limit


def _cell_from_json(form: Any) -> Cell:
    if isinstance(form, str):
        if len(form) > MAX_CHARS:  # before any work on it
            raise ValueFormError(
                f"a text in a table has at most {MAX_TEXT} characters, a number {MAX_DIGITS} digits"
            )
        number = _number_in(form)
        return form if number is None else number
    if form is None:
        return None
    if isinstance(form, bool | list | dict):
        raise ValueFormError(f"a cell is a number, a text or null, got {clip(form)}")
    return number_from_json(form)


def _shown(cell: Cell) -> str:
    if cell is None:
        return "null"
    if not isinstance(cell, str):
        return to_text(cell)
    plain = cell not in ("", "null") and cell == cell.strip() and not set(cell) & set(',:()"')
    return cell if plain else '"' + cell.replace('"', '""') + '"'
