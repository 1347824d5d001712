"""Phrases built on days and times of day: parts of a day, ranges, what recurs, moments."""

from datetime import date, datetime, timedelta
from typing import Any

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.temporal_calendar import shift
from fluxem_encoders.patterns.temporal_grammar import Groups, Level, Reference, short
from fluxem_encoders.patterns.temporal_points import (
    UNITS,
    Time,
    any_time,
    first,
    is_a,
    moment,
    offset,
    part_of_day,
    resolved,
    unit,
)
from fluxem_encoders.patterns.temporal_words import (
    ADVERBS,
    LETTERS,
    PARTS,
    WEEKDAYS,
    Run,
    number,
)
from fluxem_encoders.structures.temporal import (
    DAY,
    MAX_EVERY,
    Clock,
    End,
    Interval,
    Moment,
    Recurrence,
)
from fluxem_encoders.values import Duration

HALF_DAY = DAY // 2


def interval(start: End | None, end: End | None) -> Interval | None:
    """The interval; None where it would end before it starts."""
    try:
        return Interval(start, end)
    except ValueFormError:
        return None


def moments_between(start: datetime | None, end: datetime | None) -> Interval | None:
    """The interval from one to the other; None as an end is open."""
    return interval(start and Moment.of(start), end and Moment.of(end))


# Times of day from one to another.

TIME_RANGES = (
    "FROM (?P<a>ANY_TIME) [TO UNTIL DASH] (?P<b>ANY_TIME) (?P<part> IN THE? PART)?",
    "BETWEEN (?P<a>ANY_TIME) [AND TO DASH] (?P<b>ANY_TIME) (?P<part> IN THE? PART)?",
    "(?P<a>ANY_TIME) [TO UNTIL DASH] (?P<b>ANY_TIME) (?P<part> IN THE? PART)?",
)
"""Some are such only beside a day: `from 7 to 9`."""


def time_range(groups: Groups) -> tuple[Time, Time] | None:
    """The two times that a match of `TIME_RANGES` says, in order; None where one is no time."""
    a, b = any_time(groups["a"]), any_time(groups["b"])
    if a is None or b is None:
        return None
    if "part" in groups:
        part = groups["part"].words[-1]
        a, b = a.in_part(part), b.in_part(part)
    return in_order(a, b)


def in_order(a: Time, b: Time) -> tuple[Time, Time]:
    """Both times, the one without `am` or `pm` as the other one suggests.

    >>> [t.seconds // 3600 for t in in_order(Time(5 * 3600, sure=False), Time(18 * 3600))]
    [17, 18]
    """
    if b.sure and not a.sure:
        later = a.seconds + HALF_DAY
        fits = later <= b.seconds if b.seconds >= HALF_DAY else a.seconds > b.seconds
        return (Time(later) if fits and later < DAY else a), b
    if not b.sure and b.seconds <= a.seconds < b.seconds + HALF_DAY:
        return a, Time(b.seconds + HALF_DAY)
    return a, b


# Days with a part of the day.

PartOfDay = tuple[date, str, tuple[Clock, Clock]]

DAY_PARTS = Level("DAY_PART")
"""As PartOfDay: the day, the name of the part, when it begins and ends."""


@DAY_PARTS.form(
    "(?P<p>TONIGHT)",
    "THE? (?P<r>REL) (?P<p>PART)",
    "(?P<early>[EARLY LATE LATER]) IN? (?P<r>REL) (?P<p>PART)",
    "(?P<d>DAY) [COMMA IN]? THE? (?P<p> [EARLY LATE]? PART)",
)
def _day_part(groups: Groups, reference: Reference) -> PartOfDay | None:
    if "d" in groups:
        day = resolved(groups["d"].values[0], reference)
    else:
        by = offset(groups["r"]) if "r" in groups else 0
        day = shift(reference.date(), Duration(days=by)) if reference else None
    if day is None:
        return None
    part = groups["p"]
    if "early" in groups:
        part = part._replace(kinds=groups["early"].kinds + part.kinds)
    name = "night" if is_a(part, "TONIGHT") else part.words[-1]
    return day, name, part_of_day(part)


def _day_and_part(value: Any, reference: Reference) -> tuple[date, str] | None:
    """The day that a value of DAYS or DAY_PARTS is, and the part of the day or nothing."""
    if isinstance(value, tuple):
        return value[0], value[1]
    day = resolved(value, reference)
    return (day, "") if day else None


# Times of a day from one to another.

RANGES = Level("RANGE")
"""As Interval of moments or Recurrence: what would otherwise be read as less."""

short("FILLER", "[COMMA AT ON AROUND DASH FOR BY]{0,2}")


@RANGES.form(
    *(f"(?P<d>[DAY DAY_PART]) FILLER {times}" for times in TIME_RANGES),
    *(f"{times} [ON COMMA IN]? (?P<d>[DAY DAY_PART])" for times in TIME_RANGES),
)
def _times_of_day(groups: Groups, reference: Reference) -> Interval | None:
    found = _day_and_part(groups["d"].values[0], reference)
    times = time_range(groups)
    if found is None or times is None:
        return None
    day, part = found
    if part:
        times = in_order(times[0].in_part(part), times[1].in_part(part))
    start, end = (moment(day, time) for time in times)
    return moments_between(start, end if end > start else end + timedelta(days=1))


# What recurs.

WEEKDAY_LISTS = {"weekday": (0, 1, 2, 3, 4), "weekend": (5, 6)}
FREQUENCIES = {
    "year": ("months", 12), "month": ("months", 1), "week": ("days", 7), "day": ("days", 1),
    "hour": ("seconds", 3600), "minute": ("seconds", 60), "second": ("seconds", 1),
}  # fmt: skip

short("REPEATED", "[DAY_UNIT WEEK MONTH_UNIT QUARTER YEAR_UNIT DECADE_UNIT CLOCK_UNIT]")
short("DAY_LIST", "[DAY DAY_PART] (?: (?: COMMA AND? | AND ) DAY ){0,6}")
short("AT_TIME", "(?: [AT AROUND COMMA] ANY_TIME | TIME )")


@RANGES.form(
    "(?: (?P<before>TIME) ON? )? EVERY (?P<n> (?: OTHER | NUMBER | ORD ))?"
    " (?P<u> (?: REPEATED | DAY PART | DAY_LIST | WEEKEND | WORKDAY | PART )) (?P<t>AT_TIME)?",
    "(?: (?P<before>TIME) ON? )? EVERY (?P<a>AMOUNT) (?P<t>AT_TIME)?",
    "(?P<u> DAY PARTS ) (?P<t>AT_TIME)?",
    "(?P<u> WEEKDAYS [PART PARTS]? ) (?P<t>AT_TIME)?",
    "(?P<u>ADVERB) (?P<t>AT_TIME)?",
)
def _recurrence(groups: Groups, reference: Reference) -> Recurrence | None:
    words = groups["u"] if "u" in groups else groups["a"]
    found = _unit_and_days(words)
    if found is None:
        return None
    name, every, days = found
    if "n" in groups:
        said = first(groups, "n")
        every *= 2 if said == "other" else number(said)
    part = next((p for p in PARTS if p in words.words[-1]), "")
    at: Clock | Interval | None = (
        Interval(*part_of_day(Run(LETTERS["PART"], [part], [], []))) if part else None
    )
    if time := groups.get("t") or groups.get("before"):
        clock = any_time(_without(time, "AT", "AROUND", "COMMA"))
        if clock is None:
            return None
        at = (clock.in_part(part) if part else clock).clock
    return Recurrence(name, every, days, at) if 1 <= every <= MAX_EVERY else None


def _unit_and_days(words: Run) -> tuple[str, int, tuple[int, ...]] | None:
    """What recurs by, how often, and on which days of the week."""
    word = words.words[0]
    if word in ADVERBS:
        return *ADVERBS[word], ()
    if is_a(words, "WEEKDAYS", "WEEKEND", "WORKDAY"):
        return "week", 1, WEEKDAY_LISTS.get(unit(word)) or (WEEKDAYS.index(word[:3]),)
    if is_a(words, "DAY", "DAY_PART"):
        names = [day[:3] for text in words.words for day in text.split()[:1]]
        days = tuple(i for i, name in enumerate(WEEKDAYS) if name in names)
        plain = all(len(text.split()) == 1 for text in words.words)
        return ("week", 1, days) if days and (plain or is_a(words, "DAY_PART")) else None
    if is_a(words, "PART"):
        return "day", 1, ()
    by = words.values[0] or Duration(**{UNITS[unit(word)][0]: UNITS[unit(word)][1]})
    return *_frequency(by), ()


def _frequency(by: Duration) -> tuple[str, int]:
    """The largest unit of which a length of time is so many."""
    for name, (field, factor) in FREQUENCIES.items():
        length = getattr(by, field)
        if length and length % factor == 0:
            return name, int(length // factor)
    return "day", 0  # none: refused by the reader


def _without(run: Run, *names: str) -> Run:
    """The run from its first word that is of none of these classes."""
    letters = "".join(LETTERS[name] for name in names)
    return run.part(len(run.kinds) - len(run.kinds.lstrip(letters)), len(run.kinds))


# Moments.

MOMENTS = Level("MOMENT")
"""As datetime."""


@MOMENTS.form(
    "(?P<d>[DAY DAY_PART]) FILLER (?P<t>TIME)",
    "(?P<d>[DAY DAY_PART]) COMMA? [AT AROUND]{1,2} (?P<t>ANY_TIME) (?! UNIT | AMOUNT)",
    "(?P<d>DAY) (?P<t>W1 DASH? [W2 W3]) CLOCK_UNIT? (?! UNIT)",
    "(?P<t>TIME) [ON OF COMMA IN DASH]? (?P<d>[DAY DAY_PART])",
    "(?P<t>ANY_TIME) ON (?P<d>WEEKDAY)",
    "(?P<t>ANY_TIME) (?P<d>DAY_PART)",
    "(?<=AT) (?P<t>ANY_TIME) ON? (?P<d>DAY)",
)
def _day_and_time(groups: Groups, reference: Reference) -> datetime | None:
    found = _day_and_part(groups["d"].values[0], reference)
    time = any_time(groups["t"])
    if found is None or time is None:
        return None
    return moment(found[0], time.in_part(found[1]) if found[1] else time)


@MOMENTS.form("NOW | RIGHT_NOW")
def _now(groups: Groups, reference: Reference) -> datetime | None:
    return reference


@MOMENTS.form("(?P<a>AMOUNT) (?P<back>AGO)", "(?P<a>AMOUNT) [LATER FROM_NOW]", "IN (?P<a>AMOUNT)")
def _away(groups: Groups, reference: Reference) -> datetime | None:
    by = groups["a"].values[0]
    if reference is None or not by.seconds:
        return None
    return shift(reference, by, -1 if "back" in groups else 1)


@MOMENTS.form("THE? END OF THE? (?: DAY_UNIT | (?P<d>DAY) )", "THE? EOD")
def _end_of_day(groups: Groups, reference: Reference) -> datetime | None:
    day = reference and reference.date()
    if "d" in groups:
        day = resolved(groups["d"].values[0], reference)
    return moment(day, Time(DAY - 1)) if day else None
