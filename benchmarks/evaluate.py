"""Accuracy and speed on questions with known answers, through a real server and the OpenAI SDK.

    python -m benchmarks.evaluate [--checkpoint DIR | --base-url URL] [--concurrency 8]
        [--questions benchmarks/data/heldout_further.jsonl] [--named] [--drafts N] [--out FILE]

A question counts as right when the values it asks for are the values that the reply's trace gives;
one that needs no tool, when no tool was called. An amount of money counts without its currency too.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai

from benchmarks.heldout import PATH, Question, calls, domains_of, expected, load
from fluxem_encoders.forms import to_json
from fluxem_toolbox import FURTHER
from fluxem_vllm.evaluation import interval, same
from fluxem_vllm.server import LocalServer


@dataclass(frozen=True, slots=True)
class Reply:
    """One answered question. `seconds` is the client's time."""

    question: Question
    trace: dict[str, Any]
    text: str
    tokens: int
    seconds: float


def tools_needed(question: Question) -> list[str]:
    """The tools of the reference plan, sorted."""
    return sorted(call.tool for plan in question.plans for call in calls(plan))


def tools_called(trace: dict[str, Any]) -> list[str]:
    return sorted(call["tool"] for call in trace["calls"])


def right(reply: Reply) -> bool:
    """Whether the reply gives every value that the question asks for."""
    if not reply.question.plans:
        return not reply.trace["calls"]
    wanted = [to_json(value) for value in expected(reply.question)]
    if len(wanted) == 1:
        return _gives(reply.trace["value"], wanted[0])
    got = [call["value"] for call in reply.trace["calls"]]
    return all(any(_gives(value, w) for value in got) for w in wanted)


def _gives(value: Any, wanted: Any) -> bool:
    amount = wanted.get("money") if isinstance(wanted, dict) else None
    return same(value, wanted) or (amount is not None and same(value, amount))


async def ask_all(
    base_url: str,
    questions: Sequence[Question],
    concurrency: int,
    *,
    named: bool = False,
    drafts: int | None = None,
) -> tuple[list[Reply], float]:
    """Ask everything, `concurrency` at once; the replies and the seconds it took.

    Args:
        named: offer each question the tools of its plan alone, as a request does that names them.
        drafts: so many for plans that the model is not sure of; None leaves that to the server.
    """
    gate = asyncio.Semaphore(concurrency)

    async def ask(client: openai.AsyncOpenAI, model: str, question: Question) -> Reply:
        options: dict[str, Any] = {} if drafts is None else {"limits": {"drafts": drafts}}
        if named and question.plans:
            options["tools"] = sorted(set(tools_needed(question)))
        async with gate:
            started = time.monotonic()
            reply = await client.chat.completions.create(
                model=model,
                messages=[{"role": "user", "content": question.text}],
                max_tokens=256,
                extra_body={"fluxem": options},
            )
            seconds = time.monotonic() - started
        trace = (reply.model_extra or {}).get("fluxem") or {"calls": [], "value": None, "passes": 1}
        usage = reply.usage.completion_tokens if reply.usage else 0
        return Reply(question, trace, reply.choices[0].message.content or "", usage, seconds)

    async with openai.AsyncOpenAI(base_url=base_url, api_key="EMPTY", timeout=300) as client:
        model = (await client.models.list()).data[0].id
        started = time.monotonic()
        replies = await asyncio.gather(*(ask(client, model, q) for q in questions))
        return list(replies), time.monotonic() - started


def report(replies: Sequence[Reply], seconds: float, concurrency: int) -> Iterator[str]:
    """The table, line by line."""
    graded = [(r, right(r)) for r in replies]
    planned = [(r, ok) for r, ok in graded if r.question.plans]
    yield f"questions: {len(replies)}, {concurrency} at once"
    yield f"  right                {interval(sum(ok for _, ok in graded), len(graded))}"
    chosen = sum(tools_needed(r.question) == tools_called(r.trace) for r, _ in planned)
    yield f"  same tools as plan   {interval(chosen, len(planned))}"
    for low, high, name in ((0, 0, "no tool"), (1, 1, "1 call"), (2, 2, "2 calls"),
                            (3, 3, "3 calls"), (4, 99, "4 or more")):  # fmt: skip
        here = [ok for r, ok in graded if low <= len(tools_needed(r.question)) <= high]
        yield f"    {name:<18} {interval(sum(here), len(here))}"
    for register in sorted({r.question.register for r in replies}):
        here = [ok for r, ok in graded if r.question.register == register]
        yield f"    {register:<18} {interval(sum(here), len(here))}"
    for domain in FURTHER:
        here = [ok for r, ok in graded if domain in domains_of(r.question)]
        if here:
            yield f"    {domain:<18} {interval(sum(here), len(here))}"
    times = sorted(r.seconds for r in replies)
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    tokens = sum(r.tokens for r in replies)
    median = 1000 * statistics.median(times)
    yield f"  latency              median {median:.0f} ms, p95 {1000 * p95:.0f} ms"
    rates = f"{len(replies) / seconds:.1f} questions/s, {tokens / seconds:.0f} generated tokens/s"
    yield f"  throughput           {rates}"
    passes = statistics.mean(r.trace["passes"] for r, _ in planned)
    each = f"{tokens / len(replies):.1f} generated tokens, {passes:.2f} passes"
    yield f"  per question         {each}"


@contextmanager
def server(
    arguments: argparse.Namespace, environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    if arguments.base_url:
        yield arguments.base_url
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalServer(
            arguments.checkpoint, log=Path(folder) / "server.log", environment=environment
        ) as local,
    ):
        print(f"server ready after {local.boot_s:.0f} s", flush=True)
        yield local.base_url


def arguments_of(description: str) -> argparse.ArgumentParser:
    """The arguments of every benchmark that asks a server questions."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--checkpoint", type=Path, help="default: the embedded one")
    parser.add_argument("--base-url", help="a running server")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--limit", type=int, default=None, help="only the first questions")
    return parser


def main() -> int:
    """Run the evaluation and print the report."""
    parser = arguments_of(__doc__ or "")
    parser.add_argument("--questions", type=Path, default=PATH, help="default: the held-out ones")
    parser.add_argument("--named", action="store_true", help="offer the tools of the plan alone")
    parser.add_argument("--drafts", type=int, help="0 to 16; default: what the server has")
    parser.add_argument("--out", type=Path, help="JSON lines: question, right, reply and trace")
    arguments = parser.parse_args()
    questions = load(arguments.questions)[: arguments.limit]
    with server(arguments) as base_url:
        asyncio.run(ask_all(base_url, questions[:16], arguments.concurrency))  # warm
        asking = ask_all(
            base_url,
            questions,
            arguments.concurrency,
            named=arguments.named,
            drafts=arguments.drafts,
        )
        replies, seconds = asyncio.run(asking)
    print("\n".join(report(replies, seconds, arguments.concurrency)))
    if arguments.out:
        rows = [
            {"id": r.question.id, "right": right(r), "question": r.question.text, "answer": r.text,
             "needed": tools_needed(r.question), "trace": r.trace}
            for r in replies
        ]  # fmt: skip
        arguments.out.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
