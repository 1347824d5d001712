import time

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.biology import Sequence


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["biology"])]


def dna(letters):
    return [(letters, Sequence(letters, "dna"))]


def rna(letters):
    return [(letters, Sequence(letters, "rna"))]


def protein(letters):
    return [(letters, Sequence(letters, "protein"))]


SEQUENCES = [
    ("5'-ATGCGT-3'", [("5'-ATGCGT-3'", Sequence("ATGCGT", "dna"))]),
    ("5′-AUGC-3′", [("5′-AUGC-3′", Sequence("AUGC", "rna"))]),
    ("3'-TACG-5'", [("3'-TACG-5'", Sequence("GCAT", "dna"))]),
    ("5' ATG CCN 3' and 7", [("5' ATG CCN 3'", Sequence("ATGCCN", "dna")), ("7", 7)]),
    ("the sequence ATGCCGTA", dna("ATGCCGTA")),
    ("the DNA ATTGC", dna("ATTGC")),
    ("the gene sequence GATTACA.", dna("GATTACA")),
    ("a primer: ACGTT", dna("ACGTT")),
    ("reverse complement of ATGCC?", dna("ATGCC")),
    ("DNA sequence `ATGC`", dna("ATGC")),
    ("codon ATG", dna("ATG")),
    ("the codon AUG", rna("AUG")),
    ("mRNA AUGGCC", rna("AUGGCC")),
    ("RNA sequence ACGG", rna("ACGG")),
    ("translate AUGGCC", rna("AUGGCC")),
    ("the sequence AUGGCC", rna("AUGGCC")),
    ("dna sequence atgccgta", [("atgccgta", Sequence("ATGCCGTA", "dna"))]),
    ("DNA is ATG GCC TAA.", [("ATG GCC TAA", Sequence("ATGGCCTAA", "dna"))]),
    ("ACGTACGTACGT", dna("ACGTACGTACGT")),
    ("the top row is ATTGCCGTA.", dna("ATTGCCGTA")),
    ("AUGGCCAUUGUAAUG", rna("AUGGCCAUUGUAAUG")),
    ("peptide sequence RGD", protein("RGD")),
    ("amino acid sequence: MKV*", protein("MKV*")),
    ("the protein MKTAYIAKQR", protein("MKTAYIAKQR")),
    ("the peptide DRVYIHPF", protein("DRVYIHPF")),
    ("the strand ATGGCA", dna("ATGGCA")),
    ("the template ATGGCA", dna("ATGGCA")),
    ("revcomp of ATGGCA", dna("ATGGCA")),
    ("reverse-complement AUGCC", rna("AUGCC")),
    ("mRNA, AUGGCC", rna("AUGGCC")),
    ("the DNA, ATGC.", dna("ATGC")),
    ("the motif GATC", dna("GATC")),
    ("the protein motif GATT", protein("GATT")),
    ("the peptide with sequence MKV", protein("MKV")),
    ("a protein with the amino acid sequence MKV", protein("MKV")),
    ("peptide Gly-Ala-Val", [("Gly-Ala-Val", Sequence("GAV", "protein"))]),
    ("H-Gly-Ala-Val-OH", [("Gly-Ala-Val", Sequence("GAV", "protein"))]),
    ("the dipeptide Gly Ala", [("Gly Ala", Sequence("GA", "protein"))]),
    ("gc content of atgcgc", [("atgcgc", Sequence("ATGCGC", "dna"))]),
    ("gc of GGCCTTAA", dna("GGCCTTAA")),
    ("I have this primer, ACGTTGCA, so", dna("ACGTTGCA")),
    ("reverse-complement this oligo for me: GCTAGCTA", dna("GCTAGCTA")),
    ("RC of GAATTC", dna("GAATTC")),
    ("the strand of dna is A T G C C", [("A T G C C", Sequence("ATGCC", "dna"))]),
    ("amino acids does aug gcc uaa give", [("aug gcc uaa", Sequence("AUGGCCUAA", "rna"))]),
    ("the codon aug makes", [("aug", Sequence("AUG", "rna"))]),
    ("what protein does ATGGCCTAA code for", dna("ATGGCCTAA")),
    ("protein from ATG-GCC-TAA", [("ATG-GCC-TAA", Sequence("ATGGCCTAA", "dna"))]),
    ("the RNA version of GATTACA", dna("GATTACA")),
    ("cDNA for augccguaa", [("augccguaa", Sequence("AUGCCGUAA", "rna"))]),
    ("Hamming distance between GATTACA and GACTATA", dna("GATTACA") + dna("GACTATA")),
    ("hamming atgc vs atga", [(t, Sequence(t.upper(), "dna")) for t in ("atgc", "atga")]),
    ("Strand one: ATGGC; strand two: ATCGC.", dna("ATGGC") + dna("ATCGC")),
    ("align ACGT with ACT", dna("ACGT") + dna("ACT")),
    ("ATTGC and ATAGC hamming distance", dna("ATTGC") + dna("ATAGC")),
    ("does C occur in ACCGT", dna("ACCGT")),
    ("where does ATAT occur in GATATATGC", dna("ATAT") + dna("GATATATGC")),
    ("the motif GAT in the DNA GATTAGATT", dna("GAT") + dna("GATTAGATT")),
    ("search ATGCATGC for GCA", dna("ATGCATGC") + dna("GCA")),
    ("formula of the peptide GA", protein("GA")),
    ("the tripeptide GGG", protein("GGG")),
    ("the peptide MKWV - what is its molecular formula", protein("MKWV")),
    ("residues in MKTAYIAK", protein("MKTAYIAK")),
]


@pytest.mark.parametrize(("text", "spans"), SEQUENCES)
def test_sequences(text, spans):
    assert found(text) == spans
    assert detect(text, domains=["biology"])[0].domain == "biology"


@pytest.mark.parametrize(
    "text",
    ["GC% of GGCATTA", "how many A's in GGCATTA", "what percent of GGCATTA is G or C"],
)
def test_a_sequence_beside_letters(text):
    assert [pair for pair in found(text) if isinstance(pair[1], Sequence)] == dna("GGCATTA")


PROSE = [
    "the CAT sat", "a TAG", "GATTACA", "ACT now", "AAAAAAAAAAAAAAAA", "TATATATATATATA", "ATTACK",
    "protein KRAS", "protein SHAKE", "PROTEIN MATERIALS", "peptide CGRP", "the sequence ABAB",
    "sequence AAA", "DNA test", "RNA GUM", "the DNA is a cat", "gene TP53", "TATA box",
    "sequence TAG", "cattagattacata", "acgtacgtacgtacgt", "the sequence ACGTACGT-like",
    "protein MKV", "the motif GACA", "a motif CAT", "the template TAG", "template DATA", "RNA, GUM",
    "the mass of the peptide VIP", "peptide GA", "the codon act as", "genes of a cat and a tact",
    "DNA evidence in the act", "a sequence of GATT talks", "the sequence cat tag", "CAT in TACTIC",
    "compare ACTA and CETA", "bases TACT", "the gene in GATAD", "search CATCATCA for him",
    "Xaa-Gly-Ala-Val", "Gly-Ala", "Pro-Met", "the peptide Gly-Ala-Xaa", "the strand CATS",
]  # fmt: skip


@pytest.mark.parametrize("text", PROSE)
def test_no_sequence(text):
    assert found(text) == []
    assert found(f"I read {text} and 7 more") == [("7", 7)]


def test_feet_stay_numbers():
    assert found("a 5' by 6' fence") == [("5", 5), ("6", 6)]


def test_too_long_a_sequence_stays_text():
    assert found("ACGT" * 25_001) == []


UNITS = [
    "ACGT",
    "A",
    "ATG ",
    "ATG-",
    "5'-ACG ",
    "5'ACG-",
    "DNA ",
    "DNA ATG ",
    "protein M",
    "acgt",
    "Gly-",
    "motif ",
    "DNA a ",
    "hamming ACGT and ",
    "GATTACA ",
    "A in ",
    "ACG in ",
    "peptide a ",
    "a c g t ",
    "dna acg ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_is_linear(unit):
    text = (unit * 100_000)[:100_000]
    detect("DNA", domains=["biology"])
    start = time.process_time()
    detect(text, domains=["biology"])
    assert time.process_time() - start < 3
