"""In what numbers training computes: bfloat16 where the device does, else float32."""

from contextlib import AbstractContextManager
from typing import Any

import torch


def bfloat16_is_native() -> bool:
    """Whether the processor has bfloat16; else it is emulated, many times slower."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def precision(device: str = "cpu") -> AbstractContextManager[Any]:
    """The context for forward passes on a kind of device."""
    native = device != "cpu" or bfloat16_is_native()
    context: AbstractContextManager[Any] = torch.autocast(device, torch.bfloat16, enabled=native)
    return context
