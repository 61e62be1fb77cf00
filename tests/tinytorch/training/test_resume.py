"""Resuming: stopped at any step, by anything, a training ends with the bits that it would have."""

import functools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tinytorch.training import recipes
from tinytorch import SGD, Dropout, Tensor, manual_seed
from tinytorch.core.given.kernels import Moments
from tinytorch.files.tensors import read_tensors
from tinytorch.training import Checkpoint, fit

ROOT = Path(__file__).parents[3]
each_recipe = pytest.mark.parametrize("recipe", recipes.RECIPES)


@functools.cache
def never_stopped(recipe):
    """What a training comes to that nothing ever stopped."""
    return recipes.digest(*recipes.train(recipe))


def finished(recipe, path):
    """What a training comes to that goes on from its checkpoint to the end."""
    return recipes.digest(*recipes.train(recipe, checkpoint=Checkpoint(path), resume=True))


def start(recipe, path, *more):
    """A training in a process of its own, which tells each step."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    command = [sys.executable, "-m", "tests.tinytorch.training.recipes", recipe, str(path), *more]
    return subprocess.Popen(
        command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@each_recipe
@settings(max_examples=6)
@given(data=st.data())
def test_stopped_at_any_steps_it_ends_with_the_same_bits(recipe, tmp_path_factory, data):
    """The promise itself: a night's training that stopped at four o'clock is not lost."""
    path = tmp_path_factory.mktemp("run") / "a.checkpoint"
    stops = data.draw(st.lists(st.integers(1, recipes.STEPS), max_size=3).map(sorted))
    for stop in stops:

        def stopping(run, stop=stop):
            if run.step == stop:
                run.stop()

        every = data.draw(st.sampled_from([1, 3, None]))
        checkpoint = Checkpoint(path, every_steps=every)
        recipes.train(recipe, checkpoint=checkpoint, callbacks=[stopping], resume=True)
    assert finished(recipe, path) == never_stopped(recipe)


@pytest.mark.parametrize("recipe", ["adam", "plain"])
def test_killed_at_any_moment_it_ends_with_the_same_bits(recipe, tmp_path):
    """A power cut picks no step's end; the next process knows nothing of the one before."""
    path, chance = tmp_path / "a run.checkpoint", random.Random(recipe)
    for _ in range(3):
        with start(recipe, path) as process:
            for _ in range(chance.randrange(1, 6)):
                process.stdout.readline()
            time.sleep(chance.random() * 0.01)
            process.kill()
    with start(recipe, path) as process:
        told, errors = process.communicate()
    assert told.splitlines()[-1] == f"done {never_stopped(recipe)}", errors


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_killed_while_it_writes_it_ends_with_the_same_bits(function, tmp_path):
    """A checkpoint that is half written is worse than none, if it stands in the other's place."""
    path = tmp_path / "a.checkpoint"
    for count in ("5", "1", "9"):
        with start("adam", path, function, count) as process:
            told, _ = process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert "done" not in told
    assert finished("adam", path) == never_stopped("adam")


@pytest.mark.skipif(os.name == "nt", reason="no signal can be sent to one process there")
def test_ctrl_c_at_any_moment_keeps_a_whole_step(tmp_path):
    """Who presses Ctrl-C wants to stop, and not to lose the last hour, or half of a step."""
    path, chance = tmp_path / "a.checkpoint", random.Random(1)
    for _ in range(2):
        with start("adam", path) as process:
            for _ in range(chance.randrange(1, 5)):
                process.stdout.readline()
            time.sleep(chance.random() * 0.005)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate()
        assert process.returncode == -signal.SIGINT
        assert f"With resume=True, training goes on from {path}" in errors
    assert finished("adam", path) == never_stopped("adam")


@pytest.mark.parametrize("where", [(Dropout, "forward"), (Tensor, "backward"), (Moments, "change")])
@pytest.mark.parametrize("how", ["signal", "raise"])
def test_ctrl_c_in_the_middle_of_a_step(where, how, tmp_path, monkeypatch):
    """Adam changes what it remembers in place: half of a step must never be kept."""
    owner, name = where
    original, calls = getattr(owner, name), []

    def interrupted(self, *args, **kwargs):
        calls.append(name)
        if len(calls) == 7:
            if how == "raise":
                raise KeyboardInterrupt
            signal.raise_signal(signal.SIGINT)
        return original(self, *args, **kwargs)

    path = tmp_path / "a.checkpoint"
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, interrupted)
        with pytest.raises(KeyboardInterrupt) as caught:
            recipes.train("adam", checkpoint=Checkpoint(path, every_steps=2))
    if how == "signal":  # then the step that it came in is done, and kept
        assert f"after {len(read_tensors(path)[0]['losses'])} steps" in caught.value.__notes__[0]
        assert name != "forward" or len(read_tensors(path)[0]["losses"]) == 7
    assert finished("adam", path) == never_stopped("adam")


def test_a_second_ctrl_c_does_not_wait(tmp_path):
    """A step that never ends could be stopped by nothing but a kill."""
    path, steps = tmp_path / "a.checkpoint", []

    def twice(run):
        steps.append(run.step)
        if run.step == 7:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        recipes.train("adam", checkpoint=Checkpoint(path), callbacks=[twice])
    assert steps[-1] == 7
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert finished("adam", path) == never_stopped("adam")


def test_in_another_thread(tmp_path):
    """Random numbers belong to a thread: one that resumes in another has others of its own."""
    path, found = tmp_path / "a.checkpoint", []

    def stopping(run):
        if run.step == 7:
            run.stop()

    def here():
        recipes.train("adam", checkpoint=Checkpoint(path), callbacks=[stopping])

    def there():
        found.append(finished("adam", path))

    for work in (here, there):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert found == [never_stopped("adam")]


@each_recipe
def test_what_has_ended_is_given_back_as_it_was(recipe, tmp_path):
    """Whoever runs the last cell again has the trained network again, and not a worse one."""
    path = tmp_path / "a.checkpoint"
    recipes.train(recipe, checkpoint=Checkpoint(path))
    content, steps = path.read_bytes(), []
    again = recipes.train(
        recipe, checkpoint=Checkpoint(path), resume=True, callbacks=[lambda r: steps.append(r.step)]
    )
    assert recipes.digest(*again) == never_stopped(recipe)
    assert (steps, path.read_bytes()) == ([], content)


def test_more_epochs_are_those_of_a_longer_run(tmp_path):
    """How many epochs are enough is known only afterwards."""
    path = tmp_path / "a.checkpoint"
    longer = {"validation": True, "epochs": 7}
    expected = recipes.digest(*recipes.train("plain", **longer))
    recipes.train("plain", checkpoint=Checkpoint(path), epochs=3)
    resumed = recipes.train("plain", checkpoint=Checkpoint(path), resume=True, **longer)
    assert recipes.digest(*resumed) == expected


def test_parameters_outside_of_the_model_are_kept(tmp_path):
    """A function has no state dict: its weights are those that the optimizer has."""
    x, y = recipes.data()

    def trained(epochs, **more):
        weights = Tensor(np.ones((6, 3)), requires_grad=True)
        optimizer = SGD([weights], lr=0.1, momentum=0.5)
        fit(lambda x: x @ weights, x, y, optimizer, epochs=epochs, **more)
        return weights.data

    manual_seed(1)
    expected = trained(4)
    manual_seed(1)
    path = tmp_path / "a.checkpoint"
    trained(2, checkpoint=Checkpoint(path))
    manual_seed(99)
    resumed = trained(4, checkpoint=Checkpoint(path), resume=True)
    np.testing.assert_array_equal(resumed, expected)
