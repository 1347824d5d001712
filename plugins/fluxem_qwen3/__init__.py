"""What vLLM loads: rows, projector, injection, the model and its transformers twin."""
