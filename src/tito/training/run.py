"""`tito train digits`: a learner's layers recognise handwritten digits, and how well is said."""

from __future__ import annotations

import base64
import contextlib
import os
import sys
import textwrap
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import click
import numpy as np

from tinytorch.data import digits
from tito.engine.aftermath import Death, autopsy, tidy
from tito.engine.crash import Trace, decode_asides, decode_trace, trace_lines
from tito.engine.loops import without_end
from tito.engine.process import Worker
from tito.engine.source import Source
from tito.terminal import command
from tito.trace_words import trace_fields
from tito.training import recipe
from tito.training.picture import save_picture

TARGET = "tinytorch.core.layers"
REFERENCE = "tensor, activations, losses, autograd, optimizers: the reference"
#: A training step that takes longer than this is taken for one that never ends.
STEP_LIMIT_S = 20.0
PRINTED_LINES = 5
#: At or below this share the network has hardly learned anything.
GUESSING = 0.2
_ROOM = 60  # columns for what was in scope
GET_MATPLOTLIB = "pip install 'tinytorch-lessons[learn]'"
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


class Stopped(Exception):
    """The training came to an end before its time; the message is for the learner."""


def train_digits(source: Source | None, *, seed: int = 0, output: Path = Path("digits.png")) -> int:
    """Train on the digits in a fresh process, say how well it went, draw it; the exit code.

    ``source`` is the learner's file, None for the reference's layers. 0 when the training came to
    its end (whatever it reached), 1 when it could not, 130 after Ctrl-C. A file that is there
    under ``output`` is replaced only by a whole picture.
    """
    if not output.absolute().parent.is_dir():
        click.echo(f"The folder {output.parent}, for the picture, is not there. Make it first.")
        return EXIT_FAILED
    try:
        _announce(source, seed)
        began = time.perf_counter()
        losses, result = _run(source, seed)
        _report(result, time.perf_counter() - began)
        _picture(output, losses, result)
    except Stopped as stop:
        click.echo(str(stop))
        return EXIT_FAILED
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C; no picture was written.")
        return EXIT_INTERRUPTED
    return 0


def _announce(source: Source | None, seed: int) -> None:
    data = digits()
    inputs, hidden, outputs = recipe.SIZES
    yours = (
        f"yours ({_shown(source.path)})"
        if source
        else f"the reference (you have none yet: {command()} start)"
    )
    click.echo(f"layers: {yours}\n{REFERENCE}\n")
    click.echo(
        f"Network   Linear({inputs}, {hidden}), ReLU, Dropout({recipe.DROPOUT}), "
        f"Linear({hidden}, {outputs})\n"
        f"Digits    {len(data.train_labels):,} images of 8x8 to train on, "
        f"{len(data.held_out_labels)} held out (every fifth)\n"
        f"Training  Adam, learning rate {recipe.LEARNING_RATE}, batches of {recipe.BATCH_SIZE}, "
        f"{recipe.EPOCHS} epochs, seed {seed}\n"
    )


def _run(source: Source | None, seed: int) -> tuple[list[float], dict[str, Any]]:
    """Train in a process of its own, which is gone when this returns or raises."""
    worker = Worker(os.urandom(16).hex(), module="tito.training.process")
    try:
        worker.send(_job(source, seed))
        with _progress() as advance:
            losses, last = _follow(worker, advance)
    finally:
        printed = worker.end()
    if last is not None and last["is"] == "done":
        _show_printed(printed)
        return losses, last
    step = len(losses) + 1
    if last is None:
        path = os.fspath(source.path.resolve()) if source else ""
        death = autopsy(printed, path, worker.process.returncode)
        flooded = Death("flood") if worker.flooded else death
        raise Stopped(_cut_short(flooded, step, source))
    raise Stopped(_broke(last, step, source))


def _job(source: Source | None, seed: int) -> dict[str, Any]:
    return {
        "do": "train",
        "target": TARGET,
        "aliases": ["layers_dev"],
        "source": base64.b64encode(source.content).decode() if source else None,
        "path": os.fspath(source.path.resolve()) if source else "",
        "seed": seed,
        "epochs": recipe.EPOCHS,
        "step_limit_s": STEP_LIMIT_S,
    }


def _follow(
    worker: Worker, advance: Callable[[list[float]], None]
) -> tuple[list[float], dict[str, Any] | None]:
    """All losses, and the last message; None where the process ended without one."""
    losses: list[float] = []
    while True:
        try:
            message = worker.receive(time.monotonic() + 2 * STEP_LIMIT_S)
        except TimeoutError:
            return losses, None
        if message is None or message["is"] != "steps":
            return losses, message if message and message["is"] != "corrupt" else None
        losses += message["losses"]
        advance(message["losses"])


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


def _broke(last: dict[str, Any], step: int, source: Source | None) -> str:
    """The learner's code raised, or what it gave cannot be trained."""
    trace = decode_trace(last.get("trace"))
    what = last["text"] if last["plain"] else f"{last['type']}: {last['text']}"
    what = "\n".join((what, decode_asides(trace, last.get("more"))))
    words = f"{_stopped_at(step)} {tidy(what, PRINTED_LINES)}"
    if last["line"] is None and not last["plain"]:
        words += "\nNo line of yours raised this: TinyTorch did, with what your layers handed on."
    return words + _where(trace, source)


def _cut_short(death: Death, step: int, source: Source | None) -> str:
    """The process ended without a last word."""
    match death.kind:
        case "timeout":
            why = f"It did not come back within {STEP_LIMIT_S:g} s."
        case "flood":
            why = "Your code printed more than 1 MiB. Take the print out of forward."
        case _:
            why = f"Your code ended the process: {death.detail}."
    if source:
        why += without_end(death.trace, source, death.kind == "timeout")
    return f"{_stopped_at(step)} {why}{_where(death.trace, source)}"


def _stopped_at(step: int) -> str:
    if step == 1:
        return "Training stopped before its first step was done."
    return f"Training stopped at step {step:,}."


def _where(trace: Trace, source: Source | None) -> str:
    """The learner's lines on the way there, the innermost last, with what was in scope."""
    if not trace or source is None:
        return ""
    lines: list[str] = []
    for label, code, where in trace_fields(trace_lines(trace, source), _ROOM):
        lines.append(f"    {_shown(source.path)}, {label}: {code}")
        lines += [f"        {line}" for line in where.split("\n")]
    return "\n" + "\n".join(lines)


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


def _picture(output: Path, losses: list[float], result: dict[str, Any]) -> None:
    data = digits()
    weights = result["weights"]
    try:
        save_picture(
            output,
            losses=losses,
            held_out=result["held_out"],
            weights=None if weights is None else np.asarray(weights),
            probabilities=np.asarray(result["probabilities"]),
            images=data.held_out_images,
            labels=data.held_out_labels,
        )
    except ModuleNotFoundError:
        click.echo("No picture: it needs matplotlib. Get it with: " + GET_MATPLOTLIB)
    except OSError as error:
        click.echo(f"No picture: {output} cannot be written ({error.strerror or error}).")
    else:
        click.echo(f"Picture: {_shown(output)}")


def _shown(path: Path) -> str:
    """The path as a person would type it here."""
    with contextlib.suppress(ValueError):
        return os.fspath(path.resolve().relative_to(Path.cwd()))
    return os.fspath(path)
