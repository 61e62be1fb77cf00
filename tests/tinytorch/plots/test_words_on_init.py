"""What `tito show init` says is what was measured, also where it turns out otherwise."""

from dataclasses import replace

import pytest

from tinytorch.plots.initialisation import OWN, Start, Starts
from tinytorch.plots.words import fate
from tinytorch.plots.words import init as say


def start(kind, function, forward, backward, units=8, weights=1.0):
    return Start(
        kind, function, 8, [1.0, forward], [backward, 1.0], [weights], [units], [], 0, 0, 0
    )


def starts(*changed):
    """Networks in which all is kept, but for what is changed."""
    kinds = ("zero", "constant", "too small", "too large", "LeCun", "Glorot", "He", OWN)
    known = {(k, f): start(k, f, 1.0, 1.0) for k in kinds for f in ("ReLU", "Tanh")}
    known |= {(each.kind, each.function): each for each in changed}
    return Starts(8, 1, 4, 0, list(known.values()))


@pytest.mark.parametrize(
    ("forward", "backward", "word"),
    [
        (1.1, 0.9, "kept"),
        (0.1, 10, "kept"),
        (0.09, 1, "smaller"),
        (1, 11, "larger"),
        (1e-4, 1, "vanished"),
        (1, 0.0, "vanished"),
        (0.5, 1e4, "exploded"),
        (float("inf"), 1, "no longer finite numbers"),
        (1, float("nan"), "no longer finite numbers"),
    ],
)
def test_what_became_of_the_sizes_is_named_by_the_worse_end(forward, backward, word):
    """Lost otherwise: a gradient that explodes behind healthy activations is called kept."""
    assert fate(start("He", "Tanh", forward, backward)) == word


def test_units_that_are_one_are_named_as_measured():
    """Lost otherwise: `constant` is said to make units alike with a layer in which it does not."""
    assert "one unit" not in " ".join(say(starts(), "Linear"))
    alike = [start("He", function, 1.0, 1.0, units=1) for function in ("ReLU", "Tanh")]
    words = say(starts(*alike), "Linear")
    assert words[0].startswith("He weights: all 8 units")
    assert "He" not in words[1]
    assert words[1].split("\n")[1].startswith("  kept: zero 1 and 1")
    assert "one unit" not in " ".join(say(starts(alike[0]), "Linear"))


def test_weights_that_never_move_are_named_as_measured():
    """Lost otherwise: zeros are said to be stuck where a bias moves them."""
    none = [start("zero", function, 0.0, 0.0, 1, 0.0) for function in ("ReLU", "Tanh")]
    first = say(starts(*none), "Linear")[0]
    assert first.startswith("Zero weights: all activations after them are exactly 0")
    every = [replace(each, weights=[0.0]) for each in starts().starts]
    assert say(starts(*every), "Linear")[0].startswith("However the weights are set, none gets")
    assert "ever moves" not in " ".join(say(starts(*every), "Linear"))
    biased = [replace(each, forward=[1.0, 0.3]) for each in none]
    first = say(starts(*biased), "Linear")[0]
    assert first == "Zero weights: no weight gets a gradient, and none ever moves."


def test_saturation_and_the_layers_own_weights_are_told():
    """Lost otherwise: Tanh hides an explosion, and one's own layer is not in the picture."""
    pinned = replace(start("too large", "Tanh", 0.9, 1e4), saturated=0.8)
    words = say(starts(pinned, start(OWN, "ReLU", 0.25, 1.0)), "Your Linear")
    assert "80% of the last ones are beyond 0.99" in words[-2]
    assert words[-1] == (
        "Your Linear, with the weights that it makes itself: 0.25 of the size with ReLU and 1 of "
        "the size with Tanh are left (with ReLU, 0.25 a layer)."
    )
