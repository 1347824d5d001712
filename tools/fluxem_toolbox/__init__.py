"""Exact tools: pure, typed, bounded functions in a registry."""

from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.registry import TOOLS, Tool, call, get_tool, tool

__all__ = ["TOOLS", "Tool", "ToolError", "call", "get_tool", "tool"]
