"""Texts for the arguments of the further domains' tools.

A sampler draws the text of a value; the value itself is what the detector reads there.
"""

import random
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from fluxem_encoders.values import Number
from fluxem_toolbox import TOOLS
from fluxem_toolbox.arguments import argument_types

_TABLE_TRIES = 200

Sampler = Callable[[random.Random], str]
Samplers = Mapping[Any, Callable[[random.Random], Any]]
"""By type: a text for any parameter that takes it. By (tool, parameter): for that one alone. By
tool: a dict of texts for all its parameters, drawn together so that they fit each other."""


def integer(low: int, high: int) -> Sampler:
    """A sampler of whole numbers from `low` to `high`, skewed to the small ones."""
    return lambda rng: str(low + int((high - low + 1) * rng.random() ** 2))


def decimal(low: float, high: float, places: int = 2) -> Sampler:
    """A sampler of numbers with at most so many decimal places."""
    return lambda rng: f"{rng.uniform(low, high):.{rng.randint(0, places)}f}"


def one_of(*texts: str) -> Sampler:
    """A sampler of the given texts."""
    return lambda rng: rng.choice(texts)


@lru_cache(maxsize=32)
def samplers_of(domain: str) -> Samplers:
    """The samplers of a further domain."""
    samplers: Samplers = import_module(f"fluxem_vllm.data.samplers.{domain}").SAMPLERS
    return samplers


def draw(rng: random.Random, tool: str, table: str = "") -> dict[str, str]:
    """Texts for parameters of a further domain's tool; ordinary numbers are left to others.

    Args:
        table: one that has the columns and entries that are named, where tries find such.
    """
    texts = _draw(rng, tool)
    for _ in range(_TABLE_TRIES if table else 0):
        own = "".join(text for text in texts.values() if "\n" in text)
        beside = (text.split(",") for text in texts.values() if "\n" not in text)
        if all(n.strip() in table for names in beside for n in names if n.strip() in own):
            break
        texts = _draw(rng, tool)
    return texts


def _draw(rng: random.Random, tool: str) -> dict[str, str]:
    samplers = samplers_of(TOOLS[tool].domain)
    texts: dict[str, str] = dict(samplers[tool](rng)) if tool in samplers else {}
    for parameter in TOOLS[tool].parameters:
        if parameter.name in texts:
            continue
        sampler = samplers.get((tool, parameter.name)) or _by_type(parameter.annotation)
        if sampler is not None:
            texts[parameter.name] = sampler(rng)
        elif int in argument_types(parameter.annotation):
            number = integer(2, 60) if Number != parameter.annotation else decimal(0, 200, 2)
            texts[parameter.name] = number(rng)
    return texts


def _by_type(annotation: Any) -> Sampler | None:
    for kind in argument_types(annotation):
        domain = getattr(kind, "domain", None)
        if isinstance(domain, str) and kind in (samplers := samplers_of(domain)):
            return samplers[kind]
    return None
