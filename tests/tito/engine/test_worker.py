"""The learner's process: what it does to itself costs its checks, and never more."""

from pathlib import Path

import pytest

import tinytorch.core.layers

FRAMES = """
import json, os, struct, sys
frame = sys._getframe()
while type(frame.f_locals.get("self")).__name__ != "Worker":
    frame = frame.f_back
channel = frame.f_locals["self"].answers.fileno()
def send(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    os.write(channel, struct.pack(">I", len(body)) + body)
"""
LOADED = """
send({"is": "loaded", "owners": {},
      "classes": ["Layer", "Linear", "Dense", "Dropout", "Sequential"]})
"""
REFERENCE = tinytorch.core.layers.__file__
TAKE = f"""
import importlib, os, pathlib, shutil, sys
reference = {REFERENCE!r}
"""


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("while True: pass", "timeout", "did not come back within 1 s"),
        ("return self.forward(x)", "error", "RecursionError"),
        ("import os; os._exit(0)", "error", "it exited with code 0"),
        ("import os; os.kill(os.getpid(), 9)", "error", "it was killed"),
        ("import os; os.kill(0, 9)", "error", "it was killed"),
        ("import ctypes; ctypes.string_at(0)", "error", "it crashed"),
        ("import os; os.closerange(0, 256)", "error", "disturbed the channel"),
        ("while True: print('x' * 1000)", "error", "printed more than 1 MiB"),
        ("hoard = [np.empty(10**8) for _ in range(9)]", "error", "used more than 1 GiB"),
    ],
)
def test_it_costs_the_checks_concerned_and_is_said(examined, limited, code, status, said):
    """A learner whose code hangs or dies must be told so, and where, and lose nothing else."""
    limited(probe_s=1.0 if status == "timeout" else 2.0)
    report = examined(code)
    if status == "timeout":
        lines = Path(report.file).read_text(encoding="utf-8").split("\n")
        assert "while True" in lines[report.first.line - 1]
    assert (report.first.exercise, report.first.status) == ("Linear.forward", status)
    assert said in report.first.got
    assert {check.status for check in report.checks if check.part == "Dropout"} == {"passed"}


@pytest.mark.parametrize("much", ["'a' * 2_000_000", "'é' * 2_000_000"])
def test_a_flood_at_import_is_said_of_the_file(examined, much):
    """Or the first exercise is blamed for a print at the end of the file."""
    report = examined(end=f"print({much})")
    assert report.error is not None
    assert report.error.endswith("printed more than 1 MiB while it was imported.")
    assert report.passed == 0


@pytest.mark.parametrize(
    "forged",
    [
        'send({"is": "loaded"})',
        'send({"is": "loaded", "owners": [1], "classes": 7})',
        'send({"is": "unusable", "error": 5})',
        'send({"is": [1]})',
        'send(b"[" * 100_000)',
        'for _ in range(2000): send({"is": "begun", "check": "load"})',
        LOADED + 'send({"is": "begun", "check": "no such check"})',
        LOADED + 'while True: send({"is": "finished"})',
    ],
)
def test_a_forged_message_is_no_result(examined, forged):
    """Code that writes into the channel must get a verdict, no pass and no traceback."""
    report = examined(end=FRAMES + forged)
    assert report.passed == 0


@pytest.mark.parametrize(
    "way",
    [
        "open(reference).read()",
        "open(reference.encode()).read()",
        "os.open(pathlib.Path(reference), os.O_RDONLY)",
        "os.chdir(os.path.dirname(reference)); open('layers.py')",
        "os.open('layers.py', 0, dir_fd=os.open(os.path.dirname(reference), os.O_RDONLY))",
        "os.symlink(reference, 'other'); open('other')",
        "open('/proc/self/root' + reference)",
        "shutil.copy(reference, 'copy')",
        "__loader__ = np.__loader__; __loader__.get_data(reference)",
        "sys.meta_path[:] = sys.meta_path[1:]; del sys.modules['tinytorch.core.layers'];"
        " importlib.import_module('tinytorch.core.layers')",
    ],
)
def test_the_reference_is_refused_by_any_name(examined, way):
    """Or the reference would be tested in place of what the learner wrote."""
    report = examined(end=TAKE + way)
    assert not report.ok
    assert "opens the reference solution" in report.error


def test_an_answer_too_large_costs_its_check(examined):
    """A learner who returns a mountain of data must not fill the judge's memory."""
    report = examined("return [np.ones(200_000)] * 4")
    assert report.first.exercise == "Linear.forward"
    assert "more data than" in report.first.got


def test_an_empty_array_of_a_billion_rows_is_put_into_words(examined):
    """Whoever returns one would wait for ever."""
    assert "(1000000000, 0)" in examined("return Tensor(np.zeros((10**9, 0)))").first.got
