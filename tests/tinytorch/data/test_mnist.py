"""MNIST from a folder: as it was written, under each of its names, or a sentence."""

import gzip

import numpy as np
import pytest

from tests.idx_files import idx_bytes, mnist_files, mnist_folder, pack
from tinytorch.data import DataError, digits, mnist


@pytest.fixture
def folder(tmp_path):
    return mnist_folder(tmp_path / "my data", 30, 10)


def test_images_and_labels_are_those_of_the_files(folder):
    """Lost otherwise: an image gets its neighbour's label, or another scale."""
    data = mnist(folder)
    assert data.train_images.shape == (30, 784)
    assert data.held_out_images.shape == (10, 784)
    assert {array.dtype for array in data} == {np.dtype(np.float32), np.dtype(np.int64)}
    assert np.array_equal(data.train_labels, digits().train_labels[:30])
    assert np.array_equal(data.held_out_labels, digits().held_out_labels[:10])
    large = data.train_images.reshape(30, 28, 28)[:, 2:26:3, 2:26:3]
    small = (digits().train_images[:30].reshape(30, 8, 8) * 255).astype(np.uint8)
    assert np.array_equal(large, small.astype(np.float32) / 255)
    assert data.train_images.max() == 1


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("between", ["-idx", ".idx"])
def test_the_files_are_found_under_their_usual_names(tmp_path, packed, between):
    """Lost otherwise: a person renames four files because another program unpacked them."""
    for name, content in mnist_files(5, 5).items():
        name = name.replace("-idx", between)
        if not packed:
            name, content = name.removesuffix(".gz"), gzip.decompress(content)
        (tmp_path / name).write_bytes(content)
    assert mnist(tmp_path).train_images.shape == (5, 784)
    assert mnist(str(tmp_path)).held_out_labels.shape == (5,)


def test_a_packed_name_says_nothing_of_the_content(folder):
    """Lost otherwise: a browser that unpacked a file and left its name leaves it unreadable."""
    file = folder / "train-images-idx3-ubyte.gz"
    file.write_bytes(gzip.decompress(file.read_bytes()))
    assert mnist(folder).train_images.shape == (30, 784)


def test_what_is_missing_is_named(folder, tmp_path):
    """Lost otherwise: a person looks through four files for the one that is not there."""
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    (folder / "train-labels-idx1-ubyte.gz").unlink()
    (folder / "train-labels-idx1-ubyte.gz").mkdir()
    with pytest.raises(DataError, match=r"there: train-labels-idx1-ubyte, t10k-labels-idx1-ubyte "):
        mnist(folder)
    with pytest.raises(DataError, match=r"expects a folder, got .*nowhere, which is not one"):
        mnist(tmp_path / "nowhere")
    with pytest.raises(TypeError, match="expects a path"):
        mnist(3)


WRONG = {
    "images of another size": ("train-images-idx3", np.zeros((30, 32, 32), np.uint8), "(n, 28, 28"),
    "images with colours": ("train-images-idx3", np.zeros((30, 28, 28, 3), np.uint8), "(n, 28, 28"),
    "images of floats": ("t10k-images-idx3", np.zeros((10, 28, 28), np.float32), "and float32"),
    "labels for images": ("t10k-images-idx3", np.zeros(10, np.uint8), "got (10,)"),
    "images for labels": ("t10k-labels-idx1", np.zeros((10, 28, 28), np.uint8), "labels of shape"),
    "a label 11": ("train-labels-idx1", np.full(30, 11, np.uint8), "from 0 to 9, got 11"),
    "fewer labels": ("train-labels-idx1", np.zeros(29, np.uint8), "got 30 images in"),
    "no images": ("t10k-images-idx3", np.zeros((0, 28, 28), np.uint8), "with n at least 1"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_mnist_is_refused_in_words(folder, case):
    """Lost otherwise: a network learns from labels that belong to other images."""
    name, array, said = WRONG[case]
    (folder / f"{name}-ubyte.gz").write_bytes(pack(idx_bytes(array)))
    with pytest.raises(DataError) as caught:
        mnist(folder)
    assert said in str(caught.value)
    assert str(folder / f"{name}-ubyte.gz") in str(caught.value)


def test_a_damaged_file_is_named(folder):
    """Lost otherwise: one of four files is broken, and nobody knows which."""
    file = folder / "t10k-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte.gz is cut off"):
        mnist(folder)
