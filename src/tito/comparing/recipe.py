"""The numbers of a comparison: how the networks are trained, and what is the same to rounding."""

from __future__ import annotations

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
