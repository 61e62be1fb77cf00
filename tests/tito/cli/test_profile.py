"""`tito profile` as a person types it: what is shown, with which layers, and what is refused."""

import json
import re
from pathlib import Path

import pytest

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
DOCS = Path(__file__).parents[3] / "docs" / "commands.md"
QUICK = ("--seconds", "0.05")

NET = """
from tinytorch import Dropout, Layer, Linear, ReLU, Sequential

class Two(Layer):
    def __init__(self):
        self.left, self.right = Linear(3, 4), Linear(5, 4)
    def forward(self, x, y):
        return self.left(x) + self.right(y)

def two():
    return Two()

def plain():
    print("made")
    return Sequential(Linear(12, 4), Dropout(0.5), ReLU(), Linear(4, 2))

def misfit():
    return Sequential(Linear(784, 128), Linear(256, 10))

def function():
    return lambda x: x
"""


@pytest.fixture
def net(learner):
    (learner / "net.py").write_text(NET)
    return learner


def test_the_three_parts_come_in_order(tito, learner):
    """Lost otherwise: figures without what they are figures of."""
    result = tito("profile", "784-256-128-10", *QUICK, COLUMNS="80")
    assert result.returncode == 0, result.stdout + result.stderr
    parts = ("layers: the reference", "What it takes", "7,512,064", "How long it takes", "Peak:")
    parts += ("What bounds it", "Batches:", "Why is a batch faster?")
    places = [result.stdout.index(part) for part in parts]
    assert places == sorted(places)
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "\033" not in result.stdout
    assert "graph keeps 149,504 bytes until backward(). The other 1,280" in result.stdout
    assert "2 × 15,024,128\n− 12,845,056 = 17,203,200 FLOPs" in result.stdout


def test_the_data_is_one_object(tito, learner):
    """Lost otherwise: a program that reads the figures breaks."""
    result = tito("profile", "784-256-128-10", "--json", "--threads", "1", *QUICK)
    told = json.loads(result.stdout)
    assert result.stderr == ""
    assert set(told) == {
        "network", "activations", "layers", "batch", "threads", "seconds", "summary", "times",
        "batches", "error",
    }  # fmt: skip
    assert (told["network"], told["layers"]) == ("784-256-128-10", "reference")
    assert (told["batch"], told["threads"], told["error"]) == (32, 1, None)
    totals = told["summary"]["totals"]
    assert (totals["parameters"], totals["multiply_adds"]) == (235_146, 7_512_064)
    assert (totals["formula_bytes"], totals["kept_bytes"]) == (150_784, 149_504)
    times = told["times"]
    assert times["forward"]["flops"] == 15_024_128
    assert times["backward"]["flops"] == 17_203_200
    assert times["update"]["moved_bytes"] == 3 * 940_584
    for name in ("forward", "backward", "update"):
        phase = times[name]
        assert phase["low_s"] <= phase["median_s"] <= phase["high_s"]
        assert phase["bound"] in (None, "arithmetic", "memory", "calls")
        share = phase["share_of_peak"]
        assert share is None or 0 < share <= 1
    sizes = [row["batch"] for row in told["batches"]["rows"]]
    assert sizes == [2**power for power in range(len(sizes))]
    assert len(told["batches"]["words"]) <= 3
    documented = DOCS.read_text(encoding="utf-8")
    groups = (told, times["forward"], told["batches"], told["batches"]["rows"][0])
    assert [
        key for group in groups for key in group if not re.search(rf"\b{key}[.`]", documented)
    ] == []


def test_right_layers_of_ones_own_are_measured(tito, begun):
    """Lost otherwise: the figures are the reference's, though one has built one's own."""
    (begun / "layers_dev.py").write_bytes(RIGHT.read_bytes())
    result = tito("profile", "6-4-2", *QUICK)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "layers: yours" in result.stdout
    assert "backward" in result.stdout


def test_wrong_layers_are_not_measured_unless_asked(tito, begun):
    """Lost otherwise: a person times a mistake, and does not know."""
    wrong = RIGHT.read_text().replace("output + self.bias", "Tensor((output + self.bias).data)")
    (begun / "layers_dev.py").write_text(wrong)
    refused = tito("profile", "6-4-2", *QUICK)
    assert refused.returncode == 1
    assert "so it was not measured" in refused.stdout
    told = tito("profile", "6-4-2", "--anyway", *QUICK)
    assert told.returncode == 0, told.stdout + told.stderr
    words = " ".join(told.stdout.split())
    assert "Backward and update were not measured: the output leads back to no" in words
    assert "Batches:" in words


def test_a_model_file_of_two_inputs(tito, net):
    """Lost otherwise: only chains of layers can be measured."""
    result = tito("profile", "--model", "net.py:two", "--input", "3", "--input", "5", *QUICK)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "two() of net.py" in result.stdout
    one = tito("profile", "--model", "net.py:two", "--input", "3", *QUICK)
    assert one.returncode == 1
    assert "So nothing can be timed. TypeError" in one.stdout
    assert "--input once for each" in one.stdout


def test_what_a_model_takes_is_found_and_what_it_prints_is_shown(tito, net):
    """Lost otherwise: one has to say what the first layer says already."""
    result = tito("profile", "--model", "net.py:plain", *QUICK)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "(32, 12)" in result.stdout
    assert "Your code printed:\n    made" in result.stdout


def test_a_model_that_fails_shows_how_far_it_came(tito, net):
    """Lost otherwise: an error without the layer that it came from."""
    result = tito("profile", "--model", "net.py:misfit", "--json", *QUICK)
    told = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (1, "")
    assert "(32, 128) @ (256, 10)" in told["error"]
    assert "Traceback" not in told["error"]
    assert told["summary"]["rows"][-1]["failed"]
    assert told["error"].startswith("So nothing can be timed. ValueError")
    assert told["times"] is told["batches"] is None


def test_ctrl_c_ends_it_with_a_sentence(learner):
    """Lost otherwise: a wait that cannot be ended, or a traceback for ending it."""
    from tests.screens import Terminal

    with Terminal("profile", "6-4-2", "--seconds", "60", cwd=learner) as terminal:
        terminal.wait_for("Measuring:")
        terminal.child.sendintr()
        assert terminal.finish() == 130
        assert "Stopped by Ctrl-C." in terminal.screen()
        assert "Measuring" not in terminal.screen()


def run_here(*arguments):
    from click.testing import CliRunner

    from tito.cli import commands

    return CliRunner().invoke(commands.tito, ["profile", *arguments], standalone_mode=False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name one network"),
        (["3-2", "--model", "net.py:two"], "Name one network"),
        (["784"], "at least two sizes"),
        (["784-abc"], "was given as '784-abc'"),
        (["784-0"], "each at least 1"),
        (["100000-100000"], "take 37.3 GiB"),
        (["3-2", "--batch", "0"], "0 is not in the range"),
        (["3-2", "--threads", "0"], "0 is not in the range"),
        (["3-2", "--threads", "9999"], "9999 is not in the range"),
        (["3-2", "--input", "3"], "--input is for --model"),
        (["--model", "net.py:two", "--input", "1,b"], "--input takes the shape of one example"),
        (["--model", "gone.py:two"], "no file"),
        (["--model", "net.py"], "--model takes a file and a function"),
    ],
)
def test_a_slip_of_the_hand_is_said_before_anything_runs(net, monkeypatch, arguments, said):
    """Lost otherwise: a wait, and then an error of ours."""
    ran = "tito.cli.profile.profile_network"
    monkeypatch.setattr(ran, lambda *wanted: pytest.fail("ran"))
    error = run_here(*arguments).exception
    assert said in getattr(error, "message", str(error))


def test_a_shape_that_nobody_knows_is_asked_for(tito, net):
    """Lost otherwise: a guess at the shape, and figures of another network."""
    result = tito("profile", "--model", "net.py:function", *QUICK)
    assert result.returncode == 1
    assert "Say it with --input" in " ".join(result.stdout.split())


def test_a_batch_that_cannot_fit_is_refused(tito, learner):
    """Lost otherwise: the machine swaps itself to a halt over a zero too many."""
    result = tito("profile", "784-10", "--batch", "1000000000", *QUICK)
    assert result.returncode == 1
    said = " ".join(result.stdout.split())
    assert "There is not enough memory: the input alone, a batch of 1,000,000,000, takes" in said
    assert "Take a smaller --batch." in said
