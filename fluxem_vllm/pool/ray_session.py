"""The connection of this process to Ray."""

import asyncio
import logging
import os
import threading
from concurrent.futures import Future
from typing import Any

import ray
from ray._private import ray_constants

LOCAL = "local"
OBJECT_STORE_BYTES = 80 << 20  # about Ray's minimum; our batches are small


class RaySession:
    """Connects to the cluster at `address` or RAY_ADDRESS, else starts one on this machine.

    A cluster started here listens on 127.0.0.1 only, asks for Ray's token, and ends with the
    session. One elsewhere that asks for a token needs RAY_AUTH_MODE=token here, as Ray sends its
    token to no other address unasked. A connection that the process had before stays.

    The kernel ends the processes that Ray starts when the *thread* ends that started them, and in
    the main thread Ray would take SIGTERM from the server. So a thread of its own connects.
    """

    def __init__(self, address: str | None) -> None:
        self._address = address or os.environ.get("RAY_ADDRESS") or LOCAL
        self._connected: Future[None] = Future()
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._live, name="fluxem-ray", daemon=True)
        self._thread.start()

    async def ready(self) -> None:
        """Wait for the connection.

        Raises:
            ConnectionError: when there is no cluster at the address.
            RuntimeError: when Ray does not start.
        """
        await asyncio.wrap_future(self._connected)

    async def close(self) -> None:
        """Leave the cluster."""
        self._leave.set()
        await asyncio.to_thread(self._thread.join)

    def _live(self) -> None:
        ours = not ray.is_initialized()
        try:
            if ours:
                _init(self._address)
        except Exception as error:  # whatever it is, those who wait must hear of it
            self._connected.set_exception(error)
            return
        self._connected.set_result(None)
        self._leave.wait()
        if ours:
            ray.shutdown()


def _init(address: str) -> None:
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
    logger.setLevel(logging.ERROR)  # else it warns of its own defaults
    try:
        ray.init(address, configure_logging=False, log_to_driver=False, **options)
    finally:
        logger.setLevel(level)
