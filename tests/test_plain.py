"""Amounts as plain numbers."""

from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.values import Duration
from fluxem_vllm.plain import plain_number


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("4 hours", "hours", 4),
        ("4 hours", "x", 4),
        ("90 minutes", "time", 90),
        ("90 minutes", "hours_of_use", Fraction(3, 2)),
        ("3 days", "day", 3),
        ("2 years", "n", 2),
        ("2 years", "months", 24),
        ("4.8 kg", "weight", 4.8),
        ("$250", "price", 250),
        ("17", "hours", 17),
    ],
)
def test_an_amount_gives_its_number(text, name, number):
    [span] = detect(text, domains={"physics", "finance"})
    assert float(plain_number(span.value, name)) == number


def test_what_has_no_such_number_stays():
    mixed = Duration(months=1, days=3)
    assert plain_number(mixed, "days") == mixed
    assert plain_number(mixed, "x") == mixed
    assert plain_number("text", "x") == "text"
    assert plain_number(True, "x") is True
