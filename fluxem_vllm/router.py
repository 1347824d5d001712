"""Which tools to show the model for a question: words that speak for a tool, and its values.

A tool's texts are its name, its description, its keywords and, for the tools that ship with this
project, ways of asking for it: those of the phrase bank, and for the further domains `data/asks`.
Their terms are words and pairs of words. Three things count: weights of the frequent terms, learnt
so that they tell the tools apart (ridge regression); the one text of the tool that is likest the
question; and how much more frequent all terms are in the tool's texts than in all texts.
The likest texts whose plans are known are also precedents for the shape of the question's own plan.
T terms, F frequent terms, P texts, G groups of texts of the same tools, D tools.
"""

import itertools
import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from functools import lru_cache
from heapq import nlargest
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from scipy.sparse import csr_array

from fluxem_encoders.detect import detect
from fluxem_encoders.span import Span
from fluxem_encoders.structured import Structured
from fluxem_encoders.structures.finance import Money
from fluxem_encoders.structures.physics import BareUnit, Quantity
from fluxem_encoders.values import Combination, Duration, Factorial, Number, Numbers, Permutation
from fluxem_toolbox import CORE, TOOLS
from fluxem_toolbox.arguments import argument_types
from fluxem_vllm.corpus import documents, known_plans
from fluxem_vllm.shapes import NONE, Asked, Precedents, shape
from fluxem_vllm.words import deletions, terms, words

OFFERED = 12
LIKELY = 6  # so many names of tools are repeated behind the question, the likeliest first
# Steps that any chain may need though no word of the question asks for them; to calculate with a
# duration, one more. No word speaks for them, so they gain this much where the tools to show are
# chosen, and more where values of further domains speak for other tools.
GLUE = ("add", "subtract", "multiply", "divide", "round_to")
_STEP, _STEP_BESIDE_STRUCTURES = 0.4, 0.8
# The others gain this much times how often they are called beside one of the likeliest.
_COMPANION, _LEADERS = 0.6, 3

_SMOOTHING = 5.0  # texts added to every tool's, so that a tool with few texts is not overrated
_RARE = 3  # a term in fewer of a tool's texts counts less
_FREQUENT = 3000  # so many terms have learnt weights
_PENALTY = 1.0  # on their squares, against 1 for each text
_COMMON = 0.05  # a term in more of the texts does not make any two alike
_PAIR = 0.5  # how much a pair of words counts for that, beside a word
_TYPO_LETTERS = 5  # shorter words are not corrected
_VOTERS = 60  # so many of the likest texts vote for the shapes of their plans,
_ALIKE = 0.4  # those that are at least so much like the question as the likest is
_WRITTEN = 100.0  # what a tool gains that the question writes out, as `5!` does `factorial`
_LIKEST, _LIFT = 1.0, 0.5  # what they add to the learnt score, which is near 1 for the right tool
_BROUGHT = 0.4  # what a tool gains that came with the request
# Beside these:
_HAS_TYPE, _LACKS_TYPE = 0.1, -0.2
_HAS_STRUCTURE, _LACKS_STRUCTURE = 0.6, -0.3  # for values of further domains, such as matrices
_SAME_DOMAIN, _OTHER_DOMAIN = 0.3, -0.3  # for tools of their domains, for core tools
_USUAL = {*CORE, "finance", "physics", "data"}  # money, quantities and `the last`
_DIMENSIONS = (2, 3)  # of points
# Values of these may be written as plain lists: points, signals, sets of numbers.
_LISTED = {"geometry", "linear_algebra", "music", "sets", "signal_processing"}
_CORE = 0.8  # of likeness and lift of a core tool: among its many texts one is like any question
# Domains that read `$5` and `5 km` as one value, where the others read 5.
UNIT_DOMAINS = frozenset({"finance", "physics"})
_UNIT_RANK = 2  # a tool that wants such values must stand so high for a question to be about them
PLAIN_TOOLS = {
    "add_money": "add",
    "subtract_money": "subtract",
    "scale_money": "multiply",
    "split_money": "divide",
    "add_quantities": "add",
    "subtract_quantities": "subtract",
    "multiply_quantities": "multiply",
    "divide_quantities": "divide",
}
"""What does the same, in the same order of arguments, with amounts that are read as numbers."""
# What these do is done as well with the numbers alone.
_PLAIN_ENOUGH = {*PLAIN_TOOLS, "round_money", "quantity_power"}


class Offer(NamedTuple):
    """The tools to show, the likeliest first; the first few, with `NONE` where it stands; and which
    of the tools that are shown `beside` the others."""

    tools: list[str]
    likely: list[str]
    beside: list[str]


class Router:
    """Ranks tools for a question; built once in a few seconds."""

    def __init__(
        self,
        texts: Mapping[str, Sequence[str]],
        plans: Mapping[str, Sequence[Asked]] | None = None,
    ) -> None:
        """
        Args:
            texts: those of every tool, and of `NONE`.
            plans: those that texts among these ask for.
        """
        self.names = list(texts)
        self._number = {name: i for i, name in enumerate(self.names)}
        self._weights_D = np.array([_CORE if _is_core(name) else 1.0 for name in self.names])
        self.scores = lru_cache(maxsize=64)(self._scores)
        """How likely every tool is asked for, mostly from 0 to 2.5; every term counts once."""
        self._heard = lru_cache(maxsize=64)(self._rows_and_likeness)

        tools = _tools(texts)
        distinct = sorted(tools, key=tools.__getitem__)  # side by side those of the same tools
        number = {text: i for i, text in enumerate(distinct)}
        self._plans_P = [(plans or {}).get(text, ()) for text in distinct]
        of_DP = _counts([[number[text] for text in own] for own in texts.values()], len(number))
        of_PD = of_DP.T.tocsr()
        self._company_DD = _company(of_PD)
        found = [terms(words(text)) for text in number]
        everywhere = Counter(term for own in found for term in own)
        kept = (t for t, n in everywhere.most_common() if n > 1 or " " not in t)
        self._rows = {term: i for i, term in enumerate(kept)}  # the most frequent first
        rows = [[self._rows[t] for t in own if t in self._rows] for own in found]
        found_PT = _counts(rows, len(self._rows))
        self._learnt_FD = _learnt(found_PT[:, :_FREQUENT], of_PD)
        self._lift_TD = _lift(found_PT, of_PD)
        pairs_T = np.array([" " in term for term in self._rows])
        self._rarity_T = _rarity(found_PT, pairs_T)
        self._rarest = math.log(1 + found_PT.shape[0] / 0.5)  # of a term that is in no text
        self._like_TP = _likeness(found_PT, self._rarity_T)
        groups = [list(own) for _, own in itertools.groupby(distinct, tools.__getitem__)]
        self._group_starts = np.cumsum([0, *map(len, groups[:-1])])
        of_GD = _counts([tools[own[0]] for own in groups], len(self.names))
        of_DG = of_GD.T.tocsr()
        self._groups, self._starts_D = of_DG.indices, of_DG.indptr[:-1]

        self._known = {t for t, n in everywhere.items() if n > 1 and " " not in t}
        long = (word for word in self._known if len(word) >= _TYPO_LETTERS)
        self._misspelt = {cut: word for word in long for cut in deletions(word)}

    def _rows_and_likeness(self, text: str) -> tuple[list[int], NDArray[np.float32]]:
        """The terms of a question that are known, and how much each text is like it."""
        stems = [self._corrected(word) for word in words(text)]
        rows = sorted(self._rows[t] for t in terms(stems) if t in self._rows)
        return rows, _sum(self._like_TP, rows)

    def _scores(self, text: str) -> dict[str, float]:
        rows, like_P = self._heard(text)
        frequent = rows[: bisect_left(rows, len(self._learnt_FD))]
        learnt_D = self._learnt_FD[frequent].sum(0) / math.sqrt(len(frequent) or 1)
        likest_G = np.maximum.reduceat(like_P, self._group_starts)
        likest_D = np.maximum.reduceat(likest_G[self._groups], self._starts_D)
        lift_D = _sum(self._lift_TD, rows)
        told_D = _LIKEST * _share(likest_D) + _LIFT * _share(lift_D)
        total_D = learnt_D + self._weights_D * told_D
        return dict(zip(self.names, total_D.tolist(), strict=True))

    def precedents(self, text: str, offered: Collection[str]) -> Precedents:
        """The plans of the texts that are likest a question, of the tools that are `offered`."""
        like_P = self._heard(text)[1]
        near = np.flatnonzero(like_P >= max(_ALIKE * like_P.max(), 1e-6))
        if len(near) > _VOTERS:
            near = near[np.argpartition(like_P[near], -_VOTERS)[-_VOTERS:]]
        return Precedents(
            (
                (shape(*asked), like * like / len(self._plans_P[i]))
                for i, like in zip(near.tolist(), like_P[near].tolist(), strict=True)
                for asked in self._plans_P[i]
            ),
            offered,
        )

    def _corrected(self, word: str) -> str:
        """A known word that differs by one letter, or by two neighbours swapped."""
        if word in self._rows or len(word) < _TYPO_LETTERS:
            return word
        cuts = [word, *deletions(word)]
        return next((c for c in cuts if c in self._known), None) or next(
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
        likeliest = sorted(scores, key=lambda name: -scores[name])[:_UNIT_RANK]
        return found.difference(_mixed(values), *map(_unit_domains, likeliest))

    def rank(self, text: str, spans: Sequence[Span], names: Iterable[str]) -> list[str]:
        """The names, the likeliest first; those come first that the question itself writes out."""
        likely = self._likely(text, spans, tuple(names))
        return sorted(likely, key=likely.__getitem__, reverse=True)

    def _likely(self, text: str, spans: Sequence[Span], names: tuple[str, ...]) -> dict[str, float]:
        """How likely each of the names is; far above all others what the question writes out."""
        scores = self.scores(text)
        values = [span.value for span in spans]
        fits = _fits(names, frozenset(map(_type_of, values)), _further(values), _forms(spans))
        likely = {name: scores.get(name, 0.0) + fit for name, fit in zip(names, fits, strict=True)}
        for name in likely.keys() & _written(values):
            likely[name] += _WRITTEN
        return likely

    def offer(
        self,
        text: str,
        spans: Sequence[Span],
        allowed: Iterable[str],
        count: int = OFFERED,
        beside: Mapping[str, str] = MappingProxyType({}),
    ) -> Offer:
        """At most `count` tools, the allowed ones and those `beside`, among them the steps that it
        may need.

        Args:
            beside: tools that the router has not read, with what they say of themselves.
        """
        values = [span.value for span in spans]
        likely = self._likely(text, spans, (*allowed, NONE))
        lengths = any(isinstance(value, Duration) for value in values)
        steps: tuple[str, ...] = (*GLUE, "convert_duration") if lengths else GLUE
        gain = _STEP_BESIDE_STRUCTURES if _further(values) else _STEP

        wanted = {name: score for name, score in likely.items() if name != NONE}
        gains = self._company(nlargest(_LEADERS, wanted, key=wanted.__getitem__))
        gains |= {name: max(gain, gains.get(name, 0.0)) for name in steps}
        for name in wanted.keys() & gains:
            wanted[name] += gains[name]
        unread = {name: self._unread(text, told) for name, told in beside.items()}
        likely |= unread
        wanted |= unread
        chosen = nlargest(count, wanted, key=wanted.__getitem__)
        offered = sorted([*chosen, NONE], key=likely.__getitem__, reverse=True)
        tools = [n for n in offered if n != NONE and n not in beside]
        return Offer(tools, offered[:LIKELY], [n for n in offered if n in beside])

    def sounding_like(self, text: str, told: Mapping[str, str]) -> list[str]:
        """The names of those tools that say of themselves a word of the text that is not common."""
        asked = terms(words(text))
        return [name for name, own in told.items() if self._shared(asked, words(own))]

    def _unread(self, text: str, told: str) -> float:
        """How likely a tool is asked for that says this of itself, and of which nothing was read:
        by what both texts have in common."""
        stems = words(told)
        if not (shared := self._shared(terms(words(text)), stems)):
            return 0.0
        like = shared / math.sqrt(sum(map(self._weight, {*stems})))
        likest = float(self._heard(text)[1].max(initial=0.0))
        return _BROUGHT + (_LIKEST + _LIFT) * like / max(like, likest)

    def _shared(self, asked: Set[str], stems: Sequence[str]) -> float:
        """How much the terms weigh that both have."""
        return sum(map(self._weight, terms(stems) & asked))

    def _weight(self, term: str) -> float:
        if term in self._rows:
            return float(self._rarity_T[self._rows[term]])
        return self._rarest * (_PAIR if " " in term else 1.0)

    def _company(self, leaders: Iterable[str]) -> dict[str, float]:
        """What the tools gain that are called beside one of the leaders."""
        rows = [self._company_DD[self._number[name]] for name in leaders if name in self._number]
        if not rows:
            return {}
        most_D = np.max(rows, axis=0)
        beside = np.flatnonzero(most_D)
        gains = (_COMPANION * most_D[beside]).tolist()
        return {self.names[i]: gain for i, gain in zip(beside.tolist(), gains, strict=True)}


def _tools(texts: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, ...]]:
    """The numbers of the tools that each text is of."""
    tools = defaultdict[str, list[int]](list)
    for number, own in enumerate(texts.values()):
        for text in dict.fromkeys(own):
            tools[text].append(number)
    return {text: tuple(numbers) for text, numbers in tools.items()}


def _counts(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    """How often each row names each column."""
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter(itertools.chain.from_iterable(rows), np.int32, ends[-1])
    counts = csr_array((np.ones(len(columns), np.float32), columns, ends), (len(rows), width))
    counts.sum_duplicates()
    return counts


def _company(of_PD: csr_array) -> NDArray[np.float32]:
    """For each tool, the share of others in those of its texts that ask for several tools."""
    asked_PD = of_PD.sign()
    several_PD = asked_PD[asked_PD.sum(1) > 1]
    together_DD = (several_PD.T @ several_PD).toarray().astype(np.float32)
    shares_DD: NDArray[np.float32] = (
        together_DD / np.maximum(together_DD.diagonal(), _SMOOTHING)[:, None]
    )
    np.fill_diagonal(shares_DD, 0.0)
    return shares_DD


def _learnt(found_PF: csr_array, of_PD: csr_array) -> NDArray[np.float32]:
    """Weights that sum up to 1 for a text's tools, over its terms, by the root of their number."""
    lengths_P = np.maximum(found_PF.sum(1), 1)
    texts_PF = csr_array(found_PF / np.sqrt(lengths_P)[:, None])
    squares_FF = (texts_PF.T @ texts_PF).toarray()
    squares_FF[np.diag_indices_from(squares_FF)] += _PENALTY
    wanted_FD = (texts_PF.T @ of_PD.sign()).toarray()
    learnt_FD: NDArray[np.float32] = solve(squares_FF, wanted_FD, assume_a="pos", overwrite_a=True)
    return learnt_FD


def _lift(found_PT: csr_array, of_PD: csr_array) -> csr_array:
    """The logarithms of how much more frequent a term is in a tool's texts than in all."""
    counts_TD = csr_array(found_PT.T @ of_PD).tocoo()
    usual_T = counts_TD.sum(1) / of_PD.sum()
    shares = counts_TD.data / (of_PD.sum(0)[counts_TD.col] + _SMOOTHING)
    lifts = np.log((shares + 0.001) / (usual_T[counts_TD.row] + 0.001))
    counts_TD.data = np.maximum(0, lifts) * np.minimum(1, counts_TD.data / _RARE) ** 0.5
    return counts_TD.tocsr().astype(np.float32)


def _rarity(found_PT: csr_array, pairs_T: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much each term counts that two texts have in common."""
    size = found_PT.shape[0]
    texts_T = found_PT.sum(0)
    rarity_T: NDArray[np.float64] = np.log(1 + size / (texts_T + 0.5))
    rarity_T *= np.where(pairs_T, _PAIR, 1.0)
    rarity_T[texts_T > max(_COMMON * size, 10)] = 0.0
    return rarity_T


def _likeness(found_PT: csr_array, rarity_T: NDArray[np.float64]) -> csr_array:
    """Each text's terms, weighed by how rare they are."""
    found_PT = csr_array(found_PT * rarity_T[None])
    found_PT.eliminate_zeros()
    # The root lets long texts that are met in large part win over short ones met as a whole.
    lengths_P = np.sqrt(np.maximum(found_PT.sum(1), 1e-9))
    return csr_array(found_PT / lengths_P[:, None]).T.tocsr().astype(np.float32)


def _sum(matrix: csr_array, rows: Iterable[int]) -> NDArray[np.float32]:
    """The sum of these rows, in each of which a column stands at most once."""
    total = np.zeros(matrix.shape[1], np.float32)
    for row in rows:
        part = slice(*matrix.indptr[row : row + 2])
        total[matrix.indices[part]] += matrix.data[part]
    return total


def _share(score_D: NDArray[np.float32]) -> NDArray[np.float32]:
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


@lru_cache(maxsize=1024)
def _fits(
    names: tuple[str, ...],
    types: frozenset[Any],
    domains: frozenset[str],
    forms: frozenset[str],
) -> tuple[float, ...]:
    """Credit for each tool that takes a list or date of the question's, debit where it lacks one.

    More of both for values of further domains: who writes out a matrix asks for what takes one, or
    else for another tool of `domains`, those of such values, or of `forms`, see `_forms`.
    """
    return tuple(_fit_types(name, types, forms) + _fit_domains(name, domains) for name in names)


def _fit_domains(name: str, domains: frozenset[str]) -> float:
    if not domains:
        return 0.0
    return _OTHER_DOMAIN if _is_core(name) else _SAME_DOMAIN * (TOOLS[name].domain in domains)


def _fit_types(name: str, types: frozenset[Any], forms: frozenset[str]) -> float:
    if structures := _structures(name):
        if structures & types or any(kind.domain in forms for kind in structures):
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


def _forms(spans: Sequence[Span]) -> frozenset[str]:
    """Whose values the plain lists are written as: sets in braces, points in parentheses."""
    lists = [(span.text, span.value) for span in spans if isinstance(span.value, tuple)]
    points = [text for text, value in lists if text[0] == "(" and len(value) in _DIMENSIONS]
    forms = {"sets"} if any(text[0] == "{" for text, _ in lists) else set()
    return frozenset(forms | ({"geometry"} if len(points) > 1 else set()))


def _is_core(name: str) -> bool:
    """Whether the phrase bank tells ways of asking for it; so it does for `NONE`."""
    return name not in TOOLS or TOOLS[name].domain in CORE


def _structures(name: str) -> frozenset[Any]:
    """Those types among the required ones that are of further domains."""
    kinds = {kind for options in _required(name) for kind in options}
    return frozenset(k for k in kinds if isinstance(k, type) and issubclass(k, Structured))


def _written(values: Iterable[object]) -> set[str]:
    """The tools that evaluate what the question writes out, such as `5!`."""
    kinds = {Factorial: "factorial", Combination: "combinations", Permutation: "permutations"}
    return {kinds[type(v)] for v in values if type(v) in kinds}


def _unit_domains(name: str) -> set[str]:
    """The domains of the amounts in units that a tool takes alone."""
    if name in _PLAIN_ENOUGH:
        return set()
    wanted = {kind for o in _required(name) if Number not in o for kind in o & {Quantity, Money}}
    return {kind.domain for kind in wanted}


def _mixed(values: Iterable[object]) -> Iterator[str]:
    """Of which domains there are amounts that no sum may take without conversion, or a unit that an
    amount is wanted in."""
    values = list(values)
    units = {(v.parsed.exponents, v.unit) for v in values if isinstance(v, Quantity)}
    wanted = any(isinstance(v, BareUnit) for v in values)
    if wanted or len(units) > len({dimension for dimension, _ in units}):
        yield "physics"
    if len({v.currency for v in values if isinstance(v, Money)}) > 1:
        yield "finance"


@lru_cache(maxsize=8)
def default_router(folds: frozenset[int] | None = None) -> Router:
    """The router over all registered tools; see `documents`."""
    # Part of the bank is for training, which asks for no precedents.
    return Router(documents(TOOLS, folds), known_plans() if folds is None else None)
