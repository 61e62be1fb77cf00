"""The reference's layers: the page's numbers, PyTorch's semantics, and what goes beyond."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import Dense, Dropout, Layer, Linear, ReLU, Sequential, Tensor, manual_seed


class TestLayer:
    """The base class: calling, refusing, and layers that a person writes."""

    def test_call_hands_everything_on(self):
        """`dropout(x, training=False)` would drop all the same."""

        class Spy(Layer):
            def forward(self, x, *args, **kwargs):
                return x, args, kwargs

        assert Spy()(1, 2, three=3) == (1, (2,), {"three": 3})

    def test_the_base_refuses_by_name(self):
        """A forgotten forward is named at the first call."""

        class Forgotten(Layer):
            pass

        with pytest.raises(NotImplementedError, match="Forgotten expects a method forward"):
            Forgotten()(Tensor([1.0]))
        assert Layer().parameters() == []

    def test_a_layer_that_defines_only_forward(self):
        """No super().__init__() is needed, and parameters are found."""

        class Scale(Layer):
            def __init__(self):
                self.factor = Tensor([2.0], requires_grad=True)

            def forward(self, x):
                return x * self.factor

        layer = Scale()
        assert layer.parameters() == [layer.factor]
        model = Sequential(layer, Linear(1, 1))
        model(Tensor([[3.0]])).sum().backward()
        assert layer.factor.grad is not None


@pytest.mark.parametrize("kind", [Linear, Dense])
class TestLinearAndDense:
    """y = xW + b."""

    def test_attributes_and_parameters(self, kind):
        """What the page promises about weight, bias and parameters()."""
        layer = kind(3, 2)
        assert (layer.weight.shape, layer.bias.shape) == ((3, 2), (2,))
        assert layer.weight.requires_grad
        assert layer.bias.requires_grad
        assert not layer.bias.data.any()
        first, second = layer.parameters()
        assert first is layer.weight
        assert second is layer.bias
        bare = kind(3, 2, bias=False)
        assert bare.bias is None
        assert len(bare.parameters()) == 1
        assert layer.weight.dtype == layer.bias.dtype == np.float32

    @pytest.mark.parametrize("sizes", [(0, 2), (2, -1), (2.0, 2), ("2", 2), (True, 2), (None, 2)])
    def test_sizes(self, kind, sizes):
        """The mistake shows where it is made, with the name of the argument."""
        with pytest.raises(ValueError, match="expects a positive whole number, got"):
            kind(*sizes)
        kind(np.int64(2), 3)

    def test_a_wrong_input_has_the_page_s_error(self, kind):
        """The message on the page is the message a person sees."""
        with pytest.raises(ValueError, match=r"\(32, 128\) @ \(256, 10\)\. Inner.*128 ≠ 256"):
            kind(256, 10)(Tensor(np.ones((32, 128))))


@pytest.mark.parametrize(("n", "m"), [(1000, 10), (10, 1000), (300, 300)])
def test_initialisation(n, m):
    """Too large and the outputs explode, too small and they vanish."""
    manual_seed(0)
    weight = Linear(n, m).weight.data
    noise = 1 / np.sqrt(2 * weight.size)
    assert weight.std() * np.sqrt(n) == pytest.approx(1, abs=5 * noise)
    assert abs(weight.mean()) * np.sqrt(n) < 5 / np.sqrt(weight.size)
    assert (weight**4).mean() * n**2 == pytest.approx(3, abs=60 * noise), "not a normal law"
    limit = np.sqrt(6 / (n + m))
    weight = Dense(n, m).weight.data
    assert np.abs(weight).max() <= limit * (1 + 1e-6)
    assert weight.std() / limit == pytest.approx(np.sqrt(1 / 3), abs=5 * noise)
    assert abs(weight.mean()) / limit < 5 / np.sqrt(weight.size)


@pytest.mark.parametrize("layer", [Linear(2, 2), Dense(2, 2), Dropout(0.5), Dropout(0.5).eval()])
@pytest.mark.parametrize("x", [np.ones(2), [1.0, 2.0], 1.0, None])
def test_what_is_no_tensor_is_refused(layer, x):
    """An array from a layer that left the graph: everything before it would learn nothing."""
    message = f"{type(layer).__name__} expects a Tensor, got {type(x).__name__}"
    for model in (layer, Sequential(layer)):
        with pytest.raises(TypeError, match=message):
            model(x)


def test_names_and_repr():
    """Each class keeps the names of its own page."""
    linear, dense = Linear(3, 2), Dense(input_size=3, output_size=2, bias=False)
    assert (linear.in_features, linear.out_features) == (3, 2)
    assert (dense.input_size, dense.output_size) == (3, 2)
    assert repr(linear) == "Linear(in_features=3, out_features=2, bias=True)"
    assert repr(dense) == "Dense(input_size=3, output_size=2, bias=False)"
    assert repr(Dropout(0.2)) == "Dropout(p=0.2)"


@pytest.mark.parametrize(
    ("layers", "parameters", "size"),
    [
        ([(784, 256)], 200_960, 803_840),
        ([(784, 512)], 401_920, 1_607_680),
        ([(784, 256), (256, 128), (128, 10)], 235_146, 940_584),
    ],
)
def test_the_page_s_numbers(layers, parameters, size):
    """A person counts along with the page."""
    model = Sequential(*[Linear(*sizes) for sizes in layers])
    assert sum(parameter.size for parameter in model.parameters()) == parameters
    assert sum(parameter.data.nbytes for parameter in model.parameters()) == size


class TestDropout:
    """Zeroing at random, only in training, with the expected value kept."""

    @pytest.mark.parametrize("p", [0.001, 0.2, 0.5, 0.8, 0.999])
    def test_zeroes_and_scales(self, p):
        """Otherwise inference sees numbers of another size than training did."""
        manual_seed(1)
        x = Tensor(np.random.default_rng(0).uniform(1, 2, (400, 500)), requires_grad=True)
        y = Dropout(p)(x)
        kept = y.data != 0
        noise = np.sqrt(p * (1 - p) / x.size)
        assert abs((~kept).mean() - p) < 5 * noise
        np.testing.assert_allclose(y.data[kept] / x.data[kept], 1 / (1 - p), rtol=1e-6)
        y.sum().backward()
        np.testing.assert_allclose(x.grad.data, kept / (1 - p), rtol=1e-6)
        for axis in (0, 1):
            # Rows or columns alike would vary far more.
            spread = kept.mean(axis=axis).std() / np.sqrt(p * (1 - p) / kept.shape[axis])
            assert spread == pytest.approx(1, abs=0.25)

    def test_a_new_mask_each_time(self):
        """The same neurons would be dropped for ever."""
        x, dropout = Tensor(np.ones(1000)), Dropout(0.5)
        assert (dropout(x).data != dropout(x).data).any()
        assert (dropout(x).data != Dropout(0.5)(x).data).any()

    @pytest.mark.parametrize("p", [0.0, 0.5, 1.0])
    def test_inference_returns_x_itself(self, p):
        """A prediction must not depend on chance."""
        x, dropout = Tensor([1.0, -2.0]), Dropout(p)
        assert dropout(x, training=False) is x
        assert dropout.eval()(x) is x
        dropped = dropout(x, training=True)
        assert (dropped is x) == (p == 0), "an explicit argument wins"

    def test_everything(self):
        """At p = 1 all are zero, and zeros flow back."""
        x = Tensor([1.0, -2.0], requires_grad=True)
        y = Dropout(1.0)(x)
        assert not y.data.any()
        (y + x).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1, 1])

    @pytest.mark.parametrize("p", [-0.1, 1.1, float("nan"), float("inf")])
    def test_p_out_of_range(self, p):
        """A percentage in place of a probability is told at once."""
        with pytest.raises(ValueError, match="a probability p from 0 to 1, got"):
            Dropout(p)

    @given(shape=st.sampled_from([(), (0,), (7,), (2, 3, 5)]), p=st.floats(0, 1))
    def test_any_shape_and_nothing_to_learn(self, shape, p):
        """The input is never changed, whatever its shape."""
        x = Tensor(np.ones(shape))
        before = copy.copy(x.data)
        assert Dropout(p)(x).shape == shape
        np.testing.assert_array_equal(x.data, before)
        assert Dropout(p).parameters() == []


class TestSequential:
    """Layers in a row."""

    def test_runs_in_order(self):
        """The outcome of one layer is what the next one gets."""
        model = Sequential(lambda x: x * 2, lambda x: x + 1)
        assert model(Tensor([3.0])).item() == 7
        assert model.parameters() == []
        x = Tensor([1.0])
        assert Sequential()(x) is x
        assert Sequential([])(x) is x

    def test_a_list_of_layers(self):
        """Both forms of the page."""
        layers = [Linear(2, 3), ReLU()]
        for model in (Sequential(*layers), Sequential(layers), Sequential(tuple(layers))):
            assert model.layers == layers
            assert type(model.layers) is list

    def test_parameters_in_order_nested_and_each_once(self):
        """An optimizer that gets a shared layer twice would move it twice."""
        a, b = Linear(2, 2), Linear(2, 2, bias=False)
        model = Sequential(a, Sequential(b, ReLU()), Dropout(0.5), a)
        expected = [a.weight, a.bias, b.weight]
        assert all(x is y for x, y in zip(model.parameters(), expected, strict=True))

    def test_gradients_reach_every_parameter(self):
        """A parameter without gradient never learns."""
        model = Sequential(Linear(3, 4), ReLU(), Dropout(0.2), Sequential(Linear(4, 2)))
        (model(Tensor(np.ones((64, 3)))) + 1).sum().backward()
        for parameter in model.parameters():
            assert parameter.grad.shape == parameter.shape
