"""Random observations reduced to facts, by the names that the checks use."""

from tito.lessons.layers.measures.dropout import (
    any_zeros,
    counts_of_calls,
    fate,
    gradient_of_mask,
    masks_of_calls,
    masks_of_columns,
    masks_of_layers,
    masks_of_rows,
    scale_of_survivors,
    shapes,
    share_of_zeros,
)
from tito.lessons.layers.measures.weights import (
    centre,
    columns_alike,
    every_bias,
    glorot_limit,
    layers_alike,
    normal_law,
    rows_alike,
    spread,
    uniform_law,
)

__all__ = [
    "any_zeros",
    "centre",
    "columns_alike",
    "counts_of_calls",
    "every_bias",
    "fate",
    "glorot_limit",
    "gradient_of_mask",
    "layers_alike",
    "masks_of_calls",
    "masks_of_columns",
    "masks_of_layers",
    "masks_of_rows",
    "normal_law",
    "rows_alike",
    "scale_of_survivors",
    "shapes",
    "share_of_zeros",
    "spread",
    "uniform_law",
]
