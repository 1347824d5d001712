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
from collections.abc import Awaitable, Callable

from fluxem_toolbox.registry import call
from fluxem_vllm.pool import ToolCall, make_executor

ONE_BY_ONE = 300  # calls a round; each takes a whole round trip


def calls(n: int) -> list[ToolCall]:
    return [ToolCall("add", {"a": i, "b": 2}) for i in range(n)]


def direct_us(n: int) -> float:
    """Microseconds a call in this process, without embedding."""
    start = time.perf_counter()
    for c in calls(n):
        call(c.name, c.arguments)
    return (time.perf_counter() - start) / n * 1e6


async def timed_us(n: int, work: Callable[[list[ToolCall]], Awaitable[None]]) -> float:
    todo = calls(n)
    start = time.perf_counter()
    await work(todo)
    return (time.perf_counter() - start) / n * 1e6


async def measure(n: int, rounds: int) -> None:
    pool = make_executor("ray", cache_entries=0)
    await pool.start()

    async def one_by_one(todo: list[ToolCall]) -> None:
        for c in todo:
            await pool.run([c])

    async def at_once(todo: list[ToolCall]) -> None:
        await asyncio.gather(*(pool.run([c]) for c in todo))

    async def as_one(todo: list[ToolCall]) -> None:
        await pool.run(todo)

    cached = make_executor("inline")
    await cached.run(calls(n))

    async def from_cache(todo: list[ToolCall]) -> None:
        await asyncio.gather(*(cached.run([c]) for c in todo))

    await at_once(calls(n))  # warm
    gc.collect()
    gc.freeze()  # as vLLM's server does once it is up
    us: dict[str, list[float]] = {}
    for _ in range(rounds):
        us.setdefault("direct, no embedding", []).append(direct_us(n))
        us.setdefault("pool, one by one", []).append(await timed_us(ONE_BY_ONE, one_by_one))
        us.setdefault(f"pool, {n} tasks at once", []).append(await timed_us(n, at_once))
        us.setdefault(f"pool, one request of {n}", []).append(await timed_us(n, as_one))
        us.setdefault("cache", []).append(await timed_us(n, from_cache))
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
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    print(
        f"add(i, 2) with embedding; commit {commit}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"{given.calls} calls, median of {given.rounds} rounds"
    )
    asyncio.run(measure(given.calls, given.rounds))


if __name__ == "__main__":
    main()
