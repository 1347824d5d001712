"""Written factorials, combinations and permutations."""

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


RULES = (
    # An exclamation mark after a whole number makes a factorial, but for these: `5!!`, `$5!`,
    # up to three words after an interjection, an age that ends its sentence.
    Rule(r"\b(\d+)!!", number),
    Rule(rf"\${SPACE}?({DIGITS})!", number),
    Rule(rf"{_INTERJECTION}(?:{SPACE}[a-z']{{1,12}}){{0,3}}{SPACE}(\d+)!", number),
    Rule(rf"{_AGE}{SPACE}(\d+)!(?:{SPACE}*$|{SPACE}(?-i:[A-Z]))", number),
    Rule(rf"-?\b({_N}!)", lambda text: Factorial(int(text[:-1]))),
    Rule(
        rf"\b((?:ncr|c){_PAIR}|{_N}{SPACE}?(?:c|ncr){SPACE}?{_N}\b|{_N}{SPACE}choose{SPACE}{_N}\b)",
        lambda text: Combination(*_pair(text)),
    ),
    Rule(
        rf"(\\[dt]?binom\{{{_N}\}}\{{{_N}\}}|\{{{_N}{SPACE}?\\choose{SPACE}?{_N}\}})",
        lambda text: Combination(*_pair(text)),
    ),
    Rule(
        rf"\b((?:npr|p){_PAIR}|{_N}{SPACE}?(?:p|npr){SPACE}?{_N}\b)",
        lambda text: Permutation(*_pair(text)),
    ),
)
