"""The derivatives of operations that no lesson asks for, beside those in `autograd.py`."""

# The lambdas of the table take arrays, numbers and shapes, each as its operation saved them.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tinytorch.core.derivatives import clamped_log, preferred, sum_to

MORE_DERIVATIVES: dict[str, tuple[Callable[..., Any], ...]] = {
    "clone": (lambda g: g,),
    "cast": (lambda g, dtype: g.astype(dtype),),
    "erf": (lambda g, x: g * (2 / math.sqrt(math.pi)) * np.exp(-x * x),),
    "maximum": (
        lambda g, a, b: preferred(g, ~(a < b), a, b),
        lambda g, a, b: preferred(g, ~(b < a), b, a),
    ),
    "minimum": (
        lambda g, a, b: preferred(g, ~(a > b), a, b),
        lambda g, a, b: preferred(g, ~(b > a), b, a),
    ),
    "cat": (
        lambda g, axis, length: np.split(g, [length], axis)[0],
        lambda g, axis, length: np.split(g, [length], axis)[1],
    ),
    "where": (
        lambda g, condition, a, b: sum_to(np.where(condition, g, 0).astype(g.dtype), a),
        lambda g, condition, a, b: sum_to(np.where(condition, 0, g).astype(g.dtype), b),
    ),
    "binary_cross_entropy_each": (
        lambda g, p, t: g * (p - t) / np.maximum(p * (1 - p), 1e-12),
        lambda g, p, t: g * (clamped_log(1 - p) - clamped_log(p)),
    ),
}
