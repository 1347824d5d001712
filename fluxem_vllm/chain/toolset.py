"""The tools on offer, and how the model sees them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fluxem_encoders.values import Value
from fluxem_qwen3.calls import CLOSING, OPENING, WrittenCall, parse_calls
from fluxem_toolbox import TOOLS, Tool
from fluxem_vllm.plain import plain_number

Schema = dict[str, Any]
"""A tool in OpenAI's form for function tools."""
TRUSTED = 2  # of the likeliest tools
MAX_LINE_CHARS = 160  # of a tool's description, where the checkpoint knows short ones

_PLAIN = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Toolset:
    """The tools on offer: the server's by name, and the client's own.

    `likely` are the first few, the likeliest first, for checkpoints whose chat template repeats
    them behind the question. `foreign` are those that the checkpoint has not learnt, where it is
    guided in their use. `opening` is how a plan has to begin; empty where that is up to the model.
    """

    server: frozenset[str]
    client: frozenset[str]
    schemas: tuple[Schema, ...]
    likely: tuple[str, ...] = ()
    foreign: frozenset[str] = frozenset()
    opening: str = ""

    @classmethod
    def of(
        cls,
        server: Sequence[str],
        client: Mapping[str, Schema],
        likely: Sequence[str] = (),
    ) -> "Toolset":
        """A set whose tools a checkpoint sees as they are."""
        schemas = (*(TOOLS[name].schema() for name in server), *client.values())
        return cls(frozenset(server), frozenset(client), schemas, tuple(likely))

    def guided(self, domains: Collection[str], spoken_of: Collection[str]) -> "Toolset":
        """The set for a checkpoint that has learnt the built-in tools of these domains only.

        Of other tools it sees one line. Where one of them is among the likeliest two and is
        `spoken_of`, that is, has a word in common with what was said last, the question is about
        that tool, and the plan begins with a call of it.
        """
        names = [schema["function"]["name"] for schema in self.schemas]
        foreign = {n for n in names if n in self.client or not _learnt(TOOLS[n], domains)}
        meant = (n for n in self.likely[:TRUSTED] if n in foreign and n in spoken_of)
        name = next(meant, None)
        return replace(
            self,
            schemas=tuple(
                _short(s) if n in foreign else s for n, s in zip(names, self.schemas, strict=True)
            ),
            foreign=frozenset(foreign),
            opening=_opening(self._schema(name)) if name else "",
        )

    def read(self, text: str) -> tuple[str, list[WrittenCall]]:
        """A turn of the model as `parse_calls` reads it.

        A checkpoint may write the names of other arguments to a tool that it has not learnt: their
        values are those of the arguments left, in their order.
        """
        before, calls = parse_calls(text)
        return before, [self._fitted(call) if call.name in self.foreign else call for call in calls]

    def _fitted(self, call: WrittenCall) -> WrittenCall:
        names = _parameters(self._schema(call.name))
        free = [name for name in names if name not in call.arguments]
        strange = [name for name in call.arguments if name not in names]
        fitted = dict(zip(strange, free, strict=False))
        arguments = {
            fitted.get(name, name): value
            for name, value in call.arguments.items()
            if name in names or name in fitted
        }
        return replace(call, arguments=arguments)

    def _schema(self, name: str) -> Schema:
        return next(s for s in self.schemas if s["function"]["name"] == name)

    def plain(self, name: str, arguments: Mapping[str, Value]) -> dict[str, Value]:
        """Arguments of a client's tool, with numbers for amounts where it takes numbers."""
        properties = _properties(self._schema(name))
        kinds = {n: form.get("type") for n, form in properties.items() if isinstance(form, Mapping)}
        numbers = {n for n, kind in kinds.items() if kind in ("integer", "number")}
        return {n: plain_number(v, n) if n in numbers else v for n, v in arguments.items()}

    def may_be_tried(self, text: str) -> bool:
        """Whether the turn's calls may be run to see whether its plan is a good one: none of a tool
        that may do something besides giving a value, that the client runs, or that no plan is known
        of by which to judge."""
        names = {call.name for call in self.read(text)[1]}
        if not names.isdisjoint(self.client | self.foreign):
            return False
        return all(TOOLS[name].pure for name in names & TOOLS.keys())


def _opening(schema: Schema) -> str:
    """The beginning of a call, up to the value of the first argument that it needs: a reference to
    a value, or text, so it is in quotes. Empty for names that could pass for markup."""
    function = schema["function"]
    names = _parameters(schema)
    required = function["parameters"].get("required") if names else None
    needed = [name for name in names if name in required] if isinstance(required, list) else []
    first = next(iter(needed or names), "")
    if not _PLAIN.fullmatch(function["name"] + first):
        return ""
    begun = f'{OPENING}\n{{"name": "{function["name"]}", "arguments": {{'
    return f'{begun}"{first}": "' if first else f"{begun}}}}}\n{CLOSING}"


def _parameters(schema: Schema) -> list[str]:
    """The names of a tool's arguments."""
    return list(_properties(schema))


def _properties(schema: Schema) -> Mapping[str, Schema]:
    properties = (schema["function"].get("parameters") or {}).get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _learnt(tool: Tool, domains: Collection[str]) -> bool:
    return tool.built_in and tool.domain in domains


def _short(schema: Schema) -> Schema:
    """The schema with one line only, as such a checkpoint knows tools."""
    function = schema["function"]
    lines = (function.get("description") or function["name"].replace("_", " ")).strip().split("\n")
    line = lines[0].strip().rstrip(".")[:MAX_LINE_CHARS]
    return {**schema, "function": {**function, "description": line}}
