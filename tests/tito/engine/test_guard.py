"""No process is left behind, whatever ends: the worker, the judge, its thread, or the guard."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from tito.engine import examine, start_worker
from tito.engine.seam import processes_marked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the guard needs Linux")

DAEMON = """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.execve("/bin/sleep", ["sleep", "300"], {})
    os._exit(0)
time.sleep(0.2)
"""
JUDGE = """
import sys
from pathlib import Path
from tito.engine import examine, start_worker
worker = start_worker()
print(worker.mark, flush=True)
examine("layers", Path(sys.argv[1]), worker=worker)
"""


def soon_gone(mark, patience_s=5.0):
    """Whether no process with the mark is left, or soon none is."""
    give_up = time.monotonic() + patience_s
    while processes_marked(mark) and time.monotonic() < give_up:
        time.sleep(0.02)
    return not processes_marked(mark)


@pytest.mark.parametrize(
    "then",
    ["", "os.kill(os.getppid(), 9)", "os.kill(os.getppid(), signal.SIGSTOP)", "os.kill(0, 9)"],
    ids=["ends", "kills the guard", "stops the guard", "kills its group"],
)
def test_a_daemon_without_environment_is_found(tmp_path, then):
    """A learner's machine must not fill with processes, even if the guard is attacked."""
    path = tmp_path / "layers_dev.py"
    path.write_text(DAEMON + then)
    worker = start_worker()
    report = examine("layers", path, worker=worker)
    assert not report.ok
    assert processes_marked(worker.mark) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_outlives_a_killed_judge(tmp_path, how):
    """Ctrl-C, or a closed terminal, must end the learner's code too."""
    path = tmp_path / "layers_dev.py"
    path.write_text(DAEMON + f"open({str(tmp_path / 'up')!r}, 'w')\nwhile True: pass")
    judge = subprocess.Popen(
        [sys.executable, "-c", JUDGE, path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    mark = judge.stdout.readline().strip()
    while not (tmp_path / "up").exists():
        time.sleep(0.02)
    assert processes_marked(mark)
    judge.send_signal(how)
    judge.communicate()
    assert soon_gone(mark)


def test_a_worker_outlives_the_thread_that_started_it(tmp_path):
    """In a notebook or a server, a spare worker is started in a thread that then ends."""
    started = []
    thread = threading.Thread(target=lambda: started.append(start_worker()))
    thread.start()
    thread.join()
    (tmp_path / "layers_dev.py").write_text("class Layer: pass")
    report = examine("layers", tmp_path / "layers_dev.py", worker=started[0])
    assert "no class `Linear`" in report.error
