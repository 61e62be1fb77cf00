"""What is good practice beyond the pages: said when all is right, never a failed check."""

from __future__ import annotations

import warnings
from typing import Any, cast

from tito.lesson.model import advice
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.standins import littles, with_parameters

SIZES_UNCHECKED = (
    "Linear(3, 0) and Dense(3, 0) should not make a layer: it would have no weights. A "
    "ValueError that says which sizes are expected saves a search later."
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
    "is found by tools",
    tried="whether Sequential(first, second).layers is a list or a tuple of both",
    says="Your Sequential does not keep its layers as a list in the attribute layers. It all "
    "works, but tools that walk through a network, to look at its layers or to evaluate it, "
    "look for .layers.",
)
def found_by_tools(t: Trial) -> object:
    layers: Any = getattr(_model(t), "layers", None)
    return isinstance(layers, list | tuple) and len(cast("list[Any]", layers)) == 2


@advice(
    "Sequential.__init__",
    "layers is a list of its own",
    tried="Sequential([first, second]), then the given list gets a third layer",
    says="Your Sequential keeps the very list (or a tuple) it was given. A list of its own can be "
    "added to, and does not change when the other one does.",
)
def own_list(t: Trial) -> object:
    first, second, third = (each.layer for each in littles(t))
    given = [first, second]
    model: Any = t.module.Sequential(given)
    layers: Any = getattr(model, "layers", None)
    if not isinstance(layers, list | tuple):
        return True  # found_by_tools says it
    given.append(third)
    return isinstance(layers, list) and len(cast("list[Any]", layers)) == 2


def _model(t: Trial) -> Any:
    first, second, _ = littles(t)
    return t.module.Sequential(first.layer, second.layer)


@advice(
    "Sequential.__init__",
    "takes a tuple too",
    tried="Sequential((first, second, third)).forward(x)",
    says="Sequential((a, b)) keeps the tuple as if it were one layer. Whoever gives a list of "
    "layers may as well give a tuple of them.",
)
def takes_tuple(t: Trial) -> object:
    layers = tuple(each.layer for each in littles(t))
    return t.raised(lambda: t.module.Sequential(layers).forward(t.tensor(2, 2)))


@advice(
    "Sequential.forward",
    "can be called",
    tried="whether Sequential(first, second) can be called like a function",
    says="model(x), as the page writes it, raises TypeError with your Sequential, which has no "
    "__call__: only model.forward(x) works. Making Sequential a Layer gives it the call.",
)
def can_be_called(t: Trial) -> object:
    return callable(_model(t))


@advice(
    "Sequential.parameters",
    "a shared layer counts once",
    tried="Sequential(first, first).parameters(): how many",
    says="A layer that is in your Sequential twice has its parameters in parameters() twice: an "
    "optimizer would then change them twice in each step.",
)
def shared_counts_once(t: Trial) -> object:
    first = with_parameters(t)[0].layer
    return len(list(t.module.Sequential(first, first).parameters()))


@advice(
    "Linear.__init__",
    "can be printed",
    tried="repr() of a Linear, a Dense, a Dropout and a Sequential",
    says="repr() of your {kind} raises {error}: it cannot be printed, nor shown in an error that "
    "is about it.",
    weigh="unprintable",
)
def can_be_printed(t: Trial) -> object:
    m = t.module
    makers = (lambda: m.Linear(3, 2), lambda: m.Dense(3, 2), m.Dropout, lambda: _model(t))
    for make in makers:
        thing = make()
        try:
            repr(thing)
        except Exception as error:
            return {"kind": type(thing).__name__, "error": type(error).__name__}
    return None
