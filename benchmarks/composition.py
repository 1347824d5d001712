"""What composed embeddings lack of the embeddings of the results, per operation and length.

    python -m benchmarks.composition [--updates 1000] [--seed 1] [--sequences 100]

Trains every composer on the same number of sequences and measures them on others, whose results
Python's own arithmetic knows. Two tables, each cell for 1, 2, 3, 5 and 8 steps:

lanes: the root mean square, over the sequences and the 256 lanes, of the composed embedding less
    the result's. 0 is bit exact.
value: the median of |v - r| / |r|, where r is the result (of a list its mean) and v what the
    composed embedding says: the value that `decode` reads, or, where it reads none, the number
    whose magnitude lane 140 it has. A result of 0 counts as 1 in the divisor.
"""

import argparse
import math
import random
import statistics
import time
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import torch
from torch import Tensor

from fluxem_encoders.errors import DecodeError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.layout import FEATURES
from fluxem_encoders.registry import decode
from fluxem_encoders.values import Value
from fluxem_qwen3.composer import KINDS, ComposerConfig
from fluxem_qwen3.operations import OPERATIONS, exact
from fluxem_vllm.training.composer import ComposerSettings, Sequences, draw, fit

LENGTHS = (1, 2, 3, 5, 8)
LANE = FEATURES.start + MAGNITUDE.start  # s = log1p(|x|) / (log1p(|x|) + 8), signed as x
HIGHEST = 0.95  # of s: beyond the floats' range from here

Compose = Callable[[Sequences], Tensor | None]


def algebra(drawn: Sequences) -> Tensor | None:
    """The sequences by the encoders' algebra alone, (B, E); None where it does not know them."""
    rows = []
    for values_NE, operations_N, mask_N in zip(*drawn[:3], strict=True):
        state_E, *rest = values_NE[mask_N].numpy()
        for index, e_E in zip(operations_N[1:].tolist(), rest, strict=False):
            found = exact(OPERATIONS[index], state_E, e_E)
            if found is None:
                return None
            state_E = found
        rows.append(torch.from_numpy(state_E))
    return torch.stack(rows)


def lacking(composed_BE: Tensor, targets_BE: Tensor) -> float:
    """The error of the lanes."""
    return float((composed_BE - targets_BE).pow(2).mean().sqrt())


def wrong(composed_BE: Tensor, results: Sequence[Value]) -> float:
    """The error of the values."""
    pairs = zip(composed_BE.numpy(), map(size_of, results), strict=True)
    return statistics.median(
        float(abs(Fraction(read(e_E)) - r) / (abs(r) or 1)) for e_E, r in pairs
    )


def read(e_E: np.ndarray) -> Fraction | float:
    """The number that an embedding says."""
    try:
        return size_of(decode(e_E))
    except (DecodeError, TypeError):
        s = max(-HIGHEST, min(HIGHEST, float(e_E[LANE])))
        return math.copysign(math.expm1(8 * abs(s) / (1 - abs(s))), s)


def size_of(value: Value) -> Fraction:
    """A number, or a list's mean."""
    return Fraction(statistics.fmean(value)) if isinstance(value, tuple) else Fraction(value)  # type: ignore[arg-type]


def cell(numbers: Sequence[float]) -> str:
    return " ".join("0" if x == 0 else f"{x:.2g}" for x in numbers) or "-"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure composers.")
    parser.add_argument("--updates", type=int, default=ComposerSettings().updates)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sequences", type=int, default=100, help="of each cell and length (100)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    composers: dict[str, Compose] = {}
    for kind in KINDS:
        settings = ComposerSettings(
            ComposerConfig(kind), updates=arguments.updates, seed=arguments.seed
        )
        begun = time.process_time()
        composer, losses = fit(settings)
        composers[kind] = lambda drawn, composer=composer: composer(*drawn[:3])
        spent = time.process_time() - begun
        print(f"{kind}: {len(losses)} updates in {spent:.0f} s, loss {np.mean(losses[-50:]):.4f}")
    composers["algebra"] = algebra
    rng = random.Random("fluxem-composition")
    tables: dict[str, list[str]] = {"lanes": [], "value": []}
    for operation in OPERATIONS:
        drawn = [draw(rng, [(operation, steps)] * arguments.sequences) for steps in LENGTHS]
        columns = {name: [] for name in tables}
        for compose in composers.values():
            with torch.inference_mode():
                found = [(each, e) for each in drawn if (e := compose(each)) is not None]
            columns["lanes"].append(cell([lacking(e, each.targets_BE) for each, e in found]))
            columns["value"].append(cell([wrong(e, each.results) for each, e in found]))
        for name, rows in tables.items():
            rows.append(f"| {operation} | {' | '.join(columns[name])} |")
    for name, rows in tables.items():
        print(f"\n| {name} | {' | '.join(composers)} |")
        print("|---" * (len(composers) + 1) + "|")
        print(*rows, sep="\n")


if __name__ == "__main__":
    main()
