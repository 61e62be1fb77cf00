"""Data to train on: digits that come along, MNIST, and any file in MNIST's form."""

from tinytorch.data.digits import HOLD_OUT_EVERY, Digits, digits
from tinytorch.data.download import fetch_mnist
from tinytorch.data.idx import DataError, read_idx
from tinytorch.data.mnist import mnist

__all__ = [
    "HOLD_OUT_EVERY",
    "DataError",
    "Digits",
    "digits",
    "fetch_mnist",
    "mnist",
    "read_idx",
]
