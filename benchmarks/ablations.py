"""Does the embedding help? Small models, trained alike but for what they see of the values.

    python -m benchmarks.ablations [--steps 800] [--variants text additive ...] [--jobs 2]
        [--out ablations.jsonl]
    python -m benchmarks.ablations --out ablations.jsonl --markdown

Every variant is trained from scratch on the same samples in the same order, half of them decisions
for which the values decide the plan (`benchmarks/decisions.py`), half ordinary chains of one or two
calls from this project's generator. The model writes the plan alone, and always has the same tools,
which are therefore not listed. Then its plans are compared with the right ones, for wordings that
training never draws. One line of results is written for each variant; those that FILE has already
are not measured again, so an interrupted run goes on. `--markdown` prints the table of a file.
"""

import argparse
import ctypes
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch

from benchmarks.decisions import Decisions, load_decisions
from fluxem_encoders.forms import to_json
from fluxem_qwen3.calls import write_calls
from fluxem_qwen3.prompt import REFERENCE, Markup, Message
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.data.sample import Sample
from fluxem_vllm.data.tree import Node, Pieces
from fluxem_vllm.evaluation import wilson
from fluxem_vllm.pool.sandbox_worker import die_with
from fluxem_vllm.training.config import InjectionSettings, ModelSettings, TrainingConfig
from fluxem_vllm.training.model import build_model
from fluxem_vllm.training.packing import Branch, Pack, branch_from, branch_of, cut
from fluxem_vllm.training.precision import precision
from fluxem_vllm.training.tokenizer import build_tokenizer
from fluxem_vllm.training.train import (
    TRIM_EVERY,
    Batch,
    evaluate,
    losses_of,
    make_batch,
    optimizers,
    schedule,
)

TOOLS = frozenset({
    "add", "subtract", "multiply", "divide", "power", "root", "remainder", "gcd", "lcm", "round_to",
    "factorial", "surprisal", "percent_change", "mean", "median", "total", "maximum", "minimum",
})  # fmt: skip
"""Those of the ordinary chains."""
MAX_CALLS = 2
CHAINS = "chains"
EVERY = 50  # steps between two lines of progress


@dataclass(frozen=True, slots=True)
class Variant:
    """What a model sees of the values: text, or references, which may carry rows; and its size,
    where that is not the common one."""

    text: bool = False
    rows: bool = True
    injection: InjectionSettings = field(default_factory=InjectionSettings)
    model: ModelSettings | None = None


VARIANTS = {
    "text": Variant(text=True),
    "references": Variant(rows=False),
    "additive": Variant(),
    "replace": Variant(injection=InjectionSettings(method="replace")),
    "gated": Variant(injection=InjectionSettings(method="gated")),
    "multi-layer": Variant(injection=InjectionSettings(layers=(0, 2, 3))),
    "additive-small": Variant(
        model=ModelSettings(
            hidden_size=288, intermediate_size=384, num_hidden_layers=2,
            num_attention_heads=3, num_key_value_heads=1, head_dim=64,
        )
    ),
    "additive-large": Variant(
        model=ModelSettings(
            hidden_size=384, intermediate_size=768, num_hidden_layers=6,
            num_attention_heads=6, num_key_value_heads=1, head_dim=64,
        )
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What all variants share."""

    steps: int = 800
    samples_per_step: int = 64
    tests: int = 300  # of each kind of decision, near and far; of chains twice as many
    seed: int = 1
    vocabulary: int = 2048
    model: ModelSettings = field(
        default_factory=lambda: ModelSettings(
            hidden_size=288, intermediate_size=576, num_hidden_layers=4,
            num_attention_heads=4, num_key_value_heads=1, head_dim=64,
        )
    )  # fmt: skip


Result = dict[str, Any]
"""A variant's line: its name, the settings, tokens, times, and the hits of each task."""


class Chains(Generator):
    """Ordinary questions of one or two calls of `TOOLS`, by themselves."""

    def _draw(self) -> Sample | str:
        sample = self._question((), 0)
        if isinstance(sample, str):
            return sample
        refused = any(call.error for call in sample.turn.calls)
        # Reading `3 hours` where numbers were meant adds a call that converts it.
        return "not of these chains" if refused or not sample.tools <= TOOLS else sample

    def _ranked(self, sample: Sample) -> tuple[str, ...]:
        return ()  # the same tools are on offer to all

    def _question_pieces(self) -> tuple[Pieces, list[Node]]:
        while True:
            pieces, roots = self.composer.question(self.rng.choice((0, 0, 1)))
            calls = {node for root in roots for node in _calls(root)}
            if len(calls) <= MAX_CALLS and all(node.tool in TOOLS for node in calls):
                return pieces, roots


def _calls(node: Node) -> Iterator[Node]:
    """The call and those within it."""
    yield node
    for argument in node.arguments.values():
        if isinstance(argument, Node):
            yield from _calls(argument)


def training_samples(settings: Settings) -> list[Sample]:
    """Decisions and chains in turn."""
    count = settings.steps * settings.samples_per_step // 2
    streams = Decisions(settings.seed), Chains(settings.seed)
    return [s for pair in islice(zip(*streams, strict=True), count) for s in pair]


def heldout_samples(settings: Settings) -> dict[str, list[Sample]]:
    """Held-out wordings by task: each kind of decision about near and far values, and chains."""
    tasks: dict[str, Iterable[Sample]] = {
        f"{kind}, {where}": Decisions(settings.seed, [kind], heldout=True, far=where == "far")
        for kind in load_decisions()
        for where in ("near", "far")
    }
    tests = {task: list(islice(samples, settings.tests)) for task, samples in tasks.items()}
    return tests | {CHAINS: list(islice(Chains(settings.seed, "heldout"), 2 * settings.tests))}


def text_messages(sample: Sample) -> list[Message]:
    """The conversation of a model that knows no references: its calls carry literal values, and a
    call that takes the result of another is written when that result has been shown."""
    turn = sample.turn
    shown = {turn.first_slot + i: to_json(span.value) for i, span in enumerate(turn.spans)}
    messages = [Message("user", (turn.text,))]
    for call in turn.calls:
        arguments = {name: _literal(form, shown) for name, form in call.arguments.items()}
        messages.append(Message("assistant", (Markup(write_calls([(call.tool, arguments)])),)))
        shown[call.slot] = None if call.value is None else to_json(call.value)
        messages.append(Message("tool", (json.dumps(shown[call.slot], ensure_ascii=False),)))
    return messages[:-1]  # the last result leads to the answer, which is not learnt


def _literal(form: Any, shown: Mapping[int, Any]) -> Any:
    match = REFERENCE.fullmatch(form) if isinstance(form, str) else None
    return shown[int(match[1])] if match else form


def plan_of(tokenizer: Any, sample: Sample, variant: Variant) -> Branch:
    """The conversation up to the end of its plan, as the variant sees it."""
    if variant.text:
        turns = len(sample.turn.calls)
        return cut(branch_from(tokenizer, text_messages(sample), {}, turns, planned=turns))
    branch = cut(branch_of(tokenizer, sample))
    return branch if variant.rows else replace(branch, rows={})


def batches_of(
    tokenizer: Any, samples: Sequence[Sample], variant: Variant, size: int
) -> Iterator[Batch]:
    for start in range(0, len(samples), size):
        some = samples[start : start + size]
        yield make_batch([Pack([], [plan_of(tokenizer, s, variant) for s in some])])


def make_tokenizer(settings: Settings, samples: Sequence[Sample]) -> Any:
    """One for all variants, learnt from the texts that any of them sees."""
    parts = (p for s in samples for m in text_messages(s) for p in m.parts)
    texts = (p if isinstance(p, str) else getattr(p, "text", "") for p in parts)
    return build_tokenizer(texts, settings.vocabulary)


def config_of(variant: Variant, settings: Settings) -> TrainingConfig:
    size = variant.model or settings.model
    return TrainingConfig(seed=settings.seed, vocabulary=settings.vocabulary, model=size,
                          fluxem=variant.injection)  # fmt: skip


def measure(
    name: str,
    settings: Settings,
    tokenizer: Any,
    samples: Sequence[Sample],
    tests: Mapping[str, Sequence[Sample]],
) -> Result:
    """Train one variant on all `samples`, and count the plans that it writes exactly."""
    torch.set_num_threads(1)
    variant = VARIANTS[name]
    config = config_of(variant, settings)
    model = build_model(config, tokenizer)
    tokens, loss, seconds = train(name, model, config, settings, batches_of(
        tokenizer, samples, variant, settings.samples_per_step
    ))  # fmt: skip
    tasks = {}
    for task, some in tests.items():
        scores = evaluate(model, list(batches_of(tokenizer, some, variant, 100)))
        tasks[task] = [round(scores["plan"] * scores["n"]), scores["n"]]
    return {
        "variant": name, "settings": asdict(settings), "tokens": tokens, "loss": round(loss, 4),
        "parameters": sum(p.numel() for p in model.parameters()),
        "seconds": round(seconds), "tasks": tasks,
    }  # fmt: skip


def train(
    name: str, model: Any, config: TrainingConfig, settings: Settings, batches: Iterable[Batch]
) -> tuple[int, float, float]:
    """Take one step with each batch; tokens read, the last steps' mean loss, and seconds."""
    opts = optimizers(model, config)
    peaks = [opt.param_groups[0]["lr"] for opt in opts]
    tokens, losses, begun = 0, list[float](), time.monotonic()
    model.train()
    for step, batch in enumerate(batches):
        factor = schedule(step, step / settings.steps, config.training.warmup_steps)
        for opt, peak in zip(opts, peaks, strict=True):
            opt.param_groups[0]["lr"] = peak * factor
        with precision():
            loss = losses_of(model, batch)[0]["loss"]
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            opt.step()
            opt.zero_grad(set_to_none=True)
        tokens += len(batch.token_ids_S)
        losses = [*losses[1 - EVERY :], loss.item()]
        if (step + 1) % TRIM_EVERY == 0:
            ctypes.CDLL(None).malloc_trim(0)
        if (step + 1) % EVERY == 0:
            spent = time.monotonic() - begun
            left = spent / (step + 1) * (settings.steps - step - 1) / 60
            print(f"{name}: step {step + 1} of {settings.steps}, "
                  f"loss {sum(losses) / len(losses):.3f}, {tokens / spent:,.0f} tokens/s, "
                  f"{left:.0f} min left", flush=True)  # fmt: skip
    return tokens, sum(losses) / len(losses), time.monotonic() - begun


def read_results(path: Path) -> dict[str, Result]:
    """The lines of a file by variant."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    results = map(json.loads, lines)
    return {result["variant"]: result for result in results}


def markdown(results: Mapping[str, Result]) -> str:
    """The table: shares of plans written exactly, in percent, with 95 % Wilson intervals."""
    names = [name for name in VARIANTS if name in results]
    luck = {kind: f"{100 * d.luck:.0f}" for kind, d in load_decisions().items()}
    lines = [f"| task | n | luck | {' | '.join(names)} |", "|---" * (len(names) + 3) + "|"]
    for task in results[names[0]]["tasks"]:
        counts = [results[name]["tasks"][task] for name in names]
        cells = [_cell(*count) for count in counts]
        kind = task.partition(",")[0]
        lines.append(f"| {task} | {counts[0][1]} | {luck.get(kind, '-')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    return f"{100 * hits / n:.1f} [{100 * low:.0f}-{100 * high:.0f}]"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train and compare what models see of values.")
    parser.add_argument("--steps", type=int, default=Settings().steps)
    parser.add_argument("--tests", type=int, default=Settings().tests)
    parser.add_argument("--seed", type=int, default=Settings().seed)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--jobs", type=int, default=2, help="processes of one thread each (2)")
    parser.add_argument("--out", type=Path, default=Path("ablations.jsonl"), metavar="FILE")
    parser.add_argument("--markdown", action="store_true", help="only print the table of FILE")
    given = parser.parse_args(arguments)
    if not given.markdown:
        try:
            run(Settings(steps=given.steps, tests=given.tests, seed=given.seed), given.variants,
                given.jobs, given.out)  # fmt: skip
        except ValueError as error:
            parser.error(str(error))
    results = read_results(given.out)
    if not results:
        parser.error(f"`--out` must be a file with results, and {given.out} has none")
    print(markdown(results))


def run(settings: Settings, names: Sequence[str], jobs: int, out: Path) -> None:
    """Measure those of the variants that `out` lacks, `jobs` at a time, and append their lines.

    Raises:
        ValueError: when `out` has results of other settings, which cannot be compared with these.
    """
    results = read_results(out)
    if any(result["settings"] != asdict(settings) for result in results.values()):
        raise ValueError(f"`--out` must be a new file or one of the same settings, and {out} holds "
                         "results of others")  # fmt: skip
    names = [name for name in names if name not in results]
    if not names:
        return
    begun = time.monotonic()
    samples, tests = training_samples(settings), heldout_samples(settings)
    tokenizer = make_tokenizer(settings, samples)
    print(f"{len(samples)} samples drawn in {time.monotonic() - begun:.0f} s", flush=True)
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=die_with, initargs=(os.getpid(),)
    )
    with pool:
        pending = [pool.submit(measure, v, settings, tokenizer, samples, tests) for v in names]
        for done in as_completed(pending):
            if done.exception() is None:
                with out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(done.result()) + "\n")
    for done in pending:
        done.result()  # raises what went wrong, now that the others' results are written


if __name__ == "__main__":
    main()
