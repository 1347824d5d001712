"""A cascade: at each level some phrases become one word each, which later levels build on.

A pattern is a regular expression in which names in capitals stand for one word of a class of
`temporal_words.LETTERS`, among them those of earlier levels, or for a shorthand; blanks mean
nothing. No pattern repeats without bound, so that reading takes time linear in the words.
(Finite-state cascades: S. Abney, Partial Parsing via Finite-State Cascades, 1996.)
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from fluxem_encoders.patterns.temporal_words import LETTERS, Run

Groups = dict[str, Run]
"""The words of a pattern's named groups that took part."""

Reference = datetime | None

Reader = Callable[[Groups, Reference], Any]
"""The value of what a pattern matched; None, ValueError or ArithmeticError where it is no such
phrase, such as a day outside of the calendar."""

_NAME = re.compile(r"(?<![<\w?])[A-Z][A-Z0-9_]*")
_GROUP = re.compile(r"\?P<\w+>")

_short: dict[str, str] = {}


def short(name: str, pattern: str) -> None:
    """Let a name stand for a pattern."""
    _short[name] = f"(?:{_letters(pattern)})"


def _letters(pattern: str) -> str:
    """The pattern over the letters of classes."""
    return "".join(_NAME.sub(lambda m: LETTERS.get(m[0]) or _short[m[0]], pattern).split())


class _Form(NamedTuple):
    regex: re.Pattern[str]
    read: Reader


class Level:
    """Patterns and a reader for each; what they find becomes a word of the class `name`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._forms: list[_Form] = []
        self._any: re.Pattern[str] | None = None

    def form(self, *patterns: str) -> Callable[[Reader], Reader]:
        """Decorate what reads the words of these patterns.

        Where two patterns match at one place the earlier one has it, unless its reader says None.
        """

        def register(read: Reader) -> Reader:
            self._forms += [_Form(re.compile(_letters(pattern)), read) for pattern in patterns]
            return read

        return register

    def find(self, run: Run, reference: Reference) -> Iterator[tuple[int, int, Any]]:
        """Extents in words, and values, of the phrases in a run, from left to right."""
        place = 0
        while found := self._first(run.kinds, place):
            start, first = found
            place = start + 1
            for form in self._forms[first:]:
                here = form.regex.match(run.kinds, start)
                value = _read(form.read, here, run, reference) if here else None
                if here and value is not None:
                    yield *here.span(), value
                    place = here.end()
                    break

    def occurs(self, kinds: str) -> bool:
        """Whether words of these classes may hold a phrase."""
        return self._first(kinds, 0) is not None

    def _first(self, kinds: str, place: int) -> tuple[int, int] | None:
        """Where the next phrase may begin, and the first of the forms that match there."""
        if self._any is None:  # a group for each form says which one matched
            shapes = (_GROUP.sub("?:", form.regex.pattern) for form in self._forms)
            self._any = re.compile("|".join(f"({shape})" for shape in shapes))
        match = self._any.search(kinds, place)
        return (match.start(), (match.lastindex or 1) - 1) if match else None

    def chunk(self, run: Run, reference: Reference) -> Run:
        """The run with one word in place of each phrase."""
        kinds, words, last = list[str](), list[str](), 0
        spans, values = list[tuple[int, int]](), list[Any]()
        for start, end, value in self.find(run, reference):
            kinds += run.kinds[last:start], LETTERS[self._name]
            words += *run.words[last:start], " ".join(run.words[start:end])
            spans += *run.spans[last:start], (run.spans[start][0], run.spans[end - 1][1])
            values += *run.values[last:start], value
            last = end
        if not last:
            return run
        rest = run.part(last, len(run.kinds))
        return Run(
            "".join([*kinds, rest.kinds]),
            words + rest.words,
            spans + rest.spans,
            values + rest.values,
        )


def _read(read: Reader, match: re.Match[str], run: Run, reference: Reference) -> Any:
    try:
        return read(_groups(match, run), reference)
    except (ValueError, ArithmeticError):
        return None


def _groups(match: re.Match[str], run: Run) -> Groups:
    return {name: run.part(*match.span(name)) for name, found in match.groupdict().items() if found}
