"""The named misconceptions of the lesson: wrong variants, and what to say about them."""

from tito.lesson.model import collect_misconceptions
from tito.lessons.layers.misconceptions import (
    attributes,
    calls,
    dropout,
    dropout_ends,
    dropout_flag,
    dropout_mask,
    dropout_result,
    dropout_scale,
    kept,
    kinds,
    names,
    sequential,
    sequential_flag,
    sequential_forward,
    sequential_parameters,
)

MISCONCEPTIONS = collect_misconceptions(
    attributes,
    kinds,
    dropout,
    dropout_flag,
    dropout_scale,
    dropout_mask,
    dropout_result,
    dropout_ends,
    sequential,
    sequential_forward,
    sequential_flag,
    sequential_parameters,
    calls,
    kept,
    names,
)
