"""The judge's hold on a worker: time limits, and systems that refuse a process."""

import subprocess
import time

import pytest

from tito.engine import examine
from tito.engine.process import Worker


def test_a_worker_that_says_nothing_is_given_up():
    """A worker that never answers must not keep a person waiting."""
    worker = Worker("test")
    try:
        assert worker.receive(time.monotonic() + 60) == {"is": "ready"}
        with pytest.raises(TimeoutError):
            worker.receive(time.monotonic() + 0.1)
    finally:
        worker.end()
    assert worker.process.returncode is not None


def test_a_system_that_refuses_a_process_is_said(tmp_path, monkeypatch):
    """At the limit of processes a person needs a sentence, not a traceback."""

    def refuse(*args, **options):
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    (tmp_path / "layers_dev.py").write_text("class Layer: pass")
    report = examine("layers", tmp_path / "layers_dev.py")
    assert not report.ok
    assert "the system refuses" in report.error
