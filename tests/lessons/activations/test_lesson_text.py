"""Every number in the lesson's text is computed here, or is a fact of the world with its source."""

import math
import re

import numpy as np
import pytest

from tests.lessons.texts import numbers, prose, run_block, tells
from tinytorch import GELU, Linear, ReLU, Sigmoid, Softmax, Tanh, Tensor
from tito.cli.commands import COMMANDS
from tito.lesson.tex import goals
from tito.lesson.text import Code, Diagram, Table, Tabs, blocks, lesson_text

TEXT = lesson_text("activations")
SECTIONS = {section.anchor: section for section in TEXT.sections}
PARTS = ("ReLU", "Sigmoid", "Tanh", "Softmax", "GELU")

HIDDEN, OUTPUT, SINGLE = Linear(784, 256), Linear(256, 10), Linear(784, 10)
BATCH = 32
FLOW = HIDDEN(Tensor(np.ones((BATCH, 784))))


def parameters(*layers):
    return sum(tensor.size for layer in layers for tensor in layer.parameters())


def shares(*scores):
    return [float(p) for p in Softmax()(Tensor(scores)).data]


def slope(activation, at):
    x = Tensor([at], requires_grad=True, dtype=np.float64)
    activation(x).sum().backward()
    return float(x.grad.data[0])


def gelu(x):
    return x / 2 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


LINE = np.linspace(-8, 8, 160_001)
BY_TANH = LINE / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (LINE + 0.044715 * LINE**3)))
BY_SIGMOID = LINE / (1 + np.exp(-1.702 * LINE))
STEEPEST = slope(Sigmoid(), 0.0)

# Signs in formulas, names of dtypes, and the numbers of parts, lessons and questions.
STRUCTURE = {"0", "1", "2", "3", "4", "5", "6", "03", "04", "06", "-1", "0.5"}
# What the lesson's examples are about: the layers, the batch.
GIVEN = {
    "784": HIDDEN.in_features,
    "256": HIDDEN.out_features,
    "10": OUTPUT.out_features,
    "ten": OUTPUT.out_features,
    "32": BATCH,
    "five": len(PARTS),
}
COMPUTED = {
    "lesson": {"six": len(PARTS) + 1},
    "why": {"203,530": parameters(HIDDEN, OUTPUT), "7,850": parameters(SINGLE)},
    "saturation": {
        "0.25": STEEPEST,
        "0.018": slope(Sigmoid(), 4.0),
        "ten": 10,
        "millionth": 1 / STEEPEST**10,
    },
    "squash": {"2.718": math.e},
    "overflow": {"3.4": float(np.finfo(np.float32).max) / 1e38, "88.7": 88.7228},
    "softmax": {
        **dict(zip(["0.665", "0.245", "0.090"], shares(2, 1, 0), strict=True)),
        **dict(zip(["0.867", "0.117", "0.016"], shares(4, 2, 0), strict=True)),
        "2.718": math.e,
    },
    "gelu": {"0.17": -gelu(LINE).min(), "0.75": -LINE[gelu(LINE).argmin()]},
    "gelu-forward": {
        "0.0005": np.abs(gelu(LINE) - BY_TANH).max(),
        "0.02": np.abs(gelu(LINE) - BY_SIGMOID).max(),
    },
    "costs": {
        "8,192": FLOW.size,
        "32,768": FLOW.data.nbytes,
        "6,422,528": FLOW.size * HIDDEN.in_features,
    },
    "answer-linear": {
        "7,850": parameters(SINGLE),
        "200,960": parameters(HIDDEN),
        "2,570": parameters(OUTPUT),
        "203,530": parameters(HIDDEN, OUTPUT),
    },
    "answer-slopes": {"0.25": STEEPEST, "0.015625": STEEPEST**3},
    "answer-dead": {"8": 10 - 2, "0.0003": slope(Sigmoid(), -8.0)},
    "answer-softmax": {"0.25": shares(0, 0, 0, 0)[0], "7.389": math.exp(2)},
    "answer-overflow": {"0.5": shares(1000, 1000)[0], "88": 88, "89": 89},
}
# What no activation computes, and where it is written.
FACTS = {
    "why": {
        "hundred": "a manner of speaking",
        "1989": "Cybenko; Hornik, Stinchcombe, White: universal approximation",
    },
    "history": {
        "1838": "Verhulst, Notice sur la loi que la population suit dans son accroissement",
        "1943": "McCulloch, Pitts, A Logical Calculus of the Ideas Immanent in Nervous Activity",
        "1986": "Rumelhart, Hinton, Williams, Learning representations by back-propagating errors",
        "1990": "Bridle, Probabilistic Interpretation of Feedforward Network Outputs",
        "2010": "Nair, Hinton, ICML",
        "2016": "Hendrycks, Gimpel, arXiv 1606.08415",
    },
    "saturation": {
        "64": "the width of the example, which runs",
        "hundred": "the factor of the example, which runs",
        "thousand": "the same",
        "twenty": "years, from 1990 to 2010",
    },
    "sigmoid-forward": {
        "50": "test_the_limits_that_it_gives",
        "80": "the same",
        "500": "the same",
    },
    "overflow": {"100": "test_the_limits_that_it_gives"},
    "softmax-forward": {
        "1000": "an example; test_the_limits_that_it_gives",
        "1001": "the same",
    },
    "gelu-forward": {
        "0.044715": "Hendrycks, Gimpel, section 2",
        "1.702": "the same",
    },
    "pytorch-differences": {"thirty": "test_pytorch_has_about_thirty"},
    "question-dead": {"10": "the bias of the example"},
    "question-overflow": {"1000": "an example"},
    "thinking": {"0.000001": "an example"},
    "papers": {
        "2010": "ICML 2010",
        "2011": "AISTATS 2011",
        "2016": "arXiv",
        "1989": "Mathematics of Control, Signals, and Systems 2",
        "2001": "IEEE Press, A Field Guide to Dynamical Recurrent Networks",
    },
}


@pytest.mark.parametrize(  # the table of `slopes` is computed below
    "section", [s for s in TEXT.sections if s.anchor != "slopes"], ids=lambda s: s.anchor
)
def test_every_number_is_computed_or_has_a_source(section):
    """Lost otherwise: a learner reckons with a number that is wrong."""
    computed = {**GIVEN, **COMPUTED.get(section.anchor, {})}
    known = STRUCTURE | set(computed) | set(FACTS.get(section.anchor, {}))
    found = numbers(section)
    assert found - known == set()
    assert {n: computed[n] for n in found & set(computed) if not tells(n, computed[n])} == {}


@pytest.mark.parametrize("table", [COMPUTED, FACTS], ids=["computed", "facts"])
def test_every_entry_is_in_the_text(table):
    """Lost otherwise: a table that grows, and nobody knows what for."""
    strays = {anchor: set(table[anchor]) - numbers(SECTIONS[anchor]) for anchor in table}
    assert {anchor: names for anchor, names in strays.items() if names} == {}


def test_the_table_of_values_and_slopes():
    """Lost otherwise: the curve that a learner sketches from it is another one."""
    (table,) = (b for b in blocks(SECTIONS["slopes"].body) if isinstance(b, Table))
    head, *rows = table.rows
    places = [float(place) for place in head[1:]]
    for function, (values, slopes) in zip(
        (ReLU(), Sigmoid(), Tanh(), GELU()), zip(rows[::2], rows[1::2], strict=True), strict=True
    ):
        assert (values[0], slopes[0]) == (type(function).__name__, "its slope")
        right = function(Tensor(places, dtype=np.float64)).data
        np.testing.assert_allclose([float(cell) for cell in values[1:]], right, atol=0.0005)
        right = [slope(function, place) for place in places]
        np.testing.assert_allclose([float(cell) for cell in slopes[1:]], right, atol=0.0005)


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid:RuntimeWarning")
def test_the_limits_that_it_gives():
    """Lost otherwise: a learner mends an overflow that is none, or by a limit that is too high."""
    x = Tensor([-100.0], requires_grad=True)
    plain = 1 / (1 + (-x).exp())
    plain.backward([1.0])
    assert plain.data == 0
    assert np.isnan(x.grad.data)
    e = [np.exp(np.float32(x)) for x in (100, -100)]
    assert np.isnan((e[0] - e[1]) / (e[0] + e[1]))
    assert np.isnan(np.exp(np.float32(1000)) / (np.exp(np.float32(1001)) + 1))
    assert Sigmoid()(Tensor([50.0])).item() == 1
    assert np.isfinite(np.exp(np.float32(80)))
    assert np.isinf(np.exp(np.float32(500)))
    assert np.isfinite(np.exp(500.0))
    assert np.exp(np.float32(88.7)) < np.inf == np.exp(np.float32(88.8))


def test_its_programs_run_from_top_to_bottom(tmp_path, monkeypatch):
    """Lost otherwise: who copies an example from the lesson gets an error for their trust."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for section in TEXT.sections:
        for block in blocks(section.body):
            if isinstance(block, Code):
                run_block(block, names, section.anchor)
    assert names["slope"].shape == names["bent"].shape


@pytest.mark.parametrize("place", [0, 1], ids=["TinyTorch", "PyTorch"])
def test_both_sides_of_the_comparison_run(place):
    """Lost otherwise: a comparison with a PyTorch that does not exist."""
    if place:
        pytest.importorskip("torch")
    (tabs,) = (block for block in blocks(SECTIONS["pytorch"].body) if isinstance(block, Tabs))
    (code,) = tabs.tabs[place][1]
    names = {}
    run_block(code, names, "pytorch")
    assert tuple(names["scores"].shape) == (32, 10)
    assert float(names["answer"].detach().sum()) == pytest.approx(32, rel=1e-5)


def test_pytorch_has_about_thirty():
    """Lost otherwise: a claim that nobody counted."""
    torch = pytest.importorskip("torch")
    assert 28 <= len(torch.nn.modules.activation.__all__) <= 32


def test_the_error_it_explains_is_the_one_that_comes():
    """Lost otherwise: a learner looks for the text of their error, and it is not there."""
    (shown,) = (b for b in blocks(SECTIONS["errors-class"].body) if isinstance(b, Code))
    with pytest.raises(TypeError) as caught:
        ReLU(Tensor([1.0, 2.0]))
    assert shown.lines == (f"TypeError: {caught.value}",)


def test_every_link_inside_leads_somewhere_and_every_command_exists():
    """Lost otherwise: a reader is sent to a section, or to a command, that is not there."""
    texts = [text for section in TEXT.sections for text in prose(blocks(section.body))]
    assert {goal for text in texts for goal in goals(text)} - set(SECTIONS) == set()
    whole = "\n".join(section.body for section in TEXT.sections)
    assert set(re.findall(r"`tito ([a-z]+)", whole)) - set(COMMANDS) == set()


def test_it_gives_no_answer_away():
    """Lost otherwise: the exercise, to everyone who reads before they think."""
    whole = "\n".join(section.body for section in TEXT.sections)
    assert re.findall(r"\.maximum\(|\.exp\(\)|\.clamp\(|keepdims=|erf\(x", whole) == []


def test_its_drawing_says_the_same_in_words():
    """Lost otherwise: a reader in a terminal sees another system than a reader in a browser."""
    (drawing,) = (b for b in blocks(SECTIONS["build"].body) if isinstance(b, Diagram))
    named = re.findall(r'\["(\w+)<br/>', "\n".join(drawing.source))
    assert sorted(named) == sorted(PARTS)
    words = "\n".join(drawing.text)
    assert all(re.search(rf"\b{name}\b", words) for name in named)
