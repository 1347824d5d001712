"""The phrase bank: how people ask for each tool.

`phrases/*.toml` hold the core's tools, stories and all else; of the further domains' tools,
`asks/*.toml` hold whole questions, and `steps/*.toml` noun phrases and clauses, which nest into
each other.
"""

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from fluxem_toolbox import TOOLS
from fluxem_vllm.data.values import aside_kind

Split = Literal["train", "heldout", "all"]
HELD_OUT_OF = 20  # one phrasing in twenty is kept from training, chosen by its hash
FOLDS = 4  # parts of the phrasings that are trained on, chosen by another byte of the hash

_PLACEHOLDER = re.compile(r"\{(\w+)(=it)?\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A phrasing: `pieces` alternate text and placeholder names; `fixed` are literal arguments."""

    pieces: tuple[str, ...]
    fixed: dict[str, Any] = field(default_factory=dict)
    carried: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return self.pieces[1::2]


@dataclass(frozen=True, slots=True)
class Plan:
    """A call whose arguments are plans, placeholder names (`str`) or literals (`Fixed`)."""

    tool: str
    arguments: dict[str, "Plan | str | Fixed"]


@dataclass(frozen=True, slots=True)
class Fixed:
    """An argument that the phrasing itself decides."""

    value: Any


@dataclass(frozen=True, slots=True)
class Story:
    """Texts that ask for the results of all `plans`, in that order."""

    plans: tuple[Plan, ...]
    texts: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Sentences of a word problem after which `target` is known where `source` was, as `step` says
    of `it`; the first event of a problem has an empty `source`."""

    source: str
    target: str
    step: Plan | str
    texts: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Events:
    """What word problems are told with: events, the questions at the end by what is known, and
    words, by kind, for who and what they are about."""

    events: tuple[Event, ...]
    questions: dict[str, tuple[Template, ...]]
    words: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrasings of one tool."""

    noun: tuple[Template, ...]
    ask: tuple[Template, ...]
    then: tuple[Template, ...]
    answer: tuple[Template, ...]


@dataclass(frozen=True)
class Bank:
    """The whole bank, or one split of it."""

    tools: dict[str, Phrases]
    stories: tuple[Story, ...]
    joins: dict[str, tuple[str, ...]]
    asides: dict[str, tuple[Template, ...]]
    chat: tuple[tuple[str, str], ...]
    synonyms: tuple[tuple[str, ...], ...] = ()
    further: dict[str, tuple[Template, ...]] = field(default_factory=dict)
    steps: dict[str, Phrases] = field(default_factory=dict)
    events: Events = field(default_factory=lambda: Events((), {}, {}))


_OPTIONS = re.compile(r" \| (?=\w+=)")
_OPTION = re.compile(r"(?:,| \|)?\s*(\w+)=\s*")


def _read_options(text: str) -> Iterator[tuple[str, Any]]:
    """Literals by name from `digits=0, order="descending"`."""
    at = 0
    while at < len(text):
        name = _OPTION.match(text, at)
        if name is None:
            raise ValueError(f"expected `name=literal` in a phrasing's options, got `{text[at:]}`")
        literal, at = json.JSONDecoder().raw_decode(text, name.end())
        yield name[1], literal


def template(text: str) -> Template:
    """Read `"round {x=it} to the nearest integer | digits=0"`."""
    body, *options = _OPTIONS.split(text, maxsplit=1)
    fixed = dict(_read_options(*options)) if options else {}
    pieces: list[str] = []
    carried = None
    at = 0
    for match in _PLACEHOLDER.finditer(body):
        pieces += [body[at : match.start()], match[1]]
        carried = match[1] if match[2] else carried
        at = match.end()
    return Template((*pieces, body[at:]), fixed, carried)


def parse_plans(text: str) -> tuple[Plan, ...]:
    """Read `multiply(price, subtract(1, discount))`, or several such calls between commas."""
    body = ast.parse(text, mode="eval").body
    plans = [_plan_node(node) for node in (body.elts if isinstance(body, ast.Tuple) else [body])]
    if not all(isinstance(plan, Plan) for plan in plans):
        raise ValueError(f"a story's plan is a call, or some between commas, got `{text}`")
    return tuple(plan for plan in plans if isinstance(plan, Plan))


def _read_events(data: dict[str, Any], split: Split, folds: frozenset[int] | None) -> Events:
    def of_split(texts: list[str]) -> tuple[Template, ...]:
        # An event without any would leave some problems without an end: then all serve.
        return tuple(map(template, _keep(texts, split, folds) or texts))

    events = tuple(
        Event(e.get("from", ""), e["to"], _step(e["step"]), of_split(e["texts"]))
        for e in data["event"]
    )
    questions = {kind: of_split(texts) for kind, texts in data["ask"].items()}
    return Events(events, questions, {kind: tuple(words) for kind, words in data["words"].items()})


def _step(text: str) -> Plan | str:
    step = _plan_node(ast.parse(text, mode="eval").body)
    if isinstance(step, Fixed):
        raise ValueError(f"an event's step is a call or a name, got `{text}`")
    return step


def _plan_node(node: ast.expr) -> "Plan | str | Fixed":
    if isinstance(node, ast.Name):
        return node.id
    if not isinstance(node, ast.Call):
        return Fixed(ast.literal_eval(node))
    if not isinstance(node.func, ast.Name) or node.func.id not in TOOLS:
        raise ValueError(f"no such tool in a plan: {ast.unparse(node.func)}")
    names = [p.name for p in TOOLS[node.func.id].parameters]
    arguments = {name: _plan_node(arg) for name, arg in zip(names, node.args, strict=False)}
    arguments |= {k.arg: _plan_node(k.value) for k in node.keywords if k.arg is not None}
    return Plan(node.func.id, arguments)


def _keep(
    texts: list[Any], split: Split, folds: frozenset[int] | None, *, together: bool = False
) -> list[Any]:
    """The texts of the split that are in the folds.

    Args:
        together: all of them are in the fold of the first: those of one story, which share a plan.
    """
    digests = [
        hashlib.sha256(str(t if isinstance(t, str) else t[0]).encode()).digest() for t in texts
    ]
    kept = []
    for text, digest in zip(texts, digests, strict=True):
        held_out = digest[0] % HELD_OUT_OF == 0
        if split != "all" and held_out != (split == "heldout"):
            continue
        if folds is None or (digests[0] if together else digest)[1] % FOLDS in folds:
            kept.append(text)
    return kept


@lru_cache(maxsize=1)
def _files() -> list[tuple[str, dict[str, Any]]]:
    """The names and contents of the bank's files."""
    folder = files(__package__).joinpath("phrases")
    paths = sorted((p for p in folder.iterdir() if p.name.endswith(".toml")), key=lambda p: p.name)
    return [(path.name, tomllib.loads(path.read_text(encoding="utf-8"))) for path in paths]


@lru_cache(maxsize=2)
def _of_further(folder: str) -> dict[str, Any]:
    """What the files of `asks` or `steps` hold, by tool."""
    found: dict[str, Any] = {}
    paths = (p for p in files(__package__).joinpath(folder).iterdir() if p.name.endswith(".toml"))
    for path in sorted(paths, key=str):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=12)
def load_asks(
    split: Split = "train", folds: frozenset[int] | None = None
) -> dict[str, list[Template]]:
    """Ways of asking for the further domains' tools; those with a placeholder `{x}`, which no tool
    has, tell too little to draw values for and serve the router alone."""
    return {
        name: [template(text) for text in _keep(texts, split, folds)]
        for name, texts in _of_further("asks").items()
    }


@lru_cache(maxsize=12)
def load_steps(split: Split = "train", folds: frozenset[int] | None = None) -> dict[str, Phrases]:
    """Noun phrases and clauses for the further domains' tools."""
    return {name: _phrases(lists, split, folds) for name, lists in _of_further("steps").items()}


def _phrases(lists: dict[str, list[str]], split: Split, folds: frozenset[int] | None) -> Phrases:
    # A tool without a phrasing in the split could not be asked for: then all serve.
    kinds = {
        kind: tuple(map(template, _keep(lists.get(kind, []), split, folds) or lists.get(kind, [])))
        for kind in ("noun", "ask", "then")
    }
    return Phrases(**kinds, answer=tuple(map(template, lists.get("answer", []))))


def _drawable(name: str, asked: Template) -> bool:
    """Whether the phrasing says by name what each of the tool's arguments is, and a model need not
    write out a whole value such as a filter."""
    names = {p.name for p in TOOLS[name].parameters}
    required = {p.name for p in TOOLS[name].parameters if p.required}
    told = [n for n in asked.names if not aside_kind(n)]
    given = {*told, *asked.fixed}
    plain = not any(isinstance(literal, dict | list) for literal in asked.fixed.values())
    return plain and required <= given <= names and len(told) == len(set(told))


@lru_cache(maxsize=12)
def load_bank(split: Split = "train", folds: frozenset[int] | None = None) -> Bank:
    """Read the bank; frames, joins and asides belong to every split, phrasings are divided.

    Args:
        folds: keep the phrasings of these only, numbered from 0 to `FOLDS` - 1.
    """
    tools: dict[str, Phrases] = {}
    stories: list[Story] = []
    joins: dict[str, tuple[str, ...]] = {}
    asides: dict[str, tuple[Template, ...]] = {}
    chat: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    events = Events((), {}, {})
    for file, data in _files():
        if file == "joins.toml":
            joins = {name: tuple(texts) for name, texts in data.items()}
        elif file == "asides.toml":
            asides = {place: tuple(map(template, texts)) for place, texts in data.items()}
        elif file == "synonyms.toml":
            synonyms = tuple(map(tuple, data["groups"]))
        elif file == "events.toml":
            events = _read_events(data, split, folds)
        elif file.startswith("chat"):
            pairs = _keep([*data["chat"], *data["cannot"]], split, folds)
            chat += tuple((question, answer) for question, answer in pairs)
        else:
            for story in data.get("story", []):
                kept = _keep(story["texts"], split, folds, together=True)
                if texts := tuple(map(template, kept)):
                    stories.append(Story(parse_plans(story["plan"]), texts))
            for name, lists in data.items():
                if name != "story":
                    tools[name] = _phrases(lists, split, folds)
    further = {
        name: drawable
        for name, texts in load_asks(split, folds).items()
        if (drawable := tuple(t for t in texts if _drawable(name, t)))
    }
    steps = load_steps(split, folds)
    return Bank(tools, tuple(stories), joins, asides, chat, synonyms, further, steps, events)
