"""Tools that misbehave, each in its own way; pools load them as `tests.pool.slow_tools`."""

import os
import signal
import time

from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.registry import tool


@tool("arithmetic")
def pool_double(x: Number) -> Number:
    """Double a number."""
    return 2 * x


@tool("arithmetic")
def pool_sleep(ms: int, x: int = 0) -> int:
    """Wait."""
    time.sleep(ms / 1000)
    return x


@tool("arithmetic")
def pool_hold(digits: int) -> int:
    """Hold the interpreter's lock in one long operation."""
    return 3 ** (10**digits) % 2


@tool("arithmetic")
def pool_die(x: int) -> int:
    """Kill the process that runs it."""
    os.kill(os.getpid(), signal.SIGKILL)
    return x


@tool("arithmetic")
def pool_die_once(path: str) -> int:
    """Kill the process that runs it, the first time."""
    if not os.path.exists(path):
        open(path, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return 1


@tool("arithmetic")
def pool_refuse(x: int) -> int:
    """Refuse."""
    raise ToolError(f"`pool_refuse` refuses, got x={x}", "undefined")


@tool("arithmetic")
def pool_break(x: int) -> int:
    """Fail by a defect."""
    return x // 0


@tool("arithmetic")
def pool_eat(mb: int) -> int:
    """Take memory."""
    return len(bytearray(mb << 20))


@tool("arithmetic")
def pool_pid(x: int) -> int:
    """Name the process that runs it."""
    return os.getpid()


_kept: list[bytearray] = []


@tool("arithmetic")
def pool_keep(mb: int) -> int:
    """Take memory for good."""
    _kept.append(bytearray(mb << 20))
    return mb


@tool("statistics")
def pool_echo(data: Numbers) -> Numbers:
    """Give back the list."""
    return data
