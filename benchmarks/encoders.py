"""How many numbers a second become embeddings and come back, in arrays and one by one.

OMP_NUM_THREADS=1 python -m benchmarks.encoders [--numbers 1000000] [--rounds 5]

Rates are millions of numbers a second of processor time, on one core. Each is a median of the
rounds, and so is the floor: what filling fresh memory of that size costs.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.layout import WIDTH
from fluxem_encoders.registry import decode, decode_batch, encode, encode_batch

ONE_BY_ONE = 1000  # numbers a round
SEED = 0


def arrays(n: int) -> dict[str, NDArray[Any]]:
    """Name -> int64 or float64 numbers, shape (n,)."""
    rng = np.random.default_rng(SEED)
    whole = rng.integers(-(2**63), 2**63, n)
    bits = rng.integers(-(2**63), 2**63, n).view(np.float64)
    return {
        "int64, all sizes": whole,
        "int64 in 0..9999": rng.integers(0, 10_000, n),
        "float64 in ±1000": rng.uniform(-1000, 1000, n),
        "float64, any bits": np.where(np.isfinite(bits), bits, 1.0),
    }


def rate(n: int, rounds: int, work: Callable[[], object]) -> float:
    """Millions of numbers a second, the median."""
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
        del result  # its memory goes back outside the clock
    return n / statistics.median(seconds) / 1e6


def fill(n: int) -> NDArray[np.float32]:
    """Fresh embeddings' worth of memory, written once, shape (n, 256)."""
    e_ND = np.empty((n, WIDTH), dtype=np.float32)
    e_ND.fill(1)
    return e_ND


def each(function: Callable[[Any], object], items: Iterable[Any]) -> None:
    for item in items:
        function(item)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--numbers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    n, rounds = options.numbers, options.rounds
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; {n:,} numbers, M/s"
    )
    print(f"floor {rate(n, rounds, lambda: fill(n)):.2f}")
    print(f"{'':20}{'encode':>8}{'one by one':>12}{'ratio':>7}", end="")
    print(f"{'decode':>9}{'one by one':>12}{'ratio':>7}")
    for name, x_N in arrays(n).items():
        few = x_N[:ONE_BY_ONE].tolist()
        encoding = rate(n, rounds, partial(encode_batch, x_N, "arithmetic"))
        encoding_one = rate(len(few), rounds, partial(each, encode, few))
        e_ND = encode_batch(x_N, "arithmetic")
        decoding = rate(n, rounds, partial(decode_batch, e_ND, x_N.dtype.type))
        decoding_one = rate(len(few), rounds, partial(each, decode, e_ND[:ONE_BY_ONE]))
        assert np.array_equal(np.asarray(decode_batch(e_ND, x_N.dtype.type)), x_N)
        print(f"{name:20}{encoding:8.2f}{encoding_one:12.4f}{encoding / encoding_one:7.0f}", end="")
        print(f"{decoding:9.2f}{decoding_one:12.4f}{decoding / decoding_one:7.0f}", flush=True)
        del e_ND  # only one array's embeddings at a time


if __name__ == "__main__":
    main()
