"""The model on the real engine, in this process, against its transformers twin.

A prompt here is token ids and rows: position -> (256,) embedding. Tolerances are on logprobs, over
every prompt token and the best five of every generated one.
"""

import gc
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import Qwen3Config, Qwen3ForCausalLM
from transformers.utils import logging

from fluxem_qwen3 import TOOL_PARSER, register
from fluxem_qwen3.adapter import write_adapter
from fluxem_qwen3.config import ARCHITECTURE, ConfigError, FluxEMConfig, Quantization
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_qwen3.rows import pack
from fluxem_vllm.training.quantise import quantise
from fluxem_vllm.training.train import train

HIDDEN, VOCAB, GENERATED = 320, 600, 8
# Measured: 6e-6 in float32. In bfloat16 both sides round every activation to 8 bits, in another
# order: measured 0.05, with rows and without.
TOLERANCE = {"float32": 1e-4, "bfloat16": 0.1}
# The same with a base in 8 or 4 bits, whose products vLLM rounds otherwise: measured 0.22 and 0.13,
# where 4 bits are 1.3 away from what they were made of.
TOLERANCE_OF_BASE = {8: 0.4, 4: 0.2}


@pytest.fixture(autouse=True, scope="module")
def _in_this_process() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
        patch.setenv("VLLM_USE_AOT_COMPILE", "0")  # its cache never loads again on CPU
        patch.setenv("VLLM_CPU_OMP_THREADS_BIND", "nobind")
        patch.setenv("VLLM_LOGGING_LEVEL", "ERROR")
        patch.setenv("VLLM_NO_USAGE_STATS", "1")
        patch.setattr(torch, "set_num_threads", torch.set_num_threads)  # vLLM's CPU worker bans it
        logging.disable_progress_bar()
        yield


@dataclass(frozen=True)
class Prompt:
    ids: list[int]
    rows: dict[int, np.ndarray] = field(default_factory=dict)

    @classmethod
    def random(cls, seed: int, length: int, at: tuple[int, ...] = ()) -> "Prompt":
        rng = np.random.default_rng(seed)
        ids = rng.integers(0, VOCAB, length).tolist()
        # 1/128ths are exact in bfloat16, as the layout promises of every lane.
        return cls(ids, {i: np.float32(rng.integers(-128, 129, 256) / 128) for i in at})

    def for_vllm(self) -> dict[str, Any]:
        if not self.rows:
            return {"prompt_token_ids": self.ids}
        embeds_TH, is_token_ids = pack(self.ids, self.rows, HIDDEN, torch.float32)
        return {
            "prompt_embeds": embeds_TH,
            "prompt_token_ids": self.ids,
            "prompt_is_token_ids": is_token_ids,
        }


@dataclass(frozen=True)
class Answer:
    ids: list[int]
    cached: int
    logprobs: list[dict[int, float]]  # of the prompt's tokens but the first, then of `ids`


def ask(llm: Any, *prompts: Prompt, cached: bool = False, **options: Any) -> list[Answer]:
    """Answer the prompts as one batch; `cached` trades the prompt's logprobs for cache hits."""
    from vllm import SamplingParams

    params = SamplingParams(
        max_tokens=GENERATED,
        temperature=0,
        logprobs=5,
        prompt_logprobs=None if cached else 0,
        detokenize=False,
        ignore_eos=True,
    )
    inputs = [prompt.for_vllm() for prompt in prompts]
    return [_answer(out) for out in llm.generate(inputs, params, use_tqdm=False, **options)]


def _answer(out: Any) -> Answer:
    steps = [*(out.prompt_logprobs or [None])[1:], *out.outputs[0].logprobs]
    logprobs = [{token: entry.logprob for token, entry in step.items()} for step in steps]
    return Answer(list(out.outputs[0].token_ids), out.num_cached_tokens, logprobs)


@torch.no_grad()
def worst_difference(twin: FluxEMQwen3, prompt: Prompt, answer: Answer) -> float:
    """The largest difference between the engine's logprobs and the twin's for the same text."""
    ids = torch.tensor([prompt.ids + answer.ids])
    rows, mask = torch.zeros(*ids.shape, 256), torch.zeros(ids.shape, dtype=torch.bool)
    for at, row in prompt.rows.items():
        rows[0, at], mask[0, at] = torch.from_numpy(row), True
    logprobs = twin(ids, flux_rows=rows, flux_mask=mask).logits[0].float().log_softmax(-1)
    expected = logprobs[-len(answer.logprobs) - 1 : -1]
    return max(
        abs(value - expected[step, token].item())
        for step, entries in enumerate(answer.logprobs)
        for token, value in entries.items()
    )


def close(left: Answer, right: Answer, tolerance: float) -> bool:
    return left.ids == right.ids and all(
        abs(value - b[token]) <= tolerance
        for a, b in zip(left.logprobs, right.logprobs, strict=True)
        for token, value in a.items()
        if token in b  # the fifth best may be another one
    )


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A function that writes a random checkpoint and returns its directory."""

    def write(dtype="float32", gates=1.0, seed=0, **flux):
        torch.manual_seed(seed)
        flux = {"first_reference_id": 400, "projector_hidden": 128, "gain": 0.5, **flux}
        config = Qwen3Config(
            vocab_size=VOCAB,
            hidden_size=HIDDEN,
            intermediate_size=512,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=64,
            initializer_range=0.06,
            max_position_embeddings=512,
            tie_word_embeddings=True,
            fluxem=FluxEMConfig(**flux).to_dict(),
        )
        twin = FluxEMQwen3(config)
        if hasattr(twin.model.flux, "gates_LH"):
            torch.nn.init.normal_(twin.model.flux.gates_LH, std=gates)
        directory = tmp_path_factory.mktemp("checkpoint")
        twin.to(getattr(torch, dtype)).save_pretrained(directory)
        return directory

    return write


def read_twin(directory):
    # Not `.to(bfloat16)`: that would round the rotary frequencies as well.
    return FluxEMQwen3.from_pretrained(directory, dtype="auto").eval()


@contextmanager
def engine(directory, **options):
    from vllm import LLM

    gc.freeze()  # a boot collects garbage six times: half its time, over vLLM's own modules
    llm = LLM(
        str(directory),
        **{
            "skip_tokenizer_init": True,
            "dtype": "float32",  # "auto" would serve a float32 checkpoint in bfloat16
            "enable_prompt_embeds": True,
            "enforce_eager": True,
            "enable_prefix_caching": False,
            "max_model_len": 256,
            "max_num_seqs": 8,
            "kv_cache_memory_bytes": 32 << 20,
            "disable_log_stats": True,
            **options,
        },
    )
    try:
        yield llm
    finally:
        llm.llm_engine.engine_core.shutdown()  # of the process groups as well


WITH_ROWS = Prompt.random(1, 70, at=(0, 3, 30, 31, 69))
WITHOUT = Prompt.random(2, 70)


def test_shut_gates_are_stock_qwen3(checkpoint, tmp_path):
    directory = checkpoint(layers=(0, 2), gates=0.0)
    twin = read_twin(directory)
    weights = {k: v for k, v in twin.state_dict().items() if ".flux." not in k}
    stock = Qwen3ForCausalLM(twin.config)
    stock.load_state_dict(weights)
    stock.save_pretrained(tmp_path)
    without_rows = Prompt(WITH_ROWS.ids)
    with engine(tmp_path, enable_prompt_embeds=False) as llm:
        assert llm.llm_engine.model_config.architecture == "Qwen3ForCausalLM"
        expected = ask(llm, without_rows, WITHOUT)
    with engine(directory) as llm:
        assert llm.llm_engine.model_config.architecture == ARCHITECTURE
        for prompt in (WITH_ROWS, without_rows):
            for answer, other in zip(ask(llm, prompt, WITHOUT), expected, strict=True):
                assert close(answer, other, 1e-6)
    with engine(directory, enable_prompt_embeds=False) as llm:  # ids instead of embeddings
        for answer, other in zip(ask(llm, without_rows, WITHOUT), expected, strict=True):
            assert close(answer, other, 1e-6)


@pytest.mark.parametrize(
    ("method", "layers", "dtype"),
    [
        ("gated", (0,), "float32"),
        ("gated", (0, 2), "float32"),
        ("additive", (0,), "float32"),
        ("additive", (0, 2), "float32"),
        ("replace", (0,), "float32"),
        ("replace", (0, 2), "float32"),
        ("gated", (0, 2), "bfloat16"),
        ("replace", (0, 2), "bfloat16"),
    ],
)
def test_the_engine_computes_what_the_twin_computes(checkpoint, method, layers, dtype):
    directory = checkpoint(dtype, method=method, layers=layers)
    twin = read_twin(directory)
    with engine(directory, dtype=dtype) as llm:
        answers = ask(llm, WITH_ROWS, WITHOUT, Prompt(WITH_ROWS.ids))
    for prompt, answer in zip((WITH_ROWS, WITHOUT), answers, strict=False):
        difference = worst_difference(twin, prompt, answer)
        print(f"{method} {layers} {dtype} rows={len(prompt.rows)}: {difference:.1e}")
        assert difference <= TOLERANCE[dtype]
    assert not close(answers[0], answers[2], 10 * TOLERANCE[dtype])  # the rows do matter


@pytest.mark.parametrize("bits", [None, 4])
def test_compiled_is_as_eager(checkpoint, tmp_path, bits):
    directory = checkpoint(layers=(0, 2))
    if bits:
        directory = quantised_from(directory, tmp_path / "quantised", bits)
    twin = read_twin(directory)
    with engine(directory, enforce_eager=False) as llm:
        for prompt in (WITH_ROWS, WITHOUT):
            (answer,) = ask(llm, prompt)
            assert worst_difference(twin, prompt, answer) <= TOLERANCE["float32"]


@pytest.fixture(scope="class")
def served(checkpoint):
    """One engine that prefills 32 tokens a step and caches blocks of 32, and its twin."""
    directory = checkpoint(layers=(0, 2))
    options = {"enable_prefix_caching": True, "block_size": 32, "max_num_batched_tokens": 32}
    with engine(directory, **options) as llm:
        yield SimpleNamespace(llm=llm, twin=read_twin(directory))


class TestOneEngine:
    def test_chunks(self, served):
        prompt = Prompt.random(3, 150, at=(0, 31, 32, 63, 100, 149))
        (answer,) = ask(served.llm, prompt)
        assert worst_difference(served.twin, prompt, answer) <= TOLERANCE["float32"]

    def test_a_seed_draws_the_same_however_the_prompt_is_read(self, served):
        from vllm import SamplingParams

        params = SamplingParams(seed=7, max_tokens=GENERATED, detokenize=False)
        seeded = Prompt.random(6, 150, at=(0, 100))
        others = [Prompt.random(seed, 40) for seed in (7, 8)]
        draws = []
        for prompts in (
            [seeded],
            [seeded],
            [*others, seeded],
        ):  # in parts, from the cache, beside others
            outputs = served.llm.generate([p.for_vllm() for p in prompts], params, use_tqdm=False)
            draws.append(tuple(outputs[-1].outputs[0].token_ids))
        assert outputs[-1].num_cached_tokens == 128
        served.llm.reset_prefix_cache()
        (output,) = served.llm.generate([seeded.for_vllm()], params, use_tqdm=False)
        assert output.num_cached_tokens == 0
        assert {*draws, tuple(output.outputs[0].token_ids)} == {draws[0]}

    def test_the_same_prompt_comes_from_the_cache(self, served):
        prompt = Prompt.random(4, 100, at=(10, 50))
        (first,) = ask(served.llm, prompt, cached=True)
        (again,) = ask(served.llm, prompt, cached=True)
        assert (first.cached, again.cached) == (0, 96)
        assert close(first, again, TOLERANCE["float32"])
        assert worst_difference(served.twin, prompt, again) <= TOLERANCE["float32"]

    def test_other_rows_on_the_same_ids_are_another_prompt(self, served):
        prompt = Prompt.random(5, 100, at=(10, 50))
        ask(served.llm, prompt, cached=True)
        for rows, shared in (
            ({10: prompt.rows[10], 50: prompt.rows[10]}, 32),
            ({10: prompt.rows[50], 50: prompt.rows[50]}, 0),
            ({50: prompt.rows[50]}, 0),
            ({}, 0),
        ):
            other = Prompt(prompt.ids, rows)
            (answer,) = ask(served.llm, other, cached=True)
            assert answer.cached == shared
            assert worst_difference(served.twin, other, answer) <= TOLERANCE["float32"]

    def test_a_batch_is_as_its_prompts_alone(self, served):
        prompts = [
            Prompt.random(seed, length, at)
            for seed, (length, at) in enumerate(
                [(40, (5,)), (33, ()), (90, (0, 89)), (7, ()), (64, (32,)), (3, (2,))], start=10
            )
        ]
        together = ask(served.llm, *prompts)
        served.llm.reset_prefix_cache()
        for prompt, answer in zip(prompts, together, strict=True):
            (alone,) = ask(served.llm, prompt)
            assert close(answer, alone, TOLERANCE["float32"])
            assert worst_difference(served.twin, prompt, answer) <= TOLERANCE["float32"]

    def test_vllms_own_prompt_embeds_still_work(self, served):
        from vllm import SamplingParams

        prompt = Prompt.random(6, 40)
        embedded_TH = served.twin.model.embed_tokens(torch.tensor(prompt.ids)).detach()
        params = SamplingParams(max_tokens=GENERATED, temperature=0, detokenize=False)
        (out,) = served.llm.generate({"prompt_embeds": embedded_TH}, params, use_tqdm=False)
        assert list(out.outputs[0].token_ids) == ask(served.llm, prompt)[0].ids

    def test_a_token_id_past_the_vocabulary_is_clamped(self, served):
        prompt = Prompt.random(7, 40, at=(20,))
        inputs = [prompt.for_vllm(), prompt.for_vllm()]
        for form, token_id in zip(inputs, (VOCAB - 1, 256**3 - 1), strict=True):
            ids = [*prompt.ids[:20], token_id, *prompt.ids[21:]]
            form["prompt_embeds"], _ = pack(ids, prompt.rows, HIDDEN, torch.float32)
        from vllm import SamplingParams

        params = SamplingParams(max_tokens=GENERATED, temperature=0, detokenize=False)
        last, past = served.llm.generate(inputs, params, use_tqdm=False)
        assert last.outputs[0].token_ids == past.outputs[0].token_ids


def test_lora_and_rows_in_one_batch(checkpoint, tmp_path):
    """Stock Qwen3 dies of this: see `embedding_modules` in fluxem_qwen3.model."""
    from vllm.lora.request import LoRARequest

    adapter = {"peft_type": "LORA", "r": 8, "lora_alpha": 8, "target_modules": ["q_proj"]}
    (tmp_path / "adapter_config.json").write_text(json.dumps(adapter))
    torch.manual_seed(0)
    a, b = torch.randn(3, 8, HIDDEN), torch.randn(3, 256, 8)
    name = "base_model.model.model.layers.{}.self_attn.q_proj.lora_{}.weight"
    weights = {name.format(i, "A"): a[i] for i in range(3)}
    weights |= {name.format(i, "B"): b[i] for i in range(3)}
    save_file(weights, tmp_path / "adapter_model.safetensors")
    directory = checkpoint(layers=(0, 2))
    twin = read_twin(directory)
    for i, layer in enumerate(twin.model.layers):
        layer.self_attn.q_proj.weight.data += b[i] @ a[i]
    with engine(directory, enable_lora=True, max_lora_rank=8) as llm:
        request = LoRARequest("adapter", 1, str(tmp_path))
        for answer in ask(llm, WITH_ROWS, WITH_ROWS, lora_request=request):
            assert worst_difference(twin, WITH_ROWS, answer) <= 1e-3


def test_what_lora_trained_is_what_the_engine_computes(tmp_path, small_tokenizer):
    from tests.training.test_lora import with_steps, write_start

    start = write_start(tmp_path, small_tokenizer)
    # In a fresh process: the loader forks, and a fork of one that holds an engine's threads hangs.
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        fresh.submit(train, with_steps(3), tmp_path / "run", init=start).result()
    twin = FluxEMQwen3.from_pretrained(tmp_path / "run", dtype=torch.float32).eval()
    with engine(tmp_path / "run") as llm:
        for prompt, answer in zip((WITH_ROWS, WITHOUT), ask(llm, WITH_ROWS, WITHOUT), strict=True):
            assert worst_difference(twin, prompt, answer) <= TOLERANCE["float32"]


def test_an_adapter_is_laid_over_an_unchanged_qwen3(checkpoint, tmp_path):
    """The base has its own weights, the adapter those that differ, and the twin has both."""
    whole = checkpoint(layers=(0, 2))
    weights = load_file(whole / "model.safetensors")
    base, adapter = tmp_path / "base", tmp_path / "adapter"
    for folder in (base, adapter):
        folder.mkdir()
    write_adapter(whole, adapter)
    weights["model.embed_tokens.weight"][400:528] = 0.0  # spare rows of the base
    plain = {n: w.contiguous() for n, w in weights.items() if ".flux." not in n}
    save_file(plain, base / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((whole / "config.json").read_text())
    del config["fluxem"]
    (base / "config.json").write_text(json.dumps(config | {"architectures": ["Qwen3ForCausalLM"]}))
    overrides = {"architectures": [ARCHITECTURE], "fluxem": {"adapter": str(adapter)}}
    twin = read_twin(whole)
    prompt = Prompt([*WITH_ROWS.ids[:-1], 450], WITH_ROWS.rows)  # and a reference token's embedding
    with engine(base, hf_overrides=overrides) as llm:
        for each, answer in zip((prompt, WITHOUT), ask(llm, prompt, WITHOUT), strict=True):
            assert worst_difference(twin, each, answer) <= TOLERANCE["float32"]


@pytest.mark.parametrize(
    ("bits", "base", "dtype"),
    [(8, None, "float32"), (4, None, "float32"), (8, 8, "bfloat16"), (8, 4, "bfloat16")],
)
def test_a_quantised_checkpoint(checkpoint, tmp_path, bits, base, dtype):
    plain = checkpoint(dtype, layers=(0, 2))
    quantised = quantised_from(plain, tmp_path / "quantised", bits, base)
    twin = read_twin(quantised)
    with engine(quantised, dtype=dtype) as llm:
        answers = ask(llm, WITH_ROWS, WITHOUT)
    tolerance = TOLERANCE_OF_BASE[base] if base else TOLERANCE[dtype]
    for prompt, answer in zip((WITH_ROWS, WITHOUT), answers, strict=True):
        difference = worst_difference(twin, prompt, answer)
        print(f"{bits} {base} {dtype} rows={len(prompt.rows)}: {difference:.1e}")
        assert difference <= tolerance
    lost = worst_difference(read_twin(plain), WITH_ROWS, answers[0])
    print(f"away from what it was made of: {lost:.1e}")
    if base != 8:  # which loses less than vLLM's rounding of activations changes
        assert lost > 5 * tolerance


def quantised_from(directory, out, bits, base=None):
    for name in ("tokenizer.json", "tokenizer_config.json"):  # which the command asks for
        (directory / name).write_text("{}")
    quantise(directory, out, Quantization(bits=bits), base)
    return out


def test_layers_past_the_first_pipeline_stage_are_refused(monkeypatch):
    from fluxem_qwen3 import model

    monkeypatch.setattr(model, "get_pp_group", lambda: SimpleNamespace(world_size=2))
    config = FluxEMConfig(first_reference_id=0, layers=(0, 2))
    model._check_first_stage(config, 6)
    with pytest.raises(ConfigError, match=r"layers below 2 of 4 with 2 stages, got \[0, 2\]"):
        model._check_first_stage(config, 4)


def test_the_door_may_be_opened_twice():
    from vllm import ModelRegistry
    from vllm.tool_parsers import ToolParserManager

    register()
    register()
    assert ARCHITECTURE in ModelRegistry.get_supported_archs()
    assert ToolParserManager.get_tool_parser(TOOL_PARSER).__name__ == "FluxEMToolParser"
