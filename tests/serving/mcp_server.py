"""A small MCP server for the tests, made with the official SDK."""

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("tests")


@server.tool()
def tide_height(harbour: int, hours: float = 0.0) -> float:
    """Height of the tide in metres."""
    return harbour + hours / 2


@server.tool()
def tide_list(heights: list[float]) -> list[float]:
    """Heights of the tide, doubled."""
    return [2 * h for h in heights]


@server.tool()
def harbour_name(harbour: int) -> str:
    """Name of a harbour."""
    if harbour < 0:
        raise ToolError("no such harbour")
    return f"Port {harbour}"


@server.tool()
def lamps_lit() -> int:
    """Number of lamps that are lit in the harbour."""
    return 41


@server.tool()
def chart(options: dict[str, int]) -> str:
    """Draw something."""
    return str(options)


if __name__ == "__main__":
    anyio.run(server.run_stdio_async)
