"""How well a served model plans: generated questions whose calls and values are known."""

import asyncio
import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any, Literal

import openai

from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.forms import number_from_json, to_json
from fluxem_vllm.chain.plan import bind
from fluxem_vllm.chain.slot import Slot
from fluxem_vllm.chain.trace import bound_json
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.data.sample import Sample

Suite = Literal["heldout", "train"]
SUITES: tuple[Suite, ...] = ("heldout", "train")
"""The splits of the phrase bank: phrasings that training never draws, and those that it does."""

RELATIVE = Fraction(1, 10**9)  # two ways to the same float may round differently


@dataclass(frozen=True, slots=True)
class Score:
    """One question's outcome. `shared`, `wanted` and `given` count arguments with their values."""

    calls: int
    tools: bool
    shared: int
    wanted: int
    given: int
    value: bool
    completed: bool


def same(a: Any, b: Any) -> bool:
    """Whether two JSON values are the same value, floats to a relative 1e-9."""
    if isinstance(a, bool | list | dict) or isinstance(b, bool | list | dict):
        return type(a) is type(b) and bool(a == b)
    if a == b:
        return True
    try:
        x, y = (Fraction(number_from_json(v)) for v in (a, b))
    except (ValueError, OverflowError, ArithmeticError):
        return False
    return bool(abs(x - y) <= RELATIVE * max(abs(x), abs(y)))


def interval(hits: int, n: int) -> str:
    """A share with its 95 % Wilson interval.

    >>> interval(9, 10)
    '90.0 % [60-98]  (9/10)'
    """
    if n == 0:
        return "-"
    low, high = wilson(hits, n)
    return f"{100 * hits / n:.1f} % [{100 * low:.0f}-{100 * high:.0f}]  ({hits}/{n})"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, by E. B. Wilson (1927); `n` is at least 1.

    >>> low, high = wilson(9, 10)
    >>> f"{low:.3f} {high:.3f}"
    '0.596 0.982'
    """
    z = 1.96
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), middle + half  # rounding may fall below 0


def samples_of(suite: Suite, count: int, seed: int, domains: Collection[str] = ()) -> list[Sample]:
    """Questions of the suite that the seed decides, about the core and further `domains`."""
    return list(islice(Generator(seed, suite, domains=domains), count))


def _arguments(calls: Iterable[tuple[str, Any]]) -> Counter[str]:
    """The arguments of calls of that tool and bound form, each with its tool, name and value."""
    return Counter(
        json.dumps([tool, name, value], sort_keys=True)
        for tool, bound in calls
        for name, value in bound.items()
    )


def _wanted(sample: Sample) -> list[tuple[str, Any]]:
    turn = sample.turn
    spans = [span for said in sample.history for span in said.spans] + [*turn.spans]
    slots = {k: Slot(k, "span", span.value) for k, span in enumerate(spans)}
    calls = []
    for call in turn.calls:
        calls.append((call.tool, bound_json(bind(call.arguments, slots))))
        slots[call.slot] = Slot(call.slot, "call", call.value, error=call.error)
    return calls


def score(sample: Sample, trace: dict[str, Any] | None) -> Score:
    """Compare a reply's trace with what the sample knows to be right; None is a reply without."""
    given_calls = trace["calls"] if trace else []
    wanted = _wanted(sample)
    expected, given = _arguments(wanted), _arguments((c["tool"], c["bound"]) for c in given_calls)
    last = sample.turn.calls[-1] if sample.turn.calls else None
    if last is None:
        value = not given_calls
    elif last.value is None:  # a call that has to fail
        value = bool(given_calls) and given_calls[-1]["error"] is not None
    else:
        value = trace is not None and same(trace["value"], to_json(last.value))
    may_fail = last is not None and last.value is None
    unfinished = not may_fail and any(c["error"] for c in given_calls)
    answered = trace is None or trace["outcome"] == "answered"
    return Score(
        calls=len(wanted),
        tools=Counter(t for t, _ in wanted) == Counter(c["tool"] for c in given_calls),
        shared=(expected & given).total(),
        wanted=expected.total(),
        given=given.total(),
        value=value,
        completed=answered and not unfinished and bool(given_calls) == bool(wanted),
    )


async def ask(
    samples: Sequence[Sample], base_url: str, *, api_key: str = "EMPTY", concurrency: int = 8
) -> list[Score]:
    """Put every conversation to the server, `concurrency` at once.

    Raises:
        FluxEMError: when the server does not answer.
    """
    gate = asyncio.Semaphore(concurrency)
    client = openai.AsyncOpenAI(base_url=base_url, api_key=api_key, timeout=300)

    async def one(sample: Sample, model: str) -> Score:
        messages: list[Any] = [{"role": s.role, "content": s.text} for s in sample.history]
        messages.append({"role": "user", "content": sample.turn.text})
        async with gate:
            reply = await client.chat.completions.create(
                model=model, messages=messages, max_tokens=256
            )
        return score(sample, (reply.model_extra or {}).get("fluxem"))

    async with client:
        try:
            model = (await client.models.list()).data[0].id
            return list(await asyncio.gather(*(one(s, model) for s in samples)))
        except (openai.OpenAIError, IndexError) as error:
            raise FluxEMError(f"the server at {base_url} did not answer: {error}") from None


def figures(scores: Sequence[Score]) -> dict[str, float | int]:
    """Tool selection, precision, recall and F1 of arguments, values right, chains completed."""
    planned = [s for s in scores if s.calls]
    shared, wanted, given = (
        sum(getattr(s, name) for s in scores) for name in ("shared", "wanted", "given")
    )

    def share(name: str, among: Sequence[Score]) -> float:
        return sum(getattr(s, name) for s in among) / len(among) if among else 0.0

    return {
        "questions": len(scores),
        "tool_selection": share("tools", scores),
        "argument_f1": 2 * shared / (wanted + given) if wanted + given else 1.0,
        "value_right": share("value", scores),
        "chains_completed": share("completed", planned),
    }


def report(scores: Sequence[Score]) -> Iterator[str]:
    """The figures with 95 % intervals, and how values fare by the number of calls."""
    planned = [s for s in scores if s.calls]
    yield f"questions            {len(scores)}"
    yield f"  tools selected     {interval(sum(s.tools for s in scores), len(scores))}"
    yield f"  argument F1        {100 * figures(scores)['argument_f1']:.1f} %"
    yield f"  value right        {interval(sum(s.value for s in scores), len(scores))}"
    yield f"  chains completed   {interval(sum(s.completed for s in planned), len(planned))}"
    for low, high, name in ((0, 0, "no tool"), (1, 1, "1 call"), (2, 2, "2 calls"),
                            (3, 3, "3 calls"), (4, 99, "4 or more")):  # fmt: skip
        here = [s.value for s in scores if low <= s.calls <= high]
        yield f"    {name:<16} {interval(sum(here), len(here))}"
