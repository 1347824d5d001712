"""Commands about values and tools, in process: what they print and how they exit."""

import base64
import json
import subprocess
import sys

import numpy as np
import pytest

from fluxem_encoders.registry import encode
from fluxem_toolbox import TOOLS
from fluxem_vllm.serving.settings import tool_modules
from tests.played import plan, play, ref


def test_detect_reads_lines_and_writes_json_lines(run):
    code, out, err = run("detect", stdin="Add 2 and 3.\nHello!\n5! of them\n")
    assert (code, err) == (0, "")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["text"] for row in rows] == ["Add 2 and 3.", "Hello!", "5! of them"]
    assert [[s["text"] for s in row["spans"]] for row in rows] == [["2", "3"], [], ["5!"]]
    assert rows[2]["spans"][0] == {
        "start": 0, "end": 2, "text": "5!", "domain": "combinatorics", "value": "5!",
        "confidence": 1.0,
    }  # fmt: skip


def test_detect_takes_texts_as_arguments(run):
    code, out, _ = run("detect", "it is 7", "none")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [len(row["spans"]) for row in rows] == [1, 0]


def test_detect_reads_json_lines_with_a_reference(run):
    lines = [{"text": "see you tomorrow", "reference": "2026-03-01"}, {"text": "see you tomorrow"}]
    asked = "\n".join(map(json.dumps, lines)) + '\n{"set": [1, 2]}\n'
    code, out, _ = run("detect", "--reference", "2024-02-28T10:00", stdin=asked)
    first, second, third = (json.loads(line)["spans"] for line in out.splitlines())
    assert [s["value"] for s in first] == ["2026-03-02"]
    assert [s["value"] for s in second] == ["2024-02-29"]
    assert third
    code, _, err = run("detect", stdin='{"text": "x", "reference": "soon"}\n')
    assert code == 1
    assert "the reference must be a date or a local time" in err


def test_detect_shows_people_a_table(run, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    code, out, _ = run("detect", "it is [bold]7[/bold]")
    assert code == 0
    assert "it is [bold]7[/bold]" in out
    assert "arithmetic" in out
    code, out, _ = run("detect", "--json", "it is 7")
    assert json.loads(out)["spans"][0]["value"] == 7


def test_detect_refuses_what_is_no_text(run):
    code, _, err = run("detect", stdin=b"caf\xe9 7\n")
    assert code == 1
    assert err.startswith("fluxem-vllm detect: ")
    assert "utf-8" in err


def test_encode_and_decode_are_inverse(run):
    code, encoded, _ = run("encode", "22/7")
    form = json.loads(encoded)
    assert (code, form["domain"], form["value"]) == (0, "arithmetic", "22/7")
    row = np.frombuffer(base64.b64decode(form["embedding"]), "<f4")
    np.testing.assert_array_equal(row, encode(json_value("22/7")))
    assert run("decode", stdin=encoded)[:2] == (0, "22/7 (arithmetic)\n")
    assert run("decode", "-", stdin=form["embedding"])[:2] == (0, "22/7 (arithmetic)\n")
    code, out, _ = run("decode", "--json", form["embedding"])
    assert json.loads(out) == {"domain": "arithmetic", "value": "22/7", "text": "22/7"}


@pytest.mark.parametrize(
    ("value", "domain", "text"),
    [
        ('{"matrix": [[1, "1/3"], [0, 2]]}', "linear_algebra", "[[1, 1/3], [0, 2]]"),
        ('{"distribution": "poisson", "rate": 2}', "probability", "Poisson(rate=2)"),
        ('{"signal": [1, 0], "rate": 100}', "signal_processing", "[1, 0] at 100 Hz"),
        ("6.02e23 1/mol", "physics", "602000000000000000000000 1/mol"),
    ],
)
def test_encode_takes_values_of_all_domains(run, value, domain, text):
    code, encoded, _ = run("encode", value)
    assert (code, json.loads(encoded)["domain"]) == (0, domain)
    assert run("decode", stdin=encoded)[:2] == (0, f"{text} ({domain})\n")


def json_value(text):
    from fluxem_encoders.forms import parse_number

    return parse_number(text)


def test_encode_shows_people_the_lanes(run, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    code, out, _ = run("encode", "0.75")
    assert code == 0
    assert "16-127" in out
    assert "0.75 (arithmetic)" in out


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["encode", "no value"], "", "must hold exactly one value, found 0"),
        (["encode", "2 and 3"], "", "must hold exactly one value, found 2"),
        (["encode", '{"colour": 3}'], "", "has one of the keys distribution, "),
        (["encode", '{"matrix": [[1], [2, 3]]}'], "", "matrix"),
        (["decode", "!!"], "", "base64"),
        (["decode", "AAAA"], "", "must be 1024 bytes"),
        (["decode"], "", "must be 1024 bytes"),
        (["decode"], "{", "no JSON"),
        (["decode"], '{"x": 5}', "must be 1024 bytes"),
        (["decode", base64.b64encode(b"\0" * 1024).decode()], "", "fluxem-vllm decode"),
        (["tools", "show", "nope"], "", "there is no tool 'nope'"),
        (["tools", "call", "zzqq"], "", "there is no tool 'zzqq'; list the tools"),
        (["tools", "call", "factorail"], "", "'factorail'; do you mean `factorial` or"),
        (["tools", "call", "add", '{"a": 1}'], "", "needs `b`"),
        (["tools", "call", "add", '{"a": 1, "b": 2, "c": 3}'], "", "`add` has no argument 'c'"),
        (["tools", "call", "divide", '{"a": 1, "b": 0}'], "", "needs a divisor other than 0"),
        (["verify", "/nonexistent/trace.json"], "", "No such file"),
        (["verify", "-"], "{", "no JSON"),
        (["verify", "-"], "[]", "expected a JSON object"),
        (["verify", "-"], "{}", "a trace is an object with"),
    ],
)
def test_work_that_fails_says_why_and_exits_with_1(run, arguments, stdin, message):
    code, out, err = run(*arguments, stdin=stdin)
    assert (code, out) == (1, "")
    assert err.startswith(f"fluxem-vllm {arguments[0]}: ")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["nope"], "invalid choice: 'nope'"),
        (["encode"], "text"),
        (["tools"], "ACTION"),
        (["tools", "call", "add", "{"], "no JSON: Expecting property name"),
        (["tools", "call", "add", "[1]"], "expected a JSON object, got '[1]'; write a JSON object"),
        (["detect", "--jason"], "unrecognized arguments: --jason"),
        (["data", "--count", "0"], "a whole number above 0, got '0'"),
        (["data", "--split", "none"], "invalid choice"),
        (["init", "--base", "x"], "--out"),
        (["batch", "in", "out", "--concurrency", "x"], "a whole number above 0"),
    ],
)
def test_wrong_usage_exits_with_2(run, arguments, message):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err


COMMANDS = {
    *("serve", "ask", "batch", "detect", "encode", "decode"),
    *("tools", "verify", "init", "data", "train", "export"),
}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert f"usage: fluxem-vllm {command}" in out
    assert command in run("--help")[1]


def test_tools_are_listed_shown_and_called(run, monkeypatch):
    code, out, _ = run("tools", "list")
    listed = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [form["name"] for form in listed] == list(TOOLS)
    code, out, _ = run("tools", "show", "add")
    assert json.loads(out) == {"domain": "arithmetic", **TOOLS["add"].schema()["function"]}
    code, out, _ = run("tools", "call", "multiply", '{"a": "1/3", "b": 0.1}')
    assert json.loads(out) == {"value": "1/30", "text": "1/30", "exact": True}
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    code, out, _ = run("tools", "list")
    assert "add(a, b)" in out


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("multiply", {"a": "1/3", "b": 0.1}),
        ("root", {"x": 2}),
        ("combinations", {"n": "C(400, 200)"}),
        ("add_duration", {"moment": "2024-01-31", "duration": "P1M"}),
        ("day_of_week", {"moment": "2024-02-29"}),
        ("binomial_distribution", {"n": 10, "p": 0.3}),
    ],
)
def test_tools_call_prints_what_the_route_replies(run, routes, name, arguments):
    reply = routes.post(f"/v1/fluxem/tools/{name}", json=arguments)
    code, out, _ = run("tools", "call", name, json.dumps(arguments))
    assert (code, json.loads(out)) == (0, reply.json())


def test_tools_call_fails_with_what_the_route_says(run, routes):
    reply = routes.post("/v1/fluxem/tools/divide", json={"a": 1, "b": 0})
    code, _, err = run("tools", "call", "divide", '{"a": 1, "b": 0}')
    assert (code, err) == (1, f"fluxem-vllm tools: {reply.json()['error']['message']}\n")


@pytest.fixture(scope="module")
def routes():
    """A client of the routes, over tools that run in this process."""
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from fluxem_vllm.pool import make_executor
    from fluxem_vllm.serving.routes import add_routes

    app = FastAPI()
    app.state.fluxem_executor = make_executor("inline")
    add_routes(app)
    with TestClient(app) as client:
        yield client


@pytest.fixture
def trace():
    return play("Some 5", plan(("factorial", {"n": ref(0)})), f"It is {ref(1)}.").trace


def test_verify_replays_a_trace(run, trace, tmp_path):
    path = tmp_path / "trace.json"
    path.write_text(json.dumps({"id": "reply", "fluxem": trace}), encoding="utf-8")
    code, out, _ = run("verify", str(path))
    assert code == 0
    assert "answer: It is 120." in out
    assert "verified: every value is the same" in out
    code, out, _ = run("verify", "--json", "-", stdin=json.dumps(trace))
    assert (code, json.loads(out)["ok"]) == (0, True)


def test_verify_finds_a_tampered_value(run, trace):
    trace["calls"][0]["value"] = 121
    code, out, _ = run("verify", "-", stdin=json.dumps(trace))
    assert code == 1
    assert "DIFFERS (trace: 121)" in out
    assert out.endswith("NOT verified\n")


@pytest.mark.parametrize("command", ["tools list", "detect 7"])
def test_a_reader_that_has_gone_is_no_failure(command):
    fluxem = "import sys; from fluxem_vllm.cli import main; sys.exit(main())"
    line = f"{sys.executable} -c '{fluxem}' {command} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("0\n", "")


PLUS_ONE = (
    "from fluxem_toolbox import tool\n\n"
    "@tool('statistics', keywords=('x',))\n"
    "def plus_one(n: int) -> int:\n"
    "    'One more than a number.'\n"
    "    return n + 1\n"
)


@pytest.fixture
def own_tools(tmp_path, monkeypatch):
    """The name of a module on the Python path with the tool `plus_one`."""
    name = f"tools_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(PLUS_ONE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FLUXEM_TOOL_MODULES", "")  # so that it is put back after the test
    registered = dict(TOOLS)  # a copy, so that the tool is gone after the test
    monkeypatch.setattr("fluxem_toolbox.registry.TOOLS", registered)
    monkeypatch.setattr("fluxem_toolbox.TOOLS", registered)
    return name


def test_tools_of_other_modules_are_listed_and_called(run, own_tools, monkeypatch):
    monkeypatch.setenv("FLUXEM_TOOL_MODULES", own_tools)
    code, out, _ = run("tools", "list")
    assert code == 0
    assert json.loads(out.splitlines()[-1])["name"] == "plus_one"
    code, out, _ = run("tools", "call", "plus_one", '{"n": 4}')
    assert json.loads(out)["value"] == 5
    monkeypatch.setenv("FLUXEM_TOOL_MODULES", "no_such_module")
    code, _, err = run("tools", "list")
    assert code == 1
    assert "the module of tools `no_such_module` cannot be imported" in err


def test_a_flag_names_modules_of_tools(run, own_tools, tmp_path, monkeypatch):
    monkeypatch.setenv("FLUXEM_TOOL_MODULES", "json")
    (tmp_path / "with_none.py").write_text("", encoding="utf-8")
    flags = ["--tools-module", own_tools, "--tools-module=with_none"]
    code, out, _ = run("tools", "call", "plus_one", '{"n": 4}', *flags)
    assert (code, json.loads(out)["value"]) == (0, 5)
    assert tool_modules() == ("json", own_tools, "with_none"), "what pools and servers read"
    assert json.loads(run("tools", "show", "plus_one", *flags)[1])["domain"] == "statistics"
    assert "plus_one" in run("tools", "list", *flags)[1]


@pytest.mark.parametrize(
    "command", ["tools list", "tools call add", "batch in out", "mcp", "serve"]
)
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no_such_module", "`no_such_module` cannot be imported: ModuleNotFoundError: No module"),
        ("broken_tools", "`broken_tools` cannot be imported: ZeroDivisionError: division by zero"),
        ("a,b", "argument --tools-module: must name a module, such as my_tools, got 'a,b'"),
    ],
)
def test_a_wrong_module_of_tools_is_wrong_usage(run, own_tools, tmp_path, command, name, message):
    (tmp_path / "broken_tools.py").write_text("1 / 0", encoding="utf-8")
    code, out, err = run(*command.split(), "--tools-module", name)
    assert (code, out) == (2, "")
    [error] = [line for line in err.splitlines() if "error: " in line]
    assert message in error
    assert "Traceback" not in err


def test_modules_of_tools_are_not_for_a_running_server(run, own_tools):
    flags = ["--tools-module", own_tools, "--base-url", "http://127.0.0.1:9/v1"]
    code, _, err = run("ask", "x", *flags)
    assert code == 2
    assert "--tools-module is for a server started here, not for one at --base-url" in err
