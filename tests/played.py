"""Chains played with what a model would have written, and the real tools."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fluxem_encoders.detect import detect
from fluxem_encoders.registry import encode
from fluxem_qwen3.calls import write_calls
from fluxem_qwen3.prompt import Message
from fluxem_toolbox import TOOLS
from fluxem_vllm.chain.composition import Compose
from fluxem_vllm.chain.slot import CallRecord
from fluxem_vllm.chain.solve import solve
from fluxem_vllm.chain.steps import Answer, Generate, Generation, Limits, Run
from fluxem_vllm.chain.toolset import Toolset
from fluxem_vllm.chain.turns import value_parts
from fluxem_vllm.pool.executor import Detected, ToolCall, ToolOutcome
from fluxem_vllm.pool.work import embed, run_call

ORDER = {
    "type": "function",
    "function": {"name": "order", "parameters": {"type": "object", "properties": {"n": {}}}},
}


@dataclass
class Played:
    """How a chain went: its answer, and the steps that it asked for."""

    answer: Answer
    generated: list[Generate] = field(default_factory=list)
    ran: list[list[str]] = field(default_factory=list)

    @property
    def trace(self) -> dict:
        return self.answer.trace.to_json()

    def call(self, slot: int) -> dict:
        return next(c for c in self.trace["calls"] if c["slot"] == slot)

    def errors(self) -> list[str | None]:
        return [c["error"] and c["error"]["category"] for c in self.trace["calls"]]


def plan(*calls: tuple[str, dict]) -> str:
    return write_calls(calls)


def ref(slot: int) -> str:
    return f"<|flux_{slot}|>"


def _outcome(call: CallRecord) -> ToolOutcome:
    outcome = run_call(ToolCall(call.tool, call.bound or {}))
    if outcome.value is None:
        return outcome
    return replace(outcome, embedding=embed([(outcome.value, None)])[0])


def play(
    question: str,
    *written: str | Generation,
    limits: Limits | None = None,
    client: Sequence[str] = (),
    rendering: str = "reference",
    redraws: Sequence[str] = (),
    compose: Compose | None = None,
) -> Played:
    """Play a chain that the model would have written so; a text is a generation that ended well.

    `redraws` are what it writes when it is asked for another plan; else it writes the same again.
    """
    spans = detect(question)
    found = [Detected(s, encode(s.value, s.domain)) for s in spans]
    messages = [Message("user", value_parts(question, spans, 0, rendering))]
    tools = Toolset(frozenset(TOOLS) - set(client), frozenset(client), (ORDER,))
    chain = solve(messages, found, tools, limits or Limits(), rendering, compose)
    generations = [Generation(w) if isinstance(w, str) else w for w in written]
    others = [Generation(w) for w in redraws]
    last = generations[0]
    played = Played(None)  # type: ignore[arg-type]
    step = next(chain)
    try:
        while True:
            if isinstance(step, Generate):
                played.generated.append(step)
                if not step.redraw:
                    last = generations.pop(0)
                elif others:
                    last = others.pop(0)
                step = chain.send(last)
            else:
                assert isinstance(step, Run)
                played.ran.append([call.tool for call in step.calls])
                step = chain.send([_outcome(call) for call in step.calls])
    except StopIteration as stop:
        played.answer = stop.value
    assert not generations + others, "the chain ended before the model had written everything"
    return played
