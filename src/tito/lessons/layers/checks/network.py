"""The network of the lesson, 784-256-128-10, to be looked at while a batch runs through it."""

from __future__ import annotations

import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.tensor import Tensor
from tito.lesson.model import check
from tito.lesson.trial import Trial

BATCH = 32


@check(
    "Sequential.forward",
    "carries 32 digits through 784-256-128-10",
    tried="Linear(784, 256), ReLU, Linear(256, 128), ReLU, Linear(128, 10) on 32 rows",
)
def network(t: Trial) -> object:
    """The shape of what comes out."""
    m = t.module
    model = m.Sequential(m.Linear(784, 256), ReLU(), m.Linear(256, 128), ReLU(), m.Linear(128, 10))
    return list(model.forward(Tensor(np.zeros((BATCH, 784)))).shape)
