"""The training of `tito train digits`, written for PyTorch: the same recipe and measures."""

from __future__ import annotations

import math

import torch
from torch import nn

from benchmarks.sides import Job
from benchmarks.workloads import Work
from tinytorch.data import digits
from tito.lab.train.recipe import DIGITS


def recogniser(work: Work) -> Job:
    """Train it once a run; the outcome is the share of held-out digits that it gets right."""
    reached: list[object] = []

    def run() -> None:
        reached[:] = [train()]

    return Job(run, lambda: reached)


def train() -> float:
    """All epochs, each step's loss read and checked, the held-out digits measured after each."""
    torch.manual_seed(0)
    data = digits()
    x, y = torch.from_numpy(data.train_images), torch.from_numpy(data.train_labels)
    held_out = torch.from_numpy(data.held_out_images), torch.from_numpy(data.held_out_labels)
    inputs, hidden, outputs = DIGITS.network.sizes
    model = nn.Sequential(
        nn.Linear(inputs, hidden),
        nn.ReLU(),
        nn.Dropout(DIGITS.network.dropout),
        nn.Linear(hidden, outputs),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=DIGITS.learning_rate, fused=True)
    loss, losses, shares = nn.CrossEntropyLoss(), list[float](), list[float]()
    for _ in range(DIGITS.epochs):
        model.train()
        for chosen in torch.randperm(len(x)).split(DIGITS.batch_size):
            optimizer.zero_grad(set_to_none=True)
            value = loss(model(x[chosen]), y[chosen])
            value.backward()
            optimizer.step()
            losses.append(value.item())
            assert math.isfinite(losses[-1])
        model.eval()
        shares.append(accuracy(model, *held_out))
    return shares[-1]


@torch.inference_mode()
def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """The share of examples whose largest logit is the right one."""
    return int((model(x).argmax(dim=1) == y).sum()) / len(y)
