"""Our side, in the process of the learner's code: what it makes of weights, inputs and masks."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from types import ModuleType
from typing import Any, cast

import numpy as np

import tinytorch
from tinytorch.core.given.graph import no_grad
from tinytorch.core.losses import CrossEntropyLoss, MSELoss
from tinytorch.core.optimizers import SGD, Adam
from tinytorch.core.tensor import Tensor
from tinytorch.rng import manual_seed
from tito.lab.apart.attempt import Refusal
from tito.lab.compare.recipe import (
    BIAS_SPREAD,
    POOL,
    Array,
    Arrays,
    Plain,
    called,
    kept,
    name_in,
    tensors_of,
)
from tito.lab.compare.sides import Library, Taken, take_times, train
from tito.lab.networks import Network, from_plain

#: Activations that PyTorch has under the same names.
ACTIVATIONS = ("ReLU", "Sigmoid", "Tanh", "Softmax", "GELU")
#: Layers and parameters; some lists never end.
_MOST = 10_000
_FAULT = "To find the fault: tito test"


def _tensor(array: Array) -> Any:
    return Tensor(array) if array.dtype.kind == "f" else array


LIBRARY = Library(
    _tensor,
    no_grad,
    {"sgd": SGD, "adam": Adam},
    {"cross-entropy": CrossEntropyLoss(), "squared error": MSELoss()},
)


@dataclass
class Part:
    """One layer that is no container, and the plain data from which PyTorch makes the same one."""

    layer: Any
    plain: Plain

    @property
    def words(self) -> str:
        """As a message names it."""
        return f"layer {self.plain['path']}, {called(self.plain)}"

    def tensors(self) -> Iterator[tuple[str, Any]]:
        """Its parameters with the names that a state dict gives them."""
        for key in tensors_of(self.plain):
            yield name_in(self.plain, key), getattr(self.layer, key)


@dataclass
class _Played:
    """The network, what was drawn for it, and what came of it so far."""

    model: Any
    parts: list[Part]
    random: np.random.Generator
    arrays: Arrays


def play(
    layers: ModuleType,
    reporter: Any,
    *,
    network: dict[str, Any],
    batch: int,
    steps: int,
    seed: int,
    optimizer: str,
    to: str,
) -> dict[str, Any]:
    """Run a network of ``layers``; the arrays go to the file ``to``, the rest comes back."""
    played = _Played(*_built(layers, network, seed), np.random.default_rng(seed), {})
    _note_weights(played)
    x = played.random.standard_normal((batch, *_shape(played.parts)), dtype=np.float32)
    for place, part in enumerate(played.parts):
        x = _alone(played, f"layer/{place}", part, x)
        reporter.note(place)
    loss = _draw(played, x)
    with no_grad():
        given = Tensor(played.arrays["x"][0])
        inferred = _numbers("the network", _inference(played.model)(given))
        flag = _takes_flag(played.model, given, inferred)
    played.arrays["inference"] = inferred
    unlisted = _train(played, loss, steps, optimizer, reporter)
    try:
        with open(to, "wb") as file:
            np.savez(file, allow_pickle=False, **played.arrays)
    except OSError as error:
        raise Refusal(
            f"The arrays to compare cannot be written into {os.path.dirname(to)}: "
            f"{error.strerror}. Make room there, or name another folder in the variable TMPDIR."
        ) from None
    parts = [part.plain for part in played.parts]
    return {"parts": parts, "loss": loss, "flag": flag, "unlisted": unlisted}


def measure(
    layers: ModuleType,
    reporter: Any,
    *,
    network: dict[str, Any],
    batches: list[int],
    loss: str,
    optimizer: str,
) -> Taken:
    """Seconds a run, a number for each batch; under "others" the share of other programs."""
    model, parts = _built(layers, network, 0)
    call, drops = functools.partial(_call, model), any("p" in p.plain["settings"] for p in parts)
    return take_times(
        LIBRARY,
        call,
        _inference(model) if drops else call,
        list(islice(model.parameters(), _MOST)),
        _shape(parts),
        batches,
        loss,
        optimizer,
        reporter.note,
    )


def _built(layers: ModuleType, network: dict[str, Any], seed: int) -> tuple[Any, list[Part]]:
    """The network and all its layers in order, those of Sequentials in it too.

    Refusal, in words, for a layer that PyTorch has no like of, or whose parameters are not clear.
    """
    manual_seed(seed)
    named = from_plain(network)
    model = named.build(layers)
    parts = list(islice(_walk(model, layers, ""), _MOST))
    if not parts:
        raise Refusal("The network has no layers, so there is nothing to compare.")
    seen: dict[int, Part] = {}
    for part in parts:
        other = seen.setdefault(id(part.layer), part)
        settings = part.plain["settings"]
        if other is not part and settings.keys() & {"in", "p"}:
            raise Refusal(
                f"In this network, {part.words}, is the same object as layer "
                f"{other.plain['path']}: one that uses a layer twice is not compared here. Give "
                "it two layers."
            )
        if isinstance(named, Network) and settings.get("bias") is False:
            raise Refusal(
                f"Layer {part.plain['path']}, {part.plain['kind']}, has no bias, but PyTorch's "
                f"has one. {_FAULT}"
            )
    return model, parts


def _walk(layer: Any, layers: Any, path: str) -> Iterator[Part]:
    if _is(layer, layers, "Sequential"):
        if not hasattr(layer, "layers"):
            raise Refusal(
                "Sequential should keep its layers in the attribute layers, and has none."
            )
        for place, inner in enumerate(islice(cast("list[Any]", layer.layers), _MOST)):
            yield from _walk(inner, layers, f"{path}.{place}" if path else str(place))
        return
    for kind in ("Dense", "Linear", "Dropout", *ACTIVATIONS):
        if _is(layer, tinytorch if kind in ACTIVATIONS else layers, kind):
            settings: dict[str, Any] = {}
            if kind in ("Dense", "Linear"):
                settings = _sizes(layer, kind, path)
            elif kind == "Dropout":
                settings = {"p": float(layer.p)}
            elif kind == "Softmax":
                settings = {"dim": int(layer.dim)}
            plain = {"path": path, "kind": kind, "settings": settings, "changed": False}
            yield Part(layer, plain)
            return
    name = getattr(layer, "__name__", type(layer).__name__)
    where = f"Layer {path}, {name}," if path else name
    raise Refusal(
        f"{where} is not one of Linear, Dense, Dropout, Sequential, {', '.join(ACTIVATIONS)}, or "
        "has a forward of its own: PyTorch has no layer that does the same. Compare a network "
        "without it."
    )


def _is(layer: Any, module: Any, name: str) -> bool:
    """Whether it is of that class, and runs that class's forward."""
    kind = getattr(module, name, None)
    if not isinstance(kind, type) or not isinstance(layer, kind):
        return False
    own: Any = type(layer)  # pyright: ignore[reportUnknownVariableType]
    return own is kind or getattr(own, "forward", 0) is getattr(kind, "forward", 1)


def _sizes(layer: Any, kind: str, path: str) -> dict[str, Any]:
    """A Linear's settings, which its tensors have to bear out."""
    weight, bias = getattr(layer, "weight", None), getattr(layer, "bias", None)
    shape: Any = getattr(weight, "shape", ())
    shape = shape if len(shape) == 2 else ("in", "out")
    names = ("input_size", "output_size") if kind == "Dense" else ("in_features", "out_features")
    inputs, outputs = (getattr(layer, n, size) for n, size in zip(names, shape, strict=True))
    for name, tensor, fits, words in (
        ("weight", weight, (inputs, outputs), f"({inputs}, {outputs})"),
        ("bias", bias, (outputs,), f"({outputs},)"),
    ):
        if name == "bias" and tensor is None:
            continue
        if not isinstance(tensor, Tensor) or tensor.shape != fits:
            found = f"a Tensor of shape {tensor.shape}" if isinstance(tensor, Tensor) else "none"
            raise Refusal(
                f"PyTorch's weights are to be the same, and it is not clear which they are: {kind} "
                f"at layer {path or 0} should have a Tensor of shape {words} in the attribute "
                f"{name}, and has {found}. {_FAULT}"
            )
    return {"in": inputs, "out": outputs, "bias": bias is not None}


def _shape(parts: Sequence[Part]) -> tuple[int, ...]:
    """The shape of one example, as the first layer with a size wants it."""
    for part in parts:
        if "in" in part.plain["settings"]:
            return (part.plain["settings"]["in"],)
    raise Refusal("No layer of the network says how many inputs it takes: it needs a Linear.")


def _note_weights(played: _Played) -> None:
    """Keep the weights as they start. Biases start at random: a zero that is left out is none."""
    for part in played.parts:
        if part.plain["settings"].get("bias"):
            bias = part.layer.bias
            bias.data[...] = played.random.normal(0, BIAS_SPREAD, bias.shape)
        for name, tensor in part.tensors():
            held = _numbers(part.words, tensor)
            if not np.all(np.isfinite(held)):
                key = name.rpartition(".")[2]
                raise Refusal(f"The {key} of {part.words}, holds NaN or infinity from the start.")
            played.arrays[f"start/{name}"] = held


def _alone(played: _Played, key: str, part: Part, x: Array) -> Array:
    """One layer by itself, on what the one before gave; its output."""
    arrays, settings, drops = played.arrays, part.plain["settings"], part.plain["kind"] == "Dropout"
    if drops:
        x = np.where(x == 0, np.float32(1), x)  # where nothing comes in, nothing tells the mask
    given = Tensor(x.copy(), requires_grad=True)
    result = _call(part.layer, given)
    y = _numbers(part.words, result)
    fits = (*x.shape[:-1], settings.get("out", x.shape[-1]))
    if y.shape != fits:
        raise Refusal(
            f"For an input of shape {x.shape}, {part.words}, gives shape {y.shape}; PyTorch's "
            f"gives {fits}. {_FAULT}"
        )
    part.plain["changed"] = not np.array_equal(given.data, x, equal_nan=True)
    arrays[f"{key}/x"], arrays[f"{key}/y"] = x, y
    if drops:
        with no_grad():
            again = _numbers(part.words, _call(part.layer, Tensor(x)))
            inferred = _numbers(part.words, _inference(part.layer)(Tensor(x)))
        arrays |= {f"{key}/kept": kept(x, y), f"{key}/again": kept(x, again)}
        arrays[f"{key}/inference"] = inferred
    slope = played.random.standard_normal(y.shape, dtype=np.float32)
    arrays[f"{key}/slope"] = slope
    leaves = {"input": given, **{name.rpartition(".")[2]: t for name, t in part.tensors()}}
    for leaf in leaves.values():
        leaf.grad = None
    if result.requires_grad:
        result.backward(Tensor(slope))
    for name, leaf in leaves.items():
        if leaf.grad is not None:
            arrays[f"{key}/gradient of {name}"] = _numbers(part.words, leaf.grad)
    return y


def _draw(played: _Played, output: Array) -> str:
    """A few batches with something to learn in them; which loss fits them."""
    random, first = played.random, played.arrays["layer/0/x"]
    classes = output.ndim == 2 and output.shape[1] > 1
    teacher = random.standard_normal((first[0].size, output[0].size)) / np.sqrt(first[0].size)
    xs = [first, *(random.standard_normal(first.shape, dtype=np.float32) for _ in range(1, POOL))]
    told = [x.reshape(len(x), -1) @ teacher for x in xs]
    played.arrays["x"] = np.stack(xs)
    played.arrays["y"] = np.stack(
        [y.argmax(1) if classes else y.reshape(output.shape).astype(np.float32) for y in told]
    )
    return "cross-entropy" if classes else "squared error"


def _train(played: _Played, loss: str, steps: int, optimizer: str, reporter: Any) -> list[str]:
    """The network as a whole: its first output and gradients, and where the steps lead.

    Returns the names of the parameters that its own parameters() leaves out.
    """
    arrays = played.arrays
    listed: list[Any] = list(islice(played.model.parameters(), _MOST))
    tensors = dict(pair for part in played.parts for pair in part.tensors())
    for tensor in tensors.values():
        tensor.grad = None

    def forward(x: Array, step: int) -> Any:
        reporter.note(step)
        output = _call(played.model, Tensor(x))
        if step == 0:
            arrays["output"] = _numbers("the network", output)
            _check_shape(arrays["output"].shape, arrays["inference"].shape)
        return output

    def first(_output: Any) -> None:
        for name, tensor in tensors.items():
            if tensor.grad is not None:
                arrays[f"gradient/{name}"] = _numbers(name, tensor.grad)

    dropouts = [part.layer for part in played.parts if part.plain["kind"] == "Dropout"]
    changes = LIBRARY.optimizer(optimizer, listed)
    batches = list(zip(arrays["x"], arrays["y"], strict=True))
    noted: dict[int, list[Array]] = {id(each): [] for each in dropouts}
    with ExitStack() as undo:
        kinds: set[Any] = {type(each) for each in dropouts}
        for kind in kinds:
            undo.callback(setattr, kind, "forward", kind.forward)
            kind.forward = _noting(kind.forward, noted)
        losses = train(forward, LIBRARY.losses[loss], changes, batches, steps, first)
    arrays["losses"] = np.array(losses)
    for number, masks in enumerate(noted.values()):
        if len(masks) != steps:
            raise Refusal(
                f"Each Dropout should run once in a pass through the network, and number "
                f"{number + 1} of them ran {len(masks)} times in {steps} passes. {_FAULT}"
            )
        arrays[f"kept/{number}"] = np.stack(masks)
    for name, tensor in tensors.items():
        arrays[f"after/{name}"] = _numbers(name, tensor)
    return [name for name, t in tensors.items() if not any(t is each for each in listed)]


def _check_shape(whole: tuple[int, ...], one_by_one: tuple[int, ...]) -> None:
    if whole != one_by_one:
        raise Refusal(
            f"The network gives shape {whole}, and its layers one after the other give "
            f"{one_by_one}. Sequential should run them all, in order."
        )


def _noting(forward: Any, noted: dict[int, list[Array]]) -> Any:
    """The same forward, which notes what was dropped, for PyTorch to drop the same."""

    @functools.wraps(forward)
    def noting(layer: Any, x: Any, *rest: Any, **named: Any) -> Any:
        before = x.data
        y = forward(layer, x, *rest, **named)
        if id(layer) in noted:
            noted[id(layer)].append(kept(before, y.data))
        return y

    return noting


def _call(layer: Any, x: Tensor, **flags: bool) -> Any:
    """Run a layer as plain as a first version, which may lack ``__call__``."""
    run: Any = layer if callable(layer) else layer.forward
    return run(x, **flags)


def _inference(layer: Any) -> Callable[[Tensor], Any]:
    """A function that runs it as for measuring, not for training: a container layer by layer."""
    if hasattr(layer, "layers"):
        functions = [_inference(inner) for inner in layer.layers]
        return lambda x: functools.reduce(lambda given, function: function(given), functions, x)
    knows = "training" in inspect.signature(layer.forward).parameters
    return functools.partial(_call, layer, **({"training": False} if knows else {}))


def _takes_flag(model: Any, x: Tensor, inferred: Array) -> bool:
    """Whether ``model(x, training=False)`` is inference too."""
    try:
        return np.array_equal(_call(model, x, training=False).data, inferred)
    except Exception:  # whatever a learner's forward makes of a flag that it does not know
        return False


def _numbers(part: str, value: Any) -> Array:
    """The array in a tensor that a layer gave; Refusal for anything else."""
    if not isinstance(value, Tensor):
        raise Refusal(
            f"Each layer should return a Tensor, but {part} returned {type(value).__name__}. "
            "Calculate with tensors to the end, without .data."
        )
    data = np.array(value.data)
    if data.dtype.kind != "f":
        raise Refusal(f"{part} gave something that is not an array of real numbers.")
    return data
