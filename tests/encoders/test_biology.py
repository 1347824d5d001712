"""Sequences of DNA, RNA and proteins: three nucleotides or one amino acid a lane, exactly."""

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fluxem_encoders.compose import SECOND, closed_form, read_count, read_linear
from fluxem_encoders.domains import biology
from fluxem_encoders.domains.biology import BODY
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import LIST, MAGNITUDE
from fluxem_encoders.forms import from_json
from fluxem_encoders.layout import FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.biology import MAX_LETTERS, Sequence
from tests.encoders.laws import check_forms, check_roundtrip

LETTERS = {"dna": "ACGTN", "rna": "ACGUN", "protein": "ACDEFGHIKLMNPQRSTVWYX*"}
ROOM = {"dna": 312, "rna": 312, "protein": 104}


def sequences(kinds: Any = tuple(LETTERS), share: int = 1) -> st.SearchStrategy[Sequence]:
    """Sequences up to a share of what fits, with all letters of their kinds."""
    return st.sampled_from(kinds).flatmap(
        lambda kind: st.builds(
            Sequence,
            st.text(LETTERS[kind], min_size=1, max_size=ROOM[kind] // share),
            st.just(kind),
        )
    )


PAIRS = st.sampled_from(tuple(LETTERS)).flatmap(
    lambda kind: st.tuples(sequences((kind,), 2), sequences((kind,), 2))
)


@given(sequences())
@example(Sequence("ACGT" * 78, "dna"))
@example(Sequence("U" * 312, "rna"))
@example(Sequence("N" * 311, "dna"))
@example(Sequence("A" * 310, "dna"))
@example(Sequence("ACDEFGHIKLMNPQRSTVWYX*" * 4 + "*" * 16, "protein"))
def test_every_value_comes_back(value: Sequence) -> None:
    check_roundtrip(value)
    check_forms(value)


@given(PAIRS)
def test_sequences_join(pair: tuple[Sequence, Sequence]) -> None:
    a, b = pair
    ea, eb = encode(a), encode(b)
    assert decode(combine("concat", ea, eb)) == Sequence(a.letters + b.letters, a.kind)
    lanes = closed_form("add", ea, eb)
    letters = a.letters + b.letters
    assert read_linear(lanes) == read_count(lanes) == len(letters)
    charges = {"K": 1, "R": 1, "D": -1, "E": -1}
    weights = charges if a.kind == "protein" else {"G": 1, "C": 1}
    assert read_linear(lanes, SECOND) == sum(weights.get(letter, 0) for letter in letters)


@given(sequences())
def test_reversed_and_complementary_strands(value: Sequence) -> None:
    assert biology.combine("reverse", value).letters == "".join(reversed(value.letters))
    if value.kind == "protein":
        with pytest.raises(AlgebraError, match="DNA or RNA"):
            biology.combine("complement", value)
        return
    pairs = {"A": "TU"[value.kind == "rna"], "C": "G", "G": "C", "T": "A", "U": "A", "N": "N"}
    other = biology.combine("complement", value)
    assert other.letters == "".join(pairs[letter] for letter in value.letters)
    assert np.array_equal(encode(other)[VALUE][BODY], -encode(value)[VALUE][BODY])


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("concat", (Sequence("A", "dna"), Sequence("A", "rna"))),
        ("concat", (Sequence("A", "dna"), 1)),
        ("concat", (Sequence("A", "dna"), None)),
        ("reverse", (Sequence("A", "dna"), Sequence("A", "dna"))),
        ("add", (Sequence("A", "dna"), Sequence("A", "dna"))),
    ],
)
def test_what_the_algebra_refuses(op: str, values: Any) -> None:
    with pytest.raises(AlgebraError):
        biology.combine(op, *values)


@pytest.mark.parametrize(
    ("letters", "kind", "limit"),
    [
        ("A" * 313, "dna", "up to 312 letters"),
        ("N" * MAX_LETTERS, "rna", "up to 312 letters"),
        ("M" * 105, "protein", "proteins of up to 104"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_limit(letters: str, kind: str, limit: str) -> None:
    with pytest.raises(CapacityError, match=limit):
        encode(Sequence(letters, kind))
    with pytest.raises(CapacityError, match=limit):
        biology.combine("concat", Sequence(letters, kind), Sequence(letters[0], kind))


@given(st.lists(st.integers(1, 312), min_size=3, max_size=3).map(sorted))
def test_nearer_lengths_have_nearer_features(lengths: list[int]) -> None:
    a, b, c = (encode(Sequence("A" * n, "dna"))[FEATURES][MAGNITUDE] for n in lengths)
    assert np.linalg.norm(c - a) >= max(np.linalg.norm(c - b), np.linalg.norm(b - a))


@given(st.lists(st.integers(0, 40), min_size=2, max_size=2, unique=True).map(sorted))
def test_more_g_and_c_raise_the_mean_lane(counts: list[int]) -> None:
    low, high = (
        encode(Sequence("G" * n + "A" * (41 - n), "dna"))[FEATURES][LIST.start + 2] for n in counts
    )
    assert low <= high
    assert low < high or counts[1] - counts[0] == 1  # as near as bfloat16 holds


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"sequence": "ACGT"}, 'expected {"sequence": LETTERS'),
        ({"sequence": "ACGT", "kind": "dna", "name": "x"}, "object of 3 items"),
        ({"sequence": "ACGU", "kind": "dna"}, "letters ACGNT, not 'U'"),
        ({"sequence": "ACGT", "kind": "rna"}, "letters ACGNU, not 'T'"),
        ({"sequence": "MB", "kind": "protein"}, "not 'B'"),
        ({"sequence": "AC GT", "kind": "dna"}, "not ' '"),
        ({"sequence": "", "kind": "dna"}, "1 to 100,000 letters, got 0"),
        ({"sequence": "A" * 100_001, "kind": "dna"}, "got 100001"),
        ({"sequence": ["A"], "kind": "dna"}, "as one text, got a list"),
        ({"sequence": "A", "kind": "DNA"}, "one of dna, rna, protein"),
        ({"sequence": "A", "kind": []}, "one of dna, rna, protein"),
    ],
)
def test_other_forms_are_refused(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "biology")


def test_small_letters_are_capitals() -> None:
    assert from_json({"sequence": "acGt", "kind": "dna"}, "biology") == Sequence("ACGT", "dna")


FIXED = [
    *(Sequence(s, "dna") for s in ("A", "ACGTN", "GATTACA" * 40)),
    *(Sequence(s, "rna") for s in ("AUG", "UUUNACGC" * 39)),
    *(Sequence(s, "protein") for s in ("M", "ACDEFGHIKLMNPQRSTVWYX*", "MKV" * 34)),
]


@given(
    st.sampled_from(FIXED),
    st.integers(VALUE.start, VALUE.stop - 1),
    st.sampled_from([-2, -1, -0.25, -1 / 16, 0.004, 1 / 64, 1 / 128, 0.25, 1, 2, 1e30]),
)
def test_changed_lanes_are_refused_or_mean_another_value(
    value: Sequence, lane: int, by: float
) -> None:
    e = encode(value)
    e[lane] += by
    try:
        other = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(other)[VALUE] - e[VALUE]).max() < 1e-3


def test_the_code_stays_as_it_is() -> None:
    lanes = [encode(value) for value in FIXED]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "6bf3fe7a6e21c45e"
