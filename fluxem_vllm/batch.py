"""OpenAI batch files driven through a server: many at once, resumable, nothing done twice."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from fluxem_encoders.errors import FluxEMError

URLS = ("/v1/chat/completions",)
RETRIES = 5
MAX_WAIT_S = 60  # that a server may ask for


class BatchError(FluxEMError, ValueError):
    """An input or output file that cannot be used; the text names the line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One request of the input."""

    custom_id: str
    url: str
    body: dict[str, Any]


@dataclass(slots=True)
class Summary:
    """What a run did. `seconds` is its own time, without a server's start."""

    done: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    tokens: int = 0

    def __str__(self) -> str:
        rate = self.done / self.seconds if self.seconds else 0.0
        generated = self.tokens / self.seconds if self.seconds else 0.0
        return (
            f"{self.done} done ({self.failed} failed, {self.skipped} had been done before) in "
            f"{self.seconds:.1f} s: {rate:.1f} questions/s, {generated:.0f} generated tokens/s"
        )


def read_lines(path: Path) -> Iterator[Line]:
    """The requests of an OpenAI batch file.

    Raises:
        BatchError: naming the line and what is wrong with it.
    """
    seen: set[str] = set()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BatchError(f"cannot read {path}: {error}") from None
    for number, raw in enumerate(text.split("\n"), 1):  # JSON may hold U+2028 and its like
        if not raw.strip():
            continue
        where = f"{path}, line {number}"
        try:
            form = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise BatchError(f"{where}: no JSON: {error}") from None
        if not isinstance(form, dict) or not isinstance(form.get("custom_id"), str):
            raise BatchError(f"{where}: needs an object with a string `custom_id`")
        if form["custom_id"] in seen:
            raise BatchError(f"{where}: the custom_id `{form['custom_id']}` is there twice")
        if form.get("method", "POST") != "POST" or form.get("url", URLS[0]) not in URLS:
            raise BatchError(f"{where}: only POST {URLS[0]} is supported")
        if not isinstance(form.get("body"), dict):
            raise BatchError(f"{where}: needs an object `body`")
        if form["body"].get("stream"):
            raise BatchError(f"{where}: a batch cannot stream; leave `stream` out")
        seen.add(form["custom_id"])
        yield Line(form["custom_id"], form.get("url", URLS[0]), form["body"])


def done_before(path: Path) -> set[str]:
    """The custom_ids that an earlier run answered; a line cut off in the middle is removed.

    Raises:
        BatchError: when the file is no output of a batch; it is left as it is.
    """
    try:
        data = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise BatchError(f"cannot use {path}: {error}") from None
    whole = data[: data.rfind(b"\n") + 1]
    done = set()
    for number, raw in enumerate(whole.splitlines(), 1):
        try:
            form = json.loads(raw)
            custom_id, _ = form["custom_id"], form["response"]
            done.add(custom_id)
        except (ValueError, KeyError, TypeError):
            raise BatchError(f"{path}, line {number}: no line of a batch's output") from None
    if data != whole:
        path.write_bytes(whole)
    return done


async def run_batch(
    lines: list[Line],
    out: Path,
    base_url: str,
    *,
    model: str | None = None,
    api_key: str = "EMPTY",
    concurrency: int = 64,
    progress: Callable[[], object] = lambda: None,
    wait_s: float = 0.5,
) -> Summary:
    """Send the lines that `out` does not answer yet, and append each reply as it comes.

    Args:
        wait_s: before a busy or unreachable server is asked again; doubled every time.

    Raises:
        BatchError: when the server cannot be reached, or `out` cannot be written.
    """
    before = done_before(out)
    todo = [line for line in lines if line.custom_id not in before]
    summary = Summary(skipped=len(lines) - len(todo))
    started = time.monotonic()
    queue = iter(todo)
    limits = httpx.Limits(max_connections=concurrency)
    headers = {"Authorization": f"Bearer {api_key}"}
    root = base_url.removesuffix("/").removesuffix("/v1")
    try:
        sink = out.open("a", encoding="utf-8")
    except OSError as error:
        raise BatchError(f"cannot write {out}: {error}") from None
    with sink:
        async with httpx.AsyncClient(timeout=None, limits=limits, headers=headers) as client:

            async def work() -> None:
                for line in queue:
                    body = {"model": model, **line.body} if model else line.body
                    reply = _reply(line, await _post(client, root + line.url, body, wait_s))
                    sink.write(json.dumps(reply, ensure_ascii=False) + "\n")
                    sink.flush()
                    summary.done += 1
                    summary.failed += reply["error"] is not None
                    usage = reply["response"]["body"].get("usage") or {}
                    summary.tokens += usage.get("completion_tokens", 0)
                    progress()

            workers = [asyncio.create_task(work()) for _ in range(min(concurrency, len(todo)))]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
    summary.seconds = time.monotonic() - started
    return summary


async def _post(
    client: httpx.AsyncClient, url: str, body: dict[str, Any], wait_s: float
) -> httpx.Response:
    """The server's reply; while it is busy or cannot be reached it is asked ever more slowly."""
    for attempt in range(RETRIES + 1):
        last = attempt == RETRIES
        wait = wait_s * 2**attempt
        try:
            response = await client.post(url, json=body)
        except httpx.TransportError as error:
            if last:
                raise BatchError(f"no server at {url}: {error!r}") from None
        else:
            if response.status_code not in (429, 503) or last:
                break
            asked = response.headers.get("Retry-After", "")
            wait = max(wait, min(int(asked), MAX_WAIT_S)) if asked.isdecimal() else wait
        await asyncio.sleep(wait)
    return response


def _reply(line: Line, response: httpx.Response) -> dict[str, Any]:
    """One line of output."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        body = {"error": {"message": f"no JSON object: {response.text[:1000]}"}}
    good = response.is_success and "error" not in body
    return {
        "id": f"batch-{line.custom_id}",
        "custom_id": line.custom_id,
        "response": {
            "status_code": response.status_code,
            "request_id": body.get("id"),
            "body": body,
        },
        "error": None if good else body.get("error", body),
    }
