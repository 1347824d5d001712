"""A Qwen3 small enough to run in milliseconds."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from transformers import Qwen3Config, Qwen3ForCausalLM
from transformers.utils import logging

from fluxem_qwen3.config import FluxEMConfig
from fluxem_qwen3.hf import FluxEMQwen3

HIDDEN, VOCAB, LAYERS = 320, 600, 3


@pytest.fixture(autouse=True)
def _no_progress_bars() -> None:
    logging.disable_progress_bar()


@pytest.fixture
def tiny_config() -> Callable[..., Qwen3Config]:
    def make(**flux: Any) -> Qwen3Config:
        flux = {"first_reference_id": 400, "projector_hidden": 64, **flux}
        return Qwen3Config(
            vocab_size=VOCAB,
            hidden_size=HIDDEN,
            intermediate_size=256,
            num_hidden_layers=LAYERS,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=64,
            initializer_range=0.06,
            max_position_embeddings=512,
            tie_word_embeddings=True,
            fluxem=FluxEMConfig(**flux).to_dict(),
        )

    return make


@pytest.fixture
def tiny(tiny_config: Callable[..., Qwen3Config]) -> Callable[..., FluxEMQwen3]:
    """A twin with random weights and open gates."""

    def make(**flux: Any) -> FluxEMQwen3:
        torch.manual_seed(1)
        model = FluxEMQwen3(tiny_config(**flux)).eval()
        if hasattr(model.model.flux, "gates_LH"):
            torch.nn.init.normal_(model.model.flux.gates_LH)
        return model

    return make


@pytest.fixture
def stock() -> Callable[[FluxEMQwen3], Qwen3ForCausalLM]:
    """Transformers' own Qwen3 with a twin's weights."""

    def make(twin: FluxEMQwen3) -> Qwen3ForCausalLM:
        model = Qwen3ForCausalLM(twin.config).eval()
        weights = {k: v for k, v in twin.state_dict().items() if ".flux." not in k}
        model.load_state_dict(weights)
        return model

    return make


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
