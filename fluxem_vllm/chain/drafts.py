"""The choice among several plans that a model drew for one question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fluxem_encoders.values import Number, Value, type_of_number
from fluxem_qwen3.calls import WrittenCall, parse_calls
from fluxem_vllm.chain.plan import references
from fluxem_vllm.chain.trace import Trace
from fluxem_vllm.shapes import Precedents, shape_of_calls

# Weights in the sum of logarithms that decides, fitted to the drafts of the measuring questions.
_LOGPROB = 0.4
_TOOLS, _NESTED, _PLACED = 1.0, 1.2, 0.75
_FAILS = -1.1  # some call fails
_STRANGE = -1.5  # the last value is none that the question can mean
_UNUSED = -0.7  # for each value of the question that no call takes

_CHANCE = re.compile(r"\b(?:probabilit|chances?\b|odds\b|likel)", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:how many|number of)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it was written, the logarithm of its probability, and the trace of its trial."""

    text: str
    logprob: float
    trial: Trace


def best(question: str, drafts: Sequence[Draft], precedents: Precedents) -> Draft:
    """The draft that is most probable in the light of its precedents and of what came of it."""
    return max(drafts, key=lambda draft: _score(question, draft, precedents))


def _score(question: str, draft: Draft, precedents: Precedents) -> float:
    calls = parse_calls(draft.text)[1]
    own = shape_of_calls(calls, len(draft.trial.spans))
    tools, nested, placed = precedents.support(own)
    score = _LOGPROB * draft.logprob + _TOOLS * tools + _NESTED * nested + _PLACED * placed
    score += _UNUSED * _unused(calls, len(draft.trial.spans))
    done = draft.trial.calls
    if len(done) < len(calls) or any(call.error for call in done):
        return score + _FAILS
    return score + _STRANGE * (bool(done) and _strange(question, done[-1].value))


def _unused(calls: Sequence[WrittenCall], spans: int) -> int:
    """How many of the values that have the first slots no call takes."""
    taken = {slot for call in calls for slot in references(call.arguments)}
    return sum(slot not in taken for slot in range(spans))


def _strange(question: str, value: Value | None) -> bool:
    """A number below 0, a probability above 1 or a count that is not whole.

    >>> _strange("How many are left?", 3.5), _strange("How much is left?", 3.5)
    (True, False)
    """
    if not isinstance(value, type_of_number):
        return False
    if value < 0 or (value > 1 and _CHANCE.search(question)):
        return True
    return not _is_whole(value) and bool(_COUNT.search(question))


def _is_whole(value: Number) -> bool:
    if isinstance(value, Decimal):  # of any size; a remainder has at most 28 digits
        return value == value.to_integral_value()
    return value.is_integer() if isinstance(value, float) else value.denominator == 1
