"""The toolbox as an MCP server, asked by the official client over its own process."""

import os
import sys
from pathlib import Path

from mcp import Client, StdioServerParameters

from fluxem_toolbox import TOOLS
from tests.cli.test_values import PLUS_ONE

SERVER = StdioServerParameters(
    command=str(Path(sys.executable).with_name("fluxem-vllm")), args=["mcp"]
)


async def test_an_mcp_client_lists_and_calls_the_tools():
    async with Client(SERVER) as client:
        listed = await client.list_tools()
        assert [tool.name for tool in listed.tools] == list(TOOLS)
        add = next(tool for tool in listed.tools if tool.name == "add")
        assert add.input_schema["required"] == ["a", "b"]

        sum_ = await client.call_tool("add", {"a": "1/3", "b": 0.1})
        assert not sum_.is_error
        assert sum_.structured_content == {"value": "13/30", "text": "13/30", "exact": True}

        refused = await client.call_tool("divide", {"a": 1, "b": 0})
        assert refused.is_error
        assert "a divisor other than 0" in refused.content[0].text
        unknown = await client.call_tool("frobnicate", {})
        assert unknown.is_error
        assert "there is no tool 'frobnicate'" in unknown.content[0].text


async def test_an_mcp_client_sees_tools_of_ones_own(tmp_path):
    (tmp_path / "own_tools.py").write_text(PLUS_ONE, encoding="utf-8")
    server = StdioServerParameters(
        command=SERVER.command,
        args=["mcp", "--tools-module", "own_tools"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    async with Client(server) as client:
        assert "plus_one" in [tool.name for tool in (await client.list_tools()).tools]
        five = await client.call_tool("plus_one", {"n": 4})
        assert five.structured_content == {"value": 5, "text": "5", "exact": True}
