"""What all values of the further domains have in common: JSON and text forms of their own."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from fluxem_encoders.errors import ValueFormError

STRUCTURED: dict[str, "type[Structured]"] = {}
"""By the first key of their JSON forms."""


class Structured(ABC):
    """An immutable, hashable value, such as a matrix or a chemical formula.

    Subclasses are frozen dataclasses that name themselves in the class statement:
    `class Matrix(Structured, key="matrix", domain="linear_algebra")`. `key` is the first key of
    the JSON form, an object, and belongs to that class alone; `domain` is the one that holds it.
    """

    __slots__ = ()
    key: ClassVar[str]
    domain: ClassVar[str]

    def __init_subclass__(cls, *, key: str = "", domain: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        if key:
            cls.key, cls.domain = key, domain
        if "key" in cls.__dict__:  # also when `dataclass(slots=True)` makes the class once more
            STRUCTURED[cls.key] = cls

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The JSON form, whose first key is `key`; numbers inside as `forms.to_json` writes."""

    @classmethod
    @abstractmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""

    @abstractmethod
    def to_text(self) -> str:
        """What people read."""

    def to_answer(self) -> str:
        """What people read in an answer, where long fractions are given as decimals."""
        return self.to_text()

    @property
    def is_exact(self) -> bool:
        """Whether no part is a float."""
        return True


def all_structured() -> "dict[str, type[Structured]]":
    """Every class of structured values, by its key."""
    from fluxem_encoders import structures as structures  # late: they import this module

    return STRUCTURED


def structured_from_json(form: Any, domain: str) -> Structured:
    """Read the JSON form of a structured value of that domain.

    Raises:
        ValueFormError: when it is none.
    """
    known = {key: kind for key, kind in all_structured().items() if kind.domain == domain}
    here = form if isinstance(form, Mapping) else {}
    # In the order of their classes: `{"rate": ..., "cash_flows": ...}` are cash flows.
    if kind := next((kind for key, kind in known.items() if key in here), None):
        return kind.from_json(here)
    keys = ", ".join(f'{{"{key}": ...}}' for key in known)
    raise ValueFormError(f"expected a value of {domain[:40]}, an object {keys or '...'}")
