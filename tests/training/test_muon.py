"""Muon against torch's own, which computes in bfloat16, and shared among processes."""

import pytest
import torch

from fluxem_vllm.training.muon import Muon, orthogonalize

SHAPES = [(24, 40), (40, 24), (16, 16)]


def matrices(seed):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(*shape, generator=generator) for shape in SHAPES]


def stepped(optimizer, parameters, steps=3):
    for step in range(steps):
        for parameter, gradient in zip(parameters, matrices(100 + step), strict=True):
            parameter.grad = gradient
        optimizer.step()
    return [p.detach() for p in parameters]


@pytest.mark.parametrize("shape", SHAPES)
def test_singular_values_come_near_one(shape):
    matrix = torch.randn(*shape, generator=torch.Generator().manual_seed(1))
    values = torch.linalg.svdvals(orthogonalize(matrix))
    assert values.max() < 1.3
    assert values.median() > 0.6


def test_it_steps_as_torchs_own_does():
    settings = {"lr": 0.1, "momentum": 0.95, "weight_decay": 0.1}
    ours, theirs = matrices(0), matrices(0)
    stepped(Muon(ours, **settings), ours)
    stepped(torch.optim.Muon(theirs, **settings, adjust_lr_fn="original"), theirs)
    for a, b, start in zip(ours, theirs, matrices(0), strict=True):
        assert (a - b).norm() < 0.03 * (b - start).norm()  # theirs rounds to 8 bits


def test_a_matrix_without_gradient_stays():
    used, unused = torch.ones(4, 4), torch.ones(4, 4)
    used.grad = torch.eye(4)
    Muon([used, unused], lr=0.1, weight_decay=0.5).step()
    assert not torch.equal(used, torch.ones(4, 4))
    assert torch.equal(unused, torch.ones(4, 4))


def test_processes_that_share_the_work_get_what_one_alone_would(tmp_path):
    torch.multiprocessing.spawn(_share, (2, tmp_path), nprocs=2)
    alone = matrices(0)
    stepped(Muon(alone, lr=0.1, weight_decay=0.1), alone)
    for rank in range(2):
        for a, b in zip(torch.load(tmp_path / f"{rank}.pt"), alone, strict=True):
            torch.testing.assert_close(a, b)


def _share(rank, count, folder):
    torch.distributed.init_process_group(
        "gloo", init_method=(folder / "meeting").as_uri(), rank=rank, world_size=count
    )
    shared = matrices(0)
    stepped(Muon(shared, lr=0.1, weight_decay=0.1, rank=rank, count=count), shared)
    torch.save(shared, folder / f"{rank}.pt")
    torch.distributed.destroy_process_group()
