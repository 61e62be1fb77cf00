"""Workers for many files: forked from a process that has loaded NumPy and the lesson once.

A worker of its own begins with Python and NumPy, which takes longer than the checks do.
What is forked is the same `tito.engine.worker`, behind the same guard. Elsewhere than on Linux, and
for whatever a run starts anew, it is the usual one.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import random
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from functools import cache
from typing import IO, cast

import numpy as np

from tito.engine import seam, worker
from tito.engine.process import Worker, start_worker

_NAME = "tito.engine.worker"
_LONGEST = 1 << 12  # bytes of a mark, and more
_PR_SET_PDEATHSIG = 1


class Forked:
    """A process that somebody else forked, with what a judge asks of `subprocess.Popen`."""

    def __init__(self, pid: int, status: IO[bytes], pipes: tuple[int, int, int]) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin = os.fdopen(pipes[0], "wb")
        self.stdout, self.stderr = os.fdopen(pipes[1], "rb"), os.fdopen(pipes[2], "rb")
        self._status = status

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. TimeoutExpired as `Popen.wait` does."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(_NAME, timeout or 0.0)
            self.returncode = int(self._status.read() or signal.SIGKILL)
            self._status.close()
        return self.returncode

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        """Send it, unless the process has ended."""
        with suppress(ProcessLookupError):  # gone, and nobody has read its exit code yet
            if self.poll() is None:
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def warm_worker(lesson: str) -> Worker | None:
    """A worker for one file of the lesson; None where the system refuses another process."""
    if not sys.platform.startswith("linux"):
        return start_worker(lesson)
    mark = os.urandom(16).hex()
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()
    ours_printed, theirs_printed = os.pipe()
    ours_status, theirs_status = os.pipe()
    given = [theirs_in, theirs_out, theirs_printed, theirs_status]
    socket.send_fds(_nursery(lesson, os.getpid()), [mark.encode()], given)
    for descriptor in given:
        os.close(descriptor)
    status = os.fdopen(ours_status, "rb", 0)
    pid = int(status.readline())
    forked = Forked(pid, status, (ours_in, ours_out, ours_printed))
    return Worker(mark, process=cast("subprocess.Popen[bytes]", forked))


@cache
def _nursery(lesson: str, _owner: int) -> socket.socket:
    """The process that forks, and ends when ``_owner`` does: a fork of ours has its own."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    code = f"import sys; sys.path[:] = {sys.path!r}; from proof.warm import fork_on_demand as go; "
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", f"{code}go({theirs.fileno()}, {lesson!r})"],
        pass_fds=[theirs.fileno()],
        env={**environment, "PYTHONHASHSEED": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # as a worker's are, which cannot be wound back
        stderr=subprocess.STDOUT,
    )

    def end() -> None:
        ours.close()
        process.communicate()

    atexit.register(end)
    theirs.close()
    return ours


def fork_on_demand(descriptor: int, lesson: str) -> None:
    """In the process that forks: a worker for each mark that comes, until there are no more."""
    worker.load_tools()
    worker.preload(lesson)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    asked = socket.socket(fileno=descriptor)
    while True:
        mark, given, *_ = socket.recv_fds(asked, _LONGEST, 4)
        if not mark:
            os._exit(0)
        if os.fork() == 0:
            asked.close()
            os.environ[seam.MARK] = mark.decode()
            _fork_and_wait(*given)
        for each in given:
            os.close(each)


def _fork_and_wait(jobs: int, answers: int, output: int, status: int) -> None:
    """Fork the worker, say its number, and when it has ended its exit code."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(status)
        os.setsid()
        for place, given in enumerate((jobs, answers, output)):
            os.dup2(given, place)
            os.close(given)
        random.seed()
        np.random.seed()
        worker.main()
    for descriptor in (jobs, answers, output, 1, 2):
        os.close(descriptor)
    os.write(status, f"{pid}\n".encode())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(status, str(code).encode())
    os._exit(0)
