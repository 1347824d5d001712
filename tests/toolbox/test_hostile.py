"""No argument, however large or odd, gets more than a ToolError out of a tool, and that soon."""

import random
import time
import types
import typing
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from fluxem_encoders.forms import to_text
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import (
    Combination,
    Distribution,
    Duration,
    Factorial,
    Number,
    Numbers,
    Permutation,
)
from fluxem_toolbox import CORE, TOOLS, Approximate, Tool, ToolError
from fluxem_toolbox.arguments import argument_types
from fluxem_toolbox.structures import EXAMPLES

MOST_SECONDS = 8  # of CPU time: what a tool may take is 2 s, which slow and busy machines stretch
PAIRS = 5  # of arguments, by chance

half, third = Fraction(1, 2), Fraction(1, 3)
noise = random.Random(7)

NUMBERS: list[Any] = [
    *(0, -1, 1, 2, 120, 25_000, 10**9, -(10**9), 2**61 - 1, 10**400, -(10**400), 10**100_000),
    *("1e9999", "1e-9999", "-1e9999", "1e99999", "9" * 20_000 + ".5", "9" * 100_001),
    *(third, Fraction(10**400, 3**500), "1/" + "9" * 20_000, "7/0", "0.5", 0.1, 2.5),
    *(Approximate(1e308), Approximate(5e-324), Decimal("1e999999999"), Decimal("1e-999999999")),
    *("٣", "１２", "½", "−5", "5!", "99999999!", "C(999999999, 499999999)", [1], {}),
]
MANY_DECIMALS = ["0.00001"] * 100_000
LISTS: list[Any] = [
    *([], [[]], [1, [2]], ["x"], "[1, 2]", [0] * 1000, [1] * 100_001),
    MANY_DECIMALS,
    [noise.randrange(10**60) for _ in range(10_000)],
    [Fraction(noise.getrandbits(90), noise.getrandbits(90) | 1) for _ in range(1500)],
    [Fraction(1, k) for k in range(1, 3000)],
    [Fraction(k, 50_005_000) for k in range(1, 10_001)],
    [*[Fraction(1, 2**16)] * 2**14, Fraction(3, 4)],
    ["1e9999", "1e-9999"] * 100,
    [10**400] * 5000,
    [half, Approximate(0.5)],
]
DISTRIBUTIONS: list[Any] = [
    Distribution("binomial", (10**9, half)),
    Distribution("binomial", (4 * 10**7, half)),
    Distribution("binomial", (65_536, half)),
    Distribution("binomial", (10**400, Decimal("1e-400"))),
    Distribution("binomial", (10**12, Decimal("1e-5"))),
    Distribution("binomial", (20_000, Decimal("0.123"))),
    Distribution("binomial", (-1, half)),
    Distribution("poisson", (10**9,)),
    Distribution("poisson", (10**7,)),
    Distribution("poisson", (Decimal("1e-9999"),)),
    Distribution("poisson", (Approximate(1e300),)),
    Distribution("geometric", (Decimal("1e-9999"),)),
    Distribution("geometric", (third,)),
    Distribution("normal", (0, Decimal("1e-9999"))),
    Distribution("normal", (10**400, Fraction(1, 10**400))),
    Distribution("uniform", (0, Decimal("1e9999"))),
    Distribution("exponential", (Decimal("1e9999"),)),
    Distribution("exponential", (Decimal("1e-9999"),)),
    {"distribution": "binomial", "n": 10, "p": 0.3},
    {"distribution": "binomial", "n": "1e9999", "p": "1/3"},
    {"distribution": {}, "n": []},
]
HOSTILE: dict[Any, list[Any]] = {
    int: NUMBERS,
    Number: NUMBERS,
    Numbers: LISTS,
    Distribution: DISTRIBUTIONS,
    Factorial: [Factorial(10**8), Factorial(25_000), "20000!"],
    Combination: [Combination(340_000, 170_000), Combination(999_999_999, 999_999_998)],
    Permutation: [Permutation(25_000, 24_999), "P(999999999, 999999999)"],
    str: ["", "x", "½", "9" * 100, "x" * 10**6, "(" * 10**5, "\0", "a" * 50 + "\n", 7],
    bool: [True, False, "true", 1],
    date: [date.min, date.max, date(2024, 2, 29), "2024-13-01", "9" * 10**6, "２０２４-01-01"],
    Duration: [
        Duration(months=10**30),
        Duration(days=-(10**400)),
        Duration(seconds=third),
        Duration(seconds=10**400),
        Duration(1, 1, 86_400),
        "P" + "9" * 150 + "Y",
        "P" + "9" * 10**6 + "Y",
        "P",
    ],
}


def forms(annotation: Any) -> list[Any]:
    """Hostile forms for every member of an argument's type."""
    found: list[Any] = []
    for option in argument_types(annotation):
        if option is types.NoneType:
            found.append(None)
        elif typing.get_origin(option) is typing.Literal:
            found += [*typing.get_args(option), "", "Seconds"]
        elif option in HOSTILE:
            found += HOSTILE[option]
        else:
            found += structured(option)
    return found


def structured(kind: type[Structured]) -> list[Any]:
    """An honest value, and what is none for many reasons."""
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    bodies: list[Any] = [None, [], {}, -1, 1e308, "NaN", "٣", "x" * 10**6, deep, [0] * 10**6]
    return [
        *(EXAMPLES[kind.key], "", "nonsense", "½", "[" * 10**5, "{" * 10**5, "9" * 10**6),
        *({kind.key: body} for body in bodies),
        *([[]], [["x"] * 300] * 300, [10**400] * 50, [[10**400] * 12] * 12),
    ]


def calls(registered: Tool) -> list[dict[str, Any]]:
    """Every form in every place at least once, then pairs by chance."""
    chance = random.Random(registered.name)
    pools = [forms(p.annotation) for p in registered.parameters]
    if registered.domain not in CORE:  # reading 100,000 decimals takes a second each time
        pools = [[f for f in pool if f is not MANY_DECIMALS] for pool in pools]
    for pool in pools:
        chance.shuffle(pool)
    longest = max(map(len, pools))
    rows = [tuple(pool[i % len(pool)] for pool in pools) for i in range(longest)]
    others = list(product(*pools)) if len(pools) > 1 else []
    rows += chance.sample(others, min(len(others), PAIRS))
    names = [p.name for p in registered.parameters]
    return [dict(zip(names, row, strict=True)) for row in rows]


def outcome(registered: Tool, arguments: dict[str, Any]) -> str | ToolError:
    try:
        return to_text(registered.call(arguments))
    except ToolError as error:
        return error


@pytest.mark.parametrize("registered", TOOLS.values(), ids=lambda t: t.name)
def test_hostile_arguments(registered: Tool) -> None:
    for arguments in calls(registered):
        started = time.process_time()
        result = outcome(registered, arguments)
        if isinstance(result, ToolError):
            assert result.category in ("invalid", "mismatch", "limit", "undefined")
            assert len(str(result)) < 400
        assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize(
    "registered", [t for t in TOOLS.values() if t.domain == "arithmetic"], ids=lambda t: t.name
)
def test_the_longest_numbers(registered: Tool) -> None:
    """Fractions of 100,000 digits, the longest that a literal can write."""
    longest = ["9" * 49_999 + "/1" + "0" * 49_997 + "7", "1" * 49_999 + "/" + "9" * 49_998 + "8"]
    arguments = dict(zip((p.name for p in registered.parameters), longest, strict=True))
    started = time.process_time()
    outcome(registered, arguments)
    assert time.process_time() - started < MOST_SECONDS
