"""The pool on a real Ray of one machine, started once for the module."""

import asyncio
import os
import signal
import time
from fractions import Fraction
from itertools import chain

import numpy as np
import pytest
import pytest_asyncio
import ray

from fluxem_vllm.pool import (
    CallError,
    DetectionError,
    PoolBusyError,
    PoolClosedError,
    PoolLostError,
    ToolCall,
    make_executor,
)
from fluxem_vllm.pool.ray_executor import RayExecutor
from tests.pool.conftest import SLOW_TOOLS

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPTIONS = {"tool_modules": [SLOW_TOOLS], "cache_entries": 0}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool():
    executor = make_executor("ray", **OPTIONS)
    await executor.start()
    yield executor
    await executor.close()


def sleeps(n, ms=2):
    return [ToolCall("pool_sleep", {"ms": ms, "x": x}) for x in range(n)]


async def values(pool, calls, deadline_s=None):
    """The value or error of each call, every call asked for by a task of its own."""
    outcomes = await asyncio.gather(*(pool.run([call], deadline_s) for call in calls))
    return [outcome.error or outcome.value for [outcome] in outcomes]


async def test_results_are_those_of_the_inline_executor(pool, slow_tools):
    calls = [
        ToolCall("pool_double", {"x": "1/3"}),
        ToolCall("pool_double", {"x": Fraction(1, 3)}),
        ToolCall("pool_double", {"x": 0.1}),
        ToolCall("pool_double", {"x": 10**400}),
        ToolCall("pool_echo", {"data": [1, "2.50", 3]}),
        ToolCall("pool_double", {}),
        ToolCall("pool_refuse", {"x": 1}),
        ToolCall("pool_break", {"x": 1}),
        ToolCall("no_such_tool", {}),
    ]
    inline = make_executor("inline", tool_modules=[slow_tools])
    there, here = await pool.run(calls), await inline.run(calls)
    for a, b in zip(there, here, strict=True):
        assert (repr(a.value), a.exact, a.error) == (repr(b.value), b.exact, b.error)
        np.testing.assert_array_equal(a.embedding, b.embedding)


async def test_spans_are_those_of_the_inline_executor(pool):
    texts = ["What is 12.5% of 80?", "C(5, 2) and 1/3 and [1, 2.5]", "", "no numbers"]
    there, here = await pool.detect(texts, 8), await make_executor("inline").detect(texts, 8)
    assert there == here
    for a, b in zip(chain(*there), chain(*here), strict=True):
        np.testing.assert_array_equal(a.embedding, b.embedding)


async def test_detection_has_a_deadline(pool):
    hasty = RayExecutor(**OPTIONS, detect_deadline_s=0.001)
    with pytest.raises(DetectionError, match=r"deadline of 0\.001 s"):
        await hasty.detect(["1 2 3 " * 100_000], 10**6)
    await hasty.close()
    assert len((await pool.detect(["4 5"], 8))[0]) == 2


async def test_calls_of_many_tasks_travel_together(pool):
    before = pool.stats()["run_batches"]
    calls = [ToolCall("pool_double", {"x": x}) for x in range(1000)]
    assert await values(pool, calls) == [2 * x for x in range(1000)]
    assert pool.stats()["run_batches"] - before <= 50


async def test_no_request_is_lost_when_actors_are_killed(pool):
    before = pool.stats()["actor_restarts"]
    pids = await tool_pids(pool)
    running = asyncio.create_task(values(pool, sleeps(200, ms=5)))
    await asyncio.sleep(0.1)
    for actor, *_ in pids.values():
        os.kill(actor, signal.SIGKILL)
    assert await running == list(range(200))
    assert pool.stats()["actor_restarts"] > before


async def test_no_request_is_lost_when_workers_are_killed(pool):
    pids = await tool_pids(pool)
    running = asyncio.create_task(values(pool, sleeps(200, ms=5)))
    await asyncio.sleep(0.1)
    for _, keeper, worker in pids.values():
        os.kill(worker, signal.SIGKILL)
        os.kill(keeper, signal.SIGKILL)
    assert await running == list(range(200))


async def test_an_actor_that_is_gone_for_good_is_made_anew(pool):
    name = next(iter(await tool_pids(pool)))
    running = asyncio.create_task(values(pool, sleeps(100, ms=5)))
    await asyncio.sleep(0.1)
    ray.kill(ray.get_actor(name, namespace="fluxem"), no_restart=True)
    assert await running == list(range(100))


async def test_a_call_over_its_deadline_fails_alone_and_in_time(pool):
    calls = [*sleeps(50), ToolCall("pool_hold", {"digits": 9}), *sleeps(50)]
    start = time.monotonic()
    results = await values(pool, calls, deadline_s=1.0)
    assert time.monotonic() - start < 5
    assert results[:50] == results[51:] == list(range(50))
    assert results[50] == CallError.overrun(1.0)


async def test_a_call_that_ends_its_process_fails_alone(pool):
    results = await values(pool, [*sleeps(20), ToolCall("pool_die", {"x": 1}), *sleeps(20)])
    assert results[:20] == results[21:] == list(range(20))
    assert results[20].category == "internal"


async def test_executors_with_the_same_settings_share_actors_and_bound_their_queues(pool):
    other = RayExecutor(**OPTIONS, max_queue=10)
    assert await other.actor_pids() == await pool.actor_pids()
    first = asyncio.create_task(other.run(sleeps(2, ms=300)))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(other.run(sleeps(10)))
    await asyncio.sleep(0.05)
    with pytest.raises(PoolBusyError, match="10 jobs wait"):
        await other.run(sleeps(1))
    assert await values(pool, sleeps(20)) == list(range(20))
    assert [o.value for o in await first + await second] == [0, 1, *range(10)]
    await other.close()
    with pytest.raises(PoolClosedError):
        await other.run(sleeps(1))
    assert await values(pool, sleeps(3)) == [0, 1, 2]


async def test_cancelling_a_task_leaves_its_neighbours_alone(pool):
    tasks = [asyncio.create_task(values(pool, [call])) for call in sleeps(50, ms=5)]
    await asyncio.sleep(0.05)
    for task in tasks[::2]:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert done[1::2] == [[x] for x in range(1, 50, 2)]


async def test_the_event_loop_stays_free(pool):
    running = asyncio.create_task(values(pool, sleeps(4, ms=200)))
    turns = 0
    while not running.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 10


async def test_a_tool_module_that_does_not_import_is_named(pool):
    other = RayExecutor(tool_modules=["no_such_tools"], tool_workers=1, detectors=0)
    with pytest.raises(PoolLostError, match="No module named 'no_such_tools'"):
        await other.start()


async def test_a_cluster_of_our_own_listens_on_this_machine_only(pool):
    assert ray.util.get_node_ip_address() == "127.0.0.1"


async def tool_pids(pool):
    return {name: pids for name, pids in (await pool.actor_pids()).items() if "run" in name}
