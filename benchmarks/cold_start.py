"""What a person waits for: a cold `tito test` against `import numpy`, and what the launcher adds.

    .venv/bin/python benchmarks/cold_start.py

Runs are interleaved; ratios are taken within a round, so that a busy machine slows both alike.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 15
ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
RIGHT = ROOT / "tests" / "lessons" / "layers" / "files" / "right" / "page.py"

COMMANDS = {
    "import numpy": [sys.executable, "-c", "import numpy"],
    "tito test, a right file": [BIN / "tito", "test", "--file", RIGHT],
    "tito --help": [BIN / "tito", "--help"],
    "./tito --help": [ROOT / "tito", "--help"],
}


def seconds(command: Sequence[str | Path]) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Run all in turn, and print the table."""
    rounds = [{name: seconds(c) for name, c in COMMANDS.items()} for _ in range(ROUNDS)]
    base = "import numpy"
    print(f"medians of {ROUNDS} interleaved rounds\n")
    print(f"{'command':<26}{'ms':>8}{'times import numpy':>21}{'spread':>16}")
    for name in COMMANDS:
        ratios = sorted(r[name] / r[base] for r in rounds)
        middle = statistics.median(r[name] for r in rounds) * 1000
        spread = f"{ratios[1]:.2f} to {ratios[-2]:.2f}"
        print(f"{name:<26}{middle:>8.0f}{statistics.median(ratios):>21.2f}{spread:>16}")
    added = statistics.median(r["./tito --help"] - r["tito --help"] for r in rounds) * 1000
    print(f"\nthe launcher adds {added:.1f} ms")


if __name__ == "__main__":
    main()
