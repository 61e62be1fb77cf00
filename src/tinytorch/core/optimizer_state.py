"""What an optimizer can do besides stepping: give away and take over all that it remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import came, shortened
from tinytorch.core.conversion import array_from
from tinytorch.core.groups import Grouping
from tinytorch.core.optimizer_checks import check_betas
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array, Shape

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
