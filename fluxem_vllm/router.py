"""Which tools to show the model for a question: words that speak for a tool, and written values.

A tool's texts are its name, its description, its keywords and, for the tools that ship with this
project, the phrase bank's ways of asking for it. A word or pair of words speaks for a tool as far
as it is more frequent in the tool's texts than in all texts (the logarithm of the ratio).
"""

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from fluxem_encoders.span import Span
from fluxem_encoders.values import Combination, Factorial, Permutation
from fluxem_toolbox import TOOLS, Tool

OFFERED = 16
# Steps that any chain may need though no word of the question asks for them.
GLUE = ("add", "subtract", "multiply", "divide", "round_to")

_WORD = re.compile(r"[a-z]+|[+*/^!×÷√%≤≥<>=|σμ-]")
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ied", "est", "ed", "es", "s", "e", "y")
_SMOOTHING = 5.0  # texts added to every tool's, so that a tool with few texts is not overrated
_RARE = 3  # a term in fewer of a tool's texts counts less
_TYPO_LETTERS = 5  # shorter words are not corrected


def words(text: str) -> list[str]:
    """Lower-case stems and operators.

    >>> words("Averages of squared values")
    ['averag', 'of', 'squar', 'valu']
    """
    return [_stem(word) for word in _WORD.findall(text.lower())]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def _terms(stems: Sequence[str]) -> set[str]:
    return {*stems, *(f"{a} {b}" for a, b in itertools.pairwise(stems))}


def _deletions(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


class Router:
    """Ranks tools for a question; built once in about 0.1 s."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self.names = list(texts)
        found = [Counter(t for text in texts[n] for t in _terms(words(text))) for n in self.names]
        everywhere = sum(found, Counter[str]())
        size = sum(len(own) for own in texts.values())
        self._rows = {t: i for i, t in enumerate(t for t, n in everywhere.items() if n > 1)}
        self._lift_TD = np.zeros((len(self._rows), len(self.names)))
        for d, (name, counts) in enumerate(zip(self.names, found, strict=True)):
            for term, n in counts.items():
                if (row := self._rows.get(term)) is not None:
                    share, usual = n / (len(texts[name]) + _SMOOTHING), everywhere[term] / size
                    lift = math.log((share + 0.001) / (usual + 0.001))
                    self._lift_TD[row, d] = max(0.0, lift) * min(1.0, n / _RARE) ** 0.5
        known = [t for t in self._rows if " " not in t and len(t) >= _TYPO_LETTERS]
        self._misspelt = {cut: word for word in known for cut in _deletions(word)}

    def scores(self, text: str) -> dict[str, float]:
        """How much the question's words speak for every tool; every term counts once."""
        stems = [self._corrected(word) for word in words(text)]
        rows = [self._rows[t] for t in _terms(stems) if t in self._rows]
        return dict(zip(self.names, self._lift_TD[rows].sum(0).tolist(), strict=True))

    def _corrected(self, word: str) -> str:
        """A known word that differs by one letter, or by two neighbours swapped."""
        if word in self._rows or len(word) < _TYPO_LETTERS:
            return word
        cuts = [word, *_deletions(word)]
        return next((c for c in cuts if c in self._rows), None) or next(
            (self._misspelt[c] for c in cuts if c in self._misspelt), word
        )

    def offer(
        self, text: str, spans: Sequence[Span], allowed: Iterable[str], count: int = OFFERED
    ) -> list[str]:
        """At most `count` of the allowed tools, the likeliest first."""
        scores = self.scores(text)
        sure = {*GLUE, *_written(span.value for span in spans)}
        ranked = sorted(allowed, key=lambda name: (name not in sure, -scores.get(name, 0.0)))
        return ranked[:count]


def _written(values: Iterable[object]) -> Iterator[str]:
    """The tools that evaluate what the question writes out, such as `5!`."""
    kinds = {Factorial: "factorial", Combination: "combinations", Permutation: "permutations"}
    return (kinds[type(v)] for v in values if type(v) in kinds)


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
