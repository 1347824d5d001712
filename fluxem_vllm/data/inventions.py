"""Tools that nobody has written, with questions for them: from these a model learns to use a tool
that it has never seen, by what the tool says of itself."""

import random
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fluxem_encoders.values import Number, Value
from fluxem_toolbox.registry import Parameter, Tool
from fluxem_vllm.data.bank import Fixed, Plan, parse_plans
from fluxem_vllm.data.tree import Leaf, Node, Pieces, replace
from fluxem_vllm.data.values import integer

DOMAIN = "invented"
ORDERED = 0.25  # of the questions, those that are whole sentences of the kind's own
CHAINED = 0.35  # of the others for a number, those that go on with it
BOTH = 0.4  # of these, those that take two results
DISTRACTORS = (0, 0, 1, 1, 2, 3)  # tools easily taken for the one that is meant, on offer beside it
_WORD = re.compile(r"\{([a-z]+)(\d?)\}")
_VALUE = re.compile(r"<(\w+)>")
_STATES = ("shipped", "pending", "gate 4", "blue", "J. Ortega", "closed", "done", "in review")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of tool. In its texts `{word}` stands for one of the words of that list, and `<name>`
    for the value of the argument of that name."""

    names: tuple[str, ...]
    lines: tuple[str, ...]
    arguments: Mapping[str, str]  # what each takes: a number, an id, or a word of that list
    orders: tuple[str, ...]
    asks: tuple[str, ...] = ()
    gives: str = "number"

    @property
    def telling(self) -> list[str]:
        """The placeholders of all its questions, so that these tell the tool from another."""
        found = [
            {name + number for name, number in _WORD.findall(text)}
            for text in (*self.orders, *self.asks)
        ]
        return sorted(set.intersection(*found))

    @property
    def placeholders(self) -> list[tuple[str, str]]:
        """The lists that its texts take words of, each with the number behind it, if any."""
        found = [_WORD.findall(text) for text in (*self.lines, *self.orders, *self.asks)]
        return sorted({placeholder for own in found for placeholder in own})


@dataclass(frozen=True, slots=True)
class Invention:
    """A tool, its kind and the words that were drawn for it, by placeholder."""

    tool: Tool
    kind: Kind
    words: Mapping[str, str]


class Inventor:
    """Draws tools and questions for them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._words, self._kinds, self._frames = _read()
        self._names = Counter[str]()  # no two tools have one name

    def invent(self, like: Invention | None = None) -> Invention:
        """A tool; one that shares some words with `like`, where that is given, but not all."""
        kind = like.kind if like else self.rng.choice(self._kinds)
        words: dict[str, str] = {}
        taken = {*like.words.values()} if like else set[str]()
        for name, number in kind.placeholders:
            fresh = [word for word in self._words[name] if word not in taken]
            words[name + number] = self.rng.choice(fresh)
            taken.add(words[name + number])
        if like:
            other = self.rng.choice(kind.telling)
            shared = [word for word in words if word != other and self.rng.random() < 0.6]
            words |= {word: like.words[word] for word in shared}
        name = _worded(self.rng.choice(kind.names), words).replace(" ", "_")
        line = _worded(self.rng.choice(kind.lines), words)
        if self.rng.random() < 0.8:
            line = line[:1].upper() + line[1:]
        parameters = tuple(
            Parameter(_worded(name, words), Number if takes in ("number", "id") else str)
            for name, takes in kind.arguments.items()
        )
        returns: Any = Number if kind.gives == "number" else str
        self._names[name] += 1
        full_name = name if self._names[name] == 1 else f"{name}_{self._names[name]}"
        tool = Tool(full_name, DOMAIN, self._function(returns), parameters, returns, line)
        return Invention(tool, kind, words)

    def _function(self, returns: Any) -> Any:
        """Something that gives the same for the same arguments."""
        salt, whole = self.rng.random(), self.rng.random() < 0.7

        def give(**arguments: Value) -> Value:
            rng = random.Random(f"{salt} {sorted(arguments.items())}")
            if returns is str:
                return rng.choice(_STATES)
            return rng.randint(2, 900) if whole else Decimal(rng.randint(11, 9999)) / 10

        return give

    def question(self, invention: Invention) -> tuple[Pieces, Node]:
        """Words that ask for what the tool gives, or for what comes of that, and the plan."""
        rng, kind = self.rng, invention.kind
        if not kind.asks or rng.random() < ORDERED:
            return self._filled(invention, rng.choice(kind.orders))
        asked, node = self._filled(invention, rng.choice(kind.asks))
        if kind.gives == "number" and rng.random() < CHAINED:
            return self._chained(invention, asked, node)
        return replace(rng.choice(self._frames["one"]), {"np": asked}), node

    def _chained(self, invention: Invention, asked: Pieces, node: Node) -> tuple[Pieces, Node]:
        both = bool(invention.kind.arguments) and self.rng.random() < BOTH
        frame = self.rng.choice(self._frames["both" if both else "then"])
        filled: dict[str, Pieces] = {"np": asked}
        known: dict[str, Node | Leaf] = {"it": node}
        if both:
            again = self.rng.choice(invention.kind.asks)
            filled["other"], known["other"] = self._filled(invention, again)
        else:
            k = Leaf(*integer(self.rng, 2, 60))
            filled["k"], known["k"] = [k], k
        (plan,) = parse_plans(frame["step"])
        return replace(self.rng.choice(frame["texts"]), filled), _node(plan, known)

    def _filled(self, invention: Invention, text: str) -> tuple[Pieces, Node]:
        """The text with drawn values, and the call that it stands for."""
        words = invention.words
        takes = {_worded(name, words): kind for name, kind in invention.kind.arguments.items()}
        leaves: dict[str, Node | Leaf | Fixed] = {}
        pieces: Pieces = []
        for i, piece in enumerate(_VALUE.split(_worded(text, words))):
            if i % 2:
                leaf = self._leaf(takes[piece])
                leaves[piece] = leaf
                pieces.append(leaf)
            elif piece:
                pieces.append(piece)
        return pieces, Node(invention.tool.name, {name: leaves[name] for name in takes})

    def _leaf(self, takes: str) -> Leaf:
        if takes == "id":
            n = self.rng.randint(100, 99999)
            return Leaf(n, str(n))
        if takes == "number":
            if self.rng.random() < 0.15:
                tenths = Decimal(self.rng.randint(1, 900)) / 10
                return Leaf(tenths, str(tenths))
            return Leaf(*integer(self.rng, 1, 200))
        return Leaf(None, self.rng.choice(self._words[takes]))


def _worded(text: str, words: Mapping[str, str]) -> str:
    """The text with words for its placeholders."""
    return _WORD.sub(lambda match: words[match[1] + match[2]], text)


def _node(plan: Plan, known: Mapping[str, Node | Leaf]) -> Node:
    """The plan with what is known in place of its names."""
    arguments: dict[str, Node | Leaf | Fixed] = {
        name: known[argument] if isinstance(argument, str) else argument
        for name, argument in plan.arguments.items()
        if not isinstance(argument, Plan)
    }
    return Node(plan.tool, arguments)


@lru_cache(maxsize=1)
def _read() -> tuple[dict[str, list[str]], list[Kind], dict[str, Any]]:
    """The lists of words, the kinds of tools, and the frames of questions."""
    path = files(__package__).joinpath("inventions.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = [
        Kind(
            tuple(kind["names"]),
            tuple(kind["lines"]),
            kind["arguments"],
            tuple(kind["orders"]),
            tuple(kind.get("asks", ())),
            kind.get("gives", "number"),
        )
        for kind in data["kind"]
    ]
    return data["words"], kinds, data["frames"]
