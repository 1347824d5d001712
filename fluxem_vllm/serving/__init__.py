"""The OpenAI-compatible endpoint inside `vllm serve`."""
