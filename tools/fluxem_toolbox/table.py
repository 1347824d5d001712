"""The table of all tools, as Markdown for the docs."""

from collections.abc import Mapping

from fluxem_toolbox.arguments import type_name
from fluxem_toolbox.registry import Tool

HEADER = "| tool | arguments | gives | what it does |\n|---|---|---|---|"


def markdown(tools: Mapping[str, Tool]) -> str:
    """A page with one table per domain.

    Of each tool: name with arguments, their types, the result's type, what the tool does.
    """
    lines = ["# The tools", "", "Made by `fluxem-vllm tools list --markdown`."]
    domain = ""
    for tool in sorted(tools.values(), key=lambda t: t.domain):
        if tool.domain != domain:
            domain = tool.domain
            lines += ["", f"## {domain}", "", HEADER]
        types = ", ".join(f"{p.name}: {type_name(p.annotation)}" for p in tool.parameters)
        call, _, summary = tool.line().partition(": ")
        cells = (f"`{call}`", types, type_name(tool.returns), summary)
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
