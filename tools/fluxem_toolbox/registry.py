"""The dict of all tools, and the decorator that fills it."""

import inspect
import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from fluxem_encoders.forms import clip, is_exact
from fluxem_encoders.structured import Structured
from fluxem_encoders.tags import TAGGED
from fluxem_encoders.values import Value
from fluxem_toolbox.arguments import Approximate, bind, json_schema, type_name
from fluxem_toolbox.bounds import check_result
from fluxem_toolbox.errors import ToolError

TOOLS: dict[str, "Tool"] = {}

CORE = (
    *("arithmetic", "combinatorics", "probability", "statistics", "information_theory"),
    "temporal",
)
"""The domains that every checkpoint knows the tools of."""

FURTHER = tuple(domain for domain in TAGGED if domain not in CORE)
"""The other domains that have tools."""

_REQUIRED = inspect.Parameter.empty
_Function = TypeVar("_Function", bound=Callable[..., Value])


@dataclass(frozen=True)
class Parameter:
    """One argument of a tool: its name, type, and default where it has one."""

    name: str
    annotation: Any
    default: Any = _REQUIRED

    @property
    def required(self) -> bool:
        return self.default is _REQUIRED


@dataclass(frozen=True)
class Tool:
    """A function with typed arguments that a model may call by name.

    One that is not `pure`, such as an MCP server's, may do something besides giving a value, so it
    is never called on trial.
    """

    name: str
    domain: str
    function: Callable[..., Value]
    parameters: tuple[Parameter, ...]
    returns: Any
    summary: str
    keywords: tuple[str, ...] = field(default=())
    pure: bool = True

    @property
    def built_in(self) -> bool:
        """Whether it ships with this package, so that checkpoints may have learnt it."""
        return self.function.__module__.partition(".")[0] == __package__

    def line(self) -> str:
        """`name(arguments): one line`, the form that the default checkpoint reads."""
        arguments = ", ".join(p.name if p.required else p.name + "?" for p in self.parameters)
        return f"{self.name}({arguments}): {self.summary}"

    def schema(self) -> dict[str, Any]:
        """The tool in OpenAI's form for function tools."""
        properties = {p.name: json_schema(p.annotation) for p in self.parameters}
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.summary,
                "parameters": {
                    "type": "object",
                    "properties": properties,
                    "required": [p.name for p in self.parameters if p.required],
                    "additionalProperties": False,
                },
            },
        }

    def bind(self, arguments: Mapping[str, Any]) -> dict[str, Value]:
        """Turn literals and values into this tool's argument types.

        Raises:
            ToolError: for a missing, unknown or unfit argument.
        """
        known = {p.name: p for p in self.parameters}
        if unknown := [name for name in arguments if name not in known]:
            raise ToolError(
                f"`{self.name}` has no argument {clip(unknown[0])}; it takes {self._takes()}",
                "mismatch",
            )
        if missing := [n for n, p in known.items() if p.required and n not in arguments]:
            raise ToolError(
                f"`{self.name}` needs `{missing[0]}`; it takes {self._takes()}", "mismatch"
            )
        return {n: bind(known[n].annotation, v, f"{self.name}.{n}") for n, v in arguments.items()}

    def call(self, arguments: Mapping[str, Any]) -> Value:
        """Bind the arguments, run the function, check the result's size, mark inexact floats.

        Raises:
            ToolError: when the arguments do not fit or the function refuses them.
        """
        value = self.function(**self.bind(arguments))
        check_result(self.name, value)
        return Approximate(value) if isinstance(value, float) else value

    def _takes(self) -> str:
        return ", ".join(f"{p.name}: {type_name(p.annotation)}" for p in self.parameters)


def tool(domain: str, *, keywords: tuple[str, ...] = ()) -> Callable[[_Function], _Function]:
    """Register a function as a tool; its signature and docstring are all that the model sees.

    `keywords` are further words under which people look for it; only the router reads them.
    The function is returned unchanged.
    """

    def register(function: _Function) -> _Function:
        name = function.__name__
        if name in TOOLS:
            raise ValueError(f"two tools named `{name}`: {TOOLS[name].function.__module__} has one")
        hints = typing.get_type_hints(function)
        signature = inspect.signature(function)
        summary = (inspect.getdoc(function) or "").split("\n", 1)[0].strip()
        if not summary or "return" not in hints:
            raise TypeError(f"tool `{name}` needs a docstring and a return type")
        parameters = tuple(
            Parameter(p.name, hints[p.name], p.default) for p in signature.parameters.values()
        )
        TOOLS[name] = Tool(
            name, domain, function, parameters, hints["return"], summary.rstrip("."), keywords
        )
        return function

    return register


def tools_of(further: Collection[str] = ()) -> dict[str, Tool]:
    """The tools of the core domains, of the `further` ones, and all that are not built in."""
    left_out = set(TAGGED) - {*CORE, *further}
    return {name: tool for name, tool in TOOLS.items() if tool.domain not in left_out}


def others() -> list[str]:
    """The names of the tools that are not built in."""
    return [name for name, tool in TOOLS.items() if not tool.built_in]


def get_tool(name: str) -> Tool:
    """The tool of that name.

    Raises:
        ToolError: when there is none (category `unknown_tool`); the text names those alike.
    """
    if name not in TOOLS:
        near = " or ".join(f"`{n}`" for n in get_close_matches(name[:80], TOOLS))
        meant = f"do you mean {near}?" if near else "list the tools to see all"
        raise ToolError(f"there is no tool {clip(name)}; {meant}", "unknown_tool")
    return TOOLS[name]


def call(name: str, arguments: Mapping[str, Any]) -> tuple[Value, bool]:
    """Run a tool; return its value and whether that is exact."""
    value = get_tool(name).call(arguments)
    return value, is_exact(value) and not any(map(_is_inexact, arguments.values()))


def _is_inexact(argument: Any) -> bool:
    """Whether it holds a float that is no literal, or says so itself."""
    if isinstance(argument, tuple):
        return any(map(_is_inexact, argument))
    return isinstance(argument, Approximate) or (
        isinstance(argument, Structured) and not argument.is_exact
    )
