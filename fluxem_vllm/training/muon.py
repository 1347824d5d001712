"""Muon with the work shared out among processes, in bfloat16 only where the CPU computes in it.

torch's own always does, which other CPUs emulate more than ten times slower than float32. R rows,
C columns.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from fluxem_vllm.training.precision import bfloat16_is_native

# Jordan's quintic: five steps bring singular values from (0, 1] to between 0.7 and 1.2.
# Source: https://kellerjordan.github.io/posts/muon/
A, B, C = 3.4445, -4.7750, 2.0315
STEPS = 5


def orthogonalize(matrix_RC: Tensor) -> Tensor:
    """The matrix with all its singular values brought near 1.

    >>> values = torch.linalg.svdvals(orthogonalize(torch.diag(torch.tensor([5.0, 1.0, 0.2]))))
    >>> bool((values > 0.6).all() and (values < 1.3).all())
    True
    """
    wide = matrix_RC if matrix_RC.shape[0] <= matrix_RC.shape[1] else matrix_RC.T
    native = wide.device.type != "cpu" or bfloat16_is_native()
    x_RC = wide / wide.norm().clamp(min=1e-7)
    x_RC = x_RC.to(torch.bfloat16) if native else x_RC
    for _ in range(STEPS):
        gram_RR = x_RC @ x_RC.T
        x_RC = torch.addmm(
            x_RC, torch.addmm(gram_RR, gram_RR, gram_RR, beta=B, alpha=C), x_RC, beta=A
        )
    x_RC = x_RC.to(matrix_RC.dtype)
    return x_RC if wide is matrix_RC else x_RC.T


class Muon(torch.optim.Optimizer):  # type: ignore[misc]  # torch is untyped here
    """Nesterov momentum whose direction is made orthogonal, matrix by matrix.

    Every process must hold the same gradients: each orthogonalizes a part of the matrices and gets
    the rest from the others.

    Args:
        parameters: matrices only.
        lr: a matrix of R rows and C columns moves by `lr` times sqrt(max(1, R / C)).
        weight_decay: decoupled; a step shrinks weights by `lr * weight_decay`.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        *,
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        rank: int = 0,
        count: int = 1,
    ) -> None:
        super().__init__(parameters, {"lr": lr})
        self.momentum, self.weight_decay = momentum, weight_decay
        self.rank, self.count = rank, count

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def step(self, closure: Callable[[], float] | None = None) -> None:
        """Move every matrix that has a gradient."""
        (group,) = self.param_groups
        matrices = [p for p in group["params"] if p.grad is not None]
        # The largest first, so that the shares are about equal.
        ordered = sorted(matrices, key=lambda p: -p.numel())
        directions = [
            self._direction(p, mine=i % self.count == self.rank) for i, p in enumerate(ordered)
        ]
        if self.count > 1:
            flat = torch.cat([d.flatten() for d in directions])
            torch.distributed.all_reduce(flat)
            parts = flat.split([p.numel() for p in ordered])
            directions = [d.view_as(p) for d, p in zip(parts, ordered, strict=True)]
        for p, direction in zip(ordered, directions, strict=True):
            p.mul_(1 - group["lr"] * self.weight_decay)
            p.add_(direction, alpha=-group["lr"] * max(1.0, p.shape[0] / p.shape[1]) ** 0.5)

    def _direction(self, parameter: Any, *, mine: bool) -> Tensor:
        """The orthogonalized momentum; zeros where that is another process's part."""
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        state["momentum"].lerp_(parameter.grad, 1 - self.momentum)
        if not mine:
            return torch.zeros_like(parameter)
        return orthogonalize(parameter.grad.lerp(state["momentum"], self.momentum))
