"""What the numbers say, in sentences: the same to rounding, or where the two part first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tito.lab.compare.differences import Difference
from tito.lab.compare.findings import Findings, LayerFound
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
    for look in (_forward, _backward, _network, _training):
        if (verdict := look(found)) is not None:
            return verdict
    return Verdict(True, "none", _agreement(found))


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


def _forward(found: Findings) -> Verdict | None:
    for layer in found.layers:
        if layer.output.judgement != "same":
            return _parts(layer, layer.output, "the forward pass first differs")
        if layer.changed:
            return _no(
                "forward",
                f"{_called(layer)} writes into its input: whoever holds that array finds other "
                "numbers in it. PyTorch's makes new ones.",
                layer,
            )
        if layer.inference is not None and layer.inference.judgement != "same":
            more = " It should hand its input on unchanged when training is over."
            return _parts(layer, layer.inference, "at inference it first differs", more)
        if layer.repeats:
            return _no(
                "forward",
                f"{_called(layer)} drops the same numbers in each call. PyTorch's draws anew.",
                layer,
            )
        if layer.dropped is not None and _odd_share(layer):
            return _no(
                "forward",
                f"{_called(layer)} drops {layer.dropped:.1%} of {layer.of:,} numbers, where "
                f"PyTorch's drops each with probability {layer.p:g}.",
                layer,
            )
    return None


def _no(stage: Stage, words: str, layer: LayerFound | None = None) -> Verdict:
    return Verdict(False, stage, f"Not the same: {words}", layer.path if layer else None)


def _called(layer: LayerFound) -> str:
    return f"layer {layer.path or 0}, {layer.name},"


def _odd_share(layer: LayerFound) -> bool:
    spread = (layer.p * (1 - layer.p) / max(layer.of, 1)) ** 0.5
    return abs((layer.dropped or 0.0) - layer.p) > _SIGMAS * spread + 1e-9


def _parts(layer: LayerFound, difference: Difference, begin: str, more: str = "") -> Verdict:
    more = more or (f" It looks as if {layer.guess}." if layer.guess else "")
    where = f"{begin} at {_called(layer)[:-1]}. In its output, {amount(difference)}."
    return _no("forward", where + more, layer)


def _backward(found: Findings) -> Verdict | None:
    for layer in reversed(found.layers):
        wrong = [each for each in layer.gradients if each.judgement != "same"]
        if not wrong:
            continue
        if layer.no_bias:
            return _no("gradient", f"{_called(layer)} has no bias, but PyTorch's has one.", layer)
        none = [each for each in layer.gradients if each.why == "none came from ours"]
        if len(none) == len(layer.gradients):
            return _no(
                "gradient",
                f"forward they agree, but no gradient comes back through {_called(layer)[:-1]}: "
                "it cuts the way to what comes before it.",
                layer,
            )
        first = wrong[0]
        said = "no gradient came from ours" if first in none else amount(first)
        leaf = first.what.partition(" of layer ")[0]
        return _no(
            "gradient",
            "forward they agree, but going backward the gradients first differ at "
            f"{_called(layer)[:-1]}. In the {leaf}, {said}.",
            layer,
        )
    return None


def _network(found: Findings) -> Verdict | None:
    """Each layer by itself is right, and the whole is not."""
    alone = "each layer by itself agrees, but the network as a whole does not."
    for difference in (found.inference, found.output):
        if difference.judgement != "same":
            more = "Look at how Sequential runs its layers."
            return _no("network", f"{alone} In the {difference.what}, {amount(difference)}. {more}")
    for difference in found.gradients:
        if difference.judgement == "differs":
            return _no("network", f"{alone} In the {difference.what}, {amount(difference)}.")
    return None


def _training(found: Findings) -> Verdict | None:
    apart = [each for each in (*found.after, found.losses) if each.judgement == "differs"]
    if not apart:
        return None
    if apart[0].why.startswith("NaN or infinity"):
        words = (
            "This cannot be told: forward and gradients agree, but then training breaks down. In "
            f"{the(apart[0].what)}, {apart[0].why}. Try other sizes, or fewer steps."
        )
        return Verdict(False, "training", words)
    begin = "forward and gradients agree, but training differs."
    if found.still and len(found.still) == len(found.after):
        return _no("training", f"{begin} No step changes any parameter.")
    if found.unlisted:
        many = len(found.unlisted) > 1
        return _no(
            "training",
            f"{begin} {_listed(found.unlisted)} {'are' if many else 'is'} not in the network's "
            f"parameters(), so no step of training changes {'them' if many else 'it'}.",
        )
    return _no("training", f"{begin} In {the(apart[0].what)}, {amount(apart[0])}.")


def _listed(names: list[str]) -> str:
    shown = [*names[:4], f"{len(names) - 4} more"] if len(names) > 5 else names
    return listed(shown)


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
