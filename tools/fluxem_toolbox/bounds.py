"""Sizes that no tool may pass."""

from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.values import Value
from fluxem_toolbox.errors import ToolError

MAX_BITS = 350_000  # of an integer or of a fraction's parts: about 105,000 decimal digits
MAX_ITEMS = 100_000  # of a list


def check_bits(tool: str, bits: float) -> None:
    """Refuse an integer that would have more than `MAX_BITS` bits, before it is computed."""
    if bits > MAX_BITS:
        raise ToolError(
            f"`{tool}` would give an integer of about {bits:.3g} bits; the limit is {MAX_BITS}",
            "limit",
        )


def check_result(tool: str, value: Value) -> Value:
    """Refuse a result over the bounds; return any other as it is."""
    items = value if isinstance(value, tuple) else (value,)
    if len(items) > MAX_ITEMS:
        raise ToolError(f"`{tool}` gave {len(items)} items; the limit is {MAX_ITEMS}", "limit")
    for item in items:
        if isinstance(item, int):
            check_bits(tool, item.bit_length())
        elif isinstance(item, Fraction):
            check_bits(tool, max(item.numerator.bit_length(), item.denominator.bit_length()))
        elif isinstance(item, float) and item != item:
            raise ToolError(f"`{tool}` has no defined value for these arguments", "undefined")
        elif isinstance(item, Decimal) and not item.is_finite():
            raise ToolError(f"`{tool}` has no finite value for these arguments", "undefined")
    return value
