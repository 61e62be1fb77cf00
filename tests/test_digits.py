"""The digits that come with the framework, and the plain training loop over them."""

import hashlib
import statistics
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.core.layers import Linear
from tinytorch.core.optimizers import SGD
from tinytorch.core.tensor import Tensor
from tinytorch.data import digits
from tinytorch.rng import manual_seed
from tinytorch.training import accuracy, batches, fit
from tito.lab.train.digits import held_out_accuracy
from tito.lab.train.recipe import DIGITS

SEEDS = range(8)


def fingerprint(array: np.ndarray) -> str:
    """The hash of an array's content."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def test_the_split_is_the_published_one():
    """Otherwise accuracies measured at different times could not be compared."""
    data = digits()
    assert [fingerprint(part) for part in data] == [
        "af1cfa41b5ce0bbb",
        "c31c6c9a4b0b3e6a",
        "c43628ac8df97c32",
        "706323aadbd0629c",
    ]


def test_every_fifth_image_is_held_out():
    """Otherwise the rule that people read is not the rule that is used."""
    data = digits()
    with np.load(str(files("tinytorch.data") / "digits.npz")) as stored:
        pixels, labels = stored["images"], stored["labels"]
    assert len(labels) == 1797
    assert np.array_equal(data.held_out_labels, labels[::5])
    assert np.array_equal(data.held_out_images * 16, pixels[::5].reshape(-1, 64))
    in_training = [index for index in range(1797) if index % 5]
    assert np.array_equal(data.train_labels, labels[in_training])


def test_no_training_image_is_held_out_too():
    """Otherwise memorising would be measured as recognising."""
    data = digits()
    seen = {image.tobytes() for image in data.train_images}
    assert not [image for image in data.held_out_images if image.tobytes() in seen]


def test_arrays_have_the_documented_form():
    """Otherwise code written from the documentation breaks."""
    data = digits()
    assert data.train_images.shape == (1437, 64)
    assert data.held_out_images.shape == (360, 64)
    assert {array.dtype for array in data} == {np.dtype(np.float32), np.dtype(np.int64)}
    assert data.train_images.min() == 0
    assert data.train_images.max() == 1
    assert sorted(set(data.held_out_labels.tolist())) == list(range(10))


def test_each_call_gives_arrays_of_its_own():
    """Otherwise someone who changes an image changes it for everybody."""
    digits().train_images[:] = 0
    assert digits().train_images.max() == 1


def test_the_file_is_small_and_says_whose_it_is():
    """Otherwise the package grows, or the people who made the images go unnamed."""
    folder = files("tinytorch.data")
    assert len((folder / "digits.npz").read_bytes()) < 120_000
    text = (folder / "DIGITS.txt").read_text(encoding="utf-8")
    for fact in ("Alpaydin", "Kaynak", "1998", "10.24432/C50P49", "CC BY 4.0", "i % 5 == 0"):
        assert fact in text


@given(count=st.integers(0, 50), size=st.integers(1, 60), seed=st.integers(0, 1000))
def test_batches_give_every_example_once(count: int, size: int, seed: int):
    """Otherwise some examples are never learned from, or labels belong to other images."""
    manual_seed(seed)
    x = np.arange(count, dtype=np.float32).reshape(-1, 1)
    got = list(batches(x, np.arange(count), size))
    assert sorted(label for _, labels in got for label in labels.tolist()) == list(range(count))
    assert all(np.array_equal(inputs.data[:, 0], labels) for inputs, labels in got)
    assert all(len(labels) == size for _, labels in got[:-1])


def test_batches_repeat_with_a_seed_and_differ_without():
    """Otherwise a training cannot be repeated, or is in the same order each time."""
    x, y = np.zeros((100, 1), dtype=np.float32), np.arange(100)

    def order() -> list[int]:
        return [label for _, labels in batches(x, y, 7) for label in labels.tolist()]

    manual_seed(5)
    first, second = order(), order()
    manual_seed(5)
    assert order() == first != second


@pytest.mark.parametrize(
    ("y", "size", "words"),
    [(3, 1, r"shapes \(4, 2\) and \(3,\)"), (4, 0, "at least 1, got int: 0")],
)
def test_batches_refuse_what_cannot_be_cut(y: int, size: int, words: str):
    """Otherwise labels are lost without a word, or the loop never ends."""
    with pytest.raises(ValueError, match=words):
        batches(np.zeros((4, 2), dtype=np.float32), np.zeros(y, dtype=np.int64), size)


def test_fit_tells_every_loss_in_order():
    """Otherwise a loss curve shows something else than the training."""
    manual_seed(0)
    x, y = np.eye(4, dtype=np.float32), np.array([0, 1, 1, 0])
    model, told = Linear(4, 2), list[float]()
    optimizer = SGD(model.parameters(), lr=0.5)
    tell = [lambda run: told.append(run.loss)]
    history = fit(model, x, y, optimizer, epochs=30, batch_size=3, callbacks=tell)
    assert len(history.losses) == 60
    assert history.losses == told
    assert accuracy(model, x, y) == 1.0


def test_accuracy_counts_the_largest_logit():
    """Otherwise the number that everything is judged by is wrong."""
    logits = np.array([[3, 1], [0, 2], [5, 4], [1, 0]], dtype=np.float32)
    assert accuracy(Tensor, logits, np.array([0, 1, 1, 0])) == 0.75
    with pytest.raises(ValueError, match="at least 1"):
        accuracy(Tensor, logits[:0], np.array([], dtype=np.int64))


def test_the_recogniser_is_as_good_as_stated(monkeypatch: pytest.MonkeyPatch):
    """Otherwise a person with right layers is shown a poor result and doubts their work."""
    assert DIGITS.network.dropout > 0
    assert DIGITS.network.sizes[0] == 64
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        accuracies = list(pool.map(held_out_accuracy, SEEDS))
    assert statistics.median(accuracies) >= 0.965
