"""The generated parts of the docs are what their commands print."""

from pathlib import Path

from fluxem_encoders import table
from fluxem_toolbox import TOOLS
from fluxem_toolbox.table import markdown

DOCS = Path(__file__).parent.parent / "docs"


def test_the_tools_page_is_up_to_date() -> None:
    assert (DOCS / "tools.md").read_text(encoding="utf-8") == markdown(TOOLS)


def test_the_domains_page_is_up_to_date() -> None:
    assert (DOCS / "domains.md").read_text(encoding="utf-8") == table.markdown()
