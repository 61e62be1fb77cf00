"""Models and numbers to PyTorch and back, layer by layer, and memory that both share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import numpy as np

import tinytorch
from tinytorch.core.given.base import array_from
from tinytorch.core.given.checks import came, check_flag, shortened
from tinytorch.core.given.container import Container
from tinytorch.core.tensor import Tensor
from tinytorch.files.loading import (
    check_model,
    linear_weights,
    listed,
    state_of,
    take_over,
    to_transpose,
)

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


__all__ = ["from_dlpack", "from_torch", "linear_weights", "to_torch"]

CPU_BUILD = "pip install torch --index-url https://download.pytorch.org/whl/cpu"


def to_torch(model: Any, *, transpose: Iterable[str] | None = None) -> Any:
    """The same network as a `torch.nn` module, with the same weights, or a state dict for one.

    A network of Sequential, Linear, Dense, Dropout and the activations becomes an `nn.Sequential`
    in the same mode (training or not) and dtype. The weight of a Linear, (in, out) here, becomes
    (out, in); `linear_weights(model)` names those. A state dict, names with arrays, becomes one
    of PyTorch tensors; as it does not say which matrices are weights of Linear, `transpose` has
    to name them. The numbers are copied. TypeError for layers that PyTorch does not have under
    that name, ValueError for weights that do not fit, ModuleNotFoundError without PyTorch.

    >>> from tinytorch import Linear, ReLU, Sequential
    >>> to_torch(Sequential(Linear(3, 2), ReLU()))
    Sequential(
      (0): Linear(in_features=3, out_features=2, bias=True)
      (1): ReLU()
    )
    >>> to_torch(Linear(3, 2).state_dict(), transpose=["weight"])["weight"].shape
    torch.Size([2, 3])
    """
    torch = pytorch()
    if isinstance(model, Mapping):
        arrays = {str(n): checked(n, a) for n, a in cast("Mapping[Any, Any]", model).items()}
        turned = to_transpose("to_torch", arrays, (), transpose)
        return {
            name: torch.from_numpy(own_memory(array.T if name in turned else array))
            for name, array in arrays.items()
        }
    if transpose is not None:
        raise TypeError(
            "to_torch expects transpose= with a state dict alone, got a network. "
            "Leave it out: a network's layers say which weights are transposed."
        )
    return Outward(torch).module(model, "the network", ())


def from_torch(
    source: Any,
    into: Any = None,
    *,
    strict: bool = True,
    transpose: Iterable[str] | None = None,
) -> Any:
    """A network from a `torch.nn` module, or its numbers taken over into a network of yours.

    - `from_torch(module)` builds the same network of Sequential, Linear, Dropout and activations,
      with the same weights, mode and dtype. TypeError names what TinyTorch does not have.
    - `from_torch(module, into=model)`, also with a state dict, changes the numbers of `model` and
      returns a LoadReport. Names and shapes have to fit, or nothing changes; with `strict=False`
      what fits is taken.
    - `from_torch(state_dict)` gives the arrays by name.

    The weight of a Linear, (out, in) there, becomes (in, out), and the report names it. Which
    weights those are, the layers of the module and of the model say. Where they do not,
    `transpose` has to name them; a shape is never taken for an answer, as a square one fits both
    ways. The numbers are copied. ValueError for what does not fit, ModuleNotFoundError without
    PyTorch.

    >>> import torch
    >>> model = from_torch(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU()))
    >>> model
    Sequential(
      (0): Linear(in_features=3, out_features=2, bias=True)
      (1): ReLU()
    )
    >>> from_torch(torch.nn.Linear(3, 2), into=model[0])
    the PyTorch Linear: 2 tensors loaded, all that the model has
      transposed, for PyTorch keeps (out, in): weight
    """
    torch = pytorch()
    check_flag("from_torch", strict=strict)
    is_module: bool = isinstance(source, torch.nn.Module)
    if not is_module and not issubclass(type(source), Mapping):
        raise TypeError(
            f"from_torch expects a torch.nn.Module or its state_dict(), got {came(source)}. "
            "Give the module itself."
        )
    if is_module and into is None:
        if transpose is not None:
            raise TypeError(
                "from_torch expects transpose= with a state dict or into=, got a module alone. "
                "Leave it out: the module's layers say which weights are transposed."
            )
        return Inward(torch).network(source)
    state: Any = source.state_dict() if is_module else source
    arrays = {str(name): array_of(torch, str(name), value) for name, value in state.items()}
    if into is None:
        turned = to_transpose("from_torch", arrays, (), transpose)
        return {n: own_memory(a.T if n in turned else a) for n, a in arrays.items()}
    check_model("from_torch", into)
    known = linear_weights(into)
    if is_module:  # where the two sides disagree on what a matrix is, somebody has to say
        theirs = linear_modules(torch, source)
        known = [name for name in known if name in theirs]
    own = set(state_of(into))
    in_both = {name: array for name, array in arrays.items() if name in own}
    turned = to_transpose("from_torch", in_both, known, transpose)
    name = f"the PyTorch {source.__class__.__name__}" if is_module else "the PyTorch state dict"
    return take_over(into, arrays, source=name, strict=strict, transpose=turned)


def from_dlpack(x: Any) -> Tensor:
    """A tensor that shares its memory with an array of another library; no number is copied.

    `x` is anything on the CPU with `__dlpack__`, such as a PyTorch tensor without gradient or a
    NumPy array, of real numbers and any shape. `np.from_dlpack(t)` and `torch.from_dlpack(t)` go
    the other way. What one side writes into the memory, the other one reads, until the tensor
    is given another array: an optimizer's step does that, and leaves yours as it was. TypeError
    for what cannot be shared.

    >>> array = np.array([1.0, 2.0])
    >>> x = from_dlpack(array)
    >>> array[0] = 7.0
    >>> x
    Tensor([7., 2.], shape=(2,), dtype=float64, requires_grad=False)
    """
    if not hasattr(x, "__dlpack__") or isinstance(x, type):
        raise TypeError(
            f"from_dlpack expects another library's array, which has __dlpack__, got {came(x)}. "
            "Copy other things with Tensor(...)."
        )
    try:
        array = shared(x)
    except (AttributeError, BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(
            "from_dlpack expects real numbers in the CPU's memory, without a gradient, got "
            f"{came(x)}: {str(error).rstrip('. ')}. Use .detach().cpu() there, or copy with "
            "Tensor(...)."
        ) from None
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"from_dlpack expects real numbers, got an array of {array.dtype}. Share its parts."
        )
    return Tensor.recorded("from_dlpack", array)


def shared(x: Any) -> Array:
    """An array over the memory of another library's; it can be written where that can."""
    if isinstance(x, Tensor):
        return x.data
    theirs: Any = x
    if isinstance(x, np.ndarray) and theirs.dtype.isnative and not theirs.flags.writeable:
        return theirs[...]  # NumPy 2.0 hands on nothing that is read-only
    array: Array = np.from_dlpack(theirs)
    if not array.flags.writeable:  # what NumPy 2.0 was given never can; the other library may know
        own: Array = np.asarray(theirs)
        if own.flags.writeable and np.shares_memory(own, array):
            return own
    return array


def pytorch() -> Any:
    """The library; ModuleNotFoundError says how to get the small build of it."""
    try:
        return import_module("torch")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "from_torch and to_torch expect PyTorch, which is not installed. "
            f"Get the small build, without CUDA: {CPU_BUILD}",
            name="torch",
        ) from None


def linear_modules(torch: Any, module: Any) -> set[str]:
    """The names of the weights of a module's Linears."""
    return {
        f"{name}.weight".lstrip(".")
        for name, part in module.named_modules(remove_duplicate=False)
        if isinstance(part, torch.nn.Linear)
    }


def checked(name: object, value: Any) -> Array:
    """The numbers for a name of a state dict of ours; TypeError if they are none."""
    try:
        return array_from(value)
    except (TypeError, ValueError) as error:
        error.add_note(f"in {shortened(name)}, one of the names in the state")
        raise
