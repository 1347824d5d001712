"""The built-in tools, one module per domain; importing a module registers its tools."""

from fluxem_toolbox.domains import (
    arithmetic,
    combinatorics,
    information_theory,
    probability,
    statistics,
    temporal,
)

__all__ = [
    "arithmetic",
    "combinatorics",
    "information_theory",
    "probability",
    "statistics",
    "temporal",
]
