"""Exact values, their 256-dim embeddings, and their detection in text."""
