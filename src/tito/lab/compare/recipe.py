"""What is compared, and how: the network, the training, and what is the same to rounding."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tito.lab.networks import ModelFile, Network

Array = NDArray[Any]
Arrays = dict[str, Array]
#: A layer as it goes to another process: its path, its kind, and what it is made with.
Plain = dict[str, Any]

#: What most people begin with.
LEARNING_RATES = {"sgd": 0.1, "adam": 0.001}
#: So many batches are trained on, in turn.
POOL = 8
#: The standard deviation of the biases that the comparison starts with.
BIAS_SPREAD = 0.1
#: float32 keeps 24 binary digits: the step from 1 to the next number.
EPSILON = 2.0**-23
#: Differences up to so many times what rounding does are taken for rounding.
SAME = 10.0
#: Two trainings that part by less than this share of the way they went are close.
CLOSE = 0.01
#: The batches at which time is taken, unless one is asked for.
BATCHES = (1, 32, 1024)
THREADS = 2
#: Multiply-adds of the forward passes of one training: with all that is done twice, some minutes.
MOST_WORK = 10**11
#: Numbers in the batches and in what the layers make of them: 256 MiB of each.
MOST_NUMBERS = 1 << 26


@dataclass(frozen=True)
class Recipe:
    """What was asked for; ``batch`` and ``threads`` are None where that was left open."""

    network: Network | ModelFile
    batch: int | None = None
    steps: int = 100
    optimizer: str = "sgd"
    threads: int | None = None
    seed: int = 0

    @property
    def batch_size(self) -> int:
        """The examples in a batch of the numbers that are compared."""
        return self.batch or 32

    @property
    def batches(self) -> tuple[int, ...]:
        """Those at which time is taken."""
        return (self.batch,) if self.batch else BATCHES

    @property
    def same_threads(self) -> int:
        """How many threads each side has."""
        return self.threads or min(THREADS, os.cpu_count() or 1)

    def too_much(self) -> str:
        """Why such a comparison is not begun; nothing where it is, or nobody can tell."""
        if isinstance(self.network, ModelFile):
            return ""
        batch, sizes = self.batch_size, self.network.sizes
        numbers = batch * (POOL * sizes[0] + sum(sizes))
        if numbers > MOST_NUMBERS:
            return (
                f"Batches of {batch:,} take {numbers:,} numbers in this network, and up to "
                f"{MOST_NUMBERS:,} are compared here. Write a smaller --batch, or smaller sizes."
            )
        work = self.network.parameters * batch * self.steps
        if work > MOST_WORK:
            return (
                f"{self.steps:,} steps with batches of {batch:,} are {work:.1e} multiply-adds "
                f"forward, and up to {MOST_WORK:.0e} are compared here. Write fewer --steps, a "
                "smaller --batch, or smaller sizes."
            )
        return ""


def called(part: Plain) -> str:
    """A layer as one writes it: Linear(784, 256)."""
    kind, settings = part["kind"], part["settings"]
    if "in" in settings:
        bias = "" if settings["bias"] else ", bias=False"
        return f"{kind}({settings['in']}, {settings['out']}{bias})"
    if "p" in settings:
        return f"{kind}({settings['p']:g})"
    return f"{kind}(dim={settings['dim']})" if "dim" in settings else f"{kind}()"


def name_in(part: Plain, tensor: str) -> str:
    """A parameter's name in a state dict."""
    return f"{part['path']}.{tensor}" if part["path"] else tensor


def tensors_of(part: Plain) -> list[str]:
    """The parameters of a layer."""
    if "in" not in part["settings"]:
        return []
    return ["weight", "bias"] if part["settings"]["bias"] else ["weight"]


def kept(x: Array, y: Array) -> Array:
    """What a Dropout kept, a bit for each number, packed: 0 where something came in and none out.

    What was 0 before is counted as kept, for it tells nothing and changes nothing.
    """
    return np.packbits((y != 0) | (x == 0))
