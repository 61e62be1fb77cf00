"""Memory is shared with other libraries, both ways, and what cannot be shared is refused."""

import numpy as np
import pytest

from tinytorch import SGD, Linear, Tensor
from tinytorch.interop import from_dlpack

DTYPES = ["float64", "float32", "float16", "int64", "uint8", "bool"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cut", [(), (slice(None), slice(None, None, 2)), 0, (0, 0)])
def test_numpy_shares_memory_both_ways(dtype, cut):
    """A copy would double the memory, and changes would go nowhere."""
    array = np.arange(12).reshape(3, 4).astype(dtype)[cut]
    array = np.asarray(array) if isinstance(array, np.ndarray) else np.array(array)
    tensor = from_dlpack(array)
    assert tensor.dtype == array.dtype
    assert np.shares_memory(tensor.data, array)
    back = np.from_dlpack(tensor)
    assert np.shares_memory(back, array)
    array[...] = 1
    np.testing.assert_array_equal(tensor.data, array)
    np.testing.assert_array_equal(back, array)
    back[...] = 0
    assert not tensor.data.any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_pytorch_shares_memory_both_ways(dtype):
    """The same with PyTorch, where most of the world's tensors are."""
    torch = pytest.importorskip("torch")
    theirs = torch.arange(12).reshape(3, 4).to(getattr(torch, dtype))[:, ::2]
    ours = from_dlpack(theirs)
    assert ours.data.strides == tuple(theirs.stride()[i] * ours.dtype.itemsize for i in (0, 1))
    theirs[0, 0] = 1
    assert ours.data[0, 0] == 1
    ours.data[1, 1] = 0
    assert theirs[1, 1] == 0
    again = torch.from_dlpack(ours)
    assert again.data_ptr() == theirs.data_ptr()


def test_weights_are_shared_until_a_step_gives_others():
    """No array that a person holds is overwritten behind their back, also where it is shared."""
    torch = pytest.importorskip("torch")
    layer = Linear(2, 2)
    view = torch.from_dlpack(layer.weight)
    view[0, 0] = 7.0
    assert layer.weight.data[0, 0] == 7
    before = view.clone()
    layer(Tensor([[1.0, 2.0]])).sum().backward()
    SGD(layer.parameters(), lr=0.1).step()
    assert torch.equal(view, before)
    assert not np.shares_memory(layer.weight.data, view.numpy())


def test_a_gradient_goes_through_what_is_shared():
    """A tensor over foreign memory calculates as any other."""
    x = from_dlpack(np.ones((2, 2), np.float32))
    assert not x.requires_grad
    x.requires_grad = True
    (x * 3).sum().backward()
    assert x.grad.numpy().tolist() == [[3, 3], [3, 3]]


def test_what_cannot_be_written_stays_so():
    """A constant of another library, overwritten, would be no constant."""
    array = np.ones(3)
    array.flags.writeable = False
    tensor = from_dlpack(array)
    with pytest.raises(ValueError, match="read-only"):
        tensor.data[0] = 2


class OnAnotherDevice:
    def __dlpack_device__(self):
        return (2, 0)

    def __dlpack__(self, **options):
        raise BufferError("it lies on a GPU")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1.0], "expects another library's array, which has __dlpack__, got list"),
        (np.ndarray, "which has __dlpack__, got type"),
        (np.ones(2, complex), "expects real numbers, got an array of complex128"),
        (np.array([None]), "got ndarray: array.*: .*Use .detach"),
        (np.ones(2, ">f4"), "got ndarray"),
        (OnAnotherDevice(), "in the CPU's memory"),
    ],
    ids=["list", "class", "complex", "objects", "byte order", "device"],
)
def test_what_cannot_be_shared_is_refused(value, text):
    """The other library's error would not say what to do."""
    with pytest.raises(TypeError, match=text):
        from_dlpack(value)


def test_pytorch_tensors_that_cannot_be_shared():
    """A weight of PyTorch wants its gradient there; bfloat16 and the meta device hold nothing."""
    torch = pytest.importorskip("torch")
    for tensor in (
        torch.ones(2, requires_grad=True),
        torch.ones(2, dtype=torch.bfloat16),
        torch.ones(2, device="meta"),
        torch.eye(2).to_sparse(),
    ):
        with pytest.raises(TypeError, match=r"Use \.detach\(\)\.cpu\(\) there"):
            from_dlpack(tensor)
