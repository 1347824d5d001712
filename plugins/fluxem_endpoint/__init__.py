"""The vLLM endpoint plugin; it only attaches `fluxem_vllm.serving` to the app."""

from argparse import Namespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.datastructures import State


class FluxEMEndpoint:
    """Loaded by vLLM when `VLLM_PLUGINS` names `fluxem`."""

    name = "fluxem"
    required_tasks = ("generate",)

    def attach_router(self, app: "FastAPI") -> None:
        """Add the routes under /v1/fluxem."""
        from fluxem_vllm.serving.routes import add_routes

        add_routes(app)

    async def init_state(self, engine_client: Any, state: "State", args: Namespace) -> None:
        """Put the chaining chat handler in the place of vLLM's own."""
        from fluxem_vllm.serving.attach import attach

        await attach(engine_client, state, args)
