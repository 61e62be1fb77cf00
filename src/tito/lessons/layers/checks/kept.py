"""What Linear and Dense keep alike: a weight and a bias, two tensors that want gradients."""

from __future__ import annotations

from typing import Any

from tito.lesson.model import Check, check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.build import kind, numbers, pull_back, shape_of


def weight_checks(part: str, shape: str) -> tuple[Check, ...]:
    """The checks of the weight as such; ``shape`` names its axes."""
    made, exercise = f"{part}(3, 2)", f"{part}.__init__"

    def weight(t: Trial) -> Any:
        return getattr(t.module, part)(3, 2).weight

    @check(exercise, "makes weight a Tensor", tried=f"{made}.weight", about="weight")
    def is_tensor(t: Trial) -> object:
        return kind(weight(t))

    @check(
        exercise, f"gives weight the shape {shape}", tried=f"{made}.weight.shape", about="weight"
    )
    def has_shape(t: Trial) -> object:
        return shape_of(weight(t))

    @check(
        exercise,
        "asks for the gradient of weight",
        tried=f"{made}.weight.requires_grad",
        about="weight",
    )
    def wants_gradient(t: Trial) -> object:
        return weight(t).requires_grad

    @check(
        exercise,
        "lets gradients arrive at weight",
        tried=f"{made}.weight.grad after (weight * 2).backward()",
        about="weight",
    )
    def collects_gradient(t: Trial) -> object:
        kept = weight(t)
        pull_back(t, kept * 2)
        return shape_of(getattr(kept, "grad", None))

    return is_tensor, has_shape, wants_gradient, collects_gradient


def bias_checks(part: str, shape: str) -> tuple[Check, ...]:
    """The checks of the bias as such, with and without one."""
    made, exercise = f"{part}(3, 2)", f"{part}.__init__"

    def bias(t: Trial) -> Any:
        return getattr(t.module, part)(3, 2).bias

    @check(exercise, "makes bias a Tensor", tried=f"{made}.bias", about="bias")
    def is_tensor(t: Trial) -> object:
        return kind(bias(t))

    @check(exercise, f"gives bias the shape {shape}", tried=f"{made}.bias.shape", about="bias")
    def has_shape(t: Trial) -> object:
        return shape_of(bias(t))

    @check(
        exercise,
        "starts bias at zero",
        tried=f"the numbers in {made}.bias",
        about="bias",
        measure="every_bias",
    )
    def is_zero(t: Trial) -> object:
        return numbers(bias(t))

    @check(
        exercise, "asks for the gradient of bias", tried=f"{made}.bias.requires_grad", about="bias"
    )
    def wants_gradient(t: Trial) -> object:
        return bias(t).requires_grad

    @check(
        exercise,
        "has no bias where bias=False",
        tried=f"{part}(3, 2, bias=False).bias",
        about="bias",
    )
    def is_left_out(t: Trial) -> object:
        return kind(getattr(t.module, part)(3, 2, bias=False).bias)

    return is_tensor, has_shape, is_zero, wants_gradient, is_left_out


def apart_check(part: str, *sizes: str) -> Check:
    """The check that a layer keeps what it keeps when another one is made."""

    @check(
        f"{part}.__init__",
        "keeps its own when another layer is made",
        tried=f"a = {part}(3, 2), then b = {part}(5, 4): whether a has what it had before",
    )
    def keeps_its_own(t: Trial) -> object:
        kind_of_layer = getattr(t.module, part)
        layer = kind_of_layer(3, 2)
        before = {name: getattr(layer, name, None) for name in (*sizes, "weight", "bias")}
        kind_of_layer(5, 4)
        changed = [name for name, kept in before.items() if getattr(layer, name, None) is not kept]
        return f"other {', '.join(changed)}" if changed else "the same"

    return keeps_its_own
