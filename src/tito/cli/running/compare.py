"""``tito compare``: both sides are run in processes of their own, judged here, and shown."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click
import numpy as np

from tito.lab.apart import Done, Stopped, run_apart
from tito.lab.compare import timing
from tito.lab.compare.differences import find
from tito.lab.compare.page import Comparison, as_data, lines
from tito.lab.compare.programs import programs
from tito.lab.compare.recipe import Arrays, Recipe
from tito.lab.compare.theirs import TorchFailed, TorchProcess
from tito.lab.compare.verdict import judge
from tito.lab.networks import ModelFile
from tito.learner.chosen import Chosen, modules_of, sources_line
from tito.say.terminal import PassingLine, Screen

if TYPE_CHECKING:
    from tito.engine.source import Source
    from tito.lesson.model import Lesson

Modules: TypeAlias = "Sequence[tuple[Lesson, Source]]"

_PLAY, _TIME = "tito.lab.compare.ours:play", "tito.lab.compare.ours:measure"
_OPENINGS = {_PLAY: "The comparison was not finished.", _TIME: "The timing was not finished."}


def run_comparison(recipe: Recipe, chosen: Sequence[Chosen], timed: bool, as_json: bool) -> int:
    """Compare, and say what came of it; the exit code.

    ``chosen`` are the learner's files; for what is not among them the reference is compared.
    """
    screen, modules = Screen.of(sys.stdout), modules_of(chosen)
    where = sources_line(chosen)
    if not as_json:
        click.echo("\n".join(screen.fitting(where)) + "\n")
    try:
        with PassingLine(not as_json) as passing:
            done = _compare(recipe, modules, timed, passing)
    except (TorchFailed, Stopped, OSError, zipfile.BadZipFile) as error:
        why = str(error)
        if isinstance(error, OSError):
            why = f"The arrays cannot be handed over: {error.strerror or error}."
        click.echo(json.dumps({"error": why}) if as_json else "\n".join(screen.fitting(why)))
        return 1
    if as_json:
        click.echo(json.dumps(as_data(done, where)))
    else:
        click.echo("\n".join(lines(done, screen, "yours" if chosen else "TinyTorch")))
    return 0 if done.verdict.agree else 1


def _compare(recipe: Recipe, modules: Modules, timed: bool, passing: PassingLine) -> Comparison:
    with (
        tempfile.TemporaryDirectory(prefix="tito-compare-") as folder,
        TorchProcess(recipe.same_threads) as torch,
    ):
        passing.say("Running the network here ...")
        given = os.path.join(folder, "ours.npz")
        try:
            sizes = {"batch": recipe.batch_size, "steps": recipe.steps, "seed": recipe.seed}
            played = _apart(_PLAY, recipe, modules, 1, **sizes, to=given)
        except Stopped:
            torch.version()  # that there is no PyTorch is what to say first
            raise
        passing.say("Waiting for PyTorch to be imported ...")
        version = torch.version()
        passing.say("Running it in PyTorch ...")
        parts, loss = played.result["parts"], played.result["loss"]
        same = {"loss": loss, "optimizer": recipe.optimizer}
        answers = [os.path.join(folder, f"torch-{number}.npz") for number in range(3)]
        torch.ask("calculate", given=given, to=answers, parts=parts, **same)
        ours, *theirs = (read(each) for each in (given, *answers))
        found = find(ours, theirs, parts, played.result["unlisted"], recipe.steps)
        both = programs(parts, loss, recipe.optimizer, **sizes, flag=played.result["flag"])
        time, no_time = None, ""
        threads, batches = recipe.same_threads, list(recipe.batches)

        def our_time() -> timing.Taken:
            """In a new process each round, which is gone while PyTorch's works."""
            return _apart(_TIME, recipe, modules, threads, batches=batches, loss=loss).result

        def their_time() -> timing.Taken:
            shape = list(ours["x"].shape[2:])
            return torch.ask(
                "measure", parts=parts, shape=shape, threads=threads, batches=batches, **same
            )

        if timed:
            try:
                time = timing.take(our_time, their_time, batches, say=passing.say)
            except (Stopped, TorchFailed) as error:
                no_time = str(error)
    return Comparison(
        recipe, version, parts, found, judge(found), both, played.printed, time, no_time
    )


def _apart(work: str, recipe: Recipe, modules: Modules, threads: int, **arguments: Any) -> Done:
    network = recipe.network
    return run_apart(
        work,
        modules,
        {"network": network.to_dict(), "optimizer": recipe.optimizer, **arguments},
        model=network.source if isinstance(network, ModelFile) else None,
        threads=threads,
        opening=lambda done: _OPENINGS[work] if done else "It cannot be compared.",
    )


def read(path: str | Path) -> Arrays:
    """The arrays that a side wrote."""
    with np.load(path, allow_pickle=False) as held:
        return dict(held)
