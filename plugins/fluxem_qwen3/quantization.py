"""Weights in 8 or 4 bits, from which the layers compute what they multiply with.

Symmetric, rounded to nearest, in groups of a row's weights: Nagel et al., "A White Paper on Neural
Network Quantization", 2021, section 2.2.2, with groups as in Yao et al., "ZeroQuant", 2022. In a
group of weights w, with t = 2^(bits - 1) - 1,

    scale = max |w| / t,    code = clamp(round(w / scale), -t, t),    w ~ scale * code.

Axes: O output and I input features, G groups of I.
"""

from typing import Any

import torch
from torch import Tensor, nn

from fluxem_qwen3.config import ConfigError, Quantization

CODES, SCALES = "_codes", "_scales"  # behind the name of the weight that they stand for


def quantize(weight_OI: Tensor, quantization: Quantization) -> tuple[Tensor, Tensor]:
    """Codes and scales of a weight.

    Returns:
        codes: (O, I) int8; of 4 bits (O, I / 2) uint8, two codes plus 8 to a byte, the first of
            them in the low half.
        scales: (O, G), of the weight's dtype, to which they are rounded before codes are chosen.

    Raises:
        ConfigError: when groups do not divide I.
    """
    width, group = weight_OI.shape[-1], quantization.group
    if width % group:
        raise ConfigError(
            f"`quantization.group` must divide the inputs of every weight, got {group} for "
            f"{width} inputs; choose another --group"
        )
    top = 2 ** (quantization.bits - 1) - 1
    grouped = weight_OI.float().unflatten(-1, (-1, group))
    scales_OG = (grouped.abs().amax(-1) / top).to(weight_OI.dtype)
    scales_OG = torch.where(scales_OG == 0, 1, scales_OG)  # of a group of zeros
    codes = (grouped / scales_OG.float().unsqueeze(-1)).round().clamp(-top, top)
    codes_OI = codes.flatten(-2).to(torch.int8)
    if quantization.bits == 8:
        return codes_OI, scales_OG
    low, high = (codes_OI + 8).to(torch.uint8).unflatten(-1, (-1, 2)).unbind(-1)
    return low | high << 4, scales_OG


def dequantize(codes: Tensor, scales_OG: Tensor) -> Tensor:
    """The weight that `quantize` made codes and scales of, (O, I), in the scales' dtype."""
    if codes.dtype == torch.uint8:
        codes = torch.stack((codes & 15, codes >> 4), -1).flatten(-2).to(torch.int8) - 8
    grouped = codes.unflatten(-1, (scales_OG.shape[-1], -1))
    return (grouped * scales_OG.unsqueeze(-1)).flatten(-2)


class QuantizedLinear(nn.Linear):
    """A Linear that holds its weight as codes and scales."""

    @property
    def weight(self) -> Tensor:
        return dequantize(self.weight_codes, self.weight_scales)


class QuantizedAttention(nn.MultiheadAttention):
    """Attention that holds what projects its inputs as codes and scales."""

    @property
    def in_proj_weight(self) -> Tensor:
        return dequantize(self.in_proj_weight_codes, self.in_proj_weight_scales)


def quantize_module(module: nn.Module, quantization: Quantization) -> None:
    """Replace the matrices of all Linears and attentions in a module by their codes and scales.

    Raises:
        ConfigError: when groups do not divide a matrix.
    """
    for part in list(module.modules()):
        if isinstance(part, nn.Linear):
            _replace(part, "weight", QuantizedLinear, quantization)
        elif isinstance(part, nn.MultiheadAttention):
            _replace(part, "in_proj_weight", QuantizedAttention, quantization)


def _replace(part: Any, name: str, kind: type[nn.Module], quantization: Quantization) -> None:
    codes, scales = quantize(getattr(part, name).detach(), quantization)
    delattr(part, name)
    # Parameters, since that is what vLLM and transformers load; nothing of them can be trained.
    part.register_parameter(name + CODES, nn.Parameter(codes, requires_grad=False))
    part.register_parameter(name + SCALES, nn.Parameter(scales, requires_grad=False))
    part.__class__ = kind
