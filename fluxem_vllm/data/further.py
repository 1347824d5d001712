"""Questions about the further domains' tools: one call, a hand-written story, or a chain whose
calls take each other's results by their types."""

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.values import Number, Numbers, type_of_number
from fluxem_toolbox import CORE, TOOLS
from fluxem_toolbox.arguments import argument_types
from fluxem_vllm.data import dimensions
from fluxem_vllm.data.bank import Bank, Fixed, Phrases, Template
from fluxem_vllm.data.compose import Composer, domains_of, is_further
from fluxem_vllm.data.dimensions import Dimension
from fluxem_vllm.data.samplers.sampler import draw
from fluxem_vllm.data.tree import Given, Leaf, Node, Pieces, fill, replace

STORIES, CHAINS = 0.3, 0.2  # of the questions, those of several calls
FOLLOWED = 0.06  # of the others, those with a step of the core's that follows on a number
_CORE_STEP = 0.3  # of the steps of a chain that may be the core's
_CORE_NEXT = 0.85  # of the steps that follow on a number elsewhere
_SAME_DOMAIN = 0.5  # of the inner steps, those of the outer one's domain
_BOTH = 0.3  # of them, those where a second argument is a result of the same tool
_REVERSED = 0.15  # of the questions with a noun phrase inside another, those that tell it last
_DEEPER = 0.15  # of the inner steps, those that take the result of another
_TRIES = 12
# Tools of the core whose lists may be the results of others.
LIST_TOOLS = ("total", "mean", "median", "maximum", "minimum", "data_range", "variance", "mode")

Kind = Any
"""A type of values, as `argument_types` gives it; all numbers are `Number`, and quantities of a
known dimension have it beside their type."""
# What must be of the dimension of a quantity beside it, or a unit of it.
_ALIKE = {"add_quantities", "subtract_quantities", "same_dimension"}
_IN_UNIT = {"convert_units", "magnitude_in_unit"}


class FurtherComposer(Composer):
    """Draws questions of the core's tools, and of those of `domains` as well."""

    def __init__(self, bank: Bank, rng: random.Random, domains: Collection[str] = ()) -> None:
        super().__init__(bank, rng)
        allowed = {*CORE, *domains}
        kinds = [(story, domains_of(story.plans)) for story in bank.stories]
        self._further_stories = [s for s, own in kinds if own - {*CORE} and own <= allowed]
        self._further = [t for t in bank.further if TOOLS[t].domain in domains]
        steps = (step for step in bank.steps.items() if TOOLS[step[0]].domain in domains)
        self._steps = {tool: _drawable(tool, phrases) for tool, phrases in steps}
        self._giving = defaultdict[Kind, list[str]](list)
        for tool in (t for t, phrases in self._steps.items() if phrases.noun):
            for kind in _gives(tool):
                self._giving[kind].append(tool)
        self._clauses = defaultdict[Kind, list[tuple[str, Template]]](list)
        for tool, phrases in self._steps.items():
            for clause in phrases.then:
                for kind in _takes(tool, str(clause.carried)):
                    self._clauses[kind].append((tool, clause))

    def further(self) -> tuple[Pieces, list[Node]]:
        """A question that a tool of a further domain serves."""
        chance = self.rng.random()
        if self._further_stories and chance < STORIES:
            return self.story(self.rng.choice(self._further_stories))
        if self._steps and chance < STORIES + CHAINS:
            return self.chain()
        tool = self.rng.choice(self._further)
        pieces, node = self._filled(tool, self.rng.choice(self.bank.further[tool]), {})
        if self.rng.random() < FOLLOWED and (step := super().then_clause(node)):
            return self._next(pieces, *step)
        return pieces, [node]

    def chain(self) -> tuple[Pieces, list[Node]]:
        """A question of several calls, one of them of a further domain at least."""
        ways = (self._begun, self._around, self._asked_of_result)
        for _ in range(_TRIES):
            if found := self.rng.choices(ways, (0.3, 0.4, 0.3))[0]():
                return found
        raise LookupError("the phrases of `steps` do not fit any other's type")

    def then_clause(
        self, carried: Node | Leaf, core: float = _CORE_NEXT
    ) -> tuple[Pieces, Node] | None:
        """A clause that takes the carried result on, by a further domain's tool where one fits.

        Args:
            core: the share of the core's tools where numbers are carried on.
        """
        fitting = [c for kind in _kinds_of(carried) for c in self._clauses.get(kind, ())]
        if not fitting or (_is_number(carried) and self.rng.random() < core):
            return super().then_clause(carried)
        tool, clause = self.rng.choice(fitting)
        assert clause.carried is not None
        pronoun = self.join("pronoun" if _is_number(carried) else "thing")
        return self._filled(tool, clause, {clause.carried: ([pronoun], carried)})

    def _begun(self) -> tuple[Pieces, list[Node]] | None:
        """A noun phrase, then clause after clause about the result."""
        tool = self.rng.choice([t for tools in self._giving.values() for t in tools])
        pieces, node = self._noun(tool)
        pieces = replace(self.join("start"), {"np": pieces})
        roots = [node]
        for _ in range(self.rng.choice((1, 1, 1, 2))):
            if step := self.then_clause(roots[0], _CORE_STEP):
                pieces, roots = self._next(pieces, *step)
        return (pieces, roots) if roots != [node] else None

    def _next(self, pieces: Pieces, clause: Pieces, node: Node) -> tuple[Pieces, list[Node]]:
        return [*pieces, *replace(self.join("next"), {"clause": clause})], [node]

    def _around(self) -> tuple[Pieces, list[Node]] | None:
        """A noun phrase with another inside, in a frame or the last step first."""
        outer = self._outer()
        inner = self._inner(outer, self._nouns(outer))
        if not inner:
            return None
        if self.rng.random() > _REVERSED:
            pieces, root = self._filled_noun(outer, inner)
            return replace(self.join("frame"), {"np": pieces}), [root]
        shown: Pieces = [self.rng.choice(("x", "N", "y", "k", "A"))]
        argument, (words, node) = next(iter(inner.items()))
        pieces, root = self._filled_noun(outer, {argument: (shown, node)})
        filled = {"outer": pieces, "inner": words, "name": shown}
        return replace(self.join("reverse"), filled), [root]

    def _asked_of_result(self) -> tuple[Pieces, list[Node]] | None:
        """A whole question in which another tool's result stands for a value."""
        tool = self.rng.choice(self._further)
        asks = self.bank.further[tool]
        inner = self._inner(tool, asks)
        if not inner:
            return None
        pieces, node = self._filled(tool, self.rng.choice(_naming(inner, asks)), inner)
        return pieces, [node]

    def _outer(self) -> str:
        """The tool of a chain's last step."""
        if self.rng.random() < _CORE_STEP:
            return self.rng.choice((*self.nestable, *LIST_TOOLS))
        return self.rng.choice([t for t, phrases in self._steps.items() if phrases.noun])

    def _inner(self, outer: str, texts: Sequence[Template]) -> Given:
        """What stands for one of the arguments that a text names, or for two; nothing where no
        result fits."""
        fitting = [
            (parameter.name, kind)
            for parameter in TOOLS[outer].parameters
            if any(parameter.name in text.names for text in texts)
            for kind in _takes(outer, parameter.name)
            if kind in self._giving or (kind is Number and is_further(outer))
        ]
        if not fitting:
            return {}
        name, kind = self.rng.choice(fitting)
        if kind is Number and is_further(outer) and self.rng.random() < _CORE_STEP:
            return {name: self.noun(self.rng.choice(self.nestable), 0)}
        tools = self._giving.get(kind, [])
        near = [t for t in tools if TOOLS[t].domain == TOOLS[outer].domain]
        if near and self.rng.random() < _SAME_DOMAIN:
            tools = near
        if not tools:
            return {}
        tool = self.rng.choice(tools)
        also = (n for n, k in fitting if k == kind and n != name)
        other = [n for n in also if _naming({name, n}, texts)]
        names = [name, self.rng.choice(other)] if other and self.rng.random() < _BOTH else [name]
        return {n: self._noun(tool) for n in names}

    def _noun(self, tool: str) -> tuple[Pieces, Node]:
        deeper = self.rng.random() < _DEEPER
        return self._filled_noun(tool, self._inner(tool, self._nouns(tool)) if deeper else {})

    def _nouns(self, tool: str) -> Sequence[Template]:
        return (self._steps[tool] if tool in self._steps else self.bank.tools[tool]).noun

    def _filled_noun(self, tool: str, given: Given) -> tuple[Pieces, Node]:
        template = self.rng.choice(_naming(given, self._nouns(tool)))
        if is_further(tool):
            return self._filled(tool, template, given)
        return self.from_template(tool, template, 0, phrase="noun", given=given)

    def _filled(self, tool: str, template: Template, given: Given) -> tuple[Pieces, Node]:
        """A phrasing of a further domain's tool, with values beside those that are given."""
        table = next(filter(None, (_table(source) for _, source in given.values())), "")
        texts = draw(self.rng, tool, table) | self._beside(tool, given)
        arguments: dict[str, Node | Leaf | Fixed] = {n: Fixed(v) for n, v in template.fixed.items()}
        asides = self.aside_values(template)
        filled: dict[str, Pieces] = {name: [leaf] for name, leaf in asides.items()}
        for name in template.names:
            if name in given:
                filled[name], arguments[name] = given[name]
            elif name not in asides:
                arguments[name] = leaf = Leaf(None, texts[name])
                # A table is read on lines of its own.
                filled[name] = ["\n", leaf, "\n"] if "\n" in leaf.text else [leaf]
        return fill(template, filled), Node(tool, arguments)

    def _beside(self, tool: str, given: Given) -> dict[str, str]:
        """Texts for what must fit the dimension of a quantity that is given."""
        known = [d for _, source in given.values() if (d := _dimension(source))]
        if not known or not (usual := dimensions.units(known[0])):
            return {}
        if tool in _IN_UNIT:
            return {"unit": self.rng.choice(usual)}
        quantity = dimensions.quantity_text(self.rng, known[0])
        return {"a": quantity, "b": quantity} if tool in _ALIKE and quantity else {}


def _naming(names: Collection[str], texts: Sequence[Template]) -> list[Template]:
    """The texts in which all these arguments are named."""
    return [text for text in texts if {*names} <= {*text.names}]


def _drawable(tool: str, phrases: Phrases) -> Phrases:
    """The phrases to whose values there are texts; none is read as a factored number, say."""
    texts = draw(random.Random(0), tool)
    nouns, clauses = (
        tuple(t for t in kind if {*t.names} - {t.carried} <= texts.keys())
        for kind in (phrases.noun, phrases.then)
    )
    return Phrases(nouns, (), clauses, ())


def _kinds(types: Sequence[Any]) -> Iterator[Kind]:
    return (Number if kind is int else kind for kind in dict.fromkeys(types))


def _takes(tool: str, name: str) -> Iterator[Kind]:
    """The kinds of results that an argument may be; texts and truth values are none."""
    annotation = next(p.annotation for p in TOOLS[tool].parameters if p.name == name)
    for kind in _kinds(argument_types(annotation)):
        if kind is Quantity and (dimension := dimensions.taken(tool, name)):
            yield Quantity, dimension
        elif kind not in (str, bool, type(None)):
            yield kind


def _gives(tool: str) -> Iterator[Kind]:
    for kind in _kinds(argument_types(TOOLS[tool].returns)):
        yield kind
        if kind is Quantity and (dimension := dimensions.given(tool)):
            yield Quantity, dimension


def _table(source: Node | Leaf) -> str:
    """The text of the table that a result is computed from, empty where there is none."""
    if isinstance(source, Leaf):
        return source.text if "\n" in source.text else ""
    inner = (a for a in source.arguments.values() if not isinstance(a, Fixed))
    return next(filter(None, map(_table, inner)), "")


def _dimension(source: Node | Leaf) -> Dimension | None:
    if isinstance(source, Node):
        gives_quantity = Quantity in argument_types(TOOLS[source.tool].returns)
        return dimensions.given(source.tool) if gives_quantity else None
    return source.value.parsed.exponents if isinstance(source.value, Quantity) else None


def _kinds_of(source: Node | Leaf) -> Iterator[Kind]:
    if isinstance(source, Node):
        yield from _gives(source.tool)
    elif isinstance(source.value, tuple):
        yield Numbers
    elif isinstance(source.value, type_of_number) and not isinstance(source.value, bool):
        yield Number
    else:
        yield type(source.value)
        if isinstance(source.value, Quantity):
            yield Quantity, source.value.parsed.exponents


def _is_number(source: Node | Leaf) -> bool:
    return Number in _kinds_of(source)
