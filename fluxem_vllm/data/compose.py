"""Questions as trees of tool calls with the words that ask for them."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from fluxem_encoders.structured import Structured
from fluxem_encoders.values import FAMILIES, Distribution, Number, Numbers
from fluxem_toolbox import CORE, TOOLS
from fluxem_toolbox.arguments import argument_types
from fluxem_vllm.data.bank import Bank, Fixed, Plan, Story, Template
from fluxem_vllm.data.narrative import Narrative
from fluxem_vllm.data.samplers.sampler import draw
from fluxem_vllm.data.tree import Given, Leaf, Node, Pieces, fill, replace
from fluxem_vllm.data.values import (
    ASIDES,
    PERCENTAGES,
    aside_kind,
    counting,
    decimal,
    integer,
    sample,
)

COUNTING = ("factorial", "combinations", "permutations")
CONSTRUCTORS = tuple(f"{family}_distribution" for family in FAMILIES)
COMPARED = ("kl_divergence", "cross_entropy")
DISTRIBUTION_OR_LIST = ("mean", "median", "variance", "standard_deviation", "entropy")
# Tools whose number results people feed into other tools, the plain ones more often.
NUMERIC = (
    *("add", "subtract", "multiply", "divide", "power", "root") * 3,
    *("remainder", "gcd", "lcm", "round_to", "percent_change", "days_between") * 2,
    *("factorial", "permutations", "combinations", "mean", "median", "maximum", "minimum") * 3,
    *("total", "data_range", "mode", "multichoose", "multinomial", "derangements", "variance") * 2,
    *("standard_deviation", "sample_standard_deviation", "percentile", "entropy", "surprisal"),
)
# How strongly the signs of formulas bind, and how people write them.
BINDS = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2, "power": 3}
SIGNS = {
    "add": ("+",),
    "subtract": ("-", "-", "−"),
    "multiply": ("*", "*", "×", "·"),
    "divide": ("/", "/", "÷"),
    "power": ("^", "^", "**"),
    "root": ("sqrt", "sqrt", "√"),
}
FORMULA_FRAMES = ("{np}", "{np}?", "{np} = ?", "{np}=", "calc {np}", "solve {np}", "evaluate {np}")
_BOUNDS = ("exactly", "at_most", "at_least", "more_than", "less_than", "between")
PROBABILITIES = ("bayes", *(f"probability_{bound}" for bound in _BOUNDS))


class Composer:
    """Draws questions of the core's tools. All randomness comes from the one generator given."""

    def __init__(self, bank: Bank, rng: random.Random) -> None:
        self.bank = bank
        self.rng = rng
        self._stories = [s for s in bank.stories if domains_of(s.plans) <= {*CORE}]
        self.nestable = tuple(t for t in NUMERIC if t in bank.tools and bank.tools[t].noun)
        self._asked = tuple(t for t in bank.tools if t not in CONSTRUCTORS)
        self._then = tuple(t for t in self._asked if bank.tools[t].then)

    def question(self, depth: int) -> tuple[Pieces, list[Node]]:
        """A question with its plan(s); `depth` is how many calls deep arguments may nest."""
        ways: list[tuple[float, Callable[[int], tuple[Pieces, list[Node]]]]] = [
            (0.47, lambda _: self.story(self.rng.choice(self._stories))),
            (0.14, lambda _: self._narrative()),
            (0.12, self._asked_directly),
            (0.08, self._framed),
            (0.09, self._sequence),
            (0.06, lambda _: self._formula()),
            (0.04, self._two_questions),
        ]
        way = self.rng.choices([w for _, w in ways], [p for p, _ in ways])[0]
        return way(depth)

    def join(self, kind: str) -> str:
        return self.rng.choice(self.bank.joins[kind])

    def story(self, story: Story) -> tuple[Pieces, list[Node]]:
        leaves: dict[str, Leaf] = {}
        nodes = [self._plan(plan, leaves) for plan in story.plans]
        template = self.rng.choice(story.texts)
        leaves |= self.aside_values(template)
        return fill(template, {name: [leaf] for name, leaf in leaves.items()}), nodes

    def aside(self, place: str) -> Pieces:
        """Words around a question, mostly with a value that it does not need."""
        template = self.rng.choice(self.bank.asides[place])
        return fill(template, {name: [leaf] for name, leaf in self.aside_values(template).items()})

    def aside_values(self, template: Template) -> dict[str, Leaf]:
        """Values for the template's placeholders that no plan takes."""
        kinds = {name: aside_kind(name) for name in template.names}
        return {name: Leaf(*ASIDES[kind](self.rng)) for name, kind in kinds.items() if kind}

    def _plan(self, plan: Plan, leaves: dict[str, Leaf]) -> Node:
        arguments: dict[str, Node | Leaf | Fixed] = {}
        types = {p.name: p.annotation for p in TOOLS[plan.tool].parameters}
        forms = plan.arguments.items()
        inner = {name: self._plan(form, leaves) for name, form in forms if isinstance(form, Plan)}
        table = next((leaf.text for leaf in leaves.values() if "\n" in leaf.text), "")
        texts = draw(self.rng, plan.tool, table) if is_further(plan.tool) else {}
        for name, form in forms:
            if isinstance(form, Plan):
                arguments[name] = inner[name]
            elif isinstance(form, Fixed):
                arguments[name] = form
            else:
                if form not in leaves and name in texts and not form.startswith(PERCENTAGES):
                    leaves[form] = Leaf(None, texts[name])
                elif form not in leaves:
                    beside = list(leaves.values())
                    leaves[form] = self._leaf(plan.tool, name, types[name], beside, form)
                arguments[name] = leaves[form]
        return Node(plan.tool, arguments)

    def _asked_directly(self, depth: int) -> tuple[Pieces, list[Node]]:
        tool = self.rng.choice(self._asked)
        asks = self.bank.tools[tool].ask
        if not asks:
            return self._framed(depth)
        pieces, node = self.from_template(tool, self.rng.choice(asks), depth, phrase="ask")
        return pieces, [node]

    def _framed(self, depth: int, tool: str | None = None) -> tuple[Pieces, list[Node]]:
        pieces, node = self.noun(tool or self.rng.choice(self._asked), depth)
        return replace(self.join("frame"), {"np": pieces}), [node]

    def _narrative(self) -> tuple[Pieces, list[Node]]:
        while (told := Narrative(self.bank.events, self.rng).tell()) is None:
            pass
        pieces, node = told
        return pieces, [node]

    def _formula(self) -> tuple[Pieces, list[Node]]:
        """An expression in signs, such as `(3 + 4) * sqrt(16)`."""
        blank = self.rng.choice((" ", " ", ""))
        signs = {name: blank + self.rng.choice(ways) + blank for name, ways in SIGNS.items()}
        depth = self.rng.choice((1, 2, 2, 3))
        pieces, node, _ = self._expression(depth, signs)
        while not isinstance(node, Node):
            pieces, node, _ = self._expression(depth, signs)
        frame = self.join("frame") if self.rng.random() < 0.4 else self.rng.choice(FORMULA_FRAMES)
        return replace(frame, {"np": pieces}), [node]

    def _expression(self, depth: int, signs: dict[str, str]) -> tuple[Pieces, Node | Leaf, int]:
        """An expression with how strongly it binds: 1 sums, 2 products, 3 powers, 4 all else."""
        if depth == 0 or self.rng.random() < 0.2:
            leaf = Leaf(*(integer(self.rng, 1, 100) if self.rng.random() < 0.8
                          else decimal(self.rng, 0.1, 50)))  # fmt: skip
            return [leaf], leaf, 4
        if self.rng.random() < 0.12:
            inner, under, _ = self._expression(depth - 1, signs)
            return [signs["root"].strip(), "(", *inner, ")"], Node("root", {"x": under}), 4
        tool = self.rng.choices(tuple(BINDS), (3, 3, 3, 2, 1))[0]
        left, a, before = self._expression(depth - 1, signs)
        right, b, behind = self._expression(self.rng.randrange(depth), signs)
        if tool == "power":
            n = self.rng.randint(2, 5)
            b = Leaf(n, str(n))
            right, behind = [b], 4
        bind = BINDS[tool]
        left = ["(", *left, ")"] if before < bind or bind == before == 3 else left
        right = ["(", *right, ")"] if behind <= bind else right
        first, second = (p.name for p in TOOLS[tool].parameters)
        return [*left, signs[tool], *right], Node(tool, {first: a, second: b}), bind

    def _two_questions(self, depth: int) -> tuple[Pieces, list[Node]]:
        first, a = self._framed(min(depth, 1))
        second, b = self._framed(min(depth, 1))
        glue = self.rng.choice(
            (" Also, ", " And ", " also ", " ", "\n", " Next: ", " Then, separately: ")
        )
        return [*first, glue, *second], a + b

    def _sequence(self, depth: int) -> tuple[Pieces, list[Node]]:
        """Start with one phrase, then clause after clause about the result."""
        pieces, node = self.noun(self._starting_tool(), max(0, depth - 2))
        if self.rng.random() < 0.15:
            return self._reverse(pieces, node)
        pieces = replace(self.join("start"), {"np": pieces})
        for _ in range(self.rng.choice((1, 1, 1, 2, 2, 3))):
            step = self.then_clause(node)
            if step is None:
                break
            clause, node = step
            pieces = [*pieces, *replace(self.join("next"), {"clause": clause})]
        return pieces, [node]

    def _reverse(self, inner: Pieces, node: Node) -> tuple[Pieces, list[Node]]:
        """The last step first: `I want the root of N, where N is ...`."""
        name = self.rng.choice(("x", "N", "y", "k", "that number", "A", "the amount"))
        outer = self._then_noun(node, name)
        if outer is None or not self.bank.joins.get("reverse"):
            return replace(self.join("frame"), {"np": inner}), [node]
        pieces, root = outer
        text = self.join("reverse")
        return replace(text, {"outer": pieces, "inner": inner, "name": [name]}), [root]

    def _starting_tool(self) -> str:
        kind = self.rng.random()
        if kind < 0.16:
            return self.rng.choice(CONSTRUCTORS)
        return self.rng.choice(
            ("add_duration", "subtract_duration") if kind < 0.24 else self.nestable
        )

    def follow_up(self, carried: Leaf) -> tuple[Pieces, list[Node]] | None:
        """A clause about a value of the conversation so far."""
        step = self.then_clause(carried)
        if step is None:
            return None
        clause, node = step
        opener = self.rng.choice(
            ("", "now ", "and now ", "ok, ", "great, ", "then ", "thanks! now ")
        )
        return [opener, *clause], [node]

    def then_clause(self, carried: Node | Leaf) -> tuple[Pieces, Node] | None:
        """A clause that takes the carried result on, or None where nothing fits its type."""
        returned = _returned(carried)
        for _ in range(12):
            tool = self.rng.choice(self._then)
            template = self.rng.choice(self.bank.tools[tool].then)
            if template.carried is None or not _fits(tool, template.carried, returned):
                continue
            pieces, node = self.from_template(
                tool,
                template,
                0,
                phrase="then",
                given={template.carried: ([self.join("pronoun")], carried)},
            )
            return pieces, node
        return None

    def _then_noun(self, carried: Node, name: str) -> tuple[Pieces, Node] | None:
        returned = _returned(carried)
        for _ in range(12):
            tool = self.rng.choice(self.nestable)
            template = self.rng.choice(self.bank.tools[tool].noun)
            fitting = [n for n in template.names if _fits(tool, n, returned)]
            if fitting:
                shown: Pieces = [name]
                given: Given = {self.rng.choice(fitting): (shown, carried)}
                return self.from_template(tool, template, 0, phrase="noun", given=given)
        return None

    def noun(self, tool: str, depth: int) -> tuple[Pieces, Node]:
        """A noun phrase for a call of that tool."""
        if tool in COUNTING and self.rng.random() < 0.3:
            leaf = Leaf(*counting(self.rng, tool))
            return [leaf], Node(tool, {"n": leaf})
        template = self.rng.choice(self.bank.tools[tool].noun)
        return self.from_template(tool, template, depth, phrase="noun")

    def from_template(
        self,
        tool: str,
        template: Template,
        depth: int,
        *,
        phrase: str,
        given: Given | None = None,
    ) -> tuple[Pieces, Node]:
        arguments: dict[str, Node | Leaf | Fixed] = {n: Fixed(v) for n, v in template.fixed.items()}
        filled: dict[str, Pieces] = {}
        for name in template.names:
            if given and name in given:
                filled[name], arguments[name] = given[name]
            else:
                filled[name], arguments[name] = self._argument(
                    tool, name, depth, phrase, arguments.values()
                )
        return fill(template, filled), Node(tool, arguments)

    def _argument(
        self,
        tool: str,
        name: str,
        depth: int,
        phrase: str,
        beside: "Iterable[Node | Leaf | Fixed]",
    ) -> "tuple[Pieces, Node | Leaf]":
        annotation = next(p.annotation for p in TOOLS[tool].parameters if p.name == name)
        inner = self._inner_tool(tool, name, annotation, depth, phrase)
        if inner is not None:
            return self.noun(inner, depth - 1)
        leaf = self._leaf(tool, name, annotation, [a for a in beside if isinstance(a, Leaf)])
        return [leaf], leaf

    def _leaf(
        self, tool: str, name: str, annotation: Any, beside: list[Leaf], story: str | None = None
    ) -> Leaf:
        """A value for that argument; lists to be compared are as long as those `beside` them."""
        leaf = Leaf(*sample(self.rng, tool, name, annotation, story))
        sizes = [len(other.value) for other in beside if isinstance(other.value, tuple)]
        for _ in range(40 if tool in COMPARED and sizes else 0):
            if isinstance(leaf.value, tuple) and len(leaf.value) == sizes[-1]:
                break
            leaf = Leaf(*sample(self.rng, tool, name, annotation, story))
        return leaf

    def _inner_tool(
        self, tool: str, name: str, annotation: Any, depth: int, phrase: str
    ) -> str | None:
        """The tool whose result this argument takes, or None for a value of the question."""
        chance = self.rng.random()
        if annotation is Distribution:
            return None if chance < 0.2 else self.rng.choice(CONSTRUCTORS)
        if tool in DISTRIBUTION_OR_LIST and name in ("data", "distribution"):
            share = 0.3 if phrase == "noun" or name == "distribution" else 0.0
            return self.rng.choice(CONSTRUCTORS) if chance < share else None
        if annotation is Numbers or depth <= 0:
            if tool in (*CONSTRUCTORS, "round_to", "root") and name in ("n", "rate", "mean", "x"):
                return self.rng.choice(COUNTING) if chance < 0.12 else None
            return None
        if chance > 0.34:
            return None
        if annotation is date:
            return self.rng.choice(("add_duration", "subtract_duration"))
        if (tool, name) in (
            ("surprisal", "p"),
            ("round_to", "x"),
            ("multiply", "a"),
        ) and chance < 0.12:
            return self.rng.choice(PROBABILITIES)
        if name in ("p", "prior", "likelihood", "false_positive_rate", "error_rate", "percent"):
            return None
        if name in ("duration", "year", "digits", "degree", "unit"):
            return None
        if name in ("n", "k", "exponent") and chance < 0.17:
            return self.rng.choice(COUNTING)
        return self.rng.choice(self.nestable)


def domains_of(plans: Iterable[Plan]) -> frozenset[str]:
    """The domains of all calls."""

    def tools(plan: Plan) -> Iterator[str]:
        yield plan.tool
        for argument in plan.arguments.values():
            if isinstance(argument, Plan):
                yield from tools(argument)

    return frozenset(TOOLS[tool].domain for plan in plans for tool in tools(plan))


def is_further(tool: str) -> bool:
    """Whether the tool is of a domain beyond the core."""
    return TOOLS[tool].domain not in CORE


def _returned(source: Node | Leaf) -> str:
    if isinstance(source, Leaf):
        if isinstance(source.value, date):
            return "date"
        other = isinstance(source.value, bool | str | tuple | Structured)
        return "other" if other else "number"
    if source.tool in CONSTRUCTORS:
        return "distribution"
    if is_further(source.tool):
        kinds = argument_types(TOOLS[source.tool].returns)
        return "number" if kinds in ((Number,), (int,)) else "other"
    if source.tool in ("add_duration", "subtract_duration"):
        return "date"
    return "other" if source.tool in ("day_of_week", "is_leap_year") else "number"


def _fits(tool: str, name: str, returned: str) -> bool:
    annotation = next(p.annotation for p in TOOLS[tool].parameters if p.name == name)
    if returned == "distribution":
        return annotation is Distribution or (
            tool in DISTRIBUTION_OR_LIST and name in ("data", "distribution")
        )
    if returned == "date":
        return annotation is date or (tool, name) == ("is_leap_year", "year")
    if returned == "other" or annotation in (Distribution, Numbers, date):
        return False
    return name not in ("data", "distribution", "duration", "unit", "year", "counts")
