"""What gradcheck reports: where two gradients disagree, how far, and what to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


class GradcheckError(ValueError):
    """Raised by `gradcheck`: gradients that disagree, or that cannot be compared.

    >>> from tinytorch import GradcheckError
    >>> issubclass(GradcheckError, ValueError)
    True
    """


@dataclass
class Comparison:
    """What autograd and finite differences say about one number of an input."""

    place: int
    index: tuple[int, ...]
    autograd: float | None
    left: float
    right: float
    rtol: float
    atol: float
    spread: float = 0.0  # how far apart the differences of two steps are

    @property
    def difference(self) -> float:
        """The slope by finite differences: the mean of the slopes to the left and to the right."""
        return (self.left + self.right) / 2

    @property
    def allowed(self) -> float:
        """How far apart the two may be."""
        return self.atol + self.rtol * abs(self.difference)

    @property
    def excess(self) -> float:
        """How far apart they are, over what is allowed; infinite beside a NaN."""
        excess = abs((self.autograd or 0.0) - self.difference) / self.allowed
        return excess if np.isfinite(excess) else np.inf

    def told(self, count: int, weight: float | None) -> str:
        """The message for a person, where `count` numbers are wrong.

        `weight` is that of the only number in the results that this one acts on, if it is so.
        """
        if weight is not None:
            slope = None if self.autograd is None else self.autograd / weight
            sides = self.left / weight, self.right / weight
            atol, spread = self.atol / abs(weight), self.spread / abs(weight)
            return Comparison(self.place, self.index, slope, *sides, self.rtol, atol, spread).text(
                f"the worst of {count} that disagree"
            )
        return self.text(
            f"the worst of {count} that disagree; of all results, added up with random weights"
        )

    def text(self, remark: str) -> str:
        """What differs, by how much, and what to look at."""
        where = f"input {self.place}" + (f" at {list(self.index)}" if self.index else "")
        says = "nothing" if self.autograd is None else f"{self.autograd:.8g}"
        apart = abs((self.autograd or 0.0) - self.difference)
        return (
            "gradcheck expects autograd's gradients to agree with finite differences, got "
            f"{where}: autograd says {says}, finite differences say {self.difference:.8g}, which "
            f"is {apart:.3g} apart where {self.allowed:.3g} is allowed ({remark}). {self.repair()}"
        )

    def repair(self) -> str:
        """What to look at."""
        if not np.isfinite(self.difference):
            return "f is not finite around this input: choose other numbers."
        if self.autograd is None:
            return "The graph is cut on the way: look for .data, .detach(), a new Tensor, no_grad."
        if not np.isfinite(self.autograd):
            return "detect_anomaly() around it names the operation that made this."
        if self.spread > abs(self.autograd - self.difference) / 4:
            return (
                f"Finite differences of two steps are {self.spread:.3g} apart themselves: f jumps "
                "here, or rounding in it hides the change. Choose other numbers, or a larger eps."
            )
        low, high = sorted((self.left, self.right))
        if low <= self.autograd <= high and high - low > 1000 * self.allowed:
            return (
                f"The slope is {self.left:.6g} to the left and {self.right:.6g} to the right: f "
                "bends here, and has no gradient to compare with. Choose other numbers."
            )
        return "Look at the derivatives of the operations that this input goes through."
