"""``tito notebook``: the lesson as a notebook, and back."""

from __future__ import annotations

import importlib.util
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import FILE, known_lesson, lesson_in_hand, to_test
from tito.doctor.installed import pip
from tito.learner import WorkspaceError, find_workspace
from tito.say.terminal import command, listed, short_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tito.lesson.model import Lesson
    from tito.notebook.files import Taken


@click.command()
@click.argument("lesson", required=False, callback=known_lesson)
@click.option("--output", type=FILE, help="Write this file, NAME.ipynb.")
@click.option("--force", is_flag=True, help="Write a notebook anew; the old one gets another name.")
@click.option("--to-py", type=FILE, metavar="NOTEBOOK", help="Put a notebook's code into the file.")
def notebook(lesson: str | None, output: Path | None, force: bool, to_py: Path | None) -> int:
    """Write the lesson as a notebook, made from your file.

    In it, `%%exercise Linear` runs a cell and tests what it holds. A notebook that is there
    already stays as it is.

    \b
    tito notebook layers                   writes layers.ipynb beside your file
    tito notebook --to-py layers.ipynb     takes its code back into layers_dev.py

    The exit code is 0 if it was written, 1 if not, and 2 for a mistake in the command.
    """
    from tito.lesson.model import load_lesson

    chosen = load_lesson(lesson or lesson_in_hand())
    return _to_py(to_py, output, chosen) if to_py else _to_notebook(chosen, output, force)


def _to_notebook(lesson: Lesson, output: Path | None, force: bool) -> int:
    from tito.notebook.document import to_notebook
    from tito.notebook.files import write_anew

    workspace = find_workspace()
    path = output or workspace.file(f"{lesson.name}.ipynb")
    shown = shlex.quote(short_path(path))
    if path.suffix != ".ipynb":
        raise click.UsageError(f"The name of a notebook ends in .ipynb, but {path.name} does not.")
    if not force and os.path.lexists(path):
        named = f" --output {shown}" if output else ""
        anew = f"{command()} notebook {lesson.name} --force{named}"
        click.echo(f"{short_path(path)} is there already, and stays as it is.")
        click.echo(f"To write it anew, and keep this one beside it: {anew}")
        return 1
    if output is None and workspace.begin(lesson):
        click.echo(f"Wrote {short_path(workspace.file(lesson.filename))}")
    content, origin = _content(lesson, workspace.file(lesson.filename))
    aside = write_anew(path, to_notebook(lesson, content, path.name))
    if aside:
        click.echo(f"What was there is now {short_path(aside)}")
    click.echo(f"Wrote {short_path(path)}, made from {origin}\n")
    click.echo(f"Open it in JupyterLab or VS Code, with this Python:\n  {sys.executable}")
    if not importlib.util.find_spec("jupyterlab"):
        click.echo(f"JupyterLab is not installed. To install it:\n  {pip('jupyterlab')}")
    click.echo(f"To put its code back into {lesson.filename}:")
    click.echo(f"  {command()} notebook --to-py {shown}")
    return 0


def _content(lesson: Lesson, path: Path) -> tuple[bytes, str]:
    """The learner's file, or the stub where there is none; and what it is called."""
    from tito.engine.source import UnusableFile, read_source
    from tito.learner import stub_of

    if not os.path.lexists(path):
        return stub_of(lesson).encode(), "the lesson's untouched stub"
    try:
        source = read_source(path)
        source.check_syntax()
    except UnusableFile as error:
        again = f"Mend that, then: {command()} notebook {lesson.name}"
        message = error.message.replace("`tito ", f"`{command()} ")
        raise WorkspaceError(f"{message}\n{again}") from error
    return source.content, short_path(path)


def _to_py(path: Path, output: Path | None, lesson: Lesson) -> int:
    """Write the learner's file from a notebook's cells; what it held before is kept."""
    from tito.notebook.files import read_notebook, take

    found = take(read_notebook(path), lesson.parts)
    target = output or path.absolute().parent / lesson.filename
    try:
        content = found.content
    except UnicodeEncodeError as error:
        raise WorkspaceError(
            f"{path.name} declares the encoding {error.encoding.upper()}, which does not have "
            f"{error.object[error.start]!r}. Declare utf-8 there, or none."
        ) from error
    if content is None:
        raise WorkspaceError(
            f"{short_path(path)} has no cell that begins with %%exercise.\n"
            f"Write that line above each class of the lesson, as in `%%exercise "
            f"{lesson.parts[0]}`, and %%setup above the imports."
        )
    if target.is_file() and target.read_bytes() == content:
        click.echo(f"{short_path(target)} already holds exactly this.")
    else:
        _replace(target, content, short_path(path))
    for sentence in _remarks(found):
        click.echo(sentence)
    click.echo(f"\nTo test it: {command()} {to_test(lesson.name)}")
    return 0


def _remarks(found: Taken) -> Iterator[str]:
    """What a person has to know of the cells that were taken, and of those that were not."""
    if found.guessed:
        what = f"{listed(found.guessed)}: taken from a cell without %%exercise"
        yield f"{what}, for no other cell has {'it' if len(found.guessed) == 1 else 'them'}."
    want = "only in the notebook, for want of %%exercise or %%setup:"
    yield from _cells(found.left, f"with code stays {want}", f"with code stay {want}")
    part = "and no part of the file, in spite of the first line:"
    yield from _cells(found.silent, f"is not a code cell, {part}", f"are not code cells, {part}")


def _cells(cells: list[str], one: str, many: str) -> Iterator[str]:
    """How many cells these are, and their first lines."""
    if cells:
        yield f"1 cell {one}" if len(cells) == 1 else f"{len(cells)} cells {many}"
        yield from (f"    {line[:70]}" for line in cells[:5])


def _replace(target: Path, content: bytes, origin: str) -> None:
    """Write the file, after its text was kept. WorkspaceError where it could not be."""
    from tinytorch.files.writing import write_whole
    from tito.learner.files import explain
    from tito.learner.keeping import place_of
    from tito.learner.restoring import CannotRestore, put_back

    old = os.path.lexists(target)
    stays = f"{short_path(target)} stays as it is. Give another name: --output"
    if old and place_of(target) is None:
        raise WorkspaceError(f"It is in no lesson folder, where its text would be kept.\n{stays}")
    try:
        if old:
            put_back(target, lambda _now: content)
        else:
            write_whole(target, content)
    except CannotRestore as error:
        raise WorkspaceError(f"{error}\n{stays}") from error
    except OSError as error:
        raise WorkspaceError(explain(error, target.parent)) from error
    click.echo(f"Wrote {short_path(target)} from {origin}")
    if old:
        click.echo(f"What it held before is kept: {command()} restore")
