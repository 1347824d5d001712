"""Tool calls in Qwen3's own format, written and read."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TOOL_CALL = re.compile(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|(?=<tool_call>)|\Z)", re.DOTALL)
MAX_CALL_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """One call as the model wrote it; `error` says why it cannot be read, if so."""

    name: str
    arguments: dict[str, Any]
    error: str | None = None


def write_calls(calls: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """The text of a turn that calls tools, as the model is trained to write it.

    >>> print(write_calls([("gcd", {"a": "<|flux_0|>", "b": 6})]))
    <tool_call>
    {"name": "gcd", "arguments": {"a": "<|flux_0|>", "b": 6}}
    </tool_call>
    """
    return "\n".join(
        "<tool_call>\n"
        + json.dumps({"name": name, "arguments": dict(arguments)}, ensure_ascii=False)
        + "\n</tool_call>"
        for name, arguments in calls
    )


def parse_calls(text: str) -> tuple[str, list[WrittenCall]]:
    """Split a model's turn into its plain text and its calls, in order.

    Malformed calls are returned with `error` set; they count as calls so that slot ids stay what
    the model meant.
    """
    calls = [_read_call(match[1]) for match in TOOL_CALL.finditer(text)]
    return TOOL_CALL.sub("", text).strip(), calls


def _read_call(body: str) -> WrittenCall:
    if len(body) > MAX_CALL_CHARS:
        return WrittenCall("", {}, f"a tool call has at most {MAX_CALL_CHARS} characters")
    try:
        form = json.loads(body)
    except (ValueError, RecursionError) as error:
        return WrittenCall("", {}, f"the tool call is no JSON: {str(error)[:120]}")
    if not isinstance(form, dict) or not isinstance(form.get("name"), str):
        return WrittenCall("", {}, 'a tool call is {"name": NAME, "arguments": {...}}')
    arguments = form.get("arguments", {})
    if not isinstance(arguments, dict):
        return WrittenCall(form["name"], {}, "`arguments` of a tool call must be an object")
    return WrittenCall(form["name"], arguments)
