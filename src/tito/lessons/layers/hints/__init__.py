"""The hints of the lesson, by degrees, and what to say beside each solution."""

from tito.lessons.layers.hints import (
    dense,
    dropout,
    layer,
    linear_forward,
    linear_init,
    linear_parameters,
    sequential,
)
from tito.lessons.layers.hints.solutions import WHY

LADDERS = (
    *layer.LADDERS,
    *linear_init.LADDERS,
    *linear_forward.LADDERS,
    *linear_parameters.LADDERS,
    *dense.LADDERS,
    *dropout.LADDERS,
    *sequential.LADDERS,
)

__all__ = ["LADDERS", "WHY"]
