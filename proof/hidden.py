"""A learner whose misconception is not in the table: silence, a hedge, or a wrong name for sure?"""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from proof.learner import verdict_on
from proof.pairs import Told, told
from tito.engine.bench import Bench
from tito.lesson.model import Lesson, Misconception


def without(lesson: Lesson, hidden: Misconception) -> Lesson:
    """The lesson as it was before anyone knew of this misconception, its name or its sentence."""
    known = replace(lesson)
    left = [w for w in lesson.misconceptions if hidden.name != w.name and hidden.says != w.says]
    for part in lesson.parts:
        vars(known).setdefault("_mistakes", {})[part] = tuple(w for w in left if w.part == part)
    return known


def tell_unknown(bench: Bench, wrong: Misconception) -> Told:
    """What a person is told who holds a misconception that the lesson does not know."""
    known = copy(bench)
    known.lesson = without(bench.lesson, wrong)
    return told((), verdict_on(known, (wrong,)))
