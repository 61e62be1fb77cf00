"""What the tests of pages share: a warm judge, a browser, `tito open` on a fresh folder."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.page.desks import TEXTS, judged
from tests.page.host import host_of, put_python
from tests.page.reader import LAPTOP, Reader
from tito.learner import stub_of
from tito.lesson.model import load_lesson
from tito.page.desk import Desk
from tito.page.site import build

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    """Chromium; its tests skip where there is none. While it runs, so does an event loop."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("There is no chromium on this machine.")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture
def person(browser):
    """Comes to an address with a browser of their own, in which nothing may go wrong."""
    contexts, readers = [], []

    def come(address, viewport=LAPTOP, script="", **more):
        contexts.append(browser.new_context(viewport=viewport, **more))
        readers.append(Reader(contexts[-1], script))
        return readers[-1].open(address)

    yield come
    for context in contexts:
        context.close()
    assert [fault for reader in readers for fault in reader.faults] == []


@pytest.fixture(scope="session")
def state(tmp_path_factory):
    """Where tito keeps the pages that it has made, so that they are made once."""
    return tmp_path_factory.mktemp("state")


class Opened:
    """A running `tito open`: its address, and the learner's file."""

    def __init__(self, folder: Path, state: Path, port: str = "0") -> None:
        unhurried = "from tito.engine import run; run.PATIENCE_S = 0"  # it saves the machine's time
        program = [sys.executable, "-c", f"{unhurried}; from tito.cli import main; main()"]
        name = "LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME"
        self.process = subprocess.Popen(
            [*program, "open", "layers", "--no-browser", "--port", port],
            cwd=folder,
            env=os.environ | {name: str(state)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = next(line.strip() for line in self.process.stdout if "token=" in line)
        self.file = folder / "my-tinytorch" / "layers_dev.py"

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def holds(self, text: str, *, within: float = 10) -> bool:
        """Whether the file holds the text, if not now, then soon."""
        until = time.monotonic() + within
        while text not in self.text and time.monotonic() < until:
            time.sleep(0.05)
        return text in self.text

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory, state):
    """`tito open layers`, once for all tests."""
    found = Opened(tmp_path_factory.mktemp("learner"), state)
    yield found
    found.end()


@pytest.fixture
def opened(running):
    """The same with a learner's folder in which nothing was done yet."""
    shutil.rmtree(running.file.parent / ".tito", ignore_errors=True)  # a late test may be kept
    (running.file.parent / ".tito").mkdir(parents=True, exist_ok=True)
    running.file.write_text(stub_of(load_lesson("layers")), encoding="utf-8")
    return running


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of the pages as a plain host of files gives them, with Python in them."""
    out = tmp_path_factory.mktemp("site")
    build(out, only_lessons=True)
    put_python(out)
    with host_of(out) as address:
        yield address


@pytest.fixture(scope="session")
def verdicts():
    """Each of the texts with its report and its verdict, from a desk without a folder."""
    reports = {}

    def examine(lesson, source, seed, explain):
        reports["last"] = judged(lesson, source, seed, explain)
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
