"""Finite sets of whole numbers or of names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, number_from_json, to_json
from fluxem_encoders.structured import Structured

MAX_MEMBERS = 1000
MAX_DIGITS = 300
MAX_NAME = 16

# A letter first, so that no name looks like a long number, which JSON forms hold as a string.
_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{MAX_NAME - 1}}}")


@dataclass(frozen=True, slots=True)
class FiniteSet(Structured, key="set", domain="sets"):
    """A finite set, possibly empty.

    Attributes:
        members: up to 1000 ints within ±10**300, or as many names: a letter and then up to 15
            letters, digits and underscores (ASCII). Never both.
    """

    members: frozenset[int] | frozenset[str]

    def __post_init__(self) -> None:
        if not isinstance(self.members, frozenset):
            raise ValueFormError(f"a set's members are a frozenset, got {clip(self.members)}")
        if len(self.members) > MAX_MEMBERS:
            raise ValueFormError(
                f"a set has at most {MAX_MEMBERS} members, got {len(self.members)}"
            )
        for member in self.members:
            _check_member(member)
        if len({isinstance(member, str) for member in self.members}) > 1:
            raise ValueFormError("a set holds whole numbers or names, not both")

    def __repr__(self) -> str:
        return f"FiniteSet({{{', '.join(map(repr, self.ordered()))}}})"

    def ints(self) -> tuple[int, ...]:
        """The members in order, where they are ints, else none."""
        return tuple(sorted(m for m in self.members if isinstance(m, int)))

    def names(self) -> tuple[str, ...]:
        """The members in order of their characters, where they are names, else none."""
        return tuple(sorted(m for m in self.members if isinstance(m, str)))

    def ordered(self) -> tuple[int, ...] | tuple[str, ...]:
        """All members in order."""
        return self.ints() or self.names()

    def to_json(self) -> dict[str, Any]:
        """{"set": [1, 2, 3]}, members in order."""
        return {"set": [to_json(member) for member in self.ordered()]}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read {"set": [MEMBER, ...]}, in any order; what is there twice counts once."""
        members = form.get("set")
        if set(form) != {"set"} or not isinstance(members, list | tuple):
            raise ValueFormError('a set is {"set": [MEMBER, ...]}')
        if len(members) > MAX_MEMBERS:
            raise ValueFormError(f"a set has at most {MAX_MEMBERS} members, got {len(members)}")
        found: frozenset[Any] = frozenset(map(_member, members))
        return cls(found)

    def to_text(self) -> str:
        """`{1, 2, 3}`, members in order."""
        return f"{{{', '.join(map(str, self.ordered()))}}}"


def _check_member(member: object) -> None:
    if isinstance(member, str):
        if not _NAME.fullmatch(member):
            raise ValueFormError(
                f"a name in a set is a letter and up to {MAX_NAME - 1} letters, digits and "
                f"underscores, got {clip(member)}"
            )
    elif not isinstance(member, int) or isinstance(member, bool):
        raise ValueFormError(f"a set holds whole numbers or names, got {clip(member)}")
    elif abs(member) > 10**MAX_DIGITS:
        raise ValueFormError(f"numbers in a set lie within ±10**{MAX_DIGITS}, got {clip(member)}")


def _member(form: Any) -> int | str:
    if isinstance(form, str) and form[:1].isalpha():
        return form  # a name; `_check_member` judges it
    if isinstance(form, str) and len(form) > MAX_DIGITS + 10:
        raise ValueFormError(f"numbers in a set have at most {MAX_DIGITS} digits")
    n = number_from_json(form)
    if not isinstance(n, int):
        raise ValueFormError(f"a set holds whole numbers or names, got {clip(form)}")
    return n
