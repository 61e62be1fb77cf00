"""Work that is killed at each of its steps, to see what is left."""

import os
import subprocess
import sys

import pytest

KILL = """
import os, signal, sys
from pathlib import Path

{work}

at = count = 0

def step(*_):
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)

def watched(function):
    def call(*arguments, **named):
        result = function(*arguments, **named)
        step()
        return result
    return call

EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.chown", "fcntl.flock")
for at in range(1, 200):
    folder = Path(sys.argv[1]) / f"{{at:03}}"
    folder.mkdir()
    begin(folder)
    child = os.fork()
    if child == 0:
        for name in ("fsync", "replace", "unlink", "close"):
            setattr(os, name, watched(getattr(os, name)))
        sys.addaudithook(lambda event, _: step() if event in EVENTS else None)
        work(folder)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != -signal.SIGKILL:
        sys.exit(code)
"""


@pytest.fixture
def killed_at_each_step(tmp_path):
    """Runs Python code that has ``begin(folder)``, and ``work(folder)`` once for each of its steps.

    The folders in which it was killed at one of them, and last the one in which it came to its end.
    """
    if not hasattr(os, "fork"):
        pytest.skip("a process cannot be forked here")

    def run(code):
        script = KILL.format(work=code)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script, tmp_path], capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode()
        folders = sorted(path for path in tmp_path.iterdir() if path.name.isdigit())
        assert len(folders) > 15
        return folders

    return run
