"""Graphs given by the list of their edges; the nodes are the ends of the edges.

After `edges`, `E =` or `graph:`, two edges or more, or any number in brackets: `A-B, B-C`,
`A->B, B->C` (directed), `(1,2), (2,3)`, with weights `A-B:5`, `A-B (5)`, `(A, B, 5)`. The word
`directed` up to 80 characters before `edges` makes them directed.

Without such a word, lists whose edges can be nothing else: three or more that have weights or join
names in capitals (`Ana-Bo 4, Ana-Cy 2, Bo-Cy 1`), two or more arrows between words, and in each a
node that several edges share.

Not found: hyphenated words (`edges well-worn, razor-thin`); one edge
by itself; loops, and edges given twice; nodes without edges.
"""

import re

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.numerals import PLAIN, number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.graphs import Graph, Name

_NUMBER = rf"-?{PLAIN}"
_NODE = r"(?:[0-9]+|[a-z]{1,2}|[a-z]+[0-9]+|(?-i:[A-Z])[a-z]+)"
_WEIGHT = rf"(?:\s?[:=]\s?{_NUMBER}|\s\({_NUMBER}\)|\({_NUMBER}\)|\s(?:with\s)?weight\s{_NUMBER})?"
_ARROW = rf"\b{_NODE}{SPACE}?->{SPACE}?{_NODE}\b{_WEIGHT}"
_SIGN = rf"\b{_NODE}{SPACE}?\x01{SPACE}?{_NODE}\b{_WEIGHT}"
_DASH = rf"\b{_NODE}(?:--?|\s--?\s){_NODE}\b{_WEIGHT}"
_TUPLE = (
    rf"[({{\[]{SPACE}?[a-z0-9]+{SPACE}?,{SPACE}?[a-z0-9]+"
    rf"(?:{SPACE}?,{SPACE}?{_NUMBER})?{SPACE}?[)}}\]]"
)
_BARE_WEIGHT = rf"(?:\s?[:=]\s?{_NUMBER}|\s?\({_NUMBER}\)|\s{_NUMBER}\b)"
_TITLE = r"(?:(?-i:[A-Z][a-z]*)|[a-z](?-i:[A-Z]))"
_WORDS = r"[a-z]{2,}"
_NEXT = r"(?:\s?[,;]\s?(?:and\s)?|\sand\s)"
_EDGES = (_DASH, _ARROW, _SIGN, _TUPLE)
_LISTS = "|".join(rf"{edge}(?:{_NEXT}{edge})+" for edge in _EDGES)
_CLOSED = "|".join(rf"{edge}(?:{_NEXT}{edge})*" for edge in _EDGES)
_LIST = rf"(?:\\?[{{\[]{SPACE}?(?:{_CLOSED}){SPACE}?\\?[}}\]]|{_LISTS})"
_WORD = (
    r"\b(?:edges|edge\s(?:list|set))(?:\s(?:are|is|given|by|as|of|E|the|following|list|set|"
    r"between|with\sweights)){0,4}\s?[:=]?\s{0,2}"
)
_BEFORE = (
    rf"(?:{_WORD}|\b(?-i:E)\s?=\s?"
    r"|\b(?:graph|tree|network)(?:\s(?:(?-i:G)|with|has|is))?\s?[:=]\s{0,2})"
)
_DIRECTED = rf"(?:[\s(](?:directed|digraph)[^.?!\n]{{0,80}}{_WORD}|\barcs:?\s)"
_ALONE = tuple(
    rf"\b{edge}(?:{_NEXT}{edge}){{{least},}}"
    for edge, least in (
        (rf"{_TITLE}-{_TITLE}{_BARE_WEIGHT}", 2),
        (rf"{_TITLE}-{_TITLE}\b", 2),
        (rf"{_NODE}{SPACE}?->{SPACE}?{_NODE}{_BARE_WEIGHT}", 1),
        (rf"{_WORDS}{SPACE}?->{SPACE}?{_WORDS}\b", 1),
    )
)
_PAIR = re.compile(r"(\w+)\s*(->|--?)\s*(\w+)" rf"(?:[\s:=(]*(?:with )?(?:weight )?({_NUMBER}))?")
_IN_BRACKETS = re.compile(rf"[({{\[]\s*(\w+)\s*(,)\s*(\w+)(?:\s*,\s*({_NUMBER}))?\s*[)}}\]]")
_SIGNS = {"→": "->", "–": "-", "—": "-", "↔": "-", "−": "-", "‐": "-", "‑": "-"}
_PLAIN_SIGNS = str.maketrans(_SIGNS)


def _graph(text: str, directed: bool = False) -> Graph:
    """The graph; its edges are directed too where arrows join them.

    Raises:
        ValueFormError: for edges of several kinds, given twice, or from a node to itself.
    """
    text = text.translate(_PLAIN_SIGNS)
    if not text.isascii():
        raise ValueFormError("an edge has `-` or `->` between its nodes")
    rows = _IN_BRACKETS.findall(text) or _PAIR.findall(text)
    signs = {sign for _, sign, _, _ in rows}
    weights = tuple(number(weight) for *_, weight in rows if weight)
    if len(signs) != 1 or len(weights) not in (0, len(rows)):
        raise ValueFormError("the edges of a graph are all of one kind")
    edges = tuple((_node(a), _node(b)) for a, _, b, _ in rows)
    nodes = tuple({node: None for edge in edges for node in edge})
    return Graph(nodes, edges, weights or None, directed or "->" in signs)


def _directed(text: str) -> Graph:
    return _graph(text, directed=True)


def _alone(text: str) -> Graph:
    """A graph that no word announces.

    Raises:
        ValueFormError: also where no two edges share a node.
    """
    graph = _graph(text)
    if len(graph.nodes) == 2 * len(graph.edges):
        raise ValueFormError("edges that share no node may be anything")
    return graph


def _node(text: str) -> Name:
    return int(text) if text.isdigit() else text


RULES = (
    Rule(_LIST, _directed, before=_DIRECTED, domain="graphs", original=True),
    Rule(_LIST, _graph, before=_BEFORE, domain="graphs", original=True),
    *(Rule(pattern, _alone, domain="graphs", original=True) for pattern in _ALONE),
)
