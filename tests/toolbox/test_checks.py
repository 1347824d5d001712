"""What docs/tools.md says of each tool: its oracles are there, and `exact` is true."""

import random
import types
import typing
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from fluxem_encoders.forms import is_exact
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox import TOOLS, Tool, ToolError, tool
from fluxem_toolbox.arguments import argument_types
from tests.checks import all_checks, names_in
from tests.tools_page import examples, is_approximate, oracles

TRIES = 30  # per tool


def test_every_tool_has_an_oracle() -> None:
    assert sorted(oracles()) == sorted(TOOLS), "mark a test with @checks(the_tool, against=...)"


def test_every_marked_test_calls_its_tools() -> None:
    for check in all_checks():
        missing = {*check.tools} - names_in(check.test)
        assert not missing, f"{check.test.__module__}: {check.test.__name__}"
        assert check.test.__name__.startswith("test_")


def test_the_names_of_a_test_are_found_in_its_code_helpers_and_parameters() -> None:
    @pytest.mark.parametrize("call", [known_values, lambda: random.Random(1)])
    def some_test(call: Any) -> None:
        assert choices(int)

    used = names_in(some_test)
    assert {"choices", "argument_types", "Random"} <= used
    assert "oracles" not in used


def test_a_tool_is_what_its_examples_show(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: dict[str, Tool] = {}
    monkeypatch.setattr("fluxem_toolbox.registry.TOOLS", registered)

    @tool("arithmetic")
    def half(x: Number) -> Number:
        """Half of a number.

        >>> round(half(0.3), 2)
        0.15
        """
        return x / 2

    assert examples(registered["half"]) == [((0.3,), 0.15)]
    assert not is_approximate(registered["half"]), "a float of a float says nothing"
    assert is_approximate(TOOLS["root"])


SMALL = [0, 1, 2, 3, 7, -1, Fraction(1, 3), Fraction(1, 2), Decimal("0.1"), Decimal("2.5")]
LISTS = [(1, 2, 4, 7), (Fraction(1, 3), Fraction(2, 3)), (Decimal("0.2"), Decimal("0.8"))]


@cache
def known_values() -> dict[type, list[Any]]:
    """The exact arguments of all examples, by type."""
    found: dict[type, list[Any]] = defaultdict(list)
    for registered in TOOLS.values():
        for arguments, _ in examples(registered):
            for argument in filter(is_exact, arguments):
                found[type(argument)].append(argument)
    return found


def choices(annotation: Any) -> list[Any]:
    """Honest exact arguments of a type."""
    found: list[Any] = []
    for option in argument_types(annotation):
        if option is types.NoneType:
            found.append(None)
        elif typing.get_origin(option) is typing.Literal:
            found += typing.get_args(option)
        elif option == Number:
            found += SMALL
        elif option == Numbers:
            found += LISTS + known_values()[tuple]
        else:
            found += known_values()[option] + [x for x in SMALL if isinstance(x, option)]
    return found


@pytest.mark.parametrize("registered", TOOLS.values(), ids=lambda t: t.name)
def test_exact_tools_give_no_floats(registered: Tool) -> None:
    if is_approximate(registered):
        return
    chance = random.Random(registered.name)
    pools = {p.name: choices(p.annotation) for p in registered.parameters}
    for _ in range(TRIES):
        arguments = {name: chance.choice(pool) for name, pool in pools.items()}
        try:
            result = registered.call(arguments)
        except ToolError:
            continue
        assert is_exact(result), f"{arguments}: add an example that shows such a float"
