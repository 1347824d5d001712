"""Quantities as tools take and give them: exact magnitudes in a wanted unit, within bounds."""

from collections.abc import Iterable
from fractions import Fraction

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip
from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.structures.units import Unit, parse_unit
from fluxem_encoders.values import Number
from fluxem_toolbox.bounds import check_number, number_bits
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import in_form_of

MAX_MAGNITUDE_BITS = 16_384  # of a quantity's exact magnitude: about 4,900 digits


def unit_of(where: str, text: str) -> Unit:
    """The unit that a text stands for.

    Raises:
        ToolError: when it is none.
    """
    try:
        return parse_unit(text)
    except ValueFormError as error:
        raise ToolError(f"`{where}`: {error}") from None


def number_of(where: str, number: Number) -> Fraction:
    """A magnitude as a Fraction.

    Raises:
        ToolError: when it is longer than `MAX_MAGNITUDE_BITS` (category `limit`).
    """
    check_number(where, number)
    _check_size(where, number)
    return Fraction(number)


def measure(where: str, quantity: Quantity, unit: str) -> Fraction:
    """The exact magnitude in `unit`, a temperature's zero taken into account.

    Raises:
        ToolError: when the quantity is of another dimension, or longer than the limit.
    """
    magnitude = number_of(where, quantity.magnitude)
    old, new = quantity.parsed, parse_unit(unit)
    if old.exponents != new.exponents:
        raise ToolError(
            f"`{where}` needs a quantity in {unit} or the like, got {shown(quantity)}", "mismatch"
        )
    return (magnitude * old.factor + old.offset - new.offset) / new.factor


def not_negative(where: str, quantity: Quantity, unit: str) -> Fraction:
    """What `measure` gives, which must be >= 0."""
    magnitude = measure(where, quantity, unit)
    if magnitude < 0:
        raise ToolError(f"`{where}` needs a quantity >= 0 {unit}, got {shown(quantity)}")
    return magnitude


def positive(where: str, quantity: Quantity, unit: str) -> Fraction:
    """What `measure` gives, which must be > 0."""
    magnitude = measure(where, quantity, unit)
    if magnitude <= 0:
        raise ToolError(f"`{where}` needs a quantity > 0 {unit}, got {shown(quantity)}")
    return magnitude


def quantity_in(
    unit: str, magnitude: Fraction, inputs: Iterable[Quantity | Number], tool: str
) -> Quantity:
    """A result in `unit`, its magnitude in the form that the inputs have.

    Raises:
        ToolError: when it is longer than the limit, or `unit` is no unit (both category `limit`:
            a product of many units passes the 64 characters of a unit's text).
    """
    number = in_form_of(magnitude, magnitudes(inputs))
    _check_size(tool, number)
    try:
        return Quantity(number, unit)
    except ValueFormError as error:
        raise ToolError(f"`{tool}` has no unit for its result: {error}", "limit") from None


def magnitudes(inputs: Iterable[Quantity | Number]) -> list[Number]:
    """The magnitudes of quantities, and plain numbers as they are."""
    return [x.magnitude if isinstance(x, Quantity) else x for x in inputs]


def shown(quantity: Quantity) -> str:
    """A quantity in an error text, short however long its magnitude is."""
    return f"{clip(quantity.magnitude)} {quantity.unit}"


def _check_size(where: str, number: Number) -> None:
    if number_bits(number) > MAX_MAGNITUDE_BITS:
        raise ToolError(
            f"`{where}` has a magnitude of more than {MAX_MAGNITUDE_BITS} bits, the limit "
            "(about 4,900 digits, or 4,096 decimal places)",
            "limit",
        )
