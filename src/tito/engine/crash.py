"""How a crash, a hang or a recursion came through the learner's file: the judge's side.

What a worker sent, or faulthandler wrote, becomes frames; frames become the lines of a report.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from tito.engine.frames import Frame, Trace, TraceLine, cycle_of, trace_in_dump
from tito.engine.seam import CHANNEL_LOST, SIGNALLED
from tito.engine.seen import Raised, words
from tito.engine.source import Source

_LONGEST = 400


def named(trace: Trace, source: Source) -> Trace:
    """The frames with whole names, ``Linear.forward``: a dump knows only ``forward``."""
    return tuple(
        frame
        if "." in frame.name or frame.name == "<module>"
        else replace(frame, name=source.function_at(frame.line) or frame.name)
        for frame in trace
    )


def trace_lines(trace: Trace, source: Source) -> list[TraceLine]:
    """The frames with the text of their lines, as a report holds them."""
    lines: list[TraceLine] = []
    for frame in named(trace, source):
        code, part = _code(source, frame)
        place = {"line": frame.line, "in": frame.name, "code": code, "part": part}
        lines.append(cast("TraceLine", {**place, "scope": frame.scope}))
    return lines


def _code(source: Source, frame: Frame) -> tuple[str, list[int]]:
    """The text of the line, of a long one what lies around the part that matters; and that part."""
    text = source.line(frame.line).strip()
    first, last = (min(max(place, 0), len(text)) for place in frame.part)
    if len(text) <= _LONGEST:
        return text, [first, last]
    begin = max(min(first - _LONGEST // 4, len(text) - _LONGEST), 0)
    end = begin + _LONGEST
    shown = ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")
    moved = begin - (begin > 0)
    return shown, [first - moved, min(last - moved, len(shown))]


_LONG_LOOP = 60
_PURE = frozenset(
    {"abs", "bool", "float", "int", "isinstance", "len", "max", "min", "print", "sum"}
)


def without_end(trace: Trace, source: Source, hung: bool) -> str:
    """What to add to the words of a death: the cycle of calls, or the loop in which it hung."""
    if cycle := cycle_of(named(trace, source)):
        return f"\n{cycle}"
    reasons = (stuck_in(source, frame.line) for frame in reversed(trace) if hung)
    return next((f"\n{reason}" for reason in reasons if reason), "")


def stuck_in(source: Source, line: int) -> str:
    """A sentence or two on the loop that the line stands in; nothing where it stands in none.

    Nothing is said of a condition whose names the loop may change by a call.
    """
    loops = source.around(line, ast.While, ast.For)
    loops = [each for each in loops if line <= (each.body[-1].end_lineno or line)]
    if not loops:
        return ""
    where, loop = f"It was in the loop on line {loops[-1].lineno}", loops[-1]
    if isinstance(loop, ast.For):
        return f"{where}, over `{_short_loop(ast.unparse(loop.iter))}`: {_growing(loop)}"
    where += f", `while {_short_loop(ast.unparse(loop.test))}`"
    if isinstance(loop.test, ast.Constant) and loop.test.value:
        if any(isinstance(node, ast.Break | ast.Return) for node in _inside(loop)):
            return f"{where}: its break or return was never reached. When should it be?"
        return f"{where}: it has no break and no return, so nothing ends it."
    names = _names(loop.test)
    if names and _changed(loop).isdisjoint(names):
        said = " or ".join(f"`{name}`" for name in names)
        return f"{where}: nothing in the loop changes {said}, so the condition stays as it is."
    return f"{where}: how is its condition to become false?"


def _growing(loop: ast.For) -> str:
    """What to say of a for loop: whether it adds to what it runs over."""
    over = ast.unparse(loop.iter)
    for node in _inside(loop):
        match node:
            case ast.Call(func=ast.Attribute(value=kept, attr="append" | "extend" | "insert")):
                if ast.unparse(kept) == over:
                    short = _short_loop(over)
                    return f"line {node.lineno} adds to `{short}` while the loop runs over it."
            case _:
                continue
    return "does that ever come to an end?"


def _inside(loop: ast.While | ast.For) -> Iterator[ast.AST]:
    for statement in loop.body:
        yield from ast.walk(statement)


def _names(test: ast.expr) -> list[str]:
    """What the condition is about: its names and attributes, without the functions it calls."""
    called = {id(node.func) for node in ast.walk(test) if isinstance(node, ast.Call)}
    wholes = [n for n in ast.walk(test) if isinstance(n, ast.Attribute) and id(n) not in called]
    inner = {id(part) for whole in wholes for part in ast.walk(whole.value)}
    names = [n for n in ast.walk(test) if isinstance(n, ast.Name)]
    names = [n for n in names if id(n) not in called and id(n) not in inner]
    return list(dict.fromkeys(ast.unparse(node) for node in (*names, *wholes)))


def _changed(loop: ast.While) -> set[str]:
    """What the loop may change: what it assigns, and what is handed to or asked to do something."""
    changed: set[str] = set()
    for node in (*_inside(loop), *ast.walk(loop.test)):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store()):
                changed.add(ast.unparse(node))
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                changed.add(ast.unparse(value))
            case ast.Call(func=ast.Name(id=name)) if name in _PURE:
                continue
            case ast.Call(func=function, args=args, keywords=keywords):
                given = (*args, *(keyword.value for keyword in keywords))
                owner = (function.value,) if isinstance(function, ast.Attribute) else ()
                touched = [part for root in (*given, *owner) for part in ast.walk(root)]
                changed |= {
                    ast.unparse(n) for n in touched if isinstance(n, ast.Name | ast.Attribute)
                }
            case _:
                continue
    return changed


def _short_loop(text: str) -> str:
    return text if len(text) <= _LONG_LOOP else text[: _LONG_LOOP - 1] + "…"


_TIMEOUT = "Timeout ("
_FATAL = "Fatal Python error: "
_DUMP = re.compile(
    r"Timeout \([\d:.]+\)!\n"
    r"(?:(?:Current t|T)hread 0x.*\n(?:  .*(?:\n|$))*(?:\n(?=Thread|Current))?)*"
)
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
_SIGNALS = {6: "it aborted", 9: "it was killed", 11: "it crashed (segmentation fault)"}


@dataclass(frozen=True)
class Death:
    """Why a worker ended during a check: ``kind``, and the learner's lines where they are known.

    ``limits`` are the seconds that a hang was given, try by try.
    """

    kind: str
    line: int | None = None
    detail: str = ""
    trace: Trace = ()
    limits: tuple[float, ...] = ()

    def words(self, exercise: str) -> str:
        """What happened, said of the exercise under test."""
        match self.kind:
            case "timeout":
                first, *more = (f"{limit:.3g} s" for limit in self.limits or (0.0,))
                again = f"\nTried once more, it had {more[0]}." if more else ""
                return f"{exercise} did not come back within {first}{again}"
            case "flood":
                return f"{exercise} printed more than 1 MiB"
            case "memory":
                return f"{exercise} used more than 1 GiB of memory"
            case "corrupt":
                return f"{exercise} disturbed the channel that carries the results"
            case _:
                return f"{exercise} ended the test's process: {self.detail}"

    def at_import(self, name: str) -> str:
        """The same, said of the file while it was imported."""
        where = f" on line {self.line}" if self.line else ""
        match self.kind:
            case "timeout":
                stood = f": it was{where}" if where else ""
                first, *more = (f"{limit:.3g} s" for limit in self.limits or (0.0,))
                again = f", and {more[0]} when tried once more" if more else ""
                return f"{name} did not finish importing in time{stood}.\nIt had {first}{again}."
            case "flood":
                return f"{name} printed more than 1 MiB while it was imported."
            case "corrupt":
                return f"{name} disturbed the test's own channel while imported."
            case _:
                return f"{name} ended the process{where} while imported: {self.detail}."


def failed_import(name: str, error: Raised, remark: str) -> tuple[str, int | None, Trace]:
    """What happened where the file itself raised while it was imported; with the lines.

    ``remark`` is what else there is to say of it.
    """
    where, place = f"line {error.line}" if error.line else "", (error.line, error.trace)
    if error.type == "SystemExit":
        on = where and f" on {where}"
        return f"{name} ends the program{on}, before it can be tested.{remark}", *place
    at = where and f" at {where}"
    return f"{name} fails{at}, while Python imports it: {words(error)}{remark}", *place


def autopsy(output: str, path: str, exit_code: int) -> Death:
    """Why the worker ended, from the end of its output and its exit code."""
    if hang := hang_in(output, path):
        return hang
    trace: Trace = ()
    if (start := output.rfind(_FATAL)) >= 0:
        trace = trace_in_dump(output[start:], path)
        overflow = "stack overflow" in output[start : start + 200].lower()
        if overflow or cycle_of(trace):
            return _death("crash", trace, "the stack overflowed")
    if exit_code == CHANNEL_LOST:
        return _death("corrupt", trace)
    if exit_code > SIGNALLED or exit_code < 0:
        number = abs(exit_code) % SIGNALLED
        return _death("crash", trace, _SIGNALS.get(number, f"signal {number}"))
    return _death("exit", trace, f"it exited with code {exit_code}")


def hang_in(output: str, path: str) -> Death | None:
    """Where the code stood when its time was up, if it was."""
    start = output.rfind(_TIMEOUT)
    return _death("timeout", trace_in_dump(output[start:], path)) if start >= 0 else None


def _death(kind: str, trace: Trace, detail: str = "") -> Death:
    return Death(kind, trace[-1].line if trace else None, detail, trace)


def printed_by_check(output: str, mark: str) -> dict[str, str]:
    """The output cut at the marks: for each check that printed, its text without our dumps."""
    printed: dict[str, str] = {}
    for piece in output.split(f"\n{mark}")[1:]:
        check_id, _, text = piece.partition("\n")
        text = _DUMP.sub("", text).partition(_FATAL)[0]
        if text.strip():
            printed[check_id] = text
    return printed


def tidy(text: str, lines: int = 4, width: int = 200) -> str:
    """Printed text for a report: control characters out, cut to a few lines."""
    text = _ESCAPES.sub("", text).expandtabs(4)
    clean = "".join(c for c in text if c == "\n" or c.isprintable())
    kept = [line[:width].rstrip() for line in clean.strip("\n").split("\n")]
    if len(kept) > lines + 1:
        return "\n".join([*kept[:lines], f"… and {len(kept) - lines} more lines"])
    return "\n".join(kept)
