"""What a lesson is, as data: its parts, exercises, checks, advice and named misconceptions."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from tito.lesson.hints import Ladder, Why
from tito.lesson.loading import ExerciseFile, read
from tito.lesson.reference import Reference
from tito.lesson.variants import Misconception

if TYPE_CHECKING:
    from tito.lesson.trial import Trial

LESSONS = Path(__file__).parents[1] / "lessons"

Probe: TypeAlias = "Callable[[Trial], object]"

_KEYS = frozenset({"title", "number", "entrance", "target", "parts", "tasks"})


@dataclass(frozen=True)
class Exercise:
    """One method that the learner writes: ``Linear.forward``, with its task in two lines."""

    name: str
    task: str

    @property
    def part(self) -> str:
        """The class it belongs to."""
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Check:
    """One fact about one exercise: a probe, and how what it returns is compared.

    ``tried`` says to a person what the probe does. ``measure`` names a function of the lesson's
    ``measures.py`` that reduces what was seen to facts (for anything random). ``about`` names the
    attribute whose assignment the message should point at. ``needs`` lists the parts, or
    single exercises, that must have passed before this check says anything.
    """

    exercise: str
    name: str
    tried: str
    probe: Probe = field(repr=False)
    measure: str | None = None
    about: str | None = None
    needs: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name by which both processes know the check."""
        return f"{self.exercise}: {self.name}"

    @property
    def part(self) -> str:
        """The class that the check is about."""
        return self.exercise.partition(".")[0]


@dataclass(frozen=True)
class Advice(Check):
    """A check that is never counted: what it finds is said once everything else is right.

    ``weigh`` names a function of the lesson's ``measures``: it makes of what was seen the figures
    for ``says``, or None where there is nothing to say; then the reference takes no part.
    """

    says: str = ""
    weigh: str | None = None


@dataclass(frozen=True)
class Lesson:
    """A lesson: the library module that it is about, and the exercises taken out of it.

    ``number`` is its place among the lessons; ``entrance`` says that a person who has begun none
    begins here.
    ``checks`` are in causal order: the first that fails is the first to mend. ``network`` is run
    to show the way through a whole network of the learner's; it is never counted.
    """

    name: str
    title: str
    number: int
    folder: Path
    target: str
    parts: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    checks: tuple[Check, ...] = field(repr=False)
    advice: tuple[Advice, ...] = field(default=(), repr=False)
    network: Check | None = field(default=None, repr=False)
    entrance: bool = False

    @property
    def filename(self) -> str:
        """The name of the learner's file."""
        return f"{self.name}_dev.py"

    @property
    def tasks(self) -> dict[str, str]:
        """What is to be written, by the name of the exercise."""
        return {exercise.name: exercise.task for exercise in self.exercises}

    @cached_property
    def reference(self) -> Reference:
        """The text of the library's module."""
        return Reference(self.target)

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The wrong variants, class by class, and exercise by exercise."""
        return tuple(wrong for part in self.parts for wrong in self.mistakes(part))

    def mistakes(self, part: str) -> tuple[Misconception, ...]:
        """The wrong variants of one class; loaded only when something of it failed."""
        if part not in self._mistakes:
            found = (wrong for file in self._files for wrong in file.misconceptions(part))
            self._mistakes[part] = tuple(found)
        return self._mistakes[part]

    @cached_property
    def _mistakes(self) -> dict[str, tuple[Misconception, ...]]:
        return {}

    @cached_property
    def hints(self) -> tuple[Ladder, ...]:
        """The hints on every exercise, by topic and degree; loaded when someone asks for one."""
        return tuple(ladder for file in self._files for ladder in file.ladders())

    @cached_property
    def solutions(self) -> dict[str, Why]:
        """What to say beside the reference's own lines of each exercise."""
        return {file.name: why for file in self._files if (why := file.why())}

    @cached_property
    def plain(self) -> dict[str, str]:
        """A plainer text of what the reference has done by kernels, by exercise.

        Kernels are fast and not plain, and no learner's file is given them.
        """
        fast = [
            file for file in self._files if "kernels." in (self.reference.alone(file.name) or "")
        ]
        return {file.name: file.base for file in fast if file.base}

    @cached_property
    def _files(self) -> list[ExerciseFile]:
        """A file for each exercise that has one, in their order; then those for other methods."""
        order = {exercise.name: place for place, exercise in enumerate(self.exercises)}
        found = sorted(path for path in self.folder.glob("*.toml") if path.stem != "lesson")
        found.sort(key=lambda path: order.get(path.stem, len(order)))
        return [ExerciseFile(path, self.reference) for path in found]

    @cached_property
    def measures(self) -> ModuleType:
        """The reductions that the checks name; never loaded beside the learner's code."""
        return _submodule(self.name, "measures")

    def find(self, check_id: str) -> Check:
        """The check or advice of that id; KeyError if there is none."""
        return self._by_id[check_id]

    @cached_property
    def _by_id(self) -> dict[str, Check]:
        shown = () if self.network is None else (self.network,)
        return {check.id: check for check in (*self.checks, *self.advice, *shown)}


def _submodule(lesson: str, name: str) -> ModuleType:
    return importlib.import_module(f"tito.lessons.{lesson}.{name}")


def lesson_of(
    package: str,
    checks: tuple[Check, ...],
    advice: tuple[Advice, ...] = (),
    network: Check | None = None,
) -> Lesson:
    """The lesson whose package has that file, ``__file__``: its ``lesson.toml``, and its checks."""
    folder = Path(package).parent
    found = dict(_read(folder))
    exercises = tuple(Exercise(name, task.strip()) for name, task in found.pop("tasks").items())
    parts = tuple(found.pop("parts"))
    return Lesson(
        folder.name,
        folder=folder,
        parts=parts,
        exercises=exercises,
        checks=checks,
        advice=advice,
        network=network,
        **found,
    )


def is_lesson(name: str) -> bool:
    """Whether there is a lesson of that name: a folder of the package with a ``lesson.toml``."""
    return name.isidentifier() and os.path.isfile(LESSONS / name / "lesson.toml")


def load_lesson(name: str) -> Lesson:
    """The lesson of that name. KeyError where there is none."""
    if not is_lesson(name):
        raise KeyError(name)
    return importlib.import_module(f"tito.lessons.{name}").LESSON


@cache
def lesson_names() -> tuple[str, ...]:
    """The names of all lessons there are, in the order of their numbers."""
    names = (path.name for path in LESSONS.iterdir() if is_lesson(path.name))
    return tuple(sorted(names, key=lambda name: (_read(LESSONS / name)["number"], name)))


def entrance() -> str:
    """The lesson that a person begins with who has begun none."""
    found = [name for name in lesson_names() if _read(LESSONS / name).get("entrance")]
    return (found or lesson_names())[0]


def _read(folder: Path) -> Mapping[str, Any]:
    """What the lesson of that folder says of itself, without its checks."""
    file = folder / "lesson.toml"
    return read(file.name, file.read_text(encoding="utf-8"), _KEYS)
