"""Tools of a real MCP server, in a process of its own, beside ours."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from fluxem_toolbox import TOOLS
from fluxem_vllm.mcp_client import MCPConfigError, MCPExecutor, read_config
from fluxem_vllm.pool.executor import ToolCall
from fluxem_vllm.pool.inline import InlineExecutor

SERVER = str(Path(__file__).with_name("mcp_server.py"))


def config(tmp_path, servers):
    path = tmp_path / "mcp.json"
    path.write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")
    return path


async def test_their_tools_run_beside_ours(tmp_path):
    path = config(tmp_path, {"tides": {"command": sys.executable, "args": [SERVER]}})
    executor = MCPExecutor(InlineExecutor(), read_config(path))
    await executor.start()
    try:
        assert not TOOLS["tide_height"].pure
        assert TOOLS["tide_height"].line() == "tide_height(harbour, hours?): " + (
            "Height of the tide in metres"
        )
        assert "chart" not in TOOLS  # it wants an object
        calls = [
            ToolCall("tide_height", {"harbour": 3, "hours": Decimal("0.5")}),
            ToolCall("add", {"a": 1, "b": 2}),
            ToolCall("tide_list", {"heights": (1, 2)}),
            ToolCall("harbour_name", {"harbour": 7}),
            ToolCall("harbour_name", {"harbour": -1}),
            ToolCall("tide_height", {"harbour": "x"}),
        ]
        done = await executor.run(calls)
        assert [d.value for d in done] == [Decimal("3.25"), 3, (2, 4), "Port 7", None, None]
        assert [d.exact for d in done] == [False, True, False, False, False, False]
        assert done[0].embedding is not None
        assert "no such harbour" in done[4].error.message
        assert "`tide_height.harbour`" in done[5].error.message
    finally:
        await executor.close()
    assert "tide_height" not in TOOLS


async def test_a_server_that_is_not_there(tmp_path):
    path = config(tmp_path, {"tides": {"command": "/no/such/server"}})
    executor = MCPExecutor(InlineExecutor(), read_config(path))
    with pytest.raises(MCPConfigError, match="the MCP server `tides` does not answer"):
        await executor.start()
    await executor.close()


BROKEN = [
    *("", "{}", "[]", '{"mcpServers": {"a b": {"url": "x"}}}'),
    *('{"mcpServers": {"a": {}}}', '{"mcpServers": {"a": 1}}'),
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_configuration_that_cannot_be(tmp_path, text):
    path = tmp_path / "mcp.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MCPConfigError, match="must hold"):
        read_config(path)
