"""Every operation against PyTorch: values and gradients, over shapes, axes and places at random."""

import operator
from math import prod
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tinytorch import (
    GELU,
    BinaryCrossEntropyLoss,
    CrossEntropyLoss,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from tinytorch.core.autograd import DERIVATIVES
from tinytorch.core.given.special import masked


class Case(NamedTuple):
    """One comparison: the same function in both libraries, and the inputs' shapes."""

    ours: object
    theirs: object
    shapes: tuple
    law: str = "any"


NUMBERS = [0.5, 1 / 3, 1, 2, 3, np.float64(1.5)]
seeds = st.integers(0, 2**32 - 1)
shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
with_axes = arrays.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=3)
pairs = arrays.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_dims=4, max_side=3)
products = arrays.mutually_broadcastable_shapes(
    signature="(m?,k),(k,n?)->(m?,n?)", max_dims=2, min_side=0, max_side=3
)


def numbers(rng, shape, law):
    """Numbers of which some are equal; `positive` keeps away from 0, `probability` from 1, too."""
    x = np.where(rng.random(shape) < 0.5, rng.normal(size=shape) * 3, rng.integers(-2, 3, shape))
    if law == "any":
        return x
    return 1 / (1 + np.exp(-x)) + 0.3 * (law == "positive")


def one(ours, theirs=None, law="any"):
    return shapes.map(lambda shape: Case(ours, theirs or ours, (shape,), law))


def two(function, law="any"):
    """Two tensors of shapes that broadcast, or a tensor and a number on either side."""
    number = st.sampled_from(NUMBERS)
    return (
        pairs.map(lambda both: Case(function, function, both.input_shapes, law))
        | st.builds(lambda s, n: same(lambda x: function(x, n), s), shapes, number)
        | st.builds(lambda s, n: same(lambda x: function(n, x), s), shapes, number)
    )


def same(function, *shapes, law="positive"):
    return Case(function, function, shapes, law)


@st.composite
def reductions(draw, name, theirs=None):
    """Over all axes, one, or several, some counted from the end; keepdims on and off."""
    shape = draw(shapes if name == "sum" else with_axes)
    keep = draw(st.booleans())
    axis = draw(st.none() | arrays.valid_tuple_axes(len(shape)))
    if len(axis or ()) == 1 and draw(st.booleans()):
        (axis,) = axis
    every = tuple(range(len(shape)))
    dims = every if axis is None or axis == () else axis
    more = {"correction": 0} if name == "var" else {}
    return Case(
        lambda x: getattr(x, name)(axis=every if axis == () else axis, keepdims=keep),
        lambda x: getattr(x, theirs or name)(dim=dims, keepdim=keep, **more) if shape else x * 1,
        (shape,),
    )


@st.composite
def reshapes(draw):
    shape = draw(shapes)
    ways = [shape[::-1], (*shape, 1), (1, *shape), (prod(shape),), (*shape[:-2], prod(shape[-2:]))]
    way = draw(st.sampled_from(ways + [(-1, *shape[1:])] * (prod(shape) > 0)))
    return same(lambda x: x.reshape(way), shape)


@st.composite
def transposes(draw):
    shape = draw(with_axes)
    a, b = (draw(st.integers(-len(shape), len(shape) - 1)) for _ in range(2))
    turned = Case(lambda x: x.T, lambda x: x.mT, (shape,))
    return (
        turned
        if len(shape) > 1 and draw(st.booleans())
        else same(lambda x: x.transpose(a, b), shape)
    )


@st.composite
def indices(draw):
    """Whole numbers, slices with steps, `...`, None, arrays with repeats, and masks, mixed."""
    shape = draw(with_axes)
    length = draw(st.sampled_from([5, 2, 1, 0]))  # 5 places of at most 3 repeat

    def place(side):
        several = arrays.arrays(np.intp, length, elements=st.integers(-side, side - 1))
        return several | st.integers(-side, side - 1) | st.slices(side) | several

    index = [draw(place(side)) for side in shape]
    if draw(st.booleans()):  # a mask for the first axes
        axes = draw(st.integers(1, len(shape)))
        index[:axes] = [draw(arrays.arrays(bool, shape[:axes]))]
    index = index[: draw(st.integers(1, len(index)))]
    if draw(st.booleans()):
        index.insert(draw(st.integers(0, len(index))), draw(st.sampled_from([None, ...])))
    index = tuple(index) if len(index) > 1 or draw(st.booleans()) else index[0]
    flat = np.arange(prod(shape)).reshape(shape)
    try:
        taken = np.array(flat[index])
    except IndexError:  # arrays and masks that do not fit together
        assume(False)
    # PyTorch lacks negative steps; it takes the numbers from the same places.
    return Case(lambda x: x[index], lambda x: x.reshape(-1)[taken], (shape,))


def every_third(shape):
    return np.arange(prod(shape)).reshape(tuple(shape)) % 3 == 0


def torch_gelu(x):
    import torch

    return torch.nn.functional.gelu(x)


@st.composite
def einsums(draw):
    import torch

    way = draw(
        st.sampled_from(["ij,jk->ik", "ij,jk", "bi,io->ob", "ij,ij->", "i,j->ji", "aij,j->i"])
    )
    side = {letter: draw(st.integers(0, 3)) for letter in "abijko"}
    terms = way.split("->")[0].split(",")
    sides = tuple(tuple(side[letter] for letter in term) for term in terms)
    return Case(lambda a, b: np.einsum(way, a, b), lambda a, b: torch.einsum(way, a, b), sides)


@st.composite
def softmaxes(draw):
    shape = draw(shapes.filter(len))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    return Case(Softmax(axis), lambda x: x.softmax(axis), (shape,))


@st.composite
def cross_entropies(draw):
    import torch

    n, classes = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    labels = draw(arrays.arrays(np.int64, n, elements=st.integers(0, classes - 1)))
    scale = draw(st.sampled_from([1, 100, 1e4 / 2]))
    ours, theirs = CrossEntropyLoss(), torch.nn.CrossEntropyLoss()
    return Case(
        lambda x: ours(x * scale, labels),
        lambda x: theirs(x * scale, torch.tensor(labels)),
        ((n, classes),),
    )


@st.composite
def binary_cross_entropies(draw):
    import torch

    shape = draw(shapes.filter(prod))
    return Case(BinaryCrossEntropyLoss(), torch.nn.BCELoss(), (shape, shape), "probability")


OPERATIONS = {
    "add": two(operator.add),
    "subtract": two(operator.sub),
    "multiply": two(operator.mul),
    "divide": two(operator.truediv, "positive"),
    "power": two(operator.pow, "positive"),
    "matmul": products.map(lambda p: same(operator.matmul, *p.input_shapes, law="any")),
    "einsum": einsums(),
    "negative": one(operator.neg),
    "exp": one(lambda x: x.exp()),
    "log": one(lambda x: x.log(), law="positive"),
    "sqrt": one(lambda x: x.sqrt(), law="positive"),
    "absolute": one(abs),
    "sum": reductions("sum"),
    "mean": reductions("mean"),
    "max": reductions("max", "amax"),
    "min": reductions("min", "amin"),
    "var": reductions("var"),
    "reshape": reshapes(),
    "transpose": transposes(),
    "index": indices(),
    "masked": one(
        lambda x: masked(x, every_third(x.shape), scale=1.25),
        lambda x: x * x.new_tensor(every_third(x.shape) * 1.25),
    ),
    "relu": one(ReLU(), lambda x: x.relu()),
    "sigmoid": one(Sigmoid(), lambda x: x.sigmoid()),
    "tanh": one(Tanh(), lambda x: x.tanh()),
    "softmax": softmaxes(),
    "gelu": one(GELU(), torch_gelu),
    "cross_entropy": cross_entropies(),
    "binary_cross_entropy": binary_cross_entropies(),
}


def test_no_operation_is_left_out():
    """An operation that is added without a comparison may differ from PyTorch unseen."""
    assert OPERATIONS.keys() == DERIVATIVES.keys()


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=50)
@given(data=st.data(), seed=seeds)
def test_as_in_pytorch(check_against_torch, name, data, seed):
    """What a person learns here would not hold in PyTorch."""
    case = data.draw(OPERATIONS[name])
    rng = np.random.default_rng(seed)
    inputs = [numbers(rng, shape, case.law) for shape in case.shapes]
    assert name in check_against_torch(case.ours, case.theirs, *inputs, seed=seed)
