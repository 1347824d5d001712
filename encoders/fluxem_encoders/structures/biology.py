"""Sequences of DNA, RNA and proteins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip
from fluxem_encoders.structured import Structured

ALPHABETS = {"dna": "ACNGT", "rna": "ACNGU", "protein": "*RKNDQEHPYWXSTGAMCFLVI"}
"""The letters of each kind. Nucleotides stand so that each one's complement is its mirror image.

Amino acids stand from hydrophilic to hydrophobic (Kyte and Doolittle 1982), with the stop `*`
before them and the unknown X in between.
"""

MAX_LETTERS = 100_000


@dataclass(frozen=True, slots=True)
class Sequence(Structured, key="sequence", domain="biology"):
    """Letters of one kind of molecule, as usual from 5' to 3', or from the N to the C terminus.

    Attributes:
        letters: 1 to 100,000 capitals, in which N (X in proteins) is an unknown one; small
            letters become capitals.
        kind: "dna" (ACGT and N), "rna" (ACGU and N) or "protein" (the 20 standard amino acids,
            X, and * for a stop).
    """

    letters: str
    kind: str

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or self.kind not in ALPHABETS:
            kinds = ", ".join(ALPHABETS)
            raise ValueFormError(f"the kind of a sequence is one of {kinds}, got {clip(self.kind)}")
        if not isinstance(self.letters, str):
            raise ValueFormError(f"expected the letters as one text, got {clip(self.letters)}")
        if not 1 <= len(self.letters) <= MAX_LETTERS:
            raise ValueFormError(
                f"a sequence has 1 to {MAX_LETTERS:,} letters, got {len(self.letters)}"
            )
        letters = self.letters.upper()
        if others := set(letters) - set(ALPHABETS[self.kind]):
            known = "".join(sorted(ALPHABETS[self.kind]))
            raise ValueFormError(
                f"a sequence of kind {self.kind} has the letters {known}, not {clip(min(others))}"
            )
        object.__setattr__(self, "letters", letters)

    def to_json(self) -> dict[str, Any]:
        """{"sequence": "ACGT", "kind": "dna"}."""
        return {self.key: self.letters, "kind": self.kind}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote, in capitals or small letters."""
        if set(form) != {cls.key, "kind"}:
            raise ValueFormError(
                'expected {"sequence": LETTERS, "kind": "dna", "rna" or "protein"}, got '
                f"{clip(form)}"
            )
        return cls(form[cls.key], form["kind"])

    def to_text(self) -> str:
        """The letters."""
        return self.letters
