"""From a literal or a slot's value to the type that a tool's argument has."""

import copy
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import (
    clip,
    counting_from_text,
    date_from_text,
    distribution_from_json,
    duration_from_iso,
    number_from_json,
)
from fluxem_encoders.structured import Structured
from fluxem_encoders.structures.data import Word
from fluxem_encoders.values import (
    FAMILIES,
    Combination,
    Distribution,
    Duration,
    Factorial,
    Number,
    Numbers,
    Permutation,
    type_of_number,
)
from fluxem_toolbox.bounds import MAX_ITEMS, check_list, check_number
from fluxem_toolbox.counting import count_arrangements, count_choices, count_orders
from fluxem_toolbox.distributions import checked
from fluxem_toolbox.errors import Category, ToolError
from fluxem_toolbox.structures import (
    coordinates_of,
    read_structured,
    structured_name,
    structured_schema,
)


class Approximate(float):
    """A tool's inexact result. As an argument it stays inexact, where a plain float is a JSON
    literal and so stands for the decimal that it was written as."""


Read = Callable[[Any, str], Any]
"""Reads a form; the text says where it stands, for errors."""


@dataclass(frozen=True)
class _Kind:
    """How one type is named for people and in JSON Schema, and how it is read.

    `accepts` are the Python types of the forms that `read` takes.
    """

    name: str
    schema: dict[str, Any]
    accepts: tuple[type, ...]
    read: Read


def evaluate_counting(form: Factorial | Combination | Permutation, where: str) -> int:
    """The number that a written `n!`, `C(n, k)` or `P(n, k)` stands for."""
    if isinstance(form, Factorial):
        return count_orders(where, form.n)
    count = count_choices if isinstance(form, Combination) else count_arrangements
    return count(where, form.n, form.k)


def _number(form: Any, where: str) -> Number:
    if isinstance(form, str) and (counting := counting_from_text(form)):
        form = counting
    if isinstance(form, Factorial | Combination | Permutation):
        return evaluate_counting(form, where)
    number = form if isinstance(form, Approximate) else number_from_json(form)
    check_number(where, number)
    return number


def _integer(form: Any, where: str) -> int:
    number = _number(form, where)
    if number != int(number):
        raise ValueFormError(f"expected a whole number, got {clip(number)}")
    return int(number)


def _numbers(form: Any, where: str) -> Numbers:
    form = coordinates_of(form)
    if len(form) > MAX_ITEMS:
        raise ToolError(f"`{where}` has {len(form)} items; the limit is {MAX_ITEMS}", "limit")
    items = tuple(_number(item, where) for item in form)
    check_list(where, items)
    return items


def _distribution(form: Any, where: str) -> Distribution:
    given = form if isinstance(form, Distribution) else distribution_from_json(form)
    if len(given.parameters) != len(FAMILIES.get(given.family, ())):
        raise ValueFormError(f"`{clip(given.family)}` is no family with these parameters")
    return checked(Distribution(given.family, tuple(_number(p, where) for p in given.parameters)))


def _date(form: Any, where: str) -> date:
    if isinstance(form, datetime):
        raise ValueFormError(f"expected a date without a time of day, got {form}")
    return form if isinstance(form, date) else date_from_text(form)


def _duration(form: Any, where: str) -> Duration:
    duration = form if isinstance(form, Duration) else duration_from_iso(form)
    check_number(where, duration.seconds)
    return duration


def _as_it_is(form: Any, where: str) -> Any:
    return form


def _text(form: Any, where: str) -> str:
    text: str = form.text if isinstance(form, Word) else form
    return text


def _counting(kind: type) -> Read:
    def read(form: Any, where: str) -> Any:
        value = counting_from_text(form) if isinstance(form, str) else form
        if not isinstance(value, kind):
            raise ValueFormError(f"expected a {kind.__name__.lower()}, got {clip(form)}")
        return value

    return read


_NUMBER_FORMS = (*type_of_number, str, Factorial, Combination, Permutation)
_NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string"}]}
_EXACT = 'a number, or an exact string such as "1/3"'


def _text_kind(name: str, example: str, kind: type, read: Read) -> _Kind:
    return _Kind(name, {"type": "string", "description": f"such as {example}"}, (str, kind), read)


def _distribution_schema() -> dict[str, Any]:
    names = sorted({name for names in FAMILIES.values() for name in names})
    return {
        "type": "object",
        "description": 'such as {"distribution": "binomial", "n": 10, "p": 0.3}',
        "properties": {"distribution": {"type": "string", "enum": list(FAMILIES)}}
        | dict.fromkeys(names, _NUMBER_SCHEMA),
        "required": ["distribution"],
        "additionalProperties": False,
    }


_KINDS: dict[Any, _Kind] = {
    Factorial: _text_kind("n!", "5!", Factorial, _counting(Factorial)),
    Combination: _text_kind("C(n, k)", "C(5, 2)", Combination, _counting(Combination)),
    Permutation: _text_kind("P(n, k)", "P(5, 2)", Permutation, _counting(Permutation)),
    Distribution: _Kind(
        "distribution", _distribution_schema(), (dict, Distribution), _distribution
    ),
    date: _text_kind("date", "2024-02-29", date, _date),
    Duration: _text_kind("duration", "P3DT4H (ISO 8601)", Duration, _duration),
    bool: _Kind("truth value", {"type": "boolean"}, (bool,), _as_it_is),
    str: _Kind("string", {"type": "string"}, (str, Word), _text),
    int: _Kind(
        "whole number",
        {"anyOf": [{"type": "integer"}, {"type": "string"}], "description": "a whole number"},
        _NUMBER_FORMS,
        _integer,
    ),
    Number: _Kind("number", _NUMBER_SCHEMA | {"description": _EXACT}, _NUMBER_FORMS, _number),
    Numbers: _Kind(
        "list of numbers",
        {"type": "array", "items": _NUMBER_SCHEMA, "description": f"each {_EXACT}"},
        (list, tuple),
        _numbers,
    ),
}
"""Every argument type of the core domains, those with the narrowest forms first."""


@cache
def _kind(option: Any) -> _Kind:
    if option in _KINDS:
        return _KINDS[option]
    also = (Duration,) if option.key == "quantity" else ()
    return _Kind(
        structured_name(option),
        structured_schema(option),
        (str, Mapping, list, tuple, option, *also),
        lambda form, where: read_structured(option, form),
    )


def bind(annotation: Any, form: Any, where: str) -> Any:
    """Read `form` (a JSON literal or a typed value) as the annotated type.

    Raises:
        ToolError: naming `where`, the type wanted and what was given.
    """
    options = [o for o in argument_types(annotation) if _accepts(o, form)]
    for option in options:
        try:
            return _read(option, form, where)
        except ValueFormError as error:
            if len(options) == 1:
                raise ToolError(f"`{where}`: {error}") from None
    category: Category = "invalid" if options else "mismatch"
    raise ToolError(f"`{where}`: expected {type_name(annotation)}, got {clip(form)}", category)


def _accepts(option: Any, form: Any) -> bool:
    if option is types.NoneType:
        return form is None
    if typing.get_origin(option) is Literal:
        return isinstance(form, str)
    if isinstance(form, bool):
        return option is bool
    if isinstance(form, Structured):  # which its own class reads, and a point's any list
        listed = option is Numbers and form.key == "point"
        named = option is str and isinstance(form, Word)
        return listed or named or (option not in _KINDS and isinstance(form, option))
    return isinstance(form, _kind(option).accepts)


def _read(option: Any, form: Any, where: str) -> Any:
    if option is types.NoneType:
        return None
    if typing.get_origin(option) is Literal:
        allowed = typing.get_args(option)
        if form not in allowed:
            raise ValueFormError(f"expected one of {', '.join(allowed)}, got {clip(form)}")
        return form
    return _kind(option).read(form, where)


def argument_types(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, those of `_KINDS` first; `Number` counts as one member."""
    if annotation in _KINDS or typing.get_origin(annotation) is Literal:
        return (annotation,)
    members = dict.fromkeys(typing.get_args(annotation) or (annotation,))
    if members.keys() >= set(type_of_number):
        members = dict.fromkeys(m for m in members if m not in type_of_number) | {Number: None}
    return tuple(k for k in _KINDS if k in members) + tuple(m for m in members if m not in _KINDS)


def json_schema(annotation: Any) -> dict[str, Any]:
    """JSON Schema of an argument type."""
    options = [_schema_one(o) for o in argument_types(annotation)]
    return options[0] if len(options) == 1 else {"anyOf": options}


def _schema_one(option: Any) -> dict[str, Any]:
    if option is types.NoneType:
        return {"type": "null"}
    if typing.get_origin(option) is Literal:
        return {"type": "string", "enum": list(typing.get_args(option))}
    return copy.deepcopy(_kind(option).schema)


def type_name(annotation: Any) -> str:
    """The type as people call it: `whole number`, `distribution or list of numbers`."""
    return " or ".join(_name_one(option) for option in argument_types(annotation))


def _name_one(option: Any) -> str:
    if option is types.NoneType:
        return "null"
    if typing.get_origin(option) is Literal:
        return "|".join(typing.get_args(option))
    return _kind(option).name
