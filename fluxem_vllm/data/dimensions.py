"""Of which physical dimension the quantities are that tools take and give, found by trying them."""

import random
from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.values import Value
from fluxem_toolbox import TOOLS, ToolError
from fluxem_vllm.data.samplers.sampler import draw

Dimension = tuple[Fraction, ...]
"""Exponents of the base units."""

_TRIES = 8
_DOMAINS = ("physics", "chemistry")
_UNITS = (
    *("J", "kJ", "kWh", "m/s", "km/h", "mph", "kg", "g", "lb", "tonnes", "km", "m", "cm", "miles"),
    *("N", "kN", "Pa", "kPa", "bar", "W", "kW", "L", "mL", "m^3", "V", "mV", "mA", "ohm", "kHz"),
    *("Hz", "K", "g/mol", "mol", "kg/m^3", "g/cm^3", "kg*m/s", "m^2", "m/s^2", "mol/L", "ft", "eV"),
)


@cache
def taken(tool: str, argument: str) -> Dimension | None:
    """What that argument must be of; None where it may be any quantity, or is no quantity."""
    drawn = [draw(random.Random(seed), tool) for seed in range(_TRIES)]
    return _common([_read(texts[argument]) for texts in drawn if argument in texts])


@cache
def given(tool: str) -> Dimension | None:
    """What the result is of; None where that depends on the arguments."""
    return _common([_result(tool, random.Random(seed)) for seed in range(_TRIES)])


@cache
def units(dimension: Dimension) -> tuple[str, ...]:
    """Usual units of that dimension."""
    return tuple(unit for unit in _UNITS if _common([_read(f"3 {unit}")]) == dimension)


def quantity_text(rng: random.Random, dimension: Dimension) -> str | None:
    """A quantity of that dimension as text, None where no usual unit is known."""
    if not (usual := units(dimension)):
        return None
    number = rng.choice((rng.randint(2, 900), round(rng.uniform(0.1, 60), 1)))
    return f"{number} {rng.choice(usual)}"


def _read(text: str) -> Value | None:
    spans = detect(text, domains=_DOMAINS)
    return spans[0].value if len(spans) == 1 else None


def _result(tool: str, rng: random.Random) -> Value | None:
    texts = draw(rng, tool)
    names = [p.name for p in TOOLS[tool].parameters if p.required]
    bound = {name: _read(texts[name]) for name in names if name in texts}
    try:
        return TOOLS[tool].call(bound)
    except ToolError:
        return None


def _common(values: Sequence[Value | None]) -> Dimension | None:
    """The dimension of all those that are quantities."""
    found = {value.parsed.exponents for value in values if isinstance(value, Quantity)}
    return found.pop() if len(found) == 1 else None
