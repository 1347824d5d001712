"""One `vllm serve` with the embedded checkpoint, for all tests that talk to a server."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fluxem_vllm.server import LocalServer

KEY = "the-operators-key"
MCP_SERVER = Path(__file__).parents[1] / "serving" / "mcp_server.py"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A server with chains, a Ray pool, an API key and the tools of an MCP server."""
    named = os.environ.get("FLUXEM_TEST_CHECKPOINT")  # another one than the embedded
    folder = tmp_path_factory.mktemp("server")
    log, mcp = folder / "server.log", folder / "mcp.json"
    command = {"command": sys.executable, "args": [str(MCP_SERVER)]}
    mcp.write_text(json.dumps({"mcpServers": {"harbours": command}}), encoding="utf-8")
    arguments = ["--enforce-eager", "--api-key", KEY]
    environment = {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "FLUXEM_MCP_CONFIG": str(mcp)}
    with LocalServer(
        Path(named) if named else None, arguments, log=log, environment=environment
    ) as running:
        yield running
