"""Evaluating: a network at inference, batch by batch, whatever its layers know of modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import check_count
from tinytorch.core.conversion import array_for
from tinytorch.core.graph import no_grad
from tinytorch.core.losses import CrossEntropyLoss
from tinytorch.core.tensor import Tensor
from tinytorch.training.batching import check_callable, check_tensor, examples, precision
from tinytorch.training.metrics import Metrics, measure, named, share_right
from tinytorch.training.modes import inference
from tinytorch.training.reaching import parameters_of

if TYPE_CHECKING:
    from tinytorch._typing import Array

# Large enough that a batch costs what its arithmetic costs, small enough for any memory.
BATCH_SIZE = 256


def evaluate(
    model: Any,
    x: Any,
    y: Any,
    *,
    loss: Callable[[Tensor, Array], Tensor] | None = None,
    metrics: Metrics = (),
    batch_size: int = BATCH_SIZE,
) -> dict[str, float]:
    """Measure a network at inference: its loss and metrics over all examples, by name.

    ``x`` is (n, ...), ``y`` is (n, ...). Nothing is recorded, dropout does not drop, and
    afterwards each layer is in the mode it was in; other threads notice nothing. The layers that
    a function works with are found by what its code names. Layers without modes are told
    ``training=False`` where their forward takes it. Inputs become float32, or float64 for a model
    in double precision. Only one batch of activations is held at a
    time; ``loss`` (cross-entropy on logits unless given) is a mean over examples, and each batch
    counts by its size. A metric is "accuracy", or a function of all outputs and all targets, as
    arrays, that gives a number (all outputs are kept for it); a dict gives them other names.
    Raises ValueError where x and y differ in length or are empty, TypeError for what is no
    function or no number, and what model, loss and metrics raise.

    >>> import numpy as np
    >>> evaluate(lambda x: x * 50, np.eye(2), np.array([0, 0]), metrics=["accuracy"])
    {'loss': 25.0, 'accuracy': 0.5}
    """
    x, y = examples("evaluate", x, y)
    if not len(x):
        raise ValueError("evaluate expects at least one example, got none. Check the split.")
    loss = CrossEntropyLoss() if loss is None else loss
    check_callable("evaluate", loss=loss)
    check_count("evaluate", 1, batch_size=batch_size)
    functions = named("evaluate", metrics)
    total, outputs, dtype = 0.0, list[Any](), precision(parameters_of(model))
    with no_grad(), inference("evaluate", model) as run:
        for start in range(0, len(x), batch_size):
            part = slice(start, start + batch_size)
            result = run(Tensor(x[part], dtype=dtype))
            value = check_tensor("evaluate", "loss", loss(result, y[part])).item()
            total += value * len(y[part])
            if functions:
                outputs.append(check_tensor("evaluate", "model", result).data)
    found = {"loss": total / len(x)}
    return found | measure(functions, np.concatenate(outputs), y) if functions else found


def predict(model: Any, x: Any, *, batch_size: int = BATCH_SIZE) -> Array:
    """Compute a network's outputs at inference for all examples, batch by batch, as an array.

    ``x`` is (n, ...), the result (n, ...) as the model gives it. Modes are as in `evaluate`.
    Raises ValueError for an ``x`` without an axis for examples, TypeError for what is no number
    or no function, and what the model raises.

    >>> import numpy as np
    >>> predict(lambda x: x * 2, np.eye(2))
    array([[2., 0.],
           [0., 2.]], dtype=float32)
    """
    check_count("predict", 1, batch_size=batch_size)
    return outputs_of("predict", model, x, batch_size)


def accuracy(model: Any, x: Any, y: Any) -> float:
    """Return the share of examples whose largest logit is the right one, from 0.0 to 1.0.

    The network is at inference, as in `evaluate`. ValueError where there are no examples, or x and
    y differ in length; TypeError for what cannot be called or is no number.

    >>> import numpy as np
    >>> accuracy(lambda x: x, np.eye(3, dtype=np.float32), np.array([0, 1, 1]))
    0.6666666666666666
    """
    x, y = examples("accuracy", x, y)
    return share_right(outputs_of("accuracy", model, x, BATCH_SIZE), y)


def outputs_of(owner: str, model: Any, x: Any, batch_size: int) -> Array:
    """The outputs for all examples at inference; for none, their shape is still found out."""
    x = array_for(owner, "x", x)
    if x.ndim == 0:
        raise ValueError(
            f"{owner} expects x with one entry for each example, got shape (). "
            "Put a single example into a list."
        )
    dtype, found = precision(parameters_of(model)), list[Any]()
    with no_grad(), inference(owner, model) as run:
        for start in range(0, max(1, len(x)), batch_size):
            result = run(Tensor(x[start : start + batch_size], dtype=dtype))
            found.append(check_tensor(owner, "model", result).data)
    if any(each.ndim == 0 for each in found):
        raise ValueError(
            f"{owner} expects from the model one output for each example, got shape (). "
            "Keep the first axis: it counts the examples."
        )
    return np.concatenate(found)
