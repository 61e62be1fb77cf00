"""The named misconceptions of the lesson: wrong variants, and what to say about them."""

from tito.engine.lesson import collect_misconceptions
from tito.lessons.layers.misconceptions import (
    bias_numbers,
    construction,
    dense,
    dropout,
    dropout_mask,
    dropout_result,
    dropout_scale,
    layer,
    layer_forward,
    linear_forward,
    linear_init,
    linear_parameters,
    linear_result,
    sequential,
    sequential_forward,
    sequential_parameters,
)

MISCONCEPTIONS = collect_misconceptions(
    layer,
    layer_forward,
    construction,
    linear_init,
    bias_numbers,
    linear_forward,
    linear_result,
    linear_parameters,
    dense,
    dropout,
    dropout_scale,
    dropout_mask,
    dropout_result,
    sequential,
    sequential_forward,
    sequential_parameters,
)
