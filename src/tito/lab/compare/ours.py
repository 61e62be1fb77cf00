"""Our side, in the process of the learner's code: what it makes of weights, inputs and masks."""

from __future__ import annotations

import functools
import inspect
import math
from typing import Any

import numpy as np

from tinytorch.core.given.graph import no_grad
from tinytorch.core.tensor import Tensor
from tinytorch.rng import manual_seed
from tito.lab.apart import Refusal
from tito.lab.compare import sides
from tito.lab.compare.recipe import POOL, Array, Arrays, Recipe, called, shapes

#: The standard deviation of the biases that the comparison starts with: of zeros nobody could
#: tell whether they were left out.
BIAS_SPREAD = 0.1
#: So many standard deviations off p is no accident, for the share that a Dropout drops; and two
#: masks are taken for one where chance makes that with a probability below exp(-20).
_SIGMAS, _UNLIKELY = 6.0, 20.0
_FAULT = "To find the fault: tito test"


def play(library: Any, reporter: Any, *, plain: dict[str, Any], to: str) -> dict[str, Any]:
    """Run the network; the arrays go to the file ``to``, what they do not show comes back."""
    recipe = Recipe.from_dict(plain)
    side, layers = _side(library, reporter, recipe)
    given = _given(side, recipe)
    found = dict(sides.infer(side, given))
    odd, masks = dict[int, str](), dict[int, list[Array]]()
    for place in recipe.dropouts:
        if words := _oddity(side.layers[place], layers[place].p, given[f"{place}/x"]):
            odd[place] = words
        layers[place].forward = _noting(layers[place].forward, masks.setdefault(place, []))
    found |= dict(sides.train(side, given, recipe))
    for place, noted in masks.items():
        if len(noted) != recipe.steps + 1 or len({mask.shape for mask in noted}) > 1:
            raise Refusal(
                "Each Dropout should run once in a pass through the network, in its place, and "
                f"layer {place} ran {len(noted) - 1} times in {recipe.steps} passes. {_FAULT}"
            )
        given[f"{place}/kept"] = np.stack(noted)
    with open(to, "wb") as file:
        np.savez(file, allow_pickle=False, **given, **found)
    listed = set(map(id, side.listed))
    unlisted = [f"{n}.{name}" for (n, name), t in side.tensors.items() if id(t) not in listed]
    return {"odd": odd, "unlisted": unlisted}


def measure(library: Any, reporter: Any, *, plain: dict[str, Any]) -> sides.Taken:
    """Seconds a run, a number for each batch; under "others" the share of other programs."""
    recipe = Recipe.from_dict(plain)
    side, _ = _side(library, reporter, recipe, check=False)
    if not recipe.dropouts:
        side.infer = side.model
    return sides.measure(side, recipe)


def _side(
    library: Any, reporter: Any, recipe: Recipe, check: bool = True
) -> tuple[sides.Side, list[Any]]:
    """The network of that library's layers, and the layers.

    Refusal, in words, for one whose parameters are not clear, or, where that is to be checked, as
    soon as it gives something else than a tensor that fits.
    """
    manual_seed(recipe.seed)
    layers = recipe.network.parts(library)
    model = library.Sequential(*layers)

    def run(layer: Any, name: str, out: int, infers: bool = False) -> sides.Run:
        call = _inferring(layer) if infers else functools.partial(_call, layer)

        def checked(x: Tensor) -> Tensor:
            reporter.note(out)
            y = call(x)
            if isinstance(y, Tensor) and y.shape == (len(x.data), out):
                return y
            raise Refusal(
                f"For an input of shape {x.shape}, {name}, should give a Tensor of shape "
                f"{(len(x.data), out)}, but it gave {_shown(y)}. {_FAULT}"
            )

        return checked if check else call

    tensors: dict[tuple[int, str], Any] = {}
    alone: list[sides.Run] = []
    dropouts: dict[int, sides.Run] = {}
    width = recipe.network.sizes[0]
    for place, (layer, spec) in enumerate(zip(layers, recipe.specs, strict=True)):
        name = f"layer {place}, {called(spec)}"
        for key, fits in shapes(spec).items():
            tensor = tensors[place, key] = getattr(layer, key, None)
            if not isinstance(tensor, Tensor) or tensor.shape != fits:
                raise Refusal(
                    f"PyTorch's parameters are to be the same, but {name}, should have a Tensor "
                    f"of shape {fits} in the attribute {key}, and has {_shown(tensor)}. {_FAULT}"
                )
            width = fits[-1]
        alone.append(run(layer, name, width))
        if spec[0] == "Dropout":
            dropouts[place] = run(layer, name, width, infers=True)
    inferring = [dropouts.get(place, each) for place, each in enumerate(alone)]
    side = sides.Side(
        tensor=_tensor,
        array=_array,
        no_grad=no_grad,
        optimizers=library,
        losses=library,
        model=run(model, "the network", width),
        infer=lambda x: functools.reduce(lambda given, each: each(given), inferring, x),
        listed=list(model.parameters()),
        layers=alone,
        dropouts=dropouts,
        tensors=tensors,
        note=reporter.note,
    )
    return side, layers


def _shown(thing: Any) -> str:
    return f"a Tensor of shape {thing.shape}" if isinstance(thing, Tensor) else type(thing).__name__


def _tensor(array: Array, learns: bool = False) -> Any:
    return Tensor(array.copy(), requires_grad=learns) if array.dtype.kind == "f" else array


def _array(tensor: Any, _name: str = "") -> Array:
    return np.array(tensor.data)


def _given(side: sides.Side, recipe: Recipe) -> Arrays:
    """What both sides are given: parameters, the input and slope of each layer, the batches."""
    random, given, width = np.random.default_rng(recipe.seed), Arrays(), recipe.network.sizes[0]
    for (place, name), tensor in side.tensors.items():
        if name == "bias":
            tensor.data[...] = random.normal(0, BIAS_SPREAD, tensor.shape)
        given[f"start/{place}.{name}"] = np.array(tensor.data)
    for place, spec in enumerate(recipe.specs):
        into, width = width, shapes(spec).get("bias", (width,))[0]
        for name, wide in (("x", into), ("slope", width)):
            shape = (recipe.batch, wide)
            given[f"{place}/{name}"] = random.standard_normal(shape, dtype=np.float32)
    xs, ys = zip(*(recipe.data(random, recipe.batch) for _ in range(POOL)), strict=True)
    return given | {"x": np.stack(xs), "y": np.stack(ys)}


def _oddity(dropout: sides.Run, p: float, x: Array) -> str:
    """What is wrong with which numbers a Dropout drops; nothing where that is as in PyTorch."""
    with no_grad():
        first, second = (dropout(Tensor(x.copy())).data == 0 for _ in range(2))
    if np.array_equal(first, second) and -x.size * math.log(p * p + (1 - p) ** 2) > _UNLIKELY:
        return "it drops the same numbers in each call, where PyTorch's draws anew"
    share, spread = float(first.mean()), math.sqrt(p * (1 - p) / x.size)
    if abs(share - p) <= _SIGMAS * spread + 1e-9:
        return ""
    each = f"each with probability {p:g}"
    return f"it drops {share:.1%} of {x.size:,} numbers, where PyTorch's drops {each}"


def _noting(forward: Any, noted: list[Array]) -> Any:
    """The same forward, which notes what was kept, a bit for each number, for PyTorch to do so.

    Where 0 came in it counts as kept, for it tells nothing and changes nothing.
    """

    @functools.wraps(forward)
    def noting(x: Any, *rest: Any, **named: Any) -> Any:
        before = x.data == 0
        y = forward(x, *rest, **named)
        noted.append(np.packbits((y.data != 0) | before))
        return y

    return noting


def _call(layer: Any, x: Tensor, **flags: bool) -> Any:
    """Run a layer as plain as a first version, which may lack ``__call__``."""
    run: Any = layer if callable(layer) else layer.forward
    return run(x, **flags)


def _inferring(layer: Any) -> sides.Run:
    """A function that runs it as for measuring, not for training."""
    knows = "training" in inspect.signature(layer.forward).parameters
    return functools.partial(_call, layer, **({"training": False} if knows else {}))
