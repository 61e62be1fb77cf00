"""Every number in the lesson's text is computed here, or is a fact of the world with its source.

A number in a program that the text shows needs no entry: those programs run, below.
"""

import ast
import inspect
import re
import textwrap
from itertools import pairwise

import numpy as np
import pytest

from tests.lessons.texts import NUMBER, numbers, prose, run_block, tells
from tinytorch import Adam, Dense, Linear, ReLU, Sequential, Tensor
from tinytorch.core import layers
from tito.cli.commands import COMMANDS
from tito.lesson.tex import goals
from tito.lesson.text import (
    Code,
    Diagram,
    Tabs,
    blocks,
    lesson_text,
)
from tito.lessons.layers import LESSON

TEXT = lesson_text("layers")
SECTIONS = {section.anchor: section for section in TEXT.sections}

BATCH, WIDTHS = 32, (784, 256, 128, 10)
FIRST, SECOND, THIRD = (Linear(n, m) for n, m in pairwise(WIDTHS))
NETWORK = Sequential(FIRST, SECOND, THIRD)


def count(*tensors):
    return sum(tensor.size for tensor in tensors)


def parameters(layer):
    return count(*layer.parameters())


def size(*tensors):
    """How many bytes the tensors take."""
    return sum(tensor.data.nbytes for tensor in tensors)


def activations(batch):
    """The input of the network and the output of each of its layers."""
    flow = [Tensor(np.ones((batch, WIDTHS[0])))]
    for layer in NETWORK.layers:
        flow.append(layer(flow[-1]))
    return flow


def multiply_adds(layer, batch=BATCH):
    """One for each output and each input that it is the sum of."""
    return layer(Tensor(np.ones((batch, layer.in_features)))).size * layer.weight.shape[0]


def adam_bytes(network):
    """Parameters, gradients, and what Adam keeps after a step."""
    optimizer = Adam(network.parameters())
    network(Tensor(np.ones((1, WIDTHS[0])))).sum().backward()
    optimizer.step()
    held = [tensor.grad for tensor in network.parameters()]
    return size(*network.parameters(), *held) + 2 * size(*held)


FLOW = activations(BATCH)
WORK = [multiply_adds(layer) for layer in NETWORK.layers]
DOUBLED = Linear(784, 512)
RESNET_PARAMETERS, BERT_PARAMETERS, GPT3_PARAMETERS = 25_557_032, 110e6, 175e9
GPT3_WIDTH, GPT3_BLOCKS = 12_288, 96
# Query, key, value and output around the attention; into four times the width, and back.
GPT3_LINEARS = [(1, 1)] * 4 + [(1, 4), (4, 1)]
GPT3_BLOCK = sum(n * m for n, m in GPT3_LINEARS) * GPT3_WIDTH**2
ALEXNET_LINEARS = [(256 * 6 * 6, 4096), (4096, 4096), (4096, 1000)]
PASSES = {1: 1 / 800, BATCH: BATCH / 10_000}

# Signs in formulas, and the numbers of parts, layers and lessons.
STRUCTURE = {"0", "1", "2", "3", "04", "06", "07"}
# What the lesson's examples are about: pixels of a digit, the network, the batch, float32.
GIVEN = {
    "28": np.sqrt(FIRST.in_features),
    "784": FIRST.in_features,
    "256": FIRST.out_features,
    "128": SECOND.out_features,
    "10": THIRD.out_features,
    "ten": THIRD.out_features,
    "32": BATCH,
    "4": FIRST.weight.data.itemsize,
    "512": DOUBLED.out_features,
    "800": 1 / PASSES[1],
    "10,000": BATCH / PASSES[BATCH],
}
COMPUTED = {
    "lesson": {"five": len(LESSON.parts), "twelve": len(LESSON.exercises)},
    "history": {
        "58.6 million": sum(n * m + m for n, m in ALEXNET_LINEARS),
        "five": 8 - len(ALEXNET_LINEARS),
        "seventy": 2012 - 1943,
    },
    "production": {
        "2,049,000": parameters(Linear(2048, 1000)),
        "six": len(GPT3_LINEARS),
        "1.8 billion": GPT3_BLOCK,
        "174 billion": GPT3_BLOCK * GPT3_BLOCKS,
    },
    "linear-init": {"1000": 1000, "0.0316": 1000**-0.5, "0.316": 10**-0.5},
    "dense-init": {
        "6": 2 * 3,
        "0.0811": (6 / sum(Dense(784, 128).weight.shape)) ** 0.5,
    },
    "dropout": {"0.5": 1 - 1 / 2, "0.2": 1 - 1 / 1.25, "1.25": 1 / (1 - 0.2)},
    "initialisation": {"twenty": 20, "millionth": 2**20},
    "costs-parameters": {
        "200,704": count(FIRST.weight),
        "200,960": parameters(FIRST),
        "803,840": size(*FIRST.parameters()),
        "32,768": count(SECOND.weight),
        "32,896": parameters(SECOND),
        "131,584": size(*SECOND.parameters()),
        "1,280": count(THIRD.weight),
        "1,290": parameters(THIRD),
        "5,160": size(*THIRD.parameters()),
        "234,752": count(*(layer.weight for layer in NETWORK.layers)),
        "394": count(*(layer.bias for layer in NETWORK.layers)),
        "235,146": parameters(NETWORK),
        "940,584": size(*NETWORK.parameters()),
        "802,816": size(FIRST.weight),
        "1,024": size(FIRST.bias),
        "401,920": parameters(DOUBLED),
        "1,607,680": size(*DOUBLED.parameters()),
        "3,762,336": adam_bytes(NETWORK),
    },
    "costs-activations": {
        "100,352": size(FLOW[0]),
        "32,768": size(FLOW[1]),
        "16,384": size(FLOW[2]),
        "1,280": size(FLOW[3]),
        "150,784": size(*FLOW),
        "200": 200,
        "942,400": size(*activations(200)),
        "940,584": size(*NETWORK.parameters()),
    },
    "costs-arithmetic": {
        "6,422,528": WORK[0],
        "1,048,576": WORK[1],
        "40,960": WORK[2],
        "7,512,064": sum(WORK),
        "85.5%": WORK[0] / sum(WORK),
        "14.0%": WORK[1] / sum(WORK),
        "0.5%": WORK[2] / sum(WORK),
        "15,024,128": 2 * sum(WORK),
        "8,192": FLOW[1].size,
    },
    "costs-batches": {"thirty-one": BATCH - 1},
    "errors-scale": {"31.6": 1000**0.5},
    "pytorch-differences": {"five": len(LESSON.parts)},
    "scale": {
        "235,146": parameters(NETWORK),
        "0.94 MB": size(*NETWORK.parameters()),
        "25.6 million": RESNET_PARAMETERS,
        "102 MB": RESNET_PARAMETERS * 4,
        "440 MB": BERT_PARAMETERS * 4,
        "350 GB": GPT3_PARAMETERS * 2,
        "700 GB": GPT3_PARAMETERS * 4,
        "16": 8 * 2,
        "six": len(GPT3_LINEARS),
        "576": len(GPT3_LINEARS) * GPT3_BLOCKS,
    },
    "answer-parameters": {
        "200,960": parameters(FIRST),
        "401,920": parameters(DOUBLED),
        "200,704": count(FIRST.weight),
        "401,408": count(DOUBLED.weight),
    },
    "answer-memory": {
        "200,960": parameters(FIRST),
        "32,896": parameters(SECOND),
        "1,290": parameters(THIRD),
        "235,146": parameters(NETWORK),
        "940,584": size(*NETWORK.parameters()),
        "0.94 MB": size(*NETWORK.parameters()),
        "150,784": size(*FLOW),
        "50,432": size(*FLOW[1:]),
    },
    "answer-dropout": {"0.5": 1 / 2},
    "answer-bottleneck": {"6,422,528": WORK[0], "8,192": FLOW[1].size},
    "answer-batches": {
        "1.25 ms": PASSES[1],
        "1.25": PASSES[1] * 1000,
        "3.2 ms": PASSES[BATCH],
        "0.1 ms": PASSES[BATCH] / BATCH,
        "12.5": PASSES[1] / (PASSES[BATCH] / BATCH),
    },
}
# What no layer computes, and where it is written.
FACTS = {
    "lesson": {"five": "hours: between the pages' 4-5 and 5-7"},
    "history": {
        "1943": "McCulloch, Pitts, A Logical Calculus of the Ideas Immanent in Nervous Activity",
        "1958": "Rosenblatt, The Perceptron, Psychological Review 65",
        "1986": "Rumelhart, Hinton, Williams, Learning representations by back-propagating errors",
        "2012": "Krizhevsky, Sutskever, Hinton, ImageNet Classification with Deep CNNs",
        "eight": "the same: five convolutional and three fully-connected layers",
        "60 million": "the same, abstract",
        "2017": "Vaswani et al., Attention Is All You Need",
        "96": "Brown et al., 2020, Language Models are Few-Shot Learners, table 2.1",
    },
    "production": {
        "50": "He et al., 2016, Deep Residual Learning, table 1",
        "2,048": "the same",
        "1,000": "the classes of ImageNet's competition",
        "12,288": "Brown et al., 2020, table 2.1",
        "175 billion": "the same",
    },
    "not-yet": {"hundred": "torch.nn's layers; test_pytorch_has_over_a_hundred_layers"},
    "dense-init": {"2010": "Glorot, Bengio, formula 16"},
    "dropout": {
        "2012": "Krizhevsky, Sutskever, Hinton, section 4.2",
        "2014": "Srivastava et al., JMLR 15",
    },
    "dropout-init": {"50": "a percentage, as an example of what is no probability"},
    "initialisation-scale": {
        "1998": "LeCun, Bottou, Orr, Mueller, Efficient BackProp, section 4.6",
        "2010": "Glorot, Bengio, formula 12",
        "2015": "He et al., Delving Deep into Rectifiers, formula 10",
    },
    "layer-forward": {"hundred": "a manner of speaking"},
    "pytorch-differences": {"hundred": "as above"},
    "scale": {
        "50": "He et al., 2016, table 1",
        "fifty": "the same",
        "110 million": "Devlin et al., 2019, BERT, section 3",
        "12": "the same",
        "175 billion": "Brown et al., 2020, table 2.1",
        "96": "the same",
    },
    "thinking": {"100 MB": "an example", "hundred": "an example"},
    "papers": {
        "2010": "AISTATS 2010",
        "2015": "ICCV 2015",
        "2014": "JMLR 15",
        "1998": "Neural Networks: Tricks of the Trade",
        "2016": "MIT Press",
        "6": "Deep Feedforward Networks",
        "2019": "25 April 2019",
    },
}


def test_numbers_are_seen_in_all_their_forms():
    """Lost otherwise: a wrong number in the text that no test looks at."""
    found = set(NUMBER.findall("784→256, 1,290. 85.5% of 58.6 million; five x_1 l2 (32×3), 0.5"))
    assert {number.rstrip(",") for number in found} == {
        *("784", "256", "1,290", "85.5%", "58.6 million", "five", "32", "3", "0.5"),
    }


@pytest.mark.parametrize(
    ("written", "right", "wrong"),
    [("784", 784, 783), ("85.5%", 0.85497, 0.856), ("350 GB", 3.5e11, 3.6e11), ("five", 5, 6)],
)
def test_a_number_tells_a_value(written, right, wrong):
    """Lost otherwise: the tests below pass on any number."""
    assert tells(written, right)
    assert not tells(written, wrong)


@pytest.mark.parametrize("section", TEXT.sections, ids=lambda section: section.anchor)
def test_every_number_is_computed_or_has_a_source(section):
    """Lost otherwise: a learner reckons with a number that is wrong, as on the first pages."""
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


def test_its_programs_run_from_top_to_bottom(tmp_path, monkeypatch):
    """Lost otherwise: who copies an example from the lesson gets an error for their trust."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for section in TEXT.sections:
        for block in blocks(section.body):
            if isinstance(block, Code):
                run_block(block, names, section.anchor)


@pytest.mark.parametrize("place", [0, 1], ids=["TinyTorch", "PyTorch"])
def test_both_sides_of_the_comparison_run(place):
    """Lost otherwise: a comparison with a PyTorch that does not exist."""
    if place:
        pytest.importorskip("torch")
    (tabs,) = (block for block in blocks(SECTIONS["pytorch"].body) if isinstance(block, Tabs))
    (code,) = tabs.tabs[place][1]
    names = {}
    run_block(code, names, "pytorch")
    assert tuple(names["output"].shape) == tuple(names["answer"].shape) == (32, 10)
    shapes = sorted(sorted(parameter.shape) for parameter in names["params"])
    assert shapes == [[10], [10, 256], [256], [256, 784]]


def test_the_error_it_explains_is_the_one_that_comes():
    """Lost otherwise: a learner looks for the text of their error, and it is not there."""
    (shown,) = (b for b in blocks(SECTIONS["errors-shapes"].body) if isinstance(b, Code))
    with pytest.raises(ValueError, match="multiplication") as caught:
        Linear(256, 10)(ReLU()(Linear(784, 128)(Tensor(np.ones((32, 784))))))
    assert shown.lines == (f"ValueError: {caught.value}",)


def test_what_it_says_of_pytorchs_linear():
    """Lost otherwise: a person who goes on to PyTorch was told wrong things about it."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    layer = torch.nn.Linear(784, 256)
    assert tuple(layer.weight.shape) == (256, 784)
    for tensor in (layer.weight.detach(), layer.bias.detach()):
        edge = float(tensor.abs().max()) * 784**0.5
        assert 0.97 < edge <= 1.0001
    assert abs(float(layer.weight.detach().var()) * 784 * 3 - 1) < 0.02


def test_pytorch_has_over_a_hundred_layers():
    """Lost otherwise: a claim that nobody counted."""
    torch = pytest.importorskip("torch")
    found = [c for c in vars(torch.nn).values() if inspect.isclass(c)]
    assert sum(issubclass(c, torch.nn.Module) for c in found) > 100


def test_equal_units_stay_equal_and_zeros_stay_where_they_are():
    """Lost otherwise: what the text says of equal weights is hearsay."""
    for value in (0.0, 0.5):
        model = Sequential(Linear(4, 3), ReLU(), Linear(3, 2))
        for parameter in model.parameters():
            parameter.data[...] = value if parameter.ndim == 2 else 0.0
        optimizer = Adam(model.parameters(), lr=0.1)
        for _ in range(5):
            optimizer.zero_grad()
            ((model(Tensor([[1.0, 2.0, 3.0, 4.0]])) - Tensor([[1.0, -2.0]])) ** 2).sum().backward()
            optimizer.step()
        first, bias, last, moved = (parameter.data for parameter in model.parameters())
        assert np.ptp(first, axis=1).max() == 0
        assert np.ptp(last, axis=0).max() == 0
        assert not np.array_equal(moved, [0, 0])
        assert np.array_equal(first, np.zeros((4, 3))) == (value == 0)
        assert (bias.any() or last.any()) == (value != 0)


def test_every_link_inside_leads_somewhere():
    """Lost otherwise: a reader is sent to a section that is not there."""
    texts = [text for section in TEXT.sections for text in prose(blocks(section.body))]
    assert {goal for text in texts for goal in goals(text)} - set(SECTIONS) == set()


def test_the_commands_it_names_exist():
    """Lost otherwise: the first command that a learner types from the text is refused."""
    texts = "\n".join(section.body for section in TEXT.sections)
    assert set(re.findall(r"`tito ([a-z]+)", texts)) - set(COMMANDS) == set()


def test_it_gives_no_answer_away():
    """Lost otherwise: the exercise, to everyone who reads before they think."""
    told = re.sub(r"\s+", " ", "\n".join(section.body for section in TEXT.sections))
    for exercise in LESSON.exercises:
        part, method = exercise.name.split(".")
        source = textwrap.dedent(inspect.getsource(getattr(getattr(layers, part), method)))
        for statement in ast.parse(source).body[0].body[1:]:
            line = ast.unparse(statement)
            assert len(line) < 12 or line not in told, line


def test_its_drawing_says_the_same_in_words():
    """Lost otherwise: a reader in a terminal sees another system than a reader in a browser."""
    (drawing,) = (b for b in blocks(SECTIONS["build"].body) if isinstance(b, Diagram))
    named = re.findall(r'\["(\w+)<br/>', "\n".join(drawing.source))
    assert sorted(named) == sorted(LESSON.parts)
    words = "\n".join(drawing.text)
    assert all(re.search(rf"\b{name}\b", words) for name in named)
