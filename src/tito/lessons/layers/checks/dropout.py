"""Checks of Dropout: which p it takes, what it drops, and what it leaves alone."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.engine.lesson import check
from tito.engine.trial import Trial
from tito.lessons.layers.checks.standins import dropout

# At p = 0.5 dropping and keeping look alike, so that alone would hide a mask turned round.
PROBABILITIES = (0.2, 0.5, 0.8)


def one_to_two(t: Trial, *shape: int, requires_grad: bool = False) -> Tensor:
    """An input between 1 and 2: no zeros, so that every zero that comes out was dropped."""
    values = t.rng.choice(np.array([1, 1.25, 1.5, 1.75, 2], dtype=np.float32), size=shape)
    return t.given("x", Tensor(values, requires_grad=requires_grad))


def training_run(t: Trial, p: float, *shape: int, calls: int = 1) -> dict[str, Any]:
    """What Dropout(p) makes of an input in training, in each of several calls."""
    layer, x = dropout(t, p), one_to_two(t, *shape).data
    return {"p": p, "x": x, "y": [layer.forward(Tensor(x), training=True) for _ in range(calls)]}


@check(
    "Dropout.__init__",
    "keeps p",
    tried="Dropout(p=0.3), then its attribute p",
    about="p",
)
def keeps_p(t: Trial) -> object:
    return t.module.Dropout(p=0.3).p


@check(
    "Dropout.__init__",
    "takes p = 0.5 when none is given",
    tried="Dropout(), then its attribute p",
    about="p",
)
def default_p(t: Trial) -> object:
    return t.module.Dropout().p


def refusal(t: Trial, p: float) -> dict[str, object]:
    """What happens with a good p, and with this one."""
    kind = t.module.Dropout
    good = t.raised(lambda: kind(0.4))
    return {"Dropout(0.4)": good, f"Dropout({p})": t.raised(lambda: kind(p))}


@check("Dropout.__init__", "refuses p below 0", tried="Dropout(-0.1)")
def refuses_negative(t: Trial) -> object:
    return refusal(t, -0.1)


@check("Dropout.__init__", "refuses p above 1", tried="Dropout(1.1)")
def refuses_above_one(t: Trial) -> object:
    return refusal(t, 1.1)


@check(
    "Dropout.__init__",
    "refuses a p that is not a number",
    tried='Dropout(float("nan")): NaN means "not a number"',
)
def refuses_nan(t: Trial) -> object:
    return refusal(t, float("nan"))


@check("Dropout.__init__", "accepts p = 0", tried="Dropout(0.0)")
def accepts_zero(t: Trial) -> object:
    return t.raised(lambda: t.module.Dropout(0.0))


@check("Dropout.__init__", "accepts p = 1", tried="Dropout(1.0)")
def accepts_one(t: Trial) -> object:
    return t.raised(lambda: t.module.Dropout(1.0))


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
    tried="forward(x, training=True) on 9800 elements, for p = 0.2, 0.5 and 0.8",
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
    "changes no value when p = 0",
    tried="Dropout(0.0).forward(x, training=True)",
    measure="fate",
)
def nothing_at_zero(t: Trial) -> object:
    run = training_run(t, 0.0, 3, 4)
    return {"x": run["x"], "y": run["y"][0]}


@check(
    "Dropout.forward",
    "makes everything zero when p = 1",
    tried="Dropout(1.0).forward(x, training=True)",
    measure="fate",
)
def zeros_at_one(t: Trial) -> object:
    run = training_run(t, 1.0, 3, 4)
    return {"x": run["x"], "y": run["y"][0]}


@check(
    "Dropout.forward",
    "changes no value when training=False, even with p = 1",
    tried="Dropout(1.0).forward(x, training=False)",
    measure="fate",
)
def rests_at_inference_at_one(t: Trial) -> object:
    layer, x = dropout(t, 1.0), one_to_two(t, 3, 4)
    before = x.data.copy()
    return {"x": before, "y": layer.forward(x, training=False)}


@check(
    "Dropout.forward",
    "hands the gradient back through the mask",
    tried="y = Dropout(0.2).forward(x, training=True), y.sum().backward(), then x.grad and y / x",
    measure="gradient_of_mask",
)
def gradient_of_mask(t: Trial) -> object:
    layer, x = dropout(t, 0.2), one_to_two(t, 10, 15, requires_grad=True)
    before = x.data.copy()
    y = layer.forward(x, training=True)
    if y.requires_grad:
        y.sum().backward()
    return {"x": before, "y": y, "gradient": x.grad}


@check(
    "Dropout.forward",
    "lets the gradient through when training=False",
    tried="y = Dropout(0.5).forward(x, training=False), y.sum().backward(), then x.grad",
    measure="gradient_at_rest",
)
def gradient_at_rest(t: Trial) -> object:
    x = one_to_two(t, 5, 6, requires_grad=True)
    y = dropout(t, 0.5).forward(x, training=False)
    if y.requires_grad:
        y.sum().backward()
    return x.grad


@check(
    "Dropout.forward",
    "takes the flag through a call",
    tried="layer = Dropout(0.2), then layer(x, training=False)",
    measure="fate",
    needs=("Layer",),
)
def called_with_flag(t: Trial) -> object:
    layer, x = dropout(t, 0.2), one_to_two(t, 10, 15)
    before = x.data.copy()
    return {"x": before, "y": layer(x, training=False)}


@check(
    "Dropout.parameters",
    "is an empty list",
    tried="layer = Dropout(0.5), a call of it, then layer.parameters()",
)
def no_parameters(t: Trial) -> object:
    layer = dropout(t, 0.5)
    t.raised(lambda: layer.forward(t.tensor(2, 3), training=True))
    found = layer.parameters()
    return [*map(in_words, cast("list[Any]", found))] if type(found) is list else found


def in_words(item: Any) -> str:
    """What it is, without its numbers, which may be random."""
    shape = f" of shape {item.shape}" if hasattr(item, "shape") else ""
    return f"a {type(item).__name__}{shape}"
