"""The checks of the lesson, class by class: construction, flags, forward, parameters."""

from tito.lesson.model import collect_advice, collect_checks
from tito.lessons.layers.checks import (
    advice,
    advice_costs,
    advice_reach,
    dense,
    dropout,
    dropout_ends,
    dropout_forward,
    flag,
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
    dropout_forward,
    dropout_ends,
    sequential,
    flag,
    whole,
)

CHECKS = collect_checks(*_MODULES)
ADVICE = collect_advice(advice_reach, advice_costs, *_MODULES, advice)
