"""The commands of ``tito``: each reads its arguments, asks the engine, and prints."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.dev import dev
from tito.terminal import Screen, command, short_path
from tito.workspace import WorkspaceError, find_workspace

if TYPE_CHECKING:
    from tito.engine.lesson import Lesson
    from tito.engine.process import Worker
    from tito.engine.report import Report
    from tito.engine.source import Source
    from tito.show import Page

SEED = click.IntRange(0, 2**32 - 1)
SEED.name = "whole number"
FILE = click.Path(path_type=Path)


def _known(context: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    """A lesson's name, once it is sure that there is such a lesson."""
    from tito.engine.lesson import LESSONS

    if name is None or name in LESSONS:
        return name
    if name.endswith(".py") and context.command is test:
        raise click.UsageError(f"To test a file: {context.command_path} --file {shlex.quote(name)}")
    raise click.UsageError(f"There is no lesson {name!r}. There is: {', '.join(LESSONS)}.")


class AsTyped(click.Group):
    """A group whose help names the commands as the person types them: ``./tito test``."""

    def get_help(self, ctx: click.Context) -> str:
        """The help, to be copied from."""
        return super().get_help(ctx).replace("  tito ", f"  {ctx.find_root().command_path} ")


@click.group(
    cls=AsTyped,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.pass_context
def tito(context: click.Context) -> None:
    """Build the layers of a neural network, and be told whether they are right.

    \b
    tito start layers    write the file in which you build them
    tito test            test it: what is right, and the first thing to fix
    tito train digits    train your layers to recognise handwritten digits
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@tito.command()
@click.argument("lesson", default="layers", callback=_known)
def start(lesson: str) -> int:
    """Begin a lesson: write its file into your folder.

    Your folder is the nearest one upwards that holds .tito; if there is none, my-tinytorch is
    made. A file that is there already stays as it is.
    """
    from tito.engine.lesson import load_lesson

    chosen, workspace = load_lesson(lesson), find_workspace()
    path, screen = workspace.file(chosen.filename), Screen.of(sys.stdout)
    if workspace.begin(chosen):
        click.echo(f"Wrote {short_path(path)}\n")
        click.echo(_first_exercise(chosen, path, screen))
        click.echo(f"\nOpen the file, write your code there, save, then: {screen.command} test")
        return 0
    from tito.engine import examine

    click.echo(f"{short_path(path)} is there already, and stays as it is.\n")
    click.echo(_page(examine(chosen, path), chosen).verdict())
    return 0


@tito.command()
@click.argument("lesson", required=False, callback=_known)
@click.option("--module", metavar="LESSON", callback=_known, help="The same as LESSON.")
@click.option("--file", type=FILE, help="Test this file in place of the one in your folder.")
@click.option("--all", "every", is_flag=True, help="Show every failure in full.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
@click.option("--seed", type=SEED, help="Repeat the run that had this seed.")
@click.pass_obj
def test(
    worker: Worker | None,
    lesson: str | None,
    module: str | None,
    file: Path | None,
    every: bool,
    as_json: bool,
    seed: int | None,
) -> int:
    """Test your file: what is right, and the first thing to fix.

    LESSON is the lesson in hand if you do not name one. The exit code is 0 only if every check
    passed.
    """
    if lesson and module and lesson != module:
        raise click.UsageError(f"LESSON and --module differ: {lesson} and {module}. Give one.")
    from tito.engine import examine
    from tito.engine.lesson import load_lesson

    chosen = load_lesson(lesson or module or _in_hand())
    path = file or find_workspace().file(chosen.filename)
    if not (file or as_json or os.path.lexists(path)):
        return _nothing_yet(path)
    began = worker.started if worker else None
    report = examine(chosen, path, seed=seed, worker=worker, started=began)
    if as_json:
        click.echo(json.dumps(report.to_dict()))
    else:
        click.echo(_page(report, chosen, file).verdict(every=every))
    return 0 if report.ok else 1


@tito.group()
def train() -> None:
    """Train a network made of your layers."""


@train.command()
@click.option("--anyway", is_flag=True, help="Train even if the layers do not pass their checks.")
@click.option("--file", type=FILE, help="Train the layers of this file.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights, masks, batches.")
@click.option(
    "--output", type=FILE, default=Path("digits.png"), show_default=True, help="The picture."
)
def digits(anyway: bool, file: Path | None, seed: int, output: Path) -> int:
    """Recognise handwritten digits with your layers.

    They are tested first, and trained if they are right. Where you have no file yet, the
    reference's layers are trained.
    """
    from tito.engine.lesson import load_lesson
    from tito.engine.source import UnusableFile, read_source
    from tito.train import train_digits

    lesson = load_lesson("layers")
    path = file or find_workspace().file(lesson.filename)
    if file is None and not path.exists():
        return train_digits(None, seed=seed, output=output)
    try:
        source = read_source(path.absolute())
    except UnusableFile as error:
        raise WorkspaceError(error.message.replace("`tito", f"`{command()}")) from error
    if not anyway and not _right(lesson, source):
        return 1
    return train_digits(source, seed=seed, output=output)


tito.add_command(dev)


def _in_hand() -> str:
    from tito.engine.lesson import LESSONS

    lesson = find_workspace().lesson
    return lesson if lesson in LESSONS else LESSONS[0]


def _nothing_yet(path: Path) -> int:
    """There is nothing to test, which is never a pass."""
    screen = Screen.of(sys.stdout)
    click.echo(f"You have no {short_path(path)} yet. Begin with: {screen.command} start")
    return 1


def _page(report: Report, lesson: Lesson, file: Path | None = None) -> Page:
    from tito.show import Page

    again = f"test --file {shlex.quote(short_path(file))}" if file else "test"
    return Page(report, Screen.of(sys.stdout), lesson.tasks, again)


def _first_exercise(lesson: Lesson, path: Path, screen: Screen) -> str:
    """The first exercise with its place and its task, to be read before the first test."""
    from tito.engine.source import read_source

    first = lesson.exercises[0]
    line = read_source(path).line_of(first.name)
    lines = screen.wrap(first.task, screen.width - 2)
    title = screen.paint(f"First exercise: {first.name}, line {line}", "bold")
    return "\n".join([title, *(f"  {line}" for line in lines)])


def _right(lesson: Lesson, source: Source) -> bool:
    """Whether the layers pass all checks; if they do not, the first reason is printed."""
    from tito.engine import examine

    report = examine(lesson, source.path)
    if not report.ok:
        page = _page(report, lesson)
        click.echo(f"{short_path(source.path)} is not right yet, so it was not trained.\n")
        click.echo(page.first())
        click.echo(f"\n{page.screen.command} test says more; --anyway trains all the same.")
    elif report.sha256 != source.sha256:
        raise WorkspaceError(f"{source.path} was saved while it was tested. Try again.")
    return report.ok
