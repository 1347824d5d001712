from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from tests.detection.spans import found, texts

ONE = [
    # digits
    ("What is 7?", "7", 7),
    ("007 agents", "007", 7),
    ("it costs 1,200.50 in all", "1,200.50", Decimal("1200.50")),
    ("1,234,567 people", "1,234,567", 1234567),
    ("40\u202f000 people", "40\u202f000", 40000),
    ("add .5 to it", ".5", Decimal("0.5")),
    ("it is 3.14.", "3.14", Decimal("3.14")),
    ("so...5 apples", "5", 5),
    ("180.25ml of it", "180.25", Decimal("180.25")),
    ("the 90th percentile", "90", 90),
    ("a 120-page book", "120", 120),
    ("１２ is twelve in full width".replace("twelve", "it"), "１２", 12),
    ("我有5个苹果", "5", 5),
    # signs
    ("from -3 on", "-3", -3),
    ("from −3 on", "−3", -3),
    ("(-3)", "-3", -3),
    ("x = -2.5", "-2.5", Decimal("-2.5")),
    ("-1,200 metres", "-1,200", -1200),
    ("it is minus five", "minus five", -5),
    ("rises to minus 2.5 degrees", "minus 2.5", Decimal("-2.5")),
    ("the answer is negative one", "negative one", -1),
    ("it was minus 3 percent", "minus 3 percent", Decimal("-0.03")),
    # powers of ten
    ("6.02e23 atoms", "6.02e23", Decimal("6.02e23")),
    ("1E-3", "1E-3", Decimal("0.001")),
    ("about 1.5×10^8 km", "1.5×10^8", 150_000_000),
    ("1.5 × 10⁸", "1.5 × 10⁸", 150_000_000),
    ("2 x 10^-3", "2 x 10^-3", Decimal("0.002")),
    (r"3 \times 10^8", None, 3 * 10**8),
    ("10^9 bytes", "10^9", 10**9),
    ("10^{12}", "10^{12}", 10**12),
    ("-10^3", "-10^3", -1000),
    # fractions
    ("3/4 of it", "3/4", Fraction(3, 4)),
    ("6/3", "6/3", 2),
    ("-1/2", "-1/2", Fraction(-1, 2)),
    ("½ cup", "½", Fraction(1, 2)),
    ("⅔ cup", "⅔", Fraction(2, 3)),
    ("2½ cups", "2½", Fraction(5, 2)),
    ("2 1/4 cups", "2 1/4", Fraction(9, 4)),
    (r"\frac{3}{4}", r"\frac{3}{4}", Fraction(3, 4)),
    # percentages
    ("30% off", "30%", Decimal("0.3")),
    ("12.5 % off", "12.5 %", Decimal("0.125")),
    ("30 percent off", "30 percent", Decimal("0.3")),
    ("5 per cent", "5 per cent", Decimal("0.05")),
    ("30pct", "30pct", Decimal("0.3")),
    ("-2%", "-2%", Decimal("-0.02")),
    ("thirty percent", "thirty percent", Decimal("0.3")),
    ("5 percentage points", "5", 5),
    ("1.23456789012345678901234567890123%", None, Decimal("0.0123456789012345678901234567890123")),
    # large words behind digits
    ("3.5 million", "3.5 million", 3_500_000),
    ("a 3.5-million deal", "3.5-million", 3_500_000),
    ("20k", "20k", 20_000),
    ("2.5 dozen", "2.5 dozen", 30),
    ("1 crore", "1 crore", 10**7),
    ("10 bln", "10 bln", 10**10),
    ("$3.5M", "3.5M", 3_500_000),
    ("£2bn", "2bn", 2 * 10**9),
    ("5M of rope", "5", 5),
    # money
    ("$1,200.50", "1,200.50", Decimal("1200.50")),
    ("-$5", "5", 5),
    ("20€", "20", 20),
    ("USD20", "20", 20),
    ("Rs.500", "500", 500),
    # words
    ("twenty-two", "twenty-two", 22),
    ("Twenty two", "Twenty two", 22),
    ("zero", "zero", 0),
    ("one hundred", "one hundred", 100),
    ("three hundred and five", "three hundred and five", 305),
    ("two million", "two million", 2_000_000),
    ("twelve hundred", "twelve hundred", 1200),
    ("two hundred and two thousand", "two hundred and two thousand", 202_000),
    ("one million two hundred thousand and seven", None, 1_200_007),
    ("three lakh crore", "three lakh crore", 3 * 10**12),
    ("a thousand", "a thousand", 1000),
    ("half a million", "half a million", 500_000),
    ("a dozen", "a dozen", 12),
    ("half a dozen", "half a dozen", 6),
    ("two dozens", "two dozens", 24),
    ("nine point zero four", "nine point zero four", Decimal("9.04")),
    ("two thirds", "two thirds", Fraction(2, 3)),
    ("one-half", "one-half", Fraction(1, 2)),
    ("three-quarters", "three-quarters", Fraction(3, 4)),
    ("three quarters of it", "three quarters", Fraction(3, 4)),
    ("one and a half", "one and a half", Fraction(3, 2)),
    ("fifty   two", "fifty   two", 52),
    ("five billion and three quarters", None, 5_750_000_000),
    ("six and three-quarters", "six and three-quarters", Fraction(27, 4)),
    ("one hundred and three and two thirds", None, Fraction(311, 3)),
    ("three and a half million", "three and a half million", 3_500_000),
    ("one billion and a half million", "one billion and a half million", 1_000_500_000),
    ("It is minus five point five.", "minus five point five", Decimal("-5.5")),
    ("2 and a quarter thousand", "2 and a quarter thousand", 2250),
    ("one and a half dozen", "one and a half dozen", 18),
    ("3 million and a half", "3 million and a half", 3_500_000),
    ("one billion and a half", "one billion and a half", 1_500_000_000),
    ("two hundred point seventy-one", None, Decimal("200.71")),
    ("nought point five", "nought point five", Decimal("0.5")),
    ("40 000 people", "40 000", 40000),
    ("1 200 000", "1 200 000", 1_200_000),
    ("2mil people", "2mil", 2_000_000),
    ("3 and a quarter", "3 and a quarter", Fraction(13, 4)),
    ("forty two and a third", "forty two and a third", Fraction(127, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "value"), ONE)
def test_one_number(text, span, value):
    assert found(text) == [(span or text, value)]
    assert detect(text)[0].domain == "arithmetic"


SEVERAL = [
    ("10-20", ["10", "20"]),
    ("10–20", ["10", "20"]),
    ("5-3", ["5", "3"]),
    ("7 - 2", ["7", "2"]),
    ("5 - -3", ["5", "-3"]),
    ("what is seven minus two", ["seven", "two"]),
    ("false negative 3, true negative 4", ["3", "4"]),
    ("5%-3%", ["5%", "3%"]),
    ("(2)-1", ["2", "1"]),
    ("10²-5", ["10²", "5"]),
    ("30°-20°", ["30", "20"]),
    ("$10-$20", ["10", "20"]),
    ("2^10", ["2", "10"]),
    ("3^4", ["3", "4"]),
    ("2x2", ["2", "2"]),
    ("3*4+5", ["3", "4", "5"]),
    ("12+34567", ["12", "34567"]),
    ("5 +12 -7", ["5", "12", "-7"]),
    ("1,2345", ["1", "2345"]),
    ("22,24,26,31", ["22", "24", "26", "31"]),
    ("423 0000", ["423", "0000"]),
    ("1.5/2", ["1.5", "2"]),
    ("3 / 4", ["3", "4"]),
    ("2 5/4", ["2", "5/4"]),
    ("1/0", ["1", "0"]),
    ("gcd(12, 18)", ["12", "18"]),
    ("round(2.345; 2)", ["2.345", "2"]),
    ("two hundred and five hundred", ["two hundred", "five hundred"]),
    ("two thousand and three thousand", ["two thousand", "three thousand"]),
    ("two or three", ["two", "three"]),
    ("three quarters and two dimes", ["three", "two"]),
    ("twenty\nfive", ["twenty", "five"]),
    ("2\n1/4", ["2", "1/4"]),
    ("5 100 200", ["5", "100", "200"]),
    ("two and a half of it", ["two"]),
    ("half of 37 and a third of 9", ["37", "9"]),
    ("to the nearest hundred", []),
    ("this one, that one", []),
    ("twenty-first", []),
]


@pytest.mark.parametrize(("text", "spans"), SEVERAL)
def test_several_numbers(text, spans):
    assert texts(text) == spans


def test_whole_numbers_are_integers():
    for text in ("3.5 million", "20k", "10^9", "1.5×10^8", "1,200", "6/3", "two million"):
        assert type(detect(text)[0].value) is int, text
