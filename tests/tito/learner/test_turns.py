"""Taking turns: one waits for the other, and nobody waits for the dead."""

import errno
import os
import subprocess
import sys
import types

import pytest

import tito.learner.files as learner_files
from tito.learner.files import alone

HOLD = (
    "import sys; from pathlib import Path; from tito.learner.files import alone\n"
    "with alone(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()\n"
)


def holder(path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    return process


def end(process):
    process.kill()
    process.communicate()


def test_who_holds_it_keeps_others_out_until_it_dies(tmp_path, monkeypatch):
    """Lost otherwise: what one of two wrote; or, after one kill, everything from then on."""
    monkeypatch.setattr(learner_files, "PATIENCE_S", 0.05)
    other = holder(tmp_path / "lock")
    try:
        with pytest.raises(OSError, match="another tito"), alone(tmp_path / "lock"):
            pass
    finally:
        end(other)
    monkeypatch.setattr(learner_files, "PATIENCE_S", 5.0)
    with alone(tmp_path / "lock"):
        pass
    with alone(tmp_path / "lock"):
        pass


def test_a_drive_without_locks(tmp_path, monkeypatch):
    """Lost otherwise: on some network drives nothing is ever kept."""
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with alone(tmp_path / "lock"):
        pass


def test_windows(tmp_path, monkeypatch):
    """Lost otherwise: on Windows nothing is kept, because there is no fcntl."""
    calls = []

    def locking(descriptor, mode, count):
        calls.append((mode, count))
        if len(calls) < 3:
            raise PermissionError(errno.EACCES, "locked")

    fake = types.SimpleNamespace(locking=locking, LK_NBLCK=2)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(learner_files, "os", types.SimpleNamespace(**{**vars(os), "name": "nt"}))
    with alone(tmp_path / "lock"):
        pass
    assert calls == [(2, 1)] * 3
