"""What `export --adapter` writes, and what is said of an adapter that does not fit."""

import json
from types import SimpleNamespace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from fluxem_qwen3.adapter import WEIGHTS, adapted, write_adapter
from fluxem_qwen3.checkpoint import init_checkpoint
from fluxem_qwen3.config import ADAPTER_CONFIG, ConfigError, FluxEMConfig
from tests.qwen3.test_checkpoint import WORDS, write_base


@pytest.fixture
def adapter(tmp_path):
    write_base(tmp_path / "base")
    init_checkpoint(tmp_path / "base", tmp_path / "start", layers=(0, 1))
    out = tmp_path / "adapter"
    out.mkdir()
    write_adapter(tmp_path / "start", out)
    return out


def of(adapter, **config):
    shape = {"hidden_size": 320, "num_hidden_layers": 2, "vocab_size": 400, **config}
    return FluxEMConfig.of(SimpleNamespace(**shape, fluxem={"adapter": str(adapter)}))


def test_it_holds_the_projector_and_the_references_alone(adapter):
    names = set(load_file(adapter / WEIGHTS))
    assert "references.model.embed_tokens.weight" in names
    assert all(n.startswith(("model.flux.", "references.")) for n in names)
    flux = of(adapter)
    assert (flux.adapter, flux.layers, flux.first_reference_id) == (str(adapter), (0, 1), WORDS)


def test_the_bases_weights_come_out_with_the_adapters_rows(adapter):
    with safe_open(adapter.parent / "base" / "model.safetensors", "pt") as file:
        base = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    blank = {name: torch.zeros_like(weight) for name, weight in base.items()}
    made = dict(adapted(blank.items(), of(adapter)))
    name = "model.embed_tokens.weight"
    rows = slice(WORDS, WORDS + 128)
    assert torch.equal(made[name][rows], base[name][rows])
    assert made[name][:WORDS].abs().max() == 0
    assert blank[name].abs().max() == 0  # what came in is left alone
    assert {n for n in made if ".flux." in n} == set(made) - set(base)


def test_what_does_not_fit_is_refused(adapter, tmp_path):
    with pytest.raises(ConfigError, match="must be a directory that `fluxem-vllm export"):
        of(tmp_path / "none")
    with pytest.raises(ConfigError, match="is for a base of `hidden_size` 320, got one of 1024"):
        of(adapter, hidden_size=1024)
    (adapter / WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(ConfigError, match="cannot read the adapter's weights"):
        list(adapted([], of(adapter)))
    (adapter / ADAPTER_CONFIG).write_text(json.dumps({"fluxem": 5, "hidden_size": 320}))
    with pytest.raises(ConfigError, match="TypeError"):
        of(adapter)
