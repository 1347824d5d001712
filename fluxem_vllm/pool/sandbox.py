"""A process of its own for work that may take too long, too much memory, or the process down.

    Sandbox (here) -- socket, shared files -- keeper (has loaded the tools) -- fork -- worker

The worker notes in a shared page which job it is at, and has the kernel kill it when a job
overruns its deadline, whatever the job is doing. The keeper then forks another worker within
milliseconds, and the Sandbox knows from the note which job to blame.
"""

import contextlib
import mmap
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from fluxem_encoders.errors import FluxEMError
from fluxem_vllm.pool.executor import CallError
from fluxem_vllm.pool.sandbox_worker import (
    BATCH,
    DIED,
    DONE,
    MAX_PACKET,
    MESSAGE,
    NO_JOB,
    NOTE,
    READY,
    WORK,
    Setup,
)
from fluxem_vllm.pool.wire import Kind, Reply

MAX_CRASHES = 3  # so often may a job bring its worker down before it is given up
MAX_IDLE_DEATHS = 20  # so many workers may die in a row without a job to blame
MAX_STARTS = 5
START_S = 120.0


class SandboxError(FluxEMError, RuntimeError):
    """A sandbox that does not start, or whose workers die without a job to blame."""


@dataclass
class Done:
    """Replies to a batch, None for jobs that no time was left for, and what happened meanwhile."""

    replies: list[Reply | None]
    deaths: int = 0
    timeouts: int = 0


@dataclass
class _Death:
    """The end of a worker: its exit code, negative for a signal, and the number of its job.

    `begun` is False when it ended before it took the batch up.
    """

    code: int
    begun: bool
    job: int


class Sandbox:
    """Runs batches of jobs in a worker, from one thread."""

    def __init__(self, tool_modules: Sequence[str] = (), memory_mb: int = 1024) -> None:
        """Start the processes; `memory_mb` is what a worker may take beyond what it begins with.

        Raises:
            SandboxError: when a tool module does not import.
        """
        self._tool_modules = tuple(tool_modules)
        self._memory_mb = memory_mb
        self._batch = 0
        self._start()

    def work(self, kind: Kind, jobs: Sequence[bytes], deadlines_s: Sequence[float]) -> Done:
        """Do jobs, each within its deadline; one that kills its worker harms no other.

        A batch that takes long is cut short, to let others in between.

        Raises:
            SandboxError: when workers keep dying without a job to blame.
        """
        done = Done([None] * len(jobs))
        crashes = [0] * len(jobs)
        alone = False  # one job at a time
        while todo := [i for i, reply in enumerate(done.replies) if reply is None]:
            todo = todo[:1] if alone else todo
            end = self._attempt(kind, [jobs[i] for i in todo], [deadlines_s[i] for i in todo])
            if not isinstance(end, _Death):
                for i, reply in zip(todo, end, strict=False):
                    done.replies[i] = reply
                if not alone:
                    break
                continue
            done.deaths += 1
            if done.deaths > MAX_IDLE_DEATHS + MAX_CRASHES * len(jobs):
                raise SandboxError(f"workers keep dying, last with exit code {end.code}")
            if not end.begun:
                continue
            if end.job == NO_JOB and not alone:
                alone = True  # it died over the results of all: find out over whose
                continue
            culprit = todo[max(end.job, 0)]
            crashes[culprit] += 1
            if end.code == -signal.SIGALRM and end.job != NO_JOB:
                done.timeouts += 1
                done.replies[culprit] = CallError.overrun(deadlines_s[culprit])
            elif crashes[culprit] == MAX_CRASHES:
                message = f"the call ended its process each of {MAX_CRASHES} times"
                done.replies[culprit] = CallError("internal", message)
        return done

    def pids(self) -> tuple[int, int]:
        """The processes of the keeper and of the present worker."""
        return self._keeper.pid, NOTE.unpack_from(self._note)[0]

    def close(self) -> None:
        """End both processes."""
        self._keeper.kill()  # its worker dies with it
        self._keeper.wait()
        self._socket.close()
        self._note.close()
        for fd in (self._requests, self._replies):
            os.close(fd)

    def _start(self) -> None:
        for _ in range(MAX_STARTS):
            self._spawn()
            packet = self._receive(START_S)
            if packet and MESSAGE.unpack_from(packet)[0] == READY:
                return
            self.close()
            if packet:
                raise SandboxError(f"the sandbox did not start: {packet[MESSAGE.size :].decode()}")
        raise SandboxError(f"the sandbox ended {MAX_STARTS} times before it was ready")

    def _spawn(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests, self._replies = os.memfd_create("requests"), os.memfd_create("replies")
        note = os.memfd_create("note")
        os.ftruncate(note, mmap.PAGESIZE)
        self._note = mmap.mmap(note, mmap.PAGESIZE)
        fds = (theirs.fileno(), self._requests, self._replies, note)
        setup = Setup(os.getpid(), fds, self._tool_modules, self._memory_mb)
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "fluxem_vllm.pool.sandbox_worker", setup.to_json()],
            stdin=subprocess.DEVNULL,
            pass_fds=fds,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join(sys.path)}
            | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},  # fork copies one thread only
            start_new_session=True,  # Ctrl-C is for the server, which then ends this
        )
        theirs.close()
        os.close(note)

    def _attempt(
        self, kind: Kind, jobs: list[bytes], deadlines_s: list[float]
    ) -> list[Reply] | _Death:
        self._batch += 1
        data = BATCH.pack(self._batch) + pickle.dumps((kind, jobs, deadlines_s))
        os.ftruncate(self._requests, 0)
        os.pwrite(self._requests, data, 0)
        with contextlib.suppress(ConnectionError):  # a dead keeper is noticed below
            self._socket.send(MESSAGE.pack(WORK, self._batch, len(data), 0))
        while packet := self._receive():
            what, batch, number, code = MESSAGE.unpack_from(packet)
            if what == DONE and batch == self._batch:
                replies: list[Reply] = pickle.loads(os.pread(self._replies, number, 0))
                return replies
            if what == DIED:
                return _Death(code, batch == self._batch, number)
        _, batch, job = NOTE.unpack_from(self._note)
        code = self._keeper.wait()
        self.close()
        self._start()
        return _Death(code, batch == self._batch, job)

    def _receive(self, timeout_s: float | None = None) -> bytes:
        """The next message, empty when there is none to come."""
        self._socket.settimeout(timeout_s)
        try:
            return self._socket.recv(MAX_PACKET)
        except (ConnectionError, TimeoutError):
            return b""
