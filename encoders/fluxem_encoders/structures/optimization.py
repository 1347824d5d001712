"""Linear programs: a linear objective under linear constraints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from fluxem_encoders import forms
from fluxem_encoders.algebra import negate
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.structured import Structured
from fluxem_encoders.structures.linear_algebra import kept_numbers
from fluxem_encoders.values import Number, Numbers

MAX_VARIABLES = MAX_CONSTRAINTS = 100

Sense = Literal["minimize", "maximize"]
Relation = Literal["<=", "=", ">="]
SENSES: tuple[Sense, ...] = ("minimize", "maximize")
RELATIONS: tuple[Relation, ...] = ("<=", "=", ">=")


@dataclass(frozen=True, slots=True)
class Constraint:
    """`coefficients · x <= bound`, or `=` or `>=`; numbers as a Matrix keeps them."""

    coefficients: Numbers
    relation: Relation
    bound: Number

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficients", _kept(self.coefficients, "coefficients"))
        object.__setattr__(self, "bound", kept_numbers((self.bound,), "bounds")[0])
        if self.relation not in RELATIONS:
            raise ValueFormError(
                f"a constraint's relation is <=, = or >=, got {forms.clip(self.relation)}"
            )

    def to_text(self) -> str:
        """`2 x1 - x3 <= 4`."""
        return f"{_sum_to_text(self.coefficients)} {self.relation} {forms.to_text(self.bound)}"


@dataclass(frozen=True, slots=True)
class LinearProgram(Structured, key="linear_program", domain="optimization"):
    """Minimize or maximize `objective · x` under constraints; each variable >= 0 or free.

    1 to 100 variables and 0 to 100 constraints, each with a coefficient for every variable.
    `free` says per variable whether it may be negative; an empty one stands for none.
    """

    sense: Sense
    objective: Numbers
    constraints: tuple[Constraint, ...]
    free: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        if self.sense not in SENSES:
            raise ValueFormError(
                f"a linear program says minimize or maximize, got {forms.clip(self.sense)}"
            )
        object.__setattr__(self, "objective", _kept(self.objective, "objective coefficients"))
        object.__setattr__(self, "free", self.free or (False,) * len(self.objective))
        if not isinstance(self.constraints, tuple) or len(self.constraints) > MAX_CONSTRAINTS:
            raise ValueFormError(
                f"the constraints are a tuple of at most {MAX_CONSTRAINTS}, got "
                f"{forms.clip(self.constraints)}"
            )
        for constraint in self.constraints:
            if not isinstance(constraint, Constraint):
                raise ValueFormError(f"expected a Constraint, got {forms.clip(constraint)}")
            self._check_length(len(constraint.coefficients), "coefficients in each constraint")
        if not isinstance(self.free, tuple) or not all(isinstance(f, bool) for f in self.free):
            raise ValueFormError(f"`free` is true or false per variable: {forms.clip(self.free)}")
        self._check_length(len(self.free), "entries in `free`")

    def _check_length(self, length: int, what: str) -> None:
        if length != len(self.objective):
            raise ValueFormError(
                f"an objective of {len(self.objective)} variables needs as many {what}, got "
                f"{length}; write 0 for a variable that does not occur"
            )

    @property
    def bounds(self) -> Numbers:
        """The right sides of the constraints."""
        return tuple(c.bound for c in self.constraints)

    @property
    def coefficients(self) -> Numbers:
        """The coefficients of all constraints, one constraint after another."""
        return tuple(x for c in self.constraints for x in c.coefficients)

    @property
    def is_exact(self) -> bool:
        """Whether no number in it is a float."""
        return forms.is_exact(self.objective + self.coefficients + self.bounds)

    def to_json(self) -> dict[str, Any]:
        """The sense, the objective, the constraints, and `free` where a variable is.

        `{"linear_program": "maximize", "objective": [3, 5], "constraints": [{"coefficients":
        [1, 0], "relation": "<=", "bound": 4}], "free": [false, true]}`
        """
        form = {
            "linear_program": self.sense,
            "objective": forms.to_json(self.objective),
            "constraints": [
                {
                    "coefficients": forms.to_json(c.coefficients),
                    "relation": c.relation,
                    "bound": forms.to_json(c.bound),
                }
                for c in self.constraints
            ],
        }
        return form | {"free": list(self.free)} if any(self.free) else form

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ValueFormError for anything else."""
        if set(form) - {"free"} != {"linear_program", "objective", "constraints"}:
            raise ValueFormError(
                'a linear program has the keys "linear_program" (minimize or maximize), '
                f'"objective", "constraints" and perhaps "free", got {forms.clip(dict(form))}'
            )
        constraints = _listed(form["constraints"], "constraints", MAX_CONSTRAINTS)
        return cls(
            form["linear_program"],
            _numbers(form["objective"], "objective"),
            tuple(map(_constraint, constraints)),
            tuple(_listed(form.get("free", []), "free", MAX_VARIABLES)),
        )

    def to_text(self) -> str:
        """`maximize 3 x1 + 5 x2 subject to x1 <= 4, x1 >= 0, x2 free`."""
        signs = [f"x{i} {'free' if free else '>= 0'}" for i, free in enumerate(self.free, 1)]
        rules = ", ".join([c.to_text() for c in self.constraints] + signs)
        return f"{self.sense} {_sum_to_text(self.objective)} subject to {rules}"


def _kept(xs: Numbers, what: str) -> Numbers:
    if not isinstance(xs, tuple) or not 1 <= len(xs) <= MAX_VARIABLES:
        raise ValueFormError(
            f"the {what} are a tuple of 1 to {MAX_VARIABLES} numbers, got {forms.clip(xs)}"
        )
    return kept_numbers(xs, f"the {what}")


def _listed(form: Any, what: str, most: int) -> list[Any]:
    if not isinstance(form, list) or len(form) > most:
        raise ValueFormError(f'"{what}" is a list of at most {most} items, got {forms.clip(form)}')
    return form


def _numbers(form: Any, what: str) -> Numbers:
    return tuple(map(forms.number_from_json, _listed(form, what, MAX_VARIABLES)))


def _constraint(form: Any) -> Constraint:
    if not isinstance(form, Mapping) or set(form) != {"coefficients", "relation", "bound"}:
        raise ValueFormError(
            'a constraint is {"coefficients": [1, 0], "relation": "<=", "bound": 4}, got '
            f"{forms.clip(form)}"
        )
    coefficients = _numbers(form["coefficients"], "coefficients")
    return Constraint(coefficients, form["relation"], forms.number_from_json(form["bound"]))


def _sum_to_text(coefficients: Numbers) -> str:
    text = ""
    for i, x in enumerate(coefficients, 1):
        if x == 0:
            continue
        size = negate(x) if x < 0 else x
        sign = ("-" if x < 0 else "") if not text else (" - " if x < 0 else " + ")
        text += sign + ("" if size == 1 else forms.to_text(size) + " ") + f"x{i}"
    return text or "0"
