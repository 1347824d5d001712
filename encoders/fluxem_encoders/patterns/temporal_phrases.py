"""What a text says about time as values: moments, intervals, what recurs, days, times of day."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.temporal_calendar import Day, shift, stretch
from fluxem_encoders.patterns.temporal_grammar import Groups, Level, Reference, short
from fluxem_encoders.patterns.temporal_moments import (
    DAY_PARTS,
    MOMENTS,
    RANGES,
    TIME_RANGES,
    interval,
    moments_between,
    time_range,
)
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
    LETTERS,
    MONTHS,
    Run,
    number,
)
from fluxem_encoders.structures.temporal import (
    Clock,
    End,
    Interval,
    Moment,
    Recurrence,
)
from fluxem_encoders.values import Duration, Value

Found = tuple[int, int, Value]

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
    if start is None:  # `now`, which without a reference is no moment
        return None
    if not isinstance(end, datetime):
        time = any_time(groups["b"])
        if time is None:
            return None
        end = moment(start.date(), time)
        if end <= start and not time.sure:
            end += timedelta(hours=12)
        if end <= start:
            end += timedelta(days=1)
    return moments_between(start, end)


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
        return moments_between(away, reference) if past else moments_between(reference, away)
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


@PHRASES.form(*(f"(?P<all>{times}) (?! UNIT)" for times in TIME_RANGES))
def _times(groups: Groups, reference: Reference) -> Interval | None:
    words = groups["all"]
    minutes = is_a(words, "FROM", "BETWEEN") and is_a(words, "W2", "W3")
    if not (is_a(words, "TIME") or "part" in groups or minutes):
        return None
    times = time_range(groups)
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
    PHRASES,
)


# What stands in no phrase; patterns only ask whether it stands before or behind one.
_CLAUSE = re.compile("[^{WORD}{STOP}]+".format_map(LETTERS))
_MAX_REMEMBERED = 32  # words: longer clauses seldom come again, and would fill the memory


def phrases(run: Run, reference: Reference) -> Iterator[Found]:
    """Extents in the text, and values, of what a run says about time, in order."""
    for clause in _CLAUSE.finditer(run.kinds):
        start, end = clause.start() - 1, clause.end() + 1
        level = _next_level(run.kinds[start:end], 0)
        if level is None:
            continue
        part = run.part(start, end)
        while level is not None and _LEVELS[level] is not PHRASES:
            part = _LEVELS[level].chunk(part, reference)
            level = _next_level(part.kinds, level + 1)
        for begin, stop, value in PHRASES.find(part, reference) if level is not None else ():
            yield part.spans[begin][0], part.spans[stop - 1][1], value


def _next_level(kinds: str, place: int) -> int | None:
    """The first level from a place on of which words of these classes may hold a phrase."""
    find = _remembered_level if len(kinds) <= _MAX_REMEMBERED else _search_level
    return find(kinds, place)


def _search_level(kinds: str, place: int) -> int | None:
    return next((i for i in range(place, len(_LEVELS)) if _LEVELS[i].occurs(kinds)), None)


_remembered_level = lru_cache(1 << 15)(_search_level)  # texts repeat the same few classes of words
