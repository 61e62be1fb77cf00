"""Frames from a worker's message and from faulthandler's words, as a report holds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.engine.crash import autopsy
from tito.engine.frames import Frame, cycle_of, decode_trace, trace_in_dump
from tito.engine.seen import Raised, decode, words

DUMP = """Timeout (0:00:02)!
Thread 0x00007f0001 (most recent call first):
  File "/a b/layers_dev.py", line 3 in spin
  File "/usr/lib/python3.11/threading.py", line 982 in run

Thread 0x00007f0002 (most recent call first):
  File "/a b/layers_dev.py", line 50 in fill
  File "/usr/lib/python3.11/contextlib.py", line 81 in inner
  File "/a b/layers_dev.py", line 44 in forward
  File "/src/tito/engine/worker.py", line 110 in look
"""


def test_a_dump_gives_the_chain_of_the_main_thread():
    """Lost otherwise: the line of a helper without the call that led there, or another thread's."""
    assert trace_in_dump(DUMP, "/a b/layers_dev.py") == (Frame(44, "forward"), Frame(50, "fill"))
    death = autopsy(DUMP, "/a b/layers_dev.py", 1)
    assert (death.kind, death.line) == ("timeout", 50)


def test_the_thread_that_crashed_is_the_one():
    """Lost otherwise: a crash in a thread is shown as if the main one had crashed."""
    dump = DUMP.replace("Timeout (0:00:02)!", "Fatal Python error: Segmentation fault\n")
    dump = dump.replace("Thread 0x00007f0001", "Current thread 0x00007f0001")
    assert trace_in_dump(dump, "/a b/layers_dev.py") == (Frame(3, "spin"),)


def test_a_stack_overflow_is_known_by_its_cycle():
    """Lost otherwise: "segmentation fault", which nobody who writes Python can do anything with."""
    calls = '  File "/f.py", line 19 in __call__\n  File "/f.py", line 46 in forward\n' * 50
    dump = (
        f"Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call):\n{calls}"
    )
    death = autopsy(dump, "/f.py", -11)
    assert death.detail == "the stack overflowed"
    assert {frame.line for frame in death.trace} == {19, 46}
    assert cycle_of(death.trace).endswith("again.")


FIELDS = ["line", "in", "scope", "through", "again", "part"]
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner),
)


@given(json_like)
def test_a_trace_that_no_honest_worker_sends_is_refused(data):
    """Lost otherwise: a learner's code that reaches the channel ends the judge with a traceback."""
    try:
        trace = decode_trace(data)
    except (TypeError, ValueError, KeyError, AttributeError, LookupError):
        return
    for frame in trace:
        assert type(frame.line) is int
        assert all(type(text) is str for text in (frame.name, *frame.scope, *frame.scope.values()))


@pytest.mark.parametrize("count", [1, 5000])
def test_what_a_worker_says_is_cut(count):
    """Lost otherwise: a worker that was rewired fills the screen, or moves the cursor."""
    frame = {
        "line": 1,
        "in": "f\x1b[2J" * count,
        "scope": {f"x{n}": "y\n" * count for n in range(count)},
        "through": False,
        "again": False,
        "part": [0, 0],
    }
    raised = {"is": "raised", "type": "ValueError", "text": "t", "line": 1, "own": True}
    seen = decode({**raised, "trace": [frame] * count, "more": ["m\x1b" * count] * count})
    assert len(seen.trace) <= 24
    assert all(len(f.name) <= 200 and f.name.isprintable() for f in seen.trace)
    assert all(len(f.scope) <= 12 for f in seen.trace)
    assert len(words(seen)) < 1000
    assert "\x1b" not in words(seen)


def test_the_way_there_is_no_part_of_what_an_error_is():
    """Lost otherwise: a mistake is not named, because it was made on another line."""
    bare = Raised("ValueError", "t", 1, True)
    assert bare == Raised("ValueError", "t", 1, True, (Frame(1, "f"),), "It came from another.")
