"""The learner's process: loads the learner's file, runs probes on it, reports what they saw.

It knows no expected value and compares nothing. Messages come on its standard input and go out on
its standard output; before the learner's code runs, both are moved to descriptors of their own,
and all that the code prints goes to standard error, with a mark where each check begins.
"""

from __future__ import annotations

import faulthandler
import gc
import glob
import importlib
import io
import os
import sys
import warnings
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from sys import settrace
from time import monotonic
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from tito.engine import seam

if TYPE_CHECKING:
    from tito.lesson.model import Check
    from tito.lesson.trial import Trial

MEMORY_LIMIT = 1 << 30
FILE_LIMIT = 1 << 26
SLACK_S = 0.05  # what a probe may take beyond its limit: so far apart the clock is set again


class Worker:
    """One learner's file in one process, driven by the judge's messages."""

    def __init__(self, jobs: BinaryIO, answers: BinaryIO, output: int) -> None:
        self.jobs, self.answers, self.output = jobs, answers, output
        self.pid = os.getpid()
        self.module: ModuleType | None = None
        self.path = ""
        self.clock_set = self.clock_limit_s = 0.0

    def serve(self) -> None:
        """Answer messages until there are no more."""
        self.say({"is": "ready"})
        while (job := seam.read(self.jobs)) is not None:
            if job["do"] == "prepare":
                preload(job["lesson"])
            elif job["do"] == "load":
                self.load(job)
            else:
                self.run(job)

    def load(self, job: dict[str, Any]) -> None:
        """Run the learner's file as the module of its lesson."""
        import base64

        from tito.engine.standin import StandIn, install
        from tito.engine.traces import Tracer
        from tito.lesson.model import load_lesson

        preload(job["lesson"])
        self.lesson = load_lesson(job["lesson"])
        self.path, self.mark = job["path"], job["mark"]
        with suppress(OSError):
            os.chdir(job["folder"])
        sys.path.append(job["folder"])
        sys.dont_write_bytecode = True
        sys.argv = [self.path]
        self.confine(job["reference"])
        self.say({"is": "begun", "check": "load"})
        self.begin("load", job["load_limit_s"], leave=False)
        alias = self.lesson.filename.removesuffix(".py")
        try:
            source = base64.b64decode(job["source"])
            self.tracer = Tracer(self.path, source)
            (self.module,) = install([StandIn(self.lesson.target, (alias,), source, self.path)])
        except BaseException as error:
            self.say({"is": "unusable", "error": self.tracer.observe_crash(error)})
            return
        finally:
            self.end()
            self.stop_clock()
        classes = [part for part in self.lesson.parts if isinstance(self.part(part), type)]
        self.written = self.owners()
        self.say({"is": "loaded", "classes": classes, "owners": self.written})

    def confine(self, reference: str) -> None:
        """Take from the process what the learner's code is not to have."""
        _limit_resources()
        _watch_reference(self.lesson.target, reference)

    def part(self, name: str) -> object:
        """What the learner's file calls ``name``; None where it has no such name."""
        return vars(self.module).get(name)

    def owners(self) -> dict[str, str | None]:
        """For each method that checks are about: the class of the file it is written in."""
        found: dict[str, str | None] = {}
        for name in {check.exercise for check in self.lesson.checks}:
            part, _, method = name.partition(".")
            found[name] = owner_of(self.part(part), method, self.lesson.target)
        return found

    def run(self, job: dict[str, Any]) -> None:
        """Run the probes of these checks, one after another, and say what each saw."""
        from tito.lesson.trial import Trial, check_seed

        for check_id in job["checks"]:
            check = self.lesson.find(check_id)
            trial = Trial(self.module, check_seed(job["seed"], check_id))
            answer = {"is": "saw", "check": check_id, **self.look(check, trial, job)}
            try:
                self.say(answer)
            except OverflowError:
                self.say({**answer, "seen": {"is": "object", "words": "more data than was asked"}})
        self.stop_clock()
        self.say({"is": "finished"})

    def look(self, check: Check, trial: Trial, job: dict[str, Any]) -> dict[str, Any]:
        """What the check's probe saw; on a job to watch, the line where the method came back."""
        from tito.engine.observe import observe, observe_waiting
        from tito.lesson.trial import Waits

        part, _, method = check.exercise.partition(".")
        name = f"{self.written.get(check.exercise) or part}.{method}"
        line: list[Any] = []
        self.begin(check.id, job["limit_s"])
        try:
            with self.watching(job["watch"], name, check) as line:
                found = check.probe(trial)
            seen = observe(found, (self.path,))
        except Waits as waiting:
            seen = observe_waiting(waiting, (self.path,))
        except BaseException as error:
            seen = self.tracer.observe_crash(error)
        finally:
            self.end()
        return {"seen": seen, "line": line}

    def watching(self, how: str, name: str, check: Check) -> AbstractContextManager[list[Any]]:
        """What watches a probe: nothing, the returns of the method, or all that happens."""
        if not how:
            return nullcontext([])
        if how == "returns":
            return lines_of_return(self.path, name)
        from tito.engine.flow import watched

        return watched(self.path, name, check.probe, endless=how == "endless")

    def begin(self, what: str, limit_s: float, leave: bool = True) -> None:
        """Mark the output, and see that the clock runs out at the limit or a little later.

        Then it says where the code stands, and, to ``leave``, ends the process. Each setting of
        the clock starts a thread: too dear for every probe.
        """
        os.write(self.output, f"\n{self.mark}{what}\n".encode())
        now = monotonic()
        if limit_s != self.clock_limit_s or now - self.clock_set > SLACK_S:
            self.clock_set, self.clock_limit_s = now, limit_s
            self.start_clock(limit_s + SLACK_S, leave)

    def start_clock(self, limit_s: float, leave: bool) -> None:
        """Have the interpreter say where the code stands at that time; what ran before is off."""
        faulthandler.dump_traceback_later(limit_s, exit=leave, file=self.output)

    def stop_clock(self) -> None:
        """Nothing runs: nothing can take too long."""
        self.clock_limit_s = 0.0
        faulthandler.cancel_dump_traceback_later()

    def end(self) -> None:
        """Let out what was printed."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BaseException:
                continue

    def say(self, message: seam.Message) -> None:
        """Send one message; a process that the learner's code forked says nothing and ends."""
        if os.getpid() != self.pid:
            os._exit(1)
        self.answers.write(seam.encode(message))
        self.answers.flush()


def plain_warning(message: Warning | str, category: type[Warning], *_where: object) -> str:
    """A warning without its place, which is in the library and none of the learner's."""
    return f"{category.__name__}: {message}\n"


def owner_of(part: object, method: str, target: str) -> str | None:
    """The class of the module ``target`` in which ``part`` has its method; None where elsewhere."""
    for base in getattr(part, "__mro__", ()):
        if method in vars(base):
            return base.__name__ if base.__module__ == target else None
    return None


def _limit_resources() -> None:
    if sys.platform == "win32":
        return
    import resource

    for kind, limit in (
        (resource.RLIMIT_AS, _address_space() + MEMORY_LIMIT),
        (resource.RLIMIT_FSIZE, FILE_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (limit, limit))


def _address_space() -> int:
    """What is mapped already: some builds of NumPy reserve much more than they use."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


def _watch_reference(target: str, reference: str) -> None:
    """Refuse the learner's code the lesson's own reference, as text or compiled, by any name."""
    stat, basename, stem = os.stat, os.path.basename, reference.removesuffix(".py")
    compiled = os.path.join(os.path.dirname(stem), "__pycache__", basename(stem))
    forbidden = {_identity(stat(file)) for file in (reference, *glob.glob(f"{compiled}.*.pyc"))}

    def opens_reference(path: Any) -> bool:
        try:
            return _identity(stat(path)) in forbidden
        except (OSError, ValueError):  # relative to a folder that the event does not name
            return type(path) is str and basename(path) == basename(reference)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and type(args[0]) is not int and opens_reference(args[0]):
            raise ImportError(f"this code opens the reference solution of {target}")

    sys.addaudithook(hook)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def main() -> None:
    """Take the streams, load what every lesson needs, and serve."""
    seam.stand_guard()
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    output = os.dup(2)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    for stream in (sys.stdout, sys.stderr):
        cast("io.TextIOWrapper", stream).reconfigure(
            encoding="utf-8", errors="backslashreplace", line_buffering=True
        )
    faulthandler.enable(file=output)
    warnings.formatwarning = plain_warning
    load_tools()
    gc.freeze()
    try:
        Worker(jobs, answers, output).serve()
        os._exit(0)
    finally:
        os._exit(seam.CHANNEL_LOST)


def load_tools() -> None:
    """What every lesson needs, NumPy with it."""
    for name in ("engine.observe", "engine.standin", "engine.traces", "lesson.trial"):
        importlib.import_module(f"tito.{name}")


def preload(lesson: str) -> None:
    """The lesson, and everything that a learner's file may import but the lesson's own module.

    What needs that module comes when the learner's stands in its place.
    """
    from tinytorch.core import MODULES
    from tito.engine.standin import held
    from tito.lesson.model import load_lesson

    with held(f"tinytorch.core.{lesson}"):
        for name in MODULES:
            with suppress(ImportError):
                importlib.import_module(f"tinytorch.core.{name}")
        load_lesson(lesson)
    gc.freeze()


@contextmanager
def lines_of_return(path: str, name: str) -> Generator[list[Any]]:
    """The line of the last return of a method in the file at ``path``, then the lines that ran.

    ``name`` is a qualified one, ``Linear.forward``. The list changes as the method runs; the line
    of its return is 0 until it came back, and there is none where the method never ran.
    """
    seen: list[int] = []

    def of_method(frame: FrameType, event: str, _result: object) -> Any:
        if event == "return":
            seen[0] = frame.f_lineno
        elif event == "line" and frame.f_lineno not in seen[1:]:
            seen.append(frame.f_lineno)
        return of_method

    def watch(frame: FrameType, _event: str, _result: object) -> Any:
        code = frame.f_code
        if code.co_filename != path or code.co_qualname != name:
            return None
        seen[:] = seen or [0]
        return of_method

    settrace(watch)
    try:
        yield seen
    finally:
        settrace(None)
