"""From failed checks to misconceptions: which wrong variant did what the learner's code did?

Class by class: the variants that agree on the first unexplained failure are tried on all checks of
that class. One that contradicts nothing there is sure; otherwise it is hedged, or left unsaid.
What is explained is taken away, and the search goes on. That two errors are of one type is no
evidence by itself: either their text agrees, or the same checks of the exercise pass and fail.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tito.engine.bench import Bench, Sight
from tito.engine.compare import distance, tells
from tito.lesson.model import Check, Misconception

# A limit that does not depend on how busy the machine is: one file, one diagnosis. The looks take
# half a second or less on a free processor; a bench's patience is for one that hardly moves.
MOST_LOOKS = 2000
_SAMPLES = 3


@dataclass(frozen=True)
class Diagnosis:
    """A misconception, how sure it is, and the checks whose failure it explains."""

    misconception: Misconception
    sure: bool
    explains: frozenset[str]


@dataclass(frozen=True)
class _Match:
    wrong: Misconception
    explains: frozenset[str]
    contradicts: int
    unexplained: int
    left_over: bool  # in the misconception's own exercise: something else may be behind it all
    distance: int
    exact: bool
    selective: bool  # most of the exercise is right, in both, and the same few checks fail

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        return self.contradicts, not self.exact, self.unexplained, self.distance

    @property
    def sure(self) -> bool:
        whole = not self.contradicts and not self.left_over
        return whole and (self.exact or not self.unexplained)


def diagnose(bench: Bench, sights: Mapping[Check, Sight]) -> Iterator[Diagnosis]:
    """What explains the failures among ``sights``: the checks that ran, with what they saw.

    The search for further misconceptions ends after MOST_LOOKS at variants, or ``patience_s``.
    """
    give_up = time.monotonic() + bench.patience_s
    for part in bench.lesson.parts:
        local = {check: sight for check, sight in sights.items() if check.part == part}
        unexplained = [check for check, sight in local.items() if not sight.right]
        if not unexplained:
            continue  # what is right need not wait for the table to load
        table = bench.lesson.mistakes(part)
        puzzling: set[str] = set()
        while unexplained and len(bench.looks) < MOST_LOOKS and time.monotonic() < give_up:
            first = unexplained.pop(0)
            found = _explain(bench, local, table, first)
            if found is None:
                puzzling.add(first.exercise)  # what else fails there may have the same cause
                continue
            yield replace(found, sure=found.sure and first.exercise not in puzzling)
            unexplained = [c for c in unexplained if c.id not in found.explains]


def _explain(
    bench: Bench, local: Mapping[Check, Sight], table: Iterable[Misconception], first: Check
) -> Diagnosis | None:
    """The best variant that does on ``first`` what the learner's code did."""
    best: _Match | None = None
    for wrong in table:
        if not local[first].resembles(bench.sight_of(wrong, first)):
            continue
        if _sights_of(bench, wrong, first) is None:
            continue
        match = _match(bench, local, wrong, first, best.contradicts if best else len(local))
        if match and (match.exact or match.selective) and (not best or match.rank < best.rank):
            best = match
    if best is None or (not best.sure and best.contradicts >= len(best.explains)):
        return None
    return Diagnosis(best.wrong, best.sure, best.explains)


def _match(
    bench: Bench, local: Mapping[Check, Sight], wrong: Misconception, first: Check, bearable: int
) -> _Match | None:
    """How the variant's behaviour in the class compares with the learner's.

    None as soon as it contradicts more than is ``bearable``: another variant does better.
    """
    explains: set[str] = set()
    contradicts = unexplained = apart = alike = few = 0
    exact = left_over = False
    for check, sight in local.items():
        if contradicts > bearable:
            return None
        if sight.right and bench.sight_of(wrong, check).right:
            alike += check.exercise == first.exercise
            continue
        variants = _sights_of(bench, wrong, check)
        if variants is None:
            explains |= {check.id} if not sight.right and check.measure else set()
            continue
        if sight.right:
            contradicts += 1
        elif variants[0].right:
            unexplained += 1
            left_over = left_over or check.exercise == wrong.exercise
        elif any(sight.resembles(variant) for variant in variants):
            explains.add(check.id)
            few += check.exercise == first.exercise
            apart += distance(sight.seen, variants[0].seen)
            exact = exact or tells(sight.seen, variants[0].seen, bench.expected(check))
        elif _left_to_chance(bench, wrong, check):
            explains.add(check.id)
        else:
            contradicts += 1
    selective = alike > few
    found = frozenset(explains)
    return _Match(wrong, found, contradicts, unexplained, left_over, apart, exact, selective)


def _left_to_chance(bench: Bench, wrong: Misconception, check: Check) -> bool:
    """Whether the variant's wrong result is another each time, though the inputs are the same."""
    once, again = (bench.sight_of(wrong, check, chance=chance) for chance in (0, 1))
    return not again.right and not again.resembles(once)


def _sights_of(bench: Bench, wrong: Misconception, check: Check) -> list[Sight] | None:
    """What the variant shows; None where it fails only sometimes, which tells nothing."""
    samples = _SAMPLES if check.measure else 1
    sights = [bench.sight_of(wrong, check, sample) for sample in range(samples)]
    return sights if len({sight.right for sight in sights}) == 1 else None
