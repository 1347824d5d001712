"""The executor whose workers are Ray actors, shared by all servers of a cluster."""

import asyncio
import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from fluxem_vllm.pool.actor import Worker
from fluxem_vllm.pool.batching import Batcher
from fluxem_vllm.pool.cached import CachedExecutor
from fluxem_vllm.pool.errors import PoolClosedError, PoolLostError
from fluxem_vllm.pool.ray_session import RaySession
from fluxem_vllm.pool.sandbox import Done
from fluxem_vllm.pool.wire import Kind, Reply

MAX_REPLACEMENTS = 20  # so often in a row may an actor be gone for good and made anew
REPLACE_S = 0.25  # wait before that, until Ray has freed the name of the last one


class RayExecutor(CachedExecutor):
    """Sends batches to actors for tools and actors for detection.

    The actors are named in `namespace`, so that several servers with the same settings share
    them. Ray restarts an actor that dies and sends it its batch again. Use from one event loop.
    """

    def __init__(
        self,
        *,
        tool_workers: int = 2,
        detectors: int = 1,
        tool_modules: Sequence[str] = (),
        namespace: str = "fluxem",
        address: str | None = None,
        max_deadline_s: float = 60.0,
        detect_deadline_s: float = 10.0,
        max_batch: int = 1024,
        max_queue: int = 10_000,
        memory_mb: int = 1024,
        cache_entries: int = 20_000,
        cache_mb: int = 64,
    ) -> None:
        """Start nothing yet; the first request does, or `start`.

        Args:
            tool_modules: modules to import in the actors; their import registers further tools.
            namespace: of the actors; servers with different ones share none.
            address: of the cluster; by default RAY_ADDRESS, else a new one on this machine.
            max_deadline_s: the deadline of calls that come with none, or a longer one.
            max_queue: jobs that may wait before requests are refused.
            memory_mb: what the work in one actor may take.
        """
        super().__init__(cache_entries=cache_entries, cache_mb=cache_mb)
        self._actors: dict[Kind, int] = {"run": tool_workers, "detect": detectors}
        self._arguments = (tuple(tool_modules), memory_mb)
        self._namespace = namespace
        self._address = address
        self._deadline_s: dict[Kind, float] = {"run": max_deadline_s, "detect": detect_deadline_s}
        self._bounds = {"max_batch": max_batch, "max_queue": max_queue}
        self._lanes: list[_ActorLane] = []
        self._batchers: dict[Kind, Batcher] = {}
        self._starting = asyncio.Lock()
        self._session: RaySession | None = None
        self._closed = False

    async def start(self) -> None:
        """Connect and have all actors ready.

        Raises:
            PoolLostError: when there is no cluster, or the actors do not start.
        """
        async with self._starting:
            if self._closed:
                raise PoolClosedError("the pool is closed")
            if self._batchers:
                return
            self._session = self._session or RaySession(self._address)
            try:
                await self._session.ready()
            except (ConnectionError, RuntimeError, ValueError) as error:
                self._session = None
                raise PoolLostError(
                    "Ray cannot be reached (a cluster that asks for a token needs "
                    f"RAY_AUTH_MODE=token): {error}"
                ) from error
            alike = (version("fluxem-vllm"), self._arguments)
            digest = hashlib.sha256(repr(alike).encode()).hexdigest()[:8]
            lanes: dict[Kind, list[_ActorLane]] = {
                kind: [
                    _ActorLane(kind, f"{kind}-{i}-{digest}", self._namespace, self._arguments)
                    for i in range(count)
                ]
                for kind, count in self._actors.items()
            }
            self._lanes = [lane for some in lanes.values() for lane in some]
            await asyncio.gather(*(lane.pids() for lane in self._lanes))
            self._batchers = {kind: Batcher(some, **self._bounds) for kind, some in lanes.items()}

    async def _work(self, kind: Kind, jobs: list[bytes], deadline_s: float | None) -> list[Reply]:
        if not self._batchers or self._closed:
            await self.start()
        longest_s = self._deadline_s[kind]
        return await self._batchers[kind].submit(
            jobs, longest_s if deadline_s is None else min(deadline_s, longest_s)
        )

    async def close(self) -> None:
        async with self._starting:
            self._closed = True
            for batcher in self._batchers.values():
                batcher.close()
            self._lanes = []
            if self._session:
                await self._session.close()
                self._session = None

    def stats(self) -> dict[str, int]:
        stats = super().stats()
        for kind, batcher in self._batchers.items():
            stats[f"{kind}_batches"] = batcher.batches
            stats[f"{kind}_queued"] = batcher.queued
            stats[f"{kind}_refused"] = batcher.refused
        stats["timeouts"] = sum(lane.timeouts for lane in self._lanes)
        stats["worker_restarts"] = sum(lane.deaths for lane in self._lanes)
        stats["actor_restarts"] = sum(lane.restarts for lane in self._lanes)
        return stats

    async def actor_pids(self) -> dict[str, tuple[int, int, int]]:
        """For operations and tests: each actor's process, its sandbox's keeper and its worker."""
        await self.start()
        pids = await asyncio.gather(*(lane.pids() for lane in self._lanes))
        return {lane.name: each for lane, each in zip(self._lanes, pids, strict=True)}


class _ActorLane:
    """A named actor: sends it batches, and makes it anew when it is gone for good."""

    def __init__(
        self, kind: Kind, name: str, namespace: str, arguments: tuple[tuple[str, ...], int]
    ) -> None:
        self.kind = kind
        self.name = name
        self.timeouts = 0
        self.deaths = 0
        self.restarts = 0
        self._pid = 0
        self._actor: Any = None
        self._arguments = arguments
        self._options = {
            "name": name,
            "namespace": namespace,
            "get_if_exists": True,
            "num_cpus": 0,
            "max_restarts": -1,
            "max_task_retries": -1,
            "scheduling_strategy": "SPREAD",
        }

    async def __call__(self, jobs: list[bytes], deadlines_s: list[float]) -> list[Reply | None]:
        done: Done
        pid, done = await self._ask("work", self.kind, jobs, deadlines_s)
        self.restarts += self._pid not in (0, pid)
        self._pid = pid
        self.deaths += done.deaths
        self.timeouts += done.timeouts
        return done.replies

    async def pids(self) -> tuple[int, int, int]:
        """The processes of the actor, of its sandbox's keeper and of the present worker."""
        pids: tuple[int, int, int] = await self._ask("pids")
        self._pid = self._pid or pids[0]
        return pids

    async def _ask(self, method: str, *arguments: Any) -> Any:
        for _ in range(MAX_REPLACEMENTS):
            if self._actor is None:
                self._actor = await asyncio.to_thread(self._find)
            try:
                return await getattr(self._actor, method).remote(*arguments)
            except RayActorError as error:
                if error.actor_init_failed:
                    raise PoolLostError(
                        f"the actor `{self.name}` does not start: {error}"
                    ) from error
                self._actor = None
                await asyncio.sleep(REPLACE_S)
            except RayError as error:
                raise PoolLostError(f"`{self.name}` cannot be reached: {error}") from error
        raise PoolLostError(f"the actor `{self.name}` keeps dying")

    def _find(self) -> Any:
        return ray.remote(Worker).options(**self._options).remote(*self._arguments)
