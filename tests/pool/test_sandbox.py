import contextlib
import os
import signal
import threading
import time

import pytest

from fluxem_vllm.pool.executor import CallError
from fluxem_vllm.pool.sandbox import Done, Sandbox, SandboxError
from fluxem_vllm.pool.wire import dump, load_outcome
from tests.pool.conftest import SLOW_TOOLS


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox([SLOW_TOOLS], memory_mb=256)
    yield sandbox
    sandbox.close()


def run(sandbox, *calls, deadline_s=5.0):
    """The value or error of each call, given as (name, arguments), and what happened."""
    jobs = [dump(*call) for call in calls]
    total = Done([None] * len(jobs))
    while todo := [i for i, reply in enumerate(total.replies) if reply is None]:
        done = sandbox.work("run", [jobs[i] for i in todo], [deadline_s] * len(todo))
        total.deaths += done.deaths
        total.timeouts += done.timeouts
        for i, reply in zip(todo, done.replies, strict=True):
            total.replies[i] = reply
    outcomes = [load_outcome(r) if isinstance(r, bytes) else r for r in total.replies]
    return [getattr(o, "error", o) or getattr(o, "value", o) for o in outcomes], total


def doubles(n):
    return [("pool_double", {"x": x}) for x in range(1, n + 1)]


def test_jobs_run_in_another_process(sandbox):
    [pid], _ = run(sandbox, ("pool_pid", {"x": 1}))
    assert pid == sandbox.pids()[1] != os.getpid()


@pytest.mark.parametrize("slow", [("pool_sleep", {"ms": 9000}), ("pool_hold", {"digits": 9})])
def test_a_call_over_its_deadline_fails_alone(sandbox, slow):
    start = time.monotonic()
    results, done = run(sandbox, *doubles(3), slow, *doubles(3), deadline_s=0.3)
    assert results == [2, 4, 6, CallError.overrun(0.3), 2, 4, 6]
    assert (done.timeouts, done.deaths) == (1, 1)
    assert time.monotonic() - start < 2


def test_a_call_that_ends_its_process_is_given_up_alone(sandbox):
    results, done = run(sandbox, *doubles(2), ("pool_die", {"x": 1}), *doubles(2))
    assert results == [
        2,
        4,
        CallError("internal", "the call ended its process each of 3 times"),
        2,
        4,
    ]
    assert done.deaths == 3


def test_a_call_whose_process_was_ended_is_done_again(sandbox, tmp_path):
    results, done = run(sandbox, ("pool_die_once", {"path": str(tmp_path / "died")}), *doubles(1))
    assert results == [1, 2]
    assert done.deaths == 1


def test_memory_is_bounded(sandbox):
    results, done = run(sandbox, ("pool_eat", {"mb": 500}), ("pool_eat", {"mb": 50}))
    assert results == [
        CallError("limit", "`pool_eat` needs more memory than a worker has"),
        50 << 20,
    ]
    assert done.deaths == 0


def test_a_worker_that_keeps_memory_is_replaced(sandbox):
    before = sandbox.pids()[1]
    assert run(sandbox, ("pool_keep", {"mb": 140}))[0] == [140]
    [pid], done = run(sandbox, ("pool_pid", {"x": 2}))
    assert pid != before
    assert done.deaths == 0
    assert run(sandbox, ("pool_keep", {"mb": 140}))[0] == [140]


def test_a_long_batch_is_cut_short(sandbox):
    jobs = [dump("pool_sleep", {"ms": 30, "x": x}) for x in range(8)]
    replies = sandbox.work("run", jobs, [5.0] * 8).replies
    assert replies[0] is not None
    assert replies[-1] is None


@pytest.mark.parametrize("which", [0, 1])
def test_either_process_may_be_killed_at_any_moment(sandbox, which):
    def kill():
        for _ in range(5):
            time.sleep(0.06)
            with contextlib.suppress(ProcessLookupError, ValueError):  # it is being replaced
                os.kill(sandbox.pids()[which], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    while killer.is_alive():
        results, _ = run(sandbox, *doubles(50), ("pool_sleep", {"ms": 20, "x": 7}))
        assert results == [2 * x for x in range(1, 51)] + [7]
    assert run(sandbox, *doubles(2))[0] == [2, 4]


def test_large_jobs_and_results_pass(sandbox):
    big = tuple(range(50_000))
    [echo], _ = run(sandbox, ("pool_echo", {"data": big}))
    assert echo == big


def test_a_tool_module_that_does_not_import_is_named():
    with pytest.raises(SandboxError, match="No module named 'no_such_tools'"):
        Sandbox(["no_such_tools"])


def test_closing_ends_both_processes():
    sandbox = Sandbox()
    keeper, worker = sandbox.pids()
    sandbox.close()
    for _ in range(50):
        if not os.path.exists(f"/proc/{worker}"):
            break
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{keeper}")
    assert not os.path.exists(f"/proc/{worker}")
