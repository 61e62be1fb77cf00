"""Layers: the parts that a neural network is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

# For the exercises: np, Tensor, rng (random numbers, which manual_seed repeats) and masked (a mask
# times a tensor, for Dropout). The bases Module and Container bring what goes beyond the lesson.
# The other names are for checks and modes, as the library has them; you can do without them.
from tinytorch import rng
from tinytorch.core.given.container import Container
from tinytorch.core.given.module import (
    Module,
    check_input,
    check_sizes,
    each_once,
    follows_mode,
    number,
    overridable,
)
from tinytorch.core.given.special import masked
from tinytorch.core.tensor import Tensor

# The variance of Linear's weights, times in_features. (Before ReLU, He et al., 2015, take 2.0.)
XAVIER_SCALE_FACTOR = 1.0
# The probabilities at which Dropout drops nothing and everything.
DROPOUT_MIN_PROB = 0.0
DROPOUT_MAX_PROB = 1.0


class Layer(Module):
    """The base of all layers: a function of a tensor that may have parameters to learn.

    A subclass writes `forward`. `parameters()` comes with Module: it finds the tensors that have
    `requires_grad=True` in the layer's attributes; a layer without any has `[]`.
    """

    def __call__(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """Run `forward`, so that `layer(x)` means `layer.forward(x)`.

        All arguments go on to `forward`, and what it returns comes back.

        >>> class Double(Layer):
        ...     def forward(self, x):
        ...         return x * 2
        >>> Double()(Tensor([1.0, 2.0]))
        Tensor([2., 4.], shape=(2,), requires_grad=False)
        """
        return self.forward(x, *args, **kwargs)

    @overridable
    def forward(self, x: Tensor) -> Tensor:
        """Compute the layer's output. The base has none to compute, so it refuses.

        Raises NotImplementedError; its text names the class that the layer really has (a subclass
        that forgot its own), and says that this class has to write `forward`.

        >>> Layer().forward(Tensor([1.0]))  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        NotImplementedError: Layer expects a method forward of its own, but has none.
        """
        raise NotImplementedError(
            f"{type(self).__name__} expects a method forward of its own, but has none. Write "
            "forward(self, x) in that class; it returns the output tensor."
        )


class Linear(Layer):
    """A linear layer, also called fully connected: y = xW + b, with W and b to learn."""

    weight: Tensor
    bias: Any  # a Tensor, or None without a bias

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        """Make the weights and the bias.

        Keep `in_features` and `out_features` as attributes, and make two more, both tensors with
        `requires_grad=True`:

        - `weight`, shape (in_features, out_features): random, from the normal distribution with
          mean 0 and standard deviation sqrt(XAVIER_SCALE_FACTOR / in_features), so that the
          outputs are about as large as the inputs (LeCun et al., 1998).
        - `bias`, shape (out_features,): zeros. With `bias=False` it is None.

        Beyond the lesson: ValueError for a size that is not a positive whole number.

        >>> layer = Linear(3, 2)
        >>> layer.weight.shape, layer.bias.shape
        ((3, 2), (2,))
        >>> Linear(3, 2, bias=False).bias is None
        True
        """
        check_sizes(in_features=in_features, out_features=out_features)
        self.in_features = in_features
        self.out_features = out_features
        scale = (XAVIER_SCALE_FACTOR / in_features) ** 0.5
        weights = scale * rng.normal((in_features, out_features))
        self.weight = Tensor(weights, requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Compute y = xW + b.

        `x` has shape (..., in_features): one example, a batch of any size (also 0), or a batch
        of sequences. The result is a Tensor of shape (..., out_features). The matrix product
        raises ValueError if the last axis of `x` is not `in_features` long; beyond the lesson,
        TypeError if `x` is not a Tensor.

        >>> layer = Linear(2, 1)
        >>> layer.weight.data[...] = [[3.0], [4.0]]
        >>> layer.bias.data[...] = [5.0]
        >>> layer(Tensor([[1.0, 1.0], [0.0, 2.0]])).numpy()
        array([[12.],
               [13.]], dtype=float32)
        """
        check_input(self, x)
        output = x.matmul(self.weight)
        return output if self.bias is None else output + self.bias

    def parameters(self) -> list[Tensor]:
        """The tensors to learn: `[weight, bias]`, or `[weight]` without a bias.

        They are the layer's own tensors, not copies, since an optimizer is to change them.

        >>> sum(parameter.size for parameter in Linear(784, 256).parameters())
        200960
        """
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def __repr__(self) -> str:
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"Linear({sizes}, bias={self.bias is not None})"


class Dense(Linear):
    """Linear under its other name, with different first weights; the rest is Linear's."""

    def __init__(self, input_size: int, output_size: int, bias: bool = True) -> None:
        """Make the weights and the bias.

        As in Linear, but the attributes are called `input_size` and `output_size`, and the
        weights, of shape (input_size, output_size), are random and spread evenly from -limit
        to +limit, with limit = sqrt(6 / (input_size + output_size)) (Glorot, Bengio, 2010).

        >>> layer = Dense(input_size=3, output_size=2)
        >>> layer(Tensor([[1.0, 2.0, 3.0]])).shape
        (1, 2)
        """
        check_sizes(input_size=input_size, output_size=output_size)
        self.input_size = input_size
        self.output_size = output_size
        limit = (6 / (input_size + output_size)) ** 0.5
        weights = rng.uniform(-limit, limit, (input_size, output_size))
        self.weight = Tensor(weights, requires_grad=True)
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def __repr__(self) -> str:
        sizes = f"input_size={self.input_size}, output_size={self.output_size}"
        return f"Dense({sizes}, bias={self.bias is not None})"


class Dropout(Layer):
    """Zeroes numbers at random: a network must rely on none alone (Srivastava et al., 2014)."""

    def __init__(self, p: float = 0.5) -> None:
        """Keep `p`, the probability of zeroing a number, as an attribute.

        Raises ValueError if `p` is not from DROPOUT_MIN_PROB to DROPOUT_MAX_PROB (NaN is not).
        Beyond the lesson: TypeError if it is not a number.

        >>> Dropout(0.2).p
        0.2
        """
        if not DROPOUT_MIN_PROB <= number(self, p) <= DROPOUT_MAX_PROB:
            raise ValueError(
                f"Dropout expects a probability p from 0 to 1, got {p}. "
                "Use p=0.5 to zero half of the numbers."
            )
        self.p = p

    @follows_mode
    def forward(self, x: Tensor, training: bool | None = None) -> Tensor:
        """Drop while training, and return `x` itself otherwise. `x` has any shape.

        `training` is True or False in here: where a call leaves it out, `follows_mode` puts the
        layer's own mode in, which is training until `eval()` is called.

        - Training: each number is zeroed with probability p, separately, anew in each call; the
          others are multiplied by 1 / (1 - p), which keeps the expected value. Use operations of
          tensors, so gradients flow. Never change `x`. With p = 1 all are zero (mind the division).
        - Not training, or p = 0: the values come back unchanged.

        >>> x = Tensor([1.0, 2.0, 3.0])
        >>> Dropout(0.5)(x, training=False) is x
        True
        >>> set(Dropout(0.5)(Tensor(np.ones(100))).numpy().tolist()) == {0.0, 2.0}
        True
        """
        if not training or self.p == DROPOUT_MIN_PROB:
            return x
        if self.p == DROPOUT_MAX_PROB:
            return x * 0.0
        keep = 1.0 - self.p
        return masked(x, rng.bernoulli(keep, x.shape), scale=1.0 / keep)

    def parameters(self) -> list[Tensor]:
        """The empty list: there is nothing to learn.

        >>> Dropout(0.5).parameters()
        []
        """
        return []

    def __repr__(self) -> str:
        return f"Dropout(p={self.p})"


class Sequential(Container, Layer):
    """Layers one after the other: the output of each is the input of the next."""

    def __init__(self, *layers: Any) -> None:
        """Keep the layers in the list `self.layers`.

        They are given one by one, `Sequential(a, b)`, or as one list, `Sequential([a, b])`.
        Beyond the lesson: TypeError for what cannot be called, as `self.append` raises it.

        >>> len(Sequential(Linear(4, 3), Linear(3, 2)).layers)
        2
        """
        if len(layers) == 1 and type(layers[0]) in (list, tuple):
            layers = tuple(layers[0])
        self.layers = []
        for layer in layers:
            self.append(layer)

    def forward(self, x: Tensor, training: bool | None = None) -> Tensor:
        """Run `x` through all layers in order, and return the last output (or `x`, without any).

        `training`, where it is given, goes on to those layers that know it: a Dropout, a
        Sequential inside. `self.steps(training)` gives the layers as functions that hand it on
        (and that, beyond the lesson, say in an error which layer it came from).

        >>> model = Sequential(Linear(4, 3), Linear(3, 2))
        >>> model(Tensor(np.ones((5, 4)))).shape
        (5, 2)
        """
        for step in self.steps(training):
            x = step(x)
        return x

    def parameters(self) -> list[Tensor]:
        """The parameters of all layers in one list, in order.

        Beyond the lesson: `each_once` leaves out the parameters of a layer that is used twice;
        `with_own` adds those that a subclass keeps besides its layers.

        >>> model = Sequential(Linear(784, 256), Linear(256, 128), Linear(128, 10))
        >>> sum(parameter.size for parameter in model.parameters())
        235146
        """
        found: list[Tensor] = []
        for layer in self.layers:
            if hasattr(layer, "parameters"):  # a plain function has none
                found.extend(layer.parameters())
        return each_once(self.with_own(found))
