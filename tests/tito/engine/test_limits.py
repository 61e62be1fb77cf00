"""Limits of time: a slow import is nobody's fault, a hang is told with what it was given."""

import pytest

from tito.engine import conduct as limits
from tito.engine.conduct import Limits, importing
from tito.engine.source import Source


def test_an_import_that_takes_longer_than_a_probe_may_is_waited_for(examined, tmp_path):
    """Lost otherwise: whoever imports a large library is told that their file hangs."""
    (tmp_path / "large_one.py").write_text("import time; time.sleep(2.6)\nprint('loaded')\n")
    report = examined(end="import large_one\nprint('after')")
    assert report.error is None
    assert report.ok
    assert report.printed == "loaded\nafter"


@pytest.mark.slow
def test_a_hang_is_told_with_its_limits(examined):
    """Lost otherwise: a person does not know whether to wait, or to look for a loop."""
    assert "within 2 s\nTried once more, it had " in examined("while True: pass").first.got
    assert "It had 2 s, and " in examined(end="while True: pass").error


@pytest.mark.parametrize(
    ("worked", "busy", "least", "most"),
    [(None, True, 3, 3), (1.9, True, 3, 3), (0.2, False, 3, 3), (1.4, True, 4, 4.5)],
)
def test_a_second_try_has_more_time_on_a_busy_machine(monkeypatch, worked, busy, least, most):
    """Lost otherwise: the machine's other work is taken for an endless loop."""
    monkeypatch.setattr(limits, "_busy", lambda: busy)
    assert least <= Limits().again(2.0, worked) <= most


def test_which_line_imports(tmp_path):
    """Lost otherwise: a loop is waited for as if it were a library."""
    text = b"import a\nfrom b import (\n    c,\n)\nwhile True:\n    pass\n"
    source = Source(tmp_path / "x.py", text, 0.0)
    lines = [line for line in range(8) if importing(source, line)]
    assert lines == [1, 2, 3, 4]
    assert not importing(source, None)
