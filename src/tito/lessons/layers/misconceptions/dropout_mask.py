"""Misconceptions of Dropout: how the mask is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from tito.engine.lesson import misconception
from tito.lessons.layers.misconceptions.masks import factor, keepers, ones, rests

FORWARD = "Dropout.forward"


@misconception(
    "mask-turned-round",
    FORWARD,
    says="Your mask keeps an element with probability p and drops it with probability 1 - p. It "
    "is the other way round; at p = 0.5 one does not see it.",
)
def mask_turned_round(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training) or self.p == 1:
        return x if rests(self, training) else x * 0.0
    return x * ones(np.random.random(x.shape) < self.p) * factor(self)


@misconception(
    "p-taken-for-keep",
    FORWARD,
    says="Your Dropout takes p for the probability of keeping an element, in the mask and in the "
    "scale. Here p is the probability of zeroing one; at p = 0.5 one does not see it.",
)
def p_taken_for_keep(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training) or self.p == 1:
        return x if rests(self, training) else x * 0.0
    return x * ones(np.random.random(x.shape) < self.p) * (1 / self.p)


@misconception(
    "always-half",
    FORWARD,
    says="Your mask drops half of the elements whatever p is: p does not take part in the draw.",
)
def always_half(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training):
        return x
    return x * ones(np.random.random(x.shape) < 0.5) * factor(self)


@misconception(
    "normal-numbers-compared",
    FORWARD,
    says="Your random numbers follow the bell curve (randn). Of those, not the share p lies below "
    "p; of numbers spread evenly between 0 and 1 it does.",
)
def normal_numbers_compared(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training):
        return x
    return x * ones(np.random.normal(size=x.shape) < 1 - self.p) * factor(self)


@misconception(
    "mask-not-compared",
    FORWARD,
    says="Your Dropout multiplies each element by a random number. The mask should decide, yes or "
    "no: an element is zeroed or it is kept, nothing in between.",
)
def mask_not_compared(self: Any, x: Any, training: bool = True) -> Any:
    return x if rests(self, training) else x * np.random.random(x.shape) * factor(self)


@misconception(
    "mask-added",
    FORWARD,
    says="Your mask is added to x. Adding 0 or 1 zeroes nothing; a mask of zeros and ones does its "
    "work when it multiplies.",
)
def mask_added(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training):
        return x
    return (x + keepers(self, *x.shape)) * factor(self)


@misconception(
    "noise-added",
    FORWARD,
    says="Your Dropout adds random noise to the elements. Dropout zeroes some, and scales the "
    "others; it adds nothing.",
)
def noise_added(self: Any, x: Any, training: bool = True) -> Any:
    return x if rests(self, training) else x + np.random.normal(size=x.shape) * self.p


@misconception(
    "one-mask-for-all-rows",
    FORWARD,
    says="Your mask is drawn once and used for every row: all examples of a batch lose the same "
    "elements. Each element should be decided by itself, so the mask needs the shape of x.",
)
def one_mask_for_all_rows(self: Any, x: Any, training: bool = True) -> Any:
    return x if rests(self, training) else x * keepers(self, *x.shape[-1:]) * factor(self)


@misconception(
    "whole-rows-dropped",
    FORWARD,
    says="Your mask has one number for each row, so an example is zeroed as a whole or not at all. "
    "Each element should be decided by itself, so the mask needs the shape of x.",
)
def whole_rows_dropped(self: Any, x: Any, training: bool = True) -> Any:
    return x if rests(self, training) else x * keepers(self, *x.shape[:-1], 1) * factor(self)


@misconception(
    "all-or-nothing",
    FORWARD,
    says="Your Dropout draws a single random number and zeroes everything or nothing. Each element "
    "should be decided by itself.",
)
def all_or_nothing(self: Any, x: Any, training: bool = True) -> Any:
    return x if rests(self, training) else x * float(keepers(self)) * factor(self)


@misconception(
    "mask-kept-between-calls",
    FORWARD,
    says="Your Dropout draws a mask once and uses it in each call. Then the same elements are "
    "always missing, and the network simply does without them; each call needs a mask of its own.",
)
def mask_kept_between_calls(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training):
        return x
    if getattr(self, "mask", np.empty(0)).shape != x.shape:
        self.mask = keepers(self, *x.shape)
    return x * self.mask * factor(self)


@misconception(
    "seed-in-forward",
    FORWARD,
    says="Your forward sets the seed of the random numbers, so each call of each layer draws the "
    "same mask. A seed is set once, at the start of a program.",
)
def seed_in_forward(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training):
        return x
    generator = np.random.default_rng(0)
    return x * ones(generator.random(x.shape) < 1 - self.p) * factor(self)


def _with_generator(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p, self.generator = p, np.random.default_rng(0)


@misconception(
    "same-seed-in-every-layer",
    FORWARD,
    also={"Dropout.__init__": _with_generator},
    says="Each of your layers starts its random numbers from the same seed, so all layers draw the "
    "same masks. Let chance choose the start.",
)
def same_seed_in_every_layer(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training):
        return x
    return x * ones(self.generator.random(x.shape) < 1 - self.p) * factor(self)


@misconception(
    "exact-number-dropped",
    FORWARD,
    says="Your Dropout zeroes exactly p times n elements in each call. Each element should be "
    "decided by itself, so that the number varies from call to call around p times n.",
)
def exact_number_dropped(self: Any, x: Any, training: bool = True) -> Any:
    if rests(self, training):
        return x
    order = np.random.permutation(x.size).reshape(x.shape)
    return x * ones(order >= round(self.p * x.size)) * factor(self)
