"""``tito compare``: both sides are run in processes of their own, judged here, and shown."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from tito.lab.apart import Done, Stopped, run_apart
from tito.lab.compare import exchange, page, timing
from tito.lab.compare.data import as_data
from tito.lab.compare.findings import find
from tito.lab.compare.programs import programs
from tito.lab.compare.torch_process import NoTorch, TorchFailed, TorchProcess
from tito.lab.compare.verdict import judge
from tito.lab.compare.waiting import Waiting
from tito.lab.compare.wanted import Comparison, Wanted
from tito.lab.networks import ModelFile
from tito.learner.chosen import Chosen, modules_of, sources_line
from tito.say.terminal import Screen

if TYPE_CHECKING:
    from tito.engine.source import Source
    from tito.lesson.model import Lesson

Modules: TypeAlias = "Sequence[tuple[Lesson, Source]]"

_PLAY, _TIME = "tito.lab.compare.ours:play", "tito.lab.compare.our_time:measure"
_OPENINGS = {_PLAY: "The comparison was not finished.", _TIME: "The timing was not finished."}


def run_comparison(wanted: Wanted, chosen: Sequence[Chosen]) -> int:
    """Compare, and say what came of it; the exit code.

    ``chosen`` are the learner's files; for what is not among them the reference is compared.
    """
    screen, modules = Screen.of(sys.stdout), modules_of(chosen)
    where = sources_line(chosen)
    if not wanted.as_json:
        click.echo(where + "\n")
    try:
        with Waiting(not wanted.as_json) as waiting:
            done = _compare(wanted, modules, waiting)
    except (NoTorch, TorchFailed, Stopped, exchange.Unreadable) as error:
        return _say_why(wanted, str(error))
    except OSError as error:
        if error.errno is None:
            raise
        return _say_why(wanted, f"The arrays cannot be handed over: {error.strerror}.")
    if wanted.as_json:
        click.echo(json.dumps(as_data(done, where)))
    else:
        click.echo("\n".join(page.lines(done, screen, "yours" if chosen else "TinyTorch")))
    return 0 if done.verdict.agree else 1


def _say_why(wanted: Wanted, why: str) -> int:
    if wanted.as_json:
        click.echo(json.dumps({"error": why}))
    else:
        screen = Screen.of(sys.stdout)
        for line in why.split("\n"):  # the person's lines, and what is to be typed, stay whole
            whole = line.startswith(" ") or not line
            click.echo(line if whole else "\n".join(screen.wrap(line, screen.width)))
    return 1


def _compare(wanted: Wanted, modules: Modules, waiting: Waiting) -> Comparison:
    with (
        tempfile.TemporaryDirectory(prefix="tito-compare-") as folder,
        TorchProcess(wanted.same_threads) as torch,
    ):
        waiting.say("Running the network here ...")
        given = Path(folder) / "ours.npz"
        try:
            played = _play(wanted, modules, given)
        except Stopped:
            torch.version()  # that there is no PyTorch is what to say first
            raise
        waiting.say("Waiting for PyTorch to be imported ...")
        version, facts = torch.version(), played.result
        waiting.say("Running it in PyTorch ...")
        parts, loss = facts["parts"], facts["loss"]
        answers = [Path(folder) / f"torch-{number}.npz" for number in range(3)]
        torch.ask(
            "calculate",
            given=os.fspath(given),
            to=[os.fspath(answer) for answer in answers],
            parts=parts,
            loss=loss,
            optimizer=wanted.optimizer,
        )
        ours = exchange.read(given)
        found = find(
            ours, [exchange.read(each) for each in answers], parts, facts["listed"], wanted.steps
        )
        shape = list(ours["x"].shape[2:])
        both = programs(
            parts,
            shape,
            loss,
            wanted.optimizer,
            wanted.batch_size,
            wanted.steps,
            wanted.seed,
            facts["flag"],
        )
        time, no_time = _take_time(wanted, modules, torch, parts, shape, loss, waiting)
    return Comparison(
        wanted, version, facts, found, judge(found), both, played.printed, time, no_time
    )


def _play(wanted: Wanted, modules: Modules, to: Path) -> Done:
    return _apart(
        _PLAY,
        wanted,
        modules,
        batch=wanted.batch_size,
        steps=wanted.steps,
        seed=wanted.seed,
        optimizer=wanted.optimizer,
        to=os.fspath(to),
    )


def _apart(work: str, wanted: Wanted, modules: Modules, threads: int = 1, **arguments: Any) -> Done:
    network = wanted.network
    return run_apart(
        work,
        modules,
        {"network": network.to_dict(), **arguments},
        model=network.source if isinstance(network, ModelFile) else None,
        threads=threads,
        opening=lambda done: _OPENINGS[work] if done else "It cannot be compared.",
    )


def _take_time(
    wanted: Wanted,
    modules: Modules,
    torch: TorchProcess,
    parts: list[Any],
    shape: list[int],
    loss: str,
    waiting: Waiting,
) -> tuple[list[timing.Timed] | None, str]:
    """Both in turn: our process is a new one each round, and gone while PyTorch's works."""
    if not wanted.timed:
        return None, ""
    same: dict[str, Any] = {
        "batches": list(wanted.batches),
        "loss": loss,
        "optimizer": wanted.optimizer,
        "budget_s": timing.BUDGET_S,
    }

    def ours() -> timing.Taken:
        return _apart(_TIME, wanted, modules, wanted.same_threads, **same).result

    def theirs() -> timing.Taken:
        return torch.ask("time", parts=parts, shape=shape, threads=wanted.same_threads, **same)

    try:
        return timing.take(ours, theirs, wanted.batches, say=waiting.say), ""
    except (Stopped, TorchFailed) as error:
        return None, str(error)
