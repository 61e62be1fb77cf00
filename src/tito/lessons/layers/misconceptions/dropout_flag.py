"""Misconceptions of Dropout: when it drops, and what it does at rest."""

from __future__ import annotations

from typing import Any

from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.masks import dropped, keepers

FORWARD = "Dropout.forward"


@misconception(
    "drops-at-inference",
    FORWARD,
    says="Your Dropout drops elements even when training=False. Dropout is an exercise for "
    "training; at inference all elements take part, or the answers would depend on chance.",
)
def drops_at_inference(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x)


@misconception(
    "drops-at-inference",
    FORWARD,
    says="Your Dropout drops elements even when training=False, and never scales the others. At "
    "inference all elements take part; in training those that stay make up for those that "
    "are lost.",
)
def drops_always_unscaled(self: Any, x: Any, training: bool = True) -> Any:
    return x * keepers(self, *x.shape)


@misconception(
    "flag-turned-round",
    FORWARD,
    says="Your Dropout does it the other way round: it drops when training=False, and rests when "
    "training=True.",
)
def flag_turned_round(self: Any, x: Any, training: bool = True) -> Any:
    return x if training else dropped(self, x)


@misconception(
    "rests-by-default",
    FORWARD,
    says="Your Dropout drops nothing when it is called without saying whether this is training. "
    "Without a word it should take it for training.",
)
def rests_by_default(self: Any, x: Any, training: bool = False) -> Any:
    return dropped(self, x) if training else x


@misconception(
    "flag-not-taken",
    FORWARD,
    says="Your forward takes no argument named training, so nobody can tell the layer when it "
    "has to rest.",
)
def flag_not_taken(self: Any, x: Any) -> Any:
    return dropped(self, x)


@misconception(
    "flag-without-default",
    FORWARD,
    says="Your forward insists on the argument training. Without a word about it, it should take "
    "the call for training.",
)
def flag_without_default(self: Any, x: Any, training: bool) -> Any:
    return dropped(self, x) if training else x


@misconception(
    "inference-returns-nothing",
    FORWARD,
    says="Your forward returns nothing (None) when training=False: that way through the method "
    "ends without a return.",
)
def inference_returns_nothing(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x) if training else None


@misconception(
    "array-at-inference",
    FORWARD,
    says="When training=False your forward returns a NumPy array. The next layer expects a Tensor: "
    "x as it came is one already.",
)
def array_at_inference(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x) if training else x.data


@misconception(
    "zeros-at-inference",
    FORWARD,
    says="When training=False your Dropout gives zeros. It should change nothing then.",
)
def zeros_at_inference(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x) if training else x * 0.0
