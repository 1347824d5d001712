"""Which of several plans for the same question to run: the one that most of them agree on."""

import json
from collections import Counter
from collections.abc import Sequence

from fluxem_qwen3.calls import parse_calls

CERTAIN = 0.5
"""A plan of a higher probability cannot be outvoted in the long run, so there is no vote."""


def elect(texts: Sequence[str]) -> int:
    """The place of the first text whose calls are those of most texts.

    Texts without calls are of one mind; those with a malformed call have no vote, unless all do.

    >>> elect(["<tool_call>{\\"name\\": \\"gcd\\"}</tool_call>", "Hello!", "Hi!"])
    1
    """
    plans = [_plan(text) for text in texts]
    votes = Counter(plan for plan in plans if plan is not None)
    if not votes:
        return 0
    most = max(votes.values())
    return next(i for i, plan in enumerate(plans) if plan is not None and votes[plan] == most)


def _plan(text: str) -> str | None:
    """The calls of a text, the same for the same calls; None when one is malformed."""
    _, calls = parse_calls(text)
    if any(call.error for call in calls):
        return None
    return json.dumps([[call.name, call.arguments] for call in calls], sort_keys=True)
