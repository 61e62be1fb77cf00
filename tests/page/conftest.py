"""What all tests of the page share: a judge that is warm."""

import pytest

from tests.page.desks import TEXTS
from tito.page.desk import Desk
from tito.page.waiting import Waiting


@pytest.fixture(scope="session")
def waiting():
    """The judge of all tests, which makes its next run ready as in `tito open`."""
    found = Waiting()
    yield found
    found.end()


@pytest.fixture(scope="session")
def verdicts(waiting):
    """Each of the texts with its report and its verdict, from a desk without a folder."""
    reports = {}

    def examine(lesson, source, seed, explain):
        reports["last"] = waiting.examine(lesson, source, seed, explain)
        return reports["last"]

    desk, found = Desk(examine), {}
    for name, text in TEXTS.items():
        asked = {"lesson": "layers", "text": text, "seed": None, "explain": name == "wrong"}
        verdict = desk.ask("test", asked)
        found[name] = reports["last"], verdict
    return found


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """An empty folder to stand in, as far as tito is concerned outside of any project."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
