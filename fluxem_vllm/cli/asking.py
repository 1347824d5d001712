"""Commands that serve and ask: serve, ask, batch, eval, mcp."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fluxem_encoders.errors import FluxEMError
from fluxem_vllm.cli.arguments import add_tools_module, positive


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser(
        "serve",
        help="an OpenAI-compatible server with chains; further flags go to `vllm serve`",
        usage="fluxem-vllm serve [CHECKPOINT] [--adapter DIR] [--tools-module NAME] "
        "[flags of vllm serve]",
        description="CHECKPOINT is a directory; without one, the embedded checkpoint is served.",
        allow_abbrev=False,
    )
    serve.add_argument(
        "--adapter", type=Path, metavar="DIR",
        help="what `export --adapter` wrote; CHECKPOINT is then the Qwen3 that it was trained on",
    )  # fmt: skip
    add_tools_module(serve)
    serve.set_defaults(handler=_serve, takes_rest=True)

    ask = commands.add_parser("ask", help="ask one question")
    ask.add_argument("question", help="`-` reads standard input")
    ask.add_argument("--json", action="store_true", help="the whole reply as JSON")
    ask.add_argument("--trace", action="store_true", help="show the chain under the answer")
    _server_flags(ask)
    ask.set_defaults(handler=_ask)

    batch = commands.add_parser(
        "batch", help="answer an OpenAI batch file; started again, it goes on where it stopped"
    )
    batch.add_argument("input", type=Path, help="JSON lines with custom_id and body")
    batch.add_argument("output", type=Path, help="JSON lines of replies; appended to")
    batch.add_argument("--concurrency", type=positive, default=64, help="requests at once (64)")
    _server_flags(batch)
    batch.set_defaults(handler=_batch)

    evaluation = commands.add_parser(
        "eval", help="measure a served model on generated questions whose answers are known"
    )
    evaluation.add_argument(
        "--suite", choices=("heldout", "train"), default="heldout",
        help="phrasings that training never draws (default), or those that it does",
    )  # fmt: skip
    evaluation.add_argument("--count", type=positive, default=400, help="questions (400)")
    evaluation.add_argument("--seed", type=int, default=1)
    evaluation.add_argument(
        "--core", action="store_true", help="questions of the core domains alone"
    )
    evaluation.add_argument("--concurrency", type=positive, default=8, help="requests at once (8)")
    evaluation.add_argument("--json", action="store_true", help="the figures as JSON")
    _server_flags(evaluation)
    evaluation.set_defaults(handler=_eval)

    mcp = commands.add_parser("mcp", help="the tools for MCP clients, on standard input and output")
    add_tools_module(mcp)
    mcp.set_defaults(handler=_mcp)


def _server_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base-url", help="a running server, such as http://127.0.0.1:8000/v1; default: start one"
    )
    parser.add_argument("--api-key", default=os.environ.get("OPENAI_API_KEY", "EMPTY"))
    parser.add_argument("--checkpoint", type=Path, help="for a server started here")
    add_tools_module(parser, ", for a server started here")


def _serve(arguments: argparse.Namespace) -> int:
    from fluxem_vllm.server import serve_command, serve_environment

    # Not argparse's work: it would take the value of an unknown flag for the checkpoint.
    rest = list(arguments.rest)
    checkpoint = Path(rest.pop(0)) if rest and not rest[0].startswith("-") else None
    if arguments.adapter:
        rest = [*_adapter_flags(checkpoint, arguments.adapter), *rest]
    else:
        _check_checkpoint(checkpoint)
    command = serve_command(checkpoint, rest)
    os.execve(command[0], command, serve_environment(os.environ))


def _adapter_flags(base: Path | None, adapter: Path) -> list[str]:
    """Flags of `vllm serve` that lay an adapter over the base."""
    from fluxem_qwen3.checkpoint import base_config
    from fluxem_qwen3.config import FluxEMConfig
    from fluxem_vllm.server import adapter_arguments

    if base is None:
        raise FluxEMError("--adapter needs the Qwen3 that it was trained on: give its directory")
    block = {"adapter": str(adapter)}
    FluxEMConfig.of(SimpleNamespace(**{**base_config(base), "fluxem": block}))
    return adapter_arguments(adapter)


def _check_checkpoint(path: Path | None) -> None:
    """Refuse what is no FluxEM checkpoint before vLLM takes half a minute to."""
    from fluxem_vllm.server import default_checkpoint

    directory = path or default_checkpoint()
    try:
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FluxEMError(f"no checkpoint at {directory}: {error}") from None
    if "fluxem" not in config:
        raise FluxEMError(
            f"{directory} is no FluxEM checkpoint; make one with "
            f"`fluxem-vllm init --base {directory} --out DIR`"
        )


@contextmanager
def _server(arguments: argparse.Namespace) -> Iterator[str]:
    """The base URL of the server asked for, started here when none is named."""
    from fluxem_vllm.server import LocalServer

    if arguments.base_url:
        yield arguments.base_url
        return
    _check_checkpoint(arguments.checkpoint)
    with tempfile.TemporaryDirectory() as folder:
        print("starting a server ...", file=sys.stderr, flush=True)
        with LocalServer(arguments.checkpoint, log=Path(folder) / "server.log") as server:
            print(f"server ready after {server.boot_s:.0f} s", file=sys.stderr, flush=True)
            yield server.base_url


def _ask(arguments: argparse.Namespace) -> int:
    import openai

    question = sys.stdin.read() if arguments.question == "-" else arguments.question
    with (
        _server(arguments) as base_url,
        openai.OpenAI(base_url=base_url, api_key=arguments.api_key) as client,
    ):
        try:
            reply = client.chat.completions.create(
                model=client.models.list().data[0].id,
                messages=[{"role": "user", "content": question}],
            )
        except (openai.OpenAIError, IndexError) as error:
            raise FluxEMError(f"the server at {base_url} did not answer: {error}") from None
    if arguments.json:
        print(reply.model_dump_json(exclude_none=True))
        return 0
    print(reply.choices[0].message.content or "")
    trace = (reply.model_extra or {}).get("fluxem")
    if arguments.trace and trace:
        print(format_trace(trace))
    return 0


def format_trace(trace: dict[str, Any]) -> str:
    """A trace for people: one line per slot, then the outcome."""
    lines = [f"  [{s['slot']}] {s['text']} ({s['domain']})" for s in trace["spans"]]
    for call in trace["calls"]:
        arguments = ", ".join(f"{n}={_argument(a)}" for n, a in call["arguments"].items())
        result = call["text"] or "left to the client"
        if call["error"] is not None:
            result = f"error: {call['error']['message']}"
        lines.append(f"  [{call['slot']}] {call['tool']}({arguments}) = {result}")
    chosen = f"the best of {trace['drafts']} plans, " if trace.get("drafts", 1) > 1 else ""
    took = f"{trace['passes']} passes, {chosen}{trace['ms']['total']:.0f} ms"
    lines.append(f"  {trace['outcome']} in {took}")
    return "\n".join(lines)


def _argument(form: Any) -> str:
    return f"[{form['ref']}]" if isinstance(form, dict) and "ref" in form else json.dumps(form)


def _batch(arguments: argparse.Namespace) -> int:
    import httpx
    from tqdm import tqdm

    from fluxem_vllm.batch import done_before, read_lines, run_batch

    lines = list(read_lines(arguments.input))
    before = len(done_before(arguments.output) & {line.custom_id for line in lines})
    if before == len(lines):
        print(f"all {len(lines)} lines had been done before", file=sys.stderr)
        return 0
    with _server(arguments) as base_url:
        headers = {"Authorization": f"Bearer {arguments.api_key}"}
        try:
            models = httpx.get(f"{base_url.rstrip('/')}/models", headers=headers, timeout=10)
            model = models.raise_for_status().json()["data"][0]["id"]
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError) as error:
            raise FluxEMError(f"no server at {base_url}: {error}") from None
        bar = tqdm(total=len(lines), initial=before, unit=" questions", file=sys.stderr)
        with bar:
            summary = asyncio.run(
                run_batch(
                    lines,
                    arguments.output,
                    base_url,
                    model=model,
                    api_key=arguments.api_key,
                    concurrency=arguments.concurrency,
                    progress=bar.update,
                )
            )
    print(summary, file=sys.stderr)
    return 1 if summary.failed else 0


def _eval(arguments: argparse.Namespace) -> int:
    from fluxem_vllm.evaluation import ask, figures, report, samples_of
    from fluxem_vllm.server import default_checkpoint

    directory = arguments.checkpoint or default_checkpoint()
    _check_checkpoint(directory)
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    domains = () if arguments.core else config["fluxem"].get("domains", ())
    samples = samples_of(arguments.suite, arguments.count, arguments.seed, domains)
    with _server(arguments) as base_url:
        scores = asyncio.run(
            ask(samples, base_url, api_key=arguments.api_key, concurrency=arguments.concurrency)
        )
    if arguments.json:
        print(json.dumps(figures(scores)))
    else:
        print(*report(scores), sep="\n")
    return 0


def _mcp(arguments: argparse.Namespace) -> int:
    from fluxem_vllm.mcp_server import serve
    from fluxem_vllm.pool.inline import InlineExecutor
    from fluxem_vllm.serving.settings import tool_modules

    asyncio.run(serve(InlineExecutor(tool_modules=tool_modules())))
    return 0
