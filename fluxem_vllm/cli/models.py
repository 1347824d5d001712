"""Commands that make checkpoints: init, data, train, train-tagger, train-composer, export,
quantise."""

import argparse
import json
import sys
from dataclasses import asdict
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import get_args

from fluxem_encoders.errors import FluxEMError
from fluxem_qwen3.config import Kind, Method, Quantization
from fluxem_vllm.cli.arguments import layers, positive, share


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    init = commands.add_parser("init", help="a FluxEM checkpoint from any local Qwen3 checkpoint")
    init.add_argument("--base", type=Path, required=True, help="directory of the Qwen3 checkpoint")
    init.add_argument("--out", type=Path, required=True)
    init.add_argument(
        "--method", choices=get_args(Method), default="gated",
        help="how embeddings enter; gated answers as the base does until it is trained (default)",
    )  # fmt: skip
    init.add_argument(
        "--layers", type=layers, default=(0,), help="layers that they enter before, such as 0,8,16"
    )
    init.add_argument("--projector-hidden", type=positive, default=512, help="default: 512")
    init.add_argument("--projector-shared", action="store_true", help="one for all those layers")
    init.add_argument("--seed", type=int, default=0, help="of the projector's weights")
    init.set_defaults(handler=_init)

    data = commands.add_parser("data", help="training samples as JSON lines")
    data.add_argument("--seed", type=int, default=1)
    data.add_argument("--count", type=positive, default=1000)
    data.add_argument("--split", choices=("train", "heldout", "all"), default="train")
    data.add_argument("--core", action="store_true", help="questions of the core domains alone")
    data.add_argument("--out", type=Path, help="default: standard output")
    data.set_defaults(handler=_data)

    train = commands.add_parser("train", help="train a checkpoint: from scratch, on, or LoRA")
    train.add_argument("--config", type=Path, help="TOML; default: the embedded checkpoint's")
    train.add_argument("--out", type=Path, required=True, help="directory of the run")
    train.add_argument("--init", type=Path, help="checkpoint to start from")
    train.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    train.set_defaults(handler=_train)

    tagger = commands.add_parser("train-tagger", help="train a learned detector of values")
    tagger.add_argument("--out", type=Path, required=True, help="directory for the tagger")
    tagger.add_argument("--minutes", type=float, default=12.0, help="default: 12")
    tagger.add_argument("--seed", type=int, default=1)
    tagger.set_defaults(handler=_train_tagger)

    composer = commands.add_parser(
        "train-composer", help="train a composer: one embedding for the results of many steps"
    )
    composer.add_argument("--out", type=Path, required=True, help="directory for the composer")
    composer.add_argument(
        "--kind", choices=get_args(Kind), default="operation_aware",
        help="default: operation_aware",
    )  # fmt: skip
    composer.add_argument("--updates", type=positive, default=1000, help="default: 1000")
    composer.add_argument("--seed", type=int, default=1)
    composer.set_defaults(handler=_train_composer)

    export = commands.add_parser("export", help="a run's checkpoint, ready to serve or to publish")
    export.add_argument("--run", type=Path, required=True, help="directory that `train` wrote")
    export.add_argument("--out", type=Path, required=True)
    export.add_argument(
        "--average", type=Path, help="another checkpoint to average the weights with"
    )
    export.add_argument(
        "--adapter", action="store_true",
        help="without the base's weights, of a run of LoRA with `merge = false`",
    )  # fmt: skip
    export.add_argument("--share", type=share, help="of that one, with --average; default: 0.5")
    export.set_defaults(handler=_export)

    quantise = commands.add_parser("quantise", help="a checkpoint with weights in 8 or 4 bits")
    quantise.add_argument("--checkpoint", type=Path, required=True, help="directory of it")
    quantise.add_argument("--out", type=Path, required=True)
    quantise.add_argument(
        "--bits", type=int, choices=(8, 4), default=8,
        help="of the projector's and the composer's matrices; default: 8",
    )  # fmt: skip
    quantise.add_argument(
        "--group", type=positive, default=32, help="weights that share a scale; default: 32"
    )
    quantise.add_argument(
        "--base", type=int, choices=(8, 4),
        help="bits of the layers' matrices as well, in a scheme of vLLM: W8A8 or W4A16",
    )  # fmt: skip
    quantise.set_defaults(handler=_quantise)


def _init(arguments: argparse.Namespace) -> int:
    from fluxem_qwen3.checkpoint import init_checkpoint

    init_checkpoint(
        arguments.base,
        arguments.out,
        method=arguments.method,
        layers=arguments.layers,
        projector_hidden=arguments.projector_hidden,
        projector_shared=arguments.projector_shared,
        seed=arguments.seed,
    )
    print(f"wrote {arguments.out}", file=sys.stderr)
    return 0


def _data(arguments: argparse.Namespace) -> int:
    from fluxem_toolbox import FURTHER
    from fluxem_vllm.data.generate import Generator

    domains = () if arguments.core else FURTHER
    samples = Generator(arguments.seed, arguments.split, domains=domains)
    sink = arguments.out.open("w", encoding="utf-8") if arguments.out else sys.stdout
    try:
        for sample in islice(samples, arguments.count):
            sink.write(json.dumps(sample.to_json(), ensure_ascii=False) + "\n")
    finally:
        if arguments.out:
            sink.close()
    return 0


def _train(arguments: argparse.Namespace) -> int:
    from fluxem_vllm.training.config import DEFAULT_CONFIG, read_config
    from fluxem_vllm.training.train import train

    if missing := [name for name in ("peft", "tensorboard") if find_spec(name) is None]:
        raise FluxEMError(
            f"training needs {missing[0]}, which is not installed: pip install 'fluxem-vllm[train]'"
        )
    config = read_config(arguments.config or DEFAULT_CONFIG)
    train(config, arguments.out, init=arguments.init, resume=arguments.resume)
    return 0


def _train_tagger(arguments: argparse.Namespace) -> int:
    import torch

    from fluxem_vllm.training.tagger import TaggerSettings, train_tagger

    settings = TaggerSettings(minutes=arguments.minutes, seed=arguments.seed)
    torch.set_num_threads(1)  # a network as small as this gains nothing from more
    tagger = train_tagger(settings, arguments.out)
    print(json.dumps({**tagger.record, "thresholds": asdict(tagger.thresholds)}))
    return 0


def _train_composer(arguments: argparse.Namespace) -> int:
    import torch

    from fluxem_qwen3.composer import ComposerConfig
    from fluxem_vllm.training.composer import ComposerSettings, train_composer

    config = ComposerConfig(arguments.kind)
    settings = ComposerSettings(config, updates=arguments.updates, seed=arguments.seed)
    torch.set_num_threads(1)  # so that the seed decides every bit
    print(json.dumps(train_composer(settings, arguments.out)))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from fluxem_vllm.training.export import export, export_adapter

    other, of_other = arguments.average, arguments.share
    if of_other is not None and other is None:
        raise FluxEMError("--share is that of a second checkpoint: give --average, or leave it out")
    if arguments.adapter:
        if other is not None:
            raise FluxEMError("--average is of whole checkpoints: leave it or --adapter out")
        export_adapter(arguments.run, arguments.out)
        print(f"wrote {arguments.out}: fluxem-vllm serve BASE --adapter {arguments.out}",
              file=sys.stderr)  # fmt: skip
        return 0
    average = (other, 0.5 if of_other is None else of_other) if other else None
    export(arguments.run, arguments.out, average)
    print(f"wrote {arguments.out}", file=sys.stderr)
    return 0


def _quantise(arguments: argparse.Namespace) -> int:
    from fluxem_vllm.training.quantise import quantise

    quantization = Quantization(bits=arguments.bits, group=arguments.group)
    quantise(arguments.checkpoint, arguments.out, quantization, arguments.base)
    print(f"wrote {arguments.out}", file=sys.stderr)
    return 0
