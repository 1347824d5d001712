"""The tools of other people's MCP servers, beside our own in chains.

They wait for other processes and compute nothing here, so they run in the server's event loop and
not in the pool. What they give is never called exact: nobody vouches for it.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import mcp_types as types
from mcp import Client, MCPError, StdioServerParameters

from fluxem_encoders.errors import FluxEMError, ValueFormError
from fluxem_encoders.forms import number_from_json, parse_number, to_json, value_from_json
from fluxem_encoders.values import Number, Numbers, Value
from fluxem_toolbox import TOOLS, Tool, ToolError
from fluxem_toolbox.registry import Parameter
from fluxem_vllm.plain import plain_number
from fluxem_vllm.pool.executor import CallError, Detected, Executor, ToolCall, ToolOutcome
from fluxem_vllm.pool.work import embed

logger = logging.getLogger("vllm.fluxem")

START_S = 30.0
CALL_S = 20.0  # where the chain sets no deadline
MAX_TEXT_CHARS = 2000  # of a result that is text

_TYPES: dict[Any, Any] = {"integer": int, "number": Number, "string": str, "boolean": bool}
_NAME = re.compile("[a-z][a-z0-9_]*", re.IGNORECASE)


class MCPConfigError(FluxEMError, ValueError):
    """A configuration of MCP servers that cannot be; the text says where and why."""


def read_config(path: Path) -> dict[str, StdioServerParameters | str]:
    """Read `{"mcpServers": {"name": {"command": ..., "args": [...]} or {"url": ...}}}`.

    Raises:
        MCPConfigError: naming the file, the server and the rule.
    """
    try:
        servers = json.loads(path.read_text(encoding="utf-8"))["mcpServers"]
        return {name: _server(name, form) for name, form in servers.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MCPConfigError(
            f'{path} must hold {{"mcpServers": {{"name": {{"command": ..., "args": [...]}} or '
            f'{{"url": ...}}}}}}: {type(error).__name__}: {error}'
        ) from error


def _server(name: str, form: Mapping[str, Any]) -> StdioServerParameters | str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"a server's name is made of letters, digits and _, got {name!r:.40}")
    if "url" in form:
        return str(form["url"])
    known = {key: form[key] for key in ("command", "args", "env", "cwd") if key in form}
    return StdioServerParameters(**known)


class MCPExecutor:
    """An executor that runs the tools of MCP servers itself and leaves the others to `inner`."""

    def __init__(self, inner: Executor, servers: Mapping[str, StdioServerParameters | str]) -> None:
        self._inner = inner
        self._servers = servers
        self._clients: dict[str, Client] = {}  # by the tools' names
        self._ended = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect to all servers and register their tools.

        Raises:
            MCPConfigError: when a server does not answer, or has a tool whose name is taken.
        """
        await self._inner.start()
        connected = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep(connected))
        await connected

    async def _keep(self, connected: asyncio.Future[None]) -> None:
        """Hold the connections: they must be closed by the very task that opened them."""
        async with AsyncExitStack() as stack:
            try:
                for name, server in self._servers.items():
                    await self._connect(name, server, stack)
            except MCPConfigError as error:
                connected.set_exception(error)
                return
            connected.set_result(None)
            await self._ended.wait()

    async def _connect(
        self, name: str, server: StdioServerParameters | str, stack: AsyncExitStack
    ) -> None:
        try:
            async with asyncio.timeout(START_S):
                client = await stack.enter_async_context(Client(server))
                listed = (await client.list_tools()).tools
        except (MCPError, OSError, TimeoutError, httpx.HTTPError, ExceptionGroup) as error:
            raise MCPConfigError(
                f"the MCP server `{name}` does not answer: {type(error).__name__}: {error}"
            ) from error
        for tool in listed:
            self._register(name, client, tool)

    def _register(self, server: str, client: Client, tool: types.Tool) -> None:
        if tool.name in TOOLS:
            raise MCPConfigError(f"the MCP server `{server}` has a tool `{tool.name}`: name taken")
        parameters = read_parameters(tool.input_schema)
        if parameters is None:
            logger.warning(
                "MCP tool %s.%s left out: its arguments are no values", server, tool.name
            )
            return
        summary = (tool.description or tool.name.replace("_", " ")).strip().split("\n")[0]
        TOOLS[tool.name] = Tool(
            tool.name,
            f"mcp_{server}",
            _elsewhere,
            parameters,
            Value,
            summary.rstrip("."),
            pure=False,
        )
        self._clients[tool.name] = client

    async def run(
        self, calls: Sequence[ToolCall], deadline_s: float | None = None
    ) -> list[ToolOutcome]:
        """See `Executor.run`."""
        ours = [call for call in calls if call.name not in self._clients]
        theirs = [call for call in calls if call.name in self._clients]
        done, answered = await asyncio.gather(
            self._inner.run(ours, deadline_s),
            asyncio.gather(*(self._ask(c, deadline_s) for c in theirs)),
        )
        own, others = iter(done), iter(answered)
        return [next(others if call.name in self._clients else own) for call in calls]

    async def _ask(self, call: ToolCall, deadline_s: float | None) -> ToolOutcome:
        start = time.perf_counter()
        limit = deadline_s or CALL_S
        try:
            bound = TOOLS[call.name].bind(_plain(call))
            arguments = {name: to_json(value) for name, value in bound.items()}
            async with asyncio.timeout(limit):
                result = await self._clients[call.name].call_tool(call.name, arguments)
            value = read_result(result)
        except ToolError as error:
            return _failed(CallError(error.category, str(error)), start)
        except TimeoutError:
            return _failed(CallError.overrun(limit), start)
        except (MCPError, OSError, httpx.HTTPError) as error:
            return _failed(CallError("internal", f"`{call.name}` failed: {error}"), start)
        [embedding] = embed([(value, None)])
        return ToolOutcome(value, False, None, (time.perf_counter() - start) * 1000, embedding)

    async def detect(
        self, texts: Sequence[str], limit: int, domains: Collection[str] = ()
    ) -> list[list[Detected]]:
        """See `Executor.detect`."""
        return await self._inner.detect(texts, limit, domains)

    async def close(self) -> None:
        """Leave the servers, forget their tools, close the inner executor."""
        for name in self._clients:
            TOOLS.pop(name, None)
        self._clients.clear()
        self._ended.set()
        if self._keeper is not None:
            await self._keeper
        await self._inner.close()

    def stats(self) -> dict[str, int]:
        """See `Executor.stats`."""
        return self._inner.stats()


def _plain(call: ToolCall) -> dict[str, Value]:
    """The arguments with numbers for amounts, where it takes numbers."""
    numbers = {p.name for p in TOOLS[call.name].parameters if p.annotation in (int, Number)}
    return {n: plain_number(v, n) if n in numbers else v for n, v in call.arguments.items()}


def _elsewhere(**arguments: Any) -> Value:
    raise ToolError("the tools of MCP servers run in the server only, and are not replayed")


def _failed(error: CallError, start: float) -> ToolOutcome:
    return ToolOutcome(None, False, error, (time.perf_counter() - start) * 1000)


def read_parameters(schema: Mapping[str, Any]) -> tuple[Parameter, ...] | None:
    """The parameters that a JSON Schema asks for; None where a required one is no value."""
    required = set(schema.get("required", ()))
    found = []
    for name, form in schema.get("properties", {}).items():
        kind = _type(form)
        if kind is not None:
            optional = name not in required
            found.append(Parameter(name, kind | None, None) if optional else Parameter(name, kind))
        elif name in required:
            return None
    return tuple(found)


def _type(form: Any) -> Any:
    if not isinstance(form, Mapping):
        return None
    if form.get("type") == "array" and _type(form.get("items")) in (int, Number):
        return Numbers
    kind = form.get("type")
    return _TYPES.get(kind) if isinstance(kind, str) else None


def read_result(result: types.CallToolResult) -> Value:
    """The value of a result: structured content where there is some, else the text.

    Raises:
        ToolError: with the server's own words, where it reports an error or gives nothing.
    """
    text = "\n".join(c.text for c in result.content if isinstance(c, types.TextContent))
    if result.is_error:
        raise ToolError(text[:MAX_TEXT_CHARS] or "the tool failed and gave no reason")
    form = result.structured_content
    for key in ("result", "value"):  # what servers wrap a bare value in
        if isinstance(form, Mapping) and key in form:
            form = form[key]
    try:
        return _value(text if form is None else form)
    except ValueFormError:
        if not text:
            raise ToolError("the tool gave neither a value nor text", "undefined") from None
        return text[:MAX_TEXT_CHARS]


def _value(form: Any) -> Value:
    if isinstance(form, bool):
        return form
    if isinstance(form, list):
        return tuple(number_from_json(item) for item in form)
    if isinstance(form, Mapping):
        return value_from_json(form)
    return parse_number(form) if isinstance(form, str) else number_from_json(form)
