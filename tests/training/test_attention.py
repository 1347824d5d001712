"""Attention over packs: every branch reads as if it stood alone behind its prefix."""

import random
from itertools import islice

import pytest
import torch

from fluxem_vllm.data.generate import Generator
from fluxem_vllm.training.attention import make_blocks
from fluxem_vllm.training.config import InjectionSettings, ModelSettings, TrainingConfig
from fluxem_vllm.training.model import add_dropout, build_model, compile_layers
from fluxem_vllm.training.packing import Packer
from fluxem_vllm.training.train import logits_of, make_batch

SMALL = ModelSettings(
    hidden_size=320, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, head_dim=32, initializer_range=0.1,
)  # fmt: skip


def test_a_packed_branch_gives_the_logits_that_it_gives_alone(tokenizer):
    config = TrainingConfig(model=SMALL, fluxem=InjectionSettings(projector_hidden=32))
    model = build_model(config, tokenizer).eval()
    packs = list(islice(Packer(tokenizer, iter(Generator(5)), 600, random.Random(5)), 2))
    batch = make_batch(packs)
    with torch.no_grad():
        packed = logits_of(model, batch)
        model.set_attn_implementation("sdpa")
        at = 0
        for pack in packs:
            for branch in pack.branches:
                ids = torch.tensor([pack.prefix + branch.token_ids])
                mask = torch.zeros(ids.shape, dtype=torch.bool)
                rows = torch.zeros(*ids.shape, 256)
                for place, row in branch.rows.items():
                    mask[0, len(pack.prefix) + place] = True
                    rows[0, len(pack.prefix) + place] = torch.from_numpy(row.copy())
                alone = model(input_ids=ids, flux_rows=rows, flux_mask=mask).logits[0]
                learnt = [i for i, flag in enumerate(branch.learnt) if flag]
                before = torch.tensor(learnt) + len(pack.prefix) - 1
                theirs = packed[at : at + len(learnt)]
                torch.testing.assert_close(theirs, alone[before], rtol=2e-4, atol=2e-4)
                at += len(learnt)
    assert at == len(packed)


def test_dropout_forgets_a_share_in_training_alone(tokenizer):
    config = TrainingConfig(model=SMALL, fluxem=InjectionSettings(projector_hidden=32))
    model = build_model(config, tokenizer).eval()
    packs = Packer(tokenizer, iter(Generator(5)), 600, random.Random(5))
    batch = make_batch([next(iter(packs))])
    before = logits_of(model, batch)
    add_dropout(model, 0.25)
    torch.testing.assert_close(logits_of(model, batch), before, rtol=0, atol=0)
    model.train()
    assert not torch.allclose(logits_of(model, batch), before)
    for layer in model.model.layers:
        for module in (layer.self_attn.o_proj, layer.mlp.down_proj):
            forgotten = module(torch.randn(128, module.in_features)) == 0
            assert 0.23 < forgotten.float().mean() < 0.27


@pytest.mark.filterwarnings("ignore:The .grad attribute:UserWarning")  # torch's own, in compiling
def test_compiled_layers_compute_what_they_did(tokenizer):
    config = TrainingConfig(model=SMALL, fluxem=InjectionSettings(projector_hidden=32))
    model = build_model(config, tokenizer)
    batches = [
        make_batch([pack])
        for pack in islice(Packer(tokenizer, iter(Generator(5)), 600, random.Random(5)), 2)
    ]
    before = [logits_of(model, batch).detach() for batch in batches]
    compile_layers(model)
    for batch, logits in zip(batches, before, strict=True):
        torch.testing.assert_close(logits_of(model, batch), logits, rtol=1e-4, atol=1e-4)
    assert all(layer._compiled_call_impl for layer in model.model.layers)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_token_is_in_one_block_and_sees_its_prefix_and_itself(count):
    stretches = [(0, 4, 0, 0), (4, 9, 0, 4), (9, 11, 0, 4), (11, 13, 11, 11), (13, 20, 11, 13)]
    made = make_blocks(stretches, count)
    queries = torch.cat(
        [block.query_NL.flatten()[real] for block, real in zip(made.blocks, made.real, strict=True)]
    )
    assert queries[made.order_S].tolist() == list(range(20))
    for block, real in zip(made.blocks, made.real, strict=True):
        for q, keys, seen, is_token in zip(
            block.query_NL.flatten(), block.key_NK.repeat_interleave(block.query_NL.shape[1], 0),
            block.seen_NLK.flatten(0, 1), real, strict=True,
        ):  # fmt: skip
            if is_token:
                start, _, first, last = next(s for s in stretches if s[0] <= q < s[1])
                assert sorted(keys[seen].tolist()) == [
                    *range(first, last),
                    *range(start, int(q) + 1),
                ]
