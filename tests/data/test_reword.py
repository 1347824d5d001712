"""Synonyms: other words, the same question."""

import random

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_vllm.data.bank import load_bank
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.data.reword import Rewording
from fluxem_vllm.data.tree import Leaf

GROUPS = (("buys", "purchases"), ("apples", "pears"), ("big", "very big"))


def reworded(pieces, seed):
    return Rewording(GROUPS, random.Random(seed))(pieces)


def test_words_change_and_values_stay():
    leaf = Leaf(3, "3")
    seen = {"".join(p if isinstance(p, str) else p.text for p in reworded(
        ["Tom buys ", leaf, " apples."], seed)) for seed in range(60)}  # fmt: skip
    assert seen == {
        f"Tom {verb} 3 {noun}." for verb in ("buys", "purchases") for noun in ("apples", "pears")
    }


def test_a_word_becomes_the_same_everywhere_and_keeps_its_capital():
    seen = {"".join(reworded(["Apples or apples, very big"], seed)) for seed in range(80)}
    assert seen == {
        f"{noun.capitalize()} or {noun}, {size}"
        for noun in ("apples", "pears")
        for size in ("big", "very big")
    }


def test_articles_suit_the_words_that_they_get():
    groups = (("apple", "pear"), ("bus", "old car"))
    seen = {
        "".join(Rewording(groups, random.Random(seed))(["An apple, a bus, a pie, an hour"]))
        for seed in range(80)
    }
    assert seen == {
        f"{fruit}, {ride}, a pie, an hour"
        for fruit in ("An apple", "A pear")
        for ride in ("a bus", "an old car")
    }


def test_two_things_never_become_one():
    assert {"".join(reworded(["3 apples, 4 pears"], seed)) for seed in range(40)} == {
        "3 apples, 4 pears"
    }


def test_held_out_phrasings_stay_as_written():
    assert Generator(1, "train").reworded > 0
    assert Generator(1, "heldout").reworded == 0


def test_no_synonym_reads_as_a_value():
    words = [word for group in load_bank().synonyms for word in group]
    assert all(len(group) == len(set(group)) > 1 for group in load_bank().synonyms)
    known = {"choose", "dollars", "euros", "francs", "next"}  # values, and the generator knows it
    read = [
        word
        for word in set(words) - known
        if [s.text for s in detect(f"7 {word} 8 pieces", domains=FURTHER)] != ["7", "8"]
    ]
    assert read == []
