"""The process in which a learner's layers are trained: their code in the library's place.

One message comes in, what to train; messages go out as training goes on. Both move to descriptors
of their own before the learner's code runs; what that code prints goes to standard error.
"""

from __future__ import annotations

import base64
import faulthandler
import importlib
import os
import sys
import time
from types import ModuleType
from typing import Any, BinaryIO

from tito.engine import frames, guard

#: How often the losses so far are sent.
TELL_EVERY_S = 0.1
MEMORY_LIMIT = 2 << 30


class Reporter:
    """Sends each loss on, a few at a time, and watches for a step that never ends."""

    def __init__(self, answers: BinaryIO, step_limit_s: float) -> None:
        """Send to ``answers``; a step that takes longer than the limit ends the process."""
        self.answers, self.step_limit_s = answers, step_limit_s
        self.losses, self.told = list[float](), 0.0

    def step(self, loss: float) -> None:
        """Note that a training step came back."""
        self.losses.append(loss)
        if time.monotonic() - self.told >= TELL_EVERY_S:
            self.tell()

    def tell(self) -> None:
        """Send the losses since the last time, and start the clock anew."""
        self.say({"is": "steps", "losses": self.losses})
        self.losses, self.told = [], time.monotonic()
        faulthandler.dump_traceback_later(self.step_limit_s, exit=True)

    def say(self, message: frames.Message) -> None:
        """Send one message."""
        self.answers.write(frames.encode(message))
        self.answers.flush()


def main() -> None:
    """Take the streams, read what to train, train it, and say what came of it."""
    guard.stand_guard()
    answers = os.fdopen(os.dup(1), "wb")
    job = frames.read(sys.stdin.buffer)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    faulthandler.enable()
    if job is not None:
        _train(job, Reporter(answers, job["step_limit_s"]))
    os._exit(0)


def _train(job: dict[str, Any], reporter: Reporter) -> None:
    from tito.engine.traces import Tracer
    from tito.training import digits

    tracer = Tracer(job["path"], base64.b64decode(job["source"] or ""))
    _limit_memory()
    reporter.tell()
    try:
        result = digits.train(_load(job), job["seed"], reporter.step, job["epochs"])
    except BaseException as error:
        reporter.tell()
        faulthandler.cancel_dump_traceback_later()
        seen = tracer.observe_crash(error)
        plain = isinstance(error, digits.TrainingError)
        reporter.say({**seen, "is": "stopped", "plain": plain})
        return
    faulthandler.cancel_dump_traceback_later()
    reporter.tell()
    faulthandler.cancel_dump_traceback_later()
    reporter.say(
        {
            "is": "done",
            "held_out": result.held_out,
            "probabilities": result.probabilities.tolist(),
            "weights": None if result.weights is None else result.weights.tolist(),
            "remarks": result.remarks,
        }
    )


def _load(job: dict[str, Any]) -> ModuleType:
    """The learner's module; the reference's where the learner has none."""
    if job["source"] is None:
        return importlib.import_module(job["target"])
    from tito.engine.standin import stand
    from tito.training.mended import Mended

    folder = os.path.dirname(job["path"])
    sys.path.append(folder)
    sys.argv = [job["path"]]
    source = base64.b64decode(job["source"])
    return stand(Mended(job["replaced"], job["target"], job["aliases"], source, job["path"]))


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
