"""`tito show training`: each sentence follows from the training that was measured."""

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

from tinytorch.plots import measure_training
from tinytorch.plots.words import training as say
from tito.cli.pictures.digits import training
from tito.lab.train.digits import Attempt

LABELS = np.repeat(np.arange(10), 10)


def trained(wrong=(), held_out=(0.9,), on=(1.0,), chances=None):
    """A training with these mistakes, (image, answer)."""
    if chances is None:
        chances = np.eye(10)[LABELS] * 0.9 + 0.01
        for index, answer in wrong:
            chances[index] = np.eye(10)[answer] * 0.9 + 0.01
    return measure_training(
        [1.0], chances, LABELS, np.zeros((100, 4)), held_out=held_out, trained_on=on
    )


def words(**changes):
    return "\n".join(say(trained(**changes)))


def test_what_is_confused_most_is_named_with_its_counts():
    """Lost otherwise: a sentence about digits that this network tells apart."""
    told = words(wrong=[(30, 8), (31, 8), (80, 3), (10, 7)])
    assert "97 of 100" not in told
    assert "96 of 100 images that were held out are right, 96.0%." in told
    assert "Confused most often, 3 times: 3 with 8." in told
    assert "2 of 10 images of a 3 were taken for an 8" in told
    assert "1 of 10 images of an 8 were taken for a 3" in told
    assert "The worst mistake, the first image at the bottom: a 1, taken for a 7 with 91.0%" in told


def test_pairs_that_are_confused_equally_often_are_all_named():
    """Lost otherwise: the first of several is called the worst."""
    told = words(wrong=[(30, 8), (31, 8), (10, 7), (11, 7)])
    assert "2 times each: 1 with 7; 3 with 8." in told
    assert "No two digits were confused more than once." in words(wrong=[(30, 8)])
    assert "once: 2 pairs were, once each." in words(wrong=[(30, 8), (10, 7)])


def test_no_mistake_is_no_cause_for_a_sentence_about_mistakes():
    """Lost otherwise: the best network is told what it confuses."""
    told = words()
    assert "No digit was taken for another." in told
    assert "There are no mistakes. The least sure answer gave 91.0%" in told


@pytest.mark.parametrize(
    ("held_out", "said"),
    [
        ([0.9], "After one epoch nobody can see"),
        ([0.5, 0.9], "The last epoch but one reached 50.0%, the last 90.0%: it still rises"),
        ([0.9] * 10, "it no longer rises"),
        ([0.9] * 8 + [0.5] * 2, "it falls again"),
        ([0.80, 0.90, 0.81, 0.91, 0.80, 0.90] * 5, "it no longer rises"),
        ([0.1] * 6 + [0.6, 0.7, 0.8, 0.9], "over the 2 before 65.00%: it still rises"),
        ([], "After one epoch nobody can see"),
    ],
)
def test_the_end_of_the_curve_is_judged_by_its_numbers(held_out, said):
    """Lost otherwise: more epochs are advised where they do not help."""
    assert said in words(held_out=held_out, on=[])


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ([1.0], "20.0 points more, as much as 20 of the images held out. That part does not carry"),
        ([0.82], "with 100 images held out that is no difference"),
        ([0.6], "fewer than of those held out"),
    ],
)
def test_the_gap_is_said_as_measured(on, said):
    """Lost otherwise: a network that overfits is praised, or noise is called learning."""
    wrong = [(place, (place // 10 + 1) % 10) for place in range(0, 100, 5)]
    told = words(wrong=wrong, held_out=[0.8], on=on)
    assert said in told
    assert "of those trained on" not in words(on=[]).lower()


def test_a_network_that_guesses_is_compared_with_guessing():
    """Lost otherwise: one that learned nothing is said to overfit."""
    told = words(chances=np.tile(np.eye(10)[3], (100, 1)), held_out=[0.1], on=[0.15])
    assert "10 of 100 images that were held out are right, 10.0%." in told
    assert "answering the most frequent digit would reach 10.0%" in told
    assert "overfits" not in told


def test_remarks_on_the_training_are_said_first(learner, monkeypatch):
    """Lost otherwise: why a network learned nothing, though it was noticed."""
    done = Attempt(
        losses=[1.0],
        held_out=[0.1],
        trained_on=[0.1],
        probabilities=np.full((360, 10), 0.1),
        weights=None,
        remarks=["Something never changed."],
        printed="",
    )
    monkeypatch.setattr("tito.cli.pictures.digits.learn", lambda *_, **__: done)
    told = json.loads(CliRunner().invoke(training, ["--json"]).output)
    assert told["seen"][0] == "Note: Something never changed."


def test_answers_that_are_no_numbers_are_said():
    """Lost otherwise: a network that broke is described like one that did not."""
    told = words(chances=np.full((100, 10), math.nan))
    assert "0 of 100 images" in told
    assert "No answer is a number." in told


def test_the_page_is_written_and_its_numbers_given(tito, learner):
    """Lost otherwise: the whole command, with a training in a process of its own."""
    pytest.importorskip("matplotlib")
    done = tito("show", "training", "--output", "my page.png", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (learner / "my page.png").read_bytes().startswith(b"\x89PNG")
    assert told["right"] == 360 - len(told["mistakes"]) == np.trace(told["confusion"])
    assert len(told["held_out"]) == len(told["trained_on"]) == 60
    assert any(f"{told['right']} of 360" in sentence for sentence in told["seen"])
