from datetime import date
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.values import Duration
from tests.detection.spans import REFERENCE, found, texts

LEAP = date(2024, 2, 29)
MARCH = date(2024, 3, 4)
VALUES = [
    ("2024-02-29", LEAP),
    ("2024/2/29", LEAP),
    ("29.02.2024", LEAP),
    ("02/29/2024", LEAP),
    ("29/02/2024", LEAP),
    ("February 29, 2024", LEAP),
    ("Feb. 29th, 2024", LEAP),
    ("29 Feb 2024", LEAP),
    ("29-Feb-2024", LEAP),
    ("Feb-29-2024", LEAP),
    ("29/Feb/2024", LEAP),
    ("February 29th of 2024", LEAP),
    ("Feb 29 , 2024", LEAP),
    ("2024-feb-29", LEAP),
    ("4th of March 2024", MARCH),
    ("today", REFERENCE),
    ("Tomorrow", date(2024, 3, 1)),
    ("yesterday", date(2024, 2, 28)),
    ("the day after tomorrow", date(2024, 3, 2)),
    ("3 weeks", Duration(days=21)),
    ("3 weeks and two days", Duration(days=23)),
    ("1 year, 2 months and 3 days", Duration(months=14, days=3)),
    ("10-day", Duration(days=10)),
    ("two-week", Duration(days=14)),
    ("90 min", Duration(seconds=5400)),
    ("1.5 hours", Duration(seconds=5400)),
    ("1½ hours", Duration(seconds=5400)),
    ("3 1/2 hours", Duration(seconds=12600)),
    ("two and a half hours", Duration(seconds=9000)),
    ("three hundred years", Duration(months=3600)),
    ("2 million years", Duration(months=24_000_000)),
    ("1h 30m", Duration(seconds=5400)),
    ("2m30s", Duration(seconds=150)),
    ("half-hour", Duration(seconds=1800)),
    ("half an hour", Duration(seconds=1800)),
    ("an hour and a half", Duration(seconds=5400)),
    ("an hour and 20 minutes", Duration(seconds=4800)),
    ("5 hours and a minute", Duration(seconds=18060)),
    ("0.1 seconds", Duration(seconds=Fraction(1, 10))),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value(text, value):
    question = f"It takes {text}, they say"
    assert found(question) == [(text, value)]
    assert detect(question, reference=REFERENCE)[0].domain == "temporal"


OTHERS = [
    ("2024-13-01", ["2024", "13", "01"]),
    ("31.02.2024", []),
    ("2024-02-01-2024-02-29", ["2024-02-01", "2024-02-29"]),
    ("30 February 2024", ["30", "2024"]),
    ("2024-02-29T10:30:00Z", ["2024-02-29"]),
    ("2.5 days", ["2.5"]),  # no whole days
    ("30 minutes, 45 minutes and 20 minutes", ["30 minutes", "45 minutes", "20 minutes"]),
    ("8 hours a day, 5 days a week", ["8 hours", "5 days"]),
    ("twice a week for a year", []),
    ("a week ago", ["a week"]),
    ("a week after March 4, 2024", ["a week", "March 4, 2024"]),
    ("once a day before lunch", []),
    ("two and three days", ["two", "three days"]),
    ("March 2024", ["2024"]),
    ("May 5", ["5"]),
]


@pytest.mark.parametrize(("text", "spans"), OTHERS)
def test_other_readings(text, spans):
    assert texts(text) == spans


def test_relative_days_need_a_reference():
    assert detect("What day is tomorrow?") == []
    assert detect("tomorrow", reference=date.max) == []
