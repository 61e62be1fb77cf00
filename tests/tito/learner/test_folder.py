"""The learner's folder: it is found, made once, and no file in it is ever lost."""

import errno
import os

import pytest

from tito.learner.folder import (
    WorkspaceError,
    find_workspace,
    hand_on,
    handed_on,
    is_handed_on,
    lesson_in,
    project_root,
)
from tito.lesson.model import load_lesson


@pytest.fixture(scope="module")
def lesson():
    return load_lesson("layers")


def test_found_upwards(learner, lesson):
    """Lost otherwise: from tests/ or a folder of notes, tito makes a second folder."""
    find_workspace().begin(lesson)
    inner = learner / "my-tinytorch" / "tests" / "deeper"
    inner.mkdir()
    assert find_workspace(inner).folder == learner / "my-tinytorch"


def test_below_the_project_when_in_the_clone():
    """Lost otherwise: a learner who stands in docs/ gets a folder there."""
    root = project_root()
    assert root is not None
    found = find_workspace(root / "docs").folder
    assert found == root / "my-tinytorch"


def test_a_new_folder(learner, lesson):
    """Lost otherwise: `from tensor_dev import Tensor`, or a test run, finds no file."""
    workspace = find_workspace()
    assert workspace.lesson is None
    assert workspace.begin(lesson)
    names = {str(p.relative_to(workspace.folder)) for p in workspace.folder.rglob("*")}
    assert names == {
        ".tito",
        ".tito/lesson",
        "activations_dev.py",
        "layers_dev.py",
        "pytest.ini",
        "tensor_dev.py",
        "tests",
        "tests/test_layers.py",
    }
    assert workspace.lesson == "layers"


def test_a_file_that_is_there_is_left_alone(learner, lesson):
    """Lost otherwise: an evening's work."""
    workspace = find_workspace()
    workspace.begin(lesson)
    for path in [p for p in workspace.folder.rglob("*.*") if p.is_file()]:
        path.write_text("mine\n")
    assert not workspace.begin(lesson)
    assert workspace.file("layers_dev.py").read_text() == "mine\n"
    assert workspace.file("tensor_dev.py").read_text() == "mine\n"
    assert (workspace.folder / "tests" / "test_layers.py").read_text() == "mine\n"


def test_a_link_that_leads_nowhere_is_left_alone(learner, lesson):
    """Lost otherwise: a file kept on a drive that is not connected now."""
    workspace = find_workspace()
    workspace.folder.mkdir()
    workspace.file("layers_dev.py").symlink_to(learner / "elsewhere.py")
    assert not workspace.begin(lesson)
    assert workspace.file("layers_dev.py").is_symlink()


def test_a_file_that_only_hands_on_is_replaced(learner, lesson):
    """Lost otherwise: a lesson can not be begun after another one."""
    workspace = find_workspace()
    workspace.folder.mkdir()
    workspace.file("layers_dev.py").write_text(hand_on("layers", ("Linear", "Dense")))
    assert workspace.begin(lesson)
    assert "your code here" in workspace.file("layers_dev.py").read_text()


@pytest.mark.parametrize("own", ["", "x = 1\n", "import os\n", "def f(): pass\n"])
def test_a_file_with_anything_of_ones_own_does_not_only_hand_on(tmp_path, own):
    """Lost otherwise: what a learner added to a small file."""
    path = tmp_path / "layers_dev.py"
    path.write_text(hand_on("layers", ("Linear",)) + own)
    assert is_handed_on(path, "tinytorch.core.layers") == (own == "")


def test_what_is_handed_on_is_there(lesson):
    """Lost otherwise: `from activations_dev import ReLU` fails."""
    for name, public in handed_on(lesson):
        space = {}
        exec(hand_on(name, public), space)
        assert set(public) <= set(space)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "read-only file system"),
        (errno.EACCES, "permission denied"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_nothing_half(
    learner, lesson, monkeypatch, number, words
):
    """Lost otherwise: a traceback, or half a file that looks whole."""

    def refuse(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(WorkspaceError, match=words):
        find_workspace().begin(lesson)
    assert [p for p in (learner / "my-tinytorch").rglob("*") if p.is_file()] == []


def test_a_file_in_the_folder_s_place(learner, lesson):
    """Lost otherwise: a traceback where a sentence would do."""
    (learner / "my-tinytorch").write_text("a file")
    with pytest.raises(WorkspaceError, match="file exists"):
        find_workspace().begin(lesson)


def test_the_lesson_of_a_file(learner):
    """Lost otherwise: running a copy under another name ends in a KeyError."""
    assert lesson_in(learner / "layers_dev.py") == "layers"
    assert lesson_in(learner / "copy_of_it.py") == "layers"
