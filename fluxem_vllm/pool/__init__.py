"""Where tools and span detection run: in this process, or in Ray actors."""

from fluxem_vllm.pool.errors import DetectionError, PoolBusyError, PoolClosedError, PoolLostError
from fluxem_vllm.pool.executor import (
    CallError,
    Detected,
    Executor,
    ToolCall,
    ToolOutcome,
    make_executor,
)

__all__ = [
    "CallError",
    "Detected",
    "DetectionError",
    "Executor",
    "PoolBusyError",
    "PoolClosedError",
    "PoolLostError",
    "ToolCall",
    "ToolOutcome",
    "make_executor",
]
