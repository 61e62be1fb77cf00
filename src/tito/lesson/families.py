"""Families of checks: what many lessons ask of an exercise, each in one line of a ``checks.py``.

A lesson's ``checks.py`` is a list of facts. ``about`` begins those of one exercise; called, it adds
one fact, a probe and how to say it; a family adds one fact or a few that many exercises share. At
the end the lesson puts its exercises in order::

    relu = about("ReLU.forward")
    relu("computes max(x, 0)", lambda t: numbers(t.made("ReLU").forward(t.tensor(2, 6))))
    takes(relu, (3,), (2, 1, 3), (0, 3), name="takes any number of axes")
    survives(relu, "goes on without a limit", [[-10_000.0, 10_000.0]])
    gradients(relu)
    pure(relu)

    parameters = about("ReLU.parameters")
    learns_nothing(parameters)

    CHECKS = in_order(relu, parameters)

**What is asked.** The exercise ``Part.method`` is asked of an object: ``make(t)`` gives it, by
default ``t.made("Part")``, and ``made`` and ``on`` are its words: ``Linear(3, 2)`` and "a Linear(3,
2) that holds the weight and bias below", by default ``Part()`` and "a Part()". An exercise without
a point is a function of the module, which is called. ``shape`` is that of an x that fits; every
input that a family makes is like it. What ``make`` gives may be a ``Made``, so that a probe waits
for a constructor that keeps too little; and it may have a method ``gradient(name)`` that gives what
arrived at one of its Tensors, for ``gradients(f, "weight")`` and ``called(f, to="weight")``.

**The words.** ``tried`` says what the probe did. Without one, it is "forward(x) of a ReLU()", the
exercise on a single x. ``needs`` holds for every fact of an exercise unless one says its own.

**The families**, in the order in which one usually asks:

- construction: ``keeps`` an argument, ``keeps_tensor`` to learn, ``arrives`` a gradient there,
  ``keeps_apart`` when another object is made, ``drawn`` at random (with a measure of the lesson's);
- results: ``gives_tensor``, ``takes`` x of these shapes, empty ones too, ``survives`` numbers at
  the ends, ``keeps_nan``;
- ``gradients`` that reach x and what is to be learned;
- purity: ``pure``, or one by one ``own_result``, ``leaves_x``, ``same_again``, ``own_answers``,
  ``called``;
- ``refuses`` what does not fit, next to what does;
- parameters: ``gives_list``, ``no_more_again``, ``learns_nothing``, ``nothing_of_others``.

Two exercises with one table of facts are a loop over both. The numbers that a family draws from the
trial come in the order in which its ``tried`` names them, the object's own at its place there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinytorch.core.given.checks import with_article
from tinytorch.core.tensor import Tensor
from tito.lesson.model import Check, Probe
from tito.lesson.probes import gradient, items_of, kind, numbers, pull_back, shape_of
from tito.lesson.trial import Trial

Make = Callable[[Trial], Any]


@dataclass
class Facts:
    """The facts about one exercise, in the order in which they were added by calling it."""

    exercise: str
    make: Make
    made: str
    on: str
    shape: tuple[int, ...]
    needs: tuple[str, ...] = ()
    checks: list[Check] = field(default_factory=list[Check])

    def __call__(
        self,
        name: str,
        probe: Probe,
        *,
        tried: str | None = None,
        measure: str | None = None,
        about: str | None = None,
        needs: tuple[str, ...] | None = None,
    ) -> None:
        """Add a fact: what the probe returns has to be what it returns for the reference."""
        needs = self.needs if needs is None else needs
        tried = self.asked() if tried is None else tried
        self.checks.append(Check(self.exercise, name, tried, probe, measure, about, needs))

    @property
    def part(self) -> str:
        """The class that it is about, or the function."""
        return self.exercise.partition(".")[0]

    @property
    def method(self) -> str:
        """The name of the method; "" where the exercise is a function."""
        return self.exercise.rpartition(".")[2] if "." in self.exercise else ""

    def asked(self, x: str = "x") -> str:
        """How the exercise is asked, in words: ``forward(x) of a ReLU()``, or ``relu(x)``."""
        return f"{self.method}({x}) of {self.on}" if self.method else f"{self.exercise}({x})"

    def run(self, thing: Any, *arguments: Any) -> Any:
        """Ask it."""
        return (getattr(thing, self.method) if self.method else thing)(*arguments)

    def x(self, t: Trial, name: str = "x", **asked: bool) -> Tensor:
        """An x that fits."""
        return t.tensor(*self.shape, name=name, **asked)

    def rows(self, t: Trial, count: int, name: str) -> Tensor:
        """An x that fits, of so many rows."""
        return t.tensor(count, *self.shape[1:], name=name)


def about(
    exercise: str,
    *,
    make: Make | None = None,
    made: str | None = None,
    on: str | None = None,
    shape: tuple[int, ...] = (2, 3),
    needs: tuple[str, ...] = (),
) -> Facts:
    """Begin the facts about an exercise; see the top of this file for what the arguments are."""
    part, method = exercise.partition(".")[::2]

    def default(t: Trial) -> Any:
        return t.made(part) if method else getattr(t.module, part)

    made = f"{part}()" if made is None else made
    on = with_article(made) if on is None else on
    return Facts(exercise, make or default, made, on, shape, needs)


def in_order(*facts: Facts) -> tuple[Check, ...]:
    """The checks of a lesson: those of these exercises, one after the other."""
    return tuple(check for each in facts for check in each.checks)


# Construction.


def keeps(f: Facts, *names: str) -> None:
    """The object has what it was given, under these names."""
    for name in names:
        f(f"keeps {name}", lambda t, n=name: getattr(f.make(t), n), tried=f"{f.made}.{name}")


def keeps_tensor(f: Facts, name: str, axes: str, starts: str | None = None) -> None:
    """Under that name the object has a Tensor to learn; ``axes`` names them, "(in_features,)".

    ``starts`` is a measure of the lesson's for the numbers of one that starts at zero.
    """

    def kept(t: Trial) -> Any:
        return getattr(f.make(t), name)

    its = f"{f.made}.{name}"

    def fact(words: str, probe: Probe, tried: str, measure: str | None = None) -> None:
        f(words, probe, tried=tried, about=name, measure=measure)

    fact(f"makes {name} a Tensor", lambda t: kind(kept(t)), its)
    fact(f"gives {name} the shape {axes}", lambda t: shape_of(kept(t)), f"{its}.shape")
    if starts:
        numbered = f"the numbers in {its}"
        fact(f"starts {name} at zero", lambda t: numbers(kept(t)), numbered, starts)
    asks = f"asks for the gradient of {name}"
    fact(asks, lambda t: kept(t).requires_grad, f"{its}.requires_grad")


def arrives(f: Facts, name: str) -> None:
    """A gradient arrives at the Tensor of that name: it is no result of something."""

    def probe(t: Trial) -> object:
        kept = getattr(f.make(t), name)
        pull_back(t, kept * 2)
        return shape_of(getattr(kept, "grad", None))

    tried = f"{f.made}.{name}.grad after ({name} * 2).backward()"
    f(f"lets gradients arrive at {name}", probe, tried=tried, about=name)


def keeps_apart(f: Facts, other: str, make: Make, *names: str) -> None:
    """The object keeps what it has under these names when another one is made."""

    def probe(t: Trial) -> object:
        thing = f.make(t)
        before = {name: getattr(thing, name, None) for name in names}
        make(t)
        changed = [name for name, kept in before.items() if getattr(thing, name, None) is not kept]
        return f"other {', '.join(changed)}" if changed else "the same"

    tried = f"a = {f.made}, then b = {other}: whether a has what it had before"
    f("keeps its own when another layer is made", probe, tried=tried)


def drawn(f: Facts, what: str, probe: Probe, facts: Mapping[str, str], about: str) -> None:
    """Numbers drawn at random are judged by measures of the lesson's: ``facts`` has their names."""
    for name, measure in facts.items():
        f(name, probe, tried=what, about=about, measure=measure)


# Results.


def gives_tensor(f: Facts) -> None:
    """What comes out is a Tensor."""
    f("returns a Tensor", lambda t: kind(f.run(f.make(t), f.x(t))))


_AXES = {1: "one example, with one axis", 2: "two axes", 3: "three axes", 4: "four axes"}


def takes(f: Facts, *shapes: tuple[int, ...], name: str | None = None) -> None:
    """Each of these shapes is taken: one fact for each, or, under a name, one for all of them."""

    def answer(t: Trial, thing: Any, shape: tuple[int, ...], x: str = "x") -> object:
        return numbers(f.run(thing, t.tensor(*shape, name=x)))

    def all_of_them(t: Trial) -> object:
        thing, each = f.make(t), [(shape, f"x of shape {shape}") for shape in shapes]
        return {words: answer(t, thing, shape, words) for shape, words in each}

    if name is not None:
        f(name, all_of_them, tried=f"{f.asked()}, x of the shapes {', '.join(map(str, shapes))}")
        return
    for shape in shapes:
        empty = 0 in shape
        what = "an empty batch" if empty else _AXES[len(shape)]
        tried = f.asked() + (f", x of shape {shape}" if empty else "")
        f(f"takes {what}", lambda t, s=shape: answer(t, f.make(t), s), tried=tried)


def _given(t: Trial, rows: Sequence[Any]) -> Tensor:
    return t.given("x", Tensor(np.array(rows, np.float32), requires_grad=True))


def survives(f: Facts, name: str, rows: Sequence[Any], slopes: str | None = None) -> None:
    """Numbers at the ends of the range give what they should; under ``slopes``, gradients too."""
    flat = np.array(rows).ravel()
    ends = f"x from {flat.min():.10g} to {flat.max():.10g}"
    f(name, lambda t: numbers(f.run(f.make(t), _given(t, rows))), tried=f"{f.asked()}, {ends}")

    def back(t: Trial) -> object:
        x = _given(t, rows)
        pull_back(t, f.run(f.make(t), x))
        return gradient(x, x.shape)

    if slopes is not None:
        f(slopes, back, tried=f"x.grad after {f.asked()} and backward(), {ends}")


def keeps_nan(f: Facts, name: str = "keeps NaN") -> None:
    """NaN comes out where it has gone in."""
    rows = [[np.nan, 1.5, 0.5], [-2.0, 0.5, 1.0]]
    tried = f"{f.asked()}, where one number of x is NaN"
    f(name, lambda t: numbers(f.run(f.make(t), _given(t, rows))), tried=tried)


def gradients(f: Facts, *to: str) -> None:
    """The way back is open: to x, and to the Tensors of the object that are named."""

    def to_x(t: Trial) -> object:
        x = f.x(t, requires_grad=True)
        pull_back(t, f.run(f.make(t), x))
        return gradient(x, f.shape)

    def to_its(t: Trial, name: str) -> object:
        thing = f.make(t)
        pull_back(t, f.run(thing, f.x(t)))
        return thing.gradient(name)

    for name in to or ("x",):
        its = "x" if name == "x" else f"the {name}"
        probe: Probe = to_x if name == "x" else lambda t, n=name: to_its(t, n)
        tried = f"{name}.grad after {f.asked()} and backward()"
        f(f"lets gradients reach {its}", probe, tried=tried)


# Purity.


def pure(f: Facts) -> None:
    """A call changes nothing, nothing stays from one to the next, and a call is a forward."""
    leaves_x(f)
    same_again(f)
    own_answers(f)
    if f.method:
        called(f)


def leaves_x(f: Facts) -> None:
    """The input is what it was."""

    def probe(t: Trial) -> object:
        x = f.x(t)
        f.run(f.make(t), x)
        return numbers(x)

    f("leaves x as it was", probe, tried=f"x after {f.asked()}")


def same_again(f: Facts) -> None:
    """Nothing is random, and nothing wears off."""

    def probe(t: Trial) -> object:
        thing, x = f.make(t), f.x(t)
        f.run(thing, x)
        return numbers(f.run(thing, x))

    tried = f"{f.method or f.exercise}(x) for a second time" + (f", of {f.on}" if f.method else "")
    f("gives the same for the same x", probe, tried=tried)


def own_answers(f: Facts, asked: str | None = None) -> None:
    """No result is kept, by the place of x, its shape, or for good."""

    def probe(t: Trial) -> object:
        thing, x = f.make(t), f.x(t)
        others = (f.x(t, "z"), f.rows(t, 1, "one"), f.rows(t, 4, "four"))
        answers = [numbers(f.run(thing, each)) for each in (x, *others)]
        x.data = t.given("x again", t.values(*f.shape))
        return [*answers, numbers(f.run(thing, x))]

    asked = asked or (f"{f.method} of {f.on}:" if f.method else f"{f.exercise}:")
    tried = f"{asked} on x, on z of the same shape, on one row, on four rows, and on x again "
    f("gives each x an answer of its own", probe, tried=tried + "with other numbers in it")


def own_result(f: Facts, word: str = "layer") -> None:
    """Nothing is kept for all objects alike. It comes before any other forward of the class."""
    tried = f"a = {f.made}, b = {f.made}: whether b.{f.method}(x) is the very Tensor that "
    f(
        f"gives no result of another {word}",
        lambda t: whose(f.x(t), f.make(t), f.make(t)),
        tried=f"{tried}a.{f.method}(x) gave",
    )


def whose(x: Tensor, a: Any, b: Any) -> str:
    """Whether forward of b gives its own result, or what a gave; an error is told elsewhere."""
    with suppress(Exception):
        first = a.forward(x)
        if isinstance(first, Tensor) and first is not x and b.forward(x) is first:
            return "the result of a"
    return "its own"


def called(f: Facts, word: str = "layer", to: str = "z", needs: tuple[str, ...] = ()) -> None:
    """The object can be called like a function, and that is its forward, with the way back."""

    def probe(t: Trial) -> object:
        thing, x, z = f.make(t), f.x(t), f.x(t, "z", requires_grad=to == "z")
        answers = [thing(each) for each in (x, z)]
        pull_back(t, answers[-1])
        given = {f"{word}({name})": numbers(y) for name, y in zip("xz", answers, strict=True)}
        arrived = gradient(z, f.shape) if to == "z" else thing.gradient(to)
        return {**given, f"{to}.grad": arrived}

    tried = f"{word}(x), then {word}(z), where {word} is {f.on}; backward() from there, and "
    f(
        f"gives the same when the {word} is called",
        probe,
        tried=f"{tried}{to}.grad",
        about="__call__",
        needs=needs,
    )


# Refusals.

Case = tuple[str, Callable[[Trial], object]]


def refuses(f: Facts, name: str, good: Case, bad: Case) -> None:
    """What does not fit is refused with the reference's kind of error, and what fits is not.

    A case is what is done, in words and as a function.
    """

    def probe(t: Trial) -> object:
        return {words: t.raised(lambda do=do: do(t)) for words, do in (good, bad)}

    f(name, probe, tried=bad[0])


# Parameters.


def gives_list(f: Facts) -> None:
    """What comes back is a list."""
    f("returns a list", lambda t: kind(f.run(f.make(t))), tried=f.asked(""))


def no_more_again(f: Facts) -> None:
    """Asked twice, the list has not grown."""

    def probe(t: Trial) -> object:
        thing = f.make(t)
        before = len(list(f.run(thing)))
        return f"{len(list(f.run(thing))) - before} more"

    tried = f"how many more items {f.asked('')} has at the second call"
    f("holds no more when asked again", probe, tried=tried)


def learns_nothing(f: Facts, **asked: Any) -> None:
    """The list is empty, after a forward too; ``asked`` is what that is told besides x."""

    def probe(t: Trial) -> object:
        thing = f.make(t)
        t.raised(lambda: thing.forward(f.x(t), **asked))
        found: Any = f.run(thing)
        return [*map(_in_words, found)] if isinstance(found, list) else found  # pyright: ignore[reportUnknownArgumentType]

    tried = f"layer = {f.made}, a call of it, then layer.{f.method}()"
    f("is an empty list", probe, tried=tried)


def nothing_of_others(f: Facts, other: str, make: Make) -> None:
    """The list of what has nothing to learn stays empty when another object was asked for its."""

    def probe(t: Trial) -> object:
        thing = f.make(t)
        with suppress(Exception):
            make(t).parameters()
        return "some of it" if items_of(f.run(thing)) else "none of it"

    tried = f"{with_article(other)} and its parameters(), then {f.made}.{f.method}()"
    f("has nothing of another layer", probe, tried=tried)


def _in_words(item: Any) -> str:
    """What it is, without its numbers, which may be random."""
    shape = f" of shape {item.shape}" if hasattr(item, "shape") else ""
    return f"{with_article(type(item).__name__)}{shape}"
