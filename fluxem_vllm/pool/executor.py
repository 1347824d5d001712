"""The interface of the pool, and the choice of an executor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.span import Span
from fluxem_encoders.values import Value
from fluxem_toolbox.errors import Category

Embedding = NDArray[np.float32]
"""256 lanes; read-only, since caches share it."""


@dataclass(frozen=True)
class ToolCall:
    """A tool's name with arguments: exact values or JSON literals."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class CallError:
    """Why a call has no value, in a form that the model can read."""

    category: Category
    message: str

    @classmethod
    def overrun(cls, deadline_s: float) -> "CallError":
        """The error of a call that passed its deadline."""
        return cls("limit", f"the call was stopped at its deadline of {deadline_s:g} s")


@dataclass(frozen=True)
class ToolOutcome:
    """What became of a call: `value` or `error`.

    `ms` is the time that the tool took when it ran; a cached outcome keeps it. `embedding` is None
    for a value that no domain holds.
    """

    value: Value | None
    exact: bool
    error: CallError | None
    ms: float
    embedding: Embedding | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Detected:
    """A span with the embedding of its value."""

    span: Span
    embedding: Embedding | None = field(default=None, repr=False, compare=False)


class Executor(Protocol):
    """Runs tools and span detection without blocking the event loop."""

    async def start(self) -> None:
        """Have all workers ready; without it the first request does so.

        Raises:
            PoolLostError: when workers do not start.
        """
        ...

    async def detect(
        self, texts: Sequence[str], limit: int, domains: Collection[str] = ()
    ) -> list[list[Detected]]:
        """At most `limit` spans of each text, in order of appearance; see `detect.detect`.

        Raises:
            PoolBusyError: when the queue is full.
            DetectionError: when detection fails on one of the texts.
        """
        ...

    async def run(
        self, calls: Sequence[ToolCall], deadline_s: float | None = None
    ) -> list[ToolOutcome]:
        """One outcome for each call, in the same order; the calls run independently.

        `deadline_s` bounds the time that each call computes. Time in the queue does not count, so
        that a slow neighbour fails nobody; wrap in `asyncio.timeout` to bound the wait.

        Raises:
            PoolBusyError: when the queue is full.
        """
        ...

    async def close(self) -> None:
        """Stop; requests still waiting get a PoolClosedError."""
        ...

    def stats(self) -> dict[str, int]:
        """Counts since the start, and the present lengths of the queues."""
        ...


def make_executor(kind: Literal["ray", "inline"], **options: Any) -> Executor:
    """An `InlineExecutor` or a `RayExecutor` with the given options."""
    if kind == "inline":
        from fluxem_vllm.pool.inline import InlineExecutor

        return InlineExecutor(**options)
    if kind == "ray":
        from fluxem_vllm.pool.ray_executor import RayExecutor  # imports ray

        return RayExecutor(**options)
    raise ValueError(f"an executor is `ray` or `inline`, got {kind!r}")
