"""PyTorch's side, and our hold on its process: PyTorch is imported there alone."""

from __future__ import annotations

import copy
import functools
import importlib
import os
import platform
import shlex
import sys
import time
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from tito.engine import seam
from tito.engine.process import Worker
from tito.lab.compare import sides
from tito.lab.compare.recipe import Array, Arrays, Recipe, Spec, read
from tito.lab.compare.verdict import EPSILON

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
        answer = self._answer(_IMPORT_S, "importing it ended the process")
        if "version" in answer:
            return answer["version"]
        why = f"PyTorch is installed, and it cannot be used: {answer['why']}"
        if answer.get("missing"):
            why = "PyTorch is not installed, and this compares with it."
        raise TorchFailed(
            f"{why}\nThe build for processors alone is the small one; this gets it:\n\n"
            f"    {shlex.quote(sys.executable)} -m pip install torch --index-url {CPU_BUILDS}"
            f"{'' if answer.get('missing') else ' --force-reinstall'}\n\n"
            f"This Python is {platform.python_version()}, at {sys.executable}"
        )

    def ask(self, do: str, **arguments: Any) -> Any:
        """What one of the functions below answers. TorchFailed where it does not."""
        self.worker.send({"do": do, **arguments})
        answer = self._answer(
            _ANSWER_S,
            "PyTorch's process ended before it answered; most often memory has run out. Try a "
            "smaller network or batch.",
        )
        if "result" not in answer:
            raise TorchFailed(answer["why"])
        return answer["result"]

    def _answer(self, patience_s: float, ended: str) -> dict[str, Any]:
        """What it says next; "why" where that is nothing."""
        try:
            return self.worker.receive(time.monotonic() + patience_s) or {"why": ended}
        except TimeoutError:
            return {"why": f"PyTorch did not answer within {patience_s:g} s."}


def main() -> None:
    """In its process: say which PyTorch this is, or why there is none, and answer questions."""
    seam.stand_guard()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(**message: Any) -> None:
        answers.write(seam.encode({"is": "answer", **message}))
        answers.flush()

    try:
        torch = _load()
        torch.nn.Linear(1, 1)(torch.zeros(1, 1))
        say(version=str(torch.__version__))
    except BaseException as error:  # what an installation that is cut in half raises is anything
        missing = isinstance(error, ModuleNotFoundError) and error.name == "torch"
        say(missing=missing, why=f"{type(error).__name__}: {error}"[:500])
        os._exit(0)
    work = {"calculate": calculate, "measure": measure}
    while (question := seam.read(sys.stdin.buffer)) is not None:
        do, recipe = work[question.pop("do")], Recipe.from_dict(question.pop("plain"))
        try:
            say(result=do(recipe, **question))
        except Exception as error:
            say(why=f"PyTorch failed: {type(error).__name__}: {error}"[:500])
    os._exit(0)


def _load() -> Any:
    return importlib.import_module("torch")


def _layer(torch: Any, spec: Spec) -> Any:
    """The same layer of PyTorch's."""
    return getattr(torch.nn, spec[0])(*spec[1:])


def measure(recipe: Recipe) -> sides.Taken:
    """Seconds a run, a number for each batch; under "others" the share of other programs."""
    torch = _load()
    torch.set_num_threads(recipe.threads)
    model = torch.nn.Sequential(*(_layer(torch, spec) for spec in recipe.specs))
    infer, listed = copy.deepcopy(model).eval(), list(model.parameters())
    return sides.measure(_side(torch, torch.as_tensor, model, infer, listed), recipe)


def calculate(recipe: Recipe, given: str, to: Sequence[str]) -> None:
    """Read what our side was given; write what PyTorch makes of it, and once more in 64 bits.

    Then it starts from weights and inputs that are changed by up to half of float32's last digit:
    by what the two differ is what rounding does.
    """
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.dirname(given)  # nothing stays behind
    torch = _load()
    torch.set_num_threads(1)  # nobody times this, and on a busy machine two are slower than one
    arrays = read(given)
    for exact, path in enumerate(to):
        side = _with_weights(torch, recipe, arrays, bool(exact))
        inferred = dict(sides.infer(side, arrays))
        found = dict(sides.train(side, arrays, recipe))
        np.savez(path, allow_pickle=False, **inferred, **found)


def _with_weights(torch: Any, recipe: Recipe, arrays: Arrays, exact: bool) -> sides.Side:
    """PyTorch's layers with our weights; where ours drops, one that drops the same.

    ``exact`` is in 64 bits, with nudged digits.
    """
    dtype, random = (torch.float64 if exact else torch.float32), np.random.default_rng(1)

    def tensor(array: Array, learns: bool = False) -> Any:
        if array.dtype.kind != "f":
            return torch.as_tensor(array)
        if exact:
            array = array * (1 + random.uniform(-EPSILON / 2, EPSILON / 2, array.shape))
        made = torch.tensor(np.ascontiguousarray(array), dtype=dtype)
        return made.requires_grad_() if learns else made

    layers: list[Any] = []
    tensors: dict[tuple[int, str], Any] = {}
    for place, spec in enumerate(recipe.specs):
        if place in recipe.dropouts:
            layers.append(_dropping(torch, spec[1], arrays[f"{place}/kept"]))
            continue
        layers.append(_layer(torch, spec).to(dtype))
        for name, parameter in layers[-1].named_parameters():
            start = arrays[f"start/{place}.{name}"]
            with torch.no_grad():
                parameter.copy_(tensor(start.T))
            tensors[place, name] = parameter
    staying = [layer for place, layer in enumerate(layers) if place not in recipe.dropouts]
    model, infer = (functools.partial(_chain, each) for each in (layers, staying))
    side = _side(torch, tensor, model, infer, list(tensors.values()))
    side.layers, side.tensors = layers, tensors
    side.dropouts = dict.fromkeys(recipe.dropouts, lambda x: x)
    return side


def _side(torch: Any, tensor: Any, model: Any, infer: Any, listed: list[Any]) -> sides.Side:
    return sides.Side(tensor, _array, torch.no_grad, torch.optim, torch.nn, model, infer, listed)


def _chain(layers: Sequence[Any], x: Any) -> Any:
    return functools.reduce(lambda given, layer: layer(given), layers, x)


def _dropping(torch: Any, p: float, kept: Array) -> Any:
    """A Dropout that drops, call by call, what ours did; PyTorch's own arithmetic does the rest."""
    masks, scale = iter(kept), 0.0 if p == 1 else 1 / (1 - p)

    def drop(x: Any) -> Any:
        bits = np.unpackbits(next(masks), count=x.numel()).reshape(tuple(x.shape))
        return x * torch.tensor(bits, dtype=x.dtype) * scale

    return drop


def _array(tensor: Any, name: str = "") -> Array:
    array = tensor.detach().numpy()
    return (array.T if name == "weight" else array).copy()
