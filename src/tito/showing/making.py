"""From what was measured to a picture on the disk, a sentence on the terminal, or plain data."""

from __future__ import annotations

import functools
import json
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tito.commands.common import FILE
from tito.pictures import ENDINGS, NoPicture, refuse_early, write_picture
from tito.terminal import Screen, short_path

#: A line that is set in this far is one of code, to be found again in the file.
CODE = 4
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


@dataclass(frozen=True)
class Wanted:
    """What the person asked for: the file (None: nothing named), its theme, or the data as JSON."""

    default: str
    output: Path | None = None
    dark: bool = False
    as_json: bool = False

    @property
    def path(self) -> Path | None:
        """Where the picture goes; None where only the data is wanted."""
        return None if self.as_json and not self.output else self.output or Path(self.default)


def picture_options(default: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options of every picture, as one argument ``wanted``."""

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(function)
        def packed(*, output: Path | None, dark: bool, as_json: bool, **rest: Any) -> int:
            return function(wanted=Wanted(default, output, dark, as_json), **rest)

        words = f"The picture.  [default: {default}]"
        for option in (
            click.option("--json", "as_json", is_flag=True, help="The data, on standard output."),
            click.option("--dark", is_flag=True, help="For a dark page."),
            click.option("--output", type=FILE, help=words),
        ):
            packed = option(packed)
        return packed

    return decorate


def make(
    wanted: Wanted,
    *,
    measure: Callable[[], Any],
    draw: Callable[[Any, bool], Any],
    say: Callable[[Any], Sequence[str]],
    plain: Callable[[Any], Mapping[str, Any]],
    endings: Sequence[str] = ENDINGS,
    before: str = "",
) -> int:
    """Measure, draw, write the file whole or not at all, and say what to see; the exit code.

    ``measure`` may raise NoPicture. ``draw`` gets what was measured and whether it is for a dark
    page, and returns what has ``savefig(file, format=...)``, as a matplotlib figure does. ``say``
    gives paragraphs, ``plain`` the data for JSON. ``before`` is said first.
    """
    picture = wanted.path
    try:
        if picture:
            refuse_early(picture, "--output", endings)
        if before and not wanted.as_json:
            click.echo(f"{before}\n")
        data = measure()
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
        return _refuse(str(refusal), wanted.as_json)
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C; no picture was written.", err=wanted.as_json)
        return EXIT_INTERRUPTED
    return 0


def _write(path: Path, data: Any, draw: Callable[[Any, bool], Any], dark: bool) -> None:
    from tito.workspace.writing import reason

    try:
        write_picture(path, lambda: draw(data, dark))
    except OSError as error:
        raise NoPicture(
            f"No picture. {short_path(path)} cannot be written: {reason(error)}. "
            "Another place can be named with --output."
        ) from error


def _refuse(words: str, as_json: bool) -> int:
    screen = Screen.of(sys.stderr if as_json else sys.stdout)
    click.echo(_wrapped(words, screen), err=as_json)
    return EXIT_FAILED


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
