"""Calls, texts and results as bytes: what crosses processes, and what caches go by.

A job of the kind `run` is (name, arguments), of the kind `detect` (text, (limit,
domains)).
"""

import logging
import pickle
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np

from fluxem_encoders.span import Span
from fluxem_encoders.values import Value
from fluxem_vllm.pool.executor import CallError, Detected, Embedding, ToolCall, ToolOutcome
from fluxem_vllm.pool.work import embed, find_spans, run_call

Kind = Literal["run", "detect"]

Result = ToolOutcome | list[Span] | CallError
"""What a job gave, without embeddings."""

Reply = bytes | CallError
"""A result with its embeddings as bytes, or why there is none."""

logger = logging.getLogger(__name__)


def dump(*parts: Any) -> bytes:
    """Bytes that are equal only for equal parts of equal types: 1, 1.0 and True differ."""
    return pickle.dumps(parts, protocol=pickle.HIGHEST_PROTOCOL)


def do(kind: Kind, job: bytes) -> Result:
    """Do one job; whatever goes wrong in it becomes data."""
    first, second = pickle.loads(job)
    what = f"`{first}`" if kind == "run" else "span detection"
    try:
        return run_call(ToolCall(first, second)) if kind == "run" else find_spans(first, *second)
    except MemoryError:
        return CallError("limit", f"{what} needs more memory than a worker has")
    except Exception as defect:  # a defect in one job must end neither the worker nor other jobs
        logger.exception("%s failed", what)
        return CallError("internal", f"{what} failed with {type(defect).__name__}")


def finish(results: Sequence[Result]) -> list[Reply]:
    """Embed the values of all results together."""
    embeddings = iter(embed([value for result in results for value in _values(result)]))
    return [_reply(result, embeddings) for result in results]


def _values(result: Result) -> Iterator[tuple[Value, str | None]]:
    if isinstance(result, list):
        yield from ((span.value, span.domain) for span in result)
    elif isinstance(result, ToolOutcome) and result.value is not None:
        yield result.value, None


def _reply(result: Result, embeddings: Iterator[Embedding | None]) -> Reply:
    if isinstance(result, CallError):
        return result
    if isinstance(result, list):
        return dump(*((span, _dump_embedding(next(embeddings))) for span in result))
    error = result.error and (result.error.category, result.error.message)
    embedding = None if result.value is None else _dump_embedding(next(embeddings))
    return dump(result.value, result.exact, error, result.ms, embedding)


def load_outcome(reply: bytes) -> ToolOutcome:
    """The outcome of a `run` job."""
    value, exact, error, ms, embedding = pickle.loads(reply)
    return ToolOutcome(value, exact, error and CallError(*error), ms, _load_embedding(embedding))


def load_detected(reply: bytes) -> list[Detected]:
    """The spans of a `detect` job."""
    return [Detected(span, _load_embedding(embedding)) for span, embedding in pickle.loads(reply)]


def _dump_embedding(embedding: Embedding | None) -> bytes | None:
    return None if embedding is None else embedding.tobytes()


def _load_embedding(raw: bytes | None) -> Embedding | None:
    return None if raw is None else np.frombuffer(raw, np.float32)  # read-only, as bytes are
