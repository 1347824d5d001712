"""How people write DNA, RNA and proteins: bare, between ends, in codons, in small letters."""

import random
from collections.abc import Callable

from fluxem_encoders.structures.biology import Sequence
from fluxem_vllm.data.samplers.sampler import Sampler, Samplers

_AMINO = "AAACDDEEEFGGGHIIKKKLLLLMNNPPQRRSSSTTVVVWYY"
_SITES = ("GAATTC", "GGATCC", "AAGCTT", "CTGCAG", "GCGGCCGC", "CATATG", "CCCGGG", "GATC", "AGCT")
_MOTIFS = ("ATG", "TATA", "TAA", "CAT", "GCC", "ATTA", "CG", "TGA", "GATTA", "CACGTG")


def _letters(rng: random.Random, alphabet: str, low: int, high: int) -> str:
    """Letters of which at least three differ, which the detector wants of bare ones."""
    letters = ""
    while len(set(letters)) < 3:
        letters = "".join(rng.choices(alphabet, k=rng.randint(low, high)))
    return letters


def _written(rng: random.Random, letters: str) -> str:
    """Nucleotides as a book or a protocol shows them; long ones mostly bare."""
    way = rng.random()
    if way < 0.15:
        prime, dash = rng.choice("''′"), rng.choice(("-", "-", " ", ""))
        return f"5{prime}{dash}{letters}{dash}3{prime}"
    if way < 0.2 and len(letters) % 3 == 0 and len(letters) > 3:
        return rng.choice(" -").join(letters[i : i + 3] for i in range(0, len(letters), 3))
    return letters.lower() if way > 0.97 else letters


def _strand(alphabet: str) -> Sampler:
    """A strand of up to 24 letters, now and then of a few only."""

    def sampler(rng: random.Random) -> str:
        short = rng.random() < 0.12
        return _written(rng, _letters(rng, alphabet, *((5, 11) if short else (12, 24))))

    return sampler


def _gene(rng: random.Random) -> str:
    """An open reading frame, of DNA or RNA: a start, codons, mostly a stop."""
    codons = ["ATG", *(_letters(rng, "ACGT", 3, 3) for _ in range(rng.randint(3, 7)))]
    codons = [codon for codon in codons if codon not in ("TAA", "TAG", "TGA")]
    letters = "".join(codons) + rng.choice(("TAA", "TAG", "TGA", "", ""))
    return _written(rng, letters.replace("T", "U") if rng.random() < 0.5 else letters)


def _peptide(rng: random.Random) -> str:
    """A short chain of amino acids, mostly from a methionine on."""
    start = "M" if rng.random() < 0.5 else ""
    return start + _letters(rng, _AMINO, 7, 16)


def _dna_or_peptide(peptides: float) -> Sampler:
    return lambda rng: _peptide(rng) if rng.random() < peptides else _strand("ACGT")(rng)


def _one_letter(rng: random.Random) -> dict[str, str]:
    """A sequence, and a letter that mostly occurs in it."""
    sequence = _dna_or_peptide(0.15)(rng)
    letters = [c for c in sequence.upper() if c.isalpha()]
    return {"sequence": sequence, "letter": rng.choice(letters)}


def _changed(rng: random.Random, letters: str, changes: int, gaps: int = 0) -> str:
    """The strand after point mutations, and after letters that went or came."""
    bases = list(letters)
    for _ in range(changes):
        bases[rng.randrange(len(bases))] = rng.choice("ACGT")
    for _ in range(gaps):
        at = rng.randrange(len(bases))
        bases[at : at + 1] = rng.choice(([], [bases[at], rng.choice("ACGT")]))
    return "".join(bases)


def _pair(gaps: int) -> Callable[[random.Random], dict[str, str]]:
    """Two related strands, with scores for aligning them."""

    def sampler(rng: random.Random) -> dict[str, str]:
        first = _letters(rng, "ACGT", 12 + gaps, 20)
        second = _changed(rng, first, rng.randint(1, 5), rng.randint(0, gaps))
        if rng.random() < 0.12:
            first, second = (f"5'-{strand}-3'" for strand in (first, second))
        return {
            "a": first,
            "b": second,
            "match": rng.choice("1225"),
            "mismatch": rng.choice(("-1", "-1", "-2", "-3", "0")),
            "gap": rng.choice(("-1", "-2", "-2", "-3", "-5")),
        }

    return sampler


def _motif(rng: random.Random) -> dict[str, str]:
    """A strand with a short motif in it, once or more or not at all."""
    motif = rng.choice(rng.choice((_SITES, _MOTIFS)))
    parts = [_letters(rng, "ACGT", 5, 10) for _ in range(rng.randint(2, 4))]
    sequence = (motif if rng.random() < 0.95 else "").join(parts)
    return {"sequence": sequence, "motif": motif}


SAMPLERS: Samplers = {
    Sequence: _strand("ACGT"),
    ("reverse_transcribe", "sequence"): _strand("ACGU"),
    ("translate", "sequence"): _gene,
    ("sequence_length", "sequence"): _dna_or_peptide(0.12),
    ("molecular_formula", "sequence"): _dna_or_peptide(0.6),
    ("molecular_weight", "sequence"): _dna_or_peptide(0.5),
    "count_base": _one_letter,
    "hamming_distance": _pair(0),
    "alignment_score": _pair(2),
    "find_motif": _motif,
}
