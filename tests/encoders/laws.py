"""The laws that every domain's code keeps, for tests to call on a value."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from fluxem_encoders.forms import from_json, to_json, to_text
from fluxem_encoders.registry import decode, decode_domain, domain_of, encode
from fluxem_encoders.structured import Structured
from fluxem_encoders.structures.biology import Sequence
from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.structures.chemistry import ChemicalFormula
from fluxem_encoders.structures.control_systems import TransferFunction
from fluxem_encoders.structures.data import Table
from fluxem_encoders.structures.finance import Money
from fluxem_encoders.structures.geometry import Point
from fluxem_encoders.structures.graphs import Graph
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.structures.music import Note
from fluxem_encoders.structures.number_theory import Residue
from fluxem_encoders.structures.optimization import Constraint, LinearProgram
from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.structures.sets import FiniteSet
from fluxem_encoders.structures.signal_processing import Signal
from fluxem_encoders.values import Distribution, Factorial, Value

A_VALUE: dict[str, Value] = {
    "arithmetic": 7,
    "biology": Sequence("ACGT", "dna"),
    "calculus": Polynomial((4, Fraction(-1, 2), 3)),
    "chemistry": ChemicalFormula((("C", 6), ("H", 12), ("O", 6))),
    "combinatorics": Factorial(5),
    "control_systems": TransferFunction((1,), (1, 2, 1)),
    "data": Table(("name", "score"), (("Ann", 3), ("Bo", 5))),
    "finance": Money(Decimal("12.50"), "USD"),
    "geometry": Point((3, 4)),
    "graphs": Graph((1, 2, 3), ((1, 2), (2, 3))),
    "information_theory": (Decimal("0.5"), Decimal("0.5")),
    "linear_algebra": Matrix(((1, 2), (3, 4))),
    "logic": True,
    "music": Note("F#", 4),
    "number_theory": Residue(5, 12),
    "optimization": LinearProgram("maximize", (3, 5), (Constraint((1, 2), "<=", 4),)),
    "physics": Quantity(Decimal("9.8"), "m/s^2"),
    "probability": Distribution("poisson", (2,)),
    "sets": FiniteSet(frozenset({1, 2, 3})),
    "signal_processing": Signal((1, 0, -1), 8000),
    "statistics": (1, 2, 3),
    "temporal": date(2024, 2, 29),
}
"""A value of each domain."""


def through_bfloat16(e: np.ndarray) -> np.ndarray:
    """Round to bfloat16, nearest even, and come back."""
    bits = e.view(np.uint32).astype(np.uint64)
    bits = (bits + 0x7FFF + ((bits >> np.uint64(16)) & np.uint64(1))) & np.uint64(0xFFFF0000)
    return bits.astype(np.uint32).view(np.float32)


def check_roundtrip(value: Structured) -> np.ndarray:
    """The value comes back from its embedding, equal and with all parts' types; the embedding."""
    e = encode(value)
    assert e.shape == (256,)
    assert e.dtype == np.float32
    assert np.abs(e).max() <= 1.125
    assert np.array_equal(e, through_bfloat16(e))
    assert decode_domain(e) == domain_of(value) == value.domain
    back = decode(through_bfloat16(e))
    assert back == value
    assert repr(back) == repr(value)  # types of parts, and Decimals as written
    return e


def check_forms(value: Structured) -> None:
    """The JSON form, through JSON text, gives the value again; the text form is one line."""
    form: Any = json.loads(json.dumps(to_json(value)))
    assert next(iter(form)) == value.key
    assert from_json(form, value.domain) == value
    text = to_text(value)
    assert text
    assert "\n" not in text
    assert hash(value) == hash(from_json(form, value.domain))
