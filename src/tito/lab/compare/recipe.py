"""The numbers of a comparison: how the networks are trained, and what is the same to rounding."""

from __future__ import annotations

from collections.abc import Sequence

#: What most people begin with.
LEARNING_RATES = {"sgd": 0.1, "adam": 0.001}
#: So many batches are trained on, in turn.
POOL = 8
#: The standard deviation of the biases that the comparison starts with.
BIAS_SPREAD = 0.1
#: float32 keeps 24 binary digits: the step from 1 to the next number.
EPSILON = 2.0**-23
#: Differences up to so many times what rounding does are taken for rounding.
SAME = 10.0
#: Two trainings that part by less than this share of the way they went are close.
CLOSE = 0.01
#: The batches at which time is taken, unless one is asked for.
BATCHES = (1, 32, 1024)
#: Multiply-adds of the forward passes of one training: with all that is done twice, some minutes.
MOST_WORK = 10**11
#: Numbers in the batches and in what the layers make of them: 256 MiB of each.
MOST_NUMBERS = 1 << 26


def too_much(sizes: Sequence[int], parameters: int, batch: int, steps: int) -> str:
    """Why such a comparison is not begun; nothing where it is."""
    numbers = batch * (POOL * sizes[0] + sum(sizes))
    if numbers > MOST_NUMBERS:
        return (
            f"Batches of {batch:,} take {numbers:,} numbers in this network, and up to "
            f"{MOST_NUMBERS:,} are compared here. Write a smaller --batch, or smaller sizes."
        )
    if parameters * batch * steps > MOST_WORK:
        return (
            f"{steps:,} steps with batches of {batch:,} are {parameters * batch * steps:.1e} "
            f"multiply-adds forward, and up to {MOST_WORK:.0e} are compared here. Write fewer "
            "--steps, a smaller --batch, or smaller sizes."
        )
    return ""
