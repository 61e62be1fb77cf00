"""Small trainings that hold all a training can hold; run as a program, one that may be killed."""

import hashlib
import json
import os
import signal
import sys
from pathlib import Path

import numpy as np

from tests.plain_layers import Dropout as PlainDropout
from tests.plain_layers import Linear as PlainLinear
from tests.plain_layers import Sequential as PlainSequential
from tinytorch import SGD, Adam, AdamW, Dropout, Linear, ReLU, Sequential, manual_seed
from tinytorch.training import (
    Checkpoint,
    CosineAnnealingLR,
    EarlyStopping,
    LinearLR,
    ReduceLROnPlateau,
    StepLR,
    fit,
)

EXAMPLES, BATCH, EPOCHS = 22, 5, 5
STEPS = EPOCHS * -(-EXAMPLES // BATCH)


def data():
    """Three classes, too noisy to be learned in full."""
    made = np.random.default_rng(3)
    labels = np.arange(EXAMPLES) % 3
    return (made.normal(size=(EXAMPLES, 6)) + labels[:, None]).astype(np.float32), labels


def plain():
    """As page-style code has it: no modes, and masks and weights from np.random."""
    model = PlainSequential(PlainLinear(6, 8), ReLU(), PlainDropout(0.4), PlainLinear(8, 3))
    return model, SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)


def usual(kind, **settings):
    """A network of the library's layers with an optimizer."""
    model = Sequential(Linear(6, 8), ReLU(), Dropout(0.4), Linear(8, 3))
    return model, kind(model.parameters(), **settings)


# What a training is made of: model and optimizer, and what fit is given besides.
RECIPES = {
    "adam": (
        lambda: usual(Adam, lr=0.02),
        {
            "metrics": ["accuracy"],
            "schedule": LinearLR(0.1, 4, then=CosineAnnealingLR(12, per="step"), per="step"),
        },
    ),
    "plateau": (
        lambda: usual(AdamW, lr=0.05, weight_decay=0.1),
        {
            "schedule": ReduceLROnPlateau(0.5, patience=0, threshold=0.2),
            "early_stopping": EarlyStopping(3, monitor="loss", min_delta=0.01),
            "clip_norm": 0.5,
        },
    ),
    "early": (
        lambda: usual(SGD, lr=0.15, momentum=0.9),
        {"early_stopping": EarlyStopping(1), "validation": True, "metrics": ["accuracy"]},
    ),
    "plain": (plain, {"validation": True, "schedule": StepLR(1, 0.5)}),
}


def train(recipe, **more):
    """Train by a recipe, as a program does from its first line on; the model and the history."""
    manual_seed(5)
    make, settings = RECIPES[recipe]
    (model, optimizer), (x, y) = make(), data()
    settings = {"epochs": EPOCHS, "batch_size": BATCH, **settings, **more}
    if settings.get("validation"):
        settings["validation"] = (x[::3], y[::3])
    return model, fit(model, x, y, optimizer, **settings)


def digest(model, history):
    """All that has to be the same bit for bit, in short."""
    known = hashlib.sha256()
    for parameter in model.parameters():
        known.update(parameter.data.tobytes())
    epochs = history.to_dict()["epochs"]
    told = [[name, value] for each in epochs for name, value in each.items() if name != "seconds"]
    known.update(json.dumps([history.losses, told, history.ended, history.reason]).encode())
    return known.hexdigest()


def kill_at(function, count):
    """Have the count-th call of one of os's functions be the last thing that this process does."""
    original, calls = getattr(os, function), []

    def killing(*args):
        calls.append(args)
        if len(calls) == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args)

    setattr(os, function, killing)


def main(recipe, path, *kill):
    """Go on with a training from wherever its checkpoint is, and print what came of it."""
    if kill:
        kill_at(kill[0], int(kill[1]))

    def tell(run):
        print("step", run.step, flush=True)

    checkpoint = Checkpoint(Path(path), every_steps=1)
    model, history = train(recipe, checkpoint=checkpoint, resume=True, callbacks=[tell])
    print("done", digest(model, history), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
