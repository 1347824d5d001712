"""Which tools to show the model for a question: lexical match (BM25) and the values' types.

A tool's document is its name, its description, its keywords and, for the tools that ship with this
project, the phrase bank's ways of asking for it.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.span import Span
from fluxem_encoders.values import Combination, Factorial, Permutation
from fluxem_toolbox import TOOLS, Tool

OFFERED = 12
_K1, _B = 1.2, 0.5  # BM25's saturation and length normalisation
_WORD = re.compile(r"[a-z]+|[+*/^!×÷√%≤≥<>=|σμ-]")
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ied", "est", "ed", "es", "s", "e", "y")
_STOP = frozenset(
    "the a an of is are to in i me my it that what whats with and for you do be".split()
)


def words(text: str) -> list[str]:
    """Lower-case stems and operators.

    >>> words("Averages of the squared values")
    ['averag', 'squar', 'valu']
    """
    return [_stem(w) for w in _WORD.findall(text.lower()) if w not in _STOP]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


class Router:
    """Ranks tools for a question; built once, then about 0.1 ms a question."""

    def __init__(self, documents: Mapping[str, Iterable[str]]) -> None:
        self.names = list(documents)
        counts = [Counter(w for text in documents[n] for w in words(text)) for n in self.names]
        self._terms = {t: i for i, t in enumerate(sorted(set().union(*counts)))}
        lengths = np.array([sum(c.values()) for c in counts], float)
        norm_D = _K1 * (1 - _B + _B * lengths / max(1.0, lengths.mean()))
        weight_TD = np.zeros((len(self._terms), len(self.names)))
        for d, count in enumerate(counts):
            for term, n in count.items():
                # The logarithm keeps a long document's repeated words from drowning the others.
                tf = 1 + math.log(n)
                weight_TD[self._terms[term], d] = tf * (_K1 + 1) / (tf + norm_D[d])
        found_T = (weight_TD > 0).sum(1)
        idf_T = np.log(1 + (len(self.names) - found_T + 0.5) / (found_T + 0.5))
        self._score_TD: NDArray[np.float64] = weight_TD * idf_T[:, None]

    def scores(self, text: str) -> dict[str, float]:
        """BM25 of every tool for a question; every word counts once."""
        rows = sorted({self._terms[w] for w in words(text) if w in self._terms})
        total_D = self._score_TD[rows].sum(0)
        return dict(zip(self.names, total_D.tolist(), strict=True))

    def offer(
        self, text: str, spans: Sequence[Span], allowed: Iterable[str], count: int = OFFERED
    ) -> list[str]:
        """At most `count` of the allowed tools, the likeliest first."""
        scores = self.scores(text)
        values = [span.value for span in spans]
        for name in _written(values):
            scores[name] = scores.get(name, 0.0) + 100.0
        ranked = sorted(allowed, key=lambda name: -scores.get(name, 0.0))
        return ranked[:count]


def _written(values: Sequence[object]) -> set[str]:
    """The tools that evaluate what the question writes out, such as `5!`."""
    kinds = {Factorial: "factorial", Combination: "combinations", Permutation: "permutations"}
    return {kinds[type(v)] for v in values if type(v) in kinds}


def documents(tools: Mapping[str, Tool]) -> dict[str, list[str]]:
    """What the router knows of each tool."""
    from fluxem_vllm.data.bank import Fixed, Plan, load_bank

    bank = load_bank("train")
    texts = {
        name: [name.replace("_", " ")] * 3 + [tool.summary] * 3 + list(tool.keywords) * 2
        for name, tool in tools.items()
    }
    for name, phrases in bank.tools.items():
        for template in (*phrases.noun, *phrases.ask, *phrases.then):
            if name in texts:
                texts[name].append(" ".join(template.pieces[::2]))

    def used(plan: Plan | str | Fixed) -> set[str]:
        if not isinstance(plan, Plan):
            return set()
        return {plan.tool}.union(*(used(a) for a in plan.arguments.values()))

    for story in bank.stories:
        for template in story.texts:
            for name in used(story.plan) & texts.keys():
                texts[name].append(" ".join(template.pieces[::2]))
    return texts


@lru_cache(maxsize=1)
def default_router() -> Router:
    """The router over all registered tools."""
    return Router(documents(TOOLS))
