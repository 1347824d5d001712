"""Tools under names that training has never shown, as another server's tools have.

A model that always sees a tool under the same name learns it by heart and never reads the list of
tools; one that sees some under other names has to find them there and in the router's ranking.
"""

import random
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fluxem_toolbox import TOOLS
from fluxem_toolbox.registry import Tool
from fluxem_vllm.data.sample import Sample

OWN_WORDS = 0.4  # of the names, those made of the words of the tool's line
KEPT_ARGUMENTS = 0.4  # of the tools, those whose arguments keep their names
_WORD = r"\b[a-z]{3,12}\b"
_VERBS = ("get", "compute", "find", "calc", "lookup", "fetch", "query", "estimate")


@dataclass(frozen=True, slots=True)
class Alias:
    """A tool as it is shown, and what its arguments are called there."""

    tool: Tool
    arguments: Mapping[str, str]


class Aliases:
    """Draws other names for tools, from the words of all tools' lines."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        lines = " ".join(tool.summary.lower() for tool in TOOLS.values())
        self._words: list[str] = sorted({*re.findall(_WORD, lines)})
        self._arguments = sorted({p.name for tool in TOOLS.values() for p in tool.parameters})

    def draw(self, tool: Tool, taken: Collection[str]) -> Alias:
        """An alias whose name none of `taken` has."""
        name = self._name(tool)
        while name in taken or name in TOOLS:
            name = self._name(tool)
        names = [p.name for p in tool.parameters]
        shown = names
        if self.rng.random() > KEPT_ARGUMENTS:
            pool = self._arguments if self.rng.random() < 0.6 else self._words
            shown = self.rng.sample(pool, len(names))
        parameters = tuple(
            replace(p, name=new) for p, new in zip(tool.parameters, shown, strict=True)
        )
        return Alias(
            replace(tool, name=name, parameters=parameters),
            dict(zip(names, shown, strict=True)),
        )

    def _name(self, tool: Tool) -> str:
        own: list[str] = re.findall(_WORD, tool.summary.lower())
        words: list[str] = own if len(own) > 2 and self.rng.random() < OWN_WORDS else self._words
        chosen = self.rng.sample(words, self.rng.choice((1, 2, 2, 2, 3)))
        if self.rng.random() < 0.3:
            chosen.insert(0, self.rng.choice(_VERBS))
        style = self.rng.random()
        if style < 0.1:
            return chosen[0] + "".join(word.capitalize() for word in chosen[1:])
        return ("-" if style < 0.16 else "_").join(chosen)


def shown_name(name: str, aliases: Mapping[str, Alias]) -> str:
    """What the tool of that name is called on a list with these aliases."""
    return aliases[name].tool.name if name in aliases else name


def renamed(sample: Sample, aliases: Mapping[str, Alias]) -> Sample:
    """The sample with its calls under the tools' other names."""
    calls = tuple(
        replace(call, tool=alias.tool.name, arguments=_renamed(call.arguments, alias.arguments))
        if (alias := aliases.get(call.tool))
        else call
        for call in sample.turn.calls
    )
    return replace(sample, turn=replace(sample.turn, calls=calls))


def _renamed(arguments: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: value for name, value in arguments.items()}
