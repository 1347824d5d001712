"""The results of a chain together, as composers take them; training and serving share it.

Where a checkpoint has a composer, the last reference stands behind the results in the next pass and
carries the row that the composer makes of them. It has no value, so no call and no answer names it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fluxem_qwen3.operations import Step
from fluxem_qwen3.prompt import REFERENCES, Message, Overlay, Ref
from fluxem_vllm.chain.plan import references
from fluxem_vllm.chain.turns import Rendering
from fluxem_vllm.pool.executor import Embedding

COMPOSED = REFERENCES - 1
"""The slot of that row; with a composer, spans and results take those before it."""

Compose = Callable[[Sequence[Step]], Embedding]


def steps_of(
    calls: Iterable[tuple[int, Any]], embeddings: Mapping[int, Embedding | None]
) -> list[Step]:
    """The results that have embeddings, of `calls` as (slot, arguments), in order.

    One nests when it was made of all results before it that are in no other; else it is chained
    to them.
    """
    steps: list[Step] = []
    apart: set[int] = set()
    for slot, arguments in calls:
        embedding = embeddings.get(slot)
        if embedding is None:
            continue
        nests = bool(apart) and apart <= set(references(arguments))
        steps.append(Step("nest" if nests else "chain", embedding))
        apart = {slot} if nests else apart | {slot}
    return steps


def composed_message(rendering: Rendering = "reference") -> Message:
    """The tool message that carries the row, behind those of the results."""
    part = Ref(COMPOSED) if rendering == "reference" else Overlay(COMPOSED, "all results")
    return Message("tool", (part,))
