"""What holds for every registered tool."""

import doctest
import json
import math
import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import jsonschema
import pytest

from fluxem_encoders.structured import Structured, all_structured
from fluxem_encoders.structures.biology import Sequence
from fluxem_encoders.structures.logic import Formula
from fluxem_encoders.structures.number_theory import Residue
from fluxem_encoders.values import Distribution
from fluxem_toolbox import CORE, TOOLS, Approximate, Tool, ToolError, call, get_tool, tool, tools_of
from fluxem_toolbox.arguments import argument_types, bind
from fluxem_toolbox.structures import EXAMPLES as WRITTEN
from fluxem_toolbox.structures import read_structured

every_tool = pytest.mark.parametrize("registered", TOOLS.values(), ids=lambda t: t.name)

PLAN = {
    "arithmetic": "add subtract multiply divide power root remainder gcd lcm round_to "
    "percent_change",
    "combinatorics": "factorial permutations combinations multichoose multinomial derangements",
    "probability": "binomial_distribution poisson_distribution normal_distribution "
    "geometric_distribution exponential_distribution uniform_distribution probability_exactly "
    "probability_at_most probability_at_least probability_more_than probability_less_than "
    "probability_between bayes",
    "statistics": "mean median mode variance standard_deviation sample_standard_deviation total "
    "maximum minimum data_range percentile",
    "information_theory": "entropy surprisal kl_divergence cross_entropy channel_capacity",
    "temporal": "days_between add_duration subtract_duration day_of_week is_leap_year "
    "convert_duration",
}


@pytest.mark.parametrize("domain", PLAN)
def test_a_domain_has_its_tools(domain: str) -> None:
    assert {t.name for t in TOOLS.values() if t.domain == domain} == set(PLAN[domain].split())


def test_the_tools_of_a_domain_are_offered_where_it_is_known() -> None:
    core = {t.name for t in TOOLS.values() if t.domain in CORE}
    assert set(tools_of()) == core
    known = {t.name for t in TOOLS.values() if t.domain == "graphs"}
    assert set(tools_of(["graphs"])) == core | known


@pytest.mark.parametrize("key", all_structured())
def test_what_people_may_write_for_a_structured_value(key: str) -> None:
    kind = all_structured()[key]
    value = read_structured(kind, WRITTEN[key])
    assert read_structured(kind, value) is value
    assert read_structured(kind, value.to_json()) == value
    assert read_structured(kind, f" {json.dumps(value.to_json())} ") == value


@every_tool
def test_pickles_by_path(registered: Tool) -> None:
    assert pickle.loads(pickle.dumps(registered.function)) is registered.function
    assert pickle.loads(pickle.dumps(registered)).line() == registered.line()


@every_tool
def test_has_a_doctest(registered: Tool) -> None:
    found = doctest.DocTestFinder().find(registered.function, registered.name)
    assert any(test.examples for test in found)


@every_tool
def test_line_is_short_and_distinct(registered: Tool) -> None:
    assert 3 <= len(registered.summary.split()) <= 11
    assert not registered.summary.endswith(".")
    assert [t.name for t in TOOLS.values() if t.summary == registered.summary] == [registered.name]
    assert registered.keywords


@every_tool
def test_schema_is_strict_json_schema(registered: Tool) -> None:
    schema = registered.schema()
    parameters = schema["function"]["parameters"]
    jsonschema.Draft202012Validator.check_schema(parameters)
    assert parameters["additionalProperties"] is False
    assert set(parameters["properties"]) == {p.name for p in registered.parameters}
    schema["function"]["parameters"]["properties"].clear()
    assert registered.schema()["function"]["parameters"]["properties"], "a caller may edit its copy"


EXAMPLES: dict[str, dict[str, Any]] = {
    "add": {"a": 0.1, "b": "1/3"},
    "permutations": {"n": "P(5, 2)"},
    "combinations": {"n": 5, "k": 2},
    "mean": {"data": {"distribution": "binomial", "n": 10, "p": 0.3}},
    "median": {"data": [1, 2.5, "1/3"]},
    "convert_duration": {"duration": "PT90M", "unit": "hours"},
    "is_leap_year": {"year": 2024},
    "days_between": {"start": "2024-02-28", "end": "2024-03-01"},
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_schema_admits_what_the_tool_takes(name: str) -> None:
    schema = get_tool(name).schema()["function"]["parameters"]
    jsonschema.validate(EXAMPLES[name], schema)
    get_tool(name).call(EXAMPLES[name])
    for broken in ({**EXAMPLES[name], "surplus": 1}, {}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)


NONSENSE = [
    None,
    True,
    "nonsense",
    "",
    "½",
    "nan",
    "inf",
    math.nan,
    math.inf,
    -math.inf,
    Decimal("NaN"),
    Decimal("-Infinity"),
    b"5",
    2 + 3j,
    object(),
    {},
    {"distribution": "zeta", "s": 2},
    {"distribution": ["binomial"]},
    {"distribution": "binomial", "n": 10},
    {"distribution": "binomial", "n": 10, "p": math.nan},
    ["x"],
    [[1, 2], [3]],
    [math.nan],
    [True],
    [None],
    Distribution("zeta", (1,)),
    Distribution("binomial", (1,)),
    Distribution("normal", (0, Decimal("NaN"))),
]


def kinds(annotation: Any) -> list[type]:
    """The classes among an argument's types."""
    return [t for t in argument_types(annotation) if isinstance(t, type)]


@every_tool
def test_refuses_nonsense(registered: Tool) -> None:
    for parameter in registered.parameters:
        where = f"{registered.name}.{parameter.name}"
        refused = NONSENSE if parameter.required else NONSENSE[1:]
        if any(issubclass(t, Structured) for t in kinds(parameter.annotation)):
            refused = [n for n in refused if not isinstance(n, list)]  # `["x"]` may be a set
        # `nonsense` is a variable of logic, and `inf` a short protein.
        if {str, Formula, Sequence} & {*kinds(parameter.annotation)}:
            refused = [n for n in refused if not isinstance(n, str)]
        for nonsense in refused:
            with pytest.raises(ToolError, match=f"^`{where}`") as caught:
                bind(parameter.annotation, nonsense, where)
            assert caught.value.category in ("invalid", "mismatch")


@every_tool
def test_names_missing_and_unknown_arguments(registered: Tool) -> None:
    first = registered.parameters[0].name
    with pytest.raises(ToolError, match=f"`{registered.name}` needs `{first}`") as missing:
        registered.call({})
    with pytest.raises(ToolError, match="has no argument 'surplus'") as unknown:
        registered.call({"surplus": 1})
    assert missing.value.category == unknown.value.category == "mismatch"


def test_an_unknown_tool() -> None:
    with pytest.raises(ToolError, match="no tool 'frobnicate'") as caught:
        call("frobnicate", {})
    assert caught.value.category == "unknown_tool"


def test_an_error_survives_pickle() -> None:
    error = pickle.loads(pickle.dumps(ToolError("`f` needs x", "limit")))
    assert (str(error), error.category) == ("`f` needs x", "limit")
    assert isinstance(error, ValueError)


def test_two_tools_of_one_name_are_refused() -> None:
    def add(a: int) -> int:
        """Add nothing."""
        return a

    with pytest.raises(ValueError, match="two tools named `add`"):
        tool("arithmetic")(add)


def test_a_tool_needs_a_docstring_and_a_return_type() -> None:
    def undocumented(a: int) -> int:
        return a

    with pytest.raises(TypeError, match="needs a docstring"):
        tool("arithmetic")(undocumented)


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        (0.1, Decimal("0.1")),
        (3.0, 3),
        ("1/3", Fraction(1, 3)),
        ("6/3", 2),
        ("1e3", Decimal("1e3")),
        (" -2.50 ", Decimal("-2.50")),
        ("5!", 120),
        ("C(5, 2)", 10),
        ("P(5, 2)", 20),
        (10**400, 10**400),
    ],
)
def test_a_literal_number_is_exact(literal: Any, expected: Any) -> None:
    bound = get_tool("add").bind({"a": literal, "b": 0})["a"]
    assert bound == expected
    assert type(bound) is type(expected)


def test_an_inexact_result_stays_inexact_as_an_argument() -> None:
    root, exact = call("root", {"x": 2})
    assert isinstance(root, Approximate)
    assert not exact
    assert pickle.loads(pickle.dumps(root)) == root
    assert isinstance(pickle.loads(pickle.dumps(root)), Approximate)
    doubled, exact = call("multiply", {"a": root, "b": 2})
    assert doubled == pytest.approx(2 * math.sqrt(2), rel=1e-15)
    assert not exact
    assert call("gcd", {"a": Approximate(4.0), "b": 6}) == (2, False)


@pytest.mark.parametrize("given", [2.5, "2.5", "5/2", Decimal("2.5"), Fraction(5, 2)])
def test_a_whole_number_argument_refuses_others(given: Any) -> None:
    with pytest.raises(ToolError, match=r"`gcd.a`: expected a whole number, got (2\.5|5/2)"):
        call("gcd", {"a": given, "b": 1})


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("factorial", {"n": -1}, "`factorial` needs n >= 0, got n=-1"),
        ("factorial", {"n": "five"}, "`factorial.n`: expected n! or whole number, got 'five'"),
        ("mean", {"data": [1, "x"]}, "`mean.data`: 'x' is no number such as"),
        ("mean", {"data": Residue(1, 5)}, "`mean.data`: expected distribution or list of numbers"),
        ("convert_duration", {"duration": "P1D", "unit": "eons"}, "expected one of seconds, "),
        ("add", {"a": 1}, "`add` needs `b`; it takes a: number, b: number"),
        ("binomial_distribution", {"n": 5, "p": 30}, "needs 0 <= p <= 1, got p=30; write 30% as"),
        ("divide", {"a": 10**400, "b": 0}, "got an integer of about 400 digits / 0"),
        ("mean", {"data": {"distribution": "normal", "mean": 0, "sd": -1}}, "needs sd > 0"),
    ],
)
def test_errors_name_the_rule_and_the_value(
    name: str, arguments: dict[str, Any], text: str
) -> None:
    with pytest.raises(ToolError) as caught:
        call(name, arguments)
    assert text in str(caught.value)


def test_import_is_light() -> None:
    heavy = "scipy numpy.random torch ray vllm transformers pandas"
    code = f"import sys, fluxem_toolbox; print([m for m in {heavy.split()!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
