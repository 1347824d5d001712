"""How hard Hypothesis looks: FLUXEM_EXAMPLES=5000 for a long search."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "encoders",
    max_examples=int(os.environ.get("FLUXEM_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("encoders")
