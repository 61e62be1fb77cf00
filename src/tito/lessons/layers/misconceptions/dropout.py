"""Misconceptions of Dropout: which p it takes."""

from __future__ import annotations

from typing import Any

from tito.lesson.model import Misconception, misconception

INIT = "Dropout.__init__"


_NOT_KEPT = (
    "Once it is made, your Dropout has no attribute named p: forward, and everybody who looks at "
    "the layer, expects the probability under that name."
)


@misconception("p-not-kept", INIT, says=_NOT_KEPT)
def p_not_kept(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)


@misconception("p-not-kept", INIT, says=_NOT_KEPT)
def p_kept_otherwise(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.rate = p


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
    "p-under-another-name",
    INIT,
    says="Dropout(p=0.3) fails: your constructor takes the probability under a name other than p.",
)
def p_under_another_name(self: Any, rate: float = 0.5) -> None:
    if not 0 <= rate <= 1:
        raise ValueError(rate)
    self.p = rate


def _other_default(value: float) -> tuple[Misconception, ...]:
    """A constructor with another default."""

    def with_default(self: Any, p: float = value) -> None:
        if not 0 <= p <= 1:
            raise ValueError(p)
        self.p = p

    says = "When no p is given, your Dropout takes a number other than 0.5."
    return misconception("other-default", INIT, says=says)(with_default)


default_zero, default_tenth, default_fifth, default_one = map(_other_default, (0, 0.1, 0.2, 1))


@misconception(
    "p-unchecked",
    INIT,
    says="Your Dropout accepts any p, even -0.1 and 1.1, which are not probabilities. Such a "
    "slip should be reported at once, where it was made, with a ValueError.",
)
def p_unchecked(self: Any, p: float = 0.5) -> None:
    self.p = p


@misconception(
    "p-below-zero-accepted",
    INIT,
    says="Your Dropout checks whether p is too large, but not whether it is too small: a "
    "negative p is not a probability either.",
)
def p_below_zero_accepted(self: Any, p: float = 0.5) -> None:
    if not p <= 1:
        raise ValueError(p)
    self.p = p


@misconception(
    "p-above-one-accepted",
    INIT,
    says="Your Dropout checks whether p is too small, but not whether it is too large: nothing "
    "happens more often than always, so p ends at 1.",
)
def p_above_one_accepted(self: Any, p: float = 0.5) -> None:
    if not p >= 0:
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
    "p-one-divides-by-zero",
    INIT,
    says="Your constructor divides by 1 - p, and with p = 1 that is a division by zero. The scale "
    "is needed only where something is kept: forward can work it out after it has looked at p.",
)
def p_one_divides_by_zero(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p, self.scale = p, 1 / (1 - p)


@misconception(
    "assert-instead-of-value-error",
    INIT,
    says="Your Dropout refuses a bad p with assert. That raises AssertionError, and vanishes "
    "when Python runs with -O; the caller is told of a bad value with a ValueError.",
)
def assert_instead_of_value_error(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise AssertionError
    self.p = p


_RETURNED = (
    "For a bad p your constructor returns an error instead of raising it. A constructor must not "
    "return anything, so Python complains about that, and not about p."
)


@misconception("error-returned-for-bad-p", INIT, says=_RETURNED)
def error_returned(self: Any, p: float = 0.5) -> Any:
    if not 0 <= p <= 1:
        return ValueError(p)
    self.p = p


@misconception(
    "type-error-for-bad-p",
    INIT,
    says="For a bad p your Dropout raises a TypeError. The type of -0.1 is right, its value is "
    "wrong: that is a ValueError.",
)
def type_error_for_bad_p(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise TypeError(p)
    self.p = p


@misconception(
    "zero-taken-for-missing",
    INIT,
    says="Given p = 0, your Dropout takes 0.5: in Python 0 counts as false, so a test of whether "
    "p was given says no.",
)
def zero_taken_for_missing(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p = p or 0.5
