"""Checks of Dropout: which p it takes."""

from __future__ import annotations

from tito.engine.lesson import check
from tito.engine.trial import Trial


@check(
    "Dropout.__init__",
    "keeps p",
    tried="Dropout(p=0.3), then its attribute p; or a forward, where p has another name",
    about="p",
)
def keeps_p(t: Trial) -> object:
    layer = t.module.Dropout(p=0.3)
    if keeps_nothing(layer):
        return "no attribute at all"
    if not hasattr(layer, "p"):
        layer.forward(t.tensor(2, 3), training=True)
    return getattr(layer, "p", 0.3)


def keeps_nothing(layer: object) -> bool:
    """Whether the constructor left nothing behind: no forward, written or not, can know p then."""
    slots = any("__slots__" in vars(kind) for kind in type(layer).__mro__)
    return not (slots or hasattr(layer, "p") or vars(layer))


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


@check(
    "Dropout.__init__",
    "refuses a p that is not a number",
    tried='Dropout(float("nan")): NaN means "not a number"',
)
def refuses_nan(t: Trial) -> object:
    return refusal(t, float("nan"))
