"""What a cheap tool call costs: directly, one by one through the pool, and many at once.

python -m benchmarks.pool [--calls 2000] [--rounds 5]
"""

import argparse
import asyncio
import gc
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence

from fluxem_toolbox.registry import call
from fluxem_vllm.pool import Executor, ToolCall, make_executor

ONE_BY_ONE = 300  # calls a round; each takes a whole round trip

Way = Callable[[Executor, Sequence[ToolCall]], Awaitable[object]]


def machine() -> str:
    """What a run was made with: commit, Python, cores and load."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return (
        f"commit {commit}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def direct_us(todo: Sequence[ToolCall]) -> float:
    """Microseconds a call in this process, without embedding."""
    start = time.perf_counter()
    for c in todo:
        call(c.name, c.arguments)
    return (time.perf_counter() - start) / len(todo) * 1e6


async def one_by_one(executor: Executor, todo: Sequence[ToolCall]) -> None:
    for c in todo:
        await executor.run([c])


async def at_once(executor: Executor, todo: Sequence[ToolCall]) -> None:
    await asyncio.gather(*(executor.run([c]) for c in todo))


async def as_one(executor: Executor, todo: Sequence[ToolCall]) -> None:
    await executor.run(todo)


async def timed_us(executor: Executor, way: Way, todo: Sequence[ToolCall]) -> float:
    """Microseconds a call."""
    start = time.perf_counter()
    await way(executor, todo)
    return (time.perf_counter() - start) / len(todo) * 1e6


def settle() -> None:
    """Spare the rounds the collection of what exists, as vLLM's server does once it is up."""
    gc.collect()
    gc.freeze()


def additions(n: int) -> list[ToolCall]:
    return [ToolCall("add", {"a": i, "b": 2}) for i in range(n)]


async def measure(n: int, rounds: int) -> None:
    pool = make_executor("ray", cache_entries=0)
    await pool.start()
    cached = make_executor("inline")
    await cached.run(additions(n))
    await at_once(pool, additions(n))  # warm
    settle()
    ways: dict[str, tuple[Executor, Way, int]] = {
        "pool, one by one": (pool, one_by_one, ONE_BY_ONE),
        f"pool, {n} tasks at once": (pool, at_once, n),
        f"pool, one request of {n}": (pool, as_one, n),
        "cache": (cached, at_once, n),
    }
    us: dict[str, list[float]] = {}
    for _ in range(rounds):
        us.setdefault("direct, no embedding", []).append(direct_us(additions(n)))
        for name, (executor, way, count) in ways.items():
            us.setdefault(name, []).append(await timed_us(executor, way, additions(count)))
    await pool.close()

    alone = statistics.median(us["pool, one by one"])
    for name, each in us.items():
        median = statistics.median(each)
        print(
            f"{name:26} {median:8.1f} us (best {min(each):.1f}) {1e6 / median:9.0f} calls/s "
            f"{alone / median:6.1f} x one by one"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(
        f"add(i, 2) with embedding; {machine()}, "
        f"{given.calls} calls, median of {given.rounds} rounds"
    )
    asyncio.run(measure(given.calls, given.rounds))


if __name__ == "__main__":
    main()
