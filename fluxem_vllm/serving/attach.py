"""Joins the chain, the pool and the routes to a running vLLM API server."""

import asyncio
import logging
from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import Any

from fluxem_encoders.errors import FluxEMError
from fluxem_qwen3.composer import compose, composer_of
from fluxem_qwen3.config import FluxEMConfig
from fluxem_toolbox.others import load_tools
from fluxem_vllm.pool.executor import Executor, make_executor
from fluxem_vllm.router import default_router
from fluxem_vllm.serving.chat import FluxEMServingChat
from fluxem_vllm.serving.settings import Settings, read_settings

logger = logging.getLogger("vllm.fluxem")


FIRST_TEXTS = ("Take 5 km from 3 miles on 2024-02-29.", "det [[1, 2], [3, 4]] + 7!")


class ServingError(FluxEMError, RuntimeError):
    """A server that cannot chain as it was started; the text says what to change."""


async def attach(engine_client: Any, state: Any, args: Namespace) -> None:
    """Replace the chat handler by the chaining one; the last step of the server's start.

    Raises:
        ServingError: when the server was started without --enable-prompt-embeds, or serves a model
            that is no FluxEM checkpoint.
        ComposerError: when it lacks the composer that its `fluxem` block names.
    """
    model_config = engine_client.model_config
    block = getattr(model_config.hf_config, "fluxem", None)
    if block is None:
        raise ServingError(
            f"`{args.model}` is no FluxEM checkpoint (its config.json has no `fluxem` block): make "
            "one with `fluxem-vllm init --base MODEL --out DIR`, or take fluxem out of VLLM_PLUGINS"
        )
    if not model_config.enable_prompt_embeds:
        raise ServingError("chains need embeddings: start vllm serve with --enable-prompt-embeds")
    config = FluxEMConfig.of(model_config.hf_config)
    composer = composer_of(Path(config.adapter or model_config.model), config.composer)
    settings = read_settings()
    load_tools(settings.tool_modules)
    if settings.mcp_config is None:
        executor, router = await asyncio.gather(
            start_executor(settings), asyncio.to_thread(default_router)
        )
    else:  # the router is to know the tools that the executor finds
        executor = await start_executor(settings)
        router = await asyncio.to_thread(default_router)
    # Compiling the patterns of all domains takes seconds, which no first question is to wait for.
    await executor.detect(FIRST_TEXTS, settings.limits.slots, config.domains)
    state.fluxem_executor = executor
    state.openai_serving_chat = FluxEMServingChat.adopt(
        state.openai_serving_chat,
        executor,
        router,
        config,
        settings.limits,
        partial(compose, composer) if composer else None,
    )
    logger.info("FluxEM chains are on: %s executor, %s", settings.executor, settings.limits)


async def start_executor(settings: Settings) -> Executor:
    """The executor that the settings ask for, with its workers up and warm."""
    options: dict[str, Any] = {"tool_modules": settings.tool_modules}
    if settings.executor == "ray":
        options |= {"detectors": settings.detectors, "tool_workers": settings.tool_workers}
    executor = make_executor(settings.executor, **options)
    if settings.mcp_config is not None:
        from fluxem_vllm.mcp_client import MCPExecutor, read_config  # imports the MCP SDK

        executor = MCPExecutor(executor, read_config(settings.mcp_config))
    await executor.start()
    return executor
