"""Whatever tests a learner's own file keeps the bytes that were tested, and keeps nothing else."""

import os
import subprocess
import sys

import pytest

from proof.learner_files import learner_files
from tito.engine import examine
from tito.learner.folder import FOOTER
from tito.learner.keeping import keep_tested, keep_text, place_of
from tito.learner.versions import Versions

MINE = learner_files("layers").content("bias_forgotten") + FOOTER.encode()


def kept(folder, name="layers_dev.py"):
    versions = Versions(folder)
    return [(versions.content(v), v.passed, v.total) for v in versions.list(name)]


def python(*arguments, folder):
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, encoding="utf-8"
    )


COMMANDS = {
    "test": lambda tito, folder: tito("test"),
    "test --json": lambda tito, folder: tito("test", "--json"),
    "start": lambda tito, folder: tito("start"),
    "status": lambda tito, folder: tito("status"),
    "train": lambda tito, folder: tito("train", "digits"),
    "the file": lambda tito, folder: python("layers_dev.py", folder=folder),
    "pytest": lambda tito, folder: python("-m", "pytest", "-q", "tests", folder=folder),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_tests_keeps(begun, tito, command):
    """Lost otherwise: versions, for who tests in this way."""
    (begun / "layers_dev.py").write_bytes(MINE)
    COMMANDS[command](tito, begun)
    (text, passed, total) = kept(begun)[-1]
    assert text == MINE
    assert 0 < passed < total


def test_the_beginning_is_kept_and_a_second_one_says_what_there_was(begun, tito):
    """Lost otherwise: the time until the first test; and hope, for who deleted their file."""
    ((stub, passed, _),) = kept(begun)
    assert stub == (begun / "layers_dev.py").read_bytes()
    assert passed is None
    (begun / "layers_dev.py").unlink()
    assert "tito restore" in tito("start").stdout


def test_what_is_no_python_is_kept_too(begun, tito):
    """Lost otherwise: the very text in which one bracket is missing."""
    (begun / "layers_dev.py").write_bytes(b"def (\r\n\xff")
    tito("test")
    (text, passed, total) = kept(begun)[-1]
    assert (text, passed) == (b"def (\r\n\xff", None)
    assert total is None


def test_the_bytes_kept_are_the_bytes_tested(begun):
    """Lost otherwise: a version "all passed" that does not pass."""
    path = begun / "layers_dev.py"
    path.write_bytes(MINE)
    report = examine("layers", path)
    path.write_bytes(b"saved since")
    assert keep_tested(report) is None
    assert kept(begun)[-1][0] == MINE


def test_files_outside_of_a_learner_s_folder_are_nobody_s(tmp_path, learner, tito):
    """Lost otherwise: a teacher's folder, full of .tito, after testing thirty files."""
    (tmp_path / "theirs.py").write_bytes(MINE)
    assert tito("test", "layers", "--file", "theirs.py").returncode == 1
    assert os.listdir(tmp_path) == ["theirs.py"]
    assert place_of(tmp_path / "theirs.py") is None
    assert keep_text(tmp_path / "theirs.py", b"") is None


def test_a_file_further_in_has_its_own_versions(begun, tito):
    """Lost otherwise: an attempt in a folder of its own, mixed with the main file's."""
    (begun / "old ones").mkdir()
    (begun / "old ones" / "a.py").write_bytes(MINE)
    tito("test", "layers", "--file", begun / "old ones" / "a.py")
    assert kept(begun, "old ones/a.py")[0][0] == MINE
    assert len(kept(begun)) == 1


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_linked_file_belongs_where_the_link_is(begun, tmp_path, tito):
    """Lost otherwise: versions, for who keeps their file in a repository and links to it."""
    (tmp_path / "elsewhere.py").write_bytes(MINE)
    (begun / "layers_dev.py").unlink()
    (begun / "layers_dev.py").symlink_to(tmp_path / "elsewhere.py")
    tito("test")
    assert kept(begun)[-1][0] == MINE


@pytest.mark.parametrize("command", ["test", "the file"])
def test_what_cannot_be_kept_is_said_after_the_verdict(begun, tito, command):
    """Lost otherwise: the verdict; or the truth about what is kept."""
    versions = begun / ".tito" / "versions"
    for path in versions.iterdir():
        path.unlink()
    versions.rmdir()
    versions.write_text("in the way")
    done = COMMANDS[command](tito, begun)
    assert "checks pass" in done.stdout
    assert "This version of layers_dev.py was not kept: file exists." in done.stderr
    assert "Traceback" not in done.stderr
