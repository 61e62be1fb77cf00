"""What a worker left behind: why it died, where it stood, and what the learner's code printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tito.engine.crash import Trace, cycle_of, trace_in_dump
from tito.engine.guard import CHANNEL_LOST, SIGNALLED
from tito.engine.seen import Raised, words

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

    def at_import(self, name: str) -> tuple[str, int | None, Trace, str]:
        """The same, said of the file while it was imported; with the lines, and the kind."""
        return self._at_import(name), self.line, self.trace, self.kind

    def _at_import(self, name: str) -> str:
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
    where = f" on line {error.line}" if error.line else ""
    place = error.line, error.trace
    if error.type == "SystemExit":
        return f"{name} ends the program{where}, before it can be tested.{remark}", *place
    place_words = f" at line {error.line}" if error.line else ""
    return f"{name} fails{place_words}, while Python imports it: {words(error)}{remark}", *place


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
