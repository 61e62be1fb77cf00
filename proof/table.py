"""`docs/misconceptions/`: each misconception of a lesson, what catches it, and what is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

from tito.engine.bench import Bench
from tito.engine.written import SLIPS
from tito.lesson.model import Check, Lesson, Misconception

ROOT = Path(__file__).parent.parent
SEED, SAMPLES = 20240, 3


@dataclass(frozen=True)
class Caught:
    """The checks that fail always, and those that fail for some of its forms or by chance."""

    always: tuple[Check, ...]
    sometimes: tuple[Check, ...]


Row = tuple[str, str, str]


def rows_of(lesson: Lesson) -> dict[Row, list[Misconception]]:
    """The misconceptions by exercise, name and sentence: in each group the forms of one."""
    rows: dict[Row, list[Misconception]] = {}
    order = [exercise.name for exercise in lesson.exercises]
    known = [wrong.exercise for wrong in lesson.misconceptions]
    order += [name for name in dict.fromkeys(known) if name not in order]
    for wrong in sorted(lesson.misconceptions, key=lambda wrong: order.index(wrong.exercise)):
        rows.setdefault((wrong.exercise, wrong.name, wrong.says), []).append(wrong)
    return rows


def caught(bench: Bench, forms: Iterable[Misconception]) -> Caught:
    """Which checks of the class catch all these forms of one misconception, and which some."""
    forms = list(forms)
    always: list[Check] = []
    sometimes: list[Check] = []
    for check in bench.lesson.checks:
        if check.part == forms[0].part:
            wrong = [
                not bench.sight_of(form, check, sample).right
                for form in forms
                for sample in range(SAMPLES)
            ]
            (always if all(wrong) else sometimes if any(wrong) else []).append(check)
    return Caught(tuple(always), tuple(sometimes))


def all_caught(lesson: Lesson) -> dict[Row, Caught]:
    """What catches each row."""
    bench = Bench(lesson, SEED)
    return {row: caught(bench, forms) for row, forms in rows_of(lesson).items()}


def page(lesson: Lesson, catches: dict[Row, Caught]) -> str:
    """The whole file."""
    parts = _parts(lesson, rows_of(lesson), catches, codes_of(lesson))
    return "\n".join([*_introduction(lesson, catches), *parts, *_slips()])


def codes_of(lesson: Lesson) -> dict[Check, str]:
    """The letter and the number by which each check is called."""
    codes: dict[Check, str] = {}
    for letter, part in zip(ascii_uppercase, lesson.parts, strict=False):
        of_part = [check for check in lesson.checks if check.part == part]
        codes |= {check: f"{letter}{n}" for n, check in enumerate(of_part, 1)}
    return codes


def _introduction(lesson: Lesson, catches: dict[Row, Caught]) -> list[str]:
    names = {wrong.name for wrong in lesson.misconceptions}
    catching = {check for found in catches.values() for check in found.always}
    numbers = [len(found.always) for found in catches.values()]
    return [
        f"# The misconceptions of the lesson `{lesson.name}`",
        "",
        f"Made by `{_command(lesson)}`; a test holds that it is current.",
        "",
        "A misconception is a wrong form of an exercise with a name. Several forms can share",
        "one: the same mistake, written in other ways. Each row says which exercise it is a",
        "mistake in, in how many forms it is known, which checks of that class catch it, and what",
        "a person is told who made it. A check is named by a letter and a number, as the table",
        "above the rows has them.",
        "",
        f"A check catches a misconception if it fails for each form, with each of {SAMPLES}",
        "different inputs and random numbers. One that fails only for some of these stands in",
        "brackets.",
        "",
        "| | |",
        "|---|---:|",
        f"| misconceptions, by name | {len(names)} |",
        f"| their forms | {len(lesson.misconceptions)} |",
        f"| sentences | {len({wrong.says for wrong in lesson.misconceptions})} |",
        f"| checks | {len(lesson.checks)} |",
        f"| checks that catch at least one | {len(catching)} |",
        f"| misconceptions that no check catches | {numbers.count(0)} |",
        f"| checks that catch one misconception: fewest, median, most | {_range(numbers)} |",
        "",
    ]


def _command(lesson: Lesson) -> str:
    return f"./tito dev misconceptions --lesson {lesson.name}"


def _range(numbers: list[int]) -> str:
    ordered = sorted(numbers)
    return f"{ordered[0]}, {ordered[len(ordered) // 2]}, {ordered[-1]}"


def _parts(
    lesson: Lesson,
    rows: dict[Row, list[Misconception]],
    catches: dict[Row, Caught],
    codes: dict[Check, str],
) -> Iterator[str]:
    for part in lesson.parts:
        yield from (f"## {part}", "", "| | exercise | check |", "|---|---|---|")
        for check in lesson.checks:
            if check.part == part:
                yield f"| {codes[check]} | `{check.exercise}` | {check.name} |"
        yield from ("", "| misconception | exercise | forms | caught by | what is said |")
        yield "|---|---|---:|---|---|"
        for (exercise, name, says), forms in rows.items():
            if forms[0].part == part:
                by = _list(catches[exercise, name, says], codes)
                cells = (f"`{name}`", f"`{exercise}`", str(len(forms)), by, says)
                yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        yield ""


def _slips() -> Iterator[str]:
    yield from ("## In every class", "")
    yield "How a method is written can be why it fails, whatever it would compute. What is told"
    yield "then names the method, what is close to it, and the line; it is the same in all classes."
    yield from ("", "| name | what it says |", "|---|---|")
    yield from (f"| `{name}` | {says} |" for name, says in SLIPS.items())
    yield ""


def _list(found: Caught, codes: dict[Check, str]) -> str:
    always = ", ".join(codes[check] for check in found.always)
    sometimes = ", ".join(codes[check] for check in found.sometimes)
    return " ".join([*filter(None, [always, f"({sometimes})" if sometimes else ""])])


def file_of(lesson: Lesson) -> Path:
    """Where the table is kept."""
    return ROOT / "docs" / "misconceptions" / f"{lesson.name}.md"


def main(lesson: Lesson, check: bool) -> int:
    """Write the table, or say whether the one that is there is current; the exit code."""
    file, text = file_of(lesson), page(lesson, all_caught(lesson))
    if check:
        current = file.exists() and file.read_text(encoding="utf-8") == text
        print("current" if current else f"not current: {_command(lesson)} writes it anew")
        return 0 if current else 1
    with open(file, "w", encoding="utf-8", newline="\n") as page_file:
        page_file.write(text)
    print(f"Written: {file.relative_to(ROOT).as_posix()}")
    return 0
