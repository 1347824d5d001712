"""Phrases for amounts of time, days and times of day: `two weeks`, `May 9th`, `half past seven`."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from fluxem_encoders.patterns.temporal_calendar import Day, numeric_day, shift, stretch
from fluxem_encoders.patterns.temporal_grammar import Groups, Level, Reference, short
from fluxem_encoders.patterns.temporal_words import (
    LETTERS,
    MONTHS,
    NUMBERS,
    TENS,
    WEEKDAYS,
    Run,
    number,
)
from fluxem_encoders.structures.temporal import DAY, Clock
from fluxem_encoders.values import Duration

short("DIGITS", "[D1 D2 D3 D4 D5]")
short("WORDS", "[W1 W2 W3]")
short("NUMBER", "[D1 D2 D3 D4 D5 W1 W2 W3]")
short("HOUR", "[D1 D2 W1]")
short("DAY_NUMBER", "[D1 D2 D3]")
short("ORD", "[ORDINAL SECOND DIGIT_ORDINAL WORD_ORDINAL]")
short("MON", "[MONTH MAY VERB]")
short("WD", "[WEEKDAY SUN]")
short("LONG_UNIT", "[DAY_UNIT WEEK MONTH_UNIT YEAR_UNIT DECADE_UNIT]")
short("SHORT_UNIT", "[CLOCK_UNIT SECOND]")
short("UNIT", "[DAY_UNIT WEEK MONTH_UNIT YEAR_UNIT DECADE_UNIT CLOCK_UNIT SECOND QUARTER]")
short("BEHIND", "(?<= [ON BY FOR FROM TO UNTIL SINCE BEFORE AFTER BETWEEN])")
short("REL", "(?: THIS [NEXT LAST PAST]? | NEXT | LAST | PAST | FOLLOWING)")
short("DAY_OF", "(?: DAY_NUMBER | ORD )")

UNITS: dict[str, tuple[str, int]] = {
    "day": ("days", 1), "week": ("days", 7), "wk": ("days", 7), "fortnight": ("days", 14),
    "month": ("months", 1), "quarter": ("months", 3), "year": ("months", 12), "yr": ("months", 12),
    "y": ("months", 12), "decade": ("months", 120), "hour": ("seconds", 3600),
    "hr": ("seconds", 3600), "h": ("seconds", 3600), "minute": ("seconds", 60),
    "min": ("seconds", 60), "second": ("seconds", 1), "sec": ("seconds", 1), "night": ("days", 1),
}  # fmt: skip
"""Of a unit of time the field of Duration that counts it, and how many of that it is."""


def unit(word: str) -> str:
    """A unit's singular."""
    return word if word in UNITS else word.removesuffix("s")


def is_a(run: Run, *names: str) -> bool:
    """Whether some word is of one of these classes."""
    return any(LETTERS[name] in run.kinds for name in names)


def first(groups: Groups, name: str) -> str:
    """The first word of a group; empty where it took no part."""
    return groups[name].words[0] if name in groups else ""


def offset(words: Run) -> int:
    """Which of several a word of REL means: -1 for the last, 0 for this one, 1 for the next."""
    if is_a(words, "LAST", "PAST"):
        return -1
    return int(is_a(words, "NEXT", "FOLLOWING"))


AMOUNTS = Level("AMOUNT")
"""Lengths of time, as Duration."""


@AMOUNTS.form(
    "(?P<a> NUMBER DASH? UNIT) (?: (?:COMMA? AND | COMMA)? (?P<b> NUMBER UNIT )"
    " (?: (?:COMMA? AND | COMMA)? (?P<c> NUMBER UNIT ) )? )?",
    "(?P<a> (?: A | HALF A? ) UNIT) (?= [AGO LATER FROM_NOW])",
    "(?<=IN) (?P<a> (?: A | HALF A? ) UNIT)",
    "(?P<a> A UNIT) (?= [BEFORE AFTER FROM] [TODAY MONTH FULL_DATE NOW])",
)
def _amount(groups: Groups, reference: Reference) -> Duration | None:
    total = {"months": 0, "days": 0, "seconds": 0}
    for name in groups:
        words = groups[name].words
        part, factor = UNITS[unit(words[-1])]
        if words[0] == "half":
            total[part] += factor // 2
        else:
            total[part] += factor * (1 if words[0] in ("a", "an") else number(words[0]))
    return Duration(**total)


DAYS = Level("DAY")
"""Days, as Day where a part is not said, else as date."""

short("YEAR_BEHIND", "[COMMA OF IN DASH SLASH]? YEAR")
short("WD_BEFORE", "WD COMMA?")


def _day(groups: Groups) -> Day:
    return Day(
        year=int(groups["y"].words[-1]) if "y" in groups else None,
        month=MONTHS.index(first(groups, "m")[:3]) + 1 if "m" in groups else None,
        day=number(first(groups, "d")),
        weekday=weekday(groups["w"]) if "w" in groups else None,
    )


def weekday(words: Run) -> int:
    """0 for Monday."""
    return WEEKDAYS.index(words.words[0][:3])


@DAYS.form(
    "(?:(?P<w>WD) COMMA?)? (?P<m>MON) [DASH SLASH COMMA]? THE? (?P<d>ORD) (?P<y>YEAR_BEHIND)?",
    "(?:(?P<w>WD) COMMA?)? (?P<m>[MONTH MAY]) [DASH SLASH COMMA]? (?P<d>DAY_NUMBER)"
    " (?P<y>YEAR_BEHIND)? (?: OPEN WD CLOSE )?",
    "(?:(?P<w>WD) COMMA?)? (?P<m>VERB) [DASH SLASH]? (?P<d>DAY_NUMBER)"
    " (?: (?P<y>YEAR_BEHIND) | (?! WORD))",
    "(?:(?P<w>WD) COMMA?)? THE? (?P<d> (?:DAY_NUMBER | ORD)) DAY_UNIT? OF THE? (?P<m>MON)"
    " (?P<y>YEAR_BEHIND)?",
    "(?:(?P<w>WD) COMMA?)? THE? (?P<d> (?:DAY_NUMBER | ORD)) [DASH SLASH COMMA]?"
    " (?P<m>[MONTH MAY]) (?P<y>YEAR_BEHIND)?",
    "(?P<d>DAY_NUMBER) [DASH SLASH]? (?P<m>VERB) (?P<y>YEAR_BEHIND)",
    "(?P<y>YEAR) [DASH SLASH] (?P<m>MON) [DASH SLASH] (?P<d>DAY_NUMBER)",
    "(?P<y>YEAR) SLASH (?P<d>DAY_NUMBER) SLASH (?P<m>MON)",
)
def _with_month(groups: Groups, reference: Reference) -> Day | None:
    return _day(groups)


@DAYS.form(
    "(?:WD COMMA?)? (?P<n>FULL_DATE)",
    "WD COMMA? (?P<n>MONTH_DAY)",
    "(?P<n>MONTH_DAY) COMMA (?P<y>YEAR)",
    "BEHIND (?P<n>MONTH_DAY) (?! WORD | OF | UNIT | AMOUNT)",
    "(?P<n>MONTH_DAY) (?= [AT COMMA]? TIME | [DASH TO] [MONTH_DAY FULL_DATE])",
    "(?<=DASH) (?P<n>MONTH_DAY) (?= [COMMA STOP])",
)
def _numeric(groups: Groups, reference: Reference) -> Day:
    day = numeric_day(first(groups, "n"))
    return replace(day, year=int(first(groups, "y"))) if "y" in groups else day


@DAYS.form(
    "(?P<w>WD) COMMA? (?P<the>THE)? (?P<d>ORD)",
    "(?P<w>WD) (?P<d>DAY_NUMBER) (?! WORD | UNIT | AMOUNT | DASH | TO | AMPM)",
)
def _weekday_and_day(groups: Groups, reference: Reference) -> Day:
    return replace(_day(groups), here="the" in groups)


@DAYS.form(
    "THE? (?P<d>ORD) DAY_UNIT OF (?:THE | (?P<r>REL)) MONTH_UNIT",
    "THE? (?P<d>ORD) OF (?P<r>REL) MONTH_UNIT",
)
def _day_of_month(groups: Groups, reference: Reference) -> date | None:
    if reference is None:
        return None
    month = stretch("month", reference.date(), offset(groups["r"]) if "r" in groups else 0)
    return month and Day(month[0].year, month[0].month, number(first(groups, "d"))).resolve(None)


@DAYS.form("(?P<h>HOLIDAY) (?: (?P<y> [OF IN COMMA]? YEAR) | [OF IN]? (?P<r>REL) YEAR_UNIT )?")
def _holiday(groups: Groups, reference: Reference) -> Day | None:
    said = int(groups["y"].words[-1]) if "y" in groups else None
    if "r" in groups:
        if reference is None:
            return None
        said = reference.year + offset(groups["r"])
    return Day(year=said, holiday=first(groups, "h"))


_TODAY = {"today": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "yesterday": -1}


@DAYS.form("(?P<word> (?:TODAY | TODAY_PHRASE))", "THE (?P<r>[NEXT FOLLOWING]) DAY_UNIT")
def _relative(groups: Groups, reference: Reference) -> date | None:
    if reference is None:
        return None
    words = first(groups, "word").split() or ["tomorrow"]
    days = _TODAY[words[-1]] * (2 if len(words) > 1 else 1)
    return shift(reference.date(), Duration(days=days))


@DAYS.form(
    "THE? (?P<r>REL) COMMA? (?P<w>WD)",
    "THE? (?P<r>REL) WEEK COMMA? ON? (?P<w>WD)",
    "(?P<w>WD) [OF COMMA]? THE? (?P<r>REL) WEEK",
)
def _weekday_of_week(groups: Groups, reference: Reference) -> date | None:
    if reference is None:
        return None
    today, wanted, words = reference.date(), weekday(groups["w"]), groups["r"].words
    if words[-1] == "upcoming" or words == ["this", "coming"]:
        return Day(weekday=wanted).earliest(today + timedelta(days=1))
    if words[-1] == "past":
        return Day(weekday=wanted).resolve(today)
    week = stretch("week", today, offset(groups["r"]))
    return week and week[0] + timedelta(days=wanted)


@DAYS.form(
    "(?P<a>AMOUNT) (?P<back>AGO)",
    "(?P<a>AMOUNT) [LATER FROM_NOW]",
    "IN (?P<a>AMOUNT)",
    "(?P<a>AMOUNT) (?: (?P<back>BEFORE) | [FROM AFTER] ) (?P<word>[TODAY TODAY_PHRASE])",
)
def _away(groups: Groups, reference: Reference) -> date | None:
    by = groups["a"].values[0]
    start = _relative(groups, reference) if "word" in groups else reference and reference.date()
    if start is None or by.seconds:
        return None
    return shift(start, by, -1 if "back" in groups else 1)


@DAYS.form("(?P<w>WEEKDAY)", "BEHIND (?P<w>SUN)", "(?P<w>SUN) (?= [COMMA AT]? TIME | PART)")
def _weekday(groups: Groups, reference: Reference) -> Day:
    return Day(weekday=weekday(groups["w"]))


@DAYS.form(
    "(?<= [ON BY FROM TO UNTIL SINCE BEFORE AFTER]) THE? (?P<d>DIGIT_ORDINAL) (?! WORD | OF | UNIT)"
)
def _day_alone(groups: Groups, reference: Reference) -> Day:
    return Day(day=number(first(groups, "d")))


def resolved(day: Any, reference: Reference) -> date | None:
    """The date that a value of DAYS is, seen from the reference."""
    if isinstance(day, Day):
        return day.resolve(reference and reference.date())
    return day if isinstance(day, date) else None


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day in seconds since midnight; not `sure` where it may be twelve hours later."""

    seconds: int
    sure: bool = True

    @property
    def clock(self) -> Clock:
        minutes, second = divmod(self.seconds, 60)
        return Clock(minutes // 60, minutes % 60, second)

    def in_part(self, part: str) -> "Time":
        """The time in that part of the day: four in the afternoon is 16:00."""
        late = part == "night" and self.seconds < 5 * _HOUR
        if part == "morning" or late or self.sure or self.seconds >= DAY // 2:
            return Time(self.seconds)
        return Time(self.seconds + DAY // 2)


_HOUR = 3600
TIMES = Level("TIME")
"""Times of day that are plainly such, as Time."""


def _time(hour: int, minute: int = 0, second: int = 0, *, half: str = "") -> Time | None:
    """With `am` or `pm` behind it, or neither: as written, which is surely so from 13:00 on."""
    if hour > 24 or (half and not 1 <= hour <= 12) or minute > 59:
        return None
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    sure = bool(half) or hour > 12 or hour == 0
    return Time(hour % 24 * _HOUR + minute * 60 + second, sure)


def _half(groups: Groups) -> str:
    """`am`, `pm` or nothing."""
    said = first(groups, "half").replace(".", "").replace(" ", "")
    return "" if said in ("", "ampm") else f"{said[0]}m"


@TIMES.form(
    "(?P<t>[CLOCK DOT_CLOCK]) OCLOCK? (?P<half>AMPM)",
    "(?P<t>[D1 D2 W1]) (?P<half>AMPM)",
    "(?P<t>CLOCK) (?! RATIO)",
    "(?P<t>HOUR) OCLOCK (?P<half>AMPM)?",
)
def _written(groups: Groups, reference: Reference) -> Time | None:
    text = first(groups, "t")
    return _time(*map(number, re.split("[.:]", text)), half=_half(groups))


@TIMES.form("(?P<t>[YEAR D5]) (?P<half>AMPM)")
def _together(groups: Groups, reference: Reference) -> Time | None:
    text = first(groups, "t")
    return _time(int(text[:-2] or 0), int(text[-2:]), half=_half(groups))


@TIMES.form(
    "(?P<m> (?:A? [QUARTER HALF] | NUMBER CLOCK_UNIT?)) (?P<way>[PAST AFTER]) (?P<h>HOUR)"
    " OCLOCK? (?P<half>AMPM)?",
    "(?P<m> (?:A? QUARTER | NUMBER CLOCK_UNIT)) (?P<way>[TO BEFORE]) (?P<h>HOUR) OCLOCK?"
    " (?P<half>AMPM)?",
    "(?P<m> NUMBER) (?P<way>TO) (?P<h>HOUR) OCLOCK (?P<half>AMPM)?",
)
def _past(groups: Groups, reference: Reference) -> Time | None:
    words = groups["m"].words
    said = words[1] if words[0] == "a" else words[0]
    minutes = {"quarter": 15, "half": 30}.get(said) or number(said)
    time = _time(number(first(groups, "h")), half=_half(groups))
    if time is None or minutes > 59:
        return None
    back = first(groups, "way") in ("to", "before")
    return Time((time.seconds + (-60 if back else 60) * minutes) % DAY, time.sure)


@TIMES.form("(?P<h>W1) DASH? (?P<m>[W2 W3]) CLOCK_UNIT? (?P<half>AMPM)")
def _hour_and_minutes(groups: Groups, reference: Reference) -> Time | None:
    return _time(number(first(groups, "h")), number(first(groups, "m")), half=_half(groups))


@TIMES.form("D1? (?P<n>[NOON MIDNIGHT])")
def _noon(groups: Groups, reference: Reference) -> Time:
    return Time(0 if first(groups, "n").startswith(("midn", "mid ", "mid-")) else 12 * _HOUR)


short("ANY_TIME", "(?: TIME | W1 DASH? [W2 W3] CLOCK_UNIT? | DOT_CLOCK | HOUR )")


def any_time(run: Run) -> Time | None:
    """The time of words of ANY_TIME: also of what is one only in context, as `7` and `9.30`."""
    if isinstance(run.values[0], Time):
        return run.values[0]
    if is_a(run, "DOT_CLOCK"):
        return _time(*map(int, run.words[0].split(".")))
    minutes = [word for word in run.words[1:] if re.split("[ -]", word)[0] in (*NUMBERS, *TENS)]
    return _time(number(run.words[0]), number(minutes[0]) if minutes else 0)


TIMES_IN_PART = Level("TIME")
"""Times with the part of the day: `seven in the morning`, `in the evening at 8`."""


@TIMES_IN_PART.form(
    "(?P<t>ANY_TIME) (?P<part> (?: IN THE? [EARLY LATE]? PART | AT PART | [EARLY LATE] PART ))",
    "(?<! EVERY) (?P<part> (?:IN THE)? [EARLY LATE]? PART) [COMMA AT AROUND]{1,2} (?P<t>ANY_TIME)",
)
def _time_in_part(groups: Groups, reference: Reference) -> Time | None:
    time = any_time(groups["t"])
    return time and time.in_part(groups["part"].words[-1])


_PARTS = {"morning": (8, 12), "afternoon": (12, 16), "evening": (16, 20), "lunch": (11, 13)}


def part_of_day(words: Run) -> tuple[Clock, Clock]:
    """When a part of the day begins and ends, as Recognizers-Text has it; its first or second
    half where it is early or late."""
    name = unit(words.words[-1].removesuffix("time")).removesuffix("s")
    if name in ("night", "tonight", "tonite"):
        return Clock(20), Clock(23, 59, 59)
    start, end = _PARTS[name]
    middle = (start + end) // 2
    if is_a(words, "EARLY"):
        return Clock(start), Clock(middle)
    if is_a(words, "LATE", "LATER"):
        return Clock(middle), Clock(end)
    return Clock(start), Clock(end)


def moment(day: date, time: Time) -> datetime:
    """That time of that day."""
    return datetime(day.year, day.month, day.day) + timedelta(seconds=time.seconds)
