"""Small reports, as the engine would make them, and a learner's folder."""

import hashlib
import time

import pytest

from tests.warm import Warm
from tito.engine.report import CheckResult, Report
from tito.learner import find_workspace
from tito.learner.keeping import keep_text
from tito.lesson.model import load_lesson


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


@pytest.fixture
def begun(learner):
    """A folder in which the lesson has been begun, as `tito start layers` does it."""
    lesson, workspace = load_lesson("layers"), find_workspace()
    workspace.begin(lesson)
    path = workspace.file(lesson.filename)
    assert keep_text(path, path.read_bytes()) is None
    return learner / "my-tinytorch"


@pytest.fixture(scope="session")
def warm():
    """The process from which commands are forked."""
    warm = Warm()
    yield warm
    warm.end()


@pytest.fixture
def tito(warm):
    """Runs a command in a process of its own."""
    return warm.run
