"""The transformers twin of the model that vLLM serves: for training, and as the tests' reference.

Axes: B sequences, T tokens, E the 256 lanes of an embedding, H hidden size.
"""

import os
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Qwen3Config
from transformers import initialization as init
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast
from transformers.models.qwen3.modeling_qwen3 import (
    Qwen3DecoderLayer,
    Qwen3ForCausalLM,
    Qwen3Model,
)

from fluxem_qwen3.config import ARCHITECTURE, FluxEMConfig
from fluxem_qwen3.injection import Injector, inject
from fluxem_qwen3.projector import Projector


class FluxEMDecoderLayer(Qwen3DecoderLayer):
    """A layer that injects what lies ready for it in `flux` before it runs."""

    def __init__(self, config: Qwen3Config, layer_idx: int) -> None:
        super().__init__(config, layer_idx)
        self.layer_idx = layer_idx
        self.method = FluxEMConfig.of(config).method

    def forward(
        self,
        hidden_states: Tensor,
        *args: Any,
        flux: tuple[Tensor, dict[int, Tensor]] | None = None,
        **kwargs: Any,
    ) -> Tensor:
        if flux is not None and self.layer_idx in flux[1]:
            mask_BT, amounts = flux
            amount_BTH = amounts[self.layer_idx]
            hidden_states, _ = inject(self.method, mask_BT, amount_BTH, hidden_states)
        return super().forward(hidden_states, *args, **kwargs)


class FluxEMQwen3Model(Qwen3Model):
    """Qwen3's layers with projectors and gates; `flux.*` holds their weights."""

    _no_split_modules = ("FluxEMDecoderLayer",)

    def __init__(self, config: Qwen3Config) -> None:
        super().__init__(config)
        self.layers = nn.ModuleList(
            FluxEMDecoderLayer(config, layer) for layer in range(config.num_hidden_layers)
        )
        self.flux = Injector(FluxEMConfig.of(config), config.hidden_size)
        self.post_init()

    def forward(
        self,
        input_ids: Tensor | None = None,
        *,
        flux_rows: Tensor | None = None,
        flux_mask: Tensor | None = None,
        **kwargs: Any,
    ) -> BaseModelOutputWithPast:
        flux = None
        if flux_rows is not None and flux_mask is not None:
            flux = flux_mask, self.flux(torch.where(flux_mask.unsqueeze(-1), flux_rows, 0))
        return super().forward(input_ids, flux=flux, **kwargs)

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        _init_flux(module, FluxEMConfig.of(self.config).gain)


class FluxEMQwen3(Qwen3ForCausalLM):
    """Qwen3 that also reads embeddings; saves checkpoints that vLLM serves."""

    _no_split_modules = ("FluxEMDecoderLayer",)

    def __init__(self, config: Qwen3Config) -> None:
        # Past Qwen3ForCausalLM, which would build the stock layers first.
        super(Qwen3ForCausalLM, self).__init__(config)
        self.model = FluxEMQwen3Model(config)
        self.vocab_size = config.vocab_size
        self.loss_type = "ForCausalLM"  # transformers guesses it from the class's name
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def forward(
        self,
        input_ids: Tensor | None = None,
        *,
        flux_rows: Tensor | None = None,
        flux_mask: Tensor | None = None,
        **kwargs: Any,
    ) -> CausalLMOutputWithPast:
        """Run the model; every other argument is that of `Qwen3ForCausalLM.forward`.

        Args:
            flux_rows: (B, T, 256) embeddings; what lies where the mask is False is not read.
            flux_mask: (B, T) bool, the positions that carry an embedding.
        """
        if (flux_rows is None) != (flux_mask is None):
            raise ValueError("`flux_rows` and `flux_mask` must be given together")
        return super().forward(input_ids, flux_rows=flux_rows, flux_mask=flux_mask, **kwargs)

    def prepare_inputs_for_generation(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give the rows to the pass over the prompt only: generated tokens carry none."""
        inputs: dict[str, Any] = super().prepare_inputs_for_generation(*args, **kwargs)
        rows, ids = inputs.get("flux_rows"), inputs.get("input_ids")
        if rows is not None and (ids is None or ids.shape[1] != rows.shape[1]):
            inputs |= {"flux_rows": None, "flux_mask": None}
        return inputs

    def save_pretrained(self, save_directory: str | os.PathLike[str], **kwargs: Any) -> None:
        """Write a checkpoint directory under the architecture's name in vLLM."""
        super().save_pretrained(save_directory, **kwargs)
        self.config.architectures = [ARCHITECTURE]  # transformers writes this class's own name
        if kwargs.get("is_main_process", True):
            self.config.save_pretrained(save_directory)

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        _init_flux(module, FluxEMConfig.of(self.config).gain)


def _init_flux(module: nn.Module, gain: float) -> None:
    if isinstance(module, Projector):
        init.constant_(module.gain, gain)
    elif isinstance(module, Injector) and module.method == "gated":
        init.zeros_(module.gates_LH)
