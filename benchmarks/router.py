"""Whether the tools that a question needs are among those that the router offers, and how soon.

    python -m benchmarks.router [--misses]

Where a question needs one tool, how often that is the first.

Over all questions that were written to measure: those of the core domains among the core tools and
among all tools; those of the further domains among all tools.
"""

import argparse
import statistics
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.heldout import PATH, calls, load
from fluxem_encoders.span import Span
from fluxem_encoders.structures.finance import Money
from fluxem_encoders.structures.physics import Quantity
from fluxem_toolbox import FURTHER, TOOLS, tools_of
from fluxem_vllm.evaluation import interval
from fluxem_vllm.router import LIKELY, OFFERED, PLAIN_TOOLS, default_router
from fluxem_vllm.shapes import NONE

COUNTS = (8, OFFERED)
KINDS = ("heldout", "unseen", "fresh", "later")  # of files: `KIND.jsonl`, `KIND_further.jsonl`


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its values and the tools that answer it."""

    text: str
    spans: Sequence[Span]
    needed: frozenset[str]


def questions_of(path: Path, domains: Collection[str]) -> list[Asked]:
    """Those that need a tool, with values of these domains beside the core's."""
    asked = []
    for question in load(path):
        spans = default_router().read(question.text, domains)
        amounts = any(isinstance(span.value, Quantity | Money) for span in spans)
        named = {call.tool for plan in question.plans for call in calls(plan)}
        needed = frozenset(name if amounts else PLAIN_TOOLS.get(name, name) for name in named)
        asked.append(Asked(question.text, spans, needed))
    return [question for question in asked if question.needed]


def show(name: str, questions: Sequence[Asked], allowed: Collection[str], misses: bool) -> int:
    """Print the row of some questions; how many have all that they need on the longest list."""
    router = default_router()
    router.offer("a first question", (), allowed)
    ranked = [router.rank(q.text, q.spans, (*allowed, NONE)) for q in questions]
    pairs = list(zip(questions, ranked, strict=True))
    first = [{names[0]} == q.needed for q, names in pairs if len(q.needed) == 1]
    likely = [q.needed <= set(names[:LIKELY]) for q, names in pairs]
    shares = [
        f"{sum(first) / len(first):6.1%} first",
        f"{sum(likely) / len(likely):6.1%} among {LIKELY}",
    ]
    times = []
    for count in COUNTS:
        missed = []
        for question in questions:
            router.scores.cache_clear()  # who asks does so once
            start = time.perf_counter()
            offer = router.offer(question.text, question.spans, allowed, count)
            times.append(time.perf_counter() - start)
            if lacking := question.needed - set(offer.tools):
                missed.append(f"  {', '.join(sorted(lacking))}: {question.text}")
        shares.append(f"{1 - len(missed) / len(questions):6.1%} among {count}")
    median = statistics.median(times) * 1e6
    print(f"{name:34} {len(questions):4}  {',  '.join(shares)}  {median:6.0f} us")
    if misses:
        print(*missed, sep="\n")
    return len(questions) - len(missed)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the router on held-out questions.")
    parser.add_argument("--misses", action="store_true", help="print what the longest lists lack")
    misses = parser.parse_args().misses
    print(f"{'questions':34} {'':4}  the one tool, or all needed tools")
    found = total = 0
    for kind in KINDS:
        core, further = (PATH.with_name(f"{kind}{end}.jsonl") for end in ("", "_further"))
        show(f"{kind} core, of core tools", questions_of(core, ()), tools_of(), misses)
        for name, path in ((f"{kind} core", core), (f"{kind} further", further)):
            questions = questions_of(path, FURTHER)
            found += show(f"{name}, of all tools", questions, TOOLS, misses)
            total += len(questions)
    print(f"of all tools, among {OFFERED}: {interval(found, total)}")


if __name__ == "__main__":
    main()
