"""``tito hint`` as a person types it."""

import json

import pytest

from proof.learner_files import learner_files
from tests.screens import Terminal, keep


def put(folder, name):
    (folder / "layers_dev.py").write_bytes(learner_files("layers").content(name))


def test_a_hint_for_the_first_thing_to_fix_then_the_next(begun, tito):
    """Lost otherwise: help for who is stuck, or all of it at once."""
    put(begun, "bias_forgotten")
    first, second = tito("hint"), tito("hint")
    assert first.returncode == second.returncode == 0
    assert first.stdout.startswith("First to fix: Linear.forward, adds the bias to every row")
    assert "the bias: 1 of 3" in first.stdout
    assert "\n> 1 think" in first.stdout
    assert "the bias: 2 of 3" in second.stdout
    assert "\n  1 think" in second.stdout
    assert "\n> 2 look" in second.stdout
    assert second.stdout.endswith("then: tito test\nA step further: tito hint\n")
    again = tito("hint", "--again")
    assert "2 of 3" in again.stdout
    assert "\n>" not in again.stdout
    last = tito("hint", TITO_COMMAND="./tito").stdout
    assert last.endswith("own lines: ./tito hint Linear.forward --solution\n")


def test_a_hint_for_an_exercise_by_name(begun, tito):
    """Lost otherwise: help with what one wants to write next."""
    shown = tito("hint", "dropout.INIT")
    assert shown.stdout.startswith("To write: Dropout.__init__ (line ")
    assert shown.stdout.endswith("A step further: tito hint Dropout.__init__\n")
    vague = tito("hint", "forward")
    assert vague.returncode == 2
    assert "Linear.forward, Dropout.forward" in vague.stderr
    assert "Did you mean Linear.forward?" in tito("hint", "Linear.fowrard").stderr


def test_what_is_right_needs_no_hint(begun, tito):
    """Lost otherwise: the word that it is right."""
    put(begun, "page")
    shown = tito("hint")
    assert shown.returncode == 0
    assert "pass: nothing needs a hint" in shown.stdout
    named = tito("hint", "linear.forward")
    assert named.stdout.startswith("Linear.forward is right already: its ")
    assert "1 of 3" in named.stdout


def test_a_file_that_cannot_be_read_is_said_first(begun, tito):
    """Lost otherwise: a hint on a bias, for a missing bracket."""
    (begun / "layers_dev.py").write_text("def (")
    shown = tito("hint")
    assert shown.returncode == 1
    assert "syntax error on line 1" in shown.stdout
    named = tito("hint", "layer.call")
    assert named.returncode == 0
    assert "syntax error on line 1" in named.stdout
    assert "1 of 3" in named.stdout


def test_before_the_lesson_is_begun(learner, tito):
    """Lost otherwise: the way to begin; or a folder nobody asked for."""
    shown = tito("hint")
    assert shown.returncode == 1
    assert shown.stdout.endswith("Begin with: tito start\n")
    assert list(learner.iterdir()) == []


def test_the_solution_is_not_shown_by_accident(begun, tito):
    """Lost otherwise: the exercise, for who meant to look at the options."""
    shown = tito("hint", "linear.forward", "--solution")
    assert shown.returncode == 1
    assert shown.stdout == "To see it, type: tito hint Linear.forward --solution --yes\n"
    assert not (begun / ".tito" / "memory.json").exists()
    assert tito("hint", "--yes").returncode == 2


def test_the_solution_is_shown_and_remembered(begun, tito):
    """Lost otherwise: the way out for who is stuck, or the honest record of it."""
    shown = tito("hint", "linear.forward", "--solution", "--yes")
    assert shown.returncode == 0
    assert "        output = x.matmul(self.weight)\n" in shown.stdout
    assert "why      The product works" in shown.stdout
    notes = json.loads((begun / ".tito" / "memory.json").read_text())
    assert "when" in notes["layers"]["solutions"]["Linear.forward"]
    first = tito("hint", "--solution", "--yes")
    assert first.stdout.startswith("Layer.__call__, as the reference has it")


def test_what_is_inherited_has_hints_and_no_solution(begun, tito):
    """Lost otherwise: an answer, for who wrote Dense.forward anew."""
    assert (
        "Hints for Dense.forward, what Dense inherits: 1 of 3"
        in tito("hint", "dense.forward").stdout
    )
    shown = tito("hint", "Dense.forward", "--solution", "--yes")
    assert shown.returncode == 1
    assert "it inherits it" in shown.stdout


def test_notes_that_cannot_be_written_cost_no_hint(begun, tito):
    """Lost otherwise: help, in a folder that is read-only."""
    (begun / ".tito" / "memory.json").mkdir()
    shown = tito("hint")
    assert shown.returncode == 0
    assert "1 of 3" in shown.stdout
    assert "could not be noted" in shown.stderr


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_the_last_hint_on_a_screen(begun, tito, columns, rows):
    """Lost otherwise: the beginning of it, which has scrolled away."""
    put(begun, "scale_missing")
    tito("hint"), tito("hint")
    with Terminal("hint", cwd=begun, columns=columns, rows=rows) as terminal:
        assert terminal.finish() == 0
        keep(f"hint_{columns}x{rows}", terminal.screen(), begun)


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("\n", 1), ("y\n", 0), ("\x03", 130)])
def test_the_question_before_the_solution(begun, answer, code):
    """Lost otherwise: a solution for who only pressed Enter."""
    with Terminal("hint", "Linear.forward", "--solution", cwd=begun) as terminal:
        terminal.wait_for("[y/N]")
        assert "matmul" not in terminal.screen()
        terminal.type(answer)
        assert terminal.finish() == code
        assert ("matmul" in terminal.screen()) == (code == 0)
        if code == 0:
            keep("solution_80x24", terminal.screen(), begun)
