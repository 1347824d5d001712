"""Dates against `calendar`, `dateutil` and counting day by day."""

import calendar
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.values import Duration
from fluxem_toolbox import ToolError, call
from fluxem_toolbox.domains.temporal import (
    add_duration,
    convert_duration,
    day_of_week,
    days_between,
    is_leap_year,
    subtract_duration,
)
from tests.checks import checks

dates = st.dates(date(1000, 1, 1), date(3000, 1, 1))
months = st.integers(-5000, 5000)
days = st.integers(-100_000, 100_000)


@given(dates, days)
@checks(days_between, add_duration, subtract_duration, against="Python's datetime")
def test_adding_days_and_counting_them(start: date, n: int) -> None:
    end = add_duration(start, Duration(days=n))
    assert end == start + timedelta(days=n)
    assert days_between(start, end) == n == -days_between(end, start)
    assert subtract_duration(end, Duration(days=n)) == start
    assert add_duration(start, Duration(seconds=n * 86_400)) == end


@given(dates, months, days)
@checks(add_duration, subtract_duration, against="dateutil")
def test_against_dateutil(start: date, m: int, n: int) -> None:
    step = relativedelta(months=m, days=n)
    assert add_duration(start, Duration(months=m, days=n)) == start + step
    assert subtract_duration(start, Duration(months=m, days=n)) == start - step


@given(dates, months)
def test_months_turn_around_but_for_the_clamp(start: date, m: int) -> None:
    there = add_duration(start, Duration(months=m))
    back = subtract_duration(there, Duration(months=m))
    assert (back.year, back.month) == (start.year, start.month)
    assert back.day == start.day if start.day <= 28 else back.day <= start.day


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        (date(2024, 1, 31), "P1M", date(2024, 2, 29)),
        (date(2023, 1, 31), "P1M", date(2023, 2, 28)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 1, 31), "P1M1D", date(2024, 3, 1)),
        (date(2024, 12, 31), "PT24H", date(2025, 1, 1)),
        (date(2024, 3, 1), "-P1D", date(2024, 2, 29)),
        (date(2024, 3, 1), "P2W", date(2024, 3, 15)),
    ],
)
def test_durations_from_text(start: date, duration: str, end: date) -> None:
    assert call("add_duration", {"moment": start.isoformat(), "duration": duration}) == (end, True)


@given(st.dates())
@checks(day_of_week, against="Python's calendar")
def test_weekdays(moment: date) -> None:
    assert day_of_week(moment) == calendar.day_name[moment.weekday()] == f"{moment:%A}"


def test_weekdays_follow_each_other() -> None:
    week = [day_of_week(date(2024, 2, 26) + timedelta(days=i)) for i in range(8)]
    assert week[0] == week[7] == "Monday"
    assert len(set(week)) == 7


@given(st.integers(1, 9999))
@checks(is_leap_year, against="Python's datetime")
def test_leap_years_have_366_days(year: int) -> None:
    length = (date(year, 12, 31) - date(year, 1, 1)).days + 1
    assert is_leap_year(year) == is_leap_year(date(year, 7, 1)) == (length == 366)


@given(days, st.fractions(-(10**6), 10**6, max_denominator=1000))
@checks(convert_duration, against="law: 86,400 seconds a day, 7 days a week")
def test_units_convert_exactly(n: int, seconds: Fraction) -> None:
    duration = Duration(days=n, seconds=seconds)
    assert convert_duration(duration, "seconds") == n * 86_400 + seconds
    assert convert_duration(duration, "minutes") * 60 == convert_duration(duration, "seconds")
    assert Fraction(convert_duration(duration, "weeks")) * 7 * 24 == Fraction(
        convert_duration(duration, "hours")
    )


@pytest.mark.parametrize(
    ("duration", "unit", "value"),
    [
        ("PT90M", "hours", Decimal("1.5")),
        ("P1W", "days", 7),
        ("P1D", "weeks", Fraction(1, 7)),
        ("PT0.25S", "minutes", Fraction(1, 240)),
        ("-PT36H", "days", Decimal("-1.5")),
        ("P1Y6M", "years", Decimal("1.5")),
        ("P2Y", "months", 24),
        ("-P1M", "years", Fraction(-1, 12)),
        ("P0D", "years", 0),
    ],
)
def test_units_worth_a_case(duration: str, unit: str, value: object) -> None:
    assert call("convert_duration", {"duration": duration, "unit": unit}) == (value, True)


@pytest.mark.parametrize(
    ("name", "arguments", "category", "text"),
    [
        (
            "add_duration",
            {"moment": "2024-01-01", "duration": "PT36H"},
            "invalid",
            "moves dates by whole days, got 36 hours",
        ),
        ("add_duration", {"moment": "9999-12-31", "duration": "P1D"}, "limit", "years 1 to 9999"),
        ("subtract_duration", {"moment": "0001-01-31", "duration": "P1M"}, "limit", "1 to 9999"),
        ("convert_duration", {"duration": "P1Y", "unit": "days"}, "undefined", "no fixed length"),
        ("convert_duration", {"duration": "P9W", "unit": "months"}, "undefined", "without days"),
        ("is_leap_year", {"year": 0}, "invalid", "needs a year >= 1, got 0"),
        ("days_between", {"start": "2023-02-29", "end": "2024-01-01"}, "invalid", "2023-02-29"),
        ("day_of_week", {"moment": "yesterday"}, "invalid", "expected a date such as 2024-02-29"),
        ("day_of_week", {"moment": datetime(2024, 1, 1)}, "invalid", "without a time of day"),
    ],
)
def test_what_has_no_answer(
    name: str, arguments: dict[str, object], category: str, text: str
) -> None:
    with pytest.raises(ToolError, match=text) as caught:
        call(name, arguments)
    assert caught.value.category == category
