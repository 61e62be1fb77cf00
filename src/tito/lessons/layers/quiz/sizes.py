"""The layers that the questions are about, and what their sizes come to."""

from __future__ import annotations

from tinytorch import Linear, Tensor

BATCH = 32
FIRST, DOUBLED = Linear(784, 256), Linear(784, 512)
NETWORK = (FIRST, Linear(256, 128), Linear(128, 10))
WIDTHS = (FIRST.in_features, *(layer.out_features for layer in NETWORK))


def count(*tensors: Tensor | None) -> int:
    """How many numbers the tensors hold."""
    return sum(tensor.size for tensor in tensors if tensor is not None)


def in_bytes(numbers: int, each: int = FIRST.weight.dtype.itemsize) -> int:
    """How many bytes so many numbers take, of 32 bits unless it is said otherwise."""
    return numbers * each


def parameters(*layers: Linear) -> int:
    """How many parameters the layers have together."""
    return count(*(tensor for layer in layers for tensor in layer.parameters()))


def weights(*layers: Linear) -> int:
    """How many of them are weights."""
    return count(*(layer.weight for layer in layers))
