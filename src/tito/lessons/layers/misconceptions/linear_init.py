"""Mistakes in the first weights of Linear."""

from __future__ import annotations

import numpy as np

from tito.lesson.model import Misconception
from tito.lessons.layers.misconceptions.starts import Law, wrong_weights


def _normal(scale: Law) -> Law:
    return lambda rows, columns: np.random.randn(rows, columns) * scale(rows, columns)


def _always(scale: float) -> Law:
    return lambda rows, columns: scale


def _uniform(width: float) -> Law:
    return lambda rows, columns: (
        np.random.uniform(-width, width, (rows, columns)) * np.sqrt(1 / rows)
    )


def _weights(name: str, *laws: Law, says: str) -> tuple[Misconception, ...]:
    return wrong_weights(name, "Linear", *laws, says=says)


all_zero = _weights(
    "weights-all-zero",
    lambda rows, columns: np.zeros((rows, columns)),
    says=(
        "All your weights are zero. Then all outputs are the same, get the same gradients and "
        "change alike: the network can never tell its units apart. Weights begin random."
    ),
)

all_equal = _weights(
    "weights-all-equal",
    lambda rows, columns: np.full((rows, columns), 0.5),
    lambda rows, columns: np.full((rows, columns), np.random.randn()),
    says=(
        "All your weights are one and the same number. Then all outputs are the same, and get the "
        "same gradients: the network can never tell its units apart. Weights begin random."
    ),
)

row_repeated = _weights(
    "one-row-repeated",
    lambda rows, columns: np.tile(np.random.randn(columns), (rows, 1)) * np.sqrt(1 / rows),
    says=(
        "You draw one row of weights and use it for all inputs, so the layer only sees the sum of "
        "its inputs. Each weight is a random number of its own."
    ),
)

column_repeated = _weights(
    "one-column-repeated",
    lambda rows, columns: np.tile(np.random.randn(rows, 1), (1, columns)) * np.sqrt(1 / rows),
    says=(
        "You draw one column of weights and use it for all outputs, so they all compute the same "
        "and learn the same. Each weight is a random number of its own."
    ),
)

scale_missing = _weights(
    "scale-missing",
    _normal(lambda rows, columns: 1.0),
    says=(
        "Your weights are random but not scaled: their standard deviation is 1 whatever the size. "
        "With many inputs the outputs grow from layer to layer, and training blows up."
    ),
)

scale_constant = _weights(
    "scale-a-fixed-number",
    *[_normal(_always(value)) for value in (0.01, 0.1, 0.02)],
    says=(
        "Your weights are scaled by a fixed number. What is right for ten inputs is "
        "wrong for a thousand: the scale has to follow from the number of inputs."
    ),
)

scale_without_root = _weights(
    "scale-without-root",
    _normal(lambda rows, columns: 1 / rows),
    says=(
        "Your weights are scaled by 1 / in_features. That is the variance they should have; "
        "what random numbers are multiplied by is the standard deviation."
    ),
)

scale_divided = _weights(
    "scale-divided-by",
    _normal(lambda rows, columns: np.sqrt(rows)),
    says=(
        "Your weights grow with the number of inputs, where they should shrink: the scale "
        "is upside down, or you divide by it."
    ),
)

scale_by_outputs = _weights(
    "scale-by-outputs",
    _normal(lambda rows, columns: np.sqrt(1 / columns)),
    says=(
        "Your weights are scaled by the number of outputs. It is the inputs that add up in an "
        "output, so it is their number that counts."
    ),
)

scale_he = _weights(
    "scale-of-he",
    _normal(lambda rows, columns: np.sqrt(2 / rows)),
    says=(
        "Your weights have variance 2 / in_features: that is He's initialisation, made for ReLU. "
        "The one asked for here has half that variance."
    ),
)

scale_both = _weights(
    "scale-by-both-sizes",
    _normal(lambda rows, columns: np.sqrt(2 / (rows + columns))),
    _normal(lambda rows, columns: np.sqrt(1 / (rows + columns))),
    says=(
        "Your weights are scaled by the number of inputs and outputs together. "
        "That is another of Glorot's rules; here only the inputs count."
    ),
)

uniform = _weights(
    "weights-uniform",
    *[_uniform(width) for width in (1.0, 0.5)],
    says=(
        "Your weights are drawn evenly, and too small: numbers spread evenly between minus and "
        "plus a limit have a standard deviation of that limit divided by the square root of 3. "
        "The page draws from a normal distribution; the standard deviation has to be sqrt(1 / "
        "in_features) in any case."
    ),
)

dense_law = _weights(
    "weights-of-dense",
    lambda rows, columns: np.random.uniform(-1, 1, (rows, columns)) * np.sqrt(6 / (rows + columns)),
    says=(
        "These are the first weights of Dense, drawn evenly between two limits. Linear's are "
        "normally distributed, and scaled by the number of inputs only."
    ),
)

not_centred = _weights(
    "weights-not-centred",
    lambda rows, columns: np.random.rand(rows, columns) * np.sqrt(1 / rows),
    lambda rows, columns: np.random.rand(rows, columns),
    lambda rows, columns: np.abs(np.random.randn(rows, columns)) * np.sqrt(1 / rows),
    says=(
        "All your weights are positive, so the outputs only add up and never cancel. "
        "The numbers have to lie on both sides of zero."
    ),
)

few_values = _weights(
    "weights-of-one-size",
    lambda rows, columns: np.sign(np.random.randn(rows, columns)) * np.sqrt(1 / rows),
    says=(
        "All your weights have one size, and only their sign is drawn. Each weight is a random "
        "number of its own, most of them small, some larger."
    ),
)
