"""Which tools to show the model for a question: words that speak for a tool, and its values.

A tool's texts are its name, its description, its keywords and, for the tools that ship with this
project, ways of asking for it: those of the phrase bank, and for the further domains `data/asks`.
Two things count alike: all words and pairs of words, each as far as it is more frequent in the
tool's texts than in all texts (the logarithm of the ratio), and the one text of the tool that is
likest the question. T terms, W words, P texts, D tools.
"""

import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fluxem_encoders.detect import detect
from fluxem_encoders.span import Span
from fluxem_encoders.structured import Structured
from fluxem_encoders.structures.finance import Money
from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.values import Combination, Duration, Factorial, Number, Numbers, Permutation
from fluxem_toolbox import CORE, TOOLS, Tool
from fluxem_toolbox.arguments import argument_types

OFFERED = 16
LIKELY = 6  # so many names of tools are repeated behind the question, the likeliest first
# Stands among the tools for all questions that need none.
NONE = "none"
# Steps that any chain may need though no word of the question asks for them; to calculate with a
# duration, one more.
GLUE = ("add", "subtract", "multiply", "divide", "round_to")

_WORD = re.compile(r"[a-z]+|[+*/^!×÷√%≤≥<>=|σμ-]")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ied", "est", "ed", "es", "s", "e", "y")
_SMOOTHING = 5.0  # texts added to every tool's, so that a tool with few texts is not overrated
_RARE = 3  # a term in fewer of a tool's texts counts less
_TYPO_LETTERS = 5  # shorter words are not corrected
# Beside scores of which the likeliest tool has up to 2:
_HAS_TYPE, _LACKS_TYPE = 0.1, -0.2
_HAS_STRUCTURE, _LACKS_STRUCTURE = 0.6, -0.3  # for values of further domains, such as matrices
_SAME_DOMAIN, _OTHER_DOMAIN = 0.3, -0.3  # for tools of their domains, for core tools
_USUAL = {*CORE, "finance", "physics", "data"}  # money, quantities and `the last`
# Values of these may be written as plain lists: points, signals, sets of numbers.
_LISTED = {"geometry", "linear_algebra", "music", "sets", "signal_processing"}
_CORE = 0.8  # of a core tool's score: among its many texts one is like any question
# Domains that read `$5` and `5 km` as one value, where the others read 5.
UNIT_DOMAINS = frozenset({"finance", "physics"})
_UNIT_RANK = 2  # a tool that wants such values must stand so high for a question to be about them
# Not these: what they do is done as well with the numbers alone.
_PLAIN_ENOUGH = {
    *("add_money", "subtract_money", "scale_money", "split_money", "round_money"),
    *("add_quantities", "subtract_quantities", "quantity_power"),
}


def words(text: str) -> list[str]:
    """Lower-case stems and operators.

    >>> words("Averages of squared values")
    ['averag', 'of', 'squar', 'valu']
    """
    return [_stem(word) for word in _WORD.findall(text.lower())]


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def _terms(stems: Sequence[str]) -> set[str]:
    return {*stems, *(f"{a} {b}" for a, b in itertools.pairwise(stems))}


def _deletions(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


class Offer(NamedTuple):
    """The tools to show, the likeliest first; and the first few, with `NONE` where it stands."""

    tools: list[str]
    likely: list[str]


class Router:
    """Ranks tools for a question; built once in about a second."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self.names = list(texts)
        found = [Counter(t for text in texts[n] for t in _terms(words(text))) for n in self.names]
        everywhere: Counter[str] = Counter()
        for counts in found:
            everywhere.update(counts)
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

        self._index(list(texts.values()))

    def _index(self, texts: Sequence[Sequence[str]]) -> None:
        """Each text's words, weighed by how rare they are, with the tools that it stands with."""
        number = {text: i for i, text in enumerate(dict.fromkeys(t for own in texts for t in own))}
        members = [sorted(set(words(text))) for text in number]
        self._columns = {w: i for i, w in enumerate(sorted({w for own in members for w in own}))}
        at = [np.array([self._columns[w] for w in own], int) for own in members]
        found_W = np.bincount(np.concatenate(at), minlength=len(self._columns))
        rarity_W = np.log(1 + len(number) / (found_W + 0.5))
        # The root lets long texts that are met in large part win over short ones met as a whole.
        weights = [rarity_W[own] / math.sqrt(rarity_W[own].sum() or 1.0) for own in at]
        places = np.repeat(np.arange(len(at)), [len(own) for own in at])
        shape = len(self._columns), len(number)
        self._like_WP = csr_array((np.concatenate(weights), (np.concatenate(at), places)), shape)
        self._order_P = np.array([number[text] for own in texts for text in own])
        self._starts_D = np.cumsum([0, *(len(own) for own in texts[:-1])])

    def scores(self, text: str) -> dict[str, float]:
        """How likely every tool is asked for, from 0 to 2; every term counts once."""
        stems = [self._corrected(word) for word in words(text)]
        rows = [self._rows[t] for t in _terms(stems) if t in self._rows]
        columns = sorted({self._columns[w] for w in stems if w in self._columns})
        like_P = np.zeros(self._like_WP.shape[1])
        for column in columns:  # in whose row each text stands at most once
            row = slice(*self._like_WP.indptr[column : column + 2])
            like_P[self._like_WP.indices[row]] += self._like_WP.data[row]
        likest_D = np.maximum.reduceat(like_P[self._order_P], self._starts_D)
        total_D = _share(self._lift_TD[rows].sum(0)) + _share(likest_D)
        return dict(zip(self.names, total_D.tolist(), strict=True))

    def _corrected(self, word: str) -> str:
        """A known word that differs by one letter, or by two neighbours swapped."""
        if word in self._columns or len(word) < _TYPO_LETTERS:
            return word
        cuts = [word, *_deletions(word)]
        return next((c for c in cuts if c in self._rows), None) or next(
            (self._misspelt[c] for c in cuts if c in self._misspelt), word
        )

    def read(self, text: str, domains: Collection[str]) -> list[Span]:
        """The values of a question, amounts with units as numbers where it is not about them."""
        spans = detect(text, domains=domains)
        if unread := self.plain_domains(text, spans):
            return detect(text, domains=set(domains) - unread)
        return spans

    def plain_domains(self, text: str, spans: Sequence[Span]) -> set[str]:
        """Those of `UNIT_DOMAINS` whose amounts are the plain numbers that any sum takes.

        They are not where the words ask for a tool that takes nothing else, nor where amounts in
        different units or currencies would be mixed.
        """
        values = [span.value for span in spans]
        found = {d for v in values if (d := getattr(v, "domain", None)) in UNIT_DOMAINS}
        if not found:
            return set()
        scores = self.scores(text)
        likeliest = sorted(scores, key=lambda name: -_weight(name) * scores[name])[:_UNIT_RANK]
        return found - {_unit_domain(name) for name in likeliest} - set(_mixed(values))

    def rank(self, text: str, spans: Sequence[Span], names: Iterable[str]) -> list[str]:
        """The names, the likeliest first; those come first that the question itself writes out."""
        scores = self.scores(text)
        values = [span.value for span in spans]
        types, written = frozenset(map(_type_of, values)), set(_written(values))
        domains = _further(values)
        ranks = {
            name: (
                name not in written,
                -_weight(name) * scores.get(name, 0.0) - _fit(name, types, domains),
            )
            for name in names
        }
        return sorted(ranks, key=ranks.__getitem__)

    def offer(
        self, text: str, spans: Sequence[Span], allowed: Iterable[str], count: int = OFFERED
    ) -> Offer:
        """At most `count` of the allowed tools, the steps that it may need always among them.

        Beside values of further domains, which those steps do not take, they come as they rank.
        """
        ranked = self.rank(text, spans, (*allowed, NONE))
        tools = [name for name in ranked if name != NONE]
        lengths = any(isinstance(span.value, Duration) for span in spans)
        steps: tuple[str, ...] = (*GLUE, "convert_duration") if lengths else GLUE
        if _further(span.value for span in spans):
            steps = ()
        chosen = set(sorted(tools, key=lambda name: name not in steps)[:count])
        offered = [name for name in ranked if name in chosen or name == NONE]
        return Offer([n for n in offered if n != NONE], offered[:LIKELY])


def _share(score_D: NDArray[np.float64]) -> NDArray[np.float64]:
    return score_D / (score_D.max() or 1.0)


def _type_of(value: object) -> Any:
    """The type of a value that fits few arguments, None for all others."""
    if isinstance(value, tuple):
        return Numbers
    return type(value) if isinstance(value, date | Duration | Structured) else None


@lru_cache(maxsize=4096)
def _required(name: str) -> tuple[frozenset[Any], ...]:
    """The types that each argument without a default takes."""
    parameters = TOOLS[name].parameters if name in TOOLS else ()
    return tuple(frozenset(argument_types(p.annotation)) for p in parameters if p.required)


@lru_cache(maxsize=65536)
def _fit(name: str, types: frozenset[Any], domains: frozenset[str]) -> float:
    """Credit for a tool that takes a list or date of the question's, debit where it lacks one.

    More of both for values of further domains: who writes out a matrix asks for what takes one, or
    else for another tool of `domains`, those of such values.
    """
    return _fit_types(name, types) + _fit_domains(name, domains)


def _fit_domains(name: str, domains: frozenset[str]) -> float:
    if not domains:
        return 0.0
    return _OTHER_DOMAIN if _is_core(name) else _SAME_DOMAIN * (TOOLS[name].domain in domains)


def _fit_types(name: str, types: frozenset[Any]) -> float:
    if structures := _structures(name):
        if structures & types:
            return _HAS_STRUCTURE
        listed = Numbers in types and all(kind.domain in _LISTED for kind in structures)
        return 0.0 if listed else _LACKS_STRUCTURE
    for options in _required(name):
        if options & types & {Numbers, date}:
            return _HAS_TYPE
        if len(options) == 1 and options & ({date, Duration} - types):
            return _LACKS_TYPE
    return 0.0


def _further(values: Iterable[object]) -> frozenset[str]:
    """The domains of a question's values beyond the core, and beyond what any sum may hold."""
    return frozenset(v.domain for v in values if isinstance(v, Structured)) - _USUAL


@lru_cache(maxsize=4096)
def _weight(name: str) -> float:
    return _CORE if _is_core(name) else 1.0


def _is_core(name: str) -> bool:
    """Whether the phrase bank tells ways of asking for it; so it does for `NONE`."""
    return name not in TOOLS or TOOLS[name].domain in CORE


def _structures(name: str) -> frozenset[Any]:
    """Those types among the required ones that are of further domains."""
    kinds = {kind for options in _required(name) for kind in options}
    return frozenset(k for k in kinds if isinstance(k, type) and issubclass(k, Structured))


def _written(values: Iterable[object]) -> Iterator[str]:
    """The tools that evaluate what the question writes out, such as `5!`."""
    kinds = {Factorial: "factorial", Combination: "combinations", Permutation: "permutations"}
    return (kinds[type(v)] for v in values if type(v) in kinds)


def documents(
    tools: Mapping[str, Tool], folds: frozenset[int] | None = None
) -> dict[str, list[str]]:
    """What the router knows of each tool, and of questions without any.

    Args:
        folds: those of the phrase bank that it may read; all by default.
    """
    from fluxem_vllm.data.bank import Fixed, Plan, load_asks, load_bank

    bank = load_bank("train", folds)
    texts = {
        name: [name.replace("_", " ")] * 3 + [tool.summary] * 3 + list(tool.keywords) * 2
        for name, tool in tools.items()
    }
    for name, phrases in bank.tools.items():
        for template in (*phrases.noun, *phrases.ask, *phrases.then):
            if name in texts:
                texts[name].append(" ".join(template.pieces[::2]))

    for name, asks in load_asks("train", folds).items():
        if name in texts:
            texts[name] += [" ".join(ask.pieces[::2]) for ask in asks]

    def used(plan: Plan | str | Fixed) -> set[str]:
        if not isinstance(plan, Plan):
            return set()
        return {plan.tool}.union(*(used(a) for a in plan.arguments.values()))

    for story in bank.stories:
        for template in story.texts:
            for name in set().union(*map(used, story.plans)) & texts.keys():
                texts[name].append(" ".join(template.pieces[::2]))
    texts[NONE] = [_PLACEHOLDER.sub(" ", question) for question, _ in bank.chat]
    return texts


def _unit_domain(name: str) -> str | None:
    """The domain of a tool that takes amounts in units alone."""
    if name not in TOOLS or name in _PLAIN_ENOUGH or TOOLS[name].domain not in UNIT_DOMAINS:
        return None
    wants = any(o & {Quantity, Money} and Number not in o for o in _required(name))
    return TOOLS[name].domain if wants else None


def _mixed(values: Iterable[object]) -> Iterator[str]:
    """Of which domains there are amounts that no sum may take without conversion."""
    values = list(values)
    units = {(v.parsed.exponents, v.unit) for v in values if isinstance(v, Quantity)}
    if len(units) > len({dimension for dimension, _ in units}):
        yield "physics"
    if len({v.currency for v in values if isinstance(v, Money)}) > 1:
        yield "finance"


@lru_cache(maxsize=8)
def default_router(folds: frozenset[int] | None = None) -> Router:
    """The router over all registered tools; see `documents`."""
    return Router(documents(TOOLS, folds))
