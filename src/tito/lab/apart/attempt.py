"""One piece of work in a process of its own: started, followed, and ended with all it started."""

from __future__ import annotations

import base64
import json
import os
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
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

#: The words for where the work stopped, from the number of items that came before.
Opening = Callable[[int], str]


class Stopped(Exception):
    """The work came to an end before its time; the message is for the learner.

    ``items`` came before it. ``clear`` says that the message names the cause, so that it need
    not be looked for.
    """

    def __init__(self, message: str, items: Sequence[Any], *, clear: bool = False) -> None:
        super().__init__(message)
        self.items, self.clear = list(items), clear

    @property
    def step(self) -> int:
        """The step at which it stopped, counted from 1, where each step is an item."""
        return len(self.items) + 1


@dataclass(frozen=True)
class Done:
    """Work that came to its end: its items in order, what it gave, what was printed."""

    items: list[Any]
    result: dict[str, Any]
    printed: str


@dataclass
class _Followed:
    """What came from the process: items, the pieces of a result, the last message."""

    items: list[Any] = field(default_factory=list[Any])
    pieces: list[str] = field(default_factory=list[str])
    last: dict[str, Any] | None = None


def run_apart(
    work: str,
    modules: Sequence[tuple[Lesson, Source]],
    arguments: Mapping[str, Any],
    advance: Callable[[list[Any]], None] = lambda items: None,
    *,
    replaced: Sequence[str] = (),
    model: Source | None = None,
    limit_s: float | None = None,
    threads: int | None = 1,
    memory: int = MEMORY_LIMIT,
    opening: Opening = lambda done: "It stopped.",
) -> Done:
    """Do ``work`` ("module:function") in a process of its own, gone when this returns or raises.

    There it is called ``work(library, reporter, **arguments)``: ``library`` is `tinytorch`, in
    which the learner's ``modules`` (each a lesson and its file) stand in the reference's place,
    and ``reporter.note(item)`` hands plain data to ``advance``. What it returns, a dict of plain
    data, comes back.
    ``replaced`` are classes for which the reference's are put in; ``model`` is a further file of
    the learner's, whose lines are shown too. Between two items there may be ``limit_s``, by
    default STEP_LIMIT_S. ``threads`` are NumPy's (None: as the system has it), ``memory`` is in
    bytes. Raises Stopped, whose message begins with ``opening`` of how many items came before.
    """
    limit = limit_s or STEP_LIMIT_S
    try:
        worker = Worker(os.urandom(16).hex(), module="tito.lab.apart.process", threads=threads)
    except OSError as error:
        raise Stopped(
            "This runs in a process of its own, and the system refuses to start one. "
            "Close other programs and try again.",
            [],
            clear=True,
        ) from error
    files = [*(source for _, source in modules), *([] if model is None else [model])]
    job = {
        "do": "work",
        "work": work,
        "arguments": dict(arguments),
        "modules": [
            {"target": lesson.target, "parts": lesson.parts, **_packed(source)}
            | {"alias": lesson.filename.removesuffix(".py")}
            for lesson, source in modules
        ],
        "files": [_packed(each) for each in files],
        "replaced": list(replaced),
        "limit_s": limit,
        "memory": memory,
    }
    seen = _Followed()
    try:
        worker.send(job)
        _follow(worker, advance, 2 * limit, seen)
    finally:
        printed = worker.end()
    if seen.last is not None and seen.last["is"] == "done":
        return Done(seen.items, json.loads("".join(seen.pieces)), printed)
    raise _stopped(worker, seen, files, printed, limit, opening(len(seen.items)))


def _packed(source: Source) -> dict[str, str]:
    content = base64.b64encode(source.content).decode()
    return {"path": os.fspath(source.path.resolve()), "content": content}


def _follow(
    worker: Worker, advance: Callable[[list[Any]], None], patience_s: float, seen: _Followed
) -> None:
    """All that comes; the last message stays None where the process ended without one."""
    while True:
        try:
            message = worker.receive(time.monotonic() + patience_s)
        except TimeoutError:
            return
        match message:
            case {"is": "items", "items": list(items)}:  # pyright: ignore[reportUnknownVariableType]
                seen.items += items
                advance(items)  # pyright: ignore[reportUnknownArgumentType]
            case {"is": "piece", "text": str(text)} if len(seen.pieces) < MOST_PIECES:
                seen.pieces.append(text)
            case {"is": "done"} | {"is": "stopped"}:
                seen.last = message
                return
            case _:
                return


def _stopped(
    worker: Worker,
    seen: _Followed,
    files: Sequence[Source],
    printed: str,
    limit: float,
    opening: str,
) -> Stopped:
    if seen.last is not None:
        place: int = seen.last["file"]
        of = files[place] if files else None
        return Stopped(f"{opening} {broke(seen.last, of)}", seen.items)
    death, source = _autopsy(printed, worker, files)
    words = f"{opening} {cut_short(death, source, limit)}"
    return Stopped(words, seen.items, clear=worker.flooded)


def _autopsy(printed: str, worker: Worker, files: Sequence[Source]) -> tuple[Death, Source | None]:
    """Why the process ended, and in which of the files it stood then."""
    deaths = [
        (autopsy(printed, os.fspath(each.path.resolve()), worker.process.returncode), each)
        for each in files
    ]
    known = [pair for pair in deaths if pair[0].trace] or deaths
    death, source = known[0] if known else (autopsy(printed, "", worker.process.returncode), None)
    return (Death("flood") if worker.flooded else death), source


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


def cut_short(death: Death, source: Source | None, limit_s: float) -> str:
    """The process ended without a last word."""
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


class Refusal(Exception):
    """The work cannot be done with these layers; the message says why, and is shown as it is."""
