"""Tool calls in Qwen3's own format, written and read."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OPENING, CLOSING = "<tool_call>", "</tool_call>"
MAX_CALL_CHARS = 100_000
MAX_DEPTH = 16  # levels of lists and objects in a call's arguments


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
    """Split a model's turn into the text before its first call and its calls, in order.

    Text between and behind calls is dropped. Malformed calls are returned with `error` set; they
    count as calls so that slot ids stay what the model meant. A call ends at its closing tag, at
    the next call or with the text.
    """
    before, *rest = text.split(OPENING)
    return before.strip(), [_read_call(part.partition(CLOSING)[0].strip()) for part in rest]


def _read_call(body: str) -> WrittenCall:
    if len(body) > MAX_CALL_CHARS:
        return WrittenCall("", {}, f"a tool call has at most {MAX_CALL_CHARS} characters")
    try:
        form = json.loads(body)
        json.dumps(form, ensure_ascii=False).encode()  # escapes can spell lone surrogates
    except (ValueError, RecursionError) as error:
        return WrittenCall("", {}, f"the tool call is no JSON: {str(error)[:120]}")
    if not isinstance(form, dict) or not isinstance(form.get("name"), str):
        return WrittenCall("", {}, 'a tool call is {"name": NAME, "arguments": {...}}')
    name, arguments = form["name"], form.get("arguments", {})
    if not isinstance(arguments, dict):
        return WrittenCall(name, {}, "`arguments` of a tool call must be an object")
    if nests_deeper(arguments, MAX_DEPTH):
        return WrittenCall(name, {}, f"arguments nest at most {MAX_DEPTH} levels deep")
    return WrittenCall(name, arguments)


def nests_deeper(form: Any, levels: int) -> bool:
    """Whether more than `levels` lists and objects lie in each other."""
    layer = [form]
    for _ in range(levels):
        layer = [child for node in layer for child in _children(node)]
    return any(isinstance(node, Mapping | list) for node in layer)


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, Mapping):
        return node.values()
    return node if isinstance(node, list) else ()
