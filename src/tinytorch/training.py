"""Training in its plain first form: batches, a loop over them, and what was learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.checks import came, check_count, check_flag
from tinytorch.core.conversion import array_for
from tinytorch.core.graph import no_grad
from tinytorch.core.losses import CrossEntropyLoss
from tinytorch.core.tensor import Tensor
from tinytorch.rng import generator

if TYPE_CHECKING:
    from tinytorch._typing import Array

__all__ = ["accuracy", "batches", "fit"]


class Optimizer(Protocol):
    """What `fit` asks of an optimizer."""

    def step(self) -> None:
        """Change the parameters by their gradients."""
        ...

    def zero_grad(self) -> None:
        """Forget the gradients."""
        ...


def batches(
    x: NDArray[np.float32], y: NDArray[np.int64], size: int = 32, *, shuffle: bool = True
) -> Iterator[tuple[Tensor, NDArray[np.int64]]]:
    """Give every example once, ``size`` at a time, in random order.

    ``x`` is (n, ...), ``y`` is (n,); a batch is a Tensor (size, ...) and its labels (size,), the
    last one smaller where size does not divide n. `manual_seed` makes the order repeat.
    Raises ValueError where x and y differ in length, or size is below 1, TypeError for what is no
    number.

    >>> import numpy as np
    >>> x, y = np.zeros((5, 2), dtype=np.float32), np.arange(5)
    >>> [(inputs.shape, labels.tolist()) for inputs, labels in batches(x, y, 2, shuffle=False)]
    [((2, 2), [0, 1]), ((2, 2), [2, 3]), ((1, 2), [4])]
    """
    x, y = examples("batches", x, y)
    check_count("batches", 1, size=size)
    check_flag("batches", shuffle=shuffle)
    order = generator().permutation(len(x)) if shuffle else np.arange(len(x))
    return (_batch(x, y, order[start : start + size]) for start in range(0, len(x), size))


def examples(owner: str, x: Any, y: Any) -> tuple[Array, Array]:
    """Inputs and labels as arrays; ValueError if they have not one entry for each example."""
    x, y = array_for(owner, "x", x), array_for(owner, "y", y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(
            f"{owner} expects x and y with one entry for each example, got shapes {x.shape} and "
            f"{y.shape}. Check that they come from the same split."
        )
    return x, y


def _batch(
    x: NDArray[np.float32], y: NDArray[np.int64], chosen: NDArray[np.int64]
) -> tuple[Tensor, NDArray[np.int64]]:
    return Tensor(x[chosen]), y[chosen]


def fit(
    model: Callable[[Tensor], Tensor],
    x: NDArray[np.float32],
    y: NDArray[np.int64],
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int = 32,
    loss: Callable[[Tensor, NDArray[np.int64]], Tensor] | None = None,
    after_step: Callable[[float], None] | None = None,
) -> list[float]:
    """Train ``model`` by gradient descent on batches; return each step's loss, in order.

    ``model`` is anything that maps a Tensor (batch, ...) to a Tensor (batch, classes); it is
    called as it is, so put a network in training mode first. ``optimizer`` holds its parameters.
    ``loss`` is cross-entropy on logits unless given. ``after_step`` is told the loss of each step
    once the parameters have changed; their gradients are still there then. Raises ValueError where
    x and y differ in length or ``batch_size`` is below 1, TypeError for what cannot be called or
    is no number, and what model and loss raise.

    >>> import numpy as np
    >>> from tinytorch.core.layers import Linear
    >>> from tinytorch.core.optimizers import SGD
    >>> x, y = np.eye(2, dtype=np.float32), np.array([0, 1])
    >>> model = Linear(2, 2)
    >>> losses = fit(model, x, y, SGD(model.parameters(), lr=1.0), epochs=50)
    >>> len(losses), losses[-1] < losses[0], accuracy(model, x, y)
    (50, True, 1.0)
    """
    loss = CrossEntropyLoss() if loss is None else loss
    x, y = examples("fit", x, y)
    check_count("fit", 0, epochs=epochs)
    check_count("fit", 1, batch_size=batch_size)
    check_callable("fit", model=model, loss=loss)
    methods = (getattr(optimizer, name, None) for name in ("step", "zero_grad"))
    if isinstance(optimizer, type) or not all(map(callable, methods)):
        raise TypeError(
            f"fit expects an optimizer with step() and zero_grad(), got {came(optimizer)}. "
            "Give one such as SGD(model.parameters(), lr=0.1)."
        )
    if after_step is not None:
        check_callable("fit", after_step=after_step)
    losses: list[float] = []
    for _ in range(epochs):
        for inputs, targets in batches(x, y, batch_size):
            optimizer.zero_grad()
            value = check_tensor("fit", "loss", loss(model(inputs), targets))
            value.backward()
            optimizer.step()
            losses.append(value.item())
            if after_step is not None:
                after_step(losses[-1])
    return losses


def accuracy(
    model: Callable[[Tensor], Tensor], x: NDArray[np.float32], y: NDArray[np.int64]
) -> float:
    """Return the share of examples whose largest logit is the right one, from 0.0 to 1.0.

    ``model`` is called as it is, so call ``eval()`` on a network with dropout first. ValueError
    where there are no examples, or x and y differ in length; TypeError for what cannot be called
    or is no number.

    >>> import numpy as np
    >>> accuracy(lambda x: x, np.eye(3, dtype=np.float32), np.array([0, 1, 1]))
    0.6666666666666666
    """
    x, y = examples("accuracy", x, y)
    check_callable("accuracy", model=model)
    with no_grad():
        logits = check_tensor("accuracy", "model", model(Tensor(x)))
    if y.ndim != 1 or logits.ndim != 2 or len(logits) != len(y) or logits.size == 0:
        raise ValueError(
            "accuracy expects labels of shape (n,) and from the model logits of shape (n, "
            f"classes), with n at least 1, got {y.shape} and {logits.shape}. Give one class "
            "index an example."
        )
    return int(np.count_nonzero(logits.data.argmax(axis=-1) == y)) / len(y)


def check_callable(owner: str, **functions: object) -> None:
    """TypeError, with the name, for what cannot be called."""
    for name, function in functions.items():
        if not callable(function):
            raise TypeError(
                f"{owner} expects {name} to be a function, or an object that can be called, got "
                f"{came(function)}. Give the function itself, without calling it."
            )


def check_tensor(owner: str, source: str, value: object) -> Tensor:
    """What a function of the user gave; TypeError if it is no tensor."""
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{owner} expects the {source} to return a Tensor, got {came(value)}. "
            "Calculate with tensors to the end, without .data or .item()."
        )
    return value
