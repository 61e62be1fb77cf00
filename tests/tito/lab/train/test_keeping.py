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

from tests.idx_files import mnist_folder
from tinytorch.core import layers
from tinytorch.files.tensors import write_tensors
from tinytorch.training import Checkpoint
from tito.cli import train as run
from tito.engine.source import Source
from tito.lab.networks import Network
from tito.lab.train import recipe
from tito.lab.train.digits import CannotKeep, train
from tito.lab.train.kept import (
    Keeping,
    Kept,
    NoTraining,
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


def stop_at(last, module, **options):
    """Train up to that step, at which Ctrl-C comes."""
    steps = []

    def tell(step, *_):
        steps.append(step)
        if step == last:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        train(module, BRIEF, tell=tell, **options)
    assert steps[-1] == last


def test_it_goes_on_bit_for_bit(module, tmp_path):
    """Lost otherwise: who presses Ctrl-C gets another network than who waits."""
    whole = train(module, BRIEF)
    path = tmp_path / "digits.checkpoint"
    options = {"kept": Checkpoint(path, every_epochs=None)}
    for stops in (7, 45, 46, 100):  # in an epoch, at its end, at the start of the next
        stop_at(stops, module, **options)
        options["resume"] = True
    rest = train(module, BRIEF, **options)
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
    assert (
        "train mnist --data 'four files' --hidden 32 --epochs 40000 --batch-size 20 --resume"
        in said
    )
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
    notes = Kept(BRIEF, versions_of([]), None).to_notes()
    stop_at(1, layers, kept=Checkpoint(place, notes=notes))
    return place


def test_another_training_is_refused_by_name(kept, tmp_path):
    """Lost otherwise: two trainings are sewn together, and nobody knows what came out."""
    before = read_kept(kept, "tito train digits")
    (tmp_path / "layers_dev.py").write_text(PLAIN)
    source = Source(tmp_path / "layers_dev.py", PLAIN.encode(), 0.0)
    refuse_another(before, replace(BRIEF, epochs=99), [], kept)
    for wanted, layers_file, said in (
        (replace(BRIEF, network=Network((64, 9, 10))), [], "Linear(64, 128), ReLU, Dropout(0.3)"),
        (replace(BRIEF, learning_rate=0.1), [], "learning rate 0.003"),
        (replace(BRIEF, batch_size=7, seed=4), [], "batches of 32, 3 epochs, seed 0"),
        (recipe.MNIST, [], "another training: on digits"),
        (BRIEF, [source], "of the reference's layers, not of layers_dev.py as it is now"),
    ):
        with pytest.raises(NoTraining, match=re.escape(said)):
            refuse_another(before, wanted, layers_file, kept)


def test_a_file_that_is_none_of_ours_is_refused(kept):
    """Lost otherwise: a traceback, or a training from a damaged file."""
    whole = kept.read_bytes()
    for content in (b"", whole[:1000], whole[:-1] + b"?", b"a text"):
        kept.write_bytes(content)
        with pytest.raises(NoTraining, match=r"digits\.checkpoint"):
            read_kept(kept, "tito train digits")
    write_tensors(kept, {"a": np.ones(3)}, {"recipe": "none"})
    with pytest.raises(NoTraining, match=r"digits\.checkpoint"):
        read_kept(kept, "tito train digits")
    kept.unlink()
    stop_at(1, layers, kept=Checkpoint(kept, notes={"recipe": "{}"}))
    with pytest.raises(NoTraining, match="another program"):
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


def test_a_full_disk_is_told_from_layers_that_open_files(tmp_path, monkeypatch):
    """Lost otherwise: one is searched for in the layers, or the other on the disk."""

    def full(*_):
        raise OSError(28, "No space left on device")

    options = {"kept": Checkpoint(tmp_path / "digits.checkpoint", every_steps=1)}
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(
            CannotKeep, match=r"digits\.checkpoint cannot be written: No space left"
        ):
            train(layers, BRIEF, **options)
    assert CannotKeep.clear
    monkeypatch.setattr(layers.Linear, "forward", full)
    with pytest.raises(OSError, match="No space left") as caught:
        train(layers, BRIEF, **options)
    assert type(caught.value) is OSError
