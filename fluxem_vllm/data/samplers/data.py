"""How people write small tables: CSV, bars, Markdown, tabs; and what they ask for in them."""

import random
from dataclasses import dataclass

from fluxem_encoders.structures.data import Table
from fluxem_vllm.data.samplers.sampler import Samplers

_NAMES = (
    *("Ann", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hana", "Ivan", "Jo", "Kim", "Lee", "Mia"),
    *("Noor", "Omar", "Pia", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vik", "Wen", "Yara", "Zoe"),
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_FROM_END = ("next to last", "penultimate")  # others of which may take in a `the` before them


@dataclass(frozen=True)
class _Kind:
    """What tables are about: a key, a column of few different texts, columns of numbers."""

    key: str
    keys: tuple[str, ...]
    group: str
    groups: tuple[str, ...]
    numbers: dict[str, tuple[float, float, int]]  # least, most, decimal places


_KINDS = (
    _Kind("name", _NAMES, "team", ("red", "blue", "green"),
          {"score": (20, 100, 0), "age": (8, 70, 0), "goals": (0, 9, 0)}),
    _Kind("student", _NAMES, "class", ("4A", "4B", "5A"),
          {"points": (10, 50, 0), "absences": (0, 12, 0), "grade": (1, 6, 1)}),
    _Kind("employee", _NAMES, "department", ("sales", "support", "research", "legal"),
          {"salary": (2400, 7800, 0), "hours": (12, 45, 1), "leave": (0, 30, 0)}),
    _Kind("product", ("milk", "bread", "cheese", "apples", "rice", "coffee", "soap", "tea", "eggs",
                      "butter", "pasta", "honey"),
          "shop", ("Station", "Harbour", "Market"),
          {"price": (0.5, 19, 2), "stock": (0, 120, 0), "sold": (0, 80, 0)}),
    _Kind("item", ("desk", "chair", "lamp", "shelf", "sofa", "rug", "mirror", "stool", "clock"),
          "supplier", ("Alba", "Nord", "Kern"),
          {"price": (9, 480, 2), "quantity": (1, 40, 0), "weight": (0.4, 60, 1)}),
    _Kind("city", ("Oslo", "Lima", "Turin", "Quito", "Leeds", "Porto", "Perth", "Accra", "Lyon"),
          "region", ("north", "south", "coast"),
          {"rain": (2, 140, 0), "population": (20_000, 900_000, 0), "sunshine": (2, 11, 1)}),
    _Kind("order", ("A17", "B02", "C55", "D31", "E90", "F12", "G48", "H77", "K06", "M23"),
          "customer", ("Weber", "Silva", "Okoye", "Lind"),
          {"amount": (5, 900, 2), "items": (1, 25, 0), "shipping": (0, 15, 2)}),
    _Kind("title", ("Dune", "Emma", "Ulysses", "Beloved", "Carrie", "Dracula", "Walden", "Hamlet"),
          "shelf", ("upper", "middle", "lower"),
          {"pages": (90, 800, 0), "rating": (1, 5, 1), "copies": (1, 60, 0)}),
    _Kind("country", ("Kenya", "Norway", "Peru", "Japan", "Chile", "Ghana", "Italy", "Nepal"),
          "coach", ("Ruiz", "Baker", "Sato"),
          {"gold": (0, 20, 0), "silver": (0, 20, 0), "bronze": (0, 25, 0)}),
    _Kind("expense", ("rent", "food", "phone", "gym", "bus pass", "books", "gifts", "power"),
          "account", ("cash", "card", "joint"),
          {"budget": (20, 900, 0), "spent": (10, 950, 2)}),
    _Kind("plant", ("fern", "basil", "tomato", "cactus", "ivy", "mint", "orchid", "lily"),
          "bed", ("sunny", "shady", "indoor"),
          {"height": (3, 190, 1), "leaves": (2, 80, 0), "water": (0.1, 3, 1)}),
    _Kind("sample", ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"), "treatment",
          ("control", "low", "high"),
          {"mass": (0.2, 25, 2), "ph": (3, 10, 1), "count": (0, 300, 0)}),
    _Kind("runner", _NAMES, "club", ("Harriers", "Striders", "none"),
          {"distance": (3, 42, 1), "minutes": (14, 290, 0), "laps": (4, 40, 0)}),
    _Kind("route", ("R1", "R2", "R5", "R8", "R11", "R14", "R20"), "driver", ("Ada", "Ben", "Cleo"),
          {"km": (4, 310, 0), "parcels": (3, 90, 0), "fuel": (1, 40, 1)}),
)  # fmt: skip


@dataclass
class _Drawn:
    """A table of some kind: its names and its cells as written."""

    kind: _Kind
    columns: list[str]
    rows: list[list[str]]

    @property
    def numbers(self) -> list[str]:
        return [c for c in self.columns if c in self.kind.numbers]


def _number(rng: random.Random, least: float, most: float, places: int) -> str:
    return f"{rng.uniform(least, most):.{places}f}"


def _drawn(rng: random.Random, *, grouped: bool | None = None, rows: int = 0) -> _Drawn:
    """A table of 3 to 8 rows: the key, mostly the group, and one or more columns of numbers."""
    kind = rng.choice(_KINDS)
    count = min(rows or rng.choice((3, 3, 4, 4, 5, 5, 6, 7, 8)), len(kind.keys))
    numbers = rng.sample([*kind.numbers], rng.choice((1, 1, 2, 2, len(kind.numbers))))
    grouped = rng.random() < 0.5 if grouped is None else grouped
    columns = [kind.key, *([kind.group] if grouped else []), *numbers]
    cells = []
    for key in rng.sample(kind.keys, count):
        row = [key, *([rng.choice(kind.groups)] if grouped else [])]
        row += [_number(rng, *kind.numbers[name]) for name in numbers]
        cells.append(row)
    if count > 3 and rng.random() < 0.06:
        cells[rng.randrange(count)][-1] = ""
    return _Drawn(kind, columns, cells)


def _written(rng: random.Random, columns: list[str], rows: list[list[str]]) -> str:
    """The lines as CSV, with semicolons, tabs or bars, or as Markdown, some in columns."""
    way = rng.random()
    lines = [columns, *rows]
    if way < 0.72:
        mark = rng.choice((",", ",", ",", ", ", ", ", ";", "\t", " | "))
        mark = mark if all(row[-1] for row in rows) else ","
        return "\n".join(mark.join(line) for line in lines)
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    if rng.random() < 0.5:
        lines = [[c.ljust(w) for c, w in zip(line, widths, strict=True)] for line in lines]
    dashes = ["-" * max(w, 3) for w in widths]
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], dashes, *lines[1:]))


def _shown(rng: random.Random, table: _Drawn) -> str:
    return _written(rng, table.columns, table.rows)


def _table(rng: random.Random) -> str:
    return _shown(rng, _drawn(rng))


def _one_column(rng: random.Random) -> dict[str, str]:
    """A table and one of its columns of numbers."""
    table = _drawn(rng)
    return {"table": _shown(rng, table), "column": rng.choice(table.numbers)}


def _cell(rng: random.Random) -> dict[str, str]:
    """A table, a key in it or now and then a number, and the column asked for."""
    table = _drawn(rng)
    column, wanted = 0, rng.randrange(1, len(table.columns))
    if rng.random() < 0.15:
        column, wanted = len(table.columns) - 1, 0
    value = rng.choice([row[column] for row in table.rows if row[column]])
    names = {"column": table.columns[column], "wanted": table.columns[wanted]}
    return {"table": _shown(rng, table), "value": value} | names


def _condition(rng: random.Random) -> dict[str, str]:
    """A table, and a number or now and then a text that a column is compared with."""
    table = _drawn(rng)
    if table.kind.group in table.columns and rng.random() < 0.5:
        column = 1
    else:
        column = table.columns.index(rng.choice(table.numbers))
    value = rng.choice([row[column] for row in table.rows if row[column]])
    return {"table": _shown(rng, table), "column": table.columns[column], "value": value}


def _best(rng: random.Random) -> dict[str, str]:
    """A table, a column of numbers, and how many rows to take."""
    table = _drawn(rng, rows=rng.randint(4, 8))
    count = rng.choice(("2", "2", "3", "3", "two", "three", "4"))
    return {"table": _shown(rng, table), "column": rng.choice(table.numbers), "count": count}


def _grouping(rng: random.Random) -> dict[str, str]:
    """A table, the column that makes groups, and a column of numbers."""
    table = _drawn(rng, grouped=True, rows=rng.randint(4, 8))
    names = {"by": table.kind.group, "column": rng.choice(table.numbers)}
    return {"table": _shown(rng, table)} | names


def _tally(rng: random.Random) -> dict[str, str]:
    """A table and its column of few different texts."""
    table = _drawn(rng, grouped=True, rows=rng.randint(4, 8))
    return {"table": _shown(rng, table), "column": table.kind.group}


def _two_to_join(rng: random.Random) -> dict[str, str]:
    """Two tables with their key in common, most of whose cells are in both."""
    kind = rng.choice(_KINDS)
    keys = rng.sample(kind.keys, rng.randint(3, 6))
    own = rng.sample([*kind.numbers], 2)
    texts = {"column": kind.key}
    for side, name in zip(("left", "right"), own, strict=True):
        rng.shuffle(keys)
        kept = keys[: max(3, len(keys) - rng.randint(0, 2))]
        rows = [[key, _number(rng, *kind.numbers[name])] for key in kept]
        columns = [kind.key, name]
        if side == "left" and rng.random() < 0.3:
            columns.insert(1, kind.group)
            rows = [[key, rng.choice(kind.groups), number] for key, number in rows]
        texts[side] = _written(rng, columns, rows)
    return texts


def _two_to_stack(rng: random.Random) -> dict[str, str]:
    """Two tables of the same columns."""
    table = _drawn(rng, rows=rng.randint(4, 7))
    at = rng.randint(2, len(table.rows) - 2)
    first, second = table.rows[:at], table.rows[at:]
    return {
        "first": _written(rng, table.columns, first),
        "second": _written(rng, table.columns, second),
    }


def _repeating(rng: random.Random) -> dict[str, str]:
    """A table in which one row or more stand twice."""
    table = _drawn(rng, rows=rng.randint(3, 5))
    for _ in range(rng.randint(1, 2)):
        table.rows.insert(rng.randint(0, len(table.rows)), rng.choice(table.rows))
    return {"table": _shown(rng, table)}


def _some_columns(rng: random.Random) -> dict[str, str]:
    """A table of three columns or more, and some of their names in any order."""
    table = _drawn(rng, grouped=True)
    wanted = rng.sample(table.columns, rng.choice((1, 2, 2, len(table.columns) - 1)))
    return {"table": _shown(rng, table), "columns": rng.choice((", ", ", ", ",")).join(wanted)}


def _list_and_place(rng: random.Random) -> dict[str, str]:
    """Numbers, and a place among them: `third`, `4th`, `last`, `next to last`, a bare number."""
    count = rng.randint(3, 9)
    items = [str(rng.randint(1, 99)) for _ in range(count)]
    if rng.random() < 0.3:
        items = [f"{rng.uniform(0.5, 40):.1f}" for _ in range(count)]
    left, right = rng.choice(("[]", "[]", "()", "  "))
    place = rng.randint(1, min(count, 3))
    position = rng.choice((_ORDINALS[place - 1], _ORDINALS[place - 1], *_FROM_END, "last", "last"))
    if rng.random() < 0.2:
        place = rng.randint(1, count)
        suffix = {1: "st", 2: "nd", 3: "rd"}.get(place, "th")
        position = rng.choice((f"{place}{suffix}", f"{place}{suffix}", str(place)))
    elif count > 3 and rng.random() < 0.2:
        position = _ORDINALS[rng.randint(3, min(count, len(_ORDINALS)) - 1)]
    return {"items": (left + ", ".join(items) + right).strip(), "position": position}


SAMPLERS: Samplers = {
    Table: _table,
    **dict.fromkeys(
        ("column_values", "column_total", "column_mean", "column_maximum", "column_minimum"),
        _one_column,
    ),
    "sort_rows": _one_column,
    "item_at": _list_and_place,
    "look_up": _cell,
    "filter_rows": _condition,
    "top_rows": _best,
    "group_totals": _grouping,
    "group_means": _grouping,
    "count_values": _tally,
    "join_tables": _two_to_join,
    "append_rows": _two_to_stack,
    "distinct_rows": _repeating,
    "select_columns": _some_columns,
}
