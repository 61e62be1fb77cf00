"""The limit: the same formulas in NumPy by hand, every array allocated beforehand and reused.

No graph, no tensors, no checks; parameters and gradients lie in one flat array each, and change
in place. Threads are BLAS's own. This is what NumPy can do, not how one would want to write.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from benchmarks import inputs
from benchmarks.inputs import Floats
from benchmarks.sides import Job
from benchmarks.sides.limit_functions import FORWARD, CrossEntropy, Dropout, Function, ReLU
from benchmarks.workloads import LEARNING_RATE, Work

VERSION = f"NumPy {np.__version__}"


class Linear:
    """y = xW + b, with the weights and the bias in a part of the flat parameters."""

    def __init__(
        self, batch: int, parts: tuple[Floats, ...], gradients: tuple[Floats, ...]
    ) -> None:
        self.weight, self.bias = parts
        self.weight_gradient, self.bias_gradient = gradients
        self.output = np.empty((batch, len(self.bias)), np.float32)
        self.ones = np.ones(batch, np.float32)

    def forward(self, x: Floats) -> Floats:
        """The outputs."""
        x.dot(self.weight, self.output)  # quicker to begin than np.matmul
        return np.add(self.output, self.bias, out=self.output)

    def backward(self, x: Floats, g: Floats) -> None:
        """The gradients of weights and bias."""
        x.T.dot(g, self.weight_gradient)
        self.ones.dot(g, self.bias_gradient)


class Network:
    """Linear layers with a ReLU between each two."""

    def __init__(self, sizes: tuple[int, ...], batch: int) -> None:
        starts = [part for pair in inputs.weights(sizes) for part in pair]
        self.parameters = np.concatenate([part.ravel() for part in starts])
        self.gradients = np.empty_like(self.parameters)
        self.parts, gradients = _parts(self.parameters, starts), _parts(self.gradients, starts)
        self.layers = [
            Linear(batch, tuple(self.parts[i : i + 2]), tuple(gradients[i : i + 2]))
            for i in range(0, len(starts), 2)
        ]
        self.relus = [ReLU((batch, size)) for size in sizes[1:-1]]
        self.inner_gradients = [np.empty((batch, size), np.float32) for size in sizes[1:-1]]
        self.inputs: list[Floats] = [np.empty(0, np.float32)] * len(self.layers)

    def forward(self, x: Floats) -> Floats:
        """The logits; what each layer was given is kept for `backward`."""
        for place, layer in enumerate(self.layers):
            self.inputs[place] = x
            x = layer.forward(x)
            if place < len(self.relus):
                x = self.relus[place].forward(x)
        return x

    def backward(self, g: Floats) -> None:
        """All gradients, from that of the logits."""
        for place in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[place]
            layer.backward(self.inputs[place], g)
            if place:
                g = g.dot(layer.weight.T, self.inner_gradients[place - 1])
                g = self.relus[place - 1].backward(g)


def _parts(flat: Floats, like: list[Floats]) -> list[Floats]:
    """Pieces of a flat array in the shapes of others."""
    ends = np.cumsum([part.size for part in like])
    pieces = np.split(flat, ends[:-1])
    return [piece.reshape(part.shape) for piece, part in zip(pieces, like, strict=True)]


class SGD:
    """w = w - lr g."""

    def __init__(self, network: Network, lr: float) -> None:
        self.data, self.gradients, self.lr = network.parameters, network.gradients, lr

    def step(self) -> None:
        """Two passes over the numbers."""
        np.multiply(self.gradients, -self.lr, out=self.gradients)
        np.add(self.data, self.gradients, out=self.data)


class Adam:
    """Adam on moment sums without the factors 1 - beta, as TinyTorch has it: ten passes."""

    def __init__(self, network: Network, lr: float) -> None:
        self.data, self.gradients, self.lr = network.parameters, network.gradients, lr
        self.first, self.second = np.zeros_like(self.data), np.zeros_like(self.data)
        self.change, self.steps = np.empty_like(self.data), 0

    def step(self) -> None:
        """One step, with PyTorch's usual betas and eps."""
        beta1, beta2, eps, change = 0.9, 0.999, 1e-8, self.change
        self.steps += 1
        np.multiply(self.first, beta1, out=self.first)
        np.add(self.first, self.gradients, out=self.first)
        np.multiply(self.second, beta2, out=self.second)
        np.multiply(self.gradients, self.gradients, out=change)
        np.add(self.second, change, out=self.second)
        scale1 = (1 - beta1) / (1 - beta1**self.steps)
        scale2 = math.sqrt((1 - beta2) / (1 - beta2**self.steps))
        np.sqrt(self.second, out=change)
        np.add(change, eps / scale2, out=change)
        np.divide(self.first, change, out=change)
        np.multiply(change, -self.lr * scale1 / scale2, out=change)
        np.add(self.data, change, out=self.data)


OPTIMIZERS: dict[str, type[SGD | Adam]] = {"SGD": SGD, "Adam": Adam}


def forward(work: Work) -> Job:
    """The network's outputs."""
    network, x = Network(work.sizes, work.batch), _examples(work.batch, work.sizes[0])
    return Job(lambda: network.forward(x), lambda: [network.forward(x).copy()])


def step(work: Work) -> Job:
    """One step of training: forward, cross-entropy, backward, update."""
    network, x = Network(work.sizes, work.batch), _examples(work.batch, work.sizes[0])
    loss = CrossEntropy((work.batch, work.sizes[-1]))
    optimizer = OPTIMIZERS[work.name](network, LEARNING_RATE[work.name])

    def run() -> None:
        loss.forward(network.forward(x))
        network.backward(loss.backward())
        optimizer.step()

    return Job(run, lambda: list(network.parts))


def dropout(work: Work) -> Job:
    """A mask at p = 0.5, and its product with the input."""
    layer, x = Dropout(work.sizes), _examples(*work.sizes)
    return Job(lambda: layer.forward(x), lambda: [layer.forward(x).copy()])


def forward_of(work: Work) -> Job:
    """An activation or loss."""
    function, x = FORWARD[work.name](work.sizes), _examples(*work.sizes)
    return Job(lambda: function.forward(x), lambda: [np.array(function.forward(x))])


def forward_and_backward_of(work: Work) -> Job:
    """An activation or loss, and the gradient of its input."""
    function: Function = FORWARD[work.name](work.sizes)
    x, g = _examples(*work.sizes), _examples(*work.sizes, seed=4)

    def run() -> Floats:
        function.forward(x)
        return function.backward(g)

    return Job(run, lambda: [run().copy()])


def _examples(rows: int, columns: int, seed: int = 2) -> Floats:
    return inputs.examples(rows, columns, seed).copy()


KINDS: dict[str, Callable[[Work], Job]] = {
    "forward": forward,
    "step": step,
    "dropout": dropout,
    "forward of": forward_of,
    "forward and backward of": forward_and_backward_of,
}
