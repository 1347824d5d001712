"""What a text says about time as values: moments, intervals, what recurs, days, times of day."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.temporal_calendar import Day, shift, stretch
from fluxem_encoders.patterns.temporal_grammar import Groups, Level, Reference, short
from fluxem_encoders.patterns.temporal_periods import PARTS_OF_PERIODS, PERIODS, any_period
from fluxem_encoders.patterns.temporal_points import (
    AMOUNTS,
    DAYS,
    TIMES,
    TIMES_IN_PART,
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
    MONTHS,
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
from fluxem_encoders.values import Duration, Value

HALF_DAY = DAY // 2

Found = tuple[int, int, Value]


def interval(start: End | None, end: End | None) -> Interval | None:
    """The interval; None where it would end before it starts."""
    try:
        return Interval(start, end)
    except ValueFormError:
        return None


def _moments(start: datetime | None, end: datetime | None) -> Interval | None:
    return interval(start and Moment.of(start), end and Moment.of(end))


# Times of day from one to another.

_TIME_RANGES = (
    "FROM (?P<a>ANY_TIME) [TO UNTIL DASH] (?P<b>ANY_TIME) (?P<part> IN THE? PART)?",
    "BETWEEN (?P<a>ANY_TIME) [AND TO DASH] (?P<b>ANY_TIME) (?P<part> IN THE? PART)?",
    "(?P<a>ANY_TIME) [TO UNTIL DASH] (?P<b>ANY_TIME) (?P<part> IN THE? PART)?",
)
"""Some are such only beside a day: `from 7 to 9`."""


def _time_range(groups: Groups) -> tuple[Time, Time] | None:
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
    *(f"(?P<d>[DAY DAY_PART]) FILLER {times}" for times in _TIME_RANGES),
    *(f"{times} [ON COMMA IN]? (?P<d>[DAY DAY_PART])" for times in _TIME_RANGES),
)
def _times_of_day(groups: Groups, reference: Reference) -> Interval | None:
    found = _day_and_part(groups["d"].values[0], reference)
    times = _time_range(groups)
    if found is None or times is None:
        return None
    day, part = found
    if part:
        times = in_order(times[0].in_part(part), times[1].in_part(part))
    start, end = (moment(day, time) for time in times)
    return _moments(start, end if end > start else end + timedelta(days=1))


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


PHRASES = Level("PHRASE")
"""All that is found, as Value; of two phrases at one place the one that stands first here."""


@PHRASES.form("(?P<r>RANGE)")
def _range(groups: Groups, reference: Reference) -> Interval | Recurrence:
    value: Interval | Recurrence = groups["r"].values[0]
    return value


# From one moment to another.


@PHRASES.form(
    "(?:FROM | BETWEEN) (?P<now>[NOW MOMENT]) [TO UNTIL DASH AND] (?P<b>[MOMENT TIME])",
    "(?:FROM | BETWEEN)? (?P<a>MOMENT) [TO UNTIL DASH] (?P<b> (?: MOMENT | ANY_TIME )) (?! UNIT)",
    "BETWEEN (?P<a>MOMENT) AND (?P<b> (?: MOMENT | ANY_TIME )) (?! UNIT)",
)
def _from_moment(groups: Groups, reference: Reference) -> Interval | None:
    start = (groups.get("a") or groups["now"]).values[0]
    end = groups["b"].values[0]
    if not isinstance(end, datetime):
        time = any_time(groups["b"])
        if time is None:
            return None
        end = moment(start.date(), time)
        if end <= start and not time.sure:
            end += timedelta(hours=12)
        if end <= start:
            end += timedelta(days=1)
    return _moments(start, end)


@PHRASES.form("(?P<r>REL) (?P<a>[AMOUNT CLOCK_UNIT])")
def _last_hours(groups: Groups, reference: Reference) -> Interval | None:
    by = groups["a"].values[0]
    if by is None:
        by = Duration(seconds=UNITS[unit(first(groups, "a"))][1])
    if reference is None or not offset(groups["r"]):
        return None
    past = offset(groups["r"]) < 0
    if by.seconds:
        away = shift(reference, by, -1 if past else 1)
        return _moments(away, reference) if past else _moments(reference, away)
    today = reference.date()
    if past:
        return interval(shift(today, by, -1), today)
    tomorrow = shift(today, Duration(days=1))
    return interval(tomorrow, shift(tomorrow, by)) if tomorrow else None


@PHRASES.form("(?P<d>DAY) (?P<t>ISO_CLOCK)")
def _iso(groups: Groups, reference: Reference) -> Moment | None:
    day = resolved(groups["d"].values[0], reference)
    try:
        return Moment.from_text(f"{day}{first(groups, 't').upper()}")
    except ValueFormError:
        return None


@PHRASES.form("(?P<m>MOMENT)")
def _moment(groups: Groups, reference: Reference) -> Moment:
    return Moment.of(groups["m"].values[0])


# From one day to another.


@PHRASES.form(
    "(?:FROM | BETWEEN)? (?P<d>DAY) [TO UNTIL DASH AND] THE? (?P<n>DAY_OF) (?P<y> COMMA? YEAR)?"
    " (?! AMPM | OCLOCK | TIME | UNIT | AMOUNT | COMMA | DAY)",
    "(?:FROM | BETWEEN)? THE? (?P<n>DAY_OF) [TO UNTIL DASH AND] (?P<d>DAY)",
)
def _days_of_month(groups: Groups, reference: Reference) -> Interval | None:
    """`May 3 to 9` and `3 to 9 May`: one of the days has only its number."""
    day = groups["d"].values[0]
    if not isinstance(day, Day) or day.month is None:
        return None
    if "y" in groups:
        day = replace(day, year=int(groups["y"].words[-1]))
    known = resolved(day, reference)
    other = known and Day(known.year, known.month, number(groups["n"].words[0])).resolve(None)
    if known is None or other is None or known == other:
        return None
    return interval(known, other) if known < other else interval(other, known)


short("END_DAY", "(?: [DAY PERIOD MONTH MAY] | YEAR (?! WORD) )")


@PHRASES.form(
    "(?: FROM ON? )? (?P<a>DAY) [TO UNTIL DASH] ON? (?P<b>DAY)",
    "BETWEEN (?P<a>END_DAY) [AND TO DASH] (?P<b>END_DAY) (?! UNIT)",
    "FROM (?P<a>END_DAY) [TO UNTIL DASH] (?P<b>END_DAY) (?! UNIT)",
    "(?: FROM | BETWEEN ) (?P<now>MOMENT) [TO UNTIL DASH AND] (?P<b>END_DAY)",
    "(?P<a>[MONTH MAY DAY PERIOD]) [TO UNTIL DASH] (?P<b>[PERIOD DAY MONTH])",
)
def _from_day(groups: Groups, reference: Reference) -> Interval | None:
    """Periods stand for their first days, as in Recognizers-Text."""
    b = _end(groups["b"], reference)
    if "now" in groups:
        start = groups["now"].values[0].date()
    else:
        a = _end(groups["a"], reference)
        start = resolved(a, reference)
        if isinstance(a, Day) and a.year is None and not (isinstance(b, Day) and b.year is None):
            end = resolved(b, reference)
            start = a.latest(end) if end else None
    if start is None or b is None:
        return None
    end = b.earliest(start) if isinstance(b, Day) else b
    return interval(start, end) if end else None


def _end(run: Run, reference: Reference) -> Day | date | None:
    """A day, or the first one of a period."""
    if run.kinds in (LETTERS["MONTH"], LETTERS["MAY"]):
        return Day(month=MONTHS.index(run.words[0][:3]) + 1, day=1)
    if run.kinds == LETTERS["DAY"]:
        day: Day | date = run.values[0]
        return day
    period = any_period(run, reference)
    return period and period[0]


@PHRASES.form("(?P<u>TO_DATE)")
def _to_date(groups: Groups, reference: Reference) -> Interval | None:
    if reference is None:
        return None
    whole = stretch(first(groups, "u").split()[0], reference.date())
    return interval(whole[0], reference.date()) if whole else None


# Up to, or from on.

short(
    "LIMIT",
    "(?: [PART_OF_PERIOD MOMENT PERIOD TIME DAY MONTH MAY LUNCH] | YEAR (?! WORD) )",
)


@PHRASES.form("[BEFORE BY UNTIL NO_LATER] AROUND? ON? (?P<p>LIMIT) (?! UNIT)")
def _until(groups: Groups, reference: Reference) -> Interval | None:
    limit = _limit(groups["p"], reference)
    if limit is None:
        return None
    ends = first(groups, "p").removeprefix("the ").startswith("end of")
    return interval(None, limit[1] if ends else limit[0])


@PHRASES.form("[AFTER LATER_THAN] AROUND? ON? (?P<p>LIMIT) (?! UNIT)")
def _after(groups: Groups, reference: Reference) -> Interval | None:
    limit = _limit(groups["p"], reference)
    if limit is None:
        return None
    begins = first(groups, "p").removeprefix("the ").startswith(("start of", "beginning of"))
    return interval(limit[0] if begins else limit[1], None)


@PHRASES.form("[SINCE NO_EARLIER STARTING] AROUND? [ON FROM]? (?P<p>LIMIT) (?! UNIT)")
def _since(groups: Groups, reference: Reference) -> Interval | None:
    limit = _limit(groups["p"], reference)
    return interval(limit[0], None) if limit else None


def _limit(run: Run, reference: Reference) -> tuple[End, End] | None:
    """Where what a limit says begins and ends: the same for days, moments and times of day."""
    match run.values[0]:
        case (date() as start, date() as end):
            return start, end
        case datetime() as at:
            return Moment.of(at), Moment.of(at)
        case Time() as time:
            return time.clock, time.clock
        case Day() | date() as said:
            day = resolved(said, reference)
            return (day, day) if day else None
    return part_of_day(run) if is_a(run, "LUNCH") else any_period(run, reference)


# Stretches of the calendar and of the day.


@PHRASES.form("(?P<p>[PART_OF_PERIOD PERIOD])")
def _period(groups: Groups, reference: Reference) -> Interval | None:
    return interval(*groups["p"].values[0])


@PHRASES.form("(?P<d>DAY_PART)")
def _part_of_a_day(groups: Groups, reference: Reference) -> Interval | None:
    day, _, (start, end) = groups["d"].values[0]
    return interval(Moment(day, start), Moment(day, end))


@PHRASES.form(*(f"(?P<all>{times}) (?! UNIT)" for times in _TIME_RANGES))
def _times(groups: Groups, reference: Reference) -> Interval | None:
    words = groups["all"]
    minutes = is_a(words, "FROM", "BETWEEN") and is_a(words, "W2", "W3")
    if not (is_a(words, "TIME") or "part" in groups or minutes):
        return None
    times = _time_range(groups)
    return interval(times[0].clock, times[1].clock) if times else None


@PHRASES.form("(?P<t>TIME)")
def _time(groups: Groups, reference: Reference) -> Clock:
    time: Time = groups["t"].values[0]
    return time.clock


@PHRASES.form(
    "(?: (?P<p>[EARLY LATE LATER]) )? IN THE (?P<q>[PART PARTS])",
    "AT (?P<q>PART)",
    "(?P<q>LUNCH)",
)
def _part_alone(groups: Groups, reference: Reference) -> Interval | None:
    part = groups["q"]
    if part.words == ["lunch"]:
        return None
    kinds = groups["p"].kinds if "p" in groups else ""
    return Interval(*part_of_day(part._replace(kinds=kinds + part.kinds)))


# Days, months and years.


@PHRASES.form("(?P<d>DAY)")
def _day(groups: Groups, reference: Reference) -> date | None:
    return resolved(groups["d"].values[0], reference)


@PHRASES.form(
    "(?<= [IN DURING FROM YEAR_UNIT]) (?P<p>[YEAR WORD_YEAR]) (?! UNIT)",
    "(?<= YEAR_UNIT OF) (?P<p>[YEAR WORD_YEAR])",
    "(?<= [IN DURING FROM]) (?P<p>MON) (?! DIGITS | WORDS)",
    "(?<= IN) (?P<p> THE [MONTH_UNIT YEAR_UNIT]) (?= STOP)",
    "(?<= THE) (?P<p>MONTH) (?! DIGITS | WORDS)",
    "(?P<alone>MONTH)",
)
def _month_or_year(groups: Groups, reference: Reference) -> Interval | None:
    if len(first(groups, "alone")) in range(1, 7):  # names of people, abbreviations
        return None
    period = any_period(groups.get("p") or groups["alone"], reference)
    return interval(*period) if period else None


@PHRASES.form(
    "ALL (?P<u>[DAY_UNIT WEEK MONTH_UNIT YEAR_UNIT])",
    "(?P<n>NUMBER) DASH? (?P<u>[PART PARTS])",
    "(?<= FOR) (?P<n>[D1 D2 D3 D4 D5]) (?P<u>GLUED_UNIT)",
)
def _length(groups: Groups, reference: Reference) -> Duration | None:
    name = unit(first(groups, "u"))
    if name not in UNITS:
        return None
    field, factor = UNITS[name]
    return Duration(**{field: factor * (number(first(groups, "n")) if "n" in groups else 1)})


_LEVELS = (
    TIMES,
    AMOUNTS,
    DAYS,
    TIMES_IN_PART,
    PERIODS,
    PARTS_OF_PERIODS,
    DAY_PARTS,
    RANGES,
    MOMENTS,
)


# What stands in no phrase; patterns only ask whether it stands before or behind one.
_CLAUSE = re.compile("[^{WORD}{STOP}]+".format_map(LETTERS))
_MAX_REMEMBERED = 32  # words: longer clauses seldom come again, and would fill the memory


def phrases(run: Run, reference: Reference) -> Iterator[Found]:
    """Extents in the text, and values, of what a run says about time, in order."""
    for clause in _CLAUSE.finditer(run.kinds):
        start, end = clause.start() - 1, clause.end() + 1
        if end - start <= _MAX_REMEMBERED and not _may_speak(run.kinds[start:end]):
            continue
        part = run.part(start, end)
        for level in _LEVELS:
            part = level.chunk(part, reference)
        for begin, stop, value in PHRASES.find(part, reference):
            yield part.spans[begin][0], part.spans[stop - 1][1], value


@lru_cache(1 << 14)
def _may_speak(kinds: str) -> bool:
    """Whether words of these classes may hold a phrase; texts repeat the same few silent ones."""
    return any(level.occurs(kinds) for level in (*_LEVELS, PHRASES))
