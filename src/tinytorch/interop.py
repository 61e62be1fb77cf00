"""To PyTorch and back: whole networks with their weights, state dicts, and memory shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.checks import came, check_flag, shortened
from tinytorch.core.conversion import array_from
from tinytorch.core.tensor import Tensor
from tinytorch.loading import take_over, to_transpose
from tinytorch.states import check_model, linear_weights, state_of
from tinytorch.translation import Inward, Outward, array_of, own_memory

if TYPE_CHECKING:
    from tinytorch._typing import Array

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
