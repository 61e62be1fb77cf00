"""Memory: how much a profile may take, and a refusal before a batch that cannot fit."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

from tito.lab.apart.attempt import STEP_LIMIT_S
from tito.lab.networks import ModelFile, Network
from tito.lab.profile.amounts import byte_words

BYTES = 4
#: Python, NumPy, the arrays for the peak and for moving bytes, and the learner's own.
BASE = 2 << 30
#: Address space that NumPy's BLAS takes for each further thread.
EACH_THREAD = 64 << 20
#: Copies of all parameters at one time: weights, their making, gradients, new weights.
COPIES = 6
#: The same for activations: outputs, what they were before the bias, gradients.
FLOWS = 6
LARGEST_SWEPT = 1024
#: Many times what it takes to make, copy and look at a weight on a slow machine.
EACH_PARAMETER_S = 4e-7


class NoRoom(Exception):
    """It cannot fit into this machine's memory; the message says how much it takes."""


def memory_for(network: Network | ModelFile, batch: int, threads: int) -> int:
    """The limit for the process that measures, in bytes. Of a model file only the batch counts."""
    base = BASE + EACH_THREAD * max(threads, 1)
    if isinstance(network, ModelFile):
        return base + base
    flowing = BYTES * sum(network.sizes)
    return base + COPIES * BYTES * network.parameters + FLOWS * flowing * max(batch, LARGEST_SWEPT)


def refuse_too_large(
    network: Network | ModelFile, batch: int, inputs: Sequence[Sequence[int]] = ()
) -> None:
    """NoRoom where the input and the outputs alone take more than the machine has free.

    Of a model file only the ``inputs`` are known, if the person said them.
    """
    free = free_memory()
    if free is None:
        return
    known = isinstance(network, Network)
    flowing = sum(network.sizes) if known else sum(map(math.prod, inputs))
    needed = BYTES * (2 * batch * flowing + 3 * (network.parameters if known else 0))
    if needed > free:
        each = byte_words(BYTES * flowing)
        raise NoRoom(
            f"A batch of {batch:,} takes at least {byte_words(needed)} in training ({each} an "
            "example, twice, and the weights with their gradients), but this machine has "
            f"{byte_words(free)} free. Take a smaller --batch."
        )


def patience_for(network: Network | ModelFile) -> float:
    """Seconds that may pass without a sign of life: making many weights takes a while."""
    parameters = network.parameters if isinstance(network, Network) else 0
    return STEP_LIMIT_S + parameters * EACH_PARAMETER_S


def free_memory() -> int | None:
    """Bytes that programs can still have; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
