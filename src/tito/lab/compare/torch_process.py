"""Our hold on PyTorch's process: started early, asked, and ended; without PyTorch, what to do."""

from __future__ import annotations

import os
import platform
import sys
import time
from typing import Any, Self

from tito.engine.process import Worker

#: Where PyTorch's builds without a graphics card are: 200 MB in place of gigabytes.
CPU_BUILDS = "https://download.pytorch.org/whl/cpu"
_IMPORT_S, _ANSWER_S = 120.0, 300.0


class NoTorch(Exception):
    """PyTorch cannot be had here; the message says why, and what to type."""


class TorchFailed(Exception):
    """PyTorch was there and did not answer; the message says what it said."""


class TorchProcess:
    """A process that has PyTorch, from the start of a ``with`` block to its end."""

    def __init__(self, threads: int) -> None:
        """Start it; it imports PyTorch while we go on."""
        try:
            self.worker = Worker(
                os.urandom(16).hex(), module="tito.lab.compare.torch_side", threads=threads
            )
        except OSError as error:
            raise TorchFailed(
                "PyTorch runs in a process of its own, and the system refuses to start one. "
                "Close other programs and try again."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.worker.end()

    def version(self) -> str:
        """Which PyTorch it is. NoTorch where there is none, or it cannot be imported."""
        try:
            hello = self.worker.receive(time.monotonic() + _IMPORT_S)
        except TimeoutError:
            raise NoTorch(_broken(f"its import took more than {_IMPORT_S:g} s")) from None
        if hello is None or hello["is"] == "corrupt":
            raise NoTorch(_broken("importing it ended the process"))
        if hello["is"] == "missing":
            raise NoTorch(_missing())
        if hello["is"] == "broken":
            raise NoTorch(_broken(hello["text"]))
        return hello["version"]

    def ask(self, do: str, **arguments: Any) -> Any:
        """What it answers. TorchFailed where it does not."""
        self.worker.send({"do": do, **arguments})
        try:
            answer = self.worker.receive(time.monotonic() + _ANSWER_S)
        except TimeoutError:
            raise TorchFailed(f"PyTorch did not answer within {_ANSWER_S:g} s.") from None
        if answer is None or answer["is"] == "corrupt":
            raise TorchFailed(
                "PyTorch's process ended before it answered; most often memory has run out. "
                "Try a smaller network or batch."
            )
        if answer["is"] == "failed":
            raise TorchFailed(answer["text"])
        return answer["result"]


def install_line() -> str:
    """What to type for the small build, into this very Python."""
    import shlex

    return f"{shlex.quote(sys.executable)} -m pip install torch --index-url {CPU_BUILDS}"


def _missing() -> str:
    return (
        "PyTorch is not installed, and this compares with it. The build for processors alone is "
        f"the small one; this gets it:\n\n    {install_line()}\n\n{_python()}"
    )


def _broken(why: str) -> str:
    return (
        f"PyTorch is installed, and it cannot be used: {why}\nTo install it anew, in the small "
        f"build:\n\n    {install_line()} --force-reinstall\n\n{_python()}"
    )


def _python() -> str:
    return f"This Python is {platform.python_version()}, at {sys.executable}"
