"""Finance against step by step accounts, numpy's roots and values that others published."""

import math
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.finance import CashFlows, Money, Rate
from fluxem_encoders.values import Duration, Number
from fluxem_toolbox import Approximate, ToolError, get_tool
from fluxem_toolbox.domains.finance import (
    add_money,
    apply_tax,
    bond_price,
    break_even_units,
    compound_amount,
    convert_currency,
    discount_price,
    doubling_time,
    effective_rate,
    future_value_of_annuity,
    internal_rate_of_return,
    loan_payment,
    net_present_value,
    payback_period,
    present_value,
    profit_margin,
    round_money,
    rule_of_72,
    scale_money,
    simple_interest,
    split_money,
    straight_line_depreciation,
    subtract_money,
)
from tests.checks import checks

MOST_SECONDS = 2  # of CPU time
sparingly = settings(max_examples=25, deadline=None)

amounts = st.one_of(
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**6), 10**6, places=2),
    st.fractions(-(10**6), 10**6, max_denominator=60),
)
money = st.builds(Money, amounts, st.just("USD"))
rates = st.fractions(Fraction(-1, 2), 2, max_denominator=200)
above_zero = st.fractions(Fraction(1, 200), 2, max_denominator=200)
few = st.integers(1, 12)


def dollars(amount: Number) -> Money:
    return Money(amount, "USD")


def value(x: Any) -> Fraction:
    return Fraction(x.amount if isinstance(x, Money) else x)


def cents(x: Any) -> Number:
    rounded = round_money(x)
    return rounded.amount if isinstance(rounded, Money) else rounded


@sparingly
@given(money, rates, st.integers(0, 4), st.integers(1, 4))
@checks(compound_amount, simple_interest, against="an account, period by period")
def test_interest_year_by_year(principal: Money, rate: Fraction, years: int, times: int) -> None:
    balance, interest = value(principal), Fraction(0)
    for _ in range(years * times):
        balance += balance * rate / times
        interest += value(principal) * rate / times
    assert value(compound_amount(principal, rate, years, times)) == balance
    assert value(simple_interest(principal, rate, years)) == interest
    of_year = Rate(rate, "year", times)
    assert value(compound_amount(principal, of_year, Duration(months=12 * years))) == balance
    simple = compound_amount(principal, Rate(abs(rate), "year", "simple"), years)
    assert value(simple) == value(principal) * (1 + abs(rate) * years)


@sparingly
@given(money, rates, st.integers(0, 4), few)
@checks(present_value, against="law: it grows to the future value")
def test_a_present_value_grows_to_the_future_one(
    future: Money, rate: Fraction, years: int, times: int
) -> None:
    now = present_value(future, rate, years, times)
    assert value(compound_amount(now, rate, years, times)) == value(future)


@sparingly
@given(rates, few, few)
@checks(future_value_of_annuity, against="an account, deposit by deposit")
def test_an_annuity_deposit_by_deposit(rate: Fraction, payments: int, amount: int) -> None:
    balance = Fraction(0)
    for _ in range(payments):
        balance = balance * (1 + rate) + amount
    assert value(future_value_of_annuity(amount, rate, payments)) == balance


@sparingly
@given(money, rates, few)
@checks(loan_payment, against="a loan, payment by payment")
def test_a_loan_is_repaid_with_its_last_payment(
    principal: Money, rate: Fraction, payments: int
) -> None:
    payment = value(loan_payment(principal, rate, payments))
    owed = value(principal)
    for _ in range(payments):
        owed += owed * rate - payment
    assert owed == 0


@sparingly
@given(rates, rates, few)
@checks(bond_price, against="the sum of its discounted payments")
def test_a_bond_is_the_sum_of_its_payments(coupon: Fraction, market: Fraction, n: int) -> None:
    paid = [1000 * coupon] * (n - 1) + [1000 * coupon + 1000]
    expected = sum(x / (1 + market) ** t for t, x in enumerate(paid, 1))
    assert value(bond_price(1000, coupon, market, n)) == expected
    assert value(net_present_value(CashFlows((0, *paid)), market)) == expected


@sparingly
@given(st.lists(amounts, min_size=1, max_size=12).map(tuple), rates)
@checks(net_present_value, against="the sum of the discounted flows")
def test_net_present_value_term_by_term(flows: tuple[Number, ...], rate: Fraction) -> None:
    expected = sum(Fraction(x) / (1 + rate) ** t for t, x in enumerate(flows))
    assert Fraction(net_present_value(CashFlows(flows), rate)) == expected
    assert Fraction(net_present_value(CashFlows(flows, rate))) == expected


@sparingly
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.integers(1, 5000))
@checks(internal_rate_of_return, against="numpy")
def test_internal_rate_of_return_is_numpys_root(returns: list[int], outlay: int) -> None:
    rate = internal_rate_of_return(CashFlows((-outlay, *returns)))
    roots = np.roots([-outlay, *returns])
    [factor] = [x.real for x in roots if abs(x.imag) < 1e-9 and x.real > 1e-9]
    assert 1 + float(rate) == pytest.approx(factor, rel=1e-9)
    if not isinstance(rate, float):
        assert net_present_value(CashFlows((-outlay, *returns)), rate) == 0


@sparingly
@given(st.fractions(Fraction(-9, 10), 5, max_denominator=1000), few, st.integers(1, 10**6))
def test_a_rational_rate_of_return_is_exact(rate: Fraction, years: int, outlay: int) -> None:
    flows = CashFlows((-outlay, *[0] * (years - 1), outlay * (1 + rate) ** years))
    assert internal_rate_of_return(flows) == rate


@sparingly
@given(st.lists(st.integers(1, 100), min_size=1, max_size=10), st.integers(1, 1000))
@checks(payback_period, against="brute force")
def test_payback_period_unit_by_unit(returns: list[int], outlay: int) -> None:
    flows = CashFlows((-outlay, *returns))
    if sum(returns) < outlay:
        with pytest.raises(ToolError, match="never repay") as caught:
            payback_period(flows)
        assert caught.value.category == "undefined"
        return
    units = [Fraction(t) + Fraction(k, r) for t, r in enumerate(returns) for k in range(1, r + 1)]
    assert payback_period(flows) == units[outlay - 1]


PUBLISHED: list[tuple[Callable[..., Any], tuple[Any, ...], float]] = [
    # numpy-financial's documentation of pmt, irr, fv (here in two parts) and pv.
    (loan_payment, (200_000, Rate(Decimal("0.075"), "year", 12), 180), 1854.0247200054619),
    (internal_rate_of_return, (CashFlows((-100, 39, 59, 55, 20)),), 0.2809484211599611),
    (internal_rate_of_return, (CashFlows((-100, 0, 0, 74)),), -0.0954958355646002),
    (present_value, (Decimal("1628.894626777441"), Decimal("0.05"), 10), 1000.0),
    # Excel's documentation of EFFECT and IRR.
    (effective_rate, (Decimal("0.0525"), 4), 0.0535427),
    (
        internal_rate_of_return,
        (CashFlows((-70_000, 12_000, 15_000, 18_000, 21_000, 26_000)),),
        0.0866309,
    ),
]


@pytest.mark.parametrize(("function", "arguments", "published"), PUBLISHED)
@checks(
    loan_payment, internal_rate_of_return, present_value, against="numpy-financial's documentation"
)
@checks(effective_rate, internal_rate_of_return, against="Excel's documentation")
def test_published_values(
    function: Callable[..., Any], arguments: tuple[Any, ...], published: float
) -> None:
    assert float(function(*arguments)) == pytest.approx(published, rel=1e-6)


@checks(future_value_of_annuity, compound_amount, against="numpy-financial's documentation")
def test_fv_of_numpy_financial() -> None:
    rate = Rate(Decimal("0.05"), "year", 12)
    deposits = future_value_of_annuity(dollars(100), rate, 120)
    first = compound_amount(dollars(100), rate, 10)
    assert isinstance(deposits, Money)
    assert isinstance(first, Money)
    assert cents(add_money(deposits, first)) == Decimal("15692.93")


@sparingly
@given(rates, few)
@checks(effective_rate, against="law: a year's interest on 1")
def test_an_effective_rate_is_a_years_interest(rate: Fraction, times: int) -> None:
    grown = value(compound_amount(1, rate, 1, times))
    assert effective_rate(rate, times) == effective_rate(Rate(rate, "year", times)) == grown - 1
    assert effective_rate(Rate(rate, "year", "simple")) == rate


@sparingly
@given(above_zero, few)
@checks(doubling_time, against="law: the amount doubles in it")
@checks(rule_of_72, against="law: 72 over the percent")
def test_an_amount_doubles_in_the_doubling_time(rate: Fraction, times: int) -> None:
    periods = doubling_time(rate)
    assert (1 + float(rate)) ** float(periods) == pytest.approx(2, rel=1e-12)
    years = doubling_time(Rate(rate, "year", times))
    assert float(value(compound_amount(1, rate, years, times))) == pytest.approx(2, rel=1e-12)
    assert Fraction(doubling_time(Rate(rate, "year", "simple"))) * rate == 1
    assert Fraction(rule_of_72(rate)) * rate * 100 == 72


def test_doubling_times_that_are_exact() -> None:
    assert doubling_time(3) == Fraction(1, 2)
    assert doubling_time(Rate(2, "year", 2)) == Fraction(1, 2)
    assert rule_of_72(Rate(Fraction(1, 100), "month", 12)) == 6
    assert math.isclose(doubling_time(Decimal("1e-30")), math.log(2) * 1e30)


@sparingly
@given(money, money, st.integers(1, 50), st.fractions(0, 1, max_denominator=100))
@checks(add_money, scale_money, against="Python's fractions")
@checks(subtract_money, split_money, against="law: adding and scaling undo it")
@checks(discount_price, apply_tax, against="law: the price and its part")
def test_money_adds_scales_and_splits(a: Money, b: Money, n: int, part: Fraction) -> None:
    assert value(add_money(a, b)) == value(a) + value(b)
    assert value(subtract_money(add_money(a, b), b)) == value(a)
    assert value(scale_money(a, part)) == value(a) * part
    assert value(scale_money(split_money(a, n), n)) == value(a)
    assert value(discount_price(a, part)) + value(scale_money(a, part)) == value(a)
    assert value(apply_tax(a, part)) - value(scale_money(a, part)) == value(a)
    assert add_money(a, b) == dollars(Fraction(value(add_money(a.amount, b.amount))))
    assert subtract_money(a, b.amount) == subtract_money(a.amount, b) == subtract_money(a, b)
    assert split_money(a.amount, n) == value(split_money(a, n))
    assert scale_money(a.amount, part) == value(scale_money(a, part))


@sparingly
@given(money, st.fractions(Fraction(1, 100), 100, max_denominator=100))
@checks(convert_currency, against="law: there and back")
def test_currencies_convert_there_and_back(a: Money, price: Fraction) -> None:
    there = convert_currency(a, Money(price, "EUR"))
    assert there == Money(there.amount, "EUR")
    back = convert_currency(there, dollars(1 / price))
    assert (value(back), back.currency) == (value(a), "USD")


@pytest.mark.parametrize(
    ("amount", "places", "rounded"),
    [
        (Fraction(2, 3), 2, Decimal("0.67")),
        (Decimal("-0.125"), 2, Decimal("-0.13")),
        (Decimal("1234.5"), 0, 1235),
        (1250, -2, 1300),
    ],
)
@checks(round_money, against="worked cases")
def test_rounding(amount: Number, places: int, rounded: Number) -> None:
    assert round_money(dollars(amount), places) == dollars(rounded)


@sparingly
@given(st.integers(1, 10**6), st.integers(0, 10**6))
@checks(profit_margin, against="law: revenue less margin is cost")
def test_margins(revenue: int, cost: int) -> None:
    margin = Fraction(profit_margin(dollars(revenue), cost))
    assert revenue * (1 - margin / 100) == cost


@sparingly
@given(st.integers(0, 10**6), st.integers(1, 1000), st.integers(1, 1000))
@checks(break_even_units, against="law: the least units that cover the costs")
def test_the_least_units_that_break_even(fixed: int, unit_cost: int, margin: int) -> None:
    units = break_even_units(dollars(fixed), dollars(unit_cost + margin), dollars(unit_cost))
    assert units * margin >= fixed > (units - 1) * margin or units == fixed == 0


@sparingly
@given(st.integers(0, 1000), st.integers(0, 10**6), st.integers(1, 480))
@checks(straight_line_depreciation, against="law: it ends at the salvage value")
def test_depreciation_ends_at_the_salvage_value(salvage: int, loss: int, months: int) -> None:
    cost = dollars(salvage + loss)
    yearly = straight_line_depreciation(cost, salvage, Duration(months=months))
    assert value(cost) - value(yearly) * months / 12 == salvage


def test_times_and_parts_of_periods() -> None:
    assert simple_interest(1000, Rate(Fraction(1, 100), "month"), Duration(months=3)) == 30
    assert simple_interest(1000, Fraction(73, 1000), Duration(days=5)) == 1
    assert compound_amount(100, Fraction(21, 100), Fraction(1, 2)) == 110  # a perfect square
    half = compound_amount(dollars(100), Fraction(1, 20), Fraction(1, 2))
    assert isinstance(half, Money)
    assert half.amount == pytest.approx(100 * math.sqrt(1.05), rel=1e-15)
    assert not half.is_exact


def test_a_result_has_the_form_of_its_arguments() -> None:
    assert isinstance(value(compound_amount(100, Decimal("0.05"), 2)), Fraction)
    assert compound_amount(dollars(100), Decimal("0.05"), 2) == dollars(Decimal("110.25"))
    assert add_money(dollars(0.5), dollars(1)) == dollars(1.5)
    assert add_money(0.5, 1) == 1.5
    assert isinstance(add_money(0.5, 1), float)
    assert isinstance(internal_rate_of_return(CashFlows((-100.0, 110))), float)


def test_what_people_and_models_write() -> None:
    payment = get_tool("loan_payment").call(
        {
            "principal": "$200,000",
            "rate": {"rate": 0.06, "per": "year", "compounding": 12},
            "payments": 360,
        }
    )
    assert cents(payment) == Decimal("1199.10")
    grown = get_tool("compound_amount").call({"principal": "€100", "rate": 0.1, "years": "P2Y"})
    assert grown == Money(121, "EUR")
    inexact = get_tool("apply_tax").call({"price": 2, "rate": Approximate(0.5)})
    assert isinstance(inexact, Approximate)


usd, eur = Money(10, "USD"), Money(10, "EUR")

REFUSED: list[tuple[Callable[[], Any], str, str]] = [
    (lambda: add_money(usd, eur), "needs one currency, got USD and EUR", "invalid"),
    (lambda: subtract_money(usd, eur), "`subtract_money` needs one currency", "invalid"),
    (lambda: profit_margin(usd, eur), "needs one currency", "invalid"),
    (lambda: profit_margin(0, 5), "a revenue above 0, got 0", "undefined"),
    (lambda: convert_currency(usd, Money(2, "USD")), "price of one USD in another", "invalid"),
    (lambda: convert_currency(usd, Money(0, "EUR")), "got 0 EUR", "invalid"),
    (lambda: break_even_units(usd, eur, 5), "needs one currency", "invalid"),
    (lambda: break_even_units(usd, 5, 5), "price above the unit cost, got 5 and 5", "undefined"),
    (lambda: break_even_units(-1, 5, 4), "fixed_costs >= 0, got -1", "invalid"),
    (lambda: split_money(usd, 0), "shares >= 1, got shares=0", "invalid"),
    (lambda: discount_price(usd, 20), "got discount=20; write 20% as 0.2", "invalid"),
    (lambda: apply_tax(usd, -1), "rate >= 0, got rate=-1", "invalid"),
    (lambda: simple_interest(usd, 1, -1), "a time >= 0, got -1", "invalid"),
    (lambda: simple_interest(usd, 1, Duration(days=-3)), "a time >= 0", "invalid"),
    (lambda: compound_amount(usd, -1, 1), "a rate above -1", "invalid"),
    (lambda: compound_amount(usd, 1, 1, 0), "1 <= times_a_year <= 9999", "invalid"),
    (lambda: compound_amount(usd, Rate(1), 1, 2), "no times_a_year beside", "invalid"),
    (lambda: loan_payment(usd, 1, 0), "1 or more payments, got 0", "invalid"),
    (lambda: loan_payment(usd, Rate(1, "year", "simple"), 1), "is compounded", "invalid"),
    (lambda: net_present_value(CashFlows((1,))), "needs one rate, .* got none", "invalid"),
    (lambda: net_present_value(CashFlows((1,), 1), 1), "got both", "invalid"),
    (lambda: internal_rate_of_return(CashFlows((1, 2))), "got 0 changes", "undefined"),
    (lambda: internal_rate_of_return(CashFlows((-100, 230, -132))), "got 2", "undefined"),
    (lambda: internal_rate_of_return(CashFlows((-1, 10**400))), "the limit", "limit"),
    (lambda: payback_period(CashFlows((0, 2))), "an outlay first", "invalid"),
    (lambda: doubling_time(0), "a rate above 0, got 0", "undefined"),
    (lambda: rule_of_72(Fraction(-1, 2)), "a rate above 0, got -1/2", "undefined"),
    (lambda: doubling_time(Decimal("1e-9999")), "largest float", "limit"),
    (lambda: straight_line_depreciation(5, 6, 1), "0 <= salvage <= cost", "invalid"),
    (lambda: straight_line_depreciation(5, 1, 0), "a time above 0, got 0", "invalid"),
    (lambda: loan_payment(1, 1, 10**400), "350000 bits", "limit"),
    (lambda: loan_payment(1, 1, 350_001), "350000 bits", "limit"),
    (lambda: compound_amount(1, 1, 10**9), "350000 bits", "limit"),
    (lambda: compound_amount(1, 1, Duration(months=10**30), 9999), "350000 bits", "limit"),
    (lambda: bond_price(1, 1, Decimal("0.05"), 10**6), "350000 bits", "limit"),
    (lambda: net_present_value(CashFlows((1,) * 1000, Decimal("1e-200"))), "bits", "limit"),
    (lambda: add_money(dollars(Decimal("1e999999999")), usd), "20000", "limit"),
    (lambda: scale_money(dollars(2**349_999), 4), "350000 bits", "limit"),
    (lambda: yearly_of(Decimal("1e999999999")), "20000", "limit"),
    (lambda: payback_period(CashFlows((Decimal("-1e999999999"), 1))), "20000", "limit"),
    (lambda: round_money(usd, 10**9), "up to 10000", "limit"),
]


def yearly_of(rate: Number) -> Number:
    return effective_rate(Rate(rate))


@pytest.mark.parametrize(("act", "text", "category"), REFUSED)
def test_refusals(act: Callable[[], Any], text: str, category: str) -> None:
    started = time.process_time()
    with pytest.raises(ToolError, match=text) as caught:
        act()
    assert caught.value.category == category
    assert time.process_time() - started < MOST_SECONDS


rising = CashFlows((-(9 * 10**11), *range(10**9, 10**9 + 999)))
LARGEST: list[Callable[[], Any]] = [
    lambda: loan_payment(usd, 1, 349_990),
    lambda: loan_payment(usd, Decimal("0.0375"), 35_000),
    lambda: future_value_of_annuity(usd, Decimal("0.0375"), 35_000),
    lambda: bond_price(usd, Decimal("0.05"), Decimal("0.0375"), 35_000),
    lambda: compound_amount(usd, Decimal("0.05"), Decimal("2.5") * 365, 20),
    lambda: net_present_value(rising, Fraction(10**100 + 1, 10**101 - 9)),
    lambda: internal_rate_of_return(rising),
    lambda: payback_period(rising),
    lambda: effective_rate(Decimal("0.05"), 9999),
]


@pytest.mark.parametrize("act", LARGEST)
def test_the_largest_that_are_allowed(act: Callable[[], Any]) -> None:
    started = time.process_time()
    act()
    assert time.process_time() - started < MOST_SECONDS
