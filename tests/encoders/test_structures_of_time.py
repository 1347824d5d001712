"""Times of day, moments, intervals and what recurs: exact in their lanes and in their forms."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders import compose
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.forms import from_json
from fluxem_encoders.layout import TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.temporal import UNITS, Clock, Interval, Moment, Recurrence
from fluxem_encoders.values import Duration
from tests.encoders.laws import check_forms, check_roundtrip

CLOCKS = st.builds(Clock, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
OFFSETS = st.none() | st.integers(-1439, 1439)
MOMENTS = st.builds(Moment, st.dates(), CLOCKS, OFFSETS)
LOCAL = st.builds(Moment, st.dates(date(100, 1, 1), date(9000, 1, 1)), CLOCKS)


def ordered(ends: tuple[Any, Any]) -> Interval:
    start, end = ends
    if not isinstance(start, Clock):
        start, end = sorted(ends, key=lambda x: x.seconds if isinstance(x, Moment) else x)
    return Interval(start, end)


INTERVALS = (
    (st.tuples(st.dates(), st.dates()) | st.tuples(CLOCKS, CLOCKS)).map(ordered)
    | st.tuples(MOMENTS, MOMENTS).map(ordered)
    | st.builds(Interval, st.dates() | CLOCKS | MOMENTS, st.none())
    | st.builds(Interval, st.none(), st.dates() | CLOCKS | MOMENTS)
)
DAYS = st.lists(st.integers(0, 6), unique=True).map(lambda days: tuple(sorted(days)))
AT = (
    st.none()
    | CLOCKS
    | st.builds(Interval, CLOCKS, st.none() | CLOCKS)
    | st.builds(Interval, st.none(), CLOCKS)
)
RECURRENCES = st.builds(Recurrence, st.sampled_from(UNITS), st.integers(1, 9999), DAYS, AT)
VALUES = CLOCKS | MOMENTS | INTERVALS | RECURRENCES


@given(VALUES)
def test_every_value_comes_back(value: Any) -> None:
    check_roundtrip(value)


@given(VALUES)
def test_forms(value: Any) -> None:
    check_forms(value)


def test_text() -> None:
    assert Clock(9, 5).to_text() == "09:05:00"
    assert Moment(date(2024, 2, 29), Clock(9), 90).to_text() == "2024-02-29T09:00:00+01:30"
    assert Interval(date(2024, 1, 1), None).to_text() == "2024-01-01/.."
    assert Interval(Clock(22), Clock(2)).to_text() == "T22:00:00/T02:00:00"
    assert Recurrence("week", 2, (0, 4), Clock(9)).to_text() == (
        "every 2 weeks on Monday, Friday at 09:00:00"
    )
    assert Moment.of(datetime(2024, 2, 29, 9, 5, 7, 999)) == Moment(
        date(2024, 2, 29), Clock(9, 5, 7)
    )


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


@given(LOCAL, LOCAL, st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_moments_and_durations(a: Moment, b: Moment, days: int, seconds: int) -> None:
    first, second = (datetime.fromisoformat(x.to_text()) for x in (a, b))
    since = first - second
    assert result("subtract", a, b) == Duration(seconds=since.days * 86400 + since.seconds)
    try:
        expected = Moment.of(first + timedelta(days=days, seconds=seconds))
    except OverflowError:
        return
    by = Duration(days=days, seconds=seconds)
    assert result("add", a, by) == result("add", by, a) == expected
    assert result("subtract", expected, by) == a


@given(CLOCKS, CLOCKS)
def test_times_of_day(a: Clock, b: Clock) -> None:
    assert result("subtract", a, b) == Duration(seconds=a.seconds - b.seconds)
    lanes = compose.closed_form("subtract", encode(a), encode(b))
    assert compose.read_linear(lanes) == a.seconds - b.seconds


def test_offsets_count_when_moments_are_subtracted() -> None:
    noon = Moment(date(2024, 1, 1), Clock(12), 60)
    assert result("subtract", noon, Moment(date(2024, 1, 1), Clock(12), 0)) == Duration(
        seconds=-3600
    )
    with pytest.raises(AlgebraError, match="offset"):
        result("subtract", noon, Moment(date(2024, 1, 1), Clock(12)))


@pytest.mark.parametrize(
    ("op", "values", "error"),
    [
        ("add", (Moment(date(2024, 1, 1), Clock(0)), Duration(months=1)), AlgebraError),
        ("add", (Moment(date(2024, 1, 1), Clock(0)), Duration(days=10**9)), CapacityError),
        ("add", (Clock(1), Clock(2)), AlgebraError),
        ("scale", (Interval(Clock(1), None), 2), AlgebraError),
    ],
)
def test_what_the_algebra_refuses(op: str, values: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        result(op, *values)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"clock": "24:00"}, "hours 0 to 23"),
        ({"clock": "9:00"}, "such as 16:30:00"),
        ({"clock": 9}, "such as 16:30:00"),
        ({"clock": "09:00", "more": 1}, "expected"),
        ({"moment": "2024-02-30T10:00"}, "such as 2024-02-29T16:30:00"),
        ({"moment": None}, "such as 2024-02-29T16:30:00"),
        ({"interval": [None, None]}, "as its ends"),
        ({"interval": ["2024-01-01", "T10:00"]}, "as its ends"),
        ({"interval": ["2024-01-02", "2024-01-01"]}, "ends after its start"),
        ({"interval": ["2024-01-02", 5]}, "text or null"),
        ({"interval": ["today", None]}, "such as 2024-02-29"),
        ({"interval": ["2024-01-02"]}, "expected"),
        ({"recurrence": "moon", "every": 1}, "what recurs is one of"),
        ({"recurrence": "day", "every": 0}, "lies in 1 to 9999"),
        ({"recurrence": "day"}, "expected"),
        ({"recurrence": "week", "every": 1, "weekdays": [7]}, "0 .Monday. to 6"),
        ({"recurrence": "week", "every": 1, "weekdays": [4, 1]}, "ascend"),
        ({"recurrence": "day", "every": 1, "at": {"interval": ["2024-01-01", None]}}, "time of"),
        ({"recurrence": [], "every": 1}, "what recurs is one of"),
    ],
)
def test_bad_forms(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "temporal")


FROZEN = [
    *(Clock(23, 59, 58), Moment(date(2024, 2, 29), Clock(0)), Moment(date.min, Clock(9), -90)),
    *(Interval(date(2024, 1, 1), None), Interval(None, Clock(2)), Interval(Clock(22), Clock(2))),
    *(Recurrence("day"), Recurrence("week", 2, (0, 4), Clock(16))),
    Recurrence("month", 12, (), Interval(Clock(8), Clock(12))),
]


@given(st.sampled_from(FROZEN), st.integers(0, 111), st.sampled_from([-1, -0.25, 1 / 128, 0.5, 0]))
def test_garbage_is_refused_or_means_what_it_says(value: Any, lane: int, by: float) -> None:
    e = encode(value)
    place = VALUE.start + lane
    e[place] = e[place] + by if by else -e[place]
    try:
        changed = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(changed)[VALUE] - e[VALUE]).max() < 1e-3


def test_value_lanes_are_those_of_version_1() -> None:
    parts = [encode(value)[part] for value in FROZEN for part in (TAG, VALUE)]
    data = b"".join((lanes + 0.0).astype("<f4").tobytes() for lanes in parts)
    assert hashlib.sha256(data).hexdigest()[:16] == "86c627b237fec2d1"
