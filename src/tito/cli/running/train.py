"""`tito train`: a learner's layers recognise handwritten digits, and how well is said."""

from __future__ import annotations

import ast
import contextlib
import shlex
import sys
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from tinytorch.data import DataError, Digits, digits, fetch_mnist, mnist
from tinytorch.data.download import FILES, Advance
from tito.lab.apart import Stopped
from tito.lab.apart.attempt import printed_words
from tito.lab.train import recipe
from tito.lab.train import recipe as recipes
from tito.lab.train.attempt import Attempt, Step, attempt
from tito.lab.train.kept import Keeping, Kept, NotKept, Stopping, fingerprint, place_of, versions_of
from tito.lab.train.picture import save_picture
from tito.lab.train.recipe import Recipe
from tito.learner.chosen import Chosen, checks_of, modules_of, sources_line
from tito.say.terminal import PassingLine, Screen, listed, short_path

if TYPE_CHECKING:
    from tito.engine.report import CheckResult

#: At or below this share the network has hardly learned anything.
GUESSING = 0.2
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130
#: Where the values of a line that announces the training begin.
MARGIN = 10


def train_network(
    chosen: Sequence[Chosen],
    recipe: Recipe | None = None,
    *,
    output: Path,
    dark: bool = False,
    save: Path | None = None,
    folder: Path | None = None,
    resume: bool = False,
    anew: str = "train digits",
) -> int:
    """Train by the recipe in a fresh process, say how well it went, draw it; the exit code.

    ``chosen`` are the learner's files, tested; for what is not among them the reference is taken.
    ``recipe`` is that of the digits unless given; ``folder`` is where MNIST lies, if it was named.
    The weights are written to ``save`` where that is given. ``resume`` goes on with what is kept
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
    modules = modules_of(chosen)
    _announce(chosen, recipe, data)
    following = Following(recipe, len(data.train_labels))
    now = Kept(recipe, versions_of([source for _, source in modules]), fingerprint(data), folder)
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
            done = attempt(modules, recipe, advance, folder=folder, keep=keep, save=save)
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
    if chosen and low and not clear and _comparable(recipe):
        try:
            look_for_the_fault(chosen, recipe)
        except KeyboardInterrupt:
            click.echo("\nStopped by Ctrl-C; the search for the fault was not finished.")
            return EXIT_INTERRUPTED
    return EXIT_FAILED if reached is None else 0


def _comparable(recipe: Recipe) -> bool:
    """Whether it was measured what the reference reaches so: with the digits' usual recipe."""
    return recipe.images == "digits" and recipe.usual


def _announce(chosen: Sequence[Chosen], recipe: Recipe, data: Digits) -> None:
    click.echo(sources_line(chosen) + "\n")
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
        click.echo("\n".join(screen.hang(f"{label:<{MARGIN}}", words)))
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


#: What hangs in the first training is not waited for as long again with each class.
STEP_LIMIT_S = 5.0
_LABEL = 15


def look_for_the_fault(chosen: Sequence[Chosen], done: Recipe) -> None:
    """Say which class spoils the training, with what was measured, and what to do next.

    ``done`` is the recipe of the training.
    """
    low, high = recipe.REFERENCE_REACHES
    fault, classes = Fault(recipe.LOWEST_EXPECTED), classes_to_try(chosen, done)
    say(
        f"\nThe reference's layers reach {low:.1%} to {high:.1%}. With the reference's class in "
        "place of yours, one at a time:\n"
    )
    for name in classes:
        fault.replaced[name] = _measure(name, chosen, done, [name])
    if not fault.mended_by:
        say("\nNone alone mends it. With one class of yours among the reference's:\n")
        for name in classes:
            others = [other for other in classes if other != name]
            fault.alone[name] = _measure(name, chosen, done, others)
    if len(fault.spoiled_by) == len(classes):
        fault.none = _measure("none of yours", chosen, done, list(classes))
    open_checks = [check for check in checks_of(chosen) if check.status != "passed"]
    parts = {check.part for check in open_checks if check.status != "blocked"}
    say("\n" + fault.verdict(parts))
    for name in fault.named(parts):
        say(_of_checks(name, [check for check in open_checks if check.part == name]))
    named = fault.named(parts)
    its = next((each for each in chosen if set(named) & set(each.lesson.parts)), chosen[-1])
    first = its.report.first
    every = "" if first and first.part in named else " --all"
    click.echo(f"Next: {Screen.of(sys.stdout).command} {its.again}{every}")


def _measure(label: str, chosen: Sequence[Chosen], done: Recipe, replaced: list[str]) -> Reached:
    """Train with these classes of the reference's; a line says how far it is, then what came."""
    reached = None
    start = f"  {label:<{_LABEL}}"
    count = done.epochs * -(-len(digits().train_labels) // done.batch_size)
    with PassingLine() as line:
        line.say(f"{start}training, 0%")

        def told(steps: list[Step]) -> None:
            if steps:
                line.say(f"{start}training, {steps[-1][0] / count:.0%}")

        try:
            modules = modules_of(chosen)
            tried = attempt(modules, done, told, replaced, step_limit_s=STEP_LIMIT_S)
            reached = tried.held_out[-1]
            words = f"{reached:.1%}"
        except Stopped as stop:
            words = f"breaks off at step {stop.items[-1][0] + 1 if stop.items else 1:,}"
    click.echo(start + words)
    return reached


def _of_checks(name: str, checks: list[CheckResult]) -> str:
    """What the checks say of a class at fault."""
    if not checks:
        return f"All checks of {name} pass, so they miss this."
    first = checks[0]
    if first.status == "todo":
        return f"{first.exercise} is not written yet."
    several = f"{len(checks)} checks do" if len(checks) > 1 else "1 check does"
    return f"Of {name}, {several} not pass. The first: {first.exercise}, {first.name}."


def say(text: str) -> None:
    """Print paragraphs in the width of the terminal."""
    click.echo("\n".join(Screen.of(sys.stdout).fitting(text)))


class Following:
    """What has come of a training so far."""

    def __init__(self, recipe: Recipe, examples: int) -> None:
        """``examples`` are the images of an epoch."""
        self.epochs, self.steps = recipe.epochs, -(-examples // recipe.batch_size)
        self.done = 0
        self.right: float | None = None

    @contextlib.contextmanager
    def bar(self) -> Generator[Callable[[list[Step]], None]]:
        """A bar on a terminal; nothing anywhere else."""
        if not sys.stdout.isatty():
            yield self._note
            return
        bar: Any
        with click.progressbar(
            length=self.epochs * self.steps,
            label="Training",
            width=20,
            item_show_func=self._measured,
        ) as bar:

            def advance(steps: list[Step]) -> None:
                before = self.done
                self._note(steps)
                bar.update(self.done - before, steps)

            yield advance

    def words(self) -> str:
        """Where it is, to follow another word: in which epoch, and what was reached."""
        if not self.done:
            return " before the first step was done"
        epoch = min(self.epochs, (self.done - 1) // self.steps + 1)
        reached = "" if self.right is None else f", with {self.right:.1%} of those held out right"
        return f" in epoch {epoch:,} of {self.epochs:,}{reached}"

    def _note(self, steps: list[Step]) -> None:
        if steps:
            self.done, _, self.right = steps[-1]

    def _measured(self, steps: list[Step] | None) -> str | None:
        if not steps:
            return None
        loss = sum(loss for _, loss, _ in steps) / len(steps)
        return f"loss {loss:.3f}" + ("" if self.right is None else f", {self.right:.1%} right")


#: What a training reached; None where it broke off.
Reached = float | None


@dataclass
class Fault:
    """What was measured, and what it says.

    ``replaced`` has what was reached with the reference's class in place of that one; ``alone``,
    measured where no single one mends it, with that one of the learner's among the reference's;
    ``none`` with all of the reference's, where each of the learner's spoils it.
    """

    lowest: float
    replaced: dict[str, Reached] = field(default_factory=dict[str, Reached])
    alone: dict[str, Reached] = field(default_factory=dict[str, Reached])
    none: Reached = 1.0

    @property
    def mended_by(self) -> list[str]:
        """The classes of which each alone, put in, is enough."""
        return [name for name, reached in self.replaced.items() if self.good(reached)]

    @property
    def spoiled_by(self) -> list[str]:
        """The classes of which each alone, among the reference's, is too much."""
        return [name for name, reached in self.alone.items() if not self.good(reached)]

    def good(self, reached: Reached) -> bool:
        """Whether that is as much as the reference reaches, whatever the seed."""
        return reached is not None and reached >= self.lowest

    def named(self, failing: Iterable[str]) -> list[str]:
        """The classes at fault; where several may be, those of them that fail checks."""
        if not self.good(self.none):
            return []
        suspects = set(failing)
        found = self.mended_by or self.spoiled_by
        return [name for name in found if name in suspects] or found

    def verdict(self, failing: Iterable[str]) -> str:
        """In a sentence or two."""
        named = self.named(failing)
        those = listed(named)
        if self.mended_by and len(named) == 1:
            return f"The fault is in {those}."
        if self.mended_by:
            return f"The fault is where {those} meet: each, replaced alone, mends it."
        if not self.good(self.none):
            return (
                "Even with all of the reference's classes it does not do better: the fault is "
                "outside the classes, in whatever else the file does."
            )
        if len(named) > 1:
            return f"More than one is at fault: each of {those} alone spoils the training."
        if named:
            return f"The fault is in {those}, and in how the others work together."
        return "Each of yours works among the reference's: the fault is in how they work together."


def classes_to_try(chosen: Sequence[Chosen], recipe: Recipe) -> tuple[str, ...]:
    """The learner's classes that the network is made of, and those that another builds on."""
    bases = {
        base.id
        for each in chosen
        for part in each.source.classes.values()
        for base in part.bases
        if isinstance(base, ast.Name)
    }
    used = {"Layer", "Sequential", *recipe.network.classes, *(bases & {"Dense"})}
    return tuple(part for each in chosen for part in each.lesson.parts if part in used)


def find_images(name: str, folder: Path | None) -> tuple[Path | None, Digits]:
    """The folder they are in (None: they come along), and the images. DataError if there are none.

    Without a folder MNIST is fetched, once, and it is shown how far that is.
    """
    if name == "digits":
        return None, digits()
    if folder is None:
        with _fetching() as advance:
            folder = fetch_mnist(advance)
    return folder.absolute(), mnist(folder)


@contextlib.contextmanager
def _fetching() -> Generator[Advance]:
    """A bar on a terminal, elsewhere a line, once something comes."""
    sizes = {name: file.size for name, file in FILES.items()}
    total = sum(sizes.values())
    bar: Any = click.progressbar(
        length=total, label=f"Fetching MNIST ({total / 1e6:.0f} MB, once)", width=20
    )

    def advance(name: str, come: int, size: int) -> None:
        names = list(sizes)
        before = sum(sizes[each] for each in names[: names.index(name)])
        bar.update(max(0, before + come - bar.pos))

    yield advance
    if bar.pos:
        bar.render_finish()
