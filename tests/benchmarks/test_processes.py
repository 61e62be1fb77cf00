"""The children: they answer, they are missed by name, and their failures are told."""

import json
import subprocess
import sys

import pytest

from benchmarks import reading
from benchmarks.processes import ROOT, Child, SideFailed, environment
from benchmarks.workloads import Work

SMALL_STEP = Work("step", (4, 3, 2), 5, "SGD")


@pytest.fixture
def limit():
    child = Child("limit")
    yield child
    child.end()


def test_a_child_measures_and_says_how_sure_it_is(limit):
    """Otherwise there are no figures at all."""
    assert limit.missing is None
    assert limit.knows(SMALL_STEP)
    assert not limit.knows(Work("digits"))
    taken = limit.measure(SMALL_STEP, 0.01)
    assert taken.value > 0
    assert taken.unevenness >= 1


def test_a_failure_says_which_side_and_what_was_asked(capfd):
    """Otherwise the conductor waits for ever, or ends with a line of JSON that is none."""
    child = Child("limit")
    with pytest.raises(SideFailed, match=r"a reading of Work\(kind='nonsense'.*limit.*code 1"):
        child.measure(Work("nonsense"), 0.01)
    child.end()
    assert "KeyError: 'nonsense'" in capfd.readouterr().err


def test_a_library_that_is_not_installed_is_named(tmp_path):
    """Otherwise the benchmark needs PyTorch, or skips it without a word."""
    hidden = "import sys; sys.modules['torch'] = None; sys.argv[1:] = ['torch']\n"
    run = "import runpy; runpy.run_module('benchmarks.child', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", hidden + run], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"missing": "torch is not installed"}


def test_every_side_gets_the_same_number_of_threads():
    """Otherwise one side has the machine and the other half of it."""
    assert {environment()[name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")} == {"2"}


def test_imports_and_memory_are_measured_in_fresh_processes(limit):
    """Otherwise an import is free the second time, and memory is what earlier work left."""
    assert limit.knows(Work("import"))
    assert limit.measure(Work("import", name="import tinytorch"), 0.1).value > 0
    assert not limit.knows(Work("memory"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_grows_by_what_a_step_needs():
    """Otherwise the memory row shows the library, the weights, or nothing."""
    child = Child("tinytorch")
    try:
        work = Work("memory", (1024, 1024, 1024), 1024, "SGD")
        grown = child.measure(work, 0.0).value / 2**20
    finally:
        child.end()
    # Two layers' results and gradients have 4 MiB each, as have the gradients of both weights.
    assert 16 <= grown <= 60


def test_a_reading_is_a_median_over_blocks():
    """Otherwise one slow run in a thousand decides."""
    runs = []
    taken = reading.take(lambda: runs.append(1), 0.01)
    assert len(runs) > 100
    assert 0 < taken.value < 0.01
    assert taken.unevenness >= 1


def test_a_long_run_is_not_repeated_for_its_own_sake(monkeypatch):
    """Otherwise a training of seconds is run eight times where twice is enough."""
    clock, runs = iter(range(10_000)), []
    monkeypatch.setattr(reading.time, "perf_counter", lambda: float(next(clock)))
    reading.take(lambda: runs.append(1), 0.1)
    assert len(runs) == 2
