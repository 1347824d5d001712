import asyncio

import pytest

from fluxem_vllm.pool.batching import Batcher
from fluxem_vllm.pool.errors import PoolBusyError, PoolClosedError


class FakeLane:
    """Answers each job with itself in capitals once it is let go."""

    def __init__(self, undone=0):
        self.batches = []
        self.deadlines = []
        self.go = asyncio.Event()
        self.go.set()
        self.undone = undone
        self.error: OSError | None = None

    async def __call__(self, jobs, deadlines_s):
        self.batches.append(jobs)
        self.deadlines.append(deadlines_s)
        await self.go.wait()
        if self.error:
            raise self.error
        keep = len(jobs) - self.undone if len(jobs) > self.undone else len(jobs)
        return [job.upper() if i < keep else None for i, job in enumerate(jobs)]


def batcher(*lanes, max_batch=100, max_queue=1000):
    return Batcher(lanes, max_batch=max_batch, max_queue=max_queue)


def letters(n):
    return [bytes([97 + i % 26]) for i in range(n)]


async def test_what_is_asked_at_once_is_sent_at_once():
    lane = FakeLane()
    b = batcher(lane)
    answers = await asyncio.gather(*(b.submit([x], 1.0) for x in letters(50)))
    assert answers == [[x.upper()] for x in letters(50)]
    assert lane.batches == [letters(50)]


async def test_what_comes_while_a_lane_is_busy_is_its_next_batch():
    lane = FakeLane()
    lane.go.clear()
    b = batcher(lane)
    tasks = []
    for x in letters(20):
        tasks.append(asyncio.create_task(b.submit([x], 1.0)))
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    lane.go.set()
    await asyncio.gather(*tasks)
    assert [len(batch) for batch in lane.batches] == [1, 19]


async def test_free_lanes_share_the_queue():
    lanes = FakeLane(), FakeLane()
    answer = await batcher(*lanes).submit(letters(10), 1.0)
    assert answer == [x.upper() for x in letters(10)]
    assert [len(lane.batches[0]) for lane in lanes] == [5, 5]


async def test_batches_are_bounded():
    lane = FakeLane()
    await batcher(lane, max_batch=8).submit(letters(20), 1.0)
    assert [len(batch) for batch in lane.batches] == [8, 8, 4]


async def test_jobs_left_undone_go_out_again_first_and_in_order():
    lane = FakeLane(undone=3)
    b = batcher(lane, max_batch=8)
    answer = await b.submit(letters(20), 1.0)
    assert answer == [x.upper() for x in letters(20)]
    assert lane.batches[1][:3] == letters(20)[5:8]


async def test_each_job_keeps_its_deadline():
    lane = FakeLane()
    b = batcher(lane)
    await asyncio.gather(b.submit([b"a"], 1.0), b.submit([b"b", b"c"], 2.0))
    assert lane.deadlines == [[1.0, 2.0, 2.0]]


async def test_a_full_queue_refuses_and_says_when_to_come_back():
    lane = FakeLane()
    lane.go.clear()
    b = batcher(lane, max_queue=5)
    first = asyncio.create_task(b.submit([b"a"], 1.0))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(b.submit(letters(5), 1.0))
    await asyncio.sleep(0.01)
    with pytest.raises(PoolBusyError) as busy:
        await b.submit([b"z"], 1.0)
    assert 0.1 <= busy.value.retry_after_s <= 30
    assert b.refused == 1
    lane.go.set()
    await asyncio.gather(first, second)
    assert await b.submit([b"z"], 1.0) == [b"Z"]


async def test_cancelling_one_caller_leaves_the_batch_alone():
    lane = FakeLane()
    lane.go.clear()
    b = batcher(lane)
    running = [asyncio.create_task(b.submit([x], 1.0)) for x in letters(3)]
    await asyncio.sleep(0.01)
    queued = [asyncio.create_task(b.submit([x], 1.0)) for x in (b"x", b"y")]
    await asyncio.sleep(0.01)
    running[1].cancel()
    queued[0].cancel()
    await asyncio.sleep(0)
    lane.go.set()
    answers = await asyncio.gather(*running, *queued, return_exceptions=True)
    assert [a if isinstance(a, list) else type(a) for a in answers] == [
        [b"A"],
        asyncio.CancelledError,
        [b"C"],
        asyncio.CancelledError,
        [b"Y"],
    ]
    assert lane.batches == [[b"a", b"b", b"c"], [b"y"]]


async def test_a_lane_that_fails_fails_its_batch_and_serves_the_next():
    lane = FakeLane()
    lane.error = OSError("gone")
    b = batcher(lane)
    with pytest.raises(OSError, match="gone"):
        await b.submit([b"a"], 1.0)
    lane.error = None
    assert await b.submit([b"b"], 1.0) == [b"B"]


async def test_closing_fails_all_who_wait():
    lane = FakeLane()
    lane.go.clear()
    b = batcher(lane)
    running = asyncio.create_task(b.submit([b"a"], 1.0))
    await asyncio.sleep(0.01)
    queued = asyncio.create_task(b.submit([b"b"], 1.0))
    await asyncio.sleep(0.01)
    b.close()
    for task in (running, queued):
        with pytest.raises(PoolClosedError):
            await task
    with pytest.raises(PoolClosedError):
        await b.submit([b"c"], 1.0)


async def test_no_jobs_are_answered_at_once():
    assert await batcher(FakeLane()).submit([], 1.0) == []
