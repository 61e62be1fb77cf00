"""Training against PyTorch: 500 steps from the same weights, on the same batches."""

import numpy as np
import pytest

from tinytorch import (
    SGD,
    Adam,
    AdamW,
    CrossEntropyLoss,
    Linear,
    ReLU,
    Sequential,
    Tanh,
    Tensor,
    manual_seed,
)

OURS = {"SGD": SGD, "Adam": Adam, "AdamW": AdamW}
# The optimizer, its settings, and whether the learning rate changes from step to step.
RECIPES = [
    ("SGD", {"lr": 0.1}, False),
    ("SGD", {"lr": 0.05, "weight_decay": 0.01}, True),
    ("SGD", {"lr": 0.02, "momentum": 0.9}, True),
    ("SGD", {"lr": 0.02, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}, False),
    ("Adam", {"lr": 0.003}, True),
    ("Adam", {"lr": 0.003, "betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.01}, False),
    ("AdamW", {"lr": 0.003}, False),
    ("AdamW", {"lr": 0.003, "weight_decay": 0.3}, True),
]
STEPS = 500


def network():
    """Two tanh and ReLU layers, and beside the output a layer that is used now and then."""
    body = Sequential(Linear(20, 16), ReLU(), Linear(16, 8), Tanh())
    return body, Linear(8, 4), Linear(8, 4)


def twin(torch, layer):
    if not isinstance(layer, Linear):
        return getattr(torch.nn, type(layer).__name__)()
    made = torch.nn.Linear(*layer.weight.shape)
    made.weight.data = torch.tensor(layer.weight.data.T.copy())
    made.bias.data = torch.tensor(layer.bias.data)
    return made


def batches():
    """Four classes that a network can learn, but not in a few steps."""
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(4, 20))
    for _ in range(STEPS):
        labels = rng.integers(0, 4, 16)
        yield (centres[labels] + rng.normal(size=(16, 20)) * 2).astype(np.float32), labels


def schedule(step, lr):
    """A learning rate that rises, and falls twice."""
    return lr * min(1.0, (step + 1) / 50) * 0.3 ** (step // 200)


def distance(ours, theirs):
    """How far parameters are from PyTorch's, relative to their norm."""
    pairs = [(a.data, b.detach().numpy()) for a, b in zip(ours, theirs, strict=True)]
    off = sum(np.square(a - (b.T if a.ndim == 2 else b)).sum() for a, b in pairs)
    return float(np.sqrt(off / sum(np.square(a).sum() for a, _ in pairs)))


@pytest.mark.parametrize(("name", "options", "scheduled"), RECIPES)
def test_five_hundred_steps(torch, name, options, scheduled):
    """A training that is right in its first steps, and drifts away from PyTorch's later.

    The layer that is used in every third step alone is left as it is in the others, momentum and
    step count with it.
    """
    manual_seed(3)
    body, head, extra = network()
    their_body = torch.nn.Sequential(*[twin(torch, layer) for layer in body])
    their_head, their_extra = twin(torch, head), twin(torch, extra)
    ours = [*body.parameters(), *head.parameters(), *extra.parameters()]
    theirs = [p for part in (their_body, their_head, their_extra) for p in part.parameters()]
    optimizer = OURS[name](ours, **options)
    their_optimizer = getattr(torch.optim, name)(theirs, **options)
    start = [parameter.data for parameter in ours]
    loss, their_loss = CrossEntropyLoss(), torch.nn.CrossEntropyLoss()
    for step, (x, labels) in enumerate(batches()):
        if scheduled:
            optimizer.lr = their_optimizer.param_groups[0]["lr"] = schedule(step, options["lr"])
        optimizer.zero_grad()
        their_optimizer.zero_grad()
        hidden, their_hidden = body(Tensor(x)), their_body(torch.tensor(x))
        logits, their_logits = head(hidden), their_head(their_hidden)
        if step % 3 == 1:
            logits, their_logits = logits + extra(hidden), their_logits + their_extra(their_hidden)
        loss(logits, labels).backward()
        their_loss(their_logits, torch.tensor(labels)).backward()
        optimizer.step()
        their_optimizer.step()
    assert distance(ours, theirs) < 1e-4
    assert all(np.abs(a.data - b).max() > 0.01 for a, b in zip(ours, start, strict=True))
