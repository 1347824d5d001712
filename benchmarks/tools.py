"""What the call of each tool's doctest costs: directly, and through the pool.

    python -m benchmarks.tools [TOOL ...] [--seconds 0.2] [--rounds 3]

Direct is without embedding; the pool embeds results and caches none. Slow tools first.
"""

import argparse
import asyncio
import doctest
import inspect
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from tqdm import tqdm

from benchmarks.pool import as_one, direct_us, machine, one_by_one, settle, timed_us
from fluxem_toolbox import TOOLS, Tool, get_tool
from fluxem_vllm.pool import Executor, ToolCall, make_executor

MOST_CALLS = 1000  # in a batch
ONE_BY_ONE = 50  # calls a round, at most: each takes a whole round trip


@dataclass(frozen=True)
class Cost:
    """Microseconds a call, the medians of all rounds."""

    tool: str
    direct: float
    alone: float
    batched: float

    def row(self) -> str:
        return (
            f"{self.tool:32} {self.direct:10.1f} {self.alone:10.1f} {self.batched:10.1f} "
            f"{self.alone / self.batched:8.1f} {self.batched / self.direct:8.2f}"
        )


HEADER = (
    f"{'us a call':32} {'direct':>10} {'one by one':>10} {'in a batch':>10} "
    f"{'batching':>8} {'pool':>8}"
)
LEGEND = "batching: one by one / in a batch. pool: in a batch / direct"


def example(tool: Tool) -> ToolCall:
    """The first call in the tool's doctest."""
    calls: list[dict[str, Any]] = []
    signature = inspect.signature(tool.function)

    @wraps(tool.function)
    def recorded(*args: Any, **more: Any) -> Any:
        calls.append(signature.bind(*args, **more).arguments)
        return tool.function(*args, **more)

    globs = vars(sys.modules[tool.function.__module__]) | {tool.name: recorded}
    for test in doctest.DocTestFinder().find(tool.function, tool.name, globs=globs):
        doctest.DocTestRunner(verbose=False).run(test, out=lambda text: None)
    return ToolCall(tool.name, calls[0])


async def cost(pool: Executor, tool: Tool, seconds: float, rounds: int) -> Cost:
    """Time so many calls a round that these take about `seconds` of work."""
    call = example(tool)
    direct_us([call])  # which may import a library
    us = direct_us([call] * 3)
    count = max(1, min(MOST_CALLS, round(seconds * 1e6 / us)))
    many, few = [call] * count, [call] * min(count, ONE_BY_ONE)
    await as_one(pool, many)  # warm
    direct, alone, batched = zip(
        *[
            (
                direct_us(many),
                await timed_us(pool, one_by_one, few),
                await timed_us(pool, as_one, many),
            )
            for _ in range(rounds)
        ],
        strict=True,
    )
    return Cost(tool.name, *map(statistics.median, (direct, alone, batched)))


async def measure(tools: Sequence[Tool], seconds: float, rounds: int) -> list[Cost]:
    pool = make_executor("ray", cache_entries=0)
    await pool.start()
    settle()
    costs = [await cost(pool, tool, seconds, rounds) for tool in tqdm(tools, unit=" tools")]
    await pool.close()
    return sorted(costs, key=lambda c: -c.direct)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", nargs="*", metavar="TOOL", help="all without any")
    parser.add_argument("--seconds", type=float, default=0.2, help="of work per tool and round")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    tools = [get_tool(name) for name in given.tools or TOOLS]
    costs = asyncio.run(measure(tools, given.seconds, given.rounds))
    print(f"{len(costs)} tools; {machine()}, median of {given.rounds} rounds; {LEGEND}")
    print(HEADER)
    for each in costs:
        print(each.row())
    middle = (statistics.median(getattr(c, way) for c in costs) for way in Cost.__match_args__[1:])
    print(Cost("median", *middle).row())


if __name__ == "__main__":
    main()
