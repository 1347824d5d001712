"""The `fluxem` object of a request: what a client may ask of the chain."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.registry import decode, decode_domain
from fluxem_encoders.span import Span
from fluxem_qwen3.rows import from_base64
from fluxem_toolbox import TOOLS
from fluxem_vllm.chain.steps import Limits
from fluxem_vllm.pool.executor import Detected

Mode = Literal["auto", "off"]
CEILING = Limits(passes=16, calls=128, slots=64, deadline_s=600.0, plan_tokens=8192, drafts=16)
"""What no request may go beyond."""
MAY_BE_NONE = ("drafts",)
"""Limits that may be 0."""


class OptionError(FluxEMError, ValueError):
    """A `fluxem` object that cannot be honoured; becomes a 400 that names the field."""


@dataclass(frozen=True, slots=True)
class GivenEmbedding:
    """A span of the last user message whose embedding the client has computed itself."""

    start: int
    end: int
    row: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Options:
    """`mode` off: stock vLLM. `tools`: names to offer in place of the router's choice."""

    mode: Mode = "auto"
    tools: tuple[str, ...] | None = None
    limits: Limits = field(default_factory=Limits)
    trace: bool = True
    embeddings: tuple[GivenEmbedding, ...] = ()


def read_options(form: Any, defaults: Limits) -> Options:
    """Read the object as it came in the body (None: all defaults).

    Raises:
        OptionError: naming the field, the rule and the value.
    """
    if form is None:
        return Options(limits=defaults)
    if not isinstance(form, Mapping):
        raise OptionError(f"`fluxem` must be an object, got {type(form).__name__}")
    known = [f.name for f in fields(Options)]
    if unknown := [str(name) for name in form if name not in known]:
        raise OptionError(f"`fluxem` has no field `{unknown[0][:40]}`; it has {', '.join(known)}")
    mode = form.get("mode", "auto")
    if mode not in ("auto", "off"):
        raise OptionError(f"`fluxem.mode` must be auto or off, got {mode!r:.40}")
    trace = form.get("trace", True)
    if not isinstance(trace, bool):
        raise OptionError(f"`fluxem.trace` must be true or false, got {trace!r:.40}")
    return Options(
        cast(Mode, mode),
        _tools(form.get("tools")),
        _limits(form.get("limits"), defaults),
        trace,
        _embeddings(form.get("embeddings")),
    )


def _tools(names: Any) -> tuple[str, ...] | None:
    if names is None:
        return None
    if not isinstance(names, list):
        raise OptionError("`fluxem.tools` must be a list of tool names")
    for name in names:
        if not isinstance(name, str) or name not in TOOLS:
            raise OptionError(
                f"`fluxem.tools`: there is no tool {name!r:.80}; GET /v1/fluxem/tools lists all"
            )
    return tuple(dict.fromkeys(names))


def _limits(form: Any, defaults: Limits) -> Limits:
    if form is None:
        return defaults
    if not isinstance(form, Mapping):
        raise OptionError("`fluxem.limits` must be an object")
    highest = asdict(CEILING)
    for name, value in form.items():
        if name not in highest:
            known = ", ".join(highest)
            raise OptionError(f"`fluxem.limits` has no field `{name!s:.40}`; it has {known}")
        top = highest[name]
        whole = isinstance(value, int) or (name == "deadline_s" and isinstance(value, float))
        enough = whole and (value > 0 or (value == 0 and name in MAY_BE_NONE))
        if isinstance(value, bool) or not enough or value > top:
            kind = "a number" if name == "deadline_s" else "a whole number"
            least = "from 0" if name in MAY_BE_NONE else "above 0 and"
            raise OptionError(
                f"`fluxem.limits.{name}` must be {kind} {least} up to {top}, got {value!r:.40}"
            )
    return replace(defaults, **form)


def _embeddings(form: Any) -> tuple[GivenEmbedding, ...]:
    if form is None:
        return ()
    if not isinstance(form, list) or len(form) > CEILING.slots:
        raise OptionError(f"`fluxem.embeddings` must be a list of at most {CEILING.slots} objects")
    given = []
    for i, item in enumerate(form):
        where = f"fluxem.embeddings[{i}]"
        if not isinstance(item, Mapping) or set(item) != {"start", "end", "embedding"}:
            raise OptionError(f"`{where}` must have exactly `start`, `end` and `embedding`")
        start, end, text = item["start"], item["end"], item["embedding"]
        if not all(type(at) is int for at in (start, end)) or not 0 <= start < end:
            raise OptionError(
                f"`{where}` needs whole numbers 0 <= start < end, got {start!r:.20} and {end!r:.20}"
            )
        try:
            row = from_base64(text)
        except (ValueError, TypeError) as error:
            raise OptionError(f"`{where}.embedding`: {error}") from None
        given.append(GivenEmbedding(start, end, row))
    return tuple(given)


def given_spans(text: str, given: tuple[GivenEmbedding, ...]) -> list[Detected]:
    """The spans of `text` that the client's embeddings stand for, with their exact values.

    Raises:
        OptionError: for an embedding of no value, a span outside the text, or an overlap.
    """
    spans: list[Detected] = []
    for item in sorted(given, key=lambda g: g.start):
        if item.end > len(text):
            raise OptionError(
                f"`fluxem.embeddings`: end {item.end} lies beyond the {len(text)} characters of "
                "the last user message"
            )
        if spans and item.start < spans[-1].span.end:
            raise OptionError(f"`fluxem.embeddings`: the spans overlap at {item.start}")
        try:
            value, domain = decode(item.row), decode_domain(item.row)
        except FluxEMError as error:
            raise OptionError(f"`fluxem.embeddings`: {error}") from None
        span = Span(item.start, item.end, text[item.start : item.end], domain, value)
        spans.append(Detected(span, item.row))
    return spans


def merge(detected: list[Detected], given: list[Detected]) -> list[Detected]:
    """All spans in order; a detected one that a given one touches gives way."""
    free = [
        d
        for d in detected
        if all(d.span.end <= g.span.start or g.span.end <= d.span.start for g in given)
    ]
    return sorted(free + given, key=lambda d: d.span.start)
