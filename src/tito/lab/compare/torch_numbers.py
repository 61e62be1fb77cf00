"""What PyTorch makes of the same weights, inputs and masks: forward, gradients and training."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tito.lab.compare import exchange
from tito.lab.compare.parts import Plain
from tito.lab.compare.recipe import EPSILON, LEARNING_RATES
from tito.lab.compare.torch_network import Given, load, network


def calculate(given: str, to: Sequence[str], parts: list[Plain], loss: str, optimizer: str) -> None:
    """Read what our side was given; write what PyTorch makes of it, and twice more in 64 bits.

    Those two start from weights and inputs that are changed by up to half of float32's last
    digit: what they differ by is what rounding does.
    """
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.dirname(given)  # nothing stays behind
    torch = load()
    torch.set_num_threads(1)  # nobody times this, and on a busy machine two are slower than one
    arrays = exchange.read(given)
    for number, path in enumerate(to):
        random = np.random.default_rng(number) if number else None
        run = Run(torch, arrays, parts, loss, optimizer, random)
        exchange.write(path, run.all())


class Run:
    """One pass through all of it, in float32, or in float64 where ``random`` nudges the digits."""

    def __init__(
        self,
        torch: Any,
        arrays: exchange.Arrays,
        parts: list[Plain],
        loss: str,
        optimizer: str,
        random: np.random.Generator | None,
    ) -> None:
        self.torch, self.arrays, self.parts = torch, arrays, parts
        self.loss, self.optimizer, self.random = loss, optimizer, random
        self.dtype = torch.float32 if random is None else torch.float64
        self.functions = list(self._functions())

    def all(self) -> exchange.Arrays:
        """Each layer by itself, then the network as a whole, then trained."""
        found: exchange.Arrays = {}
        for place in range(len(self.parts)):
            found.update(self._alone(place))
        found.update(self._whole())
        return found

    def tensor(self, array: NDArray[Any]) -> Any:
        """An array as a tensor; numbers are nudged if this is a run that does so."""
        if array.dtype.kind != "f":
            return self.torch.as_tensor(array)
        return self.torch.tensor(np.ascontiguousarray(self.nudged(array)), dtype=self.dtype)

    def nudged(self, array: NDArray[Any]) -> NDArray[Any]:
        """The numbers changed by up to half their last digit, if this is a run that does so."""
        if self.random is None:
            return array
        nudge = self.random.uniform(-EPSILON / 2, EPSILON / 2, array.shape)
        return array.astype(np.float64) * (1 + nudge)

    def _functions(self) -> Iterator[Any]:
        """PyTorch's layers with our weights; where ours drop, one that drops the same."""
        start = {
            name.removeprefix("start/"): self.nudged(array)
            for name, array in self.arrays.items()
            if name.startswith("start/")
        }
        dtype = np.float32 if self.random is None else np.float64
        for part, module in zip(self.parts, network(self.parts, start, dtype), strict=True):
            drops = part["kind"] == "Dropout"
            yield Given(self.torch, part["settings"]["p"]) if drops else module

    def _alone(self, place: int) -> Iterator[tuple[str, NDArray[Any]]]:
        function, key = self.functions[place], f"layer/{place}"
        x = self.tensor(self.arrays[f"{key}/x"]).requires_grad_()
        if isinstance(function, Given):
            function.kept = self._kept(self.arrays[f"{key}/kept"], x.shape)
            yield f"{key}/inference", _array(function(x, training=False))
            y, leaves = function(x, training=True), {"input": x}
        else:
            y, leaves = function(x), {"input": x, **dict(function.named_parameters())}
        yield f"{key}/y", _array(y)
        slope = self.tensor(self.arrays[f"{key}/slope"])
        gradients = self.torch.autograd.grad(y, list(leaves.values()), slope)
        for name, gradient in zip(leaves, gradients, strict=True):
            yield f"{key}/gradient of {name}", _array(gradient)

    def _kept(self, packed: NDArray[Any], shape: Any) -> Any:
        sizes: tuple[int, ...] = tuple(shape)
        bits = np.unpackbits(packed, count=prod(sizes)).reshape(sizes)
        return self.torch.tensor(bits, dtype=self.dtype)

    def _forward(self, x: Any, step: int | None) -> Any:
        """Through all layers; with the masks of that step, or without any at inference."""
        number = 0
        for function in self.functions:
            if not isinstance(function, Given):
                x = function(x)
                continue
            if step is not None:
                function.kept = self._kept(self.arrays[f"kept/{number}"][step], x.shape)
            x, number = function(x, training=step is not None), number + 1
        return x

    def _whole(self) -> Iterator[tuple[str, NDArray[Any]]]:
        torch, functional = self.torch, self.torch.nn.functional
        batches = [self.tensor(x) for x in self.arrays["x"]]
        targets = [self.tensor(y) for y in self.arrays["y"]]
        with torch.no_grad():
            yield "inference", _array(self._forward(batches[0], None))
        named = dict(self._named())
        kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[self.optimizer]
        changes = kind(list(named.values()), lr=LEARNING_RATES[self.optimizer]) if named else None
        measure = functional.cross_entropy if self.loss == "cross-entropy" else functional.mse_loss
        losses: list[float] = []
        for step in range(len(self.arrays["losses"])):
            output = self._forward(batches[step % len(batches)], step)
            value = measure(output, targets[step % len(batches)])
            if changes is not None:
                changes.zero_grad()
                value.backward()
            if step == 0:
                yield "output", _array(output)
                yield from ((f"gradient/{name}", _array(p.grad)) for name, p in named.items())
            if changes is not None:
                changes.step()
            losses.append(value.item())
        yield "losses", np.array(losses)
        yield from ((f"after/{name}", _array(parameter)) for name, parameter in named.items())

    def _named(self) -> Iterator[tuple[str, Any]]:
        """PyTorch's parameters, by the names that a state dict gives them."""
        for part, function in zip(self.parts, self.functions, strict=True):
            if not isinstance(function, Given):
                for key, parameter in function.named_parameters():
                    yield f"{part['path']}.{key}" if part["path"] else key, parameter


def _array(tensor: Any) -> NDArray[Any]:
    return tensor.detach().numpy().copy()
