"""`tito show layers`: the picture is of the network that was named, and the words follow."""

import json
import xml.etree.ElementTree as ET

import pytest

from tinytorch import Layer, Linear, ReLU, Sequential
from tinytorch.plots.words import layers as say
from tinytorch.profiling import summary
from tito.lab.networks import NetworkError, example_shapes, shape_of


def words_of(model, shape):
    return "\n".join(say(summary(model, shape), 8))


def test_what_goes_through_is_said_as_it_was():
    """Lost otherwise: a sentence about another network."""
    words = words_of(Sequential(Linear(4, 3), ReLU(), Linear(3, 2)), (8, 4))
    assert "(8, 4) goes in and (8, 2) comes out." in words
    assert "its 8 goes through unchanged" in words
    assert "Each layer's output is the next one's input." in words
    assert "Of 23 parameters, 65% are in layer 0, Linear(in_features=4" in words
    assert "1 of 3 layers has none" in words


def test_a_layer_that_changes_the_batch_or_the_order_is_not_said_to_keep_them():
    """Lost otherwise: the sentence is the same whatever the network does."""

    class Fold(Layer):
        def forward(self, x):
            return x.reshape(4, 8) + 0

    class Twice(Layer):
        def __init__(self):
            self.one = Linear(4, 4)

        def forward(self, x):
            return self.one(x) + x

    assert "batch" not in words_of(Fold(), (8, 4))
    assert "next one's input" not in words_of(Sequential(Twice(), ReLU()), (8, 4))


def test_a_failure_is_said_with_the_layer_and_what_it_was_given():
    """Lost otherwise: the picture is praised while the network does not run."""
    words = words_of(Sequential(Linear(4, 3), Linear(2, 2), ReLU()), (8, 4))
    assert words.startswith("It fails in layer 1, Linear(in_features=2")
    assert "was given (8, 3)" in words
    assert "(8, 3) @ (2, 2)" in words
    assert "1 layer before it ran." in words
    assert "Of 21 parameters up to there, 71% are in layer 0" in words
    first = words_of(Sequential(Linear(2, 2), Linear(2, 5)), (8, 4))
    assert "It is the first." in first
    assert "All 6 parameters up to there are in layer 0" in first


def test_networks_without_parameters_or_with_shared_ones():
    """Lost otherwise: a division by zero, or parameters counted twice without a word."""
    assert "nothing to learn" in words_of(Sequential(ReLU()), (8, 4))
    shared = Linear(4, 4)
    assert "shared" in words_of(Sequential(shared, ReLU(), shared), (8, 4))
    assert "All 20 parameters are in Linear(in_features=4" in words_of(Linear(4, 4), (8, 4))


@pytest.mark.parametrize(
    ("text", "shape"), [("784", (784,)), ("1,28,28", (1, 28, 28)), ("(3x4)", (3, 4))]
)
def test_a_shape_is_read_as_people_write_it(text, shape):
    """Lost otherwise: three ways to write it, and two are refused."""
    assert shape_of(text) == shape


@pytest.mark.parametrize("text", ["", "a", "0", "3,,4", "-1", "999999999,999999999", "²"])
def test_what_is_no_shape_is_refused_in_words(text):
    """Lost otherwise: a traceback, or a machine without memory."""
    with pytest.raises(NetworkError, match="--input takes"):
        shape_of(text)


def test_a_network_tells_what_goes_in():
    """Lost otherwise: one has to say what is written in the file."""
    assert example_shapes(Sequential(ReLU(), Sequential(Linear(7, 2)))) == [(7,)]
    with pytest.raises(NetworkError, match="--input"):
        example_shapes(Sequential(ReLU()))


def test_the_network_of_a_file_is_drawn(tito, learner):
    """Lost otherwise: of one's own network there is no picture, and of one that fails even less."""
    (learner / "net.py").write_text(
        "from tinytorch import Linear, ReLU, Sequential\n"
        "def make():\n    return Sequential(Linear(5, 4), ReLU(), Linear(3, 2))\n"
    )
    done = tito("show", "layers", "--model", "net.py:make", "--output", "a b.svg", "--dark")
    assert done.returncode == 0
    assert "It fails in layer 2" in done.stdout
    assert "The picture: a b.svg" in done.stdout
    root = ET.fromstring((learner / "a b.svg").read_text(encoding="utf-8"))
    style = root.find("{http://www.w3.org/2000/svg}style").text
    assert "prefers-color-scheme" not in style


def test_the_data_is_one_object(tito, learner):
    """Lost otherwise: a script cannot read what the picture shows."""
    done = tito("show", "layers", "6-4-2", "--batch", "3", "--json")
    told = json.loads(done.stdout)
    assert told["totals"]["parameters"] == 38
    assert told["picture"] is None
    assert not (learner / "layers.svg").exists()


def test_a_wrong_command_line_is_said(tito, learner):
    """Lost otherwise: a network is drawn that was not meant."""
    for arguments in (("--input", "3"), ("3-2", "--model", "x.py:f"), ("3-x",)):
        assert tito("show", "layers", *arguments).returncode == 2
