"""What a run tells while it goes: a progress bar, lines of JSON and TensorBoard logs."""

import json
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from fluxem_vllm.training.precision import bfloat16_is_native

LOGS = "logs"  # of a run's directory, for `tensorboard --logdir`


class Journal:
    """Of one process's run; all but the first of several processes are `silent`.

    Args:
        folder: the run's directory.
        processes: that train together, each on a device as this one's.
    """

    def __init__(
        self, folder: Path, model: Any, device: torch.device, processes: int, *, silent: bool
    ) -> None:
        self.silent = silent
        if silent:
            return
        from torch.utils.tensorboard import SummaryWriter
        from tqdm import tqdm

        self._flops = flops_of_a_token(model)
        self._peak = matrix_peak(device) * processes
        self._writer = SummaryWriter(folder / LOGS)
        form = "{desc} {percentage:3.0f}% {postfix}"
        self._bar = tqdm(total=100.0, unit="%", bar_format=form, mininterval=20)
        trained, size = (sum(p.numel() for p in parameters) / 1e6 for parameters in _parts(model))
        print(f"{size:.1f} M parameters, {trained:.1f} M of them trained; matrix products at "
              f"{self._peak / 1e9:,.0f} GFLOP/s at best", flush=True)  # fmt: skip

    def step(
        self, step: int, progress: float, losses: Mapping[str, float], tokens_per_s: float
    ) -> None:
        """After every step; `progress` from 0 to 1. The bar shows `losses["loss"]`."""
        if self.silent:
            return
        share = self._flops * tokens_per_s / self._peak
        self._bar.n = min(100.0, 100 * progress)
        self._bar.set_postfix_str(
            f"step {step} loss {losses['loss']:.3f} {tokens_per_s:,.0f} tokens/s, "
            f"{share:.0%} of the peak"
        )
        for name, value in {**losses, "tokens_per_s": tokens_per_s, "peak_share": share}.items():
            self._writer.add_scalar(f"train/{name}", value, step)

    def scores(self, step: int, scores: Mapping[str, float]) -> None:
        """After every evaluation."""
        if self.silent:
            return
        print(json.dumps({k: round(v, 4) for k, v in {"step": step, **scores}.items()}), flush=True)
        for name, value in scores.items():
            self._writer.add_scalar(f"heldout/{name}", value, step)

    def close(self) -> None:
        if not self.silent:
            self._bar.close()
            self._writer.close()


def _parts(model: Any) -> tuple[list[Any], list[Any]]:
    """The parameters that are trained, and all."""
    every = list(model.parameters())
    return [p for p in every if p.requires_grad], every


def flops_of_a_token(model: Any) -> float:
    """Of the layers' matrices: forward 2 for each weight, backward 4, or 2 where it is frozen."""
    matrices = [p for n, p in model.named_parameters() if ".layers." in n and p.ndim == 2]
    return float(sum((6 if p.requires_grad else 4) * p.numel() for p in matrices))


def matrix_peak(device: torch.device, size: int = 1024, repeats: int = 7) -> float:
    """FLOP/s of square matrix products as the run computes them, the median of some."""
    native = device.type != "cpu" or bfloat16_is_native()
    matrix = torch.randn(size, size, device=device)
    matrix = matrix.to(torch.bfloat16) if native else matrix
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        (matrix @ matrix)[0, 0].item()  # waits for a GPU
        times.append(time.perf_counter() - start)
    return 2 * size**3 / statistics.median(times)
