"""``python layers_dev.py``: the verdict of the file on disk, in the page's form."""

import subprocess
import sys
from pathlib import Path

from tito.inline import lines
from tito.learner import stub_of
from tito.learner.folder import FOOTER
from tito.lesson.model import load_lesson
from tito.say.terminal import Screen

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"


def run(path):
    return subprocess.run([sys.executable, path], capture_output=True, text=True)


def test_a_right_file(tmp_path):
    """Lost otherwise: the form that the page shows while developing."""
    path = tmp_path / "layers_dev.py"
    path.write_text(RIGHT.read_text() + FOOTER)
    result = run(path)
    assert result.returncode == 0, result.stdout
    assert "Unit test: Linear.forward\n" in result.stdout
    assert "  passed    adds the bias to every row\n" in result.stdout
    assert "failed" not in result.stdout
    parts = load_lesson("layers").parts
    assert all(f"Progress: {part} " in result.stdout for part in parts)


def test_a_stub_does_not_pass(tmp_path):
    """Lost otherwise: an exit code that says that nothing written is right."""
    path = tmp_path / "layers_dev.py"
    path.write_text(stub_of(load_lesson("layers")))
    result = run(path)
    assert result.returncode == 1
    assert "passed" not in result.stdout
    assert "to write  adds the bias" in result.stdout
    assert "Progress: Linear 0 of" in result.stdout


def test_what_the_running_file_patches_changes_nothing(tmp_path):
    """Lost otherwise: a seed or a patch at the top of a file changes its own verdict."""
    patches = "\nimport numpy as np\nnp.array_equal = np.allclose = lambda *a, **k: True\n"
    path = tmp_path / "layers_dev.py"
    path.write_text(stub_of(load_lesson("layers")).replace(FOOTER, patches + FOOTER))
    assert run(path).returncode == 1


def test_a_failure_says_why(make_report, make_check):
    """Lost otherwise: `failed`, and the learner has to guess."""
    named = {"misconception": "bias-forgotten", "diagnosis": "It equals xW.", "sure": True}
    failed = make_check(**named)
    report = make_report(make_check(status="passed", name="is a Tensor"), failed)
    text = "\n".join(lines(report, Screen()))
    assert "  passed    is a Tensor\n" in text
    assert "  failed    adds the bias\n" in text
    assert "Progress: Linear 1 of 2" in text
    assert "First to fix: Linear.forward" in text
    assert "  got        Tensor [[3]]\n" in text
    assert "  mistake    bias-forgotten\n" in text


def test_the_reason_comes_last(make_report, make_check):
    """Lost otherwise: a hundred lines push what is to be done off the screen."""
    checks = [make_check(name=f"is right in way {n}", got="[[7]]") for n in range(100)]
    *_, why, standing = "\n".join(lines(make_report(*checks), Screen())).split("\n\n")[-3:]
    text = "\n".join(lines(make_report(*checks), Screen()))
    assert text.count("[[7]]") == 1
    assert "[[7]]" in why
    assert standing == "0 of 100 checks pass."


def test_a_file_that_cannot_be_used(make_report, make_check):
    """Lost otherwise: a list of checks that wait, without the reason."""
    report = make_report(make_check(status="blocked", got="cannot be tested"), error="It hangs.")
    text = "\n".join(lines(report, Screen()))
    assert "It hangs." in text
    assert "Progress: Linear not tested" in text
    assert text.endswith("not tested.")
