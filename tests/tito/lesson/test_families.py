"""Families of checks: each sees what a right object does, and what a wrong one does instead."""

from types import ModuleType

import numpy as np
import pytest

from tinytorch.core.tensor import Tensor
from tito.lesson.families import (
    about,
    arrives,
    called,
    drawn,
    gives_list,
    gives_tensor,
    gradients,
    in_order,
    keeps,
    keeps_apart,
    keeps_nan,
    keeps_tensor,
    learns_nothing,
    no_more_again,
    nothing_of_others,
    own_result,
    pure,
    refuses,
    survives,
    takes,
)
from tito.lesson.probes import Made, kind, numbers, outcome, shape_of
from tito.lesson.trial import Trial, Waits

SEED = 5
LEFT, SAME = "leaves x as it was", "gives the same for the same x"
OWN, CALL = "gives each x an answer of its own", "gives the same when the layer is called"


class Twice:
    """A right one: y = x times a factor, which is 2."""

    def __init__(self, factor=2.0):
        if not factor > 0:
            raise ValueError(f"Twice expects a positive factor, got {factor}.")
        self.factor = factor
        self.weight = Tensor(np.zeros(3), requires_grad=True)

    def forward(self, x):
        return x * self.factor + self.weight

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return []


def facts(add, exercise="Twice.forward", **asked):
    """The checks that a family adds."""
    f = about(exercise, **asked)
    add(f)
    return in_order(f)


def seen(check, part):
    """What a check sees, as text, where this class or function is the learner's."""
    module = ModuleType("learner")
    vars(module).update({"Twice": part, "twice": part})
    try:
        return repr(check.probe(Trial(module, SEED)))
    except Waits as waits:
        return repr(waits)
    except Exception as error:
        return repr(error)


def told_apart(checks, wrong, right=Twice):
    """The names of the checks that see another thing on a wrong one than on the right one."""
    return [check.name for check in checks if seen(check, wrong) != seen(check, right)]


def changed(name, method):
    return type("Twice", (Twice,), {name: method})


def first_kept(self, x):
    vars(self).setdefault("kept", x * 2 + self.weight)
    return self.kept


def overwritten(self, x):
    x.data *= 2
    return x


def counted(self, x):
    self.factor += 1
    return x * self.factor + self.weight


def for_all(self, x):
    vars(for_all).setdefault("result", x * 2)
    return for_all.result


def grown(self):
    self.found = [*getattr(self, "found", []), self.weight]
    return self.found


def of_all(self):
    of_all.found = [*getattr(of_all, "found", []), self.weight]
    return of_all.found


def parameters(add):
    return facts(add, "Twice.parameters")


def construction(add):
    return facts(add, "Twice.__init__", make=lambda t: t.module.Twice())


def dimmed(self, factor=2.0):
    self.weight = Tensor(np.zeros((3, 1)))


def shared(self, factor=2.0):
    Twice.__init__(self, factor)
    Shared.weight = self.__dict__.pop("weight")


class Shared(Twice):
    __init__ = shared


CASES = {
    "an array": (facts(gives_tensor), changed("forward", lambda s, x: x.data * 2)),
    "one axis": (
        facts(lambda f: takes(f, (3,), (0, 3))),
        changed("forward", lambda s, x: x * 2 if x.shape[1] else x),
    ),
    "an empty batch": (
        facts(lambda f: takes(f, (3,), (2, 1, 3), (0, 3), name="takes any number of axes")),
        changed("forward", lambda s, x: x * 2 + s.weight if x.size else None),
    ),
    "overflow": (
        facts(lambda f: survives(f, "overflows nowhere", [[-1e4, 0.0, 1e4]])),
        changed("forward", lambda s, x: x * 2 + s.weight + (x.data > 100)),
    ),
    "NaN lost": (facts(keeps_nan), changed("forward", lambda s, x: Tensor(np.nan_to_num(x.data)))),
    "graph cut": (facts(gradients), changed("forward", lambda s, x: Tensor(x.data * 2))),
    "no call": (facts(called), changed("__call__", lambda s, x: None)),
    "the result of another": (facts(own_result), changed("forward", for_all)),
    "not kept": (construction(lambda f: keeps(f, "factor")), changed("__init__", dimmed)),
    "shared": (
        construction(lambda f: keeps_apart(f, "Twice(3)", lambda t: t.module.Twice(3.0), "weight")),
        Shared,
    ),
    "not refused": (
        construction(
            lambda f: refuses(
                f,
                "refuses -1",
                ("Twice(1)", lambda t: t.module.Twice(1.0)),
                ("Twice(-1)", lambda t: t.module.Twice(-1.0)),
            )
        ),
        changed("__init__", lambda s, factor=2.0: None),
    ),
    "a tuple": (parameters(gives_list), changed("parameters", lambda s: ())),
    "grows": (parameters(no_more_again), changed("parameters", grown)),
    "something to learn": (parameters(learns_nothing), changed("parameters", grown)),
    "of others": (
        parameters(lambda f: nothing_of_others(f, "Twice()", lambda t: t.module.Twice())),
        changed("parameters", of_all),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_family_tells_wrong_from_right(case):
    """If this fails, a whole kind of mistake passes in every lesson that relies on the family."""
    checks, wrong = CASES[case]
    assert told_apart(checks, wrong)


@pytest.mark.parametrize("case", CASES)
def test_a_family_sees_the_same_on_the_same(case):
    """If this fails, a right file is refused by chance."""
    checks, _ = CASES[case]
    assert told_apart(checks, type("Twice", (Twice,), {})) == []


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        (overwritten, [LEFT, SAME, CALL]),
        (counted, [SAME, OWN, CALL]),
        (first_kept, [OWN, CALL]),
        (lambda s, x: Tensor(x.data * 2), [CALL]),
    ],
)
def test_purity_is_several_facts(wrong, names):
    """If this fails, a learner whose forward remembers is told of the wrong thing, or of none."""
    assert told_apart(facts(pure), changed("forward", wrong)) == names


def test_a_tensor_to_learn_is_looked_at_from_all_sides():
    """If this fails, a weight that no training can move passes for one."""

    def add(f):
        keeps_tensor(f, "weight", "(3,)", starts="zeros")
        arrives(f, "weight")

    checks = construction(add)
    assert told_apart(checks, changed("__init__", dimmed)) == [
        "gives weight the shape (3,)",
        "starts weight at zero",
        "asks for the gradient of weight",
        "lets gradients arrive at weight",
    ]
    assert [check.measure for check in checks] == [None, None, "zeros", None, None]
    assert {check.about for check in checks} == {"weight"}


def test_what_is_drawn_is_judged_by_a_measure():
    """If this fails, random numbers are compared one by one, and no right file passes."""
    (check,) = construction(
        lambda f: drawn(f, "the weights", lambda t: 1, {"centres them": "centre"}, "weight")
    )
    assert (check.name, check.measure, check.tried) == ("centres them", "centre", "the weights")


def test_a_function_is_asked_as_an_object_is():
    """If this fails, a lesson whose exercises are functions needs families of its own."""

    def add(f):
        gives_tensor(f)
        takes(f, (3,), (0, 3))
        gradients(f)
        pure(f)

    checks = facts(add, "twice")
    assert told_apart(checks, lambda x: Tensor(x.data * 2), lambda x: x * 2) == [
        "lets gradients reach x"
    ]
    assert [check.tried for check in checks[:2]] == ["twice(x)", "twice(x)"]
    assert "gives the same when the layer is called" not in [check.name for check in checks]


def test_what_was_tried_is_said_in_the_words_of_the_exercise():
    """If this fails, a learner reads of an object that nobody made."""

    def add(f):
        f("computes it", lambda t: 1)
        gradients(f, "weight", "x")
        own_result(f)

    (its, to_weight, to_x, own) = facts(add, made="Twice(3)", on="a Twice(3) with the weight below")
    assert its.tried == "forward(x) of a Twice(3) with the weight below"
    assert to_weight.tried == f"weight.grad after {its.tried} and backward()"
    assert (to_weight.name, to_x.name) == (
        "lets gradients reach the weight",
        "lets gradients reach x",
    )
    assert own.tried.startswith("a = Twice(3), b = Twice(3): whether b.forward(x) is the very")


def test_needs_hold_for_every_fact_unless_one_says_its_own():
    """If this fails, a check speaks before what it is built on is right."""

    def add(f):
        f("one", lambda t: 1)
        f("two", lambda t: 1, needs=())

    assert [check.needs for check in facts(add, needs=("Layer",))] == [("Layer",), ()]


def test_an_object_that_lacks_what_it_should_keep_waits_for_its_constructor():
    """If this fails, a forgotten attribute is blamed on the method that asks for it."""

    class Bare(Twice):
        __init__ = lambda self: None  # noqa: E731

    made = Made(Bare(), "Twice.__init__", ("factor",))
    with pytest.raises(Waits):
        made.forward(Tensor([1.0]))
    with pytest.raises(AttributeError):
        Made(Bare(), "Twice.__init__").forward(Tensor([1.0]))


def test_what_is_seen_is_fit_to_be_shown():
    """If this fails, a learner is shown an address, or a whole array where its kind is meant."""
    tensor = Tensor([1.0, 2.0])
    assert [kind(each) for each in (tensor, None, [], (), 1)] == [
        "a Tensor",
        "None",
        "a list",
        "a tuple",
        "an int",
    ]
    assert (shape_of(tensor), shape_of(3)) == ("shape (2,)", "an int")
    assert numbers(tensor) is tensor.data
    assert outcome(lambda: 1) == {"returned": 1}
    assert [*outcome(lambda: 1 / 0)] == ["raised"]
