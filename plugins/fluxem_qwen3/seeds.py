"""Seeded requests on a CPU, whose prompts vLLM may read in parts.

After each part vLLM draws a token that it throws away, and takes the draw back by the offset of
the request's generator. CPU generators have none: in vLLM 0.32.0 the whole engine dies. Here the
draw is taken back by the generator's state instead.
"""

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np


def mend_seeds() -> None:
    """Make the model runners of this process take draws on a CPU back; does so once."""
    import torch
    from vllm.v1.worker.gpu_model_runner import GPUModelRunner

    bookkeeping = GPUModelRunner._bookkeeping_sync
    if bookkeeping.__module__ == __name__:
        return
    kept = WeakKeyDictionary[torch.Generator, torch.Tensor]()
    """The state behind the last token that was kept."""

    def mended(runner: Any, *args: Any, **options: Any) -> Any:
        generators: dict[int, torch.Generator] = runner.input_batch.generators
        discarded = np.nonzero(runner.discard_request_mask.np[: runner.input_batch.num_reqs])[0]
        rewound = {int(i): generators.pop(int(i)) for i in discarded if int(i) in generators}
        for generator in rewound.values():
            if generator in kept:
                generator.set_state(kept[generator])
            else:
                generator.manual_seed(generator.initial_seed())
        try:
            return bookkeeping(runner, *args, **options)
        finally:
            kept.update((generator, generator.get_state()) for generator in generators.values())
            generators.update(rewound)

    GPUModelRunner._bookkeeping_sync = mended
