"""Groups: an optimizer's settings as PyTorch has them, one group of parameters or several."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Self

from tinytorch.core.answers import OPTIMIZER, Answering, table
from tinytorch.core.checks import came, shortened
from tinytorch.core.forgetting import forget_gradients
from tinytorch.core.optimizer_checks import fitting_gradients
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array

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
