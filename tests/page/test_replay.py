"""A run replayed with what a worker said comes to the verdict of a run that waits for it."""

import json
import time

import pytest

from proof.learner_files import learner_files
from tito.engine import examine, start_worker
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


def replayed(court, text):
    learners = []
    asked = {"lesson": "layers", "text": text, "seed": 5, "explain": False}
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


def test_what_cannot_be_done_is_said(court):
    """A page that asks for a lesson that is not there breaks Python down."""
    asked = {"lesson": "nothing", "text": "", "seed": None, "explain": False}
    assert "There is no lesson nothing" in json.loads(court.ask("test", json.dumps(asked)))["error"]
