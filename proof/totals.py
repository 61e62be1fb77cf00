"""`tito dev proof`: what the checks and the diagnosis are worth, in one table of totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from proof.hidden import tell_unknown
from proof.pairs import Pair, Told, drawn, tell, tell_one
from tito.engine.bench import Bench
from tito.lesson.model import Lesson, Misconception

# The numbers that the judge's inputs are made from, and that the pairs are drawn with.
SEED, DRAW, PAIRS = 20240, 1, 300
# What is promised, as shares of all.
FIRST_HELD, WRONGLY_SURE, QUIET = 0.93, 0.01, 0.93
# A wrong class that keeps something between calls is judged here after others have used it.
ALONE = 0.99


@dataclass(frozen=True)
class Line:
    """One line of the table: how many of how many, and what was promised of the share."""

    what: str
    count: int
    total: int
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the promise is kept; of nothing, none is."""
        share = self.count / self.total if self.total else -1.0
        low, high = self.at_least or 0.0, 1.0 if self.at_most is None else self.at_most
        return low <= share <= high

    def __str__(self) -> str:
        share = f"{100 * self.count / self.total:.1f} %" if self.total else "none"
        promise = ""
        if self.at_least is not None:
            promise = f"at least {100 * self.at_least:g} %"
        if self.at_most is not None:
            promise = f"at most {100 * self.at_most:g} %"
        mark = "" if self.holds else "  MISSED"
        return f"  {self.what:<38}{self.count:>5} of {self.total:<5}{share:>8}   {promise}{mark}"


def alone(bench: Bench, lesson: Lesson) -> list[Line]:
    """Each misconception by itself."""
    told = [tell_one(bench, wrong) for wrong in lesson.misconceptions]
    return [
        _count("failed", told, lambda one: one.failed, at_least=1.0),
        _count("named first, and for sure", told, lambda one: one.first_sure, ALONE),
        _count("another name for sure", told, lambda one: bool(one.wrongly_sure), at_most=0.0),
    ]


def pairs(bench: Bench, pairs: Iterable[Pair]) -> list[Line]:
    """Two misconceptions at once."""
    told = [tell(bench, pair) for pair in pairs]
    return [
        _count("failed", told, lambda one: one.failed, at_least=1.0),
        _count("one of the two named first", told, lambda one: one.first_is_held, FIRST_HELD),
        _count(  # of a few pairs one may be, which is no share yet
            "another name for sure",
            told,
            lambda one: bool(one.wrongly_sure),
            at_most=max(WRONGLY_SURE, 1 / len(told)),
        ),
    ]


def hidden(bench: Bench, wrongs: Iterable[Misconception]) -> list[Line]:
    """Each misconception, with its own name and sentence taken out of the table."""
    told = [tell_unknown(bench, wrong) for wrong in wrongs]
    return [
        _count("failed", told, lambda one: one.failed, at_least=1.0),
        _count("no name for sure", told, lambda one: not one.sure, QUIET),
        _count("no name at all", told, lambda one: one.first is None),
    ]


def _count(
    what: str,
    told: list[Told],
    holds: Callable[[Told], bool],
    at_least: float | None = None,
    at_most: float | None = None,
) -> Line:
    return Line(what, sum(map(holds, told)), len(told), at_least, at_most)


def groups(lesson: Lesson, seed: int, draw: int, count: int) -> Iterator[tuple[str, list[Line]]]:
    """The groups of lines, each worked out when it is asked for."""
    bench = Bench(lesson, seed)
    yield "each misconception by itself", alone(bench, lesson)
    yield f"two at once (drawn with {draw})", pairs(bench, islice(drawn(lesson, draw), count))
    yield "with its own name hidden", hidden(bench, lesson.misconceptions)


def main(lesson: Lesson, seed: int, draw: int, count: int) -> int:
    """Print the table; the exit code."""
    names = {wrong.name for wrong in lesson.misconceptions}
    print(
        f"{lesson.name}: {len(lesson.checks)} checks, {len(names)} misconceptions "
        f"in {len(lesson.misconceptions)} forms. A minute or two."
    )
    kept = True
    for title, lines in groups(lesson, seed, draw, count):
        print(f"\n{title}", *lines, sep="\n", flush=True)
        kept = kept and all(line.holds for line in lines)
    return 0 if kept else 1
