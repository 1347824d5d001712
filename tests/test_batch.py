"""Batch files against a real HTTP server: resumed, retried, nothing done twice."""

import asyncio
import json

import pytest

from fluxem_vllm.batch import BatchError, Summary, done_before, read_lines, run_batch
from tests.replies import echo


def line(custom_id: str, content: str = "2 + 2", **body: object) -> dict:
    messages = [{"role": "user", "content": content}]
    return {
        "custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions",
        "body": {"messages": messages, **body},
    }  # fmt: skip


@pytest.fixture
def written(tmp_path):
    """Writes an input file of the given lines."""

    def write(*forms: dict | str):
        path = tmp_path / "in.jsonl"
        texts = [f if isinstance(f, str) else json.dumps(f, ensure_ascii=False) for f in forms]
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return path

    return write


async def run(replies, path, out, **options) -> Summary:
    options = {"model": "served", "wait_s": 0.01} | options
    return await run_batch(list(read_lines(path)), out, replies.base_url, **options)


def outputs(out) -> dict[str, dict]:
    lines = [json.loads(text) for text in out.read_text(encoding="utf-8").splitlines()]
    by_id = {form["custom_id"]: form for form in lines}
    assert len(by_id) == len(lines), "a line was done twice"
    return by_id


async def test_every_line_is_answered_in_openais_form(replies, written, tmp_path):
    out = tmp_path / "out.jsonl"
    ticks = []
    path = written(*(line(f"q{i}", f"{i} + 2") for i in range(20)))
    summary = await run(replies, path, out, concurrency=4, progress=lambda: ticks.append(1))
    done = outputs(out)
    response = {"status_code": 200, "request_id": "r", "body": echo(line("", "3 + 2")["body"])}
    assert done["q3"] == {
        "id": "batch-q3", "custom_id": "q3", "response": response, "error": None,
    }  # fmt: skip
    assert (len(done), summary.done, summary.failed, summary.tokens) == (20, 20, 0, 140)
    assert len(ticks) == 20
    assert replies.paths == {"/v1/chat/completions": 20}
    assert 1 <= replies.most_at_once <= 4


async def test_the_model_and_the_key_are_added(replies, written, tmp_path):
    path = written(line("a"), line("b", model="mine"))
    await run(replies, path, tmp_path / "out", concurrency=1, api_key="secret")
    assert [body["model"] for body in replies.asked] == ["served", "mine"]
    assert replies.headers[0]["Authorization"] == "Bearer secret"


async def test_a_second_run_does_what_is_left(replies, written, tmp_path):
    out = tmp_path / "out.jsonl"
    await run(replies, written(line("a"), line("b")), out)
    first = out.read_text()
    summary = await run(replies, written(line("a"), line("c"), line("b"), line("d")), out)
    assert (summary.done, summary.skipped) == (2, 2)
    assert out.read_text().startswith(first)
    assert set(outputs(out)) == {"a", "b", "c", "d"}


async def test_a_line_cut_off_in_the_middle_is_done_again(replies, written, tmp_path):
    out = tmp_path / "out.jsonl"
    path = written(line("a"), line("b"))
    await run(replies, path, out, concurrency=1)
    whole = out.read_bytes()
    out.write_bytes(whole[:-20])
    assert done_before(out) == {"a"}
    summary = await run(replies, path, out)
    assert (summary.done, summary.skipped) == (1, 1)
    assert out.read_bytes() == whole


async def test_an_interrupted_run_keeps_what_it_has(replies, written, tmp_path):
    out = tmp_path / "out.jsonl"
    path = written(*(line(f"q{i}") for i in range(200)))

    def interrupt() -> None:
        if len(replies.asked) >= 50:
            task.cancel()

    task = asyncio.create_task(run(replies, path, out, concurrency=3, progress=interrupt))
    with pytest.raises(asyncio.CancelledError):
        await task
    before = set(outputs(out))
    assert 50 <= len(before) + 3 < 100
    summary = await run(replies, path, out)
    assert summary.skipped == len(before)
    assert len(outputs(out)) == 200


@pytest.mark.parametrize("status", [503, 429])
async def test_a_busy_server_is_asked_again(replies, written, tmp_path, status):
    replies.script = [(status, {}, b"{}")] * 3
    summary = await run(replies, written(line("a")), tmp_path / "out")
    assert (summary.done, summary.failed) == (1, 0)
    assert len(replies.asked) == 4


async def test_the_servers_wish_to_wait_is_heeded(replies, written, tmp_path):
    replies.script = [(503, {"Retry-After": "1"}, b"{}")]
    summary = await run(replies, written(line("a")), tmp_path / "out")
    assert (summary.done, summary.failed) == (1, 0)
    assert summary.seconds >= 1


async def test_a_server_that_stays_busy_fails_the_line(replies, written, tmp_path):
    refusal = {"error": {"message": "full", "code": 503}}
    replies.script = [(503, {}, json.dumps(refusal).encode())] * 6
    summary = await run(replies, written(line("a")), tmp_path / "out")
    assert (summary.done, summary.failed) == (1, 1)
    assert outputs(tmp_path / "out")["a"]["error"] == refusal["error"]


async def test_a_refused_line_is_told_and_the_others_go_on(replies, written, tmp_path):
    refusal = {"error": {"message": "too long", "code": 400}}
    replies.script = [(400, {}, json.dumps(refusal).encode())]
    summary = await run(replies, written(line("a"), line("b")), tmp_path / "out", concurrency=1)
    done = outputs(tmp_path / "out")
    assert done["a"]["error"] == refusal["error"]
    assert done["a"]["response"]["status_code"] == 400
    assert done["b"]["error"] is None
    assert (summary.done, summary.failed) == (2, 1)
    assert "2 done (1 failed, 0 had been done before)" in str(summary)


@pytest.mark.parametrize("content", [b"<html>", b"[1]", b"", b'"text"'])
async def test_a_reply_that_is_no_json_object_fails_the_line(replies, written, tmp_path, content):
    replies.script = [(200, {}, content)]
    summary = await run(replies, written(line("a")), tmp_path / "out")
    assert summary.failed == 1
    assert "no JSON object" in outputs(tmp_path / "out")["a"]["error"]["message"]


async def test_a_server_that_is_not_there(written, tmp_path):
    path = written(line("a"), line("b"))
    with pytest.raises(BatchError, match=r"no server at http://127\.0\.0\.1:9/v1/chat"):
        await run_batch(
            list(read_lines(path)), tmp_path / "out", "http://127.0.0.1:9/v1", wait_s=0.001
        )


async def test_an_output_that_cannot_be_written(replies, written, tmp_path):
    with pytest.raises(BatchError, match="cannot write"):
        await run(replies, written(line("a")), tmp_path / "no" / "out")
    with pytest.raises(BatchError, match="cannot use"):
        await run(replies, written(line("a")), tmp_path)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("{", "line 2: no JSON"),
        ("[" * 100_000, "line 2: no JSON"),
        ("5", "line 2: needs an object with a string `custom_id`"),
        (line(5), "string `custom_id`"),
        (line("a"), "line 2: the custom_id `a` is there twice"),
        (line("b") | {"method": "GET"}, "only POST /v1/chat/completions"),
        (line("b") | {"url": "/v1/embeddings"}, "only POST /v1/chat/completions"),
        (line("b") | {"body": "x"}, "needs an object `body`"),
        (line("b", stream=True), "a batch cannot stream"),
    ],
)
def test_an_error_in_the_input_names_the_line(written, bad, message):
    with pytest.raises(BatchError) as caught:
        list(read_lines(written(line("a"), bad)))
    assert message in str(caught.value)


def test_blank_lines_and_unusual_line_separators_are_no_matter(written):
    text = "a\u2028b\x85c\x0bd"
    read = list(read_lines(written(line("a", text), "", "  ", line("b"))))
    assert [form.custom_id for form in read] == ["a", "b"]
    assert read[0].body["messages"][0]["content"] == text


def test_an_input_that_is_not_there(tmp_path):
    with pytest.raises(BatchError, match="cannot read"):
        list(read_lines(tmp_path / "none"))


@pytest.mark.parametrize("text", ['{"custom_id": "a", "response": {}}\n{"other": 1}\nx', "a\nb"])
def test_a_file_that_is_no_output_is_not_touched(tmp_path, text):
    out = tmp_path / "out"
    out.write_text(text)
    with pytest.raises(BatchError, match="no line of a batch's output"):
        done_before(out)
    assert out.read_text() == text
