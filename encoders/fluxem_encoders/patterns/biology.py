"""Sequences of DNA, RNA and proteins.

Found are letters between `5'` and `3'` (from 3' to 5' they are turned around); letters right
behind a word for what they are, also in groups of three (`DNA sequence ATG GCC TAA`, `codon AUG`,
`peptide sequence RGD`); amino acids by their short names (`Gly-Ala-Val`); and without any word 12
letters or more of A, C, G and T, or U, of which three differ. Small letters need a word before
them, and eight.

Deliberately not found: short words without evidence (`CAT`, `TAG`, `GATTACA`), long runs of one or
two letters (`AAAAAAAAAAAAAA`), proteins without a word, names of proteins (`protein KRAS`,
`protein MYC`), motifs that may be notes (`the motif GACA`).
"""

import re
from collections.abc import Callable

from fluxem_encoders.patterns.rule import SPACE, Reading, Rule
from fluxem_encoders.structures.biology import Sequence

_MIN_DIFFERENT = 3
_PRIME = r"['\x01]"
_LINK = (
    rf"(?:{SPACE}(?:sequences?|strands?|molecule|template|fragment|segment|codon|oligo|primer|is|"
    rf"was|of|for|reads|the|this|given|following|below)){{0,4}}{SPACE}?[:=]?{SPACE}?[\"'`(\x01]?"
)
_DNA_WORDS = (
    r"(?:c?DNA|genes?|primers?|oligos?|oligonucleotides?|(?:coding|template|complementary|sense|"
    rf"antisense){SPACE}strand|restriction{SPACE}site|promoter)"
)
_RNA_WORDS = r"(?:(?:m|t|r|mi|si)?RNA|anticodons?|transcript)"
_ANY_WORDS = (
    rf"(?:sequences?|strands?|template|nucleotides?|(?:reverse[ -])?complement|rev-?comp"
    rf"|gc[ -]content|melting{SPACE}temperature|transcri(?:be|ption)|translat(?:e|ion)"
    rf"|reading{SPACE}frame)"
)
_PROTEIN_WORDS = (
    rf"\b(?:(?:amino[ -]acid|protein|peptide|polypeptide){SPACE}(?:(?:with|of|has){SPACE})?"
    rf"(?:(?:the|a){SPACE})?(?:(?:amino[ -]acid){SPACE})?(?:sequence|chain|motif)s?"
    rf"|sequence{SPACE}of{SPACE}amino{SPACE}acids)"
)
_AMINO = "[ACDEFGHIKLMNPQRSTVWY]"
_RESIDUES = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G",
    "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S",
    "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V",
}  # fmt: skip
_RESIDUE = f"(?-i:{'|'.join(_RESIDUES)})"
_END = r"[^\w-]"


def _letters(alphabet: str, fewest: int) -> str:
    """Capitals, in groups of three or in one word, or at least eight small letters."""
    small = alphabet.lower()
    groups = f"[{alphabet}]{{3}}(?:[ -][{alphabet}]{{3}})+"
    return rf"(?-i:\b(?:{groups}|[{alphabet}]{{{fewest},}}|[{small}]{{8,}}))"


def _sequence(kind: str = "") -> Callable[[str], Reading]:
    """A reader of letters, with groups; without a kind, U makes RNA."""

    def read(text: str) -> Reading:
        letters = re.sub(r"[\s-]", "", text).upper()
        return Sequence(letters, kind or ("rna" if "U" in letters else "dna"))

    return read


def _between_ends(text: str) -> Reading:
    """Letters between `5'` and `3'`, in that direction."""
    letters = "".join(re.findall("[A-Z]+", text.upper()))
    if text.startswith("3"):
        letters = letters[::-1]
    return Sequence(letters, "rna" if "U" in letters else "dna")


def _residues(text: str) -> Reading:
    return Sequence("".join(map(_RESIDUES.__getitem__, re.split(r"[\s-]", text))), "protein")


def _motif(text: str) -> Reading:
    """Letters that are not all names of notes as well."""
    return _sequence()(text) if re.search("[TU]", text, re.IGNORECASE) else None


def _bare(text: str) -> Reading:
    return _sequence()(text) if len(set(text)) >= _MIN_DIFFERENT else None


def _ends(first: int, last: int) -> str:
    inside = "|".join(f"[{letters}]+(?:[ -][{letters}]+)*" for letters in ("ACGTN", "ACGUN"))
    return (
        rf"\b{first}{_PRIME}{SPACE}?[-\x01]?{SPACE}?(?:{inside})"
        rf"{SPACE}?[-\x01]?{SPACE}?{last}{_PRIME}"
    )


RULES = (
    Rule(f"{_ends(5, 3)}|{_ends(3, 5)}", _between_ends, domain="biology"),
    Rule(
        rf"(?-i:\b{_AMINO}{{3,}}\*?)",
        _sequence("protein"),
        before=rf"{_PROTEIN_WORDS}{_LINK}",
        after=_END,
        domain="biology",
    ),
    Rule(
        rf"(?-i:\b{_AMINO}{{6,}}\*?)",
        _sequence("protein"),
        before=rf"\b(?-i:[a-z]{{0,5}}peptide|Peptide){_LINK}",
        after=_END,
        domain="biology",
    ),
    Rule(
        rf"(?-i:\bM{_AMINO}{{7,}}\*?)",
        _sequence("protein"),
        before=rf"\b(?-i:[Pp]rotein){_LINK}",
        after=_END,
        domain="biology",
    ),
    Rule(
        rf"\b{_RESIDUE}(?:-{_RESIDUE}){{2,}}",
        _residues,
        before=r"(?:[^\w-]|[^\w-](?-i:H|NH2|H2N|Ac)-)",
        after=rf"(?:{_END}|-(?-i:OH|COOH|NH2)\b)",
        domain="biology",
    ),
    Rule(
        rf"\b{_RESIDUE}(?:[ -]{_RESIDUE})+",
        _residues,
        before=rf"(?:{_PROTEIN_WORDS}|\b(?:(?:di|tri|tetra|penta|oligo|poly)?peptide)){_LINK}",
        after=_END,
        domain="biology",
    ),
    Rule(
        _letters("ACGU", 4),
        _sequence("rna"),
        before=rf"\b(?:{_RNA_WORDS}{_LINK}|(?:m|t|r|mi|si)?RNA,{SPACE})",
        after=_END,
        domain="biology",
    ),
    Rule(
        _letters("ACGT", 4),
        _sequence("dna"),
        before=rf"\b(?:{_DNA_WORDS}{_LINK}|c?DNA,{SPACE})",
        after=_END,
        domain="biology",
    ),
    Rule(
        r"(?-i:\b(?:[ACGT]{3}|[ACGU]{3}))",
        _sequence(),
        before=rf"\b(?:anti)?codons?(?:{SPACE}is)?{SPACE}[\"'(\x01]?",
        after=_END,
        domain="biology",
    ),
    Rule(
        rf"{_letters('ACGT', 4)}|{_letters('ACGU', 4)}",
        _motif,
        before=rf"\bmotif{_LINK}",
        after=_END,
        domain="biology",
    ),
    Rule(
        rf"{_letters('ACGT', 5)}|{_letters('ACGU', 5)}",
        _sequence(),
        before=rf"\b{_ANY_WORDS}{_LINK}",
        after=_END,
        domain="biology",
    ),
    Rule(r"(?-i:\b(?:[ACGT]{12,}|[ACGU]{12,})\b)", _bare, domain="biology"),
)
