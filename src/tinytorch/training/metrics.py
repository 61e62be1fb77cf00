"""Metrics: numbers that people judge a network by, from its outputs and the right answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from tinytorch.core.checks import came, check_count, real
from tinytorch.core.conversion import array_for
from tinytorch.training.batching import check_callable

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
