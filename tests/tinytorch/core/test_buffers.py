"""What a layer keeps and does not train is saved, loaded and converted with it."""

import copy
import pickle

import numpy as np
import pytest

from tinytorch import (
    SGD,
    Layer,
    Linear,
    MSELoss,
    Sequential,
    Tensor,
    load,
    manual_seed,
    no_grad,
    save,
)
from tinytorch.core.given.parameters import Parameter
from tinytorch.profiling import summary
from tinytorch.torch import from_torch
from tinytorch.training import Checkpoint, EarlyStopping, fit, predict


class BatchNorm(Layer):
    """As a person writes it: two parameters, and running statistics in declared buffers."""

    def __init__(self, n):
        """PyTorch's names."""
        self.weight, self.bias = Parameter(np.ones(n)), Parameter(np.zeros(n))
        self.register_buffer("running_mean", Tensor(np.zeros(n)))
        self.register_buffer("running_var", Tensor(np.ones(n)))
        self.register_buffer("num_batches_tracked", Tensor(0, dtype=np.int64))

    def forward(self, x):
        """Normalise by the batch, or by what was seen in training."""
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            unbiased = var.detach() * (len(x) / (len(x) - 1))
            self.running_mean = 0.9 * self.running_mean + 0.1 * mean.detach()
            self.running_var = 0.9 * self.running_var + 0.1 * unbiased
            self.num_batches_tracked = Tensor(self.num_batches_tracked.data + 1, dtype=np.int64)
        return (x - mean) / (var + 1e-5).sqrt() * self.weight + self.bias


class Plain(Layer):
    """The same without a declaration: constants in attributes, reassigned in forward."""

    def __init__(self, n):
        """A constant by itself, and some in a dict."""
        self.factor = Parameter(np.ones(n))
        self.mean = Tensor(np.zeros(n))
        self.seen = {"count": Tensor(0.0), "last": None}

    def forward(self, x):
        """Keep a running mean, and, of this call alone, the input."""
        self.x, self.cached = x, x * self.factor
        if self.training:
            self.mean = self.mean * 0.5 + x.detach().mean(axis=0) * 0.5
            self.seen["count"] = self.seen["count"] + 1.0
        return (x - self.mean) * self.factor


NAMES = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]


def model(kind=BatchNorm):
    """A network with such a layer in it."""
    return Sequential(Linear(3, 4), kind(4), Linear(4, 1))


def run(network, seed=0):
    """A batch in training mode."""
    return network.train()(Tensor(np.random.default_rng(seed).normal(2.0, 3.0, (8, 3))))


def assert_same(a, b):
    """Two networks have the same bits and give the same numbers."""
    one, other = a.state_dict(), b.state_dict()
    assert list(one) == list(other)
    for name, array in one.items():
        assert (array.dtype, array.tobytes()) == (other[name].dtype, other[name].tobytes()), name
    x = Tensor(np.random.default_rng(9).normal(size=(2, 3)))
    np.testing.assert_array_equal(a.eval()(x).data, b.eval()(x).data)


def test_names_as_in_pytorch(torch):
    """State dicts of a BatchNorm go from one library to the other by name."""
    theirs = torch.nn.BatchNorm1d(4)
    ours = BatchNorm(4)
    assert list(ours.state_dict()) == list(theirs.state_dict()) == NAMES
    assert [n for n, _ in ours.named_buffers()] == [n for n, _ in theirs.named_buffers()]
    assert [n for n, _ in ours.named_parameters()] == NAMES[:2]
    x = np.random.default_rng(0).normal(2.0, 3.0, (8, 4)).astype(np.float32)
    np.testing.assert_allclose(
        ours(Tensor(x)).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-4, atol=1e-5
    )
    for name, array in ours.state_dict().items():
        np.testing.assert_allclose(array, theirs.state_dict()[name].numpy(), rtol=1e-4, atol=1e-5)
    theirs(torch.tensor(x + 1))
    assert from_torch(theirs, into=ours).loaded == NAMES
    assert ours.num_batches_tracked.item() == 2


@pytest.mark.parametrize("kind", [BatchNorm, Plain])
def test_running_statistics_come_back(tmp_path, kind):
    """A network whose means are lost gives other answers, and nobody is told."""
    trained, path = model(kind), tmp_path / "a"
    run(trained)
    run(trained, 1)
    twin = model(kind)
    twin.load_state_dict(trained.state_dict())
    assert_same(twin, trained)
    for copied in (copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))):
        again = copied(drop_caches(trained))
        assert_same(again, trained)
        run(again)  # what forward assigns is state in the copy, too
        run(trained)
        assert_same(again, trained)
    pytest.importorskip("safetensors")
    save(trained, path)
    twin = model(kind)
    assert str(load(path, into=twin)).endswith("all that the model has")
    assert_same(twin, trained)


def drop_caches(network):
    """Without results of operations that have a graph, which no copy may have."""
    for name in ("x", "cached"):
        vars(network[1]).pop(name, None)
    return network


@pytest.mark.parametrize("kind", [BatchNorm, Plain])
def test_a_training_resumed_has_the_same_bits(tmp_path, kind):
    """A checkpoint without them goes on with statistics that never were."""
    pytest.importorskip("safetensors")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 3)).astype(np.float32), rng.normal(size=(16, 1))
    options = {"batch_size": 4, "loss": MSELoss()}

    def trained(network, epochs, **more):
        fit(network, x, y, SGD(network.parameters(), lr=0.01), epochs=epochs, **options, **more)
        return network

    start = model(kind)
    state = start.state_dict()

    def fresh():
        network = model(kind)
        network.load_state_dict(state)
        return network

    manual_seed(3)
    straight = trained(fresh(), 4)
    manual_seed(3)
    trained(fresh(), 2, checkpoint=Checkpoint(tmp_path / "c"))
    resumed = trained(model(kind), 4, checkpoint=Checkpoint(tmp_path / "c"), resume=True)
    assert_same(resumed, straight)
    np.testing.assert_array_equal(predict(resumed, x), predict(straight, x))


def test_the_best_epoch_comes_back_with_its_statistics():
    """Weights of one epoch with means of another answer as neither did."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 3)).astype(np.float32), rng.normal(size=(16, 1))
    manual_seed(0)
    network = model()
    history = fit(
        network,
        x,
        y,
        SGD(network.parameters(), lr=0.5),
        epochs=8,
        loss=MSELoss(),
        validation=(x, -10 * y),
        early_stopping=EarlyStopping(2, "validation_loss", restore_best=True),
    )
    losses = [epoch.validation_loss for epoch in history.epochs]
    assert np.argmin(losses) < len(losses) - 1, "the last epoch must not be the best"
    after = MSELoss()(Tensor(predict(network, x)), -10 * y).item()
    assert after == pytest.approx(min(losses), rel=1e-5)


def test_what_is_no_state():
    """A cached batch in a file is refused by a fresh network, and shows what was trained on."""
    layer = Plain(4)
    before = list(layer.state_dict())
    assert before == ["factor", "mean", "seen.count"]
    x = Tensor(np.ones((2, 4)))
    layer(x)
    layer.eval()(x)
    with no_grad():
        layer(x)
    assert list(layer.state_dict()) == before
    assert [p is layer.factor for p in layer.parameters()] == [True]

    class Backward(Layer):
        def forward(self, x):
            self.remember(x)
            return x

        def remember(self, x):
            self.input = x

        def backward(self, gradient):
            self.slope = Tensor(gradient)

    layer = Backward()
    layer(x)
    layer.backward(np.ones(2))
    assert layer.state_dict() == {}
    layer.input = x  # from outside, it is there to stay
    assert list(layer.state_dict()) == ["input"]


def test_a_weight_that_is_replaced_by_a_constant_is_still_saved():
    """Pretrained numbers put in place of a weight are numbers of the network."""
    layer = Linear(2, 2)
    layer.weight = Tensor(np.full((2, 2), 7.0))
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert layer.named_parameters()[0][0] == "bias"


def test_declared_buffers_keep_their_manners():
    """A buffer that became an array would leave the file without a word."""
    layer = Layer()
    layer.register_buffer("mean", Tensor([1.0]))
    layer.register_buffer("table", Tensor([1.0, 2.0]), persistent=False)
    layer.register_buffer("later", None)
    assert list(layer.state_dict()) == ["mean"]
    assert [name for name, _ in layer.named_buffers()] == ["mean", "table"]
    assert layer.to(np.float64).table.dtype == np.float64
    with pytest.raises(TypeError, match=r"buffer mean expects a Tensor or None, got ndarray"):
        layer.mean = np.ones(1)
    layer.later = Tensor([2.0])
    assert list(layer.state_dict()) == ["mean", "later"]
    layer.mean = None
    assert list(layer.state_dict()) == ["later"]
    for name, tensor, error, text in (
        ("forward", Tensor([1.0]), ValueError, "another attribute already"),
        ("a.b", Tensor([1.0]), ValueError, "without a dot"),
        ("", Tensor([1.0]), ValueError, "without a dot"),
        (3, Tensor([1.0]), TypeError, "a name as text, got int"),
        ("array", np.ones(1), TypeError, "expects a Tensor or None, got ndarray"),
    ):
        with pytest.raises(error, match=text):
            layer.register_buffer(name, tensor)
    layer.constant = Tensor([1.0])
    layer.register_buffer("constant", layer.constant, persistent=False)
    assert "constant" not in layer.state_dict()


def test_to_changes_floating_buffers_alone():
    """Counts stay counts; a mean left in float32 would round everything after it."""
    layer = BatchNorm(2).to(np.float64)
    assert layer.running_mean.dtype == layer.running_var.dtype == np.float64
    assert layer.num_batches_tracked.dtype == np.int64
    assert layer(Tensor(np.eye(2), dtype=np.float64)).dtype == np.float64


def test_a_source_without_an_undeclared_constant_is_taken(torch):
    """PyTorch keeps no plain tensors in its state dicts; a declared one is missed."""

    class Scaled(Linear):
        def __init__(self):
            super().__init__(2, 2)
            self.factor = Tensor([3.0])

    layer = Scaled()
    report = from_torch(torch.nn.Linear(2, 2), into=layer)
    assert (report.complete, report.kept) == (True, ["factor"])
    assert "not there, and left as they are: factor" in repr(report)
    layer.register_buffer("factor", Tensor([3.0]))
    with pytest.raises(ValueError, match="missing: factor"):
        from_torch(torch.nn.Linear(2, 2), into=layer)


def test_summary_shows_them():
    """They take memory, and are not learned."""
    costs = summary(model(), (8, 3))
    assert (costs.parameters, costs.trainable, costs.buffers) == (29, 29, 9)
    assert costs.buffer_bytes == 4 * 8 + 8
    assert "9 numbers, 40 bytes, kept and not trained" in costs.text(200)
    assert "buffers" not in summary(Linear(2, 2), (1, 2)).text(200)
