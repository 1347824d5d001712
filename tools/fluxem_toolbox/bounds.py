"""Sizes that no tool may pass."""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.forms import clip
from fluxem_encoders.values import Number, Value
from fluxem_toolbox.errors import ToolError

MAX_BITS = 350_000  # of an integer or of a fraction's parts: about 105,000 decimal digits
MAX_PLACES = 20_000  # of a decimal: digits, and places before or after the point
MAX_ITEMS = 100_000  # of a list
MAX_PROBABILITIES = 30_000  # of a list whose logarithms are summed
MAX_LIST_BITS = 20_000_000  # of all numbers of a list together, over their common denominator
MAX_EXACT_BITS = 65_536  # of an exact probability's denominator; beyond it the answer is a float
MAX_TRIALS = 10**12  # n of a binomial distribution whose probabilities are floats
MAX_VARIANCE = 10**9  # of a distribution whose masses are summed
MAX_ENTROPY_VARIANCE = 10**7  # of a distribution whose entropy is summed


def refuse_over(who: str, what: str, value: int | Fraction, limit: int) -> None:
    """Refuse a magnitude over its limit, naming both."""
    if value > limit:
        raise ToolError(f"{who} takes {what} up to {limit}, got {clip(value)}", "limit")


def check_bits(tool: str, bits: float) -> None:
    """Refuse an integer that would have more than `MAX_BITS` bits, before it is computed."""
    if bits > MAX_BITS:
        raise ToolError(
            f"`{tool}` would give a number of more than {MAX_BITS} bits, the limit "
            f"(about {round(MAX_BITS * math.log10(2))} digits)",
            "limit",
        )


def number_bits(x: Number) -> int:
    """Bits that the exact numerator or denominator of `x` takes, whichever is longer; at most."""
    match x:
        case int():
            return x.bit_length()
        case Fraction():
            return max(x.numerator.bit_length(), x.denominator.bit_length())
        case Decimal():
            return 4 * _places(x)
        case _:
            return 1100  # a float's largest exponent and its digits


def check_number(where: str, x: Number) -> None:
    """Refuse a number too long to compute with, or one that is not finite."""
    if not _is_finite(x):
        raise ToolError(f"`{where}` must be a finite number, got {x}")
    if isinstance(x, Decimal):
        size, unit, limit = _places(x), "decimal places", MAX_PLACES
    else:
        size, unit, limit = number_bits(x), "bits", MAX_BITS
    if size > limit:
        raise ToolError(f"`{where}` has {size} {unit}; the limit is {limit}", "limit")


def check_list(where: str, items: Sequence[Number]) -> None:
    """Refuse a list whose numbers take too much memory together."""
    bits = sum(map(number_bits, items))
    if bits > MAX_LIST_BITS:
        raise ToolError(f"`{where}` has {bits} bits; the limit is {MAX_LIST_BITS}", "limit")


def check_result(tool: str, value: Value) -> None:
    """Refuse a result over the bounds, or one that is no number."""
    items = value if isinstance(value, tuple) else (value,)
    if len(items) > MAX_ITEMS:
        raise ToolError(f"`{tool}` gave {len(items)} items; the limit is {MAX_ITEMS}", "limit")
    for item in items:
        if isinstance(item, int | Fraction):
            check_bits(tool, number_bits(item))
        elif isinstance(item, float | Decimal) and not _is_finite(item):
            raise ToolError(f"`{tool}` has no finite value for these arguments", "undefined")


def _is_finite(x: Number) -> bool:
    return x.is_finite() if isinstance(x, Decimal) else not isinstance(x, float) or math.isfinite(x)


def _places(x: Decimal) -> int:
    _, digits, exponent = x.as_tuple()
    return len(digits) + (abs(exponent) if isinstance(exponent, int) else 0)
