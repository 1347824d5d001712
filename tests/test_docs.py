"""The generated parts of the docs are what their commands print; the code in them works."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from fluxem_encoders import table
from fluxem_toolbox import TOOLS, ToolError, call
from fluxem_toolbox.others import load_tools
from fluxem_toolbox.table import markdown
from tests.tools_page import page

DOCS = Path(__file__).parent.parent / "docs"


def test_the_tools_page_is_up_to_date() -> None:
    assert (DOCS / "tools.md").read_text(encoding="utf-8") == page()


def test_the_command_prints_the_tools_page_without_what_tests_know() -> None:
    long, short = ([row.split(" | ") for row in text.splitlines() if row.startswith("| `")]
                   for text in (page(), markdown(TOOLS)))  # fmt: skip
    assert [row[:3] for row in long] == [row[:3] for row in short]
    assert {len(row) for row in long} == {6}
    assert {row[4] for row in long} == {"exact", "approximate"}
    assert all(row[5] != "|" for row in long)


def test_the_readme_counts_the_tools() -> None:
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert f"| exact tools | {len(TOOLS)} over 22 domains" in text


def test_the_domains_page_is_up_to_date() -> None:
    assert (DOCS / "domains.md").read_text(encoding="utf-8") == table.markdown()


def test_the_tool_of_the_docs_works(tmp_path, monkeypatch):
    text = (DOCS / "adding-a-tool.md").read_text(encoding="utf-8")
    module = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    (tmp_path / "tools_of_the_docs.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("fluxem_toolbox.registry.TOOLS", dict(TOOLS))
    load_tools(["tools_of_the_docs"])
    assert call("harmonic_mean", {"data": [1, 2, 4]}) == (Fraction(12, 7), True)
    with pytest.raises(ToolError, match="needs numbers above 0"):
        call("harmonic_mean", {"data": [0, 1]})
