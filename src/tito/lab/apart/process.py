"""The process in which work is done with a learner's modules: their code in the library's place.

One message comes in, what to do; messages go out as it goes on. Both move to descriptors
of their own before the learner's code runs; what that code prints goes to standard error.
"""

from __future__ import annotations

import ast
import base64
import faulthandler
import importlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Sequence
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
    answers = os.fdopen(os.dup(1), "wb")
    job = seam.read(sys.stdin.buffer)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    faulthandler.enable()
    if job is not None:
        _do(job, Reporter(answers, job["limit_s"]))
    os._exit(0)


def _do(job: dict[str, Any], reporter: Reporter) -> None:
    from tito.engine.traces import Tracer
    from tito.lab.apart.attempt import Refusal

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
        plain = isinstance(error, Refusal)
        reporter.say({**seen[place], "is": "stopped", "plain": plain, "file": place})
        return
    reporter.end()
    for start in range(0, len(text), PIECE):
        reporter.say({"is": "piece", "text": text[start : start + PIECE]})
    reporter.say({"is": "done"})


def _stand_in(job: dict[str, Any]) -> None:
    """Put the learner's modules in the place of the reference's."""
    if job["files"]:
        sys.argv = [job["files"][0]["path"]]
    sys.path += [os.path.dirname(each["path"]) for each in job["files"]]
    mended = list[StandIn]()
    for each in job["modules"]:
        replaced = [name for name in job["replaced"] if name in each["parts"]]
        content = base64.b64decode(each["content"])
        mended.append(Mended(replaced, each["target"], [each["alias"]], content, each["path"]))
    install(mended)


def _limit_memory(limit: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


_OWN = ("__dict__", "__weakref__", "__slots__")  # of a class: not to be copied to another
_methods: dict[str, dict[str, Any]] = {}  # of each class that was put in


class Mended(StandIn):
    """A stand-in that has the reference's ``replaced`` classes; with none, the file as it is."""

    def __init__(self, replaced: Sequence[str], *stand_in: Any) -> None:
        """``stand_in`` are the arguments of StandIn."""
        super().__init__(*stand_in)
        self.replaced = tuple(replaced)

    def source_to_code(self, data: Any, path: Any = "<string>") -> Any:
        """Compile the learner's source with the statements that bind the classes anew."""
        if not self.replaced:
            return super().source_to_code(data, path)
        tree = ast.parse(data, path)
        body = list[ast.stmt]()
        for statement in tree.body:
            bound = [name for name in self.replaced if binds(statement, name)]
            body += [statement, *(_call("rebind", name, self.target) for name in bound)]
        missing = [name for name in self.replaced if not any(binds(s, name) for s in tree.body)]
        body += [_call("rebind", name, self.target) for name in missing]
        body += [_call("restore", name, self.target) for name in self.replaced]
        tree.body = body
        return compile(tree, path, "exec", dont_inherit=True)


def binds(node: ast.AST, name: str) -> bool:
    """Whether a statement of a module, run there, may bind the name."""
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return node.name == name
        case ast.Lambda():
            return False
        case ast.alias():
            return name == (node.asname or node.name)
        case ast.Name():
            return node.id == name and isinstance(node.ctx, ast.Store)
        case _:
            return any(binds(child, name) for child in ast.iter_child_nodes(node))


def _call(function: str, name: str, target: str) -> ast.stmt:
    """A statement that calls a function of this module with the learner's names."""
    text = f"__import__({__name__!r}, fromlist=['']).{function}(globals(), {name!r}, {target!r})"
    return ast.parse(text).body[0]


def rebind(names: dict[str, Any], name: str, target: str) -> None:
    """Bind the class to the reference's methods on the learner's bases."""
    original: type = getattr(reference(target), name)
    bases = [_base_for(base, names) for base in original.__bases__]
    if not any(issubclass(base, Module) for base in bases):
        bases.append(Module)
    methods: dict[str, Any] = dict(vars(original))
    if name == "Layer":  # a base: what else the learner's other classes find in it stays
        methods = {**_helpers(names.get(name)), **methods}
    for key in _OWN:
        methods.pop(key, None)
    first = next((base for base in bases if base.__name__ == "Layer"), object)
    if first.__init__ is not object.__init__ and "__init__" in methods:
        methods["__init__"] = _after(first.__init__, original.__init__)
    try:
        names[name] = new_class(name, tuple(bases), {}, lambda ns: ns.update(methods))
        _methods[name] = methods
    except TypeError:  # a base of the learner's that allows no such class below it
        names[name] = original


def restore(names: dict[str, Any], name: str, target: str) -> None:
    """Undo what the file changed in the class after it was bound."""
    mended = names.get(name)
    for key, value in _methods.get(name, {}).items() if isinstance(mended, type) else ():
        if vars(mended).get(key) is not value:
            setattr(mended, key, value)


def _helpers(part: Any) -> dict[str, Any]:
    """What the learner's class has of its own, beside what the library gives every layer."""
    own: dict[str, Any] = dict(vars(part)) if isinstance(part, type) else {}
    slots: Any = getattr(part, "__slots__", ())
    return {k: v for k, v in own.items() if not hasattr(Module, k) and k not in slots}


def _after(prepare: Any, make: Any) -> Any:
    """The reference's ``__init__``, after that of a base which may keep books on attributes."""

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


def _base_for(base: type, names: dict[str, Any]) -> type:
    """The learner's class of that name where the reference's is a class of the lesson."""
    mine = names.get(base.__name__)
    own = base.__module__.endswith("_reference")
    return mine if own and isinstance(mine, type) else base
