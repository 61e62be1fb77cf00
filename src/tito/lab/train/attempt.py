"""One training in a process of its own: its losses, and what it reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from tito.lab.apart import Stopped, run_apart
from tito.lab.train.digits import array_from_plain
from tito.lab.train.recipe import Recipe

if TYPE_CHECKING:
    from tito.engine.source import Source
    from tito.lesson.model import Lesson

#: What comes back from a step: its number, its loss, and the share right of the held out so far.
Step = tuple[int, float, float | None]
#: Images to read, and twice what Adam keeps of each parameter beside it: in bytes.
MEMORY, MEMORY_PER_PARAMETER = 2 << 30, 40


@dataclass(frozen=True)
class Attempt:
    """A training that ended, or was stopped: each step's loss, what it reached and printed.

    ``held_out`` has a share for each whole epoch, of what is right; ``trained_on`` the same for
    images that it was trained on, 10,000 at most; ``probabilities`` are (n, 10), for the held-out
    images; ``weights`` are those of the first layer, (pixels, units), or None.
    """

    losses: list[float]
    held_out: list[float]
    trained_on: list[float]
    probabilities: NDArray[Any]
    weights: NDArray[Any] | None
    remarks: list[str]
    printed: str
    stopped: bool = False
    unsaved: str = ""


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
    return Attempt(
        array_from_plain(result["losses"]).tolist(),
        result["held_out"],
        result["trained_on"],
        array_from_plain(result["probabilities"]),
        None if result["weights"] is None else array_from_plain(result["weights"]),
        result["remarks"],
        done.printed,
        result["stopped"],
        result["unsaved"],
    )


def _opening(done: int) -> str:
    if done == 0:
        return "Training stopped before its first step was done."
    return f"Training stopped at step {done + 1:,}."
