"""Residues: `5 (mod 12)`, and `5 mod 12` after a sign or word of congruence.

`17 mod 5` by itself stays two numbers, for it asks for a remainder; so does the last number of a
sum, product or power before `(mod 7)`, which is no residue by itself.
"""

import re

from fluxem_encoders.patterns.numerals import number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.number_theory import Residue

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


def _residue(text: str) -> Residue:
    value, modulus = map(_number, _PARTS.findall(text))
    return Residue(value, modulus)


def _number(text: str) -> int:
    return int(number(text))


RULES = (
    Rule(_WHOLE, number, before=_OPERATOR, after=_TAIL, domain="number_theory"),
    Rule(rf"-?\b{_WHOLE}{_TAIL}", _residue, domain="number_theory"),
    Rule(rf"-?\b{_WHOLE}{_OPEN_TAIL}", _residue, before=_CONGRUENT, domain="number_theory"),
)
