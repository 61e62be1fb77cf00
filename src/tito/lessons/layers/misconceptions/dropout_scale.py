"""Misconceptions of Dropout: what the survivors are scaled by, and when."""

from __future__ import annotations

from typing import Any

from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.masks import dropped, factor, keepers, wrong_law

FORWARD = "Dropout.forward"


@wrong_law(
    "survivors-not-scaled",
    says="Your Dropout zeroes elements, but leaves the others as they are. So on average the "
    "output is smaller in training than at inference, and the next layer learns the wrong "
    "size.",
)
def survivors_not_scaled(layer: Any, x: Any) -> Any:
    return x * keepers(layer, *x.shape)


@wrong_law(
    "scaled-by-inverse-p",
    says="Your survivors are divided by p. p is the share that is lost; what makes up for the loss "
    "depends on the share that is left.",
)
def scaled_by_inverse_p(layer: Any, x: Any) -> Any:
    return x * keepers(layer, *x.shape) * (1 / layer.p)


@wrong_law(
    "scaled-by-keep",
    says="Your survivors are multiplied by 1 - p, which makes them smaller still. They should make "
    "up for those that are lost, so they have to grow.",
)
def scaled_by_keep(layer: Any, x: Any) -> Any:
    return x * keepers(layer, *x.shape) * (1 - layer.p)


@wrong_law(
    "scaled-by-p",
    says="Your survivors are multiplied by p, which makes them smaller still. They should make up "
    "for those that are lost, so they have to grow.",
)
def scaled_by_p(layer: Any, x: Any) -> Any:
    return x * keepers(layer, *x.shape) * layer.p


@wrong_law(
    "scaled-by-one-plus-p",
    says="Your survivors are multiplied by 1 + p. That grows with p, but not enough to make up for "
    "those that are lost.",
)
def scaled_by_one_plus_p(layer: Any, x: Any) -> Any:
    return x * keepers(layer, *x.shape) * (1 + layer.p)


@wrong_law(
    "scaled-by-the-square",
    says="Your survivors are scaled twice over. Once makes up for those that are lost.",
)
def scaled_by_the_square(layer: Any, x: Any) -> Any:
    return dropped(layer, x) * factor(layer)


@wrong_law(
    "scaled-by-actual-share",
    says="Your survivors are divided by the share that happens to be left in this call. Then the "
    "scale itself depends on chance; it should follow from p alone, the same in each call.",
)
def scaled_by_actual_share(layer: Any, x: Any) -> Any:
    mask = keepers(layer, *x.shape)
    return x * (mask / max(float(mask.mean()), 1e-9))


@wrong_law(
    "scaled-but-not-dropped",
    says="Your Dropout scales all elements, but zeroes none of them.",
)
def scaled_but_not_dropped(layer: Any, x: Any) -> Any:
    return x * factor(layer)


@misconception(
    "scaled-at-inference",
    FORWARD,
    says="Your Dropout does not scale in training, and multiplies by 1 - p at inference to make "
    "up for it. That is the rule of the first paper; today the scaling is done in training, "
    "so that nothing is left to do at inference.",
)
def scaled_at_inference(self: Any, x: Any, training: bool = True) -> Any:
    return x * keepers(self, *x.shape) if training else x * (1 - self.p)


@misconception(
    "scaled-twice",
    FORWARD,
    says="Your Dropout scales in training, rightly, and multiplies by 1 - p at inference as well. "
    "After the scaling in training nothing is left to make up for.",
)
def scaled_twice(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x) if training else x * (1 - self.p)


@misconception(
    "scaled-at-inference-only",
    FORWARD,
    says="Your Dropout multiplies by 1 / (1 - p) when training=False, where nothing was dropped, "
    "and not in training, where elements are lost.",
)
def scaled_at_inference_only(self: Any, x: Any, training: bool = True) -> Any:
    return x * keepers(self, *x.shape) if training else x * (factor(self) or 1.0)


@misconception(
    "scaled-always",
    FORWARD,
    says="Your Dropout multiplies by 1 / (1 - p) even when training=False. Nothing was dropped "
    "there, so there is nothing to make up for.",
)
def scaled_always(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x) if training else x * (factor(self) or 1.0)
