"""What commands share: arguments, the lesson in hand, the learner's file, the page of a verdict."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from tito.learner import WorkspaceError, find_workspace, lesson_in
from tito.learner.folder import folder_elsewhere
from tito.say.terminal import Screen, command, listed, short_path

if TYPE_CHECKING:
    from tito.engine.report import CheckResult, Report
    from tito.engine.source import Source
    from tito.learner.chosen import Chosen
    from tito.lesson.model import Exercise, Lesson
    from tito.say.report import Page

SEED = click.IntRange(0, 2**32 - 1)
SEED.name = "whole number"
FILE = click.Path(path_type=Path)


def known_lesson(context: click.Context, _parameter: object, name: str | None) -> str | None:
    """A lesson's name, once it is sure that there is such a lesson."""
    from tito.lesson.model import is_lesson, lesson_names

    if name is None or is_lesson(name):
        return name
    if name.endswith(".py") and "file" in (p.name for p in context.command.params):
        verb = "To test a file" if context.command.name == "test" else "To name a file"
        raise click.UsageError(f"{verb}: {context.command_path} --file {shlex.quote(name)}")
    import difflib

    if near := difflib.get_close_matches(name, lesson_names(), 1, 0.8):
        what = f"Did you mean: {context.command_path} {near[0]}"
    else:
        what = _of_an_exercise(context, name) or f"The lessons: {', '.join(lesson_names())}."
    raise click.UsageError(f"There is no lesson {name!r}. {what}")


def _of_an_exercise(context: click.Context, typed: str) -> str | None:
    """What to type instead where an exercise, or a class of one, stands in a lesson's place."""
    from tito.lesson.names import find_exercise

    lesson = lesson_with(typed)
    if not (found := find_exercise(lesson, typed)):
        return None
    part, tito = found[0].part, context.find_root().command_path
    words = f"{part} is part of the lesson {lesson.name}. "
    if context.command.name != "test":
        return f"{words}Type: {context.command_path} {lesson.name}"
    return (
        f"{words}A lesson is tested as a whole:\n"
        f"  {tito} test --module {lesson.name}\n"
        f"For {part} alone:\n"
        f"  {tito} hint {found[0].name}\n"
        f"  {tito} read {found[0].name}\n"
        f"  python -m pytest tests/ -k {part}    (in your folder)"
    )


def name_exercise(lesson: Lesson, text: str) -> Exercise:
    """The exercise that a person typed. UsageError naming those that they may have meant."""
    from tito.lesson.names import Unclear, one_exercise

    found = one_exercise(lesson, text)
    if isinstance(found, Unclear):
        raise click.UsageError(found.words())
    return found


def lesson_in_hand() -> str:
    """The lesson that was begun last in the learner's folder; before the first, where to begin."""
    from tito.lesson.model import entrance, is_lesson

    lesson = find_workspace().lesson
    return lesson if lesson and is_lesson(lesson) else entrance()


def lesson_with(exercise: str | None) -> Lesson:
    """The lesson that has the exercise which a person typed; else the one in hand."""
    from tito.lesson.model import lesson_names, load_lesson
    from tito.lesson.names import find_exercise

    in_hand = load_lesson(lesson_in_hand())
    if exercise is None or find_exercise(in_hand, exercise):
        return in_hand
    others = (load_lesson(name) for name in lesson_names())
    return next((lesson for lesson in others if find_exercise(lesson, exercise)), in_hand)


def to_test(lesson: str, file: Path | None = None) -> str:
    """What to type after ``tito`` to test the lesson's file, or this ``file`` of the lesson."""
    assumed = lesson_in(file) if file else lesson_in_hand()
    words = ["test", *([] if lesson == assumed else [lesson])]
    return " ".join([*words, *(["--file", shlex.quote(short_path(file))] if file else [])])


def nothing_yet(lesson: Lesson) -> int:
    """Say that there is nothing to test, which is never a pass; the exit code."""
    from tito.learner.versions import Versions

    path = find_workspace().file(lesson.filename)
    if os.path.lexists(path) or not Versions(path.parent).list(path.name):
        return say_how_to_begin(lesson)
    option = "" if lesson.name == lesson_in_hand() else f" --lesson {lesson.name}"
    click.echo(f"{short_path(path)} is gone, but its text is kept: {command()} restore{option}")
    return 1


def say_how_to_begin(lesson: Lesson) -> int:
    """Say which command writes the learner's file of a lesson; the exit code."""
    path = find_workspace().file(lesson.filename)
    begin = "start" if lesson.name == lesson_in_hand() else f"start {lesson.name}"
    click.echo(f"You have no {short_path(path)} yet. Begin with: {command()} {begin}")
    if folder := folder_elsewhere(path.parent):
        click.echo(f"The folder you used last: cd {shlex.quote(str(folder))}")
    return 1


def keep(report: Report) -> None:
    """Keep the version that was tested, once its verdict is printed; say it if that fails."""
    from tito.learner.keeping import keep_tested

    if sentence := keep_tested(report):
        click.echo(sentence, err=True)


def page_of(
    report: Report, lesson: Lesson, file: Path | None = None, stream: TextIO | None = None
) -> Page:
    """The report for this terminal; ``file`` where the person named one.

    ``stream`` is where it will be printed, if that is not standard output.
    """
    from tito.learner.keeping import passed_before
    from tito.say.report import Page

    again = to_test(lesson.name, file)
    return Page(report, Screen.of(stream or sys.stdout), lesson.tasks, again, passed_before(report))


def warn_of_hiding(folder: Path) -> None:
    """Say on standard error which files in the folder hide a module from what runs there."""
    from tito.doctor.hiding import warning

    if hidden := warning(folder):
        click.echo(hidden, err=True)


def _note_reference(context: click.Context, _parameter: object, asked: bool) -> None:
    from tito.learner.chosen import REFERENCE_ASKED

    before = REFERENCE_ASKED.set(asked)
    context.call_on_close(lambda: REFERENCE_ASKED.reset(before))


#: For a command that shows something of anyone's; `files_in_use` then gives none of the learner's.
reference_option = click.option(
    "--reference",
    is_flag=True,
    expose_value=False,
    callback=_note_reference,
    help="The reference's layers in place of yours.",
)


def files_in_use(file: Path | None) -> list[tuple[Lesson, Source]]:
    """The learner's files as they are now, each with its lesson: of all lessons that are begun.

    ``file``, where it was named, is the only one. None at all where the person asked for the
    reference.
    """
    from tito.learner.chosen import reference_asked
    from tito.lesson.model import lesson_names, load_lesson

    if reference_asked():
        if file is not None:
            raise click.UsageError(
                "--reference and --file name different layers: give one of them."
            )
        return []
    if file:
        named = _read(file)
        return [(load_lesson(_lesson_of(named)), named)]
    workspace, lessons = find_workspace(), map(load_lesson, lesson_names())
    return [
        (lesson, _read(workspace.file(lesson.filename)))
        for lesson in lessons
        if workspace.has_begun(lesson)
    ]


def _read(path: Path) -> Source:
    from tito.engine.source import UnusableFile, read_source

    try:
        return read_source(path.absolute())
    except UnusableFile as error:
        raise WorkspaceError(error.message.replace("`tito ", f"`{command()} ")) from error


def _lesson_of(source: Source) -> str:
    """The lesson that a file is of: by its name, or else by the classes that it defines."""
    from tito.lesson.model import is_lesson, lesson_names, load_lesson

    if is_lesson(name := source.path.name.removesuffix("_dev.py")):
        return name
    try:
        there = {name: source.classes.keys() & load_lesson(name).parts for name in lesson_names()}
    except (SyntaxError, ValueError):
        return lesson_in(source.path)
    most = max(there, key=lambda name: len(there[name]))
    return most if there[most] else lesson_in(source.path)


def approved(
    files: Sequence[tuple[Lesson, Source]],
    file: Path | None,
    undone: str,
    *,
    anyway: bool,
    err: bool = False,
    parts: Sequence[str] = (),
) -> list[Chosen] | None:
    """These files with their verdicts; None where one is not right, once it is said what is undone.

    ``anyway`` takes them as they are. ``parts`` are the classes that are needed, if not all are;
    a lesson that has none of them is left out. ``err`` is for a command whose standard output
    belongs to a program.
    """
    from tito.learner.chosen import Chosen

    chosen: list[Chosen] = []
    for lesson, source in files:
        if parts and not set(parts) & set(lesson.parts):
            if file:
                words = f"{short_path(file)} is of the lesson {lesson.name}"
                raise click.UsageError(f"{words}, and none of its classes is needed here.")
            continue
        report = _test(lesson, source)
        needed = _only(report, parts)
        if not (needed.ok or anyway):
            page = page_of(needed, lesson, file, sys.stderr if err else sys.stdout)
            said = _refusal(page, lesson, undone, bool(parts), alone=len(files) == 1)
            click.echo("\n".join(said), err=err)
            return None
        chosen.append(Chosen(lesson, source, report, to_test(lesson.name, file)))
    return chosen


def _only(report: Report, parts: Sequence[str]) -> Report:
    """The report on these classes alone; on all where none is named.

    Of a class of which something was tried, what waits for another class says nothing.
    """
    from dataclasses import replace

    checks: list[CheckResult] = []
    for part in parts:
        own = [check for check in report.checks if check.part == part]
        checks += [check for check in own if check.status != "blocked"] or own
    return replace(report, checks=checks) if parts else report


def _test(lesson: Lesson, source: Source) -> Report:
    """The verdict on exactly these bytes, which are kept. WorkspaceError if it was saved since."""
    from tito.engine import examine

    report = examine(lesson, source.path)
    keep(report)
    if report.sha256 and report.sha256 != source.sha256:
        raise WorkspaceError(
            f"{short_path(source.path)} was saved while it was being tested. Run the same command "
            "again."
        )
    return report


def _refusal(
    page: Page, lesson: Lesson, undone: str, in_part: bool, *, alone: bool
) -> Iterator[str]:
    """What was not done, why, and what comes next.

    ``in_part`` says that only some classes are needed, ``alone`` that no other file is.
    """
    report, screen = page.report, page.screen
    shown, verb = short_path(report.file), "is"
    if in_part and report.error is None:
        wrong = list(dict.fromkeys(c.part for c in report.checks if c.status != "passed"))
        shown, verb = f"{listed(wrong)} in {shown}", "is" if len(wrong) == 1 else "are"
    yield from screen.wrap(f"{shown} {verb} not right yet, so {undone}.", screen.width)
    yield f"\n{page.first()}\n"
    ways = [f"--anyway to go ahead with these {lesson.name}"]
    if not alone:
        ways.append("--file to use one file of yours alone")
    if "reference" in (option.name for option in click.get_current_context().command.params):
        theirs = f"the reference's {lesson.name}" if alone else "the reference throughout"
        ways.append(f"--reference to use {theirs}")
    yield from screen.wrap(f"To see more: {screen.command} {page.again}", screen.width)
    *first, last = ways
    add = f"{', '.join(first)}, or {last}" if first else last
    yield from screen.wrap(f"Add {add}.", screen.width)
