"""Matrices, and vectors as matrices of one column or one row."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from fluxem_encoders import forms
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Number, Numbers

MAX_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Matrix(Structured, key="matrix", domain="linear_algebra"):
    """A matrix of numbers of any type: 1 to 10,000 entries in rows of one length.

    A vector is a matrix of one column or of one row. Entries are finite and keep their types,
    but that a whole Fraction becomes an int and a Decimal zero loses its sign.

    >>> Matrix(((1, Decimal("2.50")),)).to_text()
    '[[1, 2.50]]'
    """

    rows: tuple[Numbers, ...]

    def __post_init__(self) -> None:
        rows = self.rows
        if not (isinstance(rows, tuple) and all(isinstance(row, tuple) for row in rows)):
            raise ValueFormError(f"a Matrix is made of a tuple of tuples, got {forms.clip(rows)}")
        _check_shape(rows)
        kept = tuple(kept_numbers(row, "the entries of a matrix") for row in rows)
        object.__setattr__(self, "rows", kept)

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def entries(self) -> Numbers:
        """All entries, row by row."""
        return tuple(x for row in self.rows for x in row)

    @property
    def is_exact(self) -> bool:
        """Whether no entry is a float."""
        return forms.is_exact(self.entries)

    def to_json(self) -> dict[str, Any]:
        """`{"matrix": [[1, "1/3"], [0, 2.5]]}`, row by row."""
        return {"matrix": [forms.to_json(row) for row in self.rows]}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        rows = form.get("matrix")
        if set(form) != {"matrix"} or not isinstance(rows, list):
            raise ValueFormError(
                'expected {"matrix": [[1, 2], [3, 4]]} and no other key, got '
                f"{forms.clip(dict(form))}"
            )
        for row in rows[: MAX_ENTRIES + 1]:
            if not isinstance(row, list):
                raise ValueFormError(
                    "each row of a matrix is a list, and a vector is [[1], [2]] or [[1, 2]]; got "
                    f"the row {forms.clip(row)}"
                )
        _check_shape(rows)
        return cls(tuple(tuple(map(forms.number_from_json, row)) for row in rows))

    def to_text(self) -> str:
        """`[[1, 2], [3, 4]]`."""
        return "[" + ", ".join(forms.to_text(row) for row in self.rows) + "]"


def kept_numbers(xs: Numbers, what: str) -> Numbers:
    """The numbers as values keep them: whole Fractions as ints, a Decimal zero without sign.

    Raises:
        ValueFormError: for what is no finite number; `what` names the numbers in the text.
    """
    return tuple(_kept(x, what) for x in xs)


def _kept(x: Number, what: str) -> Number:
    if not is_number(x) or not is_finite(x):
        raise ValueFormError(f"{what} are finite numbers, got {forms.clip(x)}")
    if isinstance(x, Decimal):
        return x.copy_abs() if x.is_zero() else x
    return forms.simplest(x)


def _check_shape(rows: tuple[Numbers, ...] | list[list[Any]]) -> None:
    if not rows or not rows[0]:
        raise ValueFormError("a matrix has at least one row and one column")
    if len(rows) * len(rows[0]) > MAX_ENTRIES:
        raise ValueFormError(
            f"a matrix has at most {MAX_ENTRIES} entries, got {len(rows)} rows of {len(rows[0])}"
        )
    for row in rows:
        if len(row) != len(rows[0]):
            raise ValueFormError(
                f"the rows of a matrix are of one length, got one of {len(rows[0])} and one of "
                f"{len(row)}"
            )
