"""Projected rows enter the hidden state before chosen layers.

Axes: T tokens, E the 256 lanes of an embedding, H hidden size, L injected layers. Leading axes may
be added to T.
"""

import torch
from torch import Tensor, nn

from fluxem_qwen3.config import FluxEMConfig, Method
from fluxem_qwen3.projector import Projector
from fluxem_qwen3.quantization import quantize_module


class Injector(nn.Module):
    """The projectors and gates of a checkpoint, for the vLLM model and its transformers twin."""

    def __init__(self, config: FluxEMConfig, hidden_size: int) -> None:
        super().__init__()
        self.method = config.method
        self.layers = config.layers
        self.projectors = nn.ModuleList(
            Projector(config.projector_hidden, hidden_size, config.gain)
            for _ in range(1 if config.projector_shared else len(config.layers))
        )
        if config.quantization:
            quantize_module(self.projectors, config.quantization)
        if config.method == "gated":
            self.gates_LH = nn.Parameter(torch.zeros(len(config.layers), hidden_size))

    def forward(self, row_TE: Tensor) -> dict[int, Tensor]:
        """What `inject` takes for each layer: layer -> (T, H)."""
        projected = [projector(row_TE) for projector in self.projectors]
        amounts = projected if len(projected) > 1 else projected * len(self.layers)
        if self.method == "gated":
            gates = torch.tanh(self.gates_LH)
            amounts = [gate * amount for gate, amount in zip(gates, amounts, strict=True)]
        return dict(zip(self.layers, amounts, strict=True))


def inject(
    method: Method,
    mask_T: Tensor,
    amount_TH: Tensor,
    hidden_TH: Tensor,
    residual_TH: Tensor | None = None,
) -> tuple[Tensor, Tensor | None]:
    """Put `amount_TH` into the state where `mask_T` says so.

    The state is `hidden_TH`, or `hidden_TH + residual_TH` where a residual is kept apart, as vLLM
    does before every layer but the first. Elsewhere the state stays as it is, bit by bit.
    """
    mask_T1 = mask_T.unsqueeze(-1)
    amount_TH = amount_TH.to(hidden_TH.dtype)
    if method == "replace":
        if residual_TH is not None:
            residual_TH = torch.where(mask_T1, 0, residual_TH)
        return torch.where(mask_T1, amount_TH, hidden_TH), residual_TH
    return hidden_TH + torch.where(mask_T1, amount_TH, 0), residual_TH
