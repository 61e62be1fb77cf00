"""The process in which work is done with a learner's modules: their code in the library's place.

One message comes in, what to do, and perhaps another, to stop; messages go out as it goes on. Both
move to descriptors of their own before the learner's code runs; what that prints goes to standard
error.
"""

from __future__ import annotations

import _thread
import base64
import faulthandler
import importlib
import importlib.util
import json
import os
import sys
import threading
import time
from contextlib import suppress
from functools import cache, wraps
from types import ModuleType, new_class
from typing import Any, BinaryIO

from tinytorch.core.given.module import Module
from tito.engine import seam
from tito.engine.standin import StandIn, install
from tito.lesson.reference import Reference

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

    def say(self, message: seam.Message) -> None:
        """Send one message."""
        self.answers.write(seam.encode(message))
        self.answers.flush()


def main() -> None:
    """Take the streams, read what to do, do it, and say what came of it."""
    seam.stand_guard()
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    job = seam.read(orders)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    faulthandler.enable()

    def stop() -> None:
        if seam.read(orders):
            _thread.interrupt_main()

    threading.Thread(target=stop, daemon=True).start()
    if job is not None:
        _do(job, Reporter(answers, job["limit_s"]))
    os._exit(0)


def _do(job: dict[str, Any], reporter: Reporter) -> None:
    from tito.engine.traces import Tracer
    from tito.lab.apart import Refusal

    files = [(each["path"], base64.b64decode(each["content"])) for each in job["files"]]
    tracers = [Tracer(path, content) for path, content in files or [("", b"")]]
    _limit_memory(job["memory"])
    reporter.tell()
    try:
        module, _, function = job["work"].partition(":")
        _stand_in(job)
        library = importlib.import_module("tinytorch")
        work = getattr(importlib.import_module(module), function)
        text = json.dumps(work(library, reporter, **job["arguments"]))
    except BaseException as error:
        reporter.end()
        seen = [tracer.observe_crash(error) for tracer in tracers]
        place = next((n for n, each in enumerate(seen) if each.get("trace")), 0)
        told = {"plain": isinstance(error, Refusal), "clear": getattr(error, "clear", False)}
        reporter.say({**seen[place], "is": "stopped", **told, "file": place})
        return
    reporter.end()
    for start in range(0, len(text), PIECE):
        reporter.say({"is": "piece", "text": text[start : start + PIECE]})
    reporter.say({"is": "done"})


def _stand_in(job: dict[str, Any]) -> None:
    """Put the learner's modules in the place of the reference's, but for the classes replaced."""
    if job["files"]:
        sys.argv = [job["files"][0]["path"]]
    sys.path += [os.path.dirname(each["path"]) for each in job["files"]]
    given = [each for each in job["files"] if each["target"]]
    modules = install(
        [
            StandIn(
                each["target"], [each["alias"]], base64.b64decode(each["content"]), each["path"]
            )
            for each in given
        ]
    )
    for each, module in zip(given, modules, strict=True):
        for name in each["parts"]:
            if name in job["replaced"]:
                mend(module, name)


def _limit_memory(limit: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


#: Of a class: not to be copied to another, nor to be taken from it.
_OWN = ("__dict__", "__weakref__", "__slots__")
_BASE = "Layer"


def mend(module: ModuleType, name: str) -> None:
    """Put the reference's class in the place of the learner's, on the learner's own base.

    One that others of theirs build on stays where it is, and is given the reference's methods.
    """
    original: type = getattr(reference(module.__name__), name)
    mine, base = getattr(module, name, None), getattr(module, _BASE, None)
    written = [each for each in original.__mro__ if each.__module__ == original.__module__]
    methods: dict[str, Any] = {}
    for each in reversed(written):
        if each is original or each.__name__ != _BASE:
            methods |= {key: value for key, value in vars(each).items() if key not in _OWN}
    if isinstance(mine, type) and mine.__subclasses__():
        _exchange(mine, methods, root=name == _BASE)
        return
    given = [each for each in original.__bases__ if each not in written]
    bases = [*given, *([base] if isinstance(base, type) and base is not mine else [])]
    if not any(issubclass(each, Module) for each in bases):
        bases.append(Module)
    if isinstance(base, type) and "__init__" in methods:
        methods["__init__"] = _after(base, methods["__init__"])
    try:
        new = new_class(name, tuple(bases), {}, lambda names: names.update(methods))
    except TypeError:  # a base of the learner's that allows no such class below it
        new = original
    setattr(module, name, new)


def _exchange(mine: type, methods: dict[str, Any], root: bool) -> None:
    """Give a class these methods for its own; a root those, too, that every layer is given."""
    if root:
        for each in Module.__mro__:
            methods = {k: v for k, v in vars(each).items() if k[:2] != "__"} | methods
    else:
        methods["__init__"] = _after(mine.__mro__[1], methods["__init__"])
        for key in vars(mine).keys() & {"__call__", "__getattribute__", "__setattr__"}:
            delattr(mine, key)
    for key, value in methods.items():
        setattr(mine, key, value)


def _after(base: type, make: Any) -> Any:
    """The reference's ``__init__``, after that of a base which may keep books on attributes."""
    prepare: Any = base.__init__
    if prepare is object.__init__:
        return make

    @wraps(make)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        with suppress(TypeError):  # one that wants more than nothing is not for this class
            prepare(self)
        make(self, *args, **kwargs)

    return init


@cache
def reference(target: str) -> ModuleType:
    """The library's own module, under another name: the learner's has its place."""
    spec = importlib.util.spec_from_file_location(f"{target}_reference", Reference(target).path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
