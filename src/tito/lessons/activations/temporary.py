"""Until the families stand in tito.lesson."""
from contextlib import suppress
from typing import Any
import numpy as np
from tinytorch.core.tensor import Tensor
from tito.engine.observe import thing_words


def numbers(value: Any) -> Any:
    if isinstance(value, Tensor):
        value = value.data
    return np.asarray(value, dtype=np.float32) if isinstance(value, np.ndarray) else value


def kind(value: Any) -> str:
    if isinstance(value, Tensor):
        return "a Tensor"
    if value is None:
        return "None"
    for base in (list, tuple):
        if isinstance(value, base):
            return f"a {base.__name__}"
    return thing_words(value)


def pull_back(t, output: Any) -> None:
    if isinstance(output, Tensor) and output.requires_grad:
        sent = t.given("gradient of the output", t.values(*output.shape))
        with suppress(RuntimeError):
            output.backward(sent)


def gradient(tensor: Any, shape) -> Any:
    arrived: Any = getattr(tensor, "grad", None)
    array: Any = arrived.data if isinstance(arrived, Tensor) else arrived
    return np.asarray(array, np.float32) if isinstance(array, np.ndarray) else array
