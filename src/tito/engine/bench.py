"""Probes run in the judge's own process: on the reference, and on its wrong variants."""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from tito.engine.compare import Difference, agrees, compare
from tito.engine.observe import observe, observe_waiting
from tito.engine.report import Report
from tito.engine.seen import Raised, decode, decoded, words
from tito.engine.seen import Waits as Waiting
from tito.lesson.model import Advice, Check, Lesson
from tito.lesson.reference import VARIANT_FILE
from tito.lesson.trial import Trial, Waits, check_seed
from tito.lesson.variants import Misconception, put


@dataclass(frozen=True)
class Sight:
    """What a probe saw: the observation, the facts it was reduced to, and the first difference.

    ``difference`` is None where the facts agree with the reference's. ``structural`` says that the
    structure alone was wrong, so that nothing random was reduced to facts.
    """

    seen: Any
    facts: Any
    difference: Difference | None
    structural: bool = False

    @property
    def right(self) -> bool:
        """Whether this is what the reference shows."""
        return self.difference is None

    def resembles(self, other: Sight) -> bool:
        """Whether both show the same, chance apart."""
        if self.right or other.right:
            return self.right and other.right
        if self.structural and other.structural:
            return compare(other.seen, self.seen, values=False) is None
        return agrees(self.facts, other.facts)


#: A look at a variant: the check, the sample, and the chance; and by what it is known.
Look = tuple[Misconception, Check, int, int]
_Key = tuple[int, str, int, int]
_NO_FACTS = ValueError, TypeError, AttributeError, LookupError, ArithmeticError


class Bench:
    """The reference of a lesson, its variants, and the seed of a run, by default a fresh one.

    ``interrupt`` is called before each look at a variant; what it raises ends the run. ``settled``
    is told when all checks have passed, before advice is looked for. ``looks`` are the looks at
    variants, as arguments of ``sight_of``.
    """

    def __init__(self, lesson: Lesson, seed: int | None = None) -> None:
        self.lesson, self.seed = lesson, int.from_bytes(os.urandom(4)) if seed is None else seed
        self.patience_s = 2.0  # with one diagnosis
        self.interrupt: Callable[[], None] = lambda: None
        self.settled: Callable[[Report], None] = lambda _report: None
        self.looks: dict[_Key, Look] = {}
        self._right: dict[tuple[str, int], tuple[Any, Any, dict[str, str]]] = {}
        self._sights: dict[_Key, Sight] = {}
        self._variants: dict[int, ModuleType] = {}

    @cached_property
    def reference(self) -> ModuleType:
        """The library's own module."""
        return importlib.import_module(self.lesson.target)

    def expected(self, check: Check, sample: int = 0) -> Any:
        """What the probe sees on the reference."""
        return self._on_reference(check, sample)[0]

    def facts(self, check: Check, sample: int = 0) -> Any:
        """The same, reduced to facts where the check has a measure."""
        return self._on_reference(check, sample)[1]

    def given(self, check: Check) -> dict[str, str]:
        """The inputs of the check in this run, in words."""
        return self._on_reference(check, 0)[2]

    def decoded(self, data: Any) -> Any:
        """What a worker saw, of its data; an error in its place where that is no observation."""
        return decoded(data)

    def judge(self, check: Check, seen: Any, sample: int = 0) -> Sight:
        """Compare what was seen with what the reference shows."""
        expected = self.expected(check, sample)
        unlike = isinstance(seen, Raised) and not isinstance(expected, Raised)
        if unlike or isinstance(seen, Waiting):
            return Sight(seen, seen, Difference(words(expected), words(seen)))
        if check.measure is None:
            return Sight(seen, seen, compare(expected, seen))
        if structure := compare(expected, seen, values=False):
            return Sight(seen, seen, structure, structural=True)
        try:
            facts = self._measured(check.measure, seen)
        except _NO_FACTS:
            difference = Difference(words(expected), words(seen))
            return Sight(seen, seen, difference, structural=True)
        return Sight(seen, facts, compare(self.facts(check, sample), facts))

    def advise(self, advice: Advice, seen: Any) -> str | None:
        """What to say of what was seen; None where there is nothing to say."""
        if advice.weigh is None:
            return None if self.judge(advice, seen).right else advice.says
        try:
            figures = self._measured(advice.weigh, seen)
        except _NO_FACTS:
            return None
        return advice.says.format_map(figures) if figures else None

    def _measured(self, measure: str, seen: Any) -> Any:
        with quiet():
            return getattr(self.lesson.measures, measure)(seen)

    def sight_of(
        self, wrong: Misconception, check: Check, sample: int = 0, chance: int = 0
    ) -> Sight:
        """What the check sees on a wrong variant.

        ``sample`` changes the inputs too, ``chance`` only the numbers that the variant draws.
        """
        key = id(wrong), check.id, sample, chance
        self.looks[key] = wrong, check, sample, chance
        self.interrupt()
        if key not in self._sights:
            seen, _ = self.probe(check, self._variant(wrong), sample, chance)
            self._sights[key] = self.judge(check, seen, sample)
        return self._sights[key]

    def forget(self, wrongs: Iterable[Misconception]) -> None:
        """Make these variants anew when they are next looked at: some keep things on the class."""
        gone = {id(wrong) for wrong in wrongs}
        for key in [key for key in self._sights if key[0] in gone]:
            del self._sights[key]
        for key in gone & self._variants.keys():
            del self._variants[key]

    def _on_reference(self, check: Check, sample: int) -> tuple[Any, Any, dict[str, str]]:
        key = check.id, sample
        if key not in self._right:
            seen, inputs = self.probe(check, self.reference, sample)
            facts = self._measured(check.measure, seen) if check.measure else seen
            given = {name: words(decode(observe(value))) for name, value in inputs.items()}
            self._right[key] = seen, facts, given
        return self._right[key]

    def probe(
        self, check: Check, module: ModuleType, sample: int = 0, chance: int = 0
    ) -> tuple[Any, dict[str, object]]:
        """What the check's probe sees on a module, and its inputs."""
        own = (VARIANT_FILE,)
        trial = Trial(module, check_seed(self.seed, check.id, sample), chance)
        with quiet():
            try:
                seen = observe(check.probe(trial), own)
            except Waits as waiting:
                seen = observe_waiting(waiting, own)
            except Exception as error:
                seen = observe(error, own)
        return decode(seen), trial.inputs

    def module_with(self, methods: Mapping[str, str]) -> ModuleType:
        """The reference with these methods in place of its own."""
        module = ModuleType(self.lesson.target)
        exec(self.lesson.reference.code, vars(module))
        for exercise, method in methods.items():
            put(module, exercise, method)
        return module

    def _variant(self, wrong: Misconception) -> ModuleType:
        if id(wrong) not in self._variants:
            self._variants[id(wrong)] = self.module_with(wrong.replacements)
        return self._variants[id(wrong)]


@contextmanager
def quiet() -> Generator[None]:
    """Wrong arithmetic is what variants are for: no warnings of it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
