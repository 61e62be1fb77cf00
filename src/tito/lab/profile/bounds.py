"""What bounds a part of a training step: arithmetic, memory, small products, or the calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tito.lab.profile.amounts import byte_words, rate_words, share_words, time_words
from tito.lab.profile.readings import Reading

#: What takes at least this share of the time is said to bound it.
BOUNDS_FROM = 0.5
#: Where the longest of them takes less than this, something else takes most.
UNEXPLAINED_BELOW = 0.25

#: The part of a step that the batch makes no difference to.
UPDATE = "update"
IN_THE_WAY = "Other programs were in the way (see below), and that alone can do this."

NAMES = {
    "arithmetic": "arithmetic",
    "memory": "memory",
    "products": "products",
    "calls": "Python's overhead",
}


@dataclass(frozen=True)
class Phase:
    """One part of a step: how long it took, and how long four things would take by themselves.

    ``flops`` is 0 where there is no product in it. ``moved_bytes`` is what has to be read or
    written once. ``alone`` has seconds, each at its fastest: "arithmetic", the FLOPs at the peak;
    "memory", the bytes at the rate at which memory moves as many; "products", its products by
    themselves; "calls", the calls with nothing in them. What was not measured is left out.
    """

    name: str
    reading: Reading
    flops: int
    moved_bytes: int
    alone: dict[str, float]

    @property
    def flops_per_second(self) -> float | None:
        """What it achieved; None where there are no products to count."""
        return self.flops / self.reading.median_s if self.flops else None

    @property
    def bytes_per_second(self) -> float:
        """How fast its bytes came by, if each did so once."""
        return self.moved_bytes / self.reading.median_s

    def share(self, cause: str) -> float:
        """The share of the time that one thing takes by itself; at most 1, for noise makes more."""
        return min(self.alone[cause] / self.reading.median_s, 1.0)

    def ranked(self) -> list[str]:
        """The things that take time, the longest first."""
        return sorted(self.alone, key=lambda cause: -self.alone[cause])

    @property
    def longest(self) -> str | None:
        """What takes longest, if that is half of the time or more."""
        ranked = self.ranked()
        return ranked[0] if ranked and round(self.share(ranked[0]), 2) >= BOUNDS_FROM else None

    @property
    def bound(self) -> str | None:
        """What bounds it: what takes longest; of products, what takes half of them or more."""
        if self.longest != "products":
            return self.longest
        within = {each: self.alone.get(each, 0.0) for each in ("arithmetic", "memory")}
        most = max(within, key=lambda each: within[each])
        return most if within[most] >= BOUNDS_FROM * self.alone["products"] else "products"

    def to_dict(self, peak: float) -> dict[str, Any]:
        """Plain data; ``peak`` in FLOPs a second."""
        rate = self.flops_per_second
        return {
            **self.reading.to_dict(),
            "flops": self.flops,
            "gflops": None if rate is None else rate / 1e9,
            "share_of_peak": None if rate is None else rate / peak,
            "moved_bytes": self.moved_bytes,
            "gb_per_s": self.bytes_per_second / 1e9,
            "alone_s": self.alone,
            "bound": self.bound,
        }


def bound_words(phase: Phase, busy: bool = False) -> str:
    """A sentence or two on what bounds it, from its own figures.

    ``busy`` says that other programs took much of the processors' time meanwhile.
    """
    name, bound = phase.name.capitalize(), phase.bound
    if bound is None:
        return f"{name}: {_nothing(phase, busy)}"
    found = "products far below the peak bound it"
    if bound != "products":
        found = f"{NAMES[bound]} bounds it"
    if phase.longest == "products":
        return (
            f"{name}: {found}. Its products by themselves take {_alone(phase, 'products')}; "
            f"{_within(phase, bound)} {_advice(phase, bound, busy)}"
        )
    return f"{name}: {found}. {_why(phase, bound)} {_advice(phase, bound, busy)}"


def _within(phase: Phase, bound: str) -> str:
    """What it is in the products that takes long."""
    seconds = phase.alone.get(bound, 0.0)
    match bound:
        case "arithmetic":
            return f"at the peak their {phase.flops:,} FLOPs would take {time_words(seconds)}."
        case "memory":
            return f"moving {byte_words(phase.moved_bytes)} once takes {time_words(seconds)}."
        case _:
            at_peak, moved = (phase.alone.get(each, 0.0) for each in ("arithmetic", "memory"))
            return (
                f"at the peak they would take {time_words(at_peak)}, and moving their bytes once "
                f"takes {time_words(moved)}."
            )


def _why(phase: Phase, bound: str) -> str:
    """What takes so long."""
    alone = _alone(phase, bound)
    match bound:
        case "arithmetic":
            return f"Its {phase.flops:,} FLOPs at the peak would take {alone}."
        case "memory":
            return f"Moving its {byte_words(phase.moved_bytes)} once takes {alone}."
        case _:
            return f"With nothing to calculate, the same calls take {alone}."


def _advice(phase: Phase, bound: str, busy: bool) -> str:
    """What would make it shorter."""
    if bound == "products" and busy:
        return IN_THE_WAY
    if phase.name == UPDATE:
        if bound == "calls":
            return "The price is one for each parameter tensor, however small."
        return "Fewer parameters would help; the batch makes no difference to it."
    return {
        "arithmetic": "Fewer multiply-adds or a faster processor would help most.",
        "memory": "A larger batch helps: weights are fetched once for all of its examples.",
        "products": "Larger ones come nearer to the peak: a larger batch, or wider layers.",
        "calls": "A larger batch costs little more: it shares that price among its examples.",
    }[bound]


def _nothing(phase: Phase, busy: bool) -> str:
    """Where no one thing takes half: what each takes, or that something else takes most."""
    median, ranked = time_words(phase.reading.median_s), phase.ranked()
    if not ranked:
        return f"what bounds its {median} could not be measured."
    if phase.share(ranked[0]) >= UNEXPLAINED_BELOW:
        parts = [f"{NAMES[each]} {share_words(phase.share(each))}" for each in ranked]
        return f"no one thing takes half of its {median} ({', '.join(parts)})."
    no_calls = "calls" not in phase.alone
    words = f"something else takes most of its {median}; the longest of these is "
    words += f"{NAMES[ranked[0]]}, {share_words(phase.share(ranked[0]))}. "
    if busy:
        return words + IN_THE_WAY
    words += "Work done number by number in Python does that, or copies, or other programs that "
    words += "keep the processors busy"
    return f"{words}{', or the calls, which could not be timed.' if no_calls else '.'}"


def _alone(phase: Phase, cause: str) -> str:
    """How long one thing takes by itself, beside the whole."""
    seconds, whole = phase.alone[cause], phase.reading.median_s
    if seconds >= whole:
        return f"{time_words(seconds)}, as long as all of it ({time_words(whole)})"
    return f"{time_words(seconds)} of {time_words(whole)} ({share_words(phase.share(cause))})"


def peak_words(peak: float, where: tuple[int, int, int]) -> str:
    """The peak of products, and in which it was reached."""
    rows, inner, columns = where
    return f"{rate_words(peak, 'GFLOP/s')}, in ({rows}, {inner}) @ ({inner}, {columns})"
