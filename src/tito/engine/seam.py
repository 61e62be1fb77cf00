"""A small process between judge and worker (Linux): when the worker ends, nothing of it is left.

It is a subreaper, so whatever the learner's code started comes to it, however it was detached.
The judge ends a run by SIGTERM to the guard; if the judge dies, the guard ends the run too.
Should the guard itself be killed, a mark that children inherit tells what it guarded.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import struct
import sys
import time
import zlib
from typing import Any, BinaryIO, Protocol, cast

SIGNALLED = 128  # an exit code above it means: ended by the signal of that number less 128
MARK = "TITO_RUN"  # the variable that tells a run's processes by their environment
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
    judge, me = os.getppid(), os.getpid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _wear(os.environ.get(MARK, ""))
    worker = os.fork()
    if worker == 0:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != me:
            os._exit(CHANNEL_LOST)
        os.setsid()  # what it does to its group must not reach the guard
        return
    _listen_for_the_end(worker, judge)
    prctl(_PR_SET_PDEATHSIG, signal.SIGUSR1, 0, 0, 0)
    os.kill(me, signal.SIGUSR1)  # the judge may have died before
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    status = _wait_for(worker)
    with contextlib.suppress(OSError):
        os.killpg(worker, signal.SIGKILL)
    _end_all_children()
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else SIGNALLED - code)


def _listen_for_the_end(worker: int, judge: int) -> None:
    """SIGTERM: the judge asks. SIGUSR1: the judge, or only the thread that started us, ended."""

    def end(number: int, _frame: object) -> None:
        if number == signal.SIGTERM or os.getppid() != judge:
            _kill(worker)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGUSR1, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGUSR1})


def _wait_for(worker: int) -> int:
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == worker:
            return status


def _end_all_children(patience_s: float = 1.0) -> None:
    """Kill every child; the children of the killed become ours, until there are none."""
    give_up = time.monotonic() + patience_s
    while time.monotonic() < give_up:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        for child in _children():
            _kill(child)
        time.sleep(0.002)


def _children() -> list[int]:
    me = str(os.getpid()).encode()
    return [pid for pid in _processes() if _stat(pid)[1:2] == [me]]


def _processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _stat(pid: int) -> list[bytes]:
    """State (Z for a process that is dead but not yet reaped), parent, and more; [] if gone."""
    return _read(pid, "stat").rpartition(b")")[2].split()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _wear(mark: str) -> None:
    """Put on the mark: a limit on real-time processes, of which there are none here."""
    import resource

    limit = _as_limit(mark)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_RTTIME, (limit, limit))


def _as_limit(mark: str) -> int:
    """The mark as microseconds: years of them."""
    return zlib.crc32(mark.encode()) | 1 << 48


def processes_marked(mark: str) -> list[int]:
    """The processes that a run started and left: by their environment, or by the mark they wear."""
    environment, limit = mark.encode(), f" {_as_limit(mark)} ".encode()
    return [
        pid
        for pid in _processes()
        if pid != os.getpid()
        and (environment in _read(pid, "environ") or limit in _read(pid, "limits"))
        and _stat(pid)[:1] != [b"Z"]
    ]


def _read(pid: int, name: str) -> bytes:
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""


MAX_FRAME = 1 << 22
_HEADER = struct.Struct(">I")

Message = dict[str, Any]


class CorruptFrame(ValueError):
    """Bytes that are no message of ours."""


def body_of(message: Message) -> bytes:
    """A message as JSON. OverflowError where there are more bytes than ``MAX_FRAME``."""
    body = json.dumps(message, separators=(",", ":")).encode()
    if len(body) > MAX_FRAME:
        raise OverflowError(f"a message of {len(body)} bytes is longer than {MAX_FRAME}")
    return body


def encode(message: Message) -> bytes:
    """The bytes of one frame. OverflowError as ``body_of``."""
    body = body_of(message)
    return _HEADER.pack(len(body)) + body


def read(stream: BinaryIO) -> Message | None:
    """The next message of ``stream``; None at its end. CorruptFrame for anything else."""
    header = stream.read(_HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise CorruptFrame("a frame was cut short")
    (length,) = _HEADER.unpack(header)
    if length > MAX_FRAME:
        raise CorruptFrame(f"a frame claims {length} bytes")
    body = stream.read(length)
    if len(body) < length:
        raise CorruptFrame("a frame was cut short")
    try:
        message: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CorruptFrame("a frame is not JSON") from error
    match message:
        case {"is": str()} | {"do": str()}:
            return cast("Message", message)
        case _:
            raise CorruptFrame("a frame is not a message")


class Hired(Protocol):
    """A worker in the conductor's hands, wherever it runs."""

    mark: str
    output: bytearray
    flooded: bool

    @property
    def exit_code(self) -> int:
        """How it ended, once it has."""
        ...

    def now(self) -> float:
        """What the clock says by which it is waited for."""
        ...

    def rest(self, seconds: float) -> None:
        """Let so much time go by."""
        ...

    def anew(self) -> Hired:
        """Another one for the same run. OSError where there is none."""
        ...

    def send(self, message: Message) -> None:
        """Give it something to do."""
        ...

    def receive(self, deadline: float) -> Message | None:
        """The next message, or None if it ended. TimeoutError past the deadline."""
        ...

    def left_by_itself(self) -> bool:
        """Whether it ended, and did not only close its channel."""
        ...

    def end(self) -> str:
        """End it; return all it printed."""
        ...
