"""``tito compare``: both sides are run in processes of their own, judged here, and shown."""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from tito.apart import Done, Stopped, run_apart
from tito.comparing import exchange, page, timing
from tito.comparing.findings import Findings, find
from tito.comparing.programs import Programs, programs
from tito.comparing.recipe import BATCHES
from tito.comparing.torch_process import NoTorch, TorchFailed, TorchProcess
from tito.comparing.verdict import Verdict, judge
from tito.comparing.weights import weights
from tito.networks import ModelFile, Network
from tito.sources import how_right, sources_line
from tito.terminal import Screen

if TYPE_CHECKING:
    from tito.engine.report import Report
    from tito.engine.source import Source

THREADS = 2
_PLAY, _TIME = "tito.comparing.ours:play", "tito.comparing.our_time:measure"
_OPENINGS = {_PLAY: "It was not compared to the end.", _TIME: "It was not timed to the end."}


@dataclass(frozen=True)
class Wanted:
    """What was asked for; ``batch`` and ``threads`` are None where that was left open."""

    network: Network | ModelFile
    batch: int | None = None
    steps: int = 100
    optimizer: str = "sgd"
    threads: int | None = None
    seed: int = 0
    timed: bool = True
    as_json: bool = False

    @property
    def batch_size(self) -> int:
        """The examples in a batch of the numbers that are compared."""
        return self.batch or 32

    @property
    def batches(self) -> tuple[int, ...]:
        """Those at which time is taken."""
        return (self.batch,) if self.batch else BATCHES

    @property
    def same_threads(self) -> int:
        """How many threads each side has."""
        return self.threads or min(THREADS, os.cpu_count() or 1)


@dataclass(frozen=True)
class Comparison:
    """All that came of it; ``time`` is None where it was not taken, with the reason if any."""

    wanted: Wanted
    version: str
    facts: dict[str, Any]
    found: Findings
    verdict: Verdict
    both: Programs
    printed: str = ""
    time: list[timing.Timed] | None = None
    no_time: str = ""


def run_comparison(wanted: Wanted, source: Source | None, report: Report | None) -> int:
    """Compare, and say what came of it; the exit code.

    ``source`` is the learner's file, None for the reference's layers; ``report`` the verdict on it.
    """
    screen = Screen.of(sys.stdout)
    yours = {"layers": source.path} if source else {}
    where = sources_line(yours, how_right(report) if report else "")
    if not wanted.as_json:
        click.echo(where + "\n")
    try:
        done = _compare(wanted, source)
    except (NoTorch, TorchFailed, Stopped, exchange.Unreadable) as error:
        return _say_why(wanted, str(error))
    except OSError as error:
        if error.errno is None:
            raise
        return _say_why(wanted, f"The arrays cannot be handed over: {error.strerror}.")
    if wanted.as_json:
        click.echo(json.dumps(_finite(as_data(done, where))))
    else:
        click.echo("\n".join(page.lines(done, screen, "yours" if source else "TinyTorch")))
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


def _compare(wanted: Wanted, source: Source | None) -> Comparison:
    with (
        tempfile.TemporaryDirectory(prefix="tito-compare-") as folder,
        TorchProcess(wanted.same_threads) as torch,
    ):
        given = Path(folder) / "ours.npz"
        try:
            played = _play(wanted, source, given)
        except Stopped:
            torch.version()  # that there is no PyTorch is what to say first
            raise
        version, facts = torch.version(), played.result
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
        time, no_time = _take_time(wanted, source, torch, parts, shape, loss)
    return Comparison(
        wanted, version, facts, found, judge(found), both, played.printed, time, no_time
    )


def _play(wanted: Wanted, source: Source | None, to: Path) -> Done:
    return _apart(
        _PLAY,
        wanted,
        source,
        batch=wanted.batch_size,
        steps=wanted.steps,
        seed=wanted.seed,
        optimizer=wanted.optimizer,
        to=os.fspath(to),
    )


def _apart(
    work: str, wanted: Wanted, source: Source | None, threads: int = 1, **arguments: Any
) -> Done:
    network = wanted.network
    return run_apart(
        work,
        source,
        {"network": network.to_dict(), **arguments},
        model=network.source if isinstance(network, ModelFile) else None,
        threads=threads,
        opening=lambda done: _OPENINGS[work] if done else "It cannot be compared.",
    )


def _take_time(
    wanted: Wanted,
    source: Source | None,
    torch: TorchProcess,
    parts: list[Any],
    shape: list[int],
    loss: str,
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
        return _apart(_TIME, wanted, source, wanted.same_threads, **same).result

    def theirs() -> timing.Taken:
        return torch.ask("time", parts=parts, shape=shape, threads=wanted.same_threads, **same)

    try:
        return timing.take(ours, theirs, wanted.batches), ""
    except (Stopped, TorchFailed) as error:
        return None, str(error)


def _finite(value: Any) -> Any:
    """The same with None for NaN and infinity, which JSON has not."""
    match value:
        case dict():
            named = cast("dict[str, Any]", value)
            return {name: _finite(each) for name, each in named.items()}
        case list() | tuple():
            return [_finite(each) for each in cast("Sequence[Any]", value)]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def as_data(done: Comparison, where: str) -> dict[str, Any]:
    """The whole comparison as one object, for JSON."""
    from dataclasses import asdict

    from tito.comparing.programs import to_dict

    wanted = done.wanted
    return {
        "layers": where.splitlines(),
        "network": page.network_words(done),
        "torch": done.version,
        "batch": wanted.batch_size,
        "steps": wanted.steps,
        "optimizer": wanted.optimizer,
        "seed": wanted.seed,
        "threads": wanted.same_threads,
        "weights": [asdict(each) for each in weights(done.facts["parts"])],
        "numbers": done.found.to_dict(),
        "verdict": asdict(done.verdict),
        "remarks": done.facts["remarks"],
        "time": None if done.time is None else [each.to_dict() for each in done.time],
        "programs": to_dict(done.both),
    }
