"""Amounts as the plain numbers that other people's tools take: they know no durations and units."""

from fluxem_encoders.structures.finance import Money
from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.values import Duration, Value, type_of_number
from fluxem_toolbox import TOOLS, ToolError

UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")


def plain_number(value: Value, name: str) -> Value:
    """The number of a quantity, of money, or of a duration, in the unit that the argument's `name`
    says or else in the largest that gives a whole one; any other value as it is.

    >>> plain_number(Duration(seconds=7200), "minutes"), plain_number(Duration(seconds=7200), "x")
    (120, 2)
    """
    if isinstance(value, Quantity):
        return value.magnitude
    if isinstance(value, Money):
        return value.amount
    if not isinstance(value, Duration):
        return value
    named = [unit for unit in UNITS if unit[:-1] in name.lower()]
    for unit in named or UNITS:
        number = in_unit(value, unit)
        if isinstance(number, type_of_number) and (named or (number == int(number) and number)):
            return number
    return value


def in_unit(length: Duration, unit: str) -> Value | None:
    """The length as a number of that unit; None where months and days are mixed."""
    try:
        return TOOLS["convert_duration"].call({"duration": length, "unit": unit})
    except ToolError:
        return None
