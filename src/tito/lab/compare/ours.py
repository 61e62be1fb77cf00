"""Our side, in the process of the learner's code: forward, gradients and training, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.given.graph import no_grad
from tinytorch.core.losses import CrossEntropyLoss, MSELoss
from tinytorch.core.optimizers import SGD, Adam
from tinytorch.core.tensor import Tensor
from tinytorch.rng import manual_seed
from tito.lab.apart.attempt import Refusal
from tito.lab.compare import exchange
from tito.lab.compare.calling import call, inference, numbers, takes_flag
from tito.lab.compare.masks import Masks, kept
from tito.lab.compare.parts import Part, input_shape, parts_of
from tito.lab.compare.recipe import BIAS_SPREAD, LEARNING_RATES, POOL
from tito.lab.networks import from_plain

OPTIMIZERS = {"sgd": SGD, "adam": Adam}
_MOST_PARAMETERS = 10_000


@dataclass
class Played:
    """The network, what was drawn for it, and what came of it so far."""

    model: Any
    parts: list[Part]
    random: np.random.Generator
    arrays: exchange.Arrays = field(default_factory=dict[str, NDArray[Any]])
    remarks: list[str] = field(default_factory=list[str])


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
    played = _built(layers, network, seed)
    _note_weights(played)
    last = _one_by_one(played, batch, reporter)
    loss, pool = _data(played, last, batch)
    with no_grad():
        given = Tensor(pool[0][0])
        inferred = numbers("the network", inference(played.model)(given))
        flag = takes_flag(played.model, given, inferred)
    played.arrays["inference"] = inferred
    facts = _train(played, loss, pool, steps, optimizer, reporter)
    exchange.write(to, played.arrays)
    return {
        "parts": [part.plain() for part in played.parts],
        "loss": loss,
        "flag": flag,
        "remarks": list(dict.fromkeys(played.remarks)),
        **facts,
    }


def built(layers: ModuleType, network: dict[str, Any], seed: int) -> tuple[Any, list[Part]]:
    """The network, and its parts."""
    manual_seed(seed)
    model = from_plain(network).build(layers)
    return model, parts_of(model, layers, biases="sizes" in network)


def _built(layers: ModuleType, network: dict[str, Any], seed: int) -> Played:
    model, parts = built(layers, network, seed)
    return Played(model, parts, np.random.default_rng(seed))


def _note_weights(played: Played) -> None:
    """Keep the weights as they start. Biases start at random: a zero that is left out is none."""
    for part in played.parts:
        bias = part.tensors.get("bias")
        if bias is not None:
            values = played.random.normal(0, BIAS_SPREAD, bias.shape)
            try:
                bias.data[...] = values
            except (TypeError, ValueError):
                played.remarks.append(f"The bias of {part.words}, stays as it is: it is read-only.")
        for key, tensor in part.tensors.items():
            held = numbers(part.words, tensor)
            if not np.all(np.isfinite(held)):
                raise Refusal(f"The {key} of {part.words}, holds NaN or infinity from the start.")
            if held.dtype != np.float32:
                played.remarks.append(f"The {key} of {part.words}, is {held.dtype}, not float32.")
            played.arrays[f"start/{part.name(key)}"] = held


def _one_by_one(played: Played, batch: int, reporter: Any) -> NDArray[Any]:
    """Each layer by itself, on what the one before gave; the last one's output."""
    shape = (batch, *input_shape(played.parts))
    x = played.random.standard_normal(shape, dtype=np.float32)
    for place, part in enumerate(played.parts):
        x = _alone(played, place, part, x)
        reporter.note(part.path)
    return x


def _alone(played: Played, place: int, part: Part, x: NDArray[Any]) -> NDArray[Any]:
    arrays, key = played.arrays, f"layer/{place}"
    if part.kind == "Dropout":
        x = np.where(x == 0, np.float32(1), x)  # where nothing comes in, nothing tells the mask
    given = Tensor(x.copy(), requires_grad=True)
    result = call(part.layer, given)
    y = numbers(part.words, result)
    if y.shape != part.output_shape(x.shape):
        raise Refusal(
            f"For an input of shape {x.shape}, {part.words}, gives shape {y.shape}; PyTorch's "
            f"gives {part.output_shape(x.shape)}. To find the fault: tito test"
        )
    part.changed = not np.array_equal(given.data, x, equal_nan=True)
    arrays[f"{key}/x"], arrays[f"{key}/y"] = x, y
    if part.kind == "Dropout":
        arrays[f"{key}/kept"] = kept(x, y)
        with no_grad():
            again = numbers(part.words, call(part.layer, Tensor(x)))
            arrays[f"{key}/again"] = kept(x, again)
            arrays[f"{key}/inference"] = numbers(part.words, inference(part.layer)(Tensor(x)))
    slope = played.random.standard_normal(y.shape, dtype=np.float32)
    arrays[f"{key}/slope"] = slope
    leaves = {"input": given, **part.tensors}
    for leaf in leaves.values():
        leaf.grad = None
    if result.requires_grad:
        result.backward(Tensor(slope))
    for name, leaf in leaves.items():
        if leaf.grad is not None:
            arrays[f"{key}/gradient of {name}"] = numbers(part.words, leaf.grad)
    return y


def _data(
    played: Played, output: NDArray[Any], batch: int
) -> tuple[str, list[tuple[NDArray[Any], Any]]]:
    """A few batches with something to learn in them, and the loss for it."""
    random, first = played.random, played.arrays["layer/0/x"]
    classes = output.ndim == 2 and output.shape[1] > 1
    teacher = random.standard_normal((first[0].size, output[0].size)) / np.sqrt(first[0].size)
    pool: list[tuple[NDArray[Any], Any]] = []
    for number in range(POOL):
        x = random.standard_normal(first.shape, dtype=np.float32) if number else first
        told = x.reshape(batch, -1) @ teacher
        y = told.argmax(1) if classes else told.reshape(output.shape).astype(np.float32)
        pool.append((x, y))
    played.arrays["x"] = np.stack([x for x, _ in pool])
    played.arrays["y"] = np.stack([y for _, y in pool])
    return ("cross-entropy" if classes else "squared error"), pool


def parameters_of(model: Any) -> list[Any]:
    """The model's own list, as the optimizer would get it."""
    return list(islice(model.parameters(), _MOST_PARAMETERS))


def _train(
    played: Played,
    loss: str,
    pool: Sequence[tuple[NDArray[Any], Any]],
    steps: int,
    optimizer: str,
    reporter: Any,
) -> dict[str, Any]:
    """The network as a whole: its first output and gradients, and where the steps lead."""
    arrays, listed = played.arrays, parameters_of(played.model)
    tensors = {p.name(key): tensor for p in played.parts for key, tensor in p.tensors.items()}
    for tensor in tensors.values():
        tensor.grad = None
    known = [name for name, t in tensors.items() if any(t is each for each in listed)]
    changes = _optimizer(played, listed, optimizer)
    measure: Any = CrossEntropyLoss() if loss == "cross-entropy" else MSELoss()
    losses: list[float] = []
    with Masks([part.layer for part in played.parts if part.kind == "Dropout"]) as masks:
        for step in range(steps):
            x, y = pool[step % len(pool)]
            if changes is not None:
                changes.zero_grad()
            output = call(played.model, Tensor(x))
            if step == 0:
                arrays["output"] = numbers("the network", output)
                _check_shape(arrays["output"], arrays["inference"])
            value = measure(output, y)
            if value.requires_grad:
                value.backward()
            for name, tensor in tensors.items() if step == 0 else ():
                if tensor.grad is not None:
                    arrays[f"gradient/{name}"] = numbers(name, tensor.grad)
            if changes is not None:
                changes.step()
            losses.append(float(value.data))
            reporter.note(step)
    arrays["losses"] = np.array(losses)
    for number, packed in enumerate(masks.by_step(steps)):
        arrays[f"kept/{number}"] = packed
    for name, tensor in tensors.items():
        arrays[f"after/{name}"] = numbers(name, tensor)
    return {"listed": known, "count": len(listed)}


def _optimizer(played: Played, listed: list[Any], name: str) -> Any:
    """Whatever will change the parameters; None where there are none that it can change."""
    if not listed:
        return None
    try:
        return OPTIMIZERS[name](listed, lr=LEARNING_RATES[name])
    except (TypeError, ValueError) as error:
        played.remarks.append(f"Nothing is trained with these parameters(): {error}")
        return None


def _check_shape(output: NDArray[Any], inferred: NDArray[Any]) -> None:
    if output.shape != inferred.shape:
        raise Refusal(
            f"The network gives shape {output.shape}, and its layers one after the other give "
            f"{inferred.shape}. Sequential should run them all, in order."
        )
