"""What a person gives as numbers is read, or refused in a sentence, whatever it says itself."""

import numpy as np
import pytest

from tinytorch import (
    SGD,
    BinaryCrossEntropyLoss,
    CrossEntropyLoss,
    Linear,
    MSELoss,
    Tensor,
    no_grad,
)
from tinytorch.training import accuracy, batches, evaluate, fit, predict


class Refusing:
    """An array of another library's that does not give its numbers away."""

    shape = (2, 2)

    def __init__(self, error):
        self.error = error

    def __array__(self, *_, **__):
        raise self.error

    def __repr__(self):
        return "Refusing()"


X = np.ones((2, 2), np.float32)
USES = {
    "Tensor": Tensor,
    "a list": lambda t: Tensor([t, t]),
    "+": lambda t: Tensor(X) + t,
    "reflected": lambda t: t * Tensor(X),
    "@": lambda t: Tensor(X) @ t,
    "<": lambda t: Tensor(X) < t,
    "np.add": lambda t: np.add(Tensor(X), t),
    "np.einsum": lambda t: np.einsum("ij,jk->ik", Tensor(X), t),
    "backward": lambda t: (Tensor(X, requires_grad=True) * 2).backward(t),
    "an index": lambda t: Tensor(X)[t],
    "MSELoss": lambda t: MSELoss()(Tensor(X), t),
    "CrossEntropyLoss": lambda t: CrossEntropyLoss()(Tensor(X), t),
    "BinaryCrossEntropyLoss": lambda t: BinaryCrossEntropyLoss()(Tensor(X), t),
    "batches": lambda t: batches(t, [0, 1]),
    "predict": lambda t: predict(Linear(2, 2), t),
    "evaluate": lambda t: evaluate(Linear(2, 2), t, [0, 1]),
    "accuracy": lambda t: accuracy(Linear(2, 2), t, [0, 1]),
    "load_state_dict": lambda t: Linear(2, 2).load_state_dict({"weight": t, "bias": [0, 0]}),
}


def trained(t):
    model = Linear(2, 2)
    return fit(model, t, [0, 1], SGD(model.parameters()), epochs=1)


USES["fit"] = trained


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("error", [RuntimeError("no"), OSError("no"), ValueError("no"), KeyError()])
def test_what_does_not_give_its_numbers_is_refused_in_a_sentence(use, error):
    """The other library's error would look like a fault of ours, and end a notebook's cell."""
    with pytest.raises((TypeError, ValueError), match="expect"):
        USES[use](Refusing(error))


@pytest.mark.parametrize("use", USES)
def test_a_tensor_of_pytorch_that_wants_a_gradient(use):
    """Its gradient would be lost on the way: PyTorch refuses, and so do we, with what to write."""
    torch = pytest.importorskip("torch")
    with pytest.raises((TypeError, ValueError)):
        USES[use](torch.ones(2, 2, requires_grad=True))


def test_what_to_write_is_said():
    """Otherwise a person has to know the other library to go on."""
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match=r"Give .*tensor\.detach\(\)\.cpu\(\)\.numpy\(\)"):
        Tensor(torch.ones(2, requires_grad=True))
    assert Tensor(torch.ones(2)).data.tolist() == [1, 1]


W = Tensor([1.0, 2.0], requires_grad=True)
LISTS = {
    "alone": [W, W],
    "after numbers": [1.0] * 100 + [W.sum()],
    "inside of lists": [[1.0, 2.0], [3.0, W.sum()]],
    "in a tuple": ([W], [W]),
    "uneven": [W, Tensor([[1.0]])],
}


@pytest.mark.parametrize("place", LISTS)
def test_a_list_with_a_tensor_that_wants_a_gradient(place):
    """As mere numbers it would train nothing, without a word."""
    with pytest.raises(TypeError, match="gradient would be lost"):
        Tensor(LISTS[place])
    if place != "uneven":
        with no_grad():
            assert Tensor(LISTS[place]).requires_grad is False


def test_a_list_that_holds_itself():
    """What has no end is refused like any list that is no grid."""
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="regular grid"):
        Tensor(endless)


def test_sizes_of_equal_counts_keep_their_shapes():
    """`x.size(0)` of one tensor must not tell of another that has as many numbers."""
    shapes = [(6,), (2, 3), (3, 2), (1, 6), (0,), (), (2, 3)]
    tensors = [Tensor(np.ones(shape)) for shape in shapes]
    assert [x.size() for x in tensors] == shapes
    assert [x.size for x in tensors] == [6, 6, 6, 6, 0, 1, 6]
