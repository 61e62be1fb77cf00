"""One training in a process of its own, and the page that shows what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinytorch import plots
from tinytorch.data import Digits
from tito.lab.apart import Stopped, run_apart
from tito.lab.pictures import write_picture
from tito.lab.train.digits import Attempt
from tito.lab.train.recipe import Recipe

if TYPE_CHECKING:
    from tinytorch.plots import Outcome
    from tito.engine.source import Source
    from tito.lesson.model import Lesson

#: What comes back from a step: its number, its loss, and the share right of the held out so far.
Step = tuple[int, float, float | None]
#: Images to read, and twice what Adam keeps of each parameter beside it: in bytes.
MEMORY, MEMORY_PER_PARAMETER = 2 << 30, 40
#: What the images are, by the name that a recipe has for them.
TITLES = {"digits": "Handwritten digits", "mnist": "MNIST"}


def attempt(
    modules: Sequence[tuple[Lesson, Source]],
    recipe: Recipe,
    advance: Callable[[list[Step]], None],
    replaced: Sequence[str] = (),
    *,
    folder: Path | None = None,
    keep: Mapping[str, Any] | None = None,
    save: Path | None = None,
    step_limit_s: float | None = None,
) -> Attempt:
    """Train in a process of its own, which is gone when this returns or raises Stopped.

    ``modules`` are the learner's, each a lesson and its file; ``replaced`` are classes of theirs
    for which the reference's are put in. ``advance`` is told the steps as they come. MNIST is
    read from ``folder``. ``keep`` says where it is kept ("path", "notes"), whether it goes on from
    there ("resume"), and at which file's coming it stops ("stop"). The weights are
    written to ``save``; ``unsaved`` of what comes back says why they were not. A step may take
    ``step_limit_s``, by default what `run_apart` allows.
    """
    behind = 0

    def follow(steps: list[Step]) -> None:
        nonlocal behind
        behind = steps[-1][0] if steps else behind
        advance(steps)

    done = run_apart(
        "tito.lab.train.digits:work",
        modules,
        {
            "recipe": recipe.to_dict(),
            "folder": str(folder) if folder else None,
            "keep": dict(keep) if keep else None,
            "save": str(save.absolute()) if save else None,
        },
        follow,
        replaced=replaced,
        limit_s=step_limit_s,
        memory=MEMORY + MEMORY_PER_PARAMETER * recipe.network.parameters,
        opening=lambda _: _opening(behind),
    )
    result = done.result
    if "unkept" in result:
        raise Stopped(f"{_opening(behind)} {result['unkept']}", done.items, clear=True)
    return Attempt.from_plain({**result, "printed": done.printed})


def _opening(done: int) -> str:
    if done == 0:
        return "Training stopped before its first step was done."
    return f"Training stopped at step {done + 1:,}."


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
