"""Networks as a person types them: what each is, and what is said where there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import Sequential
from tinytorch.core import layers
from tito.lab.networks import ModelFile, Network, NetworkError, from_plain


def test_the_pages_network():
    """Lost otherwise: 784-256-128-10 is another network than the lesson's."""
    network = Network.parse("784-256-128-10")
    assert network.words() == "Linear(784, 256), ReLU, Linear(256, 128), ReLU, Linear(128, 10)"
    assert network.parameters == 235_146
    model = network.build(layers)
    assert isinstance(model, Sequential)
    assert sum(parameter.size for parameter in model.parameters()) == 235_146


@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=6),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from(["relu", "tanh", "sigmoid", "gelu", "none"]),
)
def test_what_is_built_is_what_is_said(sizes, dropout, activation):
    """Lost otherwise: the words beside a table are those of another network."""
    network = Network.parse("-".join(map(str, sizes)), dropout, activation)
    assert from_plain(network.to_dict()) == network
    model = network.build(layers)
    names = [type(layer).__name__ for layer in model.layers]
    assert names.count("Linear") == len(sizes) - 1
    assert names.count("Dropout") == (len(sizes) - 2 if dropout else 0)
    assert all(network.words().count(name) == names.count(name) for name in set(names))
    assert network.parameters == sum(parameter.size for parameter in model.parameters())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write it like 784-256-128-10"),
        ("784", "at least two sizes"),
        ("784-abc", "was given as '784-abc'"),
        ("784--10", "was given as '784--10'"),
        ("784-0", "each at least 1"),
        ("-5-3", "sizes with - between them"),
        ("1.5-3", "sizes with - between them"),
        ("999999999999-3", "sizes with - between them"),
        ("100000-100000", "take 37.3 GiB; up to 0.5 GiB"),
    ],
)
def test_what_is_no_network_is_said(text, said):
    """Lost otherwise: a typing mistake ends in an error of ours, or in a full memory."""
    with pytest.raises(NetworkError) as error:
        Network.parse(text)
    assert said in str(error.value)


def test_a_class_that_is_missing_is_named():
    """Lost otherwise: a file that is half written ends in an AttributeError."""
    with pytest.raises(NetworkError, match="needs a class Sequential, but the file has none"):
        Network.parse("3-2").build(object())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model.py", "Write it like --model my_model.py:make"),
        ("model.py:", "Write it like --model my_model.py:make"),
        ("model.py:a b", "Write it like --model my_model.py:make"),
        ("none.py:make", "There is no file"),
        (".:make", "is not a file"),
    ],
)
def test_what_is_no_model_file_is_said(text, said, tmp_path, monkeypatch):
    """Lost otherwise: a wrong path ends in a traceback."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NetworkError) as error:
        ModelFile.parse(text)
    assert said in str(error.value)
