"""What a misspelt name was meant to be."""

import math

import pytest

from tito.engine.observe import did_you_mean, without_guess


class Thing:
    def __init__(self):
        self.weight = 1

    def forward(self):
        return 2


def raised(action):
    with pytest.raises((NameError, AttributeError, ValueError)) as caught:
        action()
    return caught.value


class WithoutSelf(Thing):
    def __call__(self):
        return forward()  # noqa: F821


def misspelt():
    limt = math.pi
    return limit + limt  # noqa: F821


@pytest.mark.parametrize(
    ("action", "meant"),
    [
        (lambda: Thing().wieght, "weight"),
        (WithoutSelf(), "self.forward"),
        (misspelt, "limt"),
        (lambda: sqrt(2), "math.sqrt"),  # noqa: F821
    ],
)
def test_the_near_name_is_named(action, meant):
    """Lost otherwise: a person reads their own typing error three times and does not see it."""
    assert did_you_mean(raised(action)) == f". Did you mean {meant}?"


@pytest.mark.parametrize("action", [lambda: Thing().quite_another, lambda: int("x")])
def test_nothing_near_is_nothing_said(action):
    """A wrong guess would send a person the wrong way."""
    assert did_you_mean(raised(action)) == ""


def test_an_object_that_breaks_when_asked():
    """A learner's __dir__ must not end the worker."""

    class Hostile:
        def __dir__(self):
            raise RuntimeError

    assert did_you_mean(raised(lambda: Hostile().weight)) == ""


def test_what_the_learner_did_not_type_was_not_meant_by_them():
    """Lost otherwise: asked for `weight` by a test, one reads: did you mean wieght?"""
    error = raised(lambda: Thing().wieght)
    assert did_you_mean(error, typed=False) == ". Close to it is weight."


@pytest.mark.parametrize("typed", [True, False])
def test_the_guess_is_no_part_of_what_python_says(typed):
    """Two people with one mistake must not be told apart by what else stands in their files."""
    error = raised(lambda: Thing().wieght)
    assert without_guess(f"{error}{did_you_mean(error, typed=typed)}") == str(error)
