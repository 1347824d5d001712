"""What a chain asks of the world, and what it gets back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fluxem_qwen3.calls import WrittenCall
from fluxem_qwen3.prompt import Message
from fluxem_vllm.chain.composition import COMPOSED
from fluxem_vllm.chain.slot import CallRecord, Slot
from fluxem_vllm.chain.trace import Trace
from fluxem_vllm.pool.executor import Embedding, ToolOutcome


@dataclass(frozen=True, slots=True)
class Generate:
    """Ask the model to go on. `tools` are in OpenAI's form; answered by a `Generation`.

    `planning` holds until a plan has run; `redraw` counts the plans for the same messages that were
    faulty, so that the next one has to be sampled. `composed` is the row of all results together,
    where the last message carries it.
    """

    messages: tuple[Message, ...]
    slots: Mapping[int, Slot]
    tools: tuple[dict[str, Any], ...]
    planning: bool = True
    redraw: int = 0
    composed: Embedding | None = None

    def embeddings(self) -> dict[int, Embedding | None]:
        """Slot -> embedding, of all slots that the messages may refer to."""
        embeddings = {k: slot.embedding for k, slot in self.slots.items()}
        return embeddings if self.composed is None else embeddings | {COMPOSED: self.composed}


@dataclass(frozen=True, slots=True)
class Generation:
    """What the model wrote; `finish` is vLLM's reason for its end, or what kept it from going on.

    length: it reached its limit of tokens. context: the prompt fills the model's context.
    deadline: the chain's time is over. `logprob` is the logarithm of the text's probability, None
    where it is not known.
    """

    text: str
    finish: Literal["stop", "length", "context", "deadline"] = "stop"
    logprob: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Run calls side by side; answered by one `ToolOutcome` each."""

    calls: tuple[CallRecord, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a chain: the text, or calls of the client's own tools with values filled in."""

    text: str
    trace: Trace
    finish: Literal["stop", "length", "tool_calls"] = "stop"
    client_calls: tuple[WrittenCall, ...] = ()
    slots: Mapping[int, Slot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one chain; `slots` is of spans, `plan_tokens` of one plan, `drafts` of the plans
    that are drawn beside the likeliest where that is not sure."""

    passes: int = 4
    calls: int = 32
    slots: int = 64
    deadline_s: float = 60.0
    plan_tokens: int = 1024
    drafts: int = 12


Step = Generate | Run
Reply = Generation | Sequence[ToolOutcome]
