"""Work with the learner's modules in a process of its own: started, followed, ended with all of it.

What a learner's code prints, breaks, leaves behind or never ends, it does over there.
"""

from __future__ import annotations

import base64
import json
import os
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tito.engine.crash import Death, autopsy, tidy, trace_lines, without_end
from tito.engine.frames import Trace, decode_asides, decode_trace
from tito.engine.process import Worker
from tito.engine.source import Source
from tito.say.terminal import short_path
from tito.say.view import lines_of

if TYPE_CHECKING:
    from tito.lesson.model import Lesson

#: A step that takes longer than this is taken for one that never ends.
STEP_LIMIT_S = 20.0
MEMORY_LIMIT = 2 << 30
MOST_PIECES = 256


class Refusal(Exception):
    """The work cannot be done with these layers; the message says why, and is shown as it is.

    ``clear`` says that no layer is to blame.
    """

    clear = False


class Stopped(Exception):
    """The work came to an end before its time; the message is for the learner.

    ``clear`` says that the message names the cause, so that it need not be looked for.
    """

    def __init__(self, message: str, *, clear: bool = False) -> None:
        super().__init__(message)
        self.clear = clear


@dataclass
class Done:
    """What came of the work: how many items, what it gave, what was printed."""

    items: int = 0
    result: dict[str, Any] = field(default_factory=dict[str, Any])
    printed: str = ""


def run_apart(
    work: str,
    modules: Sequence[tuple[Lesson, Source]],
    arguments: Mapping[str, Any],
    advance: Callable[[list[Any]], None] = lambda items: None,
    *,
    replaced: Sequence[str] = (),
    model: Source | None = None,
    limit_s: float | None = None,
    patience_s: float = 0.0,
    threads: int | None = 1,
    memory: int = MEMORY_LIMIT,
    opening: Callable[[int], str] = lambda done: "It stopped.",
) -> Done:
    """Do ``work`` ("module:function") in a process of its own, gone when this returns or raises.

    There it is called ``work(library, reporter, **arguments)``: ``library`` is `tinytorch`, in
    which the learner's ``modules`` (each a lesson and its file) stand in the reference's place,
    and ``reporter.note(item)`` hands plain data to ``advance``. What it returns, a dict of plain
    data, comes back.
    ``replaced`` are classes for which the reference's are put in; ``model`` is a further file of
    the learner's, whose lines are shown too. Between two items there may be ``limit_s``, by
    default STEP_LIMIT_S. Ctrl-C is one over there, too, which may take ``patience_s``. ``threads``
    are NumPy's (None: as the system has it), ``memory`` is in bytes. Raises Stopped, whose message
    begins with ``opening`` of how many items came before.
    """
    limit = limit_s or STEP_LIMIT_S
    try:
        worker = Worker(os.urandom(16).hex(), module="tito.lab.process", threads=threads)
    except OSError as error:
        raise Stopped(
            "This runs in a process of its own, and the system refuses to start one. "
            "Close other programs and try again.",
            clear=True,
        ) from error
    sources: list[tuple[Lesson | None, Source]] = [*modules]
    sources += [] if model is None else [(None, model)]
    job = {
        "do": "work",
        "work": work,
        "arguments": dict(arguments),
        "files": [_packed(lesson, source) for lesson, source in sources],
        "replaced": list(replaced),
        "limit_s": limit,
        "memory": memory,
    }
    done, last = Done(), None
    try:
        worker.send(job)
        last = _follow(worker, advance, 2 * limit, done)
    except KeyboardInterrupt:
        worker.send({"do": "stop"})
        with suppress(TimeoutError):
            end = time.monotonic() + patience_s
            while (worker.receive(end) or {"is": "stopped"})["is"] == "items":
                pass
        raise
    finally:
        done.printed = worker.end()
    if last is not None and last["is"] == "done":
        return done
    files = [source for _, source in sources]
    if last is not None:
        place: int = last["file"]
        said, clear = broke(last, files[place] if files else None), last["clear"]
    else:
        said, clear = _cut_short(worker, done.printed, files, limit), worker.flooded
    raise Stopped(f"{opening(done.items)} {said}", clear=clear)


def _packed(lesson: Lesson | None, source: Source) -> dict[str, Any]:
    content = base64.b64encode(source.content).decode()
    packed = {"path": os.fspath(source.path.resolve()), "content": content, "target": None}
    if lesson is None:
        return packed
    alias = lesson.filename.removesuffix(".py")
    return {**packed, "target": lesson.target, "alias": alias, "parts": lesson.parts}


def _follow(
    worker: Worker, advance: Callable[[list[Any]], None], patience_s: float, done: Done
) -> dict[str, Any] | None:
    """Note all that comes; the last message, None where the process ended without one."""
    pieces: list[str] = []
    while True:
        try:
            message = worker.receive(time.monotonic() + patience_s)
        except TimeoutError:
            return None
        match message:
            case {"is": "items", "items": list(items)}:  # pyright: ignore[reportUnknownVariableType]
                done.items += len(items)  # pyright: ignore[reportUnknownArgumentType]
                advance(items)  # pyright: ignore[reportUnknownArgumentType]
            case {"is": "piece", "text": str(text)} if len(pieces) < MOST_PIECES:
                pieces.append(text)
            case {"is": "done"}:
                done.result = json.loads("".join(pieces))
                return message
            case {"is": "stopped"}:
                return message
            case _:
                return None


PRINTED_LINES = 5
_ROOM = 60  # columns for what was in scope


def broke(last: dict[str, Any], source: Source | None) -> str:
    """The learner's code raised, or what it gave is of no use."""
    trace = decode_trace(last.get("trace"))
    what = last["text"] if last["plain"] else f"{last['type']}: {last['text']}"
    what = "\n".join((what, decode_asides(trace, last.get("more"))))
    words = tidy(what, PRINTED_LINES)
    if last["line"] is None and not last["plain"]:
        words += "\nNo line of yours raised this: TinyTorch did, with what your layers handed on."
    return words + _where(trace, source)


def _cut_short(worker: Worker, printed: str, files: Sequence[Source], limit_s: float) -> str:
    """The process ended without a last word: why, and in which of the files it stood then."""
    death, source = autopsy(printed, "", worker.process.returncode), None
    for each in files:
        found = autopsy(printed, os.fspath(each.path.resolve()), worker.process.returncode)
        if source is None or (found.trace and not death.trace):
            death, source = found, each
    if worker.flooded:
        death = Death("flood")
    match death.kind:
        case "timeout":
            why = f"It did not come back within {limit_s:g} s."
        case "flood":
            why = "Your code printed more than 1 MiB. Take the print out of forward."
        case _:
            why = f"Your code ended the process: {death.detail}."
    if source:
        why += without_end(death.trace, source, death.kind == "timeout")
    return why + _where(death.trace, source)


def printed_words(printed: str) -> str:
    """What the learner's code printed, cut to a few lines; empty where it printed nothing."""
    if not printed.strip():
        return ""
    return f"Your code printed:\n{textwrap.indent(tidy(printed, PRINTED_LINES), '    ')}"


def _where(trace: Trace, source: Source | None) -> str:
    """The learner's lines on the way there, the innermost last, with what was in scope."""
    if not trace or source is None:
        return ""
    lines: list[str] = []
    for line in lines_of(trace_lines(trace, source)):
        lines.append(f"    {short_path(source.path)}, {line.label}: {line.text}")
        lines += [f"        {row}" for row in line.where(_ROOM).split("\n")]
    return "\n" + "\n".join(lines)
