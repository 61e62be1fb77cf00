"""Advice: what goes beyond the pages is said to whom it concerns, and fails nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proof.learner_files import learner_files
from proof.warm import warm_worker
from tinytorch.core import layers
from tito.engine import examine
from tito.lesson import costs
from tito.lessons.layers import measures

FILES = learner_files("layers")
RIGHT = Path(__file__).parent / "files" / "right"
PAGE = (RIGHT / "page.py").read_text(encoding="utf-8")
#: Which right files are slow, and of which exercise it is said.
SLOW = {
    "bias_as_a_row_of_ones.py": {"Linear.forward takes", "of your Linear.forward takes"},
    "one_feature_at_a_time.py": {"Linear.forward takes"},
    "statistics_module.py": {"Linear(256, 64) takes", "Dense(256, 64) takes"},
    "broadcast_sum.py": {"Linear.forward takes", "of your Linear.forward takes"},
    "outer_products.py": {"Linear.forward takes"},
    "copies_at_inference.py": {"Linear.forward takes", "Dropout returns a new Tensor"},
    "stdlib_random.py": {"Linear(256, 64) takes", "Dense(256, 64) takes", "Dropout takes"},
    "plain_python_random.py": {"Linear(256, 64) takes", "Dense(256, 64) takes", "Dropout takes"},
}
MEASURED = {
    "Linear.forward takes",
    "of your Linear.forward takes",
    "Linear(256, 64) takes",
    "Dense(256, 64) takes",
    "Dropout takes",
}


@pytest.mark.parametrize(
    ("file", "said", "unsaid"),
    [
        ("page.py", "no longer knows x", "Returning x itself"),
        ("page.py", "model.eval()", "NumPy warns"),
        ("page.py", "has its parameters in parameters() twice", "(or a tuple)"),
        ("page.py", "finds 0 of 3", "does not have"),
        ("page_literal.py", "only model.forward(x)", "Returning x itself"),
        ("copies_at_inference.py", "Returning x itself", "no longer knows x"),
        ("inference_cuts_graph.py", "With training=False and with p = 0", "times as long"),
        ("layers_in_a_tuple.py", "(or a tuple)", "no longer knows x"),
        ("registry.py", "in a list or a dict does not show their Tensors", "an attribute"),
        ("nan_accepted.py", "accepts NaN", "(or a tuple)"),
        ("sequential_in_a_dict.py", "look for .layers", "(or a tuple)"),
        ("sequential_without_a_call.py", "model(x), as the page writes it", "accepts NaN"),
        ("page.py", "model(x, training=False) raises TypeError", "accepts NaN"),
        ("narrow_call_and_an_own_one.py", "takes x alone, as in the page's table", "accepts NaN"),
        ("dense_keeps_no_sizes.py", "does not keep its sizes", "accepts NaN"),
        ("even_weights_of_the_right_size.py", "draws its first weights evenly", "accepts NaN"),
        ("width_by_assertion.py", "not with a ValueError", "accepts NaN"),
        ("repr_raises.py", "raises AttributeError", "accepts NaN"),
        ("rng_of_library.py", "Linear(3, 0)", "does not show their Tensors"),
    ],
)
def test_advice_is_given_where_it_applies(
    file: str, said: str, unsaid: str, tmp_path: Path
) -> None:
    """If this fails, good practice is preached to those who have it, or kept from the others."""
    advice = advice_on(FILES.put(file.removesuffix(".py"), tmp_path))
    assert any(said in each for each in advice)
    assert not any(unsaid in each for each in advice)
    assert len(set(advice)) == len(advice)


def test_the_reference_itself_needs_no_advice(tmp_path: Path) -> None:
    """Lost otherwise: trust in the advice, for what it praises does not follow it."""
    path = tmp_path / "layers_dev.py"
    path.write_bytes(Path(layers.__file__).read_bytes())
    assert advice_on(path) == []


HIDDEN = """
class Net(Layer):
    def __init__(self):
        self.first = Linear(3, 2)
        self.rest = {place}

    def forward(self, x):
        return self.first(x)

    def parameters(self):
        return self.first.parameters()
"""
DEAD = """
class Gate(Layer):
    def __init__(self):
        self.linear = Linear(3, 2)
        self.gate = Tensor([1.0, 2.0], requires_grad=True)

    def forward(self, x):
        return self.linear(x) * {gate}

    def parameters(self):
        return [*self.linear.parameters(), self.gate]
"""


@pytest.mark.parametrize(
    "place",
    [
        "[Linear(2, 2)]",
        "{'a': Linear(2, 2)}",
        "{Linear(2, 2)}",
        "(lambda inner: lambda x: inner(x))(Linear(2, 2))",
        "Sequential(ReLU(), Linear(2, 2))",
    ],
)
def test_what_a_class_of_the_file_hides_is_named(place: str, tmp_path: Path) -> None:
    """Lost otherwise: half of a network that never learns, and an evening to find out why."""
    path = tmp_path / "layers_dev.py"
    head = "from tinytorch.core.activations import ReLU\n"
    path.write_text(head + PAGE + HIDDEN.format(place=place), encoding="utf-8")
    (said,) = [each for each in advice_on(path) if "does not have" in each]
    assert re.match(
        r"parameters\(\) of your Net does not have `rest\S*weight`, `rest\S*bias`", said
    )
    path.write_text(PAGE + HIDDEN.format(place="[]"), encoding="utf-8")
    assert not [each for each in advice_on(path) if "does not have" in each]


@pytest.mark.parametrize(("gate", "dead"), [("Tensor(self.gate.data)", True), ("self.gate", False)])
def test_a_parameter_without_a_gradient_is_named(gate: str, dead: bool, tmp_path: Path) -> None:
    """Lost otherwise: why one Tensor stays what it was through all of the training."""
    path = tmp_path / "layers_dev.py"
    path.write_text(PAGE + DEAD.format(gate=gate), encoding="utf-8")
    said = [each for each in advice_on(path) if "gets no gradient" in each]
    assert [each[:20] for each in said] == (["`gate` of your Gate "] if dead else [])


def test_a_lost_axis_is_shown_with_what_it_becomes(tmp_path: Path) -> None:
    """Lost otherwise: (n,) against (n, 1) in the loss, which trains to the mean of all labels."""
    path = tmp_path / "layers_dev.py"
    lost = "return output.reshape(output.shape[:-1]) if self.out_features == 1 else output"
    first, _, rest = PAGE.partition("        return output\n")
    path.write_text(f"{first}        {lost}\n{rest}", encoding="utf-8")
    (said,) = [each for each in advice_on(path) if "broadcast" in each]
    assert "Linear(4, 1) makes shape (5,) out of an x of shape (5, 4), not (5, 1)" in said
    assert "broadcast that to (5, 5)" in said


def test_a_copy_of_the_weight_in_each_call_is_priced(tmp_path: Path) -> None:
    """Lost otherwise: what a harmless-looking line costs in every step."""
    path = tmp_path / "layers_dev.py"
    text = PAGE.replace("output = x.matmul(self.weight)", "output = x.matmul(self.weight * 1.0)")
    path.write_text(text, encoding="utf-8")
    (said,) = [each for each in advice_on(path) if "memory" in each]
    assert "as much as a copy of its weight" in said
    assert re.search(r"takes 1[45]\d kB of memory .* takes [\d.]+ µs of the \d+ µs", said)


def test_a_class_that_cannot_be_made_is_no_obstacle(tmp_path: Path) -> None:
    """Lost otherwise: the other advice, because of a class that is not finished."""
    path = tmp_path / "layers_dev.py"
    broken = "\nclass Net(Layer):\n    def __init__(self):\n        raise KeyError(self)\n"
    wants = "\nclass Deep(Layer):\n    def __init__(self, depth):\n        self.depth = depth\n"
    path.write_text(PAGE + broken + wants, encoding="utf-8")
    assert advice_on(path) == advice_on(RIGHT / "page.py")


@pytest.mark.slow
def test_what_is_slow_is_said_of_the_slow_files_alone(tmp_path: Path) -> None:
    """Lost otherwise: a learner with a plain product hears that it is slow, on a busy machine."""
    found: dict[str, set[str]] = {}
    names = [entry.name for entry in FILES.of("right", "doubtful")]
    some = {*names[::6], *(name.removesuffix(".py") for name in SLOW)}
    for name in (name for name in names if name in some):
        path = FILES.put(name, tmp_path)
        report = examine("layers", path, seed=3, worker=warm_worker("layers"))
        said = {words for words in MEASURED if any(words in each for each in report.advice)}
        found[f"{name}.py"] = said
    expected = {name: words & MEASURED for name, words in SLOW.items()}
    assert {name: words for name, words in found.items() if words} == expected


def test_the_figures_of_a_time_are_those_measured() -> None:
    """Lost otherwise: a ratio that does not fit the two times beside it."""
    sizes = {"batch": 32, "inputs": 784, "outputs": 256}
    fast, slow = {"yours": 2e-4, "numpy": 1.3e-4}, {"yours": 5.2e-3, "numpy": 1.3e-4}
    said = measures.time_of_forward([{**sizes, **slow}, {**sizes, **slow}, {**sizes, **slow}])
    assert said == {
        "ratio": "40",
        "yours": "5.2 ms",
        "numpy": "130 µs",
        "x": "(32, 784)",
        "outputs": "256",
    }
    assert (
        measures.time_of_forward([{**sizes, **slow}, {**sizes, **fast}, {**sizes, **slow}]) is None
    )
    assert measures.time_of_forward([{**sizes, **fast}] * 3) is None
    assert measures.time_of_forward([{**sizes, "yours": 1.0, "numpy": 0.0}]) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(2.0, "2.0 s"), (0.25, "250 ms"), (0.0052, "5.2 ms"), (13e-6, "13 µs"), (2e-7, "0.2 µs")],
)
def test_a_time_is_said_in_the_unit_that_fits(seconds: float, words: str) -> None:
    """Lost otherwise: 0.0000134 s."""
    assert costs.duration(seconds) == words


def test_sizes_and_places_in_words() -> None:
    """Lost otherwise: numbers of bytes that nobody can read at a glance."""
    assert [costs.size(n) for n in (24, 1024, 262144, 4_300_000)] == [
        "24 bytes",
        "1.0 kB",
        "262 kB",
        "4.3 MB",
    ]
    assert measures.held_layers([True, True, True]) is None
    assert measures.held_layers([True, False, False]) == {
        "places": "a list or a dict",
        "found": "1",
        "all": "3",
    }


def advice_on(path: Path) -> list[str]:
    report = examine("layers", path, seed=6, worker=warm_worker("layers"))
    assert report.ok
    return report.advice
