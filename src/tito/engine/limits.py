"""How long things may take, and when more time is due: to a busy machine, to a slow import."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass

from tito.engine.source import Source

_SHARE = 0.75  # of a processor: who gets less may only have waited for it


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds of wall time.

    A probe and the import of the file have ``probe_s``, and ``again_s`` when they are tried once
    more; what stands in an import has ``import_s``, which is also added to the run. A run in
    which nothing hangs has ``longer_s``.
    """

    probe_s: float = 2.0
    again_s: float = 3.0
    import_s: float = 20.0
    run_s: float = 10.0
    longer_s: float = 20.0
    closing_s: float = 2.0
    grace_s: float = 2.0  # for what the worker says itself, when its clock has run out

    def again(self, tried_s: float, worked_s: float | None) -> float:
        """The limit of a second try, after ``worked_s`` seconds of processor time in the first.

        Half as much again, at the most, where the machine is busy and gave it little.
        """
        if worked_s is None or worked_s > _SHARE * tried_s or not _busy():
            return self.again_s
        return self.again_s * min(max(tried_s / max(worked_s, 0.01), 1), 1.5)


def importing(source: Source, line: int | None) -> bool:
    """Whether the line is one that imports something: what takes long there is not the file's."""
    return any(
        isinstance(node, ast.Import | ast.ImportFrom)
        and node.lineno <= (line or 0) <= (node.end_lineno or node.lineno)
        for node in ast.walk(source.tree)
    )


def _busy() -> bool:
    """Whether more processes want to run than there are processors."""
    if not hasattr(os, "getloadavg"):
        return False
    return os.getloadavg()[0] > (os.cpu_count() or 1)
