"""What the plugin costs plain chat, and what chains reach, in one run on one machine.

python -m benchmarks.serving [--checkpoint DIR]

Plain chat: the same checkpoint and the same questions without values, served by `vllm serve` with
and without this plugin, alternately, 32 at once. Chains: held-out questions at 1, 8 and 64 at once.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import openai

from benchmarks.evaluate import ask_all, right
from benchmarks.heldout import load
from fluxem_vllm.evaluation import interval
from fluxem_vllm.server import LocalServer

PLAIN = (
    "Tell me a story about a fox and a river.",
    "Why is the sky blue on a clear morning?",
    "Please write a short letter to my landlord about the heating.",
    "Which languages are spoken in Switzerland?",
)
ROUNDS = 5
REQUESTS = 192
TOKENS = 48  # generated for every plain request, whatever the model would say


async def plain_round(base_url: str) -> float:
    """Seconds for one round of plain requests, 32 at once."""
    client = openai.AsyncOpenAI(base_url=base_url, api_key="EMPTY", timeout=300)
    model = (await client.models.list()).data[0].id
    gate = asyncio.Semaphore(32)

    async def ask(text: str) -> None:
        async with gate:
            await client.chat.completions.create(
                model=model,
                messages=[{"role": "user", "content": text}],
                max_tokens=TOKENS,
                extra_body={"ignore_eos": True},
            )

    started = time.monotonic()
    await asyncio.gather(*(ask(PLAIN[i % len(PLAIN)]) for i in range(REQUESTS)))
    return time.monotonic() - started


def compare_plain(checkpoint: Path | None, folder: Path) -> None:
    """Alternate rounds between a server with and one without the plugin."""
    with (
        LocalServer(checkpoint, log=folder / "chains.log") as ours,
        LocalServer(checkpoint, log=folder / "stock.log", chains=False) as stock,
    ):
        print(f"boot: {ours.boot_s:.0f} s with the plugin, {stock.boot_s:.0f} s without")
        times: dict[str, list[float]] = {"ours": [], "stock": []}
        for number in range(ROUNDS + 1):
            for name, server in (("ours", ours), ("stock", stock)):
                seconds = asyncio.run(plain_round(server.base_url))
                if number:  # the first round warms up
                    times[name].append(seconds)
        rates = {name: REQUESTS * TOKENS / statistics.median(t) for name, t in times.items()}
        print(f"plain chat, 32 at once, medians of {ROUNDS} rounds:")
        print(f"  {rates['ours']:.0f} tokens/s with the plugin, {rates['stock']:.0f} without")
        print(f"  ratio {rates['ours'] / rates['stock']:.3f}")


def chains(checkpoint: Path | None, folder: Path) -> None:
    """Questions per second at several loads."""
    questions = load()
    with LocalServer(checkpoint, log=folder / "load.log") as server:
        asyncio.run(ask_all(server.base_url, questions[:32], 8))  # warm
        for concurrency in (1, 8, 64):
            some = questions[:64] if concurrency == 1 else questions
            replies, seconds = asyncio.run(ask_all(server.base_url, some, concurrency))
            times = sorted(r.seconds for r in replies)
            tokens = sum(r.tokens for r in replies)
            print(
                f"chains, {concurrency:>2} at once: {len(some) / seconds:.1f} questions/s, "
                f"{tokens / seconds:.0f} generated tokens/s, median "
                f"{1000 * statistics.median(times):.0f} ms, p95 "
                f"{1000 * times[int(0.95 * (len(times) - 1))]:.0f} ms, "
                f"right {interval(sum(map(right, replies)), len(replies))}"
            )


def main() -> int:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--checkpoint", type=Path, help="default: the embedded one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chains(arguments.checkpoint, Path(folder))
        compare_plain(arguments.checkpoint, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
