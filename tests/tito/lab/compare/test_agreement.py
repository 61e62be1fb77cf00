"""Right layers agree with PyTorch to rounding, whatever the network; wrong ones are placed."""

from types import SimpleNamespace

import pytest

import tinytorch
from tests.tito.lab.compare.conftest import recipe_for
from tito.lab.apart import Refusal
from tito.lab.compare.ours import measure
from tito.lab.compare.recipe import OPTIMIZERS

FORWARD = "output = x.matmul(self.weight)\n"
BIAS = "            output = output + self.bias\n"


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        ("6-4-4-3", {"activation": "gelu"}),
        ("6-5-3", {"dropout": 0.4, "optimizer": "adam", "activation": "tanh"}),
        ("3-1", {"activation": "sigmoid"}),
        ("4-4-2", {"dropout": 1.0, "steps": 1}),
    ],
)
def test_the_reference_agrees(run, network, asked):
    """Lost otherwise: the promise that what you built is PyTorch's own arithmetic."""
    done = run(network=network, **asked)
    assert done.verdict.agree, done.verdict.words
    assert done.verdict.words.startswith("The same to rounding")


@pytest.mark.parametrize("seed", range(2))
def test_a_right_file_of_a_learners_agrees_with_any_seed(run, learner, seed):
    """Lost otherwise: the one who got it right is told, now and then, that they did not."""
    done = run(learner(), dropout=0.3, seed=seed, steps=20)
    assert done.verdict.agree, done.verdict.words
    if not seed:
        again = run(learner(), dropout=0.3, seed=seed, steps=20)
        assert again.found == done.found


def test_a_dropout_of_everything_agrees(run, learner):
    """Lost otherwise: a right Dropout is blamed for no gradient where PyTorch's is all zeros."""
    done = run(learner(), dropout=1.0, steps=2)
    assert done.verdict.agree, done.verdict.words


WRONG = {
    "the bias forgotten": (
        [(BIAS, "            pass\n")],
        "forward",
        "layer 0, Linear(6, 8)",
        "first differs at layer 0, Linear(6, 8)",
    ),
    "the bias taken away": (
        [(BIAS, BIAS.replace("+", "-"))],
        "forward",
        "layer 0, Linear(6, 8)",
        "first differs at layer 0, Linear(6, 8)",
    ),
    "dropout unscaled": (
        [("output = x * mask_tensor * scale", "output = x * mask_tensor")],
        "forward",
        "layer 2, Dropout(0.25)",
        "first differs at layer 2, Dropout(0.25)",
    ),
    "dropout at inference": (
        [("if not training or self.p", "if self.p")],
        "forward",
        "layer 2, Dropout(0.25)",
        "In its output at inference, they differ",
    ),
    "dropout never": (
        [("if not training or", "if True or")],
        "forward",
        "layer 2, Dropout(0.25)",
        "first differs at layer 2, Dropout(0.25)",
    ),
    "p taken for the share that stays": (
        [("keep_prob = 1.0 - self.p", "keep_prob = self.p"), ("(1.0 / keep_prob)", "(1 / 0.75)")],
        "forward",
        "layer 2, Dropout(0.25)",
        "with probability 0.25",
    ),
    "one mask for ever": (
        [("        mask = np.random", "        np.random.seed(3)\n        mask = np.random")],
        "forward",
        "layer 2, Dropout(0.25)",
        "drops the same numbers in each call",
    ),
    "the graph cut": (
        [(FORWARD, "output = Tensor(x.data).matmul(self.weight)\n")],
        "gradient",
        "layer 6, Linear(8, 3)",
        "In its gradient of input, none came from ours",
    ),
    "a new tensor": (
        [("        return output\n\n    def parameters(self):\n        params", "        return "
          "Tensor(output.data)\n\n    def parameters(self):\n        params")],
        "gradient",
        "layer 6, Linear(8, 3)",
        "In its gradient of input, none came from ours",
    ),
    "the bias not in parameters": (
        [("            params.append(self.bias)\n", "            pass\n")],
        "training",
        None,
        "In parameters() (after 5 steps), 0.bias, 3.bias and 6.bias are missing",
    ),
    "the input changed": (
        [(FORWARD, "output = x.matmul(self.weight)\n        x.data[...] = 0\n")],
        "forward",
        "layer 0, Linear(6, 8)",
        "In its input afterwards, they differ",
    ),
    "the whole skips a layer": (
        [("for layer in self.layers:\n            x = ",
          "for layer in self.layers[:1] + self.layers[2:]:\n            x = ")],
        "network",
        None,
        "but the network as a whole does not",
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
        [("self.weight", "self.w")],
        "should have a Tensor of shape (6, 4) in the attribute weight, and has NoneType",
    ),
    "a weight stored transposed": (
        [
            ("randn(in_features, out_features)", "randn(out_features, in_features)"),
            (FORWARD, "output = x.matmul(self.weight.transpose())\n"),
        ],
        "should have a Tensor of shape (6, 4) in the attribute weight, and has a Tensor of",
    ),
    "no bias": (
        [("out_features, bias=True", "out_features, bias=False")],
        "layer 0, Linear(6, 4), should have a Tensor of shape (4,) in the attribute bias",
    ),
    "no tensor": (
        [
            (
                "        return output\n\n    def parameters(self):\n        params",
                "        return output.data\n\n    def parameters(self):\n        params",
            )
        ],
        "should give a Tensor of shape (8, 4), but it gave ndarray",
    ),
    "another shape": (
        [(FORWARD, "output = x.matmul(self.weight).T\n"), (BIAS, "            pass\n")],
        "input of shape (8, 6), layer 0, Linear(6, 4), should give a Tensor of shape (8, 4), "
        "but it gave a Tensor of shape (4, 8)",
    ),
    "nothing from the whole": (
        [("x = layer.forward(x)\n        return x\n", "x = layer.forward(x)\n")],
        "the network, should give a Tensor of shape (8, 3), but it gave NoneType",
    ),
    "a Dropout that is left out": (
        [("for layer in self.layers:\n            x = ",
          "for layer in self.layers[:2] + self.layers[3:]:\n            x = ")],
        "layer 2 ran 0 times in 5 passes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_compared_is_said(run, learner, name):
    """Lost otherwise: a traceback of ours, or two things compared that do not belong together."""
    changes, words = REFUSED[name]
    with pytest.raises(Refusal) as refused:
        run(learner(*changes), dropout=0.5)
    assert words in str(refused.value)


def test_weights_that_are_not_numbers_are_no_agreement(run, learner):
    """Lost otherwise: NaN on both sides passes for the same."""
    done = run(learner(("* scale\n", "* np.nan\n"), ("x * mask_tensor * np.nan", "x")))
    assert not done.verdict.agree
    assert "there is NaN or infinity in ours and in PyTorch's" in done.verdict.words


def test_training_that_breaks_down_on_both_sides_is_no_agreement(run, monkeypatch):
    """Lost otherwise: NaN on both sides passes for the same."""
    monkeypatch.setitem(OPTIMIZERS, "sgd", ("SGD", 1e30))
    with pytest.warns(RuntimeWarning):
        done = run(network="6-4-1", steps=6)
    assert not done.verdict.agree
    assert "there is NaN or infinity in ours and in PyTorch's" in done.verdict.words


def test_what_the_layers_note_is_for_the_clock_alone(run):
    """Lost otherwise: a layer that hangs is waited for, because nothing restarts the clock."""
    noted = []
    plain = recipe_for("3-2").to_dict()
    taken = measure(tinytorch, SimpleNamespace(note=noted.append), plain=plain)
    assert noted == [1, 1, 2, 2]
    assert 0 <= taken.pop("others")[0] <= 1
    assert {name: len(seconds) for name, seconds in taken.items()} == {"forward": 2, "step": 2}
