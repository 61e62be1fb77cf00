"""Translation: layers of TinyTorch as modules of PyTorch, and modules as layers, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import tinytorch
from tinytorch.core.checks import came, shortened
from tinytorch.core.container import Container
from tinytorch.core.tensor import Tensor
from tinytorch.loading import listed

if TYPE_CHECKING:
    from tinytorch._typing import Array

# The layers that have nothing to learn and the same name on both sides, with their settings.
PLAIN = {"ReLU": (), "Sigmoid": (), "Tanh": (), "GELU": (), "Softmax": ("dim",), "Dropout": ("p",)}
KNOWN = ("Sequential", "Linear", *PLAIN)
# What a layer of each kind has to have, whoever wrote it.
NEEDED = {"Sequential": ("layers",), "Linear": ("weight",), "Dense": ("weight",), **PLAIN}
DTYPES = ("float16", "float32", "float64", "bool", "uint8", "int8", "int16", "int32", "int64")


class Outward:
    """Layers of TinyTorch as modules of PyTorch; what is used twice is one module used twice."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.made: dict[int, Any] = {}

    def module(self, layer: Any, place: str, above: tuple[int, ...]) -> Any:
        """The module for a layer; TypeError or ValueError with the place of what has none."""
        if id(layer) in above:
            raise ValueError(f"to_torch expects no layer inside itself, got one at {place}.")
        if id(layer) not in self.made:
            kind, nn = type(layer).__name__, self.torch.nn
            if isinstance(layer, nn.Module) or not all(
                hasattr(layer, name) for name in NEEDED.get(kind, ("no such layer",))
            ):
                raise TypeError(
                    f"to_torch expects layers among {', '.join(KNOWN)} and Dense, got {place}: "
                    f"{shortened(layer)}. Build that part in PyTorch, and fill it with "
                    "to_torch(model.state_dict(), transpose=[...])."
                )
            if kind == "Sequential":
                inside = (*above, id(layer))
                named = isinstance(layer, Container) and layer.layer_names()
                made = nn.Sequential()
                for number, part in enumerate(layer.layers):
                    name = named[number] if named else str(number)
                    made.add_module(name, self.module(part, f"layer {name} of {place}", inside))
            elif kind in ("Linear", "Dense"):
                made = self.linear(layer, place)
            else:
                made = getattr(nn, kind)(**{name: getattr(layer, name) for name in PLAIN[kind]})
            made.training = bool(getattr(layer, "training", True))
            self.made[id(layer)] = made
        return self.made[id(layer)]

    def linear(self, layer: Any, place: str) -> Any:
        """An `nn.Linear` with the layer's own numbers, turned round; no random ones are drawn."""
        weight, bias = layer.weight, getattr(layer, "bias", None)
        right = isinstance(weight, Tensor) and weight.ndim == 2 and weight.dtype.kind == "f"
        if bias is not None:
            right = right and isinstance(bias, Tensor) and bias.shape == weight.shape[1:]
        if not right:
            shapes = " and ".join(str(getattr(each, "shape", each)) for each in (weight, bias))
            raise ValueError(
                f"to_torch expects a weight (in, out) and a bias (out,) or None, got {shapes} at "
                f"{place}. Make them as Linear does."
            )
        made = self.torch.nn.Linear(*weight.shape, bias=bias is not None, device="meta")
        made.weight = self.parameter(weight, weight.data.T)
        if bias is not None:
            made.bias = self.parameter(bias, bias.data)
        return made

    def parameter(self, tensor: Tensor, array: Array) -> Any:
        """A parameter; a tensor that two layers share stays one."""
        if id(tensor) not in self.made:
            data = self.torch.from_numpy(own_memory(array))
            self.made[id(tensor)] = self.torch.nn.Parameter(data, tensor.requires_grad)
        return self.made[id(tensor)]


class Inward:
    """Modules of PyTorch as layers of TinyTorch; what is used twice is one layer used twice."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.made: dict[int, Any] = {}

    def network(self, module: Any) -> Any:
        """The network; TypeError names what has no counterpart, before anything is made."""
        strange = [
            f"{name or 'the module'}: {shortened(part)}"
            for name, part in module.named_modules()
            if not self.known(part)
        ]
        if strange:
            raise TypeError(
                f"from_torch expects modules among {', '.join(KNOWN)} without hooks, with "
                "approximate='none' in GELU and a dim in Softmax, got "
                f"{listed(strange)}. Build that network here, and fill it with into=model."
            )
        numbers = {name: array_of(self.torch, name, p) for name, p in module.named_parameters()}
        for name, array in numbers.items():
            if array.dtype.kind != "f" or not array.size:
                raise ValueError(
                    f"from_torch expects parameters of floating-point numbers, got {name} of shape "
                    f"{array.shape} in {array.dtype}. Fill a network of your own with into=model."
                )
        return self.layer(module)

    def known(self, module: Any) -> bool:
        """Whether there is a layer that does the very same."""
        kind: Any = module.__class__
        nn = self.torch.nn
        right = any(kind is getattr(nn, name) for name in KNOWN)
        if kind is nn.GELU:
            right = module.approximate == "none"
        if kind is nn.Softmax:
            right = module.dim is not None
        return right and not (module._forward_hooks or module._forward_pre_hooks)

    def layer(self, module: Any) -> Any:
        """The layer for a module that is known."""
        if id(module) not in self.made:
            kind: str = module.__class__.__name__
            if kind == "Sequential":
                made = tinytorch.Sequential()
                for place, (name, part) in enumerate(module._modules.items()):
                    layer = self.layer(part)
                    made.append(layer if name == str(place) else {name: layer})
            elif kind == "Linear":
                made = self.linear(module)
            else:
                settings = {name: getattr(module, name) for name in PLAIN[kind]}
                made = getattr(tinytorch, kind)(**settings)
            if getattr(made, "training", True) is not module.training:
                made.training = module.training
            self.made[id(module)] = made
        return self.made[id(module)]

    def linear(self, module: Any) -> Any:
        """A Linear with the module's own numbers, turned round."""
        out_features, in_features = module.weight.shape
        made = tinytorch.Linear(in_features, out_features, bias=module.bias is not None)
        for name in ("weight", "bias") if made.bias is not None else ("weight",):
            own = getattr(made, name)
            if (tensor := self.tensor(getattr(module, name), own)) is not own:
                setattr(made, name, tensor)  # tied: another layer has it already
        return made

    def tensor(self, parameter: Any, tensor: Tensor) -> Tensor:
        """The layer's tensor with a parameter's numbers; one that two layers share stays one."""
        if id(parameter) not in self.made:
            array = array_of(self.torch, "", parameter)
            tensor.data = own_memory(array.T if array.ndim == 2 else array)
            tensor.requires_grad = parameter.requires_grad
            self.made[id(parameter)] = tensor
        return self.made[id(parameter)]


def array_of(torch: Any, name: str, value: Any) -> Array:
    """The numbers of a PyTorch tensor, as they lie there; TypeError for what NumPy cannot hold."""
    if not isinstance(value, torch.Tensor):
        raise TypeError(
            f"from_torch expects PyTorch tensors, got {came(value)} for {shortened(name)}. "
            "Give what state_dict() gave."
        )
    dtype = str(value.dtype).removeprefix("torch.")
    if dtype not in DTYPES or value.layout is not torch.strided or value.is_meta:
        raise TypeError(
            f"from_torch expects numbers in one of {', '.join(DTYPES)}, got {name} in {dtype}, "
            f"{value.layout}, on {value.device}. Turn it into torch.float32 first."
        )
    return value.numpy(force=True)


def own_memory(array: Array) -> Array:
    """A copy row by row, in this machine's byte order."""
    return np.array(array, array.dtype.newbyteorder("="), order="C")
