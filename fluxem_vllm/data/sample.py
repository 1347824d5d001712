"""One training example: what was said, the plan, its results and the answer."""

from dataclasses import dataclass
from typing import Any

from fluxem_encoders.forms import to_answer, to_json
from fluxem_encoders.span import Span
from fluxem_encoders.values import Value
from fluxem_qwen3.prompt import reference
from fluxem_toolbox.registry import Tool


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the model shall write it; references in `arguments` are their token's text."""

    slot: int
    tool: str
    arguments: dict[str, Any]
    value: Value | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer. `spans` take the slots from `first_slot` on, then the calls."""

    text: str
    spans: tuple[Span, ...]
    first_slot: int
    calls: tuple[Call, ...]
    answer: str  # with reference tokens

    @property
    def next_slot(self) -> int:
        return self.first_slot + len(self.spans) + len(self.calls)

    def answer_text(self) -> str:
        """The answer as the client reads it."""
        text = self.answer
        for call in self.calls:
            shown = to_answer(call.value) if call.value is not None else call.error or ""
            text = text.replace(reference(call.slot), shown)
        return text


@dataclass(frozen=True, slots=True)
class Said:
    """A turn of the past as later requests carry it: plain text with its own spans."""

    role: str
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One training example: what was said before, and the turn to be learnt."""

    history: tuple[Said, ...]
    turn: Turn
    ranked: tuple[str, ...] = ()  # all tools, the likeliest first, as a router sees it
    invented: tuple[Tool, ...] = ()  # on offer beside those that there are

    @property
    def tools(self) -> set[str]:
        return {call.tool for call in self.turn.calls}

    def to_json(self) -> dict[str, Any]:
        turn = self.turn
        return {
            "history": [{"role": s.role, "content": s.text} for s in self.history],
            "question": turn.text,
            "spans": [
                {"slot": turn.first_slot + i, "start": s.start, "end": s.end, "text": s.text,
                 "domain": s.domain, "value": to_json(s.value)}
                for i, s in enumerate(turn.spans)
            ],
            "calls": [
                {"slot": c.slot, "tool": c.tool, "arguments": c.arguments, "error": c.error,
                 "value": None if c.value is None else to_json(c.value)}
                for c in turn.calls
            ],
            "answer": turn.answer,
            "answer_text": turn.answer_text(),
        }  # fmt: skip
