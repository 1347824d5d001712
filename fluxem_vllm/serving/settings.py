"""The operator's settings, from the environment, because `vllm serve` refuses unknown flags."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, cast

from fluxem_encoders.errors import FluxEMError
from fluxem_vllm.chain.steps import Limits
from fluxem_vllm.serving.options import CEILING, MAY_BE_NONE

TOOL_MODULES = "FLUXEM_TOOL_MODULES"


class SettingsError(FluxEMError, ValueError):
    """An environment variable that cannot be; the text names it and what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """FLUXEM_EXECUTOR, FLUXEM_DETECTORS, FLUXEM_TOOL_WORKERS, FLUXEM_TOOL_MODULES and
    FLUXEM_MCP_CONFIG; the limits of requests that set none from FLUXEM_PASSES, FLUXEM_CALLS,
    FLUXEM_SLOTS, FLUXEM_DEADLINE_S, FLUXEM_PLAN_TOKENS and FLUXEM_DRAFTS."""

    executor: Literal["ray", "inline"] = "ray"
    detectors: int = 1
    tool_workers: int = 2
    tool_modules: tuple[str, ...] = ()
    mcp_config: Path | None = None
    limits: Limits = field(default_factory=Limits)


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: naming the variable, the rule and the value.
    """
    kind = environment.get("FLUXEM_EXECUTOR", "ray")
    if kind not in ("ray", "inline"):
        raise SettingsError(f"FLUXEM_EXECUTOR must be ray or inline, got {kind!r}")

    def number(name: str, default: int, top: int) -> int:
        text = environment.get(f"FLUXEM_{name}", str(default))
        least = 0 if name.lower() in MAY_BE_NONE else 1
        if not text.isdecimal() or len(text) > 9 or not least <= int(text) <= top:
            rule = f"a whole number from {least} to {top}"
            raise SettingsError(f"FLUXEM_{name} must be {rule}, got {text!r:.40}")
        return int(text)

    tops = asdict(CEILING)
    limits = {
        name: type(value)(number(name.upper(), int(value), int(tops[name])))
        for name, value in asdict(Limits()).items()
    }
    return Settings(
        cast(Literal["ray", "inline"], kind),
        number("DETECTORS", 1, 64),
        number("TOOL_WORKERS", 2, 256),
        tool_modules(environment),
        Path(path) if (path := environment.get("FLUXEM_MCP_CONFIG")) else None,
        Limits(**limits),
    )


def tool_modules(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The modules named in FLUXEM_TOOL_MODULES, between commas.

    Raises:
        SettingsError: for a name that no module can have.
    """
    names = [name.strip() for name in environment.get(TOOL_MODULES, "").split(",")]
    for name in filter(None, names):
        if not all(part.isidentifier() for part in name.split(".")):
            rule = "names modules between commas, such as my_tools,their.tools"
            raise SettingsError(f"{TOOL_MODULES} {rule}; got {name!r:.80}")
    return tuple(filter(None, names))
