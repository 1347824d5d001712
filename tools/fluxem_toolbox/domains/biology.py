"""Biology: DNA, RNA and proteins as sequences of letters."""

import re
from collections import Counter
from fractions import Fraction
from itertools import product

from fluxem_encoders.forms import clip
from fluxem_encoders.structures.biology import ALPHABETS, Sequence
from fluxem_encoders.structures.chemistry import ChemicalFormula
from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.bounds import refuse_over
from fluxem_toolbox.elements import molar_mass_of
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.quantities import quantity_in
from fluxem_toolbox.rationals import in_form_of
from fluxem_toolbox.registry import tool

MAX_MOTIF = 200  # letters
MAX_CELLS = 50_000_000  # of an alignment's table: product of the lengths
MAX_SCORE = 10**6  # of one column of an alignment
MAX_WALLACE = 30  # letters for which the rule of Wallace is used

_UNKNOWN = {"dna": "N", "rna": "N", "protein": "X"}

# The standard genetic code, NCBI's table 1: the codons in the order of TCAG.
_RESIDUES = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODONS = dict(zip(map("".join, product("TCAG", repeat=3)), _RESIDUES, strict=True))
"""The amino acid of each codon of DNA, `*` for a stop."""

# Free amino acids, and nucleotides as monophosphates; each bond between two sets a water free.
_MONOMERS = {
    "protein": "A C3H7NO2 R C6H14N4O2 N C4H8N2O3 D C4H7NO4 C C3H7NO2S Q C5H10N2O3 E C5H9NO4 "
    "G C2H5NO2 H C6H9N3O2 I C6H13NO2 L C6H13NO2 K C6H14N2O2 M C5H11NO2S F C9H11NO2 P C5H9NO2 "
    "S C3H7NO3 T C4H9NO3 W C11H12N2O2 Y C9H11NO3 V C5H11NO2",
    "dna": "A C10H14N5O6P C C9H14N3O7P G C10H14N5O7P T C10H15N2O8P",
    "rna": "A C10H14N5O7P C C9H14N3O8P G C10H14N5O8P U C9H13N2O9P",
}


def _nucleic(tool: str, sequence: Sequence) -> Sequence:
    """A sequence of DNA or RNA.

    A few letters such as ACG are detected as a protein; where DNA or RNA is wanted they are that.
    """
    if sequence.kind != "protein":
        return sequence
    for kind in ("dna", "rna"):
        if set(sequence.letters) <= set(ALPHABETS[kind]):
            return Sequence(sequence.letters, kind)
    raise ToolError(f"`{tool}` needs DNA or RNA, got the protein {clip(sequence.letters)}")


def _alike(tool: str, a: Sequence, b: Sequence) -> tuple[str, str]:
    """The letters of two sequences, if these can be of one kind."""
    letters = set(a.letters + b.letters)
    shared = (kind for kind in ("dna", "rna") if letters <= set(ALPHABETS[kind]))
    if a.kind != b.kind and not any(shared):
        raise ToolError(f"`{tool}` needs two sequences of one kind, got {a.kind} and {b.kind}")
    return a.letters, b.letters


def _known(tool: str, sequence: Sequence) -> Counter[str]:
    """How often each letter occurs; none may be unknown, and none a stop."""
    counts = Counter(sequence.letters)
    if vague := set(counts) & {_UNKNOWN[sequence.kind], "*"}:
        raise ToolError(f"`{tool}` needs a sequence without {' or '.join(sorted(vague))}")
    return counts


@tool("biology", keywords=("complementary", "base pairing", "strand", "pairs", "opposite"))
def complement(sequence: Sequence) -> Sequence:
    """Complement of DNA or RNA, letter by letter.

    In the order of the letters given, so from 3' to 5'.

    >>> complement(Sequence("ATGC", "dna"))
    Sequence(letters='TACG', kind='dna')
    """
    given = _nucleic("complement", sequence)
    alphabet = ALPHABETS[given.kind]  # each letter's complement is its mirror image
    return Sequence(given.letters.translate(str.maketrans(alphabet, alphabet[::-1])), given.kind)


@tool("biology", keywords=("reverse strand", "antisense", "complementary", "opposite strand"))
def reverse_complement(sequence: Sequence) -> Sequence:
    """Reverse complement of DNA or RNA, read 5' to 3'.

    >>> reverse_complement(Sequence("ATGC", "dna"))
    Sequence(letters='GCAT', kind='dna')
    """
    other = complement(_nucleic("reverse_complement", sequence))
    return Sequence(other.letters[::-1], other.kind)


@tool("biology", keywords=("transcription", "mRNA", "DNA to RNA", "coding strand", "messenger"))
def transcribe(sequence: Sequence) -> Sequence:
    """RNA transcribed from a coding strand of DNA.

    Every T becomes U.

    >>> transcribe(Sequence("ATGC", "dna"))
    Sequence(letters='AUGC', kind='rna')
    """
    letters = _nucleic("transcribe", sequence).letters
    if "U" in letters:
        raise ToolError(f"`transcribe` needs DNA, got the RNA {clip(letters)}")
    return Sequence(letters.replace("T", "U"), "rna")


@tool("biology", keywords=("reverse transcription", "cDNA", "RNA to DNA", "back"))
def reverse_transcribe(sequence: Sequence) -> Sequence:
    """DNA coding strand that an RNA was transcribed from.

    Every U becomes T.

    >>> reverse_transcribe(Sequence("AUGC", "rna"))
    Sequence(letters='ATGC', kind='dna')
    """
    letters = _nucleic("reverse_transcribe", sequence).letters
    if "T" in letters:
        raise ToolError(f"`reverse_transcribe` needs RNA, got the DNA {clip(letters)}")
    return Sequence(letters.replace("U", "T"), "dna")


@tool(
    "biology", keywords=("translation", "protein", "amino acids", "codon", "peptide", "codes for")
)
def translate(sequence: Sequence) -> Sequence:
    """Protein that DNA or RNA codes for, from its first letter.

    By the standard genetic code; `*` is a stop, after which it goes on, and X an amino acid that
    unknown letters leave open. One or two letters left over at the end are ignored.

    >>> translate(Sequence("AUGGCCUAA", "rna"))
    Sequence(letters='MA*', kind='protein')
    """
    letters = _nucleic("translate", sequence).letters.replace("U", "T")
    if len(letters) < 3:
        raise ToolError(f"`translate` needs 3 or more letters, got {len(letters)}")
    codons = (letters[i : i + 3] for i in range(0, len(letters) - 2, 3))
    return Sequence("".join(CODONS.get(codon) or _vague(codon) for codon in codons), "protein")


def _vague(codon: str) -> str:
    """The amino acid of a codon with N, if it is the same whatever N stands for."""
    choices = product(*("TCAG" if letter == "N" else letter for letter in codon))
    residues = {CODONS["".join(choice)] for choice in choices}
    return residues.pop() if len(residues) == 1 else "X"


@tool("biology", keywords=("GC percentage", "guanine", "cytosine", "GC ratio", "G and C"))
def gc_content(sequence: Sequence) -> Number:
    """GC content: percent of G and C in DNA or RNA.

    Of the known letters: those other than N.

    >>> gc_content(Sequence("ATGC", "dna"))
    50
    """
    counts = Counter(_nucleic("gc_content", sequence).letters)
    known = counts.total() - counts["N"]
    if not known:
        raise ToolError("`gc_content` needs a sequence with letters other than N", "undefined")
    return in_form_of(Fraction(100 * (counts["G"] + counts["C"]), known), ())


@tool("biology", keywords=("how long", "letters", "bases", "nucleotides", "residues", "bp"))
def sequence_length(sequence: Sequence) -> int:
    """Length of a sequence: bases or amino acids.

    >>> sequence_length(Sequence("ATGCCA", "dna"))
    6
    """
    return len(sequence.letters)


@tool("biology", keywords=("how many", "adenine", "occurrences", "nucleotide", "residue", "A's"))
def count_base(sequence: Sequence, letter: str) -> int:
    """Times that a base or amino acid occurs.

    >>> count_base(Sequence("ATGCCA", "dna"), "A")
    2
    """
    wanted = letter.strip().upper()
    alphabet = ALPHABETS[sequence.kind]
    if len(wanted) != 1 or wanted not in alphabet:
        raise ToolError(
            f"`count_base` needs one of the letters {''.join(sorted(alphabet))} of a sequence of "
            f"kind {sequence.kind}, got {clip(letter)}"
        )
    return sequence.letters.count(wanted)


@tool("biology", keywords=("mutations", "mismatches", "differ", "point mutations", "positions"))
def hamming_distance(a: Sequence, b: Sequence) -> int:
    """Positions at which two equally long sequences differ.

    >>> hamming_distance(Sequence("GATTACA", "dna"), Sequence("GACTATA", "dna"))
    2
    """
    first, second = _alike("hamming_distance", a, b)
    if len(first) != len(second):
        raise ToolError(
            f"`hamming_distance` needs equally long sequences, got {len(first)} and {len(second)} "
            "letters; `alignment_score` takes others"
        )
    return sum(x != y for x, y in zip(first, second, strict=True))


@tool("biology", keywords=("Needleman-Wunsch", "align", "global alignment", "similarity", "gap"))
def alignment_score(
    a: Sequence, b: Sequence, match: int = 1, mismatch: int = -1, gap: int = -1
) -> int:
    """Best score of a global alignment of two sequences.

    Needleman and Wunsch's; every letter beside a gap costs `gap`. The lengths multiply to 5e7 at
    most.

    >>> alignment_score(Sequence("GATTACA", "dna"), Sequence("GCATGCT", "dna"))
    0
    """
    first, second = sorted(_alike("alignment_score", a, b), key=len)
    refuse_over("`alignment_score`", "products of lengths", len(first) * len(second), MAX_CELLS)
    for score in (match, mismatch, gap):
        refuse_over("`alignment_score`", "sizes of scores", abs(score), MAX_SCORE)
    return _best_score(first, second, match, mismatch, gap)


def _best_score(rows: str, columns: str, match: int, mismatch: int, gap: int) -> int:
    """The last cell of the table, which is filled row by row.

    Along a row, gaps make cell j the maximum of `best[k] + gap * (j - k)` over k <= j: a running
    maximum of `best[k] - gap * k`.
    """
    import numpy as np

    letters = np.frombuffer(columns.encode(), dtype=np.uint8)
    gaps = gap * np.arange(len(columns) + 1, dtype=np.int64)
    row = gaps.copy()
    for number, letter in enumerate(rows.encode(), 1):
        best = row + gap
        best[0] = gap * number
        paired = row[:-1] + np.where(letters == letter, match, mismatch)
        np.maximum(best[1:], paired, out=best[1:])
        row = np.maximum.accumulate(best - gaps) + gaps
    return int(row[-1])


@tool("biology", keywords=("search", "occurrences", "where", "positions", "pattern", "site"))
def find_motif(sequence: Sequence, motif: Sequence | str) -> Numbers:
    """Positions where a motif begins, counted from 1.

    Occurrences may overlap. N in the motif, X for proteins, fits every letter. Motifs have up to
    200 letters.

    >>> find_motif(Sequence("GATATATGCATATACTT", "dna"), "ATAT")
    (2, 4, 10)
    """
    letters = (motif if isinstance(motif, str) else motif.letters).strip().upper()
    refuse_over("`find_motif`", "motifs of lengths", len(letters), MAX_MOTIF)
    alphabet = ALPHABETS[sequence.kind]
    if not letters or not set(letters) <= set(alphabet):
        raise ToolError(
            f"`find_motif` needs a motif of the letters {''.join(sorted(alphabet))} for a sequence "
            f"of kind {sequence.kind}, got {clip(letters)}"
        )
    pattern = re.escape(letters).replace(_UNKNOWN[sequence.kind], ".")
    found = re.finditer(f"(?={pattern})", sequence.letters)
    return tuple(match.start() + 1 for match in found)


@tool("biology", keywords=("atoms", "composition", "elements", "chemical formula", "peptide"))
def molecular_formula(sequence: Sequence) -> ChemicalFormula:
    """Chemical formula of a single strand or of a protein.

    Uncharged. A strand has a phosphate at its 5' end, as sequences of oligonucleotides are
    usually weighed; in proteins no bridges are formed.

    >>> molecular_formula(Sequence("GA", "protein")).to_text()
    'C5H10N2O3'
    """
    return _formula("molecular_formula", sequence)


def _formula(tool: str, sequence: Sequence) -> ChemicalFormula:
    words = _MONOMERS[sequence.kind].split()
    monomers = dict(zip(words[::2], map(ChemicalFormula.parse, words[1::2]), strict=True))
    bonds = len(sequence.letters) - 1
    atoms = Counter({"H": -2 * bonds, "O": -bonds})
    for letter, times in _known(tool, sequence).items():
        for symbol, count in monomers[letter].atoms:
            atoms[symbol] += times * count
    return ChemicalFormula(tuple(atoms.items()))


@tool("biology", keywords=("mass", "weight", "daltons", "molar mass", "kDa", "how heavy"))
def molecular_weight(sequence: Sequence) -> Quantity:
    """Molar mass of a single strand or protein, in g/mol.

    That of `molecular_formula`.

    >>> molecular_weight(Sequence("GA", "protein"))
    Quantity(magnitude=Decimal('146.146'), unit='g/mol')
    """
    mass = molar_mass_of("molecular_weight", _formula("molecular_weight", sequence))
    return quantity_in("g/mol", mass, (), "molecular_weight")


@tool("biology", keywords=("Tm", "primer", "Wallace", "annealing", "melt", "oligo", "PCR"))
def melting_temperature(sequence: Sequence) -> Quantity:
    """Melting temperature of a short DNA by Wallace's rule.

    2 °C for each A and T, 4 °C for each G and C (Wallace et al. 1979), for up to 30 letters.

    >>> melting_temperature(Sequence("ATGCATGCATGC", "dna"))
    Quantity(magnitude=36, unit='°C')
    """
    given = _nucleic("melting_temperature", sequence)
    refuse_over("`melting_temperature`", "lengths", len(given.letters), MAX_WALLACE)
    counts = _known("melting_temperature", given)
    if counts["U"]:
        raise ToolError(f"`melting_temperature` needs DNA, got the RNA {clip(given.letters)}")
    return Quantity(2 * (counts["A"] + counts["T"]) + 4 * (counts["G"] + counts["C"]), "°C")
