"""Held-out questions, each with its plan of exact tool calls; no training phrase made them.

`data/unseen.jsonl`, on the core domains, and `data/unseen_further.jsonl`, on the others, are for
measuring only, once for every checkpoint that ships; so are `data/fresh.jsonl` and
`data/fresh_further.jsonl`, which were written later; the choice among drafts was fitted to both
pairs. By `data/later.jsonl` and `data/later_further.jsonl`, the last, nothing has been chosen but
a few keywords of the router. `data/heldout.jsonl` and `data/heldout_further.jsonl` are for choosing
among checkpoints; no training phrase was written for one of them. `data/seen.jsonl` was that
before: what models got wrong in it has been looked at, and training phrases have been written for
such questions since.
`data/plain.jsonl` holds the plainest questions, which a checkpoint that ships must not get wrong.

`python -m benchmarks.heldout --check` verifies every line of a file.
"""

import argparse
import ast
import json
import typing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from fluxem_encoders.detect import detect
from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.span import Span
from fluxem_encoders.values import Value
from fluxem_toolbox import CORE, TOOLS, call, get_tool, tools_of

PATH = Path(__file__).parent / "data" / "heldout.jsonl"
FURTHER_PATH = PATH.with_name("heldout_further.jsonl")
UNSEEN_PATH = PATH.with_name("unseen.jsonl")
UNSEEN_FURTHER_PATH = PATH.with_name("unseen_further.jsonl")
REGISTERS = ("terse", "chatty", "textbook", "word problem", "professional")

Find = Callable[[str], Sequence[Span]]
"""Finds the values in a text."""


class PlanError(ValueError):
    """A plan that cannot be read, or that quotes what is no value of its question."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The exact text of a value in the question."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; its arguments are calls, quoted texts or literals."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the file; `plans` is empty where no tool helps."""

    id: str
    register: str
    text: str
    plans: tuple[Call, ...]


def load(path: Path = PATH) -> list[Question]:
    """All questions in the order of the file.

    Raises:
        PlanError: for a line that cannot be read, naming its number.
    """
    questions = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            questions.append(read_line(line))
        except (KeyError, ValueError) as error:
            raise PlanError(f"line {number} of {path.name}: {error}") from error
    return questions


def read_line(line: str) -> Question:
    """Read one JSON object with the keys id, register, question and plan."""
    row = json.loads(line)
    plan = row["plan"]
    plans = [] if plan is None else [plan] if isinstance(plan, str) else plan
    return Question(row["id"], row["register"], row["question"], tuple(map(read_plan, plans)))


def read_plan(text: str) -> Call:
    """Read a plan; nothing in it is run.

    >>> read_plan("power('7', 2)")
    Call(tool='power', arguments={'base': Quoted(text='7'), 'exponent': 2})
    >>> read_plan("__import__('os')")
    Traceback (most recent call last):
    ...
    benchmarks.heldout.PlanError: there is no tool `__import__`
    """
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise PlanError(f"`{text}` is no plan: {error.msg}") from error
    if not isinstance(node, ast.Call):
        raise PlanError(f"`{text}` is no call")
    return _read_call(node)


def _read_call(node: ast.Call) -> Call:
    name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    if name not in TOOLS:
        raise PlanError(f"there is no tool `{name}`")
    parameters = {p.name: p.annotation for p in get_tool(name).parameters}
    if len(node.args) > len(parameters):
        raise PlanError(f"`{name}` takes {len(parameters)} arguments, got {len(node.args)}")
    given = dict(zip(parameters, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg not in parameters or keyword.arg in given:
            raise PlanError(f"`{name}` takes no further argument `{keyword.arg}`")
        given[keyword.arg] = keyword.value
    return Call(name, {k: _read_argument(v, parameters[k]) for k, v in given.items()})


def _read_argument(node: ast.expr, annotation: Any) -> Call | Quoted | str | int | float:
    if isinstance(node, ast.Call):
        return _read_call(node)
    try:
        form = ast.literal_eval(node)
    except ValueError:
        form = None
    if isinstance(form, str):
        return form if typing.get_origin(annotation) is Literal else Quoted(form)
    if isinstance(form, int | float) and not isinstance(form, bool):
        return form
    raise PlanError(f"`{ast.unparse(node)}` is no call, quoted text or number")


def expected(question: Question, find: Find | None = None) -> tuple[Value, ...]:
    """The final value of each plan of the question.

    Raises:
        PlanError: when a quoted text is no value that `find` sees in the question.
        FluxEMError: when a tool refuses its arguments.
    """
    if find is None:
        domains = FURTHER if domains_of(question) - {*CORE} else ()
        find = partial(detect, domains=domains)
    spans = {span.text: span.value for span in find(question.text)} if question.plans else {}
    return tuple(_run(plan, spans) for plan in question.plans)


def domains_of(question: Question) -> set[str]:
    """The domains of all tools that the question needs."""
    return {get_tool(c.tool).domain for plan in question.plans for c in calls(plan)}


def _run(plan: Call, spans: dict[str, Value]) -> Value:
    further = get_tool(plan.tool).domain not in CORE
    arguments = {k: _value(v, spans, further) for k, v in plan.arguments.items()}
    value, _ = call(plan.tool, arguments)
    return value


def _value(argument: Any, spans: dict[str, Value], further: bool) -> Any:
    """An argument's value; a further tool may read a text itself that detection did not find."""
    if isinstance(argument, Call):
        return _run(argument, spans)
    if not isinstance(argument, Quoted):
        return argument
    if argument.text in spans or further:
        return spans.get(argument.text, argument.text)
    raise PlanError(f"`{argument.text}` is not among the values found: {list(spans)}")


def calls(plan: Call) -> Iterator[Call]:
    """The plan's call and all calls inside it."""
    yield plan
    for argument in plan.arguments.values():
        if isinstance(argument, Call):
            yield from calls(argument)


def _problems(question: Question) -> Iterator[str]:
    if question.register not in REGISTERS:
        yield f"unknown register `{question.register}`"
    every = [c for plan in question.plans for c in calls(plan)]
    quoted = [a for c in every for a in c.arguments.values() if isinstance(a, Quoted)]
    for argument in quoted:
        if argument.text not in question.text:
            yield f"`{argument.text}` is not in the question"
    try:
        expected(question)
    except (FluxEMError, PlanError) as error:
        yield str(error)


def check(questions: Sequence[Question]) -> list[str]:
    """Everything that is wrong with the questions, one text per problem."""
    twice = Counter(q.id for q in questions) + Counter(q.text for q in questions)
    problems = [f"`{key}` occurs {n} times" for key, n in twice.items() if n > 1]
    return problems + [f"{q.id}: {p}: {q.text}" for q in questions for p in _problems(q)]


def _table(title: str, counts: Counter[Any]) -> str:
    return f"{title}: " + ", ".join(f"{k} {n}" for k, n in sorted(counts.items()))


def main() -> int:
    """Print the values of every question, or check the file and print counts."""
    parser = argparse.ArgumentParser(description="Held-out questions.")
    parser.add_argument("--check", action="store_true", help="verify every line and count")
    parser.add_argument("--questions", type=Path, default=PATH, help="default: the held-out ones")
    arguments = parser.parse_args()
    questions = load(arguments.questions)
    if not arguments.check:
        for question in questions:
            print(question.id, *expected(question), sep="\t")
        return 0
    problems = check(questions)
    per_tool = Counter(dict.fromkeys(tools_of(), 0))
    per_tool.update(c.tool for q in questions for plan in q.plans for c in calls(plan))
    lengths = Counter(sum(1 for plan in q.plans for _ in calls(plan)) for q in questions)
    print(*problems, sep="\n", end="\n" if problems else "")
    print(_table("calls per tool", per_tool))
    print(_table("questions per number of calls", lengths))
    print(_table("questions per register", Counter(q.register for q in questions)))
    print(f"{len(questions)} questions, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
