"""Pairs of misconceptions in one file: is the file failed, and which name is told?"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proof.learner import verdict_on
from tito.engine.bench import Bench
from tito.engine.report import Report
from tito.lesson.model import Lesson, Misconception

Pair = tuple[Misconception, Misconception]


def drawn(lesson: Lesson, seed: int) -> Iterator[Pair]:
    """Pairs without end, each once: two names, and a form of each that leaves room for the other's.

    Forms of one sentence are one misconception, and two of one method cannot be held at once.
    """
    by_name: dict[str, list[Misconception]] = {}
    for wrong in lesson.misconceptions:
        by_name.setdefault(wrong.name, []).append(wrong)
    chance = random.Random(seed)
    before: set[frozenset[int]] = set()
    while True:
        one, other = (chance.choice(by_name[n]) for n in chance.sample(sorted(by_name), 2))
        clash = one.says == other.says or one.replacements.keys() & other.replacements.keys()
        pair = frozenset((id(one), id(other)))
        if not clash and pair not in before:
            before.add(pair)
            yield one, other


@dataclass(frozen=True)
class Told:
    """What a person was told who holds these misconceptions."""

    held: tuple[Misconception, ...]
    failed: bool
    first: str | None
    first_sure: bool
    sure: frozenset[str]

    @property
    def first_is_held(self) -> bool:
        """Whether the first thing to mend is explained by what the person holds."""
        return self.first in {wrong.says for wrong in self.held}

    @property
    def wrongly_sure(self) -> frozenset[str]:
        """What was told for sure, and is none of it."""
        return self.sure - {wrong.says for wrong in self.held}


def told(held: Sequence[Misconception], report: Report) -> Told:
    """What the report says, by the sentences in it: misconceptions that share one are one."""
    first = report.first
    said = first.diagnosis if first else None
    sure = {check.diagnosis for check in report.checks if check.sure and check.diagnosis}
    plain = said.removeprefix("This looks like the following: ") if said else None
    first_sure = first is not None and first.sure
    return Told(tuple(held), not report.ok, plain, first_sure, frozenset(sure))


def tell(bench: Bench, pair: Pair) -> Told:
    """What a person is told who holds both."""
    return told(pair, verdict_on(bench, pair))


def tell_one(bench: Bench, wrong: Misconception) -> Told:
    """What a person is told who holds this one alone."""
    return told((wrong,), verdict_on(bench, (wrong,)))
