"""Dates and durations: kind 4 lanes, then the parts of one or the other."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import (
    digit_lanes,
    one_hot,
    read_digits,
    read_one_hot,
    read_signed_digits,
    signed_digit_lanes,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits
from fluxem_encoders.sizes import near
from fluxem_encoders.values import Duration

F32 = NDArray[np.float32]

KIND = slice(0, 4)  # one-hot: date, duration
# Of a date: digits, and one-hot month, day and weekday (Monday first).
YEAR, MONTH, DAY, WEEKDAY = slice(4, 8), slice(8, 20), slice(20, 51), slice(51, 58)
# Of a duration: sign and digits; the seconds' denominator is empty for an int.
MONTHS, DAYS = slice(4, 17), slice(17, 30)
SECONDS, DENOMINATOR = slice(30, 61), slice(61, 81)

LIMITS = (
    "every date of years 1 to 9999, and durations of months and days within ±(10**12 - 1) and "
    "seconds within ±(10**30 - 1), whole or over a denominator below 10**20"
)
DAYS_PER_YEAR, DAYS_PER_MONTH, SECONDS_PER_DAY = 365.2425, 30.436875, 86_400
NEW_MILLENNIUM = date(2000, 1, 1).toordinal()


def holds(value: object) -> bool:
    """True for a date without a time of day, and for a Duration."""
    if isinstance(value, Duration):
        whole = isinstance(value.months, int) and isinstance(value.days, int)
        return whole and isinstance(value.seconds, int | Fraction)
    return isinstance(value, date) and not isinstance(value, datetime)


def encode(value: date | Duration) -> F32:
    """Kind and parts."""
    lanes = np.zeros(112, dtype=np.float32)
    lanes[KIND] = one_hot(int(isinstance(value, Duration)), 4)
    if isinstance(value, Duration):
        _write_duration(value, lanes)
        return lanes
    lanes[YEAR] = digit_lanes(value.year, 4)
    lanes[MONTH] = one_hot(value.month - 1, 12)
    lanes[DAY] = one_hot(value.day - 1, 31)
    lanes[WEEKDAY] = one_hot(value.weekday(), 7)
    return lanes


def _write_duration(value: Duration, lanes: F32) -> None:
    seconds = value.seconds
    if not (
        max(abs(value.months), abs(value.days)) < 10**12
        and abs(seconds.numerator) < 10**30
        and seconds.denominator < 10**20
    ):
        raise CapacityError(f"`temporal` holds {LIMITS}")
    lanes[MONTHS] = signed_digit_lanes(value.months, 12)
    lanes[DAYS] = signed_digit_lanes(value.days, 12)
    lanes[SECONDS] = signed_digit_lanes(seconds.numerator, 30)
    if isinstance(seconds, Fraction):
        lanes[DENOMINATOR] = digit_lanes(seconds.denominator, 20)


def decode(lanes: F32) -> date | Duration:
    """The date or duration."""
    if read_one_hot(lanes[KIND]) == 0:
        month, day = read_one_hot(lanes[MONTH]) + 1, read_one_hot(lanes[DAY]) + 1
        return date(read_digits(lanes[YEAR]), month, day)
    seconds: int | Fraction = read_signed_digits(lanes[SECONDS])
    if lanes[DENOMINATOR].any():
        seconds = Fraction(seconds, read_digits(lanes[DENOMINATOR]))
    return Duration(read_signed_digits(lanes[MONTHS]), read_signed_digits(lanes[DAYS]), seconds)


def traits(value: date | Duration) -> Traits:
    """Size: of a date its years since 2000, of a duration its seconds by mean months.

    List lanes of a duration: months, days, seconds.
    """
    if isinstance(value, date):
        years = (value.toordinal() - NEW_MILLENNIUM) / DAYS_PER_YEAR
        return Traits(x=years, zero=years == 0, integer=value.month == value.day == 1)
    seconds = near(value.seconds)
    total = (value.months * DAYS_PER_MONTH + value.days) * SECONDS_PER_DAY + seconds
    return Traits(
        x=total,
        zero=value == Duration(),
        integer=value.seconds == int(value.seconds),
        lowest=float(value.months),
        highest=float(value.days),
        mean=seconds,
        last_digit=-1,
    )


def parts(value: date | Duration) -> Parts:
    """Linear: the seconds of a duration's days and clock, or since year 1; second: the months.

    A date plus a duration without months is the sum of the lanes; so are sums of durations.
    """
    if isinstance(value, date):
        return Parts(linear=value.toordinal() * SECONDS_PER_DAY)
    return Parts(linear=value.days * SECONDS_PER_DAY + value.seconds, second=value.months)


def combine(op: str, a: object, b: object) -> date | Duration:
    """Sum, difference or whole multiple, where no calendar rule is needed."""
    match op, a, b:
        case "scale", Duration(), int() if not isinstance(b, bool):
            return Duration(a.months * b, a.days * b, a.seconds * b)
        case "add", Duration(), Duration():
            return Duration(a.months + b.months, a.days + b.days, a.seconds + b.seconds)
        case "subtract", Duration(), Duration():
            return combine("add", a, combine("scale", b, -1))
        case "subtract", date(), date():
            return Duration(days=(a - b).days)
        case "subtract", date(), Duration():
            return _shift(a, combine("scale", b, -1))
        case "add", date(), Duration():
            return _shift(a, b)
        case "add", Duration(), date():
            return _shift(b, a)
    raise AlgebraError(f"`{op}` knows dates with durations, durations, and whole multiples")


def _shift(day: date, by: date | Duration) -> date:
    if not isinstance(by, Duration) or by.months or by.seconds % SECONDS_PER_DAY:
        raise AlgebraError("a date moves by whole days here; months need a calendar tool")
    days = by.days + by.seconds // SECONDS_PER_DAY
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise CapacityError("dates lie within the years 1 to 9999") from None


register(
    Domain(
        name="temporal",
        holds=holds,
        types="a date or a Duration",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra={"add": "exact", "subtract": "exact", "scale": "exact"},
        combine=combine,
    )
)
