"""A run replayed with what a worker said comes to the verdict of a run that waits for it."""

import json
import sys
import time

import pytest

from proof.learner_files import learner_files
from tito.engine import examine, start_worker
from tito.engine.bench import Bench
from tito.learner import stub_of
from tito.lesson.model import load_lesson
from tito.page.browser import Court

NAMES = ["abc_style", "no_gradient_for_bias", "untouched_stub", "os_exit_zero_in_forward"]


@pytest.fixture
def court(monkeypatch):
    monkeypatch.setattr("tito.page.browser.RECURSION", 1000)
    return Court()


class Learner:
    """What the page's scripts are: a worker that does jobs, and tells what came of them."""

    def __init__(self):
        self.worker, self.told = start_worker("layers"), 0
        self.begun = time.monotonic()

    def do(self, job):
        self.worker.send(job)
        events = []
        while events[-1:] == [] or "said" in events[-1]:
            message = self.worker.receive(time.monotonic() + 20)
            if message is None:
                self.worker.left_by_itself(5)
                events.append({"left": self.worker.exit_code})
                self.worker.end()
            else:
                events.append({"said": json.dumps(message)})
                if message["is"] in ("loaded", "unusable", "finished"):
                    break
        text = self.worker.output.decode()
        output, self.told = text[self.told :], len(text)
        at = time.monotonic() - self.begun
        return [{**event, "output": "", "at": at} for event in events[:-1]] + [
            {**events[-1], "output": output, "at": at}
        ]


def replayed(court, text, seed=5):
    learners = []
    asked = {"lesson": "layers", "text": text, "seed": seed, "explain": False}
    turn = json.loads(court.ask("test", json.dumps(asked)))
    while "need" in turn:
        if turn["anew"]:
            learners.append(Learner())
        for event in learners[-1].do(turn["need"]):
            court.heard(json.dumps(event))
        turn = json.loads(court.came())
    for learner in learners:
        learner.worker.end()
    return turn["reply"]


@pytest.mark.parametrize("name", NAMES)
def test_the_replayed_report_is_the_same(court, name, tmp_path):
    """The page in a browser says something else of a file than `tito test`."""
    text = learner_files("layers").content(name).decode()
    path = tmp_path / "layers_dev.py"
    path.write_text(text)
    verdict = replayed(court, text)
    here = json.loads(court.ask("report", "{}"))["reply"]
    there = examine("layers", path, seed=5).to_dict()
    assert {**here, "file": "", "seconds": 0} == {**there, "file": "", "seconds": 0}
    assert verdict["sha256"] == here["sha256"]


def test_what_was_worked_out_ahead_changes_nothing(court, tmp_path):
    """After a mistake the next one is told another name than `tito test` would tell it."""
    files = learner_files("layers")
    replayed(court, files.content("bias_ones").decode(), seed=None)
    while court.get_ready("layers"):
        pass
    text = files.content("no_gradient_for_bias").decode()
    seed = replayed(court, text, seed=None)["seed"]
    path = tmp_path / "layers_dev.py"
    path.write_text(text)
    here = json.loads(court.ask("report", "{}"))["reply"]
    there = examine("layers", path, seed=seed).to_dict()
    assert {**here, "file": "", "seconds": 0} == {**there, "file": "", "seconds": 0}


def test_each_answer_is_judged_once(court, monkeypatch):
    """A right file waits for everything to be judged anew in each of its seven turns."""
    judged = []

    def judge(bench, check, seen, sample=0):
        judged.append(check.id)
        return plain(bench, check, seen, sample)

    plain = Bench.judge
    monkeypatch.setattr(Bench, "judge", judge)
    assert replayed(court, learner_files("layers").content("abc_style").decode())["ok"]
    checks = {check.id for check in load_lesson("layers").checks}
    assert sorted(each for each in judged if each in checks) == sorted(checks)


def test_nothing_is_worked_out_for_what_is_not_written(court, monkeypatch):
    """Whoever opens the page for the first time waits for what their stub is not asked."""
    asked = set()
    monkeypatch.setattr(Bench, "expected", lambda bench, check, sample=0: asked.add(check.exercise))
    lesson = load_lesson("layers")
    assert replayed(court, stub_of(lesson))["passed"] == 0
    assert asked.isdisjoint(lesson.tasks)


@pytest.mark.parametrize("check", [["Linear"], "no check of ours", None])
def test_a_message_of_another_form_is_no_answer(court, check):
    """A file that finds a way to send messages breaks the judge down."""
    asked = {"lesson": "layers", "text": "x = 1\n", "seed": 5, "explain": False}
    court.ask("test", json.dumps(asked))
    said = json.dumps({"is": "saw", "check": check, "seen": "nothing"})
    court.heard(json.dumps({"said": said, "output": "", "at": 0.1}))
    assert json.loads(court.came())["reply"]["ok"] is False


def test_a_step_leaves_the_limit_of_recursion_as_it_was(court):
    """After a pause a file that recurses deeply is told another error than before it."""
    before = sys.getrecursionlimit()
    court.get_ready("layers")
    assert sys.getrecursionlimit() == before


def test_what_cannot_be_done_is_said(court):
    """A page that asks for a lesson that is not there breaks Python down."""
    asked = {"lesson": "nothing", "text": "", "seed": None, "explain": False}
    assert "There is no lesson nothing" in json.loads(court.ask("test", json.dumps(asked)))["error"]
