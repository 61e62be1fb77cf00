"""Optimizers: PyTorch's formulas over many steps, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import SGD, Adam, AdamW, Linear, Tensor

OURS = {"SGD": SGD, "Adam": Adam, "AdamW": AdamW}
rates = st.floats(1e-3, 0.5)
decays = st.sampled_from([0.0, 0.1])
settings = st.one_of(
    st.tuples(st.just("SGD"), st.fixed_dictionaries({"lr": rates, "weight_decay": decays})),
    st.tuples(
        st.just("SGD"),
        st.fixed_dictionaries(
            {
                "lr": rates,
                "momentum": st.floats(0.1, 0.95),
                "nesterov": st.booleans(),
                "weight_decay": decays,
            }
        ),
    ),
    st.tuples(
        st.sampled_from(["Adam", "AdamW"]),
        st.fixed_dictionaries(
            {
                "lr": rates,
                "betas": st.tuples(st.floats(0, 0.95), st.floats(0.5, 0.999)),
                "eps": st.sampled_from([1e-8, 1e-3]),
                "weight_decay": decays,
            }
        ),
    ),
)


@given(case=settings, seed=st.integers(0, 2**32 - 1))
def test_ten_steps_as_in_pytorch(torch, case, seed):
    """A recipe from a paper or a PyTorch program would not train here."""
    name, options = case
    rng = np.random.default_rng(seed)
    starts = [rng.normal(size=shape).astype(np.float32) for shape in [(3, 2), (2,)]]
    ours = [Tensor(start, requires_grad=True) for start in starts]
    theirs = [torch.tensor(start, requires_grad=True) for start in starts]
    our_optimizer = OURS[name](ours, **options)
    their_optimizer = getattr(torch.optim, name)(theirs, **options)
    for step in range(10):
        for place, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            # The second parameter has no gradient in some steps, and then stays as it is.
            missing = place == 1 and step % 3 == 1
            gradient = rng.normal(size=a.shape).astype(np.float32)
            a.grad = None if missing else Tensor(gradient)
            b.grad = None if missing else torch.tensor(gradient)
        our_optimizer.step()
        their_optimizer.step()
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "setting", "values"),
    [
        ("Adam", "betas", [(0.9, 0.999), (0.5, 0.999), (0.95, 0.9), (0.0, 0.99)]),
        ("Adam", "eps", [1e-8, 1e-2]),
        ("AdamW", "weight_decay", [0.1, 0.0]),
        ("SGD", "momentum", [0.9, 0.5]),
        ("SGD", "weight_decay", [0.1, 0.0]),
    ],
)
def test_settings_that_change_as_in_pytorch(torch, name, setting, values):
    """A schedule that lowers the momentum as it raises the learning rate would overshoot."""
    options = {"lr": 0.1, setting: values[0]}
    w, theirs = (make([1.0, -2.0], requires_grad=True) for make in (Tensor, torch.tensor))
    ours, their_optimizer = (
        OURS[name]([w], **options),
        getattr(torch.optim, name)([theirs], **options),
    )
    for step in range(12):
        value = values[step // 3 % len(values)]
        setattr(ours, setting, value)
        their_optimizer.param_groups[0][setting] = value
        gradient = np.cos([step, 2.0 * step]).astype(np.float32)
        w.grad, theirs.grad = Tensor(gradient), torch.tensor(gradient)
        ours.step()
        their_optimizer.step()
        np.testing.assert_allclose(w.data, theirs.detach().numpy(), rtol=1e-5)


@pytest.mark.parametrize("name", OURS)
def test_defaults_as_in_pytorch(torch, name):
    """`Adam(model.parameters())` means the same in both."""
    a, b = Tensor([1.0, -2.0], requires_grad=True), torch.tensor([1.0, -2.0], requires_grad=True)
    a.grad, b.grad = Tensor([0.3, 0.5]), torch.tensor([0.3, 0.5])
    OURS[name]([a]).step()
    getattr(torch.optim, name)([b]).step()
    np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "options"),
    [("SGD", {}), ("SGD", {"momentum": 0.9}), ("Adam", {}), ("AdamW", {"weight_decay": 0.1})],
)
def test_arrays_that_a_person_holds_stay(name, options):
    """The best weights so far, kept in a variable, would be overwritten by the next step."""
    layer = Linear(2, 2)
    optimizer = OURS[name](layer.parameters(), lr=0.1, **options)
    gradients = []
    for _ in range(3):
        held = layer.weight.data
        copy = held.copy()
        layer.weight.grad = Tensor(np.ones((2, 2)))
        gradient = layer.weight.grad.data
        gradients.append(gradient)
        optimizer.step()
        np.testing.assert_array_equal(held, copy)
        np.testing.assert_array_equal(gradients, 1)
        assert (layer.weight.data != copy).all()
        assert not np.shares_memory(layer.weight.data, gradient)


@pytest.mark.parametrize("name", OURS)
def test_zero_grad_and_a_learning_rate_that_changes(name):
    """Without zero_grad gradients pile up; schedules set lr, often as a NumPy number."""
    w = Tensor([1.0], requires_grad=True)
    optimizer = OURS[name]([w], lr=0.1)
    (w * 2).backward()
    optimizer.lr = np.float64(0.0)
    optimizer.step()
    assert w.item() == 1.0
    assert w.dtype == np.float32
    optimizer.zero_grad()
    assert w.grad is None


def test_a_parameter_listed_twice_moves_once():
    """A layer used twice would learn at double speed."""
    w = Tensor([1.0], requires_grad=True)
    w.grad = Tensor([1.0])
    SGD([w, w], lr=0.5).step()
    assert w.item() == 0.5


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ([], ValueError, "got an empty list"),
        (iter([]), ValueError, "got an empty list"),
        ([np.ones(2)], TypeError, "a list with ndarray in it"),
        ([Linear(2, 2)], TypeError, "a list with Linear in it"),
        (Tensor([1.0], requires_grad=True), TypeError, "got one tensor"),
        ([Tensor([1.0])], ValueError, "with requires_grad=False"),
        ([Tensor([1.0], requires_grad=True) * 2], ValueError, "the result of an operation"),
    ],
)
def test_nothing_to_learn(name, params, error, message):
    """Training would run for hours and change nothing."""
    with pytest.raises(error, match=message):
        OURS[name](params, lr=0.1)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("SGD", {"lr": -0.1}, "lr of at least 0"),
        ("SGD", {"lr": float("nan")}, "lr of at least 0"),
        ("SGD", {"momentum": -1}, "momentum of at least 0"),
        ("SGD", {"nesterov": True}, "expects momentum with nesterov"),
        ("Adam", {"betas": (0.9, 1.0)}, "Adam expects betas"),
        ("AdamW", {"betas": (-0.1, 0.9)}, "AdamW expects betas"),
        ("AdamW", {"weight_decay": -1}, "weight_decay of at least 0"),
    ],
)
def test_settings_out_of_range(name, options, message):
    """A slip in a setting is told at once, not after a training run."""
    with pytest.raises(ValueError, match=message):
        OURS[name]([Tensor([1.0], requires_grad=True)], **options)
