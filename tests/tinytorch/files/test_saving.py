"""A saved network comes back bit for bit, and what does not fit changes nothing."""

import json
import os
import stat
import subprocess
import sys

import numpy as np
import pytest

import tinytorch
from tests import plain_layers
from tinytorch import Dropout, Linear, ReLU, Sequential, Tanh, Tensor, load, save
from tinytorch.files.loading import MismatchError
from tinytorch.files.saving import FileError
from tinytorch.files.tensors import DamagedFile, read_tensors, write_tensors
from tinytorch.torch import linear_weights

pytest.importorskip("safetensors")


def network(*sizes):
    return Sequential(Linear(3, 2), ReLU(), Sequential(Linear(2, 4), Dropout(0.5)), *sizes)


def bits(model):
    return {name: (a.dtype, a.shape, a.tobytes()) for name, a in model.state_dict().items()}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_network_comes_back_bit_for_bit(tmp_path, dtype):
    """An accuracy that was measured belongs to these very numbers."""
    path, model, other = tmp_path / "my net", network().to(dtype), network().to(dtype)
    model[0].weight.data[0, 0] = np.nan
    model[0].weight.data[0, 1] = -0.0
    save(model, path)
    report = load(path, into=other)
    assert bits(other) == bits(model)
    assert report.complete
    assert report.loaded == list(model.state_dict())
    assert str(report) == f"{path}: 4 tensors loaded, all that the model has"
    state = load(str(path))
    assert {name: array.tobytes() for name, array in state.items()} == {
        name: array.tobytes() for name, array in model.state_dict().items()
    }
    save(state, path)
    assert load(path, into=network().to(dtype)).complete


def test_another_process_reads_it(tmp_path):
    """What is trained today is used tomorrow."""
    model = network().eval()
    save(model, tmp_path / "a")
    np.save(tmp_path / "x.npy", np.ones((2, 3), np.float32))
    script = (
        "import numpy as np; from tinytorch import *; from tinytorch import load\n"
        "model = Sequential(Linear(3, 2), ReLU(), Sequential(Linear(2, 4), Dropout(0.5))).eval()\n"
        "print(load('a', into=model).complete); np.save('y', model(Tensor(np.load('x.npy'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "True\n", done.stderr
    y = model(Tensor(np.ones((2, 3))))
    assert np.load(tmp_path / "y.npy").tobytes() == y.numpy().tobytes()


def test_the_file_says_what_it_holds(tmp_path):
    """A year later, nobody knows which network these numbers were."""
    save(network(), tmp_path / "a")
    _, notes = read_tensors(tmp_path / "a")
    assert notes["tinytorch.format"] == "1"
    assert notes["tinytorch.version"]
    assert json.loads(notes["tinytorch.layers"]) == {
        **{"": "Sequential", "0": "Linear", "1": "ReLU", "2": "Sequential"},
        **{"2.0": "Linear", "2.1": "Dropout"},
    }


def test_names_of_all_kinds_and_shared_layers(tmp_path):
    """A layer that is used twice has two names, and both are looked for."""
    shared = Linear(2, 2)
    model = Sequential(shared, shared)
    save(model, tmp_path / "a")
    assert set(load(tmp_path / "a")) == {"0.weight", "0.bias", "1.weight", "1.bias"}
    shared.weight.data = np.zeros((2, 2), np.float32)
    load(tmp_path / "a", into=model)
    assert shared.weight.data.any()
    assert model[0] is model[1]
    state = {"a.b.c": np.ones(1), "schön 漢字": np.zeros((0, 3)), "": np.array(3), "n": Tensor(2.0)}
    save(state, tmp_path / "b")
    assert {name: a.shape for name, a in load(tmp_path / "b").items()} == {
        **{"a.b.c": (1,), "schön 漢字": (0, 3), "": (), "n": ()}
    }


def test_layers_as_the_page_prints_them(tmp_path):
    """A learner's first network has no state_dict, and is worth saving."""
    plain = plain_layers.Sequential(plain_layers.Linear(3, 2), plain_layers.Dropout())
    save(plain, tmp_path / "a")
    for other in (
        plain_layers.Sequential(plain_layers.Linear(3, 2), plain_layers.Dropout()),
        Sequential(Linear(3, 2), Dropout()),
    ):
        load(tmp_path / "a", into=other)
        weight = other.layers[0].weight
        assert weight.data.tobytes() == plain.layers[0].weight.data.tobytes()


def test_a_weight_that_no_name_leads_to_is_not_left_out(tmp_path):
    """The network would come back with a fresh weight in place of the trained one."""
    hidden = plain_layers.Linear(2, 2)
    hidden.parameters = lambda: [Tensor([1.0], requires_grad=True)]
    with pytest.raises(ValueError, match=r"expect each of .* in an attribute"):
        save(hidden, tmp_path / "a")
    assert os.listdir(tmp_path) == []


class Slotted(plain_layers.Linear):
    """A learner's Linear whose numbers stand in no attribute that can be listed."""

    __slots__ = ("bias", "weight")


def test_layers_that_hide_their_weights(tmp_path):
    """A learner may keep them in slots or behind properties, and frozen ones are weights, too."""
    frozen = Linear(2, 2)
    frozen.weight.requires_grad = False
    slotted = Slotted(2, 2)
    for layer in (frozen, slotted):
        model, other = Sequential(ReLU(), layer), Sequential(ReLU(), Linear(2, 2))
        save(model, tmp_path / "a")
        assert load(tmp_path / "a", into=other).loaded == ["1.weight", "1.bias"]
        assert other[1].weight.data.tobytes() == layer.weight.data.tobytes()
        other[1].weight.data = np.ones((2, 2), np.float32)
        save(other, tmp_path / "a")
        load(tmp_path / "a", into=model)
        assert layer.weight.data.all()
        assert linear_weights(model) == ["1.weight"]


def test_what_does_not_fit_is_said_and_changes_nothing(tmp_path):
    """Half a network of now and half of then is none."""
    path, model = tmp_path / "a", network(Linear(4, 3), Linear(4, 5))
    save(Sequential(Linear(3, 2), Tanh(), Sequential(Linear(4, 2)), Linear(4, 3, bias=False)), path)
    before = bits(model)
    with pytest.raises(MismatchError) as caught:
        load(path, into=model)
    assert bits(model) == before
    text = str(caught.value)
    assert text == (
        f"{path}: expected the names and shapes of this Sequential, got: "
        "missing: 3.bias, 4.weight, 4.bias; wrong shape: 2.0.weight is (4, 2) there and (2, 4) in "
        "the model (turned round; is it PyTorch's?), 2.0.bias is (2,) there and (4,) in the model; "
        "other layers: 1 is Tanh there and ReLU in the model. "
        "Build the same network, or take what fits with strict=False."
    )
    report = load(path, into=model, strict=False)
    assert (report.loaded, report.complete) == (["0.weight", "0.bias", "3.weight"], False)
    assert report.problems() == caught.value.report.problems()
    state = load(path)
    after = model.state_dict()
    for name in report.loaded:
        assert after[name].tobytes() == state[name].tobytes()
    for name in after.keys() - set(report.loaded):
        assert (after[name].dtype, after[name].shape, after[name].tobytes()) == before[name]
    with pytest.raises(MismatchError, match=r"unexpected: 3\.weight"):
        load(path, into=Sequential(Linear(3, 2), Tanh(), Sequential(Linear(4, 2))))


def test_other_dtypes_are_converted_and_said(tmp_path):
    """Half of the digits go, and the person should know."""
    save(Linear(2, 1).to(np.float64), tmp_path / "a")
    report = load(tmp_path / "a", into=Linear(2, 1))
    assert report.converted == [(n, "float64", "float32") for n in ("weight", "bias")]
    assert "converted: weight from float64 to float32, bias" in repr(report)
    save({"weight": np.full((2, 1), 1e300), "bias": np.ones(1)}, tmp_path / "a")
    layer = Linear(2, 1)
    before = bits(layer)
    with pytest.raises(ValueError, match="float32 can hold"):
        load(tmp_path / "a", into=layer)
    assert bits(layer) == before


def test_files_of_pytorch(tmp_path):
    """Square weights that lie the other way give a network that is wrong without a word."""
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    path = tmp_path / "a"
    module = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.ReLU(), torch.nn.Linear(3, 3))
    save_file(module.state_dict(), path)
    model = Sequential(Linear(3, 3), ReLU(), Linear(3, 3))
    before = bits(model)
    with pytest.raises(ValueError, match=r"weights 0.weight, 2.weight may lie either way"):
        load(path, into=model)
    assert bits(model) == before
    report = load(path, into=model, layout="torch")
    assert report.transposed == ["0.weight", "2.weight"]
    assert "transposed, for PyTorch keeps (out, in): 0.weight, 2.weight" in repr(report)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    theirs = module(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(model(Tensor(x)), theirs, rtol=1e-5, atol=1e-6)
    load(path, into=model, layout="tinytorch")
    np.testing.assert_array_equal(model[0].weight, module[0].weight.detach())
    save(model, path)
    assert load_file(path)["0.weight"].tolist() == model[0].weight.data.tolist()
    with pytest.raises(ValueError, match="got one that TinyTorch wrote"):
        load(path, into=model, layout="torch")


def test_what_cannot_be_saved_or_loaded(tmp_path):
    """A TypeError of the library would not say what to do."""
    path, layer = tmp_path / "a", Linear(2, 2)
    for what, text in (
        (3, "expects a layer or a network"),
        (Linear, "expects a layer or a network"),
        ({"w": [1.0]}, "expects arrays or tensors by name, got list"),
        ({"w": np.array("a")}, "expects arrays of real numbers"),
        ({3: np.ones(1)}, "names and notes as text, got int"),
    ):
        with pytest.raises(TypeError, match=text):
            save(what, path)
    for wrong in (3, None, b"a"):
        with pytest.raises(TypeError, match="the path of a file as text"):
            save(layer, wrong)
        with pytest.raises(TypeError, match="the path of a file as text"):
            load(wrong)
    save(layer, path)
    with pytest.raises(ValueError, match="layout 'tinytorch' or 'torch', got 'keras'"):
        load(path, into=layer, layout="keras")
    with pytest.raises(ValueError, match="together with into="):
        load(path, layout="torch")
    with pytest.raises(ValueError, match="together with layout='torch'"):
        load(path, into=layer, transpose=["weight"])
    with pytest.raises(TypeError, match="strict"):
        load(path, into=layer, strict="no")
    with pytest.raises(TypeError, match="expects a layer or a network"):
        load(path, into={})


def test_torch_tensors_are_not_saved_as_ours(tmp_path):
    """Their weights lie the other way, and the file would say that they do not."""
    torch = pytest.importorskip("torch")
    module = torch.nn.Linear(2, 2)
    for what in (module, module.state_dict()):
        with pytest.raises(TypeError, match=r"tinytorch.torch.from_torch first"):
            save(what, tmp_path / "a")
    save(Linear(2, 2), tmp_path / "a")
    with pytest.raises(TypeError, match=r"tinytorch.torch.from_torch first"):
        load(tmp_path / "a", into=module)


def test_places_that_cannot_be_written_or_read(tmp_path):
    """A sentence with the path in it, and the old file as it was."""
    layer, there = Linear(2, 2), tmp_path / "a"
    save(layer, there)
    before = there.read_bytes()
    for path in (tmp_path / "no folder" / "a", tmp_path, there / "a"):
        with pytest.raises(FileError, match="cannot be written: "):
            save(layer, path)
    for path in (tmp_path / "gone", there / "a"):
        with pytest.raises(FileError, match="cannot be read: "):
            load(path)
    with pytest.raises(DamagedFile, match="got a folder"):
        load(tmp_path)
    assert (there.read_bytes(), os.listdir(tmp_path)) == (before, ["a"])
    assert issubclass(FileError, OSError)


@pytest.mark.skipif(os.name == "nt", reason="devices are POSIX's")
def test_a_device_is_not_replaced(tmp_path):
    """As root, save(model, "/dev/null") would put a file in the place of the device."""
    path = tmp_path / "null"
    path.symlink_to("/dev/null")
    with pytest.raises(FileError, match="it is not a file"):
        save(Linear(1, 1), path)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_files_of_a_later_tinytorch(tmp_path):
    """Read as if it were of now, it would be misunderstood."""
    for notes in (
        {"tinytorch.format": "2"},
        {"tinytorch.format": "1", "tinytorch.layers": "["},
        {"tinytorch.format": "1", "tinytorch.layers": "[" * 100_000},
        {"tinytorch.format": "1", "tinytorch.layers": "[]"},
    ):
        write_tensors(tmp_path / "a", {"weight": np.ones((1, 1)), "bias": np.ones(1)}, notes)
        with pytest.raises(DamagedFile):
            load(tmp_path / "a", into=Linear(1, 1))


def test_a_layer_with_a_state_dict_of_its_own(tmp_path):
    """Running means are no parameters, and have to be saved all the same."""

    class Mean(tinytorch.Layer):
        def __init__(self):
            self.mean = np.zeros(2)

        def state_dict(self):
            return {"mean": self.mean}

        def load_state_dict(self, state):
            self.mean = np.array(state["mean"])

    layer, other = Mean(), Mean()
    layer.mean += 3
    save(layer, tmp_path / "a")
    load(tmp_path / "a", into=other)
    assert other.mean.tolist() == [3, 3]


def tied():
    """A layer that is used twice, with another between."""
    shared = Linear(4, 4)
    return Sequential(shared, ReLU(), shared)


def numbers(*values):
    """Weights and biases for layer 0, 2, …: each full of one number; None leaves a layer out."""
    return {
        f"{2 * place}.{name}": np.full(shape, value, np.float32)
        for place, value in enumerate(values)
        if value is not None
        for name, shape in (("weight", (4, 4)), ("bias", (4,)))
    }


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("values", [(7, None), (None, 7), (7, 7)])
@pytest.mark.parametrize("layout", ["tinytorch", "torch"])
def test_tied_weights_are_taken_under_either_name(tmp_path, strict, values, layout):
    """Others save what is shared once; the numbers of before came back over the new ones."""
    path, model = tmp_path / "a", tied()
    torch = pytest.importorskip("torch") if layout == "torch" else None
    if torch:
        from safetensors.torch import save_file

        save_file({name: torch.tensor(a) for name, a in numbers(*values).items()}, path)
    else:
        save(numbers(*values), path)
    report = load(path, into=model, layout=layout, strict=strict)
    assert report.complete
    assert len(report.loaded) == 2 * sum(value is not None for value in values)
    assert (model[0].weight.data == 7).all()
    assert (model[0].bias.data == 7).all()


def test_tied_weights_that_are_two_in_a_file(tmp_path):
    """One of the two would be lost without a word."""
    path, model = tmp_path / "a", tied()
    save(numbers(7, 8), path)
    before = bits(model)
    with pytest.raises(MismatchError, match=r"one tensor in the model, two there: 0.weight and 2"):
        load(path, into=model)
    assert bits(model) == before
    report = load(path, into=model, strict=False)
    assert report.not_shared == [("0.weight", "2.weight"), ("0.bias", "2.bias")]
    assert (model[0].weight.data == 7).all()


def test_tied_weights_of_pytorch(tmp_path):
    """Its save_model leaves the second name out; its state dict has both."""
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_model

    from tinytorch.torch import from_torch

    shared = torch.nn.Linear(4, 4)
    module = torch.nn.Sequential(shared, torch.nn.ReLU(), shared)
    save_model(module, str(tmp_path / "a"))
    once = {name: t for name, t in module.state_dict().items() if name[0] == "2"}
    for fill in (
        lambda model: load(tmp_path / "a", into=model, layout="torch"),
        lambda model: from_torch(module, into=model),
        lambda model: from_torch(once, into=model),
        lambda model: from_torch(once, into=model, strict=False),
    ):
        model = tied()
        assert fill(model).complete
        np.testing.assert_array_equal(model[2].weight.data.T, shared.weight.detach().numpy())


def test_bfloat16_becomes_float32_without_a_loss(tmp_path):
    """Most of the networks that people share are written in it."""
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    every = torch.arange(65536, dtype=torch.int32).to(torch.int16).view(torch.bfloat16)
    save_file(
        {"all": every.reshape(256, 256), "none": every[:0], "one": every[300].clone()},
        tmp_path / "a",
    )
    found = load(tmp_path / "a")
    assert {name: a.shape for name, a in found.items()} == {
        "all": (256, 256),
        "none": (0,),
        "one": (),
    }
    for name, array in found.items():
        assert array.dtype == np.float32
        assert array.flags.writeable
        wanted = {"all": every, "none": every[:0], "one": every[300]}[name].float().numpy()
        np.testing.assert_array_equal(array.ravel().view(np.uint32), wanted.ravel().view(np.uint32))
    module = torch.nn.Sequential(torch.nn.Linear(3, 3)).bfloat16()
    save_file(module.state_dict(), tmp_path / "a")
    for dtype in (np.float32, np.float64):
        model = Sequential(Linear(3, 3)).to(dtype)
        assert load(tmp_path / "a", into=model, layout="torch").complete
        wanted = module[0].weight.detach().float().numpy().T
        np.testing.assert_array_equal(model[0].weight.data, wanted)
