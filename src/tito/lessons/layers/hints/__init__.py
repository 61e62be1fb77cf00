"""The hints of the lesson, by degrees, and what to say beside each solution."""

from tito.lessons.layers.hints import (
    dropout,
    sequential,
)
from tito.lessons.layers.hints.solutions import WHY

LADDERS = (
    *dropout.LADDERS,
    *sequential.LADDERS,
)

__all__ = ["LADDERS", "WHY"]
