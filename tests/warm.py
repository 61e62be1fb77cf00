"""Commands as a person types them, quickly: each is a process forked from one that is warm.

A fork has its own folder, environment, streams and exit code, and all of what tito imports already;
what a cold start does is tested where that is the question. Run as a program, this is the process
that waits and forks.
"""

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

#: As Python opens them in its UTF-8 mode.
STREAMS = ((0, "r", "surrogateescape"), (1, "w", "surrogateescape"), (2, "w", "backslashreplace"))
ENCODING = "PYTHONIOENCODING"
COLD = [sys.executable, "-m", "tito.cli"]


class Warm:
    """Runs commands; the waiting process is started with the first of them."""

    def __init__(self):
        self.process = None

    def run(self, *arguments, given=b"", cwd=None, **environment):
        """What became of a command, as `subprocess.run` tells it, with text."""
        words = list(map(str, arguments))
        env = {**os.environ, **environment}
        odd = [name for name in environment if name.startswith("PYTHON") and name != ENCODING]
        if os.name == "nt" or odd:
            done = subprocess.run(
                [*COLD, *words], input=given, env=env, cwd=cwd, capture_output=True
            )
            return _as_text(done.args, done.returncode, done.stdout, done.stderr)
        with tempfile.TemporaryDirectory(prefix="tito-warm-") as folder:
            streams = [Path(folder, name) for name in ("in", "out", "err")]
            streams[0].write_bytes(given)
            code = self._ask(words, str(cwd or Path.cwd()), env, [str(each) for each in streams])
            told = (each.read_bytes() for each in streams[1:])
            return _as_text(words, code, *told, encoding=environment.get(ENCODING, "utf-8"))

    def _ask(self, *job):
        if self.process is None:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self.process = subprocess.Popen([sys.executable, __file__], text=True, **pipes)
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        """The waiting process goes."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()


def _as_text(arguments, code, *streams, encoding="utf-8"):
    out, err = (stream.decode(encoding, "surrogateescape") for stream in streams)
    return subprocess.CompletedProcess(arguments, code, out, err)


def wait():
    """Fork for each command that is asked for, and answer with its exit code."""
    from tito.cli.commands import COMMANDS
    from tito.lesson.model import lesson_names, load_lesson

    importlib.import_module("tito.engine")
    for name in COMMANDS:
        importlib.import_module(f"tito.cli.{name}")
    for name in lesson_names():
        _ = load_lesson(name).misconceptions
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            os._exit(become(*json.loads(line)))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def become(words, cwd, environment, streams):
    """Be that command, as if Python had just been started for it; the exit code."""
    for descriptor, path in enumerate(streams):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    encoding = environment.get(ENCODING, "utf-8")
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(open(place, mode + "b", closefd=False), encoding, errors=errors)  # noqa: SIM115
        for place, mode, errors in STREAMS
    )
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.argv, sys.path[0] = ["tito", *words], cwd
    from tito.cli import main

    code = 0
    try:
        main()
    except SystemExit as left:
        code = left.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    return code


if __name__ == "__main__":
    wait()
