"""The layers of a network as plain data: what PyTorch needs to make the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NoReturn, cast

import tinytorch
from tinytorch.core.tensor import Tensor
from tito.lab.apart.attempt import Refusal

#: Activations that PyTorch has under the same names.
ACTIVATIONS = ("ReLU", "Sigmoid", "Tanh", "Softmax", "GELU")
#: A part as it goes to another process: what Part.plain gives.
Plain = dict[str, Any]
_MOST = 1000  # layers, and parameters of one: some lists never end


@dataclass
class Part:
    """One layer that is no container.

    ``settings`` are what it is made with; ``tensors`` its parameters, by the names that PyTorch
    gives them; ``stored`` says of a weight that it lies as PyTorch's does, (out, in); ``changed``
    is set where the layer was seen to write into its input.
    """

    path: str
    kind: str
    layer: Any
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    tensors: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    stored: bool = False
    changed: bool = False

    @property
    def words(self) -> str:
        """As a message names it."""
        return f"layer {self.path}, {called(self.kind, self.settings)}"

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape that PyTorch's layer gives."""
        return (*shape[:-1], self.settings["out"]) if "out" in self.settings else shape

    def name(self, tensor: str) -> str:
        """A parameter's name in a state dict."""
        return f"{self.path}.{tensor}" if self.path else tensor

    def plain(self) -> Plain:
        """For another process."""
        return {
            "path": self.path,
            "kind": self.kind,
            "settings": self.settings,
            "names": {key: self.name(key) for key in self.tensors},
            "stored": self.stored,
            "changed": self.changed,
        }


def called(kind: str, settings: dict[str, Any]) -> str:
    """A layer as one writes it: Linear(784, 256)."""
    if "in" in settings:
        bias = "" if settings["bias"] else ", bias=False"
        return f"{kind}({settings['in']}, {settings['out']}{bias})"
    if "p" in settings:
        return f"{kind}({settings['p']:g})"
    return f"{kind}(dim={settings['dim']})" if "dim" in settings else f"{kind}()"


def parts_of(model: Any, layers: Any, biases: bool) -> list[Part]:
    """All layers of a network in order, those of Sequentials in it too.

    ``layers`` is the module whose classes they are; with ``biases`` every Linear is to have one.
    Refusal, in words, for a layer that PyTorch has no like of, or whose parameters are not clear.
    """
    found = list(islice(_walk(model, layers, "", biases), _MOST))
    if not found:
        raise Refusal("The network has no layers, so there is nothing to compare.")
    _refuse_shared(found)
    return found


def _walk(layer: Any, layers: Any, path: str, biases: bool) -> Iterator[Part]:
    if _is(layer, layers, "Sequential"):
        if not hasattr(layer, "layers"):
            raise Refusal(
                "Sequential should keep its layers in the attribute layers, and has none."
            )
        for place, inner in enumerate(islice(cast("list[Any]", layer.layers), _MOST)):
            yield from _walk(inner, layers, f"{path}.{place}" if path else str(place), biases)
        return
    for kind in ("Dense", "Linear"):
        if _is(layer, layers, kind):
            yield _linear(layer, kind, path, biases)
            return
    if _is(layer, layers, "Dropout"):
        yield Part(path, "Dropout", layer, {"p": float(layer.p)})
        return
    for kind in ACTIVATIONS:
        if _is(layer, tinytorch, kind):
            dim = {"dim": int(layer.dim)} if kind == "Softmax" else {}
            yield Part(path, kind, layer, dim)
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


def _linear(layer: Any, kind: str, path: str, biases: bool) -> Part:
    part = Part(path, kind, layer)
    weight = _tensor(layer, "weight", _has_two_axes)
    if weight is None:
        _unclear(part, "a weight: a Tensor with two axes in the attribute weight", layer)
    names = ("input_size", "output_size") if kind == "Dense" else ("in_features", "out_features")
    sizes = [getattr(layer, name, None) for name in names]
    inputs, outputs = (s if type(s) is int else n for s, n in zip(sizes, weight.shape, strict=True))

    def fits_bias(shape: tuple[int, ...]) -> bool:
        return shape in ((outputs,), (1, outputs))

    bias = _tensor(layer, "bias", fits_bias)
    part.settings = {"in": inputs, "out": outputs, "bias": biases or bias is not None}
    part.stored = inputs != outputs and weight.shape == (outputs, inputs)
    if weight.shape != (inputs, outputs) and not part.stored:
        wanted = f"a weight of shape ({inputs}, {outputs})"
        _unclear(part, wanted, layer)
    part.tensors = {"weight": weight, **({} if bias is None else {"bias": bias})}
    return part


def _has_two_axes(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2


def _tensor(layer: Any, name: str, fits: Callable[[tuple[int, ...]], bool]) -> Tensor | None:
    """The attribute of that name; else the one parameter that fits, if there is just one."""
    held = getattr(layer, name, None)
    if isinstance(held, Tensor) and (fits(held.shape) or name == "weight"):
        return held
    listed: list[Any] = list(islice(layer.parameters(), _MOST))
    fitting = [each for each in listed if isinstance(each, Tensor) and fits(each.shape)]
    return fitting[0] if len(fitting) == 1 else None


def _unclear(part: Part, wanted: str, layer: Any) -> NoReturn:
    held = [each for each in islice(layer.parameters(), 10) if isinstance(each, Tensor)]
    shapes = ", ".join(str(each.shape) for each in held) or "no tensor"
    raise Refusal(
        f"PyTorch's weights are to be the same, and it is not clear which they are: {part.kind} "
        f"at layer {part.path or 0} should have {wanted}, and its parameters() has {shapes}. "
        "To find the fault: tito test"
    )


def _refuse_shared(parts: Sequence[Part]) -> None:
    seen: dict[int, Part] = {}
    for part in parts:
        other = seen.setdefault(id(part.layer), part)
        if other is not part and (part.tensors or part.kind == "Dropout"):
            raise Refusal(
                f"In this network, {part.words}, is the same object as layer {other.path}: one "
                "that uses a layer twice is not compared here. Give it two layers."
            )


def input_shape(parts: Sequence[Part]) -> tuple[int, ...]:
    """The shape of one example, as the first layer with a size wants it."""
    for part in parts:
        if "in" in part.settings:
            return (part.settings["in"],)
    raise Refusal("No layer of the network says how many inputs it takes: it needs a Linear.")
