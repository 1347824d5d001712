"""Phrases for stretches of the calendar: `next week`, `early March 2019`, `the second quarter`."""

from datetime import date, timedelta

from fluxem_encoders.patterns.temporal_calendar import (
    Day,
    Stretch,
    last_week,
    months_of,
    nth_week,
    season,
    stretch,
    week_of_year,
)
from fluxem_encoders.patterns.temporal_grammar import Groups, Level, Reference, short
from fluxem_encoders.patterns.temporal_points import first, is_a, offset, resolved, unit
from fluxem_encoders.patterns.temporal_words import MONTHS, Run, number, year

PERIODS = Level("PERIOD")
"""As Stretch."""

short("LONG", "[WEEK MONTH_UNIT QUARTER YEAR_UNIT DECADE_UNIT WEEKEND]")
short("QUARTER_NAME", "(?: Q | H | ORD QUARTER | ORD HALF )")


def _said_year(groups: Groups, reference: Reference) -> int | None:
    """The year that group `y` says in digits, or with a word of REL in group `r`."""
    if "y" in groups:
        return int(groups["y"].words[-1])
    if reference is None:
        return None
    return reference.year + (offset(groups["r"]) if "r" in groups else 0)


def _latest(month: int, count: int, reference: Reference) -> Stretch | None:
    """So many months of the year in which they last began."""
    start = reference and Day(month=month, day=1).latest(reference.date())
    return months_of(start.year, month, count) if start else None


@PERIODS.form(
    "(?P<m>MON) [COMMA DASH SLASH OF IN]{0,2} (?P<y>YEAR)",
    "(?P<y>YEAR) [DASH SLASH]? (?P<m>[MONTH MAY])",
    "THE? (?P<r>REL) (?P<m>MON)",
    "(?P<n>MONTH_YEAR)",
)
def _month(groups: Groups, reference: Reference) -> Stretch | None:
    if "n" in groups:
        text = first(groups, "n")
        return months_of(int(text[-4:]), int(text[:-5]), 1)
    said = _said_year(groups, reference)
    return None if said is None else months_of(said, _month_number(groups["m"]), 1)


def _month_number(words: Run) -> int:
    return MONTHS.index(words.words[0][:3]) + 1


@PERIODS.form(
    "THE? (?P<q>QUARTER_NAME) [OF DASH COMMA IN]? (?P<y>YEAR)",
    "THE? (?P<q>QUARTER_NAME) [OF IN] THE? (?P<r>REL)? (?P<all>YEAR_UNIT)",
    "(?P<y>YEAR) DASH? (?P<q>QUARTER_NAME)",
    "(?P<r>REL) (?P<all>YEAR_UNIT) S (?P<q>QUARTER_NAME)",
    "(?P<q>[Q H])",
)
def _quarter(groups: Groups, reference: Reference) -> Stretch | None:
    words = groups["q"].words
    halves = words[0].startswith("h") or words[-1] == "half"
    n = int(words[0][1]) if len(words) == 1 else number(words[0])
    count = 6 if halves else 3
    if n * count > 12:
        return None
    if not groups.keys() & {"y", "all"}:
        return _latest((n - 1) * count + 1, count, reference)
    said = _said_year(groups, reference)
    return None if said is None else months_of(said, (n - 1) * count + 1, count)


@PERIODS.form(
    "THE? (?P<n> (?:ORD | LAST)) WEEK [OF IN] THE? (?P<p> (?: REL [MONTH_UNIT YEAR_UNIT]"
    " | [MONTH_UNIT YEAR_UNIT] | MON (?:[COMMA OF]? YEAR)? | YEAR ))",
    "WEEK (?P<n>DIGITS) (?:OF (?P<y>YEAR))? (?! UNIT)",
)
def _week(groups: Groups, reference: Reference) -> Stretch | None:
    if "p" not in groups:
        said = _said_year(groups, reference)
        return None if said is None else week_of_year(said, int(first(groups, "n")))
    whole = any_period(groups["p"], reference)
    if whole is None:
        return None
    return (
        last_week(whole)
        if is_a(groups["n"], "LAST")
        else nth_week(whole, number(first(groups, "n")))
    )


@PERIODS.form("THE? (?: WEEK_OF | WEEK OF ) (?P<d>DAY)")
def _week_of_day(groups: Groups, reference: Reference) -> Stretch | None:
    day = resolved(groups["d"].values[0], reference)
    return stretch("week", day) if day else None


@PERIODS.form("(?P<r>REL) CALENDAR? (?P<u>LONG)")
def _relative(groups: Groups, reference: Reference) -> Stretch | None:
    name = unit(first(groups, "u"))
    name = {"wk": "week", "yr": "year"}.get(name, name)
    if reference is None or name == "fortnight":
        return None
    return stretch(name, reference.date(), offset(groups["r"]))


@PERIODS.form("(?P<r>REL) (?P<s>SEASON)", "THE? (?P<s>SEASON) [OF IN]? (?P<y>YEAR)")
def _season(groups: Groups, reference: Reference) -> Stretch | None:
    said = _said_year(groups, reference)
    return None if said is None else season(first(groups, "s"), said)


@PERIODS.form("THE? (?P<d>DECADE)")
def _decade(groups: Groups, reference: Reference) -> Stretch | None:
    return stretch("decade", date(int(first(groups, "d")[:4]), 1, 1))


def any_period(run: Run, reference: Reference) -> Stretch | None:
    """The stretch of what is one only in context: `2019`, `March`, `March 2019`, `last month`."""
    if run.values[0] is not None:
        value: Stretch = run.values[0]
        return value
    if is_a(run, "YEAR", "WORD_YEAR") and len(run.words) == 1:
        said = year(run.words[0])
        return months_of(said, 1, 12) if 1900 <= said < 2100 else None
    if is_a(run, "MONTH", "MAY", "VERB") and len(run.words) == 1:
        return _latest(_month_number(run), 1, reference)
    for _, _, found in PERIODS.find(run, reference):
        whole: Stretch = found
        return whole
    name = unit(run.words[-1])
    known = reference is not None and name in ("week", "month", "quarter", "year", "weekend")
    return stretch(name, reference.date()) if reference and known else None


PARTS_OF_PERIODS = Level("PART_OF_PERIOD")
"""As Stretch."""


@PARTS_OF_PERIODS.form(
    "(?P<mod> THE? [START END STARTING MID]) OF THE? (?P<p> (?: PERIOD | MON | YEAR | LONG ))",
    "(?P<mod>[EARLY LATE MID]) DASH? [IN OF]? (?P<p>[PERIOD MONTH MAY])",
    "(?P<mod>[LATER EARLIER]) IN? (?P<p> (?: PERIOD | THE LONG ))",
    "(?P<mod>REST) OF (?P<p> (?: PERIOD | THE LONG ))",
)
def _part(groups: Groups, reference: Reference) -> Stretch | None:
    whole = any_period(groups["p"], reference)
    if whole is None:
        return None
    if is_a(groups["mod"], "REST"):
        last = whole[1] - timedelta(days=1)
        return (reference.date(), last) if reference and reference.date() <= last else None
    if is_a(groups["mod"], "MID"):
        first_day = whole[0]
        return first_day + timedelta(days=9), first_day + timedelta(days=20)
    start, middle, end = whole[0], _middle(whole), whole[1]
    if is_a(groups["mod"], "EARLY", "EARLIER", "START", "STARTING"):
        return start, middle
    now = is_a(groups["mod"], "LATER") and reference and reference.date()
    return (max(middle, now) if now and now < end else middle), end


def _middle(whole: Stretch) -> date:
    """Where the second half begins: on Thursdays, on the 16th, in July, else by days."""
    start, end = whole
    days = (end - start).days
    if 28 <= days <= 31:
        return start + timedelta(days=15)
    if start.day == end.day and days > 360:
        months = start.year * 12 + start.month - 1 + (days // 365) * 6
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(days=days // 2)
