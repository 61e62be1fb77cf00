"""What a worker left behind: why it died, where it stood, and what the learner's code printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tito.engine.guard import CHANNEL_LOST, SIGNALLED
from tito.engine.seen import Raised, words

_TIMEOUT = "Timeout ("
_FATAL = "Fatal Python error: "
_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<name>.*)$', re.MULTILINE)
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
_SIGNALS = {6: "it aborted", 9: "it was killed", 11: "it crashed (segmentation fault)"}


@dataclass(frozen=True)
class Death:
    """Why a worker ended during a check: ``kind`` and, where it is known, the learner's line."""

    kind: str
    line: int | None = None
    detail: str = ""

    def words(self, exercise: str, limit_s: float) -> str:
        """What happened, said of the exercise under test."""
        match self.kind:
            case "timeout":
                return f"{exercise} did not come back within {limit_s:g} s"
            case "flood":
                return f"{exercise} printed more than 1 MiB"
            case "memory":
                return f"{exercise} used more than 1 GiB of memory"
            case "corrupt":
                return f"{exercise} disturbed the channel that carries the results"
            case _:
                return f"{exercise} ended the test's process: {self.detail}"

    def at_import(self, name: str) -> tuple[str, int | None]:
        """The same, said of the file while it was imported; with the line."""
        where = f" in line {self.line}" if self.line else ""
        match self.kind:
            case "timeout":
                stood = f": it stood{where}" if where else ""
                return f"{name} did not finish importing in time{stood}.", self.line
            case "flood":
                return f"{name} printed more than 1 MiB while it was imported.", self.line
            case "corrupt":
                return f"{name} disturbed the test's own channel while imported.", self.line
            case _:
                return f"{name} ended the process{where} when imported: {self.detail}.", self.line


def failed_import(name: str, error: Raised) -> tuple[str, int | None]:
    """What happened where the file itself raised while it was imported; with the line."""
    where = f" in line {error.line}" if error.line else ""
    if error.type == "SystemExit":
        return f"{name} ends the program{where}, before it can be tested.", error.line
    return f"{name} fails when it is imported{where}: {words(error)}", error.line


def autopsy(output: str, path: str, exit_code: int) -> Death:
    """Why the worker ended, from the end of its output and its exit code."""
    if (start := output.rfind(_TIMEOUT)) >= 0:
        return Death("timeout", _line(output[start:], path))
    line = None
    if (start := output.rfind(_FATAL)) >= 0:
        line = _line(output[start:], path)
        if "stack overflow" in output[start : start + 200].lower():
            return Death("crash", line, "the stack overflowed")
    if exit_code == CHANNEL_LOST:
        return Death("corrupt", line)
    if exit_code > SIGNALLED or exit_code < 0:
        number = abs(exit_code) % SIGNALLED
        return Death("crash", line, _SIGNALS.get(number, f"signal {number}"))
    return Death("crash", line, f"it exited with code {exit_code}")


def _line(dump: str, path: str) -> int | None:
    """The innermost line of the learner's file in faulthandler's words (ASCII, escaped)."""
    escaped = path.encode("ascii", "backslashreplace").decode()
    for frame in _FRAME.finditer(dump):
        if frame["file"] == escaped:
            return int(frame["line"])
    return None


def printed_by_check(output: str, mark: str) -> dict[str, str]:
    """The output cut at the marks: for each check that printed, its text without our dumps."""
    printed: dict[str, str] = {}
    for piece in output.split(f"\n{mark}")[1:]:
        check_id, _, text = piece.partition("\n")
        for ours in (_TIMEOUT, _FATAL):
            text = text.partition(ours)[0]
        if text.strip():
            printed[check_id] = text
    return printed


def tidy(text: str, lines: int = 4, width: int = 200) -> str:
    """Printed text for a report: control characters out, cut to a few lines."""
    text = _ESCAPES.sub("", text).expandtabs(4)
    clean = "".join(c for c in text if c == "\n" or c.isprintable())
    kept = [line[:width].rstrip() for line in clean.strip("\n").split("\n")]
    if len(kept) > lines:
        return "\n".join([*kept[:lines], f"… and {len(kept) - lines} more lines"])
    return "\n".join(kept)
