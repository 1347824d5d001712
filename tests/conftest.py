"""What several packages' tests share."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.replies import Replies, serving

settings.register_profile("fluxem", deadline=None)  # a busy machine may stop for a second anywhere
settings.load_profile("fluxem")


@pytest.fixture(scope="session")
def small_tokenizer():
    """A tokenizer as checkpoints have it, learnt from a few lines."""
    from fluxem_vllm.training.tokenizer import build_tokenizer

    lines = ["What is the sum of these numbers?", "factorial(n): The factorial n!", "It is there."]
    return build_tokenizer(lines * 20, 700)


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """On one thread of torch a seed decides every bit, and small work is done sooner."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def replies() -> Iterator[Replies]:
    """A server with scripted replies."""
    with serving() as server:
        yield server


def pytest_collection_finish() -> None:
    """Leave the ten thousand tests and what they import out of all later garbage collections: with
    them each takes a second, which tests that measure time would count."""
    gc.collect()
    gc.freeze()
