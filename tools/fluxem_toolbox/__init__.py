"""Exact tools: pure, typed, bounded functions in a registry."""

from fluxem_toolbox import domains as _domains  # noqa: F401 -- the import registers every tool
from fluxem_toolbox.arguments import Approximate
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.registry import CORE, FURTHER, TOOLS, Tool, call, get_tool, tool, tools_of

__all__ = [
    "CORE",
    "FURTHER",
    "TOOLS",
    "Approximate",
    "Tool",
    "ToolError",
    "call",
    "get_tool",
    "tool",
    "tools_of",
]
