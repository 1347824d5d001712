"""A run of seconds: the loss falls, the checkpoint loads, an interrupted run goes on."""

import json
import shutil
from dataclasses import replace

import pytest
import torch
from transformers import AutoTokenizer
from transformers.utils import logging

from fluxem_qwen3.config import ARCHITECTURE
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_qwen3.prompt import Message, Ref, render
from fluxem_vllm.training.config import (
    ConfigError,
    InjectionSettings,
    LossSettings,
    RunSettings,
    TrainingConfig,
)
from fluxem_vllm.training.train import average_gradients, schedule, train
from tests.training.test_attention import SMALL

CONFIG = TrainingConfig(
    vocabulary=900,
    tokenizer_samples=300,
    model=replace(SMALL, num_hidden_layers=1, initializer_range=0.02),
    fluxem=InjectionSettings(projector_hidden=32),
    training=RunSettings(pack_length=640, packs_per_step=2, minutes=10.0, evaluate_every=20,
                         warmup_steps=5, max_steps=40),
)  # fmt: skip


pytestmark = pytest.mark.usefixtures("one_thread")
logging.disable_progress_bar()


def with_steps(steps):
    return replace(CONFIG, training=replace(CONFIG.training, max_steps=steps))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return folder, train(CONFIG, folder)


def test_the_loss_falls(run, tmp_path):
    _, after = run
    before = train(with_steps(0), tmp_path)
    assert after["loss"] < 0.7 * before["loss"]
    assert set(after) == {"plan", "whole", "loss", "n", "tokens", "steps"}
    assert after["n"] > 20


def test_two_processes_train_one_model(tmp_path):
    (tmp_path / "meeting").write_text("left by a run that was killed")
    steps = replace(CONFIG.training, processes=2, max_steps=4, evaluate_every=4)
    losses = LossSettings(tool_selection=0.2, chain_completion=0.2)  # whose heads are averaged too
    scores = train(replace(CONFIG, training=steps, losses=losses), tmp_path)
    assert scores["steps"] == 4
    assert scores["tokens"] > 4 * 2 * 640
    assert {"tool_selection", "chain_completion"} < set(scores)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    assert state["step"] == 4
    assert not (tmp_path / "meeting").exists()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_gradients_are_averaged_over_processes(count, tmp_path):
    torch.multiprocessing.spawn(_average, (count, tmp_path), nprocs=count)
    mean = sum(range(1, count + 1)) / count
    for rank in range(count):
        weight, unused = torch.load(tmp_path / f"{rank}.pt", weights_only=True)
        assert weight.tolist() == [mean] * 3
        assert unused.tolist() == [0.0]


def _average(rank, count, folder):
    torch.distributed.init_process_group(
        "gloo", init_method=(folder / "meeting").as_uri(), rank=rank, world_size=count
    )
    model = torch.nn.ParameterList([torch.zeros(3), torch.zeros(1)])
    model[0].grad = torch.full((3,), float(rank + 1))
    average_gradients(model, count)
    torch.save([p.grad for p in model], folder / f"{rank}.pt")
    torch.distributed.destroy_process_group()


def test_the_checkpoint_says_how_it_was_made(run):
    folder, scores = run
    record = json.loads((folder / "training.json").read_text())
    assert record["config"]["training"]["max_steps"] == 40
    assert record["scores_on_heldout_phrasings"]["steps"] == 40
    assert record["scores_on_heldout_phrasings"]["loss"] == scores["loss"]
    assert json.loads((folder / "config.json").read_text())["architectures"] == [ARCHITECTURE]
    assert json.loads((folder / "generation_config.json").read_text())["temperature"] == 0


def test_training_goes_on_from_a_checkpoint(run, tmp_path):
    folder, scores = shutil.copytree(run[0], tmp_path / "before"), run[1]
    block = json.loads((folder / "config.json").read_text())
    del block["fluxem"]["domains"]  # as if it had been made before that field was
    (folder / "config.json").write_text(json.dumps(block))
    again = train(with_steps(0), tmp_path / "after", init=folder)
    assert again["loss"] == pytest.approx(scores["loss"], rel=0.02)  # bfloat16 rounds the weights
    other = replace(CONFIG, model=replace(CONFIG.model, num_hidden_layers=2))
    with pytest.raises(ConfigError, match=r"`num_hidden_layers` of the checkpoint .* is 1, but"):
        train(other, tmp_path / "other", init=folder)


def test_a_larger_vocabulary_keeps_what_was_learnt(run, tmp_path):
    folder, _ = run
    larger = replace(with_steps(0), vocabulary=1100)
    scratch = train(larger, tmp_path / "scratch")
    grown = train(larger, tmp_path / "grown", init=folder)
    assert grown["loss"] < 0.85 * scratch["loss"]
    assert len(AutoTokenizer.from_pretrained(tmp_path / "grown")) == 1100


def test_further_domains_can_be_added(run, tmp_path):
    folder, _ = run
    more = replace(CONFIG.fluxem, domains=("linear_algebra", "sets"))
    train(replace(with_steps(2), fluxem=more), tmp_path, init=folder)
    block = json.loads((tmp_path / "config.json").read_text())["fluxem"]
    assert block["domains"] == ["linear_algebra", "sets"]


def test_the_checkpoint_loads_and_writes(run):
    folder, _ = run
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = FluxEMQwen3.from_pretrained(folder).eval()
    assert model.dtype == torch.bfloat16
    prompt = render(tokenizer, [Message("user", ("What is ", Ref(0), "?"))])
    written = model.generate(
        torch.tensor([prompt.token_ids]), max_new_tokens=4, min_new_tokens=4, do_sample=False
    )
    assert written.shape[1] == len(prompt.token_ids) + 4
    assert tokenizer.decode(prompt.token_ids).startswith("<|im_start|>user\nWhat is <|flux_0|>?")


def test_an_interrupted_run_goes_on(run):
    folder, _ = run
    train(with_steps(45), folder, resume=True)
    record = json.loads((folder / "training.json").read_text())
    assert record["scores_on_heldout_phrasings"]["steps"] == 45


def test_a_resumed_run_keeps_to_its_schedule(tmp_path):
    settings = replace(CONFIG.training, evaluate_every=3, warmup_steps=100, max_steps=3)
    train(replace(CONFIG, training=settings), tmp_path)
    train(replace(CONFIG, training=replace(settings, max_steps=6)), tmp_path, resume=True)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    rates = [optimizer["param_groups"][0]["lr"] for optimizer in state["optimizers"]]
    peaks = [settings.muon_learning_rate, settings.learning_rate]
    assert rates == pytest.approx([0.06 * peak for peak in peaks], rel=0.05)


def test_the_schedule_warms_up_and_comes_down():
    factors = [schedule(step, step / 100, 10) for step in range(101)]
    assert factors[0] == pytest.approx(0.1, abs=0.01)
    assert max(factors) == pytest.approx(1, abs=0.05)
    assert factors[100] == pytest.approx(0.02)
    assert factors[10:] == sorted(factors[10:], reverse=True)
