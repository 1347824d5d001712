"""`make demo`: starts the server with the embedded checkpoint and asks it three questions.

python -m benchmarks.demo
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import openai

from fluxem_vllm.chain.replay import replay
from fluxem_vllm.cli.asking import format_trace
from fluxem_vllm.server import LocalServer

SEED_QUESTION = "What's the entropy of a binomial distribution with n=5! trials and p=0.3?"
UNITS = "What is the kinetic energy of a 2 kg ball at 3 m/s?"
STREAMED = "How many days are there from 2024-02-01 to March 15, 2024?"


def ask(client: openai.OpenAI, model: str, question: str) -> dict[str, Any]:
    """Ask, print the answer with its trace, and return the trace."""
    started = time.monotonic()
    reply = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": question}]
    )
    print(f"\n> {question}")
    print(f"{reply.choices[0].message.content}    [{1000 * (time.monotonic() - started):.0f} ms]")
    trace: dict[str, Any] = (reply.model_extra or {})["fluxem"]
    print(format_trace(trace))
    return trace


def ask_streamed(client: openai.OpenAI, model: str, question: str) -> None:
    """The same with the answer printed as it arrives."""
    print(f"\n> {question}    (streamed)")
    stream = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": question}], stream=True
    )
    for chunk in stream:
        if chunk.choices:
            print(chunk.choices[0].delta.content or "", end="", flush=True)
        if trace := (chunk.model_extra or {}).get("fluxem"):
            print("\n" + format_trace(trace))


def main() -> int:
    """Run the demo; exit code 0 when the seed question's trace replays to the same answer."""
    with tempfile.TemporaryDirectory() as folder:
        print("starting vllm serve with the embedded checkpoint ...", flush=True)
        with LocalServer(log=Path(folder) / "server.log") as server:
            print(f"ready after {server.boot_s:.0f} s at {server.base_url}")
            client = openai.OpenAI(base_url=server.base_url, api_key="EMPTY")
            model = client.models.list().data[0].id
            trace = ask(client, model, SEED_QUESTION)
            ask(client, model, UNITS)
            ask_streamed(client, model, STREAMED)
        verified = replay(json.loads(json.dumps(trace)))
    print(f"\nserver stopped; the first trace replayed without the model: {verified['answer']}")
    return 0 if verified["ok"] and trace["value"] is not None else 1


if __name__ == "__main__":
    sys.exit(main())
