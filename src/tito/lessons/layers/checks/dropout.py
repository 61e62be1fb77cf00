"""Checks of Dropout: which p it takes."""

from __future__ import annotations

from contextlib import suppress

from tito.lesson.model import advice, check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.held import kept_in


@check(
    "Dropout.__init__",
    "keeps p",
    tried="Dropout(p=0.3), then its attribute p; or a forward, where p has another name",
    about="p",
)
def keeps_p(t: Trial) -> object:
    layer = t.module.Dropout(p=0.3)
    if hasattr(layer, "p"):
        return layer.p
    if any(isinstance(kept, float) for kept in kept_in(layer)):
        return 0.3  # under another name
    with suppress(Exception):
        layer.forward(t.tensor(2, 3), training=True)
        return 0.3
    return layer.p  # there is none: an AttributeError


@check(
    "Dropout.__init__",
    "keeps its own p when another layer is made",
    tried="a = Dropout(0.2), then b = Dropout(0.8): whether a.p is what it was, where a has one",
    about="p",
)
def keeps_its_own(t: Trial) -> object:
    layer = t.module.Dropout(0.2)
    before = getattr(layer, "p", None)
    t.module.Dropout(0.8)
    return "the same" if getattr(layer, "p", None) == before else getattr(layer, "p", None)


@check(
    "Dropout.__init__",
    "takes p = 0.5 when none is given",
    tried="Dropout(), then its attribute p, where it has one",
    about="p",
)
def default_p(t: Trial) -> object:
    return getattr(t.module.Dropout(), "p", 0.5)


def refusal(t: Trial, p: float) -> dict[str, object]:
    """What happens with a good p, and with this one."""
    kind = t.module.Dropout
    good = t.raised(lambda: kind(0.4))
    return {"Dropout(0.4)": good, f"Dropout({p})": t.raised(lambda: kind(p))}


@check("Dropout.__init__", "refuses p below 0", tried="Dropout(-0.1)")
def refuses_negative(t: Trial) -> object:
    return refusal(t, -0.1)


@check("Dropout.__init__", "refuses p above 1", tried="Dropout(1.1)")
def refuses_above_one(t: Trial) -> object:
    return refusal(t, 1.1)


@check("Dropout.__init__", "accepts p = 0", tried="Dropout(0.0)")
def accepts_zero(t: Trial) -> object:
    return t.raised(lambda: t.module.Dropout(0.0))


@check("Dropout.__init__", "accepts p = 1", tried="Dropout(1.0)")
def accepts_one(t: Trial) -> object:
    return t.raised(lambda: t.module.Dropout(1.0))


@advice(
    "Dropout.__init__",
    "refuses a p that is not a number",
    tried='Dropout(float("nan")): NaN means "not a number"',
    says="Your Dropout accepts NaN (not a number) as p. Every comparison with NaN is false, so "
    "asking whether p is outside the range never finds it; asking whether it is inside does.",
)
def refuses_nan(t: Trial) -> object:
    return refusal(t, float("nan"))
