"""MNIST: 70,000 handwritten digits in four files, from a folder or downloaded once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.data.digits import Digits
from tinytorch.data.download import fetch_mnist
from tinytorch.data.idx import DataError, path_text, read_idx

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["mnist"]

SIDE, CLASSES = 28, 10
#: What 60,000 images take, many times over: no file of MNIST's form is larger.
MOST_BYTES = 1 << 30
PARTS = ("train", "t10k")
FORMS = {"images": "idx3-ubyte", "labels": "idx1-ubyte"}


def mnist(folder: str | os.PathLike[str] | None = None) -> Digits:
    """Return MNIST: 60,000 handwritten digits to train on, and 10,000 test images as held out.

    Images are float32 of shape (n, 784), the 28x28 pixels row by row, 0.0 paper and 1.0 ink;
    labels are int64 of shape (n,). They are read from the four files in ``folder``, packed with
    gzip or not: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
    t10k-labels-idx1-ubyte, also written train-images.idx3-ubyte and so on; other images of that
    form do as well, in any number. Without a folder, `fetch_mnist` downloads them once. The test
    images were written by people who wrote none of the others. Raises DataError, a ValueError,
    where a file is missing, damaged or of another form, or cannot be downloaded, and TypeError for
    what is no path.

    Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to
    document recognition, Proceedings of the IEEE 86 (1998).

    >>> import tempfile
    >>> head = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28]
    >>> images, labels = bytes(head + [255] * 784), bytes([0, 0, 8, 1, 0, 0, 0, 1, 7])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for part in "train", "t10k":
    ...         _ = Path(folder, f"{part}-images-idx3-ubyte").write_bytes(images)
    ...         _ = Path(folder, f"{part}-labels-idx1-ubyte").write_bytes(labels)
    ...     data = mnist(folder)
    >>> data.train_images.shape, data.train_images.max(), data.held_out_labels
    ((1, 784), np.float32(1.0), array([7]))
    """
    place = fetch_mnist() if folder is None else Path(path_text("mnist", folder))
    if not os.path.isdir(place):
        raise DataError(f"mnist expects a folder, got {place}, which is not one. Check the path.")
    files = [_find(place, part, what) for part in PARTS for what in FORMS]
    names = [f"{part}-{what}-{FORMS[what]}" for part in PARTS for what in FORMS]
    if missing := [name for name, file in zip(names, files, strict=True) if file is None]:
        raise DataError(
            f"mnist expects four files in the folder {place}, but does not find there: "
            f"{', '.join(missing)} (each may end in .gz). Check the folder, or get the files."
        )
    train_images, train_labels, test_images, test_labels = filter(None, files)
    return Digits(*_pairs(train_images, train_labels), *_pairs(test_images, test_labels))


def _find(folder: Path, part: str, what: str) -> Path | None:
    """The file of that name, in one of the ways in which it is written."""
    for between in "-.":
        for end in ("", ".gz"):
            file = folder / f"{part}-{what}{between}{FORMS[what]}{end}"
            if os.path.isfile(file):
                return file
    return None


def _pairs(images_file: Path, labels_file: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Images and labels of one part, in the form that they are trained on."""
    pixels = read_idx(images_file, most_bytes=MOST_BYTES)
    labels = read_idx(labels_file, most_bytes=MOST_BYTES)
    _check_form(images_file, pixels, "images", (SIDE, SIDE))
    _check_form(labels_file, labels, "labels", ())
    if len(pixels) != len(labels):
        raise DataError(
            f"mnist expects a label for each image, got {len(pixels):,} images in {images_file} "
            f"and {len(labels):,} labels in {labels_file}. Get both files from one place."
        )
    if labels.max() >= CLASSES:
        raise DataError(
            f"mnist expects labels from 0 to {CLASSES - 1}, got {labels.max()} in {labels_file}. "
            "Check that it is the file of MNIST's digits."
        )
    images = pixels.reshape(len(pixels), -1).astype(np.float32)
    images /= 255
    return images, labels.astype(np.int64)


def _check_form(file: Path, numbers: NDArray[Any], what: str, each: tuple[int, ...]) -> None:
    """DataError where an array has not MNIST's kind of numbers, or shape, or is empty."""
    if numbers.dtype != np.uint8 or numbers.shape[1:] != each or not len(numbers):
        wanted = ", ".join(["n", *map(str, each)])
        raise DataError(
            f"mnist expects {what} of shape ({wanted}{',' * (not each)}) and uint8, with n at "
            f"least 1, got {numbers.shape} and {numbers.dtype} in {file}. Check that it is MNIST's."
        )
