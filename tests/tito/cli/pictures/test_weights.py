"""`tito show weights`: what is said of weights is true of these weights."""

import json

import numpy as np
import pytest

import tinytorch
from tinytorch import Linear, ReLU, Sequential
from tinytorch.plots import measure_weights
from tinytorch.plots.words import weights as say
from tito.lab.pictures import NoPicture
from tito.lab.show import from_file

FACTS = {
    "structured_before": 0,
    "on": [0.5, 0.0, 0.4, 0.3],
    "on_before": [0.5, 0.0, 0.4, 0.0],
    "still": 1,
    "pixels_still": 2,
    "empty": 2,
    "empty_still": 2,
    "images": 100,
}
RANDOM = np.random.default_rng(0).standard_normal((16, 4))


def words(weights, **facts):
    return "\n".join(say(measure_weights(weights), facts))


def test_units_that_are_off_are_counted_and_found_in_the_picture():
    """Lost otherwise: dead units are taken for quiet ones."""
    weights = RANDOM * [1, 0.01, 1, 1]
    told = words(weights, **FACTS)
    assert "1 of 4 units, the faint ones at the end, are above 0 for 1%" in told
    assert "Before the training it was 2; 1 has exactly the weights" in told
    assert "the faint ones" not in words(weights[:, ::-1], **FACTS)
    assert "the faint ones" not in words(weights, **FACTS | {"on": [0.0] * 4})
    alive = FACTS | {"on": [0.5] * 4}
    assert "Every unit is above 0 for more than 1% of the images" in words(weights, **alive)


def test_pixels_that_never_learn_are_said_as_measured():
    """Lost otherwise: noise at the border is read as a pattern."""
    assert "2 pixels are paper in all 100 images" in words(RANDOM, **FACTS)
    for other in ({"empty_still": 1}, {"empty": 0}, {"still": 4}):
        assert "paper" not in words(RANDOM, **FACTS | other)


def test_areas_are_counted_beside_what_chance_makes():
    """Lost otherwise: random weights are praised for their structure."""
    assert "In 0 of 4 units" in words(RANDOM)
    assert "Of random weights it would be 0.0 on average" in words(RANDOM)
    assert "Before the training that was so in 0." in words(RANDOM, **FACTS)
    smooth = np.linspace(-1, 1, 64).reshape(64, 1) * np.ones(4)
    assert "so in 0: the areas are learned." in words(smooth, **FACTS)


def test_weights_that_are_zero_or_no_numbers_are_said_so():
    """Lost otherwise: a broken layer is described like a good one."""
    assert words(np.zeros((4, 3))).startswith("All weights are 0")
    stuck = words(np.zeros((16, 4)), **FACTS | {"still": 4})
    assert stuck.endswith("equal weights get equal gradients, or none.")
    assert words(RANDOM, **FACTS | {"still": 4}).startswith("No weight moved in the training")
    broken = np.ones((4, 3))
    broken[0, 1] = np.nan
    assert "In 1 of the 3 units shown a weight is not a number." in words(broken)


@pytest.fixture
def saved(tmp_path):
    """A network in a file, and its first weights."""
    pytest.importorskip("safetensors")
    model = Sequential(ReLU(), Linear(16, 9), *[ReLU()] * 9, Linear(9, 2))
    tinytorch.save(model, tmp_path / "net.safetensors")
    return tmp_path / "net.safetensors", model.layers[1].weight.numpy()


def test_the_first_weights_of_a_file_are_shown(saved):
    """Lost otherwise: of a saved network the last layer is shown, "10" sorting before "2"."""
    path, weights = saved
    tiles, name = from_file(path, None, None)
    assert name == "1.weight"
    assert np.array_equal(tiles.images[0], weights[:, tiles.order[0]].reshape(4, 4))
    tiles, _ = from_file(path, None, (2, 8))
    assert tiles.images.shape == (9, 2, 8)


def test_a_file_of_pytorchs_is_turned_round(tmp_path):
    """Lost otherwise: rows are shown for columns, each a mixture of all units."""
    safetensors = pytest.importorskip("safetensors.numpy")
    weights = np.random.default_rng(0).random((5, 16)).astype(np.float32)
    path = tmp_path / "torch.safetensors"
    safetensors.save_file({"0.weight": weights}, path)
    tiles, _ = from_file(path, "torch", None)
    assert np.array_equal(tiles.images[0].ravel(), weights[tiles.order[0]])
    with pytest.raises(NoPicture, match="layout"):
        from_file(path, None, None)


def test_a_file_without_weights_or_a_broken_one_is_refused_in_words(tmp_path, saved):
    """Lost otherwise: a traceback from a file that came from elsewhere."""
    path, _ = saved
    tinytorch.save({"a": np.ones(3)}, tmp_path / "other.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(path.read_bytes()[:50])
    for name, told in (("other", "It has: a"), ("cut", "cut"), ("gone", "cannot be read")):
        with pytest.raises(NoPicture, match=told):
            from_file(tmp_path / f"{name}.safetensors", None, None)
    with pytest.raises(NoPicture, match="16 pixels"):
        from_file(path, None, (3, 3))


def test_the_weights_are_those_of_a_training_or_of_a_file(tito, learner, saved):
    """Lost otherwise: the whole command, with a training in a process of its own."""
    pytest.importorskip("matplotlib")
    told = json.loads(tito("show", "weights", "--json").stdout)
    assert (told["units"], len(told["on"]), told["empty"]) == (128, 128, 3)
    assert told["structured_before"] <= 3
    done = tito("show", "weights", "--weights", saved[0], "--output", "w.svg")
    assert done.returncode == 0
    assert "of 9 units" in done.stdout
    assert (learner / "w.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert tito("show", "weights", "--shape", "4,4").returncode == 2
    assert tito("show", "weights", "--weights", saved[0], "--anyway").returncode == 2
