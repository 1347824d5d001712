"""A small HTTP server with scripted replies in the place of a model's."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Replies:
    """A server on 127.0.0.1 that answers chat requests with scripted replies, then with echoes."""

    def __init__(self) -> None:
        self.script: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[dict] = []
        self.paths: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.base_url = ""

    def reply(self, path: str, headers: dict[str, str], body: dict) -> tuple[int, dict, bytes]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.asked.append(body)
            self.paths[path] += 1
            self.headers.append(headers)
            scripted = self.script.pop(0) if self.script else None
        try:
            return scripted or (200, {}, json.dumps(echo(body)).encode())
        finally:
            with self._lock:
                self._at_once -= 1


def echo(body: dict) -> dict:
    content = body["messages"][0]["content"]
    choices = [{"message": {"role": "assistant", "content": f"Answer to {content}"}}]
    return {"id": "r", "choices": choices, "usage": {"completion_tokens": 7}}


@contextmanager
def serving() -> Iterator[Replies]:
    """The server, for as long as the block lasts."""
    replies = Replies()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(200, {}, json.dumps({"data": [{"id": "served"}]}).encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._send(*replies.reply(self.path, dict(self.headers), body))

        def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            sent = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, value in (sent | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    replies.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield replies
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
