"""Which of several plans for the same question to run."""

import json
from collections import Counter
from collections.abc import Sequence

from fluxem_qwen3.calls import parse_calls


def most_written(texts: Sequence[str]) -> int:
    """The place of the first of those plans that most of the others repeat: the same calls with the
    same arguments, or no call. Plans with malformed calls are taken only where all are such.

    >>> add = '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}}</tool_call>'
    >>> most_written(["<tool_call>{", "Hello.", add, add, "<tool_call>{"])
    2
    """
    calls = [parse_calls(text)[1] for text in texts]
    keys = [json.dumps([(c.name, c.arguments) for c in own], sort_keys=True) for own in calls]
    counts = Counter(keys)
    well_formed = [not any(call.error for call in own) for own in calls]
    return max(range(len(texts)), key=lambda i: (well_formed[i], counts[keys[i]], -i))
