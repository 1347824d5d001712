"""Results of pure functions, kept by their exact arguments."""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

MAX_KEY_BYTES = 64  # longer keys are kept as their digest
MAX_SHARE = 16  # a result that takes more than this part of the cache is not kept

T = TypeVar("T")


class Lru(Generic[T]):
    """The most recently used results, bounded in number and in bytes."""

    def __init__(self, max_entries: int, max_bytes: int) -> None:
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.bytes = 0
        self.hits = 0
        self._kept: OrderedDict[bytes, tuple[T, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> T | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        self.hits += 1
        return kept[0]

    def put(self, key: bytes, result: T, size: int) -> None:
        """Keep a result of about `size` bytes, unless that is too much of the cache."""
        size += len(key)
        if size > self.max_bytes // MAX_SHARE:
            return
        if (old := self._kept.pop(key, None)) is not None:
            self.bytes -= old[1]
        self._kept[key] = (result, size)
        self.bytes += size
        while len(self._kept) > self.max_entries or self.bytes > self.max_bytes:
            _, (_, freed) = self._kept.popitem(last=False)
            self.bytes -= freed

    async def complete(
        self,
        jobs: Sequence[bytes],
        compute: Callable[[list[bytes]], Awaitable[list[tuple[T, int, bool]]]],
    ) -> list[T]:
        """The result of every job: from here, or computed together with the others that miss.

        `compute` gives each result with its size and whether it may be kept.
        """
        keys = [_key(job) for job in jobs]
        known = [self.get(key) for key in keys]
        missing = [i for i, result in enumerate(known) if result is None]
        if missing:
            computed = await compute([jobs[i] for i in missing])
            for i, (result, size, keep) in zip(missing, computed, strict=True):
                known[i] = result
                if keep:
                    self.put(keys[i], result, size)
        return [result for result in known if result is not None]


def _key(job: bytes) -> bytes:
    return job if len(job) <= MAX_KEY_BYTES else hashlib.blake2b(job, digest_size=32).digest()
