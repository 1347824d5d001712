"""The small BPE tokenizer of a checkpoint that is trained from scratch."""

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from fluxem_qwen3.prompt import REFERENCES, reference

END = "<|im_end|>"
START = "<|im_start|>"
PAD = "<|endoftext|>"
# The scaffolding of a call is always the same text, so each stretch of it is one token.
SCAFFOLD = (
    '<tool_call>\n{"name": "',
    '", "arguments": {"',
    '"}}\n</tool_call>',
    '"}}\n</tool_call>\n<tool_call>\n{"name": "',
    '": "',
    '", "',
)
# Words keep their blank; underscores count as letters, so that a tool's name can be one token;
# digits stand alone.
WORDS = r" ?[\p{L}_]+|\p{N}| ?[^\s\p{L}\p{N}_]|\s"


def build_tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    """Train a byte-level BPE on `texts` and give it Qwen3's markup and the reference tokens.

    Args:
        texts: rendered conversations.
        vocabulary: number of tokens in all, added ones included.

    Returns:
        A `transformers` fast tokenizer with the chat template of this project's checkpoints.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    special = [PAD, START, END]
    plain = [
        "<tool_call>",
        "</tool_call>",
        "<tool_response>",
        "</tool_response>",
        *SCAFFOLD,
        *(reference(i) for i in range(REFERENCES)),
    ]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in special])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in plain])
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(special) - len(plain),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = tokenizer.pre_tokenizer
    learnt.train_from_iterator(texts, trainer)
    tokenizer.model = learnt.model
    fast = PreTrainedTokenizerFast(
        tokenizer_object=_with_added(tokenizer, special, plain),
        eos_token=END,
        pad_token=PAD,
        clean_up_tokenization_spaces=False,
        model_max_length=4096,
    )
    fast.chat_template = (
        files(__package__).joinpath("chat_template.jinja").read_text(encoding="utf-8").strip()
    )
    return fast


def _with_added(tokenizer: Any, special: list[str], plain: list[str]) -> Any:
    """A tokenizer whose added tokens follow the learnt ones without a gap."""
    from tokenizers import AddedToken, Tokenizer

    fresh = Tokenizer(tokenizer.model)
    fresh.pre_tokenizer = tokenizer.pre_tokenizer
    fresh.decoder = tokenizer.decoder
    fresh.add_special_tokens([AddedToken(t, special=True) for t in special])
    fresh.add_tokens([AddedToken(t, special=False, normalized=False) for t in plain])
    return fresh
