"""Says what these tests are about, before they run."""

import gc
import os
import signal
import tempfile
from itertools import count
from pathlib import Path

import pytest

STATE = "LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME"
serial = count()


def pytest_report_header() -> str:
    return (
        "TinyTorch's own tests: of lessons they test the reference, never a learner's file "
        "(for yours: tito test)"
    )


def pytest_configure(config):
    """The tests' processes start as from a terminal, whatever started the tests.

    A background job ignores Ctrl-C, and would hand that on; the launcher says how it was called.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.pop("TITO_COMMAND", None)
    home = tempfile.TemporaryDirectory(prefix="tito-tests-")  # a person's own stays as it is
    config.add_cleanup(home.cleanup)
    os.environ[STATE] = home.name


def pytest_collection_finish():
    """Twelve thousand tests are no garbage: each collection would look through them all."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def a_state_of_its_own(monkeypatch):
    """What tito remembers beyond a learner's folder is not that of the test before."""
    monkeypatch.setenv(STATE, str(Path(os.environ[STATE]) / f"{next(serial)}"))
