"""The page docs/tools.md: `python -m tests.tools_page > docs/tools.md`.

Tests know what the table of the package cannot: which results are exact, and what checks them.
"""

import doctest
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from fluxem_encoders.forms import is_exact
from fluxem_toolbox import TOOLS, Tool
from fluxem_toolbox.table import markdown
from tests.checks import all_checks

INTRODUCTION = """\
`python -m tests.tools_page` makes this page; `fluxem-vllm tools list --markdown` prints the table
with your own tools, without the last two columns.

- **results**: `exact` ones hold no float when the arguments hold none. An `approximate` one may be
  the nearest float where the mathematics gives no rational number, and then says so; a tool is
  called that when an example in its documentation shows it.
- **checked against**: what tests compare the results with. The tests are those marked `@checks` in
  `tests/toolbox`.
"""


def examples(tool: Tool) -> list[tuple[tuple[Any, ...], Any]]:
    """The arguments and the result of each call of a tool in its own documentation."""
    calls = []

    def called(*arguments: Any) -> Any:
        result = tool.function(*arguments)
        calls.append((arguments, result))
        return result

    for test in doctest.DocTestFinder(recurse=False).find(tool.function, tool.name):
        names = {**test.globs, tool.name: called}
        for example in test.examples:
            exec(example.source, names)
    return calls


def is_approximate(tool: Tool) -> bool:
    """Whether an example shows a float that exact arguments give."""
    return any(is_exact(given) and not is_exact(result) for given, result in examples(tool))


def oracles() -> dict[str, list[str]]:
    """What each tool is checked against, without repetitions."""
    found: dict[str, list[str]] = defaultdict(list)
    for check in all_checks():
        for tool in check.tools:
            if check.against not in found[tool]:
                found[tool].append(check.against)
    return found


def page(tools: Mapping[str, Tool] = TOOLS) -> str:
    """The whole page."""
    checked = oracles()
    columns = {
        "results": {n: "approximate" if is_approximate(t) else "exact" for n, t in tools.items()},
        "checked against": {name: "; ".join(checked[name]) for name in tools},
    }
    return markdown(tools, columns, INTRODUCTION)


if __name__ == "__main__":
    print(page(), end="")
