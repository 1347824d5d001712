"""From a 256-dim embedding to the model's hidden state.

Axes: T tokens, E the 256 lanes of an embedding, H hidden size. Leading axes may be added.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fluxem_encoders.layout import WIDTH


class Projector(nn.Module):
    """Linear, GELU, Linear, LayerNorm, and a learned gain: the size of what is injected."""

    def __init__(self, projector_hidden: int, hidden_size: int, gain: float) -> None:
        super().__init__()
        self.up = nn.Linear(WIDTH, projector_hidden)
        self.down = nn.Linear(projector_hidden, hidden_size)
        self.norm = nn.LayerNorm(hidden_size)
        self.gain = nn.Parameter(torch.tensor(float(gain)))

    def forward(self, row_TE: Tensor) -> Tensor:
        """The projected rows, (T, H)."""
        x_TP = F.gelu(self.up(row_TE.to(self.gain.dtype)))
        return self.norm(self.down(x_TP)) * self.gain
