"""Transfer functions and state-space models, as written: nothing is cancelled or normalised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, is_exact, number_from_json, to_json, to_text
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Number, Numbers

MAX_COEFFICIENTS = 256  # of any polynomial; an embedding holds fewer
MAX_SIZE = 32  # of any side of a matrix; an embedding holds fewer

Matrix = tuple[Numbers, ...]
"""Rows of equal length."""


@dataclass(frozen=True, slots=True)
class TransferFunction(Structured, key="transfer_function", domain="control_systems"):
    """A ratio of polynomials in s (continuous) or z (discrete), coefficients highest power first.

    1 to 256 finite coefficients each, of any type; zeros at the front are dropped, and the
    denominator is not 0. Common factors stay: (s + 1)/(s + 1) is not 1/1, nor is 2/2. The
    numerator may have the higher degree.
    JSON: `{"transfer_function": {"numerator": [1], "denominator": [1, 2], "variable": "s"}}`,
    where "s" may be left out.
    """

    numerator: Numbers
    denominator: Numbers
    variable: Literal["s", "z"] = "s"

    def __post_init__(self) -> None:
        for name in ("numerator", "denominator"):
            object.__setattr__(self, name, _polynomial(getattr(self, name), name))
        if self.denominator == (0,):
            raise ValueFormError("the denominator is 0; a transfer function needs another one")
        if self.variable not in ("s", "z"):
            raise ValueFormError(f"the variable is `s` or `z`, got {clip(self.variable)}")

    @property
    def order(self) -> int:
        """The degree of the denominator."""
        return len(self.denominator) - 1

    def to_json(self) -> dict[str, Any]:
        """`{"transfer_function": {"numerator": [...], "denominator": [...], "variable": ...}}`."""
        return {
            self.key: {
                "numerator": to_json(self.numerator),
                "denominator": to_json(self.denominator),
                "variable": self.variable,
            }
        }

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        inner = _inner(form, cls.key)
        if {*inner} | {"variable"} != {"numerator", "denominator", "variable"}:
            raise ValueFormError(
                "a transfer function has `numerator`, `denominator` and, when it is not `s`, "
                f"`variable`, got {clip(dict(inner))}"
            )
        return cls(
            _row(inner["numerator"], "numerator", MAX_COEFFICIENTS),
            _row(inner["denominator"], "denominator", MAX_COEFFICIENTS),
            inner.get("variable", "s"),
        )

    def to_text(self) -> str:
        """Such as `(s + 2)/(s^2 + 3s + 5)`."""
        top = _polynomial_text(self.numerator, self.variable)
        if self.denominator == (1,):
            return top
        bottom = _polynomial_text(self.denominator, self.variable)
        if " " in top or "/" in top:
            top = f"({top})"
        plain = bottom.replace(".", "").isdigit() or bottom[0] == self.variable
        return f"{top}/{bottom}" if plain and " " not in bottom else f"{top}/({bottom})"

    @property
    def is_exact(self) -> bool:
        """Whether no coefficient is a float."""
        return is_exact(self.numerator + self.denominator)


@dataclass(frozen=True, slots=True)
class StateSpace(Structured, key="state_space", domain="control_systems"):
    """A linear system x' = Ax + Bu, y = Cx + Du (or x[k+1] in place of x'), as rows of numbers.

    With n states, m inputs and p outputs, each 1 to 32: A is n x n, B n x m, C p x n, D p x m;
    entries are finite, of any type.
    JSON: `{"state_space": {"A": [[0, 1], [-2, -3]], "B": [[0], [1]], "C": [[1, 0]], "D": [[0]]}}`.
    """

    a: Matrix
    b: Matrix
    c: Matrix
    d: Matrix

    def __post_init__(self) -> None:
        shapes = [_shape(matrix, name) for name, matrix in self.matrices().items()]
        (n, m), p = shapes[1], shapes[2][0]
        if shapes != [(n, n), (n, m), (p, n), (p, m)]:
            shown = ", ".join(
                f"{name} is {rows}x{columns}"
                for name, (rows, columns) in zip("ABCD", shapes, strict=True)
            )
            raise ValueFormError(f"A is n x n, B n x m, C p x n and D p x m, but {shown}")

    @property
    def order(self) -> int:
        """The number of states."""
        return len(self.a)

    def matrices(self) -> dict[str, Matrix]:
        """The four matrices by their names in formulas."""
        return {"A": self.a, "B": self.b, "C": self.c, "D": self.d}

    def to_json(self) -> dict[str, Any]:
        """`{"state_space": {"A": [[...], ...], "B": ..., "C": ..., "D": ...}}`."""
        rows = {name: [to_json(row) for row in m] for name, m in self.matrices().items()}
        return {self.key: rows}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        inner = _inner(form, cls.key)
        if set(inner) != {"A", "B", "C", "D"}:
            raise ValueFormError(
                f"a state space has the matrices A, B, C and D, got {clip(dict(inner))}"
            )
        return cls(*(_matrix(inner[name], name) for name in "ABCD"))

    def to_text(self) -> str:
        """Such as `A = [[-1]], B = [[1]], C = [[1]], D = [[0]]`."""
        return ", ".join(
            f"{name} = [{', '.join(map(to_text, m))}]" for name, m in self.matrices().items()
        )

    @property
    def is_exact(self) -> bool:
        """Whether no entry is a float."""
        return all(is_exact(row) for m in self.matrices().values() for row in m)


def _polynomial(xs: object, name: str) -> Numbers:
    """The coefficients without zeros at the front; (0,) for none but zeros."""
    if not isinstance(xs, tuple) or not 1 <= len(xs) <= MAX_COEFFICIENTS or not _all_plain(xs):
        raise ValueFormError(
            f"the {name} has 1 to {MAX_COEFFICIENTS} finite coefficients, got {clip(xs)}"
        )
    first = next((i for i, x in enumerate(xs) if x != 0), None)
    return (0,) if first is None else xs[first:]


def _shape(matrix: object, name: str) -> tuple[int, int]:
    if (
        not isinstance(matrix, tuple)
        or not 1 <= len(matrix) <= MAX_SIZE
        or not all(isinstance(row, tuple) and 1 <= len(row) <= MAX_SIZE for row in matrix)
        or len({len(row) for row in matrix}) > 1
        or not all(map(_all_plain, matrix))
    ):
        raise ValueFormError(
            f"{name} has 1 to {MAX_SIZE} rows of equal length, 1 to {MAX_SIZE} finite numbers "
            f"each, got {clip(matrix)}"
        )
    return len(matrix), len(matrix[0])


def _all_plain(xs: Sequence[object]) -> bool:
    return all(is_number(x) and is_finite(x) for x in xs)


def _polynomial_text(coefficients: Numbers, variable: str) -> str:
    """Such as `s^2 - 3s + 0.5`; zero terms are left out."""
    text = ""
    for power, x in zip(reversed(range(len(coefficients))), coefficients, strict=True):
        if x == 0 and len(coefficients) > 1:
            continue
        term = _term(x, power, variable)
        if not text:
            text = term
        else:
            text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text


def _term(x: Number, power: int, variable: str) -> str:
    number = to_text(x)
    if power == 0:
        return number
    if "/" in number:
        sign, number = number[: number.startswith("-")], number.removeprefix("-")
        number = f"{sign}({number})"
    number = {"1": "", "-1": "-"}.get(number, number)
    return f"{number}{variable}" if power == 1 else f"{number}{variable}^{power}"


def _inner(form: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    if set(form) != {key} or not isinstance(form[key], Mapping):
        raise ValueFormError(
            f'expected {{"{key}": {{...}}}} with no other key, got {clip(dict(form))}'
        )
    inner: Mapping[str, Any] = form[key]
    return inner


def _row(form: Any, name: str, most: int) -> Numbers:
    if not isinstance(form, list | tuple) or not 1 <= len(form) <= most:
        raise ValueFormError(f"{name} takes lists of 1 to {most} numbers, got {clip(form)}")
    return tuple(map(number_from_json, form))


def _matrix(form: Any, name: str) -> Matrix:
    if not isinstance(form, list | tuple) or not 1 <= len(form) <= MAX_SIZE:
        raise ValueFormError(f"{name} is a list of 1 to {MAX_SIZE} rows, got {clip(form)}")
    return tuple(_row(row, name, MAX_SIZE) for row in form)
