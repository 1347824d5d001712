"""serve, ask and batch, against a server with scripted replies."""

import itertools
import json
import os
import sys

import pytest

from fluxem_vllm.cli.asking import format_trace
from fluxem_vllm.server import MODEL_NAME, ServerError, default_checkpoint
from fluxem_vllm.serving.settings import read_settings
from tests.played import plan, play, ref
from tests.qwen3.test_checkpoint import write_base


@pytest.fixture
def trace():
    answer = f"It is {ref(1)}."
    trace = play("Some 5", plan(("factorial", {"n": ref(0)}), ("divide", {"a": 1, "b": 0})), answer)
    return trace.trace | {"ms": {"total": 12.3}}


@pytest.fixture
def answering(replies, trace):
    """A server whose next reply is an answer with a trace."""
    choices = [{"index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "It is 120."}}]  # fmt: skip
    reply = {"id": "r", "object": "chat.completion", "created": 0, "model": "served",
             "choices": choices, "fluxem": trace}  # fmt: skip
    replies.script = [(200, {}, json.dumps(reply).encode())]
    return replies


def test_ask_prints_the_answer(run, answering):
    code, out, err = run("ask", "What is 5!?", "--base-url", answering.base_url)
    assert (code, out, err) == (0, "It is 120.\n", "")
    [body] = answering.asked
    assert body["messages"] == [{"role": "user", "content": "What is 5!?"}]
    assert body["model"] == "served"


def test_ask_reads_standard_input(run, answering):
    run("ask", "-", "--base-url", answering.base_url, stdin="What is 5!?")
    assert answering.asked[0]["messages"][0]["content"] == "What is 5!?"


def test_ask_shows_the_chain(run, answering):
    _, out, _ = run("ask", "x", "--base-url", answering.base_url, "--trace")
    assert out.splitlines() == [
        "It is 120.",
        "  [0] 5 (arithmetic)",
        "  [1] factorial(n=[0]) = 120",
        "  [2] divide(a=1, b=0) = error: `divide` needs a divisor other than 0, got 1 / 0",
        "  answered in 2 passes, 12 ms",
    ]


def test_ask_gives_the_whole_reply_as_json(run, answering, trace):
    _, out, _ = run("ask", "x", "--base-url", answering.base_url, "--json")
    assert json.loads(out)["fluxem"] == json.loads(json.dumps(trace))


def test_traces_are_one_line_per_slot(trace):
    assert format_trace(trace).count("\n") == 3
    chosen = format_trace(trace | {"drafts": 5})
    assert chosen.endswith("  answered in 2 passes, the best of 5 plans, 12 ms")


@pytest.mark.parametrize("command", [["ask", "x"], ["batch", "{input}", "{output}"]])
def test_a_server_that_is_not_there_is_said(run, tmp_path, command):
    (tmp_path / "in").write_text('{"custom_id": "a", "body": {"messages": []}}\n')
    names = {"input": tmp_path / "in", "output": tmp_path / "out"}
    arguments = [a.format_map(names) for a in command]
    code, out, err = run(*arguments, "--base-url", "http://127.0.0.1:9/v1")
    assert (code, out) == (1, "")
    assert err.startswith(f"fluxem-vllm {command[0]}: ")
    assert "http://127.0.0.1:9/v1" in err
    assert "Traceback" not in err


def test_an_error_of_the_server_is_said(run, replies):
    refusal = {"error": {"message": "too long", "type": "BadRequestError", "code": 400}}
    replies.script = [(400, {}, json.dumps(refusal).encode())]
    code, _, err = run("ask", "x", "--base-url", replies.base_url)
    assert code == 1
    assert "too long" in err


@pytest.fixture
def batch(tmp_path):
    lines = [
        {"custom_id": f"q{i}", "body": {"messages": [{"role": "user", "content": str(i)}]}}
        for i in range(9)
    ]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path, tmp_path / "out.jsonl"


def test_batch_shows_progress_and_a_summary_and_resumes(run, replies, batch):
    path, out = batch
    arguments = ["batch", str(path), str(out), "--base-url", replies.base_url]
    code, printed, err = run(*arguments)
    assert (code, printed) == (0, "")
    assert "9/9" in err
    assert "9 done (0 failed, 0 had been done before) in" in err
    assert "questions/s" in err
    assert len(out.read_text().splitlines()) == 9
    code, _, err = run(*arguments)
    assert code == 0
    assert "all 9 lines had been done before" in err
    assert len(replies.asked) == 9


def test_batch_exits_with_1_when_a_line_failed(run, replies, batch):
    path, out = batch
    replies.script = [(400, {}, b'{"error": {"message": "no"}}')]
    code, _, err = run("batch", str(path), str(out), "--base-url", replies.base_url)
    assert code == 1
    assert "9 done (1 failed" in err


def test_batch_names_the_line_that_is_wrong(run, batch):
    path, out = batch
    path.write_text("nonsense\n")
    code, _, err = run("batch", str(path), str(out), "--base-url", "http://127.0.0.1:9/v1")
    assert code == 1
    assert f"{path}, line 1: no JSON" in err
    assert not out.exists()


@pytest.mark.parametrize("command", ["serve", "ask", "batch"])
def test_a_checkpoint_that_is_none_is_refused_before_vllm_starts(run, tmp_path, batch, command):
    more = {"ask": ["x"], "batch": [str(p) for p in batch], "serve": []}[command]
    where = [str(tmp_path)] if command == "serve" else ["--checkpoint", str(tmp_path)]
    code, _, err = run(command, *more, *where)
    assert code == 1
    assert f"no checkpoint at {tmp_path}" in err
    (tmp_path / "config.json").write_text("{}")
    code, _, err = run(command, *more, *where)
    assert code == 1
    assert "is no FluxEM checkpoint; make one with `fluxem-vllm init --base" in err


def test_serve_becomes_vllm_serve_with_its_flags(run, tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text('{"fluxem": {}}')
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    monkeypatch.setenv("VLLM_PLUGINS", "other")
    run("serve", str(tmp_path), "--port", "9", "--host=0.0.0.0", "--enforce-eager")
    [(program, command, environment)] = started
    assert program == sys.executable
    assert command[3:6] == ["serve", str(tmp_path), "--enable-prompt-embeds"]
    assert command[-4:] == ["--port", "9", "--host=0.0.0.0", "--enforce-eager"]
    assert "--host" not in command
    assert environment["VLLM_PLUGINS"] == "other,fluxem"


def test_an_adapter_becomes_flags_of_vllm_serve(run, tmp_path, monkeypatch):
    base, adapter = tmp_path / "base", tmp_path / "mine"
    (adapter / "lora").mkdir(parents=True)
    (adapter / "lora" / "adapter_config.json").write_text('{"r": 12}')
    write_base(base)
    block = {"hidden_size": 320, "fluxem": {"first_reference_id": 200}}
    (adapter / "adapter.json").write_text(json.dumps(block))
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    run("serve", str(base), "--adapter", str(adapter), "--port", "9")
    [(_, command, _)] = started
    assert command[4] == str(base)
    given = dict(itertools.pairwise(command))
    overrides = json.loads(given["--hf-overrides"])
    assert overrides["fluxem"] == {"adapter": str(adapter)}
    assert given["--tokenizer"] == given["--generation-config"] == str(adapter)
    assert given["--lora-modules"] == f"mine={adapter / 'lora'}"
    assert (given["--max-lora-rank"], given["--port"]) == ("16", "9")


@pytest.mark.parametrize("place", ["first", "last"])
def test_serve_hands_modules_of_tools_on(run, tmp_path, monkeypatch, place):
    (tmp_path / "config.json").write_text('{"fluxem": {}}')
    (tmp_path / "no_tools_yet.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FLUXEM_TOOL_MODULES", "json")
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    flags, rest = ["--tools-module", "no_tools_yet"], [str(tmp_path), "--port", "9"]
    run("serve", *(flags + rest if place == "first" else rest + flags))
    [(_, command, environment)] = started
    assert "--tools-module" not in command
    assert command[3:6] == ["serve", str(tmp_path), "--enable-prompt-embeds"]
    assert command[-2:] == ["--port", "9"]
    assert read_settings(environment).tool_modules == ("json", "no_tools_yet")


@pytest.mark.parametrize("command", ["ask", "batch"])
def test_a_server_started_here_loads_modules_of_tools(run, tmp_path, monkeypatch, batch, command):
    (tmp_path / "no_tools_yet.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FLUXEM_TOOL_MODULES", "")
    read = []

    class Refusing:
        def __init__(self, *_, **__):
            read.append(read_settings().tool_modules)
            raise ServerError("no server today")

    monkeypatch.setattr("fluxem_vllm.server.LocalServer", Refusing)
    more = {"ask": ["x"], "batch": [str(p) for p in batch]}[command]
    assert run(command, *more, "--tools-module", "no_tools_yet")[0] == 1
    assert read == [("no_tools_yet",)]


def test_flags_alone_serve_the_embedded_checkpoint(run, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    run("serve", "--port", "9", "--enforce-eager")
    [(_, command, _)] = started
    assert command[4] == str(default_checkpoint())
    assert command[-3:] == ["--port", "9", "--enforce-eager"]


def test_the_embedded_checkpoint_is_served_under_its_name():
    from fluxem_vllm.server import serve_command

    command = serve_command(None, [])
    assert str(default_checkpoint()) in command
    assert command[command.index("--served-model-name") + 1] == MODEL_NAME


def test_a_cpu_that_emulates_bfloat16_serves_float32(monkeypatch):
    from fluxem_vllm import server

    for slow in (True, False):
        monkeypatch.setattr(server, "slow_in_bfloat16", lambda slow=slow: slow)
        assert ("--dtype" in server.serve_command(None, [])) is slow
    monkeypatch.setattr(server, "slow_in_bfloat16", lambda: True)
    assert "--dtype" not in server.serve_command(None, ["--dtype=bfloat16"])


def test_a_quantised_base_is_not_served_in_float32(monkeypatch, tmp_path):
    from fluxem_vllm import server

    monkeypatch.setattr(server, "slow_in_bfloat16", lambda: True)
    config = tmp_path / "config.json"
    for form, float32 in (({}, True), ({"quantization_config": {}}, False)):
        config.write_text(json.dumps(form))
        assert ("--dtype" in server.serve_command(tmp_path, [])) is float32
