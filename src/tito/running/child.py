"""A child process that has the terminal: waited for until it ends in its own way."""

from __future__ import annotations

import subprocess


def exit_code(child: subprocess.Popen[bytes]) -> int:
    """The child's exit code as a shell gives it: 128 and the signal's number after a signal.

    Ctrl-C reaches the child too, and it is the child that decides what to do.
    """
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 else 128 - code
