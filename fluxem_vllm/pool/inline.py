"""The executor without processes: for notebooks and unit tests."""

import asyncio
import contextlib
import threading
from collections.abc import Sequence

from fluxem_vllm.pool.cached import CachedExecutor
from fluxem_vllm.pool.executor import CallError
from fluxem_vllm.pool.wire import Kind, Reply, do, finish
from fluxem_vllm.pool.work import load


class InlineExecutor(CachedExecutor):
    """Runs jobs in threads of this process.

    A thread cannot be killed: a call that passes its deadline is answered with an error in time,
    yet computes on to its end.
    """

    def __init__(
        self, *, tool_modules: Sequence[str] = (), cache_entries: int = 20_000, cache_mb: int = 64
    ) -> None:
        super().__init__(cache_entries=cache_entries, cache_mb=cache_mb)
        load(tool_modules)
        self._timeouts = 0

    async def start(self) -> None:
        pass

    async def _work(self, kind: Kind, jobs: list[bytes], deadline_s: float | None) -> list[Reply]:
        if deadline_s is None:
            return await asyncio.to_thread(lambda: finish([do(kind, job) for job in jobs]))
        return [await self._in_time(kind, job, deadline_s) for job in jobs]

    async def _in_time(self, kind: Kind, job: bytes, deadline_s: float) -> Reply:
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Reply] = loop.create_future()

        def settle(done: Reply) -> None:
            if not reply.done():
                reply.set_result(done)

        def work() -> None:
            [done] = finish([do(kind, job)])
            with contextlib.suppress(RuntimeError):  # the loop may have closed since
                loop.call_soon_threadsafe(settle, done)

        threading.Thread(target=work, daemon=True).start()
        try:
            return await asyncio.wait_for(reply, deadline_s)
        except TimeoutError:
            self._timeouts += 1
            return CallError.overrun(deadline_s)

    async def close(self) -> None:
        pass

    def stats(self) -> dict[str, int]:
        return super().stats() | {"timeouts": self._timeouts}
