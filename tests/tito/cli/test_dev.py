"""`./tito dev test`: how pytest is called."""

import pytest

from tito.cli import dev


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
    ],
)
def test_two_files_at_a_time_unless_that_is_in_the_way(arguments, several, monkeypatch):
    """Lost otherwise: half of the time that all tests take, or the debugger."""
    called = []
    monkeypatch.setattr(dev, "_run", lambda module, arguments, _: called.append(arguments) or 0)
    dev.dev_test.main(arguments, standalone_mode=False)
    assert called == [["-n", "2", "--dist", "loadfile", *arguments] if several else arguments]
