"""What the numbers say, in sentences: the same to rounding, or where the two part first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tito.lab.compare.differences import Difference, Findings, LayerFound
from tito.say.terminal import listed

Stage = Literal["none", "forward", "gradient", "network", "training"]
#: So many standard deviations off p is no accident, for the share that a Dropout drops.
_SIGMAS = 6.0


@dataclass(frozen=True)
class Verdict:
    """Whether the two agree; where they part first: at which stage, and in which layer."""

    agree: bool
    stage: Stage
    words: str
    layer: str | None = None

    @property
    def brief(self) -> str:
        """The first sentence where all is well; what is wrong is said in full."""
        return self.words.partition(". ")[0].rstrip(".") + "." if self.agree else self.words


def judge(found: Findings) -> Verdict:
    """The first cause, in the order in which one thing leads to another."""
    for layer in found.layers:
        if words := _forward(layer, f"layer {layer.path or 0}, {layer.name}"):
            return Verdict(False, "forward", f"Not the same: {words}", layer.path)
    for layer in reversed(found.layers):
        if words := _backward(layer, f"layer {layer.path or 0}, {layer.name}"):
            return Verdict(False, "gradient", f"Not the same: {words}", layer.path)
    if words := _network(found):
        return Verdict(False, "network", f"Not the same: {words}")
    for each in (*found.after, found.losses):
        if each.judgement != "differs":
            continue
        if each.why.startswith("NaN or infinity"):
            words = (
                "This cannot be told: forward and gradients agree, but then training breaks down. "
                f"In {the(each.what)}, {each.why}. Try other sizes, or fewer steps."
            )
        else:
            words = "Not the same: forward and gradients agree, but training differs. "
            words += _unlisted(found.unlisted) or f"In {the(each.what)}, {amount(each)}."
        return Verdict(False, "training", words)
    return Verdict(True, "none", _agreement(found))


def _forward(layer: LayerFound, name: str) -> str:
    """Where its forward parts from PyTorch's; nothing where it does not."""
    for each, begin, more in (
        (layer.output, "the forward pass first differs", ""),
        (
            layer.inference,
            "at inference it first differs",
            " It should hand its input on unchanged when training is over.",
        ),
    ):
        if each is not None and each.judgement != "same":
            return f"{begin} at {name}. In its output, {amount(each)}.{more}"
        if layer.changed:
            return (
                f"{name}, writes into its input: whoever holds that array finds other numbers in "
                "it. PyTorch's makes new ones."
            )
    if layer.repeats:
        return f"{name}, drops the same numbers in each call. PyTorch's draws anew."
    spread = (layer.p * (1 - layer.p) / max(layer.of, 1)) ** 0.5
    if layer.dropped is not None and abs(layer.dropped - layer.p) > _SIGMAS * spread + 1e-9:
        return (
            f"{name}, drops {layer.dropped:.1%} of {layer.of:,} numbers, where PyTorch's drops "
            f"each with probability {layer.p:g}."
        )
    return ""


def _backward(layer: LayerFound, name: str) -> str:
    """Where its gradients part from PyTorch's; nothing where they do not."""
    wrong = next((each for each in layer.gradients if each.judgement != "same"), None)
    if wrong is None:
        return ""
    none = "none came from ours"
    if all(each.why == none for each in layer.gradients):
        return (
            f"forward they agree, but no gradient comes back through {name}: it cuts the way to "
            "what comes before it."
        )
    said = "no gradient came from ours" if wrong.why == none else amount(wrong)
    return (
        f"forward they agree, but going backward the gradients first differ at {name}. In the "
        f"{wrong.what.partition(' of layer ')[0]}, {said}."
    )


def _network(found: Findings) -> str:
    """Where each layer by itself is right, and the whole is not."""
    alone = "each layer by itself agrees, but the network as a whole does not. In the"
    for each in (found.inference, found.output):
        if each.judgement != "same":
            more = "Look at how Sequential runs its layers."
            return f"{alone} {each.what}, {amount(each)}. {more}"
    for each in found.gradients:
        if each.judgement == "differs":
            return f"{alone} {each.what}, {amount(each)}."
    return ""


def _unlisted(names: list[str]) -> str:
    if not names:
        return ""
    be, them = ("are", "them") if len(names) > 1 else ("is", "it")
    shown = [*names[:4], f"{len(names) - 4} more"] if len(names) > 5 else names
    return (
        f"{listed(shown)} {be} not in the network's parameters(), so no step of training changes "
        f"{them}."
    )


def _agreement(found: Findings) -> str:
    every = list(found.everything())
    far = max(every, key=lambda each: each.relative or 0.0)
    steps = f"{found.steps} steps of training" if found.steps > 1 else "a step of training"
    close = [each for each in every if each.judgement == "close"]
    if not close:
        return (
            f"The same to rounding: forward, in gradients and after {steps}. The greatest "
            f"difference for its size is in {the(far.what)}: {amount(far)}."
        )
    widest = max(close, key=lambda each: each.share or 0.0)
    way = "the way that training moved it" if " after " in widest.what else "its size"
    return (
        "The same to rounding in each layer, forward and in its gradients. In the network as a "
        f"whole rounding grows: in {the(widest.what)}, {amount(widest)}. As a whole that is "
        f"{widest.share or 0.0:.2%} of {way}. Now and then rounding puts a number on the other "
        "side of a kink such as ReLU's 0, and each step carries that on."
    )


def amount(difference: Difference) -> str:
    """How far apart, in words."""
    if difference.greatest is None:
        return difference.why
    where = f" at {list(difference.place)}" if difference.place else ""
    return (
        f"they differ by {short(difference.greatest)}{where}, with numbers up to "
        f"{short(difference.size or 0.0)}, where rounding alone makes "
        f"{short(difference.rounding or 0.0)}"
    )


def the(what: str) -> str:
    """A thing compared, with its article; a parameter's name has none."""
    return what if what[0].isdigit() or what.startswith(("weight", "bias")) else f"the {what}"


def short(number: float) -> str:
    """A number as one says it: 0.0312, 1.2e-07."""
    return f"{number:.2g}" if number < 0.1 else f"{number:.3g}"
