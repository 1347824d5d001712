"""From a literal or a slot's value to the type that a tool's argument has."""

import math
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import (
    counting_from_text,
    date_from_text,
    distribution_from_json,
    duration_from_iso,
    number_from_json,
    to_text,
)
from fluxem_encoders.values import (
    Combination,
    Distribution,
    Duration,
    Factorial,
    Number,
    Numbers,
    Permutation,
    type_of_number,
)
from fluxem_toolbox.bounds import MAX_ITEMS, check_bits
from fluxem_toolbox.errors import ToolError


@dataclass(frozen=True)
class _Kind:
    """How one type is named for people, described in JSON Schema, and read."""

    name: str
    schema: dict[str, Any]
    read: Callable[[Any], Any]


def evaluate_counting(form: Factorial | Combination | Permutation) -> int:
    """The number that a written `n!`, `C(n, k)` or `P(n, k)` stands for."""
    if isinstance(form, Factorial):
        check_bits("factorial", form.n * math.log2(form.n + 1) if form.n < 10**9 else math.inf)
        return math.factorial(form.n)
    check_bits("C(n, k)", min(form.k, form.n) * math.log2(form.n + 2))
    if isinstance(form, Combination):
        return math.comb(form.n, form.k)
    return math.perm(form.n, form.k)


def _number(form: Any) -> Number:
    if isinstance(form, str) and (counting := counting_from_text(form)):
        form = counting
    if isinstance(form, Factorial | Combination | Permutation):
        return evaluate_counting(form)
    return number_from_json(form)


def _integer(form: Any) -> int:
    number = _number(form)
    if isinstance(number, float | Decimal | Fraction) and number != number // 1:
        raise ValueFormError(f"expected a whole number, got {to_text(number)}")
    return int(number)


def _numbers(form: Any) -> Numbers:
    if not isinstance(form, list | tuple):
        raise ValueFormError(f"expected a list of numbers, got {form!r:.60}")
    if len(form) > MAX_ITEMS:
        raise ValueFormError(f"a list has at most {MAX_ITEMS} items, got {len(form)}")
    return tuple(_number(item) for item in form)


def _distribution(form: Any) -> Distribution:
    return form if isinstance(form, Distribution) else distribution_from_json(form)


def _date(form: Any) -> date:
    if isinstance(form, date):
        return form
    if not isinstance(form, str):
        raise ValueFormError(f"expected a date such as 2024-02-29, got {form!r:.60}")
    return date_from_text(form)


def _duration(form: Any) -> Duration:
    if isinstance(form, Duration):
        return form
    if not isinstance(form, str):
        raise ValueFormError(f"expected a duration such as P3DT4H30M, got {form!r:.60}")
    return duration_from_iso(form)


def _boolean(form: Any) -> bool:
    if not isinstance(form, bool):
        raise ValueFormError(f"expected true or false, got {form!r:.60}")
    return form


def _string(form: Any) -> str:
    if not isinstance(form, str):
        raise ValueFormError(f"expected a string, got {form!r:.60}")
    return form


def _counting(kind: type) -> Callable[[Any], Any]:
    def read(form: Any) -> Any:
        form = counting_from_text(form) if isinstance(form, str) else form
        if not isinstance(form, kind):
            raise ValueFormError(f"expected a {kind.__name__.lower()}")
        return form

    return read


def _kinds() -> dict[Any, _Kind]:
    number = {"anyOf": [{"type": "number"}, {"type": "string"}]}
    exact = 'a number, or an exact string such as "1/3"'
    return {
        int: _Kind(
            "whole number",
            {"anyOf": [{"type": "integer"}, {"type": "string"}], "description": "a whole number"},
            _integer,
        ),
        Number: _Kind("number", {**number, "description": exact}, _number),
        Numbers: _Kind(
            "list of numbers", {"type": "array", "items": {**number}, "description": exact}, _numbers
        ),
        bool: _Kind("true or false", {"type": "boolean"}, _boolean),
        str: _Kind("string", {"type": "string"}, _string),
        Factorial: _Kind("n!", {"type": "string", "description": "such as 5!"}, _counting(Factorial)),
        Combination: _Kind(
            "C(n, k)", {"type": "string", "description": "such as C(5, 2)"}, _counting(Combination)
        ),
        Permutation: _Kind(
            "P(n, k)", {"type": "string", "description": "such as P(5, 2)"}, _counting(Permutation)
        ),
        Distribution: _Kind(
            "distribution",
            {
                "type": "object",
                "description": 'such as {"distribution": "binomial", "n": 10, "p": 0.3}',
            },
            _distribution,
        ),
        date: _Kind("date", {"type": "string", "description": "such as 2024-02-29"}, _date),
        Duration: _Kind(
            "duration", {"type": "string", "description": "ISO 8601, such as P3DT4H"}, _duration
        ),
    }


_KINDS = _kinds()


def bind(annotation: Any, form: Any, where: str) -> Any:
    """Read `form` (a JSON literal or a typed value) as the annotated type.

    Raises:
        ToolError: naming `where`, the type wanted and what was given.
    """
    last: ToolError | None = None
    for option in _options(annotation):
        try:
            return _bind_one(option, form, where)
        except ToolError as error:
            last = error if last is None else last
    if len(_options(annotation)) > 1 and (last is None or last.category == "invalid"):
        raise ToolError(f"`{where}` must be a {type_name(annotation)}, got {form!r:.60}")
    raise last or ToolError(f"`{where}` takes no value")


def _bind_one(option: Any, form: Any, where: str) -> Any:
    if option is types.NoneType:
        if form is not None:
            raise ToolError(f"`{where}` must be null")
        return None
    if typing.get_origin(option) is Literal:
        allowed = typing.get_args(option)
        if form not in allowed:
            raise ToolError(f"`{where}` must be one of {', '.join(map(str, allowed))}, got {form!r:.60}")
        return form
    try:
        return _KINDS[option].read(form)
    except ValueFormError as error:
        raise ToolError(f"`{where}`: {error}") from None


def _options(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, `Number` counting as one; counting forms first, numbers last."""
    if annotation in _KINDS or typing.get_origin(annotation) is Literal:
        return (annotation,)
    members = set(typing.get_args(annotation))
    if members >= set(type_of_number):
        members = (members - set(type_of_number)) | {Number}
    order = [k for k in _KINDS if k not in (int, Number)] + [int, Number, types.NoneType]
    rest = [m for m in members if m not in order]  # literals
    return tuple(m for m in order if m in members) + tuple(rest)


def json_schema(annotation: Any) -> dict[str, Any]:
    """JSON Schema of an argument type."""
    options = [_schema_one(o) for o in _options(annotation)]
    return options[0] if len(options) == 1 else {"anyOf": options}


def _schema_one(option: Any) -> dict[str, Any]:
    if option is types.NoneType:
        return {"type": "null"}
    if typing.get_origin(option) is Literal:
        return {"type": "string", "enum": list(typing.get_args(option))}
    return dict(_KINDS[option].schema)


def type_name(annotation: Any) -> str:
    """The type as people call it: `whole number`, `distribution or list of numbers`."""
    names = []
    for option in _options(annotation):
        if option is types.NoneType:
            names.append("null")
        elif typing.get_origin(option) is Literal:
            names.append("|".join(map(str, typing.get_args(option))))
        else:
            names.append(_KINDS[option].name)
    return " or ".join(names)
