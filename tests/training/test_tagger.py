"""The tagger: a small one learns, is kept, and never makes the hybrid overlap."""

import json
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxem_encoders.detect import detect
from fluxem_encoders.span import Span
from fluxem_vllm.cli import main
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.data.tree import Leaf
from fluxem_vllm.tagger import (
    DOMAINS,
    LABELS,
    MARGIN,
    WINDOW,
    Network,
    Shape,
    Tag,
    Tagger,
    TaggerError,
    Tagging,
    Thresholds,
    hybrid,
    readable,
    windows,
)
from fluxem_vllm.training.config import ConfigError
from fluxem_vllm.training.tagger import (
    Counts,
    Mark,
    Marked,
    TaggerSettings,
    choose_thresholds,
    fit,
    marked,
    marked_texts,
    targets_of,
)

SMALL = TaggerSettings(
    shape=Shape(embedding=16, hidden=32, layers=1), minutes=5.0, max_steps=500, characters=600,
    pool=40, learning_rate=0.01, warmup_steps=5,
)  # fmt: skip


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def texts():
    stream = marked_texts(3, "heldout")
    return list(islice((each for each in stream if 10 < len(each.text) < 80), 40))


@pytest.fixture(scope="module")
def trained(texts):
    return fit(SMALL, texts * 200, quiet=True)


@pytest.fixture(scope="module")
def tagger(trained):
    return trained[0]


def test_it_learns(trained, texts):
    tagger, losses = trained
    assert np.mean(losses[-10:]) < 0.1 * np.mean(losses[:3])
    counts = Counts()
    for each, tagging in zip(texts, tagger.tag([t.text for t in texts]), strict=True):
        counts.add([Span(t.start, t.end, "", t.domain, 0) for t in tagging.tags], each.marks)
    assert counts.f1 > 0.75  # an untrained one is near 0
    assert tagger.record["steps"] == len(losses) == SMALL.max_steps


def test_it_reads_values_with_the_patterns(tagger, texts):
    counts = Counts()
    for each in texts:
        counts.add(tagger.read(each.text), each.marks)
    assert counts.precision > 0.85
    assert all(0 < span.confidence <= 1 for span in tagger.read(texts[0].text))


def test_a_saved_one_tags_the_same(tagger, texts, tmp_path):
    tagger.thresholds = Thresholds(drop=0.9)
    tagger.save(tmp_path)
    loaded = Tagger.load(tmp_path)
    assert loaded.thresholds == tagger.thresholds
    assert loaded.shape == SMALL.shape
    assert_same(loaded.tag([texts[0].text]), tagger.tag([texts[0].text]))


def test_batches_tag_as_one_by_one(tagger, texts):
    some = ["", "x" * 2000, *(each.text for each in texts), " ".join(t.text for t in texts)]
    assert_same(tagger.tag(some), [tagger.tag([text])[0] for text in some])


def assert_same(one, other):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a.outside_T, b.outside_T, atol=1e-5)
        assert [(t.start, t.end, t.domain) for t in a.tags] == [
            (t.start, t.end, t.domain) for t in b.tags
        ]


@given(st.integers(0, 5000))
def test_windows_cover_a_text_once(length):
    seen = [0] * length
    for start, end in windows(length):
        assert end - start <= WINDOW
        first = start + (MARGIN if start else 0)
        for i in range(first, end - (MARGIN if end < length else 0)):
            seen[i] += 1
    assert seen == [1] * length


def test_a_long_text_is_tagged_in_windows(tagger, texts):
    def lines_found(text, count):
        tags = tagger.tag(["\n".join([text] * count)])[0].tags
        return {tag.start // (len(text) + 1) for tag in tags}

    # One that is tagged among others as it is alone, within a window.
    text = next(each.text for each in texts if lines_found(each.text, 5) == set(range(5)))
    assert 100 * len(text) > 2 * WINDOW > 10 * len(text)
    assert lines_found(text, 100) == set(range(100))


SNIPPETS = st.sampled_from(
    ["12", "five", "1/2", "3 hours", "2024-02-01", "(1, 2)", "5!", ", ", " and ", " to ", "-", "ok"]
)


@st.composite
def taggings(draw, length):
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    tags = [
        Tag(a, b, draw(st.sampled_from(DOMAINS)), draw(st.floats(0.1, 1)))
        for a, b in pairwise(cuts)
    ]
    kept = tuple(tag for tag in tags if draw(st.booleans()))
    outside = draw(st.lists(st.floats(0, 1, width=32), min_size=length, max_size=length))
    return Tagging(kept, np.array(outside, np.float32))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_the_hybrid_never_overlaps(data):
    text = "".join(data.draw(st.lists(SNIPPETS, max_size=8)))
    tagging = data.draw(taggings(len(text)))
    chosen = Thresholds(*(data.draw(st.floats(0, 1)) for _ in range(3)))
    spans = hybrid(text, detect(text), tagging, chosen)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert hybrid(text, detect(text), tagging, Thresholds()) == detect(text)


def sure(length, *tags, outside=0.0):
    found = tuple(Tag(start, end, domain, 0.9) for start, end, domain in tags)
    return Tagging(found, np.full(length, outside, np.float32))


@pytest.mark.parametrize(
    ("text", "tags", "outside", "expected"),
    [
        ("level 5 of 12%", [], 0.9, ["12%"]),  # only bare numbers are dropped
        ("level 5 of 12%", [], 0.7, ["5", "12%"]),
        ("f(30, 17)", [(2, 4, "arithmetic"), (6, 8, "arithmetic")], 0.0, ["30", "17"]),
        ("f(30, 17)", [(2, 4, "temporal"), (6, 8, "arithmetic")], 0.0, ["(30, 17)"]),
        ("on 3 hours", [(3, 7, "arithmetic")], 0.0, ["3 hours"]),  # `3 ho` is no value
        ("v12b", [(1, 3, "arithmetic")], 0.0, ["12"]),
        ("v12b", [(1, 4, "arithmetic")], 0.0, []),
    ],
)
def test_the_hybrids_rules(text, tags, outside, expected):
    thresholds = Thresholds(drop=0.8, move=0.8, add=0.8)
    spans = hybrid(text, detect(text), sure(len(text), *tags, outside=outside), thresholds)
    assert [span.text for span in spans] == expected


def test_spans_of_further_domains_stay():
    text, tags = "a 5 km walk", sure(11, (2, 3, "arithmetic"))
    patterns = detect(text, domains=["physics"])
    assert hybrid(text, patterns, tags, Thresholds(move=0.5)) == patterns


def test_only_what_can_be_read_is_a_span():
    tags = [Tag(0, 2, "arithmetic", 0.9), Tag(3, 5, "arithmetic", 0.9)]
    assert [span.value for span in readable("12 ab", tags)] == [12]


def test_marks_are_what_is_meant():
    leaves = [(Leaf(2, "2"), 0), (Leaf(3, "3"), 6), (Leaf(69, "69"), 24), (Leaf(5, "$5"), 28)]
    found = marked("2 in  3 hours, platform 69! $5", leaves).marks
    assert [(m.start, m.end, m.domain) for m in found] == [
        (0, 1, "arithmetic"), (6, 13, "temporal"), (24, 26, "arithmetic"), (29, 30, "arithmetic"),
    ]  # fmt: skip


def test_targets_stand_between_edges():
    (row,) = targets_of([Marked("a 12", (Mark(2, 4, "temporal"),))], 8).tolist()
    begins, goes_on = LABELS.index("B-temporal"), LABELS.index("I-temporal")
    assert row == [0, 0, 0, begins, goes_on, 0, -100, -100]


def test_thresholds_never_make_it_worse_where_they_are_chosen(tagger, texts):
    scores = choose_thresholds(tagger, texts)
    assert scores["hybrid"] >= scores["patterns"] > 0.5


def test_annotated_questions_are_decided_by_their_seed():
    def drawn(seed):
        return [text for text, _ in islice(Generator(seed, "heldout").annotated(), 30)]

    assert drawn(1) == drawn(1) != drawn(2)
    for text, leaves in islice(Generator(1, "heldout").annotated(), 300):
        for leaf, start in leaves:
            assert leaf.text.startswith(text[start : start + len(leaf.text)])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: TaggerSettings(minutes=0), ConfigError, "`minutes` must be above 0, got 0"),
        (lambda: TaggerSettings(minutes=float("nan")), ConfigError, "`minutes` must be above 0"),
        (lambda: TaggerSettings(max_steps=-1), ConfigError, "`max_steps` must be at least 0"),
        (lambda: Shape(hidden=0), TaggerError, "`hidden` must be a whole number from 1 to 1024"),
        (lambda: Thresholds(drop=1.5), TaggerError, "`drop` must be a number from 0 to 1"),
    ],
)
def test_bad_settings_are_named(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_what_is_no_tagger_is_refused(tmp_path):
    with pytest.raises(TaggerError, match="cannot read a tagger from"):
        Tagger.load(tmp_path)
    Tagger(Network(Shape(8, 8, 1)), Shape(8, 8, 1)).save(tmp_path)
    path = tmp_path / "tagger.json"
    form = json.loads(path.read_text())
    for change in ({"shape": {"hidden": 9}}, {"thresholds": {"x": 1}}, {"version": 0}):
        path.write_text(json.dumps(form | change))
        with pytest.raises(TaggerError):
            Tagger.load(tmp_path)
    path.write_text(json.dumps(form | {"labels": ["O"]}))
    with pytest.raises(TaggerError, match="other labels"):
        Tagger.load(tmp_path)


def test_the_command_names_a_bad_argument(tmp_path, capsys):
    assert main(["train-tagger", "--out", str(tmp_path / "t"), "--minutes", "-1"]) == 1
    assert "`minutes` must be above 0, got -1.0" in capsys.readouterr().err
    assert not (tmp_path / "t").exists()
