"""Biology against brute force, the genetic code as textbooks print it, and published values."""

import time
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.biology import Sequence
from fluxem_encoders.structures.physics import Quantity
from fluxem_toolbox import ToolError
from fluxem_toolbox.domains import biology
from fluxem_toolbox.domains.biology import (
    alignment_score,
    complement,
    count_base,
    find_motif,
    gc_content,
    hamming_distance,
    melting_temperature,
    molecular_formula,
    molecular_weight,
    reverse_complement,
    reverse_transcribe,
    sequence_length,
    transcribe,
    translate,
)
from fluxem_toolbox.domains.chemistry import molar_mass
from tests.checks import checks

KNOWN = {"dna": "ACGT", "rna": "ACGU", "protein": "ACDEFGHIKLMNPQRSTVWY"}


def dna(letters: str) -> Sequence:
    return Sequence(letters, "dna")


def rna(letters: str) -> Sequence:
    return Sequence(letters, "rna")


def protein(letters: str) -> Sequence:
    return Sequence(letters, "protein")


def sequences(kind: str, more: str = "", longest: int = 40) -> st.SearchStrategy[Sequence]:
    letters = st.text(KNOWN[kind] + more, min_size=1, max_size=longest)
    return letters.map(lambda text: Sequence(text, kind))


@given(st.one_of(sequences("dna", "N"), sequences("rna", "N")))
@checks(complement, reverse_complement, against="a table of base pairs")
def test_complements(s: Sequence) -> None:
    pairs = {"A": "U" if s.kind == "rna" else "T", "C": "G", "G": "C", "T": "A", "U": "A", "N": "N"}
    other = "".join(pairs[letter] for letter in s.letters)
    assert complement(s) == Sequence(other, s.kind)
    assert reverse_complement(s) == Sequence(other[::-1], s.kind)
    assert reverse_complement(reverse_complement(s)) == s
    assert gc_or_none(complement(s)) == gc_or_none(s)


def gc_or_none(s: Sequence) -> object:
    return None if set(s.letters) == {"N"} else gc_content(s)


@given(sequences("dna", "N"))
@checks(transcribe, against="U for every T")
@checks(reverse_transcribe, against="law: undoes transcription")
def test_transcription(s: Sequence) -> None:
    copy = transcribe(s)
    assert copy == rna("".join("U" if letter == "T" else letter for letter in s.letters))
    assert reverse_transcribe(copy) == s


# Leucine: UUA, UUG, CU*, and so on, as textbooks list them by amino acid.
CODE = {
    "F": "UUU UUC",
    "L": "UUA UUG CUU CUC CUA CUG",
    "I": "AUU AUC AUA",
    "M": "AUG",
    "V": "GUU GUC GUA GUG",
    "S": "UCU UCC UCA UCG AGU AGC",
    "P": "CCU CCC CCA CCG",
    "T": "ACU ACC ACA ACG",
    "A": "GCU GCC GCA GCG",
    "Y": "UAU UAC",
    "*": "UAA UAG UGA",
    "H": "CAU CAC",
    "Q": "CAA CAG",
    "N": "AAU AAC",
    "K": "AAA AAG",
    "D": "GAU GAC",
    "E": "GAA GAG",
    "C": "UGU UGC",
    "W": "UGG",
    "R": "CGU CGC CGA CGG AGA AGG",
    "G": "GGU GGC GGA GGG",
}


@checks(translate, against="the genetic code of textbooks")
def test_the_genetic_code() -> None:
    assert sum(len(codons.split()) for codons in CODE.values()) == 64
    for residue, codons in CODE.items():
        for codon in codons.split():
            assert translate(rna(codon)) == protein(residue)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("ATGGCCATTGTAATGGGCCGCTGAAAGGGTGCCCGATAG", "MAIVMGR*KGAR*"),  # Biopython's tutorial
        ("ATGGC", "M"),
        ("GCNGGNNAA", "AGX"),
        ("ATN", "X"),
        ("TAN", "X"),
        ("NNN", "X"),
        ("CTNCGN", "LR"),
    ],
)
@checks(translate, against="Biopython's documentation")
def test_translation(letters: str, expected: str) -> None:
    assert translate(dna(letters)) == protein(expected)


def test_insulins_b_chain_begins() -> None:
    assert translate(dna("TTTGTGAACCAACACCTGTGCGGCTCACACCTG")) == protein("FVNQHLCGSHL")


@given(sequences("dna"))
@checks(sequence_length, count_base, gc_content, against="Python's len and count")
def test_counts(s: Sequence) -> None:
    assert sequence_length(s) == len(s.letters)
    assert [count_base(s, letter) for letter in "acgt"] == [s.letters.count(x) for x in "ACGT"]
    g_and_c = s.letters.count("G") + count_base(s, " c ")
    assert Fraction(gc_content(s)) == Fraction(100 * g_and_c, sequence_length(s))


def test_gc_content_leaves_unknown_letters_out() -> None:
    assert gc_content(dna("GNNNA")) == 50
    assert count_base(protein("MKV*K"), "*") == 1


pairs = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*[st.text("ACGT", min_size=n, max_size=n).map(dna)] * 3)
)


@given(pairs)
@checks(hamming_distance, against="brute force")
def test_hamming_distance_is_a_metric(three: tuple[Sequence, Sequence, Sequence]) -> None:
    a, b, c = three
    assert hamming_distance(a, b) == len([i for i, x in enumerate(a.letters) if x != b.letters[i]])
    assert hamming_distance(a, c) <= hamming_distance(a, b) + hamming_distance(b, c)
    # No gaps: each column but the differing ones scores.
    assert alignment_score(a, b, 0, -1, -100) == -hamming_distance(a, b)


def score_by_recursion(a: str, b: str, match: int, mismatch: int, gap: int) -> int:
    @cache
    def best(i: int, j: int) -> int:
        if i == 0 or j == 0:
            return gap * (i + j)
        pair = match if a[i - 1] == b[j - 1] else mismatch
        return max(best(i - 1, j - 1) + pair, best(i - 1, j) + gap, best(i, j - 1) + gap)

    return best(len(a), len(b))


scores = st.integers(-3, 3)


@settings(max_examples=40)
@given(sequences("dna", longest=12), sequences("dna", longest=12), scores, scores, scores)
@checks(alignment_score, against="brute force recursion")
def test_alignment(a: Sequence, b: Sequence, match: int, mismatch: int, gap: int) -> None:
    expected = score_by_recursion(a.letters, b.letters, match, mismatch, gap)
    assert alignment_score(a, b, match, mismatch, gap) == expected
    assert alignment_score(b, a, match, mismatch, gap) == expected


def test_the_longest_common_subsequence_is_an_alignment() -> None:
    assert alignment_score(dna("AGGTAC"), dna("GATACC"), 1, 0, 0) == 4


@settings(max_examples=40)
@given(sequences("dna", longest=60), st.text("ACGTN", min_size=1, max_size=3))
@checks(find_motif, against="brute force")
def test_motifs_by_brute_force(s: Sequence, motif: str) -> None:
    expected = tuple(
        i + 1
        for i in range(len(s.letters) - len(motif) + 1)
        if all(m in ("N", s.letters[i + j]) for j, m in enumerate(motif))
    )
    assert find_motif(s, motif) == find_motif(s, dna(motif)) == expected


def test_motifs_of_proteins() -> None:
    assert find_motif(protein("MNGTNPS*"), "NXT") == (2,)
    assert find_motif(protein("MNGTNPS*"), "*") == (8,)
    assert find_motif(protein("MNGTNPS"), "n") == (2, 5)


@pytest.mark.parametrize(
    ("sequence", "weight"),
    [  # the values in Biopython's documentation
        (dna("AGC"), 949.61),
        (rna("AGC"), 997.61),
        (protein("AGC"), 249.29),
        (protein("G"), 75.07),  # glycine
    ],
)
@checks(molecular_weight, against="Biopython's documentation")
def test_published_weights(sequence: Sequence, weight: float) -> None:
    assert float(molecular_weight(sequence).magnitude) == pytest.approx(weight, abs=0.011)


@settings(max_examples=30)
@given(sequences("protein"), sequences("protein"))
def test_a_bond_sets_a_water_free(a: Sequence, b: Sequence) -> None:
    joined = molecular_weight(protein(a.letters + b.letters))
    parts = (Fraction(molecular_weight(x).magnitude) for x in (a, b))
    assert Fraction(joined.magnitude) == sum(parts) - Fraction("18.015")
    assert molar_mass(molecular_formula(a)) == molecular_weight(a)


@pytest.mark.parametrize(
    ("name", "letters", "formula"),
    [  # PubChem
        ("glutathione's linear isomer", "ECG", "C10H17N3O6S"),
        ("aspartame less its methyl", "DF", "C13H16N2O5"),
        ("oxytocin, reduced, acid", "CYIQNCPLG", "C43H67N11O13S2"),
    ],
)
@checks(molecular_formula, against="PubChem")
def test_published_formulas(name: str, letters: str, formula: str) -> None:
    assert molecular_formula(protein(letters)).to_text() == formula


@given(sequences("dna", longest=30))
@checks(melting_temperature, against="Wallace's rule, letter by letter")
def test_the_rule_of_wallace(s: Sequence) -> None:
    expected = sum(2 if letter in "AT" else 4 for letter in s.letters)
    assert melting_temperature(s) == Quantity(expected, "°C")
    assert melting_temperature(reverse_complement(s)) == Quantity(expected, "°C")


def test_a_few_letters_that_were_detected_as_a_protein() -> None:
    """`ACG` alone may be a peptide; a tool for DNA reads it as that."""
    assert complement(protein("ACG")) == dna("TGC")
    assert transcribe(protein("ATG")) == rna("AUG")
    assert hamming_distance(protein("ACG"), dna("ACT")) == 1
    assert alignment_score(protein("ACG"), rna("ACGU")) == 2


@pytest.mark.parametrize(
    ("name", "arguments", "category", "text"),
    [
        ("complement", (protein("MK"),), "invalid", "needs DNA or RNA, got the protein 'MK'"),
        ("reverse_complement", (protein("MK"),), "invalid", "`reverse_complement` needs DNA"),
        ("transcribe", (rna("AUG"),), "invalid", "needs DNA, got the RNA 'AUG'"),
        ("reverse_transcribe", (dna("ATG"),), "invalid", "needs RNA, got the DNA 'ATG'"),
        ("translate", (dna("AT"),), "invalid", "3 or more letters, got 2"),
        ("gc_content", (dna("NN"),), "undefined", "letters other than N"),
        ("count_base", (dna("ATG"), "U"), "invalid", "one of the letters ACGNT"),
        ("count_base", (dna("ATG"), ""), "invalid", "of kind dna, got ''"),
        ("hamming_distance", (dna("AT"), dna("A")), "invalid", "equally long sequences, got 2 and"),
        ("hamming_distance", (dna("AT"), rna("AU")), "invalid", "one kind, got dna and rna"),
        ("alignment_score", (dna("AT"), protein("MK")), "invalid", "one kind"),
        ("alignment_score", (dna("A"), dna("A"), 10**7), "limit", "scores up to 1000000"),
        ("find_motif", (dna("ATG"), ""), "invalid", "a motif of the letters ACGNT"),
        ("find_motif", (dna("ATG"), "(A"), "invalid", "a motif of the letters"),
        ("find_motif", (dna("ATG"), rna("U")), "invalid", "a motif of the letters"),
        ("find_motif", (dna("ATG"), "A" * 201), "limit", "up to 200, got 201"),
        ("molecular_formula", (dna("ANT"),), "invalid", "a sequence without N"),
        ("molecular_weight", (protein("MX*"),), "invalid", "a sequence without * or X"),
        ("melting_temperature", (dna("A" * 31),), "limit", "lengths up to 30, got 31"),
        ("melting_temperature", (rna("AU"),), "invalid", "needs DNA, got the RNA"),
        ("melting_temperature", (dna("AN"),), "invalid", "without N"),
    ],
)
def test_refusals(name: str, arguments: tuple[object, ...], category: str, text: str) -> None:
    with pytest.raises(ToolError) as caught:
        getattr(biology, name)(*arguments)
    assert caught.value.category == category
    assert text in str(caught.value)


LONGEST = dna("ACGT" * 25_000)


@pytest.mark.parametrize(
    "tool",
    [
        complement,
        reverse_complement,
        transcribe,
        translate,
        gc_content,
        molecular_weight,
        lambda s: hamming_distance(s, complement(s)),
        lambda s: find_motif(s, s.letters[:200]),
        lambda s: find_motif(dna("A" * 100_000), "A" * 199 + "N"),
        lambda s: alignment_score(s, dna(s.letters[:500])),
        lambda s: alignment_score(dna(s.letters[:7071]), dna(s.letters[-7071:])),
    ],
)
def test_the_longest_sequences_take_little_time(tool: Callable[[Sequence], object]) -> None:
    started = time.process_time()
    tool(LONGEST)
    assert time.process_time() - started < 4  # twice the bound, for slow machines


def test_an_alignment_over_the_limit() -> None:
    with pytest.raises(ToolError, match="products of lengths up to 50000000, got 50100000"):
        alignment_score(LONGEST, dna("A" * 501))
