"""`tito compare` as a person runs it: with PyTorch, without it, and with layers that are wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from tito.cli import commands
from tito.lab.compare.theirs import CPU_BUILDS

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
SMALL = ("compare", "6-4-3", "--steps", "5", "--threads", "1")
BIAS = "            output = output + self.bias\n"


def hide_torch(folder, text):
    """A folder whose torch is found before any other."""
    (folder / "torch.py").write_text(text)
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def test_right_layers_are_compared(tito, learner):
    """Lost otherwise: the whole of it, from the weights to the programs."""
    pytest.importorskip("torch")
    layers = learner / "my layers.py"
    layers.write_bytes(RIGHT.read_bytes())
    done = tito(*SMALL, "--file", layers, "--batch", "4", COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout
    assert max(map(len, said.splitlines())) < 80
    for words in (
        "layers: yours (my layers.py)",
        "Network   Linear(6, 4), ReLU, Linear(4, 3)\n",
        "after 5 steps\n",
        "The same to rounding: forward, in gradients and after 5 steps of training.",
        "training step, batch 4",
        "TinyTorch, with your layers",
        "optimizer.zero_grad()                    optimizer.zero_grad()",
        "runs with your layers by: tito run",
    ):
        assert words in said
    assert "\033" not in said


def test_wrong_layers_are_refused_and_compared_anyway(tito, learner):
    """Lost otherwise: a comparison that says nothing of the layer that is wrong."""
    pytest.importorskip("torch")
    (learner / "mine.py").write_text(RIGHT.read_text().replace(BIAS, "            pass\n"))
    refused = tito(*SMALL, "--file", "mine.py")
    assert refused.returncode == 1
    assert "is not right yet, so it was not compared" in refused.stdout
    done = tito(*SMALL, "--file", "mine.py", "--anyway", "--no-time")
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "Not the same: the forward pass first differs at layer 0, Linear(6, 4)." in said
    assert "What a layer does wrong: tito test" in said
    assert "Time" not in said


def test_json_is_one_object_and_pytorch_in_another_process(learner):
    """Lost otherwise: a program stumbles over words or NaN; two libraries' threads disturb."""
    pytest.importorskip("torch")
    options = ["--json", "--no-time", "--dropout", "0.5", "--batch", "4", "--optimizer", "adam"]
    script = (
        "import sys\nfrom tito.cli.commands import tito\n"
        f"code = tito.main({[*SMALL, *options]}, standalone_mode=False)\n"
        "sys.exit('torch was imported here' if 'torch' in sys.modules else code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")

    def refuse(name):
        raise AssertionError(name)

    data = json.loads(done.stdout, parse_constant=refuse)
    assert data["verdict"]["agree"] is True
    assert data["network"] == "Linear(6, 4), ReLU, Dropout(0.5), Linear(4, 3)"
    assert {each["judgement"] for each in data["numbers"]} == {"same"}
    assert data["time"] is None
    assert "from torch.nn import Dropout" in data["programs"]["torch"]


def test_without_pytorch_it_says_how_to_get_it(tito, learner):
    """Lost otherwise: gigabytes for a graphics card, into another Python than this one."""
    hidden = "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')"
    done = tito(*SMALL, **hide_torch(learner, hidden))
    assert done.returncode == 1
    assert "PyTorch is not installed" in done.stdout
    assert f"-m pip install torch --index-url {CPU_BUILDS}" in done.stdout
    assert sys.executable in done.stdout
    data = tito(*SMALL, "--json", **hide_torch(learner, hidden))
    assert "PyTorch is not installed" in json.loads(data.stdout)["error"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import nothing_like_that", "No module named 'nothing_like_that'"),
        ("import os; os.abort()", "importing it ended the process"),
        ("x = 1", "has no attribute 'nn'"),
    ],
)
def test_a_broken_pytorch_is_told_from_none(tito, learner, text, why):
    """Lost otherwise: what is there already is installed again, and stays broken."""
    done = tito(*SMALL, **hide_torch(learner, text))
    assert done.returncode == 1
    assert "PyTorch is installed, and it cannot be used" in done.stdout
    assert why in " ".join(done.stdout.split())
    assert "--force-reinstall" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["12"], "at least two sizes"),
        (["0-3"], "at least two sizes"),
        (["70000-70000"], "up to 0.5 GiB"),
        (["6-4", "--activation", "step"], "--activation"),
        (["--batch", "0"], "--batch"),
        (["--dropout", "nan"], "from 0 to 1"),
        (["--optimizer", "rmsprop"], "--optimizer"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_a_wrong_command_line_is_said(learner, arguments, words):
    """Lost otherwise: minutes of waiting, or a traceback, for a slip of the hand."""
    done = CliRunner().invoke(commands.tito, ["compare", *arguments])
    assert done.exit_code == 2, done.output
    assert words in done.stderr


def test_a_layer_that_raises_shows_its_own_line(tito, learner):
    """Lost otherwise: a traceback of ours in place of the line to mend."""
    pytest.importorskip("torch")
    text = RIGHT.read_text().replace(
        "return x\n\n        if self.p ==", "1 / 0\n        if self.p =="
    )
    (learner / "mine.py").write_text(text)
    done = tito(*SMALL, "--dropout", "0.5", "--file", "mine.py", "--anyway")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout
    assert "1 / 0" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another matter there")
def test_ctrl_c_ends_both_sides(learner):
    """Lost otherwise: PyTorch goes on in the background, unseen."""
    pytest.importorskip("torch")
    command = [sys.executable, "-m", "tito.cli", "compare", "--steps", "10000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Stopped" in error
    assert "Traceback" not in out + error
