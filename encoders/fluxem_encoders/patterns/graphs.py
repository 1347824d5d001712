"""Graphs given by the list of their edges, whose ends are the nodes, or by their nodes' neighbours.

After `edges`, `E =` or `graph:`, two edges or more, or any number in brackets: `A-B, B-C`,
`A->B, B->C` (directed), `(1,2), (2,3)`, with weights `A-B:5`, `A-B (5)`, `A-B 5`, `(A, B, 5)`. The
word `directed` up to 80 characters before `edges` makes them directed. After words such as `roads`
or `network` also `A and B (5), B and C (7)`, and after `tasks`, `dependencies` or `arrows`
arrows, where several edges share a node. `G = ({1,2,3}, {(1,2)})` has its nodes said.

Without such a word, lists whose edges can be nothing else: three or more that have weights or join
names in capitals (`Ana-Bo 4, Ana-Cy 2, Bo-Cy 1`, `A to B 5, B to C 7, A to C 4`), two or more
arrows between words or with weights, and in each a node that several edges share.

Neighbours are `{A: [B, C], B: [C]}`, `{A: {B: 5}, B: {C: 2}}`, and after `graph` or `adjacency
list` `A: B, C; B: C`. Such a graph is directed unless it is said to be undirected, or each node is
its neighbours' neighbour.

Not found: hyphenated words (`edges well-worn, razor-thin`); one edge by itself; loops, and edges
given twice; nodes without edges beside a list of edges; weights with units; paths (`A->B->C`).
"""

import re
from collections.abc import Callable
from functools import partial

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.numerals import PLAIN, number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.graphs import Edge, Graph, Name
from fluxem_encoders.values import Number

_NUMBER = rf"-?{PLAIN}"
_NODE = r"(?:[0-9]+|[a-z]{1,2}|[a-z]+[0-9]+|(?-i:[A-Z])[a-z]+)"
_STEP = r"(?:[0-9]+|[a-z][a-z0-9_]*)"
_WEIGHT = rf"(?:\s?[:=]\s?{_NUMBER}|\s?\({_NUMBER}\)|\s(?:with\s)?weight\s{_NUMBER})"
_BARE_WEIGHT = rf"(?:{_WEIGHT}|\s{_NUMBER}\b)"
_ARROW = rf"{SPACE}?(?:--?>|\x01){SPACE}?"
_DASHED = rf"\b{_NODE}(?:--?|\s--?\s){_NODE}\b"
_LED = rf"\b{_STEP}{_ARROW}{_STEP}\b"
_INSIDE = rf"{SPACE}?[a-z0-9]+{SPACE}?,{SPACE}?[a-z0-9]+(?:{SPACE}?,{SPACE}?{_NUMBER})?{SPACE}?"
_TUPLE = rf"\\?[({{\[]{_INSIDE}\\?[)}}\]]"
_PARENTHESES = rf"\({_INSIDE}\)"
# No chords: neither `Am` nor `Bb`.
_TITLE = r"(?:(?-i:[A-Z](?:[ac-ln-z][a-z]*|[bm][a-z]+)?|[H-Z][bm])|[a-z](?-i:[A-Z]))"
_WORDS = r"(?-i:[A-Za-z][a-z]+)"
_NEXT = r"(?:\s?[,;]\s?(?:and\s)?|\sand\s)"


def _list(edge: str, least: int = 1) -> str:
    """An edge and `least` more or more."""
    return rf"{edge}(?:{_NEXT}{edge}){{{least},}}"


_EDGES = (f"{_DASHED}{_WEIGHT}?", f"{_LED}{_WEIGHT}?", _TUPLE)
_WITH_WEIGHTS = (_DASHED + _BARE_WEIGHT, _LED + _BARE_WEIGHT)
_LISTS = "|".join(map(_list, (*_WITH_WEIGHTS, *_EDGES)))
_CLOSED = "|".join(_list(edge, 0) for edge in (*_WITH_WEIGHTS, *_EDGES))
_LIST = rf"(?:\\?[{{\[]{SPACE}?(?:{_CLOSED}){SPACE}?\\?[}}\]]|{_LISTS})"
_ARROWS = "|".join(map(_list, (_LED + _BARE_WEIGHT, f"{_LED}{_WEIGHT}?")))
_SAID_WEIGHT = rf"(?:{_BARE_WEIGHT}|\s(?:is|costs|takes)\s{_NUMBER}\b)"
_TITLED = rf"\b{_TITLE}-{_TITLE}\b"
_SAID = rf"\b{_TITLE}\s(?:and|to)\s{_TITLE}{_SAID_WEIGHT}"
_IN_WORDS = rf"{_SAID}(?:{_NEXT}(?:(?:between|from)\s)?{_SAID})+"
_WORD = (
    r"\b(?:edges|edge\s(?:list|set))(?:\s(?:are|is|given|by|as|of|E|the|following|list|set|"
    r"between|with\sweights)){0,4}\s?[:=]?\s{0,2}"
)
_BEFORE = (
    rf"(?:{_WORD}"
    r"|\b(?:graph|tree|network)(?:\s(?:(?-i:G)|with|has|is))?\s?[:=]\s{0,2})"
)
_FILL = r"(?:\s(?:are|is|given|by|as|of|the|following|with|from|between|G)){0,4}\s?[:=]?\s{0,2}"
_TIES = (
    r"\b(?:roads|streets|bridges|cables|pipes|links|connections|friends|friendships|flights|"
    rf"distances|routes|networks?|graph|digraph|tree){_FILL}"
)
# No matrix: of square brackets one opens at a time.
_SET = rf"(?:\\?\{{{SPACE}?(?:{_CLOSED}){SPACE}?\\?\}}|\[(?:{_list(_PARENTHESES, 0)})\]|{_LISTS})"
_TASKS = (
    r"\b(?:jobs|tasks|steps|dependencies|prerequisites|arrows|arcs|one-way\s(?:roads|streets)"
    r"|precedences?|DAG"
    rf"|topological\s(?:order(?:ing)?|sort(?:ing)?)){_FILL}"
)
_LETTERED = rf"\b(?-i:[A-Z]{{2}})\b{_BARE_WEIGHT}?"
_LETTERED_TEXT = re.compile(rf"\b([A-Z])([A-Z])\b(?:[\s:=(]*(?:with )?(?:weight )?({_NUMBER}))?")
_SAID_DIRECTED = r"[\s(](?:directed|digraph)[^.?!\n{]{0,80}"
_SAID_UNDIRECTED = r"\bundirected[^.?!\n{]{0,80}"
_DIRECTED = rf"(?:{_SAID_DIRECTED}{_WORD}|\barcs:?\s)"
# No list begins in the middle of another or of a path, and none begins later, context included,
# than a formula, a reaction or a chord would.
_FREE = r"(?:(?:[a-z]{1,2}:?|[a-z]{2},)\s{1,3}|[^\w\s>,-]\s{0,3}|\n\s{0,8}(?:[-*]\s)?)"
_PAIR_OF_SETS = (
    rf"\({SPACE}?\\?\{{{SPACE}?[a-z0-9]+(?:{SPACE}?,{SPACE}?[a-z0-9]+)*{SPACE}?\\?\}}{SPACE}?,"
    rf"{SPACE}?\\?\{{{SPACE}?{_list(_TUPLE, 0)}{SPACE}?\\?\}}{SPACE}?\)"
)
_IS = r"\b(?-i:[A-Z])\s?=\s?"
_NAME = r"[\"']?[a-z0-9_]{1,30}[\"']?"
_NEIGHBOUR = rf"{_NAME}(?::{SPACE}?{_NUMBER})?"
_OF_ONE = (
    rf"{_NAME}{SPACE}?:{SPACE}?[\[({{]{SPACE}?"
    rf"(?:{_NEIGHBOUR}(?:,{SPACE}?{_NEIGHBOUR})*{SPACE}?)?[\])}}]"
)
_MAPPING = rf"\{{{SPACE}{{0,8}}{_OF_ONE}(?:,{SPACE}{{0,8}}{_OF_ONE})+,?{SPACE}{{0,8}}\}}"
_ROW = rf"\b{_NODE}\s?:\s?{_NODE}\b(?:,\s?{_NODE}\b)*"
_ROWS = rf"{_ROW}(?:(?:\s?;\s{{0,2}}|\s?\n\s{{0,8}}){_ROW})+"
_ADJACENCY = (
    r"\b(?:(?:di)?graph|network|adjacency|neighbou?rs)(?:\s(?:are|is|given|by|as|of|the|following|"
    r"with|its|an?|adjacency|lists?|G)){0,6}\s?[:=]?\s{0,2}"
)
_ENTRY = re.compile(r"(\w+)[\"']?\s*:\s*[\[({]([^\])}]*)[\])}]")
_LISTED = re.compile(rf"(\w+)[\"']?(?:\s*:\s*({_NUMBER}))?")
_PAIR = re.compile(
    r"(\w+)\s*(->|--?|\bto\b|\band\b)\s*(\w+)"
    rf"(?:[\s:=(]*(?:with |is |costs |takes )?(?:weight )?({_NUMBER}))?",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"[({{\[]\s*(\w+)\s*(,)\s*(\w+)(?:\s*,\s*({_NUMBER}))?\s*\\?[)}}\]]")
_SIGNS = {"→": "->", "⟶": "->", "–": "-", "—": "-", "↔": "-", "−": "-", "‐": "-", "‑": "-"}
_PLAIN_SIGNS = str.maketrans(_SIGNS)


def _graph(text: str, directed: bool = False) -> Graph:
    """The graph; its edges are directed too where arrows join them.

    Raises:
        ValueFormError: for edges of several kinds, given twice, or from a node to itself, and for
            words with dashes.
    """
    text = text.translate(_PLAIN_SIGNS).replace("-->", "->")
    if not text.isascii():
        raise ValueFormError("an edge has `-` or `->` between its nodes")
    rows = _IN_BRACKETS.findall(text) or _PAIR.findall(text)
    signs = {sign.lower() for _, sign, _, _ in rows}
    weights = tuple(number(weight) for *_, weight in rows if weight)
    if len(signs) != 1 or len(weights) not in (0, len(rows)):
        raise ValueFormError("the edges of a graph are all of one kind")
    edges = tuple((_node(a), _node(b)) for a, _, b, _ in rows)
    nodes = tuple({node: None for edge in edges for node in edge})
    if signs == {"-"} and any(re.fullmatch("[a-z]{3,}", str(node)) for node in nodes):
        raise ValueFormError("words with a dash in between may be anything")
    return Graph(nodes, edges, weights or None, directed or "->" in signs)


def _lettered(text: str) -> Graph:
    """`AB, BC, CD`, with weights or without."""
    return _alone(_LETTERED_TEXT.sub(r"\1-\2 \3", text))


def _numbered(text: str) -> Graph:
    """`1-2, 2-3` right behind the word `graph`."""
    graph = _graph(text)
    if len(graph.nodes) == 2 * len(graph.edges):
        raise ValueFormError("edges that share no node may be anything")
    return graph


def _directed(text: str) -> Graph:
    return _graph(text, directed=True)


def _alone(text: str, directed: bool = False) -> Graph:
    """A graph that no word announces, or one that may announce something else.

    Raises:
        ValueFormError: also where no two edges share a node, or the edges may be ranges.
    """
    graph = _graph(text, directed)
    if len(graph.nodes) == 2 * len(graph.edges):
        raise ValueFormError("edges that share no node may be anything")
    if graph.weights is None and re.match(r"\d+\s?[-–—−]+\s?\d", text):
        raise ValueFormError("numbers with a dash in between may be ranges")
    return graph


def _led(text: str) -> Graph:
    """A graph that its arrows show to be one.

    Raises:
        ValueFormError: also for other signs that `plain_text` knows no more of than of arrows.
    """
    graph = _alone(text)
    if not graph.directed:
        raise ValueFormError("other signs than arrows may be anything")
    return graph


def _of_sets(text: str, directed: bool = False) -> Graph:
    """The graph of `({1,2,3}, {(1,2)})`."""
    names, _, edges = text.partition("}")
    graph = _graph(edges, directed)
    nodes = tuple(map(_node, re.findall(r"\w+", names)))
    return Graph(nodes, graph.edges, graph.weights, directed)


def _mapping(text: str, directed: bool | None = None) -> Graph:
    """The graph of `{A: [B, C], B: [C]}` and of `{A: {B: 5}, B: {C: 2}}`, or of `A: B, C; B: C`."""
    if not text.isascii():
        raise ValueFormError("quotes and blanks of other kinds may be anything")
    entries = _ENTRY.findall(text) if text.startswith("{") else _rows(text)
    return _of_neighbours(entries, directed)


def _mapping_alone(text: str) -> Graph:
    """Neighbours that no word announces.

    Raises:
        ValueFormError: also where all names are numbers.
    """
    graph = _mapping(text)
    if all(isinstance(node, int) for node in graph.nodes):
        raise ValueFormError("lists of numbers may be anything")
    return graph


def _rows(text: str) -> list[tuple[str, str]]:
    parts = (row.partition(":") for row in re.split("[;\n]", text) if row.strip())
    return [(name.strip(), listed) for name, _, listed in parts]


def _of_neighbours(entries: list[tuple[str, str]], directed: bool | None) -> Graph:
    """The graph of nodes with their neighbours; directed by default when these are not mutual.

    Raises:
        ValueFormError: for neighbours given twice, and where none has neighbours of its own.
    """
    weights = dict[Edge, Number | None]()
    for name, listed in entries:
        for other, weight in _LISTED.findall(listed):
            edge = _node(name), _node(other)
            if edge in weights:
                raise ValueFormError("an edge is given twice")
            weights[edge] = number(weight) if weight else None
    heads = tuple(_node(name) for name, _ in entries)
    if len(set(heads)) < len(heads) or not any(b in heads for _, b in weights):
        raise ValueFormError("lists that share no name may be anything")
    mutual = all(weights.get((b, a), ()) == weight for (a, b), weight in weights.items())
    if directed is None:
        directed = not mutual
    if not directed:
        weights = {edge: w for edge, w in weights.items() if _is_first(edge, w, weights)}
    known = tuple(weight for weight in weights.values() if weight is not None)
    if len(known) not in (0, len(weights)):
        raise ValueFormError("all edges have weights or none has")
    nodes = tuple(dict.fromkeys([*heads, *(b for _, b in weights)]))
    return Graph(nodes, tuple(weights), known or None, directed)


def _is_first(edge: Edge, weight: Number | None, weights: dict[Edge, Number | None]) -> bool:
    """Whether an edge without direction is the first of the two that mean the same."""
    a, b = edge
    same = (b, a)
    return weights.get(same, ()) != weight or str(a) <= str(b)


def _node(text: str) -> Name:
    return int(text) if text.isdigit() else text


def _rule(pattern: str, read: Callable[[str], Graph], before: str) -> Rule:
    return Rule(pattern, read, before, domain="graphs", original=True)


_TO = r"(?:from\s)?\b[a-z]\sto\s[a-z]"
_ALONE = (
    (_TITLED + _BARE_WEIGHT, _TITLED, 2, _alone),
    (_TITLED, "", 2, _alone),
    (rf"\b{_NODE}{_ARROW}{_NODE}{_BARE_WEIGHT}", rf"{_NODE}{_ARROW}{_NODE}\b", 1, _led),
    (rf"\b{_WORDS}{_ARROW}{_WORDS}\b", "", 1, _led),
    (_TO + _SAID_WEIGHT, rf"{_TO}\b", 2, _alone),
)

ALONE = tuple(
    _rule(_list(edge, least) + (f"(?:{_NEXT}{other})?" if other else ""), read, _FREE)
    for edge, other, least, read in _ALONE
)
"""Lists that no word announces: before reactions and chords, which begin like them."""

RULES = (
    _rule(_list(_LETTERED), _lettered, _WORD),
    _rule(_list(r"\b\d{1,3}-\d{1,3}\b"), _numbered, r"\bgraph(?:\swith|\sof)?\s"),
    _rule(_LIST, _directed, _DIRECTED),
    _rule(_LIST, _graph, _BEFORE),
    _rule(_SET, _graph, r"\b(?-i:E)\s?=\s?"),
    _rule(_PAIR_OF_SETS, partial(_of_sets, directed=True), _SAID_DIRECTED + _IS),
    _rule(_PAIR_OF_SETS, _of_sets, _IS),
    _rule(f"{_MAPPING}|{_ROWS}", partial(_mapping, directed=False), _SAID_UNDIRECTED + _ADJACENCY),
    _rule(f"{_MAPPING}|{_ROWS}", partial(_mapping, directed=True), _SAID_DIRECTED + _ADJACENCY),
    _rule(f"{_MAPPING}|{_ROWS}", _mapping, _ADJACENCY),
    _rule(f"{_LIST}|{_IN_WORDS}", partial(_alone, directed=True), _SAID_DIRECTED + _TIES),
    _rule(f"{_LIST}|{_IN_WORDS}", _alone, _TIES),
    _rule(_ARROWS, _led, _TASKS),
    _rule(_MAPPING, _mapping_alone, ""),
)
