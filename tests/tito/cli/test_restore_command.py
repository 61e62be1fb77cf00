"""``tito restore``, as it is typed: what is listed, brought back, refused, and said."""

import os

import pytest

from proof.learner_files import learner_files
from tito.engine.source import read_source
from tito.learner.versions import Versions
from tito.lesson.source import Text

WRONG = learner_files("layers").content("bias_forgotten")
RIGHT = learner_files("layers").content("abc_style")


@pytest.fixture
def path(begun):
    """A file with three kept versions: the stub, a wrong one and a right one, which it holds."""
    kept = Versions(begun)
    assert kept.keep("layers_dev.py", WRONG, passed=108, total=117) is None
    assert kept.keep("layers_dev.py", RIGHT, passed=117, total=117) is None
    (begun / "layers_dev.py").write_bytes(RIGHT)
    return begun / "layers_dev.py"


def name_of(path, content):
    kept = Versions(path.parent)
    found = [v.sha256[:7] for v in kept.list(path.name) if kept.content(v) == content]
    return found[0]


def test_the_list(path, tito):
    """Lost otherwise: which version it was."""
    lines = tito("restore").stdout.splitlines()
    assert lines[0] == f"{os.path.join('my-tinytorch', 'layers_dev.py')}: 3 versions are kept"
    rows = [line.split() for line in lines if " today " in line]
    assert [row[0] for row in rows[:2]] == [name_of(path, RIGHT), name_of(path, WRONG)]
    assert rows[0][3:] == ["117", "of", "117", "none:", "as", "now"]
    assert rows[1][3:6] == ["108", "of", "117"]
    assert rows[2][3:5] == ["not", "tested"]
    assert "stub" in rows[2]
    command = f"restore --version {name_of(path, WRONG)}"
    assert f"tito {command}" in "\n".join(lines)
    path.write_bytes(b"saved, not tested")
    assert "  now                       not tested" in tito("restore").stdout


def test_a_whole_version_and_back(path, tito):
    """Lost otherwise: the version; or the way back."""
    done = tito("restore", "--version", name_of(path, WRONG), "--yes")
    assert path.read_bytes() == WRONG
    back = done.stdout.split("To go back: tito ")[1].split("\n")[0].split()
    assert tito(*back, "--yes").returncode == 0
    assert path.read_bytes() == RIGHT
    assert "already" in tito(*back).stdout


def test_one_exercise(path, tito):
    """Lost otherwise: everything else in the file."""
    done = tito("restore", "LINEAR.forward", "--version", name_of(path, WRONG), "--yes")
    assert done.returncode == 0, done.stderr
    source = read_source(path)
    assert b"bias" not in text_of(path, "Linear.forward")
    assert text_of(path, "Linear.parameters") in RIGHT
    assert tito("restore", "linear.forward", "--stub", "--yes").returncode == 0
    assert read_source(path).untouched("Linear.forward")
    assert not source.untouched("Linear.forward")
    listed = tito("restore", "linear.forward").stdout
    assert listed.startswith("Linear.forward in ")
    assert "none: as now, the untouched stub" in listed


def test_what_one_exercise_needs_besides_is_said(path, tito):
    """Lost otherwise: a file that cannot be imported any more, for a decorator's sake."""
    done = tito("restore", "dropout.forward", "--stub", "--yes")
    assert (
        "Add near the top:\n    from tinytorch.core.given.module import follows_mode" in done.stdout
    )
    assert "near the top" not in tito("restore", "linear.forward", "--stub", "--yes").stdout


def text_of(path, exercise):
    return Text.read(path.read_bytes()).method(exercise).encode()


def test_the_stub(path, tito):
    """Lost otherwise: a fresh start without a lost file."""
    stub = path.parent / "stub"
    path.rename(stub)
    tito("start")
    written = path.read_bytes()
    path.write_bytes(b"never tested\r\n")
    done = tito("restore", "--stub", "--yes")
    assert done.returncode == 0
    assert path.read_bytes() == written.replace(b"\n", b"\r\n")
    assert name_of(path, b"never tested\r\n") in done.stdout


def test_a_file_that_is_gone_comes_back_at_once(path, tito):
    """Lost otherwise: the file, and a moment of horror."""
    path.unlink()
    for command in ("test", "hint"):
        assert tito(command).stdout.endswith("is gone, but its text is kept: tito restore\n")
    done = tito("restore")
    assert "was gone" in done.stdout
    assert path.read_bytes() == RIGHT
    path.unlink()
    alone = tito("restore", "linear.forward")
    assert alone.returncode == 1
    assert "The whole file: tito restore" in alone.stderr
    assert not path.exists()
    assert tito("restore", "--list").stdout.count(" today ") == 3


EMPTIED = [b"", b"\n \t\n", b"\0" * 4096, b"\xef\xbb\xbf\r\n"]


@pytest.mark.parametrize("nothing", EMPTIED, ids=["bytes", "lines", "nuls", "mark"])
def test_a_file_that_a_crash_has_emptied_comes_back_at_once(path, tito, nothing):
    """Lost otherwise: the work of hours, for advice that brings the untouched stub."""
    path.write_bytes(nothing)
    assert tito("status").stdout.endswith("Next: tito restore\n")
    assert path.read_bytes() == nothing
    done = tito("restore")
    assert "was empty" in done.stdout
    assert "To go back" not in done.stdout
    assert path.read_bytes() == RIGHT


def test_each_command_says_how_an_emptied_file_comes_back(path, tito):
    """Lost otherwise: the advice, for whoever types another command first."""
    path.write_bytes(EMPTIED[-1])
    for command in (["test"], ["hint"], ["start"], ["status"], ["train", "digits"], ["notebook"]):
        said = tito(*command)
        words = " ".join((said.stdout + said.stderr).split())
        assert "layers_dev.py is empty. `tito restore` brings back what it held." in words
        assert "Delete" not in words
    assert path.read_bytes() == EMPTIED[-1]
    assert tito("restore", "--version", name_of(path, WRONG)).returncode == 0
    assert path.read_bytes() == WRONG


def test_no_empty_version_is_listed_or_proposed(path, tito):
    """Lost otherwise: the good version, for one with nothing in it that is a minute newer."""
    kept = Versions(path.parent)
    for nothing in EMPTIED:  # as older releases have kept them
        assert kept.keep("layers_dev.py", nothing, passed=0, total=117) is None
    listed = tito("restore").stdout
    assert "3 versions are kept" in listed
    assert f"restore --version {name_of(path, WRONG)}" in listed
    path.write_bytes(WRONG)
    assert f"restore --version {name_of(path, RIGHT)}" in tito("restore").stdout


def test_the_untouched_stub_is_proposed_last(path, tito):
    """Lost otherwise: the work, for the stub that was put back after it."""
    tito("restore", "--stub", "--yes")
    path.write_bytes(b"x = 1\n")
    assert f"restore --version {name_of(path, RIGHT)}" in tito("restore").stdout
    path.unlink()
    tito("restore")
    assert path.read_bytes() == RIGHT


def test_one_exercise_of_a_file_that_is_no_python(path, tito):
    """Lost otherwise: the rest of a file that only lacks a bracket."""
    path.write_bytes(b"x = 1\ndef (\n")
    for arguments in ([], ["--stub", "--yes"], ["--version", name_of(path, WRONG), "--yes"]):
        done = tito("restore", "Linear.forward", *arguments)
        assert done.returncode == 1
        assert "has a syntax error on line 2" in " ".join(done.stderr.split())
        assert path.read_bytes() == b"x = 1\ndef (\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--version", "zz"], 2, "There is no version 'zz'"),
        (["--version", ""], 2, "can be any of these"),
        (["--version", "1", "--stub"], 2, "exclude each other"),
        (["nothing"], 2, "There is no exercise 'nothing'"),
        (["--lesson", "none"], 2, "There is no lesson 'none'"),
        (["--file", "../elsewhere.py"], 1, "is not in a folder of yours"),
        (["--stub"], 1, "no terminal to ask on. Nothing was changed. Add --yes."),
    ],
)
def test_what_cannot_be_done_is_said(path, tito, arguments, code, words):
    """Lost otherwise: a file that was changed by a slip of the finger, or a traceback."""
    done = tito("restore", *arguments)
    assert done.returncode == code
    assert words in " ".join(done.stderr.split())
    assert path.read_bytes() == RIGHT


def test_a_damaged_version_is_not_brought_back(path, tito):
    """Lost otherwise: a good file, for a broken one."""
    name = name_of(path, WRONG)
    (blob,) = (path.parent / ".tito" / "versions").glob(f"{name}*.z")
    blob.write_bytes(b"rubbish")
    done = tito("restore", "--version", name, "--yes")
    assert done.returncode == 1
    assert "was not changed" in done.stderr
    assert path.read_bytes() == RIGHT
    assert tito("restore").returncode == 0


def test_before_anything_is_begun(learner, tito):
    """Lost otherwise: a folder that nobody asked for."""
    assert tito("restore").returncode == 1
    assert "tito start" in tito("restore", "--stub", "--yes").stdout
    assert os.listdir(learner) == []


def test_another_file(path, tito):
    """Lost otherwise: the versions of a file that one tests by its name."""
    other = path.parent / "other one.py"
    other.write_bytes(WRONG)
    assert "No version of" in tito("restore", "--file", other).stdout
    tito("test", "--file", other)
    other.write_bytes(RIGHT)
    done = tito("restore", "--file", other)
    assert "restore --file " in done.stdout
    assert tito("restore", "--file", other, "--version", name_of(other, WRONG), "--yes").stdout
    assert other.read_bytes() == WRONG
    assert path.read_bytes() == RIGHT


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_knows_few_letters(path, tito, encoding):
    """Lost otherwise: a traceback about an encoding, on Windows and in old consoles."""
    other = path.with_name("Übung → 1.py")
    path.rename(other)
    tito("test", "--file", other)
    other.write_bytes(WRONG)
    for arguments in (["--list"], ["--version", name_of(other, RIGHT), "--yes"]):
        done = tito("restore", "--file", other, *arguments, PYTHONIOENCODING=encoding)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    assert other.read_bytes() == RIGHT


@pytest.mark.parametrize("answer", ["y", "n"])
def test_the_question_in_a_terminal(path, answer):
    """Lost otherwise: the choice; or the reader, on a screen that does not hold the text."""
    pytest.importorskip("pexpect")
    from tests.screens import Terminal, keep

    arguments = ("restore", "--version", name_of(path, WRONG))
    with Terminal(*arguments, cwd=path.parent, columns=80, rows=24) as terminal:
        terminal.wait_for("Go on?")
        terminal.type(f"{answer}\n")
        assert terminal.finish() == (0 if answer == "y" else 1)
        keep(f"restore_{answer}_80x24", terminal.screen(), path.parent)
    assert path.read_bytes() == (WRONG if answer == "y" else RIGHT)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (40, 24)])
def test_the_list_in_a_terminal(path, columns, rows):
    """Lost otherwise: rows that wrap, and a first line that has scrolled away."""
    pytest.importorskip("pexpect")
    from tests.screens import Terminal, keep

    for number in range(12):
        Versions(path.parent).keep(path.name, WRONG + b"#%d\n" % number, passed=number, total=117)
    with Terminal("restore", cwd=path.parent, columns=columns, rows=rows) as terminal:
        assert terminal.finish() == 0
        assert columns < 80 or terminal.screen().startswith("layers_dev.py: 15 versions")
        keep(f"restore_{columns}x{rows}", terminal.screen(), path.parent)


def test_ctrl_c_at_the_question(path):
    """Lost otherwise: a traceback, and doubt whether the file was changed."""
    pytest.importorskip("pexpect")
    from tests.screens import Terminal

    with Terminal("restore", "--stub", cwd=path.parent) as terminal:
        terminal.wait_for("Go on?")
        terminal.type("\x03")
        assert terminal.finish() == 130
        assert "Traceback" not in terminal.screen()
    assert path.read_bytes() == RIGHT
