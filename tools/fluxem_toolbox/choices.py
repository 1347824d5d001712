"""Exact choices: what to pack, and who gets what."""

from fluxem_encoders.forms import clip
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import over_common_denominator

MAX_STATES = 2_000_000  # of all lists of partial choices, times words


def best_items(name: str, weights: Numbers, values: Numbers, capacity: Number) -> list[int]:
    """Indices of the items that are worth most together within the capacity, ascending.

    From lists of partial choices (Nemhauser and Ullmann, 1969): one is kept where no other weighs
    as little and is worth as much.

    Raises:
        ToolError: for negative numbers, and for too many partial choices (category `limit`).
    """
    if len(weights) != len(values):
        raise ToolError(
            f"`{name}` needs as many weights as values, got {len(weights)} and {len(values)}"
        )
    if negative := [x for x in (*weights, *values, capacity) if x < 0]:
        raise ToolError(f"`{name}` needs numbers >= 0, got {clip(negative[0])}")
    *heavy, room = over_common_denominator(name, (*weights, capacity))[0]
    worth = over_common_denominator(name, values)[0] if values else []
    words = 1 + (sum(heavy).bit_length() + sum(worth).bit_length() + len(heavy)) // 64
    choices, work = [(0, 0, 0)], 0  # weight, minus the value, one bit for each item
    for i, (weight, value) in enumerate(zip(heavy, worth, strict=True)):
        work += words * len(choices)
        if work > MAX_STATES:
            raise ToolError(
                f"`{name}` compares at most {MAX_STATES} partial choices (less of long numbers); "
                f"these {len(weights)} items would take more",
                "limit",
            )
        more = [(w + weight, v - value, m | 1 << i) for w, v, m in choices if w + weight <= room]
        choices = _undominated(sorted([*choices, *more]))
    mask = choices[-1][2]
    return [i for i in range(len(heavy)) if mask >> i & 1]


def _undominated(choices: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    kept = choices[:1]
    for choice in choices[1:]:
        if choice[1] < kept[-1][1]:
            kept.append(choice)
    return kept


def cheapest_columns(costs: list[list[int]]) -> list[int]:
    """A column for each row, none twice, such that the sum of costs is least.

    By shortest augmenting paths (Jonker and Volgenant, 1987). There are no fewer columns than rows.
    """
    width = len(costs[0])
    owners = [-1] * width
    row_prices, column_prices = [0] * len(costs), [0] * width
    for start in range(len(costs)):
        reduced = [
            [c - row_price - p for c, p in zip(row, column_prices, strict=True)]
            for row, row_price in zip(costs[: start + 1], row_prices, strict=False)
        ]
        distance, came_from, (*passed, free) = _paths(reduced, owners, start)
        end = distance[free]
        row_prices[start] += end
        for j in passed:
            column_prices[j] -= end - distance[j]
            row_prices[owners[j]] += end - distance[j]
        _augment(owners, came_from, free, start)
    columns = {row: j for j, row in enumerate(owners)}
    return [columns[i] for i in range(len(costs))]


def _paths(
    costs: list[list[int]], owners: list[int], start: int
) -> tuple[list[int], list[int], list[int]]:
    """Shortest paths from a row, over columns and their owners, to a free column (Dijkstra).

    `costs` are reduced: not negative, and 0 from each owner to its column. Given per column are
    the distance and the row before it; then the columns passed, the free one last.
    """
    distance = costs[start].copy()
    came_from = [start] * len(distance)
    passed: list[int] = []
    ahead = set(range(len(distance)))
    row = start
    while row >= 0:
        nearest = min(ahead, key=distance.__getitem__)
        ahead.remove(nearest)
        passed.append(nearest)
        row = owners[nearest]
        for j in ahead if row >= 0 else ():
            through = distance[nearest] + costs[row][j]
            if through < distance[j]:
                distance[j], came_from[j] = through, row
    return distance, came_from, passed


def _augment(owners: list[int], came_from: list[int], column: int, start: int) -> None:
    """Give the columns on the path back to `start` to the rows before them."""
    columns = {row: j for j, row in enumerate(owners)}
    while True:
        row = came_from[column]
        owners[column] = row
        if row == start:
            return
        column = columns[row]
