"""Optimizers: they change the parameters by their gradients, so that the loss gets smaller."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from tinytorch.core.checks import check_flag
from tinytorch.core.halves import in_halves
from tinytorch.core.optimizer_checks import (
    at_least_zero,
    check_betas,
    check_gradients,
    checked_parameters,
)
from tinytorch.core.storage import set_data, set_gradient
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array


class Optimizer:
    """Keeps the parameters, and changes those that have a gradient.

    A step gives each parameter a new array; arrays that were taken from it before stay as they
    are. Set `lr` between steps to change the learning rate.
    """

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        """Take a list of parameters; TypeError or ValueError if there is nothing to learn in it."""
        self.params = checked_parameters(type(self).__name__, params)
        self.lr = lr
        self._shapes = [parameter.shape for parameter in self.params]

    def step(self) -> None:
        """Change each parameter by its gradient; those without one stay as they are.

        Raises ValueError or TypeError, and changes nothing, if a setting is out of range by now, or
        if a gradient does not fit its parameter.
        """
        self._check_settings()
        check_gradients(type(self).__name__, self.params, self._shapes)
        for place, parameter in enumerate(self.params):
            if parameter.grad is not None:
                new = self.updated(place, parameter.data, parameter.grad.data)
                set_data(parameter, new)

    def _check_settings(self) -> None:
        """ValueError or TypeError for a setting that is out of range."""
        at_least_zero(type(self).__name__, lr=self.lr)

    def updated(self, place: int, data: Array, gradient: Array) -> Array:
        """New numbers, in a new array, for the parameter at a place of the list."""
        raise NotImplementedError(f"{type(self).__name__} expects a method updated of its own.")

    def zero_grad(self) -> None:
        """Forget all gradients; without it, the next backward adds to them.

        >>> w = Tensor([1.0], requires_grad=True)
        >>> (w * 3).sum().backward()
        >>> SGD([w]).zero_grad()
        >>> w.grad is None
        True
        """
        for parameter in self.params:
            set_gradient(parameter, None)


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

    def updated(self, place: int, data: Array, gradient: Array) -> Array:
        """One step of the formula above."""
        if self.weight_decay:
            gradient = gradient + data * float(self.weight_decay)
        if self.momentum:
            gradient = self._with_momentum(place, gradient)
        new = gradient * -float(self.lr)
        new += data
        return new

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
        self._steps = [0] * len(self.params)
        self._sums: dict[int, tuple[Array, Array, float, float]] = {}

    def _check_settings(self) -> None:
        """ValueError or TypeError for a setting that is out of range, or no number."""
        name = type(self).__name__
        at_least_zero(name, lr=self.lr, eps=self.eps, weight_decay=self.weight_decay)
        check_betas(name, self.betas)

    def updated(self, place: int, data: Array, gradient: Array) -> Array:
        """One step, with the decay as part of the gradient."""
        if self.weight_decay:
            gradient = gradient + data * float(self.weight_decay)
        new = self._change(place, gradient)
        new += data
        return new

    def _change(self, place: int, gradient: Array) -> Array:
        """What to add to a parameter.

        The running means are kept as sums, without the factors 1 - beta, which move into two
        numbers: that saves three passes over the arrays. Where betas change from step to step,
        those factors do, and the sums with them.
        """
        beta1, beta2 = map(float, self.betas)
        self._steps[place] += 1
        steps = self._steps[place]
        first, second, last1, last2 = self._sums.get(place, (None, None, beta1, beta2))
        if first is None or second is None:
            first, second = np.zeros_like(gradient), np.zeros_like(gradient)
        elif first.dtype is not gradient.dtype:  # Module.to came in between
            first, second = first.astype(gradient.dtype), second.astype(gradient.dtype)
        self._sums[place] = first, second, beta1, beta2
        keep1 = beta1 * ((1 - last1) / (1 - beta1))
        keep2 = beta2 * ((1 - last2) / (1 - beta2))
        scale1 = (1 - beta1) / (1 - beta1**steps)
        scale2 = math.sqrt((1 - beta2) / (1 - beta2**steps))
        eps = float(self.eps) / scale2
        rate = -float(self.lr) * scale1 / scale2

        def work(change: Array, first: Array, second: Array, gradient: Array) -> None:
            first *= keep1
            first += gradient
            second *= keep2
            np.square(gradient, out=change)
            second += change
            np.sqrt(second, out=change)
            change += eps
            np.divide(first, change, out=change)
            change *= rate

        return in_halves(work, np.empty_like(gradient), first, second, gradient)


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

    def updated(self, place: int, data: Array, gradient: Array) -> Array:
        """One step, with the decay of its own."""
        new = self._change(place, gradient)
        new += data * (1 - float(self.lr) * float(self.weight_decay))
        return new
