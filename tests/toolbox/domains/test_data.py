"""Tables against plain Python, and by their laws."""

import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.data import Position, Row, Table
from fluxem_toolbox import TOOLS, ToolError
from fluxem_toolbox.domains.data import (
    append_rows,
    column_maximum,
    column_mean,
    column_minimum,
    column_total,
    column_values,
    count_values,
    distinct_rows,
    filter_rows,
    group_means,
    group_totals,
    item_at,
    join_tables,
    look_up,
    row_count,
    select_columns,
    sort_rows,
    top_rows,
)
from tests.checks import checks

MOST_SECONDS = 2  # of CPU time
few = settings(max_examples=30, deadline=None)

counts = st.one_of(st.integers(-3, 3), st.none())
rows_of_sales = st.lists(st.tuples(st.sampled_from(["Ann", "Bo", "Cy"]), counts), max_size=8)
sales = rows_of_sales.map(lambda rows: Table(("name", "sold"), tuple(rows)))


def cells(table: Table) -> list[Any]:
    """The rows, of no particular type."""
    return list(table.rows)


SCORES = Table(("name", "score"), (("Ann", 3), ("Bo", Decimal("2.5")), ("Cy", None), ("Di", 3)))


@given(sales)
@few
@checks(
    row_count,
    column_values,
    column_total,
    column_mean,
    column_maximum,
    column_minimum,
    against="plain Python",
)
def test_columns(table: Table) -> None:
    numbers = [n for _, n in cells(table) if n is not None]
    assert row_count(table) == len(table.rows)
    assert column_values(table, "sold") == tuple(numbers)
    assert column_total(table, "sold") == sum(numbers)
    if numbers:
        assert column_mean(table, "sold") == Fraction(sum(numbers), len(numbers))
        assert column_maximum(table, "sold") == max(numbers)
        assert column_minimum(table, "sold") == min(numbers)


@given(sales, st.integers(-3, 3))
@few
@checks(filter_rows, against="plain Python")
def test_filters_part_the_filled_rows(table: Table, value: int) -> None:
    def kept(comparison: Any) -> tuple[Row, ...]:
        return filter_rows(table, "sold", comparison, value).rows

    assert kept("<") == tuple(r for r in cells(table) if r[1] is not None and r[1] < value)
    for one, other in (("<", ">="), ("=", "!="), (">", "<=")):
        assert Counter(kept(one)) + Counter(kept(other)) == Counter(
            r for r in table.rows if r[1] is not None
        )


@given(sales, st.sampled_from(["ascending", "descending"]), st.integers(0, 9))
@few
@checks(sort_rows, top_rows, against="plain Python")
def test_sorting(table: Table, order: Any, count: int) -> None:
    ordered = sort_rows(table, "sold", order)
    assert Counter(ordered.rows) == Counter(table.rows)
    numbers = [n for _, n in ordered.rows]
    filled = [n for n in numbers if n is not None]
    assert numbers == filled + [None] * (len(numbers) - len(filled))
    assert filled == sorted(filled, reverse=order == "descending")
    assert sort_rows(ordered, "sold", order) == ordered
    assert top_rows(table, "sold", count, order).rows == ordered.rows[:count]
    by_name = sort_rows(sort_rows(table, "sold"), "name")  # equal ones keep their order
    expected = sorted(table.rows, key=lambda r: (r[0], r[1] is None, r[1] or 0))
    assert by_name.rows == tuple(expected)


@given(sales)
@few
@checks(group_totals, group_means, count_values, against="plain Python")
def test_groups(table: Table) -> None:
    names = list(dict.fromkeys(name for name, _ in cells(table)))
    parts = {n: [x for m, x in cells(table) if m == n and x is not None] for n in names}
    assert group_totals(table, "name", "sold").rows == tuple((n, sum(parts[n])) for n in names)
    means = cells(group_means(table, "name", "sold"))
    assert [name for name, _ in means] == names
    for name, mean in means:
        xs = parts[name]
        assert mean == (Fraction(sum(xs), len(xs)) if xs else None)
    counted = count_values(table, "name")
    assert dict(cells(counted)) == Counter(name for name, _ in table.rows)
    assert list(column_values(counted, "count")) == sorted(
        column_values(counted, "count"), reverse=True
    )


@given(sales, sales)
@few
@checks(join_tables, append_rows, distinct_rows, against="plain Python")
def test_joins_against_two_loops(left: Table, right: Table) -> None:
    other = Table(("got", "name"), tuple((n, name) for name, n in right.rows))
    expected = tuple((a, x, y) for a, x in left.rows for b, y in right.rows if a == b)
    assert join_tables(left, other, "name") == Table(("name", "sold", "got"), expected)
    turned = select_columns(right, "sold, name")
    assert append_rows(left, turned).rows == left.rows + right.rows
    totals = [Fraction(column_total(table, "sold")) for table in (left, right)]
    assert column_total(append_rows(left, right), "sold") == sum(totals)
    assert distinct_rows(append_rows(left, left)) == distinct_rows(left)
    assert distinct_rows(left).rows == tuple(dict.fromkeys(left.rows))


def test_equal_numbers_of_any_type_are_one_value() -> None:
    halves = Table(("x", "y"), ((Fraction(1, 2), 1), (Decimal("0.50"), 2), (0.5, 3), (None, 4)))
    assert count_values(halves, "x").rows == ((Fraction(1, 2), 3), (None, 1))
    assert group_totals(halves, "x", "y").rows == ((Fraction(1, 2), 6), (None, 4))
    assert filter_rows(halves, "x", "=", "1/2").rows == halves.rows[:3]
    assert join_tables(halves, Table(("x", "z"), ((0.5, 9), (None, 8))), "x").rows == (
        *((*row, 9) for row in halves.rows[:3]),  # nothing matches an empty cell
    )
    assert distinct_rows(select_columns(halves, "x")).rows == ((Fraction(1, 2),), (None,))


@checks(look_up, against="worked cases")
def test_look_up() -> None:
    assert look_up(SCORES, "name", "Bo", "score") == Decimal("2.5")
    assert look_up(SCORES, "score", "3", "name") == "Ann"
    assert look_up(SCORES, " Name", "Di", "SCORE") == 3, "capitals and blanks do not count"


def test_texts_and_numbers_do_not_compare() -> None:
    mixed = Table(("x",), ((1,), ("one",), (None,)))
    assert filter_rows(mixed, "x", "!=", 1).rows == (("one",),)
    assert filter_rows(mixed, "x", "<", "two").rows == (("one",),)
    assert filter_rows(mixed, "x", "<", 10**400).rows == ((1,),)
    assert sort_rows(mixed, "x").rows == mixed.rows
    assert sort_rows(mixed, "x", "descending").rows == (("one",), (1,), (None,))


@checks(select_columns, against="worked cases")
def test_columns_with_odd_names() -> None:
    table = Table(("a, b", "Count", "count"), ((1, 2, 3),))
    assert select_columns(table, "a, b").rows == ((1,),)
    assert select_columns(table, "count,Count").rows == ((3, 2),)
    assert count_values(Table(("count",), ((5,),)), "count").columns == ("count", "times")
    with pytest.raises(ToolError, match="no column 'COUNT' among a, b, Count, count"):
        column_total(table, "COUNT")


@pytest.mark.parametrize(
    ("call", "category", "text"),
    [
        (lambda: column_total(SCORES, "age"), "invalid", "no column 'age' among name, score"),
        (lambda: column_mean(SCORES, "name"), "invalid", "needs a column of numbers, got 'Ann'"),
        (lambda: column_mean(Table(("x",)), "x"), "undefined", "no number in the column 'x'"),
        (lambda: column_maximum(Table(("x",), ((None,),)), "x"), "undefined", "no number"),
        (lambda: column_minimum(Table(("x",)), "x"), "undefined", "no number"),
        (lambda: look_up(SCORES, "name", "Ed", "score"), "undefined", "no row has 'Ed' in 'name'"),
        (lambda: look_up(SCORES, "name", "Cy", "score"), "undefined", "is empty"),
        (lambda: look_up(SCORES, "name", "Cy", "age"), "invalid", "no column 'age'"),
        (lambda: top_rows(SCORES, "score", -1), "invalid", "got count=-1"),
        (lambda: group_totals(SCORES, "name", "name"), "invalid", "two different columns"),
        (lambda: group_means(SCORES, "score", "name"), "invalid", "column of numbers, got 'Ann'"),
        (lambda: join_tables(SCORES, SCORES, "name"), "invalid", "got 'score' in both"),
        (lambda: append_rows(SCORES, Table(("name",))), "invalid", "got 'score' in one only"),
        (lambda: select_columns(SCORES, "name, name"), "invalid", "different columns"),
        (lambda: select_columns(SCORES, ""), "invalid", "no column ''"),
        (lambda: filter_rows(SCORES, "score", "<", Decimal("1e20000")), "limit", "10**±10000"),
    ],
)
def test_refusals(call: Callable[[], Any], category: str, text: str) -> None:
    with pytest.raises(ToolError) as caught:
        call()
    assert caught.value.category == category
    assert text in str(caught.value)


LARGEST = Table(("key", "x"), tuple((k % 7, Fraction(k, 10**290 + k)) for k in range(5000)))
ALIKE = Table(("key", "x"), ((1, 2),) * 5000)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sort_rows(LARGEST, "x"),
        lambda: count_values(LARGEST, "x"),
        lambda: filter_rows(LARGEST, "x", "<", Decimal("1e-9999")),
        lambda: distinct_rows(LARGEST),
        lambda: group_totals(ALIKE, "key", "x"),
        lambda: join_tables(Table(("key", "y"), ((1, 1),)), Table(("key",), ((1,),) * 3333), "key"),
    ],
)
def test_the_largest_tables(call: Callable[[], Table]) -> None:
    started = time.process_time()
    call()
    assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: column_total(LARGEST, "x"), "common denominator"),
        (lambda: group_totals(Table(("k", "x"), ((1, 10**300 - 1),) * 2), "k", "x"), "300 digits"),
        (lambda: join_tables(ALIKE, Table(("key",), ((1,),) * 2), "key"), "these would give 20000"),
        (lambda: append_rows(ALIKE, ALIKE), "at most 10000 cells"),
    ],
)
def test_too_large(call: Callable[[], Any], text: str) -> None:
    started = time.process_time()
    with pytest.raises(ToolError) as caught:
        call()
    assert caught.value.category == "limit"
    assert text in str(caught.value)
    assert time.process_time() - started < MOST_SECONDS


@given(st.lists(st.integers(), min_size=1).map(tuple), st.data())
@few
@checks(item_at, against="plain Python")
def test_items_by_their_places(items: tuple[int, ...], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(items) - 1))
    assert item_at(items, i + 1) == items[i] == item_at(items, Position(i, "start"))
    assert item_at(items, Position(i + 1 - len(items), "end")) == items[i]
    for outside in (0, len(items) + 1, Position(1, "end"), Position(-1, "start")):
        with pytest.raises(ToolError, match="needs a place from 1"):
            item_at(items, outside)


def test_places_as_people_write_them() -> None:
    call = TOOLS["item_at"].call
    for position, item in (("last", 15), ("next to last", 8), ("penultimate", 8), (1, 4), ("2", 8)):
        assert call({"items": [4, 8, 15], "position": position}) == item
    for position in ("next", "lasting", "x", {"position": 1, "of": "current"}):
        with pytest.raises(ToolError, match=r"place|position"):
            call({"items": [4, 8, 15], "position": position})
