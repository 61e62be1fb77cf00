"""What is good practice beyond the pages: said when all is right, never a failed check.

The probes only look and measure; what it comes to is weighed in ``measures.py``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from types import FunctionType, ModuleType
from typing import Any, cast

import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.tensor import Tensor
from tito.lesson.costs import calls_of, clock, peak_of, times_of
from tito.lesson.model import Advice
from tito.lesson.trial import Trial
from tito.lessons.layers.standins import (
    IN,
    Calls,
    doubling,
    known_layer,
    littles,
    weights_of,
    with_parameters,
    without_forward,
)

# What training cannot reach: Tensors that no list has, gradients that do not arrive, lost axes.

PARTS = ("Layer", "Linear", "Dense", "Dropout", "Sequential")
_MOST_KINDS = 8
_MOST_THINGS = 500


def held_layers(t: Trial) -> object:
    base: Any = t.module.Layer
    a, b, c = (t.module.Linear(2, 2, bias=False) for _ in range(3))

    class Holder(base):
        def __init__(self) -> None:
            with suppress(TypeError):
                base.__init__(self)
            self.one = a
            self.some = [b]
            self.named = {"c": c}

        def forward(self, x: Tensor) -> Tensor:
            return c(b(a(x)))

    found = {id(tensor) for tensor in Holder().parameters()}
    return [id(part.parameters()[0]) in found for part in (a, b, c)]


def unseen(t: Trial) -> object:
    for layer in _further_layers(t.module):
        listed = {id(tensor) for tensor in layer.parameters()}
        hidden = [name for name, tensor in _kept(layer) if id(tensor) not in listed]
        if hidden:
            return {"kind": type(layer).__name__, "names": hidden[:3], "more": len(hidden) > 3}
    return None


def without_gradient(t: Trial) -> object:
    for layer in _further_layers(t.module):
        listed = {id(tensor): tensor for tensor in layer.parameters()}
        if listed and _pulled_back(t, layer, next(iter(listed.values()))):
            bare = {number for number, tensor in listed.items() if tensor.grad is None}
            names = [name for name, tensor in _kept(layer) if id(tensor) in bare]
            if names:
                return {"kind": type(layer).__name__, "names": names[:3], "more": len(names) > 3}
    return None


def lost_axis(t: Trial) -> object:
    seen: list[list[object]] = []
    for name in ("Linear", "Dense"):
        for *front, inputs, outputs in ((5, 4, 1), (1, 4, 3), (5, 1, 3), (1, 1, 1), (4, 1)):
            layer = getattr(t.module, name)(inputs, outputs)
            y = layer(Tensor(np.ones((*front, inputs), np.float32)))
            shapes = [(*front, inputs), (*front, outputs), tuple(y.shape)]
            seen.append([f"{name}({inputs}, {outputs})", *map(list, shapes)])
    for shape in ((5, 1), (1, 5), (1, 1), (1,)):
        y = t.module.Dropout(0.5).forward(Tensor(np.ones(shape, np.float32)), training=True)
        seen.append(["Dropout(0.5)", list(shape), list(shape), list(y.shape)])
    return seen


def cut_at_inference(t: Trial) -> object:
    return [
        ["training=False", _gradient_arrives(t, 0.5, training=False)],
        ["p = 0", _gradient_arrives(t, 0.0, training=True)],
    ]


def _gradient_arrives(t: Trial, p: float, training: bool) -> bool:
    x = t.tensor(2, 3, requires_grad=True)
    y = t.module.Dropout(p).forward(x, training=training)
    if y.requires_grad:
        y.sum().backward()
    return x.grad is not None


def _further_layers(module: Any) -> list[Any]:
    """A fresh layer of each class that the file defines besides the lesson's, where it can be."""
    names = cast("dict[str, object]", vars(module))
    kinds: list[Any] = [kind for name, kind in names.items() if _is_layer(module, name, kind)]
    layers: list[Any] = []
    for kind in kinds[:_MOST_KINDS]:
        with suppress(Exception):
            layer = kind()
            layer.parameters()
            layers.append(layer)
    return layers


def _is_layer(module: Any, name: str, kind: object) -> bool:
    own = isinstance(kind, type) and kind.__module__ == module.__name__ and name not in PARTS
    return own and all(callable(getattr(kind, part, None)) for part in ("forward", "parameters"))


def _pulled_back(t: Trial, layer: Any, first: Any) -> bool:
    """Whether an x that fits the first parameter went through, and a gradient came back."""
    with suppress(Exception):
        width = first.shape[0] if first.ndim == 2 else first.shape[-1]
        layer(Tensor(t.rng.random((3, width), np.float32))).sum().backward()
        return True
    return False


def _kept(layer: object) -> Iterator[tuple[str, Tensor]]:
    """Every Tensor to learn that the layer keeps in any way, each once, with the way to it."""
    waiting: list[tuple[str, object]] = [("", layer)]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_THINGS:
        path, thing = waiting.pop(0)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, Tensor):
            if thing.requires_grad and thing.node is None:
                yield path, thing
        else:
            waiting += [(f"{path}.{name}".lstrip("."), part) for name, part in _inside(thing)]


def _inside(thing: object) -> Iterable[tuple[object, object]]:
    """What a container, a function, or an object of a class holds."""
    if isinstance(thing, dict):
        return list(cast("dict[object, object]", thing).items())
    if isinstance(thing, list | tuple | set | frozenset):
        return list(enumerate(cast("Iterable[object]", thing)))
    if isinstance(thing, type | ModuleType):
        return []
    if isinstance(thing, FunctionType):
        return [(cell, held.cell_contents) for cell, held in enumerate(thing.__closure__ or ())]
    return list(cast("dict[object, object]", getattr(thing, "__dict__", {})).items())


# What a call costs, measured in the learner's process: time beside NumPy's own, and memory.

#: Examples, inputs, outputs: each about thirty times the work of the one before.
SIZES = ((4, 64, 32), (16, 256, 64), (32, 784, 256))
#: With the next size the call would take a tenth of a second: it is not tried.
_SLOW_S = 0.003
_TOO_SLOW_TO_TRACE_S = 0.02


def time_of_forward(t: Trial) -> object:
    seen: list[dict[str, object]] = []
    for batch, inputs, outputs in SIZES:
        began = clock()
        layer = t.module.Linear(inputs, outputs)
        made = clock() - began
        x, weight, bias = _evenly(t, batch, inputs), _evenly(t, inputs, outputs), _ones(outputs)
        yours, numpy = times_of(
            partial(layer, Tensor(x)),
            lambda x=x, weight=weight, bias=bias: x @ weight + bias,
        )
        sizes = {"batch": batch, "inputs": inputs, "outputs": outputs}
        seen.append({**sizes, "yours": yours, "numpy": numpy})
        if max(yours, made) > _SLOW_S:
            break
    return seen


def time_of_init(t: Trial, part: str) -> object:
    def plain() -> object:
        return Tensor((np.random.standard_normal((256, 64)) * 0.1).astype(np.float32))

    yours = partial(getattr(t.module, part), 256, 64)
    return {"kind": part, "numbers": 256 * 64, **_beside_numpy(yours, plain)}


def time_of_mask(t: Trial) -> object:
    layer, x = t.module.Dropout(0.5), _evenly(t, 128, 256)

    def plain() -> object:
        return Tensor(x * (np.random.random((128, 256)) >= 0.5) * 2.0)

    yours = partial(layer.forward, Tensor(x), training=True)
    return {"numbers": 128 * 256, **_beside_numpy(yours, plain)}


def memory_of_forward(t: Trial) -> object:
    call = partial(t.module.Linear(256, 128), Tensor(_evenly(t, 32, 256)))
    (yours,) = times_of(call)
    if yours > _TOO_SLOW_TO_TRACE_S:
        return None
    peak = peak_of(call)
    (filled,) = times_of(lambda: _ones(peak // 4))
    return {"yours": yours, "peak": peak, "filled": filled}


def copy_at_inference(t: Trial) -> object:
    x = Tensor(_evenly(t, 256, 256))
    call = partial(t.module.Dropout(0.5).forward, x, training=False)
    if call() is x:
        return None
    (yours,) = times_of(call)
    return {"yours": yours, "peak": peak_of(call)}


def _evenly(t: Trial, *shape: int) -> Any:
    return t.rng.random(shape, np.float32)


def _ones(length: int) -> Any:
    return np.ones(length, np.float32)


def _beside_numpy(yours: Callable[[], object], plain: Callable[[], object]) -> dict[str, object]:
    taken, numpy = times_of(yours, plain)
    return {"calls": calls_of(yours), "yours": taken, "numpy": numpy}


# Class by class.


def takes_more_than_x(t: Trial) -> object:
    calls = Calls()
    with suppress(TypeError):
        doubling(t, calls)(t.tensor(2), training=False)
    return len(calls)


def refusal_names_class(t: Trial) -> object:
    layer = without_forward(t.module.Layer, "Attention")
    if layer is None or type(layer) is t.module.Layer:
        return True  # the class is refused where it is made, by its name
    return "Attention" in str(t.raised(lambda: layer.forward(t.tensor(2))))


def kind_of_refusal(t: Trial) -> object:
    return t.raised(lambda: known_layer(t, "Linear").forward(t.tensor(2, 2 * IN)))


def names_of_sizes(t: Trial) -> object:
    layer = t.module.Dense(3, 2)
    return [hasattr(layer, name) for name in ("input_size", "output_size")]


def refuses_nan(t: Trial) -> object:
    return {f"Dropout({p})": t.raised(partial(t.module.Dropout, p)) for p in (0.4, float("nan"))}


def takes_flag(t: Trial) -> object:
    model: Any = t.module.Sequential(ReLU())
    run = model if callable(model) else model.forward
    return type(t.raised(lambda: run(t.tensor(2, 2), training=False))) is TypeError


def sizes_are_checked(t: Trial, part: str) -> object:
    return t.raised(partial(getattr(t.module, part), 3, 0))


def gradient_at_one(t: Trial) -> object:
    x = t.tensor(2, 3, requires_grad=True)
    t.module.Dropout(1.0).forward(x, training=True).sum().backward()
    return x.grad


def warnings_at_one(t: Trial) -> object:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        t.module.Dropout(1.0).forward(t.tensor(2, 3), training=True)
    return len(caught)


def knows_modes(t: Trial) -> object:
    layer = t.module.Dropout(0.5)
    return callable(getattr(layer, "train", None)) and callable(getattr(layer, "eval", None))


def _model(t: Trial) -> Any:
    first, second, _ = littles(t)
    return t.module.Sequential(first.layer, second.layer)


def _two_in_a(kinds: Any, layers: Any) -> bool:
    return isinstance(layers, kinds) and len(layers) == 2


def found_by_tools(t: Trial) -> object:
    return _two_in_a(list | tuple, getattr(_model(t), "layers", None))


def own_list(t: Trial) -> object:
    first, second, third = (each.layer for each in littles(t))
    given = [first, second]
    model: Any = t.module.Sequential(given)
    layers: Any = getattr(model, "layers", None)
    if not isinstance(layers, list | tuple):
        return True  # found_by_tools says it
    given.append(third)
    return _two_in_a(list, layers)


def takes_tuple(t: Trial) -> object:
    layers = tuple(each.layer for each in littles(t))
    return t.raised(lambda: t.module.Sequential(layers).forward(t.tensor(2, 2)))


def shared_counts_once(t: Trial) -> object:
    first = with_parameters(t)[0].layer
    return len(list(t.module.Sequential(first, first).parameters()))


def can_be_printed(t: Trial) -> object:
    m = t.module
    for make in (lambda: m.Linear(3, 2), lambda: m.Dense(3, 2), m.Dropout, lambda: _model(t)):
        thing = make()
        try:
            repr(thing)
        except Exception as error:
            return {"kind": type(thing).__name__, "error": type(error).__name__}
    return None


# fmt: off
TIME_OF_INIT = (
    "Making your {kind}(256, 64) takes {ratio} times as long as NumPy's own draw of its weights: "
    "{yours} against {numpy}, measured here. One call that draws the whole array saves a step in "
    "Python for each of the 16,384 numbers."
)
SIZES_UNCHECKED = (
    "Linear(3, 0) and Dense(3, 0) should not make a layer: it would have no weights. A "
    "ValueError that says which sizes are expected saves a search later."
)
ADVICE = (
    Advice("Layer.parameters", "finds the layers that a layer keeps",
        "parameters() of a class derived from Layer that keeps layers in attributes", held_layers,
        weigh="held_layers",
        says="A layer of your own that keeps other layers in {places} does not show their Tensors: "
        "its parameters() finds {found} of {all}, and an optimizer leaves the others as they are. "
        "Such a class has to write parameters() itself; the library's Layer looks for them."),
    Advice("Layer.parameters", "has what the classes of the file keep",
        "parameters() of each further layer that the file defines", unseen, weigh="unseen",
        says="parameters() of your {kind} does not have {names}, though it is kept in there and "
        "asks for its gradient: no optimizer would ever change it."),
    Advice("Layer.parameters", "get their gradients in the classes of the file",
        "a further layer that the file defines: its forward, then backward()", without_gradient,
        weigh="unseen",
        says="{names} of your {kind} gets no gradient from backward(), because the output of its "
        "forward does not depend on it by operations of Tensors: training would never change it."),
    Advice("Linear.forward", "keeps an axis of length one",
        "Linear(4, 1) on x of shape (5, 4), and other lengths of one", lost_axis,
        weigh="lost_axis",
        says="Your {layer} makes shape {got} out of an x of shape {x}, not {wanted}. Next to "
        "labels of shape {wanted} NumPy would broadcast that to {together}, each answer against "
        "every label, without a word."),
    Advice("Dropout.forward", "the gradient path stays open at inference",
        "y = Dropout(p).forward(x, training=False), y.sum().backward(), then x.grad",
        cut_at_inference, weigh="cut_at_inference",
        says="With {when} your Dropout returns a Tensor that no longer knows x, so no gradient "
        "reaches what comes before it. Returning x itself lets it through."),
    Advice("Linear.forward", "takes no more time than it must",
        "Linear(784, 256) on x of shape (32, 784), timed beside NumPy", time_of_forward,
        weigh="time_of_forward",
        says="Your Linear.forward takes {ratio} times as long as NumPy's own product and sum: "
        "{yours} against {numpy}, for x of shape {x} and {outputs} outputs, measured here. One "
        "matrix product of whole Tensors computes all the numbers at once."),
    *(Advice(f"{part}.__init__", "takes no more time than it must",
        f"{part}(256, 64), timed beside NumPy", partial(time_of_init, part=part),
        says=TIME_OF_INIT, weigh="time_of_init") for part in ("Linear", "Dense")),
    Advice("Dropout.forward", "takes no more time than it must",
        "Dropout(0.5).forward(x, training=True) on x of shape (128, 256), timed beside NumPy",
        time_of_mask, weigh="time_of_steps",
        says="Your Dropout takes {ratio} times as long as NumPy's own mask and product: {yours} "
        "against {numpy}, for x of shape (128, 256), measured here. One call that draws the whole "
        "mask saves a step in Python for each of the 32,768 numbers."),
    Advice("Linear.forward", "takes no more memory than it must",
        "Linear(256, 128) on x of shape (32, 256): the most memory that is in use",
        memory_of_forward, weigh="memory_of_forward",
        says="Each call of your Linear.forward takes {extra} of memory besides the product and the "
        "sum, {what}, for x of shape (32, 256) and 128 outputs; filling that much takes {cost} of "
        "the {yours} that a call takes here. x @ W of the Tensors themselves needs none of it."),
    Advice("Dropout.forward", "inference returns x itself",
        "whether Dropout(0.5).forward(x, training=False) is x", copy_at_inference,
        weigh="copy_at_inference",
        says="With training=False your Dropout returns a new Tensor: {extra} of memory and {yours} "
        "for each call, for x of shape (256, 256), measured here. Returning x itself costs "
        "neither."),
    Advice("Layer.__call__", "takes more than x",
        "whether the call of the base takes training=False", takes_more_than_x,
        says="Your Layer.__call__ takes x alone, as in the page's table, and Dropout has a call of "
        "its own. The next layer with a mode would need one, too: (self, x, *args, **kwargs) hands "
        "on whatever a forward takes."),
    Advice("Layer.forward", "names the class that lacks forward",
        "class Attention(Layer) without forward", refusal_names_class,
        says="Layer.forward could say in its error which class has no forward "
        "(type(self).__name__): in a network of many layers that is what one wants to know."),
    Advice("Linear.__init__", "draws the weights from the normal distribution",
        "the weights of Linear(1000, 10)", lambda t: weights_of(t, "Linear", 1000, 10),
        weigh="evenly_drawn",
        says="Your Linear draws its first weights evenly, with the right standard deviation. The "
        "page's are normally distributed; the network learns just as well with either."),
    Advice("Linear.forward", "refuses x of another width with ValueError",
        "forward of a Linear(3, 2) on x of shape (2, 6): the kind of the error", kind_of_refusal,
        says="Your Linear refuses an x of the wrong width, but not with a ValueError, which is "
        "what Python calls a wrong argument, and what the matrix product raises by itself. An "
        "assert vanishes when Python runs with -O."),
    Advice("Dense.__init__", "keeps its sizes under their names",
        "whether Dense(3, 2) has input_size and output_size", names_of_sizes,
        says="Your Dense does not keep its sizes as input_size and output_size, the names under "
        "which it takes them. Whoever prints or inspects a network looks for them there."),
    Advice("Dropout.__init__", "refuses a p that is not a number",
        'Dropout(float("nan")): NaN means "not a number"', refuses_nan,
        says="Your Dropout accepts NaN (not a number) as p. Every comparison with NaN is false, so "
        "asking whether p is outside the range never finds it; asking whether it is inside does."),
    Advice("Sequential.forward", "takes the flag training", "model(x, training=False)", takes_flag,
        says="model(x, training=False) raises TypeError with your Sequential, whose forward takes "
        "x alone, as on the page. To evaluate a network with a Dropout, run its layers one after "
        "the other and tell each Dropout training=False; or let forward take training=True and "
        "hand it to the layers that know it."),
    *(Advice(f"{part}.__init__", "sizes are checked", f"{part}(3, 0)",
        partial(sizes_are_checked, part=part), says=SIZES_UNCHECKED)
        for part in ("Linear", "Dense")),
    Advice("Dropout.forward", "the gradient path stays open at p = 1",
        "y = Dropout(1.0).forward(x), y.sum().backward(), then x.grad", gradient_at_one,
        says="With p = 1 your Dropout returns a Tensor that no longer knows x, so x.grad stays "
        "None. Computing the zeros from x lets a gradient of zeros through."),
    Advice("Dropout.forward", "no warning at p = 1",
        "Dropout(1.0).forward(x): which warnings NumPy gives", warnings_at_one,
        says="With p = 1 your Dropout divides by zero on the way to its zeros, and NumPy warns of "
        "it. Treating p = 1 before the division avoids that."),
    Advice("Dropout.forward", "train() and eval()",
        "whether a Dropout has the methods train and eval", knows_modes,
        says="PyTorch's layers remember their mode: model.eval() switches every Dropout off, "
        "model.train() on again. Your layers take the flag in each call, as the lesson asks; the "
        "library's layers can do both."),
    Advice("Sequential.__init__", "is found by tools",
        "whether Sequential(first, second).layers is a list or a tuple of both", found_by_tools,
        says="Your Sequential does not keep its layers as a list in the attribute layers. It all "
        "works, but tools that walk through a network, to look at its layers or to evaluate it, "
        "look for .layers."),
    Advice("Sequential.__init__", "layers is a list of its own",
        "Sequential([first, second]), then the given list gets a third layer", own_list,
        says="Your Sequential keeps the very list (or a tuple) it was given. A list of its own can "
        "be added to, and does not change when the other one does."),
    Advice("Sequential.__init__", "takes a tuple too",
        "Sequential((first, second, third)).forward(x)", takes_tuple,
        says="Sequential((a, b)) keeps the tuple as if it were one layer. Whoever gives a list of "
        "layers may as well give a tuple of them."),
    Advice("Sequential.forward", "can be called",
        "whether Sequential(first, second) can be called like a function",
        lambda t: callable(_model(t)),
        says="model(x), as the page writes it, raises TypeError with your Sequential, which has no "
        "__call__: only model.forward(x) works. Making Sequential a Layer gives it the call."),
    Advice("Sequential.parameters", "a shared layer counts once",
        "Sequential(first, first).parameters(): how many", shared_counts_once,
        says="A layer that is in your Sequential twice has its parameters in parameters() twice: "
        "an optimizer would then change them twice in each step."),
    Advice("Linear.__init__", "can be printed",
        "repr() of a Linear, a Dense, a Dropout and a Sequential", can_be_printed,
        says="repr() of your {kind} raises {error}: it cannot be printed, nor shown in an error "
        "that is about it.", weigh="unprintable"),
)
# fmt: on
