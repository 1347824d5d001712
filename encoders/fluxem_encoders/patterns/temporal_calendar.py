"""Days of which only some parts are said, and stretches of the calendar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from dateutil.easter import easter
from dateutil.relativedelta import FR, MO, SU, TH, relativedelta

from fluxem_encoders.values import Duration

D = TypeVar("D", date, datetime)

MONTHS_TO_TRY = 8 * 12 + 1  # 29 February may be eight years away, a Friday 13th not two


@dataclass(frozen=True, slots=True)
class Day:
    """A day as far as it is said: `May 9`, `Friday 13`, `the 18th`, or all of it.

    Attributes:
        weekday: 0 for Monday to 6; beside a month it decides nothing, for people get it wrong.
        here: whether the month is the reference's, as in `Tuesday the 11th`.
        holiday: the name of a day whose date changes with the year.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    here: bool = False
    holiday: str = ""

    def resolve(self, reference: date | None) -> date | None:
        """The day itself, the latest that is not after the reference; of weekdays before it."""
        if self.year is not None:
            return self.within(self.year)
        if reference is None:
            return None
        day = _date(reference.year, reference.month, self.day) if self.here else None
        if day is not None and day.weekday() == self.weekday:
            return day
        if self.weekday is not None and self.day is None:
            return reference - timedelta(days=(reference.weekday() - self.weekday - 1) % 7 + 1)
        return self.latest(reference)

    def within(self, year: int) -> date | None:
        """The day in that year; None where it has none."""
        if self.holiday:
            return holiday(self.holiday, year)
        return _date(year, self.month, self.day)

    def latest(self, limit: date) -> date | None:
        """The latest such day that is not after `limit`."""
        days = self._candidates(limit, -1)
        return next((day for day in days if day <= limit), None)

    def earliest(self, limit: date) -> date | None:
        """The earliest such day that is not before `limit`."""
        if self.year is not None:
            day = self.within(self.year)
            return day if day and day >= limit else None
        if self.weekday is not None and self.day is None:
            return limit + timedelta(days=(self.weekday - limit.weekday()) % 7)
        return next((day for day in self._candidates(limit, 1) if day >= limit), None)

    def _candidates(self, start: date, step: int) -> Iterator[date]:
        first = start.year * 12 + start.month - 1
        for month in range(first, first + step * MONTHS_TO_TRY, step):
            y, m = month // 12, month % 12 + 1
            if self.holiday:
                day = holiday(self.holiday, y)
                wanted = day is not None and day.month == m
            else:
                day = _date(y, m, self.day)
                wanted = self.month in (None, m)
                if self.month is None and self.weekday is not None and day is not None:
                    wanted = day.weekday() == self.weekday
            if day is not None and wanted:
                yield day


def _date(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None


def year_of(digits: str) -> int:
    """A year of four digits, or of two: 00 to 39 are of this century."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 40 else 1900)


def numeric_day(text: str) -> Day:
    """`2024-02-29`, `2/29/2024`, `29.02.2024`, `2/29`: month first unless it cannot be."""
    parts = re.findall(r"\d+", text)
    if len(parts[0]) == 4:
        year, month, day = map(int, parts)
        return Day(year, month, day)
    first, second = int(parts[0]), int(parts[1])
    if "." in text or first > 12:
        first, second = second, first
    return Day(year_of(parts[2]) if len(parts) > 2 else None, first, second)


def shift(start: D, by: Duration, sign: int = 1) -> D | None:
    """So much later, or earlier with sign -1; the month's last day where there is no such day.

    Days count from dates, whole seconds from moments. None outside of the years 1 to 9999.

    >>> shift(date(2024, 1, 31), Duration(months=1))
    datetime.date(2024, 2, 29)
    """
    try:
        delta = relativedelta(months=by.months, days=by.days, seconds=int(by.seconds))
        return start + sign * delta
    except (ValueError, OverflowError):
        return None


Stretch = tuple[date, date]
"""A first day and the one after the last."""


def stretch(unit: str, day: date, by: int = 0) -> Stretch | None:
    """The week, weekend, month, quarter, year or decade of a day, or the one `by` later.

    Weeks begin on Monday.
    """
    try:
        if unit in ("week", "weekend"):
            monday = day + timedelta(days=7 * by - day.weekday())
            first = monday + timedelta(days=5) if unit == "weekend" else monday
            return first, monday + timedelta(days=7)
        if unit == "day":
            return day + timedelta(days=by), day + timedelta(days=by + 1)
        months = {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
        start = day.year * 12 + day.month - 1
        start += months * by - start % months
        return _first(start), _first(start + months)
    except (ValueError, OverflowError):
        return None


def _first(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def months_of(year: int, first: int, count: int) -> Stretch:
    """So many months of a year from that month on, 1 to 12."""
    start = year * 12 + first - 1
    return _first(start), _first(start + count)


def week_of_year(year: int, week: int) -> Stretch | None:
    """The week of that number by ISO 8601; None where the year has none."""
    try:
        monday = date.fromisocalendar(year, week, 1)
        return monday, monday + timedelta(days=7)
    except (ValueError, OverflowError):
        return None


def last_week(whole: Stretch) -> Stretch:
    """The last week most of which lies in a stretch: Thursdays decide, as in ISO 8601."""
    last = whole[1] - timedelta(days=1)
    thursday = last - timedelta(days=(last.weekday() - 3) % 7)
    return thursday - timedelta(days=3), thursday + timedelta(days=4)


def nth_week(whole: Stretch, n: int) -> Stretch:
    """The n-th week most of which lies in a stretch."""
    first = whole[0]
    thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 7 * (n - 1))
    return thursday - timedelta(days=3), thursday + timedelta(days=4)


def season(name: str, year: int) -> Stretch:
    """Spring, summer, autumn or fall, and the winter that begins in that year; of the north.

    As meteorologists count: whole months, from March, June, September and December.
    """
    return months_of(year, {"spring": 3, "summer": 6, "winter": 12}.get(name, 9), 3)


def _plain(name: str) -> str:
    """A holiday's name without apostrophes and the letter s at the end of its words."""
    return " ".join(word.rstrip("s") for word in re.findall("[a-z]+", name.replace("'", "")))


_DATED = {
    "new year's day": (1, 1), "new year's eve": (12, 31), "valentine's day": (2, 14),
    "patrick's day": (3, 17), "april fools": (4, 1), "april fools' day": (4, 1),
    "earth day": (4, 22), "workers' day": (5, 1), "may day": (5, 1), "juneteenth": (6, 19),
    "independence day": (7, 4), "halloween": (10, 31), "veterans day": (11, 11),
    "christmas": (12, 25), "xmas": (12, 25), "christmas day": (12, 25), "christmas eve": (12, 24),
    "boxing day": (12, 26),
}  # fmt: skip
# Of the United States; from a month's end with weeks below 0.
_MOVING = {
    "king day": relativedelta(month=1, day=1, weekday=MO(3)),
    "mlk day": relativedelta(month=1, day=1, weekday=MO(3)),
    "mother's day": relativedelta(month=5, day=1, weekday=SU(2)),
    "memorial day": relativedelta(month=5, day=31, weekday=MO(-1)),
    "father's day": relativedelta(month=6, day=1, weekday=SU(3)),
    "labor day": relativedelta(month=9, day=1, weekday=MO(1)),
    "labour day": relativedelta(month=9, day=1, weekday=MO(1)),
    "columbus day": relativedelta(month=10, day=1, weekday=MO(2)),
    "thanksgiving": relativedelta(month=11, day=1, weekday=TH(4)),
    "thanksgiving day": relativedelta(month=11, day=1, weekday=TH(4)),
    "black friday": relativedelta(month=11, day=2, weekday=FR(4)),
}
_EASTER = {"easter": 0, "easter sunday": 0, "easter monday": 1, "good friday": -2}
_HOLIDAYS: dict[str, tuple[int, int] | relativedelta | int] = {
    _plain(name): rule for name, rule in (_DATED | _MOVING | _EASTER).items()
}


def holiday(name: str, year: int) -> date | None:
    """The day of a holiday in a year, by a name of `temporal_words.HOLIDAYS`."""
    plain = _plain(name)
    rule = next(rule for known, rule in _HOLIDAYS.items() if plain.endswith(known))
    if isinstance(rule, tuple):
        return date(year, *rule)
    if isinstance(rule, relativedelta):
        return date(year, 1, 1) + rule
    return easter(year) + timedelta(days=rule) if 1583 <= year <= 4099 else None
