"""Tensor: how it is made, shown, copied and reshaped, and its matrix product."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from tinytorch import Tensor

seeds = st.integers(0, 2**32 - 1)
products = mutually_broadcastable_shapes(signature="(m?,k),(k,n?)->(m?,n?)", max_dims=2, max_side=3)


def numbers(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


class TestMaking:
    """What goes into a tensor, and what is refused."""

    @pytest.mark.parametrize(
        "data",
        [3, 2.5, True, [1, 2], [[1.0, 2.0], [3.0, 4.0]], (1, 2), [], np.arange(3), np.float64(2.0)],
        ids=str,
    )
    def test_numbers_lists_and_arrays_become_float32(self, data):
        """Every way to write numbers down works."""
        tensor = Tensor(data)
        assert tensor.dtype == np.float32
        np.testing.assert_array_equal(tensor.data, np.asarray(data, dtype=np.float32))
        assert not tensor.requires_grad
        assert tensor.grad is None

    def test_a_tensor_and_a_list_of_tensors(self):
        """Tensors go where numbers go."""
        x = Tensor([1.0, 2.0])
        np.testing.assert_array_equal(Tensor(x).data, x.data)
        np.testing.assert_array_equal(Tensor([x, x]).data, [[1, 2], [1, 2]])

    def test_the_numbers_are_copied(self):
        """A step of training would overwrite the array that a person made a tensor from."""
        array = np.ones(3, dtype=np.float32)
        tensor = Tensor(array)
        tensor.data[...] = 5
        np.testing.assert_array_equal(array, 1)

    @pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int64, np.bool_])
    def test_dtype_on_request(self, dtype):
        """Finite differences need float64, labels whole numbers."""
        assert Tensor([0, 1], dtype=dtype).dtype == dtype

    @pytest.mark.parametrize(
        ("data", "error", "came"),
        [
            ([[1, 2], [3]], ValueError, "uneven lengths"),
            ("12", TypeError, "got str: '12'"),
            (["1", "2"], TypeError, "got list"),
            (None, TypeError, "got NoneType"),
            ([1, None], TypeError, "got list"),
            pytest.param(object(), TypeError, "got object", id="object"),
            ({"a": 1}, TypeError, "got dict"),
            (1 + 2j, TypeError, "got complex"),
        ],
        ids=str,
    )
    def test_what_is_no_number_is_refused(self, data, error, came):
        """A tensor of objects fails much later, far from the mistake."""
        with pytest.raises(error, match=came):
            Tensor(data)

    def test_whole_numbers_have_no_gradient(self):
        """There is no small step from 1 to 2."""
        with pytest.raises(TypeError, match="got int64"):
            Tensor([1], requires_grad=True, dtype=np.int64)


class TestLooking:
    """What a tensor tells about itself."""

    def test_attributes(self):
        """The names that everybody knows from NumPy and PyTorch."""
        x = Tensor(np.zeros((2, 3, 4)))
        assert (x.shape, x.size, x.ndim, x.dtype) == ((2, 3, 4), 24, 3, np.float32)
        assert len(x) == 2
        assert x.numpy() is x.data

    @pytest.mark.parametrize("data", [5.0, [5.0], [[5.0]]])
    def test_one_number(self, data):
        """`loss.item()` is in every training loop."""
        x = Tensor(data)
        assert x.item() == float(x) == int(x) == 5.0
        assert f"{x:.2f}" == "5.00"
        assert bool(x)

    def test_several_numbers_are_not_one(self):
        """`if x:` on several numbers has no one answer."""
        x = Tensor([1.0, 2.0])
        with pytest.raises(ValueError, match=r"exactly one number, got shape \(2,\)"):
            x.item()
        with pytest.raises(ValueError, match="one number, got shape"):
            bool(x)
        with pytest.raises(TypeError, match="at least one axis"):
            len(Tensor(1.0))

    def test_repr(self):
        """A person sees values, shape and whether gradients are wanted."""
        assert repr(Tensor([1.0, 2.0], requires_grad=True)) == (
            "Tensor([1., 2.], shape=(2,), requires_grad=True)"
        )
        assert repr(Tensor(1, dtype=np.int64)) == (
            "Tensor(1, shape=(), dtype=int64, requires_grad=False)"
        )
        assert f"{Tensor([1.0])}" == "Tensor([1.], shape=(1,), requires_grad=False)"

    def test_detach(self):
        """A value can be used without a gradient flowing back."""
        x = Tensor([1.0], requires_grad=True)
        y = (x * 2).detach()
        assert (y.requires_grad, y.node, y.item()) == (False, None, 2.0)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
class TestCopying:
    """A copy stands alone, and a graph is never half copied."""

    def test_a_leaf(self, copied):
        """Networks are copied to keep the best, and pickled to be sent to another process."""
        x = Tensor([1.0, 2.0], requires_grad=True)
        x.grad = Tensor([3.0, 4.0])
        y = copied(x)
        assert y is not x
        assert (y.requires_grad, y.node, y.dtype) == (True, None, np.float32)
        np.testing.assert_array_equal(y.data, x.data)
        np.testing.assert_array_equal(y.grad.data, [3, 4])

    def test_the_result_of_an_operation(self, copied):
        """backward on the copy would fill copies of the weights, and the weights learn nothing."""
        x = Tensor([1.0, 2.0], requires_grad=True)
        with pytest.raises(TypeError, match=r"the result of 'multiply'. Use \.detach\(\)"):
            copied(x * 2)
        np.testing.assert_array_equal(copied((x * 2).detach()).data, [2, 4])


class TestShaping:
    """reshape and transpose: gradients go back to where the numbers came from."""

    @given(shape=array_shapes(min_dims=0, max_dims=3, max_side=4), seed=seeds)
    def test_reshape_and_transpose(self, check_gradients, shape, seed):
        """Flattening an image must not mix up its gradient."""
        (x,) = numbers(seed, shape)
        for function in (lambda x: x.reshape(-1) * 2, lambda x: x.reshape((1, *shape))):
            check_gradients(function, x)
        check_gradients(lambda x: x.T * 2, x)

    def test_impossible_shapes(self):
        """The message says how many numbers there are."""
        with pytest.raises(ValueError, match=r"for 6 numbers, got \(4, 2\)"):
            Tensor(np.ones((2, 3))).reshape(4, 2)
        with pytest.raises(ValueError, match="two axes or none"):
            Tensor(np.ones((2, 3))).transpose(1)


class TestMatmul:
    """The matrix product, the one operation that costs."""

    @given(shapes=products, seed=seeds)
    def test_gradients(self, check_gradients, shapes, seed):
        """Every layer is a matrix product, with inputs of any rank."""
        check_gradients(lambda a, b: a.matmul(b), *numbers(seed, *shapes.input_shapes))

    @pytest.mark.parametrize("shape", [(0, 3), (2, 0, 3), (0,)])
    def test_empty_batches(self, shape):
        """The last batch of a data set may be empty."""
        w = Tensor(np.ones((shape[-1], 2)), requires_grad=True)
        y = Tensor(np.ones(shape)) @ w
        assert y.shape == (*shape[:-1], 2)
        y.sum().backward()
        np.testing.assert_array_equal(w.grad.data, np.zeros((shape[-1], 2)))

    def test_the_error_is_the_page_s(self):
        """The page shows this text; a person searches for it."""
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            Tensor(np.ones((32, 128))).matmul(Tensor(np.ones((256, 10))))
        assert str(caught.value) == (
            "Cannot perform matrix multiplication: (32, 128) @ (256, 10). "
            "Inner dimensions must match: 128 ≠ 256"
        )

    @pytest.mark.parametrize(
        ("a", "b"), [((), (2,)), ((2,), ()), ((3, 2, 2), (2, 2, 2)), ((3,), (2,)), ((2, 3), (2,))]
    )
    def test_shapes_that_do_not_fit_are_both_named(self, a, b):
        """The message shows which shapes met."""
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            Tensor(np.ones(a)) @ Tensor(np.ones(b))
        assert f"Cannot perform matrix multiplication: {a} @ {b}. " in str(caught.value)
