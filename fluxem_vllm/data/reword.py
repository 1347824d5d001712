"""Other words for a question's words, so that a model learns what is asked and not who asks it."""

import random
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import re2

from fluxem_vllm.data.tree import Pieces

CHANGED = 0.5  # of the words that have synonyms

Groups = tuple[tuple[str, ...], ...]
_CHANGED = "\0"  # stands before a word that took another's place
_WITH_ARTICLE = re.compile(rf"\b([Aa])n?( {_CHANGED})(\w)")
_MEMORY_BYTES = 256 << 20  # of RE2's automaton of all words


class Rewording:
    """One text's synonyms: the same word becomes the same word wherever it stands."""

    def __init__(self, groups: Groups, rng: random.Random) -> None:
        self._pattern, self._others = _index(groups)
        self._rng = rng
        self._chosen: dict[str, str] = {}

    def __call__(self, pieces: Sequence[object]) -> Pieces:
        """The pieces with words changed; values stay."""
        self._taken = {
            word.lower() for p in pieces if isinstance(p, str) for word in self._pattern.findall(p)
        }
        return [self._reworded(p) if isinstance(p, str) else p for p in pieces]  # type: ignore[misc]

    def _reworded(self, text: str) -> str:
        changed: str = self._pattern.sub(self._other, text)
        return _WITH_ARTICLE.sub(_mended, changed).replace(_CHANGED, "")

    def _other(self, match: Any) -> str:
        word: str = match[0]
        if word.lower() not in self._chosen:
            self._chosen[word.lower()] = self._draw(word.lower())
        other = self._chosen[word.lower()]
        if other.lower() == word.lower():
            return word
        return _CHANGED + (other[:1].upper() + other[1:] if word[:1].isupper() else other)

    def _draw(self, word: str) -> str:
        if self._rng.random() > CHANGED:
            return word
        other = self._rng.choice(self._others[word])
        if other.lower() in self._taken:  # two things would become one
            return word
        self._taken.add(other.lower())
        return other


def _mended(match: re.Match[str]) -> str:
    """`a` or `an`, as the first letter of the word wants it."""
    return f"{match[1]}{'n' if match[3].lower() in 'aeiou' else ''}{match[2]}{match[3]}"


@lru_cache(maxsize=1)
def _index(groups: Groups) -> tuple[Any, dict[str, list[str]]]:
    """A pattern of all words, the longer first, and what each may become."""
    others: dict[str, list[str]] = {}
    for group in groups:
        for word in group:
            others.setdefault(word.lower(), []).extend(w for w in group if w != word)
    words = "|".join(re.escape(word) for word in sorted(others, key=len, reverse=True))
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MEMORY_BYTES
    return re2.compile(rf"\b(?:{words})\b", options), others
