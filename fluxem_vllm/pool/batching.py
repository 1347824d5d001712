"""Many small requests from asyncio tasks, sent as few large batches to whatever lane is free."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fluxem_vllm.pool.errors import PoolBusyError, PoolClosedError
from fluxem_vllm.pool.wire import Reply

Lane = Callable[[list[bytes], list[float]], Awaitable[Sequence[Reply | None]]]
"""Does jobs within their deadlines; None for those that it had no time for. One batch at a time."""

MIN_RETRY_S, MAX_RETRY_S = 0.1, 30.0
SMOOTHING = 0.1  # weight of the latest batch in the mean time of a job


@dataclass(eq=False)
class _Request:
    jobs: Sequence[bytes]
    deadline_s: float
    replies: list[Reply | None]
    missing: int
    answer: asyncio.Future[list[Reply]]

    def settle(self, i: int, reply: Reply) -> None:
        self.replies[i] = reply
        self.missing -= 1
        if self.missing == 0 and not self.answer.done():
            self.answer.set_result([reply for reply in self.replies if reply is not None])

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Batcher:
    """Queues jobs for lanes.

    Nothing waits for a batch to fill: what is queued when a lane becomes free is its next batch,
    shared with the other lanes that are free. A request whose caller was cancelled is dropped
    while it is queued; once sent, its jobs are done and the replies forgotten.
    """

    def __init__(self, lanes: Sequence[Lane], *, max_batch: int, max_queue: int) -> None:
        self.max_batch = max_batch
        self.max_queue = max_queue
        self.batches = 0
        self.refused = 0
        self._lanes = len(lanes)
        self._free = deque(lanes)
        self._queue: deque[tuple[_Request, int]] = deque()
        self._running: dict[asyncio.Task[None], list[tuple[_Request, int]]] = {}
        self._job_s = 0.0
        self._send_is_due = False
        self._closed = False

    @property
    def queued(self) -> int:
        return len(self._queue)

    async def submit(self, jobs: Sequence[bytes], deadline_s: float) -> list[Reply]:
        """One reply for each job, in order.

        Raises:
            PoolBusyError: when `max_queue` jobs wait already.
            PoolClosedError: when the batcher is closed, now or before the jobs are done.
        """
        if self._closed:
            raise PoolClosedError("the pool is closed")
        if not jobs:
            return []
        if len(self._queue) >= self.max_queue:
            self.refused += 1
            raise PoolBusyError(f"{len(self._queue)} jobs wait in the pool", self._retry_after_s())
        loop = asyncio.get_running_loop()
        request = _Request(jobs, deadline_s, [None] * len(jobs), len(jobs), loop.create_future())
        self._queue.extend((request, i) for i in range(len(jobs)))
        if not self._send_is_due:  # what other tasks submit in this turn of the loop goes along
            self._send_is_due = True
            loop.call_soon(self._send)
        return await request.answer

    def close(self) -> None:
        """Fail what is queued and what is being done."""
        self._closed = True
        for batch in (self._queue, *self._running.values()):
            for request, _ in batch:
                request.fail(PoolClosedError("the pool was closed"))
        self._queue.clear()
        for task in self._running:
            task.cancel()

    def _send(self) -> None:
        self._send_is_due = False
        while self._free and (batch := self._take(math.ceil(len(self._queue) / len(self._free)))):
            task = asyncio.create_task(self._serve(self._free.popleft(), batch))
            self._running[task] = batch
            task.add_done_callback(self._running.pop)

    def _take(self, share: int) -> list[tuple[_Request, int]]:
        batch: list[tuple[_Request, int]] = []
        while self._queue and len(batch) < min(share, self.max_batch):
            request, i = self._queue.popleft()
            if not request.answer.done():
                batch.append((request, i))
        return batch

    async def _serve(self, lane: Lane, batch: list[tuple[_Request, int]]) -> None:
        self.batches += 1
        start = time.monotonic()
        try:
            replies = await lane([r.jobs[i] for r, i in batch], [r.deadline_s for r, _ in batch])
        except Exception as error:  # whatever ends a lane's work, those who wait must hear of it
            for request, _ in batch:
                request.fail(error)
        else:
            undone = []
            for (request, i), reply in zip(batch, replies, strict=True):
                if reply is None:
                    undone.append((request, i))
                else:
                    request.settle(i, reply)
            self._queue.extendleft(reversed(undone))
            job_s = (time.monotonic() - start) / (len(batch) - len(undone) or 1)
            self._job_s += SMOOTHING * (job_s - self._job_s)
        finally:
            self._free.append(lane)
            self._send()

    def _retry_after_s(self) -> float:
        wait_s = len(self._queue) * self._job_s / self._lanes
        return min(max(wait_s, MIN_RETRY_S), MAX_RETRY_S)
