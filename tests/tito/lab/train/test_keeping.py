"""A training that is stopped goes on as if it had not been; another one is refused in words."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.choosing import chosen
from tests.idx_files import mnist_folder
from tinytorch.core import layers
from tinytorch.data import digits
from tinytorch.files.tensors import write_tensors
from tinytorch.training import Checkpoint
from tito.cli import train as run
from tito.engine.source import Source
from tito.lab.networks import Network
from tito.lab.train import attempt as attempts
from tito.lab.train import recipe
from tito.lab.train.digits import CannotKeep, train
from tito.lab.train.kept import (
    Keeping,
    Kept,
    NotKept,
    fingerprint,
    read_kept,
    refuse_another,
    versions_of,
)
from tito.lab.train.recipe import DIGITS

pytest.importorskip("safetensors")
BRIEF = replace(DIGITS, epochs=3)
PLAIN = (Path(__file__).parents[3] / "plain_layers.py").read_text(encoding="utf-8")


@pytest.fixture(params=["plain", "reference"])
def module(request):
    """The plain layers, as a module would hold them, and the reference's."""
    if request.param == "reference":
        return layers
    names = {"__name__": "plain_layers"}
    exec(PLAIN, names)
    return SimpleNamespace(**names)


def test_it_goes_on_bit_for_bit(module, tmp_path):
    """Lost otherwise: who presses Ctrl-C gets another network than who waits."""
    whole = train(module, BRIEF)
    path = tmp_path / "digits.checkpoint"
    options = {"kept": Checkpoint(path, every_epochs=None)}
    for stops in (7, 45, 46, 100):  # in an epoch, at its end, at the start of the next
        steps = []
        options |= {"tell": lambda step, *_, steps=steps: steps.append(step)}
        options |= {"stop": lambda steps=steps, stops=stops: steps[-1] == stops}
        assert train(module, BRIEF, **options).stopped
        assert steps[-1] == stops
        options["resume"] = True
    del options["stop"]
    rest = train(module, BRIEF, **options)
    assert not rest.stopped
    assert rest.losses == whole.losses
    assert rest.held_out == whole.held_out
    assert rest.trained_on == whole.trained_on
    assert rest.probabilities.tobytes() == whole.probabilities.tobytes()
    assert rest.weights.tobytes() == whole.weights.tobytes()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_and_resume_as_a_person_does(tito, learner):
    """Lost otherwise: an afternoon's training ends with the lid of a laptop."""
    mnist_folder(learner / "four files", 400, 60)
    options = ["--data", "four files", "--hidden", "32", "--epochs", "40000", "--batch-size", "20"]
    child = subprocess.Popen(
        [sys.executable, "-u", "-m", "tito.cli", "train", "mnist", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not child.stdout.readline().startswith("Training"):
        assert child.poll() is None
    time.sleep(2.5)
    child.send_signal(signal.SIGINT)
    said, errors = child.communicate(timeout=20)
    assert child.returncode == 130
    assert errors == ""
    said = " ".join(said.split())
    epoch = re.search(r"in epoch ([\d,]+) of 40,000, with \S+% of those held out", said)[1]
    epoch = epoch.replace(",", "")
    assert int(epoch) < 40_000
    assert "tito train mnist --data 'four files' --resume" in said
    result = tito("train", "mnist", "--resume", "--epochs", int(epoch) + 1)
    assert result.returncode == 0, result.stderr
    assert "Going on with the training in mnist.checkpoint." in result.stdout
    assert f"batches of 20, {int(epoch) + 1} epochs" in result.stdout
    assert "Held out:" in result.stdout
    assert sorted(os.listdir(learner)) == ["four files", "mnist.png"]
    again = tito("train", "mnist", "--resume")
    assert again.returncode == 1
    assert "There is nothing to go on with: mnist.checkpoint is not there." in again.stdout


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder with a training that was stopped; where it is kept."""
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "digits.checkpoint"
    notes = Kept(BRIEF, versions_of([]), fingerprint(digits()), None).to_notes()
    train(layers, BRIEF, kept=Checkpoint(place, notes=notes), stop=lambda: True)
    return place


def test_another_training_is_refused_by_name(kept, tmp_path):
    """Lost otherwise: two trainings are sewn together, and nobody knows what came out."""
    before = read_kept(kept, "tito train digits")
    (tmp_path / "layers_dev.py").write_text(PLAIN)
    source = Source(tmp_path / "layers_dev.py", PLAIN.encode(), 0.0)
    refuse_another(before, replace(BRIEF, epochs=99), [], kept)
    for wanted, layers_file, said in (
        (replace(BRIEF, network=Network((64, 9, 10))), [], "not Linear(64, 9), ReLU, Linear"),
        (replace(BRIEF, learning_rate=0.1), [], "the learning rate 0.003, not 0.1"),
        (replace(BRIEF, batch_size=7, seed=4), [], "batches of 32, not 7; the seed 0, not"),
        (recipe.MNIST, [], "a training on digits, not on mnist"),
        (BRIEF, [source], "of the reference's layers, not of layers_dev.py as it is now"),
    ):
        with pytest.raises(NotKept, match=re.escape(said)):
            refuse_another(before, wanted, layers_file, kept)
    now = replace(before, images=before.images + 1)
    with pytest.raises(NotKept, match="images other"):
        Keeping(kept, now, "tito train digits", before)


def test_a_file_that_is_none_of_ours_is_refused(kept):
    """Lost otherwise: a traceback, or a training from a damaged file."""
    whole = kept.read_bytes()
    for content in (b"", whole[:1000], whole[:-1] + b"?", b"a text"):
        kept.write_bytes(content)
        with pytest.raises(NotKept, match=r"digits\.checkpoint"):
            read_kept(kept, "tito train digits")
    write_tensors(kept, {"a": np.ones(3)}, {"recipe": "none"})
    with pytest.raises(NotKept, match=r"digits\.checkpoint"):
        read_kept(kept, "tito train digits")
    kept.unlink()
    train(layers, BRIEF, kept=Checkpoint(kept, notes={"recipe": "{}"}), stop=lambda: True)
    with pytest.raises(NotKept, match="another program"):
        read_kept(kept, "tito train digits")


def test_what_was_kept_is_moved_aside(kept, capsys):
    """Lost otherwise: who forgets --resume loses an afternoon."""
    before = kept.read_bytes()
    assert run.train_network([], replace(DIGITS, epochs=1), output=Path("digits.png")) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "was kept from a training that was stopped; it is now digits.checkpoint.old." in said
    assert kept.with_name("digits.checkpoint.old").read_bytes() == before
    assert not kept.exists()


def test_without_safetensors_it_is_trained_all_the_same(tmp_path, monkeypatch, capsys):
    """Lost otherwise: a library for what nobody asked for keeps a person from training."""
    monkeypatch.setattr("tito.lab.train.kept.find_spec", lambda name: None)
    assert run.train_network([], replace(DIGITS, epochs=1), output=tmp_path / "d.png") == 0
    assert "Held out:" in capsys.readouterr().out
    keeping = Keeping(tmp_path / "d.png", None, "tito train digits")
    assert "without the library safetensors: pip install" in keeping.words()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_step_that_does_not_end_is_not_waited_for(tito, begun):
    """Lost otherwise: Ctrl-C does nothing for as long as a wrong loop lasts."""
    line = "    def forward(self, x, training=True):\n"
    hang = "        while x.shape == (32, 128):\n            __import__('time').sleep(99)\n"
    page = PLAIN.replace(line, line + hang)  # in a training, and in no check
    assert page != PLAIN
    (begun / "layers_dev.py").write_text(page)
    command = [sys.executable, "-u", "-m", "tito.cli", "train", "digits", "--anyway"]
    child = subprocess.Popen(command, cwd=begun, stdout=subprocess.PIPE, text=True)
    while not child.stdout.readline().startswith("Training"):
        assert child.poll() is None
    time.sleep(1)
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=15)
    assert child.returncode == 130
    said = " ".join(said.split())
    assert "Stopped by Ctrl-C before the first step was done; no picture was written." in said
    assert "Nothing is kept of it yet. To begin again: tito train digits --anyway" in said


def test_a_full_disk_is_no_fault_of_the_layers(tmp_path, monkeypatch, capsys):
    """Lost otherwise: the class at fault is looked for, and found, where there is none."""
    (tmp_path / "layers_dev.py").write_text(PLAIN)
    source = Source(tmp_path / "layers_dev.py", PLAIN.encode(), 0.0)
    real = attempts.run_apart

    def on_a_full_disk(work, *given, **options):
        return replace(real(work, *given, **options), result={"unkept": "The disk is full."})

    monkeypatch.setattr(attempts, "run_apart", on_a_full_disk)
    monkeypatch.setitem(recipe.RECIPES, "digits", replace(DIGITS, epochs=1))
    assert run.train_network([chosen(source)], output=tmp_path / "digits.png") == 1
    said = capsys.readouterr().out
    assert said.endswith("Training stopped at step 46. The disk is full.\n")


def test_a_full_disk_is_told_from_layers_that_open_files(tmp_path, monkeypatch):
    """Lost otherwise: one is searched for in the layers, or the other on the disk."""

    def full(*_):
        raise OSError(28, "No space left on device")

    options = {"kept": Checkpoint(tmp_path / "digits.checkpoint"), "stop": lambda: True}
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(
            CannotKeep, match=r"digits\.checkpoint cannot be written: No space left"
        ):
            train(layers, BRIEF, **options)
    monkeypatch.setattr(layers.Linear, "forward", full)
    with pytest.raises(OSError, match="No space left") as caught:
        train(layers, BRIEF, **options)
    assert type(caught.value) is OSError
