"""How the network learns from drawn lines, and how it becomes the file that the package carries."""

from __future__ import annotations

import random
import time
import warnings
from pathlib import Path

import torch
from torch import nn

from benchmarks.scripts.data import Lines, batches
from benchmarks.scripts.network import Network
from subextract.ocr.script import CLASSES, SCALED_HEIGHT

RATE = 3e-3  # the highest learning rate; it rises for a tenth of the steps and falls over the others
SMOOTH = 0.05  # of the chance is spread over the other classes: sums over a film need honest doubts


def trained(lines: Lines, minutes: float, *, start: Path | None = None) -> Network:
    """A network that has learned from the lines for so many minutes of one core."""
    torch.manual_seed(1)
    network, dice = Network(len(CLASSES)), random.Random(1)
    if start:
        network.load_state_dict(torch.load(start))
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-3)
    loss_of, spent, turn = nn.CrossEntropyLoss(label_smoothing=SMOOTH), time.process_time(), 0
    while (done := (time.process_time() - spent) / 60 / minutes) < 1:
        turn, losses = turn + 1, []
        for pictures, scripts in batches(lines, dice):
            done = min(1.0, (time.process_time() - spent) / 60 / minutes)
            for group in optimiser.param_groups:
                group["lr"] = RATE * (min(1.0, done / 0.1) if done < 0.1 else max(0.005, (1 - done) / 0.9))
            optimiser.zero_grad()
            loss = loss_of(network(torch.from_numpy(pictures)), torch.from_numpy(scripts))
            loss.backward()
            optimiser.step()
            losses.append(float(loss))
            if done >= 1:
                break
        print(f"round {turn}: loss {sum(losses) / len(losses):.3f}, {100 * done:.0f} % of the time", flush=True)
    return network


def exported(network: Network, path: Path) -> None:
    """Write the network as ONNX, with a width that is not fixed."""
    network.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about itself
        torch.onnx.export(
            network,
            (torch.zeros(1, 1, SCALED_HEIGHT, 5 * SCALED_HEIGHT),),
            str(path),
            dynamo=False,
            input_names=["line"],
            output_names=["scripts"],
            dynamic_axes={"line": {0: "lines", 3: "width"}, "scripts": {0: "lines"}},
        )
