"""The lesson as a notebook: ``%load_ext tito.notebook`` gives it ``%%exercise``."""

from __future__ import annotations

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Add the magics to a kernel; IPython calls this."""
    from tito.notebook.magic import load

    load(shell)
