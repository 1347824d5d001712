"""Times of day, moments, intervals between two of them, and what recurs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Self

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip
from fluxem_encoders.structured import Structured

DAY = 24 * 60 * 60
"""Seconds."""

MAX_OFFSET = 24 * 60 - 1
"""Of UTC offsets, in minutes."""

UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
"""What may recur."""

MAX_EVERY = 9999
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, order=True)
class Clock(Structured, key="clock", domain="temporal"):
    """A time of day, to the second: hours 0 to 23, minutes and seconds 0 to 59.

    Raises:
        ValueFormError: for other numbers.
    """

    hour: int
    minute: int = 0
    second: int = 0

    def __post_init__(self) -> None:
        for part, limit in ((self.hour, 24), (self.minute, 60), (self.second, 60)):
            if type(part) is not int or not 0 <= part < limit:
                raise ValueFormError(
                    "a time of day has hours 0 to 23, minutes and seconds 0 to 59, "
                    f"got {clip(self.hour)}, {clip(self.minute)}, {clip(self.second)}"
                )

    @property
    def seconds(self) -> int:
        """Since midnight."""
        return (self.hour * 60 + self.minute) * 60 + self.second

    def to_json(self) -> dict[str, Any]:
        """{"clock": "16:30:00"}."""
        return {"clock": self.to_text()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        if set(form) != {"clock"}:
            raise ValueFormError(f'expected {{"clock": "16:30:00"}}, got {clip(form)}')
        return cls.from_text(form["clock"])

    @classmethod
    def from_text(cls, text: Any) -> Self:
        """Read 16:30:00; the seconds may be left out."""
        parts = text.split(":") if isinstance(text, str) else []
        if len(parts) not in (2, 3) or not all(p.isdecimal() and len(p) == 2 for p in parts):
            raise ValueFormError(f"expected a time of day such as 16:30:00, got {clip(text)}")
        return cls(*map(int, parts))

    def to_text(self) -> str:
        """16:30:00."""
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}"


@dataclass(frozen=True, slots=True)
class Moment(Structured, key="moment", domain="temporal"):
    """A day and a time of that day, to the second.

    `offset` is how far local time is ahead of UTC, in minutes within ±(24 * 60 - 1), or None
    where the text says nothing about it. Moments with unlike offsets are unlike values.

    Raises:
        ValueFormError: for what is no day, no time of day or no such offset.
    """

    day: date
    clock: Clock
    offset: int | None = None

    def __post_init__(self) -> None:
        if type(self.day) is not date or not isinstance(self.clock, Clock):
            raise ValueFormError("a moment is a date and a time of that day")
        if self.offset is not None and not (
            type(self.offset) is int and abs(self.offset) <= MAX_OFFSET
        ):
            raise ValueFormError(
                f"UTC offsets lie within ±{MAX_OFFSET} minutes, got {clip(self.offset)}"
            )

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The moment of a datetime; fractions of a second and of a minute's offset are cut."""
        ahead = moment.utcoffset()
        offset = None if ahead is None else int(ahead.total_seconds() // 60)
        clock = Clock(moment.hour, moment.minute, moment.second)
        return cls(moment.date(), clock, offset)

    @property
    def seconds(self) -> int:
        """Since the beginning of the day before year 1's first, in UTC where there is an offset."""
        return self.day.toordinal() * DAY + self.clock.seconds - 60 * (self.offset or 0)

    def to_json(self) -> dict[str, Any]:
        """{"moment": "2024-02-29T16:30:00+01:00"}; without an offset if there is none."""
        return {"moment": self.to_text()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        if set(form) != {"moment"}:
            raise ValueFormError(f'expected {{"moment": "2024-02-29T16:30:00"}}, got {clip(form)}')
        return cls.from_text(form["moment"])

    @classmethod
    def from_text(cls, text: Any) -> Self:
        """Read 2024-02-29T16:30:00, with `+01:00` or `Z` behind it or not."""
        try:
            moment = datetime.fromisoformat(text)
        except (TypeError, ValueError):
            raise ValueFormError(
                f"expected a moment such as 2024-02-29T16:30:00, got {clip(text)}"
            ) from None
        return cls.of(moment)

    def to_text(self) -> str:
        """2024-02-29T16:30:00+01:00."""
        ahead = None if self.offset is None else timezone(timedelta(minutes=self.offset))
        clock = self.clock
        return datetime(
            self.day.year, self.day.month, self.day.day, clock.hour, clock.minute, clock.second,
            tzinfo=ahead,
        ).isoformat()  # fmt: skip


End = date | Clock | Moment


@dataclass(frozen=True, slots=True)
class Interval(Structured, key="interval", domain="temporal"):
    """From `start` to `end`: two dates, two times of day or two moments; None is an open side.

    `end` is where it stops and no part of it: the year 2024 ends on 2025-01-01. Of times of day
    it may be the earlier one: then midnight lies in between.

    Raises:
        ValueFormError: for ends of two kinds, two open sides, or dates or moments out of order.
    """

    start: End | None
    end: End | None

    def __post_init__(self) -> None:
        kinds = {type(end) for end in (self.start, self.end) if end is not None}
        if len(kinds) != 1 or not kinds <= {date, Clock, Moment}:
            raise ValueFormError("an interval has dates, times of day or moments as its ends")
        match self.start, self.end:
            case date() as start, date() as end:
                ordered = start <= end
            case Moment() as start, Moment() as end:
                ordered = start.seconds <= end.seconds
            case _:
                ordered = True
        if not ordered:
            raise ValueFormError(f"an interval ends after its start, not {self.to_text()}")

    def to_json(self) -> dict[str, Any]:
        """{"interval": ["2024-02-01", null]}; times of day are written as T16:30:00."""
        return {"interval": [_end_form(self.start), _end_form(self.end)]}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        ends = form.get("interval")
        if set(form) != {"interval"} or not isinstance(ends, list) or len(ends) != 2:
            raise ValueFormError(
                f'expected {{"interval": ["2024-02-01", "2024-03-01"]}}, got {clip(form)}'
            )
        return cls(*map(_read_end, ends))

    def to_text(self) -> str:
        """ISO 8601's form: 2024-02-01/2024-03-01; an open side is `..`."""
        return f"{_end_form(self.start) or '..'}/{_end_form(self.end) or '..'}"


def _end_form(end: End | None) -> str | None:
    match end:
        case Clock():
            return f"T{end.to_text()}"
        case Moment():
            return end.to_text()
        case date():
            return end.isoformat()
    return None


def _read_end(form: Any) -> End | None:
    if form is None:
        return None
    if not isinstance(form, str):
        raise ValueFormError(f"an end of an interval is a text or null, got {clip(form)}")
    if form.startswith("T"):
        return Clock.from_text(form[1:])
    if "T" in form:
        return Moment.from_text(form)
    try:
        return date.fromisoformat(form)
    except ValueError:
        raise ValueFormError(f"expected a date such as 2024-02-29, got {clip(form)}") from None


@dataclass(frozen=True, slots=True)
class Recurrence(Structured, key="recurrence", domain="temporal"):
    """What comes back every so many units, such as every second Friday at four.

    Attributes:
        unit: one of `UNITS`.
        every: how many of them lie between two times, 1 to 9999.
        weekdays: the days of the week that are meant, 0 (Monday) to 6, ascending; none otherwise.
        at: the time of day, or the interval of times of day, if any.

    Raises:
        ValueFormError: for anything else.
    """

    unit: str
    every: int = 1
    weekdays: tuple[int, ...] = ()
    at: Clock | Interval | None = None

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueFormError(f"what recurs is one of {', '.join(UNITS)}, not {clip(self.unit)}")
        if type(self.every) is not int or not 1 <= self.every <= MAX_EVERY:
            raise ValueFormError(f"`every` lies in 1 to {MAX_EVERY}, got {clip(self.every)}")
        days = self.weekdays
        if not isinstance(days, tuple) or not all(type(d) is int and 0 <= d <= 6 for d in days):
            raise ValueFormError(f"days of the week are 0 (Monday) to 6, got {clip(days)}")
        if list(days) != sorted(set(days)):
            raise ValueFormError(f"days of the week ascend, got {days}")
        ends = (self.at.start, self.at.end) if isinstance(self.at, Interval) else (self.at,)
        if not all(end is None or isinstance(end, Clock) for end in ends):
            raise ValueFormError("what recurs does so at a time of day or within two of them")

    def to_json(self) -> dict[str, Any]:
        """{"recurrence": "week", "every": 2, "weekdays": [4], "at": {"clock": "16:00:00"}}.

        Without `weekdays` and `at` if there are none.
        """
        form: dict[str, Any] = {"recurrence": self.unit, "every": self.every}
        if self.weekdays:
            form["weekdays"] = list(self.weekdays)
        return form if self.at is None else form | {"at": self.at.to_json()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        days, at = form.get("weekdays", []), form.get("at")
        if (
            not {"recurrence", "every"} <= set(form) <= {"recurrence", "every", "weekdays", "at"}
            or not isinstance(days, list)
            or not isinstance(at, Mapping | None)
        ):
            raise ValueFormError(f'expected {{"recurrence": "week", "every": 2}}, got {clip(form)}')
        when: Clock | Interval | None = None
        if at is not None:
            when = Interval.from_json(at) if "interval" in at else Clock.from_json(at)
        return cls(form["recurrence"], form["every"], tuple(days), when)

    def to_text(self) -> str:
        """Every 2 weeks on Friday at 16:00:00."""
        many = f"every {self.every} {self.unit}s" if self.every > 1 else f"every {self.unit}"
        days = ", ".join(WEEKDAYS[day] for day in self.weekdays)
        on = f" on {days}" if days else ""
        return f"{many}{on}" if self.at is None else f"{many}{on} at {self.at.to_text()}"
