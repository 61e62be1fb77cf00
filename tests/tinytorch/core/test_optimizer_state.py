"""What an optimizer remembers, given away and taken over: the same bits, or nothing changes."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import SGD, Adam, AdamW, Linear, Tensor
from tinytorch.core.given import kernels as moments

KINDS = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    (Adam, {"lr": 0.1, "weight_decay": 0.01}),
    (AdamW, {"lr": 0.1, "betas": (0.8, 0.99)}),
]
SHAPES = [(3, 4), (4,), (), (2, 5)]


def parameters(dtype=np.float32):
    made = np.random.default_rng(0)
    return [Tensor(made.normal(size=s), requires_grad=True, dtype=dtype) for s in SHAPES]


def step(params, optimizer, number):
    """A step in which one parameter or another has no gradient."""
    made = np.random.default_rng(number)
    for place, parameter in enumerate(params):
        slope = Tensor(made.normal(size=parameter.shape), dtype=parameter.dtype)
        parameter.grad = None if (number + place) % 4 == 0 else slope
    optimizer.step()


@pytest.mark.parametrize(("kind", "settings"), KINDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(before=st.integers(0, 5), small=st.sampled_from([1, 10, 2**14]))
def test_what_was_given_away_goes_on_with_the_same_bits(kind, settings, dtype, before, small):
    """A momentum that is lost, or rounded, leads to another network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moments, "SMALL", small)  # which parameters are updated as one array
        params = parameters(dtype)
        optimizer = kind(params, **settings)
        for number in range(before):
            step(params, optimizer, number)
        state = optimizer.state_dict()
        others = [Tensor(each.data.copy(), requires_grad=True, dtype=dtype) for each in params]
        other = kind(others, lr=9)
        other.load_state_dict(state)
        for number in range(before, before + 4):
            step(params, optimizer, number)
            step(others, other, number)
        for a, b in zip(params, others, strict=True):
            assert a.data.tobytes() == b.data.tobytes()
            assert a.dtype == b.dtype
        ours, theirs = optimizer.state_dict(), other.state_dict()
        assert ours.keys() == theirs.keys()
        assert all(np.array_equal(ours[name], theirs[name]) for name in ours)


def test_what_is_given_away_belongs_to_whoever_has_it():
    """A kept state would change with the next step, and what is loaded with what was kept."""
    params = parameters()
    optimizer = SGD(params, lr=0.1, momentum=0.9)
    step(params, optimizer, 1)
    state = optimizer.state_dict()
    kept = {name: array.copy() for name, array in state.items()}
    optimizer.load_state_dict(state)
    step(params, optimizer, 1)
    assert all((state[name] == kept[name]).all() for name in state)


def test_the_settings_come_with_it_as_they_were():
    """A learning rate that had been lowered would be high again."""
    params = parameters()
    optimizer = AdamW(params, lr=1, betas=(0.5, 0.75), eps=np.float32(0.1), weight_decay=0.3)
    other = AdamW(params)
    other.load_state_dict(optimizer.state_dict())
    assert (other.lr, other.betas, other.weight_decay) == (1, (0.5, 0.75), 0.3)
    assert other.eps == np.float32(0.1)


def test_it_holds_pytorchs_numbers(torch):
    """Whoever knows PyTorch's state has to find it here, by the factor that is documented."""
    params = parameters()
    theirs = [torch.tensor(each.data, requires_grad=True) for each in params]
    ours, other = Adam(params, lr=0.1), torch.optim.Adam(theirs, lr=0.1)
    for number in (1, 2, 3):
        step(params, ours, number)
        for a, b in zip(params, theirs, strict=True):
            b.grad = None if a.grad is None else torch.tensor(a.grad.data)
        other.step()
    state = ours.state_dict()
    for place, parameter in enumerate(theirs):
        kept = other.state[parameter]
        assert state[f"{place}.steps"] == kept["step"]
        for name, of_torch, factor in (("first", "exp_avg", 0.1), ("second", "exp_avg_sq", 0.001)):
            mean = state[f"{place}.{name}"] * factor
            np.testing.assert_allclose(mean, kept[of_torch].numpy(), rtol=1e-5, atol=1e-9)


def changed(**changes):
    """A good state of Adam in which some entries are others, or None: not there."""
    params = parameters()
    optimizer = Adam(params)
    step(params, optimizer, 1)
    state = {**optimizer.state_dict(), **changes}
    return {name: value for name, value in state.items() if value is not None}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, "expects what state_dict"),
        ([1], "expects what state_dict"),
        ({}, "lr is missing"),
        (Linear(2, 2).state_dict(), "'weight' is unknown"),
        (SGD(parameters()).state_dict(), "'momentum' is unknown"),
        (changed(lr=-1.0), "lr of at least 0"),
        (changed(lr="fast"), "expects numbers"),
        (changed(betas=[0.5]), "betas"),
        (changed(**{"0.first": None}), "0.first is missing"),
        (
            changed(**{"0.first": np.ones((4, 3))}),
            r"0.first has shape \(4, 3\) in place of \(3, 4\)",
        ),
        (changed(**{"0.first": np.ones((3, 4), int)}), "0.first is of int64"),
        (changed(**{"0.steps": 0}), "0.steps is not a whole number of at least 1"),
        (changed(**{"0.steps": 1.5}), "0.steps is not a whole number"),
        (changed(**{"0.betas": [0.5, 1.5]}), "betas"),
        (changed(**{"9.first": np.ones(2)}), "'9.first' is unknown"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_refused_and_nothing_changes(state, words):
    """Half of a state in an optimizer trains, and nobody sees why it trains so badly."""
    params = parameters()
    optimizer = Adam(params, lr=0.5)
    step(params, optimizer, 2)
    before = pickle.dumps(optimizer)
    with pytest.raises((ValueError, TypeError), match=words):
        optimizer.load_state_dict(state)
    assert pickle.dumps(optimizer) == before
