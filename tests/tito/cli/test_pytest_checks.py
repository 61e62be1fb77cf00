"""The checks as pytest tests in the learner's folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tito.learner import find_workspace
from tito.lesson.model import load_lesson

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"


@pytest.fixture
def folder(learner):
    workspace = find_workspace()
    workspace.begin(load_lesson("layers"))
    return workspace.folder


def run_pytest(folder, *arguments):
    command = [sys.executable, "-m", "pytest", "tests/", "-k", "layers", *arguments]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_a_right_file_passes_with_a_test_for_each_check(folder):
    """Lost otherwise: the page's own command says something else than tito test."""
    (folder / "layers_dev.py").write_bytes(RIGHT.read_bytes())
    result = run_pytest(folder, "-v")
    assert result.returncode == 0, result.stdout
    assert "test_layers[Linear.forward: adds the bias to every row] PASSED" in result.stdout
    assert f"{len(load_lesson('layers').checks)} passed" in result.stdout
    assert f"rootdir: {folder}" in result.stdout


def test_an_untouched_stub_fails_in_every_test(folder):
    """Lost otherwise: a learner is told that what they have not written is right."""
    result = run_pytest(folder)
    assert result.returncode == 1
    assert f"{len(load_lesson('layers').checks)} failed" in result.stdout
    assert "passed" not in result.stdout
    assert "to write   Linear.forward" in result.stdout
    assert "Traceback" not in result.stdout
    assert "pytest_checks.py" not in result.stdout


def test_a_file_that_cannot_be_used_fails_every_test_with_the_reason(folder):
    """Lost otherwise: a syntax error is shown as a traceback of ours, or as no tests at all."""
    (folder / "layers_dev.py").write_text("class Layer(:\n")
    result = run_pytest(folder)
    assert result.returncode == 1
    assert f"{len(load_lesson('layers').checks)} failed" in result.stdout
    assert "syntax error on line 1" in result.stdout
    assert "pytest_checks.py" not in result.stdout


def test_a_failure_shows_what_was_expected_and_what_came(folder):
    """Lost otherwise: `Failed` alone, which helps nobody."""
    text = RIGHT.read_text().replace("output = output + self.bias", "output = output - self.bias")
    (folder / "layers_dev.py").write_text(text)
    result = run_pytest(folder, "-k", "adds and bias and Linear.forward")
    assert "\nexpected   " in result.stdout
    assert "\ngot        " in result.stdout


def test_the_project_s_own_tests_say_what_they_test():
    """Lost otherwise: in the clone the same command seems to test the learner's file."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-v", "tests/tito"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert "they test the reference, never a learner's file" in result.stdout
