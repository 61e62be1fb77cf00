"""`tito train`: a learner's layers recognise handwritten digits, and how well is said."""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from tinytorch.data import DataError, Digits
from tito.apart import Stopped
from tito.apart.ending import printed_words
from tito.engine.source import Source
from tito.sources import how_right, sources_line
from tito.terminal import Screen, short_path
from tito.training import recipe as recipes
from tito.training.attempt import Attempt, attempt
from tito.training.following import Following, say
from tito.training.images import find_images
from tito.training.keeping import Keeping
from tito.training.kept import Kept, NotKept, fingerprint, layers_of, place_of
from tito.training.picture import save_picture
from tito.training.recipe import Recipe
from tito.training.stopping import Stopping

if TYPE_CHECKING:
    from tito.engine.report import Report

#: At or below this share the network has hardly learned anything.
GUESSING = 0.2
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130
#: Where the values of a line that announces the training begin.
MARGIN = 10


def train_network(
    source: Source | None,
    recipe: Recipe | None = None,
    *,
    output: Path,
    dark: bool = False,
    save: Path | None = None,
    folder: Path | None = None,
    report: Report | None = None,
    again: str = "test",
    resume: bool = False,
    anew: str = "train digits",
) -> int:
    """Train by the recipe in a fresh process, say how well it went, draw it; the exit code.

    ``source`` is the learner's file, None for the reference's layers; ``recipe`` is that of the
    digits unless given; ``folder`` is where MNIST lies, if it was named. ``report`` is the verdict
    on the source, ``again`` the command that gives it anew. The weights are
    written to ``save`` where that is given. ``resume`` goes on with what is kept
    of this training; ``anew`` is the command that begins it. Where the usual recipe of the digits
    reaches less than with the reference, the class at fault is looked for. 0 when the training
    came to its end (whatever it reached), 1 when it could not, 130 after Ctrl-C. A file that is
    there under ``output`` is replaced only by a whole picture.
    """
    recipe = recipe or recipes.RECIPES["digits"]
    for path, what in ((output, "the picture"), (save, "the weights")):
        if path and not path.absolute().parent.is_dir():
            click.echo(f"The folder {path.parent}, for {what}, is not there. Make it first.")
            return EXIT_FAILED
    try:
        folder, data = find_images(recipe.images, folder)
    except DataError as error:
        say(str(error))
        if folder is None:
            say("If you have the four files in a folder, name it with --data FOLDER.")
        say(f"The digits need no files: {Screen.of(sys.stdout).command} train digits")
        return EXIT_FAILED
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C; what was not fetched completely was not kept.")
        return EXIT_INTERRUPTED
    _announce(source, recipe, data, report)
    following = Following(recipe, len(data.train_labels))
    now = Kept(recipe, layers_of(source), fingerprint(data), folder)
    try:
        keeping = Keeping(place_of(output), now, anew, resume=resume)
    except NotKept as error:
        say(str(error))
        return EXIT_FAILED
    if keeping.said:
        say(f"{keeping.said}\n")
    reached: float | None = None
    clear = False
    try:
        began = time.perf_counter()
        with Stopping() as stopping, following.bar() as advance:
            keep = keeping.to_plain(stopping.path)
            done = attempt(source, recipe, advance, folder=folder, keep=keep, save=save)
        if done.stopped:
            raise KeyboardInterrupt
        keeping.done()
        reached = done.held_out[-1]
        if printed := printed_words(done.printed):
            click.echo(f"{printed}\n")
        _report(done, data, time.perf_counter() - began)
        _picture(output, done, data, recipe.images, dark=dark)
        if save:
            say(_of_the_weights(save, done))
    except Stopped as stop:
        click.echo(str(stop))
        clear = stop.clear
    except KeyboardInterrupt:
        say(f"\nStopped by Ctrl-C{following.words()}; no picture was written.")
        say(keeping.words())
        return EXIT_INTERRUPTED
    low = reached is None or reached < recipes.LOWEST_EXPECTED
    if source is not None and low and not clear and _comparable(recipe):
        from tito.training.blame import look_for_the_fault

        try:
            look_for_the_fault(source, recipe, report, again)
        except KeyboardInterrupt:
            click.echo("\nStopped by Ctrl-C; the search for the fault was not finished.")
            return EXIT_INTERRUPTED
    return EXIT_FAILED if reached is None else 0


def _comparable(recipe: Recipe) -> bool:
    """Whether it was measured what the reference reaches so: with the digits' usual recipe."""
    return recipe.images == "digits" and recipe.usual


def _announce(source: Source | None, recipe: Recipe, data: Digits, report: Report | None) -> None:
    remark = how_right(report) if report else ""
    click.echo(sources_line({"layers": source.path} if source else {}, remark) + "\n")
    side = round(data.train_images.shape[1] ** 0.5)
    name, held_out = {"digits": ("Digits", "every fifth"), "mnist": ("MNIST", "its test images")}[
        recipe.images
    ]
    images = (
        f"{len(data.train_labels):,} images of {side}x{side} to train on, "
        f"{len(data.held_out_labels):,} held out ({held_out})"
    )
    screen = Screen.of(sys.stdout)
    for label, words in (
        ("Network", recipe.network.words()),
        (name, images),
        ("Training", recipe.words()),
    ):
        for line in screen.wrap(words, screen.width - MARGIN):
            click.echo(f"{label:<{MARGIN}}{line}")
            label = ""
    click.echo()


def _report(done: Attempt, data: Digits, seconds: float) -> None:
    labels = data.held_out_labels
    right = int(np.sum(np.argmax(done.probabilities, axis=1) == labels))
    for remark in done.remarks:
        click.echo(f"Note: {remark}")
    share = right / len(labels)
    click.echo(f"Held out: {right:,} of {len(labels):,} right ({share:.1%})")
    if share < GUESSING:
        click.echo("A network that guesses gets about 10% right.")
    click.echo(f"Time: {seconds:.1f} s")


def _picture(output: Path, done: Attempt, data: Digits, images: str, *, dark: bool) -> None:
    try:
        save_picture(output, done, data, images, dark=dark)
    except ModuleNotFoundError as error:
        say(f"No picture. {error}")
    except OSError as error:
        click.echo(f"No picture: {output} cannot be written ({error.strerror or error}).")
    else:
        click.echo(f"Picture: {short_path(output)}")


def _of_the_weights(save: Path, done: Attempt) -> str:
    """That the weights were saved, and what can be done with them."""
    if done.unsaved:
        return f"The weights were not saved: {done.unsaved}"
    again = shlex.join(["show", "weights", "--weights", short_path(save)])
    return f"Weights: {short_path(save)}\nTo look at them:\n{Screen.of(sys.stdout).command} {again}"
