"""The patterns of the detector, one module per domain."""

from fluxem_encoders.patterns import (
    arithmetic,
    biology,
    calculus,
    chemistry,
    combinatorics,
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
    probability,
    prose,
    sets,
    signal_processing,
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
    *logic.FIRST,
    *graphs.ALONE,
    *music.FIRST,
    *chemistry.RULES,
    *biology.RULES,
    *music.RULES,
    *prose.CODES,
    *calculus.RULES,
    *linear_algebra.RULES,
    *control_systems.RULES,
    *signal_processing.RULES,
    *geometry.RULES,
    *graphs.RULES,
    *number_theory.RULES,
    *optimization.RULES,
    *data.RULES,
    *sets.RULES,
    *logic.RULES,
    *statistics.RULES,
    *arithmetic.RULES,
    *arithmetic.PLAIN_RULES,
)
"""All rules: where two find something at the same place, the earlier one has it."""

FURTHER = frozenset(rule.domain for rule in RULES if rule.domain) | {"temporal"}
"""The domains whose values are only looked for when asked for; of "temporal" phrases beyond plain
dates and durations, by `temporal_phrases`."""
