"""What both executors share: the way from calls to jobs and back, with caches in between."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence

from fluxem_vllm.pool.cache import Lru
from fluxem_vllm.pool.errors import DetectionError
from fluxem_vllm.pool.executor import CallError, Detected, ToolCall, ToolOutcome
from fluxem_vllm.pool.wire import Kind, Reply, dump, load_detected, load_outcome


class CachedExecutor(ABC):
    """An executor with result caches; subclasses say where jobs run."""

    def __init__(self, *, cache_entries: int = 20_000, cache_mb: int = 64) -> None:
        self._outcomes: Lru[ToolOutcome] = Lru(cache_entries, cache_mb << 20)
        self._detected: Lru[list[Detected]] = Lru(cache_entries, cache_mb << 20)
        self._calls = 0
        self._texts = 0

    @abstractmethod
    async def _work(self, kind: Kind, jobs: list[bytes], deadline_s: float | None) -> list[Reply]:
        """Do jobs that no cache knows; one reply for each, in order."""

    async def run(
        self, calls: Sequence[ToolCall], deadline_s: float | None = None
    ) -> list[ToolOutcome]:
        async def compute(jobs: list[bytes]) -> list[tuple[ToolOutcome, int, bool]]:
            return [_outcome(reply) for reply in await self._work("run", jobs, deadline_s)]

        self._calls += len(calls)
        jobs = [dump(call.name, dict(call.arguments)) for call in calls]
        return await self._outcomes.complete(jobs, compute)

    async def detect(
        self, texts: Sequence[str], limit: int, domains: Collection[str] = ()
    ) -> list[list[Detected]]:
        async def compute(jobs: list[bytes]) -> list[tuple[list[Detected], int, bool]]:
            return [_spans(reply) for reply in await self._work("detect", jobs, None)]

        self._texts += len(texts)
        asked = limit, tuple(sorted(domains))
        found = await self._detected.complete([dump(text, asked) for text in texts], compute)
        return [list(detected) for detected in found]  # copies: the caches' lists stay as they are

    def stats(self) -> dict[str, int]:
        return {
            "calls": self._calls,
            "texts": self._texts,
            "run_hits": self._outcomes.hits,
            "detect_hits": self._detected.hits,
            "cached": len(self._outcomes) + len(self._detected),
            "cached_bytes": self._outcomes.bytes + self._detected.bytes,
        }


def _outcome(reply: Reply) -> tuple[ToolOutcome, int, bool]:
    if isinstance(reply, CallError):
        return ToolOutcome(None, False, reply, 0.0), 0, False
    outcome = load_outcome(reply)
    return outcome, len(reply), outcome.error is None


def _spans(reply: Reply) -> tuple[list[Detected], int, bool]:
    if isinstance(reply, CallError):
        raise DetectionError(f"no spans could be found: {reply.message}")
    return load_detected(reply), len(reply), True
