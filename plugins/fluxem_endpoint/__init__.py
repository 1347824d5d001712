"""The vLLM endpoint plugin; it only attaches `fluxem_vllm.serving` to the app."""
