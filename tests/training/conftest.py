from itertools import islice

import pytest

from fluxem_vllm.data.generate import Generator
from fluxem_vllm.training.packing import messages_of
from fluxem_vllm.training.tokenizer import build_tokenizer


@pytest.fixture(scope="session")
def samples():
    return list(islice(Generator(21), 150))


@pytest.fixture(scope="session")
def tokenizer(samples):
    """A tokenizer learnt from the samples' texts."""
    messages = [m for sample in samples for m in messages_of(sample)[0]]
    parts = [p for m in messages for p in m.parts]
    return build_tokenizer(
        [p if isinstance(p, str) else getattr(p, "text", "") for p in parts], 900
    )
