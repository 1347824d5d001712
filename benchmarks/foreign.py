"""Tools that the model has never seen: does it call them, with the right values?

    python -m benchmarks.foreign [--checkpoint DIR | --base-url URL] [--brought]
        [--concurrency 8] [--out FILE]

The tools are those of the MCP server `foreign_server.py`, the questions those of
`data/foreign.jsonl`. The server has them by FLUXEM_MCP_CONFIG and runs them in its chains, or with
`--brought` they come with each request, as a client's own functions do, and the client gets calls.
A question counts as right when the reply's trace gives the value that it asks for; with `--brought`
when the calls are those that it needs, with the same arguments.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
from mcp import Client, StdioServerParameters

from benchmarks.evaluate import arguments_of, server
from fluxem_vllm.evaluation import interval, same

SERVER = Path(__file__).with_name("foreign_server.py")
QUESTIONS = Path(__file__).with_name("data") / "foreign.jsonl"
COMMAND = {"command": sys.executable, "args": [str(SERVER)]}


@dataclass(frozen=True, slots=True)
class Question:
    """`calls` are those of the foreign tools that it needs, each a name and arguments."""

    text: str
    calls: list[tuple[str, dict[str, Any]]]
    value: Any

    @property
    def kind(self) -> str:
        names = [name for name, _ in self.calls]
        return ("no foreign tool", "one foreign tool", "one of them twice")[len(names)]


@dataclass(frozen=True, slots=True)
class Reply:
    question: Question
    called: list[tuple[str, dict[str, Any]]]  # of the foreign tools
    value: Any
    text: str


def load(path: Path = QUESTIONS) -> list[Question]:
    """The questions of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Question(row["question"], [(name, args) for name, args in row["calls"]], row["value"])
        for row in rows
    ]


def right(reply: Reply, brought: bool) -> bool:
    """Whether the reply is what the question asks for; see the module."""
    if not brought:
        return same(reply.value, reply.question.value)
    wanted = sorted(reply.question.calls, key=repr)
    called = sorted(reply.called, key=repr)
    return len(wanted) == len(called) and all(map(_same_call, wanted, called))


def _same_call(a: tuple[str, dict[str, Any]], b: tuple[str, dict[str, Any]]) -> bool:
    return a[0] == b[0] and a[1].keys() == b[1].keys() and all(same(a[1][n], b[1][n]) for n in a[1])


async def tools() -> list[dict[str, Any]]:
    """The foreign tools in OpenAI's form."""
    async with Client(StdioServerParameters(**COMMAND)) as client:
        listed = (await client.list_tools()).tools
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.input_schema,
            },
        }
        for tool in listed
    ]


async def ask_all(
    base_url: str, questions: Sequence[Question], concurrency: int, offered: list[dict[str, Any]]
) -> list[Reply]:
    """Ask everything; `offered` tools come with each request."""
    gate = asyncio.Semaphore(concurrency)
    foreign = {tool["function"]["name"] for tool in await tools()}
    extra: dict[str, Any] = {"tools": offered} if offered else {}

    async def ask(client: openai.AsyncOpenAI, model: str, question: Question) -> Reply:
        async with gate:
            reply = await client.chat.completions.create(
                model=model,
                messages=[{"role": "user", "content": question.text}],
                max_tokens=256,
                **extra,
            )
        trace = (reply.model_extra or {}).get("fluxem") or {"calls": [], "value": None}
        message = reply.choices[0].message
        called = [
            (call.function.name, json.loads(call.function.arguments))
            for call in message.tool_calls or []
            if call.type == "function"
        ]
        if not offered:
            called = [(c["tool"], c["arguments"]) for c in trace["calls"] if c["tool"] in foreign]
        return Reply(question, called, trace["value"], message.content or "")

    async with openai.AsyncOpenAI(base_url=base_url, api_key="EMPTY", timeout=300) as client:
        model = (await client.models.list()).data[0].id
        return list(await asyncio.gather(*(ask(client, model, q) for q in questions)))


def report(replies: Sequence[Reply], brought: bool) -> Iterator[str]:
    """The table, line by line."""
    graded = [(reply, right(reply, brought)) for reply in replies]
    yield f"questions: {len(replies)}, foreign tools {'brought' if brought else 'of the server'}"
    yield f"  right                {interval(sum(ok for _, ok in graded), len(graded))}"
    named = [sorted(n for n, _ in r.question.calls) == sorted(n for n, _ in r.called)
             for r in replies]  # fmt: skip
    yield f"  the tools it needs   {interval(sum(named), len(named))}"
    for kind in dict.fromkeys(reply.question.kind for reply in replies):
        here = [ok for reply, ok in graded if reply.question.kind == kind]
        yield f"    {kind:<18} {interval(sum(here), len(here))}"


def main() -> int:
    """Ask the questions and print the report."""
    parser = arguments_of(__doc__ or "")
    parser.add_argument("--brought", action="store_true", help="the tools come with each request")
    parser.add_argument("--out", type=Path, help="JSON lines: question, right, reply")
    arguments: argparse.Namespace = parser.parse_args()
    questions = load()[: arguments.limit]
    brought = arguments.brought
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "mcp.json"
        config.write_text(json.dumps({"mcpServers": {"foreign": COMMAND}}), encoding="utf-8")
        environment = {} if brought else {"FLUXEM_MCP_CONFIG": str(config)}
        with server(arguments, environment) as base_url:
            offered = asyncio.run(tools()) if brought else []
            replies = asyncio.run(ask_all(base_url, questions, arguments.concurrency, offered))
    print("\n".join(report(replies, brought)))
    if arguments.out:
        rows = [
            {"question": r.question.text, "right": right(r, brought), "needed": r.question.calls,
             "called": r.called, "value": r.value, "wanted": r.question.value, "answer": r.text}
            for r in replies
        ]  # fmt: skip
        arguments.out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
