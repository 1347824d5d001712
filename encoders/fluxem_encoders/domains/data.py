"""Tables, positions and words. Of a table 17 lanes of header, then a stream of up to 95 bytes: the
names, then the cells by rows. Positions and words have no columns; the stream of a position is its
anchor and its offset + 128, that of a word TEXT and its bytes.

A byte below 128 is that whole number itself, NULL is an empty cell, TEXT + n begins n bytes of
UTF-8, and NUMBER begins a number of any type as `streams.pack_number` writes it. Where the size
in that function's first byte is below 16, this byte is folded into NUMBER's lower bits.
"""

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts, number_parts
from fluxem_encoders.digits import byte_lanes, one_hot, read_bytes, read_one_hot
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, list_traits, number_traits
from fluxem_encoders.forms import exact
from fluxem_encoders.streams import pack_number, take_number
from fluxem_encoders.structures.data import ANCHORS, Cell, Position, Table, Word

F32 = NDArray[np.float32]

COLUMNS = slice(0, 8)  # one-hot: 1 to 8 columns
TYPES = slice(8, 16)  # per column: 1 holds numbers, -1 holds texts, 0 both or neither; nulls aside
ROWS = 16  # /128
BODY = slice(17, 112)
ROOM = BODY.stop - BODY.start
MAX_COLUMNS = COLUMNS.stop - COLUMNS.start

NULL, TEXT, NUMBER = 0x80, 0x81, 0xC0
MAX_TEXT = NUMBER - TEXT - 1
SHORT = 16

LIMITS = (
    f"tables of 1 to {MAX_COLUMNS} columns whose names and cells take {ROOM} bytes together: a "
    f"name or text 1 + its bytes of UTF-8, at most {MAX_TEXT}; an int from 0 to 127 or a null 1; "
    "another int 1 + its bytes (-5: 2, 1000: 3); a Decimal 2 + those of its digits as an int "
    "(2.5: 3, 19.99: 4), its exponent within ±127; a Fraction 1 + its bytes (1/3: 3), its terms "
    "below 2**55; a float 9; long numbers one more"
)


def holds(value: object) -> bool:
    """True for a Position, a Word and a Table of any size."""
    return isinstance(value, Table | Position | Word)


def encode(value: Table | Position | Word) -> F32:
    """Header and stream. A Decimal's negative zero loses its sign."""
    if isinstance(value, Table):
        return _encode_table(value)
    lanes = np.zeros(112, dtype=np.float32)
    if isinstance(value, Word):
        stream = bytes([TEXT]) + value.text.encode()
    else:
        stream = bytes([ANCHORS.index(value.anchor), value.offset + 128])
    lanes[BODY][: len(stream)] = byte_lanes(stream)
    return lanes


def _encode_table(table: Table) -> F32:
    if len(table.columns) > MAX_COLUMNS or len(table.rows) > ROOM:
        raise CapacityError(f"the table is too large; there is room for {LIMITS}")
    try:
        stream = b"".join(_pack(cell) for row in (table.columns, *table.rows) for cell in row)
    except CapacityError as error:
        raise CapacityError(f"{error}; there is room for {LIMITS}") from None
    if len(stream) > ROOM:
        raise CapacityError(f"the table takes {len(stream)} bytes; there is room for {LIMITS}")
    lanes = np.zeros(112, dtype=np.float32)
    lanes[COLUMNS] = one_hot(len(table.columns) - 1, MAX_COLUMNS)
    lanes[TYPES][: len(table.columns)] = [_type(table, i) for i in range(len(table.columns))]
    lanes[ROWS] = len(table.rows) / 128
    lanes[BODY][: len(stream)] = byte_lanes(stream)
    return lanes


def _type(table: Table, column: int) -> int:
    cells = [row[column] for row in table.rows if row[column] is not None]
    texts = sum(isinstance(cell, str) for cell in cells)
    return (texts < len(cells)) - (texts > 0)


def _pack(cell: Cell) -> bytes:
    if cell is None:
        return bytes([NULL])
    if isinstance(cell, str):
        data = cell.encode()
        if len(data) > MAX_TEXT:
            raise CapacityError(f"a text of {len(data)} bytes is too long")
        return bytes([TEXT + len(data)]) + data
    if isinstance(cell, int) and 0 <= cell < NULL:
        return bytes([cell])
    packed = pack_number(cell)
    kind, size = packed[0] >> 6, packed[0] & 63
    if size < SHORT:  # never the same as NUMBER alone: ints take a byte at least
        return bytes([NUMBER | kind << 4 | size]) + packed[1:]
    return bytes([NUMBER]) + packed


def _take(stream: bytes) -> tuple[Cell, bytes]:
    first, rest = stream[0], stream[1:]
    if first < NULL:
        return first, rest
    if first == NULL:
        return None, rest
    if first < NUMBER:
        size = first - TEXT
        return rest[:size].decode(), rest[size:]
    if first > NUMBER:
        kind, size = (first - NUMBER) >> 4, first & (SHORT - 1)
        rest = bytes([kind << 6 | size]) + rest
    return take_number(rest)


def decode(lanes: F32) -> Table | Position | Word:
    """The table, position or word in the stream."""
    if not lanes[COLUMNS].any():
        first, *rest = read_bytes(lanes[BODY])
        if first == TEXT:
            return Word(bytes(rest).decode())
        (offset,) = rest
        return Position(offset - 128, ANCHORS[first])
    width, stream = read_one_hot(lanes[COLUMNS]) + 1, read_bytes(lanes[BODY])
    cells: list[Cell] = []
    while stream:
        cell, stream = _take(stream)
        cells.append(cell)
    rows = [tuple(cells[i : i + width]) for i in range(0, len(cells), width)]
    return Table(tuple(str(name) for name in rows[0]), tuple(rows[1:]))


def traits(value: Table | Position | Word) -> Traits:
    """Size and length: the rows, of a position its offset, of a word its characters. List lanes: of
    all numbers."""
    if isinstance(value, Word):
        return number_traits(len(value.text))
    if isinstance(value, Position):
        return number_traits(value.offset)
    count = len(value.rows)
    return list_traits(value.numbers)._replace(
        x=float(count), zero=count == 0, one=count == 1, length=count
    )


def parts(value: Table | Position | Word) -> Parts:
    """Linear: the sum of all numbers; second: how many numbers there are; items: the rows.

    All of these add when tables are joined. Of a position linear is the offset; a word
    has no parts.
    """
    if isinstance(value, Word):
        return Parts()
    if isinstance(value, Position):
        return number_parts(value.offset)
    numbers = value.numbers
    return Parts(linear=sum(map(exact, numbers)), second=len(numbers), items=len(value.rows))


def combine(op: str, a: object, b: object) -> Table:
    """`concat`: the rows of one table, then those of another with the same columns in order."""
    if op == "concat" and isinstance(a, Table) and isinstance(b, Table) and a.columns == b.columns:
        return Table(a.columns, a.rows + b.rows)
    raise AlgebraError("`concat` takes two tables with the same columns in the same order")


register(
    Domain(
        name="data",
        holds=holds,
        types="a table, a Position or a Word",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra={"concat": "exact"},
        combine=combine,
    )
)
