"""All that is compared of one network: each layer by itself, the whole, and what training made."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from tito.lab.compare.differences import Array, Difference, compare
from tito.lab.compare.exchange import Arrays
from tito.lab.compare.parts import Plain, called

#: Two masks are taken for one where chance makes that with a probability below exp(-20).
_UNLIKELY = 20.0


@dataclass(frozen=True)
class LayerFound:
    """One layer on one input, the same on both sides; ``dropped`` is the share that it dropped."""

    path: str
    name: str
    output: Difference
    gradients: list[Difference]
    inference: Difference | None = None
    dropped: float | None = None
    #: How many numbers there were to drop, and with which probability.
    of: int = 0
    p: float = 0.0
    #: What its output is the same as, where it is not PyTorch's.
    guess: str = ""
    #: Whether ours wrote into its input; whether it has no bias where PyTorch's has one.
    changed: bool = False
    no_bias: bool = False
    #: Whether it dropped the same numbers in two calls, though there were many.
    repeats: bool = False

    def everything(self) -> Iterator[Difference]:
        """What is compared of it, in order."""
        yield self.output
        if self.inference is not None:
            yield self.inference
        yield from self.gradients


@dataclass(frozen=True)
class Findings:
    """The comparison, as data: what `tito compare` says is read from here."""

    layers: list[LayerFound]
    inference: Difference
    output: Difference
    gradients: list[Difference]
    after: list[Difference]
    losses: Difference
    #: The losses of both at the first and the last step.
    first_losses: tuple[float, float] = (0.0, 0.0)
    last_losses: tuple[float, float] = (0.0, 0.0)
    steps: int = 0
    #: Parameters that our own parameters() leaves out, and those that did not move.
    unlisted: list[str] = field(default_factory=list[str])
    still: list[str] = field(default_factory=list[str])

    def whole(self) -> Iterator[Difference]:
        """What is compared of the network as a whole, in order."""
        yield self.inference
        if any(layer.inference is not None for layer in self.layers):
            yield self.output
        yield from self.gradients
        yield from self.after
        yield self.losses

    def everything(self) -> Iterator[Difference]:
        """That, and each layer by itself."""
        for layer in self.layers:
            yield from layer.everything()
        yield from self.whole()
        yield self.output

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)


def find(
    ours: Mapping[str, Array],
    torch: Sequence[Arrays],
    parts: Sequence[Plain],
    listed: Sequence[str],
    steps: int,
) -> Findings:
    """Compare our arrays with PyTorch's: ``torch`` is its run, and the two in 64 bits."""
    turned = [_as_ours(arrays, parts) for arrays in torch]
    names = [name for name in turned[0] if name.startswith("after/")]
    parameters = [name.removeprefix("after/") for name in names]

    def look(what: str, key: str, start: Array | None = None) -> Difference:
        exact = [each[key] for each in turned[1:] if key in each]
        return compare(what, ours.get(key), turned[0].get(key), exact, start)

    def grown(what: str, key: str) -> Difference:
        its = turned[0].get(key)
        return look(what, key, None if its is None else np.zeros_like(its))

    losses = ours.get("losses", np.empty(0)), turned[0]["losses"]
    return Findings(
        layers=[_layer(place, part, ours, look) for place, part in enumerate(parts)],
        inference=look("output at inference", "inference"),
        output=look("output in training", "output"),
        gradients=[grown(f"gradient of {name}", f"gradient/{name}") for name in parameters],
        after=[
            look(f"{name} after {steps} steps", f"after/{name}", _start(ours, turned[0], name))
            for name in parameters
        ],
        losses=look(f"losses of {steps} steps", "losses", np.full_like(losses[1], losses[1][0])),
        first_losses=(float(losses[0][0]), float(losses[1][0])),
        last_losses=(float(losses[0][-1]), float(losses[1][-1])),
        steps=steps,
        unlisted=[name for name in parameters if name not in listed],
        still=[name for name in parameters if _still(ours, name)],
    )


def _start(ours: Mapping[str, Array], its: Arrays, name: str) -> Array | None:
    if f"start/{name}" in ours:
        return ours[f"start/{name}"]
    return np.zeros_like(its[f"after/{name}"])  # what ours has none of begins as zeros in PyTorch


def _still(ours: Mapping[str, Array], name: str) -> bool:
    start, after = ours.get(f"start/{name}"), ours.get(f"after/{name}")
    return start is not None and after is not None and np.array_equal(start, after)


def _as_ours(arrays: Arrays, parts: Sequence[Plain]) -> Arrays:
    """PyTorch's arrays with each weight and its gradient turned to lie as ours does."""
    turned = dict(arrays)
    for place, part in enumerate(parts):
        if "in" not in part["settings"] or part["stored"]:
            continue
        name = f"{part['path']}.weight" if part["path"] else "weight"
        keys = f"gradient/{name}", f"after/{name}", f"layer/{place}/gradient of weight"
        for key in keys:
            turned[key] = arrays[key].T
    return turned


def _layer(place: int, part: Plain, ours: Mapping[str, Array], look: Any) -> LayerFound:
    key, name = f"layer/{place}", called(part["kind"], part["settings"])
    where = f"layer {part['path'] or 0}"
    leaves = ["input", *(["weight"] if "in" in part["settings"] else [])]
    leaves += ["bias"] if part["settings"].get("bias") else []
    output = look(f"output of {where}", f"{key}/y")
    found: dict[str, Any] = {}
    if part["kind"] == "Dropout":
        x, y = ours[f"{key}/x"], ours[f"{key}/y"]
        there = int(np.count_nonzero(x))
        gone = int(np.count_nonzero((x != 0) & (y == 0)))
        found = {
            "inference": look(f"output of {where} at inference", f"{key}/inference"),
            "dropped": gone / there if there else None,
            "of": there,
            "p": part["settings"]["p"],
            "repeats": _repeats(
                ours[f"{key}/kept"], ours[f"{key}/again"], part["settings"]["p"], x.size
            ),
        }
    guess = "" if output.judgement == "same" else _guess(part, ours, key)
    return LayerFound(
        path=part["path"],
        name=name,
        output=output,
        gradients=[
            look(f"gradient of the {leaf} of {where}", f"{key}/gradient of {leaf}")
            for leaf in leaves
        ],
        guess=guess,
        changed=part["changed"],
        no_bias=bool(part["settings"].get("bias")) and "bias" not in part["names"],
        **found,
    )


def _repeats(first: Array, second: Array, p: float, size: int) -> bool:
    """Whether two masks are one, and that is no accident."""
    surprise = -size * math.log(p * p + (1 - p) * (1 - p))
    return surprise > _UNLIKELY and np.array_equal(first, second)


def _guess(part: Plain, ours: Mapping[str, Array], key: str) -> str:
    """What else the layer's output is the same as, of what is often written."""
    x, y = ours[f"{key}/x"].astype(np.float64), ours[f"{key}/y"]
    tries: dict[str, Any] = {}
    if not np.isfinite(y).all():
        return ""
    if part["kind"] == "Dropout":
        kept = np.unpackbits(ours[f"{key}/kept"], count=x.size).reshape(x.shape)
        tries["nothing is dropped"] = x
        tries["the numbers that stay are not scaled by 1 / (1 - p)"] = x * kept
    names = part["names"]
    if "weight" in names:
        weight = ours[f"start/{names['weight']}"].astype(np.float64)
        weight = weight.T if part["stored"] else weight
        bias = ours[f"start/{names['bias']}"].reshape(-1) if "bias" in names else 0.0
        tries["the bias is left out"] = x @ weight
        tries["the bias is taken away, not added"] = x @ weight - bias
        if weight.shape[0] == weight.shape[1]:
            tries["the weight is taken as (out, in), transposed"] = x @ weight.T + bias
    for words, value in tries.items():
        if np.allclose(y, value, rtol=1e-4, atol=1e-5 * float(np.abs(value).max() + 1)):
            return words
    return ""
