"""The examples of the lesson's two pages, with their gaps filled, on a learner's file and here."""

import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parent / "files" / "right" / "page.py"

ACTIVATIONS_DEV = "from tinytorch.core.activations import ReLU, Sigmoid, Tanh\n"

DENSE_PAGE = """
from tinytorch.core.tensor import Tensor
from layers_dev import Dense
from activations_dev import ReLU

layer = Dense(input_size=3, output_size=2)
x = Tensor([[1.0, 2.0, 3.0]])
y = layer(x)
assert (x.shape, y.shape) == ((1, 3), (1, 2))

layer1, layer2, relu = Dense(3, 4), Dense(4, 2), ReLU()
h1 = relu(layer1(x))
output = layer2(h1)
assert output.data.shape == (1, 2)

image = Tensor([[0.5] * 784])
assert Dense(128, 10)(relu(Dense(784, 128)(image))).shape == (1, 10)
"""

LINEAR_PAGE = """
import numpy as np
from tinytorch.core.tensor import Tensor
from tinytorch.core.activations import ReLU
from tinytorch.core.losses import CrossEntropyLoss
from layers_dev import Dropout, Linear, Sequential

x = Tensor(np.ones((32, 784)))
layer1, activation, dropout, layer2 = Linear(784, 256), ReLU(), Dropout(0.5), Linear(256, 10)
output = layer2(dropout(activation(layer1(x)), training=True))
assert output.shape == (32, 10)
hidden = Tensor(np.ones((2, 8)))
assert np.array_equal(dropout(hidden, training=False).data, hidden.data)

all_params = layer1.parameters() + layer2.parameters()
assert sum(p.size for p in layer1.parameters()) == 200_960
assert len(all_params) == 4

model = Sequential(
    Linear(784, 256), ReLU(), Dropout(0.5),
    Linear(256, 128), ReLU(), Dropout(0.3),
    Linear(128, 10)
)
assert sum(p.size for p in model.parameters()) == 235_146
loss = CrossEntropyLoss()(model(x), [3] * 32)
loss.backward()
assert all(p.grad is not None and p.grad.shape == p.shape for p in model.parameters())

try:
    Linear(256, 10)(Tensor(np.ones((32, 128))))
except ValueError as error:
    assert str(error).splitlines()[0] == (
        "Cannot perform matrix multiplication: (32, 128) @ (256, 10). "
        "Inner dimensions must match: 128 ≠ 256"
    )
else:
    raise AssertionError("a shape mismatch went through")
"""


def run(script, folder):
    """Run a script as a person does, in the folder of the learner's files."""
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("script", [DENSE_PAGE, LINEAR_PAGE], ids=["dense", "linear"])
def test_the_pages_examples_run_on_a_learners_file(script, tmp_path):
    """Who copies an example from the page must see it work with their own layers."""
    (tmp_path / "layers_dev.py").write_bytes(PAGE.read_bytes())
    (tmp_path / "activations_dev.py").write_text(ACTIVATIONS_DEV, encoding="utf-8")
    run(script, tmp_path)


@pytest.mark.parametrize("script", [DENSE_PAGE, LINEAR_PAGE], ids=["dense", "linear"])
def test_the_pages_examples_run_on_the_library(script, tmp_path):
    """The library keeps what the page promises."""
    library = script.replace("layers_dev", "tinytorch.core.layers")
    run(library.replace("activations_dev", "tinytorch.core.activations"), tmp_path)
