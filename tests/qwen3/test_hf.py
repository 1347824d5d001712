import json

import pytest
import torch
from safetensors import safe_open

from fluxem_qwen3.config import ConfigError
from fluxem_qwen3.hf import FluxEMQwen3

METHODS = ["additive", "replace", "gated"]
IDS = torch.arange(26).reshape(2, 13) * 17 % 600
ROWS = torch.linspace(-1, 1, 2 * 13 * 256).sin().reshape(2, 13, 256)
MASK = torch.zeros(2, 13, dtype=torch.bool)
MASK[0, 3] = MASK[0, 12] = MASK[1, 0] = True


@torch.no_grad()
def logits(model, ids=IDS, **arguments):
    return model(ids, **arguments).logits


def test_shut_gates_are_stock_qwen3(tiny, stock):
    twin = tiny(layers=(0, 2))
    torch.nn.init.zeros_(twin.model.flux.gates_LH)
    expected = logits(stock(twin))
    assert torch.equal(logits(twin), expected)
    assert torch.equal(logits(twin, flux_rows=ROWS, flux_mask=MASK), expected)


@pytest.mark.parametrize("layers", [(0,), (2,), (0, 2)])
@pytest.mark.parametrize("method", METHODS)
def test_rows_change_what_follows_them_and_nothing_else(tiny, stock, method, layers):
    twin = tiny(method=method, layers=layers)
    plain, seen = logits(stock(twin)), logits(twin, flux_rows=ROWS, flux_mask=MASK)
    assert torch.equal(logits(twin), plain)
    torch.testing.assert_close(seen[0, :3], plain[0, :3])
    assert (seen[0, 3] - plain[0, 3]).abs().max() > 0.1
    assert (seen[1, 0] - plain[1, 0]).abs().max() > 0.1
    assert not torch.allclose(seen[1, 1:], plain[1, 1:], atol=1e-4)


def test_what_lies_outside_the_mask_is_not_read(tiny):
    twin = tiny()
    poisoned = torch.where(MASK[..., None], ROWS, float("nan"))
    expected = logits(twin, flux_rows=ROWS, flux_mask=MASK)
    assert torch.equal(logits(twin, flux_rows=poisoned, flux_mask=MASK), expected)


def test_rows_need_their_mask(tiny):
    with pytest.raises(ValueError, match="given together"):
        tiny()(IDS, flux_rows=ROWS)


@pytest.mark.parametrize("method", METHODS)
def test_every_weight_learns(tiny, method):
    twin = tiny(method=method, layers=(0, 2)).train()
    twin.gradient_checkpointing_enable()
    twin(IDS, flux_rows=ROWS, flux_mask=MASK, labels=IDS, use_cache=False).loss.backward()
    for name, parameter in twin.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.any(), name


def test_packed_sequences_are_as_if_alone(tiny):
    twin = tiny(layers=(0, 2))
    block = torch.ones(13, 13, dtype=torch.bool).tril()
    packed = logits(
        twin,
        IDS.reshape(1, 26),
        attention_mask=torch.block_diag(block, block).bool()[None, None],
        position_ids=torch.arange(13).repeat(2)[None],
        flux_rows=ROWS.reshape(1, 26, 256),
        flux_mask=MASK.reshape(1, 26),
    )
    alone = logits(twin, flux_rows=ROWS, flux_mask=MASK)
    torch.testing.assert_close(packed.reshape(2, 13, -1), alone, rtol=1e-4, atol=1e-4)


def test_generation_gives_the_rows_to_the_prompt(tiny):
    twin = tiny(method="additive", gain=3.0)
    prompt = {"flux_rows": ROWS[:1], "flux_mask": MASK[:1]}
    out = twin.generate(IDS[:1], **prompt, max_new_tokens=6, do_sample=False)
    ids, rows, mask = IDS[:1], ROWS[:1], MASK[:1]
    for _ in range(6):
        best = logits(twin, ids, flux_rows=rows, flux_mask=mask)[:, -1:].argmax(-1)
        ids = torch.cat([ids, best], dim=1)
        rows = torch.cat([rows, torch.zeros(1, 1, 256)], dim=1)
        mask = torch.cat([mask, torch.zeros(1, 1, dtype=torch.bool)], dim=1)
    assert torch.equal(out, ids)
    assert not torch.equal(out, twin.generate(IDS[:1], max_new_tokens=6, do_sample=False))


@pytest.mark.parametrize("tied", [True, False])
def test_a_checkpoint_survives_saving(tiny_config, tmp_path, tied):
    config = tiny_config(layers=(0, 2), gain=0.25)
    config.tie_word_embeddings = tied
    twin = FluxEMQwen3(config).eval()
    torch.nn.init.normal_(twin.model.flux.gates_LH)
    twin.save_pretrained(tmp_path)
    form = json.loads((tmp_path / "config.json").read_text())
    assert form["architectures"] == ["FluxEMQwen3ForCausalLM"]
    assert form["model_type"] == "qwen3"
    assert form["fluxem"]["layers"] == [0, 2]
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        names = set(file.keys())
    assert {"model.flux.gates_LH", "model.flux.projectors.1.down.weight"} <= names
    assert ("lm_head.weight" in names) != tied
    again = FluxEMQwen3.from_pretrained(tmp_path).eval()
    expected = logits(twin, flux_rows=ROWS, flux_mask=MASK)
    assert torch.equal(logits(again, flux_rows=ROWS, flux_mask=MASK), expected)


def test_a_stock_checkpoint_gets_a_fresh_projector_and_shut_gates(tiny, stock, tmp_path):
    base = stock(tiny())
    base.save_pretrained(tmp_path)
    twin = FluxEMQwen3.from_pretrained(tmp_path)
    assert not twin.model.flux.gates_LH.any()
    assert twin.model.flux.projectors[0].gain == 1
    assert torch.equal(logits(twin, flux_rows=ROWS, flux_mask=MASK), logits(base))


def test_a_config_without_the_block_is_refused(tiny_config):
    config = tiny_config()
    del config.fluxem
    with pytest.raises(ConfigError, match="no `fluxem` block"):
        FluxEMQwen3(config)
