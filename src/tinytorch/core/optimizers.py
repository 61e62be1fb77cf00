"""Optimizers: they change the parameters by their gradients, so that the loss gets smaller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import is_
from typing import TYPE_CHECKING

from tinytorch.core.given import kernels
from tinytorch.core.given.checks import check_flag
from tinytorch.core.given.graph import set_data
from tinytorch.core.given.optimizer import (
    Memory,
    Remembering,
    at_least_zero,
    check_betas,
    checked_parameters,
    fitting_gradients,
)
from tinytorch.core.given.parameters import forget_gradients
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array


class Optimizer(Remembering):
    """Keeps the parameters, and changes those that have a gradient.

    A step gives each parameter a new array; arrays that were taken from it before stay as they
    are. Set `lr` between steps to change the learning rate.
    """

    # A step looks at these where one was set anew.
    SETTINGS = ("lr",)

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        """Take a list of parameters, frozen ones too; TypeError or ValueError for anything else."""
        self.params = checked_parameters(type(self).__name__, params)
        self.lr = lr
        self._shapes = [parameter.shape for parameter in self.params]
        self._looked_at: list[object] = [None] * len(self.SETTINGS)

    def step(self) -> None:
        """Change each parameter by its gradient; those without, and frozen ones, stay as they are.

        Raises ValueError or TypeError, and changes nothing, if a setting is out of range by now, or
        if a gradient does not fit its parameter.
        """
        settings = [getattr(self, name) for name in self.SETTINGS]
        if not all(map(is_, settings, self._looked_at)):
            self._check_settings()
            self._looked_at = settings
        gradients = fitting_gradients(type(self).__name__, self.params, self._shapes)
        for place, new in self.updated(gradients):
            set_data(self.params[place], new)

    def _check_settings(self) -> None:
        """ValueError or TypeError for a setting that is out of range."""
        at_least_zero(type(self).__name__, lr=self.lr)

    def updated(self, gradients: dict[int, Array]) -> Iterator[tuple[int, Array]]:
        """New numbers, in a new array, for each parameter that has a gradient, by place."""
        raise NotImplementedError(f"{type(self).__name__} expects a method updated of its own.")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or set them to zeros; without it, the next backward adds to them.

        >>> w = Tensor([1.0], requires_grad=True)
        >>> (w * 3).sum().backward()
        >>> SGD([w]).zero_grad()
        >>> w.grad is None
        True
        """
        forget_gradients(self.params, set_to_none)


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum (Polyak, 1964) or Nesterov's (Sutskever, 2013).

    As in PyTorch: d = gradient + weight_decay * w; v = momentum * v + d (d in the first step);
    w = w - lr * v, or w - lr * (d + momentum * v) with `nesterov=True`.
    Raises ValueError for negative settings, and for Nesterov without momentum.

    >>> w = Tensor([1.0], requires_grad=True)
    >>> (w * 3).sum().backward()
    >>> SGD([w], lr=0.1).step()
    >>> w.numpy()
    array([0.7], dtype=float32)
    """

    SETTINGS = ("lr", "momentum", "weight_decay", "nesterov")
    MEMORY = ("velocity",)

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        """Take the parameters and the settings."""
        super().__init__(params, lr)
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.nesterov = nesterov
        self._check_settings()
        self._velocity: dict[int, Array] = {}

    def _check_settings(self) -> None:
        """ValueError or TypeError for a setting that is out of range, or no number."""
        settings = {"momentum": self.momentum, "weight_decay": self.weight_decay}
        at_least_zero("SGD", lr=self.lr, **settings)
        check_flag("SGD", nesterov=self.nesterov)
        if self.nesterov and self.momentum == 0:
            raise ValueError("SGD expects momentum with nesterov=True, got 0. Try momentum=0.9.")

    def updated(self, gradients: dict[int, Array]) -> Iterator[tuple[int, Array]]:
        """One step of the formula above."""
        for place, gradient in gradients.items():
            data = self.params[place].data
            if self.weight_decay:
                gradient = gradient + data * float(self.weight_decay)
            if self.momentum:
                gradient = self._with_momentum(place, gradient)
            yield place, kernels.stepped(data, gradient, float(self.lr))

    def _with_momentum(self, place: int, gradient: Array) -> Array:
        velocity = self._velocity.get(place)
        if velocity is None:
            velocity = gradient.copy()
        else:
            if velocity.dtype is not gradient.dtype:  # Module.to came in between
                velocity = velocity.astype(gradient.dtype)
            velocity *= float(self.momentum)
            velocity += gradient
        self._velocity[place] = velocity
        return gradient + velocity * float(self.momentum) if self.nesterov else velocity

    def _memory(self) -> Memory:
        return {"velocity": dict(self._velocity)}

    def _remember(self, memory: Memory) -> None:
        self._velocity = dict(memory["velocity"])


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square (Kingma and Ba, 2015).

    `weight_decay` adds weight_decay * w to the gradient, as in PyTorch's Adam.
    Raises ValueError for negative settings and for betas outside [0, 1).

    >>> w = Tensor([1.0], requires_grad=True)
    >>> (w * 3).sum().backward()
    >>> Adam([w], lr=0.1).step()
    >>> w.numpy().round(4)
    array([0.9], dtype=float32)
    """

    SETTINGS = ("lr", "betas", "eps", "weight_decay")
    MEMORY = ("first", "second", "steps", "betas")

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        """Take the parameters and the settings."""
        super().__init__(params, lr)
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self._check_settings()
        self._moments = kernels.Moments([parameter.size for parameter in self.params])

    def _check_settings(self) -> None:
        """ValueError or TypeError for a setting that is out of range, or no number."""
        name = type(self).__name__
        at_least_zero(name, lr=self.lr, eps=self.eps, weight_decay=self.weight_decay)
        check_betas(name, self.betas)

    def updated(self, gradients: dict[int, Array]) -> Iterator[tuple[int, Array]]:
        """One step for all parameters, small ones together."""
        beta1, beta2 = map(float, self.betas)
        for places in self._moments.together(gradients):
            slopes = [self._slope(place, gradients[place]) for place in places]
            changes = self._moments.change(
                places, slopes, float(self.lr), (beta1, beta2), float(self.eps)
            )
            for place, change in zip(places, changes, strict=True):
                change += self._kept(place)
                yield place, change

    def _slope(self, place: int, gradient: Array) -> Array:
        """The gradient, with the decay as part of it."""
        if self.weight_decay:
            return gradient + self.params[place].data * float(self.weight_decay)
        return gradient

    def _kept(self, place: int) -> Array:
        """The numbers that the change is added to."""
        return self.params[place].data

    def _memory(self) -> Memory:
        return self._moments.memory(self._shapes)

    def _remember(self, memory: Memory) -> None:
        self._moments.remember(memory)


class AdamW(Adam):
    """Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019).

    Each step takes lr * weight_decay * w off the parameter, besides Adam's change.

    >>> w = Tensor([1.0], requires_grad=True)
    >>> (w * 3).sum().backward()
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step()
    >>> w.numpy().round(4)
    array([0.85], dtype=float32)
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        """Take the parameters and the settings."""
        super().__init__(params, lr, betas, eps, weight_decay)

    def _slope(self, place: int, gradient: Array) -> Array:
        return gradient

    def _kept(self, place: int) -> Array:
        return self.params[place].data * (1 - float(self.lr) * float(self.weight_decay))
