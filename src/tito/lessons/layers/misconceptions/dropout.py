"""Misconceptions of Dropout: which p it takes, and when it drops."""

from __future__ import annotations

from typing import Any

from tito.engine.lesson import misconception
from tito.lessons.layers.misconceptions.masks import dropped

INIT, FORWARD = "Dropout.__init__", "Dropout.forward"


@misconception(
    "p-not-kept",
    INIT,
    says="Your Dropout has no attribute named p after it was made: forward, and everybody who "
    "looks at the layer, finds the probability under that name.",
)
def p_not_kept(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)


@misconception(
    "keep-probability-kept-as-p",
    INIT,
    says="Your attribute p is 1 - p: the probability of keeping an element. By its name and by "
    "the lesson, p is the probability of zeroing one.",
)
def keep_probability_kept_as_p(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p = 1 - p


@misconception(
    "given-p-ignored",
    INIT,
    says="Your Dropout has p = 0.5 whatever it was given: the argument does not reach the "
    "attribute.",
)
def given_p_ignored(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p = 0.5


@misconception(
    "p-without-default",
    INIT,
    says="Dropout() fails, because your constructor insists on a p. When none is given, p is 0.5.",
)
def p_without_default(self: Any, p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p = p


@misconception(
    "p-unchecked",
    INIT,
    says="Your Dropout accepts any p, also -0.1 and 1.1, which are no probabilities. Such a slip "
    "should be reported at once, where it was made, with a ValueError.",
)
def p_unchecked(self: Any, p: float = 0.5) -> None:
    self.p = p


@misconception(
    "p-below-zero-accepted",
    INIT,
    says="Your Dropout looks whether p is too large, but not whether it is too small: a negative "
    "p is no probability either.",
)
def p_below_zero_accepted(self: Any, p: float = 0.5) -> None:
    if not p <= 1:
        raise ValueError(p)
    self.p = p


@misconception(
    "p-above-one-accepted",
    INIT,
    says="Your Dropout looks whether p is too small, but not whether it is too large: nothing "
    "happens more often than always, so p ends at 1.",
)
def p_above_one_accepted(self: Any, p: float = 0.5) -> None:
    if not p >= 0:
        raise ValueError(p)
    self.p = p


@misconception(
    "nan-accepted",
    INIT,
    says="Your Dropout accepts NaN (not a number). Every comparison with NaN is false, so asking "
    "whether p is outside the range never finds it; ask whether p is inside instead.",
)
def nan_accepted(self: Any, p: float = 0.5) -> None:
    if p < 0 or p > 1:
        raise ValueError(p)
    self.p = p


@misconception(
    "p-one-refused",
    INIT,
    says="Your Dropout refuses p = 1. That is a probability too: it zeroes everything.",
)
def p_one_refused(self: Any, p: float = 0.5) -> None:
    if not 0 <= p < 1:
        raise ValueError(p)
    self.p = p


@misconception(
    "p-zero-refused",
    INIT,
    says="Your Dropout refuses p = 0. That is a probability too: it drops nothing, which is how "
    "people switch dropout off.",
)
def p_zero_refused(self: Any, p: float = 0.5) -> None:
    if not 0 < p <= 1:
        raise ValueError(p)
    self.p = p


@misconception(
    "both-ends-refused",
    INIT,
    says="Your Dropout refuses p = 0 and p = 1. Both are probabilities: never and always.",
)
def both_ends_refused(self: Any, p: float = 0.5) -> None:
    if not 0 < p < 1:
        raise ValueError(p)
    self.p = p


@misconception(
    "assert-instead-of-value-error",
    INIT,
    says="Your Dropout refuses a bad p with assert. That raises AssertionError, and vanishes when "
    "Python runs with -O; a bad value is told to the caller with ValueError.",
)
def assert_instead_of_value_error(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise AssertionError
    self.p = p


@misconception(
    "type-error-for-bad-p",
    INIT,
    says="For a bad p your Dropout ends in a TypeError: it raises one, or it returns an error in "
    "place of raising it. The type of -0.1 is right, its value is wrong: that is a ValueError.",
)
def type_error_for_bad_p(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise TypeError(p)
    self.p = p


@misconception(
    "never-drops",
    FORWARD,
    says="Your Dropout returns its input in training too: no element is ever set to zero.",
)
def never_drops(self: Any, x: Any, training: bool = True) -> Any:
    return x * 0.0 if training and self.p == 1 else x


@misconception(
    "drops-at-inference",
    FORWARD,
    says="Your Dropout drops elements even when training=False. Dropout is an exercise for the "
    "training; in use, all elements take part, or the answers depend on chance.",
)
def drops_at_inference(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x)


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
    "inference-returns-nothing",
    FORWARD,
    says="Your forward returns nothing (None) when training=False: that way through the method "
    "ends without a return.",
)
def inference_returns_nothing(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x) if training else None


@misconception(
    "nothing-returned",
    FORWARD,
    says="Your forward returns nothing (None) in training: the result is computed, but never "
    "handed to the caller.",
)
def nothing_returned(self: Any, x: Any, training: bool = True) -> Any:
    return None if training and self.p > 0 else x
