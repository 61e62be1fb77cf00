"""What a probe is given: the module under trial, seeded small numbers, and a way to see errors."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.tensor import Tensor
from tinytorch.rng import manual_seed


class Waits(Exception):
    """A probe cannot have the object that it needs: the exercise ``args[0]`` has to come first.

    ``args[1]`` is the error with which the learner's code refused, if it did.
    """


_HALVES = np.array([-3, -2.5, -2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2, 2.5, 3], dtype=np.float32)


class Trial:
    """One run of one probe on one module: the learner's, the reference's, or a variant's.

    The same seed gives the same numbers in every process. Numbers are halves between -3 and 3, so
    that sums are exact in float32 and a person can follow them. With another ``chance`` the
    numbers of the probe stay, and those that the module draws are others.
    """

    def __init__(self, module: Any, seed: int, chance: int = 0) -> None:
        self.module = module
        self.rng = np.random.default_rng(seed)
        self.inputs: dict[str, object] = {}
        random.seed(seed + chance)
        manual_seed((seed + chance) % 2**32)

    def made(self, part: str, *arguments: Any, **named: Any) -> Any:
        """An object of the class of that name, made as anyone makes it.

        Waits where its constructor refuses: what the object would do is not known then.
        """
        kind = getattr(self.module, part)
        try:
            return kind(*arguments, **named)
        except MemoryError:
            raise
        except Exception as error:
            raise Waits(f"{part}.__init__", error) from None

    def given(self, name: str, value: Any) -> Any:
        """Hand ``value`` on, and remember it as an input to show when the check fails."""
        self.inputs[name] = value.data.copy() if isinstance(value, Tensor) else value
        return value

    def values(self, *shape: int) -> NDArray[np.float32]:
        """A float32 array of that shape, of halves in [-3, 3] without zero.

        As long as there are enough of them, no two are equal: equal numbers hide mistakes.
        """
        return self.rng.choice(_HALVES, size=shape, replace=math.prod(shape) > _HALVES.size)

    def tensor(self, *shape: int, name: str = "x", requires_grad: bool = False) -> Tensor:
        """A Tensor of such values, remembered as the input ``name``."""
        return self.given(name, Tensor(self.values(*shape), requires_grad=requires_grad))

    def raised(self, action: Callable[[], object]) -> object:
        """The exception that ``action`` raises; the words "no error" if it raises none."""
        try:
            action()
        except Exception as error:
            return error
        return "no error"


def check_seed(run_seed: int, check_id: str, sample: int = 0) -> int:
    """The seed of one check in a run: the same whatever ran before it."""
    digest = hashlib.blake2b(f"{run_seed}:{check_id}:{sample}".encode(), digest_size=8).digest()
    return int.from_bytes(digest)
