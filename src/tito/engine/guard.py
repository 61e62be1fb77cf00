"""A small process between judge and worker (Linux): when the worker ends, nothing of it is left.

It is a subreaper, so whatever the learner's code started comes to it, however it was detached.
The judge ends a run by SIGTERM to the guard; if the judge dies, the guard ends the run too.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

SIGNALLED = 128  # an exit code above it means: ended by the signal of that number less 128
CHANNEL_LOST = 70  # the worker's exit code when it can no longer talk to the judge
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def stand_guard() -> None:
    """Fork: the child returns and becomes the worker; the parent waits, cleans up, and exits.

    Does nothing where the system has no subreapers. Call it before any thread is started.
    """
    if not sys.platform.startswith("linux"):
        return
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    judge = os.getppid()
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    worker = os.fork()
    if worker == 0:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        return
    signal.signal(signal.SIGTERM, lambda number, frame: _kill(worker))
    prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != judge:
        _kill(worker)
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    status = _wait_for(worker)
    _end_all_children()
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else SIGNALLED - code)


def _wait_for(worker: int) -> int:
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == worker:
            return status


def _end_all_children(patience_s: float = 2.0) -> None:
    """Kill every child; the children of the killed become ours, until there are none."""
    give_up = time.monotonic() + patience_s
    while time.monotonic() < give_up:
        for child in _children():
            _kill(child)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def _children() -> list[int]:
    me = str(os.getpid())
    return [pid for pid in _processes() if _parent(pid) == me]


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _parent(pid: int) -> str | None:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[1]
    except OSError:
        return None


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def processes_marked(mark: str) -> list[int]:
    """The processes whose environment at their start held ``mark``: a run's leftovers."""
    needle = mark.encode()
    return [pid for pid in _processes() if pid != os.getpid() and needle in _environment(pid)]


def _environment(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read()
    except OSError:
        return b""
