"""Polynomials with exact rational coefficients."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from fluxem_encoders.algebra import MAX_SCALE
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import (
    clip,
    exact,
    int_to_text,
    number_from_json,
    simplest,
    to_json,
)
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Number

MAX_COEFFICIENTS = 128
MAX_BITS = 8192  # of all numerators and denominators together: products stay quick


@dataclass(frozen=True, slots=True)
class Polynomial(Structured, key="polynomial", domain="calculus"):
    """A polynomial in one variable, exact: `Polynomial((4, Fraction(-1, 2), 3))` is
    3x^2 - 1/2 x + 4.

    Equal polynomials are equal values: whole coefficients become ints, others Fractions
    (Decimals too), and zeros at the end are dropped, so that zero has no coefficients.

    Attributes:
        coefficients: at most 128, the constant first; ints, Fractions or Decimals, whose
            numerators and denominators take at most 8,192 bits together.
        variable: one letter from a to z or A to Z.

    Raises:
        ValueFormError: for anything else, floats included.
    """

    coefficients: tuple[int | Fraction, ...]
    variable: str = "x"

    def __post_init__(self) -> None:
        if len(self.coefficients) > MAX_COEFFICIENTS:
            raise ValueFormError(
                f"a polynomial has at most {MAX_COEFFICIENTS} coefficients, "
                f"got {len(self.coefficients)}"
            )
        if not is_letter(self.variable):
            raise ValueFormError(
                f'the variable of a polynomial is one letter such as "x", got {clip(self.variable)}'
            )
        kept = list(map(_rational, self.coefficients))
        while kept and kept[-1] == 0:
            kept.pop()
        if sum(c.numerator.bit_length() + c.denominator.bit_length() for c in kept) > MAX_BITS:
            raise ValueFormError(f"a polynomial's coefficients take at most {MAX_BITS} bits")
        object.__setattr__(self, "coefficients", tuple(kept))

    @property
    def degree(self) -> int:
        """The highest power; -1 for zero."""
        return len(self.coefficients) - 1

    def to_json(self) -> dict[str, Any]:
        """{"polynomial": [4, "-1/2", 3], "variable": "x"}."""
        return {"polynomial": list(map(to_json, self.coefficients)), "variable": self.variable}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; JSON decimals are taken as written."""
        if set(form) != {"polynomial", "variable"}:
            raise ValueFormError(
                'a polynomial is {"polynomial": [4, "-1/2", 3], "variable": "x"}, constant first'
            )
        items = form["polynomial"]
        if not isinstance(items, list) or len(items) > MAX_COEFFICIENTS:
            raise ValueFormError(
                f"`polynomial` is a list of at most {MAX_COEFFICIENTS} coefficients, "
                f"got {clip(items)}"
            )
        return cls(tuple(_rational(number_from_json(item)) for item in items), form["variable"])

    def to_text(self) -> str:
        """The highest power first: 3x^2 - 1/2 x + 4."""
        text = ""
        for power in reversed(range(len(self.coefficients))):
            if (c := self.coefficients[power]) != 0:
                size = -c if c < 0 else c
                text += (" - " if c < 0 else " + ") + _term(size, power, self.variable)
        return ("-" + text[3:] if text.startswith(" - ") else text[3:]) or "0"


def is_letter(variable: object) -> bool:
    """Whether it is one of a-z and A-Z."""
    return (
        isinstance(variable, str)
        and len(variable) == 1
        and variable.isascii()
        and variable.isalpha()
    )


def _rational(x: Number) -> int | Fraction:
    if not is_number(x) or isinstance(x, float) or not is_finite(x):
        raise ValueFormError(
            f'a coefficient is exact: an int, a decimal or a fraction such as "1/3", got {clip(x)}'
        )
    if isinstance(x, Decimal) and abs(int(x.as_tuple().exponent)) > MAX_SCALE:
        raise ValueFormError(f"a coefficient has a decimal exponent within ±{MAX_SCALE}")
    whole = simplest(exact(x))
    return whole if isinstance(whole, int) else exact(whole)


def _term(size: int | Fraction, power: int, variable: str) -> str:
    number = int_to_text(size.numerator)
    if isinstance(size, Fraction):
        number += f"/{int_to_text(size.denominator)}"
    if power == 0:
        return number
    number = "" if size == 1 else number + (" " if isinstance(size, Fraction) else "")
    return number + variable + (f"^{power}" if power > 1 else "")
