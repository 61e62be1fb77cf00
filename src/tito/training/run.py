"""`tito train digits`: a learner's layers recognise handwritten digits, and how well is said."""

from __future__ import annotations

import contextlib
import sys
import textwrap
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from tinytorch.data import digits
from tito.apart import Stopped
from tito.apart.ending import PRINTED_LINES
from tito.engine.aftermath import tidy
from tito.engine.source import Source
from tito.sources import how_right, sources_line
from tito.terminal import short_path
from tito.training import recipe
from tito.training.attempt import Attempt, attempt
from tito.training.picture import save_picture

if TYPE_CHECKING:
    from tito.engine.report import Report

#: At or below this share the network has hardly learned anything.
GUESSING = 0.2
GET_MATPLOTLIB = "pip install 'tinytorch-lessons[learn]'"
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


def train_digits(
    source: Source | None,
    *,
    seed: int = 0,
    output: Path = Path("digits.png"),
    report: Report | None = None,
    again: str = "test",
) -> int:
    """Train on the digits in a fresh process, say how well it went, draw it; the exit code.

    ``source`` is the learner's file, None for the reference's layers; ``report`` is the verdict on
    it, ``again`` the command that gives it anew. Where it reaches less than the reference does,
    the class at fault is looked for. 0 when the training came to its end (whatever it reached), 1
    when it could not, 130 after Ctrl-C. A file that is there under ``output`` is replaced only by
    a whole picture.
    """
    if not output.absolute().parent.is_dir():
        click.echo(f"The folder {output.parent}, for the picture, is not there. Make it first.")
        return EXIT_FAILED
    _announce(source, seed, report)
    accuracy: float | None = None
    clear = False
    try:
        began = time.perf_counter()
        with _progress() as advance:
            done = attempt(source, seed, advance)
        accuracy = done.accuracy
        _show_printed(done.printed)
        _report(done.result, time.perf_counter() - began)
        _picture(output, done)
    except Stopped as stop:
        click.echo(str(stop))
        clear = stop.clear
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C; no picture was written.")
        return EXIT_INTERRUPTED
    low = accuracy is None or accuracy < recipe.LOWEST_EXPECTED
    if source is not None and low and not clear:
        from tito.training.blame import look_for_the_fault

        try:
            look_for_the_fault(source, seed, report, again)
        except KeyboardInterrupt:
            click.echo("\nStopped by Ctrl-C; the fault was not looked for to the end.")
            return EXIT_INTERRUPTED
    return EXIT_FAILED if accuracy is None else 0


def _announce(source: Source | None, seed: int, report: Report | None) -> None:
    data = digits()
    inputs, hidden, outputs = recipe.SIZES
    remark = how_right(report) if report else ""
    click.echo(sources_line({"layers": source.path} if source else {}, remark) + "\n")
    click.echo(
        f"Network   Linear({inputs}, {hidden}), ReLU, Dropout({recipe.DROPOUT}), "
        f"Linear({hidden}, {outputs})\n"
        f"Digits    {len(data.train_labels):,} images of 8x8 to train on, "
        f"{len(data.held_out_labels)} held out (every fifth)\n"
        f"Training  Adam, learning rate {recipe.LEARNING_RATE}, batches of {recipe.BATCH_SIZE}, "
        f"{recipe.EPOCHS} epochs, seed {seed}\n"
    )


@contextlib.contextmanager
def _progress() -> Generator[Callable[[list[float]], None]]:
    """A bar on a terminal; nothing anywhere else."""
    if not sys.stdout.isatty():
        yield lambda losses: None
        return
    steps = recipe.EPOCHS * -(-len(digits().train_labels) // recipe.BATCH_SIZE)
    bar: Any
    with click.progressbar(
        length=steps, label="Training", width=30, show_eta=False, item_show_func=_loss_words
    ) as bar:
        yield lambda losses: bar.update(len(losses), losses)


def _loss_words(losses: list[float] | None) -> str | None:
    return f"loss {sum(losses) / len(losses):.3f}" if losses else None


def _show_printed(printed: str) -> None:
    if printed.strip():
        click.echo(f"Your code printed:\n{textwrap.indent(tidy(printed, PRINTED_LINES), '    ')}\n")


def _report(result: dict[str, Any], seconds: float) -> None:
    labels = digits().held_out_labels
    right = int(np.sum(np.argmax(result["probabilities"], axis=1) == labels))
    for remark in result["remarks"]:
        click.echo(f"Note: {remark}")
    share = right / len(labels)
    click.echo(f"Held out: {right} of {len(labels)} right ({share:.1%})")
    if share < GUESSING:
        click.echo("A network that guesses gets about 10% right.")
    click.echo(f"Time: {seconds:.1f} s")


def _picture(output: Path, done: Attempt) -> None:
    data, weights = digits(), done.result["weights"]
    try:
        save_picture(
            output,
            losses=done.losses,
            held_out=done.result["held_out"],
            weights=None if weights is None else np.asarray(weights),
            probabilities=np.asarray(done.result["probabilities"]),
            images=data.held_out_images,
            labels=data.held_out_labels,
        )
    except ModuleNotFoundError:
        click.echo("No picture: it needs matplotlib. Get it with: " + GET_MATPLOTLIB)
    except OSError as error:
        click.echo(f"No picture: {output} cannot be written ({error.strerror or error}).")
    else:
        click.echo(f"Picture: {short_path(output)}")
