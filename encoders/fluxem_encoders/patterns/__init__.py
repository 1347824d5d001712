"""The patterns of the detector, one module per domain."""

from fluxem_encoders.patterns import (
    arithmetic,
    combinatorics,
    finance,
    linear_algebra,
    physics,
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
    *finance.RULES,
    *physics.RULES,
    *prose.CODES,
    *linear_algebra.RULES,
    *statistics.RULES,
    *arithmetic.RULES,
    *arithmetic.PLAIN_RULES,
)
"""All rules: where two find something at the same place, the earlier one has it."""

FURTHER = frozenset(rule.domain for rule in RULES if rule.domain)
"""The domains whose values are only looked for when asked for."""
