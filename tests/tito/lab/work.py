"""Work for test_apart.py, which the other process imports by name."""

import sys

from tito.lab.apart import Refusal
from tito.lab.networks import from_plain


def echo(layers, reporter, value, times=1):
    """Give the value back, many times if asked, and where the layers are from."""
    reporter.note("begun")
    return {"value": value * times, "file": sys.modules[layers.Linear.__module__].__file__}


def built(layers, reporter, network):
    """Say what a network of a person's file is made of."""
    model = from_plain(network).build(layers)
    return {"own": isinstance(model, layers.Linear), "module": type(model).__module__}


def refused(layers, reporter):
    """Work that cannot be done."""
    raise Refusal("These layers have no class Conv.")


class DiskFull(Refusal):
    """No fault of the layers."""

    clear = True


def on_a_full_disk(layers, reporter):
    """Work that nobody's layers can help with."""
    raise DiskFull("The disk is full.")


def forward(layers, reporter):
    """Run the learner's code."""
    reporter.note(1)
    layers.Linear(2, 2).forward(None)
    return {}


def told_after_forward(layers, reporter):
    """Run a layer, and tell of it."""
    layers.Linear(2, 1).forward(layers.Tensor([[1.0, 2.0]]))
    reporter.tell()
    return {"came": "back"}
