"""What is said of a loop that did not end is true of its text."""

from pathlib import Path

import pytest

from tito.engine.crash import stuck_in
from tito.engine.source import Source

LOOPS = {
    "while True:\n    x = 1": "nothing ends it",
    "while True:\n    if x:\n        break": "its break or return was never reached",
    "while n < 3:\n    x = n": "nothing in the loop changes `n`",
    "while n < len(rows):\n    x = rows[n]": "nothing in the loop changes `n` or `rows`",
    "while n < 3:\n    n += 1": "how is its condition",
    "while rows:\n    rows.pop()": "how is its condition",
    "while more(n):\n    x = 1": "how is its condition",
    "while self.n < 3:\n    n = 1": "nothing in the loop changes `self.n`",
    "while self.n < 3:\n    self.n = 1": "how is its condition",
    "while n < 3:\n    work(n)": "how is its condition",
    "while n[0] < 3:\n    n[0] += 1": "how is its condition",
    "for x in rows:\n    rows.append(x)": "line 2 adds to `rows`",
    "for x in rows:\n    others.append(x)": "does that ever come to an end",
}


@pytest.mark.parametrize("text", LOOPS)
def test_what_is_said_of_a_loop(text):
    """Lost otherwise: a person is sent to a name that their loop does change."""
    source = Source(Path("layers_dev.py"), f"{text}\n".encode(), 0.0)
    said = stuck_in(source, text.count("\n") + 1)
    assert LOOPS[text] in said
    assert "line 1, " in said


def test_the_innermost_loop_is_the_one():
    """Lost otherwise: the outer loop is blamed for the inner one."""
    text = b"for x in y:\n    while True:\n        pass\n    x = 1\nz = 1\n"
    source = Source(Path("layers_dev.py"), text, 0.0)
    assert "while True" in stuck_in(source, 3)
    assert "over `y`" in stuck_in(source, 4)
    assert stuck_in(source, 5) == ""
