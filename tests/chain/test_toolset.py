"""What a checkpoint sees of tools that it has not learnt, and what it is told to call."""

import pytest

from fluxem_encoders.values import Duration
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
    likely = ["tide", "get_weather", "gcd", "none"]
    return Toolset.of(["gcd", "tide", "molar_mass"], {"get_weather": WEATHER}, likely)


def test_tools_are_shown_as_they_are_where_there_is_no_guidance(tools):
    assert [schema["function"]["name"] for schema in tools.schemas] == [
        *("gcd", "tide", "molar_mass", "get_weather")
    ]
    assert tools.schemas[-1] == WEATHER
    assert (tools.server, tools.client) == ({"gcd", "tide", "molar_mass"}, {"get_weather"})
    assert tools.likely == ("tide", "get_weather", "gcd", "none")
    assert not tools.foreign
    assert not tools.opening


def test_what_was_not_learnt_is_foreign(tools):
    guided = tools.guided(CORE, [])
    assert guided.foreign == {"tide", "molar_mass", "get_weather"}
    assert tools.guided((*CORE, "chemistry"), []).foreign == {"tide", "get_weather"}
    assert guided.likely == tools.likely


def test_a_tool_of_ones_own_is_not_learnt_in_any_domain(monkeypatch):
    own = Tool("spread", "statistics", lambda data: 0, (Parameter("data", int),), int, "Spread")
    monkeypatch.setitem(TOOLS, "spread", own)
    assert Toolset.of(["mean", "spread"], {}).guided(CORE, []).foreign == {"spread"}
    assert TOOLS["mean"].built_in


def test_a_foreign_description_becomes_one_short_line(tools):
    shown = tools.guided(CORE, []).schemas[-1]["function"]
    assert shown["description"] == "Get the current weather for a city"
    assert shown["parameters"] == WEATHER["function"]["parameters"]
    long = {**WEATHER, "function": {**WEATHER["function"], "description": "x" * 500}}
    [schema] = Toolset.of([], {"get_weather": long}).guided(CORE, []).schemas
    assert len(schema["function"]["description"]) == MAX_LINE_CHARS
    bare = {"type": "function", "function": {"name": "get_time"}}
    [schema] = Toolset.of([], {"get_time": bare}).guided(CORE, []).schemas
    assert schema["function"]["description"] == "get time"


def test_what_stands_before_calls_is_told_apart(tools):
    text = "Let me see. " + write_calls([("tide", {"hour": 6}), ("Z", {})])
    before, calls = tools.guided(CORE, []).read(text)
    assert before == "Let me see."
    assert [(call.name, call.arguments) for call in calls] == [("tide", {"hour": 6}), ("Z", {})]


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
    guided = tools.guided(CORE, [])
    [call] = guided.read(write_calls([("tide", written)]))[1]
    assert call.arguments == read
    [other] = guided.read(write_calls([("gcd", written)]))[1]
    assert other.arguments == written  # of a tool that was learnt, such a call is a fault


@pytest.mark.parametrize(
    ("likely", "spoken_of", "opening"),
    [
        (["tide", "gcd"], ["tide"], '<tool_call>\n{"name": "tide", "arguments": {"hour": "'),
        (["none", "tide"], ["tide"], '<tool_call>\n{"name": "tide", "arguments": {"hour": "'),
        (["gcd", "none", "tide"], ["tide"], ""),
        (["tide", "gcd"], [], ""),
        (["gcd", "tide"], ["gcd"], ""),
        (
            ["get_weather"],
            ["get_weather"],
            '<tool_call>\n{"name": "get_weather", "arguments": {"city": "',
        ),
        (["lamps"], ["lamps"], '<tool_call>\n{"name": "lamps", "arguments": {}}\n</tool_call>'),
        (["route"], ["route"], '<tool_call>\n{"name": "route", "arguments": {"a": "'),
        (["odd"], ["odd"], ""),
        (["<|im_end|>"], ["<|im_end|>"], ""),
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
        "odd": brought("odd", "<|im_end|>"),
        "<|im_end|>": brought("<|im_end|>"),
    }
    tools = Toolset.of(["gcd", "tide"], client, likely)
    assert tools.guided(CORE, spoken_of).opening == opening


@pytest.mark.parametrize(
    "parameters",
    [
        {"type": "object", "properties": {"n": True}, "required": 5},
        {"type": "object", "properties": {"n": {"type": ["integer", "null"]}}, "required": [3]},
        {"type": "object", "properties": ["n"]},
        {},
    ],
)
def test_schemas_that_tell_little_are_no_fault(parameters):
    odd = {"type": "function", "function": {"name": "odd", "parameters": parameters}}
    tools = Toolset.of([], {"odd": odd}, ["odd"]).guided(CORE, ["odd"])
    assert tools.opening.startswith('<tool_call>\n{"name": "odd", "arguments": {')
    assert tools.plain("odd", {"n": 3}) == {"n": 3}
    [call] = tools.read(write_calls([("odd", {"n": 3})]))[1]
    assert call.error is None


def test_only_plans_of_what_is_known_and_does_nothing_else_are_tried(tools):
    guided = tools.guided(CORE, [])
    for each in (tools, guided):
        assert each.may_be_tried("The sum is 3.")
        assert each.may_be_tried(write_calls([("gcd", {}), ("unheard_of", {})]))
        for other in ("tide", "get_weather"):
            assert not each.may_be_tried(write_calls([("gcd", {}), (other, {"hour": 6})]))
    assert tools.may_be_tried(write_calls([("molar_mass", {})]))
    assert not guided.may_be_tried(write_calls([("molar_mass", {})]))


def test_a_client_gets_numbers_for_amounts(tools):
    length = Duration(seconds=7200)
    given = {"city": length, "hours": length}
    schema = {"city": {"type": "string"}, "hours": {"type": "number"}}
    function = {**WEATHER["function"], "parameters": {"type": "object", "properties": schema}}
    own = Toolset.of([], {"get_weather": {**WEATHER, "function": function}})
    assert own.plain("get_weather", given) == {"city": length, "hours": 2}
