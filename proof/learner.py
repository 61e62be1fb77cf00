"""A learner who holds given misconceptions, judged in this process, by the judge's own law.

The judge is the one that judges files; only what it talks to is another: probes run here, on the
reference with wrong methods in place of its own, where a real run asks a worker. That is fast
enough for hundreds of learners; `files.py` makes real files of some of them, to hold it honest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

from tito.engine.bench import Bench
from tito.engine.conduct import Conductor, Heed, Limits, Outcome
from tito.engine.judge import Judge
from tito.engine.report import Report
from tito.engine.source import Source
from tito.engine.worker import owner_of
from tito.lesson.model import Check, Misconception

# A learner's random numbers are others than those that the diagnosis draws for the same mistake.
CHANCE = 11


@dataclass
class InProcess:
    """Stands where the judge expects the conductor of a worker."""

    bench: Bench
    module: ModuleType
    chance: int = CHANCE
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    printed: dict[str, str] = field(default_factory=dict[str, str])
    limits: Limits = field(default_factory=Limits)
    owned = Conductor.owned

    def __post_init__(self) -> None:
        lesson = self.bench.lesson
        names = {check.exercise for check in lesson.checks}
        parts = {part: getattr(self.module, part, None) for part in lesson.parts}
        self.classes = [part for part, found in parts.items() if isinstance(found, type)]
        self.owners = {
            name: owner_of(parts.get(name.partition(".")[0]), name.partition(".")[2], lesson.target)
            for name in names
        }

    def send_file(self) -> None:
        """There is no file."""

    def await_loaded(self) -> None:
        """The module is there."""

    def finish(self) -> None:
        """There is no process to end."""

    def run(self, checks: Iterable[Check], heed: Heed | None = None, watch: bool = False) -> None:
        """Give each check the outcome that its probe has on the module."""
        for check in checks:
            seen, _ = self.bench.probe(check, self.module, chance=self.chance)
            self.outcomes[check.id] = Outcome(seen=seen)
            if heed is not None:
                heed(check, self.outcomes[check.id])


def verdict(bench: Bench, module: ModuleType) -> Report:
    """What a person with this module in their file is told."""
    lesson = bench.lesson
    report = Report(lesson.name, lesson.filename, "", 0.0, bench.seed, [])
    conductor = cast("Conductor", InProcess(bench, module))
    bench.looks.clear()  # each verdict may look at as many variants as any other
    Judge(lesson, _source(lesson.reference.path), conductor, bench).verdict(report)
    return report


def verdict_on(bench: Bench, held: Sequence[Misconception]) -> Report:
    """What a person is told who holds all these misconceptions at once."""
    bench.forget(held)  # a real run's bench is new: no other file has used its variants
    return verdict(bench, bench.module_with(merged(held)))


def merged(held: Sequence[Misconception]) -> dict[str, str]:
    """The wrong methods of several misconceptions; ValueError where two are of one exercise."""
    methods: dict[str, str] = {}
    for wrong in held:
        if clash := methods.keys() & wrong.replacements.keys():
            raise ValueError(f"two wrong methods for {', '.join(sorted(clash))}")
        methods |= wrong.replacements
    return methods


@cache
def _source(path: Path) -> Source:
    return Source(path, path.read_bytes(), 0.0)
