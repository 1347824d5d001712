"""Which lists of numbers are probability distributions."""

from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.values import Numbers

MAX_DENOMINATOR_BITS = 512  # of the common denominator: adding stays quick for hostile lists


def sums_to_one(values: Numbers) -> bool:
    """Whether all values lie in [0, 1] and their exact sum is 1.

    Sums whose common denominator has more than 512 bits count as not 1.

    >>> sums_to_one((Fraction(1, 3), Fraction(2, 3))), sums_to_one((Decimal("0.5"), 1))
    (True, False)
    """
    total = Fraction()
    for value in values:
        if not 0 <= value <= 1 or (isinstance(value, Decimal) and value.adjusted() < -100):
            return False
        total += Fraction(value)
        if total > 1 or total.denominator.bit_length() > MAX_DENOMINATOR_BITS:
            return False
    return total == 1
