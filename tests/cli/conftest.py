import io

import pytest

from fluxem_vllm.cli import main


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a command; gives its exit code, output and errors."""

    def run(*arguments: str, stdin: str | bytes = "") -> tuple[int, str, str]:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        try:
            code = main(arguments)
        except SystemExit as usage:
            code = usage.code
        return (code, *capsys.readouterr())

    return run
