r"""Matrices of 2 to 400 numbers, written in brackets or in LaTeX.

Found: `[[1, 2], [3, 4]]` as Python and JSON write it, in one line or several, also with blanks in
place of commas as numpy prints it, and of one row too; MATLAB's `[1 2; 3 4]` and `[1, 2; 3, 4]`,
whose rows of one number make a column vector, `[1; 2; 3]`; LaTeX's `pmatrix` and `bmatrix`.

Not found: `[1, 2, 3]`, which is a list, and `[1; 2; 3]` after words such as `the mean of`; what
stands right after a name, as in `df[[1, 2]]`; determinants (`vmatrix`); entries that are no plain
numbers; `[[1]]`. Matrices of more than 20 rows or columns stay text.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.numerals import EXPONENT, TooLong, number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.patterns.statistics import bracketed
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.values import Number, Numbers

MAX_SIDE = 20

_BLANKS = rf"{SPACE}{{0,12}}"  # a line break and an indentation
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"  # numpy prints `1.`
_ENTRY = rf"-?{_NUMBER}(?:/\d+|{EXPONENT})?"
_COMMA = rf"{_BLANKS},{_BLANKS}"
_EITHER = rf"(?:{_COMMA}|{SPACE}{{1,12}})"
_ROW = rf"\[{_BLANKS}{_ENTRY}(?:{_EITHER}{_ENTRY})*{_BLANKS}\]"
_NESTED = rf"\B\[{_BLANKS}{_ROW}(?:(?:{_COMMA}|{_BLANKS}){_ROW})*{_BLANKS},?{_BLANKS}\]"

_FLAT_ROW = rf"{_ENTRY}(?:{_EITHER}{_ENTRY})*"
_SEMICOLON = rf"{_BLANKS};{_BLANKS}"
_FLAT = rf"\B\[{_BLANKS}{_FLAT_ROW}(?:{_SEMICOLON}{_FLAT_ROW})+{_BLANKS};?{_BLANKS}\]"

# In braces or parentheses beside words, for lists of sets or points look the same.
_OF_BRACES, _OF_PARENTHESES = (
    rf"\{left}\s?\{left}\s?{_ENTRY}(?:,\s?{_ENTRY})*\s?\{right}"
    rf"(?:,\s?\{left}\s?{_ENTRY}(?:,\s?{_ENTRY})*\s?\{right})+\s?\{right}"
    for left, right in ("{}", "()")
)
_OTHER = rf"(?:{_OF_BRACES}|{_OF_PARENTHESES})"
_OTHERS = rf"{_OTHER}(?:\s?[-+*]\s?{_OTHER}|\s(?:and|minus|plus|times|by|from)\s{_OTHER})?"
_MATRIX_WORD = (
    r"\b(?:matri(?:x|ces)|determinant|det|inverse|transpose|rank|trace|eigenvalues|spectrum|columns|cols)"
    r"(?:\s(?:of|the|matrix|difference|sum|product|is|for)){0,3}:?\s"
)
_INNER_OTHER = re.compile(r"[({]([^(){}]*)[)}]")
_OTHER_TEXT = re.compile(r"([{(])\s?\1.*?[})]\s?[})]", re.DOTALL)

_LATEX_ENTRY = rf"{_BLANKS}(?:{_ENTRY}|-?\\[dt]?frac\{{\d{{1,9}}\}}\{{\d{{1,9}}\}}){_BLANKS}"
_LATEX_ROW = rf"{_LATEX_ENTRY}(?:&{_LATEX_ENTRY})*"
_LATEX_ROWS = rf"{_LATEX_ROW}(?:\\\\{_LATEX_ROW})*(?:\\\\{_BLANKS})?"

_LISTED = (
    rf"\b(?:mean|median|mode|average|sum|variance|deviation|data|dataset|list|sample|values|numbers)"
    rf"(?:{SPACE}(?:of|set|is))?:?{SPACE}"
)
_LATEX_FRACTION = re.compile(r"\\[dt]?frac\{(\d+)\}\{(\d+)\}")
_INNER = re.compile(r"\[([^\[\]]*)\]")


def _nested(text: str) -> Matrix:
    return _matrix(map(_split, _INNER.findall(text[1:-1])))


def _flat(text: str) -> Matrix:
    return _matrix(map(_split, text[1:-1].rstrip(" \t\r\n\f\xa0;").split(";")))


def _latex(text: str) -> Matrix:
    inside = text[text.index("}") + 1 : text.rindex("\\")].strip()
    inside = _LATEX_FRACTION.sub(r"\1/\2", inside).removesuffix(r"\\")
    return _matrix(row.split("&") for row in inside.split(r"\\"))


def _other(text: str) -> Matrix:
    return _matrix(map(_split, _INNER_OTHER.findall(text[1:-1])))


def _each_other(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _OTHER_TEXT.finditer(text))


def _split(row: str) -> list[str]:
    return row.replace(",", " ").split()


def _matrix(texts: Iterable[list[str]]) -> Matrix:
    """The matrix of rows of entries.

    Raises:
        TooLong: for more than 20 rows or columns.
        ValueFormError: for a single entry or for rows of unlike length.
    """
    rows = list(texts)
    if max(len(rows), *map(len, rows)) > MAX_SIDE:
        raise TooLong
    matrix = Matrix(tuple(map(_numbers, rows)))
    if matrix.shape == (1, 1):
        raise ValueFormError("a single number is no matrix")
    return matrix


def _numbers(row: list[str]) -> Numbers:
    return tuple(map(_number, row))


def _number(entry: str) -> Number:
    return number(entry.strip())


def _rule(pattern: str, read: Callable[[str], Matrix]) -> Rule:
    return Rule(pattern, read, domain="linear_algebra")


RULES = (
    Rule(
        rf"\[{_BLANKS}{_ENTRY}(?:{_SEMICOLON}{_ENTRY})+{_BLANKS}\]",
        bracketed,
        before=_LISTED,
        domain="linear_algebra",
    ),
    Rule(_OTHERS, _other, _MATRIX_WORD, split=_each_other, domain="linear_algebra"),
    _rule(_NESTED, _nested),
    _rule(_FLAT, _flat),
    *(
        _rule(rf"(?-i:\\begin\{{{name}\}}){_LATEX_ROWS}(?-i:\\end\{{{name}\}})", _latex)
        for name in ("pmatrix", "bmatrix")
    ),
)
