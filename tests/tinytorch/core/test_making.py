"""Operations that no lesson asks for: against PyTorch over any shapes, and finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tinytorch import Tensor, cat, nn, stack, where
from tinytorch.core.given.derivatives import MORE_DERIVATIVES
from tinytorch.core.given.special import erf

seeds = st.integers(0, 2**32 - 1)
shapes = arrays.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=3)


@settings(max_examples=40)
@given(data=st.data(), seed=seeds)
def test_cat(check_against_torch, torch, data, seed):
    """Skip connections and batches are put together with it."""
    shape = data.draw(shapes)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    lengths = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=6))
    place = axis % len(shape)
    each = [(*shape[:place], n, *shape[place + 1 :]) for n in lengths]
    numbers = [np.random.default_rng(seed + n).normal(size=s) for n, s in enumerate(each)]
    check_against_torch(
        lambda *parts: cat(parts, axis), lambda *parts: torch.cat(parts, axis), *numbers, seed=seed
    )


@settings(max_examples=40)
@given(data=st.data(), seed=seeds)
def test_stack(check_against_torch, torch, data, seed):
    """Results of a loop become one tensor without losing their gradients."""
    shape = data.draw(arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    count = data.draw(st.integers(1, 6))
    numbers = np.random.default_rng(seed).normal(size=(count, *shape))
    check_against_torch(
        lambda *parts: stack(parts, axis),
        lambda *parts: torch.stack(parts, axis),
        *numbers,
        seed=seed,
    )


@settings(max_examples=40)
@given(
    several=arrays.mutually_broadcastable_shapes(num_shapes=3, min_side=0, max_dims=3, max_side=3),
    seed=seeds,
)
def test_where(check_against_torch, torch, several, seed):
    """A choice between two tensors sends the gradient to the one that was chosen."""
    rng = np.random.default_rng(seed)
    mask = rng.random(several.input_shapes[0]) < 0.5
    a, b = (rng.normal(size=shape) for shape in several.input_shapes[1:])
    check_against_torch(
        lambda a, b: where(mask, a, b),
        lambda a, b: torch.where(torch.tensor(mask), a, b),
        a,
        b,
        seed=seed,
    )


WAYS = [
    lambda x: x.clamp(-0.5, 0.5),
    lambda x: x.clamp(min=0.2),
    lambda x: x.clone() * x,
    lambda x: x.log_softmax(-1),
    lambda x: (x * 1000).log_softmax(0),
    lambda x: x.std(dim=-1, correction=0),
    lambda x: (x * 0 + 3.0).std(correction=0),
    lambda x: x.flatten(),
    lambda x: x.unsqueeze(1).squeeze(),
    lambda x: x.permute(*reversed(range(x.ndim))),
    lambda x: x.amax(dim=0, keepdim=True),
    lambda x: x.masked_fill(x > 0, 7.0),
    lambda x: x.double().float(),
]


@pytest.mark.parametrize("way", range(len(WAYS)))
@settings(max_examples=15)
@given(shape=shapes, seed=seeds)
def test_methods(check_against_torch, way, shape, seed):
    """The same line works on both sides, with the same gradient."""
    method = WAYS[way]
    x = np.random.default_rng(seed).normal(size=shape)
    check_against_torch(method, method, x, seed=seed, rtol=1e-4, atol=2e-5)


@given(data=st.data())
def test_flatten_of_any_axes(torch, data):
    """Which axes become one is where people are off by one."""
    shape = data.draw(arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=3))
    start = data.draw(st.integers(0, len(shape) - 1))
    end = data.draw(st.integers(start, len(shape) - 1))
    x = np.zeros(shape)
    assert Tensor(x).flatten(start, end).shape == tuple(torch.tensor(x).flatten(start, end).shape)
    assert Tensor(x).squeeze(start).shape == tuple(torch.tensor(x).squeeze(start).shape)
    assert Tensor(x).unsqueeze(end).shape == tuple(torch.tensor(x).unsqueeze(end).shape)


@given(data=st.data())
def test_permute_is_numpys_transpose(data):
    """Images come with channels first or last."""
    shape = data.draw(arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=3))
    order = data.draw(st.permutations(range(len(shape))))
    x = np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)
    np.testing.assert_array_equal(Tensor(x).permute(*order).data, x.transpose(order))


def test_gradients_by_finite_differences(check_gradients):
    """PyTorch is one witness; calculus is the other."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    bits = rng.random((2, 3))
    p = rng.uniform(0.1, 0.9, (2, 3))
    loss = nn.BCEWithLogitsLoss(reduction="none")
    each = nn.BCELoss(reduction="none")
    check_gradients(lambda a, b: cat([a, b, a * b], 1), a, b)
    check_gradients(lambda a, b: stack([a, b * a]), a, b)
    check_gradients(lambda a, b: where(np.arange(3) > 0, a * 2, b[0]), a, b)
    check_gradients(lambda x: x.clone() * x.log_softmax(0), a)
    check_gradients(lambda x: x.std(dim=1), a)
    check_gradients(lambda x: loss(x, bits), a * 30)
    check_gradients(lambda x: loss(x, bits), a * 0)
    check_gradients(lambda x, t: each(x, t), p, bits)
    check_gradients(erf, a * 2)
    check_gradients(lambda a, b: a.maximum(b) - b.minimum(0.1), a, b)
    names = {"cat", "where", "clone", "cast", "erf", "maximum", "minimum"}
    names |= {"binary_cross_entropy_each"}
    assert names == MORE_DERIVATIVES.keys()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cat(Tensor([1.0])), "a list or a tuple of tensors"),
        (lambda: cat([Tensor([1.0]), [2.0]]), "a list or a tuple of tensors"),
        (lambda: cat([]), "at least one tensor"),
        (lambda: cat([Tensor(1.0)]), "Use stack"),
        (lambda: cat([Tensor([1.0]), Tensor([[1.0]])]), r"\(1,\) and \(1, 1\)"),
        (lambda: stack([Tensor([1.0]), Tensor([1.0, 2.0])]), r"\(1,\) and \(2,\)"),
        (lambda: stack([Tensor([1.0])], 3), "an axis from"),
        (lambda: where(Tensor([1.0]), 1.0, 2.0), "truth values"),
        (lambda: where([True, False], Tensor([1.0, 2.0, 3.0]), 0.0), "shapes that broadcast"),
        (lambda: Tensor([1.0]).clamp(), "min or max"),
        (lambda: Tensor([[1.0]]).flatten(1, 0), "start_dim before end_dim"),
        (lambda: Tensor([[1.0]]).permute(0), "each axis of shape"),
        (lambda: Tensor([1.0]) & Tensor([True]), "both brackets"),
        (lambda: Tensor([1.0]).sum(axis=0, dim=0), "an axis once"),
        (lambda: Tensor([1.0]).size(1), "an axis from"),
    ],
)
def test_what_does_not_fit(call, words):
    """An error that says what was expected is the shortest way on."""
    with pytest.raises((TypeError, ValueError), match=words):
        call()


class TestSettingItems:
    """x[0] = 1 is what everybody writes; nothing else may change by it."""

    def test_an_array_that_somebody_holds_stays(self):
        """A batch that was looked at before would change in a person's hands."""
        x = Tensor([1.0, 2.0, 3.0])
        held = x.numpy()
        x[0] = 9
        x[x > 2.5] = 0.0
        assert x.tolist() == [0.0, 2.0, 0.0]
        assert held.tolist() == [1.0, 2.0, 3.0]

    def test_what_a_graph_has_saved_stays(self):
        """The gradient belongs to the numbers that were used."""
        x, w = Tensor([2.0]), Tensor([3.0], requires_grad=True)
        y = x * w
        x[0] = 100.0
        y.backward()
        assert w.grad.item() == 2.0

    def test_a_view_is_refused(self):
        """x[0][1] = 5 would change nothing, and say nothing."""
        x = Tensor([[1.0, 2.0]])
        with pytest.raises(TypeError, match=r"x\[0, 1\]"):
            x[0][1] = 5
        with pytest.raises(TypeError, match="view"):
            x.reshape(2)[0] = 5

    def test_in_the_graph_it_is_refused(self):
        """A change that no gradient knows of would teach the wrong thing."""
        w = Tensor([3.0], requires_grad=True)
        for tensor, value in ((w, 1.0), (w * 2, 1.0), (Tensor([1.0]), w[0])):
            with pytest.raises(TypeError, match="where"):
                tensor[0] = value

    def test_what_does_not_fit_changes_nothing(self):
        """A failed line leaves the tensor as it was."""
        x = Tensor([1.0, 2.0])
        for index, value in ((5, 1.0), (0, [1.0, 2.0, 3.0]), ("a", 1.0), (0, "nine")):
            with pytest.raises((TypeError, ValueError)):
                x[index] = value
        assert x.tolist() == [1.0, 2.0]


def test_the_variance_of_equal_numbers_has_no_slope():
    """NaN in one gradient becomes NaN in all weights."""
    x = Tensor([2.0, 2.0], requires_grad=True)
    x.std().backward()
    assert x.grad.tolist() == [0.0, 0.0]


def test_clamp_is_pytorchs_at_a_bound(torch):
    """At the bound itself the gradient flows."""
    x, y = Tensor([0.0, 1.0], requires_grad=True), torch.tensor([0.0, 1.0], requires_grad=True)
    x.clamp(0, 1).sum().backward()
    y.clamp(0, 1).sum().backward()
    assert x.grad.tolist() == y.grad.tolist()
