"""Which lines of a learner's method ran, and at which it came back: it may have many returns."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from sys import settrace
from types import FrameType
from typing import Any


@contextmanager
def lines_of_return(path: str, name: str) -> Generator[list[Any]]:
    """The line of the last return of a method in the file at ``path``, then the lines that ran.

    ``name`` is a qualified one, ``Linear.forward``. The list changes as the method runs; the line
    of its return is 0 until it came back, and there is none where the method never ran.
    """
    seen: list[int] = []
    ran: set[int] = set()

    def of_method(frame: FrameType, event: str, _result: object) -> Any:
        line = frame.f_lineno
        if event == "return":
            seen[:] = [line, *seen[1:]]
        elif line not in ran and event == "line":
            ran.add(line)
            seen.append(line)
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
