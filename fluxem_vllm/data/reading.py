"""What reading a question changes in the plan that it was drawn with.

The composer knows the values that it wrote into a question; the detector reads a notation, a length
of time or a name where it meant numbers or words. These functions put into the plan what was read.
"""

import re
from collections.abc import Iterable, Iterator

from fluxem_encoders.detect import detect
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.span import Span
from fluxem_encoders.structures.constants import NAME_OF_CONSTANT
from fluxem_encoders.structures.data import Word
from fluxem_encoders.structures.finance import Money
from fluxem_encoders.structures.physics import BareUnit, Quantity
from fluxem_encoders.structures.units import parse_unit
from fluxem_encoders.values import Duration, Number, Value, type_of_number
from fluxem_toolbox import TOOLS, ToolError
from fluxem_toolbox.arguments import argument_types
from fluxem_toolbox.registry import Tool
from fluxem_vllm.data.bank import Fixed
from fluxem_vllm.data.tree import Leaf, Node
from fluxem_vllm.plain import UNITS, in_unit
from fluxem_vllm.router import PLAIN_TOOLS, UNIT_DOMAINS

CONSTANT = "physical_constant"

_LAST_WORD = re.compile("[a-z]+", re.IGNORECASE)


def is_text(tool: Tool, name: str, argument: Leaf) -> bool:
    """Whether the question's words themselves are the argument, such as a column's name."""
    return argument.value is None and _takes_text(tool, name)


def _takes_text(tool: Tool, name: str) -> bool:
    annotation = next(p.annotation for p in tool.parameters if p.name == name)
    return tool.name == CONSTANT or str in argument_types(annotation)


def plainly(leaf: Leaf, start: int, spans: tuple[Span, ...]) -> int | None:
    """Where an amount such as `$830` was read as its plain number, the span of that; None where it
    was not, and for cents, whose number is not that of the amount."""
    end = start + len(leaf.text)
    inside = [i for i, span in enumerate(spans) if start <= span.start and span.end <= end]
    if leaf.value is not None or len(inside) != 1:
        return None
    number = spans[inside[0]].value
    amounts = [span.value for span in detect(leaf.text, domains=UNIT_DOMAINS)]
    is_its_number = any(
        number == (amount.amount if isinstance(amount, Money) else amount.magnitude)
        for amount in amounts
        if isinstance(amount, Money | Quantity)
    )
    return inside[0] if is_its_number else None


def measured(leaf: Leaf, start: int, spans: tuple[Span, ...]) -> tuple[str, int] | None:
    """Where a number turned out to be that of a duration such as `3 hours`: unit and span."""
    number = leaf.value
    if number is None and leaf.text.isalnum():
        number = next((span.value for span in detect(leaf.text)), None)
    for i, span in enumerate(spans):
        if span.start == start and isinstance(span.value, Duration):
            unit = _LAST_WORD.findall(span.text)[-1].lower()
            unit += "" if unit.endswith("s") else "s"
            if unit in UNITS and in_unit(span.value, unit) == number:
                return unit, i
    return None


def replaced(node: Node, instead: dict[Node | Leaf, Node | Leaf]) -> Node:
    """The call with what stands in the dict replaced, at any depth."""
    arguments: dict[str, Node | Leaf | Fixed] = {}
    for name, argument in node.arguments.items():
        if isinstance(argument, Fixed):
            arguments[name] = argument
        elif argument in instead:
            arguments[name] = instead[argument]
        else:
            arguments[name] = (
                replaced(argument, instead) if isinstance(argument, Node) else argument
            )
    return Node(node.tool, arguments)


def with_plain_tools(node: Node) -> Node:
    """The call with `multiply` for `scale_money` and the like wherever all it takes are numbers."""
    inner = {
        name: with_plain_tools(argument) if isinstance(argument, Node) else argument
        for name, argument in node.arguments.items()
    }
    plain = PLAIN_TOOLS.get(node.tool)
    if plain is None or not all(map(_is_number, inner.values())):
        return Node(node.tool, inner)
    pairs = zip(TOOLS[plain].parameters, TOOLS[node.tool].parameters, strict=True)
    return Node(plain, {own.name: inner[other.name] for own, other in pairs})


def _is_number(argument: Node | Leaf | Fixed) -> bool:
    if isinstance(argument, Node):
        return argument_types(TOOLS[argument.tool].returns) in ((Number,), (int,))
    return isinstance(argument.value, type_of_number)


def name_of(value: Value) -> object:
    """What tells a text that stands for a part of a value, a unit or a constant; None for all
    other values."""
    if isinstance(value, Word):
        return value.text
    if isinstance(value, Quantity):
        return NAME_OF_CONSTANT.get(value)
    return value.parsed if isinstance(value, BareUnit) else None


def by_reference(node: Node, named: dict[object, Leaf]) -> Node:
    """The call with those of its literal texts referenced that the question writes out.

    What calls within it look up is the value itself, where the question names the constant.
    """
    arguments: dict[str, Node | Leaf | Fixed] = {}
    for name, argument in node.arguments.items():
        if isinstance(argument, Node):
            inner = by_reference(argument, named)
            constant = inner.arguments.get("name") if inner.tool == CONSTANT else None
            arguments[name] = constant if isinstance(constant, Leaf) else inner
        elif isinstance(argument, Fixed) and _takes_text(TOOLS[node.tool], name):
            written = named.get(argument.value) or named.get(_unit_of(argument))
            arguments[name] = written or argument
        else:
            arguments[name] = argument
    return Node(node.tool, arguments)


def _unit_of(argument: Fixed) -> object:
    if not isinstance(argument.value, str):  # a number, where a tool takes either
        return None
    try:
        return parse_unit(argument.value)
    except ValueFormError:
        return None


def notations(
    roots: Iterable[Node], inside: dict[Leaf, int], spans: tuple[Span, ...]
) -> Iterator[tuple[Node, int]]:
    """Calls whose result the question writes out as one value, such as `Bin(10, 0.3)`."""
    for node in roots:
        arguments = list(node.arguments.values())
        yield from notations([a for a in arguments if isinstance(a, Node)], inside, spans)
        places = {inside.get(a) if isinstance(a, Leaf) else None for a in arguments}
        bound = {name: a.value for name, a in node.arguments.items() if isinstance(a, Leaf)}
        if len(places) == 1 and (i := places.pop()) is not None:
            try:
                if TOOLS[node.tool].call(bound) == spans[i].value:
                    yield node, i
            except ToolError:
                continue


def in_text_order(node: Node, slots: dict[int, int]) -> list[tuple[str, Node | Leaf | Fixed]]:
    """Arguments by where their first value stands in the question, so that plans follow it."""
    return sorted(node.arguments.items(), key=lambda item: _first_slot(item[1], slots))


def _first_slot(argument: Node | Leaf | Fixed, slots: dict[int, int]) -> int:
    if isinstance(argument, Leaf):
        return slots.get(id(argument), 0)
    if isinstance(argument, Fixed):
        return 0
    return min((_first_slot(a, slots) for a in argument.arguments.values()), default=0)
