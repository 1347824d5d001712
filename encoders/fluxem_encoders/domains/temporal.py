"""Dates, durations, and structured times: kind 4 lanes, then the parts of one of them."""

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
from fluxem_encoders.structures.temporal import DAY as SECONDS_PER_DAY
from fluxem_encoders.structures.temporal import UNITS, Clock, End, Interval, Moment, Recurrence
from fluxem_encoders.values import Duration

F32 = NDArray[np.float32]
Structure = Clock | Moment | Interval | Recurrence
TemporalValue = date | Duration | Structure

KIND = slice(0, 4)  # one-hot: date, duration, one of STRUCTURES
# Of a date: digits, and one-hot month, day and weekday (Monday first).
YEAR, MONTH, DAY, WEEKDAY = slice(4, 8), slice(8, 20), slice(20, 51), slice(51, 58)
# Of a duration: sign and digits; the seconds' denominator is empty for an int.
MONTHS, DAYS = slice(4, 17), slice(17, 30)
SECONDS, DENOMINATOR = slice(30, 61), slice(61, 81)
# Of a structure: one-hot which, then two ends. Of an end: digits of year, month, day, hour, minute
# and second, and sign and digits of the UTC offset in minutes; what an end lacks is empty.
STRUCTURES: tuple[type[Structure], ...] = (Clock, Moment, Interval, Recurrence)
STRUCTURE, START, END = slice(4, 8), slice(8, 27), slice(27, 46)
DIGITS_OF_DAY = (slice(0, 4), slice(4, 6), slice(6, 8))
DIGITS_OF_CLOCK = (slice(8, 10), slice(10, 12), slice(12, 14))
OFFSET = slice(14, 19)
# Of a recurrence: one-hot unit, digits of how many, which days of the week, and one-hot whether it
# has no time of day, a clock (at START) or an interval of clocks (START and END).
UNIT, EVERY, WEEKDAYS, AT = slice(46, 53), slice(53, 57), slice(57, 64), slice(64, 67)

LIMITS = (
    "every date of years 1 to 9999, time of day, moment, interval and recurrence; durations of "
    "months and days within ±(10**12 - 1) and seconds within ±(10**30 - 1), whole or over a "
    "denominator below 10**20"
)
DAYS_PER_YEAR, DAYS_PER_MONTH = 365.2425, 30.436875
NEW_MILLENNIUM = date(2000, 1, 1).toordinal()


def holds(value: object) -> bool:
    """True for a date without a time of day, a Duration and the structures of time."""
    if isinstance(value, Structure):
        return True
    if isinstance(value, Duration):
        whole = isinstance(value.months, int) and isinstance(value.days, int)
        return whole and isinstance(value.seconds, int | Fraction)
    return isinstance(value, date) and not isinstance(value, datetime)


def encode(value: TemporalValue) -> F32:
    """Kind and parts."""
    lanes = np.zeros(112, dtype=np.float32)
    if isinstance(value, Structure):
        lanes[KIND] = one_hot(2, 4)
        lanes[STRUCTURE] = one_hot(STRUCTURES.index(type(value)), 4)
        _write_structure(value, lanes)
        return lanes
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


def _write_structure(value: Structure, lanes: F32) -> None:
    if isinstance(value, Recurrence):
        lanes[UNIT] = one_hot(UNITS.index(value.unit), len(UNITS))
        lanes[EVERY] = digit_lanes(value.every, 4)
        lanes[[WEEKDAYS.start + day for day in value.weekdays]] = 1
        lanes[AT] = one_hot(0 if value.at is None else 1 + isinstance(value.at, Interval), 3)
    start, end = _ends(value)
    _write_end(start, lanes[START])
    _write_end(end, lanes[END])


def _ends(value: Structure) -> tuple[End | None, End | None]:
    """The start and end that a structure has: an interval both, others at most one."""
    main = value.at if isinstance(value, Recurrence) else value
    return (main.start, main.end) if isinstance(main, Interval) else (main, None)


def _write_end(end: End | None, lanes: F32) -> None:
    day = end.day if isinstance(end, Moment) else end
    if isinstance(day, date):
        for part, number in zip(DIGITS_OF_DAY, (day.year, day.month, day.day), strict=True):
            lanes[part] = digit_lanes(number, part.stop - part.start)
    clock = end.clock if isinstance(end, Moment) else end
    if isinstance(clock, Clock):
        parts = (clock.hour, clock.minute, clock.second)
        for part, number in zip(DIGITS_OF_CLOCK, parts, strict=True):
            lanes[part] = digit_lanes(number, 2)
    if isinstance(end, Moment) and end.offset is not None:
        lanes[OFFSET] = signed_digit_lanes(end.offset, 4)


def _read_structure(lanes: F32) -> Structure:
    start, end = _read_end(lanes[START]), _read_end(lanes[END])
    kind = STRUCTURES[read_one_hot(lanes[STRUCTURE])]
    if kind is Interval:
        return Interval(start, end)
    if kind is Recurrence:
        days = tuple(day for day in range(7) if lanes[WEEKDAYS][day] > 0.5)
        has = read_one_hot(lanes[AT])
        at = (None, start, Interval(start, end) if has == 2 else None)[has]
        return Recurrence(
            UNITS[read_one_hot(lanes[UNIT])],
            read_digits(lanes[EVERY]),
            days,
            at,  # type: ignore[arg-type]  # it checks
        )
    if not isinstance(start, Clock | Moment):
        raise ValueError("neither a time of day nor a moment")
    return start


def _read_end(lanes: F32) -> End | None:
    numbers = [read_digits(lanes[part]) for part in (*DIGITS_OF_DAY, *DIGITS_OF_CLOCK)]
    day = date(*numbers[:3]) if lanes[DIGITS_OF_DAY[0]].any() else None
    if not lanes[DIGITS_OF_CLOCK[0]].any():
        return day
    clock = Clock(*numbers[3:])
    if day is None:
        return clock
    offset = read_signed_digits(lanes[OFFSET]) if lanes[OFFSET].any() else None
    return Moment(day, clock, offset)


def decode(lanes: F32) -> TemporalValue:
    """The date, duration or structure."""
    kind = read_one_hot(lanes[KIND])
    if kind == 2:
        return _read_structure(lanes)
    if kind == 0:
        month, day = read_one_hot(lanes[MONTH]) + 1, read_one_hot(lanes[DAY]) + 1
        return date(read_digits(lanes[YEAR]), month, day)
    seconds: int | Fraction = read_signed_digits(lanes[SECONDS])
    if lanes[DENOMINATOR].any():
        seconds = Fraction(seconds, read_digits(lanes[DENOMINATOR]))
    return Duration(read_signed_digits(lanes[MONTHS]), read_signed_digits(lanes[DAYS]), seconds)


def traits(value: TemporalValue) -> Traits:
    """Size: of a date, a moment and an interval's start (or else its end) the years since 2000, of
    a duration its seconds by mean months, of a time of day its hours, of a recurrence how many
    units.

    List lanes of a duration: months, days, seconds; of an interval: start and end.
    """
    match value:
        case Recurrence():
            return Traits(x=value.every, integer=True, length=len(value.weekdays))
        case Clock():
            return Traits(x=value.seconds / 3600, zero=value.seconds == 0)
        case Interval():
            known = [_size(end) for end in (value.start, value.end) if end is not None]
            return Traits(x=known[0], is_list=True, lowest=known[0], highest=known[-1], length=2)
        case Moment():
            return Traits(x=_size(value))
        case date():
            years = _size(value)
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


def _size(end: End) -> float:
    """Years since 2000, or the hours of a time of day."""
    if isinstance(end, Clock):
        return end.seconds / 3600
    return (_seconds(end) / SECONDS_PER_DAY - NEW_MILLENNIUM) / DAYS_PER_YEAR


def _seconds(end: End) -> int:
    """Since midnight, or since the day before year 1's first."""
    return end.seconds if isinstance(end, Clock | Moment) else end.toordinal() * SECONDS_PER_DAY


def parts(value: TemporalValue) -> Parts:
    """Linear: the seconds of a duration's days and clock, since year 1, or since midnight; of an
    interval those of its start, of a recurrence how many units. Second: a duration's months, the
    seconds of an interval's end.

    A date plus a duration without months is the sum of the lanes; so are sums of durations.
    """
    match value:
        case Recurrence():
            return Parts(linear=value.every)
        case Interval(start, end):
            linear, second = (None if x is None else _seconds(x) for x in (start, end))
            return Parts(linear=linear, second=second)
        case Duration():
            return Parts(linear=value.days * SECONDS_PER_DAY + value.seconds, second=value.months)
    return Parts(linear=_seconds(value))


def combine(op: str, a: object, b: object) -> TemporalValue:
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
        case "subtract", Moment(), Moment():
            return Duration(seconds=_since(a, b))
        case "subtract", Clock(), Clock():
            return Duration(seconds=a.seconds - b.seconds)
        case "subtract", date() | Moment(), Duration():
            return combine("add", a, combine("scale", b, -1))
        case ("add", date(), Duration() as by) | ("add", Duration() as by, date()):
            return _shift(a if isinstance(a, date) else b, by)
        case ("add", Moment(), Duration() as by) | ("add", Duration() as by, Moment()):
            return _shift_moment(a if isinstance(a, Moment) else b, by)
    raise AlgebraError(
        f"`{op}` knows dates and moments with durations, durations, and whole multiples"
    )


def _since(a: Moment, b: Moment) -> int:
    """Seconds from `b` to `a`."""
    if (a.offset is None) != (b.offset is None):
        raise AlgebraError("of two moments both have a UTC offset or neither has")
    return a.seconds - b.seconds


def _shift(day: object, by: Duration) -> date:
    assert isinstance(day, date)
    if by.months or by.seconds % SECONDS_PER_DAY:
        raise AlgebraError("a date moves by whole days here; months need a calendar tool")
    return _later(day, by.days + int(by.seconds // SECONDS_PER_DAY))


def _shift_moment(at: object, by: Duration) -> Moment:
    assert isinstance(at, Moment)
    if by.months or by.seconds != int(by.seconds):
        raise AlgebraError("a moment moves by whole seconds here; months need a calendar tool")
    days, seconds = divmod(at.clock.seconds + int(by.seconds), SECONDS_PER_DAY)
    minutes, second = divmod(seconds, 60)
    day = _later(at.day, by.days + days)
    return Moment(day, Clock(minutes // 60, minutes % 60, second), at.offset)


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise CapacityError("dates lie within the years 1 to 9999") from None


register(
    Domain(
        name="temporal",
        holds=holds,
        types="a date, Duration, Clock, Moment, Interval or Recurrence",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra={"add": "exact", "subtract": "exact", "scale": "exact"},
        combine=combine,
    )
)
