"""``tito status``: how far the learner is, as their files show it and nothing else."""

import json
import os
import re

import pytest

from proof.learner_files import learner_files
from tito.cli.status import duration
from tito.learner import Workspace, hand_on
from tito.learner.versions import Versions

WRONG = learner_files("layers").content("bias_forgotten")
RIGHT = learner_files("layers").content("abc_style")


def told(tito):
    done = tito("status", "--json")
    lessons = json.loads(done.stdout)["lessons"]
    return next(lesson for lesson in lessons if lesson["lesson"] == "layers")


def test_the_stub_is_not_done(begun, tito):
    """Lost otherwise: the first promise: an untouched stub never passes."""
    lesson = told(tito)
    assert (lesson["state"], lesson["ok"], lesson["passed"]) == ("begun", False, 0)
    assert [part["passed"] for part in lesson["parts"]] == [0] * 5
    assert "Next: tito test layers" in tito("status").stdout


def test_done_is_what_the_file_shows(begun, tito):
    """Lost otherwise: "done", of a file that was right once and is not any more."""
    path = begun / "layers_dev.py"
    path.write_bytes(RIGHT)
    assert told(tito)["ok"]
    assert re.search(r"Lesson layers: done, (\d+) of \1 checks pass\.", tito("status").stdout)
    path.write_bytes(WRONG)
    assert not told(tito)["ok"]
    shown = tito("status").stdout
    assert "done" not in shown
    assert "Linear" in shown


def test_what_was_shown_and_how_long_it_took(begun, tito):
    """Lost otherwise: the difference between one's own work and the reference's."""
    memory = Workspace(begun).memory
    memory.change("layers", lambda notes: notes.update(
        solutions={"Linear.forward": {"when": "2026-11-20T14:02:03+0000"}, "odd": 3},
        hints={"Linear.forward: bias": 2, "Linear.forward: shape": 1, "x": "y"},
    ))  # fmt: skip
    for minute in (-100, -95, -60, -50):
        Versions(begun).keep("layers_dev.py", b"%d" % minute, when=1e9 + 60 * minute)
    lesson = told(tito)
    assert lesson["solutions_shown"] == {
        "Linear.forward": "2026-11-20 14:02",
        "odd": "at some time",
    }
    assert lesson["hints"] == {"Linear.forward": 3}
    assert 15 * 60 <= lesson["seconds_spent"] < 18 * 60
    shown = tito("status").stdout
    assert "Linear.forward (2026-11-20 14:02)" in shown
    assert "Linear.forward 3" in shown
    assert "15 min, leaving out pauses" in shown


def test_notes_that_anybody_may_have_written(begun, tito):
    """Lost otherwise: the status, because of a file that no person wrote."""
    for broken in ("[]", "null", '{"layers": {"solutions": 3, "hints": [1]}}', "{"):
        (begun / ".tito" / "memory.json").write_text(broken)
        assert told(tito)["solutions_shown"] == {}


@pytest.mark.parametrize("text", [b"", b"def (", b"\0", b"x" * 70_000])
def test_a_file_that_cannot_be_tested(begun, tito, text):
    """Lost otherwise: a traceback, or "done" of a file that is none."""
    (begun / "layers_dev.py").write_bytes(text)
    lesson = told(tito)
    assert not lesson["ok"]
    assert lesson["error"]
    done = tito("status")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Next: tito" in done.stdout


def test_what_hands_on_the_reference_is_not_begun(begun, tito):
    """Lost otherwise: the reference's work, counted as the learner's."""
    (begun / "layers_dev.py").write_text(hand_on("layers", ("Linear",)))
    lesson = told(tito)
    assert (lesson["state"], lesson["passed"], lesson["ok"]) == ("not begun", 0, False)
    done = tito("status")
    assert "is not begun" in done.stdout
    assert "tensor_dev.py and activations_dev.py hand on the reference." in done.stdout
    assert "Next: tito start layers" in done.stdout


def test_a_file_that_is_gone(begun, tito):
    """Lost otherwise: the way to what is kept."""
    (begun / "layers_dev.py").unlink()
    assert told(tito)["state"] == "gone"
    assert "Next: tito restore" in tito("status").stdout


def test_nothing_yet(learner, tito):
    """Lost otherwise: a folder that nobody asked for."""
    assert tito("status").returncode == 1
    assert told(tito)["state"] == "not begun"
    assert os.listdir(learner) == []


def test_durations():
    """Lost otherwise: "0 h 75 min"."""
    assert [duration(s) for s in (0, 29, 60, 3570, 3600, 4500, 90_000)] == [
        "less than 1 min",
        "less than 1 min",
        "1 min",
        "1 h 0 min",
        "1 h 0 min",
        "1 h 15 min",
        "25 h 0 min",
    ]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (40, 40)])
def test_the_status_in_a_terminal(begun, columns, rows):
    """Lost otherwise: a status that does not fit the screen it is read on."""
    pytest.importorskip("pexpect")
    from tests.screens import Terminal, keep

    (begun / "layers_dev.py").write_bytes(WRONG)
    Workspace(begun).memory.change(
        "layers",
        lambda notes: notes.update(
            solutions={"Dense.__init__": {"when": "2026-11-20T14:02:03+0000"}},
            hints={"Linear.forward: bias": 2, "Dropout.forward: scale": 1},
        ),
    )
    with Terminal("status", cwd=begun, columns=columns, rows=rows) as terminal:
        assert terminal.finish() == 0
        assert terminal.screen().startswith("layers_dev.py, saved")
        keep(f"status_{columns}x{rows}", terminal.screen(), begun)
