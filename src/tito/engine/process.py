"""The judge's hold on a worker: start it, talk to it, and end it with all that it started."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from typing import IO, Any, cast

from tito.engine import seam
from tito.engine.seam import MARK, processes_marked

OUTPUT_LIMIT = 1 << 20
_PATIENCE_S = 1.5  # how long a guard may take to clean up
_CTRL_C_S = 0.25  # how long Windows keeps Ctrl-C waiting
_AHEAD = 4  # messages that wait unread; more would fill the judge's memory
_START = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"


class Worker:
    """A worker process, whose messages arrive with a time limit.

    OSError where the system refuses another process or thread.
    """

    def __init__(
        self,
        mark: str,
        module: str = "tito.engine.worker",
        threads: int | None = 1,
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.started = time.monotonic()
        self.mark = mark
        self.process = process or _start(mark, module, threads)
        self.output = bytearray()
        self.flooded = False
        self.busy = False  # whether it was ever given something to do
        self._messages: queue.Queue[seam.Message | None] = queue.Queue(_AHEAD)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._drain = threading.Thread(target=self._read_output, daemon=True)
        try:
            self._listener.start()
            self._drain.start()
        except RuntimeError as error:
            self._kill_group()
            raise OSError(*error.args) from error

    def anew(self) -> Worker:
        """Another one for the same run."""
        return Worker(self.mark)

    @property
    def exit_code(self) -> int:
        """How its process ended, once it has."""
        return self.process.returncode

    def now(self) -> float:
        """What the clock says by which it is waited for."""
        return time.monotonic()

    def rest(self, seconds: float) -> None:
        """Let so much time go by."""
        time.sleep(seconds)

    def send(self, message: seam.Message) -> None:
        """Give the worker something to do; a worker that is gone is noticed on receiving."""
        self.busy = True
        self._write(message)

    def prepare(self, lesson: str) -> None:
        """Let it load what that lesson needs, before there is anything to do."""
        self._write({"do": "prepare", "lesson": lesson})

    def receive(self, deadline: float) -> seam.Message | None:
        """The next message, or None if the worker ended. TimeoutError past the deadline."""
        while (patience := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                return self._messages.get(timeout=min(patience, _CTRL_C_S))
        raise TimeoutError

    def left_by_itself(self, patience_s: float = 0.3) -> bool:
        """Whether the process has ended, and did not only close its channel."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._wait(patience_s)
        return self.process.returncode is not None

    def end(self) -> str:
        """End the worker and everything it started; return all it printed."""
        with contextlib.suppress(OSError):
            cast("IO[bytes]", self.process.stdin).close()
        if sys.platform.startswith("linux"):
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)
        else:
            self._kill_group()
        try:
            self._wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._kill_group()
            self.process.wait()
        if self.process.returncode < 0 and sys.platform.startswith("linux"):
            self._kill_leftovers()
        self._drain.join(timeout=0.5)
        self._let_listener_end()
        return self.output.decode("utf-8", errors="replace")

    def _write(self, message: seam.Message) -> None:
        pipe = cast("IO[bytes]", self.process.stdin)
        with contextlib.suppress(OSError):
            pipe.write(seam.encode(message))
            pipe.flush()

    def _wait(self, patience_s: float) -> None:
        """Wait for the process to end; on Linux without the pauses of Popen.wait's polling."""
        give_up = time.monotonic() + patience_s
        if sys.platform == "linux" and hasattr(os, "pidfd_open") and self.process.poll() is None:
            with contextlib.suppress(OSError):
                descriptor = os.pidfd_open(self.process.pid)
                try:
                    poll = select.poll()
                    poll.register(descriptor, select.POLLIN)
                    poll.poll(patience_s * 1000)
                finally:
                    os.close(descriptor)
        self.process.wait(timeout=max(give_up - time.monotonic(), 0))

    def _let_listener_end(self) -> None:
        """Take what it still holds, so that it comes to the end of the pipe."""
        give_up = time.monotonic() + 0.5
        while self._listener.is_alive() and time.monotonic() < give_up:
            with contextlib.suppress(queue.Empty):
                self._messages.get(timeout=0.01)

    def _kill_group(self) -> None:
        if sys.platform == "win32":
            self.process.kill()
            return
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _kill_leftovers(self) -> None:
        """The guard itself was killed: find what it guarded by the mark in its environment."""
        for _ in range(20):
            left = processes_marked(self.mark)
            if not left:
                return
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def _listen(self) -> None:
        stream = cast("IO[bytes]", self.process.stdout)
        try:
            while (message := seam.read(cast("Any", stream))) is not None:
                self._messages.put(message)
        except (seam.CorruptFrame, OSError):
            self._messages.put({"is": "corrupt"})
        self._messages.put(None)
        stream.close()

    def _read_output(self) -> None:
        stream = cast("IO[bytes]", self.process.stderr)
        while chunk := os.read(stream.fileno(), 1 << 16):
            if len(self.output) < OUTPUT_LIMIT:
                self.output += chunk
                continue
            self.flooded = True
            self.process.terminate()
        stream.close()


def _start(mark: str, module: str, threads: int | None) -> subprocess.Popen[bytes]:
    path = [entry for entry in sys.path if entry and os.path.isabs(entry)]
    return subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", _START.format(path=path, module=module)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(mark, threads),
        start_new_session=True,
    )


def _environment(mark: str, threads: int | None) -> dict[str, str]:
    """The person's own; ``threads`` are NumPy's, None where they stay as they are."""
    names = "OPENBLAS_NUM_THREADS OMP_NUM_THREADS MKL_NUM_THREADS VECLIB_MAXIMUM_THREADS"
    set_to = {} if threads is None else dict.fromkeys(names.split(), str(threads))
    return {**os.environ, **set_to, MARK: mark, "PYTHONHASHSEED": "0"}


def start_worker(lesson: str | None = None) -> Worker | None:
    """A worker that loads NumPy while the judge does: start it before anything else.

    What the ``lesson`` needs it loads too, once it is told. None where the system refuses another
    process.
    """
    try:
        worker = Worker(os.urandom(16).hex())
    except OSError:
        return None
    if lesson:
        worker.prepare(lesson)
    return worker
