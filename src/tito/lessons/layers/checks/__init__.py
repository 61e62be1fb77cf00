"""The checks of the lesson, class by class: construction, flags, forward, parameters."""

from tito.engine.lesson import collect_advice, collect_checks
from tito.lessons.layers.checks import (
    advice,
    dense,
    dropout,
    layer,
    linear_forward,
    linear_init,
    linear_parameters,
    sequential,
    whole,
)

_MODULES = (
    layer,
    linear_init,
    linear_forward,
    linear_parameters,
    dense,
    dropout,
    sequential,
    whole,
)

CHECKS = collect_checks(*_MODULES)
ADVICE = collect_advice(*_MODULES, advice)
