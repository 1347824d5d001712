"""Residues: `5 (mod 12)`, and `5 mod 12` after a sign or word of congruence; factored numbers.

`17 mod 5` by itself stays two numbers, for it asks for a remainder; so does the last number of a
sum, product or power before `(mod 7)`, which is no residue by itself.

`2^3 * 3^2 * 5` is one number, by its prime powers, beside words about divisors, factors, Euler's
totient or expanding; else its factors are values.
"""

import re
from collections.abc import Iterator

from fluxem_encoders.patterns.numerals import number
from fluxem_encoders.patterns.plain import superscript
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.number_theory import Factored, Residue

_WHOLE = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_MODULO = r"(?:mod|modulo)"
_TAIL = (
    rf"(?:{SPACE}?[(\[]{_MODULO}{SPACE}{_WHOLE}[)\]]"
    rf"|{SPACE}?\\pmod{SPACE}?(?:\{{{_WHOLE}\}}|\d\b))"
)
_OPEN_TAIL = rf"{SPACE}(?:{_MODULO}|\\b?mod){SPACE}{_WHOLE}\b"
# `≡` is one of the characters that `plain_text` leaves no name; what stands on its left tells it
# from the bullet of a list.
_CONGRUENT = (
    rf"(?:[\w)\x92-\x9b]{SPACE}?(?:\x01|\\equiv\b){SPACE}?"
    rf"|\b(?:congruent|equivalent){SPACE}(?:to|with){SPACE})"
)
_OPERATOR = (
    rf"(?:[+*/^\xd7\xb7\xf7]{SPACE}?|-{SPACE}|\b-|\)-?|\\cdot{SPACE}?"
    rf"|\b(?:plus|minus|times|over|by|power){SPACE}(?:of{SPACE})?)"
)
_PARTS = re.compile(r"-?[\d,]+")
_RESIDUES = re.compile(rf"-?{_WHOLE}{_OPEN_TAIL}", re.IGNORECASE)
_SEVERAL = (
    rf"-?\b{_WHOLE}{_OPEN_TAIL}"
    rf"(?:(?:\s?[,;]\s?(?:and\s)?|\sand\s)(?:[a-z]\s?=\s?)?-?{_WHOLE}{_OPEN_TAIL})"
)
# What a power is to be reduced by; its base and exponent are two values.
_REDUCED = rf"{SPACE}?(?:[(\[]?{_MODULO}\b|%|\\[bp]?mod\b|(?:is{SPACE})?divided{SPACE}by)"
_SYMBOL = r"\b(?:jacobi|legendre)(?:\ssymbol)?(?:\s(?:of|for))?[\s:]{0,2}\(?"
_DIGITS = re.compile(r"\d+")
_PRIME_POWERS = (
    r"\d+(?:\^\d+|[\x92-\x9b]+)?(?:[ \xa0]?[*\xb7\xd7][ \xa0]?\d+(?:\^\d+|[\x92-\x9b]+)?)+"
)
_FACTORED_WORD = (
    r"\b(?:(?:divisors|factors)\s(?:of|does|do|has|have)|factori[sz]ation(?:\sis|\sof)?"
    r"|factor(?:ed|s)(?:\sform)?(?:\sas|\sinto|\sis|\sof)?|totient(?:\sof)?|phi\sof"
    r"|expand(?:ed|ing)?)(?:\sthe)?(?:\s(?:number|integer))?:?\s"
)
_HAS_DIVISORS = (
    r"(?:,?\s(?:has|have)\s(?:how\smany\s)?|'s\s|:\s(?:how\smany|number\sof|count|list|sum)\s(?:its\s|of\s)?)"
    r"(?:positive\s|its\s)?(?:divisors|factors|totient)\b"
)


def _residue(text: str) -> Residue:
    value, modulus = map(_number, _PARTS.findall(text))
    return Residue(value, modulus)


def _number(text: str) -> int:
    return int(number(text))


def _digits(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _DIGITS.finditer(text))


def _base(text: str) -> Iterator[tuple[int, int]]:
    """The number whose inverse is meant, without the exponent -1."""
    yield next(_digits(text))


def _each(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _RESIDUES.finditer(text))


def _factored(text: str) -> Factored:
    """`2^3 * 3^2 * 5`; ValueFormError where a factor is no prime."""
    factors = dict[int, int]()
    for part in re.split(r"[*\xb7\xd7]", text):
        base, power = _POWER_PARTS.findall(part.strip())[0]
        prime = int(base)
        exponent = int(power[1:]) if power.startswith("^") else superscript(power or "\x93")
        factors[prime] = factors.get(prime, 0) + int(exponent)
    return Factored(tuple(sorted(factors.items())))


_POWER_PARTS = re.compile(r"(\d+)(\^\d+|[\x92-\x9b]+)?")

RULES = (
    Rule(
        _PRIME_POWERS, _factored, _FACTORED_WORD, r"(?:[^\w^.+*/-]|[.]\D)", domain="number_theory"
    ),
    Rule(_PRIME_POWERS, _factored, r"(?:[a-z:,.?!(=]\s|\n)", _HAS_DIVISORS, domain="number_theory"),
    Rule(r"\b\d+\^\(?\d+\)?", number, after=_REDUCED, split=_digits, domain="number_theory"),
    Rule(
        r"\b\d+(?:\^-1|\^\(-1\)|\^\{-1\}|\x9c\x93)",
        number,
        after=_REDUCED,
        split=_base,
        domain="number_theory",
    ),
    Rule(rf"\d+,{SPACE}?\d+,{SPACE}?\d+", number, r"\bpow\(", r"\)", _digits, "number_theory"),
    Rule(
        rf"\d+{SPACE}?(?:/|,|over){SPACE}?\d+",
        number,
        _SYMBOL,
        split=_digits,
        domain="number_theory",
    ),
    Rule(rf"{_SEVERAL}+", _residue, before=r"\b[a-z]\s?=\s?", split=_each, domain="number_theory"),
    Rule(rf"{_SEVERAL}+", _residue, before=_CONGRUENT, split=_each, domain="number_theory"),
    Rule(_WHOLE, number, before=_OPERATOR, after=_TAIL, domain="number_theory"),
    Rule(rf"-?\b{_WHOLE}{_TAIL}", _residue, domain="number_theory"),
    Rule(rf"-?\b{_WHOLE}{_OPEN_TAIL}", _residue, before=_CONGRUENT, domain="number_theory"),
)
