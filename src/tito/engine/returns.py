"""The line at which a learner's method came back, seen while it runs: it may have many returns."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from sys import setprofile
from types import FrameType
from typing import Any


@contextmanager
def lines_of_return(path: str, name: str) -> Generator[list[Any]]:
    """The line of the last return of a method that the file at ``path`` holds; none so far: [].

    ``name`` is a qualified one, ``Linear.forward``. The list changes as the method returns.
    """
    line: list[int] = []

    def watch(frame: FrameType, event: str, _result: object) -> None:
        code = frame.f_code
        if event == "return" and code.co_filename == path and code.co_qualname == name:
            line[:] = [frame.f_lineno]

    setprofile(watch)
    try:
        yield line
    finally:
        setprofile(None)
