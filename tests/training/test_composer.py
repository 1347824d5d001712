"""Composers learn; a checkpoint trained with one reads what the server will show it."""

import json
import random
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from transformers.utils import logging

from fluxem_encoders.registry import decode, encode
from fluxem_qwen3.composer import (
    KINDS,
    ComposerConfig,
    ComposerError,
    build_composer,
    compose,
    composer_of,
    load_composer,
    save_composer,
)
from fluxem_qwen3.config import FluxEMConfig
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_qwen3.operations import OPERATIONS
from fluxem_qwen3.prompt import render
from fluxem_vllm.chain.composition import COMPOSED
from fluxem_vllm.cli import main
from fluxem_vllm.training.composer import ComposerSettings, draw, fit, result_of
from fluxem_vllm.training.config import ConfigError
from fluxem_vllm.training.export import export
from fluxem_vllm.training.packing import branch_of, messages_of, opening_of
from fluxem_vllm.training.train import train
from tests.training.test_train import CONFIG, with_steps

SMALL = ComposerConfig("operation_aware", hidden=16)


pytestmark = pytest.mark.usefixtures("one_thread")
logging.disable_progress_bar()


def settings(kind, updates):
    return ComposerSettings(
        ComposerConfig(kind, hidden=32, layers=1), updates, sequences=16, longest=2, warmup=5
    )


@pytest.mark.parametrize("kind", KINDS)
def test_learning_lowers_the_loss(kind):
    _, losses = fit(settings(kind, 40), quiet=True)
    assert np.mean(losses[-5:]) < 0.75 * np.mean(losses[:3])


def test_the_seed_decides_the_run():
    (one, losses), (same, again) = (fit(settings("gated", 3), quiet=True) for _ in range(2))
    assert losses == again
    assert torch.equal(one.up.weight, same.up.weight)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_drawn_sequences_come_to_their_targets(operation):
    drawn = draw(random.Random(1), [(operation, 3), (operation, 1)])
    assert drawn.mask_BN.tolist() == [[True] * 4, [True, True, False, False]]
    composed_BE = build_composer(SMALL)(*drawn[:3])
    for i, (result, target_E) in enumerate(zip(drawn.results, drawn.targets_BE, strict=True)):
        numbers = [decode(e) for e in drawn.values_BNE[i][drawn.mask_BN[i]].numpy()]
        assert result_of(operation, numbers) == result
        assert decode(target_E.numpy()) == result
    if operation != "compare":
        assert torch.equal(composed_BE, drawn.targets_BE)


@pytest.mark.parametrize("field", ["updates", "sequences", "longest", "warmup", "learning_rate"])
def test_a_wrong_setting_is_named(field):
    with pytest.raises(ConfigError, match=f"`{field}` must be"):
        ComposerSettings(**{field: -1})


def test_the_command_writes_a_composer(tmp_path, capsys):
    command = ["train-composer", "--out", str(tmp_path), "--updates", "2", "--kind", "gated"]
    assert main(command) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["updates"] == 2
    assert load_composer(tmp_path).config.kind == "gated"
    record = json.loads((tmp_path / "composer.json").read_text())["record"]
    assert record["command"] == "fluxem-vllm train-composer"
    assert record["loss"] == scores["loss"]


def test_every_pass_reads_what_a_server_with_a_composer_will_send(tokenizer, samples):
    made = partial(compose, build_composer(SMALL))
    several = 0
    for sample in samples[:60]:
        messages, rows = messages_of(sample, made)
        branch = branch_of(tokenizer, sample, compose=made)
        results = [k for k in rows if k >= sample.turn.first_slot + len(sample.turn.spans)]
        assert (COMPOSED in rows) == bool(results)
        if COMPOSED not in rows:
            continue
        several += len(results) > 2
        prompt = render(tokenizer, messages[:-1])
        at = max(prompt.rows)
        assert prompt.rows[at] == COMPOSED
        assert prompt.token_ids == branch.token_ids[: len(prompt.token_ids)]
        assert np.array_equal(branch.rows[at], rows[COMPOSED])
        assert not any(branch.learnt[at : at + len(opening_of(tokenizer))])
    assert several > 3


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("composed")
    save_composer(build_composer(SMALL), folder / "composer", {})
    flux = replace(CONFIG.fluxem, composer=str(folder / "composer"))
    train(replace(with_steps(2), fluxem=flux), folder / "run")
    return folder / "run"


def test_a_checkpoint_carries_its_composer(trained, tmp_path):
    export(trained, tmp_path)
    for folder in (trained, tmp_path):
        block = json.loads((folder / "config.json").read_text())["fluxem"]
        kind = FluxEMConfig.from_dict(block).composer
        assert composer_of(folder, kind).config == SMALL


def test_the_model_reads_the_row(trained):
    model = FluxEMQwen3.from_pretrained(trained).float().eval()
    ids = torch.tensor([[5, model.config.fluxem["first_reference_id"] + COMPOSED, 6]])
    mask = torch.tensor([[False, True, False]])
    with torch.inference_mode():
        one, other = (
            model(ids, flux_rows=rows, flux_mask=mask).logits[0, -1]
            for rows in (torch.from_numpy(encode(v)).expand(1, 3, -1) for v in (5, -70))
        )
    assert not torch.allclose(one, other)


def test_a_checkpoint_may_go_on_without_its_composer(trained, tmp_path):
    train(with_steps(0), tmp_path, init=trained)
    assert json.loads((tmp_path / "config.json").read_text())["fluxem"]["composer"] is None
    assert not (tmp_path / "composer").exists()


def test_a_composer_that_is_not_there_is_said_before_the_work(tmp_path):
    flux = replace(CONFIG.fluxem, composer=str(tmp_path / "none"))
    with pytest.raises(ComposerError, match="cannot read a composer from"):
        train(replace(CONFIG, fluxem=flux), tmp_path / "out")
    assert not (tmp_path / "out").exists()
