"""The other side of a `Sandbox`: `python -m fluxem_vllm.pool.sandbox_worker SETUP`.

It loads the tools once, then forks one worker after another: fork keeps what is loaded, so a
worker that was killed is replaced within milliseconds.
"""

import ctypes
import gc
import json
import logging
import mmap
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from fluxem_vllm.pool.wire import Kind, Reply, do, dump, finish
from fluxem_vllm.pool.work import load

MESSAGE = struct.Struct("qqqq")  # WORK, batch, size; DONE, batch, size; DIED, batch, job, exit code
READY, FAILED, WORK, DONE, DIED = range(5)
MAX_PACKET = 4096
BATCH = struct.Struct("q")  # number of the batch, before its data
NOTE = struct.Struct("qqq")  # the worker's process, batch and job
NO_BATCH, NO_JOB = 0, -1

SLICE_S = 0.05  # a batch that has taken longer stops after the job at hand
FINISH_S = 30.0  # bound on embedding the results of a batch

# Exit codes of workers that end on purpose: nobody is left to work for; memory has grown.
GONE, RENEW = 3, 4

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Setup:
    """What the process needs to know; `fds` are the socket, requests, replies and the note."""

    parent: int
    fds: tuple[int, ...]
    tool_modules: tuple[str, ...]
    memory_mb: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def main() -> None:
    """Load, then keep one worker alive until the parent is gone."""
    setup = Setup(**json.loads(sys.argv[1]))
    die_with(setup.parent)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    link = socket.socket(fileno=setup.fds[0])
    try:
        load(setup.tool_modules)
        warm()
    except Exception as error:
        text = f"{type(error).__name__}: {error}".encode()[: MAX_PACKET - MESSAGE.size]
        link.send(MESSAGE.pack(FAILED, 0, 0, 0) + text)
        raise
    gc.collect()
    gc.freeze()  # collections would touch, and so copy, the pages that workers share
    keeper, note = os.getpid(), mmap.mmap(setup.fds[3], mmap.PAGESIZE)
    while True:
        pid = os.fork()
        if pid == 0:
            die_with(keeper)
            Worker(link, note, setup).serve()
            os._exit(GONE)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code == GONE:
            return
        if code != RENEW:
            worker, batch, job = NOTE.unpack_from(note)
            begun = batch if worker == pid else NO_BATCH
            link.send(MESSAGE.pack(DIED, begun, job, code))


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before
        os._exit(GONE)


def warm() -> None:
    """Do one job of each kind, so that what imports late is loaded before the fork."""
    finish([do("run", dump("add", {"a": 1, "b": 2.5})), do("detect", dump("3 + 0.5", (8, ())))])


class Worker:
    """Serves batches until the socket closes."""

    def __init__(self, link: socket.socket, note: mmap.mmap, setup: Setup) -> None:
        self._link, self._note = link, note
        self._requests, self._replies = setup.fds[1:3]
        self._pid, self._batch = os.getpid(), NO_BATCH
        room = setup.memory_mb << 20
        self._renew_bytes = data_bytes() + room // 2
        bound = data_bytes() + room
        resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))

    def serve(self) -> None:
        self._note_job(NO_JOB)
        self._link.send(MESSAGE.pack(READY, 0, 0, 0))
        while packet := self._link.recv(MAX_PACKET):
            _, batch, size, _ = MESSAGE.unpack(packet)
            data = os.pread(self._requests, size, 0)
            if BATCH.unpack_from(data)[0] != batch:
                continue  # meant for a worker that died; it has been sent anew
            self._batch = batch
            self._note_job(NO_JOB)
            replies = pickle.dumps(self._work(*pickle.loads(data[BATCH.size :])))
            os.ftruncate(self._replies, 0)
            os.pwrite(self._replies, replies, 0)
            self._link.send(MESSAGE.pack(DONE, batch, len(replies), 0))
            if data_bytes() > self._renew_bytes:
                os._exit(RENEW)

    def _work(self, kind: Kind, jobs: list[bytes], deadlines_s: list[float]) -> list[Reply]:
        results = []
        end = time.monotonic() + SLICE_S
        for i, (job, deadline_s) in enumerate(zip(jobs, deadlines_s, strict=True)):
            self._note_job(i)
            signal.setitimer(signal.ITIMER_REAL, max(deadline_s, 1e-3))
            results.append(do(kind, job))
            if time.monotonic() > end:
                break
        signal.setitimer(signal.ITIMER_REAL, FINISH_S)
        self._note_job(NO_JOB)
        replies = finish(results)
        signal.setitimer(signal.ITIMER_REAL, 0)
        return replies

    def _note_job(self, job: int) -> None:
        NOTE.pack_into(self._note, 0, self._pid, self._batch, job)


def data_bytes() -> int:
    """Private writable memory of this process, what RLIMIT_DATA bounds."""
    return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()


if __name__ == "__main__":
    main()
