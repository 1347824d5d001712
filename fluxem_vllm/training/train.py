"""Training of a checkpoint, from scratch or on, on samples that are drawn while it runs."""

import ctypes
import json
import math
import os
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils._pytree import tree_map_only

from fluxem_qwen3.config import COMPOSER_FOLDER, LORA_FOLDER
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_vllm.data.generate import DATA_VERSION, Generator
from fluxem_vllm.pool.sandbox_worker import die_with
from fluxem_vllm.shapes import NONE
from fluxem_vllm.training.attention import Blocks, make_blocks
from fluxem_vllm.training.config import ConfigError, TrainingConfig
from fluxem_vllm.training.export import write_generation_config
from fluxem_vllm.training.journal import Journal
from fluxem_vllm.training.lora import add_lora, start_of, unwrapped
from fluxem_vllm.training.losses import (
    HeadTargets,
    add_heads,
    check_heads,
    core_of,
    head_targets,
    heads_of,
    without_heads,
)
from fluxem_vllm.training.model import (
    add_dropout,
    build_model,
    check_shape,
    check_trainable,
    compile_layers,
    compose_in,
    composer_in,
    transplant,
)
from fluxem_vllm.training.muon import Muon
from fluxem_vllm.training.packing import IGNORED, Pack, Packer, flatten, messages_of
from fluxem_vllm.training.precision import precision
from fluxem_vllm.training.tokenizer import build_tokenizer

STATE = "state.pt"
RECORD = "training.json"
MEETING = "meeting"  # file through which processes find each other
# Steps of all lengths leave gaps between what they free; without this, memory grows by GBs an hour.
TRIM_EVERY = 20


class Batch(NamedTuple):
    """S tokens in one row, of which M are to be written; see `Flat` and `Blocks`.

    `heads` is None where no loss beside language modelling is asked for.
    """

    token_ids_S: Tensor
    position_S: Tensor
    flux_mask_S: Tensor
    flux_rows_SE: Tensor
    before_M: Tensor
    targets_M: Tensor
    branch_M: Tensor
    plan_M: Tensor
    blocks: Blocks
    heads: HeadTargets | None


def make_tokenizer(config: TrainingConfig) -> Any:
    """A tokenizer learnt from the conversations that this run will see."""
    from fluxem_toolbox import tools_of

    def texts() -> Iterator[str]:
        generator = iter(Generator(config.seed, domains=config.fluxem.domains))
        tools = tools_of(config.fluxem.domains)
        yield from (tool.line() + "\n" for tool in tools.values() for _ in range(200))
        yield from (name for name in (*tools, NONE) for _ in range(200))
        for _ in range(config.tokenizer_samples):
            sample = next(generator)
            for message in messages_of(sample)[0]:
                yield "".join(
                    p if isinstance(p, str) else getattr(p, "text", "") for p in message.parts
                )

    return build_tokenizer(texts(), config.vocabulary)


class Batches(torch.utils.data.IterableDataset):  # type: ignore[misc]  # torch is untyped here
    """Collated batches from the generator, for a DataLoader worker."""

    def __init__(self, config: TrainingConfig, tokenizer: Any, skip: int = 0) -> None:
        self.config, self.tokenizer, self.skip = config, tokenizer, skip

    def __iter__(self) -> Iterator[Batch]:
        run = self.config.training
        seed = self.config.seed + 1000 * self.skip  # a resumed run goes on with fresh samples
        domains = self.config.fluxem.domains
        samples = iter(Generator(seed, domains=domains, invented=run.invented))
        packs = iter(
            Packer(self.tokenizer, samples, run.pack_length, random.Random(seed),
                   domains=domains, training=True, compose=compose_in(self.config))
        )  # fmt: skip
        while True:
            some = [next(packs) for _ in range(run.packs_per_step)]
            yield make_batch(some, heads_in(self.config, self.tokenizer, some))


def heads_in(config: TrainingConfig, tokenizer: Any, packs: Sequence[Pack]) -> HeadTargets | None:
    """The targets of the losses that the configuration asks for."""
    return head_targets(tokenizer, packs) if config.losses.active else None


def make_batch(packs: Sequence[Pack], heads: HeadTargets | None = None) -> Batch:
    """Tensors of some packs; `targets_M` are the tokens to be written after `before_M`."""
    flat = flatten(packs)
    learnt = np.flatnonzero(flat.labels_S != IGNORED)
    return Batch(
        token_ids_S=torch.from_numpy(flat.token_ids_S),
        position_S=torch.from_numpy(flat.position_S),
        flux_mask_S=torch.from_numpy(flat.flux_mask_S),
        flux_rows_SE=torch.from_numpy(flat.flux_rows_SE),
        before_M=torch.from_numpy(learnt - 1),
        targets_M=torch.from_numpy(flat.labels_S[learnt]),
        branch_M=torch.from_numpy(flat.branch_S[learnt]),
        plan_M=torch.from_numpy(flat.plan_S[learnt]),
        blocks=make_blocks(flat.stretches, count=4),
        heads=heads,
    )


def states_of(model: Any, batch: Batch) -> Tensor:
    """The last hidden states (S, hidden size), after the final norm."""
    out = core_of(model).model(
        input_ids=batch.token_ids_S[None],
        position_ids=batch.position_S[None],
        attention_mask={"full_attention": None},  # the blocks say who sees whom
        flux_rows=batch.flux_rows_SE[None],
        flux_mask=batch.flux_mask_S[None],
        flux_blocks=batch.blocks,
        use_cache=False,
    )
    hidden_SH: Tensor = out.last_hidden_state[0]
    return hidden_SH


def logits_of(model: Any, batch: Batch) -> Tensor:
    """Logits (M, vocabulary) at the places before the targets."""
    return _logits(model, states_of(model, batch), batch)


def _logits(model: Any, hidden_SH: Tensor, batch: Batch) -> Tensor:
    logits: Tensor = core_of(model).lm_head(hidden_SH[batch.before_M])
    return logits


def to_device(batch: Batch, device: torch.device) -> Batch:
    """The batch with all its tensors there."""
    moved: Batch = tree_map_only(Tensor, lambda tensor: tensor.to(device), batch)
    return moved


def losses_of(model: Any, batch: Batch) -> tuple[dict[str, Tensor], Tensor]:
    """The losses by name, and the logits (M, vocabulary) at the places before the targets.

    `loss` is the mean cross entropy over the learnt tokens; the others are those of the heads.
    """
    hidden_SH = states_of(model, batch)
    logits = _logits(model, hidden_SH, batch)
    losses = {"loss": torch.nn.functional.cross_entropy(logits.float(), batch.targets_M)}
    if (heads := heads_of(model)) and batch.heads:
        losses |= heads(hidden_SH, batch.flux_rows_SE, batch.heads)
    return losses, logits


def total_of(model: Any, losses: dict[str, Tensor]) -> Tensor:
    """The weighted sum of all losses, which is what training brings down."""
    heads = heads_of(model)
    return losses["loss"] + heads.weighted(losses) if heads else losses["loss"]


@torch.no_grad()  # type: ignore[untyped-decorator]
def evaluate(model: Any, batches: Sequence[Batch]) -> dict[str, float]:
    """Shares of branches whose plan, and whose every learnt token, greedy decoding would write.

    Greedy decoding writes the target exactly when every target token is the most likely one after
    the target tokens before it, so one forward pass decides it. Beside them, the mean of each loss.
    """
    plans = wholes = total = 0
    losses: dict[str, list[float]] = {}
    model.eval()
    for batch in batches:
        kind = batch.targets_M.device.type
        with precision(kind), torch.compiler.set_stance("force_eager"):
            here, logits = losses_of(model, batch)
        for name, loss in here.items():
            losses.setdefault(name, []).append(loss.item())
        wrong = logits.argmax(-1) != batch.targets_M
        count = int(batch.branch_M.max()) + 1
        total += count
        wholes += count - len(batch.branch_M[wrong].unique())
        plans += count - len(batch.branch_M[wrong & batch.plan_M].unique())
    model.train()
    return {
        "plan": plans / total,
        "whole": wholes / total,
        **{name: float(np.mean(values)) for name, values in losses.items()},
        "n": total,
    }


def optimizers(
    model: Any, config: TrainingConfig, rank: int = 0, count: int = 1
) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for the rest, and for all that LoRA adds."""
    run = config.training
    matrices: list[Any] = []
    rest: list[Any] = []
    for name, parameter in model.named_parameters():
        inside = ".layers." in name and parameter.ndim == 2 and not config.lora.rank
        if parameter.requires_grad:
            (matrices if inside else rest).append(parameter)
    adam = torch.optim.AdamW(rest, lr=run.learning_rate, betas=(0.9, 0.98), weight_decay=0.0)
    if not matrices:
        return [adam]
    muon = Muon(matrices, lr=run.muon_learning_rate, weight_decay=run.weight_decay,
                rank=rank, count=count)  # fmt: skip
    return [muon, adam]


def schedule(step: int, progress: float, warmup_steps: int) -> float:
    """Factor on the learning rates: linear warm-up, then a cosine down to 2 % of the peak."""
    warm = min(1.0, (step + 1) / warmup_steps)
    return warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))


class Clock:
    """The run's progress by wall time, going on where an interrupted run stopped."""

    def __init__(self, minutes: float, spent_s: float) -> None:
        self.total_s, self.spent_s, self.start = minutes * 60, spent_s, time.monotonic()

    def elapsed_s(self) -> float:
        return self.spent_s + time.monotonic() - self.start

    def progress(self) -> float:
        return self.elapsed_s() / self.total_s


def train(
    config: TrainingConfig, out: Path, *, init: Path | None = None, resume: bool = False
) -> dict[str, float]:
    """Train and write the checkpoint to `out`; return the last evaluation.

    The state is saved at every evaluation, so `resume` goes on after an interruption.

    Args:
        init: a checkpoint of the same shape whose weights and tokenizer are the start; without,
            training starts from scratch. With a larger `vocabulary` than the checkpoint's, a new
            tokenizer is learnt, and the embeddings are taken over; see `transplant`.

    Raises:
        ConfigError: when `init` has another shape than the configuration says, or is missing
            where the configuration asks for LoRA; when there are GPUs, but too few; when a run is
            resumed with other losses than it had.
        ComposerError: when the configuration names a composer that cannot be read.
    """
    from transformers import AutoTokenizer

    composer_in(config)  # refuses before the work, not after
    if init:
        check_trainable(init)
    if config.lora.rank and not init:
        raise ConfigError("`lora.rank` above 0 needs a checkpoint to start from: give --init")
    count = config.training.processes
    gpus = torch.cuda.device_count()
    if 0 < gpus < count:
        raise ConfigError(
            f"`training.processes` must be at most {gpus}, one for each GPU, got {count}"
        )
    if resume := resume and (out / STATE).exists():
        check_heads(config.losses, out / STATE)
    source = out if resume else init
    tokenizer = AutoTokenizer.from_pretrained(source) if source else make_tokenizer(config)
    if init and not config.lora.rank:
        if not resume and len(tokenizer) < config.vocabulary:
            tokenizer = make_tokenizer(config)
        check_shape(config, tokenizer, init)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(out)
    if count == 1:
        _train(0, 1, config, out, init, resume)
    else:
        (out / MEETING).unlink(missing_ok=True)  # that of a run that was killed leads nowhere
        torch.multiprocessing.spawn(
            _join_and_train, (count, config, out, init, resume), nprocs=count
        )
    record = json.loads((out / RECORD).read_text(encoding="utf-8"))
    scores: dict[str, float] = record["scores_on_heldout_phrasings"]
    return scores


def _join_and_train(
    rank: int, count: int, config: TrainingConfig, out: Path, init: Path | None, resume: bool
) -> None:
    """One of `count` processes that train the same model on different samples."""
    die_with(os.getppid())
    meeting = out / MEETING
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    torch.distributed.init_process_group(
        backend, init_method=meeting.absolute().as_uri(), rank=rank, world_size=count
    )
    try:
        _train(rank, count, config, out, init, resume)
    finally:
        torch.distributed.destroy_process_group()
        meeting.unlink(missing_ok=True)


def _train(
    rank: int, count: int, config: TrainingConfig, out: Path, init: Path | None, resume: bool
) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(out)
    device = torch.device("cuda", rank) if torch.cuda.is_available() else torch.device("cpu")
    if config.lora.rank and init:
        composer = composer_in(config)
        kind = composer.config.kind if composer else None
        start = start_of(init, config.fluxem.domains, kind)
        model = add_lora(start, config.lora, config.seed)
    else:
        model = build_model(config, tokenizer)
        if init and not resume:
            start = FluxEMQwen3.from_pretrained(init, dtype=torch.float32)
            transplant(start, AutoTokenizer.from_pretrained(init), model, tokenizer)
    add_heads(model, config.losses, config.seed)
    model.to(device)
    opts = optimizers(model, config, rank, count)
    peaks = [opt.param_groups[0]["lr"] for opt in opts]  # before a resumed state lowers them
    step, spent_s, tokens = 0, 0.0, 0
    if resume:
        state = torch.load(out / STATE, weights_only=True, map_location=device)
        model.load_state_dict(state["model"], strict=False)  # LoRA's base is not in it
        for opt, saved in zip(opts, state["optimizers"], strict=True):
            opt.load_state_dict(saved)
        step, spent_s, tokens = state["step"], state["spent_s"], state["tokens"]
    run = config.training
    if run.threads:
        torch.set_num_threads(run.threads)
    if run.dropout:
        add_dropout(model, run.dropout)
    if run.compile:
        compile_layers(model)
    held_out = evaluation_batches(config, tokenizer) if rank == 0 else []
    held_out = [to_device(batch, device) for batch in held_out]
    loader = iter(torch.utils.data.DataLoader(
        Batches(config, tokenizer, skip=count * step + rank),
        batch_size=None, num_workers=1, prefetch_factor=8,
        timeout=900,  # its process is a fork, which hangs where this one ran another engine before
    ))  # fmt: skip
    clock = Clock(run.minutes, spent_s)
    journal = Journal(out, model, device, count, silent=rank > 0)
    model.train()
    while (progress := _agreed(clock.progress(), count)) < 1 and step < run.max_steps:
        batch = to_device(next(loader), device)
        factor = schedule(step, progress, run.warmup_steps)
        for opt, peak in zip(opts, peaks, strict=True):
            opt.param_groups[0]["lr"] = peak * factor
        with precision(device.type):
            losses, _ = losses_of(model, batch)
        total_of(model, losses).backward()
        if count > 1:
            average_gradients(model, count)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            opt.step()
            opt.zero_grad(set_to_none=True)
        step += 1
        if step % TRIM_EVERY == 0:
            ctypes.CDLL(None).malloc_trim(0)
        tokens += len(batch.token_ids_S) * count
        means = {name: loss.item() for name, loss in losses.items()}
        journal.step(step, progress, means, tokens / clock.elapsed_s())
        if rank == 0 and step % run.evaluate_every == 0:
            scores = evaluate(model, held_out)
            journal.scores(step, {"tokens": tokens, **scores})
            save_state(out / STATE, model, opts, step, clock.elapsed_s(), tokens)
            if not config.lora.rank:  # whose checkpoint may be large: written once, at the end
                save_checkpoint(
                    model, tokenizer, config, out, {**scores, "tokens": tokens, "steps": step}
                )
    if rank == 0:
        scores = evaluate(model, held_out)
        journal.scores(step, scores)
        save_checkpoint(model, tokenizer, config, out, {**scores, "tokens": tokens, "steps": step})
    journal.close()


def _agreed(progress: float, count: int) -> float:
    """The first process's progress, so that all stop after the same step."""
    if count == 1:
        return progress
    here = "cuda" if torch.cuda.is_available() else "cpu"
    shared = torch.tensor([progress], dtype=torch.float64, device=here)
    torch.distributed.broadcast(shared, 0)
    return float(shared.item())


def average_gradients(model: Any, count: int) -> None:
    """Give every process the mean of all processes' gradients."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    flat = torch.cat([g.flatten() for g in gradients])
    torch.distributed.all_reduce(flat)
    parts = torch.split(flat / count, [g.numel() for g in gradients])
    for parameter, part in zip(parameters, parts, strict=True):
        parameter.grad = part.view_as(parameter)


def evaluation_batches(config: TrainingConfig, tokenizer: Any, packs: int = 12) -> list[Batch]:
    """Batches of phrasings that training never draws."""
    rng = random.Random(0)
    length, domains = config.training.pack_length, config.fluxem.domains
    samples = iter(Generator(0, "heldout", domains=domains))
    made = compose_in(config)
    stream = iter(Packer(tokenizer, samples, length, rng, domains=domains, compose=made))
    twos = [[next(stream), next(stream)] for _ in range(packs // 2)]
    return [make_batch(two, heads_in(config, tokenizer, two)) for two in twos]


def save_state(
    path: Path, model: Any, opts: list[Any], step: int, spent_s: float, tokens: int
) -> None:
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    state = {
        "model": trained, "optimizers": [o.state_dict() for o in opts],
        "step": step, "spent_s": spent_s, "tokens": tokens,
    }  # fmt: skip
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    temporary.replace(path)


def save_checkpoint(
    model: Any, tokenizer: Any, config: TrainingConfig, out: Path, scores: dict[str, float]
) -> None:
    """Write a bf16 checkpoint directory that vLLM and transformers load."""
    if config.lora.rank:
        copy = unwrapped(model, config.lora, out / LORA_FOLDER)
    else:
        copy = build_model(config, tokenizer)
        copy.load_state_dict(without_heads(model.state_dict()))
    copy.to(torch.bfloat16).save_pretrained(out)
    if config.fluxem.composer:
        shutil.copytree(config.fluxem.composer, out / COMPOSER_FOLDER, dirs_exist_ok=True)
    write_generation_config(out, out)
    tokenizer.save_pretrained(out)
    record = {
        "command": "fluxem-vllm train", "data_version": DATA_VERSION, "config": asdict(config),
        "scores_on_heldout_phrasings": scores,
    }  # fmt: skip
    (out / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
