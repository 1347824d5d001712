"""Money, interest, loans, cash flows and prices.

An amount is money or a bare number. Money keeps its currency, and a bare number beside it counts
in that. Results are exact, not rounded to cents: `round_money` does that. Rates are fractions:
0.05 for 5 %. A bare rate is per year where the tool takes years, else per period; a Rate says
itself per what it is and how it is compounded.
"""

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate

from fluxem_encoders.forms import clip, simplest
from fluxem_encoders.structures.finance import CashFlows, Money, Rate
from fluxem_encoders.values import Duration, Number
from fluxem_toolbox.bounds import check_list, check_number, check_result
from fluxem_toolbox.domains.arithmetic import round_to
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.interest import (
    annuity_factor,
    compounded,
    doubling_time_of,
    factor_of,
    grown,
    period_factor,
    present_sum,
    rate_of_return,
    whole_power,
    yearly,
    years_of,
)
from fluxem_toolbox.rationals import in_form_of, over_common_denominator
from fluxem_toolbox.registry import tool

Amount = Money | Number
"""An amount of money, or a bare number where the currency does not matter."""

RULE = 72  # over the rate in percent: about the periods in which an amount doubles


@tool("finance", keywords=("interest", "earn", "principal", "owe", "deposit", "savings", "I=Prt"))
def simple_interest(principal: Amount, rate: Rate | Number, years: Duration | Number) -> Amount:
    """Simple interest on a principal, rate times years.

    The compounding that a Rate names does not count.

    >>> simple_interest(Money(1000, "USD"), Fraction(1, 20), 3)
    Money(amount=150, currency='USD')
    """
    name = "simple_interest"
    interest = _exact(name, principal) * yearly(name, rate) * years_of(name, years)
    return _amount(name, interest, principal, rate, years)


@tool("finance", keywords=("compound interest", "grow", "invest", "savings", "future value"))
def compound_amount(
    principal: Amount,
    rate: Rate | Number,
    years: Duration | Number,
    times_a_year: int | None = None,
) -> Amount:
    """Amount that a principal grows to with compound interest.

    A bare rate is compounded once a year unless `times_a_year` is given. Exact for whole numbers
    of compounding periods, else a float, to 15 digits or so, unless the root is rational.

    >>> compound_amount(Money(1000, "USD"), Fraction(1, 10), 2)
    Money(amount=1210, currency='USD')
    >>> compound_amount(1000, Fraction(1, 10), Fraction(1, 2))
    1048.8088481701516
    """
    return _moved("compound_amount", principal, rate, years, times_a_year, 1)


@tool("finance", keywords=("discount", "today", "worth now", "PV", "how much to deposit"))
def present_value(
    future: Amount,
    rate: Rate | Number,
    years: Duration | Number,
    times_a_year: int | None = None,
) -> Amount:
    """Present value of an amount due in some years.

    The principal that `compound_amount` makes `future` of; exact where that is.

    >>> present_value(Money(1210, "USD"), Fraction(1, 10), 2)
    Money(amount=1000, currency='USD')
    >>> present_value(1000, Fraction(1, 10), Fraction(1, 2))
    953.4625892455923
    """
    return _moved("present_value", future, rate, years, times_a_year, -1)


def _moved(
    name: str,
    amount: Amount,
    rate: Rate | Number,
    years: Duration | Number,
    times_a_year: int | None,
    direction: int,
) -> Amount:
    """The amount carried that many years on (direction 1) or back (-1)."""
    time = years_of(name, years)
    nominal, times = compounded(name, rate, times_a_year)
    if times is None:  # simple interest: one period of that length
        factor, periods = factor_of(name, nominal * time), Fraction(direction)
    else:
        factor, periods = factor_of(name, nominal / times), direction * time * times
    result = grown(name, _exact(name, amount), factor, periods)
    return _amount(name, result, amount, rate, years)


@tool("finance", keywords=("savings plan", "pension", "regular deposits", "every month", "FV"))
def future_value_of_annuity(payment: Amount, rate: Rate | Number, payments: int) -> Amount:
    """Value of equal regular payments when the last is made.

    A bare rate is per payment; a Rate is compounded as often as payments are made.

    >>> future_value_of_annuity(Money(100, "EUR"), Fraction(1, 10), 3)
    Money(amount=331, currency='EUR')
    """
    name = "future_value_of_annuity"
    factor = period_factor(name, rate)
    value = _exact(name, payment) * annuity_factor(name, factor, payments)
    return _amount(name, value, payment, rate)


@tool("finance", keywords=("mortgage", "monthly payment", "installment", "repay", "borrow", "EMI"))
def loan_payment(principal: Amount, rate: Rate | Number, payments: int) -> Amount:
    """Regular payment that repays a loan.

    A bare rate is per payment; a Rate is compounded as often as payments are made. The first
    payment is due one period after the loan.

    >>> loan_payment(Money(331, "EUR"), Fraction(1, 10), 3)
    Money(amount=Fraction(1331, 10), currency='EUR')
    """
    name = "loan_payment"
    factor = period_factor(name, rate)
    per_payment = annuity_factor(name, factor, payments)
    owed = _exact(name, principal) * whole_power(name, factor, payments)
    return _amount(name, owed / per_payment, principal, rate)


@tool("finance", keywords=("NPV", "worth", "project", "investment", "discounted", "cash flow"))
def net_present_value(flows: CashFlows, rate: Rate | Number | None = None) -> Number:
    """Net present value of cash flows, NPV.

    The first flow is now, each other one a period after the one before. A bare rate is per period,
    a Rate is compounded once a period. Without `rate`, the flows' own counts.

    >>> net_present_value(CashFlows((-100, 60, 60)), Fraction(1, 5))
    Fraction(-25, 3)
    """
    name = "net_present_value"
    chosen = flows.rate if rate is None else rate
    if chosen is None or None not in (rate, flows.rate):
        raise ToolError(
            f"`{name}` needs one rate, as an argument or in the cash flows, got "
            f"{'none' if chosen is None else 'both'}"
        )
    parts, scale = _flows(name, flows)
    total = present_sum(name, parts, period_factor(name, chosen)) / scale
    return _number(name, total, flows, chosen)


@tool("finance", keywords=("IRR", "yield", "project", "investment", "cash flow", "break even rate"))
def internal_rate_of_return(flows: CashFlows) -> Number:
    """Internal rate of return per period, IRR.

    The rate at which the net present value is 0; the flows must change their sign once. A float, to
    15 digits or so, unless 1 + rate is a fraction with a denominator up to a million.

    >>> internal_rate_of_return(CashFlows((-100, 60, 72)))
    Decimal('0.2')
    >>> internal_rate_of_return(CashFlows((-100, 60, 60)))
    0.1306623862918075
    """
    name = "internal_rate_of_return"
    parts, _ = _flows(name, flows)
    return _number(name, rate_of_return(name, parts), CashFlows(flows.amounts))


@tool("finance", keywords=("pay back", "recover", "how long", "investment", "break even", "recoup"))
def payback_period(flows: CashFlows) -> Number:
    """Periods until cash flows have repaid the first outlay.

    Each flow counts as spread evenly over its period; nothing is discounted.

    >>> payback_period(CashFlows((-100, 40, 40, 40)))
    Decimal('2.5')
    """
    name = "payback_period"
    parts, _ = _flows(name, flows)
    if parts[0] >= 0:
        raise ToolError(
            f"`{name}` needs an outlay first, a negative cash flow, got {clip(flows.amounts[0])}"
        )
    sums = list(accumulate(parts))
    repaid = next((t for t, total in enumerate(sums) if total >= 0), None)
    if repaid is None:
        raise ToolError(f"`{name}`: these cash flows never repay the outlay", "undefined")
    periods = repaid - Fraction(sums[repaid], parts[repaid])
    return _number(name, periods, CashFlows(flows.amounts))


@tool("finance", keywords=("APY", "EAR", "annual percentage yield", "nominal", "APR", "compounded"))
def effective_rate(rate: Rate | Number, times_a_year: int | None = None) -> Number:
    """Effective yearly rate of a rate compounded several times.

    (1 + rate / n)^n - 1 for a yearly rate that is compounded n times a year.

    >>> effective_rate(Fraction(1, 5), 2)
    Fraction(21, 100)
    """
    name = "effective_rate"
    nominal, times = compounded(name, rate, times_a_year)
    factor = factor_of(name, nominal / (times or 1))
    return _number(name, whole_power(name, factor, times or 1) - 1, rate)


@tool("finance", keywords=("double", "doubling", "twice", "how long", "growth"))
def doubling_time(rate: Rate | Number) -> Number:
    """Time in which an amount doubles at compound interest.

    In periods of a bare rate, in years for a Rate. A float, to 15 digits or so, unless the growth
    per period is a power of two or interest is simple.

    >>> doubling_time(Fraction(7, 100)), doubling_time(1)
    (10.24476835105872, 1)
    """
    name = "doubling_time"
    nominal = _positive_rate(name, rate)
    _, times = compounded(name, rate)
    if times is None:
        return _number(name, 1 / nominal, rate)
    return _number(name, doubling_time_of(nominal, times), rate)


@tool("finance", keywords=("rule of 72", "double", "doubling time", "approximately", "rough"))
def rule_of_72(rate: Rate | Number) -> Number:
    """Rule of 72: about how long an amount takes to double.

    72 over the rate in percent: in periods of a bare rate, in years for a Rate.

    >>> rule_of_72(Fraction(6, 100))
    12
    """
    name = "rule_of_72"
    return _number(name, RULE / (100 * _positive_rate(name, rate)), rate)


@tool("finance", keywords=("bond", "coupon", "face value", "yield", "maturity", "treasury"))
def bond_price(face: Amount, coupon: Rate | Number, market: Rate | Number, periods: int) -> Amount:
    """Price of a bond from its coupon and the market's rate.

    Both rates are per coupon period; a Rate is compounded as often as coupons are paid. The face
    value is repaid with the last coupon.

    >>> bond_price(Money(1000, "USD"), Fraction(1, 10), Fraction(1, 4), 2)
    Money(amount=784, currency='USD')
    """
    name = "bond_price"
    factor = period_factor(name, market)
    coupons = (period_factor(name, coupon) - 1) * annuity_factor(name, factor, periods)
    value = _exact(name, face) * (coupons + 1) / whole_power(name, factor, periods)
    return _amount(name, value, face, coupon, market)


@tool("finance", keywords=("discount", "sale", "off", "reduced", "markdown", "coupon", "% off"))
def discount_price(price: Amount, discount: Number) -> Amount:
    """Price after a discount, such as 0.2 for 20% off.

    >>> discount_price(Money(80, "USD"), Fraction(1, 4))
    Money(amount=60, currency='USD')
    """
    name = "discount_price"
    if not 0 <= discount <= 1:
        raise ToolError(
            f"`{name}` needs 0 <= discount <= 1, got discount={clip(discount)}; write 20% as 0.2"
        )
    return _amount(name, _exact(name, price) * (1 - Fraction(discount)), price, discount)


@tool("finance", keywords=("tax", "VAT", "GST", "sales tax", "tip", "gratuity", "including"))
def apply_tax(price: Amount, rate: Number) -> Amount:
    """Price with tax or tip added, such as 0.08 for 8%.

    >>> apply_tax(Money(50, "USD"), Fraction(2, 25))
    Money(amount=54, currency='USD')
    """
    name = "apply_tax"
    if rate < 0:
        raise ToolError(f"`{name}` needs rate >= 0, got rate={clip(rate)}; write 8% as 0.08")
    return _amount(name, _exact(name, price) * (1 + Fraction(rate)), price, rate)


@tool("finance", keywords=("exchange", "currency", "dollars", "euros", "pounds", "yen", "rate"))
def convert_currency(money: Money, unit_price: Money) -> Money:
    """Money in another currency, given what one unit costs there.

    `unit_price` is what one unit of money's currency costs in the other one, such as 0.92 EUR for
    a dollar.

    >>> convert_currency(Money(200, "USD"), Money(Fraction(23, 25), "EUR"))
    Money(amount=184, currency='EUR')
    """
    name = "convert_currency"
    price = _exact(name, unit_price)
    if price <= 0 or unit_price.currency == money.currency:
        raise ToolError(
            f"`{name}` needs a positive price of one {money.currency} in another currency, got "
            f"{clip(unit_price.amount)} {unit_price.currency}"
        )
    number = _number(name, _exact(name, money) * price, money, unit_price)
    return Money(number, unit_price.currency)


@tool("finance", keywords=("plus", "sum", "total", "together", "cost", "dollars", "altogether"))
def add_money(a: Amount, b: Amount) -> Amount:
    """Sum of two amounts of money of one currency.

    >>> add_money(Money(Fraction(1, 2), "USD"), Money(2, "USD"))
    Money(amount=Fraction(5, 2), currency='USD')
    """
    return _amount("add_money", _exact("add_money", a) + _exact("add_money", b), a, b)


@tool("finance", keywords=("minus", "change", "left", "spend", "difference", "profit", "dollars"))
def subtract_money(a: Amount, b: Amount) -> Amount:
    """Difference of two amounts of money of one currency.

    >>> subtract_money(Money(20, "GBP"), Money(13, "GBP"))
    Money(amount=7, currency='GBP')
    """
    name = "subtract_money"
    return _amount(name, _exact(name, a) - _exact(name, b), a, b)


@tool("finance", keywords=("times", "each", "multiply", "percent of", "cost of", "how much for"))
def scale_money(money: Amount, factor: Number) -> Amount:
    """Money times a number, such as price by quantity.

    >>> scale_money(Money(3, "EUR"), Fraction(5, 2))
    Money(amount=Fraction(15, 2), currency='EUR')
    """
    name = "scale_money"
    return _amount(name, _exact(name, money) * Fraction(factor), money, factor)


@tool("finance", keywords=("divide", "share", "bill", "each", "per person", "evenly", "split"))
def split_money(money: Amount, shares: int) -> Amount:
    """One of several equal shares of money.

    >>> split_money(Money(90, "USD"), 4)
    Money(amount=Decimal('22.5'), currency='USD')
    """
    if shares < 1:
        raise ToolError(f"`split_money` needs shares >= 1, got shares={clip(shares)}")
    return _amount("split_money", _exact("split_money", money) / shares, money)


@tool("finance", keywords=("cents", "nearest", "round", "rounded", "penny", "dollar"))
def round_money(money: Amount, places: int = 2) -> Amount:
    """Money rounded to cents, or to other decimal places.

    Halves go away from zero, as in `round_to`.

    >>> round_money(Money(Fraction(200, 3), "USD"))
    Money(amount=Decimal('66.67'), currency='USD')
    """
    _exact("round_money", money)
    rounded = round_to(_bare(money), places)
    return Money(rounded, money.currency) if isinstance(money, Money) else rounded


@tool("finance", keywords=("margin", "profit", "gross", "markup", "percent", "earnings"))
def profit_margin(revenue: Amount, cost: Amount) -> Number:
    """Profit margin: profit as a percent of revenue.

    >>> profit_margin(Money(80, "USD"), Money(60, "USD"))
    25
    """
    name = "profit_margin"
    earned, spent = _exact(name, revenue), _exact(name, cost)
    if earned <= 0:
        raise ToolError(
            f"`{name}` needs a revenue above 0, got {clip(_bare(revenue))}", "undefined"
        )
    _currency(name, revenue, cost)
    return _number(name, (earned - spent) / earned * 100, revenue, cost)


@tool("finance", keywords=("depreciate", "straight line", "salvage", "asset", "useful life"))
def straight_line_depreciation(cost: Amount, salvage: Amount, years: Duration | Number) -> Amount:
    """Straight-line depreciation of an asset per year.

    The cost less the salvage value, over the years of use.

    >>> straight_line_depreciation(Money(9000, "USD"), Money(1000, "USD"), 5)
    Money(amount=1600, currency='USD')
    """
    name = "straight_line_depreciation"
    first, last, time = _exact(name, cost), _exact(name, salvage), years_of(name, years)
    if not 0 <= last <= first:
        raise ToolError(
            f"`{name}` needs 0 <= salvage <= cost, got salvage={clip(_bare(salvage))} and "
            f"cost={clip(_bare(cost))}"
        )
    if time == 0:
        raise ToolError(f"`{name}` needs a time above 0, got {clip(years)}")
    return _amount(name, (first - last) / time, cost, salvage, years)


@tool("finance", keywords=("break even", "fixed costs", "units", "sell", "margin", "how many"))
def break_even_units(fixed_costs: Amount, price: Amount, unit_cost: Amount) -> Number:
    """Units to sell to cover fixed costs, rounded up.

    >>> break_even_units(Money(1000, "USD"), Money(12, "USD"), Money(5, "USD"))
    143
    """
    name = "break_even_units"
    fixed, per_unit = _exact(name, fixed_costs), _exact(name, price) - _exact(name, unit_cost)
    if fixed < 0:
        raise ToolError(f"`{name}` needs fixed_costs >= 0, got {clip(_bare(fixed_costs))}")
    if per_unit <= 0:
        raise ToolError(
            f"`{name}` needs a price above the unit cost, got {clip(_bare(price))} and "
            f"{clip(_bare(unit_cost))}",
            "undefined",
        )
    _currency(name, fixed_costs, price, unit_cost)
    return _number(name, math.ceil(fixed / per_unit), fixed_costs, price, unit_cost)


def _positive_rate(name: str, rate: Rate | Number) -> Fraction:
    nominal = yearly(name, rate)
    if nominal <= 0:
        raise ToolError(
            f"`{name}` needs a rate above 0, got {clip(simplest(nominal))}", "undefined"
        )
    return nominal


def _bare(amount: Amount) -> Number:
    return amount.amount if isinstance(amount, Money) else amount


def _exact(name: str, amount: Amount) -> Fraction:
    """The number that an amount is, once its size is checked."""
    check_number(name, _bare(amount))
    return Fraction(_bare(amount))


def _flows(name: str, flows: CashFlows) -> tuple[list[int], int]:
    """The flows over their common denominator."""
    for amount in flows.amounts:
        check_number(name, amount)
    check_list(name, flows.amounts)
    return over_common_denominator(name, flows.amounts)


Given = Money | CashFlows | Rate | Duration | Number


def _numbers_in(given: tuple[Given, ...]) -> Iterator[Number]:
    """The numbers that arguments are made of, whose forms say which form a result takes."""
    for value in given:
        match value:
            case Money(amount, _):
                yield amount
            case CashFlows(amounts, rate):
                yield from amounts if rate is None else (*amounts, rate)
            case Rate():
                yield value.rate
            case Duration():
                yield value.seconds
            case _:
                yield value


def _currency(name: str, *given: Given) -> str | None:
    """The one currency of all money among the arguments, None where there is no money."""
    currencies = list(dict.fromkeys(m.currency for m in given if isinstance(m, Money)))
    if len(currencies) > 1:
        raise ToolError(
            f"`{name}` needs one currency, got {' and '.join(currencies)}; `convert_currency` "
            "exchanges money at a given rate"
        )
    return currencies[0] if currencies else None


def _number(name: str, result: int | Fraction | float, *given: Given) -> Number:
    """A result in the form of the numbers that it came from, within the bounds."""
    number = result if isinstance(result, float) else in_form_of(result, _numbers_in(given))
    check_result(name, number)
    return number


def _amount(name: str, result: Fraction | float, *given: Given) -> Amount:
    """A result in the currency of the arguments, a bare number where they have none."""
    currency = _currency(name, *given)
    number = _number(name, result, *given)
    return number if currency is None else Money(number, currency)
