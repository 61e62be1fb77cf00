"""Mutants tried on the checks of their lesson, in processes of their own: one may never end."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import ModuleType

from proof.mutator import Mutant
from tito.engine.bench import Bench
from tito.lesson.model import load_lesson
from tito.lesson.reference import VARIANT_FILE

# All checks together take a twentieth of a second.
LIMIT_S = 20.0
SEEDS = (1, 2, 3)
HUNG = "it never ended"


def first_failed(bench: Bench, text: str, exercise: str = "") -> str | None:
    """The id of a check that fails the module with this text; None where all pass.

    Those of the exercise come first: they are the likeliest to.
    """
    module = ModuleType(bench.lesson.target)
    try:
        exec(compile(text, VARIANT_FILE, "exec", dont_inherit=True), vars(module))
    except Exception as error:
        return f"{type(error).__name__} at import"
    for check in sorted(bench.lesson.checks, key=lambda check: check.exercise != exercise):
        seen, _ = bench.probe(check, module)
        if not bench.judge(check, seen).right:
            return check.id
    return None


def killer(benches: Sequence[Bench], text: str, exercise: str = "") -> str | None:
    """A check that fails it; None where in any of the benches' runs all checks pass."""
    found = None
    for bench in benches:
        found = first_failed(bench, text, exercise)
        if found is None:
            return None
    return found


def serve(lesson: str, connection: Connection) -> None:
    """Answer each text, with the exercise that was changed, with what kills it, until the end."""
    benches = [Bench(load_lesson(lesson), seed) for seed in SEEDS]
    for text, exercise in iter(connection.recv, None):
        connection.send(killer(benches, text, exercise))


class _Child:
    """One process that tries one text after another; another one where that never ends."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(self.lesson, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, text: str, exercise: str) -> str | None:
        """What kills the module with this text."""
        self.connection.send((text, exercise))
        try:
            if self.connection.poll(LIMIT_S):
                return self.connection.recv()
        except EOFError:
            self._start()
            return "it ended its process"
        self.process.kill()
        self.process.join()
        self._start()
        return HUNG

    def end(self) -> None:
        """Let the process go."""
        self.connection.send(None)
        self.process.join()


def killers(lesson: str, tried: Iterable[Mutant], processes: int = 2) -> list[str | None]:
    """For each mutant what kills it; tried side by side."""
    children = [_Child(lesson) for _ in range(processes)]
    free: SimpleQueue[_Child] = SimpleQueue()
    for child in children:
        free.put(child)

    def ask(mutant: Mutant) -> str | None:
        child = free.get()
        try:
            return child.ask(mutant.text, mutant.exercise)
        finally:
            free.put(child)

    try:
        with ThreadPoolExecutor(processes) as pool:
            return list(pool.map(ask, tried))
    finally:
        for child in children:
            child.end()
