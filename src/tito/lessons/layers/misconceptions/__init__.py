"""The named misconceptions of the lesson: wrong variants, and what to say about them."""

from tito.engine.lesson import collect_misconceptions
from tito.lessons.layers.misconceptions import (
    dense,
    dropout,
    layer,
    linear_forward,
    linear_init,
    linear_parameters,
    sequential,
)

MISCONCEPTIONS = collect_misconceptions(
    layer, linear_init, linear_forward, linear_parameters, dense, dropout, sequential
)
