"""``tito train``: train a network made of the learner's layers."""

from __future__ import annotations

from pathlib import Path

import click

from tito.commands.common import FILE, SEED, page_of
from tito.commands.tested import refuse, source_of, test_of


@click.group()
def train() -> None:
    """Train a network made of your layers.

    \b
    tito train digits
    """


@train.command()
@click.option("--anyway", is_flag=True, help="Train even if the layers do not pass their checks.")
@click.option("--file", type=FILE, help="Train the layers of this file.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights, masks, batches.")
@click.option(
    "--output", type=FILE, default=Path("digits.png"), show_default=True, help="The picture."
)
def digits(anyway: bool, file: Path | None, seed: int, output: Path) -> int:
    """Recognise handwritten digits with your layers.

    \b
    tito train digits             layers that are right
    tito train digits --anyway    layers that pass in part
    tito train digits --seed 3    other weights, masks and batches

    They are tested first, and trained if they are right. Where you have no file yet, the
    reference's layers are trained. With --anyway, layers that pass in part are trained too; where
    they reach less than the reference's do, the class at fault is looked for.

    The exit code is 0 when the training came to its end, whatever it reached, 1 when it could
    not or your layers do not pass, and 130 after Ctrl-C.
    """
    from tito.engine.lesson import load_lesson
    from tito.training.run import train_digits

    lesson = load_lesson("layers")
    source = source_of(lesson, file)
    if source is None:
        return train_digits(None, seed=seed, output=output)
    report = test_of(lesson, source)
    if not (report.ok or anyway):
        return refuse(report, lesson, "it was not trained", file)
    again = page_of(report, lesson, file).again
    return train_digits(source, seed=seed, output=output, report=report, again=again)
