"""The exact values of the domains beyond numbers, lists, dates and distributions.

One module per domain. Each class is immutable, checks what it is made of, and knows its own JSON
and text forms. Importing this fills `structured.STRUCTURED`.
"""

from fluxem_encoders.structures import (
    biology,
    calculus,
    chemistry,
    control_systems,
    data,
    finance,
    geometry,
    graphs,
    linear_algebra,
    logic,
    music,
    number_theory,
    optimization,
    physics,
    sets,
    signal_processing,
    temporal,
    units,
)

__all__ = [
    "biology",
    "calculus",
    "chemistry",
    "control_systems",
    "data",
    "finance",
    "geometry",
    "graphs",
    "linear_algebra",
    "logic",
    "music",
    "number_theory",
    "optimization",
    "physics",
    "sets",
    "signal_processing",
    "temporal",
    "units",
]
