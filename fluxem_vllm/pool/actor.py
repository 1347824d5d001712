"""What a Ray actor of the pool runs."""

import os
from collections.abc import Sequence

from fluxem_vllm.pool.sandbox import Done, Sandbox, SandboxError
from fluxem_vllm.pool.wire import Kind


class Worker:
    """A sandbox, and nothing that could take the actor itself down."""

    def __init__(self, tool_modules: Sequence[str], memory_mb: int) -> None:
        self._sandbox = Sandbox(tool_modules, memory_mb)

    def work(self, kind: Kind, jobs: list[bytes], deadlines_s: list[float]) -> tuple[int, Done]:
        """The number of this process, and what `Sandbox.work` gives."""
        try:
            return os.getpid(), self._sandbox.work(kind, jobs, deadlines_s)
        except SandboxError:
            os._exit(1)  # Ray starts another actor and sends it the batch again

    def pids(self) -> tuple[int, int, int]:
        """The processes of the actor, of its sandbox's keeper and of the present worker."""
        return os.getpid(), *self._sandbox.pids()
