"""Tokenizer, packing and training of checkpoints."""
