"""A lesson that is made up here, of files in its own folder, and thrown away again."""

import shutil
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
LESSON = {
    "__init__.py": """
        from tito.lesson.model import lesson_of
        from tito.lessons.losses.checks import CHECKS

        LESSON = lesson_of(__file__, CHECKS)
    """,
    "lesson.toml": """
        title = "Losses"
        number = 4
        target = "tinytorch.core.losses"
        parts = ["MSELoss"]

        [tasks]
        "MSELoss.forward" = "The mean of the squared differences."
    """,
    "checks.py": """
        from tito.lesson.families import about, in_order

        def loss(trial, *shape):
            one, two = (trial.tensor(*shape, name=name) for name in ("prediction", "target"))
            return trial.made("MSELoss").forward(one, two)

        forward = about("MSELoss.forward")
        forward("of one number", lambda t: loss(t, 1))
        forward("of a batch", lambda t: loss(t, 4, 3))
        forward("is one number", lambda t: loss(t, 4, 3).shape)

        CHECKS = in_order(forward)
    """,
    "MSELoss.forward.toml": """
        [[wrong]]
        name = "sum-not-mean"
        says = "You add the squares up, and do not divide by how many there are."
        forms = [[".mean()", ".sum()"]]

        [[wrong]]
        name = "not-squared"
        says = "You take the mean of the differences, and do not square them."
        forms = [["(difference * difference)", "difference"]]

        [[hint]]
        topic = "the mean"
        checks = ["of one number", "of a batch", "is one number"]
        think = "What is left of four numbers?"
        look = "Look at mean()."
        line = "Square the difference, then take its mean."
    """,
}
STUB = 'raise NotImplementedError("MSELoss.forward: your code here")'
RIGHT = "d = prediction - target; return (d * d).mean()"


@pytest.fixture
def told(learner, tito):
    """Runs a command of a copy of the package that has the lesson besides its own."""
    source = learner / "src"
    shutil.copytree(SRC, source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    folder = source / "tito" / "lessons" / "losses"
    folder.mkdir()
    for name, text in LESSON.items():
        indent = " " * 8
        lines = [line.removeprefix(indent) for line in text.splitlines()]
        (folder / name).write_text("\n".join(lines))

    def run(*arguments):
        done = tito(*arguments, PYTHONPATH=str(source), PYTHONSAFEPATH="1")
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    return run


def test_a_lesson_is_added_by_files_in_its_folder_alone(learner, told):
    """Lost otherwise: the next lesson is a change in a dozen files."""
    said = told("start", "losses")
    assert "First exercise: MSELoss.forward" in said
    file = learner / "my-tinytorch" / "losses_dev.py"
    stub = file.read_text()
    assert stub.count("your code here") == stub.count(STUB) == 1
    assert "from tinytorch.core.layers import" in (file.parent / "layers_dev.py").read_text()
    assert "0 of 3 checks pass" in told("test")
    assert "What is left of four numbers?" in told("hint")
    file.write_text(stub.replace(STUB, RIGHT.replace("mean", "sum")))
    assert "sum-not-mean" in told("test")
    file.write_text(stub.replace(STUB, RIGHT))
    assert "All 3 checks pass" in told("test", "--module", "losses")
    assert "Lesson losses: done, 3 of 3 checks pass." in told("status")
    assert told("start", "layers").startswith("Wrote")
    script = learner / "script.py"
    script.write_text("import tinytorch as tt, losses_dev; print(tt.MSELoss is losses_dev.MSELoss)")
    assert told("run", "--anyway", str(script)) == "True\n"
