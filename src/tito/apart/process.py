"""The process in which work is done with a learner's layers: their code in the library's place.

One message comes in, what to do; messages go out as it goes on. Both move to descriptors
of their own before the learner's code runs; what that code prints goes to standard error.
"""

from __future__ import annotations

import base64
import faulthandler
import importlib
import json
import os
import sys
import time
from types import ModuleType
from typing import Any, BinaryIO

from tito.engine import frames, guard

#: How often the items so far are sent.
TELL_EVERY_S = 0.1
#: How much of a result goes into one message, in characters; JSON may escape each as two.
PIECE = 1 << 20


class Reporter:
    """Sends items on, a few at a time, and watches for a step that never ends."""

    def __init__(self, answers: BinaryIO, limit_s: float) -> None:
        """Send to ``answers``; more than ``limit_s`` between two items ends the process."""
        self.answers, self.limit_s = answers, limit_s
        self.items, self.told = list[Any](), 0.0

    def note(self, item: Any) -> None:
        """Note that a step came back; ``item`` is plain data for whoever follows."""
        self.items.append(item)
        if time.monotonic() - self.told >= TELL_EVERY_S:
            self.tell()

    def tell(self) -> None:
        """Send the items since the last time, and start the clock anew."""
        self.say({"is": "items", "items": self.items})
        self.items, self.told = [], time.monotonic()
        faulthandler.dump_traceback_later(self.limit_s, exit=True, file=2)

    def end(self) -> None:
        """Send what is left; nothing is waited for any more."""
        faulthandler.cancel_dump_traceback_later()
        self.tell()
        faulthandler.cancel_dump_traceback_later()

    def say(self, message: frames.Message) -> None:
        """Send one message."""
        self.answers.write(frames.encode(message))
        self.answers.flush()


def main() -> None:
    """Take the streams, read what to do, do it, and say what came of it."""
    guard.stand_guard()
    answers = os.fdopen(os.dup(1), "wb")
    job = frames.read(sys.stdin.buffer)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    faulthandler.enable()
    if job is not None:
        _do(job, Reporter(answers, job["limit_s"]))
    os._exit(0)


def _do(job: dict[str, Any], reporter: Reporter) -> None:
    from tito.apart.refusal import Refusal
    from tito.engine.traces import Tracer

    files = [(each["path"], base64.b64decode(each["content"])) for each in job["files"]]
    tracers = [Tracer(path, content) for path, content in files or [("", b"")]]
    _limit_memory(job["memory"])
    reporter.tell()
    try:
        module, _, function = job["work"].partition(":")
        layers = _layers(job)
        work = getattr(importlib.import_module(module), function)
        text = json.dumps(work(layers, reporter, **job["arguments"]))
    except BaseException as error:
        reporter.end()
        seen = [tracer.observe_crash(error) for tracer in tracers]
        place = next((n for n, each in enumerate(seen) if each.get("trace")), 0)
        plain = isinstance(error, Refusal)
        reporter.say({**seen[place], "is": "stopped", "plain": plain, "file": place})
        return
    reporter.end()
    for start in range(0, len(text), PIECE):
        reporter.say({"is": "piece", "text": text[start : start + PIECE]})
    reporter.say({"is": "done"})


def _layers(job: dict[str, Any]) -> ModuleType:
    """The learner's module; the reference's where the learner has none."""
    if job["files"]:
        sys.argv = [job["files"][0]["path"]]
    sys.path += [os.path.dirname(each["path"]) for each in job["files"]]
    if job["source"] is None:
        return importlib.import_module(job["target"])
    from tito.apart.mended import Mended
    from tito.engine.standin import stand

    content, path = base64.b64decode(job["source"]["content"]), job["source"]["path"]
    return stand(Mended(job["replaced"], job["target"], job["aliases"], content, path))


def _limit_memory(limit: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
