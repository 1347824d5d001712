"""Questions whose plan depends on the values in them: which is larger, is it whole, same kind?

The wordings and plans lie in `data/decisions.toml`. The words alone leave all of a kind's plans
equally likely, so a model that cannot see the values writes the right one by luck.
"""

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from fluxem_encoders.detect import detect
from fluxem_encoders.forms import to_text
from fluxem_encoders.span import Span
from fluxem_encoders.values import Number
from fluxem_vllm.data.bank import Fixed, Plan, Template, parse_plans, template
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.data.sample import Sample
from fluxem_vllm.data.tree import Leaf, Node, Pieces

DATA = Path(__file__).with_name("data") / "decisions.toml"
UNITS = (("mm", "cm", "m", "km"), ("g", "kg"), ("N", "kN"), ("V", "mV"), ("J", "kJ"), ("A", "mA"))
"""Units of the same dimension stand together."""

Drawn = tuple[str, dict[str, Leaf]]
"""The outcome, which names the plan, and the wording's values."""


def _leaf(x: Number) -> Leaf:
    return Leaf(x, to_text(x))


def _number(rng: random.Random, far: bool) -> Number:
    """From 1 to 500, or, where `far`, from there to 5,000; a third has one decimal place."""
    low, high = (501, 5000) if far else (1, 500)
    return rng.randint(low, high) if rng.random() < 0.67 else _tenths(rng, low, high - 1)


def _tenths(rng: random.Random, low: int, high: int) -> Decimal:
    """A number with one decimal place that is not whole."""
    return Decimal(10 * rng.randint(low, high) + rng.randint(1, 9)) / 10


def _larger(rng: random.Random, far: bool) -> Drawn:
    x, y = _distinct(rng, far, 2)
    return "first" if x > y else "second", {"x": _leaf(x), "y": _leaf(y)}


def _order(rng: random.Random, far: bool) -> Drawn:
    values = dict(zip("xyz", _distinct(rng, far, 3), strict=True))
    outcome = max(values, key=values.__getitem__) + min(values, key=values.__getitem__)
    return outcome, {name: _leaf(x) for name, x in values.items()}


def _distinct(rng: random.Random, far: bool, count: int) -> list[Number]:
    values = [_number(rng, far) for _ in range(count)]
    return values if len({*values}) == count else _distinct(rng, far, count)


def _whole(rng: random.Random, far: bool) -> Drawn:
    low, high = (13, 25) if far else (1, 12)
    if rng.random() < 0.5:
        return "yes", {"x": _leaf(rng.randint(low, high))}
    return "no", {"x": _leaf(_tenths(rng, low, high))}


def _sign(rng: random.Random, far: bool) -> Drawn:
    x = _number(rng, far)
    if rng.random() < 0.5:
        return "negative", {"x": _leaf(-x)}
    return "positive", {"x": _leaf(x)}


def _even(rng: random.Random, far: bool) -> Drawn:
    x = rng.randint(501, 5000) if far else rng.randint(1, 500)
    return "odd" if x % 2 else "even", {"x": _leaf(x)}


def _likely(rng: random.Random, far: bool) -> Drawn:
    """With two decimal places, or with three where `far`; never 1/2."""
    x = Decimal(10 * rng.randint(1, 98) + rng.randint(1, 9)) / 1000 if far else _hundredths(rng)
    return "likely" if x > Decimal("0.5") else "unlikely", {"x": _leaf(x)}


def _hundredths(rng: random.Random) -> Decimal:
    return Decimal(rng.choice([n for n in range(1, 100) if n != 50])) / 100


def _units(rng: random.Random, far: bool) -> Drawn:
    same = rng.random() < 0.5
    first = rng.choice(UNITS)
    second = first if same else rng.choice([units for units in UNITS if units != first])
    texts = [f"{to_text(_number(rng, far))} {rng.choice(units)}" for units in (first, second)]
    values = {name: Leaf(None, text) for name, text in zip("xy", texts, strict=True)}
    return "same" if same else "other", values


DRAW: dict[str, Callable[[random.Random, bool], Drawn]] = {
    "larger": _larger, "order": _order, "whole": _whole, "sign": _sign, "even": _even,
    "likely": _likely, "units": _units,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """One kind: its plans by outcome, and its wordings."""

    plans: dict[str, Plan]
    train: tuple[Template, ...]
    heldout: tuple[Template, ...]

    @property
    def luck(self) -> float:
        """The share that a model gets right that knows the plans, but sees no value."""
        return 1 / len(self.plans)


def load_decisions() -> dict[str, Decision]:
    """The kinds of decision by name."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {
        kind: Decision(
            {outcome: parse_plans(text)[0] for outcome, text in table["plans"].items()},
            *(tuple(map(template, table[split])) for split in ("train", "heldout")),
        )
        for kind, table in data.items()
    }


class Decisions(Generator):
    """An endless stream of decisions of some kinds.

    Args:
        kinds: by default all.
        heldout: in wordings that training never draws.
        far: about values of which training has none.
    """

    def __init__(
        self, seed: int, kinds: Sequence[str] = (), *, heldout: bool = False, far: bool = False
    ) -> None:
        super().__init__(seed, "heldout" if heldout else "train")
        self.decisions = load_decisions()
        self.kinds = tuple(kinds or self.decisions)
        self.heldout, self.far = heldout, far

    def _draw(self) -> Sample | str:
        return self._question((), 0)

    def _ranked(self, sample: Sample) -> tuple[str, ...]:
        return ()  # the same tools are on offer to all

    def _read(self, text: str) -> tuple[Span, ...]:
        return tuple(detect(text, domains=("physics",)))

    def _question_pieces(self) -> tuple[Pieces, list[Node]]:
        kind = self.rng.choice(self.kinds)
        decision = self.decisions[kind]
        outcome, leaves = DRAW[kind](self.rng, self.far)
        words = self.rng.choice(decision.heldout if self.heldout else decision.train)
        pieces = [leaves[part] if i % 2 else part for i, part in enumerate(words.pieces)]
        return pieces, [_node(decision.plans[outcome], leaves)]


def _node(plan: Plan, leaves: Mapping[str, Leaf]) -> Node:
    """The plan, of one call, about those values."""
    return Node(plan.tool, {
        name: leaves[form] if isinstance(form, str) else form
        for name, form in plan.arguments.items()
        if isinstance(form, str | Fixed)
    })  # fmt: skip
