"""What vLLM loads: rows, projector, injection, the model and its transformers twin."""

from fluxem_qwen3.config import ARCHITECTURE

TOOL_PARSER = "fluxem"


def register() -> None:
    """Register the architecture and the tool parser; vLLM calls this in every process it starts."""
    from vllm import ModelRegistry  # heavy: only inside a vLLM process
    from vllm.tool_parsers import ToolParserManager

    if ARCHITECTURE not in ModelRegistry.get_supported_archs():
        ModelRegistry.register_model(ARCHITECTURE, f"fluxem_qwen3.model:{ARCHITECTURE}")
    ToolParserManager.register_lazy_module(
        TOOL_PARSER, "fluxem_qwen3.tool_parser", "FluxEMToolParser"
    )
