"""Physical quantities, a magnitude and its unit, both as written; and units without a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from fluxem_encoders import algebra
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import (
    clip,
    is_exact,
    number_from_json,
    to_answer,
    to_decimal,
    to_json,
    to_text,
)
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.structures.units import Unit, parse_unit
from fluxem_encoders.values import Number


@dataclass(frozen=True, slots=True)
class Quantity(Structured, key="quantity", domain="physics"):
    """A finite number of a unit, such as 9.81 m/s^2 or 20 °C.

    `unit` is a text that `units.parse_unit` reads. Two quantities are equal when magnitude and
    unit text are: 1 km is not 1000 m, though `in_unit` turns one into the other.

    Raises:
        ValueFormError: for a magnitude that is no finite number, or a text that is no unit.
    """

    magnitude: Number
    unit: str

    def __post_init__(self) -> None:
        if not is_number(self.magnitude) or not is_finite(self.magnitude):
            raise ValueFormError(
                f"the magnitude of a quantity is a finite number, got {clip(self.magnitude)}"
            )
        _check_unit(self.unit)

    @property
    def si(self) -> Number:
        """The magnitude in the product of bases that `parsed.si_text()` names.

        Raises:
            CapacityError: for a Decimal with an exponent beyond ±400.
        """
        magnitude = algebra.multiply(self.magnitude, written(self.parsed.factor))
        offset = self.parsed.offset
        return algebra.add(magnitude, written(offset)) if offset else magnitude

    @property
    def parsed(self) -> Unit:
        """What the unit text stands for."""
        return parse_unit(self.unit)

    def in_unit(self, unit: str) -> Self:
        """The same quantity in another unit of its dimension, exactly if the magnitude is exact.

        Raises:
            ValueFormError: when `unit` is no unit, or of another dimension or power of π.
            CapacityError: for a Decimal with an exponent beyond ±400.
        """
        old, new = self.parsed, parse_unit(unit)
        if old.exponents != new.exponents:
            raise ValueFormError(
                f"{clip(self.unit)} ({old.si_text() or 'a number'}) does not measure what "
                f"{clip(unit)} ({new.si_text() or 'a number'}) does"
            )
        magnitude = algebra.multiply(self.magnitude, written(old.factor / new.factor))
        if shift := old.offset - new.offset:
            magnitude = algebra.add(magnitude, written(shift / new.factor))
        return type(self)(magnitude, unit)

    def to_json(self) -> dict[str, Any]:
        """{"quantity": 9.81, "unit": "m/s^2"}."""
        return {"quantity": to_json(self.magnitude), "unit": self.unit}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        if set(form) != {"quantity", "unit"}:
            raise ValueFormError(
                f'expected {{"quantity": 9.81, "unit": "m/s^2"}}, got {clip(form)}'
            )
        return cls(number_from_json(form["quantity"]), form["unit"])

    def to_text(self) -> str:
        """The magnitude and the unit as written."""
        return f"{to_text(self.magnitude)} {self.unit}"

    def to_answer(self) -> str:
        """The magnitude as answers give numbers, and the unit."""
        return f"{to_answer(self.magnitude)} {self.unit}"

    @property
    def is_exact(self) -> bool:
        """Whether the magnitude is no float."""
        return is_exact(self.magnitude)


@dataclass(frozen=True, slots=True)
class BareUnit(Structured, key="bare_unit", domain="physics"):
    """A unit that is asked for, such as the °F in `20 °C in fahrenheit`.

    `unit` is a text that `units.parse_unit` reads, as in a Quantity.

    Raises:
        ValueFormError: for a text that is no unit.
    """

    unit: str

    def __post_init__(self) -> None:
        _check_unit(self.unit)

    @property
    def parsed(self) -> Unit:
        """What the unit text stands for."""
        return parse_unit(self.unit)

    def to_json(self) -> dict[str, Any]:
        """{"bare_unit": "°F"}."""
        return {"bare_unit": self.unit}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        if set(form) != {"bare_unit"}:
            raise ValueFormError(f'expected {{"bare_unit": "°F"}}, got {clip(form)}')
        return cls(form["bare_unit"])

    def to_text(self) -> str:
        """The unit as written."""
        return self.unit


def _check_unit(text: object) -> None:
    if not isinstance(text, str):
        raise ValueFormError(f'a unit is a text such as "m/s^2", got {clip(text)}')
    parse_unit(text)


def written(x: Fraction) -> int | Decimal | Fraction:
    """`x` in the type that people would write it in: whole, decimal, or else a fraction."""
    if x.denominator == 1:
        return int(x)
    decimal = to_decimal(x)
    return x if decimal is None else decimal
