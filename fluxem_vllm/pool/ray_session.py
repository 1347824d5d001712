"""The connection of this process to Ray."""

import logging
import os
from typing import Any

import ray
from ray._private import ray_constants

LOCAL = "local"
OBJECT_STORE_BYTES = 80 << 20  # about Ray's minimum; our batches are small


def connect(address: str | None) -> bool:
    """Connect to the cluster at `address` or RAY_ADDRESS, else start one on this machine.

    Returns False when the process was connected already, and so is not ours to disconnect. A
    cluster started here listens on 127.0.0.1 only, asks for Ray's token, and ends with the process.
    """
    if ray.is_initialized():
        return False
    address = address or os.environ.get("RAY_ADDRESS") or LOCAL
    options: dict[str, Any] = {}
    if address == LOCAL:
        # Ray takes 127.0.0.1 for its node's address, and then listens there alone, only where it
        # believes that there can be no cluster; given as an argument, it is replaced by another.
        ray_constants.ENABLE_RAY_CLUSTER = False
        options = {
            "include_dashboard": False,
            "num_cpus": 1,  # our actors ask for none; each one here would start an idle process
            "object_store_memory": OBJECT_STORE_BYTES,
        }
    logger = logging.getLogger("ray")
    level = logger.level
    logger.setLevel(logging.ERROR)  # else it warns of its defaults
    try:
        ray.init(address, configure_logging=False, log_to_driver=False, **options)
    finally:
        logger.setLevel(level)
    return True


def disconnect() -> None:
    """Leave the cluster; one that this process started ends."""
    ray.shutdown()
