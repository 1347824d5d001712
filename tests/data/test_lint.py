"""The lint of the phrase bank."""

from fluxem_vllm.data import lint


def test_pairs_with_mostly_the_same_words_are_found():
    texts = [
        "Tom has # marbles and gives # of them to Ann. How many are left?",
        "Ann bakes # cakes and sells # of them. How many are left?",
        "tom has # marbles and gives # of them to ann, how many are left",
        "# plus #",
        "# plus #",  # too short to tell what is asked
    ]
    assert list(lint.near_duplicates(texts)) == [(texts[2], texts[0])]


def test_repeated_words_count():
    texts = ["# + # + # + # + #", "# + # + # + # + # + # + # + # + #"]
    assert not list(lint.near_duplicates(texts))
    assert list(lint.near_duplicates([texts[1]] * 2))


def test_the_command_says_which_and_fails(capsys):
    assert lint.main(["how many is # of #", "How many is # of #?"]) == 1
    assert capsys.readouterr().out == "How many is # of #?\n  how many is # of #\n"
    assert lint.main(["how many is # of #", "# and # are how many"]) == 0
