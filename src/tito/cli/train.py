"""``tito train``: a network of the learner's layers learns images, and how well is said."""

from __future__ import annotations

import ast
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.commands import Group
from tito.cli.common import FILE, SEED, approved, files_in_use, reference_option
from tito.cli.networks import HIDDEN
from tito.say.terminal import PassingLine, Screen, command, listed, short_path

if TYPE_CHECKING:
    from tinytorch.data import Digits
    from tito.lab.train.digits import Attempt
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


def recipe_options(output: str) -> Callable[[Any], Any]:
    """The options of every training; what is left out is as in the usual recipe."""
    options = [
        click.option("--anyway", is_flag=True, help="Train even if checks do not pass."),
        click.option("--file", type=FILE, help="Train the layers of this file."),
        reference_option,
        click.option("--hidden", type=HIDDEN, help="Hidden layers, such as 256,128; 0: none."),
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
    from tito.lab.train.kept import NoTraining, place_of, read_kept, refuse_another
    from tito.lab.train.recipe import RECIPES

    check_ending(output, "--output")
    place = place_of(output)
    anew = f"{command()} {shlex.join(word for word in sys.argv[1:] if word != '--resume')}"
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
    except NoTraining as error:
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
    from tito.lab.apart import Stopped
    from tito.lab.train.attempt import Following, attempt
    from tito.lab.train.kept import Keeping, Kept, NoTraining, versions_of
    from tito.lab.train.recipe import LOWEST_EXPECTED, RECIPES
    from tito.learner.chosen import modules_of

    recipe = recipe or RECIPES["digits"]
    try:
        for path, what in ((output, "the picture"), (save, "the weights")):
            if path and not path.absolute().parent.is_dir():
                where = f"The folder {path.parent}, for {what}, is not there."
                raise NoTraining(f"{where} Make it first.")
        folder, data = find_images(recipe.images, folder)
    except NoTraining as error:
        say(str(error))
        return EXIT_FAILED
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C; what was not fetched completely was not kept.")
        return EXIT_INTERRUPTED
    modules = modules_of(chosen)
    _announce(chosen, recipe, data)
    now = Kept(recipe, versions_of([source for _, source in modules]), folder)
    keeping = Keeping(output, now, anew, before)
    if keeping.said:
        say(f"{keeping.said}\n")
    line = PassingLine()
    following = Following(recipe, len(data.train_labels), line)
    reached, search = 0.0, recipe.images == "digits" and recipe.usual and bool(chosen)
    code, began = EXIT_FAILED, time.perf_counter()
    try:
        with line:
            keep = keeping.to_plain()
            done = attempt(modules, recipe, following, folder=folder, keep=keep, save=save)
        keeping.done()
        code, reached = 0, done.held_out[-1]
        _report(done, data, time.perf_counter() - began)
        _write(done, data, recipe.images, output, dark, save)
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
    from tito.lab.apart import printed_words

    if printed := printed_words(done.printed):
        click.echo(f"{printed}\n")
    for remark in done.remarks:
        click.echo(f"Note: {remark}")
    labels = data.held_out_labels
    right = int((done.probabilities.argmax(axis=1) == labels).sum())
    share = right / len(labels)
    click.echo(f"Held out: {right:,} of {len(labels):,} right ({share:.1%})")
    if share < GUESSING:
        click.echo("A network that guesses gets about 10% right.")
    click.echo(f"Time: {seconds:.1f} s")


def _write(
    done: Attempt, data: Digits, images: str, output: Path, dark: bool, save: Path | None
) -> None:
    """Draw the picture, and say where it and the weights are, or why they are not."""
    from tito.lab.train.attempt import save_picture

    try:
        save_picture(output, done, data, images, dark=dark)
        click.echo(f"Picture: {short_path(output)}")
    except ModuleNotFoundError as error:
        say(f"No picture. {error}")
    except OSError as error:
        click.echo(f"No picture: {output} cannot be written ({error.strerror or error}).")
    if done.unsaved:
        say(f"The weights were not saved: {done.unsaved}")
    elif save:
        look = shlex.join(["show", "weights", "--weights", short_path(save)])
        say(f"Weights: {short_path(save)}\nTo look at them:\n{command()} {look}")


def look_for_the_fault(chosen: Sequence[Chosen], recipe: Recipe) -> None:
    """Say which class spoils the training, with what was measured, and what to do next."""
    from tito.lab.train.recipe import LOWEST_EXPECTED, REFERENCE_REACHES
    from tito.learner.chosen import checks_of

    low, high = REFERENCE_REACHES
    say(
        f"\nThe reference's layers reach {low:.1%} to {high:.1%}. With the reference's class in "
        "place of yours, one at a time:\n"
    )
    names = classes_to_try(chosen, recipe)
    mended = [name for name in names if _measure(name, chosen, recipe) >= LOWEST_EXPECTED]
    left = [check for check in checks_of(chosen) if check.status != "passed"]
    named, words = verdict(mended, {check.part for check in left if check.status != "blocked"})
    say(f"\n{words}")
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


def _measure(name: str, chosen: Sequence[Chosen], recipe: Recipe) -> float:
    """What is reached with that class of the reference's, 0 where it breaks off; it is said."""
    from tinytorch.data import digits
    from tito.lab.apart import Stopped
    from tito.lab.train.attempt import Following, attempt
    from tito.learner.chosen import modules_of

    reached, label = 0.0, f"  {name:<15}"
    with PassingLine() as line:
        following = Following(recipe, len(digits().train_labels), line, f"{label}training,")
        try:
            modules = modules_of(chosen)
            tried = attempt(modules, recipe, following, [name], step_limit_s=STEP_LIMIT_S)
            reached = tried.held_out[-1]
            words = f"{reached:.1%}"
        except Stopped:
            words = f"breaks off at step {following.done + 1:,}"
    click.echo(label + words)
    return reached


def verdict(mended: list[str], failing: set[str]) -> tuple[list[str], str]:
    """The classes at fault, of several those of them that fail checks; and that in words.

    The reference's in place of one of ``mended`` is enough.
    """
    named = [name for name in mended if name in failing] or mended
    if not named:
        return [], (
            "None alone mends it: more than one is at fault, or it is in how they work together, "
            "or outside the classes."
        )
    if len(named) > 1:
        return named, f"The fault is where {listed(named)} meet: each, replaced alone, mends it."
    return named, f"The fault is in {named[0]}."


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


def find_images(name: str, folder: Path | None) -> tuple[Path | None, Digits]:
    """The folder they are in (None: they come along), and the images. NoTraining without any."""
    from tinytorch.data import DataError, digits, mnist
    from tito.lab.train.kept import NoTraining

    if name == "digits":
        return None, digits()
    try:
        found = (folder or _fetched()).absolute()
        return found, mnist(found)
    except DataError as error:
        named = "If you have the four files in a folder, name it with --data FOLDER.\n"
        raise NoTraining(
            f"{error}\n{'' if folder else named}The digits need no files: {command()} train digits"
        ) from error


def _fetched() -> Path:
    """MNIST's folder, fetched once; it is shown how far that is, once something comes."""
    from tinytorch.data import fetch_mnist
    from tinytorch.data.download import FILES

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
    return folder
