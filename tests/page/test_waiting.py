"""Verdicts on this machine: the newest text is judged, and nobody waits for the one before."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.page.desks import LAYERS, RIGHT, TEXTS
from tito.engine.source import Source
from tito.page.desk import Newer
from tito.page.waiting import Waiting


def source(text):
    return Source(Path("layers_dev.py"), text.encode(), 0.0)


@pytest.fixture
def waiting():
    found = Waiting()
    yield found
    found.end()


def test_a_text_that_hangs_is_given_up_for_the_next_one(waiting):
    """Otherwise a learner who mends an endless loop waits for its end, or sees its verdict."""
    with ThreadPoolExecutor(1) as other:
        hangs = other.submit(waiting.examine, LAYERS, source(TEXTS["hang"]), None, False)
        time.sleep(1)
        report = waiting.examine(LAYERS, source(RIGHT), 5, False)
        with pytest.raises(Newer):
            hangs.result(timeout=30)
    assert (report.ok, report.seed) == (True, 5)


def test_what_is_made_ready_is_used_once(waiting):
    """Otherwise two verdicts have the same numbers, and a wrong method can learn them."""
    waiting.get_ready(LAYERS)
    seeds = {waiting.examine(LAYERS, source(RIGHT), None, False).seed for _ in range(2)}
    assert len(seeds) == 2


def test_two_that_ask_the_same_at_a_time_are_told_the_same(waiting):
    """Otherwise a save elsewhere leaves one of two tabs without a verdict."""
    slow = source("import time\ntime.sleep(1)\n")
    with ThreadPoolExecutor(2) as tabs:
        asked = [tabs.submit(waiting.examine, LAYERS, slow, None, False) for _ in range(2)]
        first, second = (each.result(timeout=30) for each in asked)
    assert first is second


def test_it_ends_while_something_hangs():
    """Otherwise Ctrl-C in `tito open` waits for a learner's endless loop."""
    waiting = Waiting()
    with ThreadPoolExecutor(1) as other:
        hangs = other.submit(waiting.examine, LAYERS, source(TEXTS["hang"]), None, False)
        time.sleep(1)
        waiting.end()
        with pytest.raises(Newer):
            hangs.result(timeout=30)
