"""OpenAI messages as the chain sees them: which texts hold values, and which turns become what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fluxem_qwen3.prompt import Markup, Message, Part
from fluxem_vllm.chain.turns import Rendering, value_parts
from fluxem_vllm.pool.executor import Detected

SEARCHED = ("user", "assistant", "tool")  # roles whose texts are searched for values


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: its role, its text, and the calls that an assistant's message made."""

    role: str
    text: str
    calls: tuple[Part, ...] = ()


def read_turns(messages: Sequence[Any]) -> list[Turn] | None:
    """The messages as turns, or None where one holds more than text (then stock vLLM serves it)."""
    turns = []
    for message in messages:
        content = message.get("content")
        if content is not None and not isinstance(content, str):
            # Pydantic's iterator gives its items once; stock vLLM may want them after us.
            message["content"] = content = list(content)
        text = _text(content)
        if text is None:
            return None
        turns.append(Turn(str(message["role"]), text, _calls(message.get("tool_calls") or ())))
    return turns


def _text(content: Any) -> str | None:
    if content is None or isinstance(content, str):
        return content or ""
    if not all(isinstance(p, Mapping) and p.get("type") == "text" for p in content):
        return None
    return "\n".join(str(p.get("text", "")) for p in content)


def _calls(calls: Sequence[Any]) -> tuple[Part, ...]:
    """Earlier calls in the checkpoint's format; what the client put into them is plain text."""
    parts: list[Part] = []
    for call in calls:
        function = call.get("function") or {}
        parts += [
            Markup('\n<tool_call>\n{"name": "' if parts else '<tool_call>\n{"name": "'),
            str(function.get("name", "")),
            Markup('", "arguments": '),
            str(function.get("arguments", "{}")),
            Markup("}\n</tool_call>"),
        ]
    return tuple(parts)


def lay_out(
    turns: Sequence[Turn], spans: Sequence[Sequence[Detected]], rendering: Rendering
) -> list[Message]:
    """Messages whose spans take the slots 0, 1, ... in order of appearance."""
    messages: list[Message] = []
    slot = 0
    for turn, found in zip(turns, spans, strict=True):
        parts = value_parts(turn.text, [d.span for d in found], slot, rendering)
        gap = ("\n",) if parts and turn.calls else ()
        messages.append(Message(turn.role, (*parts, *gap, *turn.calls)))
        slot += len(found)
    return messages
