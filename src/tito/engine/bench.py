"""Probes run in the judge's own process: on the reference, and on its wrong variants."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from tito.engine.compare import Difference, agrees, compare
from tito.engine.observe import observe, observe_waiting
from tito.engine.report import Report
from tito.engine.seen import Raised, decode, words
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


@dataclass
class Bench:
    """The reference of a lesson, its variants, and the seed of a run.

    ``interrupt`` is called before each look at a variant; what it raises ends the run. ``settled``
    is told when all checks have passed, before advice is looked for. ``looks`` are the looks at
    variants, as arguments of ``sight_of``.
    """

    lesson: Lesson
    seed: int
    interrupt: Callable[[], None] = lambda: None
    settled: Callable[[Report], None] = lambda _report: None
    looks: dict[tuple[int, str, int, int], tuple[Misconception, Check, int, int]] = field(
        default_factory=dict[tuple[int, str, int, int], tuple[Misconception, Check, int, int]]
    )
    _expected: dict[tuple[str, int], tuple[Any, dict[str, str]]] = field(
        default_factory=dict[tuple[str, int], tuple[Any, dict[str, str]]]
    )
    _facts: dict[tuple[str, int], Any] = field(default_factory=dict[tuple[str, int], Any])
    _sights: dict[tuple[int, str, int, int], Sight] = field(
        default_factory=dict[tuple[int, str, int, int], Sight]
    )
    _variants: dict[int, tuple[ModuleType, tuple[str, ...]]] = field(
        default_factory=dict[int, tuple[ModuleType, tuple[str, ...]]]
    )

    @cached_property
    def reference(self) -> ModuleType:
        """The library's own module."""
        return importlib.import_module(self.lesson.target)

    def expected(self, check: Check, sample: int = 0) -> Any:
        """What the probe sees on the reference."""
        return self._on_reference(check, sample)[0]

    def given(self, check: Check) -> dict[str, str]:
        """The inputs of the check in this run, in words."""
        return self._on_reference(check, 0)[1]

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
        measure = getattr(self.lesson.measures, check.measure)
        right = self._right_facts(check, sample)
        with quiet():
            try:
                facts = measure(seen)
            except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError):
                difference = Difference(words(expected), words(seen))
                return Sight(seen, seen, difference, structural=True)
            return Sight(seen, facts, compare(right, facts))

    def advise(self, advice: Advice, seen: Any) -> str | None:
        """What to say of what was seen; None where there is nothing to say."""
        if advice.weigh is None:
            return None if self.judge(advice, seen).right else advice.says
        try:
            figures = getattr(self.lesson.measures, advice.weigh)(seen)
        except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError):
            return None
        return advice.says.format_map(figures) if figures else None

    def prepare(self) -> None:
        """Run every probe on the reference, while the worker is still busy with the file."""
        for check in self.lesson.checks:
            self.prepare_for(check)

    def prepare_for(self, check: Check) -> None:
        """Know what is right for one check."""
        self.expected(check)
        if check.measure:
            self._right_facts(check, 0)

    def facts(self, check: Check) -> Any:
        """What the reference shows, reduced to facts where the check has a measure."""
        return self._right_facts(check, 0) if check.measure else self.expected(check)

    def _right_facts(self, check: Check, sample: int) -> Any:
        key = check.id, sample
        if key not in self._facts:
            assert check.measure is not None
            with quiet():
                measure = getattr(self.lesson.measures, check.measure)
                self._facts[key] = measure(self.expected(check, sample))
        return self._facts[key]

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
            module, own = self._variant(wrong)
            seen, _ = self.probe(check, module, sample, own, chance)
            self._sights[key] = self.judge(check, seen, sample)
        return self._sights[key]

    def forget(self, wrongs: Iterable[Misconception]) -> None:
        """Make these variants anew when they are next looked at: some keep things on the class."""
        gone = {id(wrong) for wrong in wrongs}
        for key in [key for key in self._sights if key[0] in gone]:
            del self._sights[key]
        for key in gone & self._variants.keys():
            del self._variants[key]

    def _on_reference(self, check: Check, sample: int) -> tuple[Any, dict[str, str]]:
        key = check.id, sample
        if key not in self._expected:
            seen, inputs = self.probe(check, self.reference, sample, ())
            given = {name: words(decode(observe(value))) for name, value in inputs.items()}
            self._expected[key] = seen, given
        return self._expected[key]

    def probe(
        self, check: Check, module: ModuleType, sample: int, own: tuple[str, ...], chance: int = 0
    ) -> tuple[Any, dict[str, object]]:
        """What the check's probe sees on a module that ``own`` files make up, and its inputs."""
        trial = Trial(module, check_seed(self.seed, check.id, sample), chance)
        with quiet():
            try:
                seen = observe(check.probe(trial), own)
            except Waits as waiting:
                seen = observe_waiting(waiting, own)
            except Exception as error:
                seen = observe(error, own)
        return decode(seen), trial.inputs

    def module_with(self, methods: Mapping[str, str]) -> tuple[ModuleType, tuple[str, ...]]:
        """The reference with these methods in place of its own, and the files it is made of."""
        module = ModuleType(self.lesson.target)
        exec(self.lesson.reference.code, vars(module))
        for exercise, method in methods.items():
            put(module, exercise, method)
        return module, (VARIANT_FILE,)

    def _variant(self, wrong: Misconception) -> tuple[ModuleType, tuple[str, ...]]:
        if id(wrong) not in self._variants:
            self._variants[id(wrong)] = self.module_with(wrong.replacements)
        return self._variants[id(wrong)]


@contextmanager
def quiet() -> Generator[None]:
    """Wrong arithmetic is what variants are for: no warnings of it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
