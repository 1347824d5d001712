import asyncio
import pickle
import time
from fractions import Fraction

import numpy as np
import pytest

from fluxem_encoders.registry import encode
from fluxem_vllm.pool import CallError, DetectionError, PoolBusyError, ToolCall, make_executor


@pytest.fixture
async def pool(slow_tools):
    executor = make_executor("inline", tool_modules=[slow_tools])
    yield executor
    await executor.close()


async def test_values_come_with_exactness_and_embedding(pool):
    [third, half] = await pool.run(
        [ToolCall("pool_double", {"x": "1/6"}), ToolCall("pool_double", {"x": 0.25})]
    )
    assert (third.value, third.exact, third.error) == (Fraction(1, 3), True, None)
    assert third.ms > 0
    np.testing.assert_array_equal(third.embedding, encode(Fraction(1, 3)))
    assert str(half.value) == "0.50"
    assert not third.embedding.flags.writeable


async def test_a_number_beyond_every_domain_is_embedded_as_its_float(pool):
    huge = 7**300
    near, far = await pool.run(
        [ToolCall("pool_double", {"x": huge}), ToolCall("pool_double", {"x": huge**2})]
    )
    np.testing.assert_array_equal(near.embedding, encode(float(2 * huge)))
    assert (far.value, far.embedding) == (2 * huge**2, None)


async def test_failures_are_data(pool):
    outcomes = await pool.run(
        [
            ToolCall("pool_refuse", {"x": 1}),
            ToolCall("pool_double", {}),
            ToolCall("no_such_tool", {}),
            ToolCall("pool_break", {"x": 1}),
            ToolCall("pool_double", {"x": 4}),
        ]
    )
    assert [o.error and o.error.category for o in outcomes] == [
        "undefined",
        "mismatch",
        "unknown_tool",
        "internal",
        None,
    ]
    assert "ZeroDivisionError" in outcomes[3].error.message
    assert outcomes[4].value == 8


async def test_a_defect_is_logged_with_its_traceback(pool, caplog):
    await pool.run([ToolCall("pool_break", {"x": 1})])
    assert "ZeroDivisionError" in caplog.text


async def test_a_call_over_its_deadline_fails_and_the_next_one_runs(pool):
    start = time.perf_counter()
    slow, fast = await pool.run(
        [ToolCall("pool_sleep", {"ms": 2000}), ToolCall("pool_double", {"x": 4})], deadline_s=0.1
    )
    assert time.perf_counter() - start < 1
    assert slow.error == CallError("limit", "the call was stopped at its deadline of 0.1 s")
    assert fast.value == 8
    assert pool.stats()["timeouts"] == 1


async def test_spans_come_with_their_embeddings(pool):
    [spans, nothing] = await pool.detect(["Add 12 to [1, 2, 3].", "Hello!"], 8)
    assert [(d.span.text, d.span.value) for d in spans] == [("12", 12), ("[1, 2, 3]", (1, 2, 3))]
    assert nothing == []
    for d in spans:
        np.testing.assert_array_equal(d.embedding, encode(d.span.value, d.span.domain))


async def test_further_domains_are_searched_when_asked_for(pool):
    [plain], [more] = await pool.detect(["9 km"], 8), await pool.detect(["9 km"], 8, ["physics"])
    assert [d.span.text for d in plain + more] == ["9", "9 km"]
    np.testing.assert_array_equal(more[0].embedding, encode(more[0].span.value))


async def test_spans_are_limited_cached_and_not_shared(pool):
    [three] = await pool.detect(["1 2 3 4 5"], 3)
    assert [d.span.value for d in three] == [1, 2, 3]
    three.clear()
    [again], [all_five] = await pool.detect(["1 2 3 4 5"], 3), await pool.detect(["1 2 3 4 5"], 9)
    assert (len(again), len(all_five)) == (3, 5)
    assert pool.stats()["detect_hits"] == 1


async def test_a_defect_in_detection_is_an_error(pool, monkeypatch):
    monkeypatch.setattr("fluxem_encoders.detect.detect", lambda text, **options: 1 // 0)
    with pytest.raises(DetectionError, match="ZeroDivisionError"):
        await pool.detect(["1"], 8)


async def test_results_are_cached_and_failures_are_not(pool):
    for _ in range(3):
        await pool.run([ToolCall("pool_double", {"x": 4}), ToolCall("pool_refuse", {"x": 1})])
    stats = pool.stats()
    assert (stats["calls"], stats["run_hits"], stats["cached"]) == (6, 2, 1)


async def test_the_event_loop_stays_free(pool):
    running = asyncio.create_task(pool.run([ToolCall("pool_sleep", {"ms": 300})]))
    turns = 0
    while not running.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 10


def test_an_executor_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="`ray` or `inline`, got 'threads'"):
        make_executor("threads")  # type: ignore[arg-type]  # as the types say


def test_errors_survive_pickle():
    error = pickle.loads(pickle.dumps(PoolBusyError("the queue is full", 0.5)))
    assert (str(error), error.retry_after_s) == ("the queue is full", 0.5)
