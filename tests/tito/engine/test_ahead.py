"""What was made ready ahead changes the time of a verdict, and nothing else."""

import os
import random
import re
import time
from itertools import cycle

import pytest

from proof.learner_files import learner_files
from proof.warm import warm_worker
from tito.engine import examine
from tito.engine.run import Ahead
from tito.engine.seam import processes_marked
from tito.lesson.model import load_lesson

FILES = learner_files("layers")
LESSON = load_lesson("layers")
CALM = ("empty", "binary_junk", "exit_at_import", "patches_numpy_comparison", "missing_dense")


@pytest.fixture(autouse=True)
def a_warm_worker(monkeypatch):
    """A worker that is forked is there at once, and does the same."""
    monkeypatch.setattr("tito.engine.run.start_worker", warm_worker)


def told(report):
    """All of a report that a person is told, but for the times that were measured."""
    checks = [{**check.to_dict(), "given": check.given} for check in report.checks]
    advice = [re.sub(r"[\d.,]+ (times|ms|µs|s)\b", "", text) for text in report.advice]
    return report.error, report.error_line, advice, report.sha256, checks


def some(kind, number):
    """Names of such files, without those that draw from a generator which no seed reaches."""
    names = [entry.name for entry in FILES.of(kind)]
    seeded = [
        n for n in names if not re.search(rb"default_rng\(\)|urandom|Random\(\)", FILES.content(n))
    ]
    return random.Random(1).sample(seeded, number)


def verdicts_in_turn(paths, steps):
    """The verdicts on these files, the runs having been prepared by so many steps, in turn."""
    last = part = None
    for seed, (path, many) in enumerate(zip(paths, cycle(steps), strict=False)):
        ahead = Ahead(LESSON, seed)
        for _ in zip(range(many), ahead.steps(last, part), strict=False):
            pass
        report = ahead.run(path, time.monotonic(), lambda: None)
        last, part = ahead.bench, report.first.part if report.first else None
        yield report


def test_a_prepared_run_says_what_a_cold_one_says(tmp_path):
    """Lost otherwise: `tito watch` says something else than `tito test`, or carries over."""
    names = [*some("right", 1), *some("wrong", 3), *CALM, *some("wrong", 2)]
    paths = [FILES.put(name, tmp_path) for name in names]
    reports = verdicts_in_turn(paths, (150, 0, 150, 800))
    for seed, (path, report) in enumerate(zip(paths, reports, strict=True)):
        cold = examine("layers", path, seed=seed, worker=warm_worker("layers"))
        assert told(report) == told(cold), path.name


def test_seeds_are_fresh():
    """Lost otherwise: numbers written into a file pass at the next save."""
    first, second = Ahead(LESSON), Ahead(LESSON)
    first.end()
    second.end()
    assert first.bench.seed != second.bench.seed


class Stop(Exception):
    pass


@pytest.mark.parametrize("after", [1, 5, 20])
def test_an_interrupted_run_ends_at_once_and_leaves_nothing(tmp_path, after):
    """Lost otherwise: a save during a run waits for the old text's verdict, or workers pile up."""
    path = tmp_path / "layers_dev.py"
    text = FILES.content("page").decode()
    path.write_text(text.replace("        output = x.matmul", "        while True: pass\n#", 1))
    calls = []

    def interrupt():
        calls.append(1)
        if len(calls) > after:
            raise Stop

    ahead = Ahead(LESSON)
    with pytest.raises(Stop):
        ahead.run(path, time.monotonic(), interrupt)
    assert processes_marked(ahead.worker.mark) == []


def test_a_worker_that_died_while_it_waited_is_replaced(tmp_path):
    """Lost otherwise: after an hour's pause the first save is told that the test cannot start."""
    ahead = Ahead(LESSON, 1)
    os.kill(ahead.worker.process.pid, 15)
    ahead.worker.process.wait()
    assert ahead.run(FILES.put("page", tmp_path), time.monotonic(), lambda: None).ok


@pytest.mark.parametrize(("file", "stands"), [("page", [True]), ("p_unchecked", [])])
def test_that_all_is_right_is_told_before_advice(file, stands, tmp_path):
    """Lost otherwise: who is right waits for what they need not change; or hears it too early."""
    told = []
    report = Ahead(LESSON, 1).run(
        FILES.put(file, tmp_path),
        time.monotonic(),
        lambda: None,
        lambda report: told.append(report.ok and not report.advice),
    )
    assert told == stands
    assert bool(report.advice) == bool(stands)
