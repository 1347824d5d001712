"""One `vllm serve` with the embedded checkpoint, for all tests that talk to a server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fluxem_vllm.server import LocalServer

KEY = "the-operators-key"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A server with chains, a Ray pool and an API key."""
    named = os.environ.get("FLUXEM_TEST_CHECKPOINT")  # another one than the embedded
    log = tmp_path_factory.mktemp("server") / "server.log"
    arguments = ["--enforce-eager", "--api-key", KEY]
    environment = {"VLLM_ENABLE_V1_MULTIPROCESSING": "0"}
    with LocalServer(
        Path(named) if named else None, arguments, log=log, environment=environment
    ) as running:
        yield running
