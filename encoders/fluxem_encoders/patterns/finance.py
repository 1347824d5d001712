"""Amounts of money, such as `$1,200.50`, `€3.5m`, `US$ 20`, `35 lakh rupees`, `five million yen`.

Currencies are ISO 4217's. `pounds` are weights unless they are sterling. A currency's name alone is
that currency, as in `50 dollars in euros`. Not found: amounts of things that only may be money
(`a 50 note`).
"""

import re
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns import words
from fluxem_encoders.patterns.arithmetic import AMOUNT, amount
from fluxem_encoders.patterns.numerals import DIGITS, hundredth, number, times
from fluxem_encoders.patterns.plain import plain_text
from fluxem_encoders.patterns.rule import BLANKS, GAP, SPACE, Rule
from fluxem_encoders.structures.finance import Currency, Money
from fluxem_encoders.structures.physics import written
from fluxem_encoders.values import Number

SIGNS = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₪": "ILS",
    "₫": "VND", "₱": "PHP", "₦": "NGN", "฿": "THB", "₡": "CRC", "₭": "LAK", "₺": "TRY", "₴": "UAH",
    "₲": "PYG", "₸": "KZT", "₮": "MNT", "₵": "GHS", "₾": "GEL", "₼": "AZN", "៛": "KHR",
}  # fmt: skip
"""What a sign stands for where nothing else is said."""

_DOLLARS = {
    "us": "USD", "u.s.": "USD", "c": "CAD", "ca": "CAD", "can": "CAD", "cdn": "CAD", "a": "AUD",
    "au": "AUD", "nz": "NZD", "hk": "HKD", "s": "SGD", "sg": "SGD", "nt": "TWD", "r": "BRL",
    "mex": "MXN", "mx": "MXN", "mxn": "MXN", "cad": "CAD", "aud": "AUD",
}  # fmt: skip
_CODE = (
    "USD|EUR|GBP|JPY|CNY|RMB|INR|CHF|AUD|CAD|NZD|HKD|SGD|SEK|NOK|DKK|PLN|CZK|HUF|RUB|TRY|BRL|MXN"
    "|ZAR|KRW|THB|IDR|MYR|PHP|VND|ILS|AED|SAR|TWD|ARS|CLP|COP|UAH|NGN|EGP"
)
_CODES = frozenset(_CODE.split("|"))
_NAMES = {
    "dollar": "USD", "buck": "USD", "euro": "EUR", "pound sterling": "GBP", "quid": "GBP",
    "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY", "rupee": "INR", "franc": "CHF",
    "rouble": "RUB", "ruble": "RUB", "peso": "MXN", "rand": "ZAR", "krona": "SEK", "krone": "NOK",
    "zloty": "PLN", "baht": "THB", "ringgit": "MYR", "rupiah": "IDR", "shekel": "ILS",
    "dirham": "AED", "lira": "TRY", "forint": "HUF", "hryvnia": "UAH", "naira": "NGN",
    "koruna": "CZK", "tenge": "KZT", "cedi": "GHS", "taka": "BDT", "birr": "ETB", "riyal": "SAR",
    "quetzal": "GTQ", "lempira": "HNL", "guarani": "PYG",
}  # fmt: skip
_NATIONS = {
    "us": "USD", "u.s.": "USD", "american": "USD", "canadian": "CAD", "australian": "AUD",
    "new zealand": "NZD", "hong kong": "HKD", "singapore": "SGD", "chinese": "CNY",
    "japanese": "JPY", "swiss": "CHF", "indian": "INR", "pakistani": "PKR", "mexican": "MXN",
    "russian": "RUB", "british": "GBP", "swedish": "SEK", "norwegian": "NOK", "danish": "DKK",
    "korean": "KRW", "turkish": "TRY", "argentine": "ARS", "chilean": "CLP", "colombian": "COP",
    "south korean": "KRW", "taiwan": "TWD", "brazilian": "BRL", "egyptian": "EGP",
    "kuwaiti": "KWD", "omani": "OMR", "iraqi": "IQD", "jordanian": "JOD", "serbian": "RSD",
    "kenyan": "KES", "ugandan": "UGX", "tanzanian": "TZS", "philippine": "PHP", "uk": "GBP",
}  # fmt: skip
_NATIONAL = "(?:pounds?|won|dinars?|rials?|reais|real|shillings?|kron(?:or|er|ur))"
"""What is money only behind a nation."""
_HUNDREDTHS = {"cent": "USD", "penny": "GBP", "pence": "GBP", "eurocent": "EUR"}

_SHORT = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12, "t": 10**12}
_SCALE = rf"(?:{GAP}?(?:{words.LARGE}s?|mln|bln|mio|mil)\b|{SPACE}?(?:k|m|mn|bn?|tn?)\b)?"
_FIGURES = rf"-?{DIGITS}{_SCALE}"
# Of one letter only `C` may stand apart: in `the land's $ 5` there is no dollar of Singapore.
_PREFIX = rf"(?:\b(?:[asr]|(?:{'|'.join(name for name in _DOLLARS if name not in 'asr')}){SPACE}?))"
_PREFIX = _PREFIX.replace(".", r"\.")
_NATION = rf"(?:(?:{'|'.join(_NATIONS)}){SPACE})".replace(".", r"\.")
_NAME = rf"(?:{'|'.join(sorted(_NAMES, key=len, reverse=True))}|pounds sterling)s?"
_ALONE = "|".join(name for name in _NAMES if name not in ("buck", "quid", "rand", "real", "taka"))
_PART = rf"(?:{'|'.join(_HUNDREDTHS)})s?"
_LAST = re.compile(rf"({'|'.join(map(re.escape, _NATIONS))})?\s?([a-z ]+)$", re.IGNORECASE)
_FIRST = re.compile(r"[\d.,\xa0 ]*\d")


def figures(text: str) -> Number:
    """`1,200.50`, `3.5m`, `75 million`: the number; text without a sign of currency."""
    plain = plain_text(text).strip()
    match = _FIRST.match(plain.lstrip("-"))
    if match is None:
        raise ValueFormError(f"{text} is no amount of money")
    word = plain.lstrip("-")[match.end() :].strip(f"-{BLANKS}").lower()
    value = number(match[0])
    if word:
        value = times(value, _SHORT[word] if word in _SHORT else words.scale(word))
    return -value if plain.startswith("-") else value


def with_sign(text: str) -> Money:
    """`$1,200.50`, `US$ 20`, `C $ 1.34`, `€3.5m`, `-£5`."""
    place = next(i for i, c in enumerate(text) if plain_text(c) == "$")
    before = text[:place].strip().lower()
    currency = SIGNS.get(text[place])
    if text[place] == "$" and before.lstrip("-") in _DOLLARS:
        currency = _DOLLARS[before.lstrip("-")]
    if currency is None:
        raise ValueFormError(f"no currency is known by the sign {text[place]}")
    value = figures(text[place + 1 :])
    return Money(-value if before.startswith("-") else value, currency)


def sign_behind(text: str) -> Money:
    """`20 €`, `100 ₡`, `50¢`."""
    value = figures(text[:-1])
    if text[-1] == "¢":
        return Money(hundredth(value), "USD")
    if text[-1] not in SIGNS:
        raise ValueFormError(f"no currency is known by the sign {text[-1]}")
    return Money(value, SIGNS[text[-1]])


def with_code(text: str) -> Money:
    """`USD 20`, `usd20`, `20 EUR`, `Rs. 500`."""
    code = re.findall("[a-z]{2,3}", text, re.IGNORECASE)
    found = next(c.upper() for c in code if c.upper() in _CODES | {"RS"})
    value = figures(re.sub(rf"{found}\.?", "", text, flags=re.IGNORECASE))
    return Money(value, {"RS": "INR", "RMB": "CNY"}.get(found, found))


def _currency(text: str) -> str:
    """The currency that a text ends in: `Canadian dollars`, `yen`, `pounds sterling`."""
    match = _LAST.search(text)
    assert match is not None
    name = match[2].strip().lower().replace("pounds ", "pound ").removesuffix("s")
    nation = (match[1] or "").lower()
    return _NATIONS.get(nation) or _NAMES.get(name) or _NAMES[name.rpartition(" ")[2]]


_CALLED = rf"(?:{_NATION}?{_NAME}|{_NATION}{_NATIONAL})"
_NAMED = re.compile(rf"^(.*?)[\s-]*({_CALLED})$", re.IGNORECASE | re.DOTALL)


def named(text: str) -> Money:
    """`5 dollars`, `five million yen`, `35 lakh rupees`, `10 US dollars`, `one-yen`."""
    match = _NAMED.match(text)
    if match is None:
        raise ValueFormError(f"{text} is no amount of money")
    return Money(_said(match[1]), _currency(match[2]))


def _said(text: str) -> Number:
    text = text.strip(" -\xa0\t")
    return figures(text) if text[-1:].lower() in "kmb" else amount(plain_text(text))


def currency(text: str) -> Currency:
    """`euros`, `US dollars`, `rmb`."""
    return Currency(_currency(text))


def kuai(text: str) -> Money:
    """`one kuai and five mao`, `two kuai five mao five`: a tenth each of the one before."""
    said = re.split(r"\s(?:kuai|mao)\b(?:\sand\b)?", text.lower())
    tenths = sum(Fraction(_said(n)) / 10**place for place, n in enumerate(said) if n)
    return Money(written(Fraction(tenths)), "CNY")


def hundredths(text: str) -> Money:
    """`45 cents`, `470 pence`, `12-cent`."""
    said, unit = re.split(r"[\s-]+(?=[a-z]+$)", text.strip(), maxsplit=1, flags=re.IGNORECASE)
    return Money(hundredth(_said(said)), _HUNDREDTHS[unit.lower().removesuffix("s")])


def with_hundredths(text: str) -> Money:
    """`thirteen dollars and forty-five cents`, `thirteen dollars forty-five`."""
    match = re.match(rf"(.*?{_NAME}),?\s(?:and\s)?(.*?)(?:\s{_PART})?$", text, re.IGNORECASE)
    assert match is not None
    whole = named(match[1])
    rest = _said(match[2])
    if not 0 < rest < 100:
        raise ValueFormError(f"{text} is more than one amount of money")
    total = Fraction(whole.amount) + Fraction(rest) / 100
    exact = written(total)
    return Money(Decimal(exact) if isinstance(exact, int) else exact, whole.currency)


def with_comma(text: str) -> Money:
    """`€12,50`, `1.250,00 €`.

    Raises:
        ValueError: for other currencies, which have points there.
    """
    if not re.search("€|eur", text, re.IGNORECASE):
        raise ValueFormError(f"{text} is no amount of money")
    return Money(number(re.sub(r"[^\d,-]", "", text).replace(",", ".")), "EUR")


def in_lakhs(text: str) -> Money:
    """`₹2,50,000`, `Rs. 12,34,567.50`.

    Raises:
        ValueError: for other currencies, which have groups of three digits.
    """
    if plain_text(text)[0] == "$" and text[0] != "₹":
        raise ValueFormError(f"{text} is no amount of money")
    return Money(number(re.sub(r"^\D+", "", text)), "INR")


def _grand(text: str) -> Number:
    """`5 grand`, `a grand`."""
    said = text.lower().removesuffix("grand").strip(BLANKS)
    return 1000 if said == "a" else times(amount(said), 1000)


_BELOW_100 = rf"(?:\d{{1,2}}|{words.SMALL})"
_BELOW_10 = r"(?:\d|one|two|three|four|five|six|seven|eight|nine)"
_COINS = rf"(?:(?:and{SPACE})?{_BELOW_100}{GAP}{_PART}|{words.SMALL})"
# A variable and an operator, or a command.
_OF_LATEX = (
    rf"(?:\b[a-z]{SPACE}?(?:[-+*/<>^]|=|\\[a-z]{{1,9}}){SPACE}?|\\[a-z]{{1,9}}{SPACE}|\^\{{?)"
)

_COMMA = r"\d{1,3}(?:\.?\d{3}){0,3},\d\d"
_WITH_COMMA = (
    (rf"-?\${SPACE}?{_COMMA}", r"[^\w.,]|[.,]\D"),
    (rf"-?\b{_COMMA}{SPACE}?(?:\$|EUR\b|euros?\b)", ""),
)
_SMALL_CODE = "usd|eur|gbp|jpy|cny|inr|chf|aud|nzd|hkd|sgd|sek|nok|dkk|pln|czk|huf|brl|mxn|zar|krw"
_NO_NOUN = (
    rf"(?:[^\w\s-]|{SPACE}{{0,2}}\n|{SPACE}(?:a|an|and|at|by|down|each|every|for|from|in|into|is|less"
    r"|minus|more|of|off|on|or|over|pays?|per|plus|times|to|was|were|will|with|worth)\b)"
)
_SPENT = (
    r"\b(?:borrow|cost|deposit|earn|get|give|have|invest|lend|lent|owe|paid|pay|put|save|spend|spent"
    r"|win|won)s?"
)

RULES = (
    # Without a currency, and also where amounts of money do not count.
    Rule(rf"\b(?:{DIGITS}|{words.SMALL}){SPACE}grand", _grand, after=_NO_NOUN),
    Rule(
        rf"a{SPACE}grand",
        _grand,
        before=rf"{_SPENT}{SPACE}",
        after=_NO_NOUN,
    ),
    Rule(
        rf"a{SPACE}grand",
        _grand,
        before=rf"{SPACE}",
        after=rf"{SPACE}(?:be{SPACE})?worth\b",
    ),
    *(
        Rule(pattern, read, before=before, after=after, domain="finance", original=True)
        for pattern, read, before, after in (
            *((pattern, with_comma, "", after) for pattern, after in _WITH_COMMA),
            (
                rf"(?:\brs\.?|\bINR|\$){SPACE}?\d{{1,2}}(?:,\d\d)+,\d{{3}}(?:\.\d+)?",
                in_lakhs,
                "",
                r"[^\w,.]|[,.]\D",
            ),
            # In LaTeX `$` opens and closes: `$2x + 3$`, `$k = 2$`.
            (rf"-?{DIGITS}", figures, _OF_LATEX, r"\}?\$[^\w$]"),
            (
                rf"-?{_PREFIX}?\${SPACE}?{_FIGURES}",
                with_sign,
                r"[^\w$]",
                r"(?:[^\w^.,]|[.,]\D|[a-z]{2})",
            ),
            (rf"-?\b{DIGITS}{_SCALE}{SPACE}?[$¢]", sign_behind, "", r"[^\w$]"),
            (
                rf"\b(?:{_CODE}){SPACE}?{_FIGURES}|\brs\.?{SPACE}?{_FIGURES}"
                rf"|-?\b{DIGITS}{_SCALE}{SPACE}?(?-i:{_CODE}|{_SMALL_CODE})\b",
                with_code,
                "",
                "",
            ),
            (
                rf"\b(?:{AMOUNT})[ -]?{_NATION}?{_NAME},?{SPACE}{_COINS}\b",
                with_hundredths,
                "",
                "",
            ),
            (
                rf"\b(?:{AMOUNT})[ -]?{_NATION}?{_NAME}{SPACE}\d\d",
                with_hundredths,
                "",
                r"(?:[.,;!?]\D|\n)",
            ),
            (
                rf"-?\b(?:{AMOUNT}|{DIGITS}(?-i:[kKM]))(?:{SPACE}|-)?{_CALLED}\b",
                named,
                "",
                "",
            ),
            (
                rf"\b(?:{AMOUNT}){SPACE}kuai\b(?:{SPACE}(?:and{SPACE})?{_BELOW_10}{SPACE}mao\b"
                rf"(?:{SPACE}{_BELOW_10}\b)?)?",
                kuai,
                "",
                "",
            ),
            (rf"-?\b(?:{AMOUNT})(?:{SPACE}|-)(?:{_PART})\b", hundredths, "", ""),
            (rf"\b{_NATION}?(?:{_ALONE})s?\b", currency, "", ""),
        )
    ),
    # Where amounts of money do not count they are numbers still.
    *(
        Rule(
            pattern,
            lambda text: with_comma(text).amount,
            after=after,
            original=True,
        )
        for pattern, after in _WITH_COMMA
    ),
)
