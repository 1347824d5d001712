"""Amounts of money."""

import time
from decimal import Decimal

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.structures.finance import Currency, Money


def found(text):
    spans = detect(text, domains=["finance"])
    return [(s.text, s.value.amount, s.value.currency) for s in spans if isinstance(s.value, Money)]


def currencies(text):
    spans = detect(text, domains=["finance"])
    return [(s.text, s.value.code) for s in spans if isinstance(s.value, Currency)]


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("for $1,200.50.", ("$1,200.50", Decimal("1200.50"), "USD")),
        ("€3.5m", ("€3.5m", 3_500_000, "EUR")),
        ("a loss of -£5", ("-£5", -5, "GBP")),
        ("US$ 20", ("US$ 20", 20, "USD")),
        ("C $ 1.34 a share", ("C $ 1.34", Decimal("1.34"), "CAD")),
        ("about $ 75 million of bonds", ("$ 75 million", 75_000_000, "USD")),
        ("$5k", ("$5k", 5000, "USD")),
        ("the land's $ 5 million", ("$ 5 million", 5_000_000, "USD")),
        ("1.8M dollars", ("1.8M dollars", 1_800_000, "USD")),
        ("Mex$ 10 million", ("Mex$ 10 million", 10_000_000, "MXN")),
        ("100 ₡ each", ("100 ₡", 100, "CRC")),
        ("it's 20$, or so", ("20$", 20, "USD")),
        ("$2.", ("$2", 2, "USD")),
        ("50¢", ("50¢", Decimal("0.5"), "USD")),
        ("USD 20", ("USD 20", 20, "USD")),
        ("usd20", ("usd20", 20, "USD")),
        ("1,015 EUR", ("1,015 EUR", 1015, "EUR")),
        ("Rs. 500", ("Rs. 500", 500, "INR")),
        ("35 lakh rupees", ("35 lakh rupees", 3_500_000, "INR")),
        ("five million yen", ("five million yen", 5_000_000, "JPY")),
        ("a one-yen bid", ("one-yen", 1, "JPY")),
        ("10 US dollars", ("10 US dollars", 10, "USD")),
        ("100 chinese yuan", ("100 chinese yuan", 100, "CNY")),
        ("20 Canadian dollars", ("20 Canadian dollars", 20, "CAD")),
        ("two pounds sterling", ("two pounds sterling", 2, "GBP")),
        ("470 pence", ("470 pence", Decimal("4.7"), "GBP")),
        ("a 12-cent dividend", ("12-cent", Decimal("0.12"), "USD")),
        (
            "thirteen dollars and forty-five cents",
            ("thirteen dollars and forty-five cents", Decimal("13.45"), "USD"),
        ),
        ("3 dollars and 5 cents", ("3 dollars and 5 cents", Decimal("3.05"), "USD")),
        ("costs 3 dollars 25.", ("3 dollars 25", Decimal("3.25"), "USD")),
        ("3 dollars 25 times", ("3 dollars", 3, "USD")),
        ("half a million dollars", ("half a million dollars", 500_000, "USD")),
        ("2 hundred and 5 euros", ("2 hundred and 5 euros", 205, "EUR")),
        ("30 Egyptian pounds", ("30 Egyptian pounds", 30, "EGP")),
        ("5,000 South Korean won", ("5,000 South Korean won", 5000, "KRW")),
        ("CAD$ 20", ("CAD$ 20", 20, "CAD")),
        ("twenty kuai", ("twenty kuai", 20, "CNY")),
        ("6 kuai and 2 mao", ("6 kuai and 2 mao", Decimal("6.2"), "CNY")),
        ("two kuai five mao three", ("two kuai five mao three", Decimal("2.53"), "CNY")),
    ],
)
def test_money(text, money):
    assert found(text) == [money]


@pytest.mark.parametrize(
    "text",
    [
        "two pounds of flour and 3 marks in the test",
        "All 70 of us paid, all 5 k of them.",
        "the dollar and the yen fell",
        "x$ and y$5z are variables; $HOME too",
        "a ¤5 bill",
        "The British won 5 medals, 7 real numbers and 3 pounds of rice.",
    ],
)
def test_what_is_none(text):
    assert found(text) == []


def test_without_the_domain_only_the_number_is_found():
    (span,) = detect("$1,200.50")
    assert (span.text, span.value) == ("1,200.50", Decimal("1200.50"))


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("What are 50 dollars in euros?", ("euros", "EUR")),
        ("convert 20 Canadian dollars to US dollars", ("US dollars", "USD")),
        ("50 dollar rmb", ("rmb", "CNY")),
        ("How many yen is $5?", ("yen", "JPY")),
    ],
)
def test_currencies_that_are_asked_for(text, currency):
    assert currencies(text) == [currency]


@pytest.mark.parametrize(
    "text", ["5 dollars and 10 euros", "5 pounds of rand", "a yenta, eurozone"]
)
def test_no_currency_alone(text):
    assert not currencies(text)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("€12,50 each", ("€12,50", Decimal("12.50"), "EUR")),
        ("1.250,00 € due", ("1.250,00 €", Decimal("1250.00"), "EUR")),
        ("12,50 EUR", ("12,50 EUR", Decimal("12.50"), "EUR")),
        ("₹2,50,000 now", ("₹2,50,000", 250_000, "INR")),
        ("Rs. 12,34,567.50", ("Rs. 12,34,567.50", Decimal("1234567.50"), "INR")),
        ("$1.2 mil", ("$1.2 mil", 1_200_000, "USD")),
        ("15000 usd payable", ("15000 usd", 15_000, "USD")),
    ],
)
def test_amounts_as_elsewhere(text, money):
    assert found(text) == [money]


@pytest.mark.parametrize("text", ["$12,50", "$2,50,000", "12,50", "€1,250", "10 cad files"])
def test_no_comma_of_decimals(text):
    assert all(amount % 1 == 0 for _, amount, _ in found(text))


@pytest.mark.parametrize("domains", [["arithmetic"], FURTHER])
@pytest.mark.parametrize(
    ("text", "span", "value"),
    [
        ("5 grand at 3%", "5 grand", 5000),
        ("twenty grand in cash", "twenty grand", 20000),
        ("invest a grand at 5%", "a grand", 1000),
        ("how much will a grand be worth", "a grand", 1000),
    ],
)
def test_grands(text, span, value, domains):
    first = detect(text, domains=domains)[0]
    assert (first.text, first.value) == (span, value)


def test_cents_behind_a_comma_where_money_does_not_count():
    (span,) = detect("€59,99", domains=["arithmetic"])
    assert (span.text, span.value) == ("€59,99", Decimal("59.99"))


@pytest.mark.parametrize(
    "text", ["two grand pianos", "2 grand slams", "a grand idea", "a grand, old house", "a grand"]
)
def test_what_is_grand_is_no_thousand(text):
    assert all(span.value == 2 for span in detect(text, domains=FURTHER))


@pytest.mark.parametrize("unit", ["€1,", "1.234,", "5 grand ", "a grand ", "₹1,11,"])
def test_time_is_linear_for_amounts(unit):
    text = (unit * 100_000)[:100_000]
    detect("$1", domains=["finance", "arithmetic"])
    start = time.process_time()
    detect(text, domains=["finance", "arithmetic"])
    assert time.process_time() - start < 3
