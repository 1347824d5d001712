"""Dates and durations of the Gregorian calendar."""

import calendar
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from fluxem_encoders.forms import clip
from fluxem_encoders.values import Duration, Number
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import in_form_of
from fluxem_toolbox.registry import tool

SECONDS_PER = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
MONTHS_PER = {"months": 1, "years": 12}
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@tool("temporal", keywords=("how many days", "between", "until", "since", "elapsed", "difference"))
def days_between(start: date, end: date) -> int:
    """Days from one date to another.

    Negative when `end` is the earlier one.

    >>> days_between(date(2024, 2, 28), date(2024, 3, 1))
    2
    """
    return (end - start).days


@tool("temporal", keywords=("after", "later", "from now", "due", "deadline", "plus", "ends"))
def add_duration(moment: date, duration: Duration) -> date:
    """Date that lies a duration after a date.

    Months come first, clamped to the end of a shorter month, then the days.

    >>> add_duration(date(2024, 1, 31), Duration(months=1, days=1))
    datetime.date(2024, 3, 1)
    """
    return _shifted("add_duration", moment, duration, 1)


@tool("temporal", keywords=("before", "ago", "earlier", "minus", "started", "back"))
def subtract_duration(moment: date, duration: Duration) -> date:
    """Date that lies a duration before a date.

    Months come first, clamped to the end of a shorter month, then the days.

    >>> subtract_duration(date(2024, 3, 31), Duration(months=1))
    datetime.date(2024, 2, 29)
    """
    return _shifted("subtract_duration", moment, duration, -1)


def _shifted(name: str, moment: date, duration: Duration, sign: int) -> date:
    days = duration.days + Fraction(duration.seconds) / SECONDS_PER["days"]
    if days.denominator != 1:
        raise ToolError(f"`{name}` moves dates by whole days, got {clip(duration)}")
    year, month = divmod(moment.year * 12 + moment.month - 1 + sign * duration.months, 12)
    try:
        last = calendar.monthrange(year, month + 1)[1]
        shifted = date(year, month + 1, min(moment.day, last))
        return shifted + timedelta(days=sign * int(days))
    except (ValueError, OverflowError):
        raise ToolError(
            f"`{name}` gives dates of the years 1 to 9999; {moment} and "
            f"{clip(duration)} lead beyond",
            "limit",
        ) from None


@tool("temporal", keywords=("weekday", "which day", "what day", "Monday", "Sunday", "fall on"))
def day_of_week(moment: date) -> str:
    """Weekday of a date, such as Monday.

    >>> day_of_week(date(2024, 2, 29))
    'Thursday'
    """
    return DAY_NAMES[moment.weekday()]


@tool("temporal", keywords=("February 29", "366 days", "29 days", "leap"))
def is_leap_year(year: date | int) -> bool:
    """Whether a year is a leap year.

    >>> is_leap_year(2000), is_leap_year(1900), is_leap_year(date(2024, 5, 1))
    (True, False, True)
    """
    number = year.year if isinstance(year, date) else year
    if number < 1:
        raise ToolError(f"`is_leap_year` needs a year >= 1, got {clip(number)}")
    return calendar.isleap(number)


@tool("temporal", keywords=("convert", "in minutes", "in hours", "how many seconds", "how long"))
def convert_duration(
    duration: Duration,
    unit: Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"],
) -> Number:
    """A duration in seconds, minutes, hours, days, weeks, months or years.

    A day is 24 hours, a year 12 months. Months have no fixed number of days, so one kind is not
    converted to the other.

    >>> convert_duration(Duration(seconds=5400), "hours")
    Decimal('1.5')
    >>> convert_duration(Duration(days=1), "weeks")
    Fraction(1, 7)
    >>> convert_duration(Duration(months=18), "years")
    Decimal('1.5')
    """
    if unit in MONTHS_PER:
        if duration.days or duration.seconds:
            raise _no_fixed_length(duration, "days or shorter units")
        return in_form_of(Fraction(duration.months, MONTHS_PER[unit]), ())
    if duration.months:
        raise _no_fixed_length(duration, "months or years")
    seconds = Fraction(duration.seconds) + duration.days * SECONDS_PER["days"]
    return in_form_of(seconds / SECONDS_PER[unit], ())


def _no_fixed_length(duration: Duration, without: str) -> ToolError:
    return ToolError(
        f"`convert_duration` needs a length without {without} here, since months have no fixed "
        f"length, got {clip(duration)}; `days_between` counts between two dates",
        "undefined",
    )
