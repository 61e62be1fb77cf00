"""Several files of a learner's in the library's place, whichever of them needs which."""

import subprocess
import sys

import pytest

RUN = """
import sys
from tito.engine.standin import StandIn, install
first, second, then = sys.argv[1:]
install(
    [
        StandIn(f"tinytorch.core.{name}", [f"{name}_dev"], text.encode(), f"{name}_dev.py")
        for name, text in (("activations", first), ("layers", second))
    ]
)
exec(then)
"""
ACTIVATIONS = "class ReLU: pass\nclass Tanh: pass\n"
LAYERS = "class Layer: pass\nclass Linear(Layer): pass\n"


@pytest.mark.parametrize(
    ("activations", "layers"),
    [
        (ACTIVATIONS, LAYERS),
        (ACTIVATIONS, f"from activations_dev import ReLU\n{LAYERS}"),
        (ACTIVATIONS, f"from tinytorch import ReLU\n{LAYERS}"),
        (f"from tinytorch import *\n{ACTIVATIONS}", f"from tinytorch import *\n{LAYERS}"),
        (f"from tinytorch import *\n{ACTIVATIONS}", f"from activations_dev import ReLU\n{LAYERS}"),
        (f"from tinytorch import *\n{ACTIVATIONS}class GELU(Layer): pass\n", LAYERS),
        (f"from layers_dev import Layer\n{ACTIVATIONS}class GELU(Layer): pass\n", LAYERS),
    ],
)
def test_each_file_has_its_own_and_the_other_s_classes(activations, layers):
    """Lost otherwise: right files, each of which passes, cannot be used together."""
    then = (
        "import tinytorch, activations_dev, layers_dev\n"
        "from tinytorch import *\n"
        "assert ReLU is activations_dev.ReLU is tinytorch.core.activations.ReLU\n"
        "assert Linear is layers_dev.Linear is tinytorch.core.layers.Linear\n"
        "assert Tensor.__module__ == 'tinytorch.core.tensor'\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", RUN, activations, layers, then], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr


def test_what_is_wrong_in_one_file_is_said_of_that_file():
    """Lost otherwise: somebody looks for the fault in the file that is right."""
    star = f"from tinytorch import *\n{ACTIVATIONS}"
    ran = subprocess.run(
        [sys.executable, "-c", RUN, star, "1 / 0\n", ""], capture_output=True, text=True
    )
    assert ran.returncode == 1
    assert 'File "layers_dev.py", line 1' in ran.stderr
    assert "activations_dev.py" not in ran.stderr
