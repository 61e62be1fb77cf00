"""``tito site`` as a person types it: what is said of what was written, and what is refused."""

import click
import pytest
from click.testing import CliRunner

from tito.cli.commands import tito
from tito.learner import WorkspaceError

pytest.importorskip("sphinx")


@pytest.fixture
def asked(monkeypatch):
    """What the builder was asked for; it builds nothing. There is no internet."""
    from tito.page import runtime, site

    calls = []

    def build(out, **more):
        calls.append((out, more))
        return site.Built(("index", "layers"), ("layers.ipynb",), "")

    def nothing(_name):
        raise OSError

    monkeypatch.setattr(site, "build", build)
    monkeypatch.setattr(runtime, "install", lambda *more: calls.append(more))
    monkeypatch.setattr(runtime, "from_distribution", nothing)
    return calls


@pytest.fixture
def typed(tmp_path, monkeypatch, asked):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def run(*words):
        return CliRunner().invoke(tito, ["site", *map(str, words)], standalone_mode=False)

    return run


def test_it_says_what_was_written_and_how_to_look_at_it(typed, asked):
    """Lost otherwise: a person opens the file by a double click, and the page stays dead."""
    said = typed("public").output
    assert "Wrote 2 pages into public" in said
    assert "python -m http.server -d public" in said
    helps = asked[0][1]["helps"]
    assert helps["tito test"].startswith("Usage: tito test")


def test_without_internet_the_pages_are_to_be_read_and_it_says_so(typed, asked):
    """Lost otherwise: a site with an editor that tests nothing."""
    result = typed("public")
    assert result.return_value == 0
    assert "--runtime FOLDER" in result.output
    assert not asked[0][1]["editor"]


def test_a_folder_with_python_is_used(typed, asked, tmp_path):
    """Lost otherwise: what was fetched by hand is fetched again, or not found."""
    assert "read alone" not in typed("public", "--runtime", tmp_path).output
    assert asked[0][1]["editor"]
    assert asked[1] == (tmp_path, asked[0][0])


def test_without_a_repository_there_are_no_buttons_and_it_says_so(typed, asked):
    """Lost otherwise: one looks in vain for the buttons of Colab and Binder."""
    assert "they need --repository ADDRESS" in typed("public").output
    address = "https://github.com/me/mine"
    assert (
        "--repository" not in typed("public", "--repository", address).output.partition("Wrote")[2]
    )
    assert asked[-1][1]["repository"] == address


@pytest.mark.parametrize("words", [("file",), ("public", "--repository", "https://host.test/me")])
def test_what_cannot_be_is_refused(typed, tmp_path, words):
    """Lost otherwise: a trace, or buttons that open nothing."""
    (tmp_path / "file").touch()
    assert isinstance(typed(*words).exception, click.UsageError)


def test_a_missing_extra_is_named(typed, monkeypatch):
    """Lost otherwise: an ImportError, and no word on what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    error = typed("public").exception
    assert isinstance(error, WorkspaceError)
    assert "[page]" in str(error)
