"""Recall on word problems that others wrote."""

from pathlib import Path

import pytest

from benchmarks.detection import gsm8k_recall, load_jsonl

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def test_operands_of_word_problems_are_found():
    path = DATA / "gsm8k_calculator.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    recall = gsm8k_recall(load_jsonl(path))
    print(f"\n{recall.share:.2%} of {recall.written} operands written in digits")
    assert recall.share >= 0.97
