"""Checkpoints: when they are written, what they hold, and which are refused."""

import contextlib
import json
import os
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tinytorch.training.recipes import BATCH, RECIPES, data, train
from tinytorch import SGD, Adam, Dropout, Linear, ReLU, Sequential, Tanh, manual_seed, rng
from tinytorch.files import tensors as files
from tinytorch.files.tensors import DamagedFile, read_tensors, write_tensors
from tinytorch.training import Checkpoint, StepLR, checkpoint, fit


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a run.checkpoint"


@pytest.fixture
def stopped(path):
    """A checkpoint of a training that stopped in its second epoch."""
    train("adam", checkpoint=Checkpoint(path), callbacks=[lambda r: r.step == 7 and r.stop()])
    return path


@pytest.mark.parametrize(
    ("settings", "at"),
    [
        ({}, [5, 10, 15, 20, 25, 25]),
        ({"every_steps": 10}, [5, 10, 10, 15, 20, 20, 25, 25]),
        ({"every_steps": 10, "every_epochs": None}, [10, 20, 25]),
        ({"every_epochs": 2}, [10, 20, 25]),
        ({"every_epochs": None, "every_s": 1e9}, [25]),
        ({"every_epochs": None, "every_s": 0}, [*range(1, 26), 5, 10, 15, 20, 25, 25]),
    ],
)
def test_it_is_written_when_it_was_asked_for(path, monkeypatch, settings, at):
    """Too seldom, and an hour is lost; too often, and the training takes twice as long."""
    written, original = [], checkpoint.write_tensors

    def noted(path, arrays, notes):
        written.append(len(arrays["losses"]))
        original(path, arrays, notes)

    monkeypatch.setattr(checkpoint, "write_tensors", noted)
    train("adam", checkpoint=Checkpoint(path, **settings))
    assert sorted(written) == sorted(at)


def test_the_weights_in_it_are_those_of_the_last_step(stopped):
    """Who needs the weights alone finds them by their names, in a file that others read."""
    model, _ = train("adam", checkpoint=Checkpoint(stopped), resume=True)
    arrays, _ = read_tensors(stopped)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(arrays[f"model.{name}"], array)


def test_notes_are_kept_and_can_be_read_before_anything_is_built(path):
    """A program has to know from the file which network to build."""
    assert Checkpoint(path).read_notes() is None
    train("adam", checkpoint=Checkpoint(path, notes={"recipe": "small ≠ large"}))
    assert Checkpoint(path).read_notes() == {"recipe": "small ≠ large"}


def test_another_training_never_takes_its_place(stopped):
    """Who forgets resume=True would lose the night's training at the first step."""
    content = stopped.read_bytes()
    with pytest.raises(ValueError, match=r"which holds a training\. Give resume=True"):
        train("adam", checkpoint=Checkpoint(stopped))
    assert stopped.read_bytes() == content


def test_a_file_of_another_kind_is_never_written_over(path):
    """A slip in the name would cost the data, or the trained network."""
    for content, words in ((b"my notes", "expected a whole safetensors file"), (None, "arrays of")):
        if content is None:
            write_tensors(path, {"weight": np.ones(2)}, {})
            content = path.read_bytes()
        else:
            path.write_bytes(content)
        for resume in (True, False):
            with pytest.raises(DamagedFile, match=words):
                train("adam", checkpoint=Checkpoint(path), resume=resume)
        assert path.read_bytes() == content


def resumed(path, make=RECIPES["adam"][0], xy=None, **changes):
    """The training of `stopped`, resumed with something else than it was begun with."""
    manual_seed(77)
    (model, optimizer), (x, y) = make(), xy or data()
    before = [parameter.data for parameter in model.parameters()]
    settings = {"epochs": 5, "batch_size": BATCH, **RECIPES["adam"][1], **changes}
    state = rng.generator().bit_generator.state
    try:
        fit(model, x, y, optimizer, checkpoint=Checkpoint(path), resume=True, **settings)
    except ValueError:
        assert str(rng.generator().bit_generator.state) == str(state)
        assert all(a is b.data for a, b in zip(before, model.parameters(), strict=True))
        assert not getattr(optimizer, "_moments", optimizer).__dict__.get("past", [(0,)])[0][0]
        raise


def net(*sizes, bias=True, between=None):
    return Sequential(Linear(6, sizes[0], bias), between or ReLU(), Linear(sizes[0], 3))


def with_adam(model, **settings):
    return lambda: (model, Adam(model.parameters(), **{"lr": 0.02, **settings}))


X, Y = data()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"make": with_adam(net(9))}, "network .* in place of .*model.0.weight float32 6×9"),
        ({"make": with_adam(net(8, bias=False))}, "network"),
        ({"make": with_adam(net(8, between=Tanh()))}, "layers .*1 ReLU.* in place of .*1 Tanh"),
        ({"make": with_adam(net(8, between=Dropout(0.1)))}, r"in place of .*Dropout\(p=0.1\)"),
        ({"make": with_adam(net(8).to(np.float64))}, "float32 .* in place of .*float64"),
        ({"make": with_adam(net(8), lr=0.03)}, r"Adam\(lr=0.02, .*Adam\(lr=0.03"),
        ({"make": lambda: (m := net(8), SGD(m.parameters(), lr=0.02))}, r"in place of SGD\("),
        ({"batch_size": 6}, "batch_size 5 in place of 6"),
        ({"schedule": None}, "schedule LinearLR.* in place of None"),
        ({"schedule": StepLR(3)}, r"in place of StepLR\(step_size=3, gamma=0.1, per='epoch'\)"),
        ({"metrics": []}, "metrics accuracy in place of"),
        ({"clip_norm": 1}, "clip_norm None in place of 1.0"),
        ({"validation": (X, Y)}, "validation"),
        ({"xy": (X[:21], Y[:21])}, "x float32 22×6 .* in place of float32 21×6"),
        ({"xy": (np.nextafter(X, 9), Y)}, "x float32 22×6"),
        ({"xy": (X, Y[::-1])}, "y int64 22"),
        ({"loss": lambda outputs, targets: (outputs**2).sum()}, "loss CrossEntropyLoss"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused_in_words(stopped, changes, words):
    """Half of one training and half of another is neither, and looks like one."""
    content = stopped.read_bytes()
    with pytest.raises(ValueError, match="expects the checkpoint of the very same training") as got:
        resumed(stopped, **changes)
    assert got.match(words)
    assert f"from the checkpoint {stopped}" in got.value.__notes__
    assert stopped.read_bytes() == content


def test_what_fits_in_words_but_not_in_numbers_is_refused_and_nothing_changes(stopped):
    """A file that somebody changed must not leave half of itself in the network."""
    arrays, notes = read_tensors(stopped)
    for name, value in (("optimizer.0.first", np.ones(3)), ("model.0.weight", np.ones((2, 2)))):
        write_tensors(stopped, {**arrays, name: value}, notes)
        with pytest.raises(ValueError, match="has shape"):
            resumed(stopped)
    for name in ("losses", "optimizer.0.second", "model.0.weight"):
        write_tensors(stopped, {n: a for n, a in arrays.items() if n != name}, notes)
        with pytest.raises(ValueError, match=re.escape(name.removeprefix("optimizer."))):
            resumed(stopped)
    swapped = {"order": arrays["order"][::-1] * 0, "losses": np.ones(3), "outputs": None}
    for name, array in swapped.items():
        others = {**arrays, name: array}
        write_tensors(stopped, {n: a for n, a in others.items() if a is not None}, notes)
        with pytest.raises(ValueError, match="something is missing or wrong"):
            resumed(stopped)
    for state in ("{", "[]", "{}", "3", "[" * 10**5):
        write_tensors(stopped, arrays, {**notes, "state": state})
        with pytest.raises(ValueError, match="checkpoint"):
            resumed(stopped)


@given(data=st.data())
def test_whatever_its_words_are_it_is_refused_and_nothing_changes(tmp_path_factory, data):
    """Its digest can be left out, and then anything may stand there."""
    path = tmp_path_factory.mktemp("run") / "a.checkpoint"
    train("adam", checkpoint=Checkpoint(path), callbacks=[lambda r: r.step == 7 and r.stop()])
    arrays, notes = read_tensors(path)
    state = json.loads(notes["state"])
    level = state
    name = data.draw(st.sampled_from(["epochs", "done", "seconds", "random", "pace"]))
    while isinstance(level[name], dict | list) and level[name] and data.draw(st.booleans()):
        level = level[name]
        names = range(len(level)) if isinstance(level, list) else sorted(level)
        name = data.draw(st.sampled_from(names))
    level[name] = data.draw(st.sampled_from([None, [], {}, "x", -1, 10**30, [1], {"a": 1}]))
    write_tensors(path, arrays, {**notes, "state": json.dumps(state)})
    with contextlib.suppress(ValueError):
        resumed(path)


def test_where_it_cannot_be_written_is_said_before_the_training(tmp_path):
    """A folder that is not there would be found out about after the first epoch."""
    with pytest.raises(ValueError, match="Make the folder first"):
        train("adam", checkpoint=Checkpoint(tmp_path / "none" / "a.checkpoint"))


def test_a_full_disk_leaves_the_checkpoint_before_it(path, monkeypatch):
    """The last good one is the only thing that is left of the training."""
    train("adam", checkpoint=Checkpoint(path), callbacks=[lambda r: r.step == 7 and r.stop()])
    content = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        train("adam", checkpoint=Checkpoint(path), resume=True)
    assert "The checkpoint before it" in str(caught.value)
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == [path.name]


def test_what_a_kill_left_beside_it_goes_and_a_link_stays(tmp_path):
    """A training that is killed each night would fill the folder with halves of checkpoints."""
    (tmp_path / "far").mkdir()
    link, target = tmp_path / "a.checkpoint", tmp_path / "far" / "real"
    link.symlink_to(target)
    mine, others = target.parent / ".real.0123abcd", target.parent / ".real.notes"
    young = target.parent / ".real.ffffffff"
    for path in (mine, others, young):
        path.write_bytes(b"half")
    for path in (mine, others):
        os.utime(path, (0, 0))
    train("adam", checkpoint=Checkpoint(link), resume=True)
    assert sorted(os.listdir(target.parent)) == [young.name, others.name, "real"]
    assert link.is_symlink()


def test_without_safetensors_it_says_how_to_get_it(path, monkeypatch):
    """After an epoch of training, it would be late to learn."""

    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(files, "import_module", missing)
    with pytest.raises(ModuleNotFoundError, match="pip install 'tinytorch-lessons"):
        train("adam", checkpoint=Checkpoint(path))


def test_an_optimizer_that_gives_no_state_is_refused(path):
    """A training would go on without its momentum, and differ a little."""
    layer = Linear(6, 3)
    optimizer = type("Own", (), {"step": lambda self: None, "zero_grad": lambda self: None})()
    with pytest.raises(TypeError, match=r"state_dict\(\) and load_state_dict\(\)"):
        fit(layer, *data(), optimizer, epochs=1, checkpoint=Checkpoint(path))


def test_numbers_that_are_not_finite_come_back(path):
    """A training that has run away can be looked into where it did."""
    layer = Linear(6, 3)
    layer.weight.data[0] = np.nan, np.inf, -np.inf
    optimizer = SGD(layer.parameters(), lr=0.1, momentum=0.9)
    with np.errstate(all="ignore"):
        fit(layer, *data(), optimizer, epochs=1, checkpoint=Checkpoint(path))
    again = Linear(6, 3)
    optimizer = SGD(again.parameters(), lr=0.1, momentum=0.9)
    fit(again, *data(), optimizer, epochs=1, checkpoint=Checkpoint(path), resume=True)
    assert again.weight.data.tobytes() == layer.weight.data.tobytes()
