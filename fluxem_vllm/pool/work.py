"""What a worker does with calls and texts, in whatever process it lives."""

import time
from collections import defaultdict
from collections.abc import Sequence

from fluxem_encoders.errors import CapacityError, UnknownDomainError
from fluxem_encoders.span import Span
from fluxem_encoders.values import Value, type_of_number
from fluxem_toolbox.errors import ToolError
from fluxem_vllm.pool.executor import CallError, Embedding, ToolCall, ToolOutcome


def load(tool_modules: Sequence[str]) -> None:
    """Import the toolbox and the modules whose import registers further tools."""
    from fluxem_toolbox.others import load_tools

    load_tools(tool_modules)


def run_call(call: ToolCall) -> ToolOutcome:
    """Run one tool; its refusal becomes data. The embedding is still to come."""
    from fluxem_toolbox.registry import call as run_tool

    start = time.perf_counter()
    value, exact, error = None, False, None
    try:
        value, exact = run_tool(call.name, call.arguments)
    except ToolError as refusal:
        error = CallError(refusal.category, str(refusal))
    return ToolOutcome(value, exact, error, (time.perf_counter() - start) * 1000)


def find_spans(text: str, limit: int, domains: Sequence[str]) -> list[Span]:
    """At most `limit` spans of a text, those of further `domains` too."""
    from fluxem_encoders.detect import detect

    return list(detect(text, limit=limit, domains=domains))


def embed(values: Sequence[tuple[Value, str | None]]) -> list[Embedding | None]:
    """The embedding of each (value, domain), or None; values of one domain are encoded together.

    A value that its domain does not hold is encoded in its type's own domain, a number beyond
    that as the nearest float.
    """
    from fluxem_encoders.registry import domain_of, encode_batch

    embeddings: list[Embedding | None] = [None] * len(values)
    by_domain: defaultdict[str, list[int]] = defaultdict(list)
    for i, (value, domain) in enumerate(values):
        try:
            by_domain[domain or domain_of(value)].append(i)
        except UnknownDomainError:
            continue
    for domain, members in by_domain.items():
        try:
            encoded = encode_batch([values[i][0] for i in members], domain)
        except (CapacityError, UnknownDomainError):
            for i in members:
                embeddings[i] = _embed_alone(values[i][0], domain)
        else:
            for i, embedding in zip(members, encoded, strict=True):
                embeddings[i] = embedding
    return embeddings


def _embed_alone(value: Value, domain: str) -> Embedding | None:
    from fluxem_encoders.registry import encode

    for name in (domain, None):
        try:
            return encode(value, name)
        except (CapacityError, UnknownDomainError):
            continue
    if isinstance(value, bool | float) or not isinstance(value, type_of_number):
        return None
    try:
        return encode(float(value))
    except (CapacityError, OverflowError):
        return None
