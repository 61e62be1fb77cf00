"""What every optimizer can do besides its step: checks, groups, and its memory kept."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tinytorch.core.given.answers import OPTIMIZER, Answering, table
from tinytorch.core.given.base import array_from
from tinytorch.core.given.checks import came, real, shortened, with_article
from tinytorch.core.given.graph import is_parameter
from tinytorch.core.given.module import each_once
from tinytorch.core.given.parameters import forget_gradients
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array, Shape


def checked_parameters(name: str, params: Any) -> list[Tensor]:
    """The parameters as a list, each once; an error if there are none, or other things too."""
    what = "one tensor" if isinstance(params, Tensor) else came(params)
    try:
        values: list[object] = [] if isinstance(params, Tensor) else list(params)
    except TypeError:
        raise not_parameters(name, what) from None
    strangers = [type(value).__name__ for value in values if not isinstance(value, Tensor)]
    if strangers:
        what = f"{with_article(type(params).__name__)} with {strangers[0]} in it"
    if strangers or isinstance(params, Tensor):
        raise not_parameters(name, what)
    tensors = each_once(value for value in values if isinstance(value, Tensor))
    if not tensors:
        raise ValueError(
            f"{name} expects at least one parameter, got an empty list. "
            "Check that parameters() returns the layers' weights and biases."
        )
    for tensor in tensors:
        if not is_parameter(tensor):  # a frozen one may be there, and is left as it is
            made = "the result of an operation" if tensor.node else "requires_grad=False"
            raise ValueError(
                f"{name} expects parameters, tensors made with requires_grad=True, got a tensor "
                f"of shape {tensor.shape} with {made}. Make what is to be learned with "
                "requires_grad=True; set that to False later to freeze it."
            )
    return tensors


def not_parameters(name: str, what: str) -> TypeError:
    """The error for what is no list of tensors."""
    return TypeError(f"{name} expects a list of tensors, got {what}. Pass model.parameters().")


def fitting_gradients(
    optimizer: str, params: Sequence[Tensor], shapes: Sequence[Shape]
) -> dict[int, Array]:
    """The gradients of what is not frozen, by place; ValueError for one that does not fit."""
    gradients: dict[int, Array] = {}
    for place, parameter in enumerate(params):
        if parameter.grad is not None and parameter.requires_grad:
            gradients[place] = slope = parameter.grad.data
            data = parameter.data
            if slope.dtype is not data.dtype or not slope.shape == data.shape == shapes[place]:
                check_gradient(optimizer, place, data, slope, shapes[place])
    return gradients


def check_gradient(optimizer: str, place: int, data: Array, slope: Array, shape: Shape) -> None:
    """ValueError for a parameter or a gradient that is not of the shape and dtype it should be."""
    if data.shape != shape:
        raise ValueError(
            f"{optimizer} expects parameter {place} in the shape that it had at first, {shape}, "
            f"got .data of shape {data.shape}. Make a new optimizer for new shapes."
        )
    if slope.shape != shape or slope.dtype != data.dtype:
        raise ValueError(
            f"{optimizer} expects for parameter {place} a gradient of shape {shape} and "
            f"{data.dtype}, got shape {slope.shape} and {slope.dtype}. Call zero_grad() before "
            "backward(), or set .grad to a tensor like the parameter."
        )


def as_float(value: object) -> float | None:
    """A number as a float, None for what is none; floats, the usual case, the short way."""
    return value if type(value) is float else real(value)


def at_least_zero(optimizer: str, **settings: object) -> None:
    """ValueError or TypeError, with the name, for what is no finite number of at least 0."""
    for name, value in settings.items():
        number = as_float(value)
        if number is None or not 0 <= number < math.inf:
            kind = TypeError if number is None else ValueError
            raise kind(
                f"{optimizer} expects {name} of at least 0, as a finite number, got "
                f"{shortened(value)}. A small positive number is usual, such as 0.01."
            )


def check_betas(optimizer: str, betas: Any) -> None:
    """ValueError or TypeError for what is not two numbers from 0 up to, but not including, 1."""
    numbers = [as_float(beta) for beta in betas] if type(betas) in (tuple, list) else []
    if len(numbers) != 2 or not all(beta is not None and 0 <= beta < 1 for beta in numbers):
        kind = TypeError if not numbers or None in numbers else ValueError
        raise kind(
            f"{optimizer} expects betas, two numbers from 0 up to, but not including, 1, got "
            f"{shortened(betas)}. Try betas=(0.9, 0.999)."
        )


# What PyTorch's optimizers take besides, and what to do here.
SETTINGS = table(
    {
        "dampening": "It is 0 here: leave it out.",
        "maximize": "Leave it out, and call (-loss).backward().",
        "amsgrad": "Leave it out: plain Adam is what is here.",
        "foreach fused capturable differentiable": "It changes no number: leave it out.",
    }
)


class Grouping(Answering, answers=OPTIMIZER):
    """What makes one optimizer, or one for each group where the parameters come in groups."""

    SETTINGS: tuple[str, ...]
    params: list[Tensor]

    if not TYPE_CHECKING:  # __init__ says what is to be given

        def __new__(cls, params: Any = (), *places: Any, **settings: Any) -> Self:
            """An optimizer, or a `Grouped` of several for a list of dicts with `params`.

            TypeError for settings that only PyTorch's optimizers have.
            """
            for name in (
                SETTINGS.keys() & settings.keys() - inspect.signature(cls).parameters.keys()
            ):
                raise TypeError(
                    f"{cls.__name__} expects settings that it has, got {name}. {SETTINGS[name]}"
                )
            groups = list(params) if isinstance(params, list | tuple) else []
            if groups and all(isinstance(each, Mapping) for each in groups):
                return Grouped(cls, groups, places, settings)
            return super().__new__(cls)

    @property
    def param_groups(self) -> list[Group]:
        """The parameters and settings, as PyTorch's users read and set them.

        >>> from tinytorch import SGD, Tensor
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=0.1)
        >>> optimizer.param_groups[0]["lr"] = 0.01
        >>> optimizer.lr
        0.01
        """
        return [Group(self)]


class Group(MutableMapping[str, Any]):
    """The settings of an optimizer under their names; what is set there is set in the optimizer."""

    def __init__(self, optimizer: Any) -> None:
        """Look at an optimizer."""
        self.optimizer = optimizer

    def __getitem__(self, name: str) -> Any:
        if name not in ("params", *self.optimizer.SETTINGS):
            raise KeyError(name)
        return getattr(self.optimizer, name)

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self.optimizer.SETTINGS:
            raise TypeError(
                f"A group expects one of the settings {', '.join(self.optimizer.SETTINGS)}, got "
                f"{shortened(name)}. Keep other things in a dict of your own."
            )
        setattr(self.optimizer, name, value)

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"A group expects all its settings, got del of {shortened(name)}.")

    def __iter__(self) -> Iterator[str]:
        return iter(("params", *self.optimizer.SETTINGS))

    def __len__(self) -> int:
        return 1 + len(self.optimizer.SETTINGS)

    def __repr__(self) -> str:
        return f"Group({dict(self)})"


class Grouped(
    Answering,
    answers=OPTIMIZER
    | table({"lr": "Each group has its own: write optimizer.param_groups[0]['lr']."}),
):
    """Several groups of parameters, each with its own optimizer of one kind.

    Raises what the optimizers raise, and ValueError for a parameter that is in two groups.

    >>> from tinytorch import SGD, Linear
    >>> body, head = Linear(3, 2), Linear(2, 1)
    >>> groups = [{"params": body.parameters()}, {"params": head.parameters(), "lr": 0.1}]
    >>> [group["lr"] for group in SGD(groups, lr=0.01).param_groups]
    [0.01, 0.1]
    """

    def __init__(
        self,
        kind: Any,
        groups: list[Mapping[str, Any]],
        places: tuple[Any, ...],
        settings: dict[str, Any],
    ) -> None:
        """Make an optimizer for each group; what a group does not say is as it is for all."""
        self.optimizers: list[Any] = []
        for group in groups:
            if "params" not in group:
                raise ValueError(
                    f"{kind.__name__} expects a dict with params for each group, got "
                    f"{shortened(group)}. Write {{'params': layer.parameters(), 'lr': 0.1}}."
                )
            own = {name: value for name, value in group.items() if name != "params"}
            params = group["params"]
            params = [params] if isinstance(params, Tensor) else params
            self.optimizers.append(kind(params, *places, **{**settings, **own}))
        if len({id(each) for each in self.params}) < len(self.params):
            raise ValueError(
                f"{kind.__name__} expects each parameter in one group, got one in two. "
                "Leave it out of the other."
            )

    @property
    def params(self) -> list[Tensor]:
        """The parameters of all groups."""
        return [parameter for each in self.optimizers for parameter in each.params]

    @property
    def param_groups(self) -> list[Group]:
        """The groups, in order, each with its parameters and settings."""
        return [Group(each) for each in self.optimizers]

    def step(self) -> None:
        """Change each parameter by its gradient; if one group cannot, none is changed."""
        for each in self.optimizers:
            each._check_settings()
            fitting_gradients(type(each).__name__, each.params, each._shapes)
        for each in self.optimizers:
            each.step()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or set them to zeros."""
        forget_gradients(self.params, set_to_none)

    def state_dict(self) -> dict[str, Array]:
        """What each group's optimizer remembers, under the group's number: "1/0.velocity"."""
        return {
            f"{place}/{name}": array
            for place, each in enumerate(self.optimizers)
            for name, array in each.state_dict().items()
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over a `state_dict` of as many such groups; if it does not fit, nothing changes.

        TypeError and ValueError as in the optimizers' own.
        """
        if not isinstance(state, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                "load_state_dict expects what state_dict() gave, names with arrays, got "
                f"{came(state)}. Save optimizer.state_dict() first, and load that."
            )
        starts = [f"{place}/" for place in range(len(self.optimizers))]
        strangers = [name for name in state if not str(name).startswith(tuple(starts))]
        if strangers:
            raise ValueError(
                f"load_state_dict expects the state of {len(starts)} groups of parameters, got "
                f"{shortened(strangers[0])}. Make the same groups first."
            )
        own = [
            {name.removeprefix(start): state[name] for name in state if name.startswith(start)}
            for start in starts
        ]
        before = [each.state_dict() for each in self.optimizers]
        try:
            for each, part in zip(self.optimizers, own, strict=True):
                each.load_state_dict(part)
        except (TypeError, ValueError):
            for each, part in zip(self.optimizers, before, strict=True):
                each.load_state_dict(part)
            raise


# What was kept of each parameter: first by what it is, then by the parameter's place.
Memory = dict[str, dict[int, Any]]


class Remembering(Grouping):
    """Settings, and arrays of each parameter that steps build on, as one dict of arrays.

    A subclass that keeps something between its steps says its names in `MEMORY`, gives it in
    `_memory()` and takes it over in `_remember(memory)`.
    """

    SETTINGS: tuple[str, ...] = ()
    MEMORY: tuple[str, ...] = ()
    params: list[Tensor]
    _shapes: list[Shape]

    def state_dict(self) -> dict[str, Array]:
        """Copies of the settings, and of what is kept of each parameter, as "0.velocity".

        Parameters are counted from 0, in the order in which they were given. With the parameters'
        own numbers, training goes on from it with the same bits. What SGD keeps is the velocity;
        what Adam keeps are sums: exp_avg / (1 - beta1) and exp_avg_sq / (1 - beta2) in PyTorch's
        words, with the steps made and the betas of the last.

        >>> from tinytorch import SGD
        >>> w = Tensor([1.0], requires_grad=True)
        >>> (w * 3).sum().backward()
        >>> optimizer = SGD([w], lr=0.1, momentum=0.5)
        >>> optimizer.step()
        >>> optimizer.state_dict()["0.velocity"]
        array([3.], dtype=float32)
        """
        state = {name: np.array(getattr(self, name)) for name in self.SETTINGS}
        for name, kept in self._memory().items():
            state |= {f"{place}.{name}": np.array(value) for place, value in kept.items()}
        return state

    def load_state_dict(self, state: Mapping[str, Tensor | npt.ArrayLike]) -> None:
        """Take over settings and memory from a `state_dict`. If they do not fit, nothing changes.

        The optimizer has to be of the same kind, for as many parameters of the same shapes. Raises
        ValueError that lists missing and unknown names and shapes that differ, and for numbers out
        of range; TypeError for what is no dict, or no numbers.

        >>> from tinytorch import SGD
        >>> w = Tensor([1.0], requires_grad=True)
        >>> optimizer = SGD([w])
        >>> optimizer.load_state_dict(SGD([w], lr=0.5).state_dict())
        >>> optimizer.lr
        0.5
        """
        settings, memory = self._parted(state)
        before = {name: getattr(self, name) for name in self.SETTINGS}
        for name, value in settings.items():
            setattr(self, name, value)
        try:
            self._check_settings()
        except (ValueError, TypeError):
            for name, value in before.items():
                setattr(self, name, value)
            raise
        self._remember(memory)

    def _parted(self, state: Any) -> tuple[dict[str, Any], Memory]:
        """The settings and the memory in a state; ValueError or TypeError if they do not fit."""
        owner = type(self).__name__
        if not isinstance(state, Mapping):
            raise TypeError(
                f"load_state_dict expects what state_dict() gave, names with arrays, got "
                f"{came(state)}. Save optimizer.state_dict() first, and load that."
            )
        arrays: dict[str, Array] = {}
        for name, value in state.items():  # pyright: ignore[reportUnknownVariableType]
            try:
                arrays[str(name)] = np.array(array_from(value))  # pyright: ignore[reportUnknownArgumentType]
            except (TypeError, ValueError) as error:
                error.add_note(f"in {shortened(name)}, one of the names in the state")  # pyright: ignore[reportUnknownArgumentType]
                raise
        memory: Memory = {name: {} for name in self.MEMORY}
        problems = [f"{name} is missing" for name in self.SETTINGS if name not in arrays]
        known = dict.fromkeys(self.SETTINGS)
        for place, shape in enumerate(self._shapes):
            names = [f"{place}.{name}" for name in self.MEMORY]
            known |= dict.fromkeys(names)
            if not any(name in arrays for name in names):
                continue  # it has made no step
            for name, full in zip(self.MEMORY, names, strict=True):
                if full not in arrays:
                    problems.append(f"{full} is missing")
                else:
                    memory[name][place] = arrays[full]
                    problems += wrong(full, name, arrays[full], shape)
        problems += [f"{shortened(name)} is unknown" for name in arrays if name not in known]
        if problems:
            raise ValueError(
                f"load_state_dict expects what the state_dict() of {owner} for "
                f"{len(self._shapes)} such parameters gave, got: {'; '.join(sorted(problems))}. "
                "Make the same optimizer for the same network first."
            )
        return {name: plain(arrays[name]) for name in self.SETTINGS}, memory

    def _check_settings(self) -> None:
        """ValueError or TypeError for a setting that is out of range."""

    def _memory(self) -> Memory:
        """What is kept of each parameter."""
        return {}

    def _remember(self, memory: Memory) -> None:
        """Take over what was kept; it fits."""


def wrong(full: str, name: str, array: Array, shape: Shape) -> list[str]:
    """What is wrong with one array in a state, in words."""
    wanted = {"steps": (), "betas": (2,)}.get(name, shape)
    if array.shape != wanted:
        return [f"{full} has shape {array.shape} in place of {wanted}"]
    if name == "steps":
        whole = array.dtype.kind in "iu" and array >= 1
        return [] if whole else [f"{full} is not a whole number of at least 1"]
    if array.dtype.kind != "f":
        return [f"{full} is of {array.dtype} in place of a floating-point dtype"]
    if name == "betas":
        check_betas(full, array.tolist())
    return []


def plain(array: Array) -> Any:
    """A setting as Python writes it: a number, a flag, or a tuple of numbers."""
    value = array.tolist()
    return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
