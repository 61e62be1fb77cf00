"""A picture of `tito show`: worked out from the layers of a learner, said, drawn and written."""

from __future__ import annotations

import functools
import json
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.common import FILE, approved, files_in_use, reference_option
from tito.lab.pictures import ENDINGS, NoPicture, quiet_matplotlib, write_picture
from tito.say.terminal import Screen, short_path

if TYPE_CHECKING:
    from tito.engine.source import Source
    from tito.lesson.model import Lesson


def check_ending(path: Path, option: str, endings: Sequence[str] = ENDINGS) -> None:
    """UsageError for a name with another ending; ``option`` is that which gave it."""
    if path.suffix.lower() not in endings:
        known = ", ".join(endings[:-1]) + f" or {endings[-1]}" if endings[1:] else endings[0]
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


#: A line that is set in this far is one of code, to be found again in the file.
CODE = 4
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


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


def picture_options(default: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options of every picture, as one argument ``wanted``."""
    options = (
        click.option("--output", type=FILE, help=f"The picture.  [default: {default}]"),
        click.option("--dark", is_flag=True, help="For a dark page."),
        click.option("--json", "as_json", is_flag=True, help="The data, on standard output."),
        click.option("--anyway", is_flag=True, help="Also layers that do not pass their checks."),
        click.option("--file", type=FILE, help="The layers of this file."),
        reference_option,
    )

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(function)
        def packed(
            *,
            output: Path | None,
            dark: bool,
            as_json: bool,
            file: Path | None,
            anyway: bool,
            **rest: Any,
        ) -> int:
            return function(Wanted(default, output, dark, as_json, file, anyway), **rest)

        for option in reversed(options):
            packed = option(packed)
        return packed

    return decorate


@dataclass(frozen=True)
class Layers:
    """The layers that are shown: the learner's ``modules``, else the reference's.

    ``said`` says whose they are.
    """

    modules: list[tuple[Lesson, Source]]
    said: str

    def have(self, part: str) -> bool:
        """Whether that class is the learner's."""
        return any(part in lesson.parts for lesson, _ in self.modules)


def _in_hand(wanted: Wanted, needs: Sequence[str]) -> Layers | None:
    """The learner's layers, tested; None where they do not pass, once that is said."""
    from tito.learner.chosen import modules_of, sources_line

    chosen = approved(
        files_in_use(wanted.file),
        wanted.file,
        "no picture was made",
        anyway=wanted.anyway,
        err=wanted.as_json,
        parts=needs,
    )
    return None if chosen is None else Layers(modules_of(chosen), sources_line(chosen))


def make(
    wanted: Wanted,
    *,
    needs: Sequence[str] | None,
    measure: Callable[[Layers], Any],
    draw: Callable[[Any, bool], Any],
    say: Callable[[Any], Sequence[str]],
    plain: Callable[[Any], Mapping[str, Any]],
    endings: Sequence[str] = ENDINGS,
    before: Callable[[Layers], str] = lambda layers: layers.said,
) -> int:
    """Measure, draw, write the file whole or not at all, and say what to see; the exit code.

    ``needs`` are the classes that have to pass; with none named all have to, and with None no
    layers are asked for. ``measure`` may raise NoPicture. ``draw`` gets what was measured and
    whether it is for a dark page, and returns what has ``savefig(file, format=...)``, as a
    matplotlib figure does. ``say`` gives paragraphs, ``plain`` the data for JSON. ``before`` is
    said first.
    """
    layers = Layers([], "") if needs is None else _in_hand(wanted, needs)
    if layers is None:
        return EXIT_FAILED
    picture = wanted.path
    try:
        if picture:
            refuse_early(picture, "--output", endings)
        if (words := before(layers)) and not wanted.as_json:
            click.echo(_wrapped(words, Screen.of(sys.stdout)) + "\n")
        data = measure(layers)
        if picture:
            _write(picture, data, draw, wanted.dark)
        screen = Screen.of(sys.stdout)
        if wanted.as_json:
            told = {"picture": picture and os.fspath(picture), "seen": list(say(data))}
            click.echo(json.dumps(_valid({**told, **plain(data)}), allow_nan=False))
            return 0
        for paragraph in say(data):
            click.echo(_wrapped(paragraph, screen) + "\n")
        click.echo(f"The picture: {screen.clean(short_path(picture or ''))}")
    except NoPicture as refusal:
        click.echo(
            _wrapped(str(refusal), Screen.of(sys.stderr if wanted.as_json else sys.stdout)),
            err=wanted.as_json,
        )
        return EXIT_FAILED
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C; no picture was written.", err=wanted.as_json)
        return EXIT_INTERRUPTED
    return 0


def _write(path: Path, data: Any, draw: Callable[[Any, bool], Any], dark: bool) -> None:
    from tito.learner.files import reason

    try:
        write_picture(path, lambda: draw(data, dark))
    except OSError as error:
        raise NoPicture(
            f"No picture. {short_path(path)} cannot be written: {reason(error)}. "
            "Another place can be named with --output."
        ) from error


def _wrapped(text: str, screen: Screen) -> str:
    """The text in the screen's width; lines that are set in stay set in, and code as it is."""
    lines: list[str] = []
    for line in screen.clean(text).split("\n"):
        inset = len(line) - len(line.lstrip())
        if inset >= CODE:
            lines.append(line)
        else:
            room = screen.width - inset
            lines += [" " * inset + part for part in screen.wrap(line.strip(), room)]
    return "\n".join(lines)


def _valid(value: Any) -> Any:
    """The same data with what JSON has no number for as words: "inf", "-inf", "nan"."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _valid(each) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return [_valid(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def measure_apart(
    work: str, layers: Layers, arguments: Mapping[str, Any], *, model: Source | None = None
) -> dict[str, Any]:
    """What ``work`` ("module:function") measures with the layers, in a process of its own.

    ``model`` is a further file of the person's that it runs.
    """
    from tito.lab.apart import Stopped, run_apart

    try:
        done = run_apart(
            work, layers.modules, arguments, model=model, opening=lambda _: "No picture was made."
        )
    except Stopped as stop:
        raise NoPicture(str(stop)) from stop
    show_printed(done.printed)
    return done.result


def show_printed(printed: str) -> None:
    """Say what the learner's code printed, beside the answer."""
    from tito.lab.apart import printed_words

    if words := printed_words(printed):
        click.echo(f"{words}\n", err=True)
