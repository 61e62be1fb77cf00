"""Checks of Dropout: what it drops, by which factor it scales, and how it draws."""

from __future__ import annotations

from tinytorch.core.tensor import Tensor
from tito.lesson.model import check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.standins import dropout, one_to_two, training_run

# At p = 0.5 dropping and keeping look alike, so that alone would hide a mask turned round.
PROBABILITIES = (0.2, 0.5, 0.8)


@check(
    "Dropout.forward",
    "gives a Tensor of the input's shape",
    tried="Dropout(0.5).forward(x, training=True) for an x of one, two and three axes",
    measure="shapes",
)
def keeps_shape(t: Trial) -> object:
    layer = dropout(t, 0.5)
    shapes = ((6,), (2, 3), (2, 3, 4))
    return [layer.forward(one_to_two(t, *shape), training=True) for shape in shapes]


@check(
    "Dropout.forward",
    "changes no value when training=False",
    tried="Dropout(0.2).forward(x, training=False)",
    measure="fate",
)
def rests_at_inference(t: Trial) -> object:
    layer, x = dropout(t, 0.2), one_to_two(t, 10, 15)
    before = x.data.copy()
    return {"x": before, "y": layer.forward(x, training=False)}


@check(
    "Dropout.forward",
    "drops when nothing is said about training",
    tried="Dropout(0.5).forward(x), without the argument training, ten times on 30 elements",
    measure="any_zeros",
)
def drops_by_default(t: Trial) -> object:
    layer, x = dropout(t, 0.5), one_to_two(t, 5, 6).data
    return [layer.forward(Tensor(x)) for _ in range(10)]


@check(
    "Dropout.forward",
    "zeroes elements with probability p",
    tried="forward(x, training=True), twice for each of p = 0.2, 0.5 and 0.8",
    measure="share_of_zeros",
)
def share_of_zeros(t: Trial) -> object:
    runs = [training_run(t, p, 70, 70, calls=2) for p in PROBABILITIES]
    return [{"p": run["p"], "y": run["y"]} for run in runs]


@check(
    "Dropout.forward",
    "multiplies the others by 1 / (1 - p)",
    tried="y = forward(x, training=True), for p = 0.2, 0.5 and 0.8: y / x where y is not 0",
    measure="scale_of_survivors",
)
def scale_of_survivors(t: Trial) -> object:
    return [training_run(t, p, 10, 15, calls=5) for p in PROBABILITIES]


@check(
    "Dropout.forward",
    "leaves the input as it was",
    tried="Dropout(0.5).forward(x, training=True), then x itself",
    measure="fate",
)
def leaves_input(t: Trial) -> object:
    layer, x = dropout(t, 0.5), one_to_two(t, 10, 15)
    before = x.data.copy()
    layer.forward(x, training=True)
    return {"x": before, "y": x}


@check(
    "Dropout.forward",
    "draws anew in each call",
    tried="Dropout(0.5).forward(x, training=True), called three times on 200 elements",
    measure="masks_of_calls",
)
def new_mask(t: Trial) -> object:
    return training_run(t, 0.5, 10, 20, calls=3)["y"]


@check(
    "Dropout.forward",
    "draws for each row by itself",
    tried="Dropout(0.5).forward(x, training=True) on 20 rows of 60 elements",
    measure="masks_of_rows",
)
def rows_differ(t: Trial) -> object:
    return training_run(t, 0.5, 20, 60)["y"][0]


@check(
    "Dropout.forward",
    "draws for each column by itself",
    tried="Dropout(0.5).forward(x, training=True) on 60 rows of 20 elements",
    measure="masks_of_columns",
)
def columns_differ(t: Trial) -> object:
    return training_run(t, 0.5, 60, 20)["y"][0]


@check(
    "Dropout.forward",
    "leaves to chance how many are zero",
    tried="Dropout(0.5).forward(x, training=True), 20 calls on 100 elements: how many are zero",
    measure="counts_of_calls",
)
def counts_vary(t: Trial) -> object:
    return training_run(t, 0.5, 10, 10, calls=20)["y"]


@check(
    "Dropout.forward",
    "draws for each layer by itself",
    tried="three layers Dropout(0.5), and the first call of each",
    measure="masks_of_layers",
)
def layers_differ(t: Trial) -> object:
    return [training_run(t, 0.5, 10, 20)["y"][0] for _ in range(3)]


@check(
    "Dropout.forward",
    "drops by its own p, whatever other layers have",
    tried="a = Dropout(0.2), b = Dropout(0.8), a forward of b, then a.forward(x, training=True) "
    "twice",
    measure="share_of_zeros",
)
def own_p(t: Trial) -> object:
    a, b, x = dropout(t, 0.2), dropout(t, 0.8), one_to_two(t, 70, 70).data
    b.forward(Tensor(x), training=True)
    return [{"p": 0.2, "y": [a.forward(Tensor(x), training=True) for _ in range(2)]}]


@check(
    "Dropout.forward",
    "forgets the flag of the call before",
    tried="Dropout(0.5).forward(x, training=False), then forward(x), ten times on 30 elements",
    measure="any_zeros",
)
def forgets_flag(t: Trial) -> object:
    layer, x = dropout(t, 0.5), one_to_two(t, 5, 6).data
    layer.forward(Tensor(x), training=False)
    return [layer.forward(Tensor(x)) for _ in range(10)]


@check(
    "Dropout.forward",
    "works on the x that it is given",
    tried="Dropout(0.2).forward(x, training=False), then the same with z of the same shape: its "
    "values",
    measure="fate",
)
def works_on_x(t: Trial) -> object:
    layer, x = dropout(t, 0.2), one_to_two(t, 10, 15)
    layer.forward(x, training=False)
    z = t.given("z", Tensor(x.data[::-1] * 3))
    return {"x": z.data, "y": layer.forward(z, training=False)}
