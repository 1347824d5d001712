"""What the router reads: every text that asks for tools, with the plans that it asks for."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fluxem_toolbox import TOOLS, Tool
from fluxem_vllm.data.bank import Fixed, Plan, Template, load_asks, load_bank
from fluxem_vllm.shapes import NONE, Asked
from fluxem_vllm.words import spoken

_PLACEHOLDER = re.compile(r"\{\w+\}")


class Reading(NamedTuple):
    """A text with `#` for its values, and what it asks for; no plans where it needs no tool."""

    text: str
    asked: Asked


def readings(folds: frozenset[int] | None = None) -> Iterator[Reading]:
    """Those of the phrase bank and of the further ways of asking.

    Args:
        folds: those that may be read; all by default.
    """
    bank = load_bank("train", folds)
    of_tools = (*bank.tools.items(), *bank.steps.items())
    phrases = ((name, (*p.noun, *p.ask, *p.then)) for name, p in of_tools)
    for name, asks in (*phrases, *load_asks("train", folds).items()):
        for ask in asks:
            yield Reading(_text(ask), ([_call(name, ask)], ask.names))
    for story in bank.stories:
        for told in story.texts:
            yield Reading(_text(told), (story.plans, told.names))
    for question, _ in bank.chat:
        yield Reading(_PLACEHOLDER.sub(" # ", question), ((), ()))


def documents(
    tools: Mapping[str, Tool], folds: frozenset[int] | None = None
) -> dict[str, list[str]]:
    """What the router knows of each tool, and of questions without any; see `readings`."""
    texts = {
        name: [spoken(name)] * 3 + [tool.summary] * 3 + list(tool.keywords) * 2
        for name, tool in tools.items()
    }
    texts[NONE] = []
    for text, (plans, _) in readings(folds):
        named = {tool for plan in plans for tool in _tools(plan)} if plans else {NONE}
        for name in named & texts.keys():
            texts[name].append(text)
    return texts


def known_plans() -> dict[str, list[Asked]]:
    """What each text asks for; several things where several tools share it."""
    known = defaultdict[str, list[Asked]](list)
    for text, asked in readings():
        known[text].append(asked)
    return dict(known)


def _text(template: Template) -> str:
    return " # ".join(template.pieces[::2])


def _call(tool: str, ask: Template) -> Plan:
    """The one call that a way of asking for a tool stands for."""
    known = {p.name for p in TOOLS[tool].parameters} if tool in TOOLS else set()
    told: dict[str, Plan | str | Fixed] = {name: name for name in ask.names if name in known}
    return Plan(tool, told | {name: Fixed(value) for name, value in ask.fixed.items()})


def _tools(plan: Plan | str | Fixed) -> Iterator[str]:
    if isinstance(plan, Plan):
        yield plan.tool
        for argument in plan.arguments.values():
            yield from _tools(argument)
