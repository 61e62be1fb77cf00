"""``tito train``: train a network made of the learner's layers."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.commands import Group
from tito.cli.common import FILE, SEED, approved, files_in_use, reference_option
from tito.say.terminal import Screen, command

if TYPE_CHECKING:
    from tito.lab.train.recipe import Recipe


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
        click.option(
            "--learning-rate",
            type=click.FloatRange(0, 1e6, min_open=True),
            metavar="NUMBER",
            help="Adam's.",
        ),
        click.option("--seed", type=SEED, help="Weights, masks, batches; 0 if not given."),
        click.option(
            "--output", type=FILE, default=Path(output), show_default=True, help="The picture."
        ),
        click.option("--dark", is_flag=True, help="The picture for a dark page."),
        click.option("--save", type=FILE, help="Write the weights to this safetensors file."),
        click.option("--resume", is_flag=True, help="Go on where Ctrl-C stopped it."),
    ]

    def add(command: Any) -> Any:
        for add_option in reversed(options):
            command = add_option(command)
        return command

    return add


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
    from tito.cli.running.train import train_network
    from tito.lab.train.kept import NotKept, place_of, read_kept, refuse_another
    from tito.lab.train.recipe import RECIPES
    from tito.learner.chosen import reference_asked

    check_ending(output, "--output")
    files = {"--data": data, "--file": file, "--output": output, "--save": save}
    flags = {"--anyway": anyway, "--reference": reference_asked(), "--dark": dark}
    anew = _typed(["train", images, *(flag for flag, given in flags.items() if given)], files)
    try:
        kept = read_kept(place_of(output), f"{command()} {anew}") if resume else None
        recipe = _changed(kept.recipe if kept else RECIPES[images], given)
        files_used = files_in_use(file)
        sources = [source for _, source in files_used]
        if kept:
            refuse_another(kept, replace(recipe, images=images), sources, place_of(output))
            data = data or kept.folder
    except NotKept as error:
        screen = Screen.of(sys.stdout)
        click.echo("\n".join(screen.wrap(str(error), screen.width)))
        return 1
    chosen = approved(files_used, file, "it was not trained", anyway=anyway)
    if chosen is None:
        return 1
    return train_network(
        chosen,
        recipe,
        output=output,
        dark=dark,
        save=save,
        folder=data,
        resume=resume,
        anew=anew,
    )


def _changed(usual: Recipe, given: dict[str, Any]) -> Recipe:
    """A recipe with what a person gave in place of the usual; UsageError for no network."""
    from tito.lab.networks import Network, NetworkError

    changes = {name: value for name, value in given.items() if value is not None}
    inputs, *hidden, outputs = usual.network.sizes
    try:
        network = Network(
            (inputs, *changes.pop("hidden", hidden), outputs),
            changes.pop("dropout", usual.network.dropout),
        )
    except NetworkError as error:
        raise click.UsageError(str(error)) from None
    return replace(usual, network=network, **changes)


def _typed(words: list[str], files: dict[str, Path | None]) -> str:
    """The command with what it needs to find the same files again."""
    usual = Path(f"{words[1]}.png")
    given = {option: path for option, path in files.items() if path not in (None, usual)}
    return shlex.join([*words, *(each for pair in given.items() for each in map(str, pair))])
