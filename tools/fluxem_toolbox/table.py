"""The table of all tools, as Markdown."""

from collections.abc import Iterable, Mapping

from fluxem_toolbox.arguments import type_name
from fluxem_toolbox.registry import Tool

COLUMNS = ("tool", "arguments", "gives", "what it does")


def markdown(
    tools: Mapping[str, Tool],
    more: Mapping[str, Mapping[str, str]] | None = None,
    introduction: str = "Made by `fluxem-vllm tools list --markdown`.\n",
) -> str:
    """A page with one table per domain.

    Of each tool: name with arguments, their types, the result's type, what the tool does; then
    the columns `more`, which hold a text for each tool's name.
    """
    columns = more or {}
    header = [_row((*COLUMNS, *columns)), "|" + "---|" * (len(COLUMNS) + len(columns))]
    lines = ["# The tools", "", introduction.rstrip()]
    domain = ""
    for tool in sorted(tools.values(), key=lambda t: t.domain):
        if tool.domain != domain:
            domain = tool.domain
            lines += ["", f"## {domain}", "", *header]
        types = ", ".join(f"{p.name}: {type_name(p.annotation)}" for p in tool.parameters)
        call, _, summary = tool.line().partition(": ")
        cells = (f"`{call}`", types, type_name(tool.returns), summary)
        lines.append(_row((*cells, *(column[tool.name] for column in columns.values()))))
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in cells) + " |"
