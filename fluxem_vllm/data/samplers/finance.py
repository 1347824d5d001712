"""How people write the values of finance: prices and sums of money, rates, terms, cash flows."""

import random
from collections.abc import Callable

from fluxem_encoders.structures.finance import CashFlows, Money, Rate
from fluxem_vllm.data.samplers.sampler import Sampler, Samplers, one_of
from fluxem_vllm.data.values import number_word

Drawn = Callable[[random.Random], dict[str, str]]

# By currency: how amounts are written, the ordinary ways more than once.
_FORMS = {
    "USD": (
        "${}",
        "${}",
        "${}",
        "${}",
        "${}",
        "{} dollars",
        "{} dollars",
        "{} USD",
        "US${}",
        "{} bucks",
    ),
    "EUR": ("€{}", "€{}", "{} €", "{} euros", "{} euros", "EUR {}", "{}€"),
    "GBP": ("£{}", "£{}", "£{}", "{} pounds sterling", "GBP {}", "{} quid"),
    "INR": ("₹{}", "Rs. {}", "{} rupees"),
    "CAD": ("C${}", "{} Canadian dollars", "CA${}", "{} CAD"),
    "AUD": ("A${}", "{} Australian dollars", "AU${}", "AUD {}"),
    "CHF": ("CHF {}", "{} CHF", "{} francs"),
    "JPY": ("¥{}", "{} yen", "JPY {}"),
}
_OTHERS = ("EUR", "EUR", "EUR", "GBP", "GBP", "GBP", "INR", "CAD", "AUD", "CHF")
_DOLLARS = ("USD", "USD", "USD", "CAD", "AUD")
_RATES = {"EUR": 0.92, "GBP": 0.79, "INR": 83, "CHF": 0.88, "JPY": 151}
"""About what a dollar costs."""

LARGE = (200, 300, 400, 500, 750, 800, 1000, 1200, 1500, 2000, 2500, 3000, 3600, 4000, 5000, 6000)


def _shown(rng: random.Random, amount: float, form: str) -> str:
    """An amount in that form: whole or with cents, with a comma in thousands, `12k`, in words."""
    if amount != int(amount):
        return form.format(f"{amount:,.2f}" if rng.random() < 0.8 else f"{amount:.2f}")
    n, way = int(amount), rng.random()
    if way < 0.12 and n % 1000 == 0 and n > 4000 and form[0] in "$€£":
        return form.format(f"{n // 1000}k")
    if way < 0.08 and n % 100 == 0 and n < 1000 and form[-1] == "s":
        return form.format(f"{number_word(n // 100)} hundred")
    if way < 0.12 and n < 100 and form[-1] == "s":
        return form.format(number_word(n))
    return form.format(f"{n:,}" if rng.random() < 0.75 else n)


def _form(rng: random.Random, currency: str = "") -> str:
    """How to write a currency; mostly dollars, so that amounts of one question go together."""
    if not currency:
        currency = "USD" if rng.random() < 0.86 else rng.choice(_OTHERS)
    return rng.choice(_FORMS[currency])


def _price(rng: random.Random) -> float:
    """What things in a shop cost: a few cents to some hundreds."""
    way = rng.random()
    if way < 0.4:
        return rng.randint(2, 120) + rng.choice((0.99, 0.95, 0.5, 0.25, 0.49))
    if way < 0.5:
        return rng.randint(40, 9999) / 100
    return rng.choice((rng.randint(2, 60), 5 * rng.randint(2, 60), 10 * rng.randint(5, 120)))


def _sum(rng: random.Random) -> float:
    """What people save, lend and borrow."""
    way = rng.random()
    if way < 0.15:
        return rng.randint(101, 9999) + rng.choice((0, 0, 0.5, 0.75))
    return rng.choice(LARGE) * rng.choice((1, 1, 2, 5, 10, 25))


def _money(amount: Callable[[random.Random], float], bare: float = 0) -> Sampler:
    """Such an amount with its currency; a share of them bare."""

    def sampler(rng: random.Random) -> str:
        if rng.random() < bare:
            return f"{amount(rng):g}"
        return _shown(rng, amount(rng), _form(rng))

    return sampler


def _unit_price(rng: random.Random) -> str:
    """A price, now and then of some cents: `45 cents`, `75¢`."""
    if rng.random() < 0.1:
        return (
            f"{rng.choice((5, 10, 25, 35, 45, 60, 75, 85))}{rng.choice((' cents', ' cents', '¢'))}"
        )
    return _money(_price)(rng)


def _percent(low: float, high: float) -> Sampler:
    """A rate such as `5%`, `4.25 %`, `seven percent`, now and then 0.05."""

    def sampler(rng: random.Random) -> str:
        rate = rng.uniform(low, high)
        whole = round(rate) if rng.random() < 0.5 and high >= 3 else 0
        text = f"{whole}" if whole else f"{rate:.{rng.choice((1, 1, 2))}f}"
        text = text if float(text) > 0 else f"{high}"
        way = rng.random()
        if way < 0.06:
            return f"{float(text) / 100:.5f}".rstrip("0")
        if way < 0.09 and whole:
            return f"{whole} 1/2{rng.choice(('%', ' percent'))}"
        if way < 0.12 and 1 < whole < 20:
            return f"{number_word(whole)} percent"
        return text + rng.choice(("%", "%", "%", "%", " %", " percent", " per cent"))

    return sampler


def _years(rng: random.Random) -> str:
    """A term: `5 years`, `six years`, `18 months`, `two and a half years`."""
    way = rng.random()
    n = rng.choice((2, 3, 3, 4, 5, 5, 6, 7, 8, 10, 10, 12, 15, 20, 25, 30))
    if way < 0.1:
        return f"{rng.choice((6, 9, 18, 24, 30))} months"
    if way < 0.15:
        return rng.choice(("two and a half years", "3.5 years", "1.5 years", "half a year"))
    return f"{number_word(n) if way < 0.35 else n} years"


def _together(*names: str, least: float = 0.3, most: float = 0.95) -> Drawn:
    """Amounts of one currency, each a fraction of the one before."""

    def sampler(rng: random.Random) -> dict[str, str]:
        form, amount = _form(rng), rng.choice((_price, _sum))(rng)
        texts = {}
        for name in names:
            texts[name] = _shown(rng, amount, form)
            amount *= rng.uniform(least, most)
            amount = round(amount) if amount > 20 and rng.random() < 0.8 else round(amount, 2)
        return texts

    return sampler


def _depreciation(rng: random.Random) -> dict[str, str]:
    """What a thing costs, what it is worth in the end, and how long it lasts."""
    form, cost = _form(rng), _sum(rng) + 500
    salvage = 10 * round(cost * rng.uniform(0.02, 0.5) / 10)
    years = f"{rng.choice((3, 4, 5, 5, 6, 7, 8, 10, 12, 'three', 'five', 'eight', 'ten'))} years"
    return {"cost": _shown(rng, cost, form), "salvage": _shown(rng, salvage, form), "years": years}


def _break_even(rng: random.Random) -> dict[str, str]:
    """Fixed costs, and the price and the cost of one, of one currency."""
    form, price = _form(rng), _price(rng)
    cost = round(price * rng.uniform(0.1, 0.8), 2) + 0.01
    cost = cost if price < 8 or rng.random() < 0.3 else int(cost)
    amounts = {"fixed_costs": _sum(rng), "price": price, "unit_cost": cost}
    return {name: _shown(rng, amount, form) for name, amount in amounts.items()}


def _exchange(rng: random.Random) -> dict[str, str]:
    """An amount in dollars of some country, and what such a dollar costs elsewhere."""
    dollar = rng.choice(_DOLLARS)
    other = rng.choice([*_RATES] if dollar == "USD" else [*_RATES, "USD"])
    rate = _RATES.get(other, 1) * (1 if dollar == "USD" else 0.7) * rng.uniform(0.9, 1.1)
    shown = f"{rate:.1f}" if rate > 20 else f"{rate:.{rng.choice((2, 2, 3))}f}"
    amount = _shown(rng, rng.choice((_price, _sum))(rng), _form(rng, dollar))
    return {"money": amount, "unit_price": _form(rng, other).format(shown)}


def _unrounded(rng: random.Random) -> str:
    """An amount with fractions of a cent."""
    shown = f"{rng.uniform(0.2, rng.choice((20, 500, 5000))):.{rng.randint(3, 6)}f}"
    return _form(rng).format(shown)


def _flows(rng: random.Random) -> str:
    """An outlay and what comes back, more than that: `[-1000, 400, 500, 600]`."""
    periods, outlay = rng.randint(2, 6), rng.choice(LARGE) * rng.choice((1, 1, 10))
    step = 10 if outlay < 2000 else 100
    back = [
        step * max(round(outlay / periods * rng.uniform(0.9, 1.6) / step), 1)
        for _ in range(periods)
    ]
    back[-1] += max(step * -(-(outlay - sum(back)) // step), 0) + step
    texts = [f"{rng.choice('---−')}{outlay}", *map(str, back)]
    if rng.random() < 0.25:
        return f"{', '.join(texts[:-1])} and {texts[-1]}"
    left, right = rng.choice(("[]", "[]", "()", "  "))
    mark = rng.choice((", ", ", ", "," if left == "[" else "; "))
    return (left + mark.join(texts) + right).strip()


def _count(low: int, high: int, words: float) -> Sampler:
    """A small number, mostly a very small one, now and then in words."""

    def sampler(rng: random.Random) -> str:
        n = low + int((high - low + 1) * rng.random() ** 2)
        return number_word(n) if n < 20 and rng.random() < words else str(n)

    return sampler


_PER_PAYMENT = _percent(0.2, 2.5)
_PAYMENTS = one_of("6", "10", "12", "12", "18", "20", "24", "24", "36", "48", "60", "120", "240")
_PRINCIPAL = _money(_sum, bare=0.06)
_TIMES = one_of("2", "4", "12", "12", "24", "52", "365", "four", "twelve")
_OFF = (*(f"{n}%" for n in (5, 10, 10, 15, 20, 20, 25, 30, 33, 40, 50, 60, 70)), "15 %", "12.5%")

SAMPLERS: Samplers = {
    Money: _money(_price),
    CashFlows: _flows,
    Rate: _percent(0.5, 12),
    ("simple_interest", "principal"): _PRINCIPAL,
    ("simple_interest", "years"): _years,
    ("compound_amount", "principal"): _PRINCIPAL,
    ("compound_amount", "years"): _years,
    ("compound_amount", "times_a_year"): _TIMES,
    ("present_value", "future"): _PRINCIPAL,
    ("present_value", "years"): _years,
    ("present_value", "times_a_year"): _TIMES,
    ("future_value_of_annuity", "rate"): _PER_PAYMENT,
    ("future_value_of_annuity", "payments"): _PAYMENTS,
    ("loan_payment", "principal"): _PRINCIPAL,
    ("loan_payment", "rate"): _PER_PAYMENT,
    ("loan_payment", "payments"): _PAYMENTS,
    ("effective_rate", "rate"): _percent(1, 25),
    ("effective_rate", "times_a_year"): _TIMES,
    ("bond_price", "face"): _money(lambda rng: rng.choice((100, 500, 1000, 1000, 5000, 10_000))),
    ("bond_price", "coupon"): _percent(1, 8),
    ("bond_price", "market"): _percent(1, 9),
    ("bond_price", "periods"): one_of("2", "3", "4", "5", "6", "8", "10", "10", "15", "20", "30"),
    ("discount_price", "price"): _money(_price, bare=0.06),
    ("discount_price", "discount"): one_of(*_OFF, "20 percent", "ten percent"),
    ("apply_tax", "price"): _money(_price, bare=0.06),
    ("apply_tax", "rate"): _percent(4, 25),
    ("scale_money", "money"): _unit_price,
    ("scale_money", "factor"): _count(2, 60, 0.3),
    ("split_money", "shares"): _count(2, 16, 0.3),
    ("round_money", "money"): _unrounded,
    ("round_money", "places"): one_of("0", "2", "2", "3", "two", "three"),
    "convert_currency": _exchange,
    "add_money": _together("a", "b"),
    "subtract_money": _together("a", "b"),
    "profit_margin": _together("revenue", "cost"),
    "straight_line_depreciation": _depreciation,
    "break_even_units": _break_even,
}
