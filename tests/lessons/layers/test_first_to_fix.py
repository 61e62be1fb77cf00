"""What a person with one mistake is told first: its name, and the line to look at."""

import pytest

from proof.learner_files import learner_files
from tito.engine import examine, start_worker

FILES = learner_files("layers")

# file, exercise, name, how the line begins
MISTAKES = [
    ("base_raises_type_error", "Layer.forward", "base-forward-raises-another-error", "raise Type"),
    ("raises_not_implemented_called", "Layer.forward", "base-forward-raises-not-implemented", "r"),
    ("base_parameters_generator", "Layer.parameters", "parameters-generator", "def parameters"),
    ("base_forward_without_self", "Layer.forward", "no-self-in-def", "def forward(x)"),
    ("call_misspelt", "Layer.__call__", "call-missing", "def "),
    ("call_without_underscores", "Layer.__call__", "call-missing", "def call("),
    ("constructor_misspelt", "Linear.__init__", "constructor-missing", "def _init_("),
    ("constructor_is_int", "Linear.__init__", "constructor-missing", "def __int__("),
    ("constructor_without_self", "Linear.__init__", "no-self-in-def", "def __init__(in_f"),
    ("constructor_without_sizes", "Linear.__init__", "argument-not-taken", "def __init__(self)"),
    ("super_init_forgotten", "Linear.__init__", "super-init-forgotten", "def __init__(self, in_"),
    ("bias_random_where_wanted", "Linear.__init__", "bias-starts-random", "self.bias = Tensor(np"),
    ("forward_without_self", "Linear.forward", "no-self-in-def", "def forward(x)"),
    ("forward_is_static", "Linear.forward", "method-is-static", "def forward(self, x)"),
    ("forward_is_a_property", "Linear.forward", "forward-is-a-property", "def forward(self, x)"),
    ("forward_without_x", "Linear.forward", "argument-not-taken", "def forward(self)"),
    ("forward_indented_into_init", "Linear.forward", "forward-missing", "def forward"),
    ("forward_outside_the_class", "Linear.forward", "forward-missing", "def forward"),
    ("forward_still_refuses", "Linear.forward", "not-written-yet", "raise NotImplementedError"),
    ("parameters_misspelt", "Linear.parameters", "parameters-missing", "def paramters("),
    ("parameters_forgotten", "Linear.parameters", "parameters-missing", "class Linear"),
    ("parameters_takes_x", "Linear.parameters", "argument-not-given", "def parameters(self, x)"),
    ("parameters_in_a_list", "Linear.parameters", "tensors-compared-by-in", "if self.bias"),
    ("p_one_in_the_constructor", "Dropout.__init__", "p-one-divides-by-zero", "self.p, self.sc"),
    ("p_is_a_local_variable", "Dropout.__init__", "p-not-kept", "p = p"),
    ("dropout_forward_misspelt", "Dropout.forward", "forward-missing", "def forwrad("),
    ("dropout_forward_without_self", "Dropout.forward", "no-self-in-def", "def forward(x, tr"),
    ("sequential_list_or_none", "Sequential.__init__", "list-only", "def __init__"),
    (
        "sequential_list_of_star",
        "Sequential.__init__",
        "layers-spread-into-list",
        "self.layers = l",
    ),
    ("sequential_forward_misspelt", "Sequential.forward", "forward-missing", "def forwards("),
    ("sequential_parameters_misspelt", "Sequential.parameters", "parameters-missing", "def para"),
    ("sequential_parameters_forgotten", "Sequential.parameters", "parameters-missing", "class Se"),
    ("sequential_parameters_inside_forward", "Sequential.parameters", "parameters-missing", "def"),
    ("sequential_parameters_compared", "Sequential.parameters", "tensors-compared-by-in", "if p"),
    ("sequential_parameters_chained", "Sequential.parameters", "parameters-generator", "return"),
]


@pytest.mark.parametrize(("file", "exercise", "name", "begins"), MISTAKES)
def test_the_first_to_fix_is_named_and_shown(file, exercise, name, begins, tmp_path):
    """Lost otherwise: a person at night looks at a line that never ran, under another's name."""
    path = FILES.put(file, tmp_path)
    first = examine("layers", path, worker=start_worker()).first
    line = path.read_text(encoding="utf-8").split("\n")[first.line - 1].strip()
    assert (first.exercise, first.misconception, first.sure) == (exercise, name, True)
    assert line.startswith(begins)
    if name.endswith("-missing") and begins.endswith("("):
        near = begins.removeprefix("def ").removesuffix("(")
        assert f"{near}, on line {first.line}, is close to it" in first.diagnosis
