"""``tito train``: a network of the learner's layers learns images, and how well is said."""

from __future__ import annotations

import ast
import contextlib
import shlex
import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.commands import Group
from tito.cli.common import FILE, SEED, approved, files_in_use, reference_option
from tito.say.terminal import PassingLine, Screen, command, listed, short_path

if TYPE_CHECKING:
    from tinytorch.data import Digits
    from tito.lab.train.attempt import Attempt, Step
    from tito.lab.train.kept import Kept
    from tito.lab.train.recipe import Recipe
    from tito.learner.chosen import Chosen

#: At or below this share the network has hardly learned anything.
GUESSING = 0.2
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130
#: In the search for a fault, what hangs is not waited for as long again with each class.
STEP_LIMIT_S = 5.0
RATE = click.FloatRange(0, 1e6, min_open=True)


class Networks(Group):
    """What there is to train; each of them by its images."""

    kind = "training"


@click.group(cls=Networks)
def train() -> None:
    """Train a network made of your layers.

    \b
    tito train digits
    tito train mnist --hidden 256,128 --dropout 0.5
    """


class Sizes(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]
    """Hidden layers such as 256,128; none of them as 0."""

    name = "sizes"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The sizes as whole numbers; a usage error in words for anything else."""
        if isinstance(value, tuple):
            return value  # pyright: ignore[reportUnknownVariableType]
        pieces = [piece.strip() for piece in value.replace("-", ",").split(",")]
        if not all(piece.isascii() and piece.isdigit() and len(piece) < 10 for piece in pieces):
            self.fail(f"{value!r} is not a list of sizes. Write it like 256,128 or 64.", param, ctx)
        return () if pieces == ["0"] else tuple(map(int, pieces))


def recipe_options(output: str) -> Callable[[Any], Any]:
    """The options of every training; what is left out is as in the usual recipe."""
    options = [
        click.option("--anyway", is_flag=True, help="Train even if checks do not pass."),
        click.option("--file", type=FILE, help="Train the layers of this file."),
        reference_option,
        click.option("--hidden", type=Sizes(), help="Hidden layers, such as 256,128; 0: none."),
        click.option("--dropout", type=float, help="After each hidden layer; 0: none."),
        click.option("--epochs", type=click.IntRange(1, 100_000), metavar="N"),
        click.option("--batch-size", type=click.IntRange(1, 10**6), metavar="N"),
        click.option("--learning-rate", type=RATE, metavar="NUMBER", help="Adam's."),
        click.option("--seed", type=SEED, help="Weights, masks, batches; 0 if not given."),
        click.option(
            "--output", type=FILE, default=Path(output), show_default=True, help="The picture."
        ),
        click.option("--dark", is_flag=True, help="The picture for a dark page."),
        click.option("--save", type=FILE, help="Write the weights to this safetensors file."),
        click.option("--resume", is_flag=True, help="Go on where Ctrl-C stopped it."),
    ]

    return lambda made: reduce(lambda made, add: add(made), reversed(options), made)


@train.command()
@recipe_options("digits.png")
def digits(**options: Any) -> int:
    """Recognise handwritten digits with your layers.

    \b
    tito train digits                     layers that are right
    tito train digits --anyway            layers that pass in part
    tito train digits --seed 3            other weights, masks and batches
    tito train digits --hidden 64,32 --dropout 0 --epochs 20
    tito train digits --resume            go on where Ctrl-C stopped it

    They are tested first, and trained if they are right. Where you have no file yet, or with
    --reference, the reference's layers are trained. With --anyway, layers that pass in part are
    trained too; if they reach less than the reference's layers do, tito looks for the class at
    fault. It can tell only for the usual network: Linear(64, 128), ReLU, Dropout(0.3),
    Linear(128, 10), in 60 epochs, batches of 32, learning rate 0.003.

    The exit code is 0 when the training came to its end, whatever it reached, 1 when it could
    not or your layers do not pass, and 130 after Ctrl-C.
    """
    return _train("digits", None, **options)


@train.command()
@click.option(
    "--data", type=FILE, metavar="FOLDER", help="Where MNIST's four files are; packed or not."
)
@recipe_options("mnist.png")
def mnist(data: Path | None, **options: Any) -> int:
    """Recognise the 70,000 digits of MNIST with your layers.

    \b
    tito train mnist                      784-256-128-10, as in the lesson
    tito train mnist --data my/folder     from MNIST's four IDX files
    tito train mnist --hidden 256,128 --dropout 0.5 --epochs 20
    tito train mnist --resume             go on where Ctrl-C stopped it

    Without --data the four files, 12 MB, are downloaded once, checked, and kept in your cache
    folder, or in that which the variable TINYTORCH_CACHE names. Your layers are tested first, and
    trained if they are right, or with --anyway. Unless you say otherwise, the network is
    Linear(784, 256), ReLU, Linear(256, 128), ReLU, Linear(128, 10), in 10 epochs, batches of 64,
    learning rate 0.001.

    The exit code is 0 when the training came to its end, whatever it reached, 1 when it could
    not or your layers do not pass, and 130 after Ctrl-C.
    """
    return _train("mnist", data, **options)


def _train(
    images: str,
    data: Path | None,
    *,
    anyway: bool,
    file: Path | None,
    resume: bool,
    output: Path,
    dark: bool,
    save: Path | None,
    **given: Any,
) -> int:
    """Test the layers, and train them as was asked for; the exit code."""
    from tito.cli.pictures.making import check_ending
    from tito.lab.networks import Network, NetworkError
    from tito.lab.train.kept import NotKept, place_of, read_kept, refuse_another
    from tito.lab.train.recipe import RECIPES
    from tito.learner.chosen import reference_asked

    check_ending(output, "--output")
    place = place_of(output)
    picture = None if output == Path(f"{images}.png") else output
    files = {"--data": data, "--file": file, "--output": picture, "--save": save}
    flags = {"--anyway": anyway, "--reference": reference_asked(), "--dark": dark}
    typed = ["train", images, *(flag for flag, given in flags.items() if given)]
    typed += [word for option, path in files.items() if path for word in (option, str(path))]
    anew = f"{command()} {shlex.join(typed)}"
    changes = {name: value for name, value in given.items() if value is not None}
    try:
        before = read_kept(place, anew) if resume else None
        recipe = before.recipe if before else RECIPES[images]
        (inputs, *hidden, outputs), dropout = recipe.network.sizes, recipe.network.dropout
        sizes = (inputs, *changes.pop("hidden", hidden), outputs)
        network = Network(sizes, changes.pop("dropout", dropout))
        recipe = replace(recipe, network=network, **changes)
        files_used = files_in_use(file)
        if before:
            sources = [source for _, source in files_used]
            refuse_another(before, replace(recipe, images=images), sources, place)
            data = data or before.folder
    except NetworkError as error:
        raise click.UsageError(str(error)) from None
    except NotKept as error:
        say(str(error))
        return EXIT_FAILED
    chosen = approved(files_used, file, "it was not trained", anyway=anyway)
    if chosen is None:
        return EXIT_FAILED
    options: dict[str, Any] = {"output": output, "dark": dark, "save": save, "folder": data}
    return train_network(chosen, recipe, **options, before=before, anew=anew)


def train_network(
    chosen: Sequence[Chosen],
    recipe: Recipe | None = None,
    *,
    output: Path,
    dark: bool = False,
    save: Path | None = None,
    folder: Path | None = None,
    before: Kept | None = None,
    anew: str = "tito train digits",
) -> int:
    """Train in a process of its own, say how well it went, draw it; the exit code.

    What is not among the learner's files, ``chosen``, is the reference's. ``folder`` is where
    MNIST lies, if it was named; ``before`` the training to go on with; ``anew`` the command that
    begins it. A file under ``output`` is replaced only by a whole picture.
    """
    from tinytorch.data import DataError
    from tito.lab.apart import Stopped
    from tito.lab.train.attempt import attempt, save_picture
    from tito.lab.train.kept import Keeping, Kept, NotKept, fingerprint, stopping, versions_of
    from tito.lab.train.recipe import LOWEST_EXPECTED, RECIPES
    from tito.learner.chosen import modules_of

    recipe = recipe or RECIPES["digits"]
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
        say(f"The digits need no files: {command()} train digits")
        return EXIT_FAILED
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C; what was not fetched completely was not kept.")
        return EXIT_INTERRUPTED
    modules = modules_of(chosen)
    _announce(chosen, recipe, data)
    following = Following(recipe, len(data.train_labels))
    now = Kept(recipe, versions_of([source for _, source in modules]), fingerprint(data), folder)
    try:
        keeping = Keeping(output, now, anew, before)
    except NotKept as error:
        say(str(error))
        return EXIT_FAILED
    if keeping.said:
        say(f"{keeping.said}\n")
    reached, search = 0.0, recipe.images == "digits" and recipe.usual and bool(chosen)
    code = EXIT_FAILED
    try:
        began = time.perf_counter()
        with stopping() as stop, following.bar() as advance:
            keep = keeping.to_plain(stop)
            done = attempt(modules, recipe, advance, folder=folder, keep=keep, save=save)
        if done.stopped:
            raise KeyboardInterrupt
        keeping.done()
        code, reached = 0, done.held_out[-1]
        _report(done, data, time.perf_counter() - began)
        try:
            save_picture(output, done, data, recipe.images, dark=dark)
            click.echo(f"Picture: {short_path(output)}")
        except ModuleNotFoundError as error:
            say(f"No picture. {error}")
        except OSError as error:
            click.echo(f"No picture: {output} cannot be written ({error.strerror or error}).")
        if save:
            again = shlex.join(["show", "weights", "--weights", short_path(save)])
            look = f"Weights: {short_path(save)}\nTo look at them:\n{command()} {again}"
            say(f"The weights were not saved: {done.unsaved}" if done.unsaved else look)
    except Stopped as error:
        click.echo(str(error))
        search = search and not error.clear
    except KeyboardInterrupt:
        say(f"\nStopped by Ctrl-C{following.words()}; no picture was written.")
        say(keeping.words())
        return EXIT_INTERRUPTED
    if search and reached < LOWEST_EXPECTED:
        try:
            look_for_the_fault(chosen, recipe)
        except KeyboardInterrupt:
            click.echo("\nStopped by Ctrl-C; the search for the fault was not finished.")
            return EXIT_INTERRUPTED
    return code


def say(text: str) -> None:
    """Print paragraphs in the width of the terminal."""
    click.echo("\n".join(Screen.of(sys.stdout).fitting(text)))


def _announce(chosen: Sequence[Chosen], recipe: Recipe, data: Digits) -> None:
    from tito.learner.chosen import sources_line

    say(sources_line(chosen) + "\n")
    side = round(data.train_images.shape[1] ** 0.5)
    digits = recipe.images == "digits"
    images = (
        f"{len(data.train_labels):,} images of {side}x{side} to train on, "
        f"{len(data.held_out_labels):,} held out ({'every fifth' if digits else 'its test images'})"
    )
    said = {"Network": recipe.network.words(), "Digits" if digits else "MNIST": images}
    for label, words in (said | {"Training": recipe.words()}).items():
        click.echo("\n".join(Screen.of(sys.stdout).hang(f"{label:<10}", words)))
    click.echo()


def _report(done: Attempt, data: Digits, seconds: float) -> None:
    from tito.lab.apart.attempt import printed_words

    if printed := printed_words(done.printed):
        click.echo(f"{printed}\n")
    labels = data.held_out_labels
    right = int((done.probabilities.argmax(axis=1) == labels).sum())
    for remark in done.remarks:
        click.echo(f"Note: {remark}")
    share = right / len(labels)
    click.echo(f"Held out: {right:,} of {len(labels):,} right ({share:.1%})")
    if share < GUESSING:
        click.echo("A network that guesses gets about 10% right.")
    click.echo(f"Time: {seconds:.1f} s")


def look_for_the_fault(chosen: Sequence[Chosen], recipe: Recipe) -> None:
    """Say which class spoils the training, with what was measured, and what to do next."""
    from tito.lab.train.recipe import LOWEST_EXPECTED, REFERENCE_REACHES
    from tito.learner.chosen import checks_of

    low, high = REFERENCE_REACHES
    classes = classes_to_try(chosen, recipe)

    def good(label: str, replaced: list[str]) -> bool:
        return _measure(label, chosen, recipe, replaced) >= LOWEST_EXPECTED

    say(
        f"\nThe reference's layers reach {low:.1%} to {high:.1%}. With the reference's class in "
        "place of yours, one at a time:\n"
    )
    mended = [name for name in classes if good(name, [name])]
    spoiled: list[str] = []
    outside = False
    if not mended:
        say("\nNone alone mends it. With one class of yours among the reference's:\n")
        spoiled = [name for name in classes if not good(name, [o for o in classes if o != name])]
        outside = len(spoiled) == len(classes) and not good("none of yours", classes)
    left = [check for check in checks_of(chosen) if check.status != "passed"]
    failing = {check.part for check in left if check.status != "blocked"}
    named, words = verdict(mended, spoiled, failing, outside=outside)
    say("\n" + words)
    for name in named:
        checks = [check for check in left if check.part == name]
        if not checks:
            say(f"All checks of {name} pass, so they miss this.")
        elif checks[0].status == "todo":
            say(f"{checks[0].exercise} is not written yet.")
        else:
            do = f"{len(checks)} checks do" if len(checks) > 1 else "1 check does"
            first = f"{checks[0].exercise}, {checks[0].name}"
            say(f"Of {name}, {do} not pass. The first: {first}.")
    its = next((each for each in chosen if set(named) & set(each.lesson.parts)), chosen[-1])
    first = its.report.first
    every = "" if first and first.part in named else " --all"
    click.echo(f"Next: {command()} {its.again}{every}")


def _measure(label: str, chosen: Sequence[Chosen], recipe: Recipe, replaced: list[str]) -> float:
    """What is reached with these classes of the reference's, 0 where it breaks off; it is said."""
    from tinytorch.data import digits
    from tito.lab.apart import Stopped
    from tito.lab.train.attempt import attempt
    from tito.learner.chosen import modules_of

    reached, start = 0.0, f"  {label:<15}"
    count = recipe.epochs * -(-len(digits().train_labels) // recipe.batch_size)
    with PassingLine() as line:
        line.say(f"{start}training, 0%")

        def told(steps: list[Step]) -> None:
            if steps:
                line.say(f"{start}training, {steps[-1][0] / count:.0%}")

        try:
            modules = modules_of(chosen)
            tried = attempt(modules, recipe, told, replaced, step_limit_s=STEP_LIMIT_S)
            reached = tried.held_out[-1]
            words = f"{reached:.1%}"
        except Stopped as stop:
            words = f"breaks off at step {stop.items[-1][0] + 1 if stop.items else 1:,}"
    click.echo(start + words)
    return reached


def verdict(
    mended: list[str], spoiled: list[str], failing: set[str], *, outside: bool = False
) -> tuple[list[str], str]:
    """The classes at fault, of several those of them that fail checks; and that in words.

    The reference's in place of one of ``mended`` is enough; where there is none, one of
    ``spoiled`` among the reference's is too much; ``outside``: it is so with none of them, too.
    """
    if outside:
        return [], (
            "Even with all of the reference's classes it does not do better: the fault is "
            "outside the classes, in whatever else the file does."
        )
    found = mended or spoiled
    named = [name for name in found if name in failing] or found
    those = listed(named)
    if mended and len(named) == 1:
        words = f"The fault is in {those}."
    elif mended:
        words = f"The fault is where {those} meet: each, replaced alone, mends it."
    elif len(named) > 1:
        words = f"More than one is at fault: each of {those} alone spoils the training."
    elif named:
        words = f"The fault is in {those}, and in how the others work together."
    else:
        words = "Each of yours works among the reference's: the fault is in how they work together."
    return named, words


def classes_to_try(chosen: Sequence[Chosen], recipe: Recipe) -> list[str]:
    """The learner's classes that the network is made of, and those that another builds on."""
    bases = {
        base.id
        for each in chosen
        for part in each.source.classes.values()
        for base in part.bases
        if isinstance(base, ast.Name)
    }
    used = {"Layer", "Sequential", *recipe.network.classes, *(bases & {"Dense"})}
    return [part for each in chosen for part in each.lesson.parts if part in used]


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
        shown, length, look = sys.stdout.isatty(), self.epochs * self.steps, self._measured
        bar: Any = contextlib.nullcontext()
        if shown:
            bar = click.progressbar(length=length, label="Training", width=20, item_show_func=look)
        with bar:

            def advance(steps: list[Step]) -> None:
                before = self.done
                if steps:
                    self.done, _, self.right = steps[-1]
                if shown:
                    bar.update(self.done - before, steps)

            yield advance

    def words(self) -> str:
        """Where it is, to follow another word: in which epoch, and what was reached."""
        if not self.done:
            return " before the first step was done"
        epoch = min(self.epochs, (self.done - 1) // self.steps + 1)
        reached = "" if self.right is None else f", with {self.right:.1%} of those held out right"
        return f" in epoch {epoch:,} of {self.epochs:,}{reached}"

    def _measured(self, steps: list[Step] | None) -> str | None:
        if not steps:
            return None
        loss = sum(loss for _, loss, _ in steps) / len(steps)
        return f"loss {loss:.3f}" + ("" if self.right is None else f", {self.right:.1%} right")


def find_images(name: str, folder: Path | None) -> tuple[Path | None, Digits]:
    """The folder they are in (None: they come along), and the images. DataError if there are none.

    Without a folder MNIST is fetched, once, and it is shown how far that is: by a bar on a
    terminal, elsewhere by a line, once something comes.
    """
    from tinytorch.data import digits, fetch_mnist, mnist
    from tinytorch.data.download import FILES

    if name == "digits":
        return None, digits()
    if folder is None:
        sizes = {name: file.size for name, file in FILES.items()}
        total, names = sum(sizes.values()), list(sizes)
        label = f"Fetching MNIST ({total / 1e6:.0f} MB, once)"
        bar: Any = click.progressbar(length=total, label=label, width=20)

        def advance(name: str, come: int, size: int) -> None:
            before = sum(sizes[each] for each in names[: names.index(name)])
            bar.update(max(0, before + come - bar.pos))

        folder = fetch_mnist(advance)
        if bar.pos:
            bar.render_finish()
    return folder.absolute(), mnist(folder)
