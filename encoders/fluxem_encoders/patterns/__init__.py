"""The patterns of the detector, one module per domain."""

from fluxem_encoders.patterns import (
    arithmetic,
    combinatorics,
    probability,
    prose,
    statistics,
    temporal,
)

RULES = (
    *prose.RULES,
    *temporal.DATES,
    *temporal.RULES,
    *probability.RULES,
    *combinatorics.RULES,
    *prose.CODES,
    *statistics.RULES,
    *arithmetic.RULES,
    *arithmetic.PLAIN_RULES,
)
"""All rules: where two find something at the same place, the earlier one has it."""
