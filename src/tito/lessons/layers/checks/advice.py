"""What is good practice beyond the pages: said when all is right, never a failed check."""

from __future__ import annotations

import warnings
from typing import Any

from tito.engine.lesson import advice
from tito.engine.trial import Trial
from tito.lessons.layers.checks.standins import littles, with_parameters

SIZES_UNCHECKED = (
    "Linear(3, 0) and Dense(3, 0) should make no layer: it would have no weights. A ValueError "
    "that says which sizes are expected saves a search later."
)


@advice(
    "Linear.__init__",
    "sizes are checked",
    tried="Linear(3, 0)",
    says=SIZES_UNCHECKED,
)
def linear_sizes(t: Trial) -> object:
    return t.raised(lambda: t.module.Linear(3, 0))


@advice(
    "Dense.__init__",
    "sizes are checked",
    tried="Dense(3, 0)",
    says=SIZES_UNCHECKED,
)
def dense_sizes(t: Trial) -> object:
    return t.raised(lambda: t.module.Dense(3, 0))


@advice(
    "Dropout.forward",
    "the gradient path stays open at p = 1",
    tried="y = Dropout(1.0).forward(x), y.sum().backward(), then x.grad",
    says="With p = 1 your Dropout returns a Tensor that no longer knows x, so x.grad stays None. "
    "Computing the zeros from x lets a gradient of zeros through.",
)
def gradient_at_one(t: Trial) -> object:
    x = t.tensor(2, 3, requires_grad=True)
    t.module.Dropout(1.0).forward(x, training=True).sum().backward()
    return x.grad


@advice(
    "Dropout.forward",
    "no warning at p = 1",
    tried="Dropout(1.0).forward(x): which warnings NumPy gives",
    says="With p = 1 your Dropout divides by zero on the way to its zeros, and NumPy warns of it. "
    "Treating p = 1 before the division avoids that.",
)
def no_warning_at_one(t: Trial) -> object:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        t.module.Dropout(1.0).forward(t.tensor(2, 3), training=True)
    return len(caught)


@advice(
    "Dropout.forward",
    "train() and eval()",
    tried="whether a Dropout has the methods train and eval",
    says="PyTorch's layers remember their mode: model.eval() switches every Dropout off, "
    "model.train() on again. Your layers take the flag in each call, as the lesson asks; the "
    "library's layers can do both.",
)
def knows_modes(t: Trial) -> object:
    layer = t.module.Dropout(0.5)
    return callable(getattr(layer, "train", None)) and callable(getattr(layer, "eval", None))


@advice(
    "Sequential.__init__",
    "layers is a list of its own",
    tried="Sequential([first, second]), then the given list gets a third layer",
    says="Your Sequential keeps the very list (or a tuple) it was given. A list of its own can be "
    "added to, and does not change when the other one does.",
)
def own_list(t: Trial) -> object:
    first, second, third = littles()
    given = [first, second]
    layers: Any = t.module.Sequential(given).layers
    given.append(third)
    return [isinstance(layers, list), len(layers)]


@advice(
    "Sequential.__init__",
    "takes a tuple too",
    tried="Sequential((first, second)), then how many layers it has",
    says="Sequential((a, b)) keeps the tuple as if it were one layer. Whoever gives a list of "
    "layers may as well give a tuple of them.",
)
def takes_tuple(t: Trial) -> object:
    return t.raised(lambda: t.module.Sequential(tuple(littles())).forward(t.tensor(2, 2)))


@advice(
    "Sequential.forward",
    "can be called",
    tried="whether Sequential(first, second) can be called like a function",
    says="model(x) does not work with your Sequential, only model.forward(x). Making Sequential a "
    "Layer gives it the call.",
)
def can_be_called(t: Trial) -> object:
    return callable(t.module.Sequential(*littles()))


@advice(
    "Sequential.parameters",
    "a shared layer counts once",
    tried="Sequential(first, first).parameters(): how many",
    says="A layer that stands twice in your Sequential has its parameters twice in parameters(): "
    "an optimizer would then change them twice in each step.",
)
def shared_counts_once(t: Trial) -> object:
    first = with_parameters()[0]
    return len(list(t.module.Sequential(first, first).parameters()))
