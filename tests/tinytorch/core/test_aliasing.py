"""No two arrays that a person can hold share memory, and none changes by itself."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import SGD, Adam, AdamW, CrossEntropyLoss, Dropout, Linear, ReLU, Sequential, Tensor

# What hands a gradient on as it is, turned, cut or spread; all tensors are 3 by 3.
STEPS = {
    "a + b": lambda a, b: a + b,
    "a + a": lambda a, b: a + a,
    "a - b": lambda a, b: a - b,
    "a * b": lambda a, b: a * b,
    "a + number": lambda a, b: a + 1,
    "number - a": lambda a, b: 1 - a,
    "matmul": lambda a, b: a @ b,
    "einsum": lambda a, b: np.einsum("ij,jk->ki", a, b),
    "T": lambda a, b: a.T,
    "reshape": lambda a, b: a.reshape(9).reshape(3, 3),
    "the same shape": lambda a, b: a.reshape(3, 3),
    "all": lambda a, b: a[:],
    "...": lambda a, b: a[...],
    "backwards": lambda a, b: a[::-1, ::-1],
    "rows": lambda a, b: a[[0, 2, 0]],
    "one row": lambda a, b: a[1] + b,
    "new axis": lambda a, b: a[None, :, 0] + b,
    "sum": lambda a, b: a.sum(axis=0) + b,
    "sum over nothing": lambda a, b: a.sum(axis=()),
    "mean": lambda a, b: a.mean(keepdims=True) + b,
    "max": lambda a, b: a.max(axis=1, keepdims=True) * b,
    "relu": lambda a, b: ReLU()(a),
    "no dropout": lambda a, b: Dropout(0.5)(a, training=False),
}
GIVEN = {
    "array": lambda g: g,
    "by columns": np.asfortranarray,
    "backwards": lambda g: g[::-1],
    "spread": lambda g: np.broadcast_to(g[0], (3, 3)),
    "tensor": Tensor,
    "float64": lambda g: g.astype(np.float64),
}


def assert_apart(own, others):
    """Arrays that share no memory with each other, nor with any of the others."""
    for array in own:
        assert array.flags.writeable
    for a, b in itertools.combinations(own, 2):
        assert not np.shares_memory(a, b)
    for a, b in itertools.product(own, others):
        assert not np.shares_memory(a, b)


@st.composite
def graphs(draw):
    """Leaves, and what is made of them in some steps; some tensors are used several times."""
    rng = np.random.default_rng(0)
    leaves = [
        Tensor(rng.normal(size=(3, 3)), requires_grad=True) for _ in range(draw(st.integers(1, 3)))
    ]
    made = list(leaves)
    for name in draw(st.lists(st.sampled_from([*STEPS]), max_size=6)):
        a, b = draw(st.sampled_from(made)), draw(st.sampled_from(made))
        made.append(STEPS[name](a, b))
    return leaves, made


@given(graph=graphs(), kind=st.sampled_from([*GIVEN]), data=st.data())
def test_gradients_are_arrays_of_their_own(graph, kind, data):
    """Clipping one gradient in place would change another, or the weights, or the data."""
    leaves, made = graph
    start = GIVEN[kind](np.arange(9, dtype=np.float32).reshape(3, 3))
    made[-1].backward(start)
    if data.draw(st.booleans()):  # gradients that add up
        (sum(leaves, start=data.draw(st.sampled_from(leaves))) * 2).sum().backward()
    given_array = np.asarray(start)
    others = [given_array, *(tensor.data for tensor in made)]
    gradients = [leaf.grad.data for leaf in leaves if leaf.grad is not None]
    assert gradients
    assert_apart(gradients, others)
    for array in gradients:
        before = [each.copy() for each in (*gradients, *others) if each is not array]
        array[...] = np.nan
        after = [each for each in (*gradients, *others) if each is not array]
        for one, other in zip(before, after, strict=True):
            np.testing.assert_array_equal(one, other)


@given(graph=graphs())
def test_a_gradient_that_a_person_holds_stays(graph):
    """The next backward adds to the gradient of the leaf, not to the array from before."""
    leaves, made = graph
    (made[-1] + sum(leaves)).backward(np.ones((3, 3)))
    held = [leaf.grad.data for leaf in leaves]
    copies = [array.copy() for array in held]
    sum(leaves).backward(np.ones((3, 3)))
    for leaf, array, copy in zip(leaves, held, copies, strict=True):
        np.testing.assert_array_equal(array, copy)
        np.testing.assert_array_equal(leaf.grad.data, copy + 1)
        assert not np.shares_memory(leaf.grad.data, array)


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 2)])
def test_a_leaf_itself(shape):
    """The shortest graph has nothing that could copy."""
    x, start = Tensor(np.ones(shape), requires_grad=True), np.ones(shape, dtype=np.float32)
    for _ in range(2):
        x.backward(start)
        assert_apart([x.grad.data], [x.data, start])


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (SGD, {}),
        (SGD, {"weight_decay": 0.1}),
        (SGD, {"momentum": 0.9}),
        (SGD, {"momentum": 0.9, "nesterov": True}),
        (Adam, {}),
        (Adam, {"weight_decay": 0.1}),
        (AdamW, {}),
    ],
)
def test_arrays_stay_apart_through_training(kind, options):
    """The best weights so far, or a gradient kept for a look, would be overwritten by a step."""
    shared = Linear(4, 4)
    model = Sequential(Linear(3, 4), shared, ReLU(), shared, Linear(4, 2, bias=False))
    optimizer = kind(model.parameters(), lr=0.1, **options)
    held = []
    for step in range(4):
        if step != 2:  # gradients that add up
            optimizer.zero_grad()
        x = Tensor(np.ones((5, 3)))
        CrossEntropyLoss()(model(x), [0, 1, 0, 1, 0]).backward()
        held += [p.data for p in model.parameters()] + [p.grad.data for p in model.parameters()]
        held = list({id(array): array for array in held}.values())
        copies = [array.copy() for array in held]
        optimizer.step()
        for array, copy in zip(held, copies, strict=True):
            np.testing.assert_array_equal(array, copy)
        assert_apart([p.data for p in model.parameters()], [*held, x.data])
    assert_apart([p.grad.data for p in model.parameters()], [p.data for p in model.parameters()])
