"""The operator's settings: environment variables, checked one by one."""

from pathlib import Path

import pytest

from fluxem_vllm.chain.steps import Limits
from fluxem_vllm.serving.settings import Settings, SettingsError, read_settings


def test_an_empty_environment_gives_the_defaults():
    assert read_settings({"PATH": "/bin"}) == Settings()


def test_every_setting_is_read():
    settings = read_settings({
        "FLUXEM_EXECUTOR": "inline", "FLUXEM_DETECTORS": "3", "FLUXEM_TOOL_WORKERS": "4",
        "FLUXEM_PASSES": "5", "FLUXEM_CALLS": "6", "FLUXEM_SLOTS": "7",
        "FLUXEM_DEADLINE_S": "8", "FLUXEM_PLAN_TOKENS": "9",
        "FLUXEM_DRAFTS": "0",
        "FLUXEM_TOOL_MODULES": "my_tools, their.tools", "FLUXEM_MCP_CONFIG": "mcp.json",
    })  # fmt: skip
    assert settings == Settings(
        "inline", 3, 4, ("my_tools", "their.tools"), Path("mcp.json"), Limits(5, 6, 7, 8.0, 9, 0)
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("EXECUTOR", "threads", "FLUXEM_EXECUTOR must be ray or inline, got 'threads'"),
        ("PASSES", "0", "FLUXEM_PASSES must be a whole number from 1 to 16, got '0'"),
        ("PASSES", "17", "from 1 to 16"),
        ("CALLS", "-1", "from 1 to 128"),
        ("SLOTS", "many", "from 1 to 64, got 'many'"),
        ("DEADLINE_S", "", "from 1 to 600, got ''"),
        ("PLAN_TOKENS", "9" * 5000, "from 1 to 8192, got '9999"),
        ("DRAFTS", "17", "from 0 to 16, got '17'"),
        ("DETECTORS", "1.5", "FLUXEM_DETECTORS must be"),
        ("TOOL_WORKERS", "257", "from 1 to 256"),
        ("TOOL_MODULES", "os.path;rm", "names modules between commas, such as my_tools"),
    ],
)
def test_an_error_names_the_variable_and_the_rule(name, text, message):
    with pytest.raises(SettingsError) as caught:
        read_settings({f"FLUXEM_{name}": text})
    assert message in str(caught.value)
    assert len(str(caught.value)) < 200
