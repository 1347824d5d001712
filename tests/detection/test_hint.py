"""The hint is in everything that the rules of its domains find: else values would be lost."""

import random
import re
import re._constants as op
import re._parser as parser
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from fluxem_encoders.detect import _compile, detect
from fluxem_encoders.patterns import FURTHER, RULES
from fluxem_encoders.patterns.hint import HINT, HINTED

HINTED_RULES = [rule for rule in RULES if rule.domain in HINTED]
DRAWN = 150  # texts of each rule
LIKELY = frozenset(map(ord, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.-"))
CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def drawn(parsed: Iterable[Any], rng: random.Random) -> str:
    """A text of the language of a parsed pattern, but for what stands around it."""
    return "".join(_drawn(kind, given, rng) for kind, given in parsed)


def _drawn(kind: Any, given: Any, rng: random.Random) -> str:
    match kind:
        case op.LITERAL:
            letter = chr(given)
            return letter.swapcase() if letter.isascii() and rng.random() < 0.1 else letter
        case op.NOT_LITERAL | op.ANY:
            return rng.choice("ab 1.")
        case op.IN:
            members = _members(tuple(given))
            likely = [code for code in members if code in LIKELY]
            return chr(rng.choice(likely if likely and rng.random() < 0.85 else members))
        case op.BRANCH:
            return drawn(rng.choice(given[1]), rng)
        case op.SUBPATTERN:
            return drawn(given[-1], rng)
        case op.MAX_REPEAT | op.MIN_REPEAT:
            least, most, inner = given
            times = rng.choice([least, least, rng.randint(least, min(int(most), least + 2))])
            return "".join(drawn(inner, rng) for _ in range(times))
    return ""  # word boundaries and the like


@cache
def _members(items: tuple[Any, ...]) -> list[int]:
    codes = set[int]()
    for kind, given in items:
        if kind is op.LITERAL:
            codes.add(given)
        elif kind is op.RANGE:
            codes.update(range(given[0], given[1] + 1))
        elif kind is op.CATEGORY:
            category = re.compile(CATEGORIES[given], re.ASCII)
            codes.update(code for code in range(1, 256) if category.match(chr(code)))
    if (op.NEGATE, None) in items:
        codes = set(range(1, 127)) - codes
    return sorted(code for code in codes if code < 256)


@pytest.mark.parametrize("domain", sorted(HINTED))
def test_the_hint_is_in_all_that_rules_find(domain):
    hint, rng, found = _compile(HINT), random.Random(domain), 0
    for rule in (rule for rule in HINTED_RULES if rule.domain == domain):
        regex, parsed = _compile(rule.whole), parser.parse(rule.whole, re.IGNORECASE)
        for _ in range(DRAWN):
            text = f"\n{drawn(parsed, rng)}\n".encode("latin-1")
            if match := regex.search(text):
                found += 1
                assert hint.search(b"\n" + match[0] + b"\n"), (rule.whole[:80], match[0])
    assert found > 20  # of few rules most draws fail at what stands around


def test_prose_has_no_hint():
    hint = _compile(HINT)
    for text in (
        "Natalia sold clips to 48 of her friends in April, and then half as many clips in May.",
        "Weng earns $12 an hour for babysitting. Yesterday, she just did 50 minutes of it.",
        "What is 15% of 80? It's for Tom's report, due at 3:30 pm.",
    ):
        assert not hint.search(f"\n{text}\n".encode("latin-1"))
        assert detect(text, domains=FURTHER) == detect(text, domains=FURTHER - HINTED)


def test_names_need_no_hint():
    [span] = detect("How many protons has iron?", domains={"chemistry"})
    assert (span.text, span.domain) == ("iron", "data")
