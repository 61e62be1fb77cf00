"""Right layers agree with PyTorch to rounding, whatever the network; wrong ones are placed."""

from types import SimpleNamespace

import pytest

from tito.lab.apart import Refusal
from tito.lab.networks import ModelFile

FORWARD = "output = x.matmul(self.weight)\n"
BIAS = "            output = output + self.bias\n"


@pytest.mark.parametrize(
    ("network", "dropout", "optimizer"),
    [("6-4-4-3", 0.0, "sgd"), ("6-5-3", 0.4, "adam"), ("3-1", 0.0, "sgd"), ("4-4-2", 1.0, "sgd")],
)
def test_the_reference_agrees(run, network, dropout, optimizer):
    """Lost otherwise: the promise that what you built is PyTorch's own arithmetic."""
    done = run(network=network, dropout=dropout, optimizer=optimizer)
    assert done.verdict.agree, done.verdict.words
    assert {each.judgement for each in done.found.everything()} <= {"same", "close"}


@pytest.mark.parametrize("seed", range(6))
def test_a_right_file_of_a_learners_agrees_with_any_seed(run, learner, seed):
    """Lost otherwise: the one who got it right is told, now and then, that they did not."""
    done = run(learner(), dropout=0.3, seed=seed, steps=20)
    assert done.verdict.agree, done.verdict.words


def test_two_runs_with_one_seed_are_one(run, learner):
    """Lost otherwise: what was seen once cannot be looked at again."""
    assert run(learner(), dropout=0.3).found == run(learner(), dropout=0.3).found


WRONG = {
    "the bias forgotten": (
        [(BIAS, "            pass\n")],
        "forward",
        "0",
        "first differs at layer 0, Linear(6, 8)",
    ),
    "the bias taken away": (
        [(BIAS, BIAS.replace("+", "-"))],
        "forward",
        "0",
        "first differs at layer 0, Linear(6, 8)",
    ),
    "dropout unscaled": (
        [("output = x * mask_tensor * scale", "output = x * mask_tensor")],
        "forward",
        "2",
        "first differs at layer 2, Dropout(0.25)",
    ),
    "dropout at inference": (
        [("if not training or self.p", "if self.p")],
        "forward",
        "2",
        "at inference it first differs",
    ),
    "dropout never": (
        [("if not training or", "if True or")],
        "forward",
        "2",
        "first differs at layer 2, Dropout(0.25)",
    ),
    "p taken for the share that stays": (
        [("keep_prob = 1.0 - self.p", "keep_prob = self.p"), ("(1.0 / keep_prob)", "(1 / 0.75)")],
        "forward",
        "2",
        "with probability 0.25",
    ),
    "one mask for ever": (
        [("        mask = np.random", "        np.random.seed(3)\n        mask = np.random")],
        "forward",
        "2",
        "drops the same numbers in each call",
    ),
    "the graph cut": (
        [(FORWARD, "output = Tensor(x.data).matmul(self.weight)\n")],
        "gradient",
        "6",
        "In the gradient of the input, no gradient came from ours",
    ),
    "a new tensor": (
        [("        return output\n\n    def parameters(self):\n        params", "        return "
          "Tensor(output.data)\n\n    def parameters(self):\n        params")],
        "gradient",
        "6",
        "it cuts the way to what comes before it",
    ),
    "the bias not in parameters": (
        [("            params.append(self.bias)\n", "            pass\n")],
        "training",
        None,
        "0.bias, 3.bias and 6.bias are not in the network's parameters()",
    ),
    "the input changed": (
        [(FORWARD, "output = x.matmul(self.weight)\n        x.data[...] = 0\n")],
        "forward",
        "0",
        "layer 0, Linear(6, 8), writes into its input",
    ),
    "the whole skips a layer": (
        [("for layer in self.layers:\n            x = ",
          "for layer in self.layers[:1] + self.layers[2:]:\n            x = ")],
        "network",
        None,
        "Look at how Sequential runs its layers",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_misconception_is_placed(run, learner, name):
    """Lost otherwise: a person looks for the fault in the wrong layer, or in none."""
    changes, stage, layer, words = WRONG[name]
    done = run(learner(*changes), network="6-8-8-3", dropout=0.25)
    assert not done.verdict.agree
    assert (done.verdict.stage, done.verdict.layer) == (stage, layer), done.verdict.words
    assert words in done.verdict.words


REFUSED = {
    "no weight to be found": (
        ("self.weight", "self.w"),
        ("self.p", "self.p"),
        "should have a Tensor of shape (6, 4) in the attribute weight, and has none",
    ),
    "a weight stored transposed": (
        ("randn(in_features, out_features)", "randn(out_features, in_features)"),
        (FORWARD, "output = x.matmul(self.weight.transpose())\n"),
        "should have a Tensor of shape (6, 4) in the attribute weight, and has a Tensor of",
    ),
    "no bias": (
        ("out_features, bias=True", "out_features, bias=False"),
        ("self.p", "self.p"),
        "Layer 0, Linear, has no bias, but PyTorch's has one.",
    ),
    "no tensor": (
        ("        return output\n\n    def parameters(self):\n        params",
         "        return output.data\n\n    def parameters(self):\n        params"),
        ("self.p", "self.p"),
        "returned ndarray",
    ),
    "another shape": (
        (FORWARD, "output = x.matmul(self.weight).T\n"),
        (BIAS, "            pass\n"),
        "input of shape (8, 6), layer 0, Linear(6, 4), gives shape (4, 8); PyTorch's gives (8, 4)",
    ),
    "nothing from the whole": (
        ("x = layer.forward(x)\n        return x\n", "x = layer.forward(x)\n"),
        ("self.p", "self.p"),
        "Each layer should return a Tensor, but the network returned NoneType",
    ),
    "weights that are not numbers": (
        ("* scale\n", "* np.nan\n"),
        ("self.p", "self.p"),
        "The weight of layer 0, Linear(6, 4), holds NaN or infinity",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_compared_is_said(run, learner, name):
    """Lost otherwise: a traceback of ours, or two things compared that do not belong together."""
    *changes, words = REFUSED[name]
    with pytest.raises(Refusal) as refused:
        run(learner(*changes))
    assert words in str(refused.value)


def model(tmp_path, text):
    path = tmp_path / "net.py"
    path.write_text("from tinytorch import *\nfrom tinytorch import Dense\n" + text)
    return ModelFile.parse(f"{path}:make")


def test_a_model_of_ones_own_agrees(run, tmp_path):
    """Lost otherwise: only networks of one kind can be compared."""
    layers = "Sequential(Dense(5, 4), Tanh(), Dropout(0.2)), GELU(), Linear(4, 4, bias=False)"
    text = f"def make():\n    return Sequential({layers}, Sigmoid(), Linear(4, 3), Softmax())\n"
    done = run(network=model(tmp_path, text))
    assert done.verdict.agree, done.verdict.words
    assert [part["path"] for part in done.facts["parts"]][:4] == ["0.0", "0.1", "0.2", "1"]


def test_a_layer_that_pytorch_has_not_is_named(run, tmp_path):
    """Lost otherwise: the person does not know which layer is in the way."""
    text = "def make():\n    return Sequential(Linear(5, 4), lambda x: x * 2)\n"
    with pytest.raises(Refusal, match=r"Layer 1, <lambda>, is not one of Linear"):
        run(network=model(tmp_path, text))


def test_a_layer_used_twice_is_refused(run, tmp_path):
    """Lost otherwise: one weight is compared with two."""
    text = "def make():\n    a = Linear(4, 4)\n    return Sequential(a, ReLU(), a)\n"
    with pytest.raises(Refusal, match="is the same object as layer 0"):
        run(network=model(tmp_path, text))


def test_training_that_breaks_down_on_both_sides_is_no_agreement(run, monkeypatch):
    """Lost otherwise: NaN on both sides passes for the same."""
    monkeypatch.setattr("tito.lab.compare.sides.LEARNING_RATES", {"sgd": 1e30})
    with pytest.warns(RuntimeWarning):
        done = run(network="6-4-1", steps=6)
    assert not done.verdict.agree
    assert "training breaks down" in done.verdict.words


def test_what_the_layers_note_is_for_the_clock_alone(run):
    """Lost otherwise: a layer that hangs is waited for, because nothing restarts the clock."""
    noted = []
    from tinytorch.core import layers
    from tito.lab.compare.ours import measure
    from tito.lab.networks import Network

    taken = measure(
        layers,
        SimpleNamespace(note=noted.append),
        network=Network.parse("3-2").to_dict(),
        batches=[1, 2],
        loss="cross-entropy",
        optimizer="sgd",
    )
    assert noted == [1, 1, 2, 2]
    assert 0 <= taken.pop("others")[0] <= 1
    assert {name: len(seconds) for name, seconds in taken.items()} == {"forward": 2, "step": 2}
