"""Small reports, as the engine would make them, and a learner's folder."""

import hashlib
import os
import shutil
import subprocess
import sys
import time

import pytest

from tito.engine.report import CheckResult, Report
from tito.learner.folder import remember
from tito.learner.versions import Versions


def check(exercise="Linear.forward", status="failed", **fields):
    if status == "failed":
        fields = {
            "tried": "layer(x)",
            "given": {"x": "Tensor [[1, 2]]"},
            "expected": "Tensor [[5]]",
            "got": "Tensor [[3]]",
            **fields,
        }
    return CheckResult(exercise, fields.pop("name", "adds the bias"), status, **fields)


@pytest.fixture
def make_check():
    return check


@pytest.fixture
def make_report(tmp_path):
    """A report on a file of two lines, with these checks."""

    def make(*checks, **fields):
        path = tmp_path / "layers_dev.py"
        content = b"class Linear:\n    return x @ self.weight\n"
        path.write_bytes(content)
        known = {
            "module": "layers",
            "file": str(path),
            "sha256": hashlib.sha256(content).hexdigest(),
            "saved_at": time.time(),
            "seed": 1234,
            "checks": list(checks),
            "content": content,
        }
        return Report(**{**known, **fields})

    return make


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """An empty folder to stand in, as far as tito is concerned outside of any project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TITO_COMMAND", raising=False)
    return tmp_path


def run_tito(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "tito.cli", *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="strict",
    )


@pytest.fixture(scope="session")
def begun_once(tmp_path_factory):
    """What `tito start` writes, once for all tests."""
    folder = tmp_path_factory.mktemp("begun")
    done = subprocess.run([sys.executable, "-m", "tito.cli", "start", "layers"], cwd=folder)
    assert done.returncode == 0
    return folder / "my-tinytorch"


@pytest.fixture
def begun(learner, begun_once):
    """A folder in which the lesson has been begun."""
    folder = learner / "my-tinytorch"
    own = shutil.ignore_patterns("versions")  # these are as old as the first test
    shutil.copytree(begun_once, folder, ignore=own, copy_function=shutil.copyfile)
    Versions(folder).keep("layers_dev.py", (folder / "layers_dev.py").read_bytes())
    remember(folder)
    return folder


@pytest.fixture
def tito():
    """Runs a command in a process of its own."""
    return run_tito
