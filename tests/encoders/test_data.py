"""Tables: every cell comes back with its type, joining them adds, and what is too large is said."""

import hashlib
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import fluxem_encoders.domains.data  # noqa: F401  # registers it
from fluxem_encoders.compose import SECOND, closed_form, read_count, read_linear
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json, to_json
from fluxem_encoders.layout import FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.data import Position, Table, Word
from tests.encoders.laws import check_forms, check_roundtrip

NAMES = st.text("abcXYZ 0_,:()'\"éßЖ語🎵", min_size=1, max_size=6)
WORDS = st.text('abc,:()"éß🎵', max_size=6) | st.sampled_from(["", "null", "1/0", "a 7", "nan"])
DECIMALS = st.builds(
    lambda n, places: Decimal(n).scaleb(-places), st.integers(-9999, 9999), st.integers(0, 3)
)
EXACT_CELLS = (
    st.none()
    | WORDS
    | st.integers(0, 127)
    | st.integers(-(2**70), 2**70)
    | st.integers(-400, 400)
    | DECIMALS
    | st.builds(Decimal, st.sampled_from(["1E+99", "-0.001", "1E-127", "12345678901234567890.5"]))
    | st.builds(Fraction, st.integers(-(2**54), 2**54), st.integers(1, 2**54))
    | st.builds(Fraction, st.integers(-99, 99), st.integers(1, 99))
)
CELLS = EXACT_CELLS | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[Any] = CELLS) -> Table:
    names = draw(st.lists(NAMES, min_size=1, max_size=8, unique=True))
    rows = draw(st.lists(st.tuples(*[cells] * len(names)), max_size=24 // len(names)))
    return Table(tuple(names), tuple(rows))


def fits(value: Table) -> bool:
    try:
        encode(value)
    except CapacityError:
        return False
    return True


@given(tables())
@example(Table(("n",), tuple((i + 35,) for i in range(93))))
@example(Table(tuple("abcdefgh"), ((None,) * 8,) * 9))
@example(Table(("x" * 62,), ((-(2**200),),)))
@example(Table(("x",), ((Fraction(1, 3),), (Fraction(2**54, 3),), (2**119,), (Decimal("1E+99"),))))
def test_every_table_comes_back(value: Table) -> None:
    assume(fits(value))
    check_roundtrip(value)
    assert value.is_exact != any(isinstance(x, float) for row in value.rows for x in row)


POSITIONS = st.builds(
    Position, st.integers(-100, 100), st.sampled_from(["start", "current", "end"])
)


@given(POSITIONS)
@example(Position(-100, "start"))
@example(Position(100, "end"))
def test_every_position_comes_back(value: Position) -> None:
    check_roundtrip(value)
    check_forms(value)


@given(st.text("abcXYZ 0_,:()'\"éßЖ語🎵", min_size=1, max_size=30))
@example("x" * 90)
@example("語" * 30)
def test_every_word_comes_back(text: str) -> None:
    assume(text == text.strip() and len(text.encode()) <= 90)
    check_roundtrip(Word(text))
    check_forms(Word(text))


def test_words_say_what_they_are() -> None:
    assert to_json(Word("price")) == {"word": "price"}
    for text in ("", " a", "a\nb", "x" * 91, 7):
        with pytest.raises(ValueFormError, match="a word"):
            Word(text)  # type: ignore[arg-type]  # what a caller may slip in
    with pytest.raises(ValueFormError, match="expected"):
        from_json({"word": "a", "of": 1}, "data")


def test_positions_say_what_they_are() -> None:
    assert [Position(n, "end").to_text() for n in (0, -1)] == ["end", "end-1"]
    assert to_json(Position(1, "current")) == {"position": 1, "of": "current"}
    for offset in (101, -101, True, 0.5, "1"):
        with pytest.raises(ValueFormError, match="within 100 places"):
            Position(offset, "end")  # type: ignore[arg-type]  # what a caller may slip in
    for form in ({"position": 1}, {"position": 1, "of": "middle"}, {"position": 1, "of": None}):
        with pytest.raises(ValueFormError, match=r"expected|is told from"):
            from_json(form, "data")


@given(tables(EXACT_CELLS))
def test_forms(value: Table) -> None:
    check_forms(value)


def test_texts() -> None:
    table = Table(("name", "score"), (("Ann", 3), ("Bo", Decimal("2.50")), ("Ö (x)", None)))
    assert table.to_text() == 'name, score: (Ann, 3), (Bo, 2.50), ("Ö (x)", null)'
    assert to_json(table) == {
        "table": {"columns": ["name", "score"], "rows": [["Ann", 3], ["Bo", 2.5], ["Ö (x)", None]]}
    }
    assert Table(("a",)).to_text() == "a: no rows"
    assert Table(("a, b",), (('say "',), ("null",), ("",))).to_text() == (
        '"a, b": ("say """), ("null"), ("")'
    )
    longest = (Fraction(-(10**300) + 1, 10**300 - 2), Decimal("-1." + "1" * 299 + "E-999"))
    check_forms(Table(("x", "y"), (longest,)))
    form = {"table": {"columns": ["x", "y"], "rows": [["1/3", 0.5], ["12", "1/0"]]}}
    table = Table(("x", "y"), ((Fraction(1, 3), Decimal("0.5")), (12, "1/0")))
    assert from_json(form, "data") == table


@given(tables(st.integers(-300, 300) | DECIMALS | WORDS | st.none()), st.data())
def test_tables_join(a: Table, data: st.DataObject) -> None:
    row = st.tuples(*[st.none() | st.integers(-99, 99) | WORDS] * len(a.columns))
    b = Table(a.columns, tuple(data.draw(st.lists(row, max_size=3))))
    joined = Table(a.columns, (*a.rows, *b.rows))
    assume(fits(a) and fits(b))
    lanes = closed_form("add", encode(a), encode(b))
    numbers = [Fraction(x) for row in joined.rows for x in row if not isinstance(x, str | None)]
    assert read_linear(lanes) == sum(numbers)
    assert read_linear(lanes, SECOND) == len(numbers)
    assert read_count(lanes) == len(joined.rows)
    if fits(joined):
        assert decode(combine("concat", encode(a), encode(b))) == joined
    else:
        with pytest.raises(CapacityError, match="95 bytes"):
            combine("concat", encode(a), encode(b))


@pytest.mark.parametrize("other", [Table(("b", "a")), Table(("a",)), 3], ids=str)
def test_what_does_not_join(other: Any) -> None:
    with pytest.raises(AlgebraError, match="same columns"):
        combine("concat", encode(Table(("a", "b"))), encode(other))


@given(st.lists(st.integers(0, 90), min_size=3, max_size=3).map(sorted))
def test_tables_are_graded_by_rows(counts: list[int]) -> None:
    few, some, many = (
        encode(Table(("n",), ((1,),) * count))[FEATURES][MAGNITUDE] for count in counts
    )
    assert (few <= some).all()
    assert (some <= many).all()
    assert np.linalg.norm(few - some) <= np.linalg.norm(few - many)


def test_header_lanes_can_be_read() -> None:
    table = Table(("a", "b", "c", "d"), ((1, "x", None, 2), (None, None, None, "y")))
    lanes = encode(table)[VALUE]
    assert lanes[:8].tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert lanes[8:16].tolist() == [1, -1, 0, 0, 0, 0, 0, 0]
    assert lanes[16] == 2 / 128


@pytest.mark.parametrize(
    ("table", "limit"),
    [
        (Table(tuple("abcdefghi")), "1 to 8 columns"),
        (Table(("n",), ((1,),) * 94), "95 bytes"),
        (Table(("n",), ((1,),) * 10_000), "95 bytes"),
        (Table(("n" * 63,)), "at most 62"),
        (Table(("n",), (("é" * 32,),)), "at most 62"),
        (Table(("n",), ((2**504,),)), "500 bits"),
        (Table(("n",), ((2**900,),)), "500 bits"),
        (Table(("n",), ((Fraction(1, 2**55),),)), "2..55"),
        (Table(("n",), ((Decimal("1e-128"),),)), "exponent within ±127"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_limit(table: Table, limit: str) -> None:
    with pytest.raises(CapacityError, match=limit):
        encode(table)


@pytest.mark.parametrize(
    ("columns", "rows", "says"),
    [
        ([], [], "1 to 64 columns"),
        ([f"c{i}" for i in range(65)], [], "1 to 64 columns"),
        (["a", "a"], [], "different names"),
        ([""], [], "name is one printable line"),
        (["a\nb"], [], "name is one printable line"),
        ([1], [], "name is one printable line"),
        ("ab", [], "are lists"),
        (["a"], [1], "rows are lists"),
        (["a", "b"], [[1]], "has 2 cells"),
        (["a"], [[1]] * 10_001, "10000 cells"),
        (["a"], [[True]], "a number, a text or null"),
        (["a"], [[[1]]], "a number, a text or null"),
        (["a"], [[float("inf")]], "finite"),
        (["a"], [["x" * 201]], "200 characters"),
        (["a"], [["tab\t"]], "one printable line"),
        (["a"], [["1e1001"]], "within"),
        (["a"], [[10**300]], "300 digits"),
        (["a"], [[-(10**10_000)]], "300 digits"),
        (["a"], [["9" * 100_000]], "300 digits"),
        (["a"], [["1/" + "9" * 301]], "300 digits"),
        (["a"], None, "are lists"),
    ],
)
def test_bad_forms_are_refused(columns: Any, rows: Any, says: str) -> None:
    with pytest.raises(ValueFormError, match=says):
        from_json({"table": {"columns": columns, "rows": rows}}, "data")


def test_other_bad_values_are_refused() -> None:
    for form in ({"table": []}, {"table": {"columns": ["a"]}}, {"table": {}, "x": 1}, {"tab": 1}):
        with pytest.raises(ValueFormError, match="table"):
            from_json(form, "data")
    with pytest.raises(ValueFormError, match="reads as a number"):
        Table(("zip",), (("01234",),))
    for bad in (float("nan"), Decimal("NaN"), True, b"x"):
        with pytest.raises(ValueFormError, match="finite number"):
            Table(("a",), ((bad,),))  # type: ignore[arg-type]  # what a caller may slip in


FEW = (
    Table(("name", "score"), (("Ann", 3), ("Bo", None))),
    Table(("é", "b", "c"), ((0.5, Fraction(1, 3), Decimal("2.50")), (-1, 2**130, ""))),
    Table(("n",), ((1,),) * 93),
    Table(tuple("abcdefgh")),
)


@given(
    st.sampled_from(FEW),
    st.integers(0, 111),
    st.sampled_from([-2, -1, -1 / 128, 1 / 128, 0.25, 1, 2]),
)
def test_a_changed_lane_is_refused_or_means_another_value(
    value: Table, lane: int, by: float
) -> None:
    e = encode(value)
    e[VALUE.start + lane] += by
    try:
        back = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(back)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_frozen() -> None:
    values = [
        *(Table(("a",)), Table(("name", "score"), (("Ann", 3), ("Bo", None)))),
        *(Table(("x",), ((0,), (127,), (128,), (-1,))), Table(("x",), ((Decimal("2.50"),),))),
        *(Table(("Straße",), (("Ü",), ("",))), Table(tuple("abcdefgh"), (tuple(range(8)),))),
        *(Table(("x",), ((0.5,), (Fraction(1, 3),))), Table(("x", "y"), ((2**130, "two words"),))),
    ]
    lanes = [encode(value) for value in values]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "3ded78762726b21b"
