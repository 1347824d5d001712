"""The tools on offer, and the names under which the model sees them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fluxem_encoders.values import Value
from fluxem_qwen3.calls import CLOSING, OPENING, WrittenCall, parse_calls
from fluxem_toolbox import TOOLS, Tool
from fluxem_vllm.plain import plain_number

Schema = dict[str, Any]
"""A tool in OpenAI's form for function tools."""
TRUSTED = 2  # of the likeliest tools
MAX_LINE_CHARS = 160  # of a tool's description, where the checkpoint knows short ones


@dataclass(frozen=True, slots=True)
class Toolset:
    """The tools on offer: the server's by name, and the client's own.

    `schemas` and `likely` have the names that the model sees: `shown` says under which other name a
    tool stands there. `likely` are the first few, the likeliest first, for checkpoints whose chat
    template repeats them behind the question. `opening` is how a plan has to begin; empty where
    that is up to the model.
    """

    server: frozenset[str]
    client: frozenset[str]
    schemas: tuple[Schema, ...]
    likely: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
    opening: str = ""

    @classmethod
    def of(
        cls,
        server: Sequence[str],
        client: Mapping[str, Schema],
        likely: Sequence[str] = (),
        stand_ins: Sequence[str] = (),
        domains: Collection[str] = (),
        spoken_of: Collection[str] = (),
    ) -> "Toolset":
        """The set that a checkpoint is shown.

        Where one of the likeliest two is a tool that it has not learnt, and that is spoken of, the
        question is about that, and the plan begins with a call of it.

        Args:
            server: names of registered tools.
            client: the client's tools by name.
            stand_ins: names that the checkpoint knows, for tools that it was not trained with, as
                many as there are.
            domains: those whose tools it was trained with.
            spoken_of: tools that have a word in common with what was said last.
        """
        schemas = {**{name: TOOLS[name].schema() for name in server}, **client}
        foreign = [n for n in schemas if n in client or not _learnt(TOOLS[n], domains)]
        free = (name for name in stand_ins if name not in schemas)
        shown = dict(zip(foreign, free, strict=False))
        meant = (n for n in likely[:TRUSTED] if n in shown and n in spoken_of)
        name = next(meant, None)
        return cls(
            frozenset(server),
            frozenset(client),
            tuple(_named(schema, shown.get(name)) for name, schema in schemas.items()),
            tuple(shown.get(name, name) for name in likely),
            shown,
            _opening(shown[name], schemas[name]) if name else "",
        )

    def read(self, text: str) -> tuple[str, list[WrittenCall]]:
        """A turn of the model as `parse_calls` reads it, with the tools' own names."""
        before, calls = parse_calls(text)
        own = {shown: name for name, shown in self.shown.items()}
        return before, [self._own(call, own) for call in calls]

    def _own(self, call: WrittenCall, own: Mapping[str, str]) -> WrittenCall:
        """The call under the tool's own name. A checkpoint that has not learnt a tool may write the
        names of other arguments: their values are those of the arguments left, in their order."""
        if call.name not in own:
            return call
        names = _parameters(self._schema(call.name))
        free = [name for name in names if name not in call.arguments]
        strange = {name for name in call.arguments if name not in names}
        fitted = dict(zip((n for n in call.arguments if n in strange), free, strict=False))
        arguments = {
            fitted.get(name, name): value
            for name, value in call.arguments.items()
            if name in names or name in fitted
        }
        return replace(call, name=own[call.name], arguments=arguments)

    def _schema(self, shown: str) -> Schema:
        return next(s for s in self.schemas if s["function"]["name"] == shown)

    def plain(self, name: str, arguments: Mapping[str, Value]) -> dict[str, Value]:
        """Arguments of a client's tool, with numbers for amounts where it takes numbers."""
        properties = _properties(self._schema(self.shown.get(name, name)))
        numbers = {n for n, form in properties.items() if form.get("type") in ("integer", "number")}
        return {n: plain_number(v, n) if n in numbers else v for n, v in arguments.items()}

    def may_be_tried(self, text: str) -> bool:
        """Whether the turn's calls may be run to see whether its plan is a good one: none of a tool
        that may do something besides giving a value, that the client runs, or that no plan is known
        of by which to judge."""
        names = {call.name for call in self.read(text)[1]}
        if not names.isdisjoint(self.client | self.shown.keys()):
            return False
        return all(TOOLS[name].pure for name in names & TOOLS.keys())


def _opening(shown: str, schema: Schema) -> str:
    """The beginning of a call, with the argument's name where there is only one to give."""
    names = _parameters(schema)
    begun = f'{OPENING}\n{{"name": "{shown}", "arguments": {{'
    if not names:
        return f"{begun}}}}}\n{CLOSING}"
    needed = schema["function"]["parameters"].get("required", names)
    plain = len(needed) == 1 and re.fullmatch(r"[\w-]+", needed[0], re.ASCII)
    return f'{begun}"{needed[0]}' if plain else f'{begun}"'


def _parameters(schema: Schema) -> list[str]:
    """The names of a tool's arguments."""
    return list(_properties(schema))


def _properties(schema: Schema) -> Mapping[str, Schema]:
    return (schema["function"].get("parameters") or {}).get("properties") or {}


def _learnt(tool: Tool, domains: Collection[str]) -> bool:
    return tool.built_in and tool.domain in domains


def _named(schema: Schema, name: str | None) -> Schema:
    """The schema under another name, and with one line only, as such a checkpoint knows tools."""
    if name is None:
        return schema
    function = schema["function"]
    lines = (function.get("description") or function["name"].replace("_", " ")).strip().split("\n")
    line = lines[0].strip().rstrip(".")[:MAX_LINE_CHARS]
    return {**schema, "function": {**function, "name": name, "description": line}}
