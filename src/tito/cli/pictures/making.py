"""A picture of `tito show`: worked out from the layers of a learner, said, drawn and written."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tinytorch.files.writing import write_whole
from tito.cli.common import FILE, approved, files_in_use, reference_option
from tito.lab.pictures import ENDINGS, NoPicture, quiet_matplotlib, write_picture
from tito.say.terminal import Screen, short_path

if TYPE_CHECKING:
    from tito.engine.source import Source
    from tito.learner.chosen import Chosen
    from tito.lesson.model import Lesson


def check_ending(path: Path, option: str, endings: Sequence[str] = ENDINGS) -> None:
    """UsageError for a name with another ending; ``option`` is that which gave it."""
    if path.suffix.lower() not in endings:
        known = " or ".join(filter(None, [", ".join(endings[:-1]), endings[-1]]))
        raise click.UsageError(
            f"The picture's name should end in {known}, and it is {path.name!r}. "
            f"For example: {option} {path.stem or 'picture'}{endings[0]}"
        )


def refuse_early(path: Path, option: str, endings: Sequence[str] = ENDINGS) -> None:
    """UsageError for another ending, NoPicture for what else can be seen before it is drawn.

    A picture that can be a PNG needs matplotlib.
    """
    check_ending(path, option, endings)
    if not path.absolute().parent.is_dir():
        raise NoPicture(f"The folder {path.parent}, for the picture, is not there. Make it first.")
    if path.is_dir():
        raise NoPicture(f"{path} is a folder. Give the picture a name of its own with {option}.")
    if ENDINGS[0] in endings:
        quiet_matplotlib()
        try:
            import_module("tinytorch.plots.style").require()
        except ModuleNotFoundError as error:
            raise NoPicture(f"No picture. {error}\nWithout it, --json gives the data.") from error


#: What JSON has no number for, as words.
NO_NUMBER = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
#: A line that is set in this far is one of code, to be found again in the file.
CODE = 4
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


Modules = Sequence[tuple["Lesson", "Source"]]


@dataclass(frozen=True)
class Shown:
    """What was measured: the ``picture``, an SVG or what draws it once it is told if ``dark``.

    ``words`` are paragraphs on what to see, ``plain`` is the data for JSON.
    """

    picture: str | Callable[..., Any]
    words: Sequence[str]
    plain: Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What the person asked for: a file, its theme, or the data as JSON; and of which layers."""

    default: str
    output: Path | None
    dark: bool
    as_json: bool
    file: Path | None
    anyway: bool

    @property
    def path(self) -> Path | None:
        """Where the picture goes; None where only the data is wanted."""
        return None if self.as_json and not self.output else self.output or Path(self.default)


Decorator = Callable[[Callable[..., int]], Callable[..., int]]


def picture_options(default: str) -> Decorator:
    """Give a command the options of every picture, as one argument ``wanted``."""

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        @click.option("--output", type=FILE, help=f"The picture.  [default: {default}]")
        @click.option("--dark", is_flag=True, help="For a dark page.")
        @click.option("--json", "as_json", is_flag=True, help="The data, on standard output.")
        @click.option("--anyway", is_flag=True, help="Also layers that do not pass their checks.")
        @click.option("--file", type=FILE, help="The layers of this file.")
        @reference_option
        @wraps(function)
        def packed(
            output: Path | None,
            dark: bool,
            as_json: bool,
            file: Path | None,
            anyway: bool,
            **rest: Any,
        ) -> int:
            return function(Wanted(default, output, dark, as_json, file, anyway), **rest)

        return packed

    return decorate


def make(
    wanted: Wanted,
    needs: Sequence[str] | None,
    measure: Callable[[Modules], Shown],
    *,
    endings: Sequence[str] = ENDINGS,
    before: Callable[[str, Modules], str] = lambda said, _: said,
) -> int:
    """Measure, draw, write the file whole or not at all, and say what to see; the exit code.

    ``needs`` are the classes that have to pass; with none named all have to, and with None no
    layers are asked for. ``measure`` may raise NoPicture. ``before`` is said first; it is given
    whose layers they are, in words, and the learner's modules among them.
    """
    from tito.learner.chosen import modules_of, sources_line

    err = wanted.as_json
    chosen: list[Chosen] | None = []
    if needs is not None:
        undone, files = "no picture was made", files_in_use(wanted.file)
        chosen = approved(files, wanted.file, undone, anyway=wanted.anyway, err=err, parts=needs)
    if chosen is None:
        return EXIT_FAILED
    modules, picture = modules_of(chosen), wanted.path
    try:
        if picture:
            refuse_early(picture, "--output", endings)
        words = before("" if needs is None else sources_line(chosen), modules)
        if words and not err:
            click.echo(_wrapped(words, Screen.of(sys.stdout)) + "\n")
        shown = measure(modules)
        if picture:
            _write(picture, shown, wanted.dark)
    except NoPicture as refusal:
        screen = Screen.of(sys.stderr if err else sys.stdout)
        click.echo(_wrapped(str(refusal), screen), err=err)
        return EXIT_FAILED
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C; no picture was written.", err=err)
        return EXIT_INTERRUPTED
    if err:
        told = {"picture": picture and os.fspath(picture), "seen": list(shown.words)}
        data = json.loads(json.dumps(told | dict(shown.plain)), parse_constant=NO_NUMBER.get)
        click.echo(json.dumps(data))
        return 0
    screen = Screen.of(sys.stdout)
    for paragraph in shown.words:
        click.echo(_wrapped(paragraph, screen) + "\n")
    click.echo(f"The picture: {screen.clean(short_path(picture or ''))}")
    return 0


def _write(path: Path, shown: Shown, dark: bool) -> None:
    from tito.learner.files import reason

    try:
        if isinstance(shown.picture, str):
            write_whole(path, shown.picture)
        else:
            write_picture(path, partial(shown.picture, dark=dark))
    except OSError as error:
        raise NoPicture(
            f"No picture. {short_path(path)} cannot be written: {reason(error)}. "
            "Another place can be named with --output."
        ) from error


def _wrapped(text: str, screen: Screen) -> str:
    """The text in the screen's width; lines that are set in stay set in, and code as it is."""
    lines: list[str] = []
    for line in text.split("\n"):
        inset = len(line) - len(line.lstrip())
        lines += [screen.clean(line)] if inset >= CODE else screen.hang(" " * inset, line.strip())
    return "\n".join(lines)


def measure_apart(
    what: str, modules: Modules, arguments: Mapping[str, Any], *, model: Source | None = None
) -> dict[str, Any]:
    """What that function of `tito.lab.show` measures with the layers, in a process of its own.

    ``model`` is a further file of the person's that it runs.
    """
    from tito.lab.apart import Stopped, run_apart

    work, opening = f"tito.lab.show:{what}", "No picture was made."
    try:
        done = run_apart(work, modules, arguments, model=model, opening=lambda _: opening)
    except Stopped as stop:
        raise NoPicture(str(stop)) from stop
    show_printed(done.printed)
    return done.result


def show_printed(printed: str) -> None:
    """Say what the learner's code printed, beside the answer."""
    from tito.lab.apart import printed_words

    if words := printed_words(printed):
        click.echo(f"{words}\n", err=True)
