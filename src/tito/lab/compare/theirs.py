"""PyTorch's side, and our hold on its process: PyTorch is imported there alone."""

from __future__ import annotations

import copy
import importlib
import os
import platform
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np

from tito.engine import seam
from tito.engine.process import Worker
from tito.lab.compare.recipe import EPSILON, Array, Arrays, Plain, name_in
from tito.lab.compare.sides import Library, Taken, take_times, train

#: Where PyTorch's builds without a graphics card are: 200 MB in place of gigabytes.
CPU_BUILDS = "https://download.pytorch.org/whl/cpu"
_IMPORT_S, _ANSWER_S = 120.0, 300.0


class TorchFailed(Exception):
    """PyTorch cannot be had here, or did not answer; the message says why, and what to do."""


class TorchProcess:
    """A process that has PyTorch, from the start of a ``with`` block to its end."""

    def __init__(self, threads: int) -> None:
        """Start it; it imports PyTorch while we go on."""
        try:
            self.worker = Worker(os.urandom(16).hex(), module=__name__, threads=threads)
        except OSError as error:
            raise TorchFailed(
                "PyTorch runs in a process of its own, and the system refuses to start one. "
                "Close other programs and try again."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.worker.end()

    def version(self) -> str:
        """Which PyTorch it is. TorchFailed where there is none, or it cannot be imported."""
        why = f"its import took more than {_IMPORT_S:g} s"
        try:
            match self.worker.receive(time.monotonic() + _IMPORT_S):
                case {"is": "ready", "version": str(version)}:
                    return version
                case {"is": "missing"}:
                    raise TorchFailed(
                        "PyTorch is not installed, and this compares with it. The build for "
                        f"processors alone is the small one; this gets it:{_install()}"
                    )
                case {"is": "broken", "text": str(text)}:
                    why = text
                case _:
                    why = "importing it ended the process"
        except TimeoutError:
            pass
        raise TorchFailed(
            f"PyTorch is installed, and it cannot be used: {why}\nTo install it anew, in the small "
            f"build:{_install(' --force-reinstall')}"
        )

    def ask(self, do: str, **arguments: Any) -> Any:
        """What one of the functions below answers. TorchFailed where it does not."""
        self.worker.send({"do": do, **arguments})
        try:
            answer = self.worker.receive(time.monotonic() + _ANSWER_S)
        except TimeoutError:
            raise TorchFailed(f"PyTorch did not answer within {_ANSWER_S:g} s.") from None
        if answer is None or answer["is"] == "corrupt":
            raise TorchFailed(
                "PyTorch's process ended before it answered; most often memory has run out. "
                "Try a smaller network or batch."
            )
        if answer["is"] == "failed":
            raise TorchFailed(answer["text"])
        return answer["result"]


def _install(more: str = "") -> str:
    """What to type for the small build, into this very Python."""
    line = f"{shlex.quote(sys.executable)} -m pip install torch --index-url {CPU_BUILDS}{more}"
    return f"\n\n    {line}\n\nThis Python is {platform.python_version()}, at {sys.executable}"


def main() -> None:
    """In its process: say which PyTorch this is, or why there is none, and answer questions."""
    seam.stand_guard()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(**message: Any) -> None:
        answers.write(seam.encode(message))
        answers.flush()

    try:
        torch = _load()
        torch.nn.Linear(1, 1)(torch.zeros(1, 1))
        say(**{"is": "ready"}, version=str(torch.__version__))
    except BaseException as error:  # what an installation that is cut in half raises is anything
        missing = isinstance(error, ModuleNotFoundError) and error.name == "torch"
        text = f"{type(error).__name__}: {error}"[:500]
        say(**{"is": "missing" if missing else "broken"}, text=text)
        os._exit(0)
    work = {"calculate": calculate, "measure": measure}
    while (question := seam.read(sys.stdin.buffer)) is not None:
        do = work[question.pop("do")]
        try:
            say(**{"is": "done"}, result=do(**question))
        except Exception as error:
            text = f"PyTorch failed: {type(error).__name__}: {error}"[:500]
            say(**{"is": "failed"}, text=text)
    os._exit(0)


def _load() -> Any:
    return importlib.import_module("torch")


def _library(torch: Any) -> Library:
    return Library(
        torch.as_tensor,
        torch.no_grad,
        {"sgd": torch.optim.SGD, "adam": torch.optim.Adam},
        {"cross-entropy": torch.nn.CrossEntropyLoss(), "squared error": torch.nn.MSELoss()},
    )


def _layer(torch: Any, part: Plain) -> Any:
    """The same layer of PyTorch's."""
    settings = part["settings"]
    if "in" in settings:
        return torch.nn.Linear(settings["in"], settings["out"], bias=settings["bias"])
    return getattr(torch.nn, part["kind"])(**settings)


def measure(
    parts: list[Plain],
    shape: list[int],
    batches: list[int],
    loss: str,
    optimizer: str,
    threads: int,
) -> Taken:
    """Seconds a run, a number for each batch; under "others" the share of other programs."""
    torch = _load()
    torch.set_num_threads(threads)
    model = torch.nn.Sequential(*(_layer(torch, part) for part in parts))
    infer, parameters = copy.deepcopy(model).eval(), list(model.parameters())
    return take_times(_library(torch), model, infer, parameters, shape, batches, loss, optimizer)


def calculate(given: str, to: Sequence[str], parts: list[Plain], loss: str, optimizer: str) -> None:
    """Read what our side was given; write what PyTorch makes of it, and twice more in 64 bits.

    Those two start from weights and inputs that are changed by up to half of float32's last
    digit: what they differ by is what rounding does.
    """
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.dirname(given)  # nothing stays behind
    torch = _load()
    torch.set_num_threads(1)  # nobody times this, and on a busy machine two are slower than one
    with np.load(given, allow_pickle=False) as held:
        arrays = dict(held)
    for number, path in enumerate(to):
        random = np.random.default_rng(number) if number else None
        found = Run(torch, arrays, parts, random).all(loss, optimizer)
        np.savez(path, allow_pickle=False, **dict(found))


class _Given:
    """A Dropout that drops what it is told to; PyTorch's own arithmetic does the rest."""

    def __init__(self, p: float) -> None:
        self.scale = 0.0 if p == 1 else 1 / (1 - p)
        self.kept: Any = None

    def __call__(self, x: Any) -> Any:
        """Drop, and scale what stays by 1 / (1 - p), as PyTorch's Dropout does."""
        return x * self.kept * self.scale


class Run:
    """One pass through all of it, in float32, or in float64 where ``random`` nudges the digits.

    Weights and their gradients go and come as ours lie, (in, out).
    """

    def __init__(
        self, torch: Any, arrays: Arrays, parts: list[Plain], random: np.random.Generator | None
    ) -> None:
        self.torch, self.arrays, self.parts, self.random = torch, arrays, parts, random
        self.dtype = torch.float32 if random is None else torch.float64
        self.named: dict[str, Any] = {}
        self.functions = [self._function(part) for part in parts]

    def all(self, loss: str, optimizer: str) -> Iterator[tuple[str, Array]]:
        """Each layer by itself, then the network as a whole, then trained."""
        for place in range(len(self.parts)):
            yield from self._alone(place)
        library, found = _library(self.torch), Arrays()
        pairs = zip(self.arrays["x"], self.arrays["y"], strict=True)
        batches = [(self._tensor(x), self._tensor(y)) for x, y in pairs]
        with self.torch.no_grad():
            yield "inference", _array(self._forward(batches[0][0], None))

        def first(output: Any) -> None:
            found["output"] = _array(output)
            for name, parameter in self.named.items():
                found[f"gradient/{name}"] = _array(parameter.grad, name)

        changes = library.optimizer(optimizer, list(self.named.values()))
        steps = len(self.arrays["losses"])
        losses = train(self._forward, library.losses[loss], changes, batches, steps, first)
        yield from found.items()
        yield "losses", np.array(losses)
        yield from ((f"after/{name}", _array(tensor, name)) for name, tensor in self.named.items())

    def _function(self, part: Plain) -> Any:
        """PyTorch's layer with our weights; where ours drops, one that drops the same."""
        if part["kind"] == "Dropout":
            return _Given(part["settings"]["p"])
        layer = _layer(self.torch, part).to(self.dtype)
        for key, parameter in layer.named_parameters():
            name = name_in(part, key)
            start = self.arrays[f"start/{name}"]
            with self.torch.no_grad():
                parameter.copy_(self._tensor(start).T if key == "weight" else self._tensor(start))
            self.named[name] = parameter
        return layer

    def _tensor(self, array: Array) -> Any:
        """An array as a tensor; numbers change by up to half their last digit in a run with it."""
        if array.dtype.kind != "f":
            return self.torch.as_tensor(array)
        if self.random is not None:
            nudge = self.random.uniform(-EPSILON / 2, EPSILON / 2, array.shape)
            array = array.astype(np.float64) * (1 + nudge)
        return self.torch.tensor(np.ascontiguousarray(array), dtype=self.dtype)

    def _alone(self, place: int) -> Iterator[tuple[str, Array]]:
        function, key = self.functions[place], f"layer/{place}"
        x = self._tensor(self.arrays[f"{key}/x"]).requires_grad_()
        leaves = {"input": x}
        if isinstance(function, _Given):
            function.kept = self._kept(self.arrays[f"{key}/kept"], x)
            yield f"{key}/inference", _array(x)
        else:
            leaves |= dict(function.named_parameters())
        y = function(x)
        yield f"{key}/y", _array(y)
        slope = self._tensor(self.arrays[f"{key}/slope"])
        gradients = self.torch.autograd.grad(y, list(leaves.values()), slope)
        for name, gradient in zip(leaves, gradients, strict=True):
            yield f"{key}/gradient of {name}", _array(gradient, name)

    def _kept(self, packed: Array, x: Any) -> Any:
        bits = np.unpackbits(packed, count=x.numel()).reshape(tuple(x.shape))
        return self.torch.tensor(bits, dtype=self.dtype)

    def _forward(self, x: Any, step: int | None) -> Any:
        """Through all layers; with the masks of that step, or without any at inference."""
        number = 0
        for function in self.functions:
            if isinstance(function, _Given):
                if step is None:
                    continue
                function.kept = self._kept(self.arrays[f"kept/{number}"][step], x)
                number += 1
            x = function(x)
        return x


def _array(tensor: Any, name: str = "") -> Array:
    array = tensor.detach().numpy()
    return (array.T if name.endswith("weight") else array).copy()
