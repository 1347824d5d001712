"""The router: the tools that a question needs are among those offered."""

from decimal import Decimal
from itertools import islice

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.finance import Money
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.structures.physics import BareUnit, Quantity
from fluxem_toolbox import FURTHER, TOOLS
from fluxem_vllm.corpus import documents
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.router import GLUE, LIKELY, OFFERED, Router, default_router
from fluxem_vllm.shapes import NONE
from fluxem_vllm.words import spoken, words


@pytest.fixture(scope="module")
def router():
    return default_router()


def offered(router, question, count=OFFERED):
    return router.offer(question, detect(question), TOOLS, count).tools


@pytest.mark.parametrize(
    ("question", "needed"),
    [
        (
            "What's the entropy of a binomial distribution with n=5! trials and p=0.3?",
            {"factorial", "binomial_distribution", "entropy"},
        ),
        ("How many days between 2024-02-28 and 2024-03-01?", {"days_between"}),
        ("5!", {"factorial"}),
        ("C(5, 2)", {"combinations"}),
        ("P(5, 2)", {"permutations"}),
        ("Average of [1, 2, 3]", {"mean"}),
    ],
)
def test_the_tools_that_a_question_needs_are_offered(router, question, needed):
    assert needed <= set(offered(router, question))


def test_recall_on_phrasings_that_the_router_has_not_read(router):
    samples = [s for s in islice(Generator(7, "heldout"), 300) if s.tools]
    complete = [s.tools <= set(offered(router, s.turn.text)) for s in samples]
    assert sum(complete) / len(samples) >= 0.93


def test_no_more_than_asked_for_and_only_what_is_allowed(router):
    assert len(offered(router, "sum of 2 and 3", count=3)) == 3
    assert set(GLUE) <= set(offered(router, "5!"))
    assert len(offered(router, "sum of 2 and 3")) == OFFERED
    assert router.offer("sum of 2 and 3", [], ["mean", "add"]).tools == ["add", "mean"]
    assert router.offer("sum", [], []).tools == []


@pytest.mark.parametrize("question", ["", "?!", "xyzzy plugh", "数を足す", "the of a"])
def test_a_question_without_known_words_gets_tools_all_the_same(router, question):
    assert len(offered(router, question)) == OFFERED


def test_a_new_tool_is_found_by_its_words():
    router = Router(documents(TOOLS) | {"tide_height": ["tide height", "How high the tide stands"]})
    allowed = [*TOOLS, "tide_height"]
    question = "how high does the tide stand at 7?"
    assert router.offer(question, [], allowed).likely[0] == "tide_height"
    assert router.offer("tide", [], ["unread", "tide_height"]).tools == ["tide_height", "unread"]


WEATHER = {"get_weather": "get weather Get the current weather for a city"}


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("What is the weather in Paris?", 0),
        ("current weather for Oslo and times 3", 0),
        ("What is the mean of 3, 5 and 10?", None),
        ("15 % of 240", None),
    ],
)
def test_tools_that_were_never_read_are_ranked_by_what_they_say(router, question, place):
    tools, likely, beside = router.offer(question, detect(question), TOOLS, beside=WEATHER)
    assert "get_weather" not in tools
    assert beside == ([] if place is None else ["get_weather"])
    assert len(tools) + len(beside) == OFFERED
    assert (
        likely.index("get_weather") == place if place is not None else "get_weather" not in likely
    )


def test_what_sounds_like_a_question_shares_a_word_that_is_not_common(router):
    told = {**WEATHER, "tideHeight": "tide Height Height of the tide"}
    assert router.sounding_like("Is the weather good for a walk?", told) == ["get_weather"]
    assert router.sounding_like("TIDE?", told) == ["tideHeight"]
    assert router.sounding_like("What is the point of it?", told) == []


def test_the_words_of_a_name_are_told_apart(router):
    beside = {name: spoken(name) for name in ("tideHeight", "lampColour")}
    likely = router.offer("What height has the tide?", [], [], beside=beside).likely
    assert likely[0] == "tideHeight"


def test_tools_that_are_called_beside_the_likeliest_are_offered_before_others():
    others = {f"other{i}": [f"some other thing {i}"] for i in range(20)}
    both = ["the least of # and #", "least number that leaves # and #", "least remainder"]
    router = Router(others | {"solve": ["solve the remainders", *both], "class": both})
    names, likely, _ = router.offer("solve for all remainders", [], router.names, 2)
    assert (names, likely[0]) == (["solve", "class"], "solve")


def test_the_likeliest_tools_are_named_first_and_nothing_has_its_place_among_them(router):
    question = "Average of [1, 2, 3]"
    names, likely, _ = router.offer(question, detect(question), TOOLS)
    assert likely[0] == names[0] == "mean"
    assert [name for name in likely if name != NONE] == names[: len(likely) - (NONE in likely)]
    assert len(likely) == LIKELY
    question = "Chapter 12 was fun, thanks a lot!"
    assert router.offer(question, detect(question), TOOLS).likely[0] == NONE


def test_what_is_written_out_is_likeliest(router):
    question = "please tell me 7!"
    assert router.offer(question, detect(question), TOOLS).likely[0] == "factorial"


@pytest.mark.parametrize(
    "question", ["avergae of [4, 7]", "averag of [4, 7]", "the aveerage of [4, 7]"]
)
def test_typos_are_corrected(router, question):
    assert "mean" in offered(router, question, 8)


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("A shirt costs $80 and is 25% off. What do I pay?", [80, Decimal("0.25")]),
        ("A bag of 5 kg is shared by 7 neighbours. What does each get?", [5, 7]),
        ("Convert 5 miles to km", [Quantity(5, "miles"), BareUnit("km")]),
        ("5 km and 300 m, together?", [Quantity(5, "km"), Quantity(300, "m")]),
        ("I have $5 and €3", [Money(5, "USD"), Money(3, "EUR")]),
        ("What force gives 2 kg an acceleration of 3 m/s^2?",
         [Quantity(2, "kg"), Quantity(3, "m/s^2")]),
        ("det [[1, 2], [3, 4]]", [Matrix(((1, 2), (3, 4)))]),
    ],
)  # fmt: skip
def test_amounts_keep_their_units_where_a_question_is_about_them(router, question, values):
    assert [span.value for span in router.read(question, FURTHER)] == values


def test_what_is_written_as_values_is_one_word():
    assert words("Averages of the averaged averaging") == [
        "averag",
        "of",
        "the",
        "averag",
        "averag",
    ]
    assert words("2 + 2 × x") == ["#", "+", "#", "×", "x"]
    assert words("18% of [3, 4.5, 6] after 2024-02-28?") == ["#", "of", "#", "after", "#"]
    assert words("mean of Uniform(2, 14)") == words("mean of #") == ["mean", "of", "#"]


def test_a_question_is_scored_once():
    router = Router({"add": ["sum of # and #"], "mean": ["average of #"]})
    assert router.scores("average of 3") is router.scores("average of 3")


@pytest.mark.parametrize(
    ("question", "domain"),
    [
        ("the gnus have {3, 8} and the emus {8, 9}", "sets"),
        ("a yurt on (0, 0), (4, 0), (4, 3) and (0, 3)", "geometry"),
    ],
)
def test_lists_in_braces_are_sets_and_several_in_parentheses_points(question, domain):
    router = Router({name: [name] for name in (*TOOLS, NONE)})
    spans = detect(question, domains=FURTHER)
    assert all(isinstance(span.value, tuple) for span in spans)
    names = router.rank(question, spans, TOOLS)[:7]
    assert sum(TOOLS[name].domain == domain for name in names) >= 5
