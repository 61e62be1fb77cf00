"""What `fit` costs beside a loop written by hand, with a line of progress and with checkpoints.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python benchmarks/fitting.py [ROUNDS]

In each round every side trains the same network in turn; a side's cost is the median over the
rounds of its time to that of the loop in the same round. The line goes to a pseudo-terminal that
another process reads. The least of the thread's own working time is compared too: a busy machine
changes it less.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TextIO

import numpy as np

from tinytorch import Adam, CrossEntropyLoss, Linear, ReLU, Sequential, Tensor, manual_seed
from tinytorch.rng import generator
from tinytorch.training import Checkpoint, Progress, fit
from tinytorch.training.checkpoint import fingerprint

ROUNDS = 15
BATCH, STEPS = 32, 45
NETWORKS = {"64→32→10": (64, 32, 10), "784→256→128→10": (784, 256, 128, 10)}
#: How many epochs take about half a second: the line is written ten times a second.
EPOCHS = {"64→32→10": 60, "784→256→128→10": 8}
LOSS = CrossEntropyLoss()


def build(sizes: tuple[int, ...]) -> tuple[Sequential, Adam]:
    """A network with ReLU between its layers, and what trains it."""
    layers = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [Linear(inputs, outputs), ReLU()]
    model = Sequential(layers[:-1])
    return model, Adam(model.parameters())


def by_hand(model, x, y, optimizer, epochs: int) -> None:
    """The loop as people write it."""
    losses = []
    for _ in range(epochs):
        order = generator().permutation(len(x))
        for start in range(0, len(x), BATCH):
            chosen = order[start : start + BATCH]
            optimizer.zero_grad()
            loss = LOSS(model(Tensor(x[chosen])), y[chosen])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())


def train(model, x, y, optimizer, epochs: int, **more) -> None:
    """The same by `fit`."""
    fit(model, x, y, optimizer, epochs=epochs, batch_size=BATCH, **more)


def sides(stream: TextIO, folder: Path) -> dict[str, Callable[..., object]]:
    """What trains a network, by the name of its row."""
    count = iter(range(10**6))

    def fresh(**often) -> Checkpoint:
        return Checkpoint(folder / f"{next(count)}.checkpoint", **often)

    return {
        "a loop by hand": by_hand,
        "fit": train,
        "fit, accuracy measured": partial(train, metrics=["accuracy"]),
        "fit, line of progress": partial(train, progress=Progress(stream)),
        "fit, checkpoint each epoch": lambda *job: train(*job, checkpoint=fresh()),
        "fit, checkpoint each second": lambda *job: train(
            *job, checkpoint=fresh(every_epochs=None, every_s=1.0)
        ),
    }


def timed(side: Callable[..., object], name: str) -> tuple[float, float]:
    """Seconds on the clock and of the thread's own work, for one training."""
    manual_seed(0)
    sizes = NETWORKS[name]
    x = np.random.rand(BATCH * STEPS, sizes[0]).astype(np.float32)
    model, optimizer = build(sizes)
    job = (model, x, np.arange(len(x)) % sizes[-1], optimizer, EPOCHS[name])
    began, worked = time.perf_counter(), time.thread_time()
    side(*job)
    return time.perf_counter() - began, time.thread_time() - worked


def main() -> None:
    """Time all sides in turn, for each network, and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    master, slave = os.openpty()
    reader = subprocess.Popen(
        ["cat"], stdin=master, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with open(slave, "w") as stream, tempfile.TemporaryDirectory() as folder:
        rows = sides(stream, Path(folder))
        for name in NETWORKS:
            found = {row: [] for row in rows}
            for turn in range(rounds):
                order = list(rows)[turn % len(rows) :] + list(rows)[: turn % len(rows)]
                for row in order:
                    found[row].append(timed(rows[row], name))
            report(name, found)
    reader.kill()
    x = np.random.rand(60000, 784).astype(np.float32)
    began = time.perf_counter()
    fingerprint(x)
    print(f"SHA-256 of {x.nbytes / 1e6:.0f} MB of data: {time.perf_counter() - began:.3f} s")


def report(name: str, found: dict[str, list[tuple[float, float]]]) -> None:
    """Each side's time a step, and how it stands to the loop's in the same round."""
    steps = STEPS * EPOCHS[name]
    first = next(iter(found.values()))
    print(f"\n{name}, batch {BATCH}, {steps} steps{'':<10}{'µs a step':>12}{'clock':>9}{'work':>9}")
    for row, times in found.items():
        pairs = zip(times, first, strict=True)
        on_the_clock = statistics.median(own[0] / loop[0] for own, loop in pairs)
        ratios = (on_the_clock, min(work for _, work in times) / min(work for _, work in first))
        micros = statistics.median(clock for clock, _ in times) / steps * 1e6
        shown = "".join(f"{ratio - 1:>+9.1%}" for ratio in ratios)
        print(f"{row:<46}{micros:>12.1f}{shown}")


if __name__ == "__main__":
    main()
