"""`tito dev mutants`: what the checks make of every small change to the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from proof.mutator import Mutant, mutants
from proof.trying import killers
from tito.lesson.edits import changed
from tito.lesson.model import Lesson

ROOT = Path(__file__).parent.parent
REASONS = ("equivalent", "beyond the lesson", "too small to see")


@dataclass(frozen=True)
class Trial:
    """All mutants of a lesson, what killed each, and why those that live may."""

    killed: Mapping[Mutant, str]
    alive: tuple[Mutant, ...]
    listed: Mapping[str, str]

    @property
    def survived(self) -> list[Mutant]:
        """Those that no check fails and no reason excuses: holes in the checks."""
        return [mutant for mutant in self.alive if mutant.id not in self.listed]

    @property
    def stale(self) -> list[str]:
        """What the list excuses for nothing: it is failed, or not made any more."""
        killed = {mutant.id: by for mutant, by in self.killed.items()}
        alive = {mutant.id for mutant in self.alive}
        return [
            f"{name}: {'failed by ' + killed[name] if name in killed else 'no longer made'}"
            for name in self.listed
            if name not in alive
        ]

    @property
    def ok(self) -> bool:
        """Whether each mutant is failed or excused, and each excuse is needed."""
        return bool(self.killed) and not self.survived and not self.stale


def reference_text(lesson: Lesson) -> str:
    """The text of the library's module that the lesson is about, plain where it is for speed."""
    plain = {exercise: text.rstrip() for exercise, text in lesson.plain.items()}
    return changed(lesson.reference.text, plain)


def excused(text: str) -> dict[str, str]:
    """The list of mutants that may live: for each its reason, which stands above it."""
    found: dict[str, str] = {}
    reason = ""
    for line in text.splitlines():
        if line.startswith("    "):
            if not reason.startswith(REASONS) or ": " not in reason:
                raise ValueError(f"no reason of the form 'equivalent: why' above {line.strip()}")
            if line.strip() in found:
                raise ValueError(f"listed twice: {line.strip()}")
            found[line.strip()] = reason
        elif line.strip() and not line.startswith("#"):
            reason = line.strip()
    return found


def list_of(lesson: Lesson) -> Path:
    """Where the lesson's list of mutants that may live is."""
    return ROOT / "tests" / "lessons" / lesson.name / "mutants.txt"


def try_all(lesson: Lesson, processes: int = 2) -> Trial:
    """Every mutant of the lesson, tried."""
    made = mutants(lesson, reference_text(lesson))
    by = killers(lesson.name, made, processes)
    killed = {mutant: why for mutant, why in zip(made, by, strict=True) if why is not None}
    alive = tuple(mutant for mutant in made if mutant not in killed)
    return Trial(killed, alive, excused(list_of(lesson).read_text(encoding="utf-8")))


def tables(trial: Trial) -> str:
    """How many were made, failed, excused, and left, by exercise and by kind of change."""
    by_exercise = _table("exercise", trial, lambda mutant: mutant.exercise)
    by_kind = _table("change", trial, lambda mutant: mutant.kind)
    return f"{by_exercise}\n\n{by_kind}\n\n{_reasons(trial)}"


def _table(title: str, trial: Trial, key: Callable[[Mutant], str]) -> str:
    excuse = [mutant for mutant in trial.alive if mutant.id in trial.listed]
    columns = [
        _counts([*trial.killed, *trial.alive], key),
        _counts(trial.killed, key),
        _counts(excuse, key),
        _counts(trial.survived, key),
    ]
    lines = [f"{title:<22}{'made':>8}{'failed':>8}{'listed':>8}{'left':>8}"]
    lines += [f"{row:<22}" + "".join(f"{c[row]:>8}" for c in columns) for row in columns[0]]
    lines.append(f"{'all':<22}" + "".join(f"{sum(c.values()):>8}" for c in columns))
    return "\n".join(lines)


def _counts(found: Iterable[Mutant], key: Callable[[Mutant], str]) -> Counter[str]:
    return Counter(key(mutant) for mutant in found)


def _reasons(trial: Trial) -> str:
    kinds = Counter(
        trial.listed[m.id].partition(":")[0] for m in trial.alive if m not in trial.survived
    )
    return "Listed: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) + "."


def main(lesson: Lesson, processes: int) -> int:
    """Print what became of all mutants; the exit code."""
    trial = try_all(lesson, processes)
    print(tables(trial))
    for mutant in trial.survived:
        print(f"\nNo check fails this one:\n    {mutant.id}")
    for line in trial.stale:
        print(f"\nThe list names this one for nothing:\n    {line}")
    if not trial.ok:
        where = list_of(lesson).relative_to(ROOT).as_posix()
        print(f"\nAdd a check that fails it, or say in {where} why it may live.")
    return 0 if trial.ok else 1
