"""The names under which tools are shown that a checkpoint has not learnt.

The name of another server's tool may be any word, of which a small model copies half. So such a
tool stands on the list under a letter that it knows well, and the server puts its own name back
into what the model writes. In training, some of the tools that there are stand under letters too.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fluxem_qwen3.config import STAND_INS
from fluxem_toolbox import TOOLS
from fluxem_toolbox.registry import Tool
from fluxem_vllm.data.sample import Sample

KEPT_ARGUMENTS = 0.6  # of the tools that there are, those whose arguments keep their names


@dataclass(frozen=True, slots=True)
class Alias:
    """A tool as it is shown, and what its arguments are called there."""

    tool: Tool
    arguments: Mapping[str, str]


class Aliases:
    """Draws the letters, and other names for arguments."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._arguments = sorted({p.name for tool in TOOLS.values() for p in tool.parameters})

    def draw(self, tools: list[Tool]) -> dict[str, Alias]:
        """Aliases by the tools' own names, for as many of them as there are letters."""
        letters = self.rng.sample(STAND_INS, min(len(STAND_INS), len(tools)))
        pairs = zip(tools, letters, strict=False)
        return {tool.name: self._alias(tool, letter) for tool, letter in pairs}

    def _alias(self, tool: Tool, letter: str) -> Alias:
        names = [p.name for p in tool.parameters]
        shown = names
        if tool.name in TOOLS and self.rng.random() > KEPT_ARGUMENTS:
            shown = self.rng.sample(self._arguments, len(names))
        parameters = tuple(
            replace(p, name=new) for p, new in zip(tool.parameters, shown, strict=True)
        )
        return Alias(
            replace(tool, name=letter, parameters=parameters),
            dict(zip(names, shown, strict=True)),
        )


def shown_name(name: str, aliases: Mapping[str, Alias]) -> str:
    """What the tool of that name is called on a list with these aliases."""
    return aliases[name].tool.name if name in aliases else name


def renamed(sample: Sample, aliases: Mapping[str, Alias]) -> Sample:
    """The sample with its calls under the names that are shown."""
    calls = tuple(
        replace(call, tool=alias.tool.name, arguments=_renamed(call.arguments, alias.arguments))
        if (alias := aliases.get(call.tool))
        else call
        for call in sample.turn.calls
    )
    return replace(sample, turn=replace(sample.turn, calls=calls))


def _renamed(arguments: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: value for name, value in arguments.items()}
