"""How well and how fast values are found, beside recognizers-text-suite and quantulum3.

    python -m benchmarks.detection --data ../shared/data/recognizers_text_english.jsonl
    python -m benchmarks.detection --data ../shared/data/gsm8k_calculator.jsonl
    python -m benchmarks.detection --data ../shared/data/recognizers_text_english.jsonl \
        --tagger runs/tagger

Specs in Recognizers-Text's format (those that its Python version supports): a text is right when
the spans of the suite's kind are the expected ones and no others, fully right when their values are
too; a value is found when a span that overlaps the expected one has it.
Days, moments and times of day are compared by their ISO forms, ranges by both ends,
durations in seconds with years of 365 and months of 30 days; of what recurs, and of whatever the
specs call "not resolved", it is enough that it is found. Of several candidates the first counts.
Money is compared in the main unit: 5 pence are 0.05.
Word problems with the steps that solve them: of the operands that stand in the question in digits,
how many are the value there (also in percent or as an item of a list), how many part of a larger
value such as `3 hours`; and what a text costs, the first time and once the automata know it. A peer
that is not installed is named as such.
With a tagger: the patterns, the tagger alone and the hybrid of both, on the specs of its domains
and on questions in wordings that no training saw, where a span is right when it is exactly that of
a value meant.
"""

import argparse
import importlib
import json
import platform
import re
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.patterns.arithmetic import AMOUNT, amount
from fluxem_encoders.span import Span
from fluxem_encoders.structures.data import Position
from fluxem_encoders.structures.finance import Currency, Money
from fluxem_encoders.structures.physics import BareUnit, Quantity
from fluxem_encoders.structures.temporal import Clock, End, Interval, Moment
from fluxem_encoders.values import Duration, Value

Row = dict[str, Any]
Found = list[tuple[int, int, Any]]
"""Start, end and value of every span; a value is a Fraction, a list of them, an ISO text, a pair of
these (ends of a range, None where it is open) or `ANY`."""

ANY = "not resolved"
"""Of an expected value: whatever is found there is right."""

CLOSE = Fraction(1, 10**6)  # relative; the specs round
_AMOUNT = re.compile(AMOUNT, re.IGNORECASE)
_ORDINAL = re.compile(r"(?:\dst|\dnd|\drd|th|first|second|third)$", re.IGNORECASE)
_OPERAND = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_WRITTEN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")


def load_jsonl(path: Path) -> list[Row]:
    """One JSON object per line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@dataclass(frozen=True, slots=True)
class Recall:
    """Operands written in digits: all of them, those found as values, those inside of values."""

    written: int
    values: int
    parts: int

    @property
    def share(self) -> float:
        return (self.values + self.parts) / self.written


def gsm8k_recall(problems: Sequence[Row]) -> Recall:
    """How many operands of the steps, where they stand in the question in digits, are found."""
    written = values = parts = 0
    for problem in problems:
        places = defaultdict(list)
        for match in _WRITTEN.finditer(problem["question"]):
            places[Fraction(match[0].replace(",", ""))].append(match.span())
        spans = detect(problem["question"])
        for operand in _operands(problem["steps"]) & places.keys():
            there = [
                span.value
                for span in spans
                if any(span.start < end and start < span.end for start, end in places[operand])
            ]
            written += 1
            values += any(_is(value, operand) for value in there)
            parts += bool(there) and not any(_is(value, operand) for value in there)
    return Recall(written, values, parts)


def _operands(steps: Sequence[Row]) -> set[Fraction]:
    return {Fraction(text) for step in steps for text in _OPERAND.findall(step["expression"])}


def _is(value: Value, operand: Fraction) -> bool:
    if isinstance(value, tuple):
        return any(_is(item, operand) for item in value)
    return isinstance(value, int | Fraction | Decimal) and Fraction(value) in (
        operand,
        operand / 100,
    )


@dataclass(frozen=True, slots=True)
class Peer:
    """A detector under test; `find` takes a text, its suite and its reference time."""

    name: str
    find: Callable[[str, str, datetime | None], Found]


def ours(text: str, suite: str, reference: datetime | None) -> Found:
    return _of_suite(suite, detect(text, reference=reference, domains=FURTHER))


def _of_suite(suite: str, spans: Sequence[Span]) -> Found:
    if suite == "Number":
        return [number for span in spans for number in _numbers_in(span)]
    return [(s.start, s.end, _comparable(s.value)) for s in spans if _is_of(suite, s)]


def _numbers_in(span: Span) -> Found:
    """The number that a span is, or those of its money or length of time; none in a place."""
    if isinstance(span.value, Money | Duration):
        return [
            (span.start + match.start(), span.start + match.end(), Fraction(amount(match[0])))
            for match in _AMOUNT.finditer(span.text)
        ]
    plain = isinstance(span.value, int | Fraction | Decimal) and not _is_ordinal(span)
    return [(span.start, span.end, _comparable(span.value))] if plain else []


def _is_ordinal(span: Span) -> bool:
    ordinal = isinstance(span.value, int) and bool(_ORDINAL.search(span.text))
    return ordinal or isinstance(span.value, Position)


def _is_of(suite: str, span: Span) -> bool:
    """Whether a span is of the kind that a suite is about; the others are no mistakes there."""
    value = span.value
    if suite in ("Dimension", "Temperature"):
        if not isinstance(value, Quantity | BareUnit):
            return False
        warm = value.unit in ("°C", "°F", "K", "°", "degrees", "kelvin")
        angle = "degree" in span.text.lower() or "deg" in span.text.lower()
        return (warm or angle) == (suite == "Temperature")
    if suite == "Currency":
        return isinstance(value, Money | Currency)
    if suite == "Percent":
        return bool(re.search("%|per ?cent|pct", span.text, re.IGNORECASE))
    if suite == "Ordinal":
        return _is_ordinal(span)
    if suite == "DateTime":
        return isinstance(value, date | Duration) or span.domain == "temporal"
    return True


def _comparable(value: Value) -> Any:
    if isinstance(value, tuple):
        return [Fraction(item) for item in value]
    if isinstance(value, Duration):
        years, months = divmod(value.months, 12)
        days = 365 * years + 30 * months + value.days
        return days * 86400 + Fraction(value.seconds)
    if isinstance(value, Interval):
        return _comparable_end(value.start), _comparable_end(value.end)
    if isinstance(value, date | Clock | Moment):
        return _comparable_end(value)
    if isinstance(value, Quantity | Money):
        value = value.magnitude if isinstance(value, Quantity) else value.amount
    if isinstance(value, Position):
        return value.to_text()
    if isinstance(value, BareUnit | Currency):
        return None  # a unit without a number, which the specs give no value either
    return Fraction(value) if isinstance(value, int | Fraction | Decimal) else value


def _comparable_end(end: End | None) -> str | None:
    if isinstance(end, Moment):
        return f"{end.day} {end.clock.to_text()}"
    if isinstance(end, Clock):
        return end.to_text()
    return None if end is None else end.isoformat()


def peers() -> Iterator[Peer]:
    """Ours, then those that are installed; says which are not."""
    yield Peer("ours", ours)
    try:
        yield Peer("recognizers-text", _recognizers())
    except ImportError as error:
        print(f"recognizers-text-suite is not installed ({error}): not compared")
    try:
        yield Peer("quantulum3", _quantulum())
    except ImportError as error:
        print(f"quantulum3 is not installed ({error}): not compared")


def _recognizers() -> Callable[[str, str, datetime | None], Found]:
    suite_module = importlib.import_module("recognizers_suite")

    def find(text: str, suite: str, reference: datetime | None) -> Found:
        name = {"Number": "number", "Percent": "percentage"}.get(suite, suite.lower())
        recognize = getattr(suite_module, f"recognize_{name}")
        dated = {"reference": reference} if suite == "DateTime" else {}
        results = recognize(text, "en-us", **dated)
        return [(r.start, r.end + 1, _resolved(r.resolution)) for r in results]

    return find


def _quantulum() -> Callable[[str, str, datetime | None], Found]:
    parser = importlib.import_module("quantulum3.parser")

    def find(text: str, suite: str, reference: datetime | None) -> Found:
        found = parser.parse(text)
        return [
            (*q.span, Fraction(q.value) / (100 if q.unit.name == "percentage" else 1))
            for q in found
        ]

    return find


_HUNDREDTHS = ("Cent", "Pence", "Penny")


def _resolved(resolution: Row | None) -> Any:
    """The value in a resolution of Recognizers-Text: a Fraction, an ISO text, a pair, or `ANY`."""
    form: Row = resolution or {}
    if "values" in form:
        form = (form["values"] or [{}])[0]
        if form.get("type") == "set" or form.get("value") == ANY:
            return ANY
    if form.keys() & {"start", "end"}:
        return form.get("start"), form.get("end")
    if form.get("relativeTo") in ("current", "end"):
        return Position(int(form["offset"]), form["relativeTo"]).to_text()
    text = str(form.get("value"))
    if form.get("type") in ("date", "time", "datetime"):
        return text
    try:
        value = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None
    return value / 100 if form.get("unit") in _HUNDREDTHS else value


def _same(value: Any, expected: Any) -> bool:
    if isinstance(value, Fraction) and isinstance(expected, Fraction):
        return abs(value - expected) <= CLOSE * max(abs(expected), CLOSE)
    return expected == ANY or bool(value == expected)


@dataclass(slots=True)
class Score:
    """Counts of texts and of expected values, and seconds."""

    texts: int = 0
    spans_right: int = 0
    fully_right: int = 0
    values: int = 0
    values_found: int = 0
    seconds: float = 0.0

    def add(self, found: Found, expected: Found, seconds: float) -> None:
        spans = [x[:2] for x in found] == [x[:2] for x in expected]
        same = spans and all(_same(f[2], e[2]) for f, e in zip(found, expected, strict=True))
        self.texts += 1
        self.spans_right += spans
        self.fully_right += same
        self.values += len(expected)
        self.values_found += sum(
            any(f[0] < e[1] and e[0] < f[1] and _same(f[2], e[2]) for f in found) for e in expected
        )
        self.seconds += seconds


def score_specs(peer: Peer, rows: Sequence[Row]) -> dict[str, Score]:
    """The score of each suite."""
    scores: dict[str, Score] = defaultdict(Score)
    for row in rows:
        reference = datetime.fromisoformat(row["reference"]) if row["reference"] else None
        start = time.perf_counter()
        found = peer.find(row["input"], row["suite"], reference)
        seconds = time.perf_counter() - start
        expected = [(r["Start"], r["End"] + 1, _resolved(r["Resolution"])) for r in row["results"]]
        expected.sort(key=lambda span: span[:2])
        scores[row["suite"]].add(found, expected, seconds)
    return scores


def show_specs(rows: Sequence[Row], everything: bool, compared: Iterable[Peer]) -> None:
    rows = [row for row in rows if everything or "python" not in row["not_supported"]]
    lines = []
    for peer in compared:
        score_specs(peer, rows[::20])  # warm up
        for suite, s in score_specs(peer, rows).items():
            lines.append(
                f"{suite:12} {peer.name:18} {s.texts:5}  {s.spans_right / s.texts:11.1%}"
                f"  {s.fully_right / s.texts:11.1%}  {s.values_found / max(s.values, 1):12.1%}"
                f"  {s.seconds / s.texts * 1e6:7.0f}"
            )
    print(f"{'suite':12} {'detector':18} texts  spans right  fully right  values found  us/text")
    print(*sorted(lines, key=lambda line: line.split()[0]), sep="\n")


TAGGED = ("Number", "Percent", "DateTime")  # suites about values of the tagger's domains
QUESTIONS = 2000


def show_tagger(folder: Path, rows: Sequence[Row], everything: bool) -> None:
    """The patterns, the tagger in that folder, and the hybrid."""
    import torch

    from fluxem_vllm.tagger import Tagger
    from fluxem_vllm.training.tagger import Counts, marked_texts

    torch.set_num_threads(1)
    tagger = Tagger.load(folder)
    print(tagger.thresholds)

    def alone(text: str, suite: str, reference: datetime | None) -> Found:
        read = partial(detect, reference=reference, domains=FURTHER)
        return _of_suite(suite, tagger.read(text, read))

    def both(text: str, suite: str, reference: datetime | None) -> Found:
        return _of_suite(suite, tagger.find(text, reference=reference, domains=FURTHER))

    compared = (Peer("patterns", ours), Peer("tagger", alone), Peer("hybrid", both))
    show_specs([row for row in rows if row["suite"] in TAGGED], everything, compared)

    questions = list(islice(marked_texts(0, "heldout"), QUESTIONS))
    print(f"{'held-out questions':18} texts  precision  recall     F1  us/text")
    finders: dict[str, Callable[[str], list[Span]]]
    finders = {"patterns": detect, "tagger": tagger.read, "hybrid": tagger.find}
    for name, find in finders.items():
        counts = Counts()
        start = time.perf_counter()
        found = [find(each.text) for each in questions]
        seconds = time.perf_counter() - start
        for each, spans in zip(questions, found, strict=True):
            counts.add(spans, each.marks)
        print(
            f"{name:18} {len(questions):5}  {counts.precision:9.1%}  {counts.recall:6.1%}"
            f"  {counts.f1:5.1%}  {seconds / len(questions) * 1e6:7.0f}"
        )


def show_problems(problems: Sequence[Row]) -> None:
    recall = gsm8k_recall(problems)
    print(
        f"{recall.written} operands in digits: {recall.values / recall.written:.2%} are values, "
        f"{recall.parts / recall.written:.2%} are part of one, together {recall.share:.2%}"
    )
    compared = (
        Peer("ours, core domains", _detecting(())),
        Peer("ours, all domains", _detecting(FURTHER)),
        *(peer for peer in peers() if peer.name != "ours"),
    )
    print(f"{len(problems)} texts, median us each: first pass  second pass")
    for peer in compared:
        first, second = (_median_us(peer, problems) for _ in range(2))
        print(f"{peer.name:30} {first:10.1f}  {second:11.1f}")


def _detecting(domains: Collection[str]) -> Callable[[str, str, datetime | None], Found]:
    """Detection alone, of which nothing is made that could be scored."""

    def find(text: str, suite: str, reference: datetime | None) -> Found:
        detect(text, domains=domains)
        return []

    return find


def _median_us(peer: Peer, problems: Sequence[Row]) -> float:
    times = []
    for problem in problems:
        start = time.perf_counter()
        peer.find(problem["question"], "Number", None)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description="Score and time the detector.")
    parser.add_argument("--data", type=Path, required=True, help="JSON lines, one of two formats")
    parser.add_argument("--all", action="store_true", help="also specs that say: not in Python")
    parser.add_argument("--tagger", type=Path, help="directory that `train-tagger` wrote")
    arguments = parser.parse_args()
    rows = load_jsonl(arguments.data)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True
    )
    print(
        f"{commit.stdout.strip()}, {platform.processor() or platform.machine()}, "
        f"Python {platform.python_version()}"
    )
    if "question" in rows[0]:
        show_problems(rows)
    elif arguments.tagger:
        show_tagger(arguments.tagger, rows, arguments.all)
    else:
        show_specs(rows, arguments.all, peers())


if __name__ == "__main__":
    main()
