"""One training in a process of its own: how far it is, and the picture of what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinytorch import plots
from tinytorch.data import Digits
from tito.lab.apart import run_apart
from tito.lab.pictures import write_picture
from tito.lab.train.digits import Attempt
from tito.lab.train.recipe import Recipe
from tito.say.terminal import PassingLine

if TYPE_CHECKING:
    from tinytorch.plots import Outcome
    from tito.engine.source import Source
    from tito.lesson.model import Lesson

#: Images to read, and twice what Adam keeps of each parameter beside it: in bytes.
MEMORY, MEMORY_PER_PARAMETER = 2 << 30, 40
#: How long a step may take to come to its end, after Ctrl-C.
PATIENCE_S = 2.0
#: What the images are, by the name that a recipe has for them.
TITLES = {"digits": "Handwritten digits", "mnist": "MNIST"}


class Following:
    """How far a training has come: on a line that passes, and in words where it stops."""

    def __init__(
        self, recipe: Recipe, examples: int, line: PassingLine, label: str = "Training:"
    ) -> None:
        """``examples`` are the images of an epoch; ``label`` is what the line begins with."""
        self.epochs, self.steps = recipe.epochs, -(-examples // recipe.batch_size)
        self.line, self.label = line, label
        self.done = 0
        self.right: float | None = None

    def advance(self, steps: list[tuple[int, float, float | None]]) -> None:
        """Steps came back: each its number, its loss, and the share right of the held out."""
        if steps:
            self.done, loss, self.right = steps[-1]
            share = self.done / (self.epochs * self.steps)
            right = "" if self.right is None else f", {self.right:.1%} right"
            self.line.say(f"{self.label} {share:.0%}, loss {loss:.3f}{right}")

    def words(self) -> str:
        """Where it is, to follow another word: in which epoch, and what was reached."""
        if not self.done:
            return " before the first step was done"
        epoch = min(self.epochs, (self.done - 1) // self.steps + 1)
        reached = "" if self.right is None else f", with {self.right:.1%} of those held out right"
        return f" in epoch {epoch:,} of {self.epochs:,}{reached}"

    def opening(self) -> str:
        """At which step it broke off, as a sentence."""
        if not self.done:
            return "Training stopped before its first step was done."
        return f"Training stopped at step {self.done + 1:,}."


def attempt(
    modules: Sequence[tuple[Lesson, Source]],
    recipe: Recipe,
    following: Following,
    replaced: Sequence[str] = (),
    *,
    folder: Path | None = None,
    keep: Mapping[str, Any] | None = None,
    save: Path | None = None,
    step_limit_s: float | None = None,
) -> Attempt:
    """Train in a process of its own, which is gone when this returns or raises Stopped.

    ``modules`` are the learner's, each a lesson and its file; ``replaced`` are classes of theirs
    for which the reference's are put in. MNIST is read from ``folder``. ``keep`` says where it is
    kept ("path", "notes"), and whether it goes on from there ("resume"). The weights are written to
    ``save``; ``unsaved`` of what comes back says why they were not. A step may take
    ``step_limit_s``, by default what `run_apart` allows.
    """
    done = run_apart(
        "tito.lab.train.digits:work",
        modules,
        {
            "recipe": recipe.to_dict(),
            "folder": str(folder) if folder else None,
            "keep": dict(keep) if keep else None,
            "save": str(save.absolute()) if save else None,
        },
        following.advance,
        replaced=replaced,
        limit_s=step_limit_s,
        patience_s=PATIENCE_S if keep else 0.0,
        memory=MEMORY + MEMORY_PER_PARAMETER * recipe.network.parameters,
        opening=lambda _: following.opening(),
    )
    return Attempt.from_plain({**done.result, "printed": done.printed})


def outcome_of(done: Attempt, data: Digits) -> Outcome:
    """What the training came to, with its answers on the images held out."""
    return plots.measure_training(
        done.losses,
        done.probabilities,
        data.held_out_labels,
        data.held_out_images,
        held_out=done.held_out,
        trained_on=done.trained_on,
    )


def draw(done: Attempt, data: Digits, images: str, *, dark: bool = False) -> Any:
    """The page: curves, confusion matrix, first layer, mistakes. `images` is the recipe's name."""
    title = TITLES[images]
    return plots.training(outcome_of(done, data), layer=done.weights, title=title, dark=dark)


def save_picture(
    path: Path, done: Attempt, data: Digits, images: str, *, dark: bool = False
) -> None:
    """Draw the training and write it, as the path ends, whole or not at all.

    ModuleNotFoundError without matplotlib, OSError where the file cannot be written.
    """
    write_picture(path, lambda: draw(done, data, images, dark=dark))
