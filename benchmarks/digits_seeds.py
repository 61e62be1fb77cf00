"""How good the digit recogniser is, and how long it trains, over many seeds.

python benchmarks/digits_seeds.py [SEEDS]

Prints one line a seed, then the median, the least and the most. One BLAS thread, one process.
"""

import os
import statistics
import sys
import time

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

from tito.lab.train.digits import held_out_accuracy  # noqa: E402


def main(seeds: int) -> None:
    """Train once for each seed and print what came of it."""
    accuracies, times = list[float](), list[float]()
    for seed in range(seeds):
        began = time.perf_counter()
        accuracies.append(held_out_accuracy(seed))
        times.append(time.perf_counter() - began)
        print(f"seed {seed:3}   held out {accuracies[-1]:.2%}   {times[-1]:.2f} s", flush=True)
    for name, values, form in (("held out", accuracies, ".2%"), ("seconds", times, ".2f")):
        median, least, most = statistics.median(values), min(values), max(values)
        print(f"{name}: median {median:{form}}, from {least:{form}} to {most:{form}}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
