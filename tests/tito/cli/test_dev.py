"""`./tito dev test`: how pytest is called."""

import sys

import pytest

from tito.cli.dev import dev


@pytest.mark.parametrize(
    ("arguments", "several"),
    [
        ([], True),
        (["-m", "not slow"], True),
        (["tests/tito", "-k", "guard", "-x"], True),
        (["-n", "0"], False),
        (["-n4"], False),
        (["--pdb"], False),
        (["tests/test_readme.py"], False),
        (["tests/test_readme.py::test_it"], False),
        (["--collect-only"], False),
        (["--help"], False),
    ],
)
def test_three_files_at_a_time_unless_that_is_in_the_way(arguments, several, monkeypatch):
    """Lost otherwise: a good half of the time that all tests take, or the debugger."""
    called = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **_: called.append(command))
    monkeypatch.setattr("tito.lab.scripts.exit_code", lambda _: 0)
    assert dev.main(["test", *arguments], standalone_mode=False) == 0
    before = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"] if several else []
    assert called == [[sys.executable, "-m", "pytest", *before, *arguments]]
