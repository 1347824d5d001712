"""Results of pure functions, kept by their exact arguments."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

MAX_KEY_BYTES = 4096  # longer arguments seldom come twice, and would fill the cache with keys

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
        """Keep a result of about `size` bytes, unless its key is too long."""
        if len(key) > MAX_KEY_BYTES:
            return
        if (old := self._kept.pop(key, None)) is not None:
            self.bytes -= old[1]
        size += len(key)
        self._kept[key] = (result, size)
        self.bytes += size
        while len(self._kept) > self.max_entries or self.bytes > self.max_bytes:
            _, (_, freed) = self._kept.popitem(last=False)
            self.bytes -= freed

    async def complete(
        self,
        keys: Sequence[bytes],
        compute: Callable[[list[bytes]], Awaitable[list[tuple[T, int, bool]]]],
    ) -> list[T]:
        """The result of every key: from here, or computed together with the others that miss.

        `compute` gives each result with its size and whether it may be kept.
        """
        known = [self.get(key) for key in keys]
        missing = [i for i, result in enumerate(known) if result is None]
        if missing:
            computed = await compute([keys[i] for i in missing])
            for i, (result, size, keep) in zip(missing, computed, strict=True):
                known[i] = result
                if keep:
                    self.put(keys[i], result, size)
        return [result for result in known if result is not None]
