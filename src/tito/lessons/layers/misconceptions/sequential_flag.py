"""Misconceptions of Sequential: what it tells its layers about training, and which it runs."""

from __future__ import annotations

from inspect import signature
from typing import Any

from tito.lesson.model import misconception

FORWARD = "Sequential.forward"


@misconception(
    "dropout-rests-inside",
    FORWARD,
    says="When nothing is said about training, your Sequential tells its Dropout that this is no "
    "training, so it never drops. Pass on only what you were told.",
)
def dropout_rests_inside(self: Any, x: Any, training: bool = False) -> Any:
    for layer in self.layers:
        names = signature(layer.forward).parameters
        x = layer.forward(x, training=training) if "training" in names else layer.forward(x)
    return x


@misconception(
    "flag-ignored",
    FORWARD,
    says="Your forward takes the argument training and does nothing with it: told training=False, "
    "its Dropout drops all the same. Hand it on to the layers that know it, or do not take it.",
)
def flag_ignored(self: Any, x: Any, training: bool = True) -> Any:
    for layer in self.layers:
        x = layer.forward(x)
    return x


@misconception(
    "flag-told-to-dropout-only",
    FORWARD,
    says="Your forward hands training to a Dropout directly inside it, but not to a Sequential "
    "inside it, which may hold another. That, too, is a layer that knows the flag.",
)
def flag_told_to_dropout_only(self: Any, x: Any, training: bool = True) -> Any:
    for layer in self.layers:
        knows = type(layer).__name__ == "Dropout"
        x = layer.forward(x, training=training) if knows else layer.forward(x)
    return x


@misconception(
    "flag-turned-round-on-the-way",
    FORWARD,
    says="Your forward tells its Dropout the opposite of what it was told: it drops when "
    "training=False, and rests when training=True.",
)
def flag_turned_round_on_the_way(self: Any, x: Any, training: bool | None = None) -> Any:
    for layer in self.layers:
        knows = "training" in signature(layer.forward).parameters and training is not None
        x = layer.forward(x, training=not training) if knows else layer.forward(x)
    return x


@misconception(
    "dropout-always-rests",
    FORWARD,
    says="Your forward tells its Dropout training=False, whatever it was told itself. Then nothing "
    "is ever dropped, not even while the network learns.",
)
def dropout_always_rests(self: Any, x: Any, training: bool = True) -> Any:
    for layer in self.layers:
        names = signature(layer.forward).parameters
        x = layer.forward(x, training=False) if "training" in names else layer.forward(x)
    return x


@misconception(
    "flag-remembered",
    FORWARD,
    says="Your Sequential remembers the flag of the call before: once told training=False, it "
    "rests ever after. In each call the flag is what that call says, and True where it says "
    "nothing.",
)
def flag_remembered(self: Any, x: Any, training: bool | None = None) -> Any:
    if training is not None:
        self.mode = training
    told = getattr(self, "mode", True)
    for layer in self.layers:
        knows = "training" in signature(layer.forward).parameters
        x = layer.forward(x, training=told) if knows else layer.forward(x)
    return x


@misconception(
    "other-layers-skipped",
    FORWARD,
    says="Your forward runs only layers that derive from your own Layer. The activations are "
    "made elsewhere, and are layers all the same: run whatever was given.",
)
def other_layers_skipped(self: Any, x: Any) -> Any:
    for layer in self.layers:
        if not type(layer).__module__.startswith("tinytorch.core.activations"):
            x = layer.forward(x)
    return x
