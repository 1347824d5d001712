"""Commands about values and tools; they need neither a model nor a server."""

import argparse
import base64
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.forms import to_json, to_text, value_from_json
from fluxem_vllm.cli.arguments import add_tools_module


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    detect = commands.add_parser(
        "detect",
        help="find the values in texts: one text per line in, one JSON object per line out",
    )
    detect.add_argument(
        "text",
        nargs="*",
        help="texts; without any, the lines of standard input, each a text or a JSON object with "
        "`text` and perhaps `reference`",
    )
    detect.add_argument(
        "--reference", help="the date or local time from which `tomorrow` and `last week` count"
    )
    detect.add_argument("--json", action="store_true", help="JSON lines also on a terminal")
    detect.set_defaults(handler=_detect)

    encode = commands.add_parser("encode", help="the 256-dim embedding of a value")
    encode.add_argument(
        "text", help="a value as people write it, such as 3/4 or 2024-02-29, or a JSON form"
    )
    encode.add_argument("--json", action="store_true", help="JSON with the embedding in base64")
    encode.set_defaults(handler=_encode)

    decode = commands.add_parser("decode", help="the exact value of an embedding")
    decode.add_argument("embedding", nargs="?", help="base64 of 256 float32; `-` or nothing: stdin")
    decode.add_argument("--json", action="store_true")
    decode.set_defaults(handler=_decode)

    tools = commands.add_parser("tools", help="list, show and call the exact tools")
    actions = tools.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="all tools")
    listing.add_argument("--json", action="store_true")
    listing.add_argument("--markdown", action="store_true", help="a table for a page of docs")
    listing.set_defaults(handler=_tools_list)
    show = actions.add_parser("show", help="one tool with its JSON schema")
    show.add_argument("name")
    show.set_defaults(handler=_tools_show)
    call = actions.add_parser("call", help="call a tool")
    call.add_argument("name")
    call.add_argument(
        "arguments", nargs="?", default="{}", type=_tool_arguments, help="a JSON object"
    )
    call.set_defaults(handler=_tools_call)

    verify = commands.add_parser("verify", help="replay a trace without the model")
    verify.add_argument(
        "trace", type=Path, help="JSON file of a trace or a whole reply; `-`: stdin"
    )
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(handler=_verify)

    for parser in (listing, show, call, verify):
        add_tools_module(parser)


def _print_json(form: Any) -> None:
    print(json.dumps(form, ensure_ascii=False))


def _items(reference: datetime | None) -> Iterator[tuple[str, datetime | None]]:
    """The texts of standard input: lines, or JSON objects with `text` and perhaps `reference`."""
    for line in sys.stdin:
        text = line.rstrip("\n")
        try:
            form = json.loads(text) if text.lstrip().startswith("{") else None
        except (ValueError, RecursionError):  # then it is text
            form = None
        if not isinstance(form, dict) or not isinstance(form.get("text"), str):
            yield text, reference
        elif form.get("reference") is None:
            yield form["text"], reference
        else:
            yield form["text"], _reference(form["reference"])


def _reference(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (ValueError, TypeError):
        rule = "must be a date or a local time, such as 2026-03-01 or 2026-03-01T09:30"
        raise FluxEMError(f"the reference {rule}, got {text!r:.60}") from None


def _detect(arguments: argparse.Namespace) -> int:
    from fluxem_encoders.detect import detect
    from fluxem_encoders.patterns import FURTHER
    from fluxem_vllm.chain.trace import span_to_json

    people = sys.stdout.isatty() and not arguments.json
    given = _reference(arguments.reference) if arguments.reference else None
    items = ((text, given) for text in arguments.text) if arguments.text else _items(given)
    for text, reference in items:
        spans = detect(text, reference=reference, domains=FURTHER)
        if not people:
            _print_json({"text": text, "spans": [span_to_json(s) for s in spans]})
            continue
        rows = [[f"{s.start}-{s.end}", s.text, s.domain, to_text(s.value)] for s in spans]
        _table(["characters", "text", "domain", "value"], rows, title=text)
    return 0


def _table(columns: list[str], rows: list[list[str]], title: str | None = None) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=None if title is None else Text(title), title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def _encode(arguments: argparse.Namespace) -> int:
    from fluxem_encoders.detect import detect
    from fluxem_encoders.lanes import describe
    from fluxem_encoders.patterns import FURTHER
    from fluxem_encoders.registry import domain_of, encode

    if arguments.text.lstrip().startswith("{"):
        value = value_from_json(_json_object(arguments.text, "the value"))
        domain = domain_of(value)
    else:
        spans = detect(arguments.text, limit=2, domains=FURTHER)
        if len(spans) != 1:
            raise FluxEMError(f"`{arguments.text}` must hold exactly one value, found {len(spans)}")
        value, domain = spans[0].value, spans[0].domain
    row = encode(value, domain)
    if arguments.json or not sys.stdout.isatty():
        text = base64.b64encode(row.astype("<f4").tobytes()).decode()
        _print_json({"domain": domain, "value": to_json(value), "embedding": text})
        return 0
    rows = [[f"{lane.start}-{lane.stop - 1}", lane.name, lane.value] for lane in describe(row)]
    _table(["lanes", "name", "value"], rows, title=f"{to_text(value)} ({domain})")
    return 0


def _decode(arguments: argparse.Namespace) -> int:
    from fluxem_encoders.registry import decode, decode_domain
    from fluxem_qwen3.rows import from_base64

    text = arguments.embedding
    if text in (None, "-"):
        text = sys.stdin.read().strip()
        if text.startswith("{"):  # what `encode` printed
            text = str(_json_object(text, "standard input").get("embedding", ""))
    row = from_base64(text)
    value, domain = decode(row), decode_domain(row)
    if arguments.json:
        _print_json({"domain": domain, "value": to_json(value), "text": to_text(value)})
    else:
        print(f"{to_text(value)} ({domain})")
    return 0


def _load_tools() -> None:
    """Register the tools of other packages too, as the server does."""
    from fluxem_toolbox.others import load_tools
    from fluxem_vllm.serving.settings import tool_modules

    load_tools(tool_modules())


def _tools_list(arguments: argparse.Namespace) -> int:
    from fluxem_toolbox import TOOLS
    from fluxem_toolbox.table import markdown

    _load_tools()
    if arguments.markdown:
        print(markdown(TOOLS), end="")
        return 0
    if arguments.json or not sys.stdout.isatty():
        for tool in TOOLS.values():
            _print_json({"name": tool.name, "domain": tool.domain, **tool.schema()["function"]})
        return 0
    rows = [[t.domain, t.line().partition(":")[0], t.summary] for t in TOOLS.values()]
    _table(["domain", "tool", "what it does"], rows)
    return 0


def _tools_show(arguments: argparse.Namespace) -> int:
    from fluxem_toolbox import get_tool

    _load_tools()
    tool = get_tool(arguments.name)
    print(json.dumps({"domain": tool.domain, **tool.schema()["function"]}, indent=2))
    return 0


def _tools_call(arguments: argparse.Namespace) -> int:
    from fluxem_toolbox import call
    from fluxem_vllm.results import result_to_json

    _load_tools()
    value, exact = call(arguments.name, arguments.arguments)
    _print_json(result_to_json(value, exact=exact))
    return 0


def _tool_arguments(text: str) -> dict[str, Any]:
    try:
        return _json_object(text, "the text")
    except FluxEMError as error:
        hint = """a JSON object such as '{"a": 1, "b": "1/3"}'"""
        raise argparse.ArgumentTypeError(f"{error}; write {hint}") from None


def _json_object(text: str, what: str) -> dict[str, Any]:
    try:
        form = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FluxEMError(f"{what}: no JSON: {error}") from None
    if not isinstance(form, dict):
        raise FluxEMError(f"{what}: expected a JSON object, got {text!r:.60}")
    return form


def _verify(arguments: argparse.Namespace) -> int:
    from fluxem_vllm.chain.replay import replay

    _load_tools()
    piped = str(arguments.trace) == "-"
    text = sys.stdin.read() if piped else arguments.trace.read_text(encoding="utf-8")
    result = replay(_json_object(text, "standard input" if piped else str(arguments.trace)))
    if arguments.json:
        _print_json(result)
    else:
        for call in result["calls"]:
            mark = "same" if call["ok"] else f"DIFFERS (trace: {call['expected']})"
            print(f"slot {call['slot']:>3}  {call['tool']:<28} {call['got']!s:<32.32} {mark}")
        print(f"answer: {result['answer']}")
        print("verified: every value is the same" if result["ok"] else "NOT verified")
    return 0 if result["ok"] else 1
