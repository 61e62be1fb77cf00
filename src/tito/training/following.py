"""How far a training is: the bar on a terminal, and the words for it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator
from typing import Any

import click

from tito.terminal import Screen
from tito.training.attempt import Step
from tito.training.recipe import Recipe


def say(text: str) -> None:
    """Print paragraphs in the width of the terminal."""
    screen = Screen.of(sys.stdout)
    for paragraph in text.split("\n"):
        click.echo("\n".join(screen.wrap(paragraph, screen.width)))


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
