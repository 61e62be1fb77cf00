"""The handwritten digits that come with the framework: nothing is downloaded."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["HOLD_OUT_EVERY", "Digits", "digits"]

#: Image number i of the file is held out where i % HOLD_OUT_EVERY == 0.
HOLD_OUT_EVERY = 5


class Digits(NamedTuple):
    """Images and labels, in a part to train on and a part held out for measuring.

    Images are float32 of shape (n, pixels), row by row, 0.0 paper and 1.0 ink: 64 pixels from
    `digits`, 784 from `mnist`. Labels are int64 of shape (n,), the digits 0 to 9.

    >>> digits()._fields
    ('train_images', 'train_labels', 'held_out_images', 'held_out_labels')
    """

    train_images: NDArray[np.float32]
    train_labels: NDArray[np.int64]
    held_out_images: NDArray[np.float32]
    held_out_labels: NDArray[np.int64]


def digits() -> Digits:
    """Return 1,797 handwritten digits: 1,437 to train on and 360 held out.

    The split is fixed: counting from 0 in the order of the file, every fifth image (0, 5, 10, ...)
    is held out. The same 13 people wrote both parts, so the held-out part measures new images by
    known hands, not the hands of strangers. Each call returns fresh arrays, yours to change.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository (1998), https://doi.org/10.24432/C50P49, licence CC BY 4.0. DIGITS.txt in
    this folder says what was changed.

    >>> data = digits()
    >>> data.train_images.shape, data.held_out_images.shape
    ((1437, 64), (360, 64))
    >>> data.held_out_labels[:6].tolist()
    [0, 5, 0, 5, 0, 5]
    """
    pixels, labels = _stored()
    images = pixels.reshape(-1, 64).astype(np.float32) / np.float32(16)
    held_out = np.arange(len(labels)) % HOLD_OUT_EVERY == 0
    labels = labels.astype(np.int64)
    return Digits(images[~held_out], labels[~held_out], images[held_out], labels[held_out])


@cache
def _stored() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    with files("tinytorch.data").joinpath("digits.npz").open("rb") as file, np.load(file) as stored:
        return stored["images"], stored["labels"]
