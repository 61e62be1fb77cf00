"""A lesson made from its folder."""

import pytest

from tito.lesson.loading import LessonError
from tito.lesson.model import lesson_of

HEAD = """
title = "Layers"
number = 7
target = "tinytorch.core.layers"
parts = ["Linear"]
"""
TASKS = '[tasks]\n"Linear.forward" = "Multiply."\n"Linear.__init__" = """\nKeep.\nDraw."""\n'
WRONG = '[[wrong]]\nname = "{}"\nsays = "Said."\nforms = ["return x"]\n'


@pytest.fixture
def made(tmp_path):
    def make(text):
        (tmp_path / "lesson.toml").write_text(text, encoding="utf-8")
        for name in ("Linear.__init__", "Linear.forward", "Linear.parameters"):
            wrong = WRONG.format(f"wrong-in-{name}")
            (tmp_path / f"{name}.toml").write_text(wrong.replace("return x", "pass"), "utf-8")
        return lesson_of(str(tmp_path / "__init__.py"), ())

    return make


def test_exercises_are_in_the_order_of_the_file_with_their_tasks(made, tmp_path):
    """Lost otherwise: a learner is sent to the second exercise first, or not told what to write."""
    lesson = made(HEAD + TASKS)
    assert (lesson.name, lesson.title, lesson.number) == (tmp_path.name, "Layers", 7)
    assert lesson.tasks == {"Linear.forward": "Multiply.", "Linear.__init__": "Keep.\nDraw."}


def test_mistakes_are_in_the_order_of_the_exercises_and_loaded_once(made):
    """Lost otherwise: which of two names that fit is told depends on the names of files."""
    lesson = made(HEAD + TASKS)
    names = [wrong.name.removeprefix("wrong-in-") for wrong in lesson.misconceptions]
    assert names == ["Linear.forward", "Linear.__init__", "Linear.parameters"]
    assert list(map(id, lesson.misconceptions)) == list(map(id, lesson.mistakes("Linear")))
    assert lesson.mistakes("Dense") == ()


def test_a_key_that_is_not_known_is_refused(made):
    """Lost otherwise: a slip in lesson.toml is passed over."""
    with pytest.raises(LessonError, match=r"lesson\.toml: expected .*got module"):
        made('module = "layers"\n' + HEAD + TASKS)
