"""Limits of time: a slow import is nobody's fault, a hang is told with what it was given."""

import ast

from tito.engine.source import Source

IMPORTS = ast.Import, ast.ImportFrom


def test_an_import_that_takes_longer_than_a_probe_may_is_waited_for(examined, limited, tmp_path):
    """Lost otherwise: whoever imports a large library is told that their file hangs."""
    limited(probe_s=1.0)
    (tmp_path / "large_one.py").write_text("import time; time.sleep(1.3)\nprint('loaded')\n")
    report = examined(end="import large_one\nprint('after')")
    assert report.error is None
    assert report.ok
    assert report.printed == "loaded\nafter"


def test_a_hang_is_told_with_its_limits(examined, limited):
    """Lost otherwise: a person does not know whether to wait, or to look for a loop."""
    limited(probe_s=0.6, again_s=0.9)
    tried = "within 0.6 s\nTried once more, it had 0.9 s."
    assert tried in examined("while True: pass").first.got
    assert "It had 0.6 s, and 0.9 s when" in examined(end="while True: pass").error


def test_which_line_imports(tmp_path):
    """Lost otherwise: a loop is waited for as if it were a library."""
    text = b"import a\nfrom b import (\n    c,\n)\nwhile True:\n    pass\n"
    source = Source(tmp_path / "x.py", text, 0.0)
    lines = [line for line in range(8) if source.around(line, *IMPORTS)]
    assert lines == [1, 2, 3, 4]
    assert not source.around(None, *IMPORTS)
