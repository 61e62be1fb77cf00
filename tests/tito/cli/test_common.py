"""What a person may have meant is said, and where their folder is."""

import os

import pytest

from tito.learner.chosen import sources_line


@pytest.fixture(autouse=True)
def state(tmp_path_factory, monkeypatch):
    """A state folder of this test's own."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", str(folder))
    return folder


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["tset"], "tito test"),
        (["Test"], "tito test"),
        (["train", "digit"], "tito train digits"),
        (["show", "int"], "tito show init"),
        (["test", "layer"], "tito test layers"),
        (["start", "--", "Layers"], "tito start layers"),
        (["test", "Linear"], "tito test --module layers"),
        (["test", "Linear"], "tito hint Linear.__init__"),
        (["test", "dropout.forward"], "tito read Dropout.forward"),
        (["test", "--module", "Sequential"], "pytest tests/ -k Sequential"),
        (["start", "Dense"], "tito start layers"),
        (["nothing-like-it"], "There are: start, test, watch"),
        (["train", "letters"], "There are: digits, mnist"),
        (["test", "convolutions"], "The lessons: activations, layers"),
    ],
)
def test_what_was_meant(tito, learner, typed, meant):
    """Lost otherwise: a beginner's first typing error ends in a dead end."""
    result = tito(*typed)
    assert result.returncode == 2
    assert result.stdout == ""
    assert meant in result.stderr


def test_the_version(tito, learner):
    """Lost otherwise: which release a report of a fault is about."""
    result = tito("--version")
    assert result.returncode == 0
    assert result.stdout.startswith("TinyTorch 0.")
    assert "Python 3." in result.stdout


def test_the_folder_of_last_time_is_named_elsewhere(tito, begun, tmp_path_factory, monkeypatch):
    """Lost otherwise: a second empty folder, for being in another place than yesterday."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    for command in ("test", "hint", "status"):
        assert str(begun.resolve()) in "".join(tito(command).stdout.split("\n")), command
    assert str(begun.resolve()) in sources_line([])  # of what is trained, profiled and shown
    assert tito("start").returncode == 0
    assert str(begun.resolve()) not in tito("test").stdout


def test_a_folder_that_is_gone_is_not_named(tito, begun, tmp_path_factory, monkeypatch):
    """Lost otherwise: a person is sent to where nothing is."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    begun.rename(begun.with_name("moved"))
    assert tito("test").stdout.splitlines()[1:] == []


@pytest.mark.parametrize("trouble", ["a file", "no home", "nonsense"])
def test_where_nothing_can_be_remembered_all_else_goes_on(tito, learner, state, trouble):
    """Lost otherwise: the lesson itself, on a home that cannot be written."""
    environment = {}
    if trouble == "a file":
        (state / "tinytorch").write_text("in the way")
    elif trouble == "no home":
        environment = {"XDG_STATE_HOME": "", "LOCALAPPDATA": "", "HOME": "/dev/null"}
    else:
        (state / "tinytorch" / "folder").mkdir(parents=True)
    for command, code in ((["test"], 1), (["start"], 0), (["test"], 1)):
        result = tito(*command, **environment)
        assert (result.returncode, result.stderr) == (code, "")
