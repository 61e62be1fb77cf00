"""What batches gain here: the lesson's sixth question, answered with the figures measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tito.lab.profile.amounts import short, time_words
from tito.lab.profile.readings import Reading

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
            **self.reading.to_dict(),
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
