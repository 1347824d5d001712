"""Written factorials, combinations and permutations.

An exclamation mark after a whole number makes a factorial, but for these, where the number is just
a number: `5!!`, `$5!`, up to three words after an interjection (`wow, 5!`), and an age or the like
that ends its sentence (`he turned 5!`).
"""

import re

from fluxem_encoders.patterns.numerals import DIGITS, number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.values import Combination, Factorial, Permutation

_N = r"\d{1,9}"
_PAIR = rf"{SPACE}?\({SPACE}?{_N}{SPACE}?,{SPACE}?{_N}{SPACE}?\)"
_INTEGERS = re.compile(r"\d+")
_INTERJECTION = r"\b(?:wow|yay|hooray|hurray|omg|woohoo|whoa|congrats|congratulations)\b[,!.]?"
_AGE = r"\b(?:i'm|i am|he's|she's|turns|turned|turning|only)"


def _pair(text: str) -> tuple[int, int]:
    n, k = map(int, _INTEGERS.findall(text))
    return n, k


def _combination(text: str) -> Combination:
    return Combination(*_pair(text))


def _permutation(text: str) -> Permutation:
    return Permutation(*_pair(text))


RULES = (
    Rule(r"\b\d+", number, after="!!"),
    Rule(DIGITS, number, before=rf"\${SPACE}?", after="!"),
    Rule(
        r"\d+",
        number,
        before=rf"{_INTERJECTION}(?:{SPACE}[a-z']{{1,12}}){{0,3}}{SPACE}",
        after="!",
    ),
    Rule(r"\d+", number, before=rf"{_AGE}{SPACE}", after=rf"!{SPACE}?(?:\n|(?-i:[A-Z]))"),
    Rule(rf"\b{_N}!", lambda text: Factorial(int(text[:-1])), before="-?"),
    Rule(
        rf"\b(?:ncr|c){_PAIR}|\b{_N}(?:c|{SPACE}?ncr{SPACE}?|{SPACE}choose{SPACE}){_N}\b",
        _combination,
    ),
    Rule(
        rf"\\[dt]?binom\{{{_N}\}}\{{{_N}\}}|\{{{_N}{SPACE}?\\choose{SPACE}?{_N}\}}",
        _combination,
    ),
    Rule(rf"\b(?:npr|p){_PAIR}|\b{_N}(?:p|{SPACE}?npr{SPACE}?){_N}\b", _permutation),
)
