"""A process for one side: reads what to measure, a line of JSON each, and answers likewise.

    python -m benchmarks.child SIDE

Its first line says which work the side knows, or why it cannot be had here.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any

from benchmarks import reading
from benchmarks.sides import SIDES
from benchmarks.workloads import Work


def main(side: str) -> None:
    """Answer until the questions end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the conductor's: it ends the questions
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer

    def answer(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    try:
        module = importlib.import_module(SIDES[side])
    except ModuleNotFoundError as error:
        if error.name != side:
            raise
        answer({"missing": f"{error.name} is not installed"})
        return
    answer({"kinds": list(module.KINDS), "version": module.VERSION})
    for line in sys.stdin:
        question = json.loads(line)
        taken = measure(module, Work.from_asked(question["work"]), question["seconds"])
        reading.rest()
        answer(asdict(taken))


def measure(side: Any, work: Work, seconds: float) -> reading.Reading:
    """One reading, from fresh weights; all of it is gone afterwards."""
    job = side.KINDS[work.kind](work)
    with job.mode():
        return reading.take(job.run, seconds)


if __name__ == "__main__":
    main(sys.argv[1])
