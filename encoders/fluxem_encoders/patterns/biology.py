"""Sequences of DNA, RNA and proteins.

Found are letters between `5'` and `3'` (from 3' to 5' they are turned around); letters right
behind a word for what they are or for what is asked of them, up to five words later, also in groups
of three and several of them (`DNA sequence ATG GCC TAA`, `codon AUG`, `GC content of atgcgc`, `the
Hamming distance between GATTACA and GACTATA`, `peptide sequence RGD`); a motif and what it is
searched in (`ATAT in GATATATGC`); amino acids by their short names (`Gly-Ala-Val`); and without any
word 9 letters or more of A, C, G and T, or U, of which three differ. Small letters need a word
before them.

Deliberately not found: short words without evidence (`CAT`, `TAG`, `GATTACA`), long runs of one or
two letters (`AAAAAAAAAAAAAA`), proteins without a word, names of proteins and peptides (`protein
KRAS`, `the peptide VIP`), motifs that may be notes (`the motif GACA`).
"""

import re
from collections.abc import Callable, Iterator

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
    rf"antisense){SPACE}strand|restriction{SPACE}site|promoter|melting{SPACE}temp(?:erature)?"
    rf"|annealing{SPACE}temp(?:erature)?|Wallace|(?-i:[Tt]m)(?:{SPACE}(?:of|for)\b|[:=]))"
)
_RNA_WORDS = r"(?:(?:m|t|r|mi|si)?RNA|anticodons?|transcript)"
_ANY_WORDS = (
    r"(?:sequences?|strands?|template|nucleotides?|(?:reverse[ -])?complement(?:ary)?"
    rf"|rev(?:erse)?[ -]?comp|(?-i:RC){SPACE}of|transcri(?:be|ption)|translat(?:e|ion)"
    rf"|reading{SPACE}frame|codes{SPACE}for|(?:proteins?|peptides?){SPACE}(?:does|do|is|from|for)"
    rf"|amino{SPACE}acids?{SPACE}(?:does|do|are|from|for)|mutations?|mismatch(?:es)?|differ(?:ences?)?"
    r"|needleman[ -](?:and[ -])?wunsch|align(?:ments?|ing)?|bases|bps?|c?DNA|m?RNA"
    r"|compare|(?-i:SNPs?))"
)
# What nothing else has, so that fewer letters will do.
_SURE_WORDS = (
    rf"(?:(?-i:GC|gc)(?:[ -](?:content|percent(?:age)?|ratio)\b|{SPACE}?%|:"
    rf"|{SPACE}(?:is{SPACE}in|of|does)\b)|(?:strands|sequences)\b|substitutions?{SPACE}between"
    rf"|(?:differ(?:ences?)?|mutations?|mismatch(?:es)?){SPACE}between|align"
    rf"|hamming(?:{SPACE}distance)?|(?-i:NW){SPACE}score|base[ -]pair(?:s|ing)?|alignment"
    rf"|(?:reverse[ -])?complement{SPACE}(?:of|for))"
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
_NEXT = (
    rf"(?:[,;:]?{SPACE}(?:\d{SPACE}?)?(?:(?-i:[a-z]{{1,12}}){SPACE}){{0,5}}?"
    rf"(?:(?-i:[a-z]{{1,12}})?[:=]{SPACE}?)?[\"'`(\x01]?)"
)
"""What may stand between a word and a sequence: a few words more."""
_AND = (
    rf"(?:[\"'`\x01]?(?:,{SPACE}(?:and{SPACE})?|{SPACE}(?:and|or|vs\.?|versus|with|to|against|on|from|/)"
    rf"{SPACE})[\"'`\x01]?)"
)
_BETWEEN = re.compile(_AND, re.IGNORECASE)
# Names of peptides and words, of letters that may be sequences as well.
_NAMES = frozenset(["ANP", "CNP", "CGRP", "GIP", "GLP", "GRP", "NPY", "PTH", "PYY", "VIP"])
_WORDS = frozenset(["TACT", "TATA", "GAGA", "GATT", "CATT"])
_SMALL_WORDS = frozenset(["act", "cat", "gag", "gat", "tag", "tat"])
_SIZES = {"di": 2, "tri": 3, "tetra": 4, "penta": 5, "hexa": 6}


_EACH = re.compile("[ACGTU]{3,}|[acgt]{3,}(?= for)|(?<=for )[acgt]{3,}")
_IN = (
    rf"(?:{SPACE}(?:occurs?|appears?|is|found|begins?|starts?|motif|site|shows?|up)){{0,3}}{SPACE}"
    rf"(?:in|within|inside){SPACE}(?:(?:the|this|my|[cm]?[DR]NA|gene|sequence|strand){SPACE}){{0,3}}"
)
_FOR = rf"{SPACE}for{SPACE}"
_WEIGHED = "(?:formula|weight|mass|MW|composition|length|residues|atoms)"
_ASKED = (
    rf"(?:complement|gc{SPACE}(?:content|percentage|ratio)|hamming|alignment|codes?{SPACE}for|coded"
    rf"|mismatch(?:es)?|(?-i:Tm)|(?:m|c)?(?:DNA|RNA)|(?:poly)?peptide|base{SPACE}pairs?"
    rf"|(?-i:G(?:/C|C|{SPACE}(?:or|and){SPACE}C)))"
)


def _letters(alphabet: str, fewest: int, fewest_small: int = 8) -> str:
    """Capitals, in groups of three or in one word, or small letters."""
    small = alphabet.lower()
    groups = f"[{alphabet}]{{3}}(?:[ -][{alphabet}]{{3}})+"
    return rf"(?-i:\b(?:{groups}|[{alphabet}]{{{fewest},}}|[{small}]{{{fewest_small},}}))"


def _several(alphabet: str, fewest: int) -> str:
    """Sequences with `and` or the like in between: also one letter at a time; small ones too."""
    small = alphabet.lower()
    return (
        rf"(?:(?-i:\b(?:[{alphabet}](?: [{alphabet}]){{3,}}"
        rf"|[{small}]{{3}}(?:[ -][{small}]{{3}}){{2,}}))"
        rf"|{_letters(alphabet, fewest, fewest)})"
        rf"(?:{_AND}(?-i:[{alphabet}]{{3,}}|[{small}]{{3,}})\b){{0,3}}"
    )


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


def _told(kind: str = "") -> Callable[[str], Reading]:
    """A reader as of `_sequence`; what may be a word stays text."""
    read = _sequence(kind)

    def told(text: str) -> Reading:
        few = text[0].islower() and len(set(text.lower()) - {" ", "-"}) < _MIN_DIFFERENT
        return None if few or text.upper() in _WORDS else read(text)

    return told


def _apart(text: str) -> Iterator[tuple[int, int]]:
    """The extents of sequences with `and` or the like in between."""
    start = 0
    for match in _BETWEEN.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _both(text: str) -> Iterator[tuple[int, int]]:
    """The extents of a motif and a sequence, whatever stands in between."""
    return (match.span() for match in _EACH.finditer(text))


def _peptide(text: str) -> Reading:
    return None if text in _NAMES else Sequence(text, "protein")


def _codon(text: str) -> Reading:
    return None if text in _SMALL_WORDS else _sequence()(text)


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
    *(
        Rule(
            rf"(?-i:\b{_AMINO}{{{size}}})",
            _sequence("protein"),
            before=rf"\b{name}peptide{_LINK}",
            after=_END,
            domain="biology",
        )
        for name, size in _SIZES.items()
    ),
    Rule(
        rf"(?-i:\b{_AMINO}{{2,}}\*?)",
        _peptide,
        before=rf"\b{_WEIGHED}(?:{SPACE}(?:of|for|is|in|up|the|a|this|my)){{0,4}}{SPACE}"
        rf"(?:oligo|poly)?peptide{_LINK}",
        after=_END,
        domain="biology",
    ),
    Rule(
        rf"(?-i:\b{_AMINO}{{3,}}\*?)",
        _peptide,
        before=rf"\b(?:oligo|poly)?peptide{_LINK}",
        after=rf"[,:]?{SPACE}(?:[-\x01]{SPACE})?(?:(?-i:[a-z]{{1,12}}){SPACE}){{0,4}}?"
        rf"(?:(?:molecular|chemical){SPACE})?{_WEIGHED}\b",
        domain="biology",
    ),
    Rule(
        rf"(?-i:\b{_AMINO}{{6,}}\*?)",
        _sequence("protein"),
        before=rf"\bresidues{SPACE}(?:in|of){SPACE}(?:the{SPACE})?",
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
        rf"(?-i:[ACGT]{{3,}}){_IN}(?-i:[ACGT]{{8,}})|(?-i:[ACGU]{{3,}}){_IN}(?-i:[ACGU]{{8,}})",
        _sequence(),
        before=r"[^\w-]",
        after=_END,
        split=_both,
        domain="biology",
    ),
    Rule(
        rf"(?-i:[ACGT]{{8,}}{_FOR}[ACGT]{{3,}}|[acgt]{{8,}}{_FOR}[acgt]{{3,}})",
        _sequence(),
        before=rf"\b(?:search|scan|check){SPACE}(?:the{SPACE})?(?:(?:DNA|sequence|strand){SPACE})?",
        after=_END,
        split=_both,
        domain="biology",
    ),
    Rule(
        _several("ACGU", 4),
        _told("rna"),
        before=rf"\b{_RNA_WORDS}{_NEXT}",
        after=_END,
        split=_apart,
        domain="biology",
    ),
    Rule(
        _several("ACGT", 4),
        _told("dna"),
        before=rf"\b{_DNA_WORDS}{_NEXT}",
        after=_END,
        split=_apart,
        domain="biology",
    ),
    Rule(
        f"{_several('ACGT', 4)}|{_several('ACGU', 4)}",
        _told(),
        before=rf"\b{_SURE_WORDS}{_NEXT}",
        after=_END,
        split=_apart,
        domain="biology",
    ),
    Rule(
        r"(?-i:\b(?:[ACGT]{3}|[ACGU]{3}|[acgt]{3}|[acgu]{3}))",
        _codon,
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
        f"{_several('ACGT', 5)}|{_several('ACGU', 5)}",
        _told(),
        before=rf"\b{_ANY_WORDS}{_NEXT}",
        after=_END,
        split=_apart,
        domain="biology",
    ),
    Rule(
        f"{_letters('ACGT', 5)}|{_letters('ACGU', 5)}",
        _told(),
        before=rf"(?-i:\b[ACGTU])(?:[\x01']?s)?{SPACE}(?:(?:bases|nucleotides|occurs?|appears?|there"
        rf"|are|is){SPACE}){{0,3}}in{SPACE}(?:the{SPACE})?",
        after=_END,
        domain="biology",
    ),
    Rule(
        f"{_several('ACGT', 5)}|{_several('ACGU', 5)}",
        _told(),
        after=rf"[,:]?{SPACE}(?:[-\x01]{SPACE})?(?:(?-i:[a-z]{{1,12}}){SPACE}){{0,4}}?{_ASKED}\b",
        split=_apart,
        domain="biology",
    ),
    Rule(r"(?-i:\b(?:[ACGT]{9,}|[ACGU]{9,}))", _bare, after=_END, domain="biology"),
)
