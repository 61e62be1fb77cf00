"""Memory is shared with other libraries, both ways, and what cannot be shared is refused."""

import numpy as np
import pytest

from tinytorch import SGD, Linear, Tensor
from tinytorch.torch import from_dlpack

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
    if back.flags.writeable:  # NumPy gives what can be written from 2.2 on
        back[...] = 0
        assert not tensor.data.any()
    else:
        assert np.lib.NumpyVersion(np.__version__) < "2.2.0"


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


VIEWS = {
    "backwards": lambda: Tensor([1.0, 2.0, 3.0])[::-1],
    "backwards in both axes": lambda: Tensor(np.arange(12.0).reshape(3, 4))[::-1, ::-2],
    "backwards, with a gradient": lambda: Tensor([1.0, 2.0], requires_grad=True)[::-1],
    "backwards, of one": lambda: Tensor([1.0])[::-1],
    "empty": lambda: Tensor(np.ones((0, 3))),
    "empty, backwards": lambda: Tensor(np.ones((0, 3)))[::-1],
    "a number": lambda: Tensor(1.0),
    "every other": lambda: Tensor(np.ones((4, 6)))[::2, ::3],
    "turned": lambda: Tensor(np.ones((4, 6))).T,
    "repeated": lambda: over(np.lib.stride_tricks.as_strided(np.ones(3), (2, 3), (0, 8))),
}
UNSAFE = {
    "set backwards": lambda: over(np.arange(3.0)[::-1]),
    "set backwards in one axis": lambda: over(np.arange(6.0).reshape(2, 3)[:, ::-1]),
    "read-only": lambda: over(read_only(np.ones(3))),
    "read-only, repeated": lambda: over(np.broadcast_to(np.ones(3), (2, 3))),
    "in another byte order": lambda: over(np.ones(3, ">f4")),
    "a field among others": lambda: over(np.zeros(3, [("a", "u1"), ("b", "f4")])["b"]),
}


def over(array):
    """A tensor over an array as somebody has set it."""
    tensor = Tensor(0.0)
    tensor.data = array
    return tensor


def read_only(array):
    array.flags.writeable = False
    return array


@pytest.mark.parametrize("view", VIEWS)
def test_any_view_can_be_shared(view):
    """PyTorch ends the process, notebook and all, on memory that is read backwards."""
    tensor = VIEWS[view]()
    np.testing.assert_array_equal(np.from_dlpack(tensor), tensor.data)
    torch = pytest.importorskip("torch")
    for give in (torch.from_dlpack, torch.as_tensor, torch.tensor):
        np.testing.assert_array_equal(give(tensor).numpy(), tensor.data)
    np.testing.assert_array_equal(torch.from_dlpack(np.asarray(tensor)).numpy(), tensor.data)


@pytest.mark.parametrize("view", UNSAFE)
def test_what_another_library_cannot_share_safely_is_refused(view):
    """PyTorch would end the process, or write into what is read-only."""
    tensor = UNSAFE[view]()
    with pytest.raises(BufferError):
        np.from_dlpack(tensor)
    torch = pytest.importorskip("torch")
    for give in (torch.from_dlpack, torch.as_tensor, torch.tensor):
        with pytest.raises(BufferError):
            give(tensor)


@pytest.mark.parametrize("view", ["set backwards", "read-only", "read-only, repeated"])
def test_a_copy_is_handed_on_where_one_is_asked_for(view):
    """Whoever asks for a copy has no memory to share."""
    tensor = UNSAFE[view]()
    torch = pytest.importorskip("torch")
    theirs = torch.from_dlpack(tensor, copy=True)
    np.testing.assert_array_equal(theirs.numpy(), tensor.data)
    assert not np.shares_memory(theirs.numpy(), tensor.data)


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
