"""Calls, texts and results as bytes: what crosses processes, and what caches go by.

A job of the kind `run` is (name, arguments), of the kind `detect` (text, limit).
"""

import logging
import pickle
from typing import Any, Literal

import numpy as np

from fluxem_vllm.pool.executor import CallError, Detected, Embedding, ToolCall, ToolOutcome
from fluxem_vllm.pool.work import detect_spans, run_call

Kind = Literal["run", "detect"]

Reply = bytes | CallError
"""What a job gave, or why it gave nothing."""

logger = logging.getLogger(__name__)


def dump(*parts: Any) -> bytes:
    """Bytes that are equal only for equal parts of equal types: 1, 1.0 and True differ."""
    return pickle.dumps(parts, protocol=pickle.HIGHEST_PROTOCOL)


def answer(kind: Kind, job: bytes) -> Reply:
    """Do one job; whatever goes wrong in it becomes data."""
    first, second = pickle.loads(job)
    what = f"`{first}`" if kind == "run" else "span detection"
    try:
        if kind == "run":
            return dump_outcome(run_call(ToolCall(first, second)))
        found = detect_spans(first, second)
        return dump(*((d.span, _dump_embedding(d.embedding)) for d in found))
    except MemoryError:
        return CallError("limit", f"{what} needs more memory than a worker has")
    except Exception as defect:  # a defect in one job must end neither the worker nor other jobs
        logger.exception("%s failed", what)
        return CallError("internal", f"{what} failed with {type(defect).__name__}")


def dump_outcome(outcome: ToolOutcome) -> bytes:
    return dump(
        outcome.value,
        outcome.exact,
        outcome.error and (outcome.error.category, outcome.error.message),
        outcome.ms,
        _dump_embedding(outcome.embedding),
    )


def load_outcome(reply: bytes) -> ToolOutcome:
    value, exact, error, ms, embedding = pickle.loads(reply)
    return ToolOutcome(value, exact, error and CallError(*error), ms, _load_embedding(embedding))


def load_detected(reply: bytes) -> list[Detected]:
    return [Detected(span, _load_embedding(embedding)) for span, embedding in pickle.loads(reply)]


def _dump_embedding(embedding: Embedding | None) -> bytes | None:
    return None if embedding is None else embedding.tobytes()


def _load_embedding(raw: bytes | None) -> Embedding | None:
    return None if raw is None else np.frombuffer(raw, np.float32)  # read-only, as bytes are
