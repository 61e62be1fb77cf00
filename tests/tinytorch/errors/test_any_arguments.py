"""Whatever a public function is given: a result, a ValueError or a TypeError, and nothing else."""

import inspect
import pickle
import pkgutil
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinytorch
from tinytorch import SGD, CrossEntropyLoss, Layer, Linear, Sequential, Tensor, plots
from tinytorch.optim import Optimizer
from tinytorch.optim.lr_scheduler import LRScheduler
from tinytorch.plots import initialisation as initialisation_drawn
from tinytorch.profiling import Row, Summary, summary
from tinytorch.training import Schedule
from tinytorch.utils.data import Dataset, TensorDataset


class Halving(LRScheduler):
    """A schedule with the one method that the base leaves to it."""

    def formula(self, base, count):
        return base * 0.5**count


def leaf():
    """A parameter with a gradient."""
    tensor = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    tensor.grad = Tensor([[0.1, 0.2], [0.3, 0.4]])
    return tensor


# What is right for a parameter of this name, so that the others are reached with it.
RIGHT = {
    "atol": lambda: 1e-8,
    "axis": lambda: -1,
    "batch_size": lambda: 2,
    "betas": lambda: (0.9, 0.99),
    "T_max": lambda: 4,
    "dataset": lambda: [(1.0, 0), (2.0, 1)],
    "lr_lambda": lambda: float,
    "metrics": lambda: 0.5,
    "milestones": lambda: [1, 2],
    "data": lambda: [[1.0, 2.0], [3.0, 4.0]],
    "epochs": lambda: 1,
    "f": lambda: np.exp,
    "gamma": lambda: 0.5,
    "gradient": lambda: np.ones((2, 2)),
    "in_features": lambda: 2,
    "index": lambda: 0,
    "input_shape": lambda: (3, 2),
    "input_size": lambda: 2,
    "layer": lambda: Linear(2, 2),
    "loss": CrossEntropyLoss,
    "lr": lambda: 0.1,
    "model": lambda: Linear(2, 2),
    "number": lambda: 1,
    "optimizer": lambda: SGD(Linear(2, 2).parameters(), lr=0.1),
    "other": lambda: Tensor([0.5, 2.0]),
    "output": lambda: Linear(2, 2)(Tensor([0.5, 2.0])),
    "out_features": lambda: 2,
    "output_size": lambda: 2,
    "params": lambda: [leaf()],
    "path": lambda: "no.such.checkpoint",
    "place": lambda: 0,
    "prediction": lambda: Tensor([[0.5, 1.0], [0.0, 0.2]], requires_grad=True),
    "probability": lambda: 0.5,
    "shape": lambda: (2, 2),
    "size": lambda: 2,
    "step_size": lambda: 2,
    "steps_per_epoch": lambda: 2,
    "state": lambda: Linear(2, 2).state_dict(),
    "t_max": lambda: 4,
    "target": lambda: [0, 1],
    "x": lambda: Tensor([[0.5, 1.0], [-1.0, 0.2]], requires_grad=True),
    "y": lambda: [0, 1],
}


@st.composite
def arguments(draw, function, anything):
    """Arguments for a function: each what it should be, left out, or anything."""
    parameters = inspect.signature(function).parameters.values()
    more = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    places, names = [], {}
    for each in parameters:
        if each.kind is each.VAR_POSITIONAL:
            places += draw(st.lists(anything, max_size=3))
        elif each.kind is not each.VAR_KEYWORD:
            choices = ["anything", *["right"] * 2 * (each.name in RIGHT)]
            choices += ["default"] * (each.default is not each.empty)
            choice = draw(st.sampled_from(choices))
            value = RIGHT[each.name]() if choice == "right" else draw(anything)
            if each.name == "epochs" and isinstance(value, int):
                value = min(value, 2)  # 10**12 epochs would take for ever, as they should
            if more and each.kind is each.POSITIONAL_OR_KEYWORD:
                places.append(value)
            elif choice != "default":
                names[each.name] = value
    return places, names


def ours(function):
    return getattr(inspect.unwrap(function), "__module__", "").startswith("tinytorch")


# These are called by NumPy, by pickle and by Python, or by step, with what they looked at before.
PROTOCOLS = {"__array__", "__array_function__", "__array_ufunc__", "__dlpack__", "__getstate__"}
PROTOCOLS |= {
    "__delattr__",
    "__getattr__",
    "__dir__",
    "formula",
    "__enter__",
    "__exit__",
    "__format__",
    "__init__",
    "__setattr__",
    "updated",
}


def methods(cls):
    """The methods of a class that TinyTorch wrote, operators among them."""
    for name in dir(cls):
        value = inspect.getattr_static(cls, name)
        private = name.startswith("_") and not name.endswith("__")
        if inspect.isfunction(value) and ours(value) and not private and name not in PROTOCOLS:
            yield name


def public():
    """Every public function, class and method, by name: what it is called on, and how."""
    modules = [each.name for each in pkgutil.walk_packages(tinytorch.__path__, "tinytorch.")]
    for module in map(import_module, ["tinytorch", *modules]):
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if inspect.isclass(value) and issubclass(value, tuple | Exception):
                continue
            if callable(value):
                yield name, (None, value)
            if inspect.isclass(value):
                for method in methods(value):
                    yield f"{name}.{method}", (value, method)


PUBLIC = dict(public())
# What the methods of a class are called on, where its arguments alone do not make it.
MADE = {
    Tensor: leaf,
    LRScheduler: lambda: Halving(RIGHT["optimizer"]()),
    Sequential: lambda: Sequential(Linear(2, 2), Linear(2, 2)),
    Summary: lambda: summary(Linear(2, 2), (3, 2)),
    Row: lambda: summary(Linear(2, 2), (3, 2)).rows[0],
    plots.Diagram: lambda: plots.layers(Linear(2, 2), (3, 2)),
    TensorDataset: lambda: TensorDataset(leaf()),
    plots.Outcome: lambda: plots.measure_training([1.0], [[0.9, 0.1]], [0]),
}


def made(cls):
    """An object of a class, made from what is right."""
    needed = inspect.signature(cls).parameters.values()
    single = [each for each in needed if each.kind is each.POSITIONAL_OR_KEYWORD]
    return cls(**{each.name: RIGHT[each.name]() for each in single if each.default is each.empty})


@pytest.fixture(autouse=True)
def a_small_measurement(monkeypatch):
    """Where nothing is given, `plots.init` measures a network, and not one of full size.

    Twenty of those may take longer than a test has on a busy machine, and an end by time in the
    midst of a draw looks as if the strategy changed.
    """
    measured = plots.measure_init(width=4, depth=2, batch=4)
    monkeypatch.setattr(initialisation_drawn, "measure_init", lambda: measured)


def test_there_is_something_to_call():
    """A search that finds nothing would pass everything below."""
    assert len(PUBLIC) > 200
    assert {"Tensor", "Tensor.__add__", "SGD.step", "Linear.to", "fit", "normal"} <= PUBLIC.keys()


@pytest.mark.parametrize("name", PUBLIC)
@settings(max_examples=12)
@given(data=st.data())
def test_a_result_or_one_of_two_errors(name, anything, outcome, data):
    """Any other error looks like a fault of the framework, and says nothing about the cause."""
    if name in ("from_torch", "to_torch"):
        pytest.importorskip("torch")
    cls, function = PUBLIC[name]
    owner = cls and (MADE[cls]() if cls in MADE else made(cls))
    call = getattr(owner, function) if cls else function
    places, names = data.draw(arguments(call, anything))
    before = pickle.dumps(owner)
    try:
        if outcome(call, *places, **names) == "refused":
            assert pickle.dumps(owner) == before, "what failed changed something"
    except NotImplementedError:
        bases = (Layer, Schedule, Dataset, LRScheduler, Optimizer)
        assert (cls or function) in bases, "only a base has nothing to compute"
