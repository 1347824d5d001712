"""Detection on texts of every kind, for as long as wanted: no exception, linear time.

    python -m tests.detection.fuzz [--minutes 10] [--seed 0]

Every text is read once, and then 8 and 64 times over: the longer may take at most LINEAR times as
long as its length says. Ends with the first text that fails, and prints it.
"""

import argparse
import time
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from tests.detection.spans import REFERENCE
from tests.detection.test_hostile import TEXTS, holds

FEW, MANY = 8, 64
LINEAR, NOISE_S = 3.0, 0.005
ROUND = 2000  # texts


def seconds(text: str, tries: int) -> float:
    """The shortest of so many tries."""
    spent = []
    for _ in range(tries):
        start = time.perf_counter()
        detect(text, reference=REFERENCE, domains=FURTHER)
        spent.append(time.perf_counter() - start)
    return min(spent)


def is_linear(text: str) -> bool:
    """Whether 8 times the text takes about 8 times as long; a busy machine gets more tries."""
    return any(
        seconds(text * MANY, tries) <= LINEAR * MANY / FEW * seconds(text * FEW, tries) + NOISE_S
        for tries in (1, 3, 10)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    end = time.monotonic() + 60 * asked.minutes
    texts = 0

    @given(TEXTS)
    @settings(max_examples=ROUND, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def check(text: str) -> None:
        nonlocal texts
        if time.monotonic() > end:
            return
        texts += 1
        for domains in ((), FURTHER):
            for reference in (REFERENCE, None):
                assert holds(text, detect(text, reference=reference, domains=domains)), repr(text)
        assert is_linear(text), f"slower than linear: {text!r}"

    for number in count(asked.seed):
        if time.monotonic() > end:
            break
        seeded(number)(check)()
    print(f"{texts} texts in {asked.minutes:g} minutes: no exception, none slower than linear")


if __name__ == "__main__":
    main()
