"""Tools under the names that a checkpoint knows: shown so, and read back."""

import pytest

from fluxem_qwen3.calls import write_calls
from fluxem_toolbox import CORE, TOOLS
from fluxem_toolbox.registry import Parameter, Tool
from fluxem_vllm.chain.toolset import MAX_LINE_CHARS, Toolset

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the current weather for a city.\nUses the national service.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


@pytest.fixture
def tide(monkeypatch):
    """A tool of another server, which may do more than give a value."""
    tool = Tool(
        "tide", "mcp_harbours", lambda hour: hour, (Parameter("hour", int),), int,
        "Tide at an hour", pure=False,
    )  # fmt: skip
    monkeypatch.setitem(TOOLS, "tide", tool)
    return tool


@pytest.fixture
def tools(tide):
    return Toolset.of(
        ["gcd", "tide", "molar_mass"],
        {"get_weather": WEATHER},
        ["tide", "get_weather", "gcd", "none"],
        ["A", "B", "C"],
        CORE,
    )


def names(tools):
    return [schema["function"]["name"] for schema in tools.schemas]


def test_only_what_was_not_learnt_is_shown_under_another_name(tools):
    assert tools.shown == {"tide": "A", "molar_mass": "B", "get_weather": "C"}
    assert names(tools) == ["gcd", "A", "B", "C"]
    assert tools.likely == ("A", "C", "gcd", "none")
    assert tools.server == {"gcd", "tide", "molar_mass"}
    assert tools.client == {"get_weather"}


def test_a_tool_of_ones_own_is_not_learnt_in_any_domain(monkeypatch):
    own = Tool("spread", "statistics", lambda data: 0, (Parameter("data", int),), int, "Spread")
    monkeypatch.setitem(TOOLS, "spread", own)
    assert Toolset.of(["mean", "spread"], {}, (), ["A"], CORE).shown == {"spread": "A"}
    assert TOOLS["mean"].built_in


def test_a_description_becomes_one_short_line(tools):
    shown = tools.schemas[-1]["function"]
    assert shown["description"] == "Get the current weather for a city"
    assert shown["parameters"] == WEATHER["function"]["parameters"]
    long = {**WEATHER, "function": {**WEATHER["function"], "description": "x" * 500}}
    [schema] = Toolset.of([], {"f": long}, (), ["A"]).schemas
    assert len(schema["function"]["description"]) == MAX_LINE_CHARS
    bare = {"type": "function", "function": {"name": "get_time"}}
    [schema] = Toolset.of([], {"get_time": bare}, (), ["A"]).schemas
    assert schema["function"]["description"] == "get time"


def test_calls_are_read_with_the_tools_own_names(tools):
    text = "Let me see. " + write_calls([("A", {"hour": 6}), ("gcd", {"a": 1}), ("Z", {})])
    before, calls = tools.read(text)
    assert before == "Let me see."
    assert [(call.name, call.arguments) for call in calls] == [
        ("tide", {"hour": 6}),
        ("gcd", {"a": 1}),
        ("Z", {}),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"hour": 6}, {"hour": 6}),
        ({"month": 6}, {"hour": 6}),
        ({"hour": 6, "day": 7}, {"hour": 6}),
        ({"day": 7, "hour": 6}, {"hour": 6}),
        ({"a": 1, "b": 2}, {"hour": 1}),
        ({}, {}),
    ],
)
def test_values_under_strange_names_are_those_of_the_arguments_left(tools, written, read):
    [call] = tools.read(write_calls([("A", written)]))[1]
    assert call.arguments == read
    [other] = tools.read(write_calls([("gcd", written)]))[1]
    assert other.arguments == written  # of a tool that was learnt, such a call is a fault


@pytest.mark.parametrize(
    ("likely", "spoken_of", "opening"),
    [
        (["tide", "gcd"], ["tide"], '<tool_call>\n{"name": "A", "arguments": {"hour'),
        (["none", "tide"], ["tide"], '<tool_call>\n{"name": "A", "arguments": {"hour'),
        (["gcd", "none", "tide"], ["tide"], ""),
        (["tide", "gcd"], [], ""),
        (["gcd", "tide"], ["gcd"], ""),
        (["get_weather"], ["get_weather"], '<tool_call>\n{"name": "B", "arguments": {"city'),
        (["lamps"], ["lamps"], '<tool_call>\n{"name": "C", "arguments": {}}\n</tool_call>'),
        (["route"], ["route"], '<tool_call>\n{"name": "D", "arguments": {"'),
    ],
)
def test_a_plan_begins_with_the_tool_that_a_question_is_about(tide, likely, spoken_of, opening):
    def brought(name, *arguments):
        properties = {argument: {"type": "integer"} for argument in arguments}
        parameters = {"type": "object", "properties": properties}
        return {"type": "function", "function": {"name": name, "parameters": parameters}}

    client = {
        "get_weather": WEATHER,
        "lamps": brought("lamps"),
        "route": brought("route", "a", "b"),
    }
    tools = Toolset.of(["gcd", "tide"], client, likely, "ABCD", CORE, spoken_of)
    assert tools.opening == opening
    assert not Toolset.of(["gcd", "tide"], client, likely, (), CORE, spoken_of).opening


def test_a_checkpoint_without_stand_ins_sees_tools_as_they_are(tide):
    tools = Toolset.of(["gcd", "tide"], {"get_weather": WEATHER}, ["tide"])
    assert not tools.shown
    assert names(tools) == ["gcd", "tide", "get_weather"]
    assert tools.schemas[-1] == WEATHER


def test_more_tools_than_names_keep_their_own(tide):
    tools = Toolset.of(["tide"], {"get_weather": WEATHER}, (), ["A"], CORE)
    assert names(tools) == ["A", "get_weather"]


def test_a_name_that_a_tool_has_itself_stands_for_no_other(tide):
    named_a = {**WEATHER, "function": {**WEATHER["function"], "name": "A"}}
    tools = Toolset.of(["tide"], {"A": named_a}, (), ["A", "B"], CORE)
    assert tools.shown == {"tide": "B"}
    assert [call.name for call in tools.read(write_calls([("A", {}), ("B", {})]))[1]] == [
        "A",
        "tide",
    ]


def test_only_plans_of_what_is_known_and_does_nothing_else_are_tried(tools, tide):
    assert tools.may_be_tried("The sum is 3.")
    assert tools.may_be_tried(write_calls([("gcd", {}), ("unheard_of", {})]))
    for letter in "ABC":
        assert not tools.may_be_tried(write_calls([("gcd", {}), (letter, {})]))
    plain = Toolset.of(["gcd", "tide"], {"get_weather": WEATHER})
    assert plain.may_be_tried(write_calls([("gcd", {})]))
    assert not plain.may_be_tried(write_calls([("gcd", {}), ("tide", {"hour": 6})]))
    assert not plain.may_be_tried(write_calls([("get_weather", {})]))
