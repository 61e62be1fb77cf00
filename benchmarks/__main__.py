"""`python -m benchmarks`: what `tito dev bench` runs."""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks.conductor import Child, measure_rows
from benchmarks.report import table
from benchmarks.sides import SIDES
from benchmarks.targets import checks_of, geometric_checks, verdict
from benchmarks.workloads import ROWS


def main() -> int:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(
        prog="tito dev bench",
        description="Measure TinyTorch beside NumPy by hand (the limit) and PyTorch.",
    )
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.1)
    options = parser.parse_args()
    rows = [
        row
        for row in ROWS
        if not options.rows
        or any(word == row.group or word.lower() in row.name.lower() for word in options.rows)
    ]
    began = time.monotonic()
    children = {name: Child(name) for name in SIDES}
    sides = {name: child for name, child in children.items() if child.missing is None}

    def tell(words: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {words}", file=sys.stderr, flush=True)

    measured = measure_rows(rows, sides, options.rounds, options.seconds, tell)
    for child in sides.values():
        child.end()
    print(table(measured))
    checks = [check for row in measured for check in checks_of(row)] + geometric_checks(measured)
    print(f"\nrepeated readings: {sum(row.repeated for row in measured)}")
    print(verdict(checks))
    return 0


if __name__ == "__main__":
    sys.exit(main())
