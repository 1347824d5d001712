"""How people write graphs: edges such as `A-B 4, B-C 2`, `(1,2), (2,3)` and `tea -> cup`."""

import random
from collections.abc import Callable, Sequence

from fluxem_encoders.structures.graphs import Graph
from fluxem_vllm.data.samplers.sampler import Samplers

Pairs = list[tuple[int, int]]
Drawn = tuple[str, list[str]]
"""A graph's text and its nodes' names."""

_PEOPLE = "Ana Ben Cleo Dev Eva Finn Gus Hana Ivo Jo Kim Leo Mia Nora Omar Pia Raj Sam Tess Uma"
_TOWNS = "Aston Bern Calais Dover Essen Fulda Ghent Hull Izmir Jena Kiel Lyon Metz Nice Oslo Pisa"
_LETTERS, _SMALL, _NUMBERS, _FLOW = "ABCDEFGH", "abcdefgh", "12345678", "sabcdefg"
_LATE = "PQRSTUVW"
_TASKS = (
    "socks trousers shirt shoes tie jacket coat hat",
    "mix knead rest shape bake cool slice serve",
    "design code compile link test package deploy monitor",
    "algebra calculus statistics mechanics optics waves quanta lab",
    "dig pour frame roof wire plaster paint furnish",
    "fetch parse clean join train check report send",
)
_Ways = tuple[tuple[str, ...], tuple[str, ...]]
_ALONE: dict[tuple[bool, bool], _Ways] = {
    (False, False): (("{a}-{b}",), (_LATE, _PEOPLE, _TOWNS)),  # `A-B` may be two notes
    (True, False): (
        ("{a}-{b} {w}", "{a}-{b}: {w}", "{a}-{b} ({w})", "{a}-{b}:{w}", "{a}-{b}={w}"),
        (_LETTERS, _LETTERS, _PEOPLE, _TOWNS),
    ),
    (False, True): (("{a} -> {b}", "{a}->{b}"), (*_TASKS, _PEOPLE)),
    (True, True): (("{a}->{b} {w}", "{a} -> {b}: {w}", "{a}->{b} ({w})"), (_PEOPLE, _TOWNS)),
}
"""Edges that are read wherever they stand and names of nodes, by whether they have weights and
directions."""
_AFTER_WORD: dict[tuple[bool, bool], _Ways] = {
    (False, False): (
        ("({a},{b})", "({a}, {b})", "{a}-{b}", "{a}--{b}", "{a} - {b}", "{{{a},{b}}}"),
        (_LETTERS, _NUMBERS, _NUMBERS, _SMALL),
    ),
    (True, False): (
        ("({a}, {b}, {w})", "({a},{b},{w})", "{a}-{b} weight {w}", "{a}-{b}: {w}"),
        (_LETTERS, _NUMBERS, _SMALL),
    ),
    (False, True): (
        ("{a} -> {b}", "{a}->{b}", "{a} → {b}", "{a}→{b}"),
        (_LETTERS, _NUMBERS, _SMALL),
    ),
    (True, True): (
        ("{a}->{b}: {w}", "{a}->{b} ({w})", "{a} → {b}: {w}", "{a}→{b} ({w})"),
        (_LETTERS, _SMALL, _FLOW, _FLOW),
    ),
}
"""The same for edges that are read after a word such as `edges` only."""


def _tree(rng: random.Random, nodes: Sequence[int]) -> Pairs:
    return [(rng.choice(nodes[:i]), nodes[i]) for i in range(1, len(nodes))]


def _connected(rng: random.Random, extra: int) -> Pairs:
    """A tree of four to six nodes and a few edges more."""
    nodes = range(rng.choice((4, 4, 5, 5, 6)))
    tree = _tree(rng, nodes)
    missing = [(a, b) for a in nodes for b in nodes if a < b and (a, b) not in tree]
    return tree + rng.sample(missing, min(rng.randint(0, extra), len(missing)))


def _in_pieces(rng: random.Random) -> Pairs:
    """Two or three parts without an edge between them."""
    first, pairs = 0, Pairs()
    for size in rng.choice(((2, 3), (3, 3), (2, 2, 3), (4, 2), (3, 2, 2))):
        part = range(first, first + size)
        pairs += _tree(rng, part)
        if size > 2 and rng.random() < 0.4:
            pairs += [(first, first + size - 1)] if (first, first + size - 1) not in pairs else []
        first += size
    return pairs


def _any(rng: random.Random) -> Pairs:
    return _in_pieces(rng) if rng.random() < 0.35 else _connected(rng, 3)


def _ring(rng: random.Random) -> Pairs:
    """A ring, or two that share a node: every degree is even."""
    n = rng.choice((3, 4, 5))
    ring = [(i, (i + 1) % n) for i in range(n)]
    return ring + ([(0, n), (n, n + 1), (n + 1, 0)] if rng.random() < 0.4 else [])


def _weight(rng: random.Random) -> Callable[[], str]:
    if rng.random() < 0.15:
        return lambda: f"{rng.uniform(0.5, 9):.1f}"
    high = rng.choice((9, 9, 20, 120))
    return lambda: str(rng.randint(1, high))


def _names(rng: random.Random, pool: str, count: int) -> list[str]:
    names = pool.split() if " " in pool else list(pool)
    if pool in (_PEOPLE, _TOWNS):
        return rng.sample(names, count)
    return [*names[: count - 1], "t"] if pool == _FLOW else names[:count]


def _written(rng: random.Random, pairs: Pairs, weighed: bool, directed: bool) -> Drawn:
    """The edges in one notation; most are of a kind that no word must announce."""
    ways, pools = (_ALONE if rng.random() < 0.75 else _AFTER_WORD)[weighed, directed]
    names = _names(rng, rng.choice(pools), 1 + max(map(max, pairs)))
    way, weight = rng.choice(ways), _weight(rng)
    edges = [way.format(a=names[a], b=names[b], w=weight()) for a, b in pairs]
    comma = rng.choice((", ", ", ", ", ", "; ", ","))
    text = comma.join(edges)
    if edges[0][0] in "({" and rng.random() < 0.5:
        text = f"[{text}]" if rng.random() < 0.5 else f"{{{text}}}"
    elif comma != "," and rng.random() < 0.2:
        text = f"{comma.join(edges[:-1])} and {edges[-1]}"
    return text, names


def _kind(
    pairs: Callable[[random.Random], Pairs], weighed: float = 0, directed: float = 0
) -> Callable[[random.Random], Drawn]:
    """A sampler of graphs, weighted and directed as often as said; their edges lead upwards."""

    def sampler(rng: random.Random) -> Drawn:
        edges, one_way = pairs(rng), rng.random() < directed
        turned = [(b, a) if not one_way and rng.random() < 0.25 else (a, b) for a, b in edges]
        rng.shuffle(turned)
        return _written(rng, turned, rng.random() < weighed, one_way)

    return sampler


def _text(kind: Callable[[random.Random], Drawn]) -> Callable[[random.Random], str]:
    return lambda rng: kind(rng)[0]


def _and_nodes(
    kind: Callable[[random.Random], Drawn], *parameters: str
) -> Callable[[random.Random], dict[str, str]]:
    """A graph with names of its nodes, the first and the last one more often than others."""

    def sampler(rng: random.Random) -> dict[str, str]:
        text, names = kind(rng)
        chosen = rng.sample(names, len(parameters))
        if "sink" in parameters or (len(parameters) == 2 and rng.random() < 0.6):
            chosen = [names[0], names[-1]]
        return {"graph": text} | dict(zip(parameters, chosen, strict=True))

    return sampler


def _loop_or_not(rng: random.Random) -> Pairs:
    return _ring(rng) if rng.random() < 0.45 else _connected(rng, 2)


_ROADS = _kind(lambda rng: _connected(rng, 3), weighed=0.7)
_NETWORK = _kind(lambda rng: _connected(rng, 3), weighed=1)
_FRIENDS = _kind(lambda rng: _connected(rng, 4))

SAMPLERS: Samplers = {
    Graph: _text(_kind(_any, weighed=0.25, directed=0.15)),
    "node_degree": _and_nodes(_kind(_any, weighed=0.2), "node"),
    ("total_edge_weight", "graph"): _text(_NETWORK),
    ("component_count", "graph"): _text(_kind(_in_pieces)),
    ("is_connected", "graph"): _text(_kind(_any, weighed=0.15)),
    ("is_tree", "graph"): _text(_kind(lambda rng: _connected(rng, 1))),
    ("has_cycle", "graph"): _text(_kind(_loop_or_not, directed=0.4)),
    ("topological_order", "graph"): _text(_kind(lambda rng: _connected(rng, 2), directed=1)),
    ("is_bipartite", "graph"): _text(_kind(_loop_or_not)),
    "shortest_path_length": _and_nodes(_ROADS, "start", "end"),
    "shortest_path": _and_nodes(_ROADS, "start", "end"),
    "eccentricity": _and_nodes(_ROADS, "node"),
    ("graph_diameter", "graph"): _text(_ROADS),
    ("graph_radius", "graph"): _text(_ROADS),
    ("minimum_spanning_weight", "graph"): _text(_NETWORK),
    ("minimum_spanning_tree", "graph"): _text(_NETWORK),
    "maximum_flow": _and_nodes(
        _kind(lambda rng: _connected(rng, 4), weighed=1, directed=0.6), "source", "sink"
    ),
    ("triangle_count", "graph"): _text(_FRIENDS),
    ("clustering_coefficient", "graph"): _text(_FRIENDS),
    ("graph_complement", "graph"): _text(_FRIENDS),
    ("has_eulerian_circuit", "graph"): _text(_kind(_loop_or_not, directed=0.1)),
}
