"""The toolbox for MCP clients, over standard input and output."""

from importlib.metadata import version
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from fluxem_toolbox import TOOLS
from fluxem_vllm.pool.executor import Executor, ToolCall
from fluxem_vllm.results import result_to_json

DEADLINE_S = 10.0


def make_server(executor: Executor) -> "Server[dict[str, Any]]":
    """A server that lists all registered tools and runs them in the executor."""

    async def list_tools(ctx: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(name) for name in TOOLS])

    async def call_tool(ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name not in TOOLS:
            return _refused(f"there is no tool {params.name!r:.80}; list the tools to see all")
        call = ToolCall(params.name, params.arguments or {})
        [outcome] = await executor.run([call], deadline_s=DEADLINE_S)
        if outcome.error is not None:
            return _refused(outcome.error.message)
        assert outcome.value is not None  # there is an error or a value
        form = result_to_json(outcome.value, exact=outcome.exact)
        text = types.TextContent(type="text", text=str(form["text"]))
        return types.CallToolResult(content=[text], structured_content=form)

    return Server(
        "fluxem",
        version=version("fluxem-vllm"),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _described(name: str) -> types.Tool:
    function = TOOLS[name].schema()["function"]
    return types.Tool(
        name=name, description=function["description"], input_schema=function["parameters"]
    )


def _refused(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)


async def serve(executor: Executor) -> None:
    """Serve one client until it closes standard input."""
    await executor.start()
    server = make_server(executor)
    try:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())
    finally:
        await executor.close()
