"""Graphs: paths, trees, flows and counts, with exact weights.

Inside, nodes are their places in `graph.nodes`, and weights are integers over a common
denominator; an edge of a graph without weights weighs 1.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import pairwise

from fluxem_encoders.forms import clip, simplest, to_text
from fluxem_encoders.structures.graphs import MAX_EDGES, Graph, Name
from fluxem_encoders.values import Number
from fluxem_toolbox.bounds import check_list, check_number, refuse_over
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import in_form_of, over_common_denominator
from fluxem_toolbox.registry import tool

MAX_SEARCH = 500_000  # nodes times edges where every node starts a search
MAX_FLOW_STEPS = 3_000_000  # edges looked at
MAX_WEIGHT_BITS = 2_000_000  # of all weights together, over their common denominator


@dataclass(frozen=True, slots=True)
class _Net:
    """Neighbours and weights of each node; weights are in units of 1 / scale."""

    arcs: list[list[tuple[int, int]]]
    scale: int

    def __len__(self) -> int:
        return len(self.arcs)


def _units(name: str, graph: Graph) -> tuple[Sequence[int], int]:
    """The edges' weights over their common denominator; 1 each where there are none."""
    if graph.weights is None:
        return [1] * len(graph.edges), 1
    for weight in graph.weights:
        check_number(f"{name}.graph", weight)
    check_list(f"{name}.graph", graph.weights)
    units, scale = over_common_denominator(name, graph.weights)
    bits = sum(map(int.bit_length, units)) + scale.bit_length()
    refuse_over(f"`{name}`", "bits of all weights", bits, MAX_WEIGHT_BITS)
    return units, scale


def _ends(graph: Graph) -> list[tuple[int, int]]:
    """The edges as pairs of the nodes' places."""
    place = {node: i for i, node in enumerate(graph.nodes)}
    return [(place[a], place[b]) for a, b in graph.edges]


def _net(name: str, graph: Graph) -> _Net:
    """The graph for walking along its edges, against no direction and no negative weight."""
    units, scale = _units(name, graph)
    arcs: list[list[tuple[int, int]]] = [[] for _ in graph.nodes]
    for edge, (a, b), unit in zip(graph.edges, _ends(graph), units, strict=True):
        if unit < 0:
            raise ToolError(
                f"`{name}` needs weights >= 0, got a negative one from {edge[0]} to {edge[1]}"
            )
        arcs[a].append((b, unit))
        if not graph.directed:
            arcs[b].append((a, unit))
    return _Net(arcs, scale)


def _neighbours(graph: Graph) -> list[set[int]]:
    """The nodes that each one has an edge with, in whatever direction."""
    near: list[set[int]] = [set() for _ in graph.nodes]
    for a, b in _ends(graph):
        near[a].add(b)
        near[b].add(a)
    return near


def _result(graph: Graph, units: int, scale: int) -> Number:
    """A sum of weights in the form that they have."""
    return in_form_of(Fraction(units, scale), graph.weights or ())


def _place(name: str, graph: Graph, node: Name) -> int:
    """Where a node stands; 1 and "1" name one another's node where there is but one of them."""
    if node in graph.nodes:
        return graph.nodes.index(node)
    written = list(map(str, graph.nodes))
    if (text := to_text(node)) in written:
        return written.index(text)
    shown = ", ".join(written[:6]) + (", ..." if len(written) > 6 else "")
    raise ToolError(
        f"`{name}` needs a node of the graph, got {clip(node)}; its nodes: {shown or 'none'}"
    )


def _undirected(name: str, graph: Graph) -> None:
    if graph.directed:
        raise ToolError(f"`{name}` needs an undirected graph, got a directed one")


def _not_empty(name: str, graph: Graph) -> None:
    if not graph.nodes:
        raise ToolError(f"`{name}` is undefined for a graph without nodes", "undefined")


@tool("graphs", keywords=("nodes", "vertices", "points", "order", "how many"))
def node_count(graph: Graph) -> int:
    """Number of nodes of a graph.

    >>> node_count(Graph((1, 2, 3), ((1, 2),)))
    3
    """
    return len(graph.nodes)


@tool("graphs", keywords=("edges", "links", "connections", "lines", "size", "how many"))
def edge_count(graph: Graph) -> int:
    """Number of edges of a graph.

    >>> edge_count(Graph((1, 2, 3), ((1, 2),)))
    1
    """
    return len(graph.edges)


@tool("graphs", keywords=("neighbours", "neighbors", "connected to", "links", "valency"))
def node_degree(graph: Graph, node: str | int) -> int:
    """Degree: the number of edges at a node.

    Of a directed graph both those that come in and those that go out.

    >>> node_degree(Graph(("A", "B", "C"), (("A", "B"), ("B", "C"))), "B")
    2
    """
    found = graph.nodes[_place("node_degree", graph, node)]
    return sum(found in edge for edge in graph.edges)


@tool("graphs", keywords=("sum of weights", "length of all", "cost", "altogether"))
def total_edge_weight(graph: Graph) -> Number:
    """Sum of the weights of a graph's edges.

    The number of edges where they have no weights.

    >>> total_edge_weight(Graph((1, 2, 3), ((1, 2), (2, 3)), (4, Fraction(1, 2))))
    Fraction(9, 2)
    """
    units, scale = _units("total_edge_weight", graph)
    return _result(graph, sum(units), scale)


@tool("graphs", keywords=("sparse", "dense", "share of edges", "possible edges"))
def graph_density(graph: Graph) -> Number:
    """Density: edges over the edges that could be.

    From 0 to 1. A directed graph could have an edge either way between two nodes.

    >>> graph_density(Graph((1, 2, 3), ((1, 2),)))
    Fraction(1, 3)
    """
    n = len(graph.nodes)
    if n < 2:
        raise ToolError(f"`graph_density` needs 2 or more nodes, got {n}", "undefined")
    pairs = n * (n - 1) // (1 if graph.directed else 2)
    return simplest(Fraction(len(graph.edges), pairs))


def _components(graph: Graph) -> int:
    near, seen, count = _neighbours(graph), set[int](), 0
    for start in range(len(near)):
        if start in seen:
            continue
        count += 1
        seen.add(start)
        waiting = [start]
        while waiting:
            found = near[waiting.pop()] - seen
            seen |= found
            waiting += found
    return count


@tool("graphs", keywords=("components", "pieces", "parts", "separate", "clusters", "islands"))
def component_count(graph: Graph) -> int:
    """Number of connected components of a graph.

    Edges of a directed graph connect either way.

    >>> component_count(Graph((1, 2, 3), ((1, 2),)))
    2
    """
    return _components(graph)


@tool("graphs", keywords=("connected", "reachable", "one piece", "linked", "all nodes"))
def is_connected(graph: Graph) -> bool:
    """Whether every node of a graph is reachable from every other.

    Edges of a directed graph connect either way.

    >>> is_connected(Graph((1, 2, 3), ((1, 2),)))
    False
    """
    _not_empty("is_connected", graph)
    return _components(graph) == 1


@tool("graphs", keywords=("acyclic", "tree", "hierarchy", "no cycles"))
def is_tree(graph: Graph) -> bool:
    """Whether a graph is a tree: connected and without cycles.

    Edges of a directed graph connect either way.

    >>> is_tree(Graph((1, 2, 3), ((1, 2), (2, 3))))
    True
    """
    _not_empty("is_tree", graph)
    return len(graph.edges) == len(graph.nodes) - 1 and _components(graph) == 1


def _in_order(graph: Graph) -> list[int]:
    """Kahn's algorithm, the first node first; nodes on or behind a cycle are left out."""
    ends = _ends(graph)
    after: list[list[int]] = [[] for _ in graph.nodes]
    waits_for = [0] * len(graph.nodes)
    for a, b in ends:
        after[a].append(b)
        waits_for[b] += 1
    ready = [i for i, count in enumerate(waits_for) if count == 0]  # a heap: it is sorted
    order = []
    while ready:
        order.append(heappop(ready))
        for b in after[order[-1]]:
            waits_for[b] -= 1
            if waits_for[b] == 0:
                heappush(ready, b)
    return order


@tool("graphs", keywords=("cycle", "loop", "circular", "acyclic", "DAG", "circuit"))
def has_cycle(graph: Graph) -> bool:
    """Whether a graph has a cycle.

    In a directed graph along the edges' directions.

    >>> has_cycle(Graph((1, 2, 3), ((1, 2), (2, 3), (3, 1)), directed=True))
    True
    """
    if graph.directed:
        return len(_in_order(graph)) < len(graph.nodes)
    return len(graph.edges) > len(graph.nodes) - _components(graph)


@tool("graphs", keywords=("order", "dependencies", "prerequisites", "schedule", "before", "DAG"))
def topological_order(graph: Graph) -> str:
    """Order of nodes in which every edge leads forward.

    The names, joined by commas. Of several such orders, the one that takes the earliest free
    node: ints, then texts, each sorted. Undefined for graphs with a cycle.

    >>> graph = Graph(("tea", "boil", "cup"), (("boil", "tea"), ("cup", "tea")), directed=True)
    >>> topological_order(graph)
    'boil, cup, tea'
    """
    if not graph.directed:
        raise ToolError("`topological_order` needs a directed graph, got an undirected one")
    _not_empty("topological_order", graph)
    order = _in_order(graph)
    if len(order) < len(graph.nodes):
        raise ToolError("`topological_order` is undefined: the graph has a cycle", "undefined")
    return ", ".join(str(graph.nodes[i]) for i in order)


@tool("graphs", keywords=("two colours", "two colors", "two groups", "2-colorable", "odd cycle"))
def is_bipartite(graph: Graph) -> bool:
    """Whether two groups of nodes hold no edge within.

    >>> is_bipartite(Graph((1, 2, 3), ((1, 2), (2, 3), (1, 3))))
    False
    """
    near = _neighbours(graph)
    side: dict[int, bool] = {}
    for start in range(len(near)):
        if start in side:
            continue
        side[start] = True
        waiting = [start]
        while waiting:
            node = waiting.pop()
            for other in near[node]:
                if other not in side:
                    side[other] = not side[node]
                    waiting.append(other)
                elif side[other] == side[node]:
                    return False
    return True


def _distances(net: _Net, start: int) -> tuple[dict[int, int], dict[int, int]]:
    """Dijkstra's algorithm: the distance of each node in reach, and the node before it."""
    distance, before = dict[int, int](), dict[int, int]()
    waiting = [(0, start, start)]
    while waiting:
        far, node, previous = heappop(waiting)
        if node in distance:
            continue
        distance[node], before[node] = far, previous
        for other, unit in net.arcs[node]:
            if other not in distance:
                heappush(waiting, (far + unit, other, node))
    return distance, before


@tool("graphs", keywords=("shortest", "distance", "dijkstra", "cheapest", "route", "hops", "cost"))
def shortest_path_length(graph: Graph, start: str | int, end: str | int) -> Number:
    """Length of the shortest path between two nodes.

    The sum of weights, which are not negative, or the number of edges where they have none.

    >>> graph = Graph((1, 2, 3), ((1, 2), (2, 3), (1, 3)), (2, 3, 7))
    >>> shortest_path_length(graph, 1, 3)
    5
    """
    net = _net("shortest_path_length", graph)
    far, _ = _way("shortest_path_length", graph, net, start, end)
    return _result(graph, far, net.scale)


@tool("graphs", keywords=("shortest", "route", "dijkstra", "way", "through", "cheapest", "stops"))
def shortest_path(graph: Graph, start: str | int, end: str | int) -> str:
    """Nodes along the shortest path between two nodes.

    The names, joined by arrows. Weights are not negative; where there are none, the path has the
    fewest edges.

    >>> graph = Graph(("A", "B", "C"), (("A", "B"), ("B", "C"), ("A", "C")), (2, 3, 7))
    >>> shortest_path(graph, "A", "C")
    'A -> B -> C'
    """
    net = _net("shortest_path", graph)
    _, path = _way("shortest_path", graph, net, start, end)
    return " -> ".join(str(graph.nodes[i]) for i in path)


def _way(name: str, graph: Graph, net: _Net, start: Name, end: Name) -> tuple[int, list[int]]:
    """The distance and the nodes of a shortest path.

    Raises:
        ToolError: when there is none (category `undefined`).
    """
    first, last = _place(name, graph, start), _place(name, graph, end)
    distance, before = _distances(net, first)
    if last not in distance:
        raise ToolError(
            f"`{name}` is undefined: no path leads from {clip(start)} to {clip(end)}", "undefined"
        )
    path = [last]
    while path[-1] != first:
        path.append(before[path[-1]])
    return distance[last], path[::-1]


def _reach(name: str, net: _Net, node: int) -> int:
    distance, _ = _distances(net, node)
    if len(distance) < len(net):
        raise ToolError(
            f"`{name}` is undefined: some nodes are out of reach of others", "undefined"
        )
    return max(distance.values())


@tool("graphs", keywords=("farthest", "furthest", "distance", "reach", "most distant"))
def eccentricity(graph: Graph, node: str | int) -> Number:
    """Distance from a node to the farthest other node.

    Along shortest paths, as in `shortest_path_length`.

    >>> eccentricity(Graph((1, 2, 3), ((1, 2), (2, 3))), 1)
    2
    """
    net = _net("eccentricity", graph)
    return _result(
        graph, _reach("eccentricity", net, _place("eccentricity", graph, node)), net.scale
    )


@tool("graphs", keywords=("longest shortest path", "farthest", "furthest", "distance", "width"))
def graph_diameter(graph: Graph) -> Number:
    """Diameter: the greatest distance between two nodes.

    Along shortest paths, as in `shortest_path_length`. Nodes times edges are at most 500,000.

    >>> graph_diameter(Graph((1, 2, 3), ((1, 2), (2, 3)), (Fraction(1, 2), 3)))
    Fraction(7, 2)
    """
    return _extreme_reach("graph_diameter", graph, max)


@tool("graphs", keywords=("centre", "center", "central", "least eccentricity"))
def graph_radius(graph: Graph) -> Number:
    """Radius: the least distance that reaches all nodes from one.

    Along shortest paths, as in `shortest_path_length`. Nodes times edges are at most 500,000.

    >>> graph_radius(Graph((1, 2, 3), ((1, 2), (2, 3))))
    1
    """
    return _extreme_reach("graph_radius", graph, min)


def _extreme_reach(name: str, graph: Graph, choose: Callable[[Iterable[int]], int]) -> Number:
    _not_empty(name, graph)
    work = len(graph.nodes) * len(graph.edges)
    refuse_over(f"`{name}`", "nodes times edges", work, MAX_SEARCH)
    net = _net(name, graph)
    reaches = (_reach(name, net, node) for node in range(len(net)))
    return _result(graph, choose(reaches), net.scale)


@tool(
    "graphs",
    keywords=("spanning tree", "MST", "kruskal", "prim", "connect all", "cable", "cheapest"),
)
def minimum_spanning_weight(graph: Graph) -> Number:
    """Weight of a graph's minimum spanning tree.

    Of a connected, undirected graph; an edge without weight counts 1.

    >>> minimum_spanning_weight(Graph((1, 2, 3), ((1, 2), (2, 3), (1, 3)), (2, 3, 7)))
    5
    """
    return total_edge_weight(_spanning("minimum_spanning_weight", graph))


@tool("graphs", keywords=("spanning tree", "MST", "kruskal", "prim", "connect all", "edges"))
def minimum_spanning_tree(graph: Graph) -> Graph:
    """Minimum spanning tree: the cheapest edges that connect all nodes.

    Of a connected, undirected graph. Of edges that weigh the same, the first ones.

    >>> graph = Graph((1, 2, 3), ((1, 2), (2, 3), (1, 3)), (2, 3, 7))
    >>> minimum_spanning_tree(graph).edges
    ((1, 2), (2, 3))
    """
    return _spanning("minimum_spanning_tree", graph)


def _spanning(name: str, graph: Graph) -> Graph:
    """Kruskal's algorithm."""
    _undirected(name, graph)
    _not_empty(name, graph)
    units, _ = _units(name, graph)
    ends = _ends(graph)
    root = list(range(len(graph.nodes)))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    kept = []
    for i in sorted(range(len(units)), key=units.__getitem__):
        a, b = map(find, ends[i])
        if a != b:
            root[a] = b
            kept.append(i)
    if len(kept) < len(graph.nodes) - 1:
        raise ToolError(f"`{name}` is undefined: the graph is not connected", "undefined")
    weights = graph.weights and tuple(graph.weights[i] for i in kept)
    return Graph(graph.nodes, tuple(graph.edges[i] for i in kept), weights)


@tool("graphs", keywords=("max flow", "min cut", "capacity", "pipes", "throughput", "bottleneck"))
def maximum_flow(graph: Graph, source: str | int, sink: str | int) -> Number:
    """Greatest flow from a source to a sink.

    Weights are the edges' capacities, 1 each where there are none; also the least capacity that a
    cut between the two has. An undirected edge carries its capacity either way.

    >>> graph = Graph(("s", "a", "t"), (("s", "a"), ("a", "t"), ("s", "t")), (3, 2, 4), True)
    >>> maximum_flow(graph, "s", "t")
    6
    """
    start, end = (_place("maximum_flow", graph, node) for node in (source, sink))
    if start == end:
        raise ToolError(f"`maximum_flow` needs two different nodes, got {clip(source)} twice")
    net = _net("maximum_flow", graph)
    flow = _Flow(net)
    while flow.rank(start, end):
        flow.block(start, end)
    return _result(graph, flow.total, net.scale)


class _Flow:
    """Dinic's algorithm: flows along shortest augmenting paths, all of one length at a time."""

    def __init__(self, net: _Net) -> None:
        self.total = 0
        self._steps = 0
        self._left: list[dict[int, int]] = [{} for _ in net.arcs]  # what an edge can still carry
        for a, arcs in enumerate(net.arcs):
            for b, unit in arcs:
                self._left[a][b] = self._left[a].get(b, 0) + unit
                self._left[b].setdefault(a, 0)
        self._rank: dict[int, int] = {}
        self._open: list[list[int]] = []

    def rank(self, start: int, end: int) -> bool:
        """Number the nodes by their distance from the start; say whether the end is in reach."""
        self._rank = {start: 0}
        waiting = deque([start])
        while waiting and end not in self._rank:
            node = waiting.popleft()
            self._count(len(self._left[node]))
            for other, left in self._left[node].items():
                if left and other not in self._rank:
                    self._rank[other] = self._rank[node] + 1
                    waiting.append(other)
        self._open = [list(left) for left in self._left]
        return end in self._rank

    def block(self, start: int, end: int) -> None:
        """Push flow along all paths on which the numbers rise by one each step."""
        path = [start]
        while path:
            node = path[-1]
            if node == end:
                path = self._push(path)
            elif (other := self._next(node)) is not None:
                path.append(other)
            else:
                path.pop()
                if path:
                    self._open[path[-1]].pop()

    def _next(self, node: int) -> int | None:
        """The next node on the way to the end; edges that are of no use are dropped for good."""
        waiting = self._open[node]
        while waiting:
            self._count(1)
            other = waiting[-1]
            if self._left[node][other] and self._rank.get(other) == self._rank[node] + 1:
                return other
            waiting.pop()
        return None

    def _push(self, path: list[int]) -> list[int]:
        """Fill the path's narrowest edge; return the part of the path before it."""
        self._count(len(path))
        amount = min(self._left[a][b] for a, b in pairwise(path))
        self.total += amount
        full = len(path)
        for i, (a, b) in enumerate(pairwise(path)):
            self._left[a][b] -= amount
            self._left[b][a] += amount
            if not self._left[a][b]:
                full = min(full, i + 1)
        return path[:full]

    def _count(self, steps: int) -> None:
        self._steps += steps
        refuse_over("`maximum_flow`", "numbers of steps", self._steps, MAX_FLOW_STEPS)


@tool("graphs", keywords=("triangles", "triples", "mutual", "3-cycles", "cliques"))
def triangle_count(graph: Graph) -> int:
    """Number of triangles in an undirected graph.

    Three nodes with an edge between every two of them.

    >>> triangle_count(Graph((1, 2, 3, 4), ((1, 2), (2, 3), (1, 3), (3, 4))))
    1
    """
    _undirected("triangle_count", graph)
    return sum(_links(_neighbours(graph))) // 3


def _links(near: list[set[int]]) -> list[int]:
    """For each node, the edges between its neighbours."""
    return [sum(len(near[other] & mine) for other in mine) // 2 for mine in near]


@tool("graphs", keywords=("transitivity", "friends of friends", "clustered", "triangles", "local"))
def clustering_coefficient(graph: Graph) -> Number:
    """Average clustering coefficient of an undirected graph.

    The mean over all nodes of the share of pairs of neighbours that an edge joins, 0 for nodes
    with fewer than two neighbours (Watts and Strogatz, 1998).

    >>> clustering_coefficient(Graph((1, 2, 3, 4), ((1, 2), (2, 3), (1, 3), (3, 4))))
    Fraction(7, 12)
    """
    _undirected("clustering_coefficient", graph)
    _not_empty("clustering_coefficient", graph)
    near = _neighbours(graph)
    shares = (
        Fraction(2 * links, len(mine) * (len(mine) - 1))
        for links, mine in zip(_links(near), near, strict=True)
        if links
    )
    return simplest(sum(shares, Fraction()) / len(near))


@tool("graphs", keywords=("missing edges", "opposite", "inverse", "not connected"))
def graph_complement(graph: Graph) -> Graph:
    """Graph of exactly the edges that a graph lacks.

    Without weights, and with at most 10,000 edges.

    >>> graph_complement(Graph((1, 2, 3), ((1, 2),))).edges
    ((1, 3), (2, 3))
    """
    n, given = len(graph.nodes), set(_ends(graph))
    pairs = n * (n - 1) // (1 if graph.directed else 2)
    refuse_over("`graph_complement`", "missing edges", pairs - len(given), MAX_EDGES)
    missing = tuple(
        (graph.nodes[a], graph.nodes[b])
        for a in range(n)
        for b in range(0 if graph.directed else a + 1, n)
        if a != b and (a, b) not in given
    )
    return Graph(graph.nodes, missing, directed=graph.directed)


@tool("graphs", keywords=("euler", "eulerian", "every edge once", "bridges", "trail", "circuit"))
def has_eulerian_circuit(graph: Graph) -> bool:
    """Whether a closed walk takes every edge exactly once.

    Nodes without edges do not matter.

    >>> has_eulerian_circuit(Graph((1, 2, 3), ((1, 2), (2, 3), (1, 3))))
    True
    """
    balance = [0] * len(graph.nodes)
    for a, b in _ends(graph):
        balance[a] += 1
        balance[b] += -1 if graph.directed else 1
    even = not any(balance) if graph.directed else all(degree % 2 == 0 for degree in balance)
    lonely = sum(not near for near in _neighbours(graph))
    return even and _components(graph) - lonely <= 1
