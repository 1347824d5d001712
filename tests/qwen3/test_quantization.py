"""Weights in 8 and 4 bits: codes, errors, and the modules that hold them."""

from dataclasses import replace

import pytest
import torch

from fluxem_qwen3.composer import (
    KINDS,
    ComposerConfig,
    build_composer,
    compose,
    load_composer,
    quantize_composer,
    save_composer,
)
from fluxem_qwen3.config import ConfigError, FluxEMConfig, Quantization
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_qwen3.injection import Injector
from fluxem_qwen3.quantization import CODES, SCALES, dequantize, quantize, quantize_module
from tests.qwen3.test_composer import EXACT, VALUES, algebra, steps
from tests.qwen3.test_hf import MASK, ROWS, logits

pytestmark = pytest.mark.usefixtures("one_thread")

BITS = (8, 4)
TOP = {8: 127, 4: 7}


def noise(*shape, dtype=torch.float32):
    return torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(dtype)


def test_codes_are_as_the_formula_says():
    weight = torch.tensor([[14.0, -14.0, 2.0, 0.9], [0.0, 0.0, 0.0, 0.0]])
    codes, scales = quantize(weight, Quantization(bits=4, group=4))
    assert scales.tolist() == [[2.0], [1.0]]
    assert codes.tolist() == [[0x1F, 0x89], [0x88, 0x88]]
    assert dequantize(codes, scales).tolist() == [[14, -14, 2, 0], [0, 0, 0, 0]]
    codes, scales = quantize(weight, Quantization(bits=8, group=2))
    assert codes.tolist() == [[127, -127, 127, 57], [0, 0, 0, 0]]
    assert scales.shape == (2, 2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("bits", BITS)
def test_no_weight_is_off_by_more_than_half_a_step(bits, dtype):
    weight = noise(96, 256, dtype=dtype)
    codes, scales = quantize(weight, Quantization(bits=bits, group=32))
    assert codes.element_size() * codes.numel() == 96 * 256 * bits // 8
    assert scales.dtype == dtype
    exact = dequantize(codes, scales.float())
    step = scales.float().repeat_interleave(32, -1)
    # Beside half a step, what the rounding of the scale to its dtype moves the largest code.
    slack = TOP[bits] * torch.finfo(dtype).eps / 2
    assert ((exact - weight.float()).abs() <= step * (0.5 + slack + 1e-4)).all()
    assert dequantize(codes, scales).dtype == dtype
    assert torch.equal(dequantize(codes, scales), exact.to(dtype))


def test_groups_must_divide_the_inputs():
    with pytest.raises(ConfigError, match="divide the inputs of every weight, got 32 for 100"):
        quantize(noise(4, 100), Quantization())


@pytest.mark.parametrize("bits", BITS)
def test_an_injector_computes_with_the_weights_that_its_codes_stand_for(bits):
    config = FluxEMConfig(first_reference_id=0, layers=(0, 2), projector_hidden=64, method="gated")
    plain = Injector(config, 320)
    torch.nn.init.normal_(plain.gates_LH)
    stored = Injector(replace(config, quantization=Quantization(bits=bits)), 320)
    state = plain.state_dict()
    for name in [n for n in state if n.endswith(("up.weight", "down.weight"))]:
        codes, scales = quantize(state[name], Quantization(bits=bits))
        plain.get_parameter(name).data = dequantize(codes, scales)
        del state[name]
        state |= {name + CODES: codes, name + SCALES: scales}
    stored.load_state_dict(state)
    rows = noise(7, 256)
    for layer, amount in plain(rows).items():
        torch.testing.assert_close(stored(rows)[layer], amount)
    size, before = (sum(p.nbytes for p in m.projectors.parameters()) for m in (stored, plain))
    assert size < before * (0.31 if bits == 8 else 0.19)  # biases, norms and scales are with it
    # Compiled as vLLM does it, in one graph.
    compiled = torch.compile(stored, fullgraph=True, backend="aot_eager")
    for layer, amount in stored(rows).items():
        torch.testing.assert_close(compiled(rows)[layer], amount)


@pytest.mark.parametrize("bits", BITS)
def test_a_twin_with_codes_survives_saving_and_another_dtype(bits, tiny, tiny_config, tmp_path):
    flux = {"layers": (0, 2), "method": "additive"}
    plain = tiny(**flux)
    quantize_module(plain.model.flux, Quantization(bits=bits))
    twin = FluxEMQwen3(tiny_config(**flux, quantization=Quantization(bits=bits))).eval()
    twin.load_state_dict(plain.state_dict())
    rows = {"flux_rows": ROWS, "flux_mask": MASK}
    expected = logits(twin, **rows)
    twin.save_pretrained(tmp_path)
    again, report = FluxEMQwen3.from_pretrained(tmp_path, output_loading_info=True)
    assert not any(report.values()), report
    assert torch.equal(logits(again.eval(), **rows), expected)
    half = FluxEMQwen3.from_pretrained(tmp_path, dtype=torch.bfloat16).eval()
    codes = half.model.flux.projectors[0].up.weight_codes
    assert codes.dtype == (torch.int8 if bits == 8 else torch.uint8)
    assert half.model.flux.projectors[0].up.weight.dtype == torch.bfloat16
    assert (logits(half, **rows) - expected).abs().max() < 0.2


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_composer_with_codes(kind, bits, tmp_path):
    config = ComposerConfig(kind, hidden=64, layers=1)
    plain, stored = (build_composer(config, seed=5).eval() for _ in range(2))
    quantize_composer(stored, Quantization(bits=bits))
    sequence = steps("compare", 5, -7, 2)
    made, before = compose(stored, sequence), compose(plain, sequence)
    error = abs(made - before).max() / abs(before).max()
    assert 0 < error < (0.05 if bits == 8 else 0.4)
    save_composer(plain, tmp_path / "plain", {})
    save_composer(stored, tmp_path / "stored", {"seed": 5})
    again = load_composer(tmp_path / "stored")
    assert again.quantization == Quantization(bits=bits)
    assert (compose(again, sequence) == made).all()
    files = (tmp_path / name / "model.safetensors" for name in ("stored", "plain"))
    small, large = (file.stat().st_size for file in files)
    assert small < large * (0.35 if bits == 8 else 0.25)
    matrices = {n for n, p in again.named_parameters() if p.is_floating_point() and p.ndim == 2}
    assert {n for n in matrices if not n.endswith(SCALES)} == {"operation.weight"}


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("operation", EXACT)
def test_what_the_algebra_knows_stays_exact_in_few_bits(operation, bits):
    composer = build_composer(ComposerConfig(hidden=64))
    quantize_composer(composer, Quantization(bits=bits))
    for values in VALUES[operation]:
        made = compose(composer, steps(operation, *values))
        assert (made == algebra(operation, values)).all()
