from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from tests.detection.spans import found, texts

LISTS = [
    ("[1, 2, 3]", (1, 2, 3)),
    ("(4,5)", (4, 5)),
    ("{ 1, 2 }", (1, 2)),
    ("[1 2 3]", (1, 2, 3)),
    ("[1,200]", (1, 200)),
    ("[5 % 20 %]", (Decimal("0.05"), Decimal("0.2"))),
    ("(0,555 %)", (0, Decimal("5.55"))),
    ("[1; 2; 3]", (1, 2, 3)),
    ("[1,200; 3]", (1200, 3)),
    ("[-1, 2/3, 5%, .5]", (-1, Fraction(2, 3), Decimal("0.05"), Decimal("0.5"))),
    ("4, 8, 15", (4, 8, 15)),
    ("4; 8; 15", (4, 8, 15)),
    ("$4.50, $3 and $12", (Decimal("4.50"), 3, 12)),
    ("-€5,000, €1,400, €1,800", (-5000, 1400, 1800)),
    ("5 km, 8km, and 12.5 km", (5, 8, Decimal("12.5"))),
    ("5 apples, 3 apples, 2 apples", (5, 3, 2)),
    ("−12 000 km, −13 000 km, 8 km", (-12_000, -13_000, 8)),
    ("1/2 cups, 3/2 cups and 5/2 cups", (Fraction(1, 2), Fraction(3, 2), Fraction(5, 2))),
    ("4, 8 and 15", (4, 8, 15)),
    ("4, 8, and 15", (4, 8, 15)),
    ("-1, 2, -3", (-1, 2, -3)),
    ("1,200, 1,300 and 1,500", (1200, 1300, 1500)),
    ("23.50, 8.99, 41.00", (Decimal("23.50"), Decimal("8.99"), Decimal("41.00"))),
    ("10%, 20%, 30%", (Decimal("0.1"), Decimal("0.2"), Decimal("0.3"))),
]


@pytest.mark.parametrize(("text", "value"), LISTS)
def test_list(text, value):
    question = f"The mean of {text} please"
    assert found(question) == [(text, value)]
    assert detect(question)[0].domain == "statistics"


DISTRIBUTIONS = ["[0.5, 0.25, 0.25]", "0.5, 0.25, 0.25", "[1/3, 1/3, 1/3]", "20%, 30% and 50%",
                 "(0.1, 0.9)", "[50%, 0.25, 1/4]", "[1, 0]"]  # fmt: skip


@pytest.mark.parametrize("text", DISTRIBUTIONS)
def test_probabilities_that_sum_to_one(text):
    (span,) = detect(f"entropy of {text}")
    assert (span.text, span.domain) == (text, "information_theory")
    assert isinstance(span.value, tuple)
    assert sum(Fraction(x) for x in span.value) == 1


@pytest.mark.parametrize("text", ["[0.5, 0.4]", "[2, -1]", "[0.333, 0.333, 0.333]", "[1, 1]"])
def test_other_lists(text):
    assert [span.domain for span in detect(text)] == ["statistics"]


NO_LISTS = [
    ("12 and 15", ["12", "15"]),
    ("3, 5", ["3", "5"]),
    ("22,24,26", ["22", "24", "26"]),
    ("[5]", ["5"]),
    ("[1, 1/0]", ["1", "1", "0"]),
    ("[1, 2", ["1", "2"]),
    ("pow(2, 10)", ["2", "10"]),
]


@pytest.mark.parametrize(("text", "spans"), NO_LISTS)
def test_no_list(text, spans):
    assert texts(text) == spans


def test_a_list_may_be_a_function_s_argument():
    assert texts("mean(1, 2, 3) and sum(4, 5, 6)") == ["(1, 2, 3)", "(4, 5, 6)"]


@pytest.mark.parametrize(
    "text",
    [
        "$5, €3 and £2",
        "5 apples, 3 pears and 2 plums",
        "5 September, 6 September and 7 September",
        "1st, 21st and 31st",
        "100 AD, 200 AD and 300 AD",
        "3x, 4x, 5x",
        "5 plus, 6 plus, 7 plus",
        "$3 and $12",
        "10% off, 20% off and 30% off",
    ],
)
def test_other_amounts_are_no_list(text):
    assert not any(isinstance(span.value, tuple) for span in detect(text))


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("5 million, 6 million and 7 million", 7_000_000),
        ("20 percent, 30 percent and 40 percent", Decimal("0.4")),
        ("2 dozen, 3 dozen and 4 dozen", 48),
        ("5k, 6k and 7k", 7000),
        ("$5, $6 and $7.5k", 7500),
        ("$5, $6 and $7 million", 7_000_000),
        ("5 km, 6 km and 7 km/h", 7),
    ],
)
def test_words_and_signs_that_scale_a_number_are_read(text, last):
    assert [span.value for span in detect(text)][-1] == last


def test_amounts_are_apart_where_their_domain_is_read():
    text = "$4.50, $3 and $12, or 5 km, 8 km and 12 km"
    assert len(detect(text, domains=["finance", "physics"])) == 6
