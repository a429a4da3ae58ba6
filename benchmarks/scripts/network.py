"""The network that tells scripts apart: small, with no fixed width, so that one line costs about a millisecond."""

from __future__ import annotations

import torch
from torch import Tensor, nn

CHANNELS = (16, 32, 48, 72, 96)


class Network(nn.Module):
    """Strokes, letters, and a mean of what is seen along the line that counts by how much it says.

    Takes (N, 1, 40, W), answers with the log-probabilities (N, classes).
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        first, second, third, fourth, fifth = CHANNELS
        self.seen = nn.Sequential(
            *_layer(1, first, 5, 2),
            *_layer(first, second, 3, 2),
            *_layer(second, third, 3, 1),
            nn.MaxPool2d(2, ceil_mode=True),
            *_layer(third, fourth, 3, 1),
            nn.Conv2d(fourth, fifth, (5, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(fifth),
            nn.ReLU(inplace=True),
        )
        self.worth = nn.Conv2d(fifth, 1, 1)
        self.told = nn.Linear(fifth, classes)
        self.dropped = nn.Dropout(0.2)

    def forward(self, pictures: Tensor) -> Tensor:
        """The log-probability of each class for each picture."""
        seen = self.seen(pictures)
        worth = torch.softmax(self.worth(seen).flatten(2), dim=2)
        line = (seen.flatten(2) * worth).sum(dim=2)
        return torch.log_softmax(self.told(self.dropped(line)), dim=1)


def _layer(before: int, after: int, size: int, stride: int) -> list[nn.Module]:
    convolution = nn.Conv2d(before, after, size, stride, padding=size // 2, bias=False)
    return [convolution, nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
