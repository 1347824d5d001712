"""The operator's settings, from the environment, because `vllm serve` refuses unknown flags."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from fluxem_encoders.errors import FluxEMError
from fluxem_vllm.chain.steps import Limits


class SettingsError(FluxEMError, ValueError):
    """An environment variable that cannot be; the text names it and what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """FLUXEM_EXECUTOR, FLUXEM_DETECTORS, FLUXEM_TOOL_WORKERS, FLUXEM_PASSES, FLUXEM_CALLS,
    FLUXEM_SLOTS, FLUXEM_DEADLINE_S and FLUXEM_PLAN_TOKENS, in this order."""

    executor: Literal["ray", "inline"] = "ray"
    detectors: int = 1
    tool_workers: int = 2
    limits: Limits = Limits()


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
        if not text.isdecimal() or not 1 <= int(text) <= top:
            raise SettingsError(f"FLUXEM_{name} must be a whole number from 1 to {top}, got {text!r}")
        return int(text)

    limits = Limits(
        passes=number("PASSES", 4, 16),
        calls=number("CALLS", 32, 128),
        slots=number("SLOTS", 64, 64),
        deadline_s=float(number("DEADLINE_S", 60, 600)),
        plan_tokens=number("PLAN_TOKENS", 1024, 8192),
    )
    return Settings(
        cast(Literal["ray", "inline"], kind),
        number("DETECTORS", 1, 64),
        number("TOOL_WORKERS", 2, 256),
        limits,
    )
