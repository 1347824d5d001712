"""Injection against a plain loop over positions."""

import pytest
import torch
from torch.nn import functional as F

from fluxem_qwen3.config import FluxEMConfig
from fluxem_qwen3.injection import Injector, inject

T, H = 7, 320
MASK = torch.tensor([0, 1, 0, 0, 1, 1, 0]).bool()
METHODS = ["additive", "replace", "gated"]


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def config(**fields):
    return FluxEMConfig(first_reference_id=0, layers=(0, 2), projector_hidden=64, **fields)


def plain_projection(projector, row):
    middle = F.gelu(projector.up.weight @ row + projector.up.bias)
    x = projector.down.weight @ middle + projector.down.bias
    x = (x - x.mean()) / torch.sqrt(x.var(correction=0) + 1e-5)
    return (x * projector.norm.weight + projector.norm.bias) * projector.gain


@pytest.mark.parametrize("with_residual", [False, True])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_injection_is_what_the_plain_loop_does(method, shared, with_residual):
    injector = Injector(config(method=method, projector_shared=shared, gain=0.7), H)
    for parameter in injector.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    rows_TE, hidden_TH = torch.randn(T, 256), torch.randn(T, H)
    residual_TH = torch.randn(T, H) if with_residual else None
    state_TH = hidden_TH if residual_TH is None else hidden_TH + residual_TH
    amounts = injector(rows_TE)
    assert list(amounts) == [0, 2]
    for nth, layer in enumerate(amounts):
        hidden, residual = inject(method, MASK, amounts[layer], hidden_TH, residual_TH)
        result = hidden if residual is None else hidden + residual
        for at in range(T):
            expected = state_TH[at]
            if MASK[at]:
                amount = plain_projection(injector.projectors[0 if shared else nth], rows_TE[at])
                if method == "gated":
                    amount = torch.tanh(injector.gates_LH[nth]) * amount
                expected = amount if method == "replace" else expected + amount
            torch.testing.assert_close(result[at], expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("method", METHODS)
def test_other_positions_keep_every_bit(method, dtype):
    amount, hidden, residual = (torch.randn(T, H).to(dtype) for _ in range(3))
    new_hidden, new_residual = inject(method, MASK, amount, hidden, residual)
    assert torch.equal(new_hidden[~MASK], hidden[~MASK])
    assert torch.equal(new_residual[~MASK], residual[~MASK])
    assert not torch.equal(new_hidden[MASK], hidden[MASK])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_shut_gates_keep_every_bit(dtype):
    injector = Injector(config(), H).to(dtype)
    hidden_TH = torch.randn(T, H).to(dtype)
    amounts = injector(torch.randn(T, 256))
    assert torch.equal(inject("gated", MASK, amounts[2], hidden_TH)[0], hidden_TH)


def test_only_gated_has_gates_and_shared_has_one_projector():
    assert not hasattr(Injector(config(method="replace"), H), "gates_LH")
    assert len(Injector(config(), H).projectors) == 2
    assert len(Injector(config(projector_shared=True), H).projectors) == 1


def test_a_shared_projector_over_one_layer():
    one = FluxEMConfig(first_reference_id=0, layers=(1,), projector_shared=True)
    assert list(Injector(one, H)(torch.zeros(T, 256))) == [1]
