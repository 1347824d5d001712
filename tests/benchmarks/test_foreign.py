"""The questions on foreign tools: they fit the tools of the benchmark's server."""

import inspect

import pytest

from benchmarks import foreign_server
from benchmarks.foreign import Question, Reply, load, right
from fluxem_vllm.evaluation import same

ONE_CALL = {question.text for question in load()[:44]}  # who ask for no more than its result
FUNCTIONS = {name.replace("-", "_"): f for name, f in vars(foreign_server).items() if callable(f)}


@pytest.mark.parametrize("question", load(), ids=lambda question: question.text[:40])
def test_each_call_can_be_made(question):
    results = []
    for name, arguments in question.calls:
        function = FUNCTIONS[name.replace("-", "_")]
        inspect.signature(function).bind(**arguments)
        results.append(function(**arguments))
    simple = len(results) == 1 and question.text in ONE_CALL
    assert not simple or same(results[0], question.value)


def test_what_is_right():
    question = Question("tide at 6?", [("tide", {"hour": 6})], 0.7)
    assert right(Reply(question, [], 0.7, ""), brought=False)
    assert not right(Reply(question, [], 0.8, ""), brought=False)
    assert right(Reply(question, [("tide", {"hour": 6})], None, ""), brought=True)
    assert not right(Reply(question, [("tide", {"hour": 7})], None, ""), brought=True)
    assert not right(Reply(question, [], 0.7, ""), brought=True)
