"""What a model is worth on examples it has not seen: its loss, and metrics."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from tinytorch.core.given.base import array_for
from tinytorch.core.given.checks import came, check_count, real
from tinytorch.core.given.graph import no_grad
from tinytorch.core.losses import CrossEntropyLoss
from tinytorch.core.tensor import Tensor
from tinytorch.training.batching import check_callable, check_tensor, examples, precision
from tinytorch.training.modes import inference, parameters_of

if TYPE_CHECKING:
    from tinytorch._typing import Array

# A function of all outputs and all targets, as arrays, that gives a number.
Metric: TypeAlias = "Callable[[Array, Array], float]"
Metrics: TypeAlias = "Iterable[str | Metric] | Mapping[str, Metric]"


def top_k_accuracy(k: int) -> Metric:
    """Make a metric: the share of examples whose right class is among the k largest logits.

    It takes logits of shape (n, classes) and class indices of shape (n,). Of equal logits the
    first come first. ValueError where ``k`` is below 1 or there are no examples, TypeError for
    what is no number.

    >>> import numpy as np
    >>> top_k_accuracy(2)(np.array([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0]]), np.array([1, 2]))
    0.5
    """
    check_count("top_k_accuracy", 1, k=k)

    def metric(outputs: Array, targets: Array) -> float:
        outputs, labels = classified(f"top_{k}_accuracy", outputs, targets)
        # Of each row the right class's logit; those before it are larger, or as large and earlier.
        own = np.take_along_axis(outputs, labels[:, None], axis=1)
        ahead = (outputs > own) | (
            (outputs == own) & (np.arange(len(outputs[0])) < labels[:, None])
        )
        # NaN is larger than nothing: a network that gives it knows nothing.
        right = (ahead.sum(axis=1) < k) & ~np.isnan(own[:, 0])
        return int(np.count_nonzero(right)) / len(labels)

    metric.__name__ = f"top_{k}_accuracy"
    return metric


def confusion_matrix(outputs: Any, targets: Any) -> Array:
    """Count how often each class was taken for each: a row a right class, a column an answer.

    ``outputs`` are logits of shape (n, classes), as `predict` gives them, ``targets`` class
    indices of shape (n,); the result is (classes, classes), whole numbers. ValueError where they
    do not fit, TypeError for what is no number.

    >>> import numpy as np
    >>> confusion_matrix(np.array([[2.0, 1.0], [2.0, 1.0], [0.0, 5.0]]), [0, 1, 1])
    array([[1, 0],
           [1, 1]])
    """
    outputs, labels = classified("confusion_matrix", outputs, targets)
    classes = outputs.shape[1]
    places = labels * classes + outputs.argmax(axis=1)
    return np.bincount(places, minlength=classes**2).reshape(classes, classes)


def share_right(outputs: Array, targets: Array) -> float:
    """The metric "accuracy": the share of examples whose largest logit is the right one."""
    if targets.ndim != 1 or outputs.ndim != 2 or len(outputs) != len(targets) or not outputs.size:
        raise ValueError(
            "accuracy expects labels of shape (n,) and from the model logits of shape (n, "
            f"classes), with n at least 1, got {targets.shape} and {outputs.shape}. Give one class "
            "index an example."
        )
    return int(np.count_nonzero(outputs.argmax(axis=-1) == targets)) / len(targets)


def classified(owner: str, outputs: Any, targets: Any) -> tuple[Array, Array]:
    """Logits, and class indices as whole numbers; ValueError if they do not fit together."""
    outputs, targets = array_for(owner, "outputs", outputs), array_for(owner, "targets", targets)
    fits = outputs.ndim == 2 and outputs.size and targets.shape == outputs.shape[:1]
    if not fits or not all(targets == np.clip(np.rint(targets), 0, outputs.shape[1] - 1)):
        raise ValueError(
            f"{owner} expects logits of shape (n, classes), with n at least 1, and whole class "
            f"indices below that of shape (n,), got shapes {outputs.shape} and {targets.shape}. "
            "Give one class index an example, counted from 0."
        )
    return outputs, targets.astype(np.intp)


def named(owner: str, metrics: Any) -> dict[str, Metric]:
    """The metrics by their names; TypeError or ValueError for what is none."""
    pairs: list[tuple[Any, Any]]
    if isinstance(metrics, Mapping):
        pairs = list(cast("Mapping[Any, Any]", metrics).items())
    elif isinstance(metrics, list | tuple):
        pairs = [(_name(each), each) for each in cast("list[Any]", metrics)]
    else:
        raise TypeError(
            f"{owner} expects metrics as a list, or as a dict of names and functions, got "
            f"{came(metrics)}. Write metrics=['accuracy']."
        )
    found: dict[str, Metric] = {}
    for name, metric in pairs:
        if isinstance(metric, str) and metric != "accuracy":
            raise ValueError(
                f"{owner} expects a metric as 'accuracy' or as a function of outputs and targets, "
                f"got {metric!r}. Give the function itself."
            )
        taken = name in found or name == "loss" or str(name).startswith("validation_")
        if not isinstance(name, str) or taken:
            raise ValueError(
                f"{owner} expects each metric under a name of its own, got {came(name)}. Give "
                "them as a dict, such as {'error': error}."
            )
        found[name] = share_right if metric == "accuracy" else metric
        check_callable(owner, metric=found[name])
        if not takes_two(found[name]):
            raise TypeError(
                f"{owner} expects a metric as a function of outputs and targets, got "
                f"{came(metric)}. For the share of examples that are right, write 'accuracy'."
            )
    return found


def takes_two(function: Callable[..., object]) -> bool:
    """Whether a function can be called with two arguments; so it seems where it does not say."""
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # some that are written in C do not say
        return True
    return True


def measure(metrics: Mapping[str, Metric], outputs: Array, targets: Array) -> dict[str, float]:
    """What each metric says; TypeError for one that gives no number."""
    found: dict[str, float] = {}
    for name, metric in metrics.items():
        try:
            value = metric(outputs, targets)
        except Exception as error:
            error.add_note(
                f"in the metric {name!r}, given outputs {outputs.shape} and targets {targets.shape}"
            )
            raise
        number = real(value)
        if number is None:
            raise TypeError(
                f"{name} expects to return a number, as a metric, got {came(value)}. "
                "Take the mean over the examples."
            )
        found[name] = number
    return found


def _name(metric: Any) -> str:
    return metric if isinstance(metric, str) else getattr(metric, "__name__", type(metric).__name__)


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
