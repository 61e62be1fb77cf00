"""What was measured, and what follows from it: what bounds a step, and what batches gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tito.lab.profile.amounts import byte_words, rate_words, share_words, short, time_words
from tito.lab.profile.machine import Product, Reading, flops_of, is_busy

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
            **asdict(self.reading),
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
    alone, size = _alone(phase, phase.longest or bound), byte_words(phase.moved_bytes)
    at_peak, moved = (time_words(phase.alone.get(c, 0.0)) for c in ("arithmetic", "memory"))
    found = f"{NAMES[bound]} bounds it"
    if bound == "products":
        found = "products far below the peak bound it"
    why = {
        "arithmetic": f"Its {phase.flops:,} FLOPs at the peak would take {alone}.",
        "memory": f"Moving its {size} once takes {alone}.",
        "calls": f"With nothing to calculate, the same calls take {alone}.",
    }
    within = {
        "arithmetic": f"at the peak their {phase.flops:,} FLOPs would take {at_peak}.",
        "memory": f"moving {size} once takes {moved}.",
        "products": f"at the peak they would take {at_peak}, and moving their bytes once takes "
        f"{moved}.",
    }
    cause = (
        f"Its products by themselves take {alone}; {within[bound]}"
        if phase.longest == "products"
        else why[bound]
    )
    return f"{name}: {found}. {cause} {_advice(phase, bound, busy)}"


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


SIZES = tuple(2**power for power in range(11))
#: The batch that the lesson's question compares with a single example.
ASKED = 32
#: A batch with this share of the best throughput is as good as it gets.
NEAR_BEST = 0.9
#: From this share on a part is nearly all.
NEARLY_ALL = 0.95
#: Two figures that differ by less than this are called equal: the clock is no better.
ALIKE = 0.05


@dataclass(frozen=True)
class Batch:
    """A forward pass of so many examples."""

    size: int
    reading: Reading

    @property
    def each_s(self) -> float:
        """Seconds for each example."""
        return self.reading.median_s / self.size

    @property
    def per_second(self) -> float:
        """Examples a second."""
        return self.size / self.reading.median_s

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "batch": self.size,
            **asdict(self.reading),
            "seconds_per_example": self.each_s,
            "examples_per_s": self.per_second,
        }


def best_of(batches: Sequence[Batch]) -> Batch:
    """The batch with the most examples a second."""
    return max(batches, key=lambda batch: batch.per_second)


def fixed_s(batches: Sequence[Batch]) -> float:
    """What a call costs besides its example: the time of one, less an example's at best."""
    return max(batches[0].each_s - best_of(batches).each_s, 0.0)


def enough(batches: Sequence[Batch]) -> Batch:
    """The smallest batch whose throughput is near the best."""
    most = best_of(batches).per_second
    return next(batch for batch in batches if batch.per_second >= NEAR_BEST * most)


def asked_of(batches: Sequence[Batch]) -> Batch:
    """The batch of 32; the largest below it where that was not measured."""
    return max((b for b in batches if b.size <= ASKED), key=lambda batch: batch.size)


def answer(batches: Sequence[Batch]) -> list[str]:
    """Two or three sentences that follow from the figures; the first batch is a single example."""
    if len(batches) < 2:
        return ["Only one batch was measured, so there is nothing to compare it with."]
    return [_gain(batches[0], asked_of(batches)), _price(batches), _enough(batches)]


def _gain(one: Batch, many: Batch) -> str:
    """How much faster an example is in company."""
    factor = one.each_s / many.each_s
    times = f"alone it takes {time_words(one.each_s)}, in a batch of {many.size} "
    times += f"it takes {time_words(many.each_s)}"
    if factor >= 1 + ALIKE:
        return f"An example is {short(factor)} times faster in a batch of {many.size}: {times}."
    if factor > 1 / (1 + ALIKE):
        return f"An example takes as long alone as in a batch of {many.size}: {times}."
    return f"A batch of {many.size} is slower for each example here: {times}."


def _price(batches: Sequence[Batch]) -> str:
    """The fixed price of a call, and an example at best."""
    one, best, fixed = batches[0], best_of(batches), fixed_s(batches)
    at_best = f"at best an example costs {time_words(best.each_s)} (batch {best.size})"
    if fixed < ALIKE * one.each_s:
        return f"A call has no fixed price that could be seen: {at_best}."
    share = f"Of the {time_words(one.each_s)} alone, {time_words(fixed)} are"
    if fixed > NEARLY_ALL * one.each_s:
        share = f"Nearly all of the {time_words(one.each_s)} alone is"
    return (
        f"{share} the price of a call (Python, and fetching the weights), which a batch pays once "
        f"for all of its examples; {at_best}."
    )


def _enough(batches: Sequence[Batch]) -> str:
    """From where on a larger batch only makes one wait."""
    found, last = enough(batches), batches[-1]
    if found is last:
        return (
            f"The largest batch measured, {last.size}, does over a tenth more examples a second "
            f"than any other; its price is the wait of {time_words(last.reading.median_s)}."
        )
    if found is batches[0]:
        return "So larger batches bring little here but a longer wait."
    return (
        f"From a batch of {found.size} on there is little left to gain (90% of the best "
        f"throughput, or more, is reached there), and the wait grows: "
        f"{time_words(found.reading.median_s)} for {found.size}, "
        f"{time_words(last.reading.median_s)} for {last.size}."
    )


@dataclass(frozen=True)
class Times:
    """The parts of a training step, and the peak beside which they stand.

    ``untrained`` says why only the forward was measured, where that is so; ``others`` is the share
    of the processors' time that went to other programs, where the system tells.
    """

    phases: list[Phase]
    products: dict[Product, float]
    untrained: str | None = None
    without_gradient: int = 0
    others: float | None = None

    @property
    def peak(self) -> float:
        """The most FLOPs a second seen here, in a product alone or in the network itself."""
        achieved = (phase.flops_per_second or 0.0 for phase in self.phases)
        return max(*self.products.values(), *achieved)

    @property
    def peak_product(self) -> Product:
        """The product that was fastest."""
        return max(self.products, key=lambda product: self.products[product])

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "peak_gflops": self.peak / 1e9,
            "products": [
                {"rows": rows, "inner": inner, "columns": columns, "gflops": rate / 1e9}
                for (rows, inner, columns), rate in self.products.items()
            ],
            **{phase.name: phase.to_dict(self.peak) for phase in self.phases},
            "not_trained_because": self.untrained,
            "parameters_without_gradient": self.without_gradient,
            "others_share": self.others,
            "words": [bound_words(phase, is_busy(self.others)) for phase in self.phases],
        }


@dataclass(frozen=True)
class Sweep:
    """Batches of several sizes, the smallest first; ``left_out`` says why larger ones are not.

    ``drops`` is true where the network could not be told that its training is over.
    """

    batches: list[Batch] = field(default_factory=list[Batch])
    left_out: str | None = None
    drops: bool = False
    others: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        batches, one = self.batches, self.batches[0]
        asked = asked_of(batches)
        return {
            "rows": [batch.to_dict() for batch in batches],
            "larger_left_out_because": self.left_out,
            "drops": self.drops,
            "others_share": self.others,
            "fixed_s": fixed_s(batches),
            "best_batch": best_of(batches).size,
            "enough_batch": enough(batches).size,
            "speed_up": {"batch": asked.size, "times": one.each_s / asked.each_s},
            "words": answer(batches),
        }


def plain_times(times: Times) -> dict[str, Any]:
    """For another process."""
    return {**asdict(times), "products": [[*each, rate] for each, rate in times.products.items()]}


def times_from(plain: Mapping[str, Any]) -> Times:
    """What `plain_times` gave."""
    rows: list[Any] = plain["phases"]
    phases = [Phase(**(each | {"reading": Reading(**each["reading"])})) for each in rows]
    products = {(r, i, c): rate for r, i, c, rate in plain["products"]}
    rest = (plain[name] for name in ("untrained", "without_gradient", "others"))
    return Times(phases, products, *rest)


def sweep_from(plain: Mapping[str, Any]) -> Sweep:
    """What `asdict` gave of one."""
    rows: list[Any] = plain["batches"]
    batches = [Batch(each["size"], Reading(**each["reading"])) for each in rows]
    return Sweep(batches, plain["left_out"], plain["drops"], plain["others"])


def rates(products: Mapping[Product, Reading]) -> dict[Product, float]:
    """FLOPs a second of each product at its fastest: that is what a peak is."""
    return {each: flops_of(each) / reading.best_s for each, reading in products.items()}
