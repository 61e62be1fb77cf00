"""Names by habit, and calls that no test can answer."""

import pytest

PRODUCT = "output = x.matmul(self.weight)"


@pytest.mark.parametrize(
    ("line", "name", "words"),
    [
        ("torch.relu(x)", "torch-by-habit", "Here you work with Tensor and NumPy"),
        ("F.linear(x, self.weight)", "torch-by-habit", "F.linear: x @ self.weight"),
        ("w = jnp.zeros(3)", "torch-by-habit", "jnp.zeros: np.zeros(…)"),
        ("import torchvision_of_nowhere", None, ""),
        ("import jaxlib_of_nowhere, tf", None, ""),
        ("math.sqrt(2)", "import-missing", "import math"),
    ],
)
def test_a_name_by_habit_is_named_where_it_arose(examined, line, name, words):
    """Lost otherwise: `name 'torch' is not defined`, and no word of what to write here."""
    first = examined(line).first
    assert first.exercise == "Linear.forward"
    assert first.misconception == name
    if name:
        assert first.sure
        assert words in first.diagnosis


def test_only_the_method_that_says_it_has_the_habit(examined):
    """Lost otherwise: a crash of one method is told of another that is right."""
    report = examined("torch.relu(x)")
    named = {c.exercise for c in report.checks if c.misconception == "torch-by-habit"}
    assert named == {"Linear.forward"}


def test_a_library_that_is_not_there_is_said_of_the_file(examined):
    """Lost otherwise: `No module named`, as if it had to be installed."""
    report = examined(end="import keras")
    assert not report.tested
    assert "Here you work with Tensor and NumPy" in report.error


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("breakpoint()", "`breakpoint()` waits for a keyboard"),
        ("import pdb; pdb.set_trace()", "`pdb.set_trace()` waits for a keyboard"),
        ("input('? ')", "`input()` waits for a keyboard"),
        ("quit()", "`quit()` ends the whole program"),
        ("raise SystemExit(3)", "`raise SystemExit` ends the whole program"),
        ("import os; os._exit(0)", "`os._exit()` ends the whole program"),
    ],
)
def test_what_no_test_can_answer_is_explained(examined, call, words):
    """Lost otherwise: EOFError, or a bare Exception, for a habit of debugging."""
    assert words in examined(call).first.got


@pytest.mark.parametrize(
    ("call", "words"),
    [("x = input()", "waits for a keyboard"), ("exit()", 'if __name__ == "__main__"')],
)
def test_the_same_at_the_top_of_the_file(examined, call, words):
    """Lost otherwise: a program that is no lesson's file says nothing of why."""
    report = examined(end=call)
    assert words in report.error
    assert not report.tested


def test_an_error_that_asks_for_nothing_has_no_remark(examined):
    """Lost otherwise: each error of a file with an input() somewhere is blamed on that."""
    report = examined("raise Exception('no')", end="def ask():\n    return input()\n")
    assert "keyboard" not in report.first.got
