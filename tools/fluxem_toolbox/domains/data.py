"""Tables: rows kept, sorted, grouped and joined; numbers read out of columns."""

import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, exact, parse_number
from fluxem_encoders.numbers import is_number
from fluxem_encoders.structures.data import MAX_CELLS, Cell, Position, Row, Table
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.domains import statistics
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.registry import tool

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
Order = Literal["ascending", "descending"]

_Key = tuple[int, int | Fraction | str]

_COMPARISONS: dict[Comparison, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
LONGEST_POWER = 10_000  # of ten, in a Decimal that cells are compared with


@tool("data", keywords=("how many rows", "number of records", "entries", "length", "count"))
def row_count(table: Table) -> int:
    """Number of rows of a table.

    >>> row_count(Table(("name", "score"), (("Ann", 3), ("Bo", 5))))
    2
    """
    return len(table.rows)


@tool("data", keywords=("numbers of", "list", "extract", "field", "all values"))
def column_values(table: Table, column: str) -> Numbers:
    """Numbers in a column of a table, from top to bottom.

    Empty cells are left out; texts are refused.

    >>> column_values(Table(("name", "score"), (("Ann", 3), ("Bo", None), ("Cy", 5))), "score")
    (3, 5)
    """
    return _numbers("column_values", table, column)


@tool("data", keywords=("last", "first", "third", "nth", "penultimate", "next to last", "place"))
def item_at(items: Numbers, position: int | Position) -> Number:
    """Number at a place of a list.

    A whole number counts from 1; a position may count from the end.

    >>> item_at((4, 8, 15), 1), item_at((4, 8, 15), Position(-1, "end"))
    (4, 8)
    """
    if isinstance(position, Position):
        if position.anchor == "current":
            raise ToolError(
                "`item_at` needs a place from the start or the end of the list, got "
                f"{position.to_text()}: a list has no current item"
            )
        first = 1 if position.anchor == "start" else len(items)
        position = first + position.offset
    if not 1 <= position <= len(items):
        raise ToolError(
            f"`item_at` needs a place from 1 to {len(items)}, as many as there are items, got "
            f"{clip(position)}"
        )
    return items[position - 1]


@tool("data", keywords=("sum", "add up", "altogether", "in all", "overall"))
def column_total(table: Table, column: str) -> Number:
    """Sum of a column of a table.

    Empty cells are left out; texts are refused.

    >>> column_total(Table(("name", "score"), (("Ann", 3), ("Bo", None), ("Cy", 5))), "score")
    8
    """
    return statistics.total(_numbers("column_total", table, column))


@tool("data", keywords=("average", "typical", "per row", "mean of"))
def column_mean(table: Table, column: str) -> Number:
    """Average of a column of a table.

    Empty cells are left out; texts are refused.

    >>> column_mean(Table(("name", "score"), (("Ann", 3), ("Bo", None), ("Cy", 5))), "score")
    4
    """
    return statistics.mean(_some_numbers("column_mean", table, column))


@tool("data", keywords=("highest", "greatest", "largest", "top", "best", "max"))
def column_maximum(table: Table, column: str) -> Number:
    """Largest number in a column of a table.

    >>> column_maximum(Table(("name", "score"), (("Ann", 3), ("Bo", None), ("Cy", 5))), "score")
    5
    """
    return statistics.maximum(_some_numbers("column_maximum", table, column))


@tool("data", keywords=("lowest", "least", "smallest", "worst", "min"))
def column_minimum(table: Table, column: str) -> Number:
    """Smallest number in a column of a table.

    >>> column_minimum(Table(("name", "score"), (("Ann", 3), ("Bo", None), ("Cy", 5))), "score")
    3
    """
    return statistics.minimum(_some_numbers("column_minimum", table, column))


def _numbers(name: str, table: Table, column: str) -> Numbers:
    at = _place(name, table, column)
    return _only_numbers(name, [row[at] for row in table.rows])


def _only_numbers(name: str, cells: list[Cell]) -> Numbers:
    if texts := [cell for cell in cells if isinstance(cell, str)]:
        raise ToolError(
            f"`{name}` needs a column of numbers, got {clip(texts[0])}; `count_values` counts texts"
        )
    return tuple(cell for cell in cells if is_number(cell))


def _some_numbers(name: str, table: Table, column: str) -> Numbers:
    if numbers := _numbers(name, table, column):
        return numbers
    raise ToolError(f"`{name}`: there is no number in the column {clip(column)}", "undefined")


def _place(name: str, table: Table, column: str) -> int:
    """Where the column stands; capitals do not count where its name is not there as written."""
    if column in table.columns:
        return table.columns.index(column)
    wanted = column.strip().casefold() if len(column) <= 1000 else ""
    alike = [i for i, other in enumerate(table.columns) if other.strip().casefold() == wanted]
    if len(alike) == 1:
        return alike[0]
    known = ", ".join(table.columns)
    known = known if len(known) <= 200 else known[:197] + "..."
    raise ToolError(f"`{name}`: there is no column {clip(column)} among {known}")


@tool("data", keywords=("find", "which", "of", "cell", "whose", "where"))
def look_up(table: Table, column: str, value: Number | str, wanted: str) -> Number | str:
    """Wanted column's cell where a column has a value.

    Of the first such row.

    >>> look_up(Table(("name", "score"), (("Ann", 3), ("Bo", 5))), "name", "Bo", "score")
    5
    """
    name, cell = "look_up", _cell("look_up", value)
    at, there = _place(name, table, column), _place(name, table, wanted)
    row = next((row for row in table.rows if _same(row[at], cell)), None)
    if row is None:
        raise ToolError(f"`{name}`: no row has {clip(value)} in {clip(column)}", "undefined")
    found = row[there]
    if found is None:
        raise ToolError(f"`{name}`: the cell of that row in {clip(wanted)} is empty", "undefined")
    return found


@tool("data", keywords=("where", "only", "with", "more than", "keep", "condition"))
def filter_rows(table: Table, column: str, comparison: Comparison, value: Number | str) -> Table:
    """Rows whose cell in a column compares so with a value.

    Numbers are compared with numbers, texts with texts; of other pairs only `!=` holds, and none
    where the cell is empty.

    >>> filter_rows(Table(("name", "score"), (("Ann", 3), ("Bo", 5))), "score", ">", 3).to_text()
    'name, score: (Bo, 5)'
    """
    at, cell = _place("filter_rows", table, column), _cell("filter_rows", value)
    kept = (row for row in table.rows if _compares(row[at], comparison, cell))
    return Table(table.columns, tuple(kept))


def _cell(name: str, value: Number | str) -> Number | str:
    """The value as a cell would be: a text that reads as a number is that number."""
    if isinstance(value, str):
        try:
            value = parse_number(value)
        except ValueFormError:
            return value
    if isinstance(value, Decimal) and abs(value.adjusted()) > LONGEST_POWER:
        raise ToolError(f"`{name}` takes decimals within 10**±{LONGEST_POWER}", "limit")
    return value


def _compares(cell: Cell, comparison: Comparison, value: Number | str) -> bool:
    if cell is None:
        return False
    if isinstance(cell, str) != isinstance(value, str):
        return comparison == "!="
    return _COMPARISONS[comparison](_key(cell), _key(value))


def _same(cell: Cell, value: Number | str) -> bool:
    return _compares(cell, "=", value)


def _key(cell: Cell) -> _Key:
    """What cells are ordered by: numbers, then texts, then empty ones."""
    if cell is None:
        return 2, 0
    return (1, cell) if isinstance(cell, str) else (0, exact(cell))


@tool("data", keywords=("order by", "rank", "ascending", "descending", "alphabetical", "sorted"))
def sort_rows(table: Table, column: str, order: Order = "ascending") -> Table:
    """Table with its rows sorted by a column.

    Numbers come before texts, which are ordered by their characters; descending turns that round.
    Empty cells come last either way, and equal ones keep their order.

    >>> sort_rows(Table(("name", "score"), (("Ann", 5), ("Bo", 3))), "score").to_text()
    'name, score: (Bo, 3), (Ann, 5)'
    """
    return Table(table.columns, _sorted(table.rows, _place("sort_rows", table, column), order))


def _sorted(rows: Iterable[Row], at: int, order: Order) -> tuple[Row, ...]:
    rows = list(rows)
    filled = [row for row in rows if row[at] is not None]
    filled.sort(key=lambda row: _key(row[at]), reverse=order == "descending")
    return (*filled, *(row for row in rows if row[at] is None))


@tool("data", keywords=("first", "highest", "largest", "best", "top n", "leading"))
def top_rows(table: Table, column: str, count: int, order: Order = "descending") -> Table:
    """Rows with the largest values in a column, largest first.

    The smallest, smallest first, with the order `ascending`. Rows with an empty cell there come
    last.

    >>> top_rows(Table(("name", "score"), (("Ann", 3), ("Bo", 5))), "score", 1).to_text()
    'name, score: (Bo, 5)'
    """
    if count < 0:
        raise ToolError(f"`top_rows` needs count >= 0, got count={clip(count)}")
    ordered = _sorted(table.rows, _place("top_rows", table, column), order)
    return Table(table.columns, ordered[: min(count, MAX_CELLS)])


@tool("data", keywords=("group by", "sum per", "by category", "each", "pivot", "subtotal"))
def group_totals(table: Table, by: str, column: str) -> Table:
    """Sum of a column for each value of another.

    The groups in the order in which they first appear; empty cells are left out of sums.

    >>> sales = Table(("shop", "sold"), (("A", 3), ("B", 5), ("A", 4)))
    >>> group_totals(sales, "shop", "sold").to_text()
    'shop, sold: (A, 7), (B, 5)'
    """
    return _grouped("group_totals", table, by, column, statistics.total)


@tool("data", keywords=("group by", "average per", "by category", "each", "mean per", "pivot"))
def group_means(table: Table, by: str, column: str) -> Table:
    """Average of a column for each value of another.

    The groups in the order in which they first appear; empty cells are left out, and the mean of
    none is empty.

    >>> sales = Table(("shop", "sold"), (("A", 3), ("B", 5), ("A", 4)))
    >>> group_means(sales, "shop", "sold").to_text()
    'shop, sold: (A, 3.5), (B, 5)'
    """
    return _grouped("group_means", table, by, column, _mean_or_nothing)


def _mean_or_nothing(numbers: Numbers) -> Number | None:
    return statistics.mean(numbers) if numbers else None


def _grouped(
    name: str, table: Table, by: str, column: str, summary: Callable[[Numbers], Cell]
) -> Table:
    key, at = _place(name, table, by), _place(name, table, column)
    if key == at:
        raise ToolError(f"`{name}` needs two different columns, got {clip(by)} twice")
    rows = [
        (label, summary(_only_numbers(name, [row[at] for row in members])))
        for label, members in _groups(table, key).values()
    ]
    return _table(name, (table.columns[key], table.columns[at]), rows)


def _groups(table: Table, at: int) -> dict[_Key, tuple[Cell, list[Row]]]:
    """The rows with each cell of a column, and that cell, by its key."""
    groups: dict[_Key, tuple[Cell, list[Row]]] = {}
    for row in table.rows:
        groups.setdefault(_key(row[at]), (row[at], []))[1].append(row)
    return groups


@tool("data", keywords=("frequency", "how many of each", "tally", "histogram", "occurrences"))
def count_values(table: Table, column: str) -> Table:
    """How often each value occurs in a column.

    A table of values and counts, the most frequent first.

    >>> count_values(Table(("pet",), (("cat",), ("dog",), ("cat",))), "pet").to_text()
    'pet, count: (cat, 2), (dog, 1)'
    """
    at = _place("count_values", table, column)
    counts = [(label, len(rows)) for label, rows in _groups(table, at).values()]
    counts.sort(key=lambda pair: -pair[1])
    named = table.columns[at]
    return _table("count_values", (named, "count" if named != "count" else "times"), counts)


@tool("data", keywords=("merge", "combine", "match", "same key", "inner join", "both tables"))
def join_tables(left: Table, right: Table, column: str) -> Table:
    """Rows of two tables joined where a shared column agrees.

    Each row of the left one with each row of the right one that has the same cell in that column,
    not empty; the left one's order counts.

    >>> prices = Table(("item", "price"), (("pen", 2), ("ink", 9)))
    >>> stock = Table(("item", "count"), (("ink", 4),))
    >>> join_tables(prices, stock, "item").to_text()
    'item, price, count: (ink, 9, 4)'
    """
    name = "join_tables"
    at, there = _place(name, left, column), _place(name, right, column)
    others = right.columns[:there] + right.columns[there + 1 :]
    if shared := [other for other in others if other in left.columns]:
        raise ToolError(
            f"`{name}` needs tables that share one column, got {clip(shared[0])} in both as well; "
            "`select_columns` takes others away"
        )
    columns = (*left.columns, *others)
    partners = _groups(right, there)
    matches = [
        [] if row[at] is None else partners.get(_key(row[at]), (None, []))[1] for row in left.rows
    ]
    pairs = sum(map(len, matches))
    if pairs * len(columns) > MAX_CELLS:
        raise ToolError(
            f"`{name}` gives tables of at most {MAX_CELLS} cells, these would give "
            f"{pairs * len(columns)}",
            "limit",
        )
    joined = [
        (*row, *match[:there], *match[there + 1 :])
        for row, found in zip(left.rows, matches, strict=True)
        for match in found
    ]
    return _table(name, columns, joined)


@tool("data", keywords=("append", "concatenate", "union", "put together", "add rows"))
def append_rows(first: Table, second: Table) -> Table:
    """Rows of one table, then those of another.

    The second one has the same columns; they may stand in another order.

    >>> append_rows(Table(("a", "b"), ((1, 2),)), Table(("b", "a"), ((4, 3),))).to_text()
    'a, b: (1, 2), (3, 4)'
    """
    name = "append_rows"
    if set(first.columns) != set(second.columns):
        odd = next(iter(sorted(set(first.columns) ^ set(second.columns))))
        raise ToolError(f"`{name}` needs tables of the same columns, got {clip(odd)} in one only")
    turned = _selected(second, [second.columns.index(column) for column in first.columns])
    return _table(name, first.columns, [*first.rows, *turned])


@tool("data", keywords=("unique", "remove duplicates", "deduplicate", "without repeats"))
def distinct_rows(table: Table) -> Table:
    """Table without repeated rows, the first of each kept.

    >>> distinct_rows(Table(("a",), ((1,), (2,), (1,)))).to_text()
    'a: (1), (2)'
    """
    rows: dict[tuple[_Key, ...], Row] = {}
    for row in table.rows:
        rows.setdefault(tuple(map(_key, row)), row)
    return Table(table.columns, tuple(rows.values()))


@tool("data", keywords=("only columns", "fields", "keep", "drop columns", "project"))
def select_columns(table: Table, columns: str) -> Table:
    """Named columns of a table, in the order given.

    The names are parted by commas.

    >>> select_columns(Table(("name", "age", "score"), (("Ann", 9, 3),)), "score, name").to_text()
    'score, name: (3, Ann)'
    """
    name = "select_columns"
    wanted = [columns] if columns in table.columns else columns.split(",")
    places = [_place(name, table, column) for column in wanted]
    if len(set(places)) < len(places):
        raise ToolError(f"`{name}` needs different columns, got one twice in {clip(columns)}")
    return _table(name, [table.columns[i] for i in places], _selected(table, places))


def _selected(table: Table, places: list[int]) -> list[Row]:
    return [tuple(row[i] for i in places) for row in table.rows]


def _table(name: str, columns: Iterable[str], rows: Iterable[Row]) -> Table:
    try:
        return Table(tuple(columns), tuple(rows))
    except ValueFormError as error:
        raise ToolError(f"`{name}` would give too large a table: {error}", "limit") from None
