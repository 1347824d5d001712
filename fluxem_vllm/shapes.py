"""The shapes of plans, by which a plan that a model wrote is like one of the phrase bank or not.

Three levels, each of which tells more than the one before: which tools a plan calls, how the calls
are nested, and which value of the question stands where.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fluxem_qwen3.calls import WrittenCall
from fluxem_qwen3.prompt import REFERENCE
from fluxem_toolbox import TOOLS
from fluxem_vllm.data.bank import Fixed, Plan

NONE = "none"
"""What stands for the tools of a question that needs none."""

Asked = tuple[Sequence[Plan], Sequence[str]]
"""The plans that a text asks for, and the names of its values in their order; see `shape`."""

_SYMMETRIC = {"add", "multiply", "gcd", "lcm", "add_quantities", "add_money"}
_NODES = 100  # a call of more is a value to those that refer to it: `a + a` doubles them each time
_DOUBT = 0.02  # the share of all votes that any shape has besides its own


class Shape(NamedTuple):
    """`tools` is sorted; in `nested` a `#` stands for a value, in `placed` the number of the value
    among those that the plan uses, in the order of the question, and literals as they are.

    >>> shape([Plan("divide", {"a": Plan("add", {"a": "y", "b": "x"}), "b": Fixed(2)})], ["x", "y"])
    Shape(tools=('add', 'divide'), nested=('divide(add(#,#),#)',), placed=('divide(add(0,1),=2)',))
    """

    tools: tuple[str, ...]
    nested: tuple[str, ...]
    placed: tuple[str, ...]


def shape(plans: Sequence[Plan], values: Iterable[str]) -> Shape:
    """The shape of plans whose leaves are names of `values`, in the order of the question."""
    nodes = [node for plan in plans for node in _nodes(plan)]
    used = [node for node in nodes if isinstance(node, str)]
    order = list(dict.fromkeys([*(v for v in values if v in used), *used]))
    numbers = {value: str(i) for i, value in enumerate(order)}
    tools = [node.tool for node in nodes if isinstance(node, Plan)]
    return Shape(
        tuple(sorted(tools)) or (NONE,),
        tuple(sorted(_write(plan, None) for plan in plans)),
        tuple(sorted(_write(plan, numbers) for plan in plans)),
    )


def shape_of_calls(calls: Sequence[WrittenCall], spans: int) -> Shape:
    """The shape of a written plan, for a question whose `spans` values have the first slots."""
    plans: list[Plan] = []
    sizes: list[int] = []
    inner = set[int]()

    def argument(form: Any) -> Plan | str | Fixed:
        match = REFERENCE.fullmatch(form) if isinstance(form, str) else None
        if match is None:
            return Fixed(form)
        slot = int(match[1])
        if not spans <= slot < spans + len(plans) or sizes[slot - spans] > _NODES:
            return str(slot)
        inner.add(slot - spans)
        return plans[slot - spans]

    for call in calls:
        plans.append(Plan(call.name, {n: argument(a) for n, a in call.arguments.items()}))
        sizes.append(sum(1 for _ in _nodes(plans[-1])))
    outer = [plan for i, plan in enumerate(plans) if i not in inner]
    return shape(outer, map(str, range(spans)))


def _arguments(plan: Plan) -> Iterator[Plan | str | Fixed]:
    """In the order of the tool's parameters."""
    known = [p.name for p in TOOLS[plan.tool].parameters] if plan.tool in TOOLS else []
    names = [*(n for n in known if n in plan.arguments), *sorted(plan.arguments.keys() - {*known})]
    return (plan.arguments[name] for name in names)


def _nodes(plan: Plan | str | Fixed) -> Iterator[Plan | str | Fixed]:
    """The plan and all within it."""
    yield plan
    if isinstance(plan, Plan):
        for argument in _arguments(plan):
            yield from _nodes(argument)


def _write(plan: Plan | str | Fixed, numbers: Mapping[str, str] | None) -> str:
    if isinstance(plan, Plan):
        parts = [_write(argument, numbers) for argument in _arguments(plan)]
        if plan.tool in _SYMMETRIC:
            parts.sort()
        return f"{plan.tool}({','.join(parts)})"
    if numbers is None:
        return "#"
    return numbers[plan] if isinstance(plan, str) else f"={plan.value}"


class Precedents:
    """The shapes of the plans of the texts that are likest a question, each with its votes."""

    def __init__(self, votes: Iterable[tuple[Shape, float]], offered: Collection[str]) -> None:
        """Those alone count whose tools are all `offered`."""
        known = {*offered, NONE}
        self._levels = tuple(defaultdict[tuple[str, ...], float](float) for _ in Shape._fields)
        self._total = 0.0
        for own, vote in votes:
            if known.issuperset(own.tools):
                self._total += vote
                for level, part in zip(self._levels, own, strict=True):
                    level[part] += vote

    def support(self, own: Shape) -> tuple[float, float, float]:
        """The logarithms of the share of votes for these tools, of the share among them for this
        nesting, and of the share among those for this place of each value."""
        if not self._total:
            return 0.0, 0.0, 0.0
        votes = [
            level.get(part, 0.0) / self._total
            for level, part in zip(self._levels, own, strict=True)
        ]
        tools, nested, placed = (math.log(v + _DOUBT) for v in votes)
        return tools, nested - tools, placed - nested
