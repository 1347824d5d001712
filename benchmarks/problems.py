"""Accuracy on word problems that others wrote, through a real server and the OpenAI SDK.

    python -m benchmarks.problems --data ../shared/data/gsm8k_calculator.jsonl [--limit 200]
        [--checkpoint DIR | --base-url URL] [--concurrency 8]

Each line of the data has a question, the calculator steps that solve it and the answer. A problem
counts as right when the value that the reply's trace gives is the answer.
"""

import asyncio
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

from benchmarks.detection import load_jsonl
from benchmarks.evaluate import arguments_of, ask_all, server
from benchmarks.heldout import Question
from fluxem_vllm.evaluation import interval, same


def main() -> int:
    """Ask all problems and print the shares of right answers by the number of steps."""
    parser = arguments_of(__doc__ or "")
    parser.add_argument("--data", type=Path, required=True, help="JSON lines")
    arguments = parser.parse_args()
    problems = load_jsonl(arguments.data)[: arguments.limit]
    questions = [Question(str(i), "", p["question"], ()) for i, p in enumerate(problems)]
    with server(arguments) as base_url:
        replies, seconds = asyncio.run(ask_all(base_url, questions, arguments.concurrency))
    right = defaultdict(list)
    for problem, reply in zip(problems, replies, strict=True):
        answer = str(Fraction(problem["answer"].replace(",", "")))
        right[len(problem["steps"])].append(same(reply.trace["value"], answer))
    every = [ok for group in right.values() for ok in group]
    print(f"problems: {len(every)}, {len(every) / seconds:.1f} a second")
    print(f"  right    {interval(sum(every), len(every))}")
    for steps, group in sorted(right.items()):
        print(f"    {steps} steps  {interval(sum(group), len(group))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
