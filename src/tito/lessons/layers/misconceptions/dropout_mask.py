"""Misconceptions of Dropout: how the mask is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.masks import factor, keepers, ones, wrong_law

FORWARD = "Dropout.forward"


@wrong_law(
    "never-drops",
    says="Your Dropout returns its input in training too: no element is ever set to zero.",
)
def never_drops(layer: Any, x: Any) -> Any:
    return x


@wrong_law(
    "mask-turned-round",
    says="Your mask keeps an element with probability p and drops it with probability 1 - p. It "
    "is the other way round; at p = 0.5 the difference does not show.",
)
def mask_turned_round(layer: Any, x: Any) -> Any:
    return x * ones(np.random.random(x.shape) < layer.p) * factor(layer)


@wrong_law(
    "p-taken-for-keep",
    says="Your Dropout takes p for the probability of keeping an element, in the mask and in the "
    "scale. Here p is the probability of zeroing one; at p = 0.5 the difference does not "
    "show.",
)
def p_taken_for_keep(layer: Any, x: Any) -> Any:
    return x * ones(np.random.random(x.shape) < layer.p) * (1 / layer.p)


@wrong_law(
    "always-half",
    says="Your mask drops half of the elements whatever p is: p does not take part in the draw.",
)
def always_half(layer: Any, x: Any) -> Any:
    return x * ones(np.random.random(x.shape) < 0.5) * factor(layer)


_NORMAL = (
    "Your random numbers follow the bell curve (randn). The share of those that lies below p is "
    "not p; of numbers spread evenly between 0 and 1 it is."
)


@wrong_law("normal-numbers-compared", says=_NORMAL)
def normal_numbers_below_keep(layer: Any, x: Any) -> Any:
    return x * ones(np.random.normal(size=x.shape) < 1 - layer.p) * factor(layer)


@wrong_law("normal-numbers-compared", says=_NORMAL)
def normal_numbers_above_p(layer: Any, x: Any) -> Any:
    return x * ones(np.random.normal(size=x.shape) > layer.p) * factor(layer)


@wrong_law(
    "mask-not-compared",
    says="Your Dropout multiplies each element by a random number. The mask should decide, yes or "
    "no: an element is zeroed or it is kept, nothing in between.",
)
def mask_not_compared(layer: Any, x: Any) -> Any:
    shape: tuple[int, ...] = x.shape
    return x * np.random.random(shape) * factor(layer)


@wrong_law(
    "mask-added",
    says="Your mask is added to x. Adding 0 or 1 zeroes nothing; a mask of zeros and ones does its "
    "work when it multiplies.",
)
def mask_added(layer: Any, x: Any) -> Any:
    return (x + keepers(layer, *x.shape)) * factor(layer)


@wrong_law(
    "noise-added",
    says="Your Dropout adds random noise to the elements. Dropout zeroes some, and scales the "
    "others; it adds nothing.",
)
def noise_added(layer: Any, x: Any) -> Any:
    shape: tuple[int, ...] = x.shape
    return x + np.random.standard_normal(shape) * layer.p


_ONE_MASK = (
    "Your mask is drawn once and used for every row: all examples of a batch lose the same "
    "elements. Each element should be decided separately, so the mask needs the shape of x."
)
_WHOLE_ROWS = (
    "Your mask has one number for each row, so an example is zeroed as a whole or not at all. "
    "Each element should be decided separately, so the mask needs the shape of x."
)


@wrong_law("one-mask-for-all-rows", says=_ONE_MASK)
def one_mask_for_all_rows(layer: Any, x: Any) -> Any:
    return x * keepers(layer, *x.shape[-1:]) * factor(layer)


@wrong_law("one-mask-for-all-rows", says=_ONE_MASK)
def one_row_for_all_rows(layer: Any, x: Any) -> Any:
    return x * keepers(layer, 1, *x.shape[-1:]) * factor(layer)


@wrong_law("whole-rows-dropped", says=_WHOLE_ROWS)
def whole_rows_dropped(layer: Any, x: Any) -> Any:
    return x * keepers(layer, *x.shape[:-1], 1) * factor(layer)


@wrong_law("whole-rows-dropped", says=_WHOLE_ROWS)
def column_of_rows(layer: Any, x: Any) -> Any:
    return x * keepers(layer, x.shape[0], 1) * factor(layer)


@wrong_law(
    "all-or-nothing",
    says="Your Dropout draws a single random number and zeroes everything or nothing. Each "
    "element should be decided separately.",
)
def all_or_nothing(layer: Any, x: Any) -> Any:
    return x * float(keepers(layer)) * factor(layer)


@wrong_law(
    "mask-kept-between-calls",
    says="Your Dropout draws a mask once and uses it in each call. Then the same elements are "
    "always missing, and the network simply does without them; each call needs a mask of its own.",
)
def mask_kept_between_calls(layer: Any, x: Any) -> Any:
    if getattr(layer, "mask", np.empty(0)).shape != x.shape:
        layer.mask = keepers(layer, *x.shape)
    return x * layer.mask * factor(layer)


@wrong_law(
    "seed-in-forward",
    says="Your forward sets the seed of the random numbers, so each call of each layer draws the "
    "same mask. A seed is set once, at the start of a program.",
)
def seed_in_forward(layer: Any, x: Any) -> Any:
    generator = np.random.default_rng(0)
    return x * ones(generator.random(x.shape) < 1 - layer.p) * factor(layer)


def _with_generator(layer: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    layer.p, layer.generator = p, np.random.default_rng(0)


@misconception(
    "same-seed-in-every-layer",
    FORWARD,
    also={"Dropout.__init__": _with_generator},
    says="Each of your layers starts its random numbers from the same seed, so all layers draw the "
    "same masks. Let chance choose the start.",
)
def same_seed_in_every_layer(self: Any, x: Any, training: bool = True) -> Any:
    if not training:
        return x
    return x * ones(self.generator.random(x.shape) < 1 - self.p) * factor(self)


@wrong_law(
    "exact-number-dropped",
    says="Your Dropout zeroes exactly p times n elements in each call. Each element should be "
    "decided separately, so that the number varies from call to call around p times n.",
)
def exact_number_dropped(layer: Any, x: Any) -> Any:
    order = np.random.permutation(x.size).reshape(x.shape)
    return x * ones(order >= round(layer.p * x.size)) * factor(layer)


@wrong_law(
    "first-elements-dropped",
    says="Your Dropout always drops the elements at the front. Which ones are dropped has to be "
    "left to chance, anew in each call.",
)
def first_elements_dropped(layer: Any, x: Any) -> Any:
    place = np.reshape(np.arange(int(x.size)), x.shape)
    return x * ones(place >= round(layer.p * x.size)) * factor(layer)


@wrong_law(
    "sign-turned",
    says="Your Dropout turns the sign of the elements it should drop. Dropped means zero.",
)
def sign_turned(layer: Any, x: Any) -> Any:
    return x * (2 * keepers(layer, *x.shape) - 1) * factor(layer)


@wrong_law(
    "dropped-become-nan",
    says="Your Dropout puts NaN (not a number) where it should put zero. Whatever is calculated "
    "with NaN becomes NaN too.",
)
def dropped_become_nan(layer: Any, x: Any) -> Any:
    return x * np.where(keepers(layer, *x.shape) == 1, factor(layer), np.nan)
