"""`--tool-call-parser fluxem`."""

from vllm.tool_parsers.hermes_tool_parser import Hermes2ProToolParser


class FluxEMToolParser(Hermes2ProToolParser):
    """Qwen3's own format, `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`."""
