"""`python -m benchmarks`: what `tito dev bench` runs."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from benchmarks import scaling
from benchmarks.conductor import OURS, Patience, measure_row
from benchmarks.picture import save_picture
from benchmarks.processes import ROOT, THREADS, Child, SideFailed
from benchmarks.report import MARK, NAMES, scaling_table, table
from benchmarks.results import Run
from benchmarks.sides import SIDES
from benchmarks.targets import all_checks, verdict
from benchmarks.workloads import GROUPS, ROWS, Row

#: Rounds, seconds a reading, and rounds of the sweeps.
FULL, QUICK = (7, 0.08, 2), (3, 0.05, 1)
#: Where the rounds of a row disagree, it gets up to so many times as many.
MORE_ROUNDS = 3
#: These take long and vary little.
FEWER_ROUNDS = {"memory": 5, "digits": 5}
#: How long the repeats of a row's disturbed readings may take.
PATIENCE_S = 3.0
RESULTS = Path("benchmarks/results")
DESCRIPTION = """\
Measure TinyTorch beside the limit (the same formulas by hand in NumPy, every array allocated
beforehand) and beside PyTorch, one process a side, in turn. Prints a table, says which targets
hold, and writes results.json and results.png. A whole run takes four to eight minutes; leave
the machine alone meanwhile. benchmarks/README.md says how to read it."""


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for, print it, write it down; the exit code."""
    options = parser().parse_args(arguments)
    rows, sweeps = chosen(options.rows)
    if not rows and not sweeps:
        print(f"No row is called {' or '.join(options.rows)}. {groups()}", file=sys.stderr)
        return 2
    try:
        run = measure(rows, sweeps, *(QUICK if options.quick else FULL))
    except SideFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.", file=sys.stderr)
        return 130
    show(run)
    write(run, options.out)
    return 0


def parser() -> argparse.ArgumentParser:
    """What a person can type."""
    made = argparse.ArgumentParser(
        prog=f"{os.environ.get('TITO_COMMAND') or 'tito'} dev bench",
        description=DESCRIPTION,
        epilog=groups(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "rows", nargs="*", metavar="ROW", help="only this group, or rows with this in their name"
    )
    made.add_argument(
        "--quick", action="store_true", help="fewer and shorter rounds: a first impression"
    )
    made.add_argument(
        "--out",
        type=Path,
        default=RESULTS,
        metavar="FOLDER",
        help=f"where results.json and results.png go, from the project's root ({RESULTS})",
    )
    return made


def groups() -> str:
    """The groups' names, in a sentence."""
    return f"Groups: {', '.join([*GROUPS, scaling.GROUP])}."


def chosen(words: list[str]) -> tuple[list[Row], bool]:
    """The rows that were asked for, and whether the sweeps were."""
    if not words:
        return list(ROWS), True
    in_names = [word.lower() for word in words if word not in GROUPS]
    rows = [
        row
        for row in ROWS
        if row.group in words or any(word in row.full_name.lower() for word in in_names)
    ]
    return rows, scaling.GROUP in words


def measure(rows: list[Row], sweeps: bool, rounds: int, seconds: float, sweep_rounds: int) -> Run:
    """Start the sides, measure everything, end them."""
    children = {name: Child(name) for name in SIDES}
    sides = {name: child for name, child in children.items() if child.missing is None}
    run = Run(
        {name: child.version for name, child in sides.items()},
        {name: child.missing for name, child in children.items() if child.missing},
        rounds,
    )
    total = len(rows) + sweeps * sum(len(sweep.sizes) for sweep in scaling.SWEEPS)
    tell = Progress(total).tell
    try:
        for row in rows:
            tell(row.full_name)
            times = min(rounds, FEWER_ROUNDS.get(row.group, rounds))
            most = rounds * MORE_ROUNDS if times == rounds == FULL[0] else times
            run.results.append(measure_row(row, sides, times, seconds, Patience(PATIENCE_S), most))
        if sweeps:
            run.curves += scaling.measure(sides, sweep_rounds, seconds, tell)
    finally:
        for child in children.values():
            child.end()
    return run


class Progress:
    """A line on standard error for each row that begins; on a terminal, always the same line."""

    def __init__(self, total: int) -> None:
        """``total`` rows will begin."""
        self.total, self.done, self.began = total, 0, time.monotonic()

    def tell(self, name: str) -> None:
        """The next row begins."""
        self.done += 1
        line = f"{time.monotonic() - self.began:4.0f} s  {self.done}/{self.total}  {name}"
        if sys.stderr.isatty():
            end = "\n" if self.done == self.total else ""
            print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def show(run: Run) -> None:
    """Print where it was measured, the tables and the verdict."""
    print(f"{run.machine}; {run.versions[OURS]}, {run.versions.get('torch', 'no PyTorch')}")
    more = f" (up to {run.rounds * MORE_ROUNDS} where they disagree)" * (run.rounds == FULL[0])
    print(f"medians of {run.rounds} rounds{more}, in brackets the middle half; {THREADS} threads")
    print("a ratio above 1: TinyTorch is faster, or needs less memory\n")
    if run.results:
        print(table(run.results), end="\n\n")
    if run.curves:
        print(scaling_table(run.curves), end="\n\n")
    for side, why in run.missing.items():
        print(f"{NAMES[side]} was left out: {why}.")
    repeated = sum(result.repeated for result in run.every_result)
    disturbed = sum(result.disturbed for result in run.every_result)
    readings = sum(len(r) for result in run.every_result for r in result.readings.values())
    print(f"{readings} readings; disturbed ones were taken again, {repeated} times.", end=" ")
    mark = f" {MARK} marks where these are more than a third." if disturbed else ""
    print(f"{disturbed} stayed disturbed.{mark}\n")
    print(verdict(all_checks(run.results)))


def write(run: Run, folder: Path) -> None:
    """Write the figures and the picture into a folder, which is made if need be."""
    folder = ROOT / folder
    folder.mkdir(parents=True, exist_ok=True)
    run.write(folder / "results.json")
    print(f"\nwritten: {folder / 'results.json'}")
    try:
        save_picture(run, folder / "results.png")
    except ModuleNotFoundError:
        print("no picture: it needs matplotlib")
    else:
        print(f"written: {folder / 'results.png'}")


if __name__ == "__main__":
    sys.exit(main())
