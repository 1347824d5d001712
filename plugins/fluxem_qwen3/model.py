"""Qwen3 for vLLM that finds rows in `prompt_embeds`, projects them and injects them.

Axes: T tokens of a batch, H hidden size.
"""

from collections.abc import Iterable
from itertools import islice

import torch
from torch import Tensor
from vllm.compilation.decorators import support_torch_compile
from vllm.config import VllmConfig
from vllm.distributed import get_pp_group
from vllm.distributed.utils import get_pp_indices
from vllm.model_executor.layers.logits_processor import LogitsProcessor
from vllm.model_executor.layers.vocab_parallel_embedding import ParallelLMHead
from vllm.model_executor.models.qwen3 import Qwen3ForCausalLM, Qwen3Model
from vllm.model_executor.models.utils import PPMissingLayer, maybe_prefix
from vllm.platforms import current_platform
from vllm.sequence import IntermediateTensors

from fluxem_qwen3.adapter import adapted
from fluxem_qwen3.config import ConfigError, FluxEMConfig
from fluxem_qwen3.injection import Injector, inject
from fluxem_qwen3.rows import unpack
from fluxem_qwen3.seeds import mend_seeds


@support_torch_compile(
    dynamic_arg_dims={
        "input_ids": 0,
        "positions": -1,
        "intermediate_tensors": 0,
        "inputs_embeds": 0,
    }
)
class FluxEMQwen3Model(Qwen3Model):
    """Qwen3's layers with projectors and gates; `flux.*` holds their weights."""

    def __init__(self, *, vllm_config: VllmConfig, prefix: str = "") -> None:
        super().__init__(vllm_config=vllm_config, prefix=prefix)
        config = FluxEMConfig.of(self.config)
        _check_first_stage(config, self.config.num_hidden_layers)
        self.method = config.method
        if get_pp_group().is_first_rank:
            self.flux = Injector(config, self.config.hidden_size)
        else:
            self.flux = PPMissingLayer()

    def forward(
        self,
        input_ids: Tensor | None,
        positions: Tensor,
        intermediate_tensors: IntermediateTensors | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Tensor | IntermediateTensors | tuple[Tensor, list[Tensor]]:
        """As Qwen2Model.forward, with injection before the layers that the checkpoint names."""
        amounts: dict[int, Tensor] = {}
        aux_hidden_states: list[Tensor] = []
        if get_pp_group().is_first_rank:
            if inputs_embeds is None:
                hidden_states = self.embed_input_ids(input_ids)
            else:
                mask_T, token_ids_T, row_TE = unpack(inputs_embeds, self.vocab_size)
                embedded_TH = self.embed_input_ids(token_ids_T)
                hidden_states = torch.where(mask_T.unsqueeze(-1), embedded_TH, inputs_embeds)
                amounts = self.flux(row_TE)
            residual = None
            self._maybe_add_hidden_state(aux_hidden_states, 0, hidden_states, residual)
        else:
            assert intermediate_tensors is not None  # vLLM's own rule
            hidden_states = intermediate_tensors["hidden_states"]
            residual = intermediate_tensors["residual"]
        remote_aux = self.collect_remote_aux_hidden_states(intermediate_tensors)

        for index, layer in enumerate(
            islice(self.layers, self.start_layer, self.end_layer), start=self.start_layer
        ):
            if index in amounts:
                hidden_states, residual = inject(
                    self.method, mask_T, amounts[index], hidden_states, residual
                )
            hidden_states, residual = layer(positions, hidden_states, residual)
            self._maybe_add_hidden_state(aux_hidden_states, index + 1, hidden_states, residual)

        if not get_pp_group().is_last_rank:
            local_aux = self.pack_local_aux_hidden_states(aux_hidden_states)
            return IntermediateTensors(
                {"hidden_states": hidden_states, "residual": residual, **local_aux}
            )
        hidden_states, _ = self.norm(hidden_states, residual)
        aux_hidden_states = remote_aux + aux_hidden_states
        return (hidden_states, aux_hidden_states) if aux_hidden_states else hidden_states


class FluxEMQwen3ForCausalLM(Qwen3ForCausalLM):
    """The architecture that config.json of a FluxEM checkpoint names."""

    # vLLM's LoRA wrapper of the embedding crashes on prompts that mix tokens and rows, since it is
    # then called for the tokens only; so LoRA leaves the embedding and the head alone.
    embedding_modules: dict[str, str] = {}  # noqa: RUF012 as vLLM declares it

    def __init__(self, *, vllm_config: VllmConfig, prefix: str = "") -> None:
        # Past Qwen3ForCausalLM, which would build the stock layers first.
        super(Qwen3ForCausalLM, self).__init__()
        if current_platform.is_cpu():
            mend_seeds()
        config = vllm_config.model_config.hf_config
        self.config = config
        self.vllm_config = vllm_config
        self.quant_config = vllm_config.quant_config
        self.model = FluxEMQwen3Model(vllm_config=vllm_config, prefix=maybe_prefix(prefix, "model"))
        if get_pp_group().is_last_rank:
            self.lm_head = ParallelLMHead(
                config.vocab_size,
                config.hidden_size,
                quant_config=self.quant_config,
                prefix=maybe_prefix(prefix, "lm_head"),
            )
            if config.tie_word_embeddings:
                self.lm_head = self.lm_head.tie_weights(self.model.embed_tokens)
        else:
            self.lm_head = PPMissingLayer()
        self.logits_processor = LogitsProcessor(config.vocab_size)
        self.make_empty_intermediate_tensors = self.model.make_empty_intermediate_tensors

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> set[str]:
        """As Qwen3ForCausalLM's; what the base lacks comes from the adapter, where there is one."""
        flux = FluxEMConfig.of(self.config)
        loaded: set[str] = super().load_weights(adapted(weights, flux) if flux.adapter else weights)
        return loaded


def _check_first_stage(config: FluxEMConfig, num_layers: int) -> None:
    """Rows reach the first pipeline stage only, so every injected layer must lie there."""
    stages = get_pp_group().world_size
    _, end = get_pp_indices(num_layers, 0, stages)
    if config.layers[-1] >= end:
        raise ConfigError(
            f"`fluxem.layers` must lie in the first pipeline stage, layers below {end} of "
            f"{num_layers} with {stages} stages, got {list(config.layers)}; use fewer stages"
        )
