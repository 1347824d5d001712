"""The code of values never changes under a layout version: checkpoints are trained on it."""

import hashlib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fluxem_encoders.layout import LAYOUT_VERSION, TAG, VALUE
from fluxem_encoders.registry import encode
from fluxem_encoders.values import Combination, Distribution, Duration, Factorial, Permutation

VALUES: dict[str, list[Any]] = {
    "arithmetic": [
        *(0, -1, 42, 10**99, 10**100, -(2**63), 0.1, -0.0, 5e-324),
        *(Decimal("2.50"), Decimal("-1e99999"), Fraction(-1, 3), Fraction(10**60, 7)),
    ],
    "logic": [True, False],
    "combinatorics": [Factorial(10), Combination(52, 5), Permutation(10**15, 0)],
    "probability": [
        Distribution("binomial", (10, Decimal("0.3"))),
        Distribution("poisson", (2.5,)),
        Distribution("geometric", (Fraction(1, 6),)),
        Distribution("normal", (0, 1)),
        Distribution("uniform", (-1, 1)),
        Distribution("exponential", (10**40,)),
    ],
    "statistics": [
        *((), (1, 2, 3), (160, 172, -185), (50_000, 0), (1, Decimal("2.5"))),
        *((Decimal("1.10"), Decimal("2.20")), (0.5, 1), (Fraction(1, 3), 2, Decimal("0.5"))),
    ],
    "information_theory": [(Decimal("0.5"), Decimal("0.25"), Decimal("0.25"))],
    "temporal": [
        *(date(2024, 2, 29), date(1, 1, 1), Duration(), Duration(14, -3, 3600)),
        Duration(seconds=Fraction(1, 3)),
    ],
}
DIGESTS = {
    "arithmetic": "b957f53503433e67",
    "logic": "075f0be37bd7504f",
    "combinatorics": "bce09a69d749ea16",
    "probability": "29c91795a86a233a",
    "statistics": "b77c92733f92374b",
    "information_theory": "1018cfc20f5c4cd2",
    "temporal": "813a2527cf5c7cdd",
}


@pytest.mark.parametrize("domain", VALUES)
def test_tag_and_value_lanes_are_those_of_version_1(domain: str) -> None:
    assert LAYOUT_VERSION == 1
    lanes = [encode(value, domain) for value in VALUES[domain]]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == DIGESTS[domain]
