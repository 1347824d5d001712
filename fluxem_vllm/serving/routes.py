"""Routes under /v1/fluxem: tools, detect, encode, decode, verify."""

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any

import numpy as np
from fastapi import APIRouter, FastAPI, Request

from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.forms import to_json, to_text
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.registry import decode, decode_domain, encode
from fluxem_qwen3.rows import from_base64
from fluxem_toolbox import TOOLS, ToolError
from fluxem_vllm.chain.replay import replaying
from fluxem_vllm.chain.trace import span_to_json
from fluxem_vllm.pool.executor import Executor, ToolCall, ToolOutcome
from fluxem_vllm.results import result_to_json
from fluxem_vllm.serving.errors import POOL_ERRORS, add_error_replies, error_reply

router = APIRouter(prefix="/v1/fluxem", tags=["fluxem"])

MAX_TEXTS = 1024
MAX_SPANS = 10_000
MAX_BODY = 8 * 2**20
DEADLINE_S = 10.0  # of a tool; of each step of a replay
TOOL_STATUS = {
    "unknown_tool": HTTPStatus.NOT_FOUND,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
}


def add_routes(app: FastAPI) -> None:
    """Add the routes, and this project's error replies to all others."""
    app.include_router(router)
    add_error_replies(app)


class BadRequest(FluxEMError, ValueError):
    """A body that breaks a rule; becomes a 400."""


Handler = Callable[[Request], Awaitable[Any]]


def _answers(handler: Handler) -> Handler:
    """Turn this project's errors into OpenAI-style error replies."""

    @wraps(handler)
    async def wrapper(request: Request) -> Any:
        try:
            return await handler(request)
        except POOL_ERRORS:
            raise
        except ToolError as error:
            return error_reply(str(error), TOOL_STATUS.get(error.category, HTTPStatus.BAD_REQUEST))
        except FluxEMError as error:
            return error_reply(str(error), HTTPStatus.BAD_REQUEST)

    return wrapper


async def _json(request: Request) -> Any:
    """The JSON of a request's body, bounded."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY:
            raise BadRequest(f"the body must be at most {MAX_BODY} bytes")
    try:
        return json.loads(bytes(raw))
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the body is no JSON: {error!s:.120}") from None


async def _body(request: Request, *names: str) -> dict[str, Any]:
    """The JSON object of a request, with exactly the fields `names`; `?` marks optional ones."""
    form = await _json(request)
    if not isinstance(form, dict):
        raise BadRequest("the body must be a JSON object")
    known = [n.rstrip("?") for n in names]
    if unknown := [k for k in form if k not in known]:
        raise BadRequest(f"unknown field `{unknown[0]:.40}`; known are {', '.join(known)}")
    if missing := [n for n in names if not n.endswith("?") and n not in form]:
        raise BadRequest(f"the field `{missing[0]}` is missing")
    return form


@router.get("/tools")
async def list_tools() -> dict[str, Any]:
    """All tools: name, domain, description and JSON schema."""
    data = [{"name": t.name, "domain": t.domain, **t.schema()} for t in TOOLS.values()]
    return {"object": "list", "data": data}


@router.get("/tools/{name}")
async def show_tool(name: str) -> Any:
    """One tool."""
    if name not in TOOLS:
        return error_reply(
            f"there is no tool `{name[:80]}`; GET /v1/fluxem/tools lists all", HTTPStatus.NOT_FOUND
        )
    tool = TOOLS[name]
    return {"name": tool.name, "domain": tool.domain, **tool.schema()}


@router.post("/tools/{name}")
@_answers
async def call_tool(request: Request) -> Any:
    """Call a tool with the arguments in the body."""
    name = request.path_params["name"]
    if name not in TOOLS:
        raise ToolError(
            f"there is no tool `{name[:80]}`; GET /v1/fluxem/tools lists all", "unknown_tool"
        )
    arguments = await _body(request, *(p.name + "?" for p in TOOLS[name].parameters))
    executor = request.app.state.fluxem_executor
    (outcome,) = await executor.run([ToolCall(name, arguments)], deadline_s=DEADLINE_S)
    if outcome.error is not None:
        raise ToolError(outcome.error.message, outcome.error.category)
    assert outcome.value is not None  # there is an error or a value
    return result_to_json(outcome.value, exact=outcome.exact)


@router.post("/detect")
@_answers
async def detect_spans(request: Request) -> Any:
    """Spans of `text` (a string, or a list of strings)."""
    form = await _body(request, "text", "limit?")
    texts = [form["text"]] if isinstance(form["text"], str) else form["text"]
    if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
        raise BadRequest("`text` must be a string or a list of strings")
    if len(texts) > MAX_TEXTS:
        raise BadRequest(f"`text` holds at most {MAX_TEXTS} strings, got {len(texts)}")
    limit = form.get("limit", 1000)
    if type(limit) is not int or not 1 <= limit <= MAX_SPANS:
        raise BadRequest(f"`limit` must be a whole number from 1 to {MAX_SPANS}")
    found = await request.app.state.fluxem_executor.detect(texts, limit, FURTHER)
    data = [
        {"text": text, "spans": [span_to_json(d.span) for d in spans]}
        for text, spans in zip(texts, found, strict=True)
    ]
    return {"object": "list", "data": data}


@router.post("/encode")
@_answers
async def encode_text(request: Request) -> Any:
    """The embedding of the one value that `text` is; base64 of 256 little-endian float32."""
    form = await _body(request, "text")
    if not isinstance(form["text"], str):
        raise BadRequest("`text` must be a string")
    (found,) = await request.app.state.fluxem_executor.detect([form["text"]], 2, FURTHER)
    if len(found) != 1:
        raise BadRequest(f"`text` must hold exactly one value, got {form['text']!r:.60}")
    span = found[0].span
    row = encode(span.value, span.domain)
    return {
        "domain": span.domain,
        "value": to_json(span.value),
        "embedding": base64.b64encode(row.astype("<f4").tobytes()).decode(),
    }


@router.post("/decode")
@_answers
async def decode_row(request: Request) -> Any:
    """The exact value of an embedding."""
    form = await _body(request, "embedding")
    if not isinstance(form["embedding"], str):
        raise BadRequest("`embedding` must be base64 of 256 little-endian float32")
    row = np.asarray(from_base64(form["embedding"]))
    value = decode(row)
    return {"domain": decode_domain(row), "value": to_json(value), "text": to_text(value)}


@router.post("/verify")
@_answers
async def verify(request: Request) -> Any:
    """Replay a trace, or a reply that carries one, without the model."""
    steps = replaying(await _json(request))
    executor: Executor = request.app.state.fluxem_executor
    outcomes: Sequence[ToolOutcome] | None = None
    while True:
        try:
            step = next(steps) if outcomes is None else steps.send(outcomes)
        except StopIteration as stop:
            return stop.value
        calls = [ToolCall(call.tool, call.bound or {}) for call in step.calls]
        outcomes = await executor.run(calls, deadline_s=DEADLINE_S)
