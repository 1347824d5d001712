"""Word problems of any length, told event by event."""

import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fluxem_encoders.values import Value, type_of_number
from fluxem_toolbox import TOOLS, ToolError
from fluxem_vllm.data.bank import Event, Events, Fixed, Plan, Template
from fluxem_vllm.data.tree import Leaf, Node, Pieces, fill
from fluxem_vllm.data.values import PERCENTAGES, integer, percentage

_LENGTHS, _SHARES = (1, 2, 3, 4), (2, 4, 3, 1)  # events after the first
_MONEY = ("cash", "price", "rate")  # how the names of amounts of money begin
_COUNTED = {
    "count",
    "groups",
    "share",
    "both",
    "missing",
    "people",
    "points",
    "pages",
    "days",
    "weeks",
}
_WHOLE = 0.9  # of what is counted, those that must be whole
_TRIES = 20
_FRACTIONS = (
    *((Fraction(2, 3), text) for text in ("2/3", "two thirds")),
    *((Fraction(3, 4), text) for text in ("3/4", "three quarters")),
    *((Fraction(2, 5), text) for text in ("2/5", "two fifths")),
    *((Fraction(1, 3), "1/3"), (Fraction(1, 4), "1/4"), (Fraction(1, 5), "1/5")),
    *((Fraction(3, 5), "3/5"), (Fraction(1, 2), "1/2"), (Fraction(3, 8), "3/8")),
)


class Narrative:
    """One problem: who it is about, what is known so far, and what was said."""

    def __init__(self, events: Events, rng: random.Random) -> None:
        self.rng = rng
        self._questions = events.questions
        self._by_source = defaultdict[str, list[Event]](list)
        for event in events.events:
            self._by_source[event.source].append(event)
        self._words = _drawn(events.words, rng)
        self._sign = rng.choice(("$", "$", "$", "€", "£", ""))
        self._told: list[Event] = []
        self._pieces: Pieces = []
        self._known: Node | Leaf | None = None
        self._value: Fraction | None = None

    def tell(self) -> tuple[Pieces, Node] | None:
        """The problem and its plan; None where no event follows on the first."""
        kind = ""
        for _ in range(1 + self.rng.choices(_LENGTHS, _SHARES)[0]):
            tried = (self._happens(kind) for _ in range(_TRIES))
            if not (after := next(filter(None, tried), None)):
                break
            kind = after
        if not isinstance(self._known, Node):
            return None
        self._say(self.rng.choice(self._questions[kind]), {})
        return self._pieces, self._known

    def _happens(self, kind: str) -> str | None:
        """Tell an event and give what is known after it, or None if that could not be."""
        fitting = [event for event in self._by_source[kind] if event not in self._told]
        if not fitting:
            return None
        event = self.rng.choices(fitting, [len(event.texts) for event in fitting])[0]
        leaves: dict[str, Leaf] = {}
        after = self._carried_out(event.step, leaves)
        value = _value(after)
        if value is None or value <= 0:
            return None
        whole = event.target not in _COUNTED or value.denominator == 1
        if not whole and self.rng.random() < _WHOLE:
            return None
        self._known, self._value = after, value
        self._told.append(event)
        self._say(self.rng.choice(event.texts), leaves)
        return event.target

    def _carried_out(self, step: Plan | str | Fixed, leaves: dict[str, Leaf]) -> Any:
        if isinstance(step, Fixed):
            return step
        if isinstance(step, Plan):
            arguments = {n: self._carried_out(a, leaves) for n, a in step.arguments.items()}
            return Node(step.tool, arguments)
        if step == "it":
            return self._known
        if step not in leaves:
            leaves[step] = self._leaf(step)
        return leaves[step]

    def _leaf(self, name: str) -> Leaf:
        """A value of the size that is usual beside what is known."""
        if name.startswith(PERCENTAGES):
            return Leaf(*percentage(self.rng))
        if name.startswith("frac"):
            return Leaf(*self.rng.choice(_FRACTIONS))
        most = 250 if self._value is None else min(2000, max(6, int(1.3 * self._value)))
        if name.startswith(_MONEY):
            return self._money(most if name == "cash" else 40)
        return Leaf(*integer(self.rng, 2, min(most, 300) if self._value or name == "n" else 40))

    def _money(self, most: int) -> Leaf:
        if self.rng.random() < 0.6:
            n = self.rng.randint(1, most)
            return Leaf(n, str(n))
        value = Decimal(self.rng.randint(50, 100 * most)) / 100
        return Leaf(value.quantize(Decimal("0.01")), f"{value:.2f}")

    def _say(self, text: Template, leaves: dict[str, Leaf]) -> None:
        filled: dict[str, Pieces] = {word: [text] for word, text in self._words.items()}
        for name, leaf in leaves.items():
            filled[name] = [self._sign, leaf] if name.startswith(_MONEY) else [leaf]
        self._pieces += [" "] if self._pieces else []
        self._pieces += [piece for piece in fill(text, filled) if piece != ""]


def _drawn(kinds: dict[str, tuple[str, ...]], rng: random.Random) -> dict[str, str]:
    """Words for one problem, those that begin a sentence with a capital."""
    name, he, his, him = rng.choice(kinds["people"]).split(":")
    words = {"name": name, "he": he, "his": his, "him": him, "other": rng.choice(kinds["others"])}
    words |= {kind: rng.choice(kinds[kind]) for kind in ("things", "boxes")}
    return words | {word.capitalize(): text[:1].upper() + text[1:] for word, text in words.items()}


def _value(source: Node | Leaf | Fixed) -> Fraction | None:
    """What a plan comes to, None where it cannot be computed or is no exact number."""
    if isinstance(source, Node):
        values = {name: _value(argument) for name, argument in source.arguments.items()}
        try:
            result: Value | None = TOOLS[source.tool].call(values)
        except ToolError:
            return None
    else:
        result = source.value
    return Fraction(result) if isinstance(result, type_of_number) else None
