"""Texts of the phrase bank that are nearly the same: `python -m fluxem_vllm.data.lint`.

What a text teaches is in its words. Two are near duplicates where most of their runs of four words
are the same, values aside (shingles, Broder, "On the resemblance and containment of documents",
1997). Texts of fewer words are not compared: there the types of the values tell what is asked.
Prints each pair and exits with status 1 where there is any.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from fluxem_vllm.data.bank import Template, load_asks, load_bank

SHINGLE = 4  # words
ALIKE = 0.8  # the share of common shingles, of all that either has, from which two are duplicates
_FREQUENT = 300  # so many texts at most are compared because of one shingle, the first ones

Shingle = tuple[tuple[str, ...], int]
"""A run of words, and how often it stood before in the same text."""

_WORD = re.compile(r"[\w']+|[^\w\s.,:;?!\"]")


def near_duplicates(texts: Sequence[str], alike: float = ALIKE) -> Iterator[tuple[str, str]]:
    """Pairs of texts, the later first, whose shingles are alike; a `#` stands for any value.

    >>> list(near_duplicates(["how much is # and # now", "How much is # and # now?", "# plus"]))
    [('How much is # and # now?', 'how much is # and # now')]
    """
    shingles = [_shingles(text) for text in texts]
    having = defaultdict[Shingle, list[int]](list)
    for i, own in enumerate(shingles):
        common = Counter(j for shingle in own for j in having[shingle][:_FREQUENT])
        for j, n in common.items():
            if n >= alike * (len(own) + len(shingles[j]) - n):
                yield texts[i], texts[j]
                break
        for shingle in own:
            having[shingle].append(i)


def _shingles(text: str) -> frozenset[Shingle]:
    words = _WORD.findall(text.lower())
    runs = (tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))
    counts = Counter(runs)
    return frozenset((run, n) for run, total in counts.items() for n in range(total))


def bank_texts() -> list[str]:
    """The texts of stories, of events, of the further domains' ways of asking, and of chat; not the
    noun phrases and clauses of the core's tools, most of which are few words around a value."""
    bank = load_bank("all")
    events = ("".join(text.pieces) for event in bank.events.events for text in event.texts)
    stories = (text for story in bank.stories for text in story.texts)
    asks = (text for texts in load_asks("all").values() for text in texts)
    plain = (_plain(text) for text in (*stories, *asks))
    return [*plain, *events, *(question for question, _ in bank.chat)]  # events name what is told


def _plain(text: Template) -> str:
    return "#".join(text.pieces[::2])


def main(texts: Iterable[str] = ()) -> int:
    """Prints the pairs; 1 where there are any."""
    pairs = list(near_duplicates(list(texts) or bank_texts()))
    for pair in pairs:
        print(*pair, sep="\n  ")
    return int(bool(pairs))


if __name__ == "__main__":
    sys.exit(main())
