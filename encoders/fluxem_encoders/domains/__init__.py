"""One module per domain: the code of its values. Importing this fills `domain.DOMAINS`."""

from fluxem_encoders.domains import (
    arithmetic,
    combinatorics,
    information_theory,
    logic,
    probability,
    statistics,
    temporal,
)

__all__ = [
    "arithmetic",
    "combinatorics",
    "information_theory",
    "logic",
    "probability",
    "statistics",
    "temporal",
]
